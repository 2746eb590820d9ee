"""Files that broke their parser: people hear of them, for the fault may be the program's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from tallywire.eventstore.base import Transaction
from tallywire.ingest import POISON
from tallywire.notice import raise_notice

CHECKPOINT: Final = "poison"
NAMED: Final = 3
STRIDE: Final = 1000  # events that are looked through again, rather than write at each look
TITLE: Final = "Files broke their parser"
ADVICE: Final = "`tallywire inbox` lists them, with the reasons. If they open elsewhere, please report the fault."


def tell_of_poison(tx: Transaction, route: Callable[[Sequence[str]], list[str]]) -> bool:
    """Raises one system alert for those set aside since the last look; whether it did."""
    head, row = tx.head(), tx.row("checkpoint", CHECKPOINT)
    after = head if row is None else int(row["position"])  # what was set aside before there was this is old news
    broken = [e for e in tx.events(after, types=["FileRejected"]) if e.data["reason"] in POISON]
    if broken:
        lines = [f"{e.data['path']}: {e.data['reason']}" for e in broken[:NAMED]]
        lines += [f"and {len(broken) - NAMED} more"] if len(broken) > NAMED else []
        raise_notice(tx, route, str(broken[-1].position), TITLE, "\n".join([*lines, ADVICE]), "a parser failed on them")
    if broken or row is None or head - after > STRIDE:
        tx.put("checkpoint", {"name": CHECKPOINT, "position": head})
    return bool(broken)
