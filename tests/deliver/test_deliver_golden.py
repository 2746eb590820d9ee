"""What each service really gets, kept in tests/golden/messages: captured by redirecting apprise's transport.

After a wanted change: TALLYWIRE_GOLDEN=write pytest tests/deliver/test_deliver_golden.py, and read the difference.
"""

from __future__ import annotations

import json
import os
import re
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tallywire.deliver import chart, send
from tallywire.deliver.channels import Channel
from tallywire.deliver.chart import Dot, Picture, Point
from tallywire.deliver.lane import frame_of
from tallywire.deliver.render import render
from tests.deliver.sinks import Mailbox, Webhook
from tests.deliver.test_deliver_chats import SERVICES, redirected
from tests.deliver.test_deliver_render import ALERT, HOSTILE, alive, strings

__all__ = ["redirected"]  # the fixture

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")

GOLDEN = Path(__file__).parents[1] / "golden" / "messages"
LIMITS = {schema: limit for schema, (_, limit) in SERVICES.items()} | {"json": 40_000}
URLS = {schema: url for schema, (url, _) in SERVICES.items()} | {"json": "json://hooks.example/alerts"}
KINDS = {
    "plain": ALERT,
    "hostile": {
        **ALERT,
        "title": f"A title {HOSTILE}",
        "text": f"Now 15,000. {HOSTILE}\nChange: **bold** _it_ `code` > quote.\n\n“{HOSTILE}”\n  desk · file.txt",
        "evidence_json": [],
    },
}
VARYING = [(re.compile(r'"(txn_id|nonce|timestamp|ts|device_id|session)": ("[^"]*"|[\d.]+)'), r'"\1": "..."')]


def compare(name: str, captured: Any) -> None:
    text = json.dumps(captured, ensure_ascii=False, indent=1, sort_keys=True)
    for pattern, instead in VARYING:
        text = pattern.sub(instead, text)
    path = GOLDEN / f"{name}.json"
    if os.environ.get("TALLYWIRE_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text + "\n", f"{name} changed: see the docstring"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("schema", URLS)
def test_what_a_service_gets(redirected: Webhook, schema: str, kind: str) -> None:
    channel = Channel("x", URLS[schema])
    message = render(KINDS[kind], schema)
    assert send.Postman().send({**frame_of(channel, message), "deadline": 8.0}).state == "delivered"
    posts = [{"path": path, "body": body} for path, body in redirected.posts]
    sent = [text for post in posts for text in strings(post["body"])]
    assert all(len(text) <= LIMITS[schema] for text in sent)
    shown = "\n".join(re.sub(r"</?(b|i|p|br|h\d|small|blockquote)\s*/?>", "", text) for text in sent).replace(
        "\r\n", "\n"
    )
    assert alive(re.sub(r"[a-z]+://\S*\.example\S*", "", shown) if schema == "matrix" else shown) == []
    compare(f"{schema}-{kind}", posts)


# --- mail -----------------------------------------------------------------------------------------------------------

PICTURE = Picture(
    "floods.displaced",
    "people displaced by floods",
    tuple(Dot(day, low, high, who) for day, low, high, who in [
        (chart.date(2025, 3, 1), 12_000, 12_000, "the province"),
        (chart.date(2025, 3, 9), 9_000, 14_000, "the red cross"),
        (chart.date(2025, 3, 20), 15_000, 15_000, None),
    ]),
    (Point(chart.date(2025, 3, 1), 12_000, 12_000, 12_000), Point(chart.date(2025, 3, 20), 15_000, 12_000, 15_000)),
    12_000,
    15_000,
    chart.date(2025, 3, 20),
)  # fmt: skip


def mailed(mailbox: Mailbox, alert: dict[str, Any], query: str = "", picture: bytes | None = None) -> EmailMessage:
    url = mailbox.url().replace("&format=text", "") + query
    channel = Channel("mail", url)
    message = render(alert, "mailto", chart=picture)
    outcome = send.Postman().send({**frame_of(channel, message), "deadline": 8.0})
    assert outcome.state == "delivered", outcome
    return mailbox.wait(1)[0]


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_html_with_a_plain_alternative(mailbox: Mailbox, kind: str) -> None:
    mail = mailed(mailbox, KINDS[kind])
    html, plain = part(mail, "html"), part(mail, "plain")
    assert "<script" not in html and "&lt;" not in plain
    tags = set(re.findall(r"</?([a-z]+)", html))
    assert tags <= {"p", "br", "small", "blockquote"}, "what articles say is no markup"
    assert alive(plain) == [] and alive(re.sub(r"<[^>]*>", "", html)) == []
    compare(f"mailto-{kind}", {"subject": mail["subject"], "html": html, "plain": plain})


def test_the_chart_stands_in_the_mail(mailbox: Mailbox) -> None:
    png = chart.draw(PICTURE)
    mail = mailed(mailbox, ALERT, picture=png)
    assert mail.get_content_type() == "multipart/related"
    images = [p for p in mail.walk() if p.get_content_type() == "image/png"]
    assert [p.get_payload(decode=True) for p in images] == [png]
    assert images[0]["Content-Disposition"].startswith("inline") and images[0]["Content-ID"] == "<chart.png>"
    assert '<img src="cid:chart.png"' in part(mail, "html") and "15,000" in part(mail, "plain")


def test_a_mail_channel_that_wants_text_gets_text(mailbox: Mailbox) -> None:
    mail = mailed(mailbox, ALERT, "&format=text", chart.draw(PICTURE))
    assert mail.get_content_type() == "text/plain"
    assert "about 15,000 people had to leave" in str(mail.get_content())


def test_the_picture_shows_dots_lines_and_the_change() -> None:
    from PIL import Image

    image = Image.open(chart.io.BytesIO(chart.draw(PICTURE))).convert("RGB")
    assert image.size == (chart.WIDTH, chart.HEIGHT)
    counted = image.getcolors(chart.WIDTH * chart.HEIGHT) or []
    colours = {f"#{bytes(colour[:3]).hex()}" for _, colour in counted if isinstance(colour, tuple)}
    wanted = {*chart._COLOURS[:3], chart._BAND, chart._LINE, chart._MARK}
    assert wanted <= colours, "a colour for each of three voices, the range, the figure and the change"


# --- pictures in chats ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("schema", ["discord", pytest.param("slack", marks=pytest.mark.long), "tgram", "matrix"])
def test_a_chat_gets_the_text_first_and_the_picture_by_itself(redirected: Webhook, schema: str) -> None:
    channel, postman = Channel("x", URLS[schema]), send.Postman()
    frame = {**frame_of(channel, render(ALERT, schema, chart=chart.draw(PICTURE))), "deadline": 8.0}
    assert postman.send(frame).state == "delivered"
    assert not redirected.uploads and "about 15,000" in json.dumps(redirected.posts)
    assert postman.has_picture_to_send(frame)
    postman.send_picture(frame)
    assert any(b"\x89PNG" in body for body in redirected.uploads)
