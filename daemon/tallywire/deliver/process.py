"""The daemon's end of a sender process: start it, hand it a message, kill it at the deadline."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from typing import Any, Final

from tallywire.deliver.outcome import Outcome

_START_SECONDS: Final = 60.0  # importing apprise takes 0.2-0.8 s on a quiet machine, and many on a busy one
# What sending may need of the environment; the rest may hold secrets and stays here.
_KEPT: Final = frozenset(
    "PATH HOME LANG LANGUAGE TZ TMPDIR VIRTUAL_ENV PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE SSL_CERT_FILE"
    " SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy"
    " all_proxy no_proxy COVERAGE_PROCESS_START".split()
)


class _LostError(Exception):
    """The process died or was killed; the message may have gone out."""


class Sender:
    """One warm sender process. `send` and `kill` are for one thread; `close` may come from another."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = b""
        self._frames = 0
        self._guard = threading.Lock()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The running process, if there is one."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def send(self, frame: dict[str, Any], deadline: float) -> Outcome:
        """Sends one message within `deadline` seconds; afterwards the process has answered or is really gone."""
        try:
            self._start()
        except (_LostError, OSError) as error:
            self.kill()
            return Outcome("passing", f"the sending process did not start ({type(error).__name__})")
        self._frames += 1
        started = time.monotonic()
        try:
            self._write({**frame, "id": self._frames, "deadline": deadline})
            answer = self._read(deadline)
        except TimeoutError:
            self.kill()
            return Outcome("passing", f"timed out after {deadline:g} s", uncertain=True)
        except (_LostError, OSError, ValueError):
            self.kill()
            return Outcome("passing", "the sending process died", uncertain=True)
        if answer.pop("picture", False):
            self._await_picture(max(0.5, deadline - (time.monotonic() - started)))
        answer.pop("id")
        return Outcome(**answer)

    def _await_picture(self, seconds: float) -> None:
        """The picture is sent by itself after the text: whatever becomes of it, the text's outcome stands."""
        try:
            self._read(seconds)
        except (TimeoutError, _LostError, OSError, ValueError):
            self.kill()

    def kill(self) -> None:
        """Ends the process, and returns when it is gone. For the sending thread."""
        process, self._process, self._buffer = self._process, None, b""
        if process is None:
            return
        _end(process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def close(self) -> None:
        """The same from another thread, and for good: a send under way ends at once, and no later one starts."""
        with self._guard:
            self._closed = True
            process = self._process
        if process is not None:
            _end(process)  # its pipes are the sending thread's to close: a number closed here may be another's by then

    def _start(self) -> None:
        if self.pid is not None:
            return
        self.kill()
        environment = {k: v for k, v in os.environ.items() if k in _KEPT or k.startswith("LC_")}
        with self._guard:
            if self._closed:
                raise _LostError
            self._process = subprocess.Popen(
                # -P: a file of the home folder must not be taken for a module
                [sys.executable, "-P", "-m", "tallywire.deliver.sender"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # tracebacks print URLs
                env=environment,
                start_new_session=True,
            )
        try:
            self._read(_START_SECONDS)
        except TimeoutError:
            raise _LostError from None

    def _write(self, frame: dict[str, Any]) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise _LostError
        process.stdin.write(json.dumps(frame).encode() + b"\n")
        process.stdin.flush()

    def _read(self, seconds: float) -> dict[str, Any]:
        """The next line; TimeoutError when it does not come in time."""
        end = time.monotonic() + seconds
        process = self._process
        if process is None or process.stdout is None:
            raise _LostError
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                if not selector.select(max(0.0, end - time.monotonic())):
                    raise TimeoutError
                chunk = os.read(process.stdout.fileno(), 65536)
                if not chunk:
                    raise _LostError
                self._buffer += chunk
        line, self._buffer = self._buffer.split(b"\n", 1)
        answer: dict[str, Any] = json.loads(line)
        return answer


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # its own session: whatever it started goes with it
    process.wait()
