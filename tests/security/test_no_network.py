"""The daemon reads what lies in its inbox and fetches nothing: no link, picture, style sheet, entity or name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tallywire.read.isolated import IsolatedReader
from tests.security import links

ROOT = Path(__file__).parents[2]
GUARD = Path(__file__).with_name("guard") / "sitecustomize.py"
# Names are asked for at an address that there is no way to, so that the kernel counts the question.
_RESOLVER = "nameserver 192.0.2.53\noptions timeout:1 attempts:1\n"
_HOSTS = f"127.0.0.1 localhost {os.uname().nodename}\n"
_INSIDE = 'cd "$1" && mount --bind resolv.conf /etc/resolv.conf && mount --bind hosts /etc/hosts && cd "$2" && shift 2'


@cache
def _denied() -> tuple[str, ...] | None:
    """A command that runs another in a network of its own, with nothing in it but loopback; None where none may."""
    tool = shutil.which("unshare")
    for user in ((), ("--user", "--map-root-user")):
        command = (tool or "", *user, "--net", "--mount", "--")
        if tool and subprocess.run([*command, "true"], capture_output=True).returncode == 0:
            return command
    return None


@pytest.fixture
def guard(tmp_path: Path) -> Path:
    """A folder whose sitecustomize notes and refuses what is not loopback; its notes are files beside it."""
    folder = tmp_path / "guard"
    folder.mkdir()
    shutil.copy(GUARD, folder)
    return folder


def tried(guard: Path) -> list[str]:
    return sorted(path.name for path in guard.glob("tried *"))


def run(guard: Path, *command: str) -> Any:
    """What a Python command prints, as JSON, under the guard and in a network of its own where that is allowed."""
    (guard / "resolv.conf").write_text(_RESOLVER)
    (guard / "hosts").write_text(_HOSTS)
    outside = _denied()
    prefix = [*outside, "sh", "-c", f'{_INSIDE} && exec "$@"', "sh", str(guard), str(ROOT)] if outside else []
    path = os.pathsep.join([str(guard), os.environ.get("PYTHONPATH", ""), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        [*prefix, sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_main_path_needs_loopback_and_tries_nothing_else(guard: Path, tmp_path: Path) -> None:
    """All formats, full of links to a server that could be reached, to names and to addresses; alerts that arrive."""
    told = run(guard, "-m", "tests.security.main_path", str(tmp_path / "home"))
    assert tried(guard) == []
    assert told["caught"] == [], "an article's link on loopback was fetched"
    assert told["leaked"] == 0, "a file of this machine became text of an article"
    assert told["states"] == ["done"] and told["articles"] == told["speaking"] == 21
    assert told["best"] >= 13_000 and told["posts"] >= 3 and told["mails"] >= 3
    if _denied() is not None:
        assert told["without_route"] == 0, "the kernel was asked for a way out"


PLANTED = """
import ctypes, json, socket, struct
from tests.security.main_path import loopback_up, without_route
loopback_up()
before = without_route()
for attempt, address in ((socket.create_connection, ("192.0.2.7", 80)), (socket.gethostbyname, "collector.example")):
    try:
        attempt(address)
    except OSError:
        pass
if DENIED:  # past Python, as a C library would do it
    libc = ctypes.CDLL(None)
    address = struct.pack("=HH4s8s", socket.AF_INET, socket.htons(80), socket.inet_aton("192.0.2.7"), b"")
    libc.connect(libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0), address, len(address))
print(json.dumps(without_route() - before))
"""


def test_an_attempt_would_be_noticed(guard: Path) -> None:
    counted = run(guard, "-c", f"DENIED = {_denied() is not None}\n{PLANTED}")
    connect, look_up = sorted(name.split(" ", 2)[2] for name in tried(guard))
    assert connect.startswith("socket.connect 192.0.2.7") and look_up.startswith(
        "socket.gethostbyname collector.example"
    )
    if _denied() is None:
        pytest.skip("no network of one's own is allowed here (unshare --net): only Python's own attempts are noticed")
    assert counted == 1


def test_an_attempt_of_the_parsers_process_would_be_noticed(guard: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (guard / "sitecustomize.py").open("a") as planted:
        planted.write(
            "if 'tallywire.read.worker' in sys.orig_argv:\n"
            "    import contextlib, socket, tallywire.read as r\n"
            "    plain = r.read\n"
            "    def read(data, name):\n"
            "        with contextlib.suppress(OSError):\n"
            "            socket.create_connection(('192.0.2.7', 80), 1)\n"
            "        return plain(data, name)\n"
            "    r.read = read\n"
        )
    monkeypatch.setenv("PYTHONPATH", f"{guard}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    with IsolatedReader() as reader:
        reader.read(links.page("http://192.0.2.7", links.FIGURE.format(11_000)), "a.html")
    (note,) = tried(guard)
    assert "socket.connect 192.0.2.7" in note and "tallywire.read.worker" in note
