"""The five seeds through the real path: each drop order ends in the same estimates (DESIGN 7, acceptance 1)."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tallywire import ask, config
from tallywire.config import load_estimates
from tallywire.core.article import Article
from tallywire.decide import decide
from tallywire.define import define
from tallywire.eventstore.memory import MemoryStore
from tallywire.extract import Extraction
from tallywire.ingest import Ingester
from tallywire.read import read
from tallywire.telling import Desk
from tallywire.tracking import Current, Tracking, compiled
from tallywire.writer import Writer
from tests.flow import texts
from tests.harness import Place, clock, wait_for

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))
needs_seeds = pytest.mark.skipif(len(SEEDS) != 5, reason="the seeds are not beside this checkout")


class Remembering:
    """The real extractor, asked once for each text: 120 orders need not read the same five texts 120 times."""

    def __init__(self, tracking: Tracking) -> None:
        self._tracking = tracking
        self.read = cache(self._read)

    def _read(self, article: Article) -> Extraction:
        return self._tracking.extractor.read(article)


@cache
def tracking() -> Tracking:
    made = compiled(load_estimates(ROOT / "config" / "estimates.yaml"))
    return Tracking(made.definitions, Remembering(made), made.fingerprint)  # type: ignore[arg-type]


def dropped(order: Sequence[Path], folder: Path) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """Takes the files in one by one, deciding after each; gives the estimates and the alerts after each file."""
    sources = config.load(ROOT).sources
    told: list[list[dict[str, Any]]] = []
    with Writer(lambda: MemoryStore(clock=clock)) as writer:
        writer.run(lambda tx: define(tx, tracking(), sources))
        ingester = Ingester(folder, writer.run, read, Current(tracking()), clock)
        desk = Desk(lambda to: ["console"], timedelta(0))
        for path in order:
            shutil.copyfile(path, folder / path.name)
            assert ingester.ingest(path.name).state == "done"
            writer.run(lambda tx: decide(tx, desk, clock(), idle=True))
            told.append(writer.run(lambda tx: ask.alerts(tx)))
        return writer.run(lambda tx: ask.estimates(tx)), told


def figures(estimates: list[dict[str, Any]]) -> dict[str, Any]:
    return {e["id"]: (e["best"], e["low"], e["high"], e["planned"], e["contradictions"]) for e in estimates}


@needs_seeds
def test_all_120_drop_orders_end_in_the_same_estimates(tmp_path: Path) -> None:
    ends = set()
    for order in itertools.permutations(SEEDS):
        estimates, _ = dropped(order, tmp_path)
        shutil.rmtree(tmp_path / "done")
        ends.add(json.dumps(estimates, sort_keys=True))
    assert len(ends) == 1
    found = figures(json.loads(ends.pop()))
    planned = {"low": 25000, "high": 30000, "kind": "additional"}
    assert found["dprk.deployed"][0] == 14000 and found["dprk.deployed"][3] == planned
    assert found["dprk.killed"][1:3] == (300, 1000)
    assert found["dprk.casualties"][0] == 4000
    assert [name for name, values in found.items() if values[4]] == ["dprk.killed"]
    naive = {62000, 89500}
    assert not any(naive & {v for v in values[:3] if v} for values in found.values())


@needs_seeds
def test_the_second_report_of_the_3000_changes_and_sends_nothing(tmp_path: Path) -> None:
    """In both orders of the two reports, after the other three."""
    first, second = SEEDS[1], SEEDS[4]
    for one, other in ((first, second), (second, first)):
        folder = tmp_path / one.stem
        folder.mkdir()
        _, told = dropped([SEEDS[3], SEEDS[2], one, other], folder)
        about = [[a["id"] for a in alerts if a["estimate"] == "dprk.deployed"] for alerts in told]
        assert len(about[2]) == len(about[1]) + 1
        assert about[3] == about[2]


@needs_seeds
def test_each_seed_gives_its_claims_and_alerts_to_a_running_daemon(tmp_path: Path) -> None:
    gold = [json.loads(line) for line in (ROOT.parent / "shared/corpus/seeds.jsonl").read_text().splitlines()]
    expected = {
        Path(a["file"]).name: {(c["estimate"], c["low"]) for c in a["claims"] if not c.get("optional")} for a in gold
    }
    example = {name: (ROOT / "config" / f"{name}.yaml").read_text() for name in ("estimates", "sources")}
    place = Place(tmp_path / "home", settings=texts.QUICK, **example)
    place.start()
    try:
        for path in SEEDS:
            alerts = len(place.ask("alerts")) if place.home.database.exists() else 0
            place.drop(path.name, path.read_bytes())
            wait_for(lambda p=path: not (place.home.inbox / p.name).exists(), path.name)
            place.settle()
            found = {(c["estimate"], c["low"]) for c in place.ask("claims") if c["file"] == path.name}
            assert expected[path.name] <= found, path.name
            assert len(place.ask("alerts")) > alerts or path is SEEDS[-1], path.name
        assert place.estimate("dprk.deployed")["best"] == 14000
        assert place.is_whole()
    finally:
        place.kill()
