"""Real servers on loopback that alerts are delivered to: webhooks that answer in every way, and a mail server."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

Json = dict[str, Any]


class Webhook(ThreadingHTTPServer):
    """What a path says is how it answers: /ok, /204, /401, /loop, /hang, /drip, /cut ... All JSON posted is kept."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.posts: list[tuple[str, Json]] = []
        self.gets: list[str] = []
        self.uploads: list[bytes] = []  # what was posted and is no JSON
        self.headers_seen: list[dict[str, str]] = []
        self.arrived = threading.Condition()
        self.over = threading.Event()
        self.reply = b""  # the body of a 200
        self.answers: dict[str, list[int]] = {}  # for a path: what to answer, one by one, before its own way

    def reset(self) -> None:
        self.posts.clear()
        self.gets.clear()
        self.uploads.clear()
        self.headers_seen.clear()
        self.answers.clear()
        self.reply = b""

    def url(self, path: str, query: str = "") -> str:
        return f"json://127.0.0.1:{self.server_port}/{path}{'?' + query if query else ''}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that are killed in the middle of a post are what this is for."""

    def wait(self, count: int, seconds: float = 20.0) -> list[tuple[str, Json]]:
        """The posts, once there are so many of them."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.posts) >= count, seconds), f"only {self.posts}"
            return list(self.posts)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.strip("/").partition("?")[0]
        with self.server.arrived:
            self._keep(path, body)
            self.server.headers_seen.append(dict(self.headers))
            self.server.arrived.notify_all()
        planned = self.server.answers.get(path)
        self._answer(planned.pop(0) if planned else None, path)

    def _keep(self, path: str, body: bytes) -> None:
        if "json" in (self.headers.get("Content-Type") or "json"):
            self.server.posts.append((path, json.loads(body)))
        else:
            self.server.uploads.append(body)

    def do_PUT(self) -> None:
        self.do_POST()

    def do_GET(self) -> None:
        path = self.path.strip("/").partition("?")[0]
        self.server.gets.append(path)
        self._answer(None, path)

    def _answer(self, status: int | None, path: str) -> None:
        way = path.partition("/")[0]
        if status is not None or way.isdigit():
            self._status(status or int(way))
        elif way == "limited":
            self._status(429, {"Retry-After": "7"})
        elif way == "loop":
            self._status(301, {"Location": f"/{path}"})
        elif way == "hang":
            self.server.over.wait(60)
        elif way == "drip":
            self._drip()
        elif way == "cut":
            self._cut()
        else:
            self._status(200)

    def _status(self, status: int, headers: dict[str, str] | None = None) -> None:
        body = self.server.reply if status == 200 else b""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """A byte now and then, each in time for the client's read timeout, and never the last one."""
        with suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            while not self.server.over.wait(0.1):
                self.wfile.write(b".")
                self.wfile.flush()

    def _cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half an ans")
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def webhook(port: int = 0) -> Iterator[Webhook]:
    server = Webhook(port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Mailbox:
    """An SMTP handler that keeps what it gets; recipients named in `refuse` are answered with their code."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse: dict[str, int] = {}
        self.port = 0

    def reset(self) -> None:
        self.messages.clear()
        self.refuse.clear()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        code = self.refuse.get(address)
        if code:
            return f"{code} not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"

    def url(self, to: str = "desk@example.org", auth: str = "") -> str:
        return f"mailto://{auth}127.0.0.1:{self.port}/{to}?from=tallywire@example.org&mode=insecure&format=text"

    def wait(self, count: int, seconds: float = 20.0) -> list[EmailMessage]:
        end = time.monotonic() + seconds
        while len(self.messages) < count and time.monotonic() < end:
            time.sleep(0.02)
        assert len(self.messages) >= count
        return self.messages


@contextmanager
def mail_server(**options: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    box.port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
