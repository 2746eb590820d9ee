"""The built-in extractor: an Article and the definitions become claims, and every number gets its reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, Literal

from tallywire.core.article import Article
from tallywire.core.claim import Claim
from tallywire.core.definition import Definition
from tallywire.extract.claims import EXTRACTOR, Compiled
from tallywire.extract.document import CHARACTERS, NUMBERS, Document
from tallywire.extract.draft import Draft
from tallywire.extract.frames import Frame
from tallywire.extract.judge import Judge
from tallywire.extract.language import is_english
from tallywire.extract.lexicon import indexed, triggers
from tallywire.extract.line import Words
from tallywire.extract.places import PART, Names, index, merged, names, part_key, parts
from tallywire.extract.quantities import Mention, mentions
from tallywire.extract.reasons import Reason, because
from tallywire.extract.settle import Settled, key, settle
from tallywire.extract.track import parse
from tallywire.extract.tracked import Track


@dataclass(frozen=True, slots=True)
class Seen:
    """One number of a text and what became of it; text[start:end] is the number.

    `reason` is for people. `names` are the stable names behind it (extract.reasons.registry): how the number was bound
    and the cues of its kind and status, or the one reason why it was left alone.
    """

    start: int
    end: int
    text: str
    verdict: Literal["taken", "part", "ignored"]
    reason: str
    estimate: str | None
    sentence_start: int
    sentence_end: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an article claims. `why` says why it gave no claim at all, `unread` which part was too much to look at."""

    claims: tuple[Claim, ...]
    numbers: tuple[Seen, ...]
    why: str | None
    unread: str | None = None


class Extractor:
    """Reads articles for a set of definitions. Raises TrackError for a sentence that can't be parsed."""

    id: ClassVar[str] = EXTRACTOR

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self.compiled = [Compiled(d, _parsed(d)) for d in definitions]
        self._words = _words(self.compiled)
        self._taking: dict[frozenset[str], list[Compiled]] = {}
        self._subjects = _subjects(self.compiled, self._words.names)

    def read(self, article: Article) -> Extraction:
        """The claims of an article, in the order of their numbers."""
        why = self._unfit(article.text)
        if why:
            numbers = islice(mentions(article.text[:CHARACTERS]), NUMBERS)
            return Extraction((), tuple(_left(m, why) for m in numbers), why.words)
        document = Document(article, self._words)
        judge = Judge(document)
        judged = [(f, *self._judge(judge, f)) for line in document.frames for f in line]
        settled = settle([draft for _, drafts, _ in judged for draft in drafts])
        seen = tuple(_seen(frame, drafts, reason, settled) for frame, drafts, reason in judged)
        claims = tuple(settled.claims)
        none = None if claims else because("none bound" if seen else "no numbers").words
        if document.end == len(article.text):
            return Extraction(claims, seen, none)
        rest = _rest(document)
        return Extraction(claims, (*seen, rest), none and f"{none}; {rest.reason}", rest.reason)

    def _may_take(self, told: frozenset[str]) -> list[Compiled]:
        """The definitions that a number may be of, by the events that it tells of."""
        if told not in self._taking:
            self._taking[told] = [c for c in self.compiled if not (told and c.track.family) or told & c.track.families]
        return self._taking[told]

    def _unfit(self, text: str) -> Reason | None:
        """Why a text is not worth a closer look."""
        lowered = text.lower()
        if not is_english(lowered):
            return because("not English")
        if self._subjects is not None and not any(name in lowered for name in self._subjects):
            return because("no tracked subject")
        return None

    def _judge(self, judge: Judge, frame: Frame) -> tuple[list[Draft], Reason]:
        """The drafts of one number, and the reason where there is none."""
        if frame.mention.refusal is not None:
            return [], because(frame.mention.refusal)
        readings = [judge.read(c, frame) for c in self._may_take(frame.families)]
        taken = [r.draft for r in readings if r.draft]
        if taken:
            top = max(draft.weight for draft in taken)
            return [draft for draft in taken if draft.weight == top], because("untracked")
        return [], next((r.reason for r in readings if r.reason), None) or _untracked(frame)


def _parsed(definition: Definition) -> Track:
    track = parse(definition.track, definition.same_as)
    return dataclasses.replace(track, parts=frozenset(map(part_key, definition.parts)))


def _words(compiled: Sequence[Compiled]) -> Words:
    found = {(first, *rest): list(senses) for first, rests in triggers().items() for rest, senses in rests}
    for literal in (c.track.literal for c in compiled):
        for first, rests in literal.items():
            for rest, senses in rests:
                found.setdefault((first, *rest), []).extend(senses)
    own = [c.track.names for c in compiled]
    listed = index({parts(p): (part_key(p), PART) for c in compiled for p in c.definition.parts})
    measured = frozenset().union(*({phrase[-1] for phrase in c.track.heads} | c.track.kin for c in compiled))
    measured |= {c.track.unit for c in compiled if c.track.unit}
    return Words(
        indexed(found) if len(found) > len(triggers()) else triggers(), merged([*own, listed, names()]), measured
    )


def _subjects(compiled: Sequence[Compiled], known: Names) -> frozenset[str] | None:
    """The names, in lower case, of which a text must hold one; None if a definition names nobody."""
    if any(not c.track.keys for c in compiled):
        return None
    keys = frozenset().union(*(c.track.keys for c in compiled)) if compiled else frozenset()
    return frozenset(
        " ".join((first, *rest)).replace(" 's", "'s")
        for first, rests in known.items()
        for rest, key, form in rests
        if key in keys or form == PART
    )


def _untracked(frame: Frame) -> Reason:
    return because("another event", ", ".join(sorted(frame.families))) if frame.families else because("untracked")


def _seen(frame: Frame, drafts: list[Draft], reason: Reason, settled: Settled) -> Seen:
    mention, sentence = frame.mention, frame.mention.sentence
    taken = [settled.drafts[key(d)] for d in drafts if key(d) in settled.drafts]
    if not taken:
        return _left(mention, settled.dropped[key(drafts[0])] if drafts else reason)
    claim, names = taken[0].claim, taken[0].names
    verdict: Literal["taken", "part"] = "part" if claim.kind == "component" else "taken"
    reads = f"{claim.kind}, {claim.status} ({claim.rule})"
    text = sentence.text[mention.start : mention.end]
    return Seen(mention.start, mention.end, text, verdict, reads, claim.estimate, sentence.start, sentence.end, names)


def _left(mention: Mention, reason: Reason) -> Seen:
    """A number left alone; where it is no plain count by itself, that is the reason."""
    why = because(mention.refusal) if mention.refusal else reason
    sentence = mention.sentence
    text, span = sentence.text[mention.start : mention.end], (sentence.start, sentence.end)
    return Seen(mention.start, mention.end, text, "ignored", why.words, None, *span, (why.name,))


def _rest(document: Document) -> Seen:
    """What was not looked at, as one entry: its numbers are not counted either."""
    start, end, why = document.end, len(document.text), because("too much", f"{document.end:,}")
    return Seen(start, end, "(the rest)", "ignored", why.words, None, start, end, (why.name,))
