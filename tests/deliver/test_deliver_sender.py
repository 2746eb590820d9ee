"""A sender process against real servers: every outcome, the deadline, and the end of the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tallywire.deliver.process import Sender
from tests.deliver.sinks import Mailbox, Webhook, free_port

DEADLINE = 8.0  # generous where nothing should hang


@pytest.fixture(scope="module")
def sender() -> Iterator[Sender]:
    sender = Sender()
    yield sender
    sender.kill()


def frame(url: str, **more: Any) -> dict[str, Any]:
    return {"url": url, "title": "A title", "body": "A body", "type": "info", "payload": None, **more}


@pytest.mark.parametrize(
    ("path", "state", "error", "uncertain"),
    [
        ("ok", "delivered", "", False),
        ("204", "delivered", "", False),
        ("loop", "permanent", "redirected (HTTP 301)", False),
        ("400", "permanent", "HTTP 400", False),
        ("401", "permanent", "HTTP 401", False),
        ("404", "permanent", "HTTP 404", False),
        ("410", "permanent", "HTTP 410", False),
        ("408", "passing", "HTTP 408", False),
        ("limited", "limited", "HTTP 429", False),
        ("500", "passing", "HTTP 500", False),
        ("503", "passing", "HTTP 503", False),
        ("504", "passing", "HTTP 504", True),
        ("cut", "passing", "no answer", True),
    ],
)
def test_each_answer_has_its_class(
    sink: Webhook, sender: Sender, path: str, state: str, error: str, uncertain: bool
) -> None:
    outcome = sender.send(frame(sink.url(path)), DEADLINE)
    assert (outcome.state, outcome.uncertain) == (state, uncertain), outcome
    assert error in outcome.error
    assert outcome.retry_after == (7.0 if path == "limited" else None)


def test_a_redirect_is_not_followed_into_a_get_unless_asked(sink: Webhook, sender: Sender) -> None:
    before = len(sink.posts)
    outcome = sender.send(frame(sink.url("loop", "redirect=yes")), DEADLINE)
    assert outcome.state == "permanent" and "without end" in outcome.error
    assert len(sink.posts) == before + 1


@pytest.mark.parametrize("path", ["hang", "drip"])
def test_past_the_deadline_the_process_is_really_gone(sink: Webhook, path: str) -> None:
    sender = Sender()
    assert sender.send(frame(sink.url("ok")), DEADLINE).state == "delivered"
    pid = sender.pid
    assert pid is not None
    # rto: a read timeout beyond the deadline, so that only the deadline can end it
    outcome = sender.send(frame(sink.url(path, "rto=60")), 0.6)
    assert (outcome.state, outcome.uncertain) == ("passing", True)
    assert outcome.error == "timed out after 0.6 s"
    assert sender.pid is None and not Path(f"/proc/{pid}").exists()
    assert sender.send(frame(sink.url("ok")), DEADLINE).state == "delivered", "the next send has a new process"
    sender.kill()


def test_a_silent_server_costs_less_than_the_process(sink: Webhook, sender: Sender) -> None:
    """The socket's own timeout comes first, so that the warm process stays."""
    sender.send(frame(sink.url("ok")), DEADLINE)
    pid = sender.pid
    outcome = sender.send(frame(sink.url("hang")), 2.0)
    assert (outcome.state, outcome.uncertain) == ("passing", True)
    assert "ReadTimeout" in outcome.error and sender.pid == pid


def test_nobody_listens(sender: Sender) -> None:
    outcome = sender.send(frame(f"json://127.0.0.1:{free_port()}/x"), DEADLINE)
    assert (outcome.state, outcome.uncertain) == ("passing", False)


def test_unknown_host(sender: Sender) -> None:
    outcome = sender.send(frame("json://nowhere.invalid/x"), DEADLINE)
    assert (outcome.state, outcome.uncertain) == ("passing", False)


@pytest.mark.parametrize("url", ["nosuchservice://abc", "discord://only-one-part", "not a url", "mailto://", "json://"])
def test_a_bad_url_is_permanent(sender: Sender, url: str) -> None:
    outcome = sender.send(frame(url), DEADLINE)
    assert outcome.state == "permanent" and "apprise takes no such" in outcome.error


def test_mail_arrives_as_plain_text(mailbox: Mailbox, sender: Sender) -> None:
    start = len(mailbox.messages)
    for number in range(2):  # twice: a re-used apprise object would sleep for 5.5 s
        assert sender.send(frame(mailbox.url(), title=f"№ {number}", body="Ünïcode <b>"), 4.0).state == "delivered"
    message = mailbox.messages[start + 1]
    assert message["Subject"] == "№ 1" and message["To"] == "desk@example.org"
    assert message.get_content_type() == "text/plain" and message.get_content().strip() == "Ünïcode <b>"


@pytest.mark.parametrize(("code", "state"), [(550, "permanent"), (450, "passing")])
def test_refused_recipients(mailbox: Mailbox, sender: Sender, code: int, state: str) -> None:
    mailbox.refuse = {"gone@example.org": code}
    outcome = sender.send(frame(mailbox.url("gone@example.org")), DEADLINE)
    assert outcome.state == state and str(code) in outcome.error


def test_one_of_two_recipients_refused_leaves_a_possible_repeat(mailbox: Mailbox, sender: Sender) -> None:
    mailbox.refuse = {"gone@example.org": 450}
    outcome = sender.send(frame(mailbox.url("desk@example.org/gone@example.org")), DEADLINE)
    assert (outcome.state, outcome.uncertain) == ("passing", True)


def test_no_mail_server(sender: Sender) -> None:
    url = f"mailto://127.0.0.1:{free_port()}/to@example.org?from=a@example.org&mode=insecure"
    outcome = sender.send(frame(url), DEADLINE)
    assert (outcome.state, outcome.uncertain) == ("passing", False) and "connect" in outcome.error


def test_login_that_the_server_does_not_know_is_permanent(mailbox: Mailbox, sender: Sender) -> None:
    outcome = sender.send(frame(mailbox.url(auth="ana:secret-word@")), DEADLINE)
    assert outcome.state == "permanent" and "login" in outcome.error
    assert "secret-word" not in outcome.error


def test_a_sender_that_dies_in_the_middle_is_an_uncertain_outcome(sink: Webhook) -> None:
    sender = Sender()
    assert sender.send(frame(sink.url("ok")), DEADLINE).state == "delivered"
    pid = sender.pid
    assert pid is not None

    def shoot() -> None:
        sink.wait(2)
        os.kill(pid, signal.SIGKILL)

    shooter = threading.Thread(target=shoot)
    shooter.start()
    outcome = sender.send(frame(sink.url("hang", "rto=60")), 30)
    shooter.join()
    assert (outcome.state, outcome.error, outcome.uncertain) == ("passing", "the sending process died", True)
    sender.kill()


def test_closed_for_good(sink: Webhook) -> None:
    sender = Sender()
    sender.send(frame(sink.url("ok")), DEADLINE)
    sender.close()
    assert sender.pid is None
    assert sender.send(frame(sink.url("ok")), DEADLINE).state == "passing"
    assert sender.pid is None
    sender.kill()


def test_the_process_ends_with_its_parent(sink: Webhook) -> None:
    """The parent is killed while its sender hangs in a send."""
    script = (
        "import sys, threading, time; from tallywire.deliver.process import Sender; s = Sender()\n"
        f"f = dict(url={sink.url('hang', 'rto=60')!r}, title='t', body='b', type='info', payload=None)\n"
        "threading.Thread(target=s.send, args=(f, 60), daemon=True).start()\n"
        "while s.pid is None: time.sleep(0.02)\n"
        "print(s.pid, flush=True); time.sleep(60)"
    )
    posts = len(sink.posts)
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    sink.wait(posts + 1)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 10
    while _runs(child) and time.monotonic() < end:
        time.sleep(0.02)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    """Not even as a zombie that nobody has yet waited for."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
