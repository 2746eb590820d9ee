"""The heartbeat: a URL that is asked for every minute while all is well, so that somebody elsewhere misses it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from tallywire.config import typed
from tallywire.config.channels import Secrets, resolved
from tallywire.config.rules import is_off
from tallywire.config.typed import Fields
from tallywire.config.yamlfile import Value

_URL: Final = re.compile(r"https?://\S+")
_KEYS: Final = ("url", "every")


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """`url` may hold a secret, and never shows."""

    url: str = field(repr=False)
    seconds: float = 60.0


def heartbeat(value: Value, known: Secrets) -> Heartbeat | None:
    """`heartbeat: URL`, or `heartbeat: {url: URL, every: 60 s}`. Raises ConfigError."""
    if is_off(value):
        return None
    if not isinstance(value.content, dict):
        return Heartbeat(_url(value, known))
    fields = Fields(value, _KEYS)
    every = typed.between(10, 86_400, typed.duration("s"), timedelta.total_seconds, " seconds")
    return Heartbeat(
        fields.need("url", lambda v: _url(v, known)),
        fields.take("every", every, timedelta(seconds=60)).total_seconds(),
    )


def _url(value: Value, known: Secrets) -> str:
    url = resolved(value, known)
    if not _URL.fullmatch(url):
        raise value.error("is not an http:// or https:// URL")
    return url
