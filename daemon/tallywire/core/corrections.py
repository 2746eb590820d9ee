"""Rule 4 before the reading: what an originator itself took back or said more precisely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from tallywire.core.definition import FoldSettings
from tallywire.core.measure import in_window, near
from tallywire.core.quantity import figure
from tallywire.core.state import Verdict
from tallywire.core.statements import Member, Statement, Voice, statement


def judged(found: Statement, rule: int, reason: str, *, used: bool = False) -> Verdict:
    return Verdict(found.claims, found.voice.label, found.voice.named, used, rule, f"rule {rule}: {reason}")


def unread(claims: Iterable[str], rule: int, reason: str) -> Verdict:
    """The verdict on claims that never became a statement."""
    return Verdict(tuple(sorted(claims)), None, named=False, used=False, rule=rule, reason=reason)


def settle(statements: Iterable[Statement], settings: FoldSettings) -> tuple[list[Statement], list[Verdict]]:
    """The statements that their originators still hold, and the verdicts on the others."""
    by_voice: dict[Voice, list[Statement]] = defaultdict(list)
    for found in statements:
        by_voice[found.voice].append(found)
    kept: list[Statement] = []
    left: list[Verdict] = []
    for own in by_voice.values():
        held = own
        if any(s.corrects for s in held):
            held = _after_corrections(held, left)
        if any(s.bound == "nearly" for s in held):
            held = _without_nearly(held, settings, left)
        kept += held
    return kept, left


def _after_corrections(own: list[Statement], left: list[Verdict]) -> list[Statement]:
    """A correction withdraws what its originator said higher until then; said again later, it counts again."""
    corrections = [s for s in own if s.corrects]
    return [s for found in own if (s := _withdrawn_by(found, corrections, left)) is not None]


def _withdrawn_by(found: Statement, corrections: list[Statement], left: list[Verdict]) -> Statement | None:
    for other in sorted(corrections, key=lambda s: (s.corrects or date.max, s.low)):
        if other.low >= found.low or (other.role == "increment") != (found.role == "increment"):
            continue
        stay: list[Member] = []
        gone: list[Member] = []
        for member in found.members:
            (gone if _taken_back(member, other) else stay).append(member)
        if not gone:
            continue
        reason = f"withdrawn by its originator's correction to {figure(other.low)}"
        left.append(judged(statement(found.key, gone), 4, reason))
        if not stay:
            return None
        found = statement(found.key, stay)
    return found


def _taken_back(member: Member, correction: Statement) -> bool:
    """Said by the day of the correction, and no correction itself. An undated one takes back undated figures only."""
    assert correction.corrects is not None
    if member.correction:
        return member.day is not None and member.day < correction.corrects < date.max
    if member.day is None:
        return correction.corrects == date.max
    return member.day <= correction.corrects < date.max


def _without_nearly(own: list[Statement], settings: FoldSettings, left: list[Verdict]) -> list[Statement]:
    """ "Nearly n" yields to a near lower figure of the same originator, who knows it better elsewhere."""
    sharp = sorted((s for s in own if s.role == "total" and s.closed and s.bound != "nearly"), key=lambda s: -s.low)
    held = []
    for found in own:
        better = next((s for s in sharp if _says_better(s, found, settings)), None) if _is_nearly(found) else None
        if better is None:
            held.append(found)
        else:
            left.append(judged(found, 4, f"nearly {figure(found.low)} yields to the same originator's {better.text}"))
    return held


def _is_nearly(found: Statement) -> bool:
    return found.role == "total" and found.bound == "nearly"


def _says_better(sharp: Statement, nearly: Statement, settings: FoldSettings) -> bool:
    if sharp.low >= nearly.low or not near(sharp.low, nearly.low, settings):
        return False
    return sharp.day is None or nearly.day is None or in_window(sharp.day, nearly.day, settings.window_days)
