"""The table of formats, and which one a file is in: decided by its content, the suffix breaking ties."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from tallywire.read import encoding, plain, record
from tallywire.read.draft import Draft
from tallywire.read.limits import Rejected

Reader = Callable[[bytes, str], list[Draft]]

_HEAD: Final = 4096
_HTML: Final = re.compile(
    rb"(?:\s|<!--(?:[^-]|-(?!->))*+-->|<\?xml[^>]*+>)*+"
    rb"<(?:!doctype\s+html|html|head|body|meta|title|article|main|section|div|p)\b",
    re.IGNORECASE,
)
_JSON: Final = re.compile(rb"\s*(?:\{\s*(?:\"|\}|\Z)|\[\s*(?:\{|\"|\]|\d|\Z))")
_XML: Final = re.compile(rb"\s*<\?xml\b|\s*<(?:rss|feed|svg|xml)\b", re.IGNORECASE)
_MAIL: Final = re.compile(rb"(?:From [^\n]*\n)?(?:[A-Za-z][A-Za-z0-9-]{1,40}:[^\n]*\n(?:[ \t]+[^\s][^\n]*\n)*){2,}")
_FIELD: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:From |[A-Za-z][A-Za-z0-9-]{1,40}:)")
_MAIL_ONLY: Final = re.compile(rb"^(?:mime-version|received|message-id|return-path|content-type):", re.I | re.M)
_LETTER: Final = re.compile(rb"^from:.*@", re.I | re.M)
_SAVED: Final = re.compile(rb"^snapshot-content-location:|^from:.*saved by|^x-maf", re.I | re.M)
_SUFFIX: Final = re.compile(r"\.([a-z][a-z0-9]{0,8})$")
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is recognised and read.

    `foreign` says that its parser works on bytes that a stranger can shape against it, and belongs in a child process.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes, str], bool]  # of the whole data and the suffix
    reader: Reader
    foreign: bool = False


def suffix(name: str) -> str:
    """ "a/Report.TXT" -> "txt"; "" where what follows the last dot is no suffix ("U.S. troops")."""
    found = _SUFFIX.search(name.lower())
    return found[1] if found else ""


def find(data: bytes, name: str) -> Format:
    """The format of a file. Raises Rejected("unsupported format" | "encrypted" | "binary")."""
    ending = suffix(name)
    for known in FORMATS:
        if known.sniff(data, ending):
            return known
    _refuse_known(data, ending)
    if encoding.is_binary(data):
        raise Rejected("binary", "the bytes are no text, and no format that is read here")
    return _MARKDOWN if ending in _MARKDOWN.suffixes else _TEXT


def needs_isolation(known: Format, data: bytes) -> bool:
    """Whether a file is for the child process: its format's parser is foreign, or its JSON holds HTML."""
    return known.foreign or (known.name in ("json", "jsonl") and (b"<" in data or b"\\u003c" in data.lower()))


def _refuse_known(data: bytes, ending: str) -> None:
    for magic, (reason, advice) in _REFUSED.items():
        if data.startswith(magic):
            raise Rejected(reason, advice)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Rejected("encrypted", "the Word file needs a password")
        raise Rejected("unsupported format", "an old Office file; save it as .docx")
    if _XML.match(data[:_HEAD]):
        raise Rejected("unsupported format", "XML; save the article itself as HTML or text")
    if ending in _NO_ARTICLES:
        raise Rejected("unsupported format", f".{ending} files hold no articles; rename it to .txt if this one does")


def _late(module: str, function: str) -> Reader:
    """A reader whose module, and the heavy library that it needs, is imported when a file of its format comes."""

    def run(data: bytes, name: str) -> list[Draft]:
        reader: Reader = getattr(import_module(f"tallywire.read.{module}"), function)
        return reader(data, name)

    return run


def _head(data: bytes) -> bytes:
    """The beginning as one byte a character, without a mark."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if head.startswith(_WIDE_MARKS) or b"\x00" in head[:2]:
        head = head.replace(b"\x00", b"").lstrip(b"\xff\xfe")
    return head


def _is_pdf(data: bytes, ending: str) -> bool:
    return b"%PDF-" in data[:1024] and (ending == "pdf" or data.lstrip().startswith(b"%PDF-"))


def _is_word(data: bytes, ending: str) -> bool:
    return data.startswith(b"PK\x03\x04") and (ending == "docx" or b"word/document" in data)


def _mail_head(data: bytes) -> re.Match[bytes] | None:
    return _MAIL.match(data[: 8 * _HEAD].removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n"))


def _is_saved_page(data: bytes, ending: str) -> bool:
    head = _mail_head(data)
    return head is not None and (ending in ("mhtml", "mht") or _SAVED.search(head.group()) is not None)


def _is_mail(data: bytes, ending: str) -> bool:
    head = _mail_head(data)
    if head is None or ending == "eml":
        return ending == "eml" and _FIELD.match(data) is not None
    return _MAIL_ONLY.search(head.group()) is not None and _LETTER.search(head.group()) is not None


def _is_html(data: bytes, ending: str) -> bool:
    head = _head(data)
    if ending in ("html", "htm", "xhtml", "shtml"):
        known = data.startswith((*_REFUSED, _OLE)) or _JSON.match(head) is not None
        return not known and not encoding.is_binary(data)
    return _HTML.match(head) is not None and ending not in ("md", "markdown")


def _is_json(data: bytes, ending: str) -> bool:
    return ending == "json" or (ending not in ("md", "markdown") and _JSON.match(_head(data)) is not None)


def _is_jsonl(data: bytes, ending: str) -> bool:
    return ending in ("jsonl", "ndjson")


def _never(data: bytes, ending: str) -> bool:
    return False


_TEXT: Final = Format("text", ("txt", "text"), _never, plain.read_text)  # what no other format claims
_MARKDOWN: Final = Format("markdown", ("md", "markdown"), _never, plain.read_markdown)

FORMATS: Final[tuple[Format, ...]] = (
    Format("pdf", ("pdf",), _is_pdf, _late("pdf", "read_pdf"), foreign=True),
    Format("docx", ("docx",), _is_word, _late("word", "read_word"), foreign=True),
    Format("mhtml", ("mhtml", "mht"), _is_saved_page, _late("mail", "read_saved_page"), foreign=True),
    Format("mail", ("eml",), _is_mail, _late("mail", "read_mail"), foreign=True),
    Format("html", ("html", "htm", "xhtml"), _is_html, _late("web", "read_html"), foreign=True),
    Format("jsonl", ("jsonl", "ndjson"), _is_jsonl, record.read_jsonl),
    Format("json", ("json",), _is_json, record.read_json),
    _MARKDOWN,
    _TEXT,
)

_PICTURE: Final = ("binary", "a picture; its text can't be read")
_SOUND: Final = ("binary", "sound or video")
_ARCHIVE: Final = ("unsupported format", "an archive; unpack it first")
_OLE: Final = b"\xd0\xcf\x11\xe0"
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
}
_NO_ARTICLES: Final = frozenset(
    "csv tsv log py js ts css yaml yml ini toml cfg conf sql sh bat ps1 c h cpp java go rs rb php ics vcf".split()
)
