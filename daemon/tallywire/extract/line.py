"""A sentence made ready for reading: its tokens with the words of events, the entities and the numbers in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tallywire.extract.inflect import singular
from tallywire.extract.lazy import lazy
from tallywire.extract.lexicon import Index, Sense, closed
from tallywire.extract.places import Entity, Names, find
from tallywire.extract.quantities import Mention
from tallywire.extract.sentences import Sentence
from tallywire.extract.tokens import Token, lower_at

_COMPOSED: Final = (({"killed", "wounded"}, "casualties"),)
_TIES: Final = frozenset({"or", "and", "/"})


class Hit(NamedTuple):
    """Words that tell of an event: tokens[first:last]. `tied`: several events named as one ("killed or wounded")."""

    first: int
    last: int
    senses: tuple[Sense, ...]
    tied: bool = False

    def families(self, *roles: str) -> frozenset[str]:
        """The families that this may mean in one of the roles; in any, if none is given."""
        return frozenset(s.family for s in self.senses if not roles or s.role in roles)

    def has(self, role: str, *forms: str) -> bool:
        return any(s.role == role and (not forms or s.form in forms) for s in self.senses)


class Words(NamedTuple):
    """What an extractor looks for: words of events, names, and units of measure that are themselves counted."""

    triggers: Index
    names: Names
    measured: frozenset[str] = frozenset()


class Line:
    """One sentence with its numbers, in order. `hits[i]` is the event that token i belongs to."""

    def __init__(self, sentence: Sentence, index: int, mentions: Sequence[Mention], words: Words) -> None:
        """Everything but the numbers is made when first asked for: most sentences only lend their context."""
        self.sentence = sentence
        self.index = index
        self.mentions = tuple(mentions)
        self._words = words

    @lazy
    def tokens(self) -> list[Token]:
        return self.sentence.tokens

    @lazy
    def words(self) -> list[str]:
        """The tokens in lower case."""
        return [token[1] for token in self.tokens]  # Token.lower: by its place a third faster

    @lazy
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.words)

    @lazy
    def entities(self) -> list[Entity]:
        return find(self.tokens, self._words.names)

    @lazy
    def entity_at(self) -> dict[int, Entity]:
        return {i: e for e in self.entities for i in range(e.first, e.last)}

    @lazy
    def at_number(self) -> dict[int, Mention]:
        return {i: m for m in self.mentions for i in range(m.first, m.last)}

    @lazy
    def first_of(self) -> dict[str, int]:
        """Where each word, in the singular, stands first."""
        found: dict[str, int] = {}
        for at, token in enumerate(self.tokens):
            found.setdefault(singular(token.lower), at)
        return found

    @lazy
    def spans(self) -> dict[int, tuple[int, int]]:
        return {m.first: _span(self.tokens, m) for m in self.mentions}

    @lazy
    def ending_at(self) -> dict[int, Mention]:
        """The number whose phrase ends right before a token."""
        return {self.spans[m.first][1]: m for m in self.mentions}

    @lazy
    def hits(self) -> dict[int, Hit]:
        return _hits(self.tokens, self._words.triggers, self.at_number, self.entity_at)

    def phrases(self, at: int) -> Iterable[tuple[tuple[str, ...], tuple[Sense, ...]]]:
        """The words of events that start with token `at`: the words that must follow, and the senses."""
        return self._words.triggers.get(self.lower(at), ())

    def span(self, mention: Mention) -> tuple[int, int]:
        """The tokens of a number's whole phrase, bound and noun included: the first, and the one after the last."""
        return self.spans[mention.first]

    def event_of(self, lead: Line) -> Hit | None:
        """The last verb of an event in the line that leads to this one."""
        verbs = [h for h in lead.hits.values() if any(s.form or s.role == "act" for s in h.senses)]
        return verbs[-1] if verbs else None

    @lazy
    def lower(self) -> Callable[[int], str]:
        """The token in lower case, "" beyond the ends: asked a thousand times an article, so a table answers."""
        return _Lowered(enumerate(self.words)).__getitem__

    def text(self, first: int, last: int) -> str:
        if first >= last:
            return ""
        return self.sentence.text[self.tokens[first].start : self.tokens[last - 1].end]


class _Lowered(dict[int, str]):
    def __missing__(self, at: int) -> str:
        return ""


def _span(tokens: Sequence[Token], mention: Mention) -> tuple[int, int]:
    first, last = mention.first, mention.last
    while first > 0 and tokens[first - 1].start >= mention.phrase_start:
        first -= 1
    while last < len(tokens) and tokens[last].end <= mention.phrase_end:
        last += 1
    return first, last


def _is_titled(tokens: Sequence[Token]) -> bool:
    """Whether a headline capitalises its words, so that capitals make no names."""
    firsts = [t.text[0] for t in tokens if t.kind == "word" and len(t.text) > 3]
    return bool(firsts) and sum(map(str.isupper, firsts)) > 0.7 * len(firsts)


def _hits(
    tokens: Sequence[Token],
    triggers: Index,
    numbers: Mapping[int, Mention],
    entities: Mapping[int, Entity],
) -> dict[int, Hit]:
    """The events of a sentence; a capitalised word in a name ("Eaton Fire") tells of none."""
    found: dict[int, Hit] = {}
    last_hit: Hit | None = None
    titled = _is_titled(tokens)
    for at, token in enumerate(tokens):
        if (token.lower not in triggers and "-" not in token.lower) or at in numbers or at in found:
            continue
        if not titled and _in_name(tokens, at, entities):
            continue
        hit = _hit_at(tokens, at, triggers)
        if hit is None or (hit.last == at + 1 and token.lower in PREPOSITION):  # "down"
            continue
        if last_hit and (tied := _tied(tokens, last_hit, hit)):
            hit = tied
        found.update(dict.fromkeys(range(hit.first, hit.last), hit))
        last_hit = hit
    return found


def _in_name(tokens: Sequence[Token], at: int, entities: Mapping[int, Entity]) -> bool:
    """Whether a capital follows another one, unless that is of a people's name."""
    if at == 0 or not (tokens[at].text[0].isupper() and tokens[at - 1].text[0].isupper()):
        return False
    return not (at - 1 in entities and entities[at - 1].form == "people")


def _hit_at(tokens: Sequence[Token], at: int, triggers: Index) -> Hit | None:
    following = lower_at(tokens, at + 1)
    for first in _readings(tokens[at].lower):
        held = first == "in" and following != "" and tokens[at + 1].text[0].isupper()
        after = (lower_at(tokens, at + 2),) if held else None
        for rest, meant in triggers.get(first, ()):
            if not rest or (rest[0] == following and _follows(tokens, at + 1, rest)):
                return Hit(at, at + 1 + len(rest), meant)
            if rest == after:  # "in Russian custody" is "in custody"
                return Hit(at, at + 3, meant)
    return None


def _readings(lower: str) -> tuple[str, ...]:
    """ "russia-launched" is read as "launched" too."""
    if "-" in lower:
        return lower, lower.rpartition("-")[2]
    return (lower,)


def _follows(tokens: Sequence[Token], at: int, rest: tuple[str, ...]) -> bool:
    return all(at + i < len(tokens) and tokens[at + i].lower == word for i, word in enumerate(rest))


def _tied(tokens: Sequence[Token], left: Hit, right: Hit) -> Hit | None:
    """ "killed or wounded", "dead, injured or missing": one event made of several."""
    between = [t.lower for t in tokens[left.last : right.first]]
    words = [w for w in between if w != "," and not (w in BE and "or" in between)]  # "killed or are missing"
    if not between or len(between) > 2 or any(w not in _TIES for w in words):
        return None
    if not words and not _list_goes_on(tokens, right.last):
        return None
    shared = {"own", "object", "both", "subject", "state", "noun", "status", "toll", "loses"}
    if not all(any(s.role in shared for s in hit.senses) for hit in (left, right)):
        return None
    senses = left.senses + right.senses
    families = {s.family for s in senses}
    for both, name in _COMPOSED:
        if both <= families:
            senses = tuple(s._replace(family=name) for s in senses if s.family in both)
    return Hit(left.first, right.last, senses, tied=True)


def _list_goes_on(tokens: Sequence[Token], at: int) -> bool:
    return any(t.lower in _TIES for t in tokens[at : at + 2])


def is_noun_use(line: Line, hit: Hit) -> bool:
    """Whether a base form stands as a noun: "the Sintra fire", "a strike"."""
    if any(s.form not in {"base", ""} for s in hit.senses) or not any(s.form for s in hit.senses):
        return False
    before = line.tokens[hit.first - 1] if hit.first else None
    if before is None or before.lower in DETERMINER or before.kind == "possessive":
        return True
    return before.text[0].isupper() and not before.lower.endswith("s") and before.kind == "word"


_CONTRASTS: Final = frozenset({(",", "not"), ("instead", "of"), ("rather", "than")})


def is_contrast(line: Line, first: int) -> bool:
    """Whether the figure whose phrase starts at tokens[first] is named as the wrong one: "98 rather than 112"."""
    return (line.lower(first - 2), line.lower(first - 1)) in _CONTRASTS


# --- what a token does ----------------------------------------------------------------------------------------------

BE: Final = closed("be")
HAVE: Final = closed("have")
MAY: Final = closed("modal may")
WILL: Final = closed("modal will")
DETERMINER: Final = closed("determiner")
ADVERB: Final = closed("adverb")
HEDGE: Final = closed("hedge")
PREPOSITION: Final = closed("preposition")
RELATIVE: Final = closed("relative")
CONJUNCTION: Final = closed("conjunction")
BREAKER: Final = closed("breaker")
LEVEL: Final = closed("level")
COUNT: Final = closed("count verb")
VERB: Final = closed("verb")
REPORT: Final = closed("report")
EXTENT: Final = closed("extent")
STOPS: Final = frozenset(";.!?…")
PAUSES: Final = frozenset("–—:()-")
