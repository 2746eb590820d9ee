"""Homes with a small store, and what broken disks and people with intent do to them."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tallywire.core import events as ev
from tallywire.core.events import Event
from tallywire.eventstore.base import Transaction
from tallywire.eventstore.chain import COLUMNS, GENESIS, link, sha256
from tallywire.eventstore.evidence import text_hash
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.home import Home
from tests.eventstore.samples import SENTENCE, Ticking, add, claimed, raised, received

ESTIMATES = "- track: N lanterns lit on the quay\n  id: lanterns.lit\n"


class Disk:
    """A small file system of its own that can be made read-only."""

    def __init__(self, at: Path, size: str = "32m") -> None:
        self.at = at
        at.mkdir()
        self._mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs")

    def _mount(self, *arguments: str) -> None:
        done = subprocess.run(["mount", *arguments, str(self.at)], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"mounting is not permitted here: {done.stderr.strip()}")

    def freeze(self) -> None:
        self._mount("-o", "remount,ro")

    def end(self) -> None:
        subprocess.run(["umount", "-l", str(self.at)], check=True)


def home_at(root: Path, settings: str = "", first: str = "the first") -> Home:
    """A home with seven events, its configuration and a secret."""
    home = Home(root)
    for folder in (home.config, home.inbox, home.store):
        folder.mkdir(parents=True)
    (home.config / "estimates.yaml").write_text(ESTIMATES)
    (home.config / "tallywire.yaml").write_text(settings)
    (home.config / "secrets.env").write_text("TOKEN=hush-hush\n")
    (home.config / "channels.yaml").write_text('desk: "json://ana:open-sesame@127.0.0.1:9/${TOKEN}"\n')
    with closing(SqliteStore.open(home.database, clock=Ticking())) as store, store.transaction() as tx:
        article = keep(tx, first)
        add(tx, claimed("c1", article), claimed("c2", article, low=3.0, high=10**18, onto=7))
        definition = {"id": "lanterns.lit", "track": "N lanterns lit on the quay"}
        add(tx, ev.EstimateDefined("lanterns.lit", definition, "f1"), ev.ArticleSeenAgain(article, "copy/a1.txt"))
        add(tx, ev.EstimateRevised("lanterns.lit", None, {"best": 1200}, ["c1"], "first figure"), raised())
    return home


def keep(tx: Transaction, name: str, size: int = 0) -> str:
    """An article with its evidence, named by its content; gives its id."""
    original, text = name.encode() + os.urandom(size), f"A night of lanterns. {SENTENCE}"
    article = hashlib.sha256(original).hexdigest()
    tx.keep(article, original, text, "text@1")
    add(tx, received(article, path=f"{name}.txt", size=len(original), text_hash=text_hash(text)))
    return article


def append(home: Home, *events: Event) -> None:
    with closing(SqliteStore.open(home.database)) as store, store.transaction() as tx:
        add(tx, *events)


def contents(path: Path) -> dict[str, bytes]:
    """Every file below, by name; -shm apart, which says nothing."""
    files = (p for p in sorted(path.rglob("*")) if p.is_file() and not p.name.endswith(("-shm", ".lock")))
    return {str(p.relative_to(path)): p.read_bytes() for p in files}


def rewrite(path: Path, position: int, old: str, new: str) -> None:
    """Changes a payload and makes every hash from there on fit, as only somebody who knows how could."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        names, previous = ", ".join(f'"{column}"' for column in COLUMNS), GENESIS
        for row in raw.execute(f"SELECT {names} FROM event ORDER BY position").fetchall():
            data = row[5].replace(old, new) if row[0] == position else row[5]
            event = (*row[:5], data, *row[6:10], sha256(data), "")
            previous = link(previous, event)
            sql = "UPDATE event SET data = ?, data_hash = ?, hash = ? WHERE position = ?"
            raw.execute(sql, (data, event[10], previous, row[0]))
        for _, sql in triggers:
            raw.execute(sql)
        raw.execute("UPDATE store_note SET value = 'older' WHERE name = 'views'")
    SqliteStore.open(path).close()  # makes the views anew
