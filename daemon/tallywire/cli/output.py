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

WIDE: Final = 120  # characters; below it, rows of many columns become a few lines each
FLEXIBLE: Final = frozenset(
    {
        "WHAT",
        "WHO",
        "QUOTE",
        "BECAUSE",
        "TITLE",
        "OUTLET",
        "FILE",
        "WHY",
        "WHAT TO DO",
        "SENT TO",
        "ERROR",
        "DATA",
        "STREAM",
    }
)
LABELLED: Final = frozenset({"RANGE", "PLANNED", "AS OF", "SOURCES", "ARTICLES", "CLAIMS", "ATTEMPTS", "NEXT (UTC)"})
_FEW: Final = 4  # columns that need no second line, however narrow


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
    """A table for people; where the terminal is too narrow for it, a few lines for each row."""
    if not rows:
        click.echo(empty)
        return
    screen = console()
    if screen.width < WIDE and len(columns) > _FEW:
        for row in rows:
            _block(row, columns)
        return
    shape = Table(box=None, pad_edge=False, header_style="bold")
    for name, _ in columns:
        shape.add_column(name, overflow="fold", no_wrap=name not in FLEXIBLE)
    for row in rows:
        shape.add_row(*(Text(_cell(value(row))) for _, value in columns))
    screen.print(shape)


def _block(row: Json, columns: Sequence[Column]) -> None:
    """What is short on one line, what is long on lines of its own."""
    cells = [(name, _cell(value(row))) for name, value in columns]
    brief = [f"{name.lower()} {t}" if name in LABELLED else t for name, t in cells if name not in FLEXIBLE and t]
    click.echo("  ".join([click.style(brief[0], bold=True), *brief[1:]]) if brief else "-")
    for name, text in cells:
        if name in FLEXIBLE and text:
            click.echo(f"    {name.lower()}: {text}")


def _cell(value: object) -> str:
    return "" if value is None else str(value)


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
