"""Snoozing: nothing is sent about an estimate until a moment, but for a change that is larger than said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from tallywire.arguments import CommandError, find, reason
from tallywire.core.events import EstimateSnoozed, estimate_stream
from tallywire.eventstore.base import Transaction

Json = dict[str, Any]
UNLESS: Final = 50.0  # percent: a move of the best figure by so much breaks through, unless told otherwise


def snooze_estimate(tx: Transaction, arguments: Json, by: str) -> Json:
    """`until`: ISO, with its zone; a past moment ends the snooze. `unless`: percent, None: nothing breaks through.

    What happens meanwhile is evaluated and held; what still holds at the end is told then.
    """
    row, why, until = find(tx, "estimate", arguments), reason(arguments), _moment(arguments.get("until"))
    unless = arguments.get("unless", UNLESS)
    if unless is not None and not 0 < float(unless) < float("inf"):
        raise CommandError(f"{unless} is no share of change that could break through; give percent, like 50")
    event = EstimateSnoozed(row["id"], until.isoformat(), why, None if unless is None else float(unless))
    tx.append(estimate_stream(row["id"]), event, by=by)
    return {"estimate": row["id"], "until": until.isoformat(), "unless": unless}


def snooze_alert(tx: Transaction, arguments: Json, by: str) -> Json:
    """The same for the estimate that an alert is about."""
    alert = find(tx, "alert", arguments)
    if alert["estimate"] is None:
        raise CommandError(f"alert {alert['id'][:8]} is about no estimate; there is nothing to snooze")
    return snooze_estimate(tx, {**arguments, "id": alert["estimate"]}, by)


def _moment(text: object) -> datetime:
    try:
        until = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise CommandError(f"{text!r} is no moment; write it like 2025-03-27T08:00+02:00") from error
    if until.tzinfo is None:
        raise CommandError(f"{text!r} names no time zone; write it like 2025-03-27T08:00+02:00")
    return until


COMMANDS: Final[dict[str, Callable[[Transaction, Json, str], Json]]] = {
    "estimates.snooze": snooze_estimate,
    "alerts.snooze": snooze_alert,
}
