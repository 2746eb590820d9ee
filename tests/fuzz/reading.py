"""Targets of the reader: every format, and the guess of a text's encoding."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from datetime import date
from functools import partial
from pathlib import Path

from hypothesis import strategies as st

from tallywire import read
from tallywire.read import encoding
from tallywire.read import text as texts
from tests.flow import texts as articles
from tests.fuzz.damage import TEXT, damaged, soup
from tests.fuzz.target import Target
from tests.read import samples

SUFFIXES = ("txt", "md", "html", "json", "jsonl", "eml", "mhtml", "pdf", "docx", "rtf", "bin", "")
REASONS = frozenset(
    "empty|binary|too large|broken json|no text|unsupported format|encrypted|too many pages|too deep|damaged"
    "|parser out of memory".split("|")
)
WHOLE = {
    "html": samples.html().encode(),
    "json": samples.record(),
    "eml": samples.forwarded(),
    "mhtml": samples.saved_page(),
    "pdf": samples.article_pdf(),
    "docx": samples.word(),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("text", "title", "published", "author", "articles", "url", "x")), inner, max_size=4
        )
    ),
    max_leaves=12,
)
_PLAIN = [
    text.encode() for text in (samples.text(), articles.FIRST, articles.AGAIN, articles.KILLED, articles.NO_NUMBERS)
]
_TAGS = [
    *(f"<{name}>".encode() for name in "p div b table tr td ul li h1 article nav script style title svg math".split()),
    *(f"</{name}>".encode() for name in "p div b table tr td ul li h1 article nav script style title svg math".split()),
    *(b"<!--", b"-->", b"<![CDATA[", b"<!DOCTYPE html>", b"<?xml version='1.0'?>", b"<br/>", b"<p class='caption'>"),
    *(b"<meta charset=utf-7>", b'<meta charset="utf-16">', b"<base href='//x'>", b"<time datetime='2025-99-99'>"),
    *(b'<script type="application/ld+json">', b'{"@type":"NewsArticle","datePublished":[],"author":{"name":[3]}}'),
    *(b'{"@graph":[{"@type":["NewsArticle"],"headline":7,"publisher":"x","articleBody":null}]}', b"<a href='/'>"),
    *(b"About 3,000 soldiers came. ", b"Read also:", b"March 27, 2025 ", b"HARBOURTOWN (Reuters) - ", b"&amp;&lt;"),
]
_LINES = [
    *(b"From: a@example.org\n", b"Subject: =?utf-8?q?=41=?=\n", b"Date: Thu, 27 Mar 2025 08:49:00 +0000\n", b"\n"),
    *(b"Date: Thu, 99 Foo 2025\n", b"MIME-Version: 1.0\n", b"Content-Type: multipart/mixed; boundary=x\n", b"--x\n"),
    *(b"Content-Type: text/html; charset=utf-7\n", b"Content-Transfer-Encoding: base64\n", b"--x--\n", b"PGI+\n"),
    *(b"Content-Type: text/plain; charset=nonsense\n", b"Content-Transfer-Encoding: quoted-printable\n", b"=3D=\n"),
    *(b"Content-Type: message/rfc822\n", b"Content-Disposition: attachment; filename*=x''%FF\n", b"3,000 came.\n"),
    *(b"---------- Forwarded message ---------\n", b"> quoted\n", b"On 1 May 2025, Ann wrote:\n", b"-- \n"),
]
_MARKS = [
    *(b"# ", b"## ", b"- ", b"* ", b"1. ", b"> ", b"```\n", b"---\n", b"title: x\n", b"published: 2025-01-01\n", b"|"),
    *(b"[a](b)", b"![a](b)", b"**", b"_", b"~~", b"<b>", b"&nbsp;", b"\n", b"\n\n", b"Updated: ", b"By Ann Example\n"),
    *(b"March 29, 2025, 8:49 AM\n", b"Published 3 May\n", b"KYIV, May 5 (Post) - ", b"Read also:\n", b"3,000 came. "),
]
_OPERATORS = [
    *(b"BT ", b"ET ", b"/F1 12 Tf ", b"(3,000 came) Tj ", b"T* ", b"[(a) -250 (b)] TJ ", b"/X Do ", b"q ", b"Q "),
    *(b"1 0 0 1 0 0 cm ", b"<< /Type /Page >>", b"/Kids [3 0 R]", b"/Count -1", b"/Length 99999999", b"endstream\n"),
    *(b"/Filter /FlateDecode", b"/Filter [/ASCIIHexDecode /LZWDecode]", b"1 0 obj\n", b"endobj\n", b"xref\n0 1\n"),
    *(b"/CreationDate (D:99999999999999)", b"/Title <FEFF>", b"/Encrypt 2 0 R", b"/ToUnicode 4 0 R", b"trailer <<>>"),
]
_ODD_JSON = (b'"text":', b"[", b"]", b"{", b"}", b",", b":", b"null", b'"\\ud800"', b'"published":', b"1e400", b'"a"')


def attempt(data: bytes, name: str) -> None:
    """A file ends as articles or as a refusal with one of the known reasons; ours is never the line that broke."""
    try:
        found = read.read(data, name)
    except read.Rejected as refusal:
        assert refusal.reason in REASONS, refusal.reason
        refuse_own_fault(refusal.__cause__)
        return
    for article in found:
        article.text.encode()
        assert any(c.isalpha() for c in article.text) and len(article.text) <= read.LIMITS.characters
        assert texts.clean(article.text) == article.text
        assert article.published is None or date.fromisoformat(article.published[:10])
        for value in (article.title, article.outlet, article.author, article.url):
            assert value is None or (value and "\n" not in value), repr(value)
            json.dumps(value, ensure_ascii=False).encode()
    if zlib.crc32(data) % 8 == 0:
        assert read.read(data, name) == found, "read again, it is another article"


def refuse_own_fault(error: BaseException | None) -> None:
    """What a foreign parser raises is an answer about the file; what our own lines raise is a fault in them."""
    trace = error.__traceback__ if error else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if error is not None and trace is not None and "tallywire" in Path(trace.tb_frame.f_code.co_filename).parts:
        raise error


def _any_name(data: bytes) -> None:
    suffix, _, rest = data.partition(b"\n")
    attempt(rest, f"a.{suffix.decode('utf-8', 'replace')}")


def _decode(data: bytes) -> None:
    """The first line is what a header declares."""
    declared, _, rest = data.partition(b"\n")
    try:
        text = encoding.decode(rest, declared.decode("latin-1") or None)
    except read.Rejected as refusal:
        assert refusal.reason == "binary"
        return
    texts.clean(text).encode()
    encoding.is_binary(rest)


def _word(document: bytes) -> bytes:
    """A Word file with this for its document; the other parts are a real one's."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE["docx"])) as whole, zipfile.ZipFile(out, "w") as made:
        for name in whole.namelist():
            made.writestr(name, document if name == "word/document.xml" else whole.read(name))
    return out.getvalue()


def _document() -> bytes:
    with zipfile.ZipFile(io.BytesIO(WHOLE["docx"])) as whole:
        return whole.read("word/document.xml")


def _records() -> st.SearchStrategy[bytes]:
    made = JSON.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass"))
    return made | damaged([WHOLE["json"], articles.MORE.encode()], _ODD_JSON) | soup(_ODD_JSON)


def _declared() -> st.SearchStrategy[bytes]:
    labels = [b"", b"x", b"\x00", *(b"utf-8 utf-7 utf-16 utf-32 cp1251 koi8-r hz iso-2022-jp gb18030".split())]
    labels += b"rot13 idna punycode undefined unicode_escape raw_unicode_escape base64 utf-8-sig cp65001".split()
    wholes = [article.decode().encode(charset, "replace") for article in _PLAIN for charset in ("utf-8", "utf-16-le")]
    wholes += ["Ответ из Москвы: 3000 солдат.".encode(c) for c in ("cp1251", "koi8-r", "utf-8", "utf-16")]
    return st.builds(lambda label, data: label + b"\n" + data, st.sampled_from(labels), damaged(wholes))


def _named() -> st.SearchStrategy[bytes]:
    data = st.binary(max_size=300) | TEXT | damaged([*WHOLE.values(), *_PLAIN])
    return st.builds(lambda suffix, data: suffix.encode() + b"\n" + data, st.sampled_from(SUFFIXES), data)


def _as(suffix: str) -> partial[None]:
    return partial(attempt, name=f"a.{suffix}")


TARGETS = (
    Target("text", damaged(_PLAIN, _MARKS) | soup(_MARKS) | TEXT, _as("txt")),
    Target("markdown", damaged(_PLAIN, _MARKS) | soup(_MARKS), _as("md")),
    Target("html", damaged([WHOLE["html"]], _TAGS) | soup(_TAGS), _as("html")),
    Target("mhtml", damaged([WHOLE["mhtml"]], [*_LINES, *_TAGS]), _as("mhtml")),
    Target("mail", damaged([WHOLE["eml"], samples.mail()], _LINES) | soup(_LINES), _as("eml")),
    Target("pdf", damaged([WHOLE["pdf"]], _OPERATORS), _as("pdf")),
    Target("docx", damaged([WHOLE["docx"]]) | damaged([_document()], _TAGS).map(_word), _as("docx")),
    Target("json", _records(), _as("json")),
    Target("jsonl", st.lists(_records(), max_size=4).map(b"\n".join), _as("jsonl")),
    Target("any name", _named(), _any_name),
    Target("encoding", _declared(), _decode),
)
