"""A tip as JSON-native values and back. Statements are listed once, for the reading compares them by identity."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from tallywire.core.definition import FoldSettings
from tallywire.core.picture import Undated
from tallywire.core.plans import Figure, Plan
from tallywire.core.reading import Reader, Step
from tallywire.core.statements import Statement, Voice
from tallywire.core.tip import Order, Tip, no_wholes, statements_of

Json = dict[str, Any]
VERSION: Final = 1  # raise it with every change of the fold: tips of another version are made anew


def dumped(tip: Tip) -> Json:
    """Without `heard`, which is kept by voice."""
    listed = list({id(s): s for s in statements_of(tip)}.values())
    at = {id(s): place for place, s in enumerate(listed)}
    reader = tip.base
    return {
        "statements": [_statement(s) for s in listed],
        "voices": {name: at[id(s)] for name, s in reader.heard.voices.items()},
        "top": [list(pair) for pair in reader.heard.top],
        "stands": at[id(reader.stands)] if reader.stands is not None else None,
        "ground": at[id(reader.ground)] if reader.ground is not None else None,
        "behind": sorted(list(v) for v in reader.behind),
        "day": _iso(reader.newest),
        "history": [[when.isoformat(), number] for when, number in reader.history],
        "upto": [_iso(tip.upto[0]), *tip.upto[1:4], list(tip.upto[4])] if tip.upto else None,
        "tail": [at[id(s)] for s in tip.tail],
        "dropped": {day.isoformat(): low for day, low in sorted(tip.dropped.items())},
        "steps": [[at[id(s.statement)], s.outcome, s.rule, s.reason] for s in tip.steps],
        "levels": [at[id(s)] for s in tip.undated.levels],
        "silent": [at[id(s)] for s in tip.undated.silent],
        "speakers": sorted(list(v) for v in tip.undated.speakers),
        "plans": [[list(p.voice), list(p.figure), _iso(p.first), _iso(p.last), p.claims[0]] for p in tip.plans],
        "bound": sorted(list(v) for v in tip.bound),
        "newest": _iso(tip.newest),
        "documents": tip.documents,
    }


def loaded(value: Json, settings: FoldSettings) -> Tip:
    """The way back."""
    listed = [_read_statement(v) for v in value["statements"]]
    reader = Reader(settings, no_wholes(settings))
    voices = {name: listed[place] for name, place in value["voices"].items()}
    reader.heard.restore(voices, [(number, name) for number, name in value["top"]])
    reader.stands = None if value["stands"] is None else listed[value["stands"]]
    reader.ground = None if value["ground"] is None else listed[value["ground"]]
    reader.behind = {Voice(*v) for v in value["behind"]}
    reader.newest = _day(value["day"])
    reader.history = [(date.fromisoformat(when), number) for when, number in value["history"]]
    return Tip(
        base=reader,
        upto=_read_order(value["upto"]),
        steps=[Step(listed[place], outcome, rule, reason) for place, outcome, rule, reason in value["steps"]],
        tail=[listed[place] for place in value["tail"]],
        dropped={date.fromisoformat(day): low for day, low in value["dropped"].items()},
        undated=Undated(
            [listed[place] for place in value["levels"]],
            [listed[place] for place in value["silent"]],
            {Voice(*v) for v in value["speakers"]},
        ),
        plans=[
            Plan(Voice(*voice), Figure(*figure), _day(first), _day(last), (claim,))
            for voice, figure, first, last, claim in value["plans"]
        ],
        bound={Voice(*v) for v in value["bound"]},
        newest=_day(value["newest"]),
        documents=value["documents"],
    )


def _read_order(value: list[Any] | None) -> Order | None:
    if value is None:
        return None
    day, role, low, high, voice = value
    return date.fromisoformat(day), role, low, high, Voice(*voice)


def _statement(s: Statement) -> list[Any]:
    dates = [_iso(s.day), _iso(s.last), _iso(s.corrects)]
    claims = [list(s.claims[:1]), list(s.evidence)]
    return [list(s.voice), s.role, s.low, s.high, s.bound, *dates, *claims, s.confirmed, s.step, s.loose]


def _read_statement(value: list[Any]) -> Statement:
    voice, role, low, high, bound, day, last, corrects, claims, evidence, confirmed, step, loose = value
    return Statement(
        voice=Voice(*voice),
        role=role,
        low=low,
        high=high,
        bound=bound,
        day=_day(day),
        last=_day(last),
        claims=tuple(claims),
        evidence=tuple(evidence),
        confirmed=confirmed,
        corrects=_day(corrects),
        step=step,
        loose=loose,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
