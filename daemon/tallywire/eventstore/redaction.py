"""Redaction: what of an article's text stands in the log, and the payloads and rows without it. Pure.

Blanked: the article's title, author, URL and paths; the quotes and sentences of its claims; both where alerts repeat
them. Kept: figures, dates, outlet, originator and offsets, so that estimates stay what they were. Each payload keeps
its shape, so the log folds as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from tallywire.core import events as ev
from tallywire.core.events import Event, Json, Recorded
from tallywire.eventstore.views import Change, Put, Rows

REDACTED: Final = "[redacted]"
ALERTS: Final = ("AlertRaised", "DigestRaised")
_SHORTEST: Final = 12  # characters: blanking shorter texts ("AP", "1,100 dead") would eat into what others said

_MARKED: Final = frozenset({"path", "quote", "sentence"})  # a reader expects text here
_EMPTIED: Final = frozenset({"title", "author", "url"})
_TEXTS: Final = _MARKED | _EMPTIED | {"file"}
_ALERT_TEXTS: Final = ("title", "text", "reason")


def blanked(events: Iterable[Recorded], article: str, claims: Iterable[str]) -> dict[int, Json]:
    """The payloads to write, by position. `events`: of the article, its claims, and all alerts."""
    own: list[Recorded] = []
    told: list[Recorded] = []
    for event in events:
        (told if event.type in ALERTS else own).append(event)
    secrets = sorted({text for event in own for text in _texts(event.data) if len(text) >= _SHORTEST}, key=_long_first)
    names = {article, *claims}
    payloads = {event.position: (event.data, _blank(event.data)) for event in own}
    payloads |= {event.position: (event.data, _retold(event.data, names, secrets)) for event in told}
    return {position: new for position, (old, new) in payloads.items() if new != old}


def _long_first(text: str) -> tuple[int, str]:
    return -len(text), text


def _texts(data: Json) -> Iterable[str]:
    """A ClaimCorrected keeps its texts one level down, in `changes`."""
    for name, value in [*data.items(), *(data.get("changes") or {}).items()]:
        if name in _TEXTS and isinstance(value, str) and value != REDACTED:
            yield value


def _blank(data: Json) -> Json:
    new: Json = {name: REDACTED if name in _MARKED else None if name in _EMPTIED else v for name, v in data.items()}
    if isinstance(new.get("changes"), dict):
        new["changes"] = _blank(new["changes"])
    return new


def _retold(data: Json, names: set[str], secrets: Sequence[str]) -> Json:
    new = dict(data)
    if "evidence" in data:
        new["evidence"] = [_evidence(item, names) for item in data["evidence"]]
    for name in (*_ALERT_TEXTS, "evidence"):
        if name in new:
            new[name] = _scrubbed(new[name], secrets)
    return new


def _evidence(item: Json, names: set[str]) -> Json:
    if names.isdisjoint(str(item.get(name)) for name in ("article", "claim")):
        return item
    return {name: REDACTED if name in _TEXTS and value is not None else value for name, value in item.items()}


def _scrubbed(value: Any, secrets: Sequence[str]) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, REDACTED)
        return value
    if isinstance(value, list):
        return [_scrubbed(item, secrets) for item in value]
    if isinstance(value, dict):
        return {name: _scrubbed(item, secrets) for name, item in value.items()}
    return value


# --- rows that were folded from the old payloads --------------------------------------------------------------------


def refold(recorded: Recorded, event: Event, rows: Rows) -> list[Change]:
    """Brings the row that an event made in line with its blanked payload, as folding the log anew would."""
    if isinstance(event, ev.ArticleReceived):
        blank = {"path": event.path, "title": event.title, "author": event.author, "url": None, "page": None}
        return _set(rows, "article", event.article, **blank)
    if isinstance(event, ev.ClaimRecorded | ev.ClaimCorrected):
        return _set(rows, "claim", event.claim, quote=REDACTED, sentence=REDACTED)
    if isinstance(event, ev.AlertRaised):
        texts = {"title": event.title, "text": event.text, "reason": event.reason, "evidence_json": event.evidence}
        return _set(rows, "alert", event.alert, **texts)
    if isinstance(event, ev.DigestRaised):
        return _set(rows, "alert", event.alert, title=event.title, text=event.text)
    return []


def _set(rows: Rows, table: str, key: str, **texts: Any) -> list[Change]:
    row = rows.row(table, key)
    return [] if row is None else [Put(table, row | texts)]
