"""A real Matrix server (synapse, from the package index), started here: text, picture, outcomes."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tallywire.deliver import chart
from tallywire.deliver.channels import Channel
from tallywire.deliver.lane import frame_of
from tallywire.deliver.process import Sender
from tallywire.deliver.render import render
from tests.deliver.sinks import free_port
from tests.deliver.test_deliver_golden import PICTURE
from tests.deliver.test_deliver_render import ALERT, HOSTILE, alive

pytestmark = pytest.mark.long

PASSWORD = "pass-" + secrets.token_hex(8)


@dataclass
class Server:
    port: int
    token: str = ""
    room: str = ""

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/_matrix/client/v3/{path}", method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=30) as answer:
            return json.load(answer)

    def messages(self) -> list[dict[str, Any]]:
        """The contents of the room's messages, oldest first."""
        chunk = self.ask("GET", f"rooms/{self.room}/messages?dir=b&limit=50")["chunk"]
        return [event["content"] for event in reversed(chunk) if event["type"] == "m.room.message"]

    def url(self, password: str = PASSWORD) -> str:
        return f"matrix://desk:{password}@127.0.0.1:{self.port}/{self.room}"


def python_with_synapse(folder: Path) -> str:
    """TALLYWIRE_SYNAPSE_PYTHON, or a virtual environment made here."""
    if given := os.environ.get("TALLYWIRE_SYNAPSE_PYTHON"):
        return given
    made = folder / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    done = subprocess.run([made, "-m", "pip", "install", "-q", "matrix-synapse"], capture_output=True)
    if done.returncode:
        pytest.skip("matrix-synapse can't be installed here")
    return str(made)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("synapse")
    python, port = python_with_synapse(folder / "venv"), free_port()
    command = [python, "-m", "synapse.app.homeserver", "-c", "homeserver.yaml"]
    made = ["--generate-config", "--server-name", "localhost", "--report-stats", "no", "-H", "localhost"]
    subprocess.run([*command, *made], cwd=folder, check=True, capture_output=True)
    config = (folder / "homeserver.yaml").read_text().replace("port: 8008", f"port: {port}")
    (folder / "homeserver.yaml").write_text(f"{config}\nregistration_shared_secret: x\nenable_registration: false\n")
    with (folder / "out.txt").open("w") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out)
    try:
        yield prepared(Server(port), Path(python), folder)
    finally:
        process.terminate()
        process.wait(30)


def prepared(server: Server, python: Path, folder: Path) -> Server:
    """With a user and a room."""
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{server.port}/health", timeout=5).close()
            break
        except OSError:
            assert time.monotonic() < end, (folder / "out.txt").read_text()[-2000:]
            time.sleep(0.2)
    register = [python.parent / "register_new_matrix_user", "-u", "desk", "-p", PASSWORD, "--no-admin", "-k", "x"]
    url = f"http://127.0.0.1:{server.port}"
    subprocess.run([*register, url], cwd=folder, check=True, capture_output=True)
    login = {"type": "m.login.password", "user": "desk", "password": PASSWORD}
    server.token = server.ask("POST", "login", login)["access_token"]
    # apprise appends the server to ids of rooms of the newest version, which have none
    server.room = server.ask("POST", "createRoom", {"preset": "private_chat", "room_version": "10"})["room_id"]
    return server


@pytest.fixture
def sender() -> Iterator[Sender]:
    sender = Sender()
    yield sender
    sender.kill()


def test_text_as_html_and_then_the_picture(server: Server, sender: Sender) -> None:
    channel = Channel("matrix", server.url())
    message = render(ALERT, channel.schema, chart=chart.draw(PICTURE))
    outcome = sender.send(frame_of(channel, message), 20.0)
    assert outcome.state == "delivered", outcome
    contents = server.messages()
    text = next(c for c in contents if c["msgtype"] in ("m.text", "m.notice"))
    assert "about 15,000 people had to leave" in text["body"] and "<blockquote>" in text["formatted_body"]
    assert any(c["msgtype"] == "m.image" for c in contents), contents


def test_a_hostile_message_pings_nobody(server: Server, sender: Sender) -> None:
    channel = Channel("matrix", server.url())
    alert = {**ALERT, "title": HOSTILE, "text": f"{HOSTILE}\n\n" * 300}
    assert sender.send(frame_of(channel, render(alert, channel.schema)), 20.0).state == "delivered"
    last = server.messages()[-1]
    assert alive(last["body"].replace("\r\n", "\n")) == [] and not last.get("m.mentions")


def test_a_wrong_password_dies_and_a_server_that_is_away_is_tried_again(server: Server, sender: Sender) -> None:
    wrong = Channel("matrix", server.url("wr0ng-secret"))
    outcome = sender.send(frame_of(wrong, render(ALERT, wrong.schema)), 20.0)
    assert outcome.state == "permanent" and "wr0ng-secret" not in outcome.error, outcome
    away = Channel("matrix", server.url().replace(str(server.port), str(free_port())))
    assert sender.send(frame_of(away, render(ALERT, away.schema)), 20.0).state == "passing"
