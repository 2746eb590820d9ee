"""A YAML file as texts, lists and mappings with their lines: nothing is typed here, nothing is executed.

PyYAML alone reads `22:00` as 1320, `No` as False and keeps the last of two equal keys in silence; so only its parser is
used, every scalar stays the text that stands there, and the schema types it (typed.py). Anchors, aliases and tags are
refused: a configuration needs none, and with them a few lines can unfold into gigabytes or name a Python object.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

BYTES: Final = 1_000_000
LEVELS: Final = 20


class ConfigError(Exception):
    """A mistake in the configuration: one line with file, line and key. Nothing of it was applied."""


@dataclass(frozen=True, slots=True)
class Value:
    """What stands at one place of a file: a text, a list or a mapping. `key` is the one above it ("" at the top).

    The content is kept out of the repr: it may be a channel's URL, and a repr ends up in logs.
    """

    file: str
    line: int
    key: str
    content: str | list[Value] | dict[str, Value] = field(repr=False)

    def error(self, what: str) -> ConfigError:
        key = f"key '{self.key}': " if self.key else ""
        return ConfigError(f"{self.file}:{self.line}: {key}{what}")


def read(path: Path, shown: str) -> Value | None:
    """The file's one document, None where it is empty. Raises ConfigError; FileNotFoundError where there is none."""
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
        if kind not in (stat.S_IFREG, stat.S_IFDIR):  # reading a pipe could wait for ever
            raise ConfigError(f"{shown}: is no file")
        with path.open("rb") as file:
            data = file.read(BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(f"{shown}: can't be read: {error.strerror}") from None
    if len(data) > BYTES:
        raise ConfigError(f"{shown}: too large (the limit is {BYTES:,} bytes)")
    return parse(_decoded(data, shown), shown)


def _decoded(data: bytes, shown: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ConfigError(f"{shown}: is UTF-16; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{shown}:{line}: is not UTF-8; save it as UTF-8") from None


def parse(text: str, shown: str) -> Value | None:
    """The text's one document. Raises ConfigError."""
    try:
        return _Builder(shown, yaml.parse(text, Loader=yaml.BaseLoader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{shown}:{line}: {_problem(error)}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigError(f"{shown}:{line}: the character U+{error.character:04X} has no place in a text") from None


# What people get wrong, in words that say what to do. PyYAML's own words can quote the line, which may hold a secret.
_PROBLEMS: Final = (
    ("found character '\\t'", "a tab can't indent YAML; use spaces"),
    ("found unexpected end of stream", "the quote that begins {context} is never closed"),
    ("mapping values are not allowed here", "an unexpected ':' (a text with ': ' in it needs quotes), or wrong indent"),
    ("found character", "a text that begins with this sign needs quotes"),
    ("found unknown escape character", "an unknown \\ escape; use single quotes to have \\ stand for itself"),
    ("expected ',' or ']'", "the list that begins {context} is never closed, or a ',' is missing"),
    ("expected ',' or '}'", "the mapping that begins {context} is never closed, or a ',' is missing"),
    ("sequence entries are not allowed here", "a list's '- ' must begin a line of its own"),
    ("could not find expected ':'", "a key without ':', or wrong indent"),
    ("expected <block end>", "wrong indent, or a list and a mapping mixed"),
)


def _problem(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or ""
    context = f"on line {error.context_mark.line + 1}" if error.context_mark else "here"
    for beginning, words in _PROBLEMS:
        if problem.startswith(beginning):
            return words.format(context=context)
    return "this is not valid YAML"


class _Builder:
    """Takes the parser's events one by one, so that what is too deep is refused before it is read."""

    def __init__(self, shown: str, events: Iterator[Any]) -> None:
        self._shown = shown
        self._events = events

    def document(self) -> Value | None:
        top: Value | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._at(event, "", "").error("a second document ('---'); one file holds one")
            elif isinstance(event, yaml.NodeEvent):
                top = self._value(event, "", 0)
        return None if top is None or top.content == "" else top

    def _value(self, event: Any, key: str, level: int) -> Value:
        self._refuse(event, key)
        if level > LEVELS:
            raise self._at(event, key, "").error(f"more than {LEVELS} levels deep")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._at(event, key, self._list(key, level + 1))
        if isinstance(event, yaml.MappingStartEvent):
            return self._at(event, key, self._mapping(level + 1))
        return self._at(event, key, event.value)

    def _list(self, key: str, level: int) -> list[Value]:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, key, level))
        return items

    def _mapping(self, level: int) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event)
            value = self._value(next(self._events), key.key, level)
            if (first := entries.get(key.key)) is not None:
                raise key.error(f"given twice (first on line {first.line})")
            # The key's line, not the value's: that is where people look for a key.
            entries[key.key] = Value(value.file, key.line, key.key, value.content)
        return entries

    def _key(self, event: Any) -> Value:
        self._refuse(event, "")
        if not isinstance(event, yaml.ScalarEvent):
            raise self._at(event, "", "").error("a key must be a text, not a list or a mapping")
        if event.value.strip() == "":
            raise self._at(event, "", "").error("a key is missing before ':'")
        if "://" in event.value:  # it may hold a secret, so it must not become a key, which messages name
            raise self._at(event, "", "").error("a URL can't be a key; write 'name: URL'")
        return self._at(event, event.value.strip(), "")

    def _refuse(self, event: Any, key: str) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise self._at(event, key, "").error(
                "anchors (&) and aliases (*) are not taken; a text that begins so needs quotes"
            )
        if getattr(event, "tag", None) is not None:
            raise self._at(event, key, "").error("tags (!) are not taken; a text that begins so needs quotes")

    def _at(self, event: Any, key: str, content: str | list[Value] | dict[str, Value]) -> Value:
        return Value(self._shown, event.start_mark.line + 1, key, content)
