"""The name of a body that a text first describes: "South Korea's spy agency ... the National Intelligence Service"."""

from __future__ import annotations

import re
from typing import Final

from tallywire.extract.lexicon import load

_DESCRIBED: Final = frozenset({"agency", "service", "office", "bureau"})
_NAMED: Final = frozenset(
    "agency service office bureau authority organization organisation directorate department centre center".split()
)
_LOCAL: Final = frozenset("town city village local regional county provincial district municipal state island".split())
_OWNER: Final = re.compile(r"([A-Z][\w-]+)['’ʼ]s?\s+$")
_NEAR: Final = 600  # characters between a description and the name
_LONGEST: Final = 100  # characters of a name


def full_name(name: str, text: str) -> str | None:
    """The one name near by that holds every word of the description; None where there are none or several."""
    words = name.split()
    kinds = [load("words")["described as"].get(w, w) for w in words[:-1] if w.islower() and len(w) > 2]
    if words[-1] not in _DESCRIBED or not kinds or not _LOCAL.isdisjoint(re.split(r"\W", name)):
        return None
    described = text.find(name)
    pattern = rf"(?:[A-Z][\w-]+ (?:of |for )?)*{kinds[-1].capitalize()}(?: (?:and |of |for )?[A-Z][\w-]+)+"
    around = re.compile(pattern).finditer(text, max(0, described - _NEAR), described + _NEAR + _LONGEST)
    found = {m.group().removeprefix("The ") for m in around if _fits(m, kinds, words, text, described)}
    return found.pop() if len(found) == 1 else None


def _fits(match: re.Match[str], kinds: list[str], words: list[str], text: str, described: int) -> bool:
    own = {w.lower() for w in match.group().split()}
    owner = _OWNER.search(text, max(0, match.start() - 24), match.start())
    foreign = owner is not None and owner.group(1) not in " ".join(words)
    near = abs(match.start() - described) <= _NEAR
    return near and not foreign and own >= set(kinds) and not _NAMED.isdisjoint(own)
