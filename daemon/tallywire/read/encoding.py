"""Bytes to text: byte order marks, UTF-16 without one, declared and guessed charsets, labels that lie."""

from __future__ import annotations

import codecs
import re
from typing import Final

from tallywire.read.limits import Rejected

_SAMPLE: Final = 65_536  # bytes a guess is based on; more makes it slower, not better
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that one's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN: Final = frozenset({"ascii", "iso8859-1", "cp1252", "iso8859-15"})
# Charsets that news is really found in; a wider net makes the guess worse (it then finds Mac and DOS code pages).
_GUESSES: Final = [
    *("cp1251", "koi8_r", "cp1252", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256"),
    *("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "iso2022_jp"),
]
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_LETTER: Final = re.compile(rb"[A-Za-z\x80-\xff]")


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of `data`. `declared` is what a header or meta tag says; it yields where the bytes contradict it.

    Raises Rejected("binary") where the bytes are no text in any charset.
    """
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(charset, "replace")
    if wide := _wide(data):
        return data.decode(wide, "replace")
    _refuse_binary(data)
    known = _python_name(declared)
    if known in ("iso2022_jp", "hz", "utf-7"):  # seven bits: valid as UTF-8 and yet not meant so
        return data.decode(known, "replace")
    try:
        return data.decode("utf-8")  # a text of another charset that is valid UTF-8 by chance is not seen in practice
    except UnicodeDecodeError:
        return data.decode(_other(data, known), "replace")


def is_binary(data: bytes) -> bool:
    """Whether `data` can't be text: more than one control character in a hundred bytes, after the wide charsets."""
    if data.startswith(tuple(mark for mark, _ in _MARKS)) or _wide(data):
        return False
    sample = data[:_SAMPLE]
    return len(_CONTROL.findall(sample)) > 3 + len(sample) // 100


def _refuse_binary(data: bytes) -> None:
    if is_binary(data):
        raise Rejected("binary", "the bytes are no text in any known charset")


def _wide(data: bytes) -> str | None:
    """UTF-16 without its mark: every second byte of European text in it is NUL."""
    sample = data[:4096]
    half = len(sample) // 2
    if half < 4 or 0 not in sample:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 * half and odd < 0.1 * half else None


def _python_name(declared: str | None) -> str | None:
    """The codec for a label, read as browsers do: "iso-8859-1" and "ascii" mean windows-1252."""
    try:
        name = codecs.lookup((declared or "").strip().strip("\"'").lower()).name
        b"a\xff".decode(name, "replace")  # `rot13` is no codec of text; `idna` and `punycode` can't replace
    except (LookupError, UnicodeError, ValueError):
        return None
    return "cp1252" if name in _WESTERN else name


def _other(data: bytes, declared: str | None) -> str:
    """The charset of bytes that are not valid UTF-8."""
    if _almost_utf8(data):
        return "utf-8"
    if declared and declared != "utf-8" and _fits(data, declared):
        return declared
    high, letters = len(_HIGH.findall(data[:_SAMPLE])), len(_LETTER.findall(data[:_SAMPLE]))
    if high < 0.15 * letters:
        return "cp1252"  # Latin letters with a few accents or curly quotes: too little for a guess by statistics
    return _guess(data)


def _fits(data: bytes, declared: str) -> bool:
    """Whether a label is to be believed: a western one on text that is mostly high bytes is a server's default."""
    sample = data[:_SAMPLE]
    if declared == "cp1252" and len(_HIGH.findall(sample)) > 0.4 * len(_LETTER.findall(sample)):
        return False
    return sample.decode(declared, "replace").count("\ufffd") <= len(sample) // 200


def _almost_utf8(data: bytes) -> bool:
    """UTF-8 with a few broken bytes (cut short, two files glued together): most high bytes still form characters."""
    sample = data[:_SAMPLE]
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for c in text if c > "\x7f") - broken
    return whole > 4 * broken


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes  # late: needed for a file in a thousand

    best = from_bytes(data[:_SAMPLE], cp_isolation=_GUESSES, enable_fallback=False).best()
    return best.encoding if best else "cp1252"
