"""The catalogue: everything that can happen, one frozen dataclass per event, and the envelope it is stored in.

Streams are named by content or by computed keys, so that doing something twice meets the same stream and changes
nothing (see the functions at the end). Fields hold JSON-native values only; adding, renaming or dropping one means a
new schema version and an upcaster in eventstore/codec.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from tallywire.core.quantity import Number

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The envelope: one event as stored. `data` is the payload as JSON-native values; `recorded_at` is ISO UTC.

    `data_hash` is the SHA-256 of the stored payload text, `hash` the one over the previous event's hash, this envelope
    and `data_hash`: blanking a payload (redaction) leaves the chain whole.
    """

    position: int
    stream: str
    version: int
    type: str
    schema: int
    data: Json
    recorded_at: str
    cause: int | None
    correlation: str | None
    by: str
    data_hash: str
    hash: str


# --- articles and files ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArticleReceived:
    """A new content arrived. `article` is its SHA-256; bytes and clean text are kept in the same transaction."""

    article: str
    path: str  # relative to the inbox, as first seen
    size: int  # bytes
    media: str
    reader: str  # "text@1": offsets of claims refer to the clean text that this reader made
    title: str | None
    outlet: str | None
    author: str | None
    url: str | None
    published: str | None  # ISO date or date-time
    published_from: str
    quiet: bool = False  # archives and backlogs: decided with one summary instead of single alerts
    text_hash: str | None = None  # SHA-256 of the clean text, so that `verify` can tell whether it was altered


@dataclass(frozen=True, slots=True)
class ArticleSeenAgain:
    """The same content under a path not seen before."""

    article: str
    path: str


@dataclass(frozen=True, slots=True)
class ArticleDated:
    """An analyst says when the article was published (ISO date), or that it is not known (None)."""

    article: str
    published: str | None
    why: str


@dataclass(frozen=True, slots=True)
class ArticleGrouped:
    """An article is a near copy of another one (the same wire report, say): both belong to one group."""

    article: str
    like: str
    likeness: float  # the share of their wording that is the same, 0 to 1


@dataclass(frozen=True, slots=True)
class ArticleReplaced:
    """A newer version of the same page is there: `newer` speaks in this article's place."""

    article: str
    newer: str
    why: str


@dataclass(frozen=True, slots=True)
class ArticleRedacted:
    """An article's texts were blanked. `blanked` vouches for what was left: position -> SHA-256 of the new payload."""

    article: str
    why: str
    blanked: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileRejected:
    """A file that can't become an article: it is set aside in inbox/rejected/ with the reason beside it."""

    path: str
    size: int
    mtime_ns: int
    reason: str  # one of a few words: "empty", "binary", "too large", "broken json", ...
    detail: str


# --- claims ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClaimRecorded:
    """One claim found in an article; the fields of core.claim.Claim and the ids."""

    claim: str
    article: str
    estimate: str
    low: Number | None
    high: Number | None
    bound: str
    kind: str
    status: str
    quote: str
    start: int
    end: int
    number_start: int
    number_end: int
    sentence: str
    rule: str
    extractor: str
    noun: str | None = None
    source: str | None = None
    as_of: str | None = None
    basis: str = "unknown"
    onto: Number | None = None
    correction: bool = False


@dataclass(frozen=True, slots=True)
class ClaimWithdrawn:
    """By an analyst (a rejection), a changed definition or a newer extractor; `reason` says which."""

    claim: str
    reason: str  # "rejected", "definition changed", "no longer found", "replaced"
    why: str


@dataclass(frozen=True, slots=True)
class ClaimRestored:
    claim: str
    why: str


@dataclass(frozen=True, slots=True)
class ClaimConfirmed:
    claim: str
    why: str


@dataclass(frozen=True, slots=True)
class ClaimCorrected:
    """Another reading at the same span: `changes` maps field names of ClaimRecorded to their new values."""

    claim: str
    changes: Json
    why: str


# --- estimates and sources ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EstimateDefined:
    """A definition appeared or changed; `definition` is core.definition.Definition as JSON-native values."""

    estimate: str
    definition: Json
    fingerprint: str


@dataclass(frozen=True, slots=True)
class EstimateRetired:
    estimate: str
    why: str


@dataclass(frozen=True, slots=True)
class EstimateRevised:
    """The fold's state changed. `before` and `after` are core.estimate summaries (`before` None the first time)."""

    estimate: str
    before: Json | None
    after: Json
    moved_by: list[str]  # ids of the claims that moved it
    reason: str


@dataclass(frozen=True, slots=True)
class ContradictionOpened:
    estimate: str
    sides: list[Json]  # {originator, low, high, bound, claim}


@dataclass(frozen=True, slots=True)
class ContradictionClosed:
    estimate: str
    why: str


@dataclass(frozen=True, slots=True)
class EstimatePinned:
    estimate: str
    low: Number
    best: Number
    high: Number
    why: str


@dataclass(frozen=True, slots=True)
class EstimateUnpinned:
    estimate: str
    why: str


@dataclass(frozen=True, slots=True)
class EstimateRebased:
    """A publisher began to count anew on `day` (ISO date): what it gave for earlier days no longer counts.

    `originator` None: everybody's figures of earlier days. `day` None takes an earlier rebase back.
    """

    estimate: str
    originator: str | None
    day: str | None
    why: str


@dataclass(frozen=True, slots=True)
class EstimateSnoozed:
    """Nothing is sent about it until then (ISO), but for a move of the best figure by `unless_percent` or more."""

    estimate: str
    until: str
    why: str
    unless_percent: float | None = None


@dataclass(frozen=True, slots=True)
class RuleStarted:
    """A rule judged an estimate for the first time and told nothing: what it measures changes from until it does.

    `value` is like AlertRaised's `notified`, its rule the one that told it (None: nobody was told); None where nothing
    was known. `told_by`: the alert that told it.
    """

    estimate: str
    rule: str
    value: Json | None = None
    told_by: str | None = None


@dataclass(frozen=True, slots=True)
class SourcesDefined:
    """Aliases and grades change the fold, so they are events; entries are core.source.Source as JSON-native values."""

    entries: list[Json]
    fingerprint: str


# --- alerts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """Something deserves a message. One delivery per channel named in `channels` is queued in the same transaction.

    `reason` is the decision in words; `notified` is the value that later changes are compared with.
    """

    alert: str
    kind: str
    estimate: str | None
    severity: str
    title: str
    text: str
    reason: str
    channels: list[str]
    before: Json | None = None
    after: Json | None = None
    evidence: list[Json] = field(default_factory=list)
    notified: Json | None = None
    corrects: str | None = None  # the alert that this one corrects
    revision: int | None = None  # position of the EstimateRevised behind it


@dataclass(frozen=True, slots=True)
class AlertDelivered:
    alert: str
    channel: str
    attempt: int
    repeat: bool = False  # an earlier attempt had no known outcome
    merged_into: str | None = None  # the newer alert in whose message it went out


@dataclass(frozen=True, slots=True)
class AlertAbandoned:
    """A dead letter: the error was permanent, or a day of attempts failed."""

    alert: str
    channel: str
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class AlertAcknowledged:
    alert: str
    why: str


@dataclass(frozen=True, slots=True)
class DeliveryRequeued:
    alert: str
    channel: str
    why: str


@dataclass(frozen=True, slots=True)
class DeliveryDropped:
    alert: str
    channel: str
    why: str


@dataclass(frozen=True, slots=True)
class DigestRaised:
    """A digest for one local day; delivered like an alert, under the alert id in `alert`."""

    alert: str
    name: str
    day: str  # local date, ISO
    title: str
    text: str
    channels: list[str]


Event = (
    ArticleReceived
    | ArticleSeenAgain
    | ArticleDated
    | ArticleGrouped
    | ArticleReplaced
    | ArticleRedacted
    | FileRejected
    | ClaimRecorded
    | ClaimWithdrawn
    | ClaimRestored
    | ClaimConfirmed
    | ClaimCorrected
    | EstimateDefined
    | EstimateRetired
    | EstimateRevised
    | ContradictionOpened
    | ContradictionClosed
    | EstimatePinned
    | EstimateUnpinned
    | EstimateRebased
    | EstimateSnoozed
    | RuleStarted
    | SourcesDefined
    | AlertRaised
    | AlertDelivered
    | AlertAbandoned
    | AlertAcknowledged
    | DeliveryRequeued
    | DeliveryDropped
    | DigestRaised
)


# --- stream names ---------------------------------------------------------------------------------------------------

SOURCES_STREAM = "sources"


def article_stream(article: str) -> str:
    return f"article-{article}"


def file_stream(path: str, size: int, mtime_ns: int) -> str:
    """A changed file is another stream, so a rejection never blocks its retry."""
    return "file-" + digest(path, str(size), str(mtime_ns))


def claim_stream(claim: str) -> str:
    return f"claim-{claim}"


def estimate_stream(estimate: str) -> str:
    return f"estimate-{estimate}"


def alert_stream(alert: str) -> str:
    return f"alert-{alert}"


def digest_stream(name: str, day: str) -> str:
    return f"digest-{name}-{day}"


def alert_id(rule: str, estimate: str, revision: int | str) -> str:
    """Computed, never random: raising one alert twice meets the same stream."""
    return digest(rule, estimate, str(revision))


def digest(*parts: str) -> str:
    """The short hash behind computed names: 16 hex digits over the parts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]
