"""Real servers of other kinds: mail with a login and TLS, MQTT."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from tallywire.deliver.process import Sender
from tallywire.deliver.send import retry_after
from tests.deliver.sinks import free_port, mail_server

FRAME: dict[str, Any] = {"title": "A title", "body": "A body", "type": "info", "payload": None}


@pytest.fixture
def sender() -> Iterator[Sender]:
    sender = Sender()
    yield sender
    sender.kill()


def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=data.login == b"ana" and data.password == b"right", handled=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out cert.pem -subj /CN=127.0.0.1"
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize(("password", "state"), [("right", "delivered"), ("wr0ng-secret", "permanent")])
def test_mail_with_a_login_over_tls(sender: Sender, certificate: ssl.SSLContext, password: str, state: str) -> None:
    options = {"tls_context": certificate, "require_starttls": True, "authenticator": authenticate}
    with mail_server(auth_required=True, **options) as box:
        url = box.url(auth=f"ana:{password}@").replace("mailto:", "mailtos:").replace("insecure", "starttls")
        outcome = sender.send({**FRAME, "url": url + "&verify=no"}, 8.0)
    assert outcome.state == state, outcome
    assert len(box.messages) == (state == "delivered")
    assert state == "delivered" or ("535" in outcome.error and password not in outcome.error)


def test_a_certificate_that_nobody_signed_is_not_accepted(sender: Sender, certificate: ssl.SSLContext) -> None:
    with mail_server(tls_context=certificate) as box:
        outcome = sender.send({**FRAME, "url": box.url().replace("insecure", "starttls")}, 8.0)
    assert (outcome.state, outcome.uncertain) == ("passing", False) and "starttls" in outcome.error
    assert box.messages == []


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    if shutil.which("mosquitto") is None or shutil.which("mosquitto_sub") is None:
        pytest.skip("needs mosquitto and mosquitto_sub")
    if find_spec("paho") is None:
        pytest.skip("needs paho-mqtt")
    port = free_port()
    (tmp_path / "conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    server = subprocess.Popen(["mosquitto", "-c", tmp_path / "conf"], stderr=subprocess.DEVNULL)
    end = time.monotonic() + 10
    while socket.socket().connect_ex(("127.0.0.1", port)) and time.monotonic() < end:
        time.sleep(0.02)
    yield port
    server.terminate()
    server.wait()


def test_mqtt(sender: Sender, broker: int, tmp_path: Path) -> None:
    command = ["mosquitto_sub", "-p", str(broker), "-t", "desk/#", "-C", "1", "-W", "10"]
    with (tmp_path / "heard").open("w+") as heard:
        # retained, so that it does not matter who comes first
        assert (
            sender.send({**FRAME, "url": f"mqtt://127.0.0.1:{broker}/desk/alerts?retain=yes"}, 8.0).state == "delivered"
        )
        subprocess.run(command, stdout=heard, check=True)
        heard.seek(0)
        assert "A title" in (text := heard.read()) and "A body" in text


def test_no_broker_is_a_passing_fault(sender: Sender) -> None:
    if find_spec("paho") is None:
        pytest.skip("needs paho-mqtt")
    assert sender.send({**FRAME, "url": f"mqtt://127.0.0.1:{free_port()}/desk"}, 3.0).state == "passing"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("soon", None), (None, None)],
)
def test_retry_after_holds_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header) == seconds


@pytest.mark.parametrize("header", ["nan", "inf", "1e400", "Thu, 01 Jan 9999 00:00:00 GMT"])
def test_an_odd_retry_after_does_no_harm(header: str) -> None:
    seconds = retry_after(header)
    assert seconds is None or 0 < seconds < float("inf")
