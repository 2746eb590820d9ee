"""Figures that the text itself puts on top of others: "A strike killed five. That raises the toll to 192"."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Final

from tallywire.extract.draft import Draft
from tallywire.extract.reasons import because

_RAISES: Final = re.compile(
    r"""[,.;][”"]?\s+(?:which\ |that\ |this\ |it\ |and\ |thereby\ |(?:the\ )?\w+\ says?,\ which\ )?
    (?P<verb>bring|rais|lift|tak|push|driv|brought|took|drove)(?:e?s|ed|ing|e)?\s[^.;]*$""",
    re.VERBOSE | re.IGNORECASE,
)


def with_increments(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts in order; a total that the level after it takes in is an increment."""
    result = list(drafts)
    for at, level in enumerate(result):
        if level.claim.kind != "total" or not _is_reached(level):
            continue
        onto = next((i for i in range(at - 1, -1, -1) if _is_of_same(result[i], level)), None)
        if onto is not None and _raised_by(result[onto], level):
            result[onto] = _on_top(result[onto])
    return result


def _is_reached(draft: Draft) -> bool:
    """Whether a toll comes to this: "rose to 98", "raises to 98 the number of"."""
    frame = draft.frame
    return (frame.found is not None and frame.found.level is not None) or frame.line.lower(frame.first - 1) == "to"


def _is_of_same(draft: Draft, level: Draft) -> bool:
    return draft.claim.estimate == level.claim.estimate and draft.claim.kind == "total"


def _raised_by(draft: Draft, level: Draft) -> bool:
    """Whether nothing but "which brings the toll to" leads from the one to the other."""
    claim, frame = draft.claim, draft.frame
    near = 0 <= level.frame.line.index - frame.line.index <= 1
    is_level = frame.found is not None and frame.found.level is not None
    grows = claim.low is not None and level.claim.low is not None and claim.low < level.claim.low
    if not (near and grows) or is_level or claim.status != "reported":
        return False
    text = frame.line.sentence.text
    return _RAISES.search(text, claim.number_end, level.claim.number_start) is not None


def _on_top(draft: Draft) -> Draft:
    why = because("raises")
    claim = dataclasses.replace(draft.claim, kind="additional", rule=f"{draft.claim.rule}; additional: {why.words}")
    return draft._replace(claim=claim, names=(*draft.names, why.name))
