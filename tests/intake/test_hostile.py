"""The hostile set through the real daemon: each file ends within its limits, and the next one is taken in as ever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallywire.eventstore.memory import MemoryStore
from tallywire.inbox import shown
from tallywire.ingest import Ingester
from tallywire.read.isolated import IsolatedReader
from tallywire.tracking import Current, compiled
from tallywire.writer import Writer
from tests.flow import texts
from tests.harness import Place, clock, wait_for
from tests.intake import hostile

ROOT = Path(__file__).parents[2]


def family(pid: int) -> dict[int, str]:
    """The processes below one, with their states."""
    lines = subprocess.run(["ps", "-eo", "pid,ppid,stat"], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in lines.splitlines()[1:]]
    found, grown = {pid: ""}, True
    while grown:
        new = {int(p): s for p, parent, s in rows if int(parent) in found and int(p) not in found}
        grown = bool(new)
        found |= new
    return {p: s for p, s in found.items() if p != pid}


def resident(pid: int) -> int:
    """The most that a process ever had in memory, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def test_the_hostile_set(tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    subprocess.run([sys.executable, "-m", "tests.intake.hostile", str(aside)], check=True, cwd=ROOT)
    names = [*hostile.FILES, hostile.SPARSE]
    place = Place(tmp_path / "home", estimates="- track: N people displaced in Sudan\n", settings=texts.QUICK)
    place.start()
    try:
        for name in names:
            os.rename(os.path.join(os.fsencode(aside), name), os.path.join(os.fsencode(place.home.inbox), name))
        place.drop("next.txt", texts.SUDAN + " The next file.")
        place.settle()
        assert place.daemon is not None
        ledger = {f["path"]: f for f in place.ask("inbox")}
        for name in names:
            content, reason = hostile.FILES.get(name, (b"", "too large"))
            told = ledger[shown(os.fsdecode(name))]
            if reason is None:
                assert told["state"] in ("done", "rejected") if content.startswith(b"<") else told["state"] == "done", (
                    told
                )
            else:
                assert (told["state"], told["reason"].partition(":")[0]) == ("rejected", reason), told
        articles = sum(content.startswith(hostile.ARTICLE) for content, _ in hostile.FILES.values())
        assert place.estimate("people-displaced-in-sudan")["documents"] == articles + 1
        rejected = [p for p in (place.home.inbox / "rejected").iterdir() if not p.name.endswith(".reason.txt")]
        done = [p for p in (place.home.inbox / "done").rglob("*") if p.is_file()]
        assert len(rejected) + len(done) == len(names) + 1
        assert not [p for p in place.home.inbox.iterdir() if p.is_file()]
        assert resident(place.daemon.pid) < 400
        children = family(place.daemon.pid)
        assert len(children) <= 2 and "Z" not in "".join(children.values())  # the warm parser, a sender
        assert place.is_whole() and place.stop() == 0
        alive = {int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit()}
        assert not alive & set(children)
    finally:
        place.kill()


def test_a_slow_parser_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """SIGTERM while a file is parsed: the child goes, and the file waits in the inbox."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "if 'tallywire.read.worker' in sys.orig_argv:\n"
        "    import time, tallywire.read as r\n"
        "    r.read = lambda data, name: time.sleep(60)\n"
    )
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    place.start({"PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"})
    try:
        assert place.daemon is not None
        pid = place.daemon.pid
        place.drop("slow.html", "<html><body><p>About 300 Kenyan soldiers came.</p></body></html>")
        children = wait_for(lambda: family(pid), "the parser runs")
        assert place.stop() == 0
        assert (place.home.inbox / "slow.html").exists()
        wait_for(lambda: not any(Path(f"/proc/{child}").exists() for child in children), "the parser is gone", 5)
    finally:
        place.kill()


SUFFIXES = ("txt", "md", "html", "htm", "mhtml", "pdf", "docx", "eml", "json", "jsonl", "")
# Beginnings that lead into each format's parser.
HEADS = (
    b"",
    b"%PDF-1.4\n",
    b"PK\x03\x04",
    b"<html><body><p>",
    b'{"text": "',
    b"From: a@b.example\nSubject: x\nMIME-Version: 1.0\n\n",
    b"\xff\xfe",
    b"# A title\n\n",
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An ingester with the isolated reader of small limits, over a folder and a store in memory."""
    folder = tmp_path_factory.mktemp("any")
    with Writer(MemoryStore) as writer, IsolatedReader(memory=1_000_000_000, cpu=5, wall=8) as reader:
        yield Ingester(folder, writer.run, reader.read, Current(compiled([])), clock, after="delete")


@given(st.sampled_from(SUFFIXES), st.sampled_from(HEADS), st.binary(max_size=2_000))
@settings(max_examples=120, deadline=None)
def test_any_bytes_under_any_suffix_end_as_article_or_rejection(
    bench: Ingester, suffix: str, head: bytes, data: bytes
) -> None:
    path = bench.folder / f"a.{suffix}"
    path.write_bytes(head + data)
    outcome = bench.ingest(path.name)
    assert outcome.state == "done" or (outcome.state == "rejected" and outcome.reason), outcome
    assert "internal error" not in (outcome.reason or "") and "parser" not in (outcome.reason or "")
    assert not path.exists()
