"""A claim before the claims of its article are held against each other."""

from __future__ import annotations

from typing import NamedTuple

from tallywire.core.claim import Claim
from tallywire.extract.frames import Frame


class Draft(NamedTuple):
    """A claim with the frame that it came from and the names of its rules."""

    claim: Claim
    frame: Frame
    weight: int
    figures: str
    names: tuple[str, ...]
