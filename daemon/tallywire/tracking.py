"""What is tracked now: the definitions compiled once, shared by everything that reads texts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tallywire.core.definition import Definition, fingerprint
from tallywire.plugins import Combined, Reads, ids


@dataclass(frozen=True, slots=True)
class Tracking:
    """Definitions and the extractors made ready for them. `fingerprint` changes when texts could give other claims."""

    definitions: tuple[Definition, ...]
    extractor: Reads
    fingerprint: str


def compiled(definitions: Sequence[Definition]) -> Tracking:
    """Compiles definitions. Raises TrackError for a sentence that can't be read."""
    parts = sorted(f"{d.id}={fingerprint(d)}" for d in definitions)
    mark = hashlib.sha256("\0".join([*ids(), *parts]).encode()).hexdigest()[:16]
    return Tracking(tuple(definitions), Combined(definitions), mark)


class Current:
    """The tracking in force; a reload puts another in its place, and whoever reads a text takes it once."""

    def __init__(self, tracking: Tracking) -> None:
        self.tracking = tracking
