"""`verify` proves the evidence too: an original or a clean text changed behind the store's back is named."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from pathlib import Path

import pytest

from tallywire.core.events import ArticleReceived, article_stream
from tallywire.eventstore.evidence import problems, text_hash
from tallywire.eventstore.sqlite import SqliteStore

DATA, TEXT = b"Some 40 people came.", "Some 40 people came."
ARTICLE = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store = SqliteStore.open(tmp_path / "s.db")
    event = ArticleReceived(
        ARTICLE,
        "a.txt",
        len(DATA),
        "text/plain",
        "text@1",
        None,
        None,
        None,
        None,
        None,
        "none",
        text_hash=text_hash(TEXT),
    )
    with store.transaction() as tx:
        tx.append(article_stream(ARTICLE), event)
        tx.keep(ARTICLE, DATA, TEXT, "text@1")
    assert list(problems(store)) == []
    store.close()
    return tmp_path / "s.db"


@pytest.mark.parametrize(
    ("change", "value", "what"),
    [
        ("UPDATE original SET data = ?", zlib.compress(b"Some 50 people came."), "the original is not what arrived"),
        ("UPDATE original SET data = ?", b"no stream", "can't be read"),
        ("UPDATE clean_text SET text = ?", "Some 50 people came.", "the clean text is not what was read"),
        ("DELETE FROM clean_text", None, "the evidence is missing"),
    ],
)
def test_altered_evidence_is_named(path: Path, change: str, value: object, what: str) -> None:
    with sqlite3.connect(path) as plain:
        for (name,) in plain.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            plain.execute(f"DROP TRIGGER {name}")
        plain.execute(change, () if value is None else (value,))
    plain.close()
    store = SqliteStore.open(path, readonly=True)
    lines = list(problems(store))
    store.close()
    assert len(lines) == 1 and what in lines[0] and ARTICLE[:12] in lines[0]
