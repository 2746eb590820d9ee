"""Word lists as data: plain text files with [sections], one entry a line, `key = value` where a value belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def sections(name: str) -> Mapping[str, Mapping[str, str]]:
    """The sections of data/numbers/<name>.txt, each a mapping of entry to value ("" where the line gives none).

    `#` starts a comment at the start of a line only, because some entries hold the sign. Several entries may share a
    line, parted by " | ", and then share the value.
    """
    text = files("tallywire.extract").joinpath("data", "numbers", f"{name}.txt").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    here: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            here = found.setdefault(line[1:-1], {})
            continue
        keys, _, value = line.partition(" = ")
        for key in keys.split(" | "):
            here[key.strip()] = value.strip()
    return found


def words(name: str, section: str) -> frozenset[str]:
    """The entries of one section, as a set."""
    return frozenset(sections(name)[section])


def values(name: str, section: str) -> Mapping[str, str]:
    """The entries of one section with their values."""
    return sections(name)[section]
