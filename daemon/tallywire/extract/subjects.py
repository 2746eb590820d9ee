"""Subjects of saying that no list of offices knows: ", two security sources told us", "said the headquarters"."""

from __future__ import annotations

from typing import Final, NamedTuple

from tallywire.extract.asides import before_adjuncts
from tallywire.extract.lexicon import closed
from tallywire.extract.line import ADVERB, BE, BREAKER, DETERMINER, HAVE, MAY, PREPOSITION, RELATIVE, WILL, Line

_STRONG: Final = closed("say")  # verbs that only people and offices do
_OPENS: Final = frozenset({",", "–", "—", "”", '"', "“", ";"})
_ARTICLES: Final = frozenset({"the", "a", "an", "some"})
_INSIDE: Final = frozenset({"of", "for", "at", "in", "and", "on", "from"})
_NO_END: Final = PREPOSITION | DETERMINER | ADVERB | {"to", "of", "and"}
_NO_SUBJECT: Final = BREAKER | frozenset(
    "according all both each many some most none latest it this that these those there he she they we i you who which "
    "what as and but".split()
)
_VERBAL: Final = BE | HAVE | MAY | WILL | RELATIVE
_REACH: Final = 10  # tokens of a subject
_ASIDE: Final = 24  # tokens of ", which runs its own count in areas held by others,"


class Name(NamedTuple):
    """tokens[first:last]; `weak`: a pronoun or a bare office, which stands for somebody named before."""

    first: int
    last: int
    weak: bool


def phrase_before(line: Line, verb: int) -> Name | None:
    """All that stands between a comma, or the sentence's start, and a verb of saying."""
    at = verb - 1
    while at >= 0 and (line.lower(at) in ADVERB or line.lower(at) in HAVE):
        at -= 1
    at = before_adjuncts(line, at)
    if line.lower(at) == ",":
        at = _before_aside(line, at)
    first = at
    while first >= 0 and at - first < _REACH and not _opens(line, first):
        if (line.lower(first) in _VERBAL and line.tokens[first].kind == "word") or _is_figure(line, first):
            return None
        first -= 1
    if at - first >= _REACH or at == first:
        return None
    strong = first >= 0 or line.lower(verb) in _STRONG or line.lower(verb + 1) in {"that", "of"}
    return _named(line, first + 1, at + 1) if strong else None


def of_relative(line: Line, verb: int) -> Name | None:
    """ "A teacher who asked not to be named put the number at": who opens the sentence."""
    for at in range(verb - 2, max(1, verb - _REACH), -1):
        if line.lower(at) == "who":
            opening = line.text(0, at).count(" ") < _REACH and not any(_is_figure(line, i) for i in range(at))
            return _named(line, 0, at) if opening and line.lower(verb) in _STRONG and _opens_all(line, at) else None
    return None


def _opens_all(line: Line, end: int) -> bool:
    """Whether tokens[:end] are one noun phrase: an article or a name, and no verb."""
    return all(line.lower(i) not in _VERBAL and not _opens(line, i) for i in range(end))


def _named(line: Line, first: int, last: int) -> Name | None:
    head = line.lower(first)
    end = line.tokens[last - 1]
    if head in _NO_SUBJECT or head in PREPOSITION or end.kind not in {"word", "model"} or end.lower in _NO_END:
        return None
    if any(i in line.hits for i in range(first, last)):  # "fires sweeping the area": an event says nothing
        return None
    while first < last and line.lower(first) in _ARTICLES:
        first += 1
    return Name(first, last, weak=False) if first < last else None


def _opens(line: Line, at: int) -> bool:
    """Whether a pause stands there; the apostrophe of "doctors' union" is none."""
    return line.lower(at) in _OPENS or (
        line.lower(at) in {"-", ":"} and line.tokens[at].start > line.tokens[at - 1].end
    )


def _is_figure(line: Line, at: int) -> bool:
    """A figure ends the look, but "two security sources" are counted sources."""
    mention = line.at_number.get(at)
    return mention is not None and not (mention.low is not None and mention.low < 10 and _opens(line, at - 1))


def _before_aside(line: Line, comma: int) -> int:
    """The end of what an aside explains: "The Network, which runs its own count, thinks"."""
    for at in range(comma - 1, max(0, comma - _ASIDE), -1):
        if line.lower(at) == "," and line.lower(at + 1) in {"who", "which"}:
            return at - 1
    return comma


def phrase_after(line: Line, at: int) -> Name | None:
    """ "said the operational headquarters", "according to the principal": an article and the plain words after it."""
    if line.lower(at) not in _ARTICLES:
        return None
    first = last = at + 1
    while last < len(line.tokens) and last - first < _REACH and _in_phrase(line, last):
        last += 1
    while last > first and line.lower(last - 1) in _INSIDE:
        last -= 1
    return Name(first, last, weak=False) if last > first else None


def _in_phrase(line: Line, at: int) -> bool:
    token = line.tokens[at]
    if at in line.at_number or token.lower in _VERBAL or token.lower in ADVERB:
        return False
    if token.lower in PREPOSITION:
        return token.lower in {"of", "for"}
    return token.kind in {"word", "model", "possessive"}
