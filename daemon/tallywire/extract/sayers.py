"""The names of those who are cited: the noun phrase left of a verb of saying, or right of "according to"."""

from __future__ import annotations

from typing import Final, NamedTuple

from tallywire.extract.asides import before_adjuncts
from tallywire.extract.inflect import singular
from tallywire.extract.lexicon import closed
from tallywire.extract.lexicon import persons as _persons
from tallywire.extract.line import ADVERB, BE, HAVE, Line
from tallywire.extract.plain_names import (
    ARTICLES,
    NOBODY,
    SETS_OFF,
    WORDS,
    is_plain,
    is_proper,
    is_set_off,
    opens_clause,
    owner_start,
    plain_object,
    plain_subject,
    tied_start,
)

AGENCY: Final = closed("persons agency")
STRONG: Final = closed("say")  # verbs that only people and offices do, so that any name may be their subject
MIND: Final = closed("mind")  # what only those do who have a plan or a figure of their own
PRONOUNS: Final = frozenset({"he", "she", "they", "it"})
INNER: Final = frozenset("of the for 's ’s and & a an".split())
_ADJECTIVES: Final = frozenset(
    "military defence defense intelligence foreign spy senior national health main top british western local state "
    "public chief deputy emergency interior federal unnamed former fire air armed joint general official own "
    "interagency information center centre examiner medical county press".split()
)
_LINKS: Final = frozenset({"to", "in", "on", "at", "from", "with"})
_RELATIVE: Final = frozenset({"who", "which"})
_OPENS_ASIDE: Final = _RELATIVE | frozenset(
    "whose where quoted cited seen relayed writing speaking based led dated published issued released asked "
    "by in at on during after from with".split()
)
_SKIPPED: Final = ADVERB | HAVE | BE | _RELATIVE | {"then"}
_PAPERS: Final = frozenset(
    "statement report update post assessment study notice bulletin release interview figures data numbers count tally "
    "list survey document letter paper memo message briefing advisory matrix dashboard circular communique".split()
)
_HANDED: Final = frozenset({"which", "that"})
_TIED: Final = frozenset({"of", "for", "in", "to", "at", "and", "from", "by"})
_AN: Final = frozenset({"the", "a", "an"})
_FROM: Final = frozenset({"from", "by", "of", "on"})
_GLUE: Final = frozenset("+&/")
_DASHES: Final = frozenset({"—", "–"})
_REACH: Final = 14
_ASIDE: Final = 24  # tokens that an aside between a name and its verb may take


class Name(NamedTuple):
    """tokens[first:last]. `weak`: a pronoun or a bare office, which stands for somebody named before.

    `opened`: where the whole phrase starts: that of the paper in "figures released by the army".
    """

    first: int
    last: int
    weak: bool
    opened: int = -1


def _office(line: Line, at: int) -> bool:
    lower = line.lower(at)
    return lower in AGENCY or singular(lower) in AGENCY


def left(line: Line, verb: int) -> Name | None:
    """The subject of a verb of saying: the noun phrase that ends before it, or the name that an aside explains."""
    at = verb - 1
    while at >= 0 and line.lower(at) in _SKIPPED and not line.tokens[at].text.isupper():  # "the WHO said"
        at -= 2 if line.lower(at - 1) == "by" else 1  # "had by then counted"
    at = before_adjuncts(line, at)
    if at < 0:
        return None
    relative = any(line.lower(i) in _RELATIVE for i in range(at + 1, verb))
    aside = line.lower(at) == ","
    if aside and not relative and (owner := _before_aside(line, at, verb)):
        return owner
    if aside or line.lower(at) == ")":
        at -= 1
    if line.lower(at) in PRONOUNS:
        return Name(at, at + 1, weak=True)
    name = leftwards(line, at, verb, relative=relative)
    if relative:
        return name
    if aside:
        explained = _explained(line, name.first if name else at)
        return explained or (name if name and _before(line, name.first) in {"", ","} else None)
    return (_explained(line, name.first) or name) if name else None


def _before_aside(line: Line, comma: int, verb: int) -> Name | None:
    """ "The Trust, which works in the north with 320 staff, says": who stands before the clause set between commas."""
    for at in range(comma - 2, max(0, comma - _ASIDE), -1):
        if line.lower(at) in _OPENS_ASIDE and line.lower(at - 1) == "," and at > 1:
            return leftwards(line, at - 2, verb)
    return None


def _explained(line: Line, at: int) -> Name | None:
    """The name before an aside: "Dmytro Ponomarenko, Kyiv's envoy, thinks"."""
    for comma in range(at, max(-1, at - 8), -1):
        if line.lower(comma) in _DASHES:  # "LIMA, Peru — The army said"
            return None
        tied = line.lower(comma - 2) in INNER and is_proper(line, comma - 3) if comma > 2 else False
        opens = comma == 1 or tied or (comma > 1 and (is_proper(line, comma - 2) or line.lower(comma - 2) in SETS_OFF))
        named = comma > 0 and opens and is_proper(line, comma - 1) and (comma == at or line.lower(comma + 1) in _AN)
        named = named or (comma > 1 and is_proper(line, comma - 1) and is_proper(line, comma - 2))
        if named and line.lower(comma) in {",", "("}:
            name = leftwards(line, comma - 1)
            described = line.lower(comma + 1) in _AN  # "The Observatory, a monitor"; not "the governor, Ana Ruiz"
            led = _before(line, name.first) if name and described else line.lower(name.first - 1) if name else "of"
            return name if led in {"", ",", "and", "that", "“", '"'} else None
    return None


def leftwards(line: Line, at: int, verb: int | None = None, *, relative: bool = False) -> Name | None:
    """The name that ends at tokens[at]. Without a verb any name will do."""
    last, first = at + 1, at + 1
    proper = office = False
    for i in range(at, max(-1, at - _REACH), -1):
        if is_proper(line, i):
            first, proper = i, True
        elif _office(line, i) or (i == at and line.lower(i) in _PAPERS and line.lower(i - 1) not in ARTICLES):
            first, office = i, True  # "a Reuters count"
        elif not _goes_on(line, i) or _ends(line, i, proper):
            break
    if not (proper or office):
        start = plain_subject(line, at, verb) if verb is not None else None
        return _trimmed(line, owner_start(line, start), last, weak=False) if start is not None else None
    if not (relative or _is_subject(line, first)):
        return _led(line, first, last)
    first = first if proper and not _office(line, first) else _qualified(line, first)
    while line.lower(first - 1) in _ADJECTIVES and first > 0:
        first -= 1
    if not (relative or _is_subject(line, first)):
        return _led(line, first, last)
    owner = owner_start(line, first)
    single = last - first == 1 and not office and at not in line.entity_at
    if single and verb is not None and line.lower(verb) not in STRONG | MIND and not line.tokens[at].text.isupper():
        return None
    return _trimmed(line, owner, last, weak=not any(is_proper(line, i) for i in range(owner, last)))


def _led(line: Line, first: int, last: int) -> Name | None:
    """What a preposition ties to the name at tokens[first]: who issued a paper, or whose office the name says."""
    tie = first - 1
    while tie > 0 and line.lower(tie) in ARTICLES:
        tie -= 1
    paper = next((i for i in range(tie - 1, max(-1, tie - 5), -1) if line.lower(i) in _PAPERS), None)
    if line.lower(tie) in _FROM and paper is not None:  # "a study by the university", "figures released by the army"
        name = _trimmed(line, first, last, weak=False)
        return name._replace(opened=paper) if name else None
    if line.lower(tie) in _TIED and tie > 1 and is_proper(line, tie - 1) and is_proper(line, tie - 2):
        return leftwards(line, tie - 1)  # "Ana Lind of the rescue service"
    start = tied_start(line, tie + 1)
    if any(line.lower(i) in NOBODY for i in range(start, first)):
        return None  # "the death toll of the fires"
    return _trimmed(line, start, last, weak=False) if opens_clause(line, start) else None


def _ends(line: Line, at: int, proper: bool) -> bool:
    """Whether an article starts the name: not in "Save the Forests" and "the Office of the Mayor"."""
    opens = at > 0 and is_proper(line, at - 1) and is_set_off(line, at - 1)
    led = at > 1 and is_proper(line, at - 1) and line.lower(at - 2) in AGENCY  # "the charity Save the Forests"
    inside = line.lower(at - 1) in _TIED or opens or led or (at == 1 and is_proper(line, 0))
    return proper and line.lower(at) in {"the", "a"} and not inside


def _qualified(line: Line, office: int) -> int:
    """Where an office's own words start: "the civil protection agency"; up to its article, and no further."""
    at = office
    while at > 0 and office - at < WORDS and is_plain(line, at - 1):
        at -= 1
    if 0 < at < office and is_proper(line, at - 1):  # "the UN humanitarian office"
        while at > 0 and is_proper(line, at - 1):
            at -= 1
        return at
    led = at == 0 or line.lower(at - 1) in ARTICLES | SETS_OFF or line.tokens[at - 1].kind == "possessive"
    return at if led else office


def _goes_on(line: Line, at: int) -> bool:
    """Whether a word may stand inside a name: "of", "the", adjectives, and what ties an office to a place."""
    token = line.tokens[at]
    lower = token.lower
    if lower in INNER or token.kind == "possessive" or lower in _ADJECTIVES or token.text in {".", "(", ")"}:
        return True
    if lower == "," and at > 0:
        return _lists(line, at)
    if lower in _GLUE:
        return token.end == line.tokens[min(at + 1, len(line.tokens) - 1)].start
    return lower in _LINKS and at > 0 and _office(line, at - 1)


def _lists(line: Line, comma: int) -> bool:
    """ "Kyiv, Washington and Seoul say"; "South Korean, Ukrainian and Western officials"."""
    following = line.entity_at.get(comma + 1)
    return comma - 1 in line.entity_at and following is not None and line.lower(following.last) in {",", "and"}


def _before(line: Line, first: int) -> str:
    """The word before a noun phrase, its article apart."""
    at = first - 1
    while line.lower(at) in {"the", "a", "an", "some", "unnamed"}:
        at -= 1
    return line.lower(at)


def _is_subject(line: Line, first: int) -> bool:
    return _before(line, first) not in {"by", "in", "of", "to", "with", "from", "at", "on", "near", "between"}


def right(line: Line, at: int, *, persons: bool = False) -> Name | None:
    """The noun phrase that starts at tokens[at]. `persons`: in plain words only persons will do."""
    while line.lower(at) in {"the", "a", "an", "unnamed", "by"} and at < len(line.tokens):
        at += 1
    if line.lower(at) in _PAPERS:
        at = _issuer(line, at)
    if line.lower(at) in {"people", "persons", "sources"} and line.lower(at + 1) in {"familiar", "close", "briefed"}:
        return Name(at, _pause(line, at), weak=False)  # "people familiar with the matter"
    last, proper, office = at, False, False
    opened = at
    while opened < len(line.tokens) - 1 and opened - at < WORDS and _is_unknown(line, opened):
        opened += 1
    ahead = opened < len(line.tokens) and (_office(line, opened) or is_proper(line, opened))
    start = opened if ahead else at
    for i in range(start, min(at + _REACH, len(line.tokens))):
        if is_proper(line, i):
            last, proper = i + 1, True
        elif _office(line, i):
            last, office = i + 1, True
        elif line.lower(i) == "," or not (_goes_on(line, i) or _office_ahead(line, i)):
            break
    if proper or office:
        return _trimmed(line, at, last, weak=not proper)
    end = plain_object(line, at)
    if end and line.lower(end - 1) in _PAPERS and line.lower(end) in _FROM:
        return right(line, end + 1, persons=persons)  # "the latest bulletin of the ministry"
    fits = end and (not persons or singular(line.lower(end - 1)) in _persons())
    return _trimmed(line, at, end, weak=False) if end and fits else None


def _pause(line: Line, at: int) -> int:
    """Where a pause ends the words from tokens[at]."""
    end = at + 1
    while end < min(at + WORDS + 2, len(line.tokens)) and line.tokens[end].kind == "word":
        end += 1
    return end


def _issuer(line: Line, paper: int) -> int:
    """Who issued a paper: "a statement from the ministry", "figures which the ministry handed out"."""
    for at in range(paper + 1, min(paper + 6, len(line.tokens))):
        if line.lower(at) in {"from", "by"} | _HANDED:
            at += 1
            while line.lower(at) in {"the", "a", "an"}:
                at += 1
            return at
    return paper


def _office_ahead(line: Line, at: int) -> bool:
    """ "the UN's humanitarian office": plain words after a possessive lead to an office."""
    first = at
    while line.tokens[first - 1].kind == "word" and is_plain(line, first - 1):
        first -= 1
    if line.tokens[first - 1].kind != "possessive":
        return False
    while at < len(line.tokens) - 1 and at - first < WORDS and _is_unknown(line, at):
        at += 1
    return _office(line, at)


def _is_unknown(line: Line, at: int) -> bool:
    return is_plain(line, at) and not _office(line, at) and not _goes_on(line, at)


def _trimmed(line: Line, first: int, last: int, *, weak: bool) -> Name | None:
    opens = first
    for at in range(first, last - 1):  # "a statement from the ministry"
        if line.lower(at) in _PAPERS and (by := next((i for i in range(at + 1, last) if line.lower(i) in _FROM), 0)):
            first, weak = by + 1, not any(is_proper(line, i) for i in range(by + 1, last))
            break
    while first < last and (line.lower(first) in INNER or not line.tokens[first].text[0].isalnum()):
        first += 1
    opened = next((i for i in range(first + 1, last) if line.lower(i) == "("), last)
    if all(line.lower(i) != ")" for i in range(opened, last)):
        last = opened  # "the Department of Health (DOH": the closing one was left out
    while last > first and (line.lower(last - 1) in INNER or line.lower(last - 1) in {".", "("}):
        last -= 1
    return Name(first, last, weak, opens) if first < last else None
