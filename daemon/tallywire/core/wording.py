"""An alert, a digest or a summary as title and text: plain words, in the order in which people read them.

Quotes are data: they are shortened and put on one line, never interpreted. Making them inert for a service (mentions,
links, hidden characters) is deliver's, which knows the service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tallywire.core.alerting import Decision
from tallywire.core.findings import is_overtaken, planned, shown, voiced
from tallywire.core.quantity import Number, figure, interval

Json = dict[str, Any]

ARROW: Final = "→"
QUOTES: Final = 3
_QUOTE: Final = 300  # characters
_SHORT: Final = 120  # characters of a quote in the short form
_LINES: Final = 50  # of a digest or summary

_BOUNDS: Final = {
    "exact": "",
    "range": "",
    "about": "about ",
    "at_least": "at least ",
    "over": "more than ",
    "nearly": "nearly ",
    "at_most": "at most ",
    "up_to": "up to ",
}
# Bounds that a title keeps: without them the figure says something else.
_ONE_SIDED: Final = ("at_least", "over", "at_most", "up_to")
# What a message about something else mentions too, for the figure can't be understood without it.
_STANDING: Final = ("contradiction", "single-source jump")
# What follows the figure in a title, kind by kind.
LABELS: Final = {
    "correction": "correction",
    "first figure": "first figure",
    "contradiction": "sources contradict each other",
    "confirmation": "confirmed",
    "pin": "the machine's figure leaves the pin",
}


@dataclass(frozen=True, slots=True)
class Worded:
    """`title` is one line, `text` the whole message, `short` one line for services that take little."""

    title: str
    text: str
    short: str


def bounded(low: Number | None, high: Number | None, bound: str = "exact") -> str:
    """A number with its bound in words: "about 3,000", "at least 3,000", "25,000-30,000"."""
    if low is None and high is None:
        return "an unstated number"
    return _BOUNDS.get(bound, "") + interval(low, high)


# --- alerts ---------------------------------------------------------------------------------------------------------


def alert(estimate: str, name: str, decision: Decision, evidence: Sequence[Mapping[str, Any]]) -> Worded:
    """The message for a decision. `estimate` is the id, `name` the definition's title.

    `evidence` rows have quote, originator, outlet, published, path, low, high and bound; see `quoted`.
    """
    headline = title(name, decision)
    rows = quoted(evidence)
    return Worded(headline, _text(estimate, decision, rows), _short(headline, rows))


def title(name: str, decision: Decision) -> str:
    """ "North Korean soldiers killed in Russia: 300 → 1,000 (300-1,000), sources contradict each other"."""
    parts = [_figures(decision), *(LABELS[k] for k in decision.kinds if k in LABELS), *_asides(decision)]
    return f"{_line(name)}: {', '.join(p for p in parts if p)}"


def _figures(decision: Decision) -> str:
    """ "300 → at least 1,000 (300-1,000)", or the figure alone where it did not move; "" where there never was one."""
    old, after = decision.compared, decision.after
    words = (_BOUNDS[after["bound"]] if after["bound"] in _ONE_SIDED else "") + shown(after)
    if old is not None and old["best"] is not None and old["best"] != after["best"]:
        return f"{figure(old['best'])} {ARROW} {words}"
    return "" if after["best"] is None else words


def _asides(decision: Decision) -> list[str]:
    """The news beside the figure that a title must name with its number."""
    asides, after = [], decision.after
    if "new plan" in decision.kinds and (plan := after["planned"]):
        asides.append(f"{planned(plan)} planned")
    for kind, words in (("single-source jump", "by a single source, not confirmed"), ("undated report", "undated")):
        if kind in decision.kinds:
            waiting = [e for e in after["provisional"] if (e["as_of"] is None) == (kind == "undated report")]
            asides += [f"{interval(e['low'], e['high'])} {words}" for e in waiting[-1:] if not _is_side(e, decision)]
    faded = {claim for reason in decision.reasons if reason.kind == "fading" for claim in reason.claims}
    if "fading" in decision.kinds and decision.compared is not None:
        asides += [_faded(e, after["best"]) for e in decision.compared["provisional"] if e["claim"] in faded][-1:]
    return asides


def _faded(entry: Json, best: Number | None) -> str:
    fate = "overtaken" if best is not None and is_overtaken(entry, best) else "not borne out"
    return f"{interval(entry['low'], entry['high'])} {fate}"


def _is_side(entry: Json, decision: Decision) -> bool:
    """Whether the figure is an end of a contradiction that the title already speaks of."""
    sides = decision.after["contradiction"] or []
    return "contradiction" in decision.kinds and any(side["claim"] == entry["claim"] for side in sides)


def _text(estimate: str, decision: Decision, rows: Sequence[Json]) -> str:
    """Blocks with a blank line between them, most important first: services that take little get the first ones."""
    after = decision.after
    head = [_value(decision), f"{_kind(decision)}: {decision.reason}."]
    if decision.corrects:
        head.append(f"This corrects alert #{decision.corrects[:8]}.")
    if still := [r.text for r in decision.reasons if not r.is_news and r.kind in _STANDING]:
        head.append(f"Besides: {'; '.join(still)}.")
    corrected = {claim for reason in decision.reasons for claim in reason.corrected} - set(after["by"])
    quotes = [_quote(row, "No longer counted: " if row.get("claim") in corrected else "") for row in rows]
    counts = f"{_count(after['originators'], 'named source')}, {_count(after['documents'], 'article')}"
    return "\n\n".join(["\n".join(head), *quotes, f"{counts}. More: tallywire show {estimate}"])


def _value(decision: Decision) -> str:
    """ "Now about 1,000, range 300-1,000, as of 2025-01-15; was 300."."""
    old, after = decision.compared, decision.after
    was = f"; was {shown(old)}" if old is not None and old["best"] is not None and shown(old) != shown(after) else ""
    parts = ["No figure stands now"]
    if after["best"] is not None:
        parts = [f"Now {bounded(after['best'], after['best'], after['bound'] or 'exact')}"]
        parts += [f"range {interval(after['low'], after['high'])}"] if after["low"] != after["high"] else []
        parts += [f"as of {after['as_of']}"] if after["as_of"] else []
        parts += ["by undated reports alone"] if after["undated"] else []
    parts += [f"{planned(after['planned'])} planned"] if after["planned"] else []
    return f"{', '.join(parts)}{was}."


def _kind(decision: Decision) -> str:
    """ "Contradiction, change and new plan"."""
    *others, last = decision.kinds or ("note",)
    words = f"{', '.join(others)} and {last}" if others else last
    return words[0].upper() + words[1:]


def quoted(evidence: Sequence[Mapping[str, Any]], count: int = QUOTES) -> list[Json]:
    """The rows to show, at most `count`: different originators first, no quote twice; quotes on one line and cut.

    They also get `date` and `file`, as messages name them. What the alert's event keeps should be these rows, so that
    whoever renders it again finds each quote in the text.
    """
    rows = [{**row, "quote": _cut(_line(row.get("quote") or ""), _QUOTE)} for row in evidence]
    for row in rows:
        row["date"] = str(row.get("published") or "")[:10] or None
        row["file"] = row.get("path")
    chosen: list[Json] = []
    voices: set[Any] = set()
    for row in rows:
        if row["quote"] and row["quote"] not in {c["quote"] for c in chosen}:
            chosen.append(row)
    for row in chosen:
        row["_again"] = row.get("originator") in voices
        voices.add(row.get("originator"))
    ordered = sorted(chosen, key=lambda row: bool(row["_again"]))[:count]
    return [{k: v for k, v in row.items() if k != "_again"} for row in ordered]


def _quote(row: Mapping[str, Any], note: str) -> str:
    facts = [_line(str(row[k])) for k in ("originator", "outlet", "date", "file") if row.get(k)]
    return f"{note}“{row['quote']}”\n  {' · '.join(dict.fromkeys(facts))}".rstrip()


def _short(headline: str, rows: Sequence[Json]) -> str:
    """The headline, and who said what behind it in as few words as they used."""
    if not rows:
        return headline
    who = rows[0].get("originator") or rows[0].get("outlet")
    return f"{headline}. {_line(who) + ': ' if who else ''}“{_cut(rows[0]['quote'], _SHORT)}”"


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}" if count else f"no {noun}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip() + "…"


def stale(estimate: str, name: str, reason: str, state: Json | None) -> tuple[str, str]:
    """Title and text for an estimate of which nothing was heard; `state` is what stands."""
    stands = f"It still stands at {shown(state)}." if state and state["best"] is not None else "No figure stands."
    return f"{_line(name)}: {reason}", f"{stands}\nStaleness: {reason}.\n\nMore: tallywire show {estimate}"


# --- digests and summaries ------------------------------------------------------------------------------------------


def digest(
    day: str, titles: Mapping[str, str], before: Mapping[str, Json | None], after: Mapping[str, Json]
) -> tuple[str, str]:
    """Title and text. By estimate id: `titles`, and the summaries `before` (at the last digest) and `after` (now)."""
    moved = [one for one in titles if _has_moved(before.get(one), after.get(one))]
    rest = [one for one in titles if one not in set(moved)]
    found = f"{len(moved)} of {_count(len(titles), 'estimate')} moved" if moved else "nothing moved"
    lines = [line for one in (*moved, *rest) for line in _standing(titles[one], before.get(one), after.get(one))]
    return _listed(f"Digest of {day}: {found}", lines)


def summary(
    count: int,
    titles: Mapping[str, str],
    before: Mapping[str, Json | None],
    after: Mapping[str, Json],
    noun: str = "file",
) -> tuple[str, str]:
    """The one message for what was taken in quietly: "120 files: 3 estimates moved". `noun`: what `count` counts."""
    moved = [one for one in titles if _has_moved(before.get(one), after.get(one))]
    lines = [line for one in moved for line in _standing(titles[one], before.get(one), after.get(one))]
    return _listed(f"{_count(count, noun)}: {_count(len(moved), 'estimate')} moved", lines)


def _has_moved(before: Json | None, after: Json | None) -> bool:
    return after is not None and _state(before) != _state(after)


def _state(state: Json | None) -> list[Any]:
    """What a line of a digest shows."""
    if state is None:
        return [None, None, None, None, False]
    plan = state["planned"] and planned(state["planned"])
    return [state["best"], state["low"], state["high"], plan, bool(state["contradiction"])]


def _standing(name: str, before: Json | None, after: Json | None) -> list[str]:
    """One line for the value and its change, one for an open contradiction, one for each figure that waits."""
    if after is None:
        return [f"{_line(name)}: nothing reported yet"]
    value = shown(after) + (f", {planned(after['planned'])} planned" if after["planned"] else "")
    if before is not None and before["best"] is not None and before["best"] != after["best"]:
        value = f"{figure(before['best'])} {ARROW} {value}"
    lines = [f"{_line(name)}: {value}"]
    if sides := after["contradiction"]:
        lines.append(f"  open contradiction: {' against '.join(voiced(side) for side in sides)}")
    return lines + [f"  not confirmed: {voiced(entry)}" for entry in after["provisional"]]


def _listed(headline: str, lines: Sequence[str]) -> tuple[str, str]:
    """The headline as title, and the lines below it, as many as people read."""
    shown_lines = [*lines[:_LINES]]
    if len(lines) > _LINES:
        shown_lines.append(f"… and {len(lines) - _LINES} more lines; see: tallywire estimates")
    return headline, "\n".join(shown_lines) or "No estimate moved."
