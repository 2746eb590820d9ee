"""Rows as a table can hold them: one tuple of None, int, float or str per row, the same in every store.

What a column holds follows from its name: `*_json` any JSON value (kept as canonical text), `is_*` a boolean (kept as
0/1), low, high and onto a number (integers stay integers), some an integer, and all others text. Anything else is
refused before it reaches a table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from tallywire.eventstore.base import TABLES, Row, StoreError, Table
from tallywire.eventstore.codec import canonical, parsed

Cell = None | int | float | str
Cells = tuple[Cell, ...]

NUMBERS: Final = frozenset({"low", "high", "onto"})
INTEGERS: Final = frozenset(
    "size mtime_ns position start_at end_at number_start number_end revisions revised_position revision attempts tries"
    " version shingle members sharpness".split()
)
_LARGEST: Final = 2**63 - 1

# --- text that every database takes ---------------------------------------------------------------------------------

# SQLite's bindings refuse lone surrogates, its length() stops at NUL, PostgreSQL refuses both. They are kept as this
# noncharacter and four hex digits, which is unambiguous because the noncharacter itself is kept so too.
_MARK: Final = "\U0010ffff"
_HOSTILE: Final = re.compile(f"[\0\ud800-\udfff{_MARK}]")
_KEPT: Final = re.compile(f"{_MARK}([0-9a-f]{{4}})")


def storable(text: str) -> str:
    """The text as it is kept; most texts as they are."""
    if text.isascii() and "\0" not in text:
        return text
    return _HOSTILE.sub(lambda match: f"{_MARK}{min(ord(match[0]), 0xFFFF):04x}", text)


def restored(text: str) -> str:
    """The inverse of `storable`."""
    if _MARK not in text:
        return text
    return _KEPT.sub(lambda match: _MARK if match[1] == "ffff" else chr(int(match[1], 16)), text)


# --- single values --------------------------------------------------------------------------------------------------


def _pack_text(value: Any) -> Cell:
    if not isinstance(value, str):
        raise StoreError("takes text")
    return storable(value)


def _pack_integer(value: Any) -> Cell:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST:
        raise StoreError("takes an integer of 64 bits")
    return value


def _pack_number(value: Any) -> Cell:
    """Integers beyond 64 bits become floats: no count needs them, and a database would refuse them."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise StoreError("takes a number")
    if isinstance(value, int) and abs(value) <= _LARGEST:
        return value
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise StoreError("takes a finite number")
    return number


def _pack_bool(value: Any) -> Cell:
    if not isinstance(value, bool):
        raise StoreError("takes true or false")
    return int(value)


def _same(cell: Any) -> Any:
    return cell


Packer = Callable[[Any], Cell]
Unpacker = Callable[[Any], Any]


def _codec_of(column: str) -> tuple[Packer, Unpacker]:
    if column.endswith("_json"):
        return canonical, parsed
    if column.startswith("is_"):
        return _pack_bool, bool
    if column in NUMBERS:
        return _pack_number, _same
    if column in INTEGERS:
        return _pack_integer, _same
    return _pack_text, restored


_CODECS: Final = {column: _codec_of(column) for table in TABLES.values() for column in table.columns}
_COLUMNS: Final = {name: frozenset(table.columns) for name, table in TABLES.items()}
_PACKERS: Final = {name: [(column, _CODECS[column][0]) for column in table.columns] for name, table in TABLES.items()}
_UNPACKERS: Final = {name: [(column, _CODECS[column][1]) for column in table.columns] for name, table in TABLES.items()}


def _misfit(table: Table, column: str, value: Any, error: StoreError) -> StoreError:
    return StoreError(f"{table.name}.{column} {error}, not {type(value).__name__}")


def pack_value(table: Table, column: str, value: Any) -> Cell:
    """One value as kept; StoreError where the table has no such column or the column takes no such value."""
    if column not in table.columns:
        raise StoreError(f"the table {table.name} has no column {column!r}")
    if value is None:
        return None
    try:
        return _CODECS[column][0](value)
    except StoreError as error:
        raise _misfit(table, column, value, error) from error


# --- rows -----------------------------------------------------------------------------------------------------------


def table_named(name: str, *, operational: bool = False) -> Table:
    """The table of that name; with `operational`, only one that may be written to directly."""
    table = TABLES.get(name)
    if table is None:
        raise StoreError(f"there is no table {name!r}")
    if operational and table.view:
        raise StoreError(f"{name} is a view of the log: append an event instead of writing to it")
    return table


def pack(table: Table, row: Row) -> Cells:
    """A whole row; columns not given are NULL, those of the key must be given."""
    if not row.keys() <= _COLUMNS[table.name]:
        odd = ", ".join(sorted(row.keys() - _COLUMNS[table.name]))
        raise StoreError(f"the table {table.name} has no column {odd}")
    missing = [column for column in table.key if row.get(column) is None]
    if missing:
        raise StoreError(f"a row of {table.name} needs its key: {', '.join(missing)} is missing")
    cells: list[Cell] = []
    for column, packer in _PACKERS[table.name]:
        value = row.get(column)
        try:
            cells.append(None if value is None else packer(value))
        except StoreError as error:
            raise _misfit(table, column, value, error) from error
    return tuple(cells)


def unpack(table: Table, cells: Sequence[Cell]) -> Row:
    return {
        column: None if cell is None else unpacker(cell)
        for (column, unpacker), cell in zip(_UNPACKERS[table.name], cells, strict=True)
    }


def unpack_some(columns: Sequence[str], cells: Sequence[Cell]) -> Row:
    """The same of some columns."""
    pairs = zip(columns, cells, strict=True)
    return {column: None if cell is None else _CODECS[column][1](cell) for column, cell in pairs}


def pack_key(table: Table, key: Sequence[Any]) -> Cells:
    if len(key) != len(table.key):
        raise StoreError(f"the key of {table.name} is ({', '.join(table.key)}), not {len(key)} values")
    return tuple(pack_value(table, column, value) for column, value in zip(table.key, key, strict=True))


def pack_filter(table: Table, column: str, value: Any) -> Cell | list[Cell]:
    """What a column must equal: a cell, or a list of them for "one of"."""
    if isinstance(value, tuple | list):
        return [pack_value(table, column, item) for item in value]
    return pack_value(table, column, value)


def order_of(table: Table, order: str | None) -> tuple[str | None, bool]:
    """(column or None for the key, whether descending)."""
    if order is None:
        return None, False
    column = order.removeprefix("-")
    if column not in table.columns:
        raise StoreError(f"the table {table.name} has no column {column!r}")
    return column, order.startswith("-")


def checked_limit(limit: int | None) -> int | None:
    if limit is not None and limit < 0:
        raise StoreError("a limit is not negative")
    return limit
