"""Secrets of all channels blanked in any text: for logs, where nobody knows which channel a line is about.

Blanking every word of every URL would leave no line readable ("to", "from", the host of the mail server), so what could
be a secret is told from what can't: passwords always are, words of the address as shown never are.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, unquote, unquote_plus

from tallywire.deliver.channels import HOSTED, Channel

_SHORTEST: Final = 3  # a password of two letters is in every second word
_LONG: Final = 8
_WORD: Final = 12  # a path's plain word ("services", "tallywire") is a secret only from here
_MOST: Final = 5_000  # pieces: reloads add theirs, and none is forgotten until then
_BREAKS: Final = re.compile(r"[/:@?&=,;#|\s]+")


class Scrubber:
    """Knows pieces of text that are never to be shown. `hiding` gives one that knows more."""

    def __init__(self, pieces: Iterable[str] = ()) -> None:
        self._pieces = list(dict.fromkeys(pieces))[-_MOST:]
        longest_first = sorted(self._pieces, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if longest_first else None

    def hiding(self, channels: Iterable[Channel]) -> Scrubber:
        """One that hides what these channels' URLs hold, too."""
        found = list(channels)
        plain = {"tallywire", *(channel.name.casefold() for channel in found)}
        return Scrubber([*self._pieces, *(piece for channel in found for piece in _pieces(channel, plain))])

    def scrub(self, text: str) -> str:
        return self._pattern.sub("***", text) if self._pattern else text


def _pieces(channel: Channel, plain: set[str]) -> Iterator[str]:
    """What the URL could give away, in each way that a library may print it."""
    for secret in _secrets(channel, plain):
        for form in {secret, unquote(secret), unquote_plus(secret)}:
            yield from (form, quote(form, safe=""), repr(form)[1:-1], json.dumps(form)[1:-1])
            yield base64.b64encode(form.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def _secrets(channel: Channel, plain: set[str]) -> set[str]:
    rest = channel.url.partition("://")[2]
    if not rest:
        return set()
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    user = authority.rpartition("@")[0]
    address, _, query = rest.partition("?")
    values = [part.partition("=")[2] for part in query.split("&")]  # their names are apprise's, or headers'
    words = {word for part in (address, *values) for word in (part, *_BREAKS.split(part))}
    certain = {rest, user, user.partition(":")[2]}
    suspected = {word for word in words if _could_be_secret(unquote(word), channel, plain)}
    return {word for word in certain | suspected if len(word) >= _SHORTEST}


def _could_be_secret(word: str, channel: Channel, plain: set[str]) -> bool:
    if word.casefold() in plain or word in channel.shown:
        return False
    if word.isalpha() and word.islower():
        return len(word) >= (_WORD if channel.schema in HOSTED else _LONG)
    is_mixed = any(c.isdigit() for c in word) and any(c.isalpha() for c in word)
    return len(word) >= _LONG or (len(word) >= 5 and is_mixed)
