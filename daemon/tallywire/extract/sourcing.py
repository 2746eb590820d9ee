"""The originator of each figure: cited in its sentence, or carried on from the sentences before it."""

from __future__ import annotations

import re
from typing import Final, Literal

from tallywire.extract.acronyms import Acronyms
from tallywire.extract.attribution import citations
from tallywire.extract.bodies import full_name
from tallywire.extract.citation import Citation, citation, opening_subject
from tallywire.extract.document import Document
from tallywire.extract.frames import Frame
from tallywire.extract.line import Line
from tallywire.extract.sayers import AGENCY, MIND, PRONOUNS, right

_CARRIES: Final = frozenset(
    "of among he she it these those the there some also according that roughly altogether another".split()
)
_ACRONYM: Final = re.compile(r"[A-Z]{2,6}\b")
_BRACKETS: Final = re.compile(
    r"\((?P<source>[Ss]ource: )?(?:the )?(?P<name>[A-Z][\w.’'-]+(?: (?:of|for|and|the|[A-Z][\w.’'-]+))*)\)"
)
_BODIES: Final = frozenset(
    "agency ministry department office service bureau military army police directorate intelligence organization "
    "organisation group union company force commission council centre center committee newspaper radio television "
    "site website broadcaster article paper publication outlet magazine".split()
)
_GENERIC: Final = frozenset("agency office service organization organisation group".split())
_PERSONS: Final = frozenset(
    "president minister spokesman spokesperson spokeswoman official chief governor mayor".split()
)
_COUNT: Final = frozenset("record records recorded count counts counted list lists listed log logged".split())
_ONLY_COUNT: Final = _COUNT | MIND  # done by those of whom somebody else may be telling
_REPORTED: Final = frozenset("reported reports registered confirmed".split())
_MEDIA: Final = frozenset(
    "article newspaper paper publication magazine outlet website site broadcaster weekly daily".split()
)
_SUMS: Final = frozenset("total totals figure figures toll tally count number numbers sum rest others".split())
_THESE: Final = frozenset({"these", "those", "them", "the", "that"})
_COMPRISES: Final = frozenset("includes include comprises comprise brings covers is was makes takes".split())
_BACK: Final = 4
_SPEECH: Final = 5  # words; fewer are no speech but a phrase that somebody coined

Spoken = Literal["closes", "goes on"]  # whether a quotation ends with the sentence


class Sourcing:
    """Answers for one document; sentences are looked at when first asked for."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._full: dict[str, str] = {}
        self._acronyms: Acronyms | None = None
        self._found: dict[int, list[Citation]] = {}

    def of(self, frame: Frame) -> str | None:
        """The originator as the text words it; None where nobody is cited."""
        index = frame.line.index
        here = _reaching(frame, self._citations(index))
        if here is None and (bracketed := _in_brackets(frame)):
            return self._spelled(bracketed)
        if here is None and (beyond := _takes_up(frame)) | self._goes_on(frame.line):
            index, here = self._before(index, beyond=beyond)
        if here is None and (spoken := _in_quotes(frame)):
            index, here = self._speaker(index, spoken)
        if here is None:
            return None
        meant = here if not here.weak else self._meant(here, index) or here
        if meant.name.lower() in {"it", "they"}:  # "..., it said": whoever was cited last
            last = self._before(index)[1] if meant.name.lower() == "it" else None
            meant = last or _owner(self.document.lines[index], meant) or meant
        return None if _is_pronoun(meant) else self._spelled(meant.name)

    def _citations(self, index: int) -> list[Citation]:
        if index not in self._found:
            self._found[index] = citations(self.document.lines[index])
        return self._found[index]

    def _before(self, index: int, *, beyond: bool = False) -> tuple[int, Citation | None]:
        """The last citation of the same paragraph, and where it stands; `beyond`: or of the one before it."""
        own = self.document.lines[index].sentence.paragraph
        starts = index > 0 and self.document.lines[index - 1].sentence.paragraph != own
        earliest = own - 1 if beyond and starts else own
        for at in range(index - 1, max(-1, index - _BACK - 1), -1):
            if self.document.lines[at].sentence.paragraph < earliest:
                break
            here = self.document.lines[at]
            known = [c for c in self._citations(at) if not _is_pronoun(c) and here.lower(c.verb) != ":"]
            known = [c for c in known if here.lower(c.verb) not in MIND] or known
            if known:
                return at, next((c for c in reversed(known) if c.cited), known[-1])
        return index, None

    def _speaker(self, index: int, spoken: Spoken) -> tuple[int, Citation | None]:
        """Who says a quoted sentence: after it where the quotation goes on, else the last one cited before."""
        ahead = self._citations(index + 1) if spoken == "goes on" and index + 1 < len(self.document.lines) else []
        if ahead:
            return index + 1, ahead[0]
        for at in range(index - 1, max(-1, index - _BACK), -1):
            if known := [c for c in self._citations(at) if not _is_pronoun(c)]:
                return at, known[-1]
        return index, None

    def _meant(self, weak: Citation, index: int) -> Citation | None:
        """Whom "he" or "the agency" stands for: the last one named before that it may be."""
        for at in range(index, max(-1, index - _BACK - 1), -1):
            here = [c for c in self._citations(at) if at < index or c.verb < weak.first]
            named = [c for c in here if not (_is_pronoun(c) if _is_pronoun(weak) else c.weak)]
            fitting = [c for c in named if _may_be(c, weak, self.document.lines[at])]
            if fitting:
                return fitting[-1]
            if at < index and _is_person(weak) and (opening := _opening(self.document.lines[at])):
                return opening
        return None

    def _goes_on(self, line: Line) -> bool:
        return line.lower(0) in _CARRIES or line.sentence.is_list_item

    def _spelled(self, name: str) -> str:
        if name not in self._full:
            self._full[name] = self._in_full(name)
        return self._full[name]

    def _in_full(self, name: str) -> str:
        """An acronym in full, where the text spells it out: "National Intelligence Service (NIS)"."""
        bare = name.removeprefix("the ").strip()
        if not _ACRONYM.fullmatch(bare):
            return full_name(name, self.document.text) or name
        if self._acronyms is None:
            self._acronyms = Acronyms(self.document.text)
        return self._acronyms.full(bare) or name


def _in_quotes(frame: Frame) -> Spoken | None:
    """Whether a number stands in quoted speech, and whether that goes on after its sentence."""
    sentence, at = frame.line.sentence, frame.mention.start
    before, after = sentence.text[sentence.start : at], sentence.text[at : sentence.end]
    opened = max(before.rfind("“"), before.rfind('"') if before.count('"') % 2 else -1)
    closed = next((i for i, c in enumerate(after) if c in '”"'), -1)
    if opened < 0 and not _ends_quote(before, after, closed):
        return None
    if "”" in before[max(opened, 0) :]:
        return None
    speech = before[max(opened, 0) :] + (after[:closed] if closed >= 0 else after)
    if len(speech.split()) < _SPEECH:
        return None
    return "closes" if closed >= 0 else "goes on"


def _in_brackets(frame: Frame) -> str | None:
    """The office in brackets after a figure: "53,400 by 22 December (Health Ministry)", "300 (source: Red Cross)"."""
    sentence = frame.line.sentence
    for match in _BRACKETS.finditer(sentence.text, frame.mention.end, sentence.end):
        words = match["name"].split()
        if match["source"] or any(w.lower() in AGENCY for w in words):
            return " ".join(words)
    return None


def _ends_quote(before: str, after: str, closed: int) -> bool:
    """Whether a quotation that an earlier sentence opened ends after the number."""
    if closed < 0 or "“" in before + after[:closed] or '"' in before:
        return False
    return after[closed] == "”" or after.count('"') % 2 == 1


def _opening(line: Line) -> Citation | None:
    """ "Mayor Ana Ruiz toured the port. She said": who opens a sentence, by office or full name."""
    name = right(line, 0) if not line.sentence.is_heading else None
    words = line.text(name.first, name.last).split() if name and name.first < 2 else []
    if name is None or name.weak or len(words) < 2 or not words[0][0].isupper():
        return None
    return Citation(" ".join(words), name.first, name.last, name.last, is_left=False, weak=False)


def _owner(line: Line, pronoun: Citation) -> Citation | None:
    """ "The company will cut 300 jobs, it said": who opens the sentence, where nobody was cited before."""
    name = opening_subject(line, pronoun.first)
    return citation(line, name.last, name, cited=False) if name else None


def _takes_up(frame: Frame) -> bool:
    """Whether a figure speaks of the one before: "Of these, 40 ...", "The total includes 40", "40 of the job cuts"."""
    line = frame.line
    opening, following = line.lower(0), line.lower(1)
    if opening in {"that", "this"}:
        return following in _COMPRISES
    if opening == "the":
        return following in _SUMS
    if opening == "of" and following in _THESE:
        return not _is_group(line, 2)
    counted = [m.last for m in line.mentions if m.first <= frame.mention.first and line.lower(m.last) == "of"]
    return any(line.lower(last + 1) in _THESE and not _is_group(line, last + 2) for last in counted)


def _is_group(line: Line, at: int) -> bool:
    """ "40 of the dead were over 65", "of those who fled": who is known by now, and not what somebody has just said."""
    hit = line.hits.get(at)
    return line.lower(at) in {"who", "whose"} or (hit is not None and hit.has("state"))


def _is_person(citation: Citation) -> bool:
    return citation.name.lower() in {"he", "she"}


def _may_be(named: Citation, weak: Citation, line: Line) -> bool:
    """An agency is no person: its name holds a word for such a body; "officials" stand for nobody else."""
    words = weak.name.lower().split()
    noun = words[-1]
    if len(words) > 1 and noun in _BODIES | _PERSONS:  # "the interior ministry" says whom it means
        return all(word in named.name.lower() for word in words)
    if noun in _PERSONS:  # the one who is called so where he is named
        return noun in line.words and not _is_body(named.name)
    if _is_person(weak):
        return not _is_body(named.name)
    if noun not in _BODIES:
        return _is_pronoun(weak)
    own = {w.lower() for w in named.name.split()}
    return noun in own or (noun in _GENERIC and _is_body(named.name))


def _is_body(name: str) -> bool:
    """Whether a name is that of an office or a medium, and of no person: "health ministry", "UNHCR", "news site Lo"."""
    words = {w.lower() for w in name.split()}
    return _PERSONS.isdisjoint(words) and (not _BODIES.isdisjoint(words) or bool(_ACRONYM.match(name)))


def _is_pronoun(citation: Citation) -> bool:
    return citation.name.lower() in PRONOUNS


def _parted(line: Line, verb: int, at: int) -> bool:
    """Whether a semicolon stands between a citation and a number."""
    return any(line.lower(i) == ";" for i in range(min(verb, at), max(verb, at)))


def _is_event(frame: Frame, citation: Citation) -> bool:
    """ "The storm claimed 40 lives": the verb is what happened, and nobody's word."""
    hit = frame.found.hit if frame.found and frame.found.families and not frame.found.count else None
    return hit is not None and hit.first <= citation.verb < hit.last


def _reaching(frame: Frame, found: list[Citation]) -> Citation | None:
    """The citation that a number stands under: one that opens before it or closes after it, the nearest."""
    at = frame.mention.first
    reach = [c for c in found if (c.is_left or c.verb < at) and not _is_event(frame, c)]
    if not reach:
        return None
    reach = [c for c in reach if not _parted(frame.line, c.verb, at)] or [c for c in reach if c.verb < at]
    if not reach:  # "it was 112; the mayor says that 190 are missing"
        return None
    cited = [c for c in reach if c.cited]
    if cited:
        return cited[0]
    reach = [c for c in reach if c.named] or reach  # "Chad has reported 90, according to the WHO"
    reach = [c for c in reach if not _is_medium(c)] or reach  # "analysts expect 300, the paper writes"
    nearest = min(reach, key=lambda c: abs(c.verb - at))
    if not _only_counts(frame.line, nearest):
        return nearest
    told = [c for c in reach if not _only_counts(frame.line, c) and (c.verb > at or not _parts(frame.line, c, nearest))]
    return min(told, key=lambda c: abs(c.verb - at)) if told else nearest  # "Chad has recorded 90, the WHO said"


def _parts(line: Line, told: Citation, counts: Citation) -> bool:
    """Whether each has a clause of its own: "police counted 31, while doctors spoke of 45"."""
    return any(line.lower(i) in {",", "while", "but", "whereas"} for i in range(told.verb, counts.first))


def _only_counts(line: Line, citation: Citation) -> bool:
    """Whether somebody else may be telling of it: of who counts or plans, and of the reports of a place."""
    verb = line.lower(citation.verb)
    place = all(i in line.entity_at and line.entity_at[i].form == "name" for i in range(citation.first, citation.last))
    return verb in _ONLY_COUNT or (place and verb in _REPORTED)


def _is_medium(citation: Citation) -> bool:
    return citation.name.split()[-1].lower() in _MEDIA
