"""Days of a newsroom's traffic through a daemon in this process, by a clock that the driver sets; prints its memory.

    python -m tests.daemon.week --days 7 --articles 300 [--steps 48] [--trace]

The real service with all its threads: files are dropped into its inbox, taken in, decided and delivered to a webhook
on loopback; at each step of the clock the jobs run that the schedule would run, so that digests, silences and held
messages come when they are due. After each simulated day one line of JSON: day, rss (bytes), children (bytes of its
processes), sqlite (bytes of its library), traced (bytes of Python's objects, with --trace), objects (as many as
Python's collector knows), files, posts.
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import gc
import json
import os
import random
import tempfile
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tallywire import config, examples
from tallywire.home import Home
from tallywire.service import Service
from tests.deliver.sinks import Webhook, webhook
from tests.harness import wait_for

SQLITE = ctypes.CDLL(ctypes.util.find_library("sqlite3"))  # the library that Python's module has loaded
SQLITE.sqlite3_memory_used.restype = ctypes.c_int64
START = datetime(2025, 3, 3, tzinfo=UTC)
SETTINGS = """
interval: 60 s
digest: [{at: "08:00"}, {every: monday, at: "09:00"}]
"""
RULES = """
default: {change: 5%, quiet hours: "22:00-06:00 UTC", stale after: 2 days}
rules:
  loud: {change: 40%, severity: critical}
"""
PLACES = "Tokmak Sumy Pokrovsk Huliaipole Kharkiv Izium Orikhiv Lyman Vovchansk Kupiansk".split()
SPEAKERS = [
    "Ukraine's General Staff",
    "South Korea's spy agency",
    "the Pentagon",
    "the Ukrainian military",
    "officials",
]
FIGURES = (
    "About {n} North Korean soldiers have been deployed to Russia, {who} said.",
    "{who} said that {n} North Korean soldiers were killed in Russia.",
    "Some {n} Russian soldiers were killed in the war against Ukraine, according to {who}.",
    "North Korea has shipped {n} containers to Russia, {who} said on Tuesday.",
    "At least {n} artillery pieces were supplied by North Korea to Russia, {who} said.",
)
PROSE = (
    "The road from {a} to {b} was open again by noon, and buses ran as before.",
    "People in {a} spoke of a quiet night; in {b} the power was off for {n} minutes.",
    "A spokesman in {b} gave no details and asked for patience until the end of the week.",
    "The council of {a} met for {n} hours and put its decision off.",
    "Trains between {a} and {b} were late, and the market closed early because of the rain.",
)


class Newsroom:
    """What outlets write: mostly prose, now and then a figure, a copy, a page in HTML, a broken file."""

    def __init__(self) -> None:
        self.chance = random.Random(5)
        self.count = 0
        self.last = ""

    def file(self, now: datetime) -> tuple[str, bytes]:
        self.count += 1
        kind = self.chance.random()
        name = f"{now:%m%d-%H%M}-{self.count}"
        if kind < 0.02:
            return f"{name}.txt", bytes(self.chance.randrange(256) for _ in range(400))
        if kind < 0.10 and self.last:
            return f"{name}.txt", f"{self.last}\nAlso reported in {self.chance.choice(PLACES)}.\n".encode()
        lines = list(self._lines())
        if kind < 0.20:
            body = "".join(f"<p>{line}</p>" for line in lines)
            page = f"<html><head><title>{lines[0]}</title></head><body><article>{body}</article></body></html>"
            return f"{name}.html", page.encode()
        if kind < 0.30:
            told = {
                "title": lines[0],
                "text": "\n".join(lines),
                "published": now.isoformat(),
                "outlet": "The Sumy Post",
            }
            return f"{name}.json", json.dumps(told).encode()
        self.last = f"{now:%B %d, %Y}\n\n" + "\n".join(lines)
        return f"{name}.txt", self.last.encode()

    def _lines(self) -> Iterator[str]:
        for _ in range(self.chance.randint(6, 20)):
            a, b = self.chance.sample(PLACES, 2)
            yield self.chance.choice(PROSE).format(a=a, b=b, n=self.chance.randint(10, 90))
        if self.chance.random() < 0.35:
            figure = round(1000 * (1 + self.count / 500) * self.chance.uniform(0.7, 1.2), -1)
            yield self.chance.choice(FIGURES).format(n=f"{figure:,.0f}", who=self.chance.choice(SPEAKERS))


class Week:
    """A service on a scratch home, driven step by step."""

    def __init__(self, root: Path, hook: Webhook) -> None:
        self.home, self.now, self.hook, self.posts = Home(root), START, hook, 0
        examples.copy_to(self.home.config)
        channels = f"desk: {hook.url('ok')}\nphone: {hook.url('ok/phone')}\n"
        for name, text in {"tallywire": SETTINGS, "alerts": RULES, "channels": channels}.items():
            (self.home.config / f"{name}.yaml").write_text(text)
        out = open(os.devnull, "w")  # noqa: SIM115  # open for as long as the service prints to it
        self.service = Service(self.home, config.load(root), out=out, clock=lambda: self.now)
        self.newsroom = Newsroom()

    def day(self, articles: int, steps: int) -> None:
        """Its articles, spread over the steps of the clock; night and day alike."""
        for step in range(steps):
            for _ in range((step + 1) * articles // steps - step * articles // steps):
                name, data = self.newsroom.file(self.now)
                aside = self.home.root / "aside.part"
                aside.write_bytes(data)
                aside.rename(self.home.inbox / name)
            self.now += timedelta(days=1) / steps
            self._run_jobs()
            self._settle()

    def _run_jobs(self) -> None:
        clockwork = self.service._clockwork
        clockwork._look_after_the_inbox()
        clockwork._decider.look_at_held()
        clockwork._raise_digest()
        clockwork._raise_stale()
        clockwork._keeper.keep()
        self.service._wake()

    def _settle(self) -> None:
        wait_for(self._is_settled, "the files are taken in and the alerts delivered")
        self.posts += len(self.hook.posts)
        self.hook.reset()

    def _is_settled(self) -> bool:
        if any(p.is_file() for p in self.home.inbox.iterdir()):
            return False
        with self.service._readers.read() as reader:
            return not reader.rows("delivery", state="queued", limit=1)

    def memory(self, day: int) -> dict[str, int]:
        gc.collect()
        return {
            "day": day,
            "rss": resident(os.getpid()),
            "children": sum(map(resident, children(os.getpid()))),
            "sqlite": SQLITE.sqlite3_memory_used(),
            "traced": tracemalloc.get_traced_memory()[0],
            "objects": len(gc.get_objects()),
            "files": self.newsroom.count,
            "posts": self.posts,
        }


def resident(pid: int) -> int:
    """Bytes."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0  # it has ended


def children(pid: int) -> list[int]:
    paths = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in paths for child in path.read_text().split()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--articles", type=int, default=300, help="a day")
    parser.add_argument("--steps", type=int, default=48, help="of the clock, a day")
    parser.add_argument("--trace", action="store_true")
    asked = parser.parse_args()
    if asked.trace:
        tracemalloc.start()
    with tempfile.TemporaryDirectory(prefix="tallywire-week-") as folder, webhook() as hook:
        week = Week(Path(folder), hook)
        week.service.start()
        try:
            for day in range(1, asked.days + 1):
                week.day(asked.articles, asked.steps)
                print(json.dumps(week.memory(day)), flush=True)
        finally:
            week.service.stop()


if __name__ == "__main__":
    main()
