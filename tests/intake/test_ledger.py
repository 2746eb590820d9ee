"""What `tallywire inbox` says of files that are not done, and that a kept file's new content is noticed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tallywire import intake, ledger, settle
from tallywire.eventstore.memory import MemoryStore
from tallywire.ingest import Ingester
from tallywire.intake import Intake
from tallywire.read import Rejected, read
from tallywire.tracking import Current, compiled
from tallywire.writer import Writer
from tests.flow import texts
from tests.harness import Place, clock, wait_for


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files rest soon: how long they must is test_settle's affair."""
    monkeypatch.setattr(settle, "FOUND", 0.1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def writer(store: MemoryStore) -> Iterator[Writer]:
    with Writer(lambda: store) as running:
        yield running


def made(folder: Path, store: MemoryStore, writer: Writer, **options: Any) -> Intake:
    reading = options.pop("read", read)
    ingester = Ingester(folder, writer.run, reading, Current(compiled([])), clock, **options)
    return Intake(ingester, store.reader().snapshot, lambda *, idle: None)


def listed(store: MemoryStore, folder: Path, after: str = "move") -> dict[str, tuple[str, str | None]]:
    return {f["path"]: (f["state"], f["reason"]) for f in ledger.files(store.reader(), folder, after)}


def test_every_state_says_what_to_do() -> None:
    assert set(ledger.ADVICE) == {*ledger.UNFINISHED, "done", "rejected"}
    assert all(advice for state, advice in ledger.ADVICE.items() if state != "done")


def state_of(store: MemoryStore, folder: Path) -> str | None:
    return listed(store, folder).get("a.txt", (None, None))[0]


def test_a_file_being_written_is_settling_then_stuck_then_done(
    folder: Path, store: MemoryStore, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle, "SHOWN", 0.3)
    monkeypatch.setattr(settle, "STUCK", 1.5)
    running = made(folder, store, writer)
    running.start()
    try:
        with (folder / "a.txt").open("w") as file:
            file.write(texts.FIRST)
            file.flush()
            assert listed(store, folder)["a.txt"][0] in ("waiting", "settling")
            for state in ("settling", "stuck"):
                wait_for(lambda s=state: running.rescan() or state_of(store, folder) == s, state, 20)
            assert listed(store, folder)["a.txt"][1] == "a program holds it open for writing"
        wait_for(lambda: running.rescan() or state_of(store, folder) == "done", "done", 20)
    finally:
        running.stop(5)


def test_what_was_taken_back_is_no_longer_listed(
    folder: Path, store: MemoryStore, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle, "SHOWN", 0.0)
    running = made(folder, store, writer)
    with (folder / "a.txt").open("w"):
        running._scan()
        assert store.reader().rows("file", state="settling")
    (folder / "a.txt").unlink()
    running._scan()
    assert store.reader().rows("file") == []


def test_partial_files_and_folders_that_can_not_be_listed_are_named(folder: Path, store: MemoryStore) -> None:
    (folder / "a.txt.part").write_text("x")
    (folder / "~$b.docx").write_text("x")
    (folder / ".hidden").write_text("x")
    assert {p: s for p, (s, _) in listed(store, folder).items()} == {"a.txt.part": "settling", "~$b.docx": "settling"}


def test_a_folder_nested_too_deep_is_named(folder: Path, store: MemoryStore, writer: Writer) -> None:
    """Deeper than a path may be long: it can't be listed, and does not break the scan."""
    name = "d" * 200
    here = os.open(folder, os.O_RDONLY)
    for _ in range(22):
        os.mkdir(name, dir_fd=here)
        deeper = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    (folder / "z.txt").write_text(texts.FIRST)
    running = made(folder, store, writer)
    running.drain()
    states = {path.rstrip("/").rpartition("/")[2]: state for path, (state, _) in listed(store, folder).items()}
    assert states == {name: "unreadable", "z.txt": "done"}
    assert next(r for r in store.reader().rows("file", state="unreadable"))["reason"].endswith("File name too long")


def test_a_kept_file_with_another_content_of_the_same_size_and_time_is_noticed(
    folder: Path, store: MemoryStore, writer: Writer
) -> None:
    running = made(folder, store, writer, after="keep")
    path = folder / "a.txt"
    path.write_text(texts.KILLED)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    running.drain()
    head = store.reader().head()
    assert listed(store, folder, "keep")["a.txt"][0] == "done"
    running.drain()
    assert store.reader().head() == head and store.reader().row("file", "a.txt")["tries"] == 1  # type: ignore[index]
    path.write_text(texts.KILLED.replace("300", "900"))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert listed(store, folder, "keep")["a.txt"][0] == "waiting"
    running.drain()
    assert len(store.reader().rows("article")) == 2
    assert listed(store, folder, "keep")["a.txt"][0] == "done"


def test_poison_is_tried_a_few_times_then_set_aside_and_the_rest_goes_on(
    folder: Path, store: MemoryStore, writer: Writer
) -> None:
    tried: list[str] = []

    def breaking(data: bytes, name: str) -> list[Any]:
        tried.append(name)
        if name == "crash.txt":
            raise Rejected("parser crashed", "by SIGSEGV")
        if name == "fault.txt":
            raise ZeroDivisionError("a fault of ours")
        return read(data, name)

    running = made(folder, store, writer, read=breaking)
    for name in ("crash.txt", "fault.txt", "good.txt"):
        (folder / name).write_text(texts.FIRST + name)
    running.drain()
    assert {n: tried.count(n) for n in tried} == {"crash.txt": 3, "fault.txt": 3, "good.txt": 1}
    told = listed(store, folder)
    assert told["crash.txt"] == ("rejected", "parser crashed: by SIGSEGV")
    assert told["fault.txt"] == ("rejected", "internal error: ZeroDivisionError: a fault of ours")
    assert told["good.txt"][0] == "done"
    assert (folder / "rejected" / "fault.txt.reason.txt").read_text().startswith("internal error: ")
    (folder / "crash.txt").write_text(texts.FIRST)  # another file under that name starts with all its tries
    running.drain()
    assert tried.count("crash.txt") == 6


def test_a_poisoned_file_is_waiting_with_its_reason_between_tries(
    folder: Path, store: MemoryStore, writer: Writer
) -> None:
    def breaking(data: bytes, name: str) -> list[Any]:
        raise Rejected("parser timed out", "no answer")

    (folder / "a.txt").write_text("x")
    ingester = Ingester(folder, writer.run, breaking, Current(compiled([])), clock)
    assert ingester.ingest("a.txt").state == "waiting"
    assert listed(store, folder) == {"a.txt": ("waiting", "parser timed out: no answer (try 1 of 3)")}
    assert store.reader().head() == 0
    assert [ingester.ingest("a.txt").state for _ in range(2)] == ["waiting", "rejected"]


def test_a_store_that_fails_for_one_file_of_many_still_takes_the_others(
    folder: Path, store: MemoryStore, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallywire import ingest
    from tallywire.eventstore.base import StoreError

    plain = ingest.record

    def failing(tx: Any, shown: str, *rest: Any, **options: Any) -> Any:
        if shown == "b.txt":
            raise StoreError("no room")
        return plain(tx, shown, *rest, **options)

    monkeypatch.setattr(ingest, "record", failing)
    for name in "abc":
        (folder / f"{name}.txt").write_text(texts.FIRST + name)
    ingester = Ingester(folder, writer.run, read, Current(compiled([])), clock)
    outcomes = ingester.ingest_some(["a.txt", "b.txt", "c.txt"])
    assert [o.state for o in outcomes] == ["done", "waiting", "done"]
    assert (folder / "b.txt").exists() and not (folder / "a.txt").exists()
    with pytest.raises(StoreError):
        ingester.ingest("b.txt")


def test_decisions_take_a_tenth_of_the_time_while_files_wait() -> None:
    pace = intake.Pace()
    assert pace.is_due(0.0)
    pace.took(1.0, 10.0)
    assert not pace.is_due(18.9) and pace.is_due(19.0)
    pace.took(100.0, 0.0)
    assert pace.is_due(intake.LATEST)


def test_the_command_tells_of_each_state_and_what_to_do(tmp_path: Path) -> None:
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    place.drop("a.txt", texts.FIRST)
    place.drop("n.txt", texts.NO_NUMBERS)
    place.drop("bad.json", "{")
    place.run("run", "--once")
    place.drop("later.txt", texts.KILLED)
    place.drop("half.txt.part", "x")
    told = {f["path"]: (f["state"], f["advice"]) for f in place.ask("inbox")}
    assert {p: s for p, (s, _) in told.items()} == {
        "a.txt": "done",
        "n.txt": "done",
        "bad.json": "rejected",
        "later.txt": "waiting",
        "half.txt.part": "settling",
    }
    assert all(bool(advice) == (state != "done") for state, advice in told.values())
    reasons = {f["path"]: f["reason"] for f in place.ask("inbox")}
    assert reasons["n.txt"] == "no claim: no tracked subject" and reasons["a.txt"] is None
