"""Whether there is room on the disk: enough, little (people should hear of it), or too little to take files in.

Intake stops before the disk is full, so that what is left is there for the outcomes of deliveries and for the system
alert about it. Another program can fill a disk within a moment all the same; outage.py is for that.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Level = Literal["enough", "low", "too little"]

FLOOR: Final = 64_000_000  # bytes free below which nothing is taken in, on a disk of any common size ...
LOW: Final = 500_000_000  # ... and below which people should hear of it
_FLOOR_PART: Final = 50  # of a small disk the floor is a fiftieth,
_LOW_PART: Final = 20  # and low is a twentieth
_BACK: Final = 1.1  # times the limit: a disk that hovers at it must not be told of again and again


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that this user can still write, of bytes altogether."""

    free: int
    total: int


def room(folder: Path) -> Room:
    """The room on the disk that a folder lies on. Raises OSError."""
    found = os.statvfs(folder)
    return Room(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)


def judge(here: Room, low: int | None = None, before: Level = "enough") -> Level:
    """What the room means. `low`: a limit that was configured, in bytes; `before`: what it was the last time."""
    floor = min(FLOOR, here.total // _FLOOR_PART)
    limit = min(LOW, here.total // _LOW_PART) if low is None else low
    if here.free < floor * (_BACK if before == "too little" else 1):
        return "too little"
    if here.free < limit * (1 if before == "enough" else _BACK):
        return "low"
    return "enough"


def is_some(here: Room) -> bool:
    """Whether what is left below the floor is enough for alerts and the outcomes of deliveries."""
    return here.free > min(FLOOR, here.total // _FLOOR_PART) // 4


def megabytes(number: int) -> str:
    return f"{number / 1e6:,.0f} MB"
