"""Mail (.eml), newsletters and forwarded articles among them; and saved pages (.mhtml), which are mail in form only."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr
from typing import Final

from tallywire.read import dates, encoding, web
from tallywire.read import text as texts
from tallywire.read.draft import Draft
from tallywire.read.limits import LIMITS, Rejected

_PREFIX: Final = re.compile(r"^(?:(?:fwd?|fw|re|aw|wg|tr)\s*:\s*|\[[^\]]{1,40}\]\s*)+", re.IGNORECASE)
_FORWARDED_LABEL: Final = re.compile(
    r"^[\s>*]*(from|date|sent|subject|to|cc|reply-to)\s*:\s*\**\s*(\S.*)$", re.IGNORECASE
)
_QUOTE: Final = re.compile(r"^(?:> ?)+")
_SIGNATURE: Final = re.compile(r"\n-- ?\n(?:[^\n]*\n?){0,12}\Z")
_PRIVATE: Final = frozenset(
    "gmail googlemail outlook hotmail live yahoo icloud me proton protonmail gmx web aol".split()
)


@dataclass(frozen=True, slots=True)
class _Letter:
    """A mail's text and the headers that matter here, its own or those of the mail that it forwards."""

    text: str
    subject: str | None
    sender: str | None
    sent: str | None
    html: bool


def read_mail(data: bytes, name: str) -> list[Draft]:
    """A mail: its subject is the title, its sender the outlet, its date the last word on when it was published.

    A forwarded one is read as the mail that is inside it.
    """
    message = _message(data)
    letter = _letter(message)
    if inner := _forwarded(letter):
        letter = inner
    if not letter.text.strip():
        raise Rejected("no text", "the mail has no text part")
    return [
        Draft(
            letter.text,
            title=_PREFIX.sub("", letter.subject or "") or None,
            outlet=_outlet(letter.sender),
            sent=letter.sent,
            misdated=None if letter.sent else _header(message, "Date"),
            media="message/rfc822",
            reader="mail@1",
        )
    ]


def read_saved_page(data: bytes, name: str) -> list[Draft]:
    """A page saved with all its parts. The mail date in it is the day it was saved, and so is not used."""
    message = _message(data)
    for part in _parts(message):
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            draft = web.page(_decoded(part))
            # A header with a byte of no charset comes as an object, not as text.
            address = str(message.get("Snapshot-Content-Location") or part.get("Content-Location") or "")
            url = draft.url or (address.strip() if address.startswith(("http://", "https://")) else None)
            published = draft.published or dates.in_url(url)
            found = draft.published_from if draft.published else "meta" if published else "none"
            return [
                replace(
                    draft,
                    url=url,
                    published=published,
                    published_from=found,
                    media="multipart/related",
                    reader="mhtml@1",
                )
            ]
    raise Rejected("no text", "the saved page has no HTML part")


def _message(data: bytes) -> Message:
    if data.startswith(b"From "):
        data = data.partition(b"\n")[2]  # the line that mail boxes put before a mail
    return email.message_from_bytes(data, policy=email.policy.compat32)  # the newer policy raises on odd headers


def _parts(message: Message) -> Iterator[Message]:
    """All parts that are no containers, in order; those of a mail that is attached are its own."""
    pending = [(message, 0)]
    seen = 0
    while pending:
        part, depth = pending.pop()
        seen += 1
        if depth > LIMITS.nesting or seen > 10 * LIMITS.nesting:
            raise Rejected("too deep", f"more than {LIMITS.nesting} levels of parts, or far too many parts")
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() == "multipart":
            pending.extend((inner, depth + 1) for inner in reversed(payload) if isinstance(inner, Message))
        else:
            yield part


def _letter(message: Message, depth: int = 0) -> _Letter:
    html, plain, attached = "", "", None
    for part in _parts(message):
        kind = part.get_content_type()
        if kind == "message/rfc822" and depth < 5:
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            attached = attached or (_letter(inner, depth + 1) if isinstance(inner, Message) else None)
        elif kind == "text/html" and not html:
            html = _decoded(part)
        elif kind == "text/plain" and not plain and part.get_content_disposition() != "attachment":
            plain = _decoded(part)
    text = _visible(html) or texts.unwrap(texts.clean(_SIGNATURE.sub("\n", plain)))
    if attached is not None and len(attached.text) > len(text):
        return attached
    sent = dates.parse(_header(message, "Date"))
    return _Letter(text, _header(message, "Subject"), _header(message, "From"), sent, bool(html))


def _visible(html: str) -> str:
    """The HTML part's text; "" where it has none, as in mails that are one picture beside a plain part."""
    try:
        return web.fragment(html) if html else ""
    except Rejected as refusal:
        if refusal.reason != "no text":
            raise
        return ""


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return encoding.decode(payload, part.get_content_charset() or web.declared(payload))


def _header(message: Message, name: str) -> str | None:
    """A header in plain words. Encoded words that do not decode stay as they are."""
    value = message.get(name)
    if value is None:
        return None
    try:
        pieces = decode_header(str(value)[:2000])
    except (ValueError, LookupError):
        return texts.line(str(value)[:500])
    words = [piece if isinstance(piece, str) else encoding.decode(piece, charset) for piece, charset in pieces]
    return texts.line("".join(words))


def _forwarded(letter: _Letter) -> _Letter | None:
    """The mail that is quoted below "From: ..., Date: ..., Subject: ..." near the top of this one, if there is one."""
    lines = letter.text.split("\n")
    filled = [i for i, line in enumerate(lines) if line.strip()]
    found: dict[str, str] = {}
    last = 0
    for i in filled[:40]:
        if match := _FORWARDED_LABEL.match(lines[i]):
            found.setdefault(match[1].lower(), match[2].strip("* "))
            last = i
        elif len(found) > 1:
            break
        else:
            found.clear()
    sent = dates.parse(found.get("date") or found.get("sent"))
    if len(found) < 2 or "from" not in found:
        return None
    text = "\n".join(_QUOTE.sub("", line) for line in lines[last + 1 :])
    return _Letter(text, found.get("subject") or letter.subject, found["from"], sent or letter.sent, letter.html)


def _outlet(sender: str | None) -> str | None:
    """Who sent it: the name, else the domain unless that is one where anybody has an address."""
    if sender and "@" not in sender:
        return sender
    shown, address = parseaddr(sender or "")
    if shown.strip("'\" "):
        return shown.strip("'\" ")
    domain = address.rpartition("@")[2].lower().removeprefix("www.")
    return domain if "." in domain and domain.split(".", 1)[0] not in _PRIVATE else None
