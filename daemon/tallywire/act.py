"""Every command that changes something, called by the CLI (through the control socket or alone) and by the daemon.

Each is a function of a transaction, its arguments and who asks; it raises CommandError and changes nothing when the
arguments are wrong. The decision about what a change means for the estimates is decide's, afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from tallywire import judge, redact, snooze
from tallywire.arguments import CommandError, find, iso_day, nearest, reason
from tallywire.core.events import (
    AlertAcknowledged,
    ArticleDated,
    ClaimConfirmed,
    ClaimRestored,
    ClaimWithdrawn,
    alert_stream,
    article_stream,
    claim_stream,
)
from tallywire.deliver import outbox
from tallywire.eventstore.base import Row, Transaction

Json = dict[str, Any]
REJECTED: Final = "rejected"


Command = Callable[[Transaction, Json, str], Json]


def reject_claim(tx: Transaction, arguments: Json, by: str) -> Json:
    """An analyst says that a claim is wrong: it counts no more, and no re-extraction brings it back."""
    claim, why = find(tx, "claim", arguments), reason(arguments)
    if claim["state"] == "withdrawn":
        raise CommandError(f"claim {claim['id']} is withdrawn already ({claim['state_reason']})")
    tx.append(claim_stream(claim["id"]), ClaimWithdrawn(claim["id"], REJECTED, why), by=by)
    return {"claim": claim["id"], "state": "withdrawn"}


def confirm_claim(tx: Transaction, arguments: Json, by: str) -> Json:
    """An analyst confirms a claim: it supports its figure like another source, and stays through re-extractions."""
    claim, why = find(tx, "claim", arguments), reason(arguments)
    if claim["state"] == "withdrawn":
        raise CommandError(f"claim {claim['id']} is withdrawn; restore it first")
    tx.append(claim_stream(claim["id"]), ClaimConfirmed(claim["id"], why), by=by)
    return {"claim": claim["id"], "state": "confirmed"}


def restore_claim(tx: Transaction, arguments: Json, by: str) -> Json:
    """Undoes a rejection."""
    claim, why = find(tx, "claim", arguments), reason(arguments)
    if claim["state"] != "withdrawn":
        raise CommandError(f"claim {claim['id']} stands already")
    tx.append(claim_stream(claim["id"]), ClaimRestored(claim["id"], why), by=by)
    return {"claim": claim["id"], "state": "standing"}


def date_article(tx: Transaction, arguments: Json, by: str) -> Json:
    """An analyst says when an article was published."""
    article, why = find(tx, "article", arguments), reason(arguments)
    published = iso_day(arguments.get("published"))
    received = str(article["received_at"])[:10]
    if date.fromisoformat(published) > date.fromisoformat(received) + timedelta(days=1):
        raise CommandError(f"this article was received on {received}; it can't have been published on {published}")
    tx.append(article_stream(article["id"]), ArticleDated(article["id"], published, why), by=by)
    return {"article": article["id"], "published": published}


def acknowledge_alert(tx: Transaction, arguments: Json, by: str) -> Json:
    alert, why = find(tx, "alert", arguments), reason(arguments)
    if alert["acknowledged_at"]:
        raise CommandError(f"alert {alert['id'][:8]} is acknowledged already")
    tx.append(alert_stream(alert["id"]), AlertAcknowledged(alert["id"], why), by=by)
    return {"alert": alert["id"], "state": "acknowledged"}


def retry_delivery(tx: Transaction, arguments: Json, by: str) -> Json:
    """Queues a dead or dropped delivery again, with a new day of tries."""
    row, why = _delivery(tx, arguments, "dead", "dropped"), reason(arguments)
    if row["state"] not in ("dead", "dropped"):
        raise CommandError(f"this delivery is {row['state']}; only dead or dropped ones can be sent again")
    outbox.requeue(tx, row["alert"], row["channel"], why, by)
    return {"alert": row["alert"], "channel": row["channel"], "state": "queued"}


def drop_delivery(tx: Transaction, arguments: Json, by: str) -> Json:
    """Takes a delivery out of the queue, or out of the dead letters that somebody should look at."""
    row, why = _delivery(tx, arguments, "queued", "dead"), reason(arguments)
    if row["state"] not in ("queued", "dead"):
        raise CommandError(f"this delivery is {row['state']}; only queued or dead ones can be dropped")
    outbox.drop(tx, row["alert"], row["channel"], why, by)
    return {"alert": row["alert"], "channel": row["channel"], "state": "dropped"}


COMMANDS: Final[dict[str, Command]] = {
    "claims.reject": reject_claim,
    "claims.confirm": confirm_claim,
    "claims.restore": restore_claim,
    **judge.COMMANDS,
    **snooze.COMMANDS,
    **redact.COMMANDS,
    "articles.date": date_article,
    "alerts.ack": acknowledge_alert,
    "deliveries.retry": retry_delivery,
    "deliveries.drop": drop_delivery,
}


def act(tx: Transaction, command: str, arguments: Json, by: str) -> Json:
    """Does one command. Raises CommandError."""
    if command not in COMMANDS:
        raise CommandError(f"unknown command {command!r}{nearest(command, list(COMMANDS))}")
    return COMMANDS[command](tx, arguments, by)


def _delivery(tx: Transaction, arguments: Json, *states: str) -> Row:
    """The one that is meant: of the channel named, else the only one in these states, else the only one."""
    alert = find(tx, "alert", arguments)
    rows = tx.rows("delivery", alert=alert["id"])
    named = arguments.get("channel")
    fitting = [row for row in rows if (row["channel"] == named if named else row["state"] in states)]
    if len(fitting) == 1 or (not named and len(rows) == 1):
        return (fitting or rows)[0]
    channels = ", ".join(f"{row['channel']} ({row['state']})" for row in rows) or "no channel"
    raise CommandError(f"alert {alert['id'][:8]} goes to {channels}; say which (--channel)")
