"""System alerts: what people must hear of the machine itself. Delivered like any other alert, to every channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from tallywire.core.events import AlertRaised, alert_id, alert_stream
from tallywire.eventstore.base import Transaction

SYSTEM: Final = "system"


def raise_notice(
    tx: Transaction, route: Callable[[Sequence[str]], list[str]], key: str, title: str, text: str, reason: str
) -> bool:
    """Raises a system alert, unless one with this key was raised already; whether it did."""
    alert = alert_id(SYSTEM, title, key)
    if tx.version(alert_stream(alert)):
        return False
    event = AlertRaised(alert, SYSTEM, None, "warning", title, text, reason, route(()))
    tx.append(alert_stream(alert), event, expected=0)
    return True
