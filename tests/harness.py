"""A real daemon in a scratch home, for tests that go the whole way."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from tallywire.decide import CHECKPOINT
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.home import Home

PATIENCE = 60.0  # seconds; a machine may be slow, a test must not hang
# Without bytecode a third of each start goes into compiling the program anew.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def clock() -> datetime:
    return datetime.now(UTC)


def wait_for(condition: Callable[[], Any], what: str, seconds: float = PATIENCE, every: float = 0.02) -> Any:
    """Polls until the condition gives something true, and gives that."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(every)
    return value


class Process(Protocol):
    """What a test needs of a daemon's process; subprocess.Popen is one."""

    pid: int

    def poll(self) -> int | None: ...

    def wait(self, timeout: float) -> int: ...

    def send_signal(self, number: int) -> None: ...

    def kill(self) -> None: ...


class Place:
    """A home with its configuration, and a daemon on it that can be started, killed and started again."""

    def __init__(
        self, root: Path, *, estimates: str, channels: str = "", sources: str = "", settings: str = ""
    ) -> None:
        self.home = Home(root)
        self.daemon: Process | None = None
        self.output = root / "output.txt"
        self.log = root / "log.txt"
        self._said = 0  # how long the log was when the daemon was started
        for folder in (self.home.config, self.home.inbox, self.home.store):
            folder.mkdir(parents=True, exist_ok=True)
        self.configure(estimates=estimates, channels=channels, sources=sources, settings=settings)

    def configure(self, **files: str) -> None:
        names = {"settings": "tallywire.yaml"}
        for name, text in files.items():
            target = self.home.config / names.get(name, f"{name}.yaml")
            if text:
                target.write_text(text, encoding="utf-8")

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "tallywire", "--home", str(self.home.root), *arguments]

    def run(
        self, *arguments: str, check: bool = True, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """One command of the CLI, to its end."""
        environment = {**ENVIRONMENT, **(env or {})}
        done = subprocess.run(
            self.command(*arguments), capture_output=True, text=True, timeout=PATIENCE, env=environment
        )
        assert not check or done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def ask(self, *arguments: str) -> Any:
        """A question's answer as JSON."""
        return json.loads(self.run(*arguments, "--format", "json").stdout)

    def start(self, env: Mapping[str, str] | None = None, *, wait: bool = True, verbose: bool = False) -> None:
        self._said = self.log.stat().st_size if self.log.exists() else 0
        self.daemon = self.launch(["run", *(["--verbose"] if verbose else [])], env or {})
        if wait:
            wait_for(lambda: self.is_listening() or self.has_ended(), "the daemon listens")

    def launch(self, arguments: list[str], env: Mapping[str, str]) -> Process:
        """A process of the program on this home, its output and log appended to the files."""
        with self.output.open("a") as out, self.log.open("a") as log:
            return subprocess.Popen(self.command(*arguments), stdout=out, stderr=log, env={**ENVIRONMENT, **env})

    def said(self) -> str:
        """The log of the daemon that was started last."""
        with contextlib.suppress(FileNotFoundError):
            return self.log.read_bytes()[self._said :].decode(errors="replace")
        return ""

    def is_listening(self) -> bool:
        return "watching " in self.said()

    def has_ended(self) -> bool:
        return self.daemon is None or self.daemon.poll() is not None

    def stop(self) -> int:
        """Ends the daemon as an operator would; gives its exit status."""
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGTERM)
        status = self.daemon.wait(10)
        self.daemon = None
        return status

    def kill(self) -> None:
        if self.daemon is not None and self.daemon.poll() is None:
            self.daemon.kill()
        if self.daemon is not None:
            self.daemon.wait(10)
        self.daemon = None

    def drop(self, name: str, content: str | bytes) -> None:
        """Written aside and renamed in."""
        aside = self.home.root / "aside.part"
        aside.write_bytes(content.encode() if isinstance(content, str) else content)
        (self.home.inbox / name).parent.mkdir(parents=True, exist_ok=True)
        aside.rename(self.home.inbox / name)

    def settle(self, seconds: float = PATIENCE) -> None:
        """Waits until nothing waits: inbox taken in, everything decided, every delivery settled."""
        with self.store() as store:
            log = self.log.read_text(errors="replace")[-3000:]
            wait_for(lambda: self.is_settled(store), f"the daemon settles\n{log}", seconds)

    def is_settled(self, store: SqliteStore) -> bool:
        """Asked in the order that things flow: what moves on meanwhile is met further down."""
        if any(p.is_file() for p in self.home.inbox.iterdir()) or store.row("meta", "reextract") is not None:
            return False
        decided = store.row("checkpoint", CHECKPOINT)
        kinds = ["ArticleReceived", "ClaimRecorded", "ClaimWithdrawn", "EstimateDefined"]
        if next(store.events(decided["position"] if decided else 0, types=kinds, limit=1), None) is not None:
            return False
        return not store.rows("delivery", state="queued")

    @contextlib.contextmanager
    def store(self) -> Iterator[SqliteStore]:
        wait_for(self.home.database.exists, "the store is there")
        store = SqliteStore.open(self.home.database, clock=clock, readonly=True)
        try:
            yield store
        finally:
            store.close()

    def estimate(self, wanted: str) -> dict[str, Any]:
        found: dict[str, Any] = next(e for e in self.ask("estimates") if e["id"] == wanted)
        return found

    def is_whole(self) -> bool:
        """Whether `verify` finds log and views whole."""
        return self.run("verify", check=False).returncode == 0
