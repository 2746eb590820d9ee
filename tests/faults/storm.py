"""Seeded rounds of kills: a home whose files pour in while its daemon dies, again and again.

Each round drops files, starts the daemon, lets something bad happen to it (faults.py) in one of three rounds, and kills
it: at a named step, during its start, while it works, or as soon as a message of it arrives. Then the books must be
right (accounts.py). After the last round one more daemon runs undisturbed, and everything must have been told.

    python -m tests.faults.storm --homes 8 --kills 1000 --files 2000 --seed 7

runs such a storm and ends with status 1 where anything is lost, double, broken, unmarked or untold. The seed decides
what is dropped when, how each daemon is started and how it dies; when exactly a kill hits is the machine's business,
so a seed gives the same storm again but not the same microsecond. The homes of a storm that failed are kept.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

from tests.deliver.sinks import Webhook, webhook
from tests.faults import accounts, faults
from tests.faults.accounts import CHANNEL, Figures
from tests.faults.nursery import Nursery
from tests.harness import Place, Process

COUNTRIES = ("Haiti", "Somalia", "Sudan", "Mali", "Chad", "Niger", "Yemen", "Libya")
ESTIMATES = "".join(f"- track: N Kenyan soldiers killed in {c}\n  id: {c.lower()}\n" for c in COUNTRIES)
SETTINGS = "interval: 0\nrescan: 1\nbacklog: 100000\n"  # every change is told, and told at once
ARTICLE = (
    "Apr {day}, 2025, 7:00 AM\n\nLosses, report {number}\n\n"
    "About {figure} Kenyan soldiers have been killed in {country}, the General Staff said on Wednesday.\n"
)
STEPS = (
    "ingest.taken ingest.extracted ingest.recorded ingest.left ingest.rejected decide.decided deliver.before_send"
    " deliver.after_send deliver.after_outcome store.before_commit store.after_commit"
).split()
WAYS = ("step", "start", "work", "work", "message")  # to die
FAULTS = (faults.stopped, faults.locked, faults.crowded, faults.no_growing)  # that may come before
FAULTY = 1 / 2  # of the daemons that are killed while they work
LONGEST = 1.5  # seconds that a daemon works at most; one that is to die at something gets twice that
SETTLE = 900.0  # seconds that the last daemon may take: what was put off in all rounds may come at its end
FRESH = 0.1  # the share of daemons that are started from scratch, so that kills hit imports too


class Home(Place):
    """A home whose daemons come from a nursery."""

    def __init__(self, root: Path, nursery: Nursery | None, **config: str) -> None:
        super().__init__(root, **config)
        self.nursery = nursery

    def launch(self, arguments: list[str], env: Mapping[str, str]) -> Process:
        if self.nursery is None:
            return super().launch(arguments, env)
        return self.nursery.start(["--home", str(self.home.root), *arguments], self.output, self.log, env)


class Storm:
    """The rounds of one home."""

    def __init__(self, root: Path, hooks: Webhook, nursery: Nursery, seed: int) -> None:
        self._chance, self._nursery, self._hooks = random.Random(seed), nursery, hooks
        self._place = Home(
            root, nursery, estimates=ESTIMATES, channels=f'{CHANNEL}: "{hooks.url("ok")}"\n', settings=SETTINGS
        )
        self._dropped: dict[str, bytes] = {}
        self._figures = Figures()

    def run(self, files: int, kills: int) -> Figures:
        """`files` dropped over `kills` rounds, then a last start that nothing disturbs."""
        try:
            for number in range(kills):
                self._round((number + 1) * files // kills)
                self._note(accounts.audit(self._place, self._hooks, self._dropped))
            self._place.nursery = None
            self._place.start()
            self._place.settle(SETTLE)
            ended = self._place.stop()
            last = accounts.settled(self._place, self._hooks, self._dropped)
        finally:
            self._place.kill()
        last.wrong += [f"the last daemon ended with status {ended}"] * (ended != 0)
        self._note(last)
        last.rounds, last.kills, last.wrong = kills + 1, self._figures.kills, self._figures.wrong
        return last

    def _note(self, seen: Figures) -> None:
        self._figures.rounds += 1
        self._figures.wrong += [f"round {self._figures.rounds}: {what}" for what in seen.wrong]

    def _round(self, upto: int) -> None:
        """Files come before the start, or once the daemon listens."""
        chance, place = self._chance, self._place
        way, early = chance.choice(WAYS), chance.random() < 0.3
        if early:
            self._drop(upto)
        place.nursery = None if chance.random() < FRESH else self._nursery
        step = f"{chance.choice(STEPS)}:{chance.randint(1, 3)}" if way == "step" else ""
        place.start({"TALLYWIRE_CRASH_AT": step} if step else {}, wait=way in ("work", "message"))
        fault = chance.choice(FAULTS) if way == "work" and chance.random() < FAULTY else None
        with fault(place) if fault else nullcontext():
            self._drop(upto)
            self._live(way)
            if chance.random() < 0.5:
                place.kill()  # and the fault is mended only afterwards
        if fault and not place.has_ended():
            self._live(way)
        place.kill()
        self._figures.kills += 1

    def _live(self, way: str) -> None:
        """Until the moment to die has come, or the daemon has died by itself."""
        came, chance = len(self._hooks.posts), self._chance.random()
        longest = {"start": 0.3 * chance, "work": LONGEST * chance}.get(way, 2 * LONGEST)
        end = time.monotonic() + longest
        while not self._place.has_ended() and time.monotonic() < end:
            if way == "message" and len(self._hooks.posts) > came:
                time.sleep(0.02 * chance)
                return
            time.sleep(0.005)

    def _drop(self, upto: int) -> None:
        for number in range(len(self._dropped), upto):
            name, content = self._file(number)
            self._dropped[name] = content
            self._place.drop(name, content)

    def _file(self, number: int) -> tuple[str, bytes]:
        """A report with a figure of its own; now and then an empty file, or a copy of an earlier one."""
        if number % 20 == 19:
            return f"empty-{number}.txt", b""
        if number % 10 == 9:
            name, content = self._chance.choice([d for d in self._dropped.items() if d[1]])
            return f"copy-{number}-{name}", content
        country = self._chance.choice(COUNTRIES)
        text = ARTICLE.format(day=1 + number % 28, number=number, figure=300 + 2 * number, country=country)
        return f"{number}.txt", text.encode()


def storm(root: Path, *, homes: int, files: int, kills: int, seed: int) -> Figures:
    """So many homes at the same time, the files and kills shared among them."""

    def one(number: int) -> Figures:
        nursery = Nursery()
        try:
            with webhook() as hooks:
                share = [(number + 1) * all // homes - number * all // homes for all in (files, kills)]
                return Storm(root / f"home-{number}", hooks, nursery, seed + number).run(*share)
        except Exception as error:  # noqa: BLE001 - what the other homes show must not be lost by it
            return Figures(wrong=[f"home {number}: {type(error).__name__}: {error}"])
        finally:
            nursery.close()

    with ThreadPoolExecutor(homes) as pool:
        return sum(pool.map(one, range(homes)), Figures())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("homes", 8), ("files", 2000), ("kills", 1000), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    given = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="storm-"))
    figures = storm(root, **vars(given))
    print(f"seed {given.seed}: {figures}")
    for what in figures.wrong[:50]:
        print(f"  {what}")
    if not figures.is_clean:
        sys.exit(f"the homes are kept in {root}")


if __name__ == "__main__":
    main()
