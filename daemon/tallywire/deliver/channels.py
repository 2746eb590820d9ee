"""Where alerts can go: named channels, who gets what, and how a channel is shown without its secrets."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

CONSOLE_SCHEMA: Final = "console"

# Schemas whose URLs begin with a real host. In the others the first part is a token (slack, discord, tgram), a topic
# (ntfy) or a phone number, and nothing of the URL but the schema may be shown.
HOSTED: Final = frozenset(
    "json jsons xml xmls form forms mailto mailtos mqtt mqtts irc ircs matrix matrixs mmost mmosts gotify gotifys"
    " rocket rockets syslog rsyslog xmpp xmpps nctalk nctalks hassio hassios apprise apprises".split()
)
# Services that show a picture in line.
PICTURED: Final = frozenset("mailto mailtos discord slack tgram matrix matrixs".split())
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\]")
_PIECES = re.compile(r"[/:@?&=,;#|\s]+")
_SHORTEST_SECRET: Final = 3  # a shorter piece would blank half of every sentence


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach people. `url` is an apprise URL, or "console:" for the daemon's own standard output.

    `fallback` names the channel that takes over what this one could not deliver. `chart`: pictures are welcome.
    """

    name: str
    url: str = field(repr=False)  # it holds secrets, and a repr ends up in logs
    tags: tuple[str, ...] = ()
    fallback: str | None = None
    chart: bool = True

    @property
    def takes_pictures(self) -> bool:
        """Whether a message comes with the estimate's chart: where the service shows pictures, and it is wanted."""
        return self.chart and self.schema in PICTURED

    @property
    def schema(self) -> str:
        """ "mailto", "json", "console" ...: what decides the message's form."""
        return schema_of(self.url)

    @property
    def is_console(self) -> bool:
        return self.schema == CONSOLE_SCHEMA

    @property
    def shown(self) -> str:
        """The URL as people may see it."""
        return shown(self.url)


CONSOLE: Final = Channel("console", "console:")


def with_console(channels: Sequence[Channel]) -> tuple[Channel, ...]:
    """The channels and the built-in console one, unless one of that name is configured."""
    return tuple(channels) if any(c.name == CONSOLE.name for c in channels) else (CONSOLE, *channels)


def route(to: Sequence[str], channels: Sequence[Channel]) -> list[str]:
    """The names of the channels that an alert addressed to these names or tags goes to, in their configured order.

    Nobody named means everybody but the fallbacks. So does a list that matches nothing: an alert that reaches too many
    is better than one that reaches nobody (`unknown` lets the configuration's check say so).
    """
    wanted = set(to)
    chosen = [c.name for c in channels if c.name in wanted or wanted.intersection(c.tags)]
    return chosen or [c.name for c in channels if c.name not in fallbacks(channels)]


def unknown(to: Iterable[str], channels: Sequence[Channel]) -> list[str]:
    """Those of the names that are neither a channel nor a tag."""
    known = {c.name for c in channels}.union(*(c.tags for c in channels))
    return [name for name in to if name not in known]


def fallbacks(channels: Sequence[Channel]) -> set[str]:
    """Channels that only take over for others."""
    return {c.fallback for c in channels if c.fallback}


# --- secrets --------------------------------------------------------------------------------------------------------


def schema_of(url: str) -> str:
    return url.partition(":")[0].strip().lower()


def shown(url: str) -> str:
    """Schema and host, nothing else: users, passwords, paths, queries and headers all may be secrets."""
    schema, rest = schema_of(url), url.partition("://")[2]
    if schema == CONSOLE_SCHEMA:
        return "console:"
    if not re.fullmatch(r"[a-z0-9+.-]+", schema):
        return "***"
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    host = re.sub(r":\d+$", "", authority.rpartition("@")[2])
    # An "@" behind the authority may mean a password with a bare "/" in it: then what looks like the host is part of
    # that. A mail URL has its recipients there, and a host with a dot.
    doubtful = "@" in rest[len(authority) :].partition("?")[0] and not (schema.startswith("mailto") and "." in host)
    if schema not in HOSTED or doubtful or not _HOST.fullmatch(host):
        return f"{schema}://***"
    return f"{schema}://{host}/***"


def scrub(text: str, url: str) -> str:
    """The text with everything that the URL could have given away blanked, as written, decoded or in base64."""
    for piece in sorted(_secrets(url), key=len, reverse=True):
        text = re.sub(re.escape(piece), "***", text, flags=re.IGNORECASE)
    return text


def _secrets(url: str) -> set[str]:
    rest = url.partition("://")[2] or url
    userinfo = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[0]
    pieces = {rest, *_PIECES.split(rest), userinfo}
    pieces |= {base64.b64encode(unquote(p).encode()).decode() for p in {userinfo, *_PIECES.split(rest)} if p}
    pieces |= {unquote(p) for p in pieces} | {unquote(p.replace("+", " ")) for p in pieces}
    host = shown(url).partition("://")[2].removesuffix("/***")
    return {p for p in pieces if len(p) >= _SHORTEST_SECRET and p not in {host, "***"}}
