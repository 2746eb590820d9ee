"""`make demo`: the real daemon in a scratch home, fed the sample articles one by one in the order of their dates."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tallywire import examples
from tallywire.decide import CHECKPOINT
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.home import Home
from tallywire.service import now

SAMPLES: Final = Path(__file__).with_name("samples")
PATIENCE: Final = 60.0  # seconds that one article may take on a slow machine before the demo gives up
SETTINGS: Final = """\
# The demo's own: no pause between messages about one estimate, so that every step of the story is told.
interval: 0
"""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="tallywire-demo-") as scratch:
        home = prepare(Path(scratch))
        say(f"A scratch home in {home.root}: {len(list(SAMPLES.iterdir()))} sample articles, the daemon, no network.\n")
        with running(home) as daemon:
            for sample in sorted(SAMPLES.iterdir()):
                say(f"--> {sample.name} is dropped into inbox/")
                drop(sample, home)
                settled(home, daemon)
        say("\nWhat Tallywire makes of it all (tallywire estimates):\n")
        ask(home, "estimates")
        say("\nWhy the number of dead is what it is (tallywire show dprk.killed):\n")
        ask(home, "show", "dprk.killed")
        say("\nAnd the log behind it (tallywire verify):\n")
        ask(home, "verify")
    say("\nNext: `make run` runs the daemon here; drop your own articles into inbox/. README.md says the rest.")
    return 0


def prepare(root: Path) -> Home:
    home = Home(root)
    examples.copy_to(home.config)
    (home.config / "tallywire.yaml").write_text(SETTINGS, encoding="utf-8")
    (home.config / "channels.yaml").unlink(missing_ok=True)  # the console alone: the demo sends nothing anywhere
    for folder in (home.inbox, home.store):
        folder.mkdir()
    return home


@contextlib.contextmanager
def running(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    """The daemon as anyone would start it; its alerts go to our standard output, its log to a file."""
    log = home.store / "demo.log"
    with log.open("wb") as errors:
        daemon = subprocess.Popen(command(home, "run"), stderr=errors)
        try:
            wait_for(lambda: home.socket.exists() or home.socket.with_suffix(".addr").exists(), daemon, log)
            yield daemon
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(10)


def command(home: Home, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "tallywire", "--home", str(home.root), *arguments]


def drop(sample: Path, home: Home) -> None:
    """Copied aside and renamed in, as a careful program would; a plain copy works as well."""
    part = home.root / (sample.name + ".part")
    shutil.copyfile(sample, part)
    part.rename(home.inbox / sample.name)


def settled(home: Home, daemon: subprocess.Popen[bytes]) -> None:
    """Waits until the inbox is empty, everything is decided, and every message is delivered."""
    store = SqliteStore.open(home.database, clock=now, readonly=True)
    try:
        wait_for(lambda: is_settled(home, store), daemon, home.store / "demo.log")
    finally:
        store.close()


def is_settled(home: Home, store: SqliteStore) -> bool:
    if any(p.is_file() for p in home.inbox.iterdir()) or store.rows("delivery", state="queued"):
        return False
    decided = store.row("checkpoint", CHECKPOINT)
    undecided = store.events(decided["position"] if decided else 0, types=["ArticleReceived", "ClaimRecorded"], limit=1)
    return next(iter(undecided), None) is None


def wait_for(condition: Callable[[], bool], daemon: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if daemon.poll() is not None or time.monotonic() > deadline:
            sys.stderr.write(log.read_text(encoding="utf-8", errors="replace")[-4000:])
            raise SystemExit("the demo's daemon ended" if daemon.poll() is not None else "the demo's daemon is stuck")
        time.sleep(0.05)


def ask(home: Home, *arguments: str) -> None:
    subprocess.run(command(home, *arguments), check=False)


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    os.environ.pop("TALLYWIRE_HOME", None)
    sys.exit(main())
