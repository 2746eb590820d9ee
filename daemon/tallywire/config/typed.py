"""Texts of the configuration typed by its schema; every mistake is a ConfigError with file, line and key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time, timedelta
from typing import Final, TypeAlias, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from tallywire.config.yamlfile import ConfigError, Value

T = TypeVar("T")
D = TypeVar("D")
Reader: TypeAlias = Callable[[Value], T]

_WHOLE: Final = re.compile(r"[0-9]+|[0-9]{1,3}(,[0-9]{3})+")
_NUMBER: Final = re.compile(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")
_AMOUNT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)")
_WORDS: Final = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_SECONDS: Final = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3_600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
    **dict.fromkeys(("w", "week", "weeks"), 604_800.0),
}
_BYTES: Final = {"": 1, "b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}
_LONGEST: Final = 86_400.0 * 36_525  # seconds: a century, before timedelta overflows


def nearest(word: str, known: Iterable[str]) -> str:
    """ "; did you mean 'policy'?", or "" where nothing is near."""
    by_fold = {k.casefold(): k for k in known}
    near = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.7)
    return f"; did you mean '{by_fold[near[0]]}'?" if near else ""


class Fields:
    """A mapping whose keys the schema knows. Raises ConfigError for others; `same_as` is read as `same as`."""

    def __init__(self, value: Value, known: Sequence[str]) -> None:
        self.value = value
        self._entries: dict[str, Value] = {}
        for name, entry in mapping(value).items():
            key = name.replace("_", " ")
            if key not in known:
                raise entry.error("unknown" + (nearest(key, known) or f"; known here: {', '.join(known)}"))
            if (first := self._entries.get(key)) is not None:
                raise entry.error(f"given twice (first on line {first.line})")
            self._entries[key] = entry

    def has(self, key: str) -> bool:
        return key in self._entries

    def at(self, key: str) -> Value:
        """The entry, or the whole mapping where it is missing: the place that a message about the key points to."""
        return self._entries.get(key, self.value)

    def take(self, key: str, read: Callable[[Value], T], default: D) -> T | D:
        return read(self._entries[key]) if key in self._entries else default

    def need(self, key: str, read: Callable[[Value], T]) -> T:
        if key not in self._entries:
            raise ConfigError(f"{self.value.file}:{self.value.line}: key '{key}' is missing")
        return read(self._entries[key])


# --- shapes ---------------------------------------------------------------------------------------------------------


def mapping(value: Value) -> dict[str, Value]:
    if not isinstance(value.content, dict):
        raise value.error(f"expected keys and values ('key: value'), not {_shape(value)}")
    return value.content


def items(value: Value) -> list[Value]:
    """A list; a single text or mapping counts as a list of one."""
    return value.content if isinstance(value.content, list) else [value]


def text(value: Value) -> str:
    if not isinstance(value.content, str):
        raise value.error(f"expected a text, not {_shape(value)}")
    if not value.content.strip():
        raise value.error("has no value; give it one or leave the key out")
    return " ".join(value.content.split())


def texts(value: Value) -> tuple[str, ...]:
    return tuple(text(item) for item in items(value))


def names(value: Value) -> tuple[str, ...]:
    """Texts that are to be found in articles: a bare number there is a slip, and would be found everywhere."""
    for item in items(value):
        if _NUMBER.fullmatch(word := text(item)):
            raise item.error(f"'{word}' is a number where a name is due")
    return texts(value)


def _shape(value: Value) -> str:
    if isinstance(value.content, list):
        return "a list"
    if isinstance(value.content, dict):
        return "a mapping"
    return "a text" if value.content.strip() else "nothing"


# --- scalars --------------------------------------------------------------------------------------------------------


def one_of(*words: str) -> Callable[[Value], str]:
    def read(value: Value) -> str:
        word = text(value)
        if word not in words:
            raise value.error(f"'{word}' is not one of {', '.join(words)}{nearest(word, words)}")
        return word

    return read


def boolean(value: Value) -> bool:
    word = text(value)
    if word.casefold() not in _WORDS:
        raise value.error(f"'{word}' is neither yes nor no")
    return _WORDS[word.casefold()]


def whole(value: Value) -> int:
    word = text(value)
    if not _WHOLE.fullmatch(word) or len(word) > 18:
        raise value.error(f"'{word}' is not a whole number")
    return int(word.replace(",", ""))


def number(value: Value) -> int | float:
    word = text(value)
    if not _NUMBER.fullmatch(word) or len(word) > 18:
        raise value.error(f"'{word}' is not a number")
    plain = word.replace(",", "")
    return float(plain) if "." in plain else int(plain)


def day(value: Value) -> str:
    """An ISO date."""
    word = text(value)
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", word):
            return date.fromisoformat(word).isoformat()
    except ValueError:
        pass
    raise value.error(f"'{word}' is not a date; write it like 2025-01-31")


def clock(value: Value) -> time:
    word = text(value)
    if re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", word):
        hour, _, minute = word.partition(":")
        return time(int(hour), int(minute))
    raise value.error(f"'{word}' is not a time of day; write it like 08:00")


def zone(value: Value) -> str:
    word = text(value)
    try:
        ZoneInfo(word)
    except (ValueError, OSError, KeyError):
        hint = nearest(word, available_timezones())
        raise value.error(f"'{word}' is not a time zone; write it like Europe/Kyiv{hint}") from None
    return word


def duration(unit: str) -> Callable[[Value], timedelta]:
    """ "90 days", "60 s", "24 h"; a bare number is in `unit`."""

    def read(value: Value) -> timedelta:
        word = text(value)
        try:
            return length(word, unit)
        except ValueError as error:
            raise value.error(f"'{word}' is {error}") from None

    return read


def length(word: str, unit: str = "") -> timedelta:
    """ "90 days", "60 s", "24h"; a bare number is in `unit`. Raises ValueError with what the word is instead."""
    match = _AMOUNT.fullmatch(word)
    factor = _SECONDS.get((match[2] or unit).casefold()) if match else None
    if match is None or factor is None:
        raise ValueError("not a length of time; write it like 60 s, 15 min, 24 h or 90 days")
    if (seconds := float(match[1]) * factor) > _LONGEST:
        raise ValueError("more than a century")
    return timedelta(seconds=seconds)


def size(value: Value) -> int:
    """Bytes: "20 MB", "500 kB", "20000000"."""
    word = text(value)
    match = _AMOUNT.fullmatch(word)
    factor = _BYTES.get(match[2].casefold()) if match else None
    if match is None or factor is None or len(word) > 18:
        raise value.error(f"'{word}' is not a size; write it like 20 MB")
    return round(float(match[1]) * factor)


def between(low: int, high: int, read: Reader[T], size_of: Callable[[T], float], unit: str = "") -> Reader[T]:
    """The value where it lies within sense, ends included."""

    def checked(value: Value) -> T:
        found = read(value)
        if not low <= size_of(found) <= high:
            raise value.error(f"'{text(value)}' is out of range ({low:,} to {high:,}{unit})")
        return found

    return checked
