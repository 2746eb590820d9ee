"""tallywire.yaml: where things are, what happens to files, how often and when something is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Final, Literal, cast

from tallywire.config import typed
from tallywire.config.typed import Fields
from tallywire.config.yamlfile import Value

After = Literal["move", "delete", "keep"]

_DAY: Final = 86_400
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
)


@dataclass(frozen=True, slots=True)
class Digest:
    """One message a day at a local time; `to` names channels or tags, nobody meaning everybody."""

    at: time
    to: tuple[str, ...] = ()
    name: str = "daily"


@dataclass(frozen=True, slots=True)
class Settings:
    """`store` is the database file, `inbox` the watched folder (absolute, or relative to the home).

    `port` serves the web page on the loopback address, None for none. `interval_seconds`: at most one message about one
    estimate in that time. `live_horizon`: reports older than that are told in a summary only; None for no such limit.
    `backlog`: more files than this waiting at once are told in one summary.
    """

    store: Path = Path("store/tallywire.db")
    inbox: Path = Path("inbox")
    port: int | None = 8765
    zone: str = "UTC"
    after: After = "move"
    limit_bytes: int = 20_000_000
    rescan_seconds: float = 15.0
    interval_seconds: float = 60.0
    digest: Digest | None = None
    live_horizon: timedelta | None = None
    backlog: int = 50


def settings(value: Value | None) -> Settings:
    """The settings; what is left out has its default. Raises ConfigError."""
    if value is None:
        return Settings()
    fields, usual = Fields(value, _KEYS), Settings()
    return Settings(
        store=fields.take("store", _path, usual.store),
        inbox=fields.take("inbox", _path, usual.inbox),
        port=fields.take("port", _port, usual.port),
        zone=fields.take("zone", typed.zone, usual.zone),
        after=fields.take("after", _after, usual.after),
        limit_bytes=fields.take("limits", _limit, usual.limit_bytes),
        rescan_seconds=fields.take("rescan", _seconds(1, 3_600), usual.rescan_seconds),
        interval_seconds=fields.take("interval", _seconds(0, _DAY), usual.interval_seconds),
        digest=fields.take("digest", _digest, usual.digest),
        live_horizon=fields.take("live horizon", _horizon, usual.live_horizon),
        backlog=fields.take("backlog", typed.between(1, 1_000_000, typed.whole, float), usual.backlog),
    )


def _path(value: Value) -> Path:
    word = typed.text(value)
    if "\0" in word:
        raise value.error("is not a path")
    return Path(word).expanduser()


def _port(value: Value) -> int | None:
    if _is_off(value):
        return None
    return typed.between(1, 65_535, typed.whole, float)(value)


def _after(value: Value) -> After:
    return cast(After, typed.one_of("move", "delete", "keep")(value))


def _limit(value: Value) -> int:
    fields = Fields(value, ("bytes",))
    return fields.need("bytes", typed.between(1_000, 1_000_000_000, typed.size, float, " bytes"))


def _seconds(low: int, high: int) -> typed.Reader[float]:
    read = typed.between(low, high, typed.duration("s"), timedelta.total_seconds, " seconds")
    return lambda value: read(value).total_seconds()


def _digest(value: Value) -> Digest | None:
    if _is_off(value):
        return None
    fields = Fields(value, ("at", "to"))
    return Digest(at=fields.take("at", typed.clock, time(8)), to=fields.take("to", typed.texts, ()))


def _horizon(value: Value) -> timedelta | None:
    return None if _is_off(value) else typed.duration("d")(value)


def _is_off(value: Value) -> bool:
    return isinstance(value.content, str) and value.content.strip().casefold() in {"off", "no", "none"}
