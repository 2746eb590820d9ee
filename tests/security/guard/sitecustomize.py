"""First in each Python process of a test: refuses each connection and look-up but loopback's, and notes the attempt.

The note is the name of an empty file beside a copy of this one: a parser's process may not write a byte, and sees no
variable of the environment.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from urllib.parse import quote

_CONNECTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_LOOKS_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_OWN = os.uname().nodename  # mail programs greet with the machine's own name, and ask for its full form
_HERE = os.path.dirname(os.path.abspath(__file__))


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in _CONNECTS:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a socket file's address is a path
    elif event in _LOOKS_UP:
        host = arguments[0]
    else:
        return
    name = host.decode("utf-8", "replace") if isinstance(host, bytes) else host
    if isinstance(name, str) and name and not _is_here(name, event in _LOOKS_UP):
        note = quote(f"{event} {name} by {' '.join(sys.orig_argv)}", safe=" ")[:200]
        os.close(os.open(os.path.join(_HERE, f"tried {os.getpid()} {note}"), os.O_CREAT | os.O_WRONLY, 0o600))
        raise PermissionError(13, f"this test allows no network: {event}")


def _is_here(name: str, is_looked_up: bool) -> bool:
    """Whether it is this machine. An address is not looked up by anybody: what counts is whether it is connected to."""
    try:
        return ipaddress.ip_address(name).is_loopback or is_looked_up
    except ValueError:
        return name in ("localhost", _OWN)


sys.addaudithook(_refuse)
