"""Rows for the fold's tests: short ways to write standing claims and definitions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from tallywire.core.definition import Definition
from tallywire.core.estimate import Estimate, family, fold, links
from tallywire.core.quantity import Number
from tallywire.core.standing import Standing

TIMELINE = Path(__file__).with_name("timeline.jsonl")


def claim(
    number: Number | tuple[Number, Number] | None, originator: str | None = "A", day: str | None = None, **more: Any
) -> Standing:
    """One claim; `number` one figure, a range, or None for a vague one. The id defaults to something telling."""
    low, high = number if isinstance(number, tuple) else (number, number)
    bound = "range" if isinstance(number, tuple) else "exact" if number is not None else "vague"
    values: dict[str, Any] = {
        "estimate": "e",
        "low": low,
        "high": high,
        "bound": bound,
        "kind": "total",
        "status": "reported",
        "originator": originator,
        "outlet": None,
        "published": day,
        "as_of": None,
        "onto": None,
        "correction": False,
    }
    values |= more
    values.setdefault("id", "|".join(str(v) for k, v in values.items() if k != "correction"))
    values.setdefault("article", f"{originator}-{values['published']}")
    return Standing(**values)


def definition(**more: Any) -> Definition:
    return Definition(**{"id": "e", "track": "N things", **more})


def state(*claims: Standing, until: str | None = None, **more: Any) -> Estimate:
    """Folds claims under a one-off definition."""
    return fold(definition(**more), claims, until=date.fromisoformat(until) if until else None)


def fold_in(
    definitions: dict[str, Definition], estimate: str, claims: Iterable[Standing], until: date | None = None
) -> Estimate:
    """Folds one estimate of several as the program does: with the claims of its family and its links."""
    wanted = family(estimate, definitions)
    return fold(
        definitions[estimate],
        [c for c in claims if c.estimate in wanted],
        links=links(estimate, definitions),
        until=until,
    )


def reason_of(found: Estimate, claim_id: str) -> str:
    """The explanation of one claim, used or left out."""
    reasons = {u.claim: u.reason for u in found.uses} | {o.claim: o.reason for o in found.left_out}
    return reasons[claim_id]


def timeline() -> list[Standing]:
    """The dated statements; killed and wounded of one originator and day come from one article."""
    rows = [json.loads(line) for line in TIMELINE.read_text().splitlines()]
    return [
        claim(
            None if row["low"] is None else (row["low"], row["high"]),
            row["originator"],
            row["published"],
            **{k: row[k] for k in ("estimate", "bound", "kind", "status", "outlet")},
        )
        for row in rows
    ]


def _dprk() -> dict[str, Definition]:
    plain = ("deployed", "artillery", "containers", "shells", "missiles", "workers", "captured")
    found = [Definition(f"dprk.{name}", f"N {name}") for name in plain]
    found += [Definition(f"dprk.{name}", f"N {name}", policy="range") for name in ("killed", "wounded")]
    found.append(Definition("rus.killed", "N killed", policy="range"))
    for name in ("dprk", "rus"):
        adds = (f"{name}.killed", f"{name}.wounded")
        found.append(Definition(f"{name}.casualties", "N killed or wounded", policy="range", adds=adds))
    return {d.id: d for d in found}


DPRK = _dprk()
