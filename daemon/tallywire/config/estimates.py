"""estimates.yaml: what is tracked, one entry each, and what holds between the entries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast, get_args

from tallywire.config import typed
from tallywire.config.rules import Rules, rule
from tallywire.config.typed import Fields, nearest
from tallywire.config.yamlfile import Value
from tallywire.core.definition import Definition, FoldSettings, Policy
from tallywire.extract.track import TrackError, parse
from tallywire.extract.tracked import Track

_KEYS: Final = (
    "track",
    "id",
    "same as",
    "ignore",
    "parts",
    "since",
    "until",
    "figures",
    "policy",
    "adds",
    "inside",
    "was",
    "near",
    "jump",
    "window",
    "voices",
    "alert",
    "tags",
    "to",
)
_ID: Final = re.compile(r"[^\W_][\w.-]{0,99}")


NO_RULES: Final = Rules()


@dataclass(frozen=True, slots=True)
class Entry:
    """A definition and where it stands, for messages that only show when all files are read."""

    definition: Definition
    fields: Fields


def estimates(value: Value | None, rules: Rules = NO_RULES, zone: str = "UTC") -> tuple[Entry, ...]:
    """The entries in their order, checked against each other. `zone`: of quiet hours that name none.

    Raises ConfigError.
    """
    if value is None:
        return ()
    if not isinstance(value.content, list):
        raise value.error("expected a list of estimates ('- track: N people displaced in Sudan')")
    entries = tuple(_entry(item, rules, zone) for item in value.content)
    _check_ids(entries)
    _check_links(entries)
    return entries


def _entry(value: Value, rules: Rules, zone: str) -> Entry:
    fields = Fields(value, _KEYS)
    track = fields.need("track", typed.text)
    same_as = fields.take("same as", lambda v: _same_as(v, track), {})
    parsed = _parsed(fields, track, same_as)
    name, tags = fields.take("id", _id, "") or _slug(fields, track), fields.take("tags", typed.texts, ())
    definition = Definition(
        id=name,
        track=track,
        policy=fields.take("policy", _policy, parsed.policy),
        figures=fields.take("figures", _figures, "running total"),
        same_as=same_as,
        ignore=fields.take("ignore", typed.texts, ()),
        parts=fields.take("parts", typed.texts, ()),
        adds=fields.take("adds", typed.texts, ()),
        inside=fields.take("inside", typed.text, None),
        since=fields.take("since", typed.day, None),
        until=fields.take("until", typed.day, None),
        was=fields.take("was", _id, None),
        settings=_settings(fields),
        alert=rules.own(name, tags, fields.take("alert", lambda v: rule(v, zone), {})),
        to=fields.take("to", typed.texts, ()),
        tags=tags,
        rules=rules.beside(name, tags),
    )
    if definition.since and definition.until and definition.until < definition.since:
        raise fields.at("until").error(f"'{definition.until}' is before since ({definition.since})")
    return Entry(definition, fields)


# --- keys -----------------------------------------------------------------------------------------------------------


def _id(value: Value) -> str:
    word = typed.text(value)
    if not _ID.fullmatch(word):
        raise value.error(f"'{word}' can't be an id: letters, digits, '.', '-' and '_' only, at most 100")
    return word


def _slug(fields: Fields, track: str) -> str:
    """ "N people displaced in Sudan" -> "people-displaced-in-sudan"."""
    slug = "-".join(re.findall(r"[^\W_]+", track.removeprefix("N ").casefold()))[:80].rstrip("-")
    if not slug:
        raise fields.at("track").error("gives no id; add one with 'id: name'")
    return slug


def _same_as(value: Value, track: str) -> dict[str, tuple[str, ...]]:
    """Words of the sentence -> their synonyms."""
    sentence = _words(track)
    found = {}
    for words, entry in typed.mapping(value).items():
        if f" {_words(words)} " not in f" {sentence} ":
            raise entry.error(f"does not occur in the sentence '{track}'{nearest(words, track.split())}")
        found[words] = typed.names(entry)
    return found


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _policy(value: Value) -> Policy:
    return cast(Policy, typed.one_of(*get_args(Policy))(value))


def _parsed(fields: Fields, track: str, same_as: dict[str, tuple[str, ...]]) -> Track:
    """The sentence as the extractor reads it. Its family brings the usual policy: what only grows is anchored."""
    try:
        return parse(track, same_as)
    except TrackError as error:
        raise fields.at(error.key).error(str(error)) from None


def _figures(value: Value) -> str:
    word = typed.text(value)
    if word not in ("running total", "add up") and not re.fullmatch(r"one per \w[\w -]*", word):
        raise value.error(f"'{word}' is not one of running total, add up, one per ... (one per attack)")
    return word


def _settings(fields: Fields) -> FoldSettings:
    usual = FoldSettings()
    near = fields.take("near", _factor, usual.near)
    jump = fields.take("jump", _factor, usual.jump)
    if near > jump:
        raise fields.at("near").error(f"{near:g} is more than jump ({jump:g})")
    return FoldSettings(
        near=near,
        jump=jump,
        window_days=fields.take("window", _days, usual.window_days),
        voices=fields.take("voices", typed.between(1, 100, typed.whole, float), usual.voices),
    )


def _factor(value: Value) -> float:
    return float(typed.between(1, 1_000, typed.number, float)(value))


def _days(value: Value) -> int:
    found = typed.duration("d")(value)
    if found.days < 1 or found.seconds:
        raise value.error(f"'{typed.text(value)}' is not a number of whole days")
    return found.days


# --- between the entries --------------------------------------------------------------------------------------------


def _check_ids(entries: Sequence[Entry]) -> None:
    lines: dict[str, int] = {}
    for entry in entries:
        place = entry.fields.at("id")
        if (first := lines.setdefault(entry.definition.id, place.line)) != place.line:
            hint = "" if entry.fields.has("id") else "; give one of them an 'id'"
            raise place.error(f"'{entry.definition.id}' is the id of the entry on line {first} already{hint}")
    renamed: dict[str, str] = {}
    for entry in entries:
        was = entry.definition.was
        if was in lines:
            raise entry.fields.at("was").error(f"'{was}' is still the id of an entry (line {lines[was]})")
        if was and renamed.setdefault(was, entry.definition.id) != entry.definition.id:
            raise entry.fields.at("was").error(f"'{was}' is already what '{renamed[was]}' was")


def _check_links(entries: Sequence[Entry]) -> None:
    """Every id that is named exists, and no whole is, by whatever way, a part of itself."""
    parts: dict[str, list[str]] = {entry.definition.id: [] for entry in entries}
    for entry in entries:
        own = entry.definition.id
        for key, named in _named(entry.definition):
            if named == own:
                raise entry.fields.at(key).error(f"'{own}' names itself")
            if named not in parts:
                raise entry.fields.at(key).error(f"there is no estimate '{named}'{nearest(named, parts)}")
            whole, part = (own, named) if key == "adds" else (named, own)
            parts[whole].append(part)
    for entry in entries:
        if ring := _ring(entry.definition.id, parts):
            key = "adds" if entry.definition.adds else "inside"
            raise entry.fields.at(key).error(f"is a part of itself: {' -> '.join(ring)}")


def _named(definition: Definition) -> list[tuple[str, str]]:
    return [("adds", part) for part in definition.adds] + ([("inside", definition.inside)] if definition.inside else [])


def _ring(start: str, parts: Mapping[str, Sequence[str]]) -> list[str]:
    """The way from an estimate through its parts back to itself, or []."""
    ways = [[start]]
    seen = set()
    while ways:
        way = ways.pop()
        for part in parts[way[-1]]:
            if part == start:
                return [*way, part]
            if part not in seen:
                seen.add(part)
                ways.append([*way, part])
    return []
