"""The configuration of a home: tallywire.yaml, estimates.yaml, alerts.yaml, sources.yaml, channels.yaml in config/.

A mistake is a ConfigError: one line for the first mistake found, with file, line and key. Whoever reloads keeps what
was in force. Missing files mean the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tallywire.config.channels import SECRETS_FILE, Probe, channels, secrets
from tallywire.config.estimates import Entry, estimates
from tallywire.config.heartbeat import Heartbeat, heartbeat
from tallywire.config.rules import Rules, check_names, rules
from tallywire.config.settings import After, BackupPlan, Digest, Settings, places, settings
from tallywire.config.sources import sources
from tallywire.config.typed import items, nearest, texts
from tallywire.config.yamlfile import ConfigError, Value, read
from tallywire.core.definition import Definition, QuietHours
from tallywire.core.source import Source
from tallywire.deliver.channels import Channel, unknown, with_console

__all__ = [
    "After",
    "BackupPlan",
    "Config",
    "ConfigError",
    "Digest",
    "Settings",
    "load",
    "load_estimates",
    "load_places",
    "load_settings",
]

FOLDER: Final = "config"


@dataclass(frozen=True, slots=True)
class Config:
    """What a home is told to do. `hints` are lines for people: nothing is wrong, but they will want to know."""

    settings: Settings = field(default_factory=Settings)
    definitions: tuple[Definition, ...] = ()
    sources: tuple[Source, ...] = ()
    channels: tuple[Channel, ...] = ()
    quiet_hours: QuietHours | None = None  # of the default rule; summaries keep to them too
    heartbeat: Heartbeat | None = None
    hints: tuple[str, ...] = ()
    rules: Rules = field(default_factory=Rules)  # as alerts.yaml gives them; the definitions hold what comes of them

    @property
    def secret(self) -> tuple[Channel, ...]:
        """Everything whose URL may hold a secret."""
        return (*self.channels, *([Channel("heartbeat", self.heartbeat.url)] if self.heartbeat else []))


def load(
    home: Path,
    environment: Mapping[str, str] | None = None,
    rules_file: Path | None = None,
    probe: Probe | None = None,
) -> Config:
    """Reads the files of a home. `environment` resolves ${NAME} (default: the process's).

    `rules_file` is read in the place of alerts.yaml. `probe` looks closer at each channel's URL and says what is wrong
    with it, or None. Raises ConfigError.
    """
    known, hints = secrets(home / FOLDER / SECRETS_FILE, f"{FOLDER}/{SECRETS_FILE}", environment)
    found = channels(_file(home, "channels.yaml"), known, probe)
    chosen = _settings(home, value := _file(home, "tallywire.yaml"))
    if value is not None:
        for place in _digest_receivers(value):
            _check_to(texts(place), found, place)
    given = rules(read_there(rules_file) if rules_file else _file(home, "alerts.yaml"), chosen.zone)
    entries = estimates(_file(home, "estimates.yaml"), given, chosen.zone)
    check_names(given, [e.definition.id for e in entries], [tag for e in entries for tag in e.definition.tags])
    for to, place in (*given.receivers, *((e.definition.to, e.fields.at("to")) for e in entries)):
        _check_to(to, found, place)
    for entry in entries:
        _check_to(entry.definition.alert.to, found, entry.fields.at("alert"))
    if not entries:
        hints = [
            *hints,
            f"nothing is tracked yet: add '- track: N people displaced in Sudan' to {FOLDER}/estimates.yaml",
        ]
    quiet_hours = given.default.get("quiet_hours")
    beat = _key(value, "heartbeat")
    return Config(
        chosen,
        _definitions(entries),
        sources(_file(home, "sources.yaml")),
        found,
        quiet_hours,
        heartbeat(beat, known) if beat else None,
        tuple(hints),
        given,
    )


def load_settings(home: Path) -> Settings:
    """tallywire.yaml alone: where things are. Raises ConfigError."""
    return _settings(home, _file(home, "tallywire.yaml"))


def load_places(home: Path) -> tuple[Settings, str | None]:
    """Where things are, and the mistake in tallywire.yaml if there is one. Raises ConfigError where it is no YAML.

    What only reads, and what gets a store back, must work beside a mistake in some other line.
    """
    try:
        return load_settings(home), None
    except ConfigError as error:
        return places(_file(home, "tallywire.yaml")), str(error)


def _settings(home: Path, value: Value | None) -> Settings:
    """The settings, their places apart: an inbox that held the store would set the database aside as no article."""
    chosen = settings(value)
    inbox = (home / chosen.inbox).resolve()
    places = [("store", home / chosen.store), ("config/", home / FOLDER / "estimates.yaml")]
    places += [("backups", home / chosen.backup.to)] if chosen.backup else []
    for name, place in places:
        if place.resolve().is_relative_to(inbox):
            at = _key(value, "inbox") or _key(value, "store") or value
            message = f"the inbox {inbox} would hold {name} ({place}); give the inbox a folder of its own"
            raise at.error(message) if at else ConfigError(message)
    return chosen


def _key(value: Value | None, key: str) -> Value | None:
    content = value.content if value else None
    return content.get(key) if isinstance(content, dict) else None


def load_estimates(path: Path) -> tuple[Definition, ...]:
    """The definitions of one file, without a home: `to` is not checked. Raises ConfigError, also for a missing file."""
    return _definitions(estimates(read_there(path)))


def read_there(path: Path) -> Value | None:
    """A file named by hand: a missing one is a ConfigError too."""
    try:
        return read(path, str(path))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file") from None


def _file(home: Path, name: str) -> Value | None:
    try:
        return read(home / FOLDER / name, f"{FOLDER}/{name}")
    except FileNotFoundError:
        return None


def _definitions(entries: tuple[Entry, ...]) -> tuple[Definition, ...]:
    return tuple(entry.definition for entry in entries)


def _digest_receivers(value: Value) -> list[Value]:
    """Where the digests' receivers stand."""
    content = value.content
    digests = items(content["digest"]) if isinstance(content, dict) and "digest" in content else []
    return [each.content["to"] for each in digests if isinstance(each.content, dict) and "to" in each.content]


def _check_to(to: tuple[str, ...], found: tuple[Channel, ...], place: Value) -> None:
    everybody = with_console(found)
    if missing := unknown(to, everybody):
        known = [name for channel in everybody for name in (channel.name, *channel.tags)]
        near = nearest(missing[0], known) or f"; known: {', '.join(dict.fromkeys(known))}"
        lines = {item.content: item for item in items(place) if isinstance(item.content, str)}
        raise lines.get(missing[0], place).error(f"there is no channel or tag '{missing[0]}'{near}")
