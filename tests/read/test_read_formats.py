"""Every format gives the same article: title, date, all figures, no furniture."""

from __future__ import annotations

import pytest
import samples

from tallywire import read
from tallywire.core.article import Article

FORMATS = {
    "a.txt": (samples.text().encode(), "header"),
    "a.html": (samples.html().encode(), "meta"),
    "a.json": (samples.record(), "json"),
    "a.eml": (samples.mail(), "mail"),
    "forwarded.eml": (samples.forwarded(), "mail"),
    "a.mhtml": (samples.saved_page(), "meta"),
    "a.docx": (samples.word(), "header"),
    "a.pdf": (samples.article_pdf(), "header"),
}


def one(data: bytes, name: str) -> Article:
    (article,) = read.read(data, name)
    return article


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_article(name: str) -> None:
    data, date_from = FORMATS[name]
    article = one(data, name)
    assert article.title == samples.TITLE
    assert article.text.startswith(samples.TITLE)
    assert article.text.count(samples.TITLE) == 1
    assert (article.published or "")[:10] == samples.DATE
    assert article.published_from == date_from
    lines = article.text.split("\n")
    for paragraph in samples.PARAGRAPHS:
        assert paragraph in lines
    for furniture in ("Leave a comment", "99,999", "88,888", "Unsubscribe", "Copyright", "For the file", "Page 2"):
        assert furniture not in article.text


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("other", ["a", "a.txt", "a.html", "a.bin"])
def test_content_decides_not_the_suffix(name: str, other: str) -> None:
    data, _ = FORMATS[name]
    if name == "a.txt" and other == "a.html":
        pytest.skip("plain text in .html is a page without tags")
    assert one(data, other).reader == one(data, name).reader
    assert one(data, other).text == one(data, name).text


@pytest.mark.parametrize("name", ["a.html", "a.mhtml", "a.eml", "forwarded.eml", "a.json"])
def test_outlet(name: str) -> None:
    assert one(FORMATS[name][0], name).outlet == "Harbour Post"


@pytest.mark.parametrize("name", ["a.html", "a.mhtml"])
def test_address(name: str) -> None:
    assert one(FORMATS[name][0], name).url == "https://harbour.example/a/1"


MISDATED = {
    "a.json": b'{"title": "Rain", "text": "Rain fell all day in the hills.", "published": "3rd of Octember"}',
    "a.jsonl": b'{"title": "Rain", "text": "Rain fell all day in the hills.", "date": "3rd of Octember"}',
    "a.md": b"---\ntitle: Rain\ndate: 3rd of Octember\n---\nRain fell all day in the hills.\n",
    "a.eml": b"From: a@example.org\nSubject: Rain\nDate: 3rd of Octember\n\nRain fell all day in the hills.\n",
    "a.html": b'<html><head><title>Rain</title><meta name="date" content="3rd of Octember"></head>'
    b"<body><article><p>Rain fell all day in the hills.</p></article></body></html>",
}


@pytest.mark.parametrize("name", MISDATED)
def test_a_date_that_cannot_be_read_is_told(name: str) -> None:
    article = one(MISDATED[name], name)
    assert article.published is None
    assert article.published_from == 'none; "3rd of Octember" was given and can\'t be read as a date'
    dated = one(MISDATED[name], f"2025-03-27-{name}")
    assert dated.published == "2025-03-27"
    assert dated.published_from.startswith('file name; "3rd of Octember"')
