"""A claim as the fold sees it: verdicts, article dates and canonical names are applied already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tallywire.core.claim import Kind, Status
from tallywire.core.quantity import Bound, Number


@dataclass(frozen=True, slots=True)
class Standing:
    """One claim that nobody withdrew.

    `originator` is the canonical name of who is cited, None where nobody is. A cited name that sources.yaml calls an
    outlet belongs in `outlet`, not here: an outlet quoting somebody is never a second voice. `published` is the
    article's ISO date or date-time; `as_of` an ISO date of any precision, or an interval "a/b". `group` names the
    set of near-duplicate documents that the article belongs to: where no originator is named it speaks as one voice.
    `muted`: sources.yaml leaves who says so out. `since`: its publisher began to count anew on that day.
    """

    id: str
    estimate: str
    article: str
    low: Number | None
    high: Number | None
    bound: Bound
    kind: Kind
    status: Status
    originator: str | None
    outlet: str | None
    published: str | None
    as_of: str | None
    onto: Number | None
    correction: bool
    confirmed: bool = False
    group: str | None = None
    quote: str = ""
    muted: bool = False
    since: date | None = None
