"""The governing event of each number: killed, sent, displaced ... One number, one event, and the rule that found it.

Tried in this order: a counted noun that is the event itself ("600 deaths"); a verb right after ("300 were killed");
a verb or noun of the event before ("sent 3,000 troops", "the death toll rose to 24"); a verb further on; a modifier
("displaced people"); the event of the figure before it ("eight in the Palisades fire").
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from tallywire.extract.after import event_after, is_base
from tallywire.extract.before import event_before
from tallywire.extract.found import Found
from tallywire.extract.inflect import looks_plural, singular
from tallywire.extract.lexicon import groups, persons
from tallywire.extract.line import ADVERB, BE, CONJUNCTION, DETERMINER, HAVE, PREPOSITION, Hit, Line
from tallywire.extract.quantities import Mention

_ENDS_CLAUSE: Final = PREPOSITION | {"", ".", ",", ";", "and", "last", "this", "yesterday", "today"}
_OLD: Final = (["up", "from"], ["down", "from"], ["compared", "with"], ["compared", "to"], [",", "from"])
_PEAK: Final = frozenset({"a", "the", "its", "peak", "high", "of", "record", "low"})
_LOOK_BACK: Final = 8  # numbers; it bounds the work in a sentence full of them


@dataclass(slots=True)
class Frame:
    """What governs one number. `families` is empty where nothing that is known does; `other` is then the verb."""

    line: Line
    mention: Mention
    families: frozenset[str] = frozenset()
    rule: str = ""
    found: Found | None = None
    resumed: Frame | None = None
    other: str | None = None
    within: Hit | None = None  # the event that stands in the phrase itself
    is_verb: bool = False  # what passed for the number's noun is its verb: "85 downed tools"
    first: int = field(init=False)  # the first token of the number's phrase, its bound included
    last: int = field(init=False)  # the token after the number's phrase, its noun included

    def __post_init__(self) -> None:
        self.first, self.last = self.line.span(self.mention)

    @property
    def is_elided(self) -> bool:
        noun = self.mention.noun
        return noun is None or noun.elided or noun.head is None or self.is_verb


def frames(line: Line) -> list[Frame]:
    """A frame for each number of a sentence."""
    found: list[Frame] = []
    for mention in line.mentions:
        frame = _frame(line, mention, found)
        if not frame.families and (not frame.other or _names_group(frame) or _is_overtaken(_words_before(frame))):
            _resume(frame, found)
        found.append(frame)
    _share_back(found)
    if "respectively" in line.vocabulary:
        _deal_out(line, found)
    return found


def _deal_out(line: Line, found: list[Frame]) -> None:
    """ "25 and 36 men were killed and wounded respectively": each of two figures has its own of two events."""
    for left, right in pairwise(found):
        hit = left.found.hit if left.found else None
        if hit is None or not hit.tied or right.found is None or right.found.hit != hit:
            continue
        for frame, at in ((left, hit.first), (right, hit.last - 1)):
            senses = tuple(s for rest, meant in line.phrases(at) if not rest for s in meant)
            own = Hit(at, at + 1, senses)
            frame.families = own.families()
            frame.found = dataclasses.replace(right.found, families=frame.families, hit=own)


def _is_loose(frame: Frame, chosen: Found | None) -> bool:
    """Whether a bare figure in a list has no verb of its own: "..., plus another nine in the north"."""
    if not frame.is_elided:
        return False
    return chosen is None or (chosen.rule == "before" and not chosen.near) or _is_aside_of_them(frame, chosen)


def _is_aside_of_them(frame: Frame, chosen: Found) -> bool:
    """ "vaccinated 900 children, 300 of them in camps": where some of them are is no event of its own."""
    noun, line, hit = frame.mention.noun, frame.line, chosen.hit
    partitive = noun is not None and noun.partitive and line.lower(frame.first - 1) == ","
    return bool(partitive and not chosen.finite and hit and line.lower(hit.first) in PREPOSITION)


def _frame(line: Line, mention: Mention, earlier: list[Frame]) -> Frame:
    frame = Frame(line, mention)
    if mention.refusal is not None:
        return frame
    inverted = line.lower(mention.last) == "the"  # "raises to 98 the number of people killed"
    inside = _inside(line, frame, {"noun", "toll"} if inverted else {"noun"})
    if inside:
        frame.families, frame.rule = inside.families("noun", "toll"), "noun"
        frame.found = event_before(line, mention) or event_after(line, frame.last, mention)
        return frame
    after = event_after(line, frame.last, mention)
    if after and frame.is_elided and _is_beyond(frame, after) and not _is_listed(frame, after):
        after = None
    before = event_before(line, mention)
    chosen = _choose(after, before, frame)
    weak = _inside(line, frame, {"status", "state", "object", "both", "subject"})
    frame.within = weak
    if weak and _is_whole_phrase(weak, frame):
        frame.families, frame.rule, frame.is_verb = weak.families("subject"), "after", True
        frame.found = Found("after", frame.families, weak, is_active=True, finite=True, adjacent=True)
        return frame
    if weak and _is_head(weak, frame) and (chosen is None or not chosen.finite or chosen.count or chosen.level):
        frame.families, frame.rule, frame.found = weak.families("status", "state"), "noun", chosen
        return frame
    if _is_loose(frame, chosen) and _resume(frame, earlier):
        return frame
    if chosen and chosen.families:
        if weak and "-" in frame.line.lower(weak.first):  # "shot down all 29 Russia-launched drones"
            chosen = dataclasses.replace(chosen, families=chosen.families | weak.families())
        frame.families, frame.rule, frame.found = chosen.families, chosen.rule, chosen
        return frame
    if weak:
        frame.families, frame.rule = weak.families(), "modifier"
        frame.found = chosen
    elif chosen:
        frame.found, frame.other = chosen, chosen.other
        frame.rule = chosen.rule
    return frame


def _choose(after: Found | None, before: Found | None, frame: Frame) -> Found | None:
    """Between what stands after and before: the nearer, a finite verb after, or the only one that is an event."""
    if after is None or before is None:
        return after or before
    if before.split:
        return before
    if before.near and (_is_toll(frame) if before.rule == "level" else _is_act(before)) and _is_beyond(frame, after):
        return before
    if before.rule == "of" and before.families:
        return after if after.families and after.finite and _is_collective(before) else before
    if not after.families or not before.families:
        governed = (after.other or after.rule == "subject") and after.finite and not after.distant
        if governed and (before.count or before.other or (before.families and not before.near)):
            return after
        return after if after.families else before
    if before.rule == "before" and before.near and before.is_active and _is_aside(frame, after):
        return before
    if after.finite and not after.distant:
        return after
    if frame.is_elided and after.adjacent:
        return after
    return before


def _is_act(before: Found) -> bool:
    """ "has killed 109 people and 161 are missing": the verb before has its object."""
    return before.rule == "before" and before.is_active and bool(before.families)


def _is_toll(frame: Frame) -> bool:
    """Whether what is counted stands before the number: "the toll rose to 114"."""
    return frame.mention.noun is None or frame.mention.noun.before


def _is_listed(frame: Frame, after: Found) -> bool:
    """Whether the figures up to a verb are one list: "40 in Orne and 12 in Sarn were freed", unlike "40, four of them
    policemen, were killed and 113 arrested"."""
    words, end = frame.line.words, after.hit.first if after.hit else frame.last
    return "them" not in words[frame.mention.last : frame.last + 2] or not {",", "and"} <= set(words[frame.last : end])


def _is_beyond(frame: Frame, after: Found) -> bool:
    """ "the toll rose to 114 and 127 people were missing": the verb is that of the next figure."""
    end = after.hit.first if after.hit else frame.last
    line = frame.line
    return any(i in line.at_number and line.at_number[i].refusal is None for i in range(frame.last, end))


def _is_aside(frame: Frame, after: Found) -> bool:
    """ "killed 27 people and drowned 800 sheep", "killed 9 people who had gone to the well": a verb of less weight."""
    line, hit = frame.line, after.hit
    if hit is None:
        return False
    return line.lower(hit.first - 1) in CONJUNCTION or any(
        line.lower(i) in {"who", "which"} for i in range(frame.last, hit.first)
    )


def _is_collective(found: Found) -> bool:
    """ "a group of 12 came home": the group is no event."""
    return found.hit is not None and found.hit.families("act") == {"deployed"}


def _inside(line: Line, frame: Frame, roles: set[str]) -> Hit | None:
    """An event within the noun phrase itself."""
    noun = frame.mention.noun
    if noun is None or noun.before or noun.elided:
        hit = frame.line.hits.get(frame.last)
        return hit if hit and hit.has("noun") and roles == {"noun"} else None
    for at in range(noun.first, noun.last):
        hit = line.hits.get(at)
        if hit and any(s.role in roles for s in hit.senses):
            return hit
    return None


def _is_whole_phrase(hit: Hit, frame: Frame) -> bool:
    """ "in Kisumu 85 downed tools": a verb of several words that reads like an adjective and its noun."""
    noun = frame.mention.noun
    tells = noun is not None and hit.last - hit.first > 1 and hit.has("subject", "past")
    return tells and noun is not None and (hit.first, hit.last) == (noun.first, noun.last)


def _is_head(hit: Hit, frame: Frame) -> bool:
    """ "300 dead", "2,700 injured": an adjective that stands for the noun."""
    noun = frame.mention.noun
    return noun is not None and hit.last == noun.last and hit.has("state") and hit.has("status")


def resume_lists(lines: Sequence[Line], found: Sequence[list[Frame]]) -> None:
    """The items of a list share the event of the line that introduces it: "has supplied, among others:"."""
    lead: Line | None = None
    for line, line_frames in zip(lines, found, strict=True):
        if not line.sentence.is_list_item:
            lead = line
            continue
        if lead is None or lead.lower(len(lead.tokens) - 1) != ":":
            continue
        hits = line.event_of(lead)
        for frame in line_frames:
            if hits and not frame.families and not frame.other and frame.mention.refusal is None:
                frame.families, frame.rule = hits.families("object", "both", "subject", "act"), "list"


def _resume(frame: Frame, earlier: list[Frame]) -> bool:
    """An event left out is that of the figure before: "eight from the Eaton fire", "225 men and five women"."""
    previous = next((f for f in reversed(earlier[-_LOOK_BACK:]) if f.families), None)
    if previous is None or frame.mention.refusal is not None or is_base(frame.line, frame.mention):
        return False
    gap = [t.lower for t in frame.line.tokens[previous.last : frame.first]]
    following = frame.line.lower(frame.last)
    if frame.is_elided and _names_group(frame):
        frame.families, frame.rule, frame.resumed = previous.families, "part", previous
        return True
    overtaken = _is_overtaken(gap)
    reached = bool(gap) and gap[-1] in {"to", "from"}  # "cut its board from 12 to 9": a level of something else
    loose = (
        frame.is_elided and not reached and (following in PREPOSITION or following in {"", ",", ";", ".", ")", "and"})
    )
    joined = not frame.is_elided and bool(gap) and _joins(gap)
    opened = bool(gap) and gap[-1] in {"–", "—", ":", "(", "including", "them"}
    opened = opened or (gap[-2:] == ["of", "which"] and following not in BE)
    if not (loose or joined or opened or (overtaken and (frame.is_elided or _same_noun(frame, previous)))):
        return False
    frame.families, frame.rule, frame.resumed = previous.families, "resumed", previous
    frame.found = previous.found
    return True


def _is_overtaken(gap: list[str]) -> bool:
    """ "rose to 48, up from 24 on Monday", "38 in June, compared with 31 in May": the same a while before."""
    while gap and gap[-1] in _PEAK:
        gap = gap[:-1]
    return bool(gap) and (gap[-1] == "against" or gap[-2:] in _OLD or gap[-2:] == ["and", "from"])


def _words_before(frame: Frame) -> list[str]:
    return frame.line.words[max(0, frame.first - 6) : frame.first]


def _same_noun(frame: Frame, previous: Frame) -> bool:
    noun, before = frame.mention.noun, previous.mention.noun
    return noun is not None and before is not None and noun.head == before.head


def resume_groups(lines: Sequence[Line], found: Sequence[list[Frame]]) -> None:
    """A sentence that opens with a group goes on about those just counted: "A crash killed 74. Thirty were pupils"."""
    for line, here in zip(lines[1:], found[1:], strict=True):
        before = found[line.index - 1]
        if not here or not before or lines[line.index - 1].sentence.paragraph != line.sentence.paragraph:
            continue
        frame, previous = here[0], before[-1]
        opens = frame.first == 0 and frame.is_elided and not frame.families and frame.mention.refusal is None
        if previous.families and ((opens and _names_group(frame)) or _is_among(frame)):
            frame.families, frame.rule, frame.resumed = previous.families, "part", previous


def _is_among(frame: Frame) -> bool:
    """ "Among them were 9 children"."""
    line, noun = frame.line, frame.mention.noun
    among = (line.lower(0), line.lower(1)) in {("among", "them"), ("among", "these"), ("among", "those")}
    plain = noun is not None and noun.head in persons() and not frame.families and frame.mention.refusal is None
    return among and plain and line.lower(frame.first - 1) in {"were", "are"}


def _names_group(frame: Frame) -> bool:
    """ "30 were children", "12 were ducks"."""
    line = frame.line
    noun = line.lower(frame.last + 1)
    return line.lower(frame.last) in {"were", "are", "was"} and (singular(noun) in persons() or _is_sort(noun))


def _is_sort(noun: str) -> bool:
    """ "410,000 were ducks": a plural of some sort of thing."""
    return looks_plural(noun) and any(singular(noun) in words for words in groups("things").values())


def does_so(frame: Frame) -> bool:
    """ "In June alone 4,800 did so", "300 more have done the same": the verb is that of what was told before."""
    line, at = frame.line, frame.last
    if not frame.is_elided:
        return False
    while line.lower(at) in HAVE | ADVERB:
        at += 1
    if line.lower(at) not in {"did", "do", "does", "done"}:
        return False
    after = line.lower(at + 1)
    return after == "so" or (after, line.lower(at + 2)) == ("the", "same") or (after != "not" and after in _ENDS_CLAUSE)


def _joins(gap: list[str]) -> bool:
    words = [w for w in gap if w not in DETERMINER and w not in {",", "another", "some", "with", "including"}]
    return all(w in CONJUNCTION or w in {"as", "well", "along"} for w in words)


def _share_back(found: list[Frame]) -> None:
    """ "185 soldiers and 20 civilians were freed": the verb after the last of a list counts all of it."""
    for at in range(len(found) - 2, -1, -1):
        frame, following = found[at], found[at + 1]
        if frame.families or frame.other or not following.families or frame.mention.refusal is not None:
            continue
        if is_base(frame.line, frame.mention):  # "Of 340 drones, 300 were shot down"
            continue
        gap = [t.lower for t in frame.line.tokens[frame.last : following.first]]
        if gap and len(gap) <= 4 and _joins(gap) and following.rule in {"after", "noun"}:
            frame.families, frame.rule, frame.found = following.families, "shared", following.found
