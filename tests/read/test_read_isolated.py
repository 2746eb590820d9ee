"""The child process: it may crash, hang or swell, and the next file is read all the same."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import samples

from tallywire import read
from tallywire.read import isolated
from tallywire.read.isolated import IsolatedReader


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    with IsolatedReader(memory=600_000_000, cpu=5, wall=10) as made:
        yield made


def children() -> set[int]:
    """The processes that this one started and that are still there, zombies too."""
    return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


def pid_of(reader: IsolatedReader) -> int:
    reader.read(samples.html().encode(), "a.html")
    assert reader._worker is not None
    return reader._worker.pid


def test_it_reads_as_read_does(reader: IsolatedReader) -> None:
    for name, data in (
        ("a.html", samples.html().encode()),
        ("a.pdf", samples.article_pdf()),
        ("a.txt", samples.text().encode()),
    ):
        assert reader.read(data, name) == read.read(data, name)


def test_it_stays_warm_and_passes_refusals_on(reader: IsolatedReader) -> None:
    before = pid_of(reader)
    with pytest.raises(read.Rejected) as caught:
        reader.read(b"%PDF-1.4 nothing", "a.pdf")
    assert caught.value.reason == "damaged"
    assert pid_of(reader) == before


def test_killed_between_files(reader: IsolatedReader) -> None:
    before = pid_of(reader)
    os.kill(before, signal.SIGKILL)
    assert pid_of(reader) != before
    assert before not in children()


def test_names_that_are_no_text(reader: IsolatedReader) -> None:
    assert reader.read(samples.html().encode(), "bad\udcff\n-name.html")


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[IsolatedReader]:
    """A reader whose worker does what a file named after a misfortune makes a parser do."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "if 'tallywire.read.worker' in sys.orig_argv:\n"
        "    import os, time, tallywire.read as r\n"
        "    plain = r.read\n"
        "    def read(data, name):\n"
        "        if name == 'crash.html': os.abort()\n"
        "        if name == 'leave.html': os._exit(3)\n"
        "        if name == 'sleep.html': time.sleep(60)\n"
        "        while name == 'spin.html': pass\n"
        "        if name == 'swell.html': x = [bytearray(10_000_000) for _ in range(1000)]\n"
        "        if name == 'print.html': print('not an answer')\n"
        "        return plain(data, name)\n"
        "    r.read = read\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    with IsolatedReader(memory=600_000_000, cpu=1, wall=30) as made:
        yield made


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("crash.html", "parser crashed"),
        ("leave.html", "parser crashed"),
        ("sleep.html", "parser timed out"),
        ("spin.html", "parser timed out"),
        ("swell.html", "parser out of memory"),
    ],
)
def test_misfortunes_end_in_a_reason_and_the_next_file_is_read(trap: IsolatedReader, name: str, reason: str) -> None:
    data = samples.html().encode()
    before = pid_of(trap)
    patient = trap._limits
    if name == "sleep.html":
        trap._limits = (*patient[:2], 0.5)
    with pytest.raises(read.Rejected) as caught:
        trap.read(data, name)
    trap._limits = patient
    assert caught.value.reason == reason
    assert before not in children()
    assert trap.read(data, "print.html") == read.read(data, "print.html")


def test_close_leaves_nothing_behind_and_can_be_undone() -> None:
    before = children()
    reader = IsolatedReader()
    first = pid_of(reader)
    assert first in children()
    reader.close()
    reader.close()
    assert children() == before
    assert pid_of(reader) != first
    reader.close()
    assert children() == before


def test_a_worker_is_replaced_after_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "_RECYCLE", 3)
    with IsolatedReader() as reader:
        pids = [pid_of(reader) for _ in range(7)]
    assert [len(set(pids[i : i + 3])) for i in (0, 3)] == [1, 1]
    assert len(set(pids)) == 3


def test_threads_share_a_reader(reader: IsolatedReader) -> None:
    names = [f"{i}.json" for i in range(20)]
    files = [f'{{"text": "<p>There were {i},000 soldiers.</p>"}}'.encode() for i in range(20)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(reader.read, files, names))
    assert [articles[0].text for articles in answers] == [f"There were {i},000 soldiers." for i in range(20)]


def test_the_child_sees_no_secrets(reader: IsolatedReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_TOKEN", "hidden")
    with IsolatedReader() as fresh:
        environment = Path(f"/proc/{pid_of(fresh)}/environ").read_bytes()
    assert b"PATH=" in environment
    assert b"hidden" not in environment


def test_text_needs_no_child() -> None:
    with IsolatedReader() as reader:
        reader.read(samples.text().encode(), "a.txt")
        reader.read(samples.record(), "a.json")
        assert reader._worker is None
        reader.read(b'{"title": "With a page inside", "text": "<p>About 3,000 soldiers came.</p>"}', "a.json")
        assert reader._worker is not None
