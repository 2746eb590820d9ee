"""How long a message may be, service by service, and cutting at the borders of its items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Limit:
    """`title` 0: the service knows no title and it becomes the first line of the body, at the body's cost.

    `unit`: characters as UTF-16 counts them (an emoji is two, as most services count) or UTF-8 bytes.
    """

    body: int
    title: int = 250
    unit: Literal["utf16", "bytes"] = "utf16"
    joined: bool = False  # the title counts into the body's length though it is apart


_TEXT: Final = Limit(30_000)
_SMS: Final = Limit(300, 0)

# From the services' documentation and apprise's own tables, a little below where they count in an unknown way.
_BY_SCHEMA: Final[dict[str, Limit]] = {
    "discord": Limit(2_000, joined=True),
    "slack": Limit(3_900, 150),
    "tgram": Limit(4_000, 0),
    "mmost": Limit(3_900, 0),
    "mmosts": Limit(3_900, 0),
    "matrix": Limit(20_000),
    "matrixs": Limit(20_000),
    "ntfy": Limit(3_900, 200, "bytes", joined=True),
    "ntfys": Limit(3_900, 200, "bytes", joined=True),
    "gotify": Limit(16_000),
    "gotifys": Limit(16_000),
    "pover": Limit(1_000, 240),
    "workflows": Limit(1_000),
    "msteams": Limit(1_000),
    "gchat": Limit(3_900, 0),
    "rocket": Limit(1_000, 0),
    "rockets": Limit(1_000, 0),
    "webex": Limit(1_000, 0),
    "signal": Limit(2_000, 0),
    "signals": Limit(2_000, 0),
    "irc": Limit(380, 0, "bytes"),
    "ircs": Limit(380, 0, "bytes"),
    "twilio": _SMS,
    "sns": Limit(140, 0, "bytes"),
    "nexmo": _SMS,
    "messagebird": _SMS,
    "mqtt": Limit(30_000, 0),
    "mqtts": Limit(30_000, 0),
}

MORE: Final = "…"


def limit_for(schema: str) -> Limit:
    return _BY_SCHEMA.get(schema, _TEXT)


def measure(text: str, unit: str = "utf16") -> int:
    """The length as the service counts."""
    if unit == "bytes":
        return len(text.encode("utf-8", "replace"))
    return len(text) + sum(ord(ch) > 0xFFFF for ch in text)


def cut(text: str, limit: int, unit: str = "utf16") -> str:
    """The text, or as many of its words as fit, with an ellipsis; "" where not even that fits."""
    if measure(text, unit) <= limit:
        return text
    room = limit - measure(MORE, unit)
    if room < 0:
        return ""
    low, high = 0, min(len(text), room)
    while low < high:  # the longest beginning that fits
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle], unit) <= room else (low, middle - 1)
    head = text[:low]
    border = max(head.rfind(" "), head.rfind("\n"))
    if border > low * 2 // 3 and not text[low : low + 1].isspace():
        head = head[:border]
    return head.rstrip() + MORE


def fit(items: Sequence[str], footer: str, limit: int, unit: str = "utf16") -> str:
    """Items, most important first, and the footer, which is never cut, one blank line apart, within the limit.

    Whole items only, and a note of how many lines are missing. Of a first item that is too long whole lines stay, and
    of a first line that is too long its words.
    """
    text = "\n\n".join((*items, footer))
    if measure(text, unit) <= limit:
        return text
    for count in range(len(items) - 1, 0, -1):
        text = "\n\n".join((*items[:count], _note(items[count:]) + footer))
        if measure(text, unit) <= limit:
            return text
    lines = items[0].split("\n") if items else []
    for count in range(len(lines) - 1, 0, -1):
        text = "\n".join(lines[:count]) + "\n\n" + _note([*lines[count:], *items[1:]]) + footer
        if measure(text, unit) <= limit:
            return text
    first = cut(lines[0], limit - measure(f"\n\n{footer}", unit), unit) if lines else ""
    return f"{first}\n\n{footer}" if first else cut(footer, limit, unit)


def _note(missing: Sequence[str]) -> str:
    count = sum(bool(line.strip()) for item in missing for line in item.split("\n"))
    return f"({count} more line{'' if count == 1 else 's'} left out)\n"
