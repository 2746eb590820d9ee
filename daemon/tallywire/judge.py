"""Analysts' commands about claims and estimates: correct, pin, rebase, close. Each is an event with name and reason.

Like all commands they raise CommandError and change nothing where the arguments are wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, get_args

from tallywire.arguments import CommandError, find, iso_day, nearest, number, reason
from tallywire.core.claim import Kind, Status
from tallywire.core.dates import span
from tallywire.core.events import (
    ClaimCorrected,
    ContradictionClosed,
    EstimatePinned,
    EstimateRebased,
    EstimateUnpinned,
    claim_stream,
    estimate_stream,
)
from tallywire.core.quantity import BOUNDS, Number, interval
from tallywire.eventstore.base import Row, Transaction
from tallywire.folding import Folder

Json = dict[str, Any]

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "bound": tuple(BOUNDS),
    "kind": get_args(Kind),
    "status": get_args(Status),
}
UNKNOWN: Final = "unknown"  # says that nothing is known: no date, nobody cited


def correct_claim(tx: Transaction, arguments: Json, by: str) -> Json:
    """An analyst reads a claim otherwise; no later extraction undoes that. The claim's evidence stays what it is."""
    claim, why = find(tx, "claim", arguments), reason(arguments)
    wanted = _corrections(claim, arguments)
    changes = {name: value for name, value in wanted.items() if claim[name] != value}
    if not wanted:
        raise CommandError("say what is wrong: --low, --high, --bound, --kind, --status, --as-of, --source or --onto")
    if not changes:
        raise CommandError(f"claim {claim['id']} says that already")
    tx.append(claim_stream(claim["id"]), ClaimCorrected(claim["id"], changes, why), by=by)
    return {"claim": claim["id"], "changes": changes}


def _corrections(claim: Row, arguments: Json) -> Json:
    """The fields as the analyst wants them."""
    given = {name: value for name, value in arguments.items() if value is not None}
    found = _numbers(claim, given)
    for name, choices in CHOICES.items():
        if name in given:
            found[name] = _one_of(name, str(given[name]), choices)
    if "as_of" in given:
        found |= _as_of(str(given["as_of"]))
    if "source" in given:
        found["source"] = None if given["source"] == UNKNOWN else str(given["source"]).strip() or None
    return found


def _numbers(claim: Row, given: Json) -> Json:
    """One end given for a single or vague figure is both of its ends; a figure that was vague is exact then."""
    found: Json = {name: number(given[name], name) for name in ("low", "high", "onto") if name in given}
    ends = [name for name in ("low", "high") if name in found]
    if len(ends) == 1 and claim["low"] == claim["high"]:
        found |= {"low": found[ends[0]], "high": found[ends[0]]}
    if ends and claim["bound"] == "vague":
        found["bound"] = "exact"
    low, high = found.get("low", claim["low"]), found.get("high", claim["high"])
    if low is not None and high is not None and low > high:
        raise CommandError(f"low ({low}) is above high ({high})")
    return found


def _as_of(text: str) -> Json:
    if text == UNKNOWN:
        return {"as_of": None, "basis": "unknown"}
    if span(text) is None:
        raise CommandError(f"{text!r} is no date; write it like 2025-03-27, 2025-03 or 2025-01/2025-03")
    return {"as_of": text, "basis": "stated"}


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise CommandError(f"{name}: {value!r} is none of {', '.join(choices)}{nearest(value, choices)}")
    return value


def pin_estimate(tx: Transaction, arguments: Json, by: str) -> Json:
    """An analyst's value stands over the machine's, which goes on beneath it."""
    row, why = _tracked(tx, arguments), reason(arguments)
    best = number(arguments.get("value"), "value")
    low = best if arguments.get("low") is None else number(arguments["low"], "low")
    high = best if arguments.get("high") is None else number(arguments["high"], "high")
    if not low <= best <= high:
        raise CommandError(f"the value ({best}) must lie between low ({low}) and high ({high})")
    tx.append(estimate_stream(row["id"]), EstimatePinned(row["id"], low, best, high, why), by=by)
    return {"estimate": row["id"], "best": best, "low": low, "high": high}


def unpin_estimate(tx: Transaction, arguments: Json, by: str) -> Json:
    row, why = _tracked(tx, arguments), reason(arguments)
    if row["pin_json"] is None:
        raise CommandError(f"{row['id']} is not pinned")
    tx.append(estimate_stream(row["id"]), EstimateUnpinned(row["id"], why), by=by)
    return {"estimate": row["id"]}


def rebase_estimate(tx: Transaction, arguments: Json, by: str) -> Json:
    """A publisher began to count anew on a day: what it gave for earlier days counts no more. `undo` takes it back."""
    row, why = _tracked(tx, arguments), reason(arguments)
    originator = _originator(tx, row["id"], arguments.get("source"))
    day = None if arguments.get("undo") else iso_day(arguments.get("day"))
    known = [r["originator"] for r in row["rebased_json"] or []]
    if day is None and originator not in known:
        raise CommandError(f"{row['id']}: the series of {originator or 'everybody'} was not rebased")
    tx.append(estimate_stream(row["id"]), EstimateRebased(row["id"], originator, day, why), by=by)
    return {"estimate": row["id"], "originator": originator, "day": day}


def _originator(tx: Transaction, estimate: str, wanted: object) -> str | None:
    """The canonical name of somebody who spoke about the estimate; None for everybody."""
    if not wanted:
        return None
    folder = Folder(tx)
    name = folder.sources.canonical(str(wanted))
    voices = {voice for s in folder.standing(estimate) for voice in (s.originator, s.outlet) if voice}
    if name not in voices:
        raise CommandError(f"nobody called {wanted!r} spoke about {estimate}{nearest(str(wanted), sorted(voices))}")
    return name


def close_contradiction(tx: Transaction, arguments: Json, by: str) -> Json:
    """An analyst looked at a contradiction; it opens again only when a side says something clearly else."""
    row, why = _tracked(tx, arguments), reason(arguments)
    opened = row["contradiction_json"]
    if opened is None or opened.get("closed_by"):
        open_ids = [r["id"] for r in tx.rows("estimate", is_retired=False) if _is_open(r)]
        raise CommandError(f"{row['id']} has no open contradiction; open: {', '.join(open_ids) or 'none'}")
    tx.append(estimate_stream(row["id"]), ContradictionClosed(row["id"], why), by=by)
    return {"estimate": row["id"], "sides": [_side(s) for s in opened["sides"]]}


def _is_open(row: Row) -> bool:
    return row["contradiction_json"] is not None and not row["contradiction_json"].get("closed_by")


def _side(side: Json) -> str:
    low: Number = side["low"]
    return f"{side['originator'] or 'unnamed'} {interval(low, side['high'])}"


def _tracked(tx: Transaction, arguments: Json) -> Row:
    row = find(tx, "estimate", arguments)
    if row["is_retired"]:
        raise CommandError(f"{row['id']} is retired: it is no longer in config/estimates.yaml")
    return row


COMMANDS: Final[dict[str, Callable[[Transaction, Json, str], Json]]] = {
    "claims.correct": correct_claim,
    "estimates.pin": pin_estimate,
    "estimates.unpin": unpin_estimate,
    "estimates.rebase": rebase_estimate,
    "contradictions.close": close_contradiction,
}
