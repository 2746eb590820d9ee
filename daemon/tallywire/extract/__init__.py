"""An Article and definitions become Claims: numbers, bounds, nouns, frames, scope, sources and dates, as layers."""

from __future__ import annotations

from tallywire.extract.claims import EXTRACTOR
from tallywire.extract.extractor import Extraction, Extractor, Seen
from tallywire.extract.track import TrackError, parse
from tallywire.extract.tracked import Track

__all__ = ["EXTRACTOR", "Extraction", "Extractor", "Seen", "Track", "TrackError", "parse"]
