"""Boundaries that no other test shows: what lies about is never run, and who may speak to the daemon."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow import texts
from tests.harness import PATIENCE, Place, wait_for

_PLANTED = "import pathlib; pathlib.Path({marker!r}).write_text('run')\n"


def test_a_python_file_in_the_home_or_the_inbox_is_never_run(tmp_path: Path) -> None:
    """Modules that the program, its parser and its sender import, planted where it works and where articles come in."""
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    marker = tmp_path / "marker"
    for folder in (place.home.root, place.home.inbox, place.home.config):
        for module in ("lxml", "apprise", "json", "trafilatura", "yaml", "sitecustomize", "tallywire"):
            (folder / f"{module}.py").write_text(_PLANTED.format(marker=str(marker)))
    place.drop("page.html", f"<html><body><p>{texts.FIRST}</p></body></html>")
    command = [str(Path(sys.executable).with_name("tallywire")), "run", "--once"]
    if not Path(command[0]).exists():
        pytest.skip("tallywire is not installed as a command here")
    done = subprocess.run(command, cwd=place.home.root, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    with place.store() as store:
        assert len(store.rows("article")) == 1 and not marker.exists()


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A running daemon in a folder that everybody may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="tallywire-public-"))
    place = Place(folder / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    for each in (folder, place.home.root, place.home.store):
        each.chmod(0o755)
    (folder / "apprise.conf").write_text("json://user:s3cret@127.0.0.1:9/x\n")
    place.run("channels", "import", str(folder / "apprise.conf"))
    place.start()
    try:
        wait_for(place.home.socket.exists, "the control socket")
        yield place
    finally:
        place.kill()
        shutil.rmtree(folder)


def test_the_socket_the_lock_and_imported_secrets_are_the_owners_alone(place: Place) -> None:
    private = [place.home.socket, place.home.lock, place.home.config / "secrets.env"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_another_user_cannot_command_the_daemon(place: Place) -> None:
    path = str(place.home.socket)
    become = "import os, socket; os.setgroups([]); os.setgid(65534); os.setuid(65534); assert os.stat({0!r}); "
    asked = (become + "socket.socket(socket.AF_UNIX).connect({0!r})").format(path)
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=PATIENCE)
    assert "PermissionError" in done.stderr
    with socket.socket(socket.AF_UNIX) as own:
        own.connect(path)
