"""What came of a send, judged by what really went over the wire (status codes, replies, exceptions).

apprise itself answers only yes or no. The child notes each exchange beneath it (send.py); `judge` makes one of four
outcomes of them: delivered, permanent (dies at once), passing (tried again), limited (tried again when told to).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

State = Literal["delivered", "permanent", "passing", "limited"]

RATE_LIMITED: Final = "rate limited"  # how such an error begins, in the tables too
_PASSING_STATUS: Final = {407, 408, 409, 421, 423, 424, 425}
_REFUSED = re.compile(
    r"invalid_auth|not_authed|account_inactive|token_revoked|channel_not_found|not_in_channel|is_archived"
    r"|chat not found|unauthori[sz]ed|forbidden|invalid token|no recipients|not supported",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`retry_after`: seconds, as the service asked. `uncertain`: it may have arrived all the same."""

    state: State
    error: str = ""
    retry_after: float | None = None
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One conversation with a service. `status`: HTTP status or SMTP code, None when there was no answer.

    `error` is the exception's class name; `sent`: the message itself may have gone out (not only a look-up or login).
    """

    protocol: Literal["http", "smtp"]
    step: str
    status: int | None = None
    retry_after: float | None = None
    error: str | None = None
    sent: bool = False

    @property
    def went_well(self) -> bool:
        return self.error is None and (self.status is None or 200 <= self.status < 300)


DELIVERED: Final = Outcome("delivered")


def judge(accepted: bool, exchanges: Sequence[Exchange], log: str = "", recipients: int = 1) -> Outcome:
    """The outcome of one send to so many recipients.

    `accepted`: apprise's word; `log`: its last complaint, already scrubbed.
    """
    failed = [e for e in exchanges if not e.went_well]
    turned_away = [e for e in failed if e.sent and e.status is not None and 300 <= e.status < 400]
    if accepted and not turned_away:
        return DELIVERED
    # Some of several recipients may have it, so the next try repeats it for them.
    partly = recipients > 1 and any(e.went_well and e.sent for e in exchanges)
    if not failed:
        state: State = "permanent" if _REFUSED.search(log) else "passing"
        return Outcome(state, _said(log, "the service refused it"), uncertain=partly)
    verdicts = [_judge_one(e) for e in failed]
    worst = min(verdicts, key=lambda o: ("limited", "passing", "permanent").index(o.state))
    uncertain = partly or any(v.uncertain for v in verdicts)
    return Outcome(worst.state, _said(log, worst.error), worst.retry_after, uncertain)


def _judge_one(exchange: Exchange) -> Outcome:
    return _judge_smtp(exchange) if exchange.protocol == "smtp" else _judge_http(exchange)


def _judge_http(exchange: Exchange) -> Outcome:
    status, error = exchange.status, exchange.error
    if error == "TooManyRedirects":
        return Outcome("permanent", "redirected without end")
    if error is not None or status is None:
        # Nothing went out when not even a connection stood; a cut or a silence later leaves it open.
        unsent = error in {"ConnectTimeout", "SSLError", "ProxyError", "NewConnectionError", "NameResolutionError"}
        return Outcome("passing", f"no answer ({error})", uncertain=exchange.sent and not unsent)
    if status == 429 or (status == 503 and exchange.retry_after is not None):
        return Outcome("limited", f"{RATE_LIMITED} (HTTP {status})", exchange.retry_after)
    if status >= 500 or status in _PASSING_STATUS:
        return Outcome("passing", f"HTTP {status}", uncertain=exchange.sent and status in {502, 504})
    if 300 <= status < 400:
        return Outcome("permanent", f"redirected (HTTP {status}): configure the final address")
    return Outcome("permanent", f"HTTP {status}")


def _judge_smtp(exchange: Exchange) -> Outcome:
    if exchange.status is not None:
        state: State = "permanent" if exchange.status >= 500 else "passing"
        return Outcome(state, f"mail server said {exchange.status} at {exchange.step}")
    if exchange.error == "SMTPNotSupportedError":
        return Outcome("permanent", f"the mail server does not support {exchange.step}")
    return Outcome("passing", f"no answer at {exchange.step} ({exchange.error})", uncertain=exchange.sent)


def unquoted(log: str, *sent: str) -> str:
    """The complaint, or nothing where it repeats words of the message: errors are logged, and article text never is."""
    words, message = log.split(), " ".join(" ".join(sent).split())
    quotes = (" ".join(words[at : at + 4]) for at in range(len(words) - 3))
    return "" if any(each in message for each in quotes) else log


def _said(log: str, error: str) -> str:
    return f"{error}: {log}" if log and log not in error else error
