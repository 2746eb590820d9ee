"""Withdrawing, restoring or correcting any claim of the dated timeline at any time gives what a fresh fold gives."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tallywire import act, tips
from tallywire.core.standing import Standing
from tallywire.folding import Folder
from tests.analyst.newsroom import Newsroom
from tests.fold.rows import DPRK, fold_in, timeline


@pytest.mark.parametrize("seed", range(6))
def test_any_verdict_at_any_time_gives_the_fold_from_scratch(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tips, "FEW", 0)
    chance = random.Random(seed)
    chosen = [c for c in timeline() if chance.random() < 0.6]
    if seed % 2:
        chance.shuffle(chosen)
    room = Newsroom(definitions=list(DPRK.values()), sources=())
    expected: dict[str, Standing] = {}
    withdrawn: dict[str, Standing] = {}
    for claim in chosen:
        report(room, claim)
        expected[claim.id] = claim
        for _ in range(chance.randrange(3)):
            judge(room, chance, expected, withdrawn)
        if chance.random() < 0.3:
            room.decide()
            compare(room, expected)
    room.decide()
    compare(room, expected)
    assert withdrawn and room.store.compare() == []


def report(room: Newsroom, claim: Standing) -> None:
    names = ("estimate", "low", "high", "bound", "kind", "status")
    values = {name: getattr(claim, name) for name in names}
    figure = values.pop("low"), values.pop("high")
    row = {**values, "n": None if figure[0] is None else figure, "source": claim.originator, "claim": claim.id}
    room.report(row, published=claim.published, outlet=claim.outlet, decide=False, key=claim.id)


def judge(room: Newsroom, chance: random.Random, expected: dict[str, Standing], withdrawn: dict[str, Standing]) -> None:
    """One verdict, in the store and on what is expected of it."""
    kind = chance.choice(["reject", "restore", "confirm", "correct"])
    pool = withdrawn if kind == "restore" else expected
    if not pool:
        return
    identity = chance.choice(sorted(pool))
    claim = pool[identity]
    arguments = {"id": identity}
    if kind == "reject":
        withdrawn[identity] = replace(expected.pop(identity), confirmed=False)
    elif kind == "restore":
        expected[identity] = withdrawn.pop(identity)
    elif kind == "confirm":
        expected[identity] = replace(claim, confirmed=True)
    elif claim.low is None or claim.low != claim.high or claim.low == 700:
        return
    else:
        arguments["low"] = "700"
        expected[identity] = replace(claim, low=700, high=700)
    with room.store.transaction() as tx:
        act.act(tx, f"claims.{kind}", {**arguments, "why": "looked at"}, "analyst:ana")


def compare(room: Newsroom, expected: dict[str, Standing]) -> None:
    articles = [replace(c, article=c.id) for c in expected.values()]
    folder = Folder(room.store)
    for name in DPRK:
        fresh = fold_in(DPRK, name, articles).summary()
        assert folder.folded(name).summary() == fresh, name
        kept = room.store.row("estimate", name)
        assert kept is not None
        told = kept["state_json"]
        if told is not None:
            ends = ("best", "low", "high")
            state = folder.state(name).summary()
            assert [told[end] for end in ends] == [state[end] for end in ends]
