"""Daemons that start at once: a process that has the imports behind it forks one for each home that it is told.

Importing takes most of a start and touches nothing on disk, so a kill in it proves nothing; forked daemons put nearly
all random kills where there is something to lose. What runs is `tallywire run` itself, as a process of its own.

`python -m tests.faults.nursery` answers each line {"start": {...}} or {"poll": pid} with one line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class Nursery:
    """One such process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            text=True,
        )

    def start(self, arguments: list[str], out: Path, log: Path, env: Mapping[str, str]) -> Forked:
        """`tallywire` with these arguments, its output appended to the files."""
        order = {"arguments": arguments, "out": str(out), "log": str(log), "env": dict(env)}
        return Forked(self, int(self.ask({"start": order})))

    def ask(self, question: Json) -> Any:
        assert self._process.stdin and self._process.stdout
        with self._guard:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


class Forked:
    """What `subprocess.Popen` is for other daemons, as far as a Place needs it."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._status: int | None = None

    def poll(self) -> int | None:
        if self._status is None:
            self._status = self._nursery.ask({"poll": self.pid})
        return self._status

    def wait(self, timeout: float) -> int:
        from tests.harness import wait_for

        wait_for(lambda: self.poll() is not None, f"process {self.pid} ends", timeout)
        assert self._status is not None
        return self._status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:  # not reaped yet, so the number is still its own
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(9)


# --- in the nursery itself --------------------------------------------------------------------------------------------


def _serve() -> None:
    import tallywire.cli.main
    import tallywire.config
    import tallywire.service  # noqa: F401 - a daemon imports these before it does anything

    for line in sys.stdin:
        question = json.loads(line)
        answer = _poll(question["poll"]) if "poll" in question else _fork(question["start"])
        print(json.dumps(answer), flush=True)


def _fork(order: Json) -> int:
    pid = os.fork()
    if pid == 0:
        _become(order)
    return pid


def _become(order: Json) -> None:
    """The child: everything of its own that a fresh process would have, then the command line's way in."""
    from tallywire.cli.main import main

    devnull = os.open(os.devnull, os.O_RDONLY)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for target, source in ((0, devnull), (1, os.open(order["out"], flags)), (2, os.open(order["log"], flags))):
        os.dup2(source, target)
    sys.stdin = os.fdopen(0)
    os.environ.update(order["env"])
    sys.argv = ["tallywire", *order["arguments"]]
    status = 1
    try:
        main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _poll(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


if __name__ == "__main__":
    _serve()
