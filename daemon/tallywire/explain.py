"""Why a figure is what it is, fit for a footnote: each claim used and left out, with rule, voice and weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from tallywire.arguments import CommandError, find
from tallywire.core.estimate import Estimate, Verdict
from tallywire.core.quantity import interval
from tallywire.core.wording import bounded
from tallywire.eventstore.base import Reader
from tallywire.folding import Folder
from tallywire.timetravel import described

Json = dict[str, Any]
QUOTE: Final = 160  # characters of a quote in a footnote
_CLIP: Final = "…"

# What a statement does to the figure, from the most to the least.
WEIGHTS: Final = ("figure", "range", "side", "support", "earlier", "unconfirmed", "plan", "none")


def explain(reader: Reader, wanted: str) -> Json:
    """{id, title, state, reason, claims}: a row for each statement with its first claim and how many repeat it.

    `weight`: "figure" (stands), "range" (bounds it), "side" of the contradiction, "support", "earlier" (stood once),
    "unconfirmed", "plan", or "none".
    """
    row = find(reader, "estimate", {"id": wanted})
    folder = Folder(reader)
    if row["id"] not in folder.definitions:
        raise CommandError(f"{row['id']} is retired: it is no longer in config/estimates.yaml")
    state = folder.state(row["id"])
    rows = [_row(verdict, state, folder) for verdict in statements(state.verdicts)]
    rows.sort(key=lambda r: (WEIGHTS.index(r["weight"]), r["date"] or "", r["claim"]))
    return {
        "id": row["id"],
        "title": folder.definitions[row["id"]].title,
        "summary": state.summary(),
        "state": described(state.summary()),
        "reason": state.reason,
        "claims": rows,
    }


def statements(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """One verdict for each statement: claims that nobody named speaks for do not repeat each other."""
    for verdict in verdicts:
        if verdict.voice is None:
            yield from (verdict._replace(claims=(claim,)) for claim in verdict.claims)
        elif verdict.claims:
            yield verdict


def _row(verdict: Verdict, state: Estimate, folder: Folder) -> Json:
    first = folder.evidence(verdict.claims[:1])[0]
    source = folder.sources.entry(verdict.voice)
    return {
        "claim": first["claim"],
        "used": verdict.used,
        "weight": _weight(verdict, state),
        "rule": verdict.rule,
        "reason": verdict.reason,
        "voice": verdict.voice or first["originator"] or first["outlet"],
        "grade": source.grade if source else None,
        "low": first["low"],
        "high": first["high"],
        "bound": first["bound"],
        "quote": first["quote"],
        "date": str(first["published"] or "")[:10] or None,
        "outlet": first["outlet"],
        "file": first["path"],
        "documents": len({folder.claim_article(claim) for claim in verdict.claims}),
        "repeats": list(verdict.claims[1:]),
    }


def _weight(verdict: Verdict, state: Estimate) -> str:
    ids = set(verdict.claims)
    if not verdict.used:
        return "none"
    if ids & set(state.by):
        return "figure"
    if ids & set(state.edges):
        return "range"
    if state.planned and ids & set(state.planned.claims):
        return "plan"
    if any(ids & set(p.claims) for p in state.provisional):
        return "unconfirmed"
    if state.contradiction and any(ids & set(side.claims) for side in state.contradiction.sides):
        return "side"
    return "earlier" if ": stood from" in verdict.reason else "support"


def footnote(answer: Json) -> list[str]:
    """The explanation as lines: the figure, then one for each statement in use, then those left out."""
    lines = [f"{answer['title']}: {answer['state']}.", f"{answer['reason']}."]
    used = [row for row in answer["claims"] if row["used"]]
    out = [row for row in answer["claims"] if not row["used"]]
    lines += [f"[{number}] {_line(row)}" for number, row in enumerate(used, start=1)]
    lines += ["Left out:"] if out else []
    return lines + [f"[{number}] {_line(row)}" for number, row in enumerate(out, start=len(used) + 1)]


def _line(row: Json) -> str:
    voice = f"{row['voice'] or 'nobody named'}{' (' + row['grade'] + ')' if row['grade'] else ''}"
    figure = "vague" if row["low"] is None else bounded(row["low"], row["high"], row["bound"])
    weight = f"{row['weight']}; " if row["used"] else ""
    where = ", ".join(str(row[name]) for name in ("outlet", "date", "file") if row[name])
    more = f" (and {row['documents'] - 1} more)" if row["documents"] > 1 else ""
    quote = " ".join(str(row["quote"]).split())
    quote = quote if len(quote) <= QUOTE else quote[: QUOTE - 1] + _CLIP
    return f"{figure}, {voice}: “{quote}” {where}{more}. {weight}{row['reason']}"


def span(row: Json) -> str:
    return "vague" if row["low"] is None else interval(row["low"], row["high"])
