"""Who says so: canonical names, aliases and grades of originators and outlets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of config/sources.yaml. `grade` is the Admiralty reliability letter A-F.

    `muted`: what it says is kept and shown, but counts for nothing.
    """

    name: str
    aliases: tuple[str, ...] = ()
    grade: str | None = None
    outlet: bool = False
    muted: bool = False


class Sources:
    """Looks names up. Unknown names stand for themselves, in a normal form (case, articles and possessives apart)."""

    def __init__(self, entries: Sequence[Source] = ()) -> None:
        self.entries = tuple(entries)
        self._by_name = {normal(n): e for e in self.entries for n in (e.name, *e.aliases)}

    def canonical(self, name: str | None) -> str | None:
        """The canonical name for a name as worded, or the name itself; None stays None."""
        if name is None or not name.strip():
            return None
        found = self._by_name.get(normal(name))
        return found.name if found else name.strip()

    def voice(self, source: str | None, outlet: str | None) -> tuple[str | None, str | None]:
        """(originator, outlet) of a claim: a cited name that is an outlet's speaks as the outlet, not as a source."""
        named, printed = self.canonical(source), self.canonical(outlet)
        if named is not None and (named == printed or self._is_outlet(named)):
            return None, named
        return named, printed

    def entry(self, name: str | None) -> Source | None:
        """What sources.yaml says of a name; None for unknown ones."""
        return self._by_name.get(normal(name)) if name else None

    def is_muted(self, *names: str | None) -> bool:
        """Whether any of these is muted (an originator, or the outlet that printed it)."""
        return any(found.muted for name in names if (found := self.entry(name)) is not None)

    def _is_outlet(self, name: str) -> bool:
        found = self.entry(name)
        return found is not None and found.outlet


def normal(name: str) -> str:
    """The form in which two wordings of a name are compared."""
    text = name.casefold().replace("’", "'").replace("ʼ", "'").replace("'s", "").replace(".", "")
    words = "".join(ch if ch.isalnum() else " " for ch in text).split()
    return " ".join(w for w in words if w not in {"the", "a", "of"})
