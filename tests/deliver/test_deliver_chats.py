"""What chat services get, captured by redirecting apprise's transport to a local server: inert and within limits."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tallywire.deliver import send
from tallywire.deliver.render import render
from tests.deliver.sinks import Webhook
from tests.deliver.test_deliver_render import ALERT, HOSTILE, alive, strings

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # one of apprise's plugins

# What the services' own answers hold, as far as apprise looks at them.
REPLY = {
    "ok": True,
    "id": "1",
    "access_token": "t",
    "user_id": "@a:b.example",
    "home_server": "b.example",
    "room_id": "!r:b.example",
    "event_id": "e",
    "result": {"message_id": 1},
    "channel": "C1",
    "file_id": "F1",
    "upload_url": "https://files.example/upload",
    "content_uri": "mxc://b.example/m",
}
SERVICES = {
    "slack": ("slack://xoxb-1234567890-abc124/general", 40_000),
    "discord": ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", 2_000),
    "tgram": ("tgram://123456789:abcdefg_hijklmnop_hijklmnop_hijklm/12315544/", 4_096),
    "mmost": ("mmost://chat.example/abcdefghijklmnopqrstuvwx", 4_000),
    "matrix": ("matrix://user:pass@matrix.example/!room:b.example", 60_000),
    "ntfy": ("ntfy://ntfy.example/topic", 4_096),
    "gotify": ("gotify://push.example/abcdefghijklmno", 65_000),
}


@pytest.fixture
def redirected(sink: Webhook, monkeypatch: pytest.MonkeyPatch) -> Webhook:
    """Every request of this process goes to the sink."""
    sink.reply = json.dumps(REPLY).encode()
    original = requests.Session.request

    def request(self: requests.Session, method: str, url: str, **kwargs: Any) -> requests.Response:
        return original(self, method, f"http://127.0.0.1:{sink.server_port}/chat{urlsplit(url).path}", **kwargs)

    monkeypatch.setattr(requests.Session, "request", request)
    return sink


def posted(sink: Webhook, schema: str, alert: dict[str, Any]) -> list[dict[str, Any]]:
    message = render(alert, schema, repeat=True)
    frame = {"url": SERVICES[schema][0], "title": message.title, "body": message.body, "type": message.type}
    outcome = send.Postman().send({**frame, "payload": message.payload, "deadline": 8.0})
    assert outcome.state == "delivered", outcome
    return [body for _, body in sink.posts if "#1a2b3c4d" in json.dumps(body)]


@pytest.mark.parametrize("schema", SERVICES)
def test_a_hostile_and_endless_alert(redirected: Webhook, schema: str) -> None:
    quotes = [{"quote": f"{n} {HOSTILE}", "originator": HOSTILE, "outlet": HOSTILE, "file": "a.txt"} for n in range(3)]
    alert = {**ALERT, "title": HOSTILE, "text": f"{HOSTILE}\n\n" * 300, "evidence_json": quotes}
    [body] = posted(redirected, schema, alert)
    text = max(strings(body), key=len).replace("\r\n", "\n")
    if schema == "tgram":
        text = html.unescape(re.sub(r"</?b>", "", text))  # it counts what is left of the markup
    assert len(text) <= SERVICES[schema][1]
    assert alive("\n".join([text, *strings(body)]).replace("<b>", "").replace("</b>", "").replace("\r\n", "\n")) == []
    assert text.endswith("possible repeat") and "more lines left out" in text


@pytest.mark.parametrize("schema", SERVICES)
def test_an_ordinary_alert_arrives_whole(redirected: Webhook, schema: str) -> None:
    [body] = posted(redirected, schema, ALERT)
    text = "\n".join(strings(body)).replace("&gt;", ">").replace("\\", "")  # Markdown's escapes
    for part in ("12,000 -> 15,000", "about 15,000 people had to leave", "the province", "River Post", "flood.txt"):
        assert part in text
    assert "raw/master" not in text, "no icons of a third party"
