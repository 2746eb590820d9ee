"""Who is cited in a sentence: "X said", "according to X", "X told Y citing Z", and how far each citation reaches."""

from __future__ import annotations

from typing import Final

from tallywire.extract.accounts import comes_to, counted, unnamed
from tallywire.extract.citation import Citation, citation, closing, opening_subject
from tallywire.extract.line import BE, Line
from tallywire.extract.plain_names import is_proper
from tallywire.extract.sayers import AGENCY, INNER, Name, right
from tallywire.extract.speech import CITE, FIGURES, VERBS, spoken, told

_COUNTS: Final = frozenset(
    "count counts estimate tally estimates reckoning figure figures account records version".split()
)
_PASSED_ON: Final = frozenset({"by", "in"})  # "quoted by the radio": who hands on what the one before it says
_COMES: Final = frozenset({"came", "comes", "come", "stems"})
_HEARD: Final = frozenset({"reports", "accounts", "estimates"})
_CLOSES: Final = frozenset({":", "-", "–", "—"})
_OURS: Final = frozenset({"our", "my"})  # the outlet's own
_OPENERS: Final = VERBS | CITE | _HEARD | _COMES | _COUNTS | {"according", "reference"}  # of citations


def citations(line: Line) -> list[Citation]:
    """Everybody cited in a sentence, in order."""
    found: list[Citation] = []
    for at, token in enumerate(line.tokens):
        if token.lower not in _OPENERS or token.kind != "word":
            continue
        if at and token.text[0].isupper() and not line.sentence.is_heading:
            continue
        one = _at(line, at, found)
        if one and not _is_ours(line, one) and not (found and found[-1].first == one.first):
            found.append(one)
    headed = _headed(line) or (_tailed(line) if line.sentence.is_heading and not found else None)
    return [headed, *found] if headed else found


def _is_ours(line: Line, found: Citation) -> bool:
    """ "Our November letter gave 300": the outlet cites nobody but itself."""
    return line.lower(found.first - 1) in _OURS or line.lower(found.first - 2) in _OURS


def _at(line: Line, at: int, found: list[Citation]) -> Citation | None:
    """The citation that a word opens, if it does."""
    lower, following = line.lower(at), line.lower(at + 1)
    if lower == "according" and following == "to":
        return closing(line, at, _by_itself(line, at + 2) or right(line, at + 2), cited=False)
    if lower in CITE:
        return _handed_on(line, at, found)
    if lower == "reference" and following == "to":
        return closing(line, at, right(line, at + 2), cited=True)
    if lower in _COMES:
        return _comes(line, at)
    if lower in _HEARD and (heard := unnamed(line, at)):
        return heard
    if lower in _COUNTS and (count := counted(line, at)):
        return count
    return told(line, at, found)


def _handed_on(line: Line, at: int, found: list[Citation]) -> Citation | None:
    """ "citing the mayor"; "the mayor was quoted as saying"; "quoted by the radio" cites nobody."""
    following = line.lower(at + 1)
    if (following == "as" or following in _PASSED_ON) and line.lower(at - 1) in BE:
        return spoken(line, at, found)
    return None if following in _PASSED_ON else closing(line, at, right(line, at + 1, persons=True), cited=True)


def _comes(line: Line, at: int) -> Citation | None:
    """ "the figure comes from the union", "a study comes to 300"."""
    if line.lower(at + 1) == "to":
        return comes_to(line, at)
    led = line.lower(at + 1) == "from" and any(line.lower(i) in FIGURES for i in range(max(0, at - 12), at))
    return closing(line, at, right(line, at + 2), cited=False) if led else None


def _by_itself(line: Line, at: int) -> Name | None:
    """ "The ministry, according to its own records, ...": who opens the sentence."""
    return opening_subject(line, at) if line.lower(at) in {"its", "their"} else None


def _is_office(line: Line, end: int) -> bool:
    """Whether tokens[:end] are an office: "MINSA", "the press office"; not "Lima", "Killed"."""
    if line.sentence.is_list_item or line.sentence.is_row:
        return False
    acronym = end == 1 and line.tokens[0].text.isupper() and len(line.tokens[0].text) > 2 and 0 not in line.entity_at
    return acronym or (line.lower(0) == "the" and line.lower(end - 1) in AGENCY)


def _headed(line: Line) -> Citation | None:
    """ "Zelensky: over 4,000 prisoners are home"; in running text an office only: "The WHO: 90 cases"."""
    for at in range(1, min(6, len(line.tokens))):
        if line.lower(at) == ":":
            names = all(is_proper(line, i) or line.lower(i) in INNER for i in range(at))
            names = (line.sentence.is_heading and names) or _is_office(line, at)
            first = 1 if line.lower(0) == "the" else 0
            return Citation(line.text(first, at), first, at, at, is_left=False, weak=False) if names else None
    return None


def _tailed(line: Line) -> Citation | None:
    """ "40 killed in Peru: officials", "Flood kills 40 - police": who closes a headline."""
    last = len(line.tokens)
    for at in range(last - 2, max(0, last - 6), -1):
        if line.lower(at) in _CLOSES:
            name = right(line, at + 1)
            whole = name is not None and name.last == last and (name.weak or line.lower(last - 1) in AGENCY)
            return citation(line, at, name, cited=False)._replace(is_left=True) if name and whole else None
    return None
