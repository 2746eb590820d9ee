"""One statement by one originator about one tracked estimate, with the evidence for it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from tallywire.core.quantity import Bound, Number

Kind = Literal["total", "additional", "component"]
Status = Literal["reported", "planned", "denied", "projected"]
Basis = Literal["stated", "published", "unknown"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A number bound to an estimate.

    `source` is the originator as the text words it (None where nobody is cited); canonical names come later, from
    sources.yaml. `as_of` is an ISO date of any precision ("2024", "2025-01", "2025-01-15") or an interval of two of
    them ("2025-01/2025-02"); None where the text gives none. `onto` is the base that the text itself puts an increment
    on. `start` and `end` frame `quote` in the article's clean text; `number_start` and `number_end` frame the number.
    """

    estimate: str
    low: Number | None
    high: Number | None
    bound: Bound
    kind: Kind
    status: Status
    quote: str
    start: int
    end: int
    number_start: int
    number_end: int
    sentence: str
    rule: str
    extractor: str
    noun: str | None = None
    source: str | None = None
    as_of: str | None = None
    basis: Basis = "unknown"
    onto: Number | None = None
    correction: bool = False


def claim_id(article: str, claim: Claim) -> str:
    """The same number read again for the same estimate by the same extractor keeps its id, whatever the reading."""
    name = claim.extractor.partition("@")[0]
    key = f"{article}\0{claim.number_start}\0{claim.number_end}\0{claim.estimate}\0{name}"
    return hashlib.sha256(key.encode()).hexdigest()[:16]
