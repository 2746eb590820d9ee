"""The configuration of a home: config/tallywire.yaml, estimates.yaml, sources.yaml and channels.yaml.

A mistake is a ConfigError: one line for the first mistake found, with file, line and key. Whoever reloads keeps what
was in force. Missing files mean the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tallywire.config.channels import SECRETS_FILE, channels, secrets
from tallywire.config.estimates import Entry, estimates
from tallywire.config.settings import After, Digest, Settings, settings
from tallywire.config.sources import sources
from tallywire.config.typed import items, nearest
from tallywire.config.yamlfile import ConfigError, Value, read
from tallywire.core.definition import Definition
from tallywire.core.source import Source
from tallywire.deliver.channels import Channel, unknown, with_console

__all__ = ["After", "Config", "ConfigError", "Digest", "Settings", "load", "load_estimates", "load_settings"]

FOLDER: Final = "config"


@dataclass(frozen=True, slots=True)
class Config:
    """What a home is told to do. `hints` are lines for people: nothing is wrong, but they will want to know."""

    settings: Settings = field(default_factory=Settings)
    definitions: tuple[Definition, ...] = ()
    sources: tuple[Source, ...] = ()
    channels: tuple[Channel, ...] = ()
    hints: tuple[str, ...] = ()


def load(home: Path, environment: Mapping[str, str] | None = None) -> Config:
    """Reads the files of a home. `environment` resolves ${NAME} (default: the process's). Raises ConfigError."""
    known, hints = secrets(home / FOLDER / SECRETS_FILE, f"{FOLDER}/{SECRETS_FILE}", environment)
    found = channels(_file(home, "channels.yaml"), known)
    chosen = settings(value := _file(home, "tallywire.yaml"))
    if chosen.digest is not None and value is not None:
        _check_to(chosen.digest.to, found, _digest_to(value))
    entries = estimates(_file(home, "estimates.yaml"))
    for entry in entries:
        _check_to(entry.definition.to, found, entry.fields.at("to"))
    if not entries:
        hints = [
            *hints,
            f"nothing is tracked yet: add '- track: N people displaced in Sudan' to {FOLDER}/estimates.yaml",
        ]
    return Config(chosen, _definitions(entries), sources(_file(home, "sources.yaml")), found, tuple(hints))


def load_settings(home: Path) -> Settings:
    """tallywire.yaml alone: where things are. Raises ConfigError."""
    return settings(_file(home, "tallywire.yaml"))


def load_estimates(path: Path) -> tuple[Definition, ...]:
    """The definitions of one file, without a home: `to` is not checked. Raises ConfigError, also for a missing file."""
    try:
        return _definitions(estimates(read(path, str(path))))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file") from None


def _file(home: Path, name: str) -> Value | None:
    try:
        return read(home / FOLDER / name, f"{FOLDER}/{name}")
    except FileNotFoundError:
        return None


def _definitions(entries: tuple[Entry, ...]) -> tuple[Definition, ...]:
    return tuple(entry.definition for entry in entries)


def _digest_to(value: Value) -> Value:
    """Where the digest's receivers stand."""
    content = value.content
    digest = content["digest"].content if isinstance(content, dict) else None
    return digest["to"] if isinstance(digest, dict) and "to" in digest else value


def _check_to(to: tuple[str, ...], found: tuple[Channel, ...], place: Value) -> None:
    everybody = with_console(found)
    if missing := unknown(to, everybody):
        known = [name for channel in everybody for name in (channel.name, *channel.tags)]
        near = nearest(missing[0], known) or f"; known: {', '.join(dict.fromkeys(known))}"
        lines = {item.content: item for item in items(place) if isinstance(item.content, str)}
        raise lines.get(missing[0], place).error(f"there is no channel or tag '{missing[0]}'{near}")
