"""What a service manager is told: READY, STATUS, RELOADING, STOPPING and WATCHDOG, as sd_notify(3) has them.

Silent where nobody asked (NOTIFY_SOCKET is not set). A datagram that can't be sent is dropped: no failure to tell of
the work may stop the work.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Mapping


class Notifier:
    """`environment` is what the manager set: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.watchdog_seconds = _watchdog(environment)

    def ready(self) -> None:
        """The work has begun. Also after a reload."""
        self._send("READY=1")

    def status(self, text: str) -> None:
        """One line that `systemctl status` shows."""
        self._send("STATUS=" + " ".join(text.split()))

    def reloading(self) -> None:
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def alive(self) -> None:
        """To be sent at least every `watchdog_seconds`, or the manager starts the service anew."""
        if self.watchdog_seconds is not None:
            self._send("WATCHDOG=1")

    def _send(self, state: str) -> None:
        if self._address:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
                link.settimeout(0)  # a manager that reads nothing must not hold us up
                link.sendto(state.encode(), self._address)


def _watchdog(environment: Mapping[str, str]) -> float | None:
    """Seconds, None where no watchdog waits for this very process."""
    pid, usec = environment.get("WATCHDOG_PID", str(os.getpid())), environment.get("WATCHDOG_USEC", "")
    return int(usec) / 1e6 if usec.isdecimal() and int(usec) > 0 and pid == str(os.getpid()) else None
