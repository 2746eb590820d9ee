"""What one more article costs at 1,000 and at 1,000,000 stored claims, all on one estimate; printed as a ratio.

    python benchmarks/claims/one_more.py [--claims 1000 1000000] [--articles 200] [--keep FOLDER]

Two stores are filled with the same kind of news: five claims an article, in the order of their days, three articles of
ten in nobody's name, the others citing one of forty originators in one of thirty outlets. Then fresh articles are
taken in by turns: a real file, read, extracted, recorded, moved away, and decided on, each in durable transactions.
The median of each store, and the ratio of the medians. Filling a million takes some minutes.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tallywire.core.article import Article
from tallywire.core.claim import Claim
from tallywire.core.definition import Definition
from tallywire.core.likeness import shape
from tallywire.decide import decide
from tallywire.define import define
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.folding import Folder
from tallywire.ingest import Ingester
from tallywire.read import read
from tallywire.recording import Prepared, record
from tallywire.telling import Desk
from tallywire.tracking import Current, compiled

LOST = Definition("lost", "N sailors killed in Norway")
TRACKING = compiled([LOST])
CLAIMS = 5  # an article
BATCH = 100  # articles recorded in one transaction while filling
ANONYMOUS = 0.3
START = date(2022, 1, 1)
DAYS = 1000
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "el", "ir")]
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES[::4] for c in SYLLABLES[::7]]
BETWEEN = ("of", "and", "was at", "is in", "had to go to", "said that")
AGENCIES = [f"{word.title()} Agency" for word in WORDS[::1250][:40]]
SILENT = Desk(lambda to: [], timedelta(seconds=60))


class House:
    """A store with its inbox, filled from one seed."""

    def __init__(self, folder: Path, claims: int) -> None:
        self.folder, self.claims, self.chance = folder, claims, random.Random(7)
        (folder / "inbox").mkdir(parents=True)
        self.store = SqliteStore.open(folder / "store.db", clock=now)
        self.number = 0
        with self.store.transaction() as tx:
            define(tx, TRACKING, ())
            decide(tx, SILENT, now(), idle=True)
        self.ingester = Ingester(folder / "inbox", self.run, read, Current(TRACKING), now)

    def run(self, change):  # type: ignore[no-untyped-def]
        with self.store.transaction() as tx:
            return change(tx)

    def fill(self) -> float:
        """Records the claims in batches with a decision after each, as an archive comes; gives seconds."""
        started, articles = time.perf_counter(), self.claims // CLAIMS
        for first in range(0, articles, BATCH):
            prepared = [self.prepared(n, articles) for n in range(first, min(first + BATCH, articles))]
            with self.store.transaction() as tx:
                for each in prepared:
                    record(tx, f"{each.article[:12]}.txt", 1, [each], TRACKING, quiet=True)
                decide(tx, SILENT, now(), idle=False)
        return time.perf_counter() - started

    def prepared(self, number: int, articles: int) -> Prepared:
        day = START + timedelta(days=number * DAYS // articles)
        is_named = self.chance.random() >= ANONYMOUS
        source = self.chance.choice(AGENCIES) if is_named else None
        outlet = f"Outlet {self.chance.randrange(30)}" if is_named else None
        text = self.prose(60)
        level = 100 + 9900 * number // articles
        claims = [self.claim(round(level * self.chance.uniform(0.4, 1.02), -1), source, n, text) for n in range(CLAIMS)]
        identity = f"{number:064x}"
        content = Article(text, outlet=outlet, published=day.isoformat(), published_from="header")
        return Prepared(identity, content, text.encode(), tuple(claims), None, shape(text))

    def claim(self, figure: float, source: str | None, number: int, text: str) -> Claim:
        quote = text[number * 20 : number * 20 + 40]
        low = int(figure)
        return Claim(
            "lost", low, low, "about", "total", "reported", quote, number * 20, number * 20 + 40, number * 20,
            number * 20 + 4, quote, "passive", "english@1", source=source,
        )  # fmt: skip

    def prose(self, count: int) -> str:
        """Words that are found nowhere else in this order, with enough English between them to pass for it."""
        words = self.chance.choices(WORDS, k=count)
        return "The " + " ".join(f"{word} {self.chance.choice(BETWEEN)} the" for word in words) + " coast."

    def one_more(self) -> float:
        """Seconds from a file in the inbox to the decision."""
        self.number += 1
        day = (START + timedelta(days=DAYS + self.number // 10)).strftime("%B %d, %Y")
        source = None if self.number % 10 < 3 else self.chance.choice(AGENCIES)
        said = f", the {source} said" if source else ""
        figure = 9000 + 10 * self.chance.randrange(90)
        path = self.folder / "inbox" / f"more-{self.number}.txt"
        told = f"About {figure} sailors have been killed in Norway{said}."
        path.write_text(f"{day}\n\nNews of the day\n\n{told}\n\n{self.prose(60)}\n")
        started = time.perf_counter()
        outcome = self.ingester.ingest(path.name)
        with self.store.transaction() as tx:
            decide(tx, SILENT, now(), idle=True)
        seconds = time.perf_counter() - started
        assert outcome.state == "done" and outcome.claims == 1, outcome
        return seconds


def now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, nargs=2, default=[1_000, 1_000_000])
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="tallywire-one-more-"))
    try:
        houses = [House(folder / str(claims), claims) for claims in asked.claims]
        for house in houses:
            print(f"{house.claims:>9,} claims filled in {house.fill():.0f} s", flush=True)
        times = [[house.one_more() for house in houses] for _ in range(asked.articles)]
        medians = [statistics.median(column) for column in zip(*times[asked.articles // 10 :], strict=True)]
        for house, median in zip(houses, medians, strict=True):
            row = house.store.row("estimate", "lost")
            best = row["state_json"]["best"]
            print(f"{house.claims:>9,} claims: one more article {median * 1000:.2f} ms (best {best:,})")
        print(f"ratio {medians[1] / medians[0]:.2f}")
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        check(houses[0])
    finally:
        if asked.keep is None:
            shutil.rmtree(folder)


def check(house: House) -> None:
    """The state that was kept is what a fold from scratch gives."""
    with house.store.transaction() as tx:
        row = tx.row("estimate", "lost")
        state = Folder(tx).folded("lost").summary()
    same = all(row["state_json"][name] == state[name] for name in ("best", "low", "high"))
    print(f"equal to a fold from scratch: {same}")


if __name__ == "__main__":
    main()
