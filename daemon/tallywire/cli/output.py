"""Answers on the terminal: a readable table by default, JSON or JSON Lines for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tallywire.core.quantity import figure, interval

Json = Mapping[str, Any]
Column = tuple[str, Callable[[Json], object]]

WIDE: Final = 120  # characters
ONLY_WIDE: Final = frozenset(
    {"WHAT", "BOUND", "STATUS", "FROM", "AS OF", "RAISED (UTC)", "QUEUED (UTC)", "SETTLED (UTC)"}
)


def emit(rows: Iterable[Json], form: str, columns: Sequence[Column], *, empty: str) -> None:
    """Prints rows as `form` says: "table", "json" (one list) or "jsonl" (one object a line)."""
    if form == "jsonl":
        for row in rows:
            click.echo(dumps(row))
    elif form == "json":
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2))
    else:
        table(list(rows), columns, empty=empty)


def dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def table(rows: Sequence[Json], columns: Sequence[Column], *, empty: str) -> None:
    """A table for people; in a narrow terminal without the columns that are only for wide ones."""
    if not rows:
        click.echo(empty)
        return
    screen = console()
    columns = [c for c in columns if screen.width >= WIDE or c[0] not in ONLY_WIDE]
    shape = Table(box=None, pad_edge=False, header_style="bold")
    for name, _ in columns:
        shape.add_column(name, overflow="fold")
    for row in rows:
        shape.add_row(*(Text("" if (v := value(row)) is None else str(v)) for _, value in columns))
    screen.print(shape)


def console() -> Console:
    """Wide when the output is no terminal: a table in a pipe or a log must not be folded to 80 columns."""
    return Console(width=None if sys.stdout.isatty() else 200, highlight=False, soft_wrap=False)


def key(name: str) -> Callable[[Json], object]:
    return lambda row: row.get(name)


def short(name: str, length: int = 8) -> Callable[[Json], object]:
    return lambda row: str(row.get(name) or "")[:length]


def clipped(name: str, length: int) -> Callable[[Json], object]:
    def value(row: Json) -> str:
        text = " ".join(str(row.get(name) or "").split())
        return text if len(text) <= length else text[: length - 1] + "…"

    return value


def moment(name: str) -> Callable[[Json], object]:
    """A stored time to the second, without its zone (always UTC)."""
    return lambda row: str(row.get(name) or "")[:19].replace("T", " ")


def best(row: Json) -> str:
    """ "14,000", or "-" where nothing is known yet."""
    return "-" if row.get("best") is None else figure(row["best"])


def span(row: Json) -> str:
    """The range, where it is more than the figure itself."""
    if row.get("low") is None or row["low"] == row["high"]:
        return ""
    return interval(row["low"], row["high"])


def planned(row: Json) -> str:
    plan = row.get("planned")
    return "" if not plan else f"{interval(plan['low'], plan['high'])} {plan['kind']}"
