"""What the claims of one article say together: parts of a stated sum, single cases, bases, and each claim once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from tallywire.core.claim import Claim
from tallywire.core.quantity import Number, figure
from tallywire.extract.draft import Draft
from tallywire.extract.frames import Frame
from tallywire.extract.kinds import is_base
from tallywire.extract.raises import with_increments
from tallywire.extract.reasons import Reason, because, registry
from tallywire.extract.rounding import Form, leads, significant

_IN: Final = frozenset({"in", "at", "near", "from"})
_MOST_PARTS: Final = 8


Key = tuple[int, str]  # where the number starts, and the estimate


class Settled(NamedTuple):
    """The claims kept, the drafts as they now are, and for each draft left out the reason."""

    claims: list[Claim]
    drafts: dict[Key, Draft]
    dropped: dict[Key, Reason]


def settle(drafts: Sequence[Draft]) -> Settled:
    """Judges drafts by each other."""
    dropped = {key(d): because("single case") for d in drafts if _is_single_case(d, drafts)}
    kept = with_increments(_with_parts([d for d in drafts if key(d) not in dropped]))
    exact = leads([Form(d.claim, d.figures == "running total") for d in kept])
    dropped |= {rounded: because("rounded", figure(claim.low or 0)) for rounded, claim in exact.items()}
    claims = once(_with_bases(kept), exact)
    return Settled(claims, {key(d): d for d in kept if key(d) not in dropped}, dropped)


def key(draft: Draft) -> Key:
    return draft.claim.number_start, draft.claim.estimate


def _is_single_case(draft: Draft, drafts: Sequence[Draft]) -> bool:
    """ "one soldier died" beside a toll of 300 tells of one case."""
    claim = draft.claim
    if claim.low != 1 or claim.high != 1 or claim.kind != "total" or draft.figures != "running total":
        return False
    others = [d.claim.low for d in drafts if d.claim.estimate == claim.estimate and d.claim.low is not None]
    return max(others, default=0) >= 10


# --- parts ----------------------------------------------------------------------------------------------------------


def _with_parts(drafts: list[Draft]) -> list[Draft]:
    """Figures of one list that make up a figure stated elsewhere are its parts; so are kinds listed side by side."""
    stated: dict[str, set[Number | None]] = {}
    for draft in drafts:
        if draft.claim.low == draft.claim.high:
            stated.setdefault(draft.claim.estimate, set()).add(draft.claim.low)
    result: list[Draft] = []
    by_line = sorted(drafts, key=_place)
    for (estimate, _), group in groupby(by_line, key=_place):
        members = list(group)
        if len(members) == 1:
            result += members
            continue
        parts = _summands(members, stated.get(estimate, set()))
        sorts = members[0].figures != "add up" and (_side_by_side(members) or _place_by_place(members))
        split = any(members[i].claim.kind == "component" for i in parts)  # "1,000 of them here and another 2,000 there"
        why = ("summand" if i in parts else "one sort" if sorts else None for i in range(len(members)))
        result += [_as_part(d, name, split=split) if name else d for d, name in zip(members, why, strict=True)]
    return sorted(result, key=lambda d: d.claim.number_start)


def _place(draft: Draft) -> tuple[str, int]:
    return draft.claim.estimate, draft.frame.line.index


def _summands(members: Sequence[Draft], stated: set[Number | None]) -> set[int]:
    """The figures of one sentence, next to each other, that add up to one that the text states."""
    found: set[int] = set()
    for first in range(len(members)):
        summed: Number = 0
        for last in range(first, min(len(members), first + _MOST_PARTS)):
            summed += members[last].claim.low or 0
            if last > first and summed in stated and len({d.claim.status for d in members[first : last + 1]}) == 1:
                found |= set(range(first, last + 1))
    return found


def _as_part(draft: Draft, name: str, *, split: bool) -> Draft:
    on_top = draft.claim.kind == "additional" and draft.figures != "add up" and not split
    if draft.claim.kind == "component" or on_top:
        return draft
    cues = [c for c in draft.claim.rule.split("; ") if not c.startswith(f"{draft.claim.kind}: ")]
    rule = "; ".join([*cues, f"component: {because(name).words}"])
    names = (*(n for n in draft.names if n not in registry()["additional"]), name)
    return draft._replace(claim=dataclasses.replace(draft.claim, kind="component", rule=rule), names=names)


def _side_by_side(members: Sequence[Draft]) -> bool:
    """Whether one verb counts several sorts in one list: "5,000 builders and 1,000 sappers"."""
    hits = {d.frame.found.hit.first if d.frame.found and d.frame.found.hit else None for d in members}
    named = all(not d.frame.is_elided and d.claim.kind != "component" for d in members)
    words = {d.claim.noun for d in members} | {_modifier(d.frame) for d in members}
    stepped = any(d.frame.found and d.frame.found.level in {"to", "by"} for d in members)
    return len(hits) == 1 and named and not stepped and len(words) > 2 and all(d.claim.low for d in members)


def _place_by_place(members: Sequence[Draft]) -> bool:
    """Whether one verb counts in one place and the next: "300 were in Orne and 200 in Velm"."""
    hits = {d.frame.found.hit.first if d.frame.found and d.frame.found.hit else None for d in members}
    places = {_place_after(d.frame) for d in members}
    return len(members) > 1 and len(hits) == 1 and len(places) == len(members) and None not in places


def _place_after(frame: Frame) -> str | None:
    """The name that "in" leads to, right after a figure or after its verb."""
    line, hit = frame.line, frame.found.hit if frame.found else None
    following = next((m.first for m in line.mentions if m.first >= frame.last), len(line.tokens) - 1)
    for at in (frame.last, frame.last + 1, hit.last if hit else frame.last):
        if frame.last <= at < following and line.lower(at) in _IN and line.tokens[at + 1].text[0].isupper():
            return line.lower(at + 1)
    return None


def _modifier(frame: Frame) -> str | None:
    noun = frame.mention.noun
    return noun.modifiers[0] if noun and noun.modifiers else None


# --- bases ----------------------------------------------------------------------------------------------------------


def _with_bases(drafts: Sequence[Draft]) -> list[Claim]:
    """An increment that the text itself puts on top of a figure carries that figure as its base."""
    claims = [d.claim for d in drafts]
    for base in drafts:
        if base.claim.kind != "total" or not is_base(base.frame):
            continue
        near = [i for i, d in enumerate(drafts) if _is_increment_on(d, base)]
        if near:
            claims[near[-1]] = dataclasses.replace(claims[near[-1]], onto=base.claim.low)
    return claims


def _is_increment_on(draft: Draft, base: Draft) -> bool:
    if draft.claim.estimate != base.claim.estimate or draft.claim.kind != "additional":
        return False
    distance = base.frame.line.index - draft.frame.line.index
    return draft.claim.status == "reported" and 0 <= distance <= 3 and draft.frame.first != base.frame.first


# --- once -----------------------------------------------------------------------------------------------------------


def once(claims: Iterable[Claim], exact: Mapping[Key, Claim]) -> list[Claim]:
    """The same figure for the same estimate once: the mention that says most, with what others add to it.

    `exact` names the claim that gives the figure of a rounded one exactly; that one leads.
    """
    groups: dict[tuple[object, ...], list[Claim]] = {}
    for claim in claims:
        lead = exact.get((claim.number_start, claim.estimate), claim)
        groups.setdefault((lead.estimate, lead.low, lead.high, lead.status), []).append(claim)
    return sorted((_merged(group) for group in groups.values()), key=lambda c: c.number_start)


def _merged(group: list[Claim]) -> Claim:
    if len(group) == 1:
        return group[0]
    finest = max(significant(c.low) for c in group)
    best = max((c for c in group if significant(c.low) == finest), key=_says)
    twins = [c for c in group if c is not best]
    source = best.source or next((c.source for c in twins if c.source), None)
    onto = best.onto if best.onto is not None else next((c.onto for c in twins if c.onto is not None), None)
    if best.as_of is None and (dated := next((c for c in twins if c.as_of and c.kind == best.kind), None)):
        best = dataclasses.replace(best, as_of=dated.as_of, basis=dated.basis)
    return dataclasses.replace(best, source=source, onto=onto)


def _says(claim: Claim) -> tuple[object, ...]:
    heading = "\n" not in claim.sentence and not claim.sentence.rstrip().endswith((".", "”", '"', "’"))
    return (
        claim.kind != "total",
        not heading,
        claim.as_of is not None,
        claim.source is not None,
        claim.bound != "exact",
        -claim.number_start,
    )
