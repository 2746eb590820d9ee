"""Versions of one page: the newest speaks, the older ones stay as documents and their claims are withdrawn.

Two articles are versions of one page when their canonical addresses are the same (core/page.py), never by their file
names. The one that was published later is the newer; where the dates do not tell, the one that came later.
"""

from __future__ import annotations

from typing import Final

from tallywire.core.events import ArticleReplaced, ClaimConfirmed, ClaimWithdrawn, article_stream, claim_stream
from tallywire.eventstore.base import Row, Transaction

REPLACED: Final = "replaced"
_SAME: Final = ("estimate", "low", "high", "bound", "kind", "status", "onto", "source")  # what makes two claims equal


def supersede(tx: Transaction, article: str, *, correlation: str | None = None) -> list[tuple[str, str]]:
    """Puts an article that has just been recorded in its place among the versions of its page.

    Gives (older, newer) for each that was replaced.
    """
    row = tx.row("article", article)
    if row is None or row["page"] is None:
        return []
    done = []
    for other in tx.rows("article", page=row["page"], replaced_by=None, is_redacted=False):
        if other["id"] != article:
            older, newer = (row, other) if _is_later(other, row) else (other, row)
            _replace(tx, older, newer, correlation)
            done.append((older["id"], newer["id"]))
    return done


def _is_later(other: Row, arrived: Row) -> bool:
    """Whether the one that was there is the newer version all the same. Times count where both have them."""
    one, two = str(other["published"] or ""), str(arrived["published"] or "")
    if not one or not two:
        return False
    return one > two if len(one) == len(two) else one[:10] > two[:10]


def _replace(tx: Transaction, older: Row, newer: Row, correlation: str | None) -> None:
    why = f"a newer version of {newer['page']} is here"
    event = ArticleReplaced(older["id"], newer["id"], why)
    cause = tx.append(article_stream(older["id"]), event, correlation=correlation).position
    heirs = {_key(row): row for row in tx.rows("claim", article=newer["id"])}
    for claim in tx.rows("claim", article=older["id"]):
        heir = heirs.get(_key(claim))
        if claim["verdict_by"]:
            _pass_on(tx, claim, heir, cause)
        if claim["state"] == "standing" and (heir is not None or not claim["is_confirmed"]):
            gone = ClaimWithdrawn(claim["id"], REPLACED, why)
            tx.append(claim_stream(claim["id"]), gone, cause=cause, correlation=correlation)


def _pass_on(tx: Transaction, claim: Row, heir: Row | None, cause: int) -> None:
    """An analyst's verdict is about what was said, so it holds for the same words in the newer version."""
    if heir is None or heir["verdict_by"] or heir["state"] != "standing":
        return
    why = f"as on the same claim in an older version ({claim['id']})"
    verdict: ClaimConfirmed | ClaimWithdrawn
    if claim["state"] == "withdrawn":
        verdict = ClaimWithdrawn(heir["id"], str(claim["state_reason"]), why)
    elif claim["is_confirmed"]:
        verdict = ClaimConfirmed(heir["id"], why)
    else:
        return
    tx.append(claim_stream(heir["id"]), verdict, by=claim["verdict_by"], cause=cause)


def _key(claim: Row) -> tuple[object, ...]:
    return tuple(claim[name] for name in _SAME)
