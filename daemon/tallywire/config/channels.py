"""channels.yaml: names for the ways to reach people. Their URLs hold secrets: no message here repeats one."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tallywire.config import typed
from tallywire.config.typed import Fields, mapping, nearest
from tallywire.config.yamlfile import ConfigError, Value
from tallywire.deliver.channels import CONSOLE, Channel

SECRETS_FILE: Final = "secrets.env"
_KEYS: Final = ("url", "tags", "fallback", "chart")

_NAME: Final = re.compile(r"\w[\w .-]{0,59}")
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+|console:(//)?")
_VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")
_ASSIGNMENT: Final = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What ${NAME} in a URL stands for: the environment first, then config/secrets.env."""

    environment: Mapping[str, str]
    file: Mapping[str, str]

    def get(self, name: str) -> str | None:
        return self.environment.get(name, self.file.get(name))


def secrets(path: Path, shown: str, environment: Mapping[str, str] | None = None) -> tuple[Secrets, list[str]]:
    """The secrets, and a hint where others may read their file. Raises ConfigError for a line that is no NAME=value."""
    given = os.environ if environment is None else environment
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return Secrets(given, {}), []
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{shown}: can't be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
    found = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            match = _ASSIGNMENT.fullmatch(line.strip())
            if match is None:
                raise ConfigError(f"{shown}:{number}: expected NAME=value")
            found[match[1]] = _unquoted(match[2])
    exposed = mode & (stat.S_IRWXG | stat.S_IRWXO)
    return Secrets(given, found), [f"{shown}: others may read it; run: chmod 600 {shown}"] if exposed else []


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value


Probe = Callable[[str], str | None]


def channels(value: Value | None, known: Secrets, probe: Probe | None = None) -> tuple[Channel, ...]:
    """The channels in their order; `probe` says what is wrong with a URL. Raises ConfigError."""
    if value is None:
        return ()
    found = tuple(_channel(name, entry, known) for name, entry in mapping(value).items())
    for channel in found:
        place = mapping(value)[channel.name]
        _check_fallback(channel, found, place)
        url = Fields(place, _KEYS).at("url") if isinstance(place.content, dict) else place
        if channel.name == CONSOLE.name and not channel.is_console:
            raise url.error("is the daemon's own output and goes nowhere else; give this channel another name")
        if probe and not channel.is_console and (wrong := probe(channel.url)):
            raise url.error(wrong)
    return found


def _channel(name: str, value: Value, known: Secrets) -> Channel:
    """`name: URL`, or `name: {url: URL, tags: [...], fallback: NAME, chart: no}`."""
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{value.file}:{value.line}: a channel's name has letters, digits, '-', '_', '.' and spaces only; "
            "write `name: URL`"
        )
    if not isinstance(value.content, dict):
        return Channel(name, _url(value, known))
    fields = Fields(value, _KEYS)
    return Channel(
        name,
        fields.need("url", lambda v: _url(v, known)),
        tags=fields.take("tags", typed.texts, ()),
        fallback=fields.take("fallback", typed.text, None),
        chart=fields.take("chart", typed.boolean, default=True),
    )


def resolved(value: Value, known: Secrets) -> str:
    """The text with what ${NAME} stands for in it."""

    def secret(match: re.Match[str]) -> str:
        name = match[1].strip()
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise value.error("${...} must hold the name of an environment variable")
        found = known.get(name)
        if not found:
            raise value.error(f"the variable {name} is not set: neither in the environment nor in {SECRETS_FILE}")
        return found.strip()

    return _VARIABLE.sub(secret, typed.text(value))


def _url(value: Value, known: Secrets) -> str:
    url = resolved(value, known)
    if not _URL.fullmatch(url):
        raise value.error("is not an apprise URL (schema://...); see https://appriseit.com/services/")
    return url


def _check_fallback(channel: Channel, others: tuple[Channel, ...], value: Value) -> None:
    """A fallback is another channel, and none leads back: a dead letter must not go round in a ring."""
    names = {c.name: c.fallback for c in others} | {CONSOLE.name: None}
    place = Fields(value, _KEYS).at("fallback") if channel.fallback else value
    seen = [channel.name]
    following = channel.fallback
    while following is not None:
        if following not in names:
            raise place.error(f"there is no channel '{following}'{nearest(following, names)}")
        if following in seen:
            raise place.error(f"fallbacks go round in a ring: {' -> '.join([*seen, following])}")
        seen.append(following)
        following = names[following]
