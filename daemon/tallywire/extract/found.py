"""What a look around a number finds: an event, or another verb that governs it."""

from __future__ import annotations

from dataclasses import dataclass

from tallywire.extract.line import Hit


@dataclass(frozen=True, slots=True)
class Found:
    """`families` is empty where `other`, a verb of no known event, governs the number.

    `subject` is the index where the clause's subject must be looked for (leftwards), for an active verb; `by` where a
    passive's agent must be (rightwards). `level`: the number is the size of a toll or total, reached by `by` or `to`.
    """

    rule: str
    families: frozenset[str] = frozenset()
    hit: Hit | None = None
    other: str | None = None
    is_active: bool = False
    finite: bool = False
    adjacent: bool = False
    near: bool = True
    distant: bool = False
    level: str | None = None  # "to", "by", "from", "at": how a level verb leads to the number
    stock: bool = False
    count: bool = False  # a verb of counting governs, and the event is that of the sentences before
    inverse: bool = False  # the subject receives
    loser: bool = False  # the subject is the population
    split: bool = False  # the verb's other word stands after the number: "let 30 go"
    aux: frozenset[str] = frozenset()
