"""Word and PDF files: what their own marks would do to figures."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
import samples
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tallywire import read
from tallywire.core.article import Article


def one(data: bytes, name: str) -> Article:
    (article,) = read.read(data, name)
    return article


def word(*paragraphs: str) -> bytes:
    """A .docx whose paragraphs hold the given runs (WordprocessingML)."""
    document: Any = docx.Document()
    for runs in paragraphs:
        end = document.element.body[-1]
        end.addprevious(parse_xml(f"<w:p {nsdecls('w')}>{runs}</w:p>"))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def run(text: str, marks: str = "") -> str:
    return f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


@pytest.mark.parametrize(
    ("runs", "shown"),
    [
        (run("About 3,") + run("000", "<w:b/>") + run(" came."), "About 3,000 came."),
        (
            run("About ") + f'<w:del w:id="1" w:author="a"><w:r><w:delText>9,999</w:delText></w:r></w:del>'
            f'<w:ins w:id="2" w:author="a">{run("3,000")}</w:ins>' + run(" came."),
            "About 3,000 came.",
        ),
        (run("About 3,000") + run("4", '<w:vertAlign w:val="superscript"/>') + run(" came."), "About 3,000⁴ came."),
        (
            run("About ") + f'<w:hyperlink w:anchor="x">{run("3,000")}</w:hyperlink>' + run(" came."),
            "About 3,000 came.",
        ),
        (run("between 2,000") + "<w:r><w:noBreakHyphen/></w:r>" + run("3,000 came."), "between 2,000-3,000 came."),
        (run("3\u00a0000 came.") + "<w:r><w:br/></w:r>" + run("300 left."), "3 000 came.\n300 left."),
    ],
)
def test_runs_of_a_word_file(runs: str, shown: str) -> None:
    text = one(word(run("Three brigades move east"), runs), "a.docx").text
    assert text.replace("\n\n", "\n").endswith(shown)


def test_word_files_date_is_not_the_templates() -> None:
    article = one(samples.word(date="An undated report"), "a.docx")
    assert (article.published, article.author) == (None, None)


def test_pdf_running_heads_and_page_numbers_go() -> None:
    body = [
        f"In week {n} there were {n * 1000:,} soldiers at the border, it was said in the capital." for n in range(1, 13)
    ]
    pages = [["HARBOUR POST", *body[i : i + 4], f"{i // 4 + 1}"] for i in range(0, 12, 4)]
    text = one(samples.pdf(pages), "a.pdf").text
    assert "HARBOUR" not in text
    assert [line for line in text.split("\n") if line.isdigit()] == []
    assert all(line in text for line in body)


def test_pdf_printed_by_a_browser_is_not_dated_by_the_printing() -> None:
    lines = samples.wrapped(samples.LEAD) + samples.wrapped(samples.LAST)
    page = [
        "02.04.2025, 08:49 Three brigades - Harbour Post",
        "Three brigades",
        *lines,
        "https://harbour.example/a/1 1/1",
    ]
    article = one(samples.pdf([page]), "a.pdf")
    assert (article.published, article.url) == (None, "https://harbour.example/a/1")
    assert article.text == f"Three brigades\n\n{samples.LEAD}\n{samples.LAST}"


def test_pdf_paragraph_over_a_page_break() -> None:
    lines = samples.wrapped(samples.LEAD, 60)
    text = one(
        samples.pdf([["Three brigades", *lines[:2]], [*lines[2:], *samples.wrapped(samples.LAST, 60)]]), "a.pdf"
    ).text
    assert samples.LEAD in text
