"""The inbox as a folder: what is seen, what is opened, where files go. Real files throughout."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tallywire import inbox, leaving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def paths(folder: Path) -> list[str]:
    return [f.path for f in inbox.scan(folder)]


def test_scan_finds_files_in_sub_folders_and_leaves_our_own_and_partial_ones(folder: Path) -> None:
    for name in ("b.txt", "a/deep/c.html", "done/2025-01/x.txt", "rejected/y.txt", ".hidden", "~$memo.docx", "d.part"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    (folder / "a" / ".sync").mkdir()
    (folder / "a" / ".sync" / "z.txt").write_text("x")
    (folder / "a" / "done").mkdir()
    (folder / "a" / "done" / "kept.txt").write_text("x")
    assert paths(folder) == ["a/deep/c.html", "a/done/kept.txt", "b.txt"]


def test_scan_of_a_missing_inbox_is_empty(tmp_path: Path) -> None:
    assert paths(tmp_path / "none") == []


def test_links_pipes_and_sockets_are_seen_but_never_opened(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("not for the inbox")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket.txt"))
    assert all(not f.regular for f in inbox.scan(folder))
    for name in ("link.txt", "pipe.txt", "socket.txt"):
        with pytest.raises(inbox.RefusedError) as refused:
            inbox.take(folder, name, 1000)
        assert refused.value.reason == "not a regular file"


def test_a_link_as_a_sub_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.txt").write_text("x")
    (folder / "sub").symlink_to(tmp_path / "outside")
    assert paths(folder) == ["sub"]  # the link itself, to be refused
    with pytest.raises(inbox.RefusedError):
        inbox.take(folder, "sub/a.txt", 1000)


def test_take_refuses_what_is_over_the_limit_without_reading_it(folder: Path) -> None:
    with (folder / "sparse.txt").open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(inbox.RefusedError, match="1,073,741,824 bytes"):
        inbox.take(folder, "sparse.txt", 20_000_000)


def test_take_tells_gone_and_unreadable_apart(folder: Path) -> None:
    with pytest.raises(inbox.GoneError):
        inbox.take(folder, "none.txt", 10)
    if os.getuid() == 0:
        pytest.skip("root reads everything")
    (folder / "closed.txt").write_text("x")
    (folder / "closed.txt").chmod(0)
    with pytest.raises(inbox.UnreadableError):
        inbox.take(folder, "closed.txt", 10)


def test_put_away_never_overwrites(folder: Path) -> None:
    for content in ("one", "two", "three"):
        (folder / "a.txt").write_text(content)
        assert leaving.put_away(folder, "a.txt", "2025-03", inbox.take(folder, "a.txt", 100))
    kept = sorted((p.name, p.read_text()) for p in (folder / "done" / "2025-03").iterdir())
    assert kept == [("a-1.txt", "two"), ("a-2.txt", "three"), ("a.txt", "one")]


@pytest.mark.parametrize("way", [leaving.delete, lambda f, p, t: leaving.put_away(f, p, "2025-03", t)])
def test_a_newer_content_that_took_the_files_place_is_not_put_away(folder: Path, way: object) -> None:
    (folder / "a.txt").write_text("first")
    taken = inbox.take(folder, "a.txt", 100)
    (folder / "new").write_text("other")
    (folder / "new").rename(folder / "a.txt")
    with pytest.raises(inbox.ChangingError):
        way(folder, "a.txt", taken)  # type: ignore[operator]
    assert (folder / "a.txt").read_text() == "other"


def test_set_aside_writes_the_reason_beside_the_file(folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"\0")
    assert leaving.set_aside(folder, "a.txt", "binary", "this is no text") == "rejected/a.txt"
    assert (folder / "rejected" / "a.txt.reason.txt").read_text() == "binary: this is no text\n"


def test_names_at_the_limit_of_the_file_system_find_a_place(folder: Path) -> None:
    name = "n" * 251 + ".txt"
    for content in ("one", "two"):
        (folder / name).write_text(content)
        assert leaving.set_aside(folder, name, "empty", "why") is not None
    assert len(list((folder / "rejected").iterdir())) == 4


def test_shown_makes_any_name_storable() -> None:
    assert inbox.shown("caf\udce9\n‮.txt") == "caf\\xe9\\n\\u202e.txt"
    assert inbox.shown("naïve 12.txt") == "naïve 12.txt"


def test_a_file_that_somebody_has_open_for_writing_is_not_read(folder: Path) -> None:
    with (folder / "a.txt").open("w") as file:
        file.write("half")
        file.flush()
        with pytest.raises(inbox.ChangingError, match="open for writing"):
            inbox.take(folder, "a.txt", 1000)
    assert inbox.take(folder, "a.txt", 1000).data == b"half"
    with (folder / "a.txt").open() as reader:  # readers are welcome
        assert inbox.take(folder, "a.txt", 1000).data == reader.read().encode()


def test_a_network_file_system_that_gives_no_leases_holds_nothing_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "_remote", {})
    monkeypatch.setattr(inbox, "remote_kind", lambda path: "nfs4")
    with (folder / "a.txt").open("w") as file:
        file.write("whole")
        file.flush()
        assert inbox.take(folder, "a.txt", 1000).data == b"whole"
