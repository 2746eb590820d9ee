"""Inside a sender process: one message through apprise. The only importer of apprise.

apprise answers yes or no, so the two transports under nearly all of its services are watched here: requests and
smtplib note each status and exception, from which outcome.judge tells a dead address from a passing fault.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import math
import re
import smtplib
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import apprise
import requests

from tallywire.deliver.channels import schema_of, scrub
from tallywire.deliver.limits import cut
from tallywire.deliver.outcome import Exchange, Outcome, judge, unquoted
from tallywire.deliver.rich import PICTURE

_MAX_REDIRECTS: Final = 5
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_JSON: Final = frozenset({"json", "jsons"})
# A re-used e-mail object sleeps 5.5 s between two sends; other services' objects hold logins worth keeping.
_MAIL: Final = frozenset({"mailto", "mailtos"})

_mail: Any = import_module("apprise.plugins.email.base")
_exchanges: list[Exchange] = []
_original_request: Final = requests.Session.request


class _Complaints(logging.Handler):
    """Keeps the last warning of apprise: the only place where it says why a URL is bad."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(ValueError, TypeError):
            self.last = record.getMessage()


_complaints: Final = _Complaints()


# --- watching the transports ----------------------------------------------------------------------------------------


def complaint(url: str) -> str | None:
    """What apprise has against a channel's URL, without its secrets; None where it takes it. Sends nothing."""
    _hush()
    _complaints.last = ""
    return None if apprise.Apprise.instantiate(url) is not None else _bad_url(url)


def _hush() -> None:
    """apprise's own DEBUG lines print tokens and payloads."""
    logger = logging.getLogger("apprise")
    logger.handlers[:] = [_complaints]
    logger.propagate = False
    logger.setLevel(logging.WARNING)


def watch_transports() -> None:
    """Once per sender process, before the first send."""
    requests.Session.request = _request  # type: ignore[method-assign, assignment]
    for step in ("connect", "starttls", "login", "sendmail"):
        setattr(smtplib.SMTP, step, _watched(step, getattr(smtplib.SMTP, step)))
    _hush()


def _request(self: requests.Session, method: str, url: str, **kwargs: Any) -> requests.Response:
    self.max_redirects = _MAX_REDIRECTS
    sent = method.upper() not in _READING
    try:
        response = _original_request(self, method, url, **kwargs)
    except requests.RequestException as error:
        _exchanges.append(Exchange("http", method, error=_name(error), sent=sent))
        raise
    _exchanges.append(
        Exchange("http", method, response.status_code, retry_after(response.headers.get("Retry-After")), sent=sent)
    )
    return response


def _name(error: BaseException) -> str:
    """The class of what went wrong at the bottom: requests calls a refused connection and a cut one the same."""
    seen = error
    while (inner := getattr(seen, "reason", None) or (seen.args[0] if seen.args else None)) is not None:
        if not isinstance(inner, BaseException):
            break
        seen = inner
    return type(seen).__name__ if isinstance(error, requests.ConnectionError) else type(error).__name__


def retry_after(value: str | None) -> float | None:
    """Seconds from a Retry-After header, which holds seconds or a date."""
    if not value:
        return None
    with contextlib.suppress(ValueError):
        seconds = float(value)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        at = parsedate_to_datetime(value)
        return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
    return None


def _watched(step: str, original: Callable[..., Any]) -> Callable[..., Any]:
    def call(self: smtplib.SMTP, *args: Any, **kwargs: Any) -> Any:
        sent = step == "sendmail"
        try:
            answer = original(self, *args, **kwargs)
        except (OSError, smtplib.SMTPException) as error:
            code = _code(error)
            # Without a code the line broke, perhaps after the message was taken.
            _exchanges.append(Exchange("smtp", step, code, None, type(error).__name__, sent and code is None))
            raise
        if sent:
            _exchanges.append(Exchange("smtp", step, sent=True))
            for code, _ in answer.values():
                _exchanges.append(Exchange("smtp", step, code, error="SMTPRecipientsRefused"))
        return answer

    return call


def _code(error: BaseException) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min(code for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code if error.smtp_code > 0 else None
    return None


# --- sending --------------------------------------------------------------------------------------------------------


class Postman:
    """Sends for one channel; keeps the service object warm between sends."""

    def __init__(self) -> None:
        # No redirects unless the URL asks: a redirected POST becomes a GET, and its 200 would count as delivered.
        self._asset = apprise.AppriseAsset(
            app_id="Tallywire",
            app_desc="Tallywire alerts",
            async_mode=False,
            http_redirects=False,
            service_timeout=0,
            image_url_mask="",  # else chats fetch apprise's icons from a third party for each message
            image_url_logo="",
        )
        self._service: Any = None
        self._url: str | None = None
        self._extras: dict[str, Any] = {}

    def send(self, frame: dict[str, Any]) -> Outcome:
        """One message: {"url", "title", "body", "html", "payload", "type", "chart" (base64), "caption", "deadline"
        (seconds)}.
        """
        _exchanges.clear()
        _complaints.last = ""
        url = str(frame["url"])
        with self._ready(url) as service:
            if service is None:
                return Outcome("permanent", _bad_url(url))
            self._prepare(service, frame)
            outcome = self._notify(service, frame)
            if outcome.state != "delivered":
                self._url = None  # a login may have expired: the next try starts afresh
            return outcome

    @contextlib.contextmanager
    def _ready(self, url: str) -> Iterator[Any]:
        if url != self._url:
            self._service = apprise.Apprise.instantiate(url, asset=self._asset)
            self._url = url
            self._extras = dict(getattr(self._service, "payload_extras", None) or {})
        yield self._service
        if schema_of(url) in _MAIL:
            self._url = None

    def _prepare(self, service: Any, frame: dict[str, Any]) -> None:
        service.retry = 0  # retries are the outbox's: apprise's own repeat a 404 too
        timeout = float(frame["deadline"]) * 0.75
        if "rto=" not in frame["url"]:
            service.socket_read_timeout = timeout
        if "cto=" not in frame["url"]:
            service.socket_connect_timeout = timeout
        if frame.get("payload") is not None and schema_of(frame["url"]) in _JSON:
            # apprise's json:// posts "payload extras" as they are and drops own fields that are set to nothing.
            service.payload_extras = {**self._extras, "version": "", "attachments": "", "type": "", **frame["payload"]}

    def _notify(self, service: Any, frame: dict[str, Any]) -> Outcome:
        bundle = apprise.Apprise(asset=self._asset)
        bundle.add(service)
        title, body, form = _worded(service, frame)
        is_pictured = form == apprise.NotifyFormat.HTML and schema_of(frame["url"]) in _MAIL
        with _plain_alternative(frame["body"]), _picture(frame.get("chart") if is_pictured else None) as attach:
            service.inline = attach is not None  # one mail with its picture in it
            accepted = bool(
                bundle.notify(title=title, body=body, body_format=form, notify_type=frame["type"], attach=attach)
            )
        # apprise ends with the status once more: "... Page not found., error=404."
        said = re.sub(r",? error=\S*$", "", _complaints.last).rstrip(" .,")
        complaint = unquoted(scrub(said, frame["url"])[:200], frame["title"], frame["body"])
        return judge(accepted, tuple(_exchanges), complaint, recipients=len(service))

    def has_picture_to_send(self, frame: dict[str, Any]) -> bool:
        """Whether the picture is still to follow: mails hold it, and some services take none."""
        if not frame.get("chart") or schema_of(frame["url"]) in _MAIL:
            return False
        return bool(self._service is not None and self._service.attachment_support)

    def send_picture(self, frame: dict[str, Any]) -> bool:
        """The chart as a message of its own."""
        bundle = apprise.Apprise(asset=self._asset)
        bundle.add(self._service)
        with _picture(frame["chart"]) as attach:
            return bool(bundle.notify(body=frame["caption"], attach=attach, notify_type=frame["type"]))


@contextlib.contextmanager
def _picture(chart: str | None) -> Iterator[Any]:
    """The chart as apprise takes it: a file, for some of its services can't send what is only in memory.

    None where there is none, or no place to put it.
    """
    with contextlib.ExitStack() as stack:
        attach = None
        with contextlib.suppress(OSError, ValueError):
            if chart:
                path = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tallywire-"))) / PICTURE
                path.write_bytes(base64.b64decode(chart))
                attach = apprise.AppriseAttachment()
                attach.add(str(path))
        yield attach


@contextlib.contextmanager
def _plain_alternative(body: str) -> Iterator[None]:
    """The text beside a mail's HTML is the message's own, not what apprise makes of the HTML."""
    original = _mail.convert_between
    _mail.convert_between = lambda *_: body
    try:
        yield
    finally:
        _mail.convert_between = original


def _worded(service: Any, frame: dict[str, Any]) -> tuple[str, str, Any]:
    """Title, body and format: HTML where there is some, the service takes it and the URL does not say otherwise."""
    html, wanted = frame.get("html"), apprise.NotifyFormat.HTML
    if html and service.resolve_format(wanted) == wanted and len(html) * 2 < service.body_maxlen:
        return cut(frame["title"], int(service.title_maxlen) or 200), html, wanted
    return (*_fitted(service, frame["title"], frame["body"]), apprise.NotifyFormat.TEXT)


def _bad_url(url: str) -> str:
    return f"apprise takes no such {schema_of(url)}:// URL: {scrub(_complaints.last, url)[:200]}"


def _fitted(service: Any, title: str, body: str) -> tuple[str, str]:
    """The service's own limits have the last word: render's table does not know all of apprise's services."""
    limit = int(service.body_maxlen)
    if service.title_maxlen > 0:
        title = cut(title, int(service.title_maxlen))
    if service.title_maxlen <= 0 or getattr(service, "overflow_amalgamate_title", False):
        limit -= len(title) + 2
    return title, cut(body, limit)
