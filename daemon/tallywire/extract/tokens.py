"""Text into tokens with offsets. Sentences are made in sentences.py. All offsets refer to the text as given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from tallywire.extract.wordlists import values, words

Kind = Literal["word", "number", "ordinal", "model", "time", "date", "url", "possessive", "symbol", "punct"]


class Token(NamedTuple):
    """One token. A named tuple rather than a dataclass: a text has thousands, and these are made four times faster.

    Kinds: "number" is digits with their separators ("12,000", "1.5"); "ordinal" 96th; "model" letters with digits
    ("M-1978", "COVID-19"); "time" 8:49; "date" 2025-01-15; "possessive" the 's of "Korea's"; "symbol" $, %, ~.
    A hyphenated word is one token unless it starts with a number word: "five-year" gives "five", "-", "year".
    """

    text: str
    lower: str
    start: int
    end: int
    kind: Kind

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


_NUMERALS: Final = frozenset(
    key for section in ("units", "tens", "scales", "fractions") for key in values("numerals", section)
)
_CURRENCY: Final = tuple(values("units", "currency codes"))


def _tails() -> str:
    """Lookbehinds that keep "mid-2024" and "USD10m" from reading as model names."""
    prefixes = [f"(?<!{p[0].upper()}{p[1:]})(?<!{p})" for p in words("numerals", "prefixes")]
    return "".join(sorted(prefixes) + [f"(?<!{re.escape(c)})" for c in (*_CURRENCY, "$US", "$A", "$NZ", "$C")])


# What follows "4,1" where the comma is a decimal one: "4,1 million", "4,1-4,3 million". A list would have a space.
_SCALE: Final = r"[\s-]?(?:thousand|million|billion|trillion|mn|bn)\b"
_BEFORE_SCALE: Final = rf"(?:\s?(?:[-–—]|to|and|or)\s?[0-9]{{1,3}},[0-9]{{1,2}})?{_SCALE}"
_LETTER: Final = r"[^\W\d_ʼ]"
_TOKEN: Final = re.compile(
    rf"""
    (?P<url>https?://\S+|www\.\S+)
  | (?P<word>(?:[A-Z]\.)+(?=[\s,;:)A-Z'’]|$)|[ap]\.m\.
      | {_LETTER}+(?:[-‑]{_LETTER}+)*(?:['’](?!s\b){_LETTER}+)*(?P<model>(?=[-‑]?[0-9]){_tails()}[-‑]?[0-9][\w-]*)?)
  | (?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?![0-9])|[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{2,4}}(?![0-9])
      | [0-9]{{1,2}}\.[0-9]{{1,2}}\.(?:[0-9]{{4}}|[0-9]{{2}})(?![0-9]))
  | (?P<time>[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?(?![0-9]))
  | (?P<ordinal>[0-9]+(?:,[0-9]{{3}})*(?:st|nd|rd|th)\b)
  | (?P<number>[0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9])(?:\.[0-9]+)?
      | [0-9]{{1,3}}(?:['’\u00a0\u2009\u202f][0-9]{{3}})+(?![0-9])(?:[.,][0-9]+)?
      | [1-9][0-9]{{0,2}}(?:\ [0-9]{{3}})+(?![0-9]|[,.:/-][0-9])
      | [1-9][0-9]{{0,2}}(?:\.[0-9]{{3}}){{2,}}(?![0-9])
      | [0-9]{{1,2}}(?:,[0-9]{{2}})+,[0-9]{{3}}(?![0-9])
      | [0-9]{{1,3}},[0-9]{{1,2}}(?={_BEFORE_SCALE})
      | [0-9]+(?:\.[0-9]+)?
      | \.[0-9]+)
  | (?P<possessive>['’ʼ]s\b)
  | (?P<symbol>[%$€£¥₹₽₩°′″~≈+<>=×½⅓⅔¼¾])
  | (?P<punct>[^\s])
    """,
    re.VERBOSE,
)


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of text[start:end].

    Most of a text are plain words between spaces; those are taken as they are, for the pattern takes three times as
    long for each. What stands between them is read by the pattern, neighbours together ("15 200").
    """
    end = len(text) if end is None else end
    found: list[Token] = []
    append, make, as_token = found.append, tuple.__new__, Token  # the hottest loop of the whole extraction
    at, odd = start, -1  # `odd`: where a stretch for the pattern begins
    for chunk in text[start:end].split(" "):
        comma = chunk[-1:] == ","
        word = chunk[:-1] if comma else chunk
        if word.isalpha() and word.isascii():
            if odd >= 0:
                read(text, odd, at, end, found)
                odd = -1
            after = at + len(word)
            append(make(as_token, (word, word.lower(), at, after, "word")))
            if comma:
                append(make(as_token, (",", ",", after, after + 1, "punct")))
        elif odd < 0 and chunk:
            odd = at
        at += len(chunk) + 1
    if odd >= 0:
        read(text, odd, end, end, found)
    return found


def read(text: str, start: int, stop: int, end: int, found: list[Token]) -> None:
    """Adds the tokens of text[start:stop] by the pattern, which may look on to `end`."""
    for match in _TOKEN.finditer(text, start, end):
        kind, surface, at = match.lastgroup, match.group(), match.start()
        if at >= stop:
            return
        if kind == "word" and not surface.isalpha():  # most words are plain letters: only the others need a look
            if match["model"]:
                kind = "model"
            elif "-" in surface and surface[: surface.index("-")].lower() in _NUMERALS:
                found += _split(surface, at)
                continue
        found.append(tuple.__new__(Token, (surface, surface.lower(), at, match.end(), kind)))


def _split(surface: str, at: int) -> list[Token]:
    """ "five-year" -> "five", "-", "year": number words tied by hyphens are read one by one."""
    parts: list[Token] = []
    for i, piece in enumerate(surface.split("-")):
        if i:
            parts.append(Token("-", "-", at, at + 1, "punct"))
            at += 1
        parts.append(Token(piece, piece.lower(), at, at + len(piece), "word"))
        at += len(piece)
    return parts


def lower_at(tokens: Sequence[Token], at: int) -> str:
    """The lower-case text of tokens[at], "" outside the list."""
    return tokens[at].lower if 0 <= at < len(tokens) else ""
