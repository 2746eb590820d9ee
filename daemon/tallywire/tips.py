"""The decider's folder: it keeps each estimate's newest state, so that one more claim costs one step, not a fold.

A kept state is used only if every event since it was made is known to fit: the guards are below. Whatever does not fit
is folded from scratch, which is the definition. The tables `fold` and `statement` can be emptied at any time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from tallywire.core.advance import advance
from tallywire.core.definition import Definition, fingerprint
from tallywire.core.estimate import Estimate, family
from tallywire.core.events import Recorded
from tallywire.core.quantity import Number
from tallywire.core.standing import Standing
from tallywire.core.statements import Voice, voice_of
from tallywire.core.tip import Figure, Known, Tip, can_have_tip, estimate_of, tip_of
from tallywire.core.tipcodec import VERSION, dumped, loaded
from tallywire.eventstore.base import Reader, Row, Transaction
from tallywire.eventstore.views import VIEWS
from tallywire.folding import Folder

Json = dict[str, Any]
META_FOLD: Final = "fold"  # the position up to which every event has gone into the kept states
FEW: Final = 200  # claims that are folded as fast as a state is loaded

# Events that change no fold by themselves: an article without its claims, and what stands beside the fold.
_BESIDE: Final = frozenset({"ArticleReceived", "EstimatePinned", "EstimateUnpinned", "ContradictionClosed"})
_OF_CLAIM: Final = frozenset({"ClaimWithdrawn", "ClaimRestored", "ClaimConfirmed", "ClaimCorrected"})
_OF_ESTIMATE: Final = frozenset({"EstimateDefined", "EstimateRebased"})
TYPES: Final = ("ClaimRecorded", *_OF_CLAIM, *_OF_ESTIMATE, "ArticleDated", "ArticleGrouped", "SourcesDefined")

# What a fold reads of a claim and of a kept statement; quotes and sentences are most of a row.
_READ: Final = tuple(
    "id estimate article low high bound kind status source as_of onto is_correction is_confirmed".split()
)
_STATEMENT: Final = ("voice", "figure", "day", "claim", "sharpness")


@dataclass(slots=True)
class News:
    """New claims of each estimate, and the estimates to which more happened than that (None: to all)."""

    claims: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    stale: set[str] = field(default_factory=set)
    all_stale: bool = False


class Kept(Folder):
    """Folds within the decider's transaction; `close` when all is folded."""

    def __init__(self, tx: Transaction, checkpoint: int) -> None:
        super().__init__(tx)
        self._tx, self._checkpoint = tx, checkpoint
        mark = tx.row("meta", META_FOLD)
        self._is_sound = mark is not None and mark["value_json"] == checkpoint
        self._news = news(tx, checkpoint)

    def folded(self, estimate: str) -> Estimate:
        if estimate not in self._folded:
            definition = self.definitions[estimate]
            if can_have_tip(definition, family(estimate, self.definitions)):
                self._folded[estimate] = self._advanced(definition) or self._anew(definition)
        return super().folded(estimate)

    def standing(self, estimate: str) -> tuple[Standing, ...]:
        """The same claims, without reading their quotes and sentences."""
        if estimate not in self._standing:
            restarts, rows = (
                self._restarts(estimate),
                self._tx.each("claim", _READ, estimate=estimate, state="standing"),
            )
            self._standing[estimate] = tuple(self._claim(row, restarts) for row in rows)
        return self._standing[estimate]

    def close(self) -> None:
        """What is kept is good for the events so far; what they bore on and was not folded is forgotten."""
        touched = self._news.stale | self._news.claims.keys()
        if self._news.all_stale or not self._is_sound:
            touched = {row["estimate"] for row in self._tx.rows("fold")}
        for estimate in sorted(touched - self._folded.keys()):
            self._forget(estimate)
        head = self._tx.head()
        if head != self._checkpoint or not self._is_sound:
            self._tx.put("meta", {"name": META_FOLD, "value_json": head})

    def _advanced(self, definition: Definition) -> Estimate | None:
        """The state after one step for each new claim; None where it can't be had so."""
        row = self._tx.row("fold", definition.id) if self._is_sound and not self._news.all_stale else None
        if (
            row is None
            or definition.id in self._news.stale
            or row["state_json"]["mark"] != mark_of(self._tx, definition)
        ):
            return None
        tip = loaded(row["state_json"], definition.settings)
        ids = self._news.claims.get(definition.id, [])
        if not ids:
            return estimate_of(tip, definition)
        rows = [row for each in ids if (row := self._tx.row("claim", each)) is not None]
        if any((self.article(r["article"]).get("position") or 0) <= self._checkpoint for r in rows):
            return None  # more claims of an article that was counted before
        restarts = self._restarts(definition.id)
        claims = [self._claim(r, restarts) for r in rows]
        if not advance(tip, definition, claims, lambda voice, figure: self._said(definition.id, voice, figure)):
            return None
        state = estimate_of(tip, definition)
        self._keep(definition, tip)
        return state

    def _anew(self, definition: Definition) -> Estimate:
        """From scratch; a state is kept from a number of claims on. Takes memory for statements, not for claims."""
        standing = {"estimate": definition.id, "state": "standing"}
        is_long = len(self._tx.rows("claim", limit=FEW, **standing)) >= FEW
        tip = self._tip(definition, standing) if is_long else None
        if tip is None:
            if self._tx.row("fold", definition.id) is not None:
                self._forget(definition.id)
            return self.fold(definition.id)
        state = estimate_of(tip, definition)
        self._forget_unsaid(definition.id, tip)
        self._keep(definition, tip)
        return state

    def _tip(self, definition: Definition, standing: Json) -> Tip | None:
        restarts = self._restarts(definition.id)
        corrections = self._tx.each("claim", _READ, is_correction=True, **standing)
        correctors = frozenset(voice_of(self._claim(row, restarts)) for row in corrections)
        rows = self._tx.each("claim", _READ, **standing)
        return tip_of(definition, (self._claim(row, restarts) for row in rows), correctors=correctors)

    # --- the tables -------------------------------------------------------------------------------------------------

    def _keep(self, definition: Definition, tip: Tip) -> None:
        state = {**dumped(tip), "mark": mark_of(self._tx, definition)}
        self._tx.put("fold", {"estimate": definition.id, "position": self._tx.head(), "state_json": state})
        for (voice, figure), known in tip.heard.items():
            row = {"estimate": definition.id, "voice": _key(voice), "figure": _name(figure)}
            day = known.day and known.day.isoformat()
            self._tx.put("statement", {**row, "day": day, "claim": known.claim, "sharpness": known.sharpness})

    def _forget_unsaid(self, estimate: str, tip: Tip) -> None:
        """Deletes the kept statements that are none any more, and passes over those that are kept as they are."""
        gone, kept = [], []
        for row in self._tx.each("statement", _STATEMENT, estimate=estimate):
            place = _place(row)
            if place not in tip.heard:
                gone.append(place)
            elif tip.heard[place] == _known(row):
                kept.append(place)
        for voice, figure in gone:
            self._tx.delete("statement", estimate, _key(voice), _name(figure))
        for place in kept:
            del tip.heard[place]

    def _forget(self, estimate: str) -> None:
        self._tx.delete("fold", estimate)
        for row in self._tx.rows("statement", estimate=estimate):
            self._tx.delete("statement", estimate, row["voice"], row["figure"])

    def _said(self, estimate: str, voice: Voice, figure: Figure) -> Known | None:
        row = self._tx.row("statement", estimate, _key(voice), _name(figure))
        return _known(row) if row else None


def _place(row: Row) -> tuple[Voice, Figure]:
    """Whose statement a kept one is, and of what: `_key` and `_name` the other way round."""
    rank, _, name = row["voice"].partition(" ")
    role, low, high = row["figure"].split(" ")
    return Voice(int(rank), name), (role, _number(low), _number(high))


def _number(text: str) -> Number:
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _known(row: Row) -> Known:
    return Known(date.fromisoformat(row["day"]) if row["day"] else None, row["claim"], row["sharpness"])


def mark_of(reader: Reader, definition: Definition) -> str:
    """Changes with all that a kept state hangs on besides its claims."""
    sources = reader.row("sources", "sources")
    return " ".join([str(VERSION), str(VIEWS), fingerprint(definition), str(sources and sources["fingerprint"])])


def _key(voice: Voice) -> str:
    return f"{voice.rank} {voice.name}"


def _name(figure: Figure) -> str:
    return " ".join(map(str, figure))


def news(tx: Reader, checkpoint: int) -> News:
    """What happened since the checkpoint, as far as it bears on folds."""
    found = News()
    for event in tx.events(checkpoint, types=TYPES):
        if event.type == "ClaimRecorded":
            found.claims[event.data["estimate"]].append(event.data["claim"])
        elif event.type == "SourcesDefined":
            found.all_stale = True
        else:
            found.stale |= _estimates(tx, event)
    return found


def _estimates(tx: Reader, event: Recorded) -> set[str]:
    if event.type in _OF_ESTIMATE:
        return {event.data["estimate"]}
    if event.type in _OF_CLAIM:
        row = tx.row("claim", event.data["claim"])
        return {row["estimate"]} if row else set()
    if event.type == "ArticleGrouped":
        return _regrouped(tx, event)
    return {row["estimate"] for row in tx.rows("claim", article=event.data["article"])}


def _regrouped(tx: Reader, event: Recorded) -> set[str]:
    """Near copies speak as one where they name nobody; what names an originator is the originator's anyhow."""
    row = tx.row("article", event.data["article"]) or {}
    group = row.get("group_id")
    members = [r["id"] for r in tx.rows("article", group_id=group)] if group else []
    articles = [*members, event.data["article"], event.data["like"]]
    return {r["estimate"] for r in tx.rows("claim", article=articles) if not r["source"]}
