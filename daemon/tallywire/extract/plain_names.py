"""People and offices that no list knows, in plain words: "two residents told", "according to the principal"."""

from __future__ import annotations

from typing import Final

from tallywire.extract.inflect import looks_plural, singular
from tallywire.extract.lexicon import closed, persons
from tallywire.extract.line import Line
from tallywire.extract.nouns import CLOSED

ARTICLES: Final = frozenset({"the", "a", "an", "its", "their", "his", "her", "our"})
SETS_OFF: Final = frozenset({",", "–", "—", "-", "”", '"', "’", "“"})
WORDS: Final = 4  # that qualify an office
_COUNTING: Final = frozenset("some several many most two three four five six unnamed other both".split())
_OPENS: Final = ARTICLES | _COUNTING | {"one", "another"}
_CLAUSE: Final = SETS_OFF | {"", ";", ":", "and", "but", "that", "while", "as", "because", "though"}
_SOME_OF: Final = frozenset("one two some many most several all".split())
_BEFORE_ALL: Final = frozenset("earlier later meanwhile afterwards today yesterday then initially overnight".split())
_SPEECH: Final = closed("speech")  # done by nobody but people, and never a participle of what is counted
NOBODY: Final = closed("no sayer")
_TIES: Final = frozenset({"of", "for", "at", "in", "from"})
_FIGURE_OPENS: Final = frozenset("that the a at about some nearly over no more up only as around least :".split())
_PARTICLES: Final = frozenset("al- el- ad- an- ar- as- at- az-".split())  # "Ashraf al-Qudra"
_NO_NAMES: Final = closed("stop capital")


def is_proper(line: Line, at: int) -> bool:
    """Whether a token is a capitalised word of a name."""
    token = line.tokens[at]
    if token.kind not in {"word", "model"}:
        return False
    if not token.text[0].isupper():
        return token.text[:3] in _PARTICLES and token.text[3:4].isupper()
    return token.lower not in _NO_NAMES or at in line.entity_at


def is_plain(line: Line, at: int) -> bool:
    """A lower-case word that may qualify a noun."""
    token = line.tokens[at]
    return token.kind == "word" and token.text.islower() and token.lower not in CLOSED and at not in line.at_number


def is_set_off(line: Line, first: int) -> bool:
    """Whether a comma parts a noun phrase from what stands before: ", utility Acme said", ", its report shows"."""
    at = first - 1
    while first - at <= WORDS + 1 and (line.lower(at) in _OPENS or is_plain(line, at)):
        at -= 1
    return line.lower(at) in SETS_OFF


def plain_subject(line: Line, at: int, verb: int) -> int | None:
    """Where the phrase starts that ends at tokens[at] and is the subject of a verb of saying; None if it is none.

    It has a determiner, stands in the plural or is set off; "deaths reported in May" has no sayer.
    """
    said = line.lower(verb) in _SPEECH
    if not is_plain(line, at) or line.lower(at) in NOBODY or line.lower(at).endswith(("ly", "ing")):
        return None
    first = _phrase_start(line, at)
    if not said and not _tells(line, verb) and not _closes(line, first, verb):
        return None
    first = tied_start(line, first)
    opened = line.lower(first) in _OPENS or line.tokens[first - 1].kind == "possessive"
    if line.lower(first - 1) == "and" and opened and (joined := _joined(line, first - 2)) is not None:
        first = joined
    if line.lower(first - 1) == "of" and line.lower(first - 2) in _SOME_OF:  # "one of the survivors"
        first -= 2
    led = line.lower(first - 1) in _CLAUSE or (first == 1 and line.lower(0) in _BEFORE_ALL)
    if not led and line.tokens[first - 1].kind not in {"possessive", "time"}:
        return None
    if not said and any(i in line.hits for i in range(first, at + 1)):
        return None
    return first if (said and (opened or looks_plural(line.lower(at)) or at - first < WORDS)) or opened else None


def tied_start(line: Line, first: int) -> int:
    """ "an official of the commission for refugees": where the phrase starts that leads to tokens[first]."""
    for _ in range(3):
        if first < 2 or line.lower(first - 1) not in _TIES or not is_plain(line, first - 2):
            break
        first = _phrase_start(line, first - 2)
    return first


def opens_clause(line: Line, first: int) -> bool:
    """Whether the phrase at tokens[first] has a determiner and nothing but a pause before it."""
    return line.lower(first) in _OPENS and line.lower(first - 1) in _CLAUSE


def _phrase_start(line: Line, at: int) -> int:
    first = at
    while first > 0 and at - first < WORDS and is_plain(line, first - 1):
        first -= 1
    while first > 0 and line.tokens[first - 1].text.isupper() and line.tokens[first - 1].text.isalpha():
        first -= 1  # "a UCC model"
    while first > 0 and line.lower(first - 1) in _OPENS:
        first -= 1
    return first


def _joined(line: Line, at: int) -> int | None:
    """ "an aid worker and two residents": the first of the two, which has a determiner too."""
    if at < 1 or not is_plain(line, at):
        return None
    first = _phrase_start(line, at)
    return first if line.lower(first) in _OPENS else None


def _tells(line: Line, verb: int) -> bool:
    """Whether what is told follows: "villagers counted 30", "medics reported that"; not "cases reported in May"."""
    return line.lower(verb + 1) in _FIGURE_OPENS or verb + 1 in line.at_number


def _closes(line: Line, first: int, verb: int) -> bool:
    """ "..., a model suggests.", "..., engineers found.": a phrase set off, whose verb ends the clause."""
    known = line.lower(first) in ARTICLES or singular(line.lower(first)) in persons()
    return known and line.lower(first - 1) == "," and line.lower(verb + 1) in {"", ".", ","}


def owner_start(line: Line, first: int) -> int:
    """ "the state's civil defence", "the doctors' union": where the owner of the phrase at tokens[first] starts."""
    if first < 2:
        return first
    at = first - 1
    if not (line.tokens[at].kind == "possessive" or (line.lower(at) in {"'", "’"} and line.lower(at - 1)[-1] == "s")):
        return first
    at -= 1
    while at > 0 and (is_plain(line, at - 1) or line.tokens[at - 1].text[0].isupper()) and first - at <= WORDS:
        at -= 1
    return at


def plain_object(line: Line, at: int) -> int | None:
    """Where the phrase ends that starts at tokens[at], after "according to"."""
    last = at
    while last < len(line.tokens) and last - at <= WORDS and is_plain(line, last):
        last += 1
    if last == at or line.lower(last - 1) in NOBODY or line.lower(at) in NOBODY:
        return None
    return last
