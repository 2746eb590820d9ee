"""An alert as the message that one channel gets: plain text first, every word of it safe to show.

Order (DESIGN 8.7): what, old -> new, kind and why; the evidence; then the short id, time and repeat mark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tallywire.deliver import rich, safe
from tallywire.deliver.limits import cut, fit, limit_for, measure

Json = dict[str, Any]

WEBHOOK_SCHEMA: Final = "tallywire.alert/1"
_QUOTES: Final = 3
_QUOTE_LENGTH: Final = 400
REPEAT: Final = "possible repeat"
_TYPES: Final = {"critical": "failure", "high": "failure", "warning": "warning", "error": "failure"}


@dataclass(frozen=True, slots=True)
class Message:
    """`payload`: the documented JSON for webhooks (docs/webhook.md), None for all other services.

    `html`: the body for services that take it; `chart`: a PNG, where the message comes with one, and its `caption`
    where it is sent by itself.
    """

    title: str
    body: str
    type: str = "info"
    payload: Json | None = None
    html: str | None = None
    chart: bytes | None = None
    caption: str = ""


def short_id(alert: str) -> str:
    """ "#1a2b3c4d": what people quote, and what `tallywire alerts` takes."""
    plain = alert if alert.isascii() and alert.isalnum() else hashlib.sha256(alert.encode()).hexdigest()
    return f"#{plain[:8]}"


def render(alert: Mapping[str, Any], schema: str, *, repeat: bool = False, chart: bytes | None = None) -> Message:
    """`alert`: a row of the alert table, or what merge.merged made of several.

    `repeat`: an earlier attempt may have arrived. `chart`: its picture.
    """
    limit = limit_for(schema)
    title = cut(_title(alert), limit.title or 200, limit.unit)
    if schema in rich.MARKDOWN:
        title = f"**{rich.markdown(cut(title, 150))}**"
    plain = _items(alert)
    items = [rich.markdown(item) for item in plain] if schema in rich.MARKDOWN else plain
    footer = alert.get("footer") or _footer(alert, repeat=repeat)
    room = limit.body
    if limit.title == 0 or limit.joined:
        if limit.title == 0 and schema not in rich.MARKDOWN:
            title = cut(title, max(40, limit.body // 3), limit.unit)
        room -= measure(title, limit.unit) + 2
    body = fit(items, footer, room, limit.unit)
    kind = _TYPES.get(str(alert.get("severity") or ""), "info")
    payload = webhook(alert, repeat=repeat) if schema in {"json", "jsons"} else None
    html = _html(schema, body, plain, footer, with_picture=chart is not None)
    return Message(title, body, kind, payload, html, chart, f"{short_id(str(alert['id']))}, over time")


def _html(schema: str, body: str, items: Sequence[str], footer: str, *, with_picture: bool) -> str | None:
    """Only for what was not cut: a cut in the middle of markup would break it."""
    if schema not in rich.HTML or body != "\n\n".join((*items, footer)):
        return None
    return rich.html(items, footer, with_picture=with_picture and schema.startswith("mailto"))


def console(message: Message) -> str:
    """The message as it stands in the daemon's output: a title line, the rest indented."""
    lines = [f"* {message.title}", *(f"    {line}" if line else "" for line in message.body.split("\n"))]
    return "\n".join(lines) + "\n\n"


def _items(alert: Mapping[str, Any]) -> list[str]:
    text = safe.text(alert.get("text") or "").strip()
    items = [block for block in text.split("\n\n") if block.strip()]
    reason = safe.line(alert.get("reason") or "")
    if reason and reason not in text:
        items.append(f"Why: {reason}")
    shown = [_quoted(e) for e in (alert.get("evidence_json") or [])[:_QUOTES] if _quote(e) not in text]
    return items + [q for q in shown if q] or [_title(alert)]


def _title(alert: Mapping[str, Any]) -> str:
    return safe.line(str(alert.get("title") or "")) or "Tallywire"


def _quote(evidence: Mapping[str, Any]) -> str:
    return safe.line(str(evidence.get("quote") or ""))


def _quoted(evidence: Mapping[str, Any]) -> str:
    """ "quote", and below it who said it, where it was printed and when, and the file."""
    quote = _quote(evidence)
    facts = [safe.line(str(evidence[k])) for k in _FACTS if evidence.get(k)]
    said = " · ".join(dict.fromkeys(facts))
    return f"“{cut(quote, _QUOTE_LENGTH)}”\n  {said}".rstrip() if quote else said


_FACTS: Final = ("originator", "outlet", "date", "file")


def _footer(alert: Mapping[str, Any], *, repeat: bool) -> str:
    parts = [short_id(str(alert["id"])), when(alert.get("raised_at"))]
    if repeat:
        parts.append(REPEAT)
    return " · ".join(p for p in parts if p)


def when(raised_at: Any) -> str:
    """Minutes, in UTC: a message that was held up by an outage says when it was true."""
    try:
        at = datetime.fromisoformat(str(raised_at))
    except ValueError:
        return ""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


# --- webhooks -------------------------------------------------------------------------------------------------------


def webhook(alert: Mapping[str, Any], *, repeat: bool = False) -> Json:
    """The body that json:// and jsons:// channels post, without title and message, which apprise adds."""
    return {
        "schema": WEBHOOK_SCHEMA,
        "id": alert["id"],
        "short_id": short_id(str(alert["id"])),
        "kind": alert.get("kind"),
        "severity": alert.get("severity"),
        "estimate": alert.get("estimate"),
        "before": _safe(alert.get("before_json")),
        "after": _safe(alert.get("after_json")),
        "evidence": _safe(alert.get("evidence_json") or []),
        "reason": safe.line(alert.get("reason") or ""),
        "corrects": alert.get("corrects"),
        "raised_at": alert.get("raised_at"),
        "possible_repeat": repeat,
    }


def _safe(value: Any) -> Any:
    """Strings made safe at any depth: receivers post them on to chats."""
    if isinstance(value, str):
        return safe.text(value)
    if isinstance(value, Mapping):
        # An address in a field of its own is there to be opened; in running text it would be fetched unasked.
        return {str(k): safe.visible(v) if k == "url" and isinstance(v, str) else _safe(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_safe(v) for v in value]
    return value
