"""The noun phrase that a number counts: after it ("3,000 North Korean troops") or before it ("the toll rose to 24")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from tallywire.extract.figure import SCALES, SMALL, VAGUE
from tallywire.extract.inflect import looks_plural, singular
from tallywire.extract.measures import unit_after
from tallywire.extract.tokens import Token, lower_at
from tallywire.extract.wordlists import words

# A noun phrase longer than this is no noun phrase; it also bounds the work for each number.
_LONGEST: Final = 10

STOPS: Final = words("nouns", "stops")
VERBS: Final = words("nouns", "verbs")
_PREDICATES: Final = words("nouns", "predicates")
_NOT_PARTICIPLES: Final = words("nouns", "not participles")
_NO_ADVERBS: Final = words("nouns", "no adverbs")
_OPENERS: Final = words("nouns", "openers")
CLOSED: Final = STOPS | VERBS | _OPENERS
_NUMERALS: Final = frozenset(SMALL) | frozenset(SCALES) | frozenset(VAGUE)
_WORDY: Final = frozenset({"word", "model", "number"})
_DASHES: Final = frozenset("-–")
_UNTIED: Final = frozenset({"strong", "odd", "plus", "some", "something"})
_DEFINITE: Final = frozenset(
    {"the", "those", "these", "its", "their", "his", "our", "her", "them", "us", "whom", "which"}
)
_PRONOUNS: Final = frozenset({"them", "us", "whom", "which"})


class Noun(NamedTuple):
    """What is counted: tokens[first:last], text[start:end].

    `head` is the singular lower-case head and None where the noun is left out ("another 3,000 wounded"); `elided` is
    then true and `predicate` holds the words that follow. `heads` are all heads of a coordination ("businesses, homes
    and other buildings"). `modifiers` are the lower-case words before the head. `of_head` and `of_words` belong to a
    complement: "90 units of 120mm field guns" -> "gun". `before`: the noun is left of its figure.
    `others`: the wording says that these come beside a group already named ("2,700 others", "another nine").
    `partitive`: the number is a share of a group ("3,800 of the 12,000 soldiers", "175 of them").
    `compound`: a hyphen ties noun and figure ("a four-storey building").
    """

    head: str | None
    first: int
    last: int
    start: int
    end: int
    heads: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    of_head: str | None = None
    of_words: tuple[str, ...] = ()
    elided: bool = False
    predicate: tuple[str, ...] = ()
    before: bool = False
    others: bool = False
    partitive: bool = False
    compound: bool = False


def participle(token: Token) -> bool:
    """Whether a word has the form of a past participle: "wounded", "deployed"; a capital makes a name of it."""
    lower = token.lower
    return lower.endswith("ed") and len(lower) > 4 and lower not in _NOT_PARTICIPLES and not token.capital


def adverb(lower: str) -> bool:
    return lower.endswith("ly") and lower not in _NO_ADVERBS


def noun_after(tokens: Sequence[Token], at: int, one: bool = False, loose: bool = False) -> Noun | None:
    """The noun phrase from tokens[at] on.

    `one`: the number is 1, so that a singular is expected. `loose`: a word such as "hundreds" or "a couple", which
    takes its noun with "of".
    """
    first = at
    while at < len(tokens) and tokens[at].text in _DASHES and tokens[at].start == tokens[at - 1].end:
        at += 1
    if at > first and at < len(tokens) and tokens[at].kind == "word" and tokens[at].lower not in _UNTIED:
        return _compound(tokens, at)
    if loose and lower_at(tokens, at) == "of" and not _opens(tokens, at):
        at += 1
    others, partitive = False, False
    while at < len(tokens) and at - first < 5 and _opens(tokens, at):
        others = others or tokens[at].lower in {"others", "other"}
        partitive = partitive or tokens[at].lower == "of"
        at += 1
    if partitive:
        if lower_at(tokens, at - 1) in _PRONOUNS or lower_at(tokens, at) in _PRONOUNS:
            return _elided(tokens, first, at + (lower_at(tokens, at) in _PRONOUNS), others, partitive)
        at = _past_figure(tokens, at)
    if at < len(tokens) and tokens[at].lower == "others":
        return _elided(tokens, at, at + 1, others=True)
    run = _run(tokens, at)
    head = _head(tokens, run, one and not partitive)
    if head is None:
        return _elided(tokens, at, at, others, partitive)
    return _noun(tokens, at, head, others, partitive)


def _opens(tokens: Sequence[Token], at: int) -> bool:
    """ "3,000 more soldiers", "two of the soldiers": words that only lead to the noun."""
    lower = tokens[at].lower
    if lower == "of":
        return at + 1 < len(tokens) and (tokens[at + 1].lower in _DEFINITE or tokens[at + 1].kind == "number")
    if lower == "strong":
        return tokens[at - 1].text == "-"
    return lower in _OPENERS and lower_at(tokens, at + 1) != "than"


def _compound(tokens: Sequence[Token], at: int) -> Noun:
    """ "a four-storey building", "a 300-drone attack": the word that the hyphen ties is what is counted."""
    lemma = singular(tokens[at].lower)
    return Noun(lemma, at, at + 1, tokens[at].start, tokens[at].end, (lemma,), compound=True)


def _past_figure(tokens: Sequence[Token], at: int) -> int:
    """The group's own size stands before its noun: "3,800 of the (roughly) 12,000 soldiers"."""
    for i in range(at, min(at + 3, len(tokens))):
        if tokens[i].kind == "number":
            return i + 2 if i + 1 < len(tokens) and tokens[i + 1].lower in {"million", "thousand"} else i + 1
    return at


def _run(tokens: Sequence[Token], at: int) -> list[int]:
    """The indexes of the words that may belong to the noun phrase, commas and "and" between modifiers included."""
    run: list[int] = []
    while at < len(tokens) and len(run) < _LONGEST:
        token = tokens[at]
        if token.kind == "word":
            if token.lower in STOPS or (token.lower in VERBS and run):
                break
            if token.lower in {"and", "or"} and not _joins(tokens, run, at):
                break
            run.append(at)
        elif token.kind == "model" or (token.text in "“\"‘'" and not run) or (token.kind == "possessive" and run):
            run.append(at)
        elif token.kind == "number" and (unit := unit_after(tokens, at + 1)):
            run += range(at, unit.last)  # a calibre inside the phrase: "6 million 152 mm shells"
            at = unit.last - 1
        elif token.kind == "number" and run and _model_number(tokens, run, at):
            run.append(at)
        elif token.text == "/" and run and token.start == tokens[at - 1].end:
            pass  # "Iskander-M/KN-23 missiles"
        elif token.text == "," and _adjectives(tokens, run, at):
            run.append(at)
        else:
            break
        at += 1
    return run


def _model_number(tokens: Sequence[Token], run: list[int], at: int) -> bool:
    """ "18 Leopard 2 tanks": a bare figure after a name and before the plural that is counted."""
    named = all(tokens[i].capital and tokens[i].kind == "word" and not _plural(tokens, i) for i in run)
    return named and tokens[at].text.isdigit() and at + 1 < len(tokens) and _plural(tokens, at + 1)


def _joins(tokens: Sequence[Token], run: list[int], at: int) -> bool:
    """Whether "and" ties modifiers of one noun to come ("Russian and North Korean troops"), not two clauses."""
    if not run or at + 1 >= len(tokens) or any(_plural(tokens, i) for i in run):
        return False
    following = tokens[at + 1]
    if following.kind != "word" or following.lower in CLOSED:
        return False
    if participle(tokens[run[-1]]) != participle(following):
        return False
    return any(tokens[i].kind == "word" and _plural(tokens, i) for i in range(at + 1, min(at + 5, len(tokens))))


def _adjectives(tokens: Sequence[Token], run: list[int], at: int) -> bool:
    """A comma between two adjectives of a noun still to come: "12 large, well-armed units"."""
    if len(run) != 1 or at + 2 >= len(tokens) or tokens[run[0]].capital or _plural(tokens, run[0]):
        return False
    after = tokens[at + 1]
    if participle(tokens[run[0]]) or after.kind != "word" or after.capital or after.lower in STOPS:
        return False
    return not _plural(tokens, at + 1) and _plural(tokens, at + 2)


def _plural(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].kind == "word" and looks_plural(tokens[at].lower)


def _head(tokens: Sequence[Token], run: list[int], one: bool) -> int | None:
    """The index of the head noun in the run, or None where the noun was left out."""
    nouns = [i for i in run if tokens[i].kind in {"word", "model"}]
    if not nouns or tokens[nouns[0]].lower in _PREDICATES or tokens[nouns[0]].lower in VERBS:
        return None
    plurals = [i for i in nouns if looks_plural(tokens[i].lower)]
    if plurals and not one:
        return _last_plural(tokens, nouns, plurals[0])
    if participle(tokens[nouns[0]]) or adverb(tokens[nouns[0]].lower):
        return None if len(nouns) == 1 or not one else _before_verb(tokens, nouns)
    return _before_verb(tokens, nouns)


def _last_plural(tokens: Sequence[Token], nouns: list[int], head: int) -> int:
    """A plural is the head unless more of the phrase follows: "weapons systems", "Texas National Guard troops"."""
    at = nouns.index(head)
    for i in range(at + 1, len(nouns)):
        here = nouns[i]
        if looks_plural(tokens[here].lower) and (
            tokens[here].capital or not tokens[here - 1].capital or tokens[head].capital
        ):
            return _last_plural(tokens, nouns, here)
        if not (tokens[head].capital and tokens[here].capital):
            break
    return head


def _before_verb(tokens: Sequence[Token], nouns: list[int]) -> int | None:
    """The head of a phrase without a plural: the last word before a participle, an adverb or a plural of its own."""
    head = nouns[0]
    for i in nouns[1:]:
        lower = tokens[i].lower
        going = lower.endswith("ing") and (i != nouns[-1] or tokens[head].capital)
        if participle(tokens[i]) or going or adverb(lower):
            return head
        if looks_plural(lower):
            return head if lower.endswith("s") else i
        head = i
    return head


def _noun(tokens: Sequence[Token], first: int, head: int, others: bool, partitive: bool) -> Noun:
    lower = tokens[head].lower
    heads, last = _coordinated(tokens, head)
    of_head, of_words, last = complement(tokens, last)
    modifiers = tuple(t.lower for t in tokens[first:head] if t.kind in _WORDY and t.lower not in {"and", "or"})
    return Noun(
        singular(lower),
        first,
        last,
        tokens[first].start,
        tokens[last - 1].end,
        heads,
        modifiers,
        of_head,
        of_words,
        others=others,
        partitive=partitive,
        predicate=_predicate(tokens, last),
    )


def _coordinated(tokens: Sequence[Token], head: int) -> tuple[tuple[str, ...], int]:
    """All heads of "businesses, homes and other buildings", and where the phrase ends."""
    heads, last, at = [singular(tokens[head].lower)], head + 1, head + 1
    pending: list[str] = []
    while at + 1 < len(tokens) and len(heads) + len(pending) < 6 and _plural(tokens, head):
        joint = tokens[at].lower
        if joint not in {",", "and", "or", "&"}:
            break
        if joint == "," and not pending and tokens[at + 1].lower in {"and", "or"}:
            break  # "12 shells, and missiles": what comes after is not counted
        step = at + 2 if joint == "," and tokens[at + 1].lower in {"and", "or"} else at + 1
        final = joint != "," or step == at + 2
        found = _short_plural(tokens, step)
        if found is None:
            break
        pending.append(singular(tokens[found].lower))
        at = found + 1
        if final:
            heads, last = heads + pending, at
            break
    return tuple(heads), last


def _short_plural(tokens: Sequence[Token], at: int) -> int | None:
    """The plural that ends a phrase of at most three words here, with no figure or determiner of its own."""
    for i in range(at, min(at + 4, len(tokens))):
        token = tokens[i]
        if (
            token.kind != "word"
            or token.lower in STOPS
            or token.lower in _NUMERALS
            or token.lower in VERBS
            or participle(token)
        ):
            return None
        if looks_plural(token.lower):
            following = tokens[i + 1].lower if i + 1 < len(tokens) else ""
            return None if following in {"the", "a", "an", "'s", "’s", "his", "their", "its"} else i
    return None


class Complement(NamedTuple):
    """What follows "of" after a head: its own head, its words, and where the phrase then ends."""

    head: str | None
    words: tuple[str, ...]
    last: int


def complement(tokens: Sequence[Token], last: int) -> Complement:
    """The complement that starts at tokens[last], if any."""
    if last + 1 >= len(tokens) or tokens[last].lower != "of":
        return Complement(None, (), last)
    at = last + 1
    while at < len(tokens) and at < last + 3 and tokens[at].lower in {"the", "a", "an", "its", "their", "his"}:
        at += 1
    head = _head(tokens, _run(tokens, at), one=False)
    if head is None:
        return Complement(None, (), last)
    heads, end = _coordinated(tokens, head)
    return Complement(heads[0], tuple(t.lower for t in tokens[at:end] if t.kind in _WORDY), end)


def _predicate(tokens: Sequence[Token], at: int) -> tuple[str, ...]:
    found: list[str] = []
    for token in tokens[at : at + 6]:
        if token.kind != "word":
            break
        found.append(token.lower)
    return tuple(found)


def _elided(tokens: Sequence[Token], at: int, last: int, others: bool, partitive: bool = False) -> Noun | None:
    predicate = _predicate(tokens, last)
    if not predicate and not others and not partitive:
        return None
    here = min(at, len(tokens) - 1)
    end = tokens[last - 1].end if last > at else tokens[here].start
    return Noun(
        None, at, last, tokens[here].start, end, elided=True, predicate=predicate, others=others, partitive=partitive
    )
