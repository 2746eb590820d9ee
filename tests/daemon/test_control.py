"""The control socket: real sockets."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tallywire import control


def handler(command: str, arguments: dict[str, Any], by: str) -> dict[str, Any]:
    if command == "fail":
        raise ValueError("no such thing")
    return {"command": command, "arguments": arguments, "by": by}


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    server = control.ControlServer(tmp_path / "control.sock", handler)
    server.start()
    yield tmp_path / "control.sock"
    server.stop()


def test_a_command_comes_with_the_callers_identity(path: Path) -> None:
    answer = control.call(path, "claims.reject", {"id": "x", "why": "ünläut"})
    assert answer == {"command": "claims.reject", "arguments": {"id": "x", "why": "ünläut"}, "by": control.analyst()}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_error_reaches_the_caller_and_the_server_goes_on(path: Path) -> None:
    with pytest.raises(control.RefusedError, match="no such thing"):
        control.call(path, "fail", {})
    assert control.call(path, "again", {})["command"] == "again"


@pytest.mark.parametrize("line", [b"\n", b"not json\n", b"[1]\n", b'{"command": 1', b'{"arguments": {}}\n', b"\xff\n"])
def test_a_bad_line_is_answered_or_dropped_and_the_server_goes_on(path: Path, line: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(path))
        link.sendall(line)
        link.shutdown(socket.SHUT_WR)
        assert "error" in json.loads(link.makefile().readline())
    assert control.call(path, "again", {})["command"] == "again"


def test_nobody_listening_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(control.NoDaemonError):
        control.call(tmp_path / "control.sock", "reload", {})


def test_a_socket_left_by_a_killed_daemon_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    server = control.ControlServer(path, handler)
    server.start()
    assert control.call(path, "hello", {})["command"] == "hello"
    server.stop()
    assert not path.exists()


def test_a_home_with_a_long_path_gets_a_short_address(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    server = control.ControlServer(deep / "control.sock", handler)
    server.start()
    assert control.call(deep / "control.sock", "hello", {})["command"] == "hello"
    server.stop()
    assert not (deep / "control.addr").exists()
