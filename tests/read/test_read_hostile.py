"""Files made to hurt: each ends as an article or a refusal with a reason, in bounded time and memory."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

import pytest
import samples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fuzz.reading import JSON, SUFFIXES, WHOLE, attempt

from tallywire import read
from tallywire.read.isolated import IsolatedReader

NEXT = samples.html().encode()


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    with IsolatedReader(cpu=15, wall=20) as made:
        yield made


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def bomb(size: int) -> bytes:
    return zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w>" + b"0" * size))


def entities(kind: str) -> bytes:
    rows = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE {kind} [<!ENTITY l0 "laugh">{rows}]><{kind}><p>&l11;</p></{kind}>'.encode()


def word_with(document: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(samples.word())) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist() if name != "word/document.xml"]
    return zipped(*members, ("word/document.xml", document))


def looping_pdf() -> bytes:
    return samples.assemble(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 /Parent 3 0 R >>",
            "<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>",
        ]
    )


def self_drawing_pdf() -> bytes:
    """A form that draws itself, twice."""
    stream = "/X Do /X Do"
    return samples.assemble(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
            f"<< /Type /XObject /Subtype /Form /Resources << /XObject << /X 5 0 R >> >> /Length {len(stream)} >>\n"
            f"stream\n{stream}\nendstream",
        ]
    )


HOSTILE = {
    "divs.html": (b"<div>" * 2_000_000, ("too large",)),
    "deep.html": (b"<html><body>" + b"<div>" * 5_000 + b"3,000 soldiers", ("too deep",)),
    "bold.html": (b"<html><body><p>" + b"<b>" * 250_000 + b"3,000 soldiers", ("too deep",)),
    "entities.html": (entities("html"), None),
    "entities.xml": (entities("rss"), ("unsupported format",)),
    "script.html": (b"<html><script>" + b"a" * 10_000_000, ("no text",)),
    "attributes.html": (b"<p " + b"a=1 " * 2_000_000 + b">3,000 soldiers came</p>", None),
    "comments.html": (b"<html>" + b"<!--" * 70_000, None),
    "numbers.html": (b"<html><p>figure " + b"9" * 1_000_000, ("too large",)),
    "bomb.docx": (bomb(150_000_000), ("too large",)),
    "entities.docx": (word_with(entities("w")), ("damaged", "no text")),
    "deep.docx": (word_with(b"<w>" * 100_000), ("damaged",)),
    "cut.docx": (samples.word()[:-200], ("damaged",)),
    "sheet.docx": (zipped(("xl/workbook.xml", b"<x/>")), ("unsupported format",)),
    "loop.pdf": (looping_pdf(), None),
    "drawing.pdf": (self_drawing_pdf(), None),
    "cut.pdf": (samples.article_pdf()[:900], None),
    "pages.pdf": (samples.pdf([["one line"]] * 1_001), ("too many pages",)),
    "empty.pdf": (samples.pdf([[""]]), ("no text",)),
    "number.txt": (b"It is " + b"7" * 1_000_000, ("too large",)),
    "number.json": (b'{"text": "It is so", "id": ' + b"7" * 1_000_000 + b"}", None),
    "float.json": (b'{"text": "It is so", "id": 0.' + b"7" * 1_000_000 + b"}", None),
    "deep.json": (b'{"text": ' + b"[" * 1_000_000, ("too deep",)),
    "quotes.json": (b'{"text": "' + b'\\"' * 1_000_000, ("broken json",)),
    "open.json": (b'["' + b'","' * 500_000, ("broken json", "no text")),
    "nan.json": (b'{"text": "Soldiers came.", "published": NaN, "url": Infinity}', None),
    "twice.json": (b'{"text": "3,000 came.", "text": "4,000 came."}', ("broken json",)),
    "list.json": (b"[1, 2, 3]", ("no text",)),
    "brackets.md": (b"[" * 1_000_000 + b" soldiers", None),
    "images.md": (b"![![" * 250_000 + b" soldiers", None),
    "stars.md": (b"**a " * 400_000, None),
    "comments.md": (b"<!--" * 400_000 + b" soldiers", None),
    "wrapped.txt": ((b"a-\n" + b"b" * 60 + b"\n") * 30_000, None),
    "related.txt": (b"Read also:\n" * 100_000 + b"soldiers", None),
    "dates.txt": (b"1 " * 500_000 + b"May 2025 soldiers", None),
    "nul.txt": (b"3,\x00000 soldiers came to the border.", None),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, ("binary",)),
    "noise.txt": (bytes(range(256)) * 40, ("binary",)),
    "blank.txt": (b" \n\t\r\n", ("empty",)),
    "marks.txt": (b"*** --- ...\n1234\n", ("no text",)),
    "huge.txt": (b"soldiers " * 2_300_000, ("too large",)),
    "parts.eml": (b"From: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
                  + b"--x\nContent-Type: text/plain\n\nsoldiers\n" * 5_000, ("too deep",)),
    "nested.eml": (b"".join(b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i)
                            for i in range(2_000)), ("too deep", "no text", "damaged")),
    "headers.eml": (b"From: =?utf-8?q?" + b"=?" * 100_000 + b"\nSubject: =?x?b?!!!?=\n\n3,000 soldiers came.", None),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(reader: IsolatedReader, name: str) -> None:
    data, reasons = HOSTILE[name]
    try:
        (article,) = reader.read(data, name)
    except read.Rejected as refusal:
        assert reasons is None or refusal.reason in reasons
    else:
        assert reasons is None
        assert len(article.text) <= read.LIMITS.characters
    assert reader.read(NEXT, "next.html")[0].title == samples.TITLE


def test_over_the_limit_of_bytes() -> None:
    with pytest.raises(read.Rejected) as caught:
        read.read(b"a" * (read.LIMITS.bytes + 1), "a.txt")
    assert caught.value.reason == "too large"


def test_encrypted() -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(samples.article_pdf())))
    writer.encrypt("harbour", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    for data, name in ((out.getvalue(), "a.pdf"), (ole, "a.docx")):
        with pytest.raises(read.Rejected) as caught:
            read.read(data, name)
        assert caught.value.reason == "encrypted"


@given(st.binary(max_size=300), st.sampled_from(SUFFIXES))
@settings(max_examples=300, deadline=None)
def test_any_bytes_under_any_suffix(data: bytes, suffix: str) -> None:
    attempt(data, f"a.{suffix}")


@given(st.text(max_size=300), st.sampled_from(SUFFIXES))
@settings(max_examples=300, deadline=None)
def test_any_text_under_any_suffix(text: str, suffix: str) -> None:
    attempt(text.encode("utf-8", "surrogatepass"), f"a.{suffix}")


@given(st.data(), st.sampled_from(sorted(WHOLE)))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
def test_any_damage_to_a_whole_file(data: st.DataObject, suffix: str) -> None:
    whole = WHOLE[suffix]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 200)))
    attempt(whole[:start] + data.draw(st.binary(max_size=40)) + whole[end:], f"a.{suffix}")


@given(JSON, st.sampled_from(("json", "jsonl")))
@settings(max_examples=300, deadline=None)
def test_any_json(value: object, suffix: str) -> None:
    attempt(json.dumps(value).encode(), f"a.{suffix}")
