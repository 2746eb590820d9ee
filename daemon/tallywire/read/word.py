"""Word files (.docx): paragraphs, headings, list items, table rows; what "track changes" deleted is not text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from tallywire.core.fault import told
from tallywire.read import text as texts
from tallywire.read.draft import Draft
from tallywire.read.limits import LIMITS, Rejected

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MARKS: Final = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read_word(data: bytes, name: str) -> list[Draft]:
    """One article. The file's own dates are not used: they are the template's, or those of the day it was saved.

    Raises Rejected("damaged" | "encrypted" | "too large" | "unsupported format"), and whatever python-docx raises.
    """
    _refuse_bomb(data)
    import docx  # late: an eighth of a second

    document = docx.Document(io.BytesIO(data))
    about = document.core_properties
    body = getattr(document.element, "body", None)  # any XML may stand where the document should
    if body is None:
        raise Rejected("damaged", "an archive as Word makes it, with no Word document in it")
    text = texts.joined(list(_lines(body)))
    title = next((_text(p) for p in body.iter(f"{_W}p") if _style(p) == "Title"), "") or about.title
    author = about.author if about.author != "python-docx" else None
    return [
        Draft(
            text,
            title=texts.line(title),
            author=texts.line(author, 100),
            media="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            reader="docx@1",
        )
    ]


def _refuse_bomb(data: bytes) -> None:
    """Looks at what the archive says it unpacks to; zipfile reads no more of a member than that."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise Rejected("damaged", f"not a whole .docx: {told(error)}") from None
    size = sum(member.file_size for member in members)
    if size > LIMITS.unpacked:
        raise Rejected("too large", f"{size:,} bytes when unpacked, at most {LIMITS.unpacked:,} are read")
    if any(member.flag_bits & 1 for member in members):
        raise Rejected("encrypted", "the archive needs a password")
    if not any(member.filename.startswith("word/") for member in members):
        raise Rejected("unsupported format", "an archive, but no Word file; unpack it first")


def _lines(body: Any) -> Iterator[str]:
    """A block a line, in the order of the document; tables inside cells come as their cells' text."""
    for block in body.iterchildren():
        if block.tag == f"{_W}p":
            yield from filter(None, _text(block).split("\n"))
        elif block.tag == f"{_W}tbl":
            yield from _rows(block)
        elif block.tag == f"{_W}sdt":  # a content control wraps blocks of its own
            for content in block.iterchildren(f"{_W}sdtContent"):
                yield from _lines(content)


def _rows(table: Any) -> Iterator[str]:
    for row in table.iterchildren(f"{_W}tr"):
        cells = [" ".join(filter(None, map(_text, cell.iter(f"{_W}p")))) for cell in row.iterchildren(f"{_W}tc")]
        if any(cells):
            yield " | ".join(cells)


def _text(paragraph: Any) -> str:
    """All text below a paragraph: links, insertions and fields too, which python-docx's own `text` leaves out in part.
    Deleted text has another tag; the fallback of a drawing repeats the drawing."""
    pieces = []
    for node in paragraph.iter():
        if node.tag == f"{_W}t" and node.text and not any(up.tag == _FALLBACK for up in node.iterancestors()):
            pieces.append(node.text.translate(_SUPERSCRIPTS) if _is_raised(node) else node.text)
        elif node.tag in _MARKS:
            pieces.append(_MARKS[node.tag])
    text = "".join(pieces).strip()
    return f"- {text}" if text and _is_item(paragraph) else text


def _is_raised(node: Any) -> bool:
    """Whether a run is superscript: a footnote's number would else become the last digit of the figure before it."""
    align = node.getparent().find(f"{_W}rPr/{_W}vertAlign")
    return align is not None and align.get(f"{_W}val") == "superscript"


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else str(style.get(f"{_W}val"))


def _is_item(paragraph: Any) -> bool:
    return paragraph.find(f"{_W}pPr/{_W}numPr") is not None or _style(paragraph).startswith("List")
