"""Files with real bytes, made on the spot: one article in every format."""

from __future__ import annotations

import io
import json
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

TITLE = "Three brigades move to the eastern border"
LEAD = (
    "The ministry said on Thursday that about 3,000 more soldiers had reached the eastern border by rail this month, "
    "on top of roughly 11,000 who were already there."
)
SECOND = (
    "“Nobody was told,” the mayor of Harbourtown said – and added that between 25,000-30,000 more were expected before "
    "the end of the year, according to officials in the capital."
)
HEADING = "At least 4,700 casualties so far"
ITEMS = ("220 long-range howitzers", "more than 1,000 containers of shells", "240mm rocket launchers")
ROW = ("Killed", "300")
LAST = "Another 2,700 were wounded, the same officials said, though none of these figures could be checked."
FIGURES = ("3,000", "11,000", "25,000-30,000", "4,700", "220", "1,000", "240mm", "300", "2,700")
PARAGRAPHS = (LEAD, SECOND, HEADING, *(f"- {item}" for item in ITEMS), " | ".join(ROW), LAST)
DATE = "2025-03-27"


def text() -> str:
    return (
        f"March 29, 2025, 8:49 AM\nMarch 27, 2025, 12:00 AM\n\n{TITLE}\n\n"
        + "\n\n".join(PARAGRAPHS)
        + "\n\nLeave a comment\n"
    )


def body_html() -> str:
    items = "".join(f"<li>{item}</li>" for item in ITEMS)
    table = f"<table><tr><td>{ROW[0]}</td><td>{ROW[1]}</td></tr></table>"
    return f"<p>{LEAD}</p><p>{SECOND}</p><h2>{HEADING}</h2><ul>{items}</ul>{table}<p>{LAST}</p>"


def html(head: str = "", charset: str = "utf-8") -> str:
    return (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>{TITLE} - Harbour Post</title>'
        f'<meta property="og:site_name" content="Harbour Post"><link rel="canonical" href="https://harbour.example/a/1">'
        f'<meta property="article:published_time" content="{DATE}T00:00:00Z">{head}</head><body>'
        f'<nav><a href="/">Home</a> <a href="/world">World</a></nav><article><h1>{TITLE}</h1>'
        f'<div class="share-buttons">Share 99,999</div>{body_html()}'
        f'<div class="related"><a href="/b">Another 88,888 elsewhere in an older story</a></div></article>'
        f"<footer>Copyright 2025 Harbour Post</footer></body></html>"
    )


def record() -> bytes:
    body = "\n\n".join(PARAGRAPHS)
    return json.dumps({"title": TITLE, "text": body, "published": DATE, "outlet": "Harbour Post"}).encode()


def mail() -> bytes:
    """A newsletter: plain and HTML parts, the latter laid out with tables."""
    message = EmailMessage()
    message["From"] = "Harbour Post <news@harbour.example>"
    message["To"] = "desk@example.org"
    message["Subject"] = TITLE
    message["Date"] = "Thu, 27 Mar 2025 08:49:00 +0000"
    message.set_content("See the HTML part.")
    layout = f"<table><tr><td><table><tr><td>{body_html()}</td></tr></table></td></tr></table>"
    footer = '<p><a href="https://harbour.example/u">Unsubscribe</a></p>'
    message.add_alternative(f"<html><body>{layout}{footer}</body></html>", subtype="html")
    return message.as_bytes()


def forwarded() -> bytes:
    """The newsletter, forwarded in line by somebody, two days later."""
    message = EmailMessage()
    message["From"] = "Ann Example <ann@example.org>"
    message["Subject"] = f"Fwd: {TITLE}"
    message["Date"] = "Sat, 29 Mar 2025 10:00:00 +0000"
    head = (
        "For the file.<br><div>---------- Forwarded message ---------<br>From: <b>Harbour Post</b> "
        f"&lt;news@harbour.example&gt;<br>Date: Thu, Mar 27, 2025 at 8:49 AM<br>Subject: {TITLE}<br>To: Ann</div>"
    )
    message.set_content("x")
    message.add_alternative(f"<html><body>{head}{body_html()}</body></html>", subtype="html")
    return message.as_bytes()


def saved_page() -> bytes:
    """A page as browsers save it with its parts."""
    message = MIMEMultipart("related", type="text/html")
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://harbour.example/a/1"
    message["Subject"] = TITLE
    message["Date"] = "Wed, 2 Apr 2025 07:00:00 -0000"
    part = MIMEText(html(), "html", "utf-8")
    part["Content-Location"] = "https://harbour.example/a/1"
    message.attach(part)
    message.attach(MIMEText("p {color: red}", "css"))
    return message.as_bytes()


def word(date: str = "March 27, 2025") -> bytes:
    import docx

    document = docx.Document()
    document.add_heading(TITLE, 0)
    document.add_paragraph(date)
    document.add_paragraph(LEAD)
    document.add_paragraph(SECOND)
    document.add_heading(HEADING, 2)
    for item in ITEMS:
        document.add_paragraph(item, style="List Bullet")
    cells = document.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = ROW
    document.add_paragraph(LAST)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(pages: list[list[str]]) -> bytes:
    """A PDF with a line of text for each string, by hand: no library that writes one is needed."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    for lines in pages:
        shown = " T* ".join(
            "(" + line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") + ") Tj" for line in lines
        )
        stream = f"BT /F1 11 Tf 14 TL 72 760 Td {shown} ET"
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number + 1} 0 R "
            f"/Resources << /Font << /F1 {font} >> >> >>"
        )
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return assemble(objects)


def assemble(objects: list[str]) -> bytes:
    """PDF objects (numbered from 1; the first is the catalogue) as a file with its cross-reference table."""
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n"
    )
    return out + f"{tail}startxref\n{len(out)}\n%%EOF\n".encode()


def wrapped(paragraph: str, width: int = 78) -> list[str]:
    lines, line = [], ""
    for word_ in paragraph.split():
        if len(line) + 1 + len(word_) > width:
            lines.append(line)
            line = word_
        else:
            line = f"{line} {word_}".strip()
    return [*lines, line]


def article_pdf() -> bytes:
    body = [line for paragraph in PARAGRAPHS for line in wrapped(paragraph)]
    first = [TITLE, "March 27, 2025", *body[:5]]
    middle, last = body[5:9], body[9:]
    pages = [first, middle, last]
    return pdf([["Harbour Post", *page, f"Page {i} of 3"] for i, page in enumerate(pages, start=1)])
