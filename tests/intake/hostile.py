"""Files and names made to hurt, and what must become of each. `python -m tests.intake.hostile FOLDER` writes them."""

from __future__ import annotations

import os
import sys
import zipfile
from io import BytesIO
from pathlib import Path

from tests.flow import texts

ARTICLE = texts.SUDAN.encode()


def entity_bomb(root: str) -> bytes:
    """A billion laughs: each entity is ten of the one before."""
    rows = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 11))
    return f'<?xml version="1.0"?>\n<!DOCTYPE {root} [<!ENTITY l0 "ha">{rows}]>\n<{root}><p>&l10;</p></{root}>'.encode()


def zipped(members: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def zip_bomb() -> bytes:
    """A Word file of 500 MB once unpacked."""
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w>" + bytes(500_000_000)})


def word_with_entities() -> bytes:
    """A Word file whose document is an entity bomb."""
    kinds = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml'
        '.document.main+xml"/></Types>'
    )
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    parts = {"[Content_Types].xml": kinds, "_rels/.rels": links}
    return zipped({**{k: v.encode() for k, v in parts.items()}, "word/document.xml": entity_bomb("document")})


def looping_pdf() -> bytes:
    """Page trees that are each other's children."""
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 /Parent 3 0 R >>",
        "<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>",
    )
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return out + f"{head}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n".encode()


# name -> (content, the reason for its rejection; None: it is an article, whatever its name)
FILES: dict[bytes, tuple[bytes, str | None]] = {
    b"divs.html": (b"<div>" * 2_000_000, "too large"),
    b"deep.html": (b"<html><body>" + b"<div>" * 20_000 + b"3,000 soldiers came.", "too deep"),
    b"laughs.html": (entity_bomb("html"), None),
    b"laughs.xml": (entity_bomb("feed"), "unsupported format"),
    b"laughs.docx": (word_with_entities(), "damaged"),
    b"bomb.docx": (zip_bomb(), "too large"),
    b"loop.pdf": (looping_pdf(), "damaged"),
    b"digits.txt": (b"The number is " + b"7" * 1_000_000 + b" soldiers.", "too large"),
    b"digits.json": (b'{"text": "The number is ' + b"7" * 1_000_000 + b' soldiers."}', "too large"),
    b"deep.json": (b'{"text": ' * 100_000, "too deep"),
    b"line\nbreak\n.txt": (ARTICLE + b"1", None),
    b"bad\xff\xfebytes.txt": (ARTICLE + b"2", None),
    b"n" * 251 + b".txt": (ARTICLE + b"3", None),
    b"-rf --no-preserve-root .txt": (ARTICLE + b"4", None),
    b"\x1b[31mred\x07.txt": (ARTICLE + b"5", None),
    b"\xe2\x80\xaetxt.exe.txt": (ARTICLE + b"6", None),
    b"$(reboot);`id`'\".txt": (ARTICLE + b"7", None),
    b"bad\xffname\n" + b"x" * 230 + b".bin": (bytes(range(256)) * 64, "binary"),
}
SPARSE = b"sparse.txt"  # 1 GB that take no room


def write(folder: Path) -> None:
    """Writes the set into a folder that is not watched: the names would be no names for a plain copy."""
    where = os.fsencode(folder)
    for name, (content, _) in FILES.items():
        with open(os.path.join(where, name), "wb") as file:
            file.write(content)
    with open(os.path.join(where, SPARSE), "wb") as file:
        file.truncate(1 << 30)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
