"""The control socket: changing commands reach a running daemon as one JSON line and get one back.

Who calls is what the kernel says (SO_PEERCRED), never what the line says. A home whose path is too long for a socket
address gets a short one in a private folder of its own; store/control.addr holds it.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import socket
import struct
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]
Handler = Callable[[str, Json, str], Json]  # command, arguments, by -> answer

_LONGEST_ADDRESS: Final = 100  # bytes; Linux takes 107, other systems 103
_LONGEST_LINE: Final = 1 << 20
_TIMEOUT: Final = 300.0  # seconds that a caller waits for the answer of a long command


class NoDaemonError(Exception):
    """Nobody listens: no daemon runs on this home."""


class RefusedError(Exception):
    """The daemon answered with an error; its message is for people, `kind` is the exception's name there."""

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


class ControlServer:
    """Listens on the home's socket and hands each line to the handler, one caller at a time per thread."""

    def __init__(self, path: Path, handler: Handler) -> None:
        self._path = path
        self._handler = handler
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._thread = threading.Thread(target=self._serve, name="control", daemon=True)

    def start(self) -> None:
        """Binds (the caller holds the home's lock, so a socket that lies there is a dead daemon's) and listens."""
        address = _own_address(self._path)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(address)
        before = os.umask(0o177)
        try:
            self._socket.bind(address)
        finally:
            os.umask(before)
        self._socket.listen(8)
        self._thread.start()

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        if self._thread.is_alive():
            self._thread.join(5)
        for path in (_address(self._path), str(self._path.with_suffix(".addr"))):
            with contextlib.suppress(OSError):
                os.unlink(path)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), name="control-call", daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(_TIMEOUT)
            try:
                request = json.loads(_line(connection))
                by = _caller(connection)
                answer = self._handler(str(request["command"]), dict(request.get("arguments") or {}), by)
            except Exception as error:  # noqa: BLE001  # a bad line must never end the daemon; the caller gets the reason
                answer = {"error": str(error) or type(error).__name__, "kind": type(error).__name__}
            with contextlib.suppress(OSError):
                connection.sendall(json.dumps(answer, ensure_ascii=False).encode() + b"\n")


def call(path: Path, command: str, arguments: Json) -> Json:
    """Sends a command to the daemon of a home and gives its answer. Raises NoDaemonError or RefusedError."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with link:
        link.settimeout(_TIMEOUT)
        try:
            link.connect(_address(path))
        except OSError as error:
            raise NoDaemonError(str(path)) from error
        link.sendall(json.dumps({"command": command, "arguments": arguments}).encode() + b"\n")
        line = _line(link)
        if not line:
            raise RefusedError("the daemon ended before it answered")
        answer: Json = json.loads(line)
    if "error" in answer:
        raise RefusedError(str(answer["error"]), str(answer.get("kind", "")))
    return answer


def _address(path: Path) -> str:
    """The address to use: the path itself, or the short one that a file beside it names."""
    with contextlib.suppress(OSError):
        return path.with_suffix(".addr").read_text(encoding="utf-8").strip()
    return os.fspath(path)


def _own_address(path: Path) -> str:
    if len(os.fsencode(path)) <= _LONGEST_ADDRESS:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path.with_suffix(".addr"))
        return os.fspath(path)
    short = os.path.join(tempfile.mkdtemp(prefix="tallywire-"), "s")  # mkdtemp makes it 0700
    path.with_suffix(".addr").write_text(short, encoding="utf-8")
    return short


def _line(link: socket.socket) -> bytes:
    data = bytearray()
    while b"\n" not in data and len(data) < _LONGEST_LINE:
        chunk = link.recv(65536)
        if not chunk:
            break
        data += chunk
    return bytes(data)


def _caller(connection: socket.socket) -> str:
    """The analyst behind a connection: the name of the user whose process it is."""
    if not hasattr(socket, "SO_PEERCRED"):
        return analyst()
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return analyst(struct.unpack("3i", credentials)[1])


def analyst(uid: int | None = None) -> str:
    """ "analyst:<user name>" for a user id (this process's by default)."""
    uid = os.getuid() if uid is None else uid
    try:
        return f"analyst:{pwd.getpwuid(uid).pw_name}"
    except KeyError:
        return f"analyst:{uid}"
