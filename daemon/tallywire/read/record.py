"""JSON: one article, a list of them, or one a line (.jsonl)."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any, Final

from tallywire.read import encoding, fields
from tallywire.read.draft import Draft
from tallywire.read.limits import LIMITS, Rejected

_WRAPPERS: Final = (
    "article",
    "articles",
    "items",
    "results",
    "data",
    "entries",
    "documents",
    "docs",
    "news",
    "response",
)
_MARKUP: Final = re.compile(
    r"<(?:p|br|div|h[1-6]|ul|ol|li|span|strong|em|b|i|a|table|blockquote|article)\b[^<>]{0,2000}>", re.I
)
_DEPTH: Final = re.compile(r"[\[\]{}]")
_STRINGS: Final = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)', re.DOTALL)  # an open one runs to the end: no second try
_EXACT: Final = 15  # digits that a float keeps too


class _Object(dict[str, Any]):
    """A JSON object that remembers the keys that were given twice with different values."""

    twice: frozenset[str] = frozenset()


def read_json(data: bytes, name: str) -> list[Draft]:
    """One file, one value. An object is an article or holds a list of them; a list is many articles.

    Values on lines of their own, as in .jsonl, are read as that.
    """
    text = encoding.decode(data)
    try:
        value = _load(text, "")
    except Rejected as refusal:
        if "Extra data" in refusal.detail and _is_object(text.strip().partition("\n")[0]):
            return read_jsonl(data, name)
        raise
    records = _records(value)
    if len(records) == 1:
        return [_draft(records[0], None)]
    return [_draft(record, f"item {i}") for i, record in enumerate(records, start=1)]


def read_jsonl(data: bytes, name: str) -> list[Draft]:
    """One article a line, all or none; blank lines do not count."""
    drafts = []
    rows = encoding.decode(data).split("\n")
    spans = _spans(data, len(rows))
    for number, (row, span) in enumerate(zip(rows, spans, strict=True), start=1):
        if row.strip():
            where = f"line {number}"
            value = _load(row, where)
            if not isinstance(value, dict):
                raise Rejected("broken json", f"{where}: an object with the article is expected")
            drafts.append(_draft(value, where, span))
        if len(drafts) > LIMITS.articles:
            raise Rejected("too large", f"more than {LIMITS.articles:,} articles in one file")
    return drafts


def _spans(data: bytes, lines: int) -> list[tuple[int, int] | None]:
    """Where each line's own bytes are, without its end and the file's mark.

    None in the wide charsets, where a line end is no byte of its own: their lines are not told apart as bytes.
    """
    if b"\x00" in data or data.count(b"\n") + 1 != lines:
        return [None] * lines
    spans: list[tuple[int, int] | None] = []
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    for row in data[start:].split(b"\n"):
        spans.append((start, start + len(row.removesuffix(b"\r"))))
        start += len(row) + 1
    return spans


def has_markup(text: str) -> bool:
    """Whether a text field holds HTML."""
    return _MARKUP.search(text) is not None


def _is_object(row: str) -> bool:
    try:
        return isinstance(_load(row, ""), dict)
    except Rejected:
        return False


def _load(text: str, where: str) -> Any:
    at = f"{where}: " if where else ""
    text = text.strip("\ufeff\x00 \t\r\n")
    _refuse_deep(text, at)
    try:
        return json.loads(
            text,
            strict=False,  # a raw line break inside a string is common, and harmless
            parse_int=_integer,
            parse_float=_float,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise Rejected("broken json", f"{at}{error.msg} at line {error.lineno}, column {error.colno}") from None


def _integer(digits: str) -> int | str:
    """A longer one is an id or an attack, and stays text: converting a million digits takes minutes."""
    return int(digits) if len(digits) <= _EXACT else digits


def _float(digits: str) -> float | str:
    return float(digits) if len(digits) <= 2 * _EXACT else digits


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    if len(made) != len(pairs):
        made.twice = frozenset(key for key, value in pairs if made[key] != value)
    return made


def _refuse_deep(text: str, at: str) -> None:
    """Counts the brackets outside strings before the parser recurses into them."""
    if text.count("[") + text.count("{") <= LIMITS.nesting:
        return
    depth = 0
    for found in _DEPTH.finditer(_STRINGS.sub("", text)):
        depth += 1 if found.group() in "[{" else -1
        if depth > LIMITS.nesting:
            raise Rejected("too deep", f"{at}more than {LIMITS.nesting} levels of JSON")


def _records(value: Any) -> list[dict[str, Any]]:
    """The articles in a JSON value, looking through the wrappers that services put around them."""
    for _ in range(4):
        if isinstance(value, list):
            if not value or not all(isinstance(item, dict) for item in value):
                raise Rejected("no text", "a list of objects with articles is expected")
            if len(value) > LIMITS.articles:
                raise Rejected("too large", f"more than {LIMITS.articles:,} articles in one file")
            return value
        if not isinstance(value, dict):
            raise Rejected("no text", "an object with the article's text is expected")
        if fields.read(value).text:
            return [value]
        inner = next((value[key] for key in _WRAPPERS if isinstance(value.get(key), dict | list)), None)
        if inner is None:
            break
        value = inner
    raise Rejected("no text", f"no text in the JSON; it is looked for under {', '.join(fields.TEXT[:6])}, ...")


def _draft(record: dict[str, Any], member: str | None, span: tuple[int, int] | None = None) -> Draft:
    if twice := sorted(getattr(record, "twice", ())):
        raise Rejected(
            "broken json", f"{member or 'the article'}: the key {twice[0]!r} is there twice, with two values"
        )
    known = fields.read(record)
    if not known.text.strip():
        raise Rejected("no text", f"{member or 'the article'}: no text field")
    text = known.text
    if has_markup(text):
        from tallywire.read import web  # late: it needs lxml

        text = web.fragment(text)
    return Draft(
        text,
        title=known.title,
        outlet=known.outlet,
        author=known.author,
        url=known.url,
        published=known.published,
        published_from="json" if known.published else "none",
        misdated=known.misdated,
        media="application/json",
        reader="json@1",
        member=member,
        span=span,
    )
