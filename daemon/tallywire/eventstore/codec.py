"""Events to JSON and back: stored names, schema versions, upcasters.

Stored names are literals in `STORED`, never class paths, so code can move and be renamed while old logs stay readable.
A changed payload means a new schema number there, an upcaster from the one before, and a golden file for both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, cast

import msgspec

from tallywire.core import events as ev
from tallywire.core.events import Event, Json, Recorded
from tallywire.eventstore.base import StoreError

Upcaster = Callable[[Json], Json]


@dataclass(frozen=True, slots=True)
class Stored:
    """A kind of event as stored: its class, the schema that is written today, and the payload's field names."""

    cls: type[Any]
    schema: int
    names: frozenset[str]


def stored(cls: type[Any], schema: int) -> Stored:
    return Stored(cls, schema, frozenset(f.name for f in fields(cls)))


class Codec:
    """`types` maps stored names to classes; `upcasters` map (stored name, schema) to the step to the next schema."""

    def __init__(self, types: Mapping[str, Stored], upcasters: Mapping[tuple[str, int], Upcaster]) -> None:
        self.types = dict(types)
        self.upcasters = dict(upcasters)
        self._names = {kind.cls: name for name, kind in self.types.items()}

    def knows(self, name: str, schema: int) -> bool:
        return name in self.types and schema <= self.types[name].schema

    def encode(self, event: Event) -> tuple[str, int, Json]:
        """(stored name, schema, payload) of an event. The payload is shallow: `canonical` checks what is in it."""
        name = self._names.get(type(event))
        if name is None:
            raise StoreError(f"{type(event).__name__} is no event that the codec knows")
        kind = self.types[name]
        return name, kind.schema, {field: getattr(event, field) for field in kind.names}

    def decode(self, name: str, schema: int, data: Json) -> Event:
        """The event behind a stored payload of any schema so far; StoreError where this version can't read it."""
        kind = self.types.get(name)
        if kind is None:
            raise StoreError(f"the event type {name!r} is not known: it was written by another version of Tallywire")
        if schema > kind.schema:
            raise StoreError(f"{name} has schema {schema}, newer than {kind.schema}: use a newer Tallywire")
        if not isinstance(data, dict):  # a store that somebody else wrote to
            raise StoreError(f"{name} (schema {schema}) holds {type(data).__name__} where its fields should be")
        for step in range(schema, kind.schema):
            data = self._upcast(name, step, data)
        if data.keys() != kind.names:
            odd = ", ".join(sorted(data.keys() ^ kind.names))
            raise StoreError(f"{name} (schema {schema}) has missing or unknown fields: {odd}")
        try:
            return cast(Event, msgspec.convert(data, kind.cls))
        except msgspec.ValidationError as error:
            raise StoreError(f"{name} (schema {schema}) does not hold what it should: {error}") from error

    def _upcast(self, name: str, schema: int, data: Json) -> Json:
        upcaster = self.upcasters.get((name, schema))
        if upcaster is None:
            raise StoreError(f"{name} has no way from schema {schema} to {schema + 1}")
        return upcaster(data)


STORED: Final[dict[str, Stored]] = {
    "ArticleReceived": stored(ev.ArticleReceived, 2),
    "ArticleSeenAgain": stored(ev.ArticleSeenAgain, 1),
    "ArticleDated": stored(ev.ArticleDated, 1),
    "ArticleGrouped": stored(ev.ArticleGrouped, 1),
    "ArticleReplaced": stored(ev.ArticleReplaced, 1),
    "ArticleRedacted": stored(ev.ArticleRedacted, 1),
    "FileRejected": stored(ev.FileRejected, 1),
    "ClaimRecorded": stored(ev.ClaimRecorded, 1),
    "ClaimWithdrawn": stored(ev.ClaimWithdrawn, 1),
    "ClaimRestored": stored(ev.ClaimRestored, 1),
    "ClaimConfirmed": stored(ev.ClaimConfirmed, 1),
    "ClaimCorrected": stored(ev.ClaimCorrected, 1),
    "EstimateDefined": stored(ev.EstimateDefined, 1),
    "EstimateRetired": stored(ev.EstimateRetired, 1),
    "EstimateRevised": stored(ev.EstimateRevised, 1),
    "ContradictionOpened": stored(ev.ContradictionOpened, 1),
    "ContradictionClosed": stored(ev.ContradictionClosed, 1),
    "EstimatePinned": stored(ev.EstimatePinned, 1),
    "EstimateUnpinned": stored(ev.EstimateUnpinned, 1),
    "EstimateRebased": stored(ev.EstimateRebased, 1),
    "EstimateSnoozed": stored(ev.EstimateSnoozed, 2),
    "RuleStarted": stored(ev.RuleStarted, 1),
    "SourcesDefined": stored(ev.SourcesDefined, 1),
    "AlertRaised": stored(ev.AlertRaised, 1),
    "AlertDelivered": stored(ev.AlertDelivered, 2),
    "AlertAbandoned": stored(ev.AlertAbandoned, 1),
    "AlertAcknowledged": stored(ev.AlertAcknowledged, 1),
    "DeliveryRequeued": stored(ev.DeliveryRequeued, 1),
    "DeliveryDropped": stored(ev.DeliveryDropped, 1),
    "DigestRaised": stored(ev.DigestRaised, 1),
}

# (stored name, schema) -> the payload in the next schema. Must never change once released.
UPCASTERS: Final[dict[tuple[str, int], Upcaster]] = {
    ("ArticleReceived", 1): lambda data: {**data, "text_hash": None},  # then only the original had a hash
    ("AlertDelivered", 1): lambda data: {**data, "merged_into": None},  # then each alert was a message of its own
    ("EstimateSnoozed", 1): lambda data: {**data, "unless_percent": None},  # nothing broke through then
}

CODEC: Final = Codec(STORED, UPCASTERS)


def encode(event: Event) -> tuple[str, int, Json]:
    return CODEC.encode(event)


def decode(name: str, schema: int, data: Json) -> Event:
    return CODEC.decode(name, schema, data)


def decoded(recorded: Recorded) -> Event:
    """The event inside an envelope."""
    return CODEC.decode(recorded.type, recorded.schema, recorded.data)


# --- canonical text -------------------------------------------------------------------------------------------------

_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_DECODER: Final = msgspec.json.Decoder()
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces and no escapes that need not be: equal values give equal text, and equal hashes.

    A lone surrogate (a byte of a file name that is no UTF-8) is escaped, so that the text always is valid UTF-8.
    Raises StoreError for what JSON can't hold (NaN, infinity, other types).
    """
    try:
        text = _ENCODER.encode(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError(f"this can't be stored as JSON: {error}") from error
    if text.isascii():
        return text
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def parsed(text: str) -> Any:
    """The value of a JSON text. What the quick parser refuses (an escaped lone surrogate, say) may still be JSON."""
    try:
        return _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        return json.loads(text)
