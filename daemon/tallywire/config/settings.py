"""tallywire.yaml: where things are, what happens to files, how often and when something is said."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Final, Literal, cast

from tallywire.config import typed
from tallywire.config.rules import is_off
from tallywire.config.typed import Fields, items
from tallywire.config.yamlfile import ConfigError, Value
from tallywire.retention import Keep

After = Literal["move", "delete", "keep"]
LogFormat = Literal["human", "json"]

_HOUR: Final = 3_600
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
    "disk low",
    "metrics",
    "heartbeat",
    "backup",
    "network store",
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
class BackupPlan:
    """Backups by the clock into the folder `to` (absolute, or relative to the home), and which of them stay."""

    to: Path
    every: timedelta = timedelta(days=1)
    keep: Keep = field(default_factory=Keep)


@dataclass(frozen=True, slots=True)
class Settings:
    """`store` is the database file, `inbox` the watched folder (absolute, or relative to the home).

    `port` serves the web page on the loopback address, None for none. `interval_seconds`: at most one message about one
    estimate in that time. `live_horizon`: reports older than that are told in a summary only; None for no such limit.
    `backlog`: more files than this waiting at once are told in one summary. `metrics`: the loopback port that serves
    the daemon's figures, None for none. `disk_low`: bytes free on the store's disk below which people hear of it; None
    for a twentieth of the disk, 500 MB at most. `backup`: None for none by the clock. `network_store`: the store may
    lie on a network file system. `log_level` is one of logging's numbers.
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
    disk_low: int | None = None
    metrics: int | None = None
    backup: BackupPlan | None = None
    network_store: bool = False
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
        metrics=fields.take("metrics", _port, usual.metrics),
        backlog=fields.take("backlog", typed.between(1, 1_000_000, typed.whole, float), usual.backlog),
        disk_low=fields.take("disk low", typed.between(0, 10**15, typed.size, float, " bytes"), usual.disk_low),
        backup=fields.take("backup", _backup, usual.backup),
        network_store=fields.take("network store", typed.boolean, usual.network_store),
        log_format=form,
        log_level=level,
    )


def places(value: Value | None) -> Settings:
    """Where things are, as far as that can be read: whatever else is wrong in the file, one must get at the store."""
    entries = value.content if value is not None and isinstance(value.content, dict) else {}
    found: dict[str, Any] = {}
    for key, read in _PLACES.items():
        with suppress(ConfigError):
            if key in entries:
                found[key.replace(" ", "_")] = read(entries[key])
    return replace(Settings(), **found)


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


def _backup(value: Value) -> BackupPlan | None:
    """A folder, or {to, every, keep: {daily, weekly, monthly}}."""
    if is_off(value):
        return None
    if isinstance(value.content, str):
        return BackupPlan(_path(value))
    fields, usual = Fields(value, ("to", "every", "keep")), BackupPlan(Path())
    every = typed.between(_HOUR, 31 * _DAY, typed.duration("d"), timedelta.total_seconds, " seconds")
    return BackupPlan(
        to=fields.need("to", _path),
        every=fields.take("every", every, usual.every),
        keep=fields.take("keep", _keep, usual.keep),
    )


def _keep(value: Value) -> Keep:
    """What is left out has its default; 0 keeps none for that sake. The newest backup always stays."""
    fields, usual = Fields(value, ("daily", "weekly", "monthly")), Keep()
    count = typed.between(0, 1_000, typed.whole, float)
    return Keep(
        daily=fields.take("daily", count, usual.daily),
        weekly=fields.take("weekly", count, usual.weekly),
        monthly=fields.take("monthly", count, usual.monthly),
    )


_PLACES: Final[dict[str, typed.Reader[Any]]] = {
    "store": _path,
    "inbox": _path,
    "after": _after,
    "backup": _backup,
    "network store": typed.boolean,
}
