"""Articles that would have their reader fetch something: every way that each format knows to point elsewhere."""

from __future__ import annotations

import io
import json
import zipfile

from tests.read import samples

FIGURE = "About {:,} Kenyan soldiers have been deployed to Haiti, the General Staff said."


def articles(address: str, first: int) -> dict[str, bytes]:
    """One file a format, all pointing to the address; their figures go up from `first`."""
    makers = {"html": page, "mhtml": saved, "eml": letter, "docx": word, "pdf": pdf, "json": record, "md": marked}
    return {
        f"{name}-{first}.{name}": make(address, FIGURE.format(first + 100 * number))
        for number, (name, make) in enumerate(makers.items())
    }


def page(address: str, figure: str) -> bytes:
    return f"""<?xml version="1.0"?><?xml-stylesheet href="{address}/style.xsl"?>
<!DOCTYPE html PUBLIC "-//X//Y" "{address}/x.dtd" [<!ENTITY remote SYSTEM "{address}/entity">
<!ENTITY local SYSTEM "file:///etc/passwd"><!ENTITY % more SYSTEM "{address}/more">%more;]>
<html manifest="{address}/m"><head><base href="{address}/base/"><title>Kenya sends soldiers</title>
<link rel="stylesheet" href="{address}/a.css"><link rel="prefetch" href="{address}/next"><link rel="icon" href="i.png">
<link rel="dns-prefetch" href="//collector.example"><meta http-equiv="refresh" content="0;url={address}/other">
<meta property="og:image" content="{address}/og.png"><script src="{address}/a.js"></script>
<style>@import url({address}/b.css); p {{ background: url({address}/p.png) }}</style></head>
<body background="{address}/b.png"><article><h1>Kenya sends soldiers</h1>
<img src="{address}/i.png" srcset="{address}/2 2x">
<iframe src="{address}/frame"></iframe><object data="{address}/o"></object><embed src="{address}/e">
<video poster="{address}/v.png"><source src="{address}/v.mp4"></video>
<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{address}/s.png"/><use href="{address}/u#x"/></svg>
<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{address}/include"/>
<p>&remote; &local; {figure} <a href="{address}/a" ping="{address}/ping">More</a> on the whole of it later today.</p>
</article></body></html>""".encode()


def saved(address: str, figure: str) -> bytes:
    head = (
        f"From: <Saved by Blink>\nSnapshot-Content-Location: {address}/page\nContent-Base: {address}/\n"
        "MIME-Version: 1.0\n"
        f"Content-Type: text/html; charset=utf-8\nContent-Location: {address}/page\n\n"
    )
    return head.encode() + page(address, figure)


def letter(address: str, figure: str) -> bytes:
    head = (
        "From: Harbour Post <news@harbour.example>\nSubject: Kenya sends soldiers\nMIME-Version: 1.0\n"
        f"Date: Thu, 27 Mar 2025 08:49:00 +0000\nList-Unsubscribe: <{address}/u>\nContent-Base: {address}/\n"
        "Disposition-Notification-To: x@collector.example\nContent-Type: multipart/mixed; boundary=x\n\n"
        "--x\nContent-Type: text/html; charset=utf-8\n\n"
    )
    elsewhere = f'Content-Type: message/external-body; access-type=URL; URL="{address}/body"\n\nContent-Type: text/html'
    return head.encode() + page(address, figure) + f"\n--x\n{elsewhere}\n\n\n--x--\n".encode()


def word(address: str, figure: str) -> bytes:
    """A picture and a template that are links."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "".join(
        f'<Relationship Id="x{kind}" Type="{kinds}/{kind}" Target="{address}/{kind}" TargetMode="External"/>'
        for kind in ("image", "attachedTemplate", "hyperlink", "oleObject")
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(samples.word())) as whole, zipfile.ZipFile(out, "w") as made:
        for name in whole.namelist():
            content = whole.read(name)
            if name.endswith("document.xml.rels"):
                content = content.replace(b"</Relationships>", f"{links}</Relationships>".encode())
            if name == "word/document.xml":
                content = content.replace(samples.LEAD.encode(), figure.encode())
            made.writestr(name, content)
    return out.getvalue()


def pdf(address: str, figure: str) -> bytes:
    """Opening it goes to an address, a stream lies elsewhere, and there is a form to be sent."""
    lines = " T* ".join(f"({line}) Tj" for line in samples.wrapped(figure))
    stream = f"BT /F1 12 Tf 14 TL 72 720 Td {lines} ET"
    return samples.assemble(
        [
            f"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI ({address}/open) >> /AA << /WC << /S /Launch"
            f" /F ({address}/launch) >> >> /AcroForm << /Fields [] /XFA ({address}/xfa) >>"
            f" /URI << /Base ({address}) >> >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /Contents [4 0 R 6 0 R] /Resources << /Font << /F1 5 0 R >> >> /Annots"
            f" [<< /Type /Annot /Subtype /Link /A << /S /GoToR /F ({address}/r.pdf) >> >>] >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            f"<< /Length 0 /F << /Type /Filespec /FS /URL /F ({address}/stream) >> >>\nstream\n\nendstream",
        ]
    )


def record(address: str, figure: str) -> bytes:
    fields = {"title": "Kenya sends soldiers", "url": f"{address}/a", "image": f"{address}/i.png", "$ref": address}
    return json.dumps({**fields, "text": f'<img src="{address}/j.png"><p>{figure}</p>'}).encode()


def marked(address: str, figure: str) -> bytes:
    return f"# Kenya sends soldiers\n\n![a]({address}/i.png)\n\n{figure} [More]({address}/a) <{address}/b>\n".encode()
