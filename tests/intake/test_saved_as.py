"""One article saved in every format gives the claims that its text gives."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tallywire.config import load_estimates
from tallywire.core.article import Article
from tallywire.demo.__main__ import SAMPLES
from tallywire.read import read
from tallywire.tracking import Tracking, compiled
from tests.read import samples

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))
SOURCES = SEEDS or sorted(SAMPLES.iterdir())


def paragraphs(article: Article) -> list[list[str]]:
    """The lines of each paragraph below the title."""
    body = article.text.removeprefix(article.title or "").strip()
    return [[" ".join(line.split()) for line in block.split("\n")] for block in body.split("\n\n")]


def flat(article: Article) -> str:
    return "\n\n".join("\n".join(lines) for lines in paragraphs(article))


def day(article: Article) -> str | None:
    return article.published and article.published[:10]


def written_day(article: Article) -> list[str]:
    """The date as a page shows it, on a line of its own."""
    return [f"{datetime.fromisoformat(article.published):%B %d, %Y}"] if article.published else []


def as_html(article: Article) -> bytes:
    date = f'<meta property="article:published_time" content="{article.published}">' if article.published else ""
    title = html.escape(article.title or "")
    body = "".join(f"<p>{'<br>'.join(map(html.escape, lines))}</p>" for lines in paragraphs(article))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{date}</head><body><nav><a href="/">'
        f"Home</a></nav><article><h1>{title}</h1>{body}</article><footer>All rights reserved</footer></body></html>"
    ).encode()


def as_pdf(article: Article) -> bytes:
    lines = [*samples.wrapped(article.title or ""), *written_day(article), ""]
    for each in (line for block in paragraphs(article) for line in block):
        lines += [*samples.wrapped(each.encode("cp1252", "replace").decode("cp1252")), ""]
    return samples.pdf([lines[i : i + 48] for i in range(0, len(lines), 48)])


def as_docx(article: Article) -> bytes:
    import docx

    document = docx.Document()
    document.add_heading(article.title or "", 0)
    for each in [*written_day(article), *("\n".join(lines) for lines in paragraphs(article))]:
        document.add_paragraph(each)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_eml(article: Article) -> bytes:
    message = EmailMessage()
    message["From"] = "Desk <desk@example.org>"
    message["Subject"] = article.title or ""
    if article.published:
        message["Date"] = format_datetime(datetime.fromisoformat(article.published).replace(tzinfo=UTC))
    message.set_content(flat(article))
    return message.as_bytes()


def as_mhtml(article: Article) -> bytes:
    message = MIMEMultipart("related", type="text/html")
    message["From"] = "<Saved by Blink>"
    message["Subject"] = article.title or ""
    message.attach(MIMEText(as_html(article).decode(), "html", "utf-8"))
    return message.as_bytes()


def as_json(article: Article) -> bytes:
    fields = {"title": article.title, "text": flat(article), "published": article.published}
    return json.dumps({name: value for name, value in fields.items() if value}).encode()


PLACES = {"start", "end", "number_start", "number_end"}
FORMATS: dict[str, Callable[[Article], bytes]] = {
    "html": as_html,
    "pdf": as_pdf,
    "docx": as_docx,
    "eml": as_eml,
    "mhtml": as_mhtml,
    "json": as_json,
}


@cache
def tracking() -> Tracking:
    return compiled(load_estimates(ROOT / "config" / "estimates.yaml"))


def claims(article: Article) -> list[dict[str, Any]]:
    """All that is claimed, in the order of the text, but for where in this text it stands."""
    found = sorted(tracking().extractor.read(article).claims, key=lambda c: (c.number_start, c.estimate))
    return [{name: _spaced(value) for name, value in asdict(c).items() if name not in PLACES} for c in found]


def _spaced(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("path", SOURCES, ids=[f"article{n}" for n in range(1, len(SOURCES) + 1)])
def test_the_same_claims_in_every_format(path: Path, suffix: str) -> None:
    (plain,) = read(path.read_bytes(), path.name)
    (saved,) = read(FORMATS[suffix](plain), f"saved.{suffix}")
    told = claims(plain)
    assert told
    assert claims(saved) == told
    assert day(saved) == day(plain)


@pytest.mark.parametrize("path", SOURCES, ids=[f"article{n}" for n in range(1, len(SOURCES) + 1)])
def test_where_the_blank_lines_are_does_not_matter(path: Path) -> None:
    (plain,) = read(path.read_bytes(), path.name)
    close, wide = re.sub(r"\n+", "\n", plain.text), re.sub(r"\n+", "\n\n", plain.text)
    assert claims(replace(plain, text=close)) == claims(replace(plain, text=wide)) == claims(plain)
