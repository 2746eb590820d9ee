"""What commands and questions check of what they are given. CommandErrors name the nearest thing that is known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from tallywire.core.quantity import Number, plain
from tallywire.eventstore.base import Reader, Row

Json = dict[str, Any]
MANY: Final = 1000  # ids that are looked through for the nearest


class CommandError(Exception):
    """A command that can't be done as asked; the message says what to do. Nothing was changed."""


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
    matches = reader.starting(table, wanted, limit=MANY)
    if len(matches) == 1 and (row := reader.row(table, matches[0])) is not None:
        return row
    if matches:
        count = f"{len(matches)}{' or more' if len(matches) == MANY else ''}"
        raise CommandError(f"{wanted!r} is the beginning of {count} ids; give more of it")
    ids = reader.starting(table, "", limit=MANY)
    known = ids if len(ids) < MANY else reader.starting(table, wanted[:2], limit=MANY)
    raise CommandError(f"there is no {table} {wanted!r}{nearest(wanted, known)}")


def nearest(wanted: str, known: Iterable[str]) -> str:
    """The end of a message: "; the nearest known one is ...", or nothing."""
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(wanted.casefold(), folded, n=1, cutoff=0.5)
    return f"; the nearest known one is {folded[near[0]]!r}" if near else ""


def number(value: object, name: str) -> Number:
    """A figure as people type it ("12,000"). Raises CommandError."""
    try:
        found = plain(float(str(value).replace(",", "").replace("_", "")))
    except ValueError:
        found = -1
    if not 0 <= found < float("inf"):
        raise CommandError(f"{name}: {value!r} is no number; write it like 12000")
    return found


def iso_day(value: object) -> str:
    """An ISO date. Raises CommandError."""
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise CommandError(f"{str(value)!r} is no date; write it like 2025-03-27") from error
