"""tallywire.yaml: where things are, what happens to files, how often and when something is said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Final, Literal, cast

from tallywire.config import typed
from tallywire.config.rules import is_off
from tallywire.config.typed import Fields, items
from tallywire.config.yamlfile import Value

After = Literal["move", "delete", "keep"]
LogFormat = Literal["human", "json"]

_DAY: Final = 86_400
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_KEYS: Final = (
    "store",
    "inbox",
    "port",
    "zone",
    "after",
    "limits",
    "rescan",
    "interval",
    "digest",
    "live horizon",
    "backlog",
    "log",
)
_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}


@dataclass(frozen=True, slots=True)
class Digest:
    """One message a day, or on one day of the week (0 is Monday), at a local time.

    `to` names channels or tags, nobody meaning everybody. `name` tells it from others.
    """

    at: time
    to: tuple[str, ...] = ()
    name: str = "daily"
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """`store` is the database file, `inbox` the watched folder (absolute, or relative to the home).

    `port` serves the web page on the loopback address, None for none. `interval_seconds`: at most one message about one
    estimate in that time. `live_horizon`: reports older than that are told in a summary only; None for no such limit.
    `backlog`: more files than this waiting at once are told in one summary. `log_level` is one of logging's numbers.
    """

    store: Path = Path("store/tallywire.db")
    inbox: Path = Path("inbox")
    port: int | None = 8765
    zone: str = "UTC"
    after: After = "move"
    limit_bytes: int = 20_000_000
    rescan_seconds: float = 15.0
    interval_seconds: float = 60.0
    digests: tuple[Digest, ...] = ()
    live_horizon: timedelta | None = None
    backlog: int = 50
    log_format: LogFormat = "human"
    log_level: int = 20


def settings(value: Value | None) -> Settings:
    """The settings; what is left out has its default. Raises ConfigError."""
    if value is None:
        return Settings()
    fields, usual = Fields(value, _KEYS), Settings()
    form, level = fields.take("log", _log, (usual.log_format, usual.log_level))
    return Settings(
        store=fields.take("store", _path, usual.store),
        inbox=fields.take("inbox", _path, usual.inbox),
        port=fields.take("port", _port, usual.port),
        zone=fields.take("zone", typed.zone, usual.zone),
        after=fields.take("after", _after, usual.after),
        limit_bytes=fields.take("limits", _limit, usual.limit_bytes),
        rescan_seconds=fields.take("rescan", _seconds(1, 3_600), usual.rescan_seconds),
        interval_seconds=fields.take("interval", _seconds(0, _DAY), usual.interval_seconds),
        digests=fields.take("digest", _digests, usual.digests),
        live_horizon=fields.take("live horizon", _horizon, usual.live_horizon),
        backlog=fields.take("backlog", typed.between(1, 1_000_000, typed.whole, float), usual.backlog),
        log_format=form,
        log_level=level,
    )


def _path(value: Value) -> Path:
    word = typed.text(value)
    if "\0" in word:
        raise value.error("is not a path")
    return Path(word).expanduser()


def _port(value: Value) -> int | None:
    if is_off(value):
        return None
    return typed.between(1, 65_535, typed.whole, float)(value)


def _after(value: Value) -> After:
    return cast(After, typed.one_of("move", "delete", "keep")(value))


def _limit(value: Value) -> int:
    fields = Fields(value, ("bytes",))
    return fields.need("bytes", typed.between(1_000, 1_000_000_000, typed.size, float, " bytes"))


def _log(value: Value) -> tuple[LogFormat, int]:
    """`{format: json, level: warning}`, or one of the two."""
    fields = Fields(value, ("format", "level"))
    form = fields.take("format", typed.one_of("human", "json"), "human")
    return cast(LogFormat, form), _LEVELS[fields.take("level", typed.one_of(*_LEVELS), "info")]


def _seconds(low: int, high: int) -> typed.Reader[float]:
    read = typed.between(low, high, typed.duration("s"), timedelta.total_seconds, " seconds")
    return lambda value: read(value).total_seconds()


def _digests(value: Value) -> tuple[Digest, ...]:
    """One digest or a list of them; each has a name of its own, which says when it was last sent."""
    if is_off(value):
        return ()
    found: dict[str, Digest] = {}
    for item in items(value):
        digest = _digest(item)
        if digest.name in found:
            raise item.error(f"there is a digest '{digest.name}' already; give this one a 'name'")
        found[digest.name] = digest
    return tuple(found.values())


def _digest(value: Value) -> Digest:
    fields = Fields(value, ("at", "to", "every", "name"))
    every = fields.take("every", typed.one_of("day", *_WEEKDAYS), "day")
    weekday = None if every == "day" else _WEEKDAYS.index(every)
    return Digest(
        at=fields.take("at", typed.clock, time(8)),
        to=fields.take("to", typed.texts, ()),
        name=fields.take("name", _name, "daily" if weekday is None else "weekly"),
        weekday=weekday,
    )


def _name(value: Value) -> str:
    word = typed.text(value)
    if not re.fullmatch(r"\w[\w-]{0,40}", word):
        raise value.error(f"'{word}' can't be a name: letters, digits, '-' and '_' only")
    return word


def _horizon(value: Value) -> timedelta | None:
    return None if is_off(value) else typed.duration("d")(value)
