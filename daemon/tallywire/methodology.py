"""The rules in force in plain words, for publication beside the figures. Made from the definitions, so it can't lag."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tallywire.core.definition import Definition, FoldSettings
from tallywire.eventstore.base import Reader
from tallywire.folding import Folder

POLICIES: Final = {
    "anchored": "the figure stands until a higher one is borne out; lower ones are older or narrower counts",
    "range": "as anchored, and undated figures of named originators widen the range",
    "latest": "the newest figure of a named originator, for what can fall",
    "highest": "the highest voice of the last window",
    "lowest": "the lowest count said since the anchored figure",
    "corroborated": "the highest figure that enough named originators bear out",
}
_FIGURES: Final = {
    "running total": "figures are running totals",
    "add up": "distinct rounds are added up; a stated sum replaces the rounds before it",
}


def methodology(reader: Reader) -> list[str]:
    """Lines in plain words: what is counted, the rules with their present settings, and the sources."""
    folder = Folder(reader)
    usual = FoldSettings()
    lines = ["How these figures are made", "", *_rules(usual), "", "What is counted"]
    for name, definition in folder.definitions.items():
        lines += [f"- {definition.title} ({name}): {'; '.join(_estimate(definition, usual))}."]
        lines += [f"    {line}" for line in _rulings(folder, name)]
    graded = [f"{s.name} {s.grade}" for s in folder.sources.entries if s.grade]
    muted = [s.name for s in folder.sources.entries if s.muted]
    lines += ["", f"Sources: {len(folder.sources.entries)} originators and outlets are known by their aliases."]
    lines += [f"Grades (Admiralty scale, A reliable to F cannot be judged): {', '.join(graded)}."] if graded else []
    lines += [f"Left out by decision of the editors: {', '.join(muted)}."] if muted else []
    return lines


def _rules(s: FoldSettings) -> list[str]:
    return [
        "Reports are read by a program; each number keeps its quote, its file and who said it.",
        " 1. A figure is dated by what the text says, else by its publication. A date in the future, or over a year "
        "before publication, counts as none.",
        " 2. All that one originator says of one number is one statement, whoever quotes it. Ten outlets that quote "
        "one ministry are one voice.",
        " 3. Only reported figures count; plans, denials and projections do not. A part is a lower bound of the whole. "
        "An increment counts once, on top of a total said before it, and never on top of another increment.",
        " 4. An upper limit or a vague figure never stands alone. A correction withdraws what its originator said "
        "higher before.",
        f" 5. Statements are read in the order of their dates. A higher figure stands if it is at most {s.jump:g} "
        "times what stands, or if another named originator bears it out; until then it is provisional. A lower one "
        f"stands only when two originators agree on it (within {s.near:g} times) within {s.window_days} days.",
        " 6. A figure for a part that looks like one for the whole is taken for a mix-up and left out.",
        f" 7. The range holds the voices of named originators of the last {s.window_days} days. Sources that lie more "
        f"than {s.contradiction:g} times apart are reported as a contradiction.",
        " 8. Undated figures may support, and never lift a figure by themselves.",
        f" 9. The newest plan not yet reached and younger than {s.plan_days} days is shown beside the figure, never "
        "added to it.",
        "10. An analyst may reject, confirm or correct a claim, pin a value, begin a series anew or close a "
        "contradiction: by name, with a reason, on record.",
        "11. Every figure names its rule, its claims and those left out. Nothing recorded is ever changed.",
    ]


def _estimate(definition: Definition, usual: FoldSettings) -> Iterator[str]:
    yield f"policy {definition.policy}, {POLICIES[definition.policy]}"
    yield _FIGURES.get(definition.figures, f"{definition.figures}: the newest event is the value")
    for name, words in (("near", "near is {:g} times"), ("jump", "a jump is {:g} times")):
        if getattr(definition.settings, name) != getattr(usual, name):
            yield words.format(getattr(definition.settings, name))
    if definition.settings.window_days != usual.window_days:
        yield f"the window is {definition.settings.window_days} days"
    if definition.policy == "corroborated":
        yield f"{definition.settings.voices} originators"
    if definition.parts:
        yield f"figures for {', '.join(definition.parts)} are parts"
    if definition.adds:
        yield f"adds up {', '.join(definition.adds)}"
    if definition.inside:
        yield f"is inside {definition.inside}"
    if definition.since or definition.until:
        yield f"from {definition.since or 'the beginning'} to {definition.until or 'now'}"


def _rulings(folder: Folder, estimate: str) -> Iterator[str]:
    """What analysts decided about it."""
    row = folder.estimate_row(estimate) or {}
    if pin := row.get("pin_json"):
        yield f"pinned at {pin['best']:,} by {pin['by']}: {pin['why']}"
    for restart in row.get("rebased_json") or []:
        yield f"the series of {restart['originator'] or 'everybody'} begins on {restart['day']}: {restart['why']}"
    contradiction = row.get("contradiction_json") or {}
    if contradiction.get("closed_by"):
        yield f"a contradiction was closed by {contradiction['closed_by']}: {contradiction['why']}"
