"""What a service manager is told, on a socket of the test's own."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tallywire.health.systemd import Notifier
from tests.flow import texts
from tests.harness import Place, wait_for


@contextmanager
def manager(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        link.bind(address)
        link.settimeout(30)
        yield link


def heard(link: socket.socket) -> str:
    return link.recv(4096).decode()


@pytest.mark.parametrize("kind", ["path", "abstract"])
def test_messages_are_as_sd_notify_has_them(tmp_path: Path, kind: str) -> None:
    name = str(tmp_path / "notify") if kind == "path" else f"@tallywire-test-{os.getpid()}"
    with manager(name.replace("@", "\0", 1)) as link:
        notifier = Notifier({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "6000000", "WATCHDOG_PID": str(os.getpid())})
        assert notifier.watchdog_seconds == 6.0
        notifier.ready()
        notifier.status("all\nis well")
        notifier.alive()
        notifier.stopping()
        assert [heard(link) for _ in range(4)] == ["READY=1", "STATUS=all is well", "WATCHDOG=1", "STOPPING=1"]
        notifier.reloading()
        assert heard(link).startswith("RELOADING=1\nMONOTONIC_USEC=")


def test_nobody_asked_nobody_listens_or_the_watchdog_is_anothers(tmp_path: Path) -> None:
    Notifier({}).ready()
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()
    assert Notifier({"WATCHDOG_USEC": "6000000", "WATCHDOG_PID": "1"}).watchdog_seconds is None
    assert Notifier({"WATCHDOG_USEC": "0"}).watchdog_seconds is None
    assert Notifier({"WATCHDOG_USEC": "soon"}).watchdog_seconds is None


def test_a_manager_that_reads_nothing_holds_nobody_up(tmp_path: Path) -> None:
    with manager(str(tmp_path / "notify")):
        notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")})
        for _ in range(5000):
            notifier.status("x" * 200)


def test_a_daemon_says_when_it_is_ready_alive_reloading_and_stopping(tmp_path: Path) -> None:
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    with manager(str(tmp_path / "notify")) as link:
        environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "900000"}
        try:
            place.start(environment)
            said = [heard(link)]
            while said.count("WATCHDOG=1") < 3:
                said.append(heard(link))
            assert said[0] == "READY=1"
            assert any(line.startswith("STATUS=") and "events" in line for line in said)
            assert place.daemon is not None
            place.daemon.send_signal(1)  # SIGHUP
            wait_for(lambda: heard(link).startswith("RELOADING=1"), "it says that it reloads")
            wait_for(lambda: heard(link) == "READY=1", "it says that it is ready again")
            assert place.stop() == 0
            wait_for(lambda: heard(link) == "STOPPING=1", "it says that it stops")
        finally:
            place.kill()
