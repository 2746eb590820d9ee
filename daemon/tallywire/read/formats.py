"""The table of formats, and which one a file is in: decided by its content, the suffix breaking ties."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tallywire.read import encoding, plain, record
from tallywire.read.draft import Draft
from tallywire.read.limits import Rejected

_HEAD: Final = 4096
_HTML: Final = re.compile(
    rb"(?:\s|<!--(?:[^-]|-(?!->))*+-->|<\?xml[^>]*+>)*+<(?:!doctype\s+html|html|head|body|meta|title|article|main|section|div|p)\b",
    re.IGNORECASE,
)
_JSON: Final = re.compile(rb"\s*(?:\{\s*(?:\"|\}|\Z)|\[\s*(?:\{|\"|\]|\d|\Z))")
_XML: Final = re.compile(rb"\s*<\?xml\b|\s*<(?:rss|feed|svg|xml)\b", re.IGNORECASE)
_MAIL: Final = re.compile(rb"(?:From |[A-Za-z][A-Za-z0-9-]{1,40}:[^\n]*\n(?:[ \t][^\n]*\n)*)")
_MAIL_NEEDS: Final = re.compile(rb"^(?:from|mime-version|received|message-id|subject|return-path):", re.I | re.M)
_SUFFIX: Final = re.compile(r"\.([a-z][a-z0-9]{0,8})$")


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is recognised and read.

    `foreign` says that its parser works on bytes that a stranger can shape against it, and belongs in a child process.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes, str], bool]  # the first bytes and the suffix
    reader: Callable[[bytes, str], list[Draft]]
    foreign: bool = False


def suffix(name: str) -> str:
    """ "a/Report.TXT" -> "txt"; "" where what follows the last dot is no suffix ("U.S. troops")."""
    found = _SUFFIX.search(name.lower())
    return found[1] if found else ""


def find(data: bytes, name: str) -> Format:
    """The format of a file. Raises Rejected("unsupported format" | "binary")."""
    head, ending = data[:_HEAD], suffix(name)
    for known in FORMATS:
        if known.sniff(head, ending):
            return known
    _refuse_known(head, ending)
    if encoding.is_binary(data):
        raise Rejected("binary", "the bytes are no text, and no format that is read here")
    return _TEXT if ending not in _MARKDOWN.suffixes else _MARKDOWN


def _refuse_known(head: bytes, ending: str) -> None:
    for magic, (reason, advice) in _REFUSED.items():
        if head.startswith(magic):
            raise Rejected(reason, advice)
    if _XML.match(head):
        raise Rejected("unsupported format", "XML; save the article itself as HTML or text")
    if ending in _NO_ARTICLES:
        raise Rejected("unsupported format", f".{ending} files hold no articles; rename it to .txt if this one does")


def _html(data: bytes, name: str) -> list[Draft]:
    from tallywire.read import web  # late: lxml

    return web.read_html(data, name)


def _is_html(head: bytes, ending: str) -> bool:
    if b"\x00" in head:  # UTF-16
        head = head.replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    head = head.removeprefix(b"\xef\xbb\xbf")
    if ending in ("html", "htm", "xhtml", "shtml"):
        return not head.startswith(tuple(_REFUSED)) and not _JSON.match(head) and not encoding.is_binary(head)
    return _HTML.match(head) is not None and ending not in ("md", "markdown")


def _starts_json(head: bytes) -> bool:
    return _JSON.match(head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")) is not None


def _is_json(head: bytes, ending: str) -> bool:
    return ending == "json" or (ending not in ("md", "markdown", "jsonl", "ndjson") and _starts_json(head))


def _is_jsonl(head: bytes, ending: str) -> bool:
    return ending in ("jsonl", "ndjson")


_TEXT: Final = Format("text", ("txt", "text", ""), lambda head, ending: False, plain.read_text)
_MARKDOWN: Final = Format("markdown", ("md", "markdown"), lambda head, ending: False, plain.read_markdown)

FORMATS: Final[tuple[Format, ...]] = (
    Format("html", ("html", "htm", "xhtml"), _is_html, _html, foreign=True),
    Format("jsonl", ("jsonl", "ndjson"), _is_jsonl, record.read_jsonl),
    Format("json", ("json",), _is_json, record.read_json),
    _MARKDOWN,
    _TEXT,
)

_PICTURE: Final = ("binary", "a picture; its text can't be read")
_SOUND: Final = ("binary", "sound or video")
_ARCHIVE: Final = ("unsupported format", "an archive; unpack it first")
_REFUSED: Final[dict[bytes, tuple[str, str]]] = {
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF8": _PICTURE,
    b"RIFF": _SOUND,
    b"ID3": _SOUND,
    b"OggS": _SOUND,
    b"\x7fELF": ("binary", "a program"),
    b"MZ\x90": ("binary", "a program"),
    b"SQLite format 3": ("binary", "a database"),
    b"\x1f\x8b": _ARCHIVE,
    b"BZh": _ARCHIVE,
    b"\xfd7zXZ": _ARCHIVE,
    b"7z\xbc\xaf": _ARCHIVE,
    b"Rar!": _ARCHIVE,
    b"PK\x03\x04": _ARCHIVE,
    b"{\\rtf": ("unsupported format", "RTF; save it as .docx or .txt"),
    b"\xd0\xcf\x11\xe0": (
        "unsupported format",
        "an old or an encrypted Word file; save it as .docx, unlocked",
    ),
}
_NO_ARTICLES: Final = frozenset(
    "csv tsv log py js ts css yaml yml ini toml cfg conf sql sh bat ps1 c h cpp java go rs rb php ics vcf".split()
)
