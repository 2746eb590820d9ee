"""Every command that changes something, called by the CLI (through the control socket or alone) and by the daemon.

Each is a function of a transaction, its arguments and who asks; it raises CommandError and changes nothing when the
arguments are wrong. The decision about what a change means for the estimates is decide's, afterwards.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

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
from tallywire.eventstore.base import Reader, Row, Transaction

Json = dict[str, Any]
REJECTED: Final = "rejected"


class CommandError(Exception):
    """A command that can't be done as asked; the message says what to do. Nothing was changed."""


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
    published = str(arguments.get("published") or "")
    try:
        date.fromisoformat(published)
    except ValueError as error:
        raise CommandError(f"{published!r} is no date; write it like 2025-03-27") from error
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
    row, why = _delivery(tx, arguments), reason(arguments)
    if row["state"] not in ("dead", "dropped"):
        raise CommandError(f"this delivery is {row['state']}; only dead or dropped ones can be sent again")
    outbox.requeue(tx, row["alert"], row["channel"], why, by)
    return {"alert": row["alert"], "channel": row["channel"], "state": "queued"}


def drop_delivery(tx: Transaction, arguments: Json, by: str) -> Json:
    row, why = _delivery(tx, arguments), reason(arguments)
    if row["state"] != "queued":
        raise CommandError(f"this delivery is {row['state']}; only queued ones can be dropped")
    outbox.drop(tx, row["alert"], row["channel"], why, by)
    return {"alert": row["alert"], "channel": row["channel"], "state": "dropped"}


COMMANDS: Final[dict[str, Command]] = {
    "claims.reject": reject_claim,
    "claims.confirm": confirm_claim,
    "claims.restore": restore_claim,
    "articles.date": date_article,
    "alerts.ack": acknowledge_alert,
    "deliveries.retry": retry_delivery,
    "deliveries.drop": drop_delivery,
}


def act(tx: Transaction, command: str, arguments: Json, by: str) -> Json:
    """Does one command. Raises CommandError."""
    if command not in COMMANDS:
        raise CommandError(f"unknown command {command!r}{_nearest(command, list(COMMANDS))}")
    return COMMANDS[command](tx, arguments, by)


def reason(arguments: Json) -> str:
    why = str(arguments.get("why") or "").strip()
    if not why:
        raise CommandError("say why (--why TEXT): the reason becomes part of the record")
    return why


def find(reader: Reader, table: str, arguments: Json) -> Row:
    """The one row whose id is, or begins with, arguments["id"]. Raises CommandError naming the nearest known one."""
    wanted = str(arguments.get("id") or "").strip().lstrip("#")
    if not wanted:
        raise CommandError(f"which {table}? give its id")
    if (row := reader.row(table, wanted)) is not None:
        return row
    ids = [str(r["id"]) for r in reader.rows(table)]
    matches = [i for i in ids if i.startswith(wanted)]
    if len(matches) == 1 and (row := reader.row(table, matches[0])) is not None:
        return row
    if matches:
        raise CommandError(f"{wanted!r} is the beginning of {len(matches)} ids; give more of it")
    raise CommandError(f"there is no {table} {wanted!r}{_nearest(wanted, ids)}")


def _delivery(tx: Transaction, arguments: Json) -> Row:
    alert = find(tx, "alert", arguments)
    channels = [r["channel"] for r in tx.rows("delivery", alert=alert["id"])]
    channel = str(arguments.get("channel") or (channels[0] if len(channels) == 1 else ""))
    row = tx.row("delivery", alert["id"], channel) if channel else None
    if row is None:
        raise CommandError(
            f"alert {alert['id'][:8]} goes to {', '.join(channels) or 'no channel'}; say which (--channel)"
        )
    return row


def _nearest(wanted: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.5)
    return f"; the nearest known one is {near[0]!r}" if near else ""
