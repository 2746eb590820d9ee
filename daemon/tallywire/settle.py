"""When a file rests: closed or moved in, and its size and times stay the same for a moment. Pure but for given times.

Times are monotonic seconds, but for `wall_ns`, which file times are compared with. A file whose times are long past
(an inbox that was filled while nobody looked) rests at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from tallywire.inbox import Found

State = Literal["rests", "settling", "stuck"]
Signature = int  # of what a file is; a hash, for a hundred thousand files may lie in the inbox

HINTED: Final = 0.25  # seconds without a change, for a file that was closed or moved in
FOUND: Final = 1.0  # ... for one that only a scan found, or that was only seen to be made
REMOTE: Final = 5.0  # ... for any, on a file system that tells of changes late
OLD: Final = 30.0  # seconds since the last change after which a file rests without being looked at twice
STUCK: Final = 600.0  # seconds of settling after which somebody should look
CHANGING: Final = "it is still changing"
_UNKNOWN: Final = -1  # no hash is that
SHOWN: Final = 5.0  # seconds of settling that the ledger need not mention


@dataclass(slots=True)
class Pending:
    """A file that does not rest yet. `first` and `since`: when it was first seen, and last seen to be another."""

    signature: Signature
    first: float
    since: float
    hinted: bool
    why: str = CHANGING
    rests: bool = False


@dataclass(slots=True)
class Settling:
    """Remembers files until they rest."""

    is_remote: bool = False
    pending: dict[str, Pending] = field(default_factory=dict)

    def see(self, found: Found, now: float, wall_ns: int, *, hinted: bool = False) -> State:
        """Whether a file rests, by what it is now. One that rests is remembered until it is `taken`."""
        known = self.pending.get(found.path)
        if known is None and self._is_old(found, wall_ns):
            return "rests"
        signature = hash((found.size, found.mtime_ns, found.ctime_ns, found.inode))
        if known is None:
            self.pending[found.path] = Pending(signature, now, now, hinted)
            return "settling"
        known.hinted |= hinted
        if known.signature != signature:
            known.signature, known.since, known.why, known.rests = signature, now, CHANGING, False
        elif now - known.since >= self._patience(known):
            known.rests = True
            return "rests"
        return "stuck" if now - known.first >= STUCK else "settling"

    def _is_old(self, found: Found, wall_ns: int) -> bool:
        age = (wall_ns - max(found.mtime_ns, found.ctime_ns)) / 1e9
        return age > (2 * OLD if self.is_remote else OLD)

    def _patience(self, pending: Pending) -> float:
        return REMOTE if self.is_remote else HINTED if pending.hinted else FOUND

    def due(self, now: float) -> list[str]:
        """The files that will rest if they are still the same."""
        return [path for path, p in self.pending.items() if not p.rests and now - p.since >= self._patience(p)]

    def restless(self, path: str, now: float, why: str) -> None:
        """A file that seemed to rest was found changing when it was read: it starts over."""
        known = self.pending.setdefault(path, Pending(_UNKNOWN, now, now, hinted=False))
        known.since, known.hinted, known.why, known.rests = now, False, why, False

    def taken(self, path: str) -> None:
        self.pending.pop(path, None)

    def keep_only(self, paths: set[str]) -> None:
        for path in self.pending.keys() - paths:
            del self.pending[path]

    def next_look(self, now: float) -> float:
        """Seconds until the first of the pending files may rest; infinity where there is none."""
        due = (p.since + self._patience(p) for p in self.pending.values() if not p.rests)
        return max(0.02, min(due, default=float("inf")) - now)

    def is_long(self, path: str, now: float) -> bool:
        pending = self.pending.get(path)
        if pending is None or (pending.rests and pending.why == CHANGING):
            return False
        return now - pending.first >= SHOWN

    def long_ones(self, now: float) -> dict[str, tuple[State, str]]:
        """What the ledger should tell: the files that have been settling for long, and why.

        Not those that changed no more and wait behind others to be read, which may be thousands.
        """
        long = {path: p for path, p in self.pending.items() if self.is_long(path, now)}
        return {path: ("stuck" if now - p.first >= STUCK else "settling", p.why) for path, p in long.items()}
