"""Who is cited in a sentence: "X said", "according to X", "X told Y citing Z", and how far each citation reaches."""

from __future__ import annotations

from typing import Final, NamedTuple

from tallywire.extract.inflect import singular
from tallywire.extract.lexicon import closed
from tallywire.extract.line import ADVERB, BE, HAVE, LEVEL, Line
from tallywire.extract.nouns import CLOSED
from tallywire.extract.subjects import Name, phrase_after, phrase_before

REPORT: Final = closed("report")
CITE: Final = closed("cite")
AGENCY: Final = closed("persons agency")
FIGURES: Final = closed("figure noun")
_NO_NAMES: Final = closed("stop capital")
_STRONG: Final = closed("say")  # verbs that only people and offices do, so that any name may be their subject
_INNER: Final = frozenset("of the for 's ’s and & a an".split())
_PRONOUNS: Final = frozenset({"he", "she", "they"})
_ADJECTIVES: Final = frozenset(
    "military defence defense intelligence foreign spy senior national health main top british western local state "
    "public chief deputy emergency interior federal unnamed former fire air armed joint general official own "
    "interagency information center centre examiner medical county press".split()
)
_LINKS: Final = frozenset({"to", "in", "on", "at", "from", "with"})
_SKIPPED: Final = ADVERB | HAVE | BE | {"who", "which"}
_COUNTS: Final = frozenset({"count", "estimate", "tally", "estimates", "reckoning", "figures"})
_SETS: Final = closed("sets level")
_STANDS: Final = LEVEL | BE
_PAPERS: Final = frozenset("statement report update post assessment study notice bulletin release interview".split())
_TIED: Final = frozenset({"of", "for", "in", "to", "at", "and", "from", "by"})
_FROM: Final = frozenset({"from", "by", "of", "on"})
_SETS_OFF: Final = frozenset({",", "–", "—", "-", "”", '"', "’", "“"})
_ARTICLES: Final = frozenset({"the", "a", "an", "its", "their", "his", "her", "our"})
_WORDS: Final = 4  # that qualify an office
_REACH: Final = 14


class Citation(NamedTuple):
    """One attribution. `weak`: a pronoun or a bare office, which stands for somebody named before.

    It holds for what stands right of tokens[verb]; where it is set off ("..., X said, ...") for both sides.
    """

    name: str
    first: int
    last: int
    verb: int
    is_left: bool
    weak: bool
    cited: bool = False


def citations(line: Line) -> list[Citation]:
    """Everybody cited in a sentence, in order."""
    found: list[Citation] = []
    for at, token in enumerate(line.tokens):
        lower = token.lower
        if token.kind != "word" or (at and token.text[0].isupper() and not line.sentence.is_heading):
            continue
        citation = None
        if lower == "according" and line.lower(at + 1) == "to":
            citation = _cited(line, at, right(line, at + 2) or phrase_after(line, at + 2), cited=False)
        elif lower in CITE:
            citation = _cited(line, at, right(line, at + 1), cited=True)
        elif lower == "reference" and line.lower(at + 1) == "to":
            citation = _cited(line, at, right(line, at + 2), cited=True)
        elif lower in _COUNTS and line.lower(at + 1) in _STANDS:
            citation = _owned(line, at)
        elif lower == "by" and (tally := _by_count(line, at)):
            citation = _cited(line, at, tally, cited=False)
        elif lower in _SETS and line.lower(at + 1) in _ARTICLES and line.lower(at + 2) in FIGURES:
            citation = _spoken(line, at)  # "the ministry has lowered its figure"
        elif lower in REPORT or (lower == "had" and line.lower(at + 1) == "it" and line.lower(at + 2) == "that"):
            citation = _spoken(line, at)
        if citation and not (found and found[-1].first == citation.first):
            found.append(citation)
    headed = _headed(line)
    return [headed, *found] if headed else found


def _cited(line: Line, at: int, name: Name | None, *, cited: bool) -> Citation | None:
    """ "according to X" and "citing X" close what they are about, unless they open the sentence."""
    if name is None:
        return None
    found = _citation(line, at, name, cited=cited)
    return found._replace(is_left=at > 2)


def _spoken(line: Line, verb: int) -> Citation | None:
    """ "X said", "said X", "reported by X"."""
    name = None
    if line.lower(verb + 1) == "by" and line.lower(verb - 1) in BE | ADVERB | {","}:
        name = right(line, verb + 2)
    elif line.lower(verb - 1) not in {"to", "by", "is", "are", "was", "were"}:
        name = _whole(line, verb, left(line, verb))
    if name is None and line.lower(verb) in _STRONG:
        name = right(line, verb + 1) or (phrase_after(line, verb + 1) if line.lower(verb - 1) in _SETS_OFF else None)
    if name is None and line.lower(verb - 1) not in {"to", "by", "is", "are", "was", "were"}:
        name = _issued(line, phrase_before(line, verb))
    if name is None:
        return None
    return _citation(line, verb, name, cited=False)


def _issued(line: Line, phrase: Name | None) -> Name | None:
    """ "a statement from the fleet says": who issued a paper is cited, and a paper alone is nobody."""
    name = _trimmed(line, phrase.first, phrase.last, weak=phrase.weak) if phrase else None
    return None if name is None or line.lower(name.last - 1) in _PAPERS | {"article"} else name


def _whole(line: Line, verb: int, name: Name | None) -> Name | None:
    """The whole subject after a comma, where only its end was known: ", the doctors' union KMPDU said"."""
    if name is None or line.lower(name.first - 1) in _SETS_OFF - {"'", "’"}:
        return name
    phrase = _issued(line, phrase_before(line, verb))
    if phrase is None or phrase.last != name.last or phrase.first >= name.first or not _is_set_off(line, phrase.first):
        return name
    return phrase._replace(weak=name.weak and not any(_proper(line, i) for i in range(phrase.first, phrase.last)))


def _by_count(line: Line, at: int) -> Name | None:
    """ "by the ministry's own tally"."""
    for i in range(at + 2, min(at + 8, len(line.tokens))):
        if line.tokens[i].kind == "possessive":
            counts = line.lower(i + 2) if line.lower(i + 1) == "own" else line.lower(i + 1)
            return right(line, at + 1) if counts in _COUNTS else None
    return None


def _owned(line: Line, at: int) -> Citation | None:
    """ "the ministry's count stood at 300"."""
    end = at - 1 if line.tokens[at - 1].kind == "possessive" else at
    name = _leftwards(line, end - 1, "said") if end > 0 else None
    return _citation(line, at, name, cited=False) if name else None


def _citation(line: Line, verb: int, name: Name, *, cited: bool) -> Citation:
    """Set off by a comma, it holds for both sides of it; else for what follows its verb."""
    first = min(verb, name.first)
    aside = first > 1 and _is_set_off(line, first)
    return Citation(_text(line, name), name.first, name.last, verb, aside, name.weak, cited)


def _headed(line: Line) -> Citation | None:
    """ "Zelensky: over 4,000 prisoners are home"."""
    if not line.sentence.is_heading:
        return None
    for at in range(1, min(6, len(line.tokens))):
        if line.lower(at) == ":":
            names = all(_proper(line, i) or line.lower(i) in _INNER for i in range(at))
            return Citation(line.text(0, at), 0, at, at, is_left=False, weak=False) if names else None
    return None


# --- names ----------------------------------------------------------------------------------------------------------


def _text(line: Line, name: Name) -> str:
    return line.text(name.first, name.last)


def _proper(line: Line, at: int) -> bool:
    token = line.tokens[at]
    if not token.text[0].isupper() or token.kind not in {"word", "model"}:
        return False
    return token.lower not in _NO_NAMES or at in line.entity_at


def _office(line: Line, at: int) -> bool:
    lower = line.lower(at)
    return lower in AGENCY or singular(lower) in AGENCY


def left(line: Line, verb: int) -> Name | None:
    """The subject of a verb of saying: the noun phrase that ends before it, or the name that an aside explains."""
    at = verb - 1
    while at >= 0 and line.lower(at) in _SKIPPED and not line.tokens[at].text.isupper():  # "the WHO said"
        at -= 1
    if at < 0:
        return None
    relative = any(line.lower(i) in {"who", "which"} for i in range(at + 1, verb))
    aside = line.lower(at) == ","
    if aside or line.lower(at) == ")":
        at -= 1
    if line.lower(at) in _PRONOUNS or (line.lower(at) == "it" and line.lower(verb) in _STRONG):
        return Name(at, at + 1, weak=True)
    name = _leftwards(line, at, line.lower(verb), relative=relative)
    if relative:
        return name
    if aside:
        explained = _explained(line, name.first if name else at)
        return explained or (name if name and _before(line, name.first) in {"", ","} else None)
    return (_explained(line, name.first) or name) if name else None


def _explained(line: Line, at: int) -> Name | None:
    """The name before an aside: "Dmytro Ponomarenko, Kyiv's envoy, thinks"."""
    for comma in range(at, max(-1, at - 8), -1):
        if line.lower(comma) in {",", "("} and comma > 1 and _proper(line, comma - 1) and _proper(line, comma - 2):
            name = _leftwards(line, comma - 1, "said")
            return name if name and line.lower(name.first - 1) in {"", ",", "and", "that", "“", '"'} else None
    return None


def _leftwards(line: Line, at: int, verb: str, *, relative: bool = False) -> Name | None:
    last, first = at + 1, at + 1
    proper = office = False
    for i in range(at, max(-1, at - _REACH), -1):
        if _proper(line, i):
            first, proper = i, True
        elif _office(line, i):
            first, office = i, True
        elif not _goes_on(line, i) or _ends(line, i, proper):
            break
    if not (proper or office) or not (relative or _is_subject(line, first)):
        return None
    first = first if proper and not _office(line, first) else _qualified(line, first)
    while line.lower(first - 1) in _ADJECTIVES and first > 0:
        first -= 1
    single = last - first == 1 and not office and at not in line.entity_at
    if single and verb not in _STRONG:
        return None
    return _trimmed(line, first, last, weak=not proper)


def _ends(line: Line, at: int, proper: bool) -> bool:
    """Whether an article starts the name: not in "Save the Forests" and "the Office of the Mayor"."""
    opens = at > 0 and _proper(line, at - 1) and _is_set_off(line, at - 1)
    inside = line.lower(at - 1) in _TIED or opens or (at == 1 and _proper(line, 0))
    return proper and line.lower(at) in {"the", "a"} and not inside


def _qualified(line: Line, office: int) -> int:
    """Where an office's own words start: "the civil protection agency"; up to its article, and no further."""
    at = office
    while at > 0 and office - at < _WORDS and _is_plain(line, at - 1):
        at -= 1
    led = at == 0 or line.lower(at - 1) in _ARTICLES | _SETS_OFF or line.tokens[at - 1].kind == "possessive"
    return at if led else office


def _is_plain(line: Line, at: int) -> bool:
    """A lower-case word that may qualify a noun."""
    token = line.tokens[at]
    return token.kind == "word" and token.text.islower() and token.lower not in CLOSED and at not in line.at_number


def _goes_on(line: Line, at: int) -> bool:
    """Whether a word may stand inside a name: "of", "the", adjectives, and what ties an office to a place."""
    token = line.tokens[at]
    lower = token.lower
    if lower in _INNER or token.kind == "possessive" or lower in _ADJECTIVES or token.text in {".", "(", ")"}:
        return True
    if lower == "," and at > 0:
        return _lists(line, at)
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


def _is_set_off(line: Line, first: int) -> bool:
    """Whether a comma parts a noun phrase from what stands before: ", utility Acme said", ", its report shows"."""
    at = first - 1
    while first - at <= _WORDS + 1 and (line.lower(at) in _ARTICLES | {"some", "unnamed"} or _is_plain(line, at)):
        at -= 1
    return line.lower(at) in _SETS_OFF


def _is_subject(line: Line, first: int) -> bool:
    return _before(line, first) not in {"by", "in", "of", "to", "with", "from", "at", "on", "near", "between"}


def right(line: Line, at: int) -> Name | None:
    """The noun phrase that starts at tokens[at]."""
    while line.lower(at) in {"the", "a", "an", "unnamed", "by"} and at < len(line.tokens):
        at += 1
    last, proper, office = at, False, False
    if line.lower(at) in _PAPERS:
        issued = next((i for i in range(at + 1, min(at + 6, len(line.tokens))) if line.lower(i) in {"from", "by"}), at)
        at = issued + 1 if issued > at else at
        while line.lower(at) in {"the", "a", "an"}:
            at += 1
        last = at
    opened = at
    while opened < len(line.tokens) - 1 and opened - at < _WORDS and _is_unknown(line, opened):
        opened += 1
    ahead = opened < len(line.tokens) and (_office(line, opened) or _proper(line, opened))
    start = opened if ahead else at
    for i in range(start, min(at + _REACH, len(line.tokens))):
        if _proper(line, i):
            last, proper = i + 1, True
        elif _office(line, i):
            last, office = i + 1, True
        elif line.lower(i) == "," or not (_goes_on(line, i) or _office_ahead(line, i)):
            break
    return _trimmed(line, at, last, weak=not proper) if proper or office else None


def _office_ahead(line: Line, at: int) -> bool:
    """ "the UN's humanitarian office": plain words after a possessive lead to an office."""
    first = at
    while line.tokens[first - 1].kind == "word" and _is_plain(line, first - 1):
        first -= 1
    if line.tokens[first - 1].kind != "possessive":
        return False
    while at < len(line.tokens) - 1 and at - first < _WORDS and _is_unknown(line, at):
        at += 1
    return _office(line, at)


def _is_unknown(line: Line, at: int) -> bool:
    return _is_plain(line, at) and not _office(line, at) and not _goes_on(line, at)


def _trimmed(line: Line, first: int, last: int, *, weak: bool) -> Name | None:
    for at in range(first, last - 1):  # "a statement from the ministry"
        if line.lower(at) in _PAPERS and (by := next((i for i in range(at + 1, last) if line.lower(i) in _FROM), 0)):
            first, weak = by + 1, not any(_proper(line, i) for i in range(by + 1, last))
            break
    while first < last and (line.lower(first) in _INNER or not line.tokens[first].text[0].isalnum()):
        first += 1
    opened = next((i for i in range(first + 1, last) if line.lower(i) == "("), last)
    if all(line.lower(i) != ")" for i in range(opened, last)):
        last = opened  # "the Department of Health (DOH": the closing one was left out
    while last > first and (line.lower(last - 1) in _INNER or line.lower(last - 1) in {".", "("}):
        last -= 1
    return Name(first, last, weak) if first < last else None
