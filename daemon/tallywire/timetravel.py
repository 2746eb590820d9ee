"""Questions about other days: what was true, what was known, what was told, and what changed the mind since.

as of     what was so on a day, by all we know now: the fold over claims that speak of that day or earlier
known by  what today's rules make of what we knew then
told      the last revision recorded by then, word for word; exact for ever
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from tallywire import ask, past
from tallywire.arguments import find
from tallywire.core.estimate import Estimate
from tallywire.core.events import Recorded, estimate_stream
from tallywire.core.findings import planned, shown, voiced
from tallywire.eventstore.base import Reader
from tallywire.folding import Folder

Json = dict[str, Any]

NOTHING: Json = Estimate("", "").summary()

# What happens to an estimate, in words; `{why}` and the like come from the event.
_NOTES = {
    "EstimateRetired": "no longer tracked: {why}",
    "ContradictionClosed": "contradiction closed: {why}",
    "EstimatePinned": "pinned at {best} [{low}-{high}]: {why}",
    "EstimateUnpinned": "unpinned: {why}",
    "EstimateRebased": "series of {originator} begun anew on {day}: {why}",
    "EstimateSnoozed": "snoozed until {until}: {why}",
    "RuleStarted": "rule {rule} begins to watch it",
}


def estimates(
    reader: Reader, *, as_of: date | None = None, known_by: datetime | None = None, told: datetime | None = None
) -> list[Json]:
    """Every estimate as `ask.estimates` gives them, at another moment. `as_of` and `known_by` go together."""
    if told is not None:
        rows = past.told(reader, past.position_at(reader, told))
        return [
            {**ask.line(r["id"], r["title"], r["state"] or NOTHING), "told_at": r["told_at"], "reason": r["reason"]}
            for r in rows
        ]
    folder = folder_of(reader, known_by)
    return [
        ask.line(name, definition.title, summary_at(folder, name, as_of))
        for name, definition in folder.definitions.items()
    ]


def folder_of(reader: Reader, known_by: datetime | None) -> Folder:
    return Folder(reader) if known_by is None else past.KnownBy(reader, past.position_at(reader, known_by))


def summary_at(folder: Folder, name: str, as_of: date | None) -> Json:
    """With `as_of` the machine's value alone: a pin says what to tell now, not what was so on some day."""
    return (folder.state(name) if as_of is None else folder.fold(name, until=as_of)).summary()


def history(reader: Reader, wanted: str) -> list[Json]:
    """All that happened to one estimate, oldest first, each revision with its reason and the claims that moved it."""
    row = find(reader, "estimate", {"id": wanted})
    folder = Folder(reader)
    return [_entry(event, folder) for event in reader.events(stream=estimate_stream(row["id"]))]


def _entry(event: Recorded, folder: Folder) -> Json:
    entry: Json = {
        "position": event.position,
        "recorded_at": event.recorded_at,
        "type": event.type,
        "by": event.by,
        "text": _text(event),
    }
    if event.type == "EstimateRevised":
        entry |= {name: event.data[name] for name in ("before", "after", "reason")}
        entry["evidence"] = folder.evidence(event.data["moved_by"])
    return entry


def _text(event: Recorded) -> str:
    data = event.data
    if event.type == "EstimateRevised":
        before = data["before"]
        change = f"{described(before)} → {described(data['after'])}" if before else described(data["after"])
        return f"{change}. {data['reason']}"
    if event.type == "EstimateDefined":
        return f"defined: {data['definition'].get('track')} (policy {data['definition'].get('policy')})"
    if event.type == "ContradictionOpened":
        sides = " against ".join(f"{s['originator'] or 'nobody named'} {s['low']:,}" for s in data["sides"])
        return f"contradiction opened: {sides}"
    return _NOTES.get(event.type, event.type).format(**{"originator": None, "day": None, **data})


def described(state: Json | None) -> str:
    """A summary in a few words: figure and range, plan, what is open."""
    if state is None:
        return "nothing"
    words = [shown(state)]
    words += [f"{planned(state['planned'])} planned"] if state["planned"] else []
    words += ["contradiction open"] if state["contradiction"] else []
    words += [f"{len(state['provisional'])} not confirmed"] if state["provisional"] else []
    if pin := state.get("pin"):
        words.append(f"pinned by {pin['by']}; the machine says {pin['machine']['best']}")
    return ", ".join(words)


def contradictions(reader: Reader) -> list[Json]:
    """The contradictions that are open, and those that an analyst closed and that did not open again."""
    rows = []
    for row in reader.rows("estimate", is_retired=False):
        if (found := row["contradiction_json"]) is None:
            continue
        rows.append(
            {
                "id": row["id"],
                "state": "closed" if found.get("closed_by") else "open",
                "sides": [voiced(side) for side in found["sides"]],
                "opened_at": found["opened_at"],
                "closed_by": found.get("closed_by"),
                "why": found.get("why"),
            }
        )
    return rows


def diff(reader: Reader, wanted: str, start: datetime, end: datetime) -> Json:
    """What was told of one estimate at two moments, and the steps between: {id, from, to, steps, claims}.

    `claims` are those that moved it, each once, with their words: what changed the mind.
    """
    row = find(reader, "estimate", {"id": wanted})
    first, last = sorted((past.position_at(reader, start), past.position_at(reader, end)))
    folder = Folder(reader)
    before: Json | None = None
    steps = []
    for event in reader.events(stream=estimate_stream(row["id"])):
        if event.position > last:
            break
        if event.position > first:
            steps.append(_entry(event, folder))
        elif event.type == "EstimateRevised":
            before = event.data["after"]
    revised = [step for step in steps if step["type"] == "EstimateRevised"]
    evidence = {e["claim"]: e for step in revised for e in step["evidence"]}
    return {
        "id": row["id"],
        "from": before,
        "to": revised[-1]["after"] if revised else before,
        "steps": steps,
        "claims": list(evidence.values()),
        "corrected": list(_corrected(reader, row["id"], first, last)),
    }


def _corrected(reader: Reader, estimate: str, first: int, last: int) -> Iterator[Json]:
    """Verdicts on claims in between: they change the mind too, without a new report."""
    kinds = ["ClaimWithdrawn", "ClaimRestored", "ClaimConfirmed", "ClaimCorrected"]
    for event in reader.events(first, types=kinds):
        if event.position > last:
            return
        row = reader.row("claim", event.data["claim"])
        if row is not None and row["estimate"] == estimate:
            words = event.type.removeprefix("Claim").lower()
            yield {"claim": row["id"], "what": words, "why": event.data["why"], "by": event.by, "quote": row["quote"]}
