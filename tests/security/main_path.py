"""The main path of a whole daemon, told as JSON; test_no_network.py runs it where there is loopback and nothing else.

`python -m tests.security.main_path HOME`: articles full of links go in, alerts go out to a webhook and a mail server.
"""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.deliver.sinks import mail_server, webhook
from tests.flow import texts
from tests.harness import Place, wait_for
from tests.security import links


class _Trap(BaseHTTPRequestHandler):
    """A server that articles point to: it could be reached, and nobody may come."""

    def do_GET(self) -> None:
        caught.append(f"{self.command} {self.path}")
        self.send_error(404)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


caught: list[str] = []


@contextmanager
def trap() -> Iterator[str]:
    """The address of the trap."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Trap)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def loopback_up() -> None:
    """In a fresh network loopback is down; where it is not fresh, this changes nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        flags = struct.unpack("16sh", fcntl.ioctl(link, 0x8913, struct.pack("16sh", b"lo", 0)))[1]  # SIOCGIFFLAGS
        if not flags & 1:
            fcntl.ioctl(link, 0x8914, struct.pack("16sh", b"lo", flags | 1))  # SIOCSIFFLAGS, IFF_UP


def without_route() -> int:
    """How many packets the kernel had nowhere to send to, in this network, since it was made."""
    names, values = (line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Ip:"))
    found = int(values[names.index("OutNoRoutes")])
    for line in Path("/proc/net/snmp6").read_text().splitlines() if Path("/proc/net/snmp6").exists() else ():
        found += int(line.split()[1]) if line.startswith("Ip6OutNoRoutes") else 0
    return found


def main(home: Path) -> None:
    loopback_up()
    with webhook() as hooks, mail_server() as mails, trap() as address:
        channels = f'hook: "{hooks.url("ok")}"\nmail: "{mails.url()}"\n'
        place = Place(home, estimates=texts.TROOPS, channels=channels, settings=texts.QUICK)
        try:
            place.start()
            for number, target in enumerate((address, "http://collector.example", "//192.0.2.7:8")):
                for name, content in links.articles(target, 11_000 + 1_000 * number).items():
                    place.drop(name, content)
                wait_for(lambda: not any(p.is_file() for p in place.home.inbox.iterdir()), "all is taken in")
            place.configure(estimates=texts.TROOPS + "- track: N people displaced in Sudan\n")
            place.run("reload")
            place.settle()
            with place.store() as store:
                speaking = {row["article"] for row in store.rows("claim")}
                found = [store.text(row["id"]) or "" for row in store.rows("article")]
                states = sorted({row["state"] for row in store.rows("file")})
            place.stop()
        finally:
            place.kill()
        told = {
            "articles": len(found),
            "speaking": len(speaking),
            "posts": len(hooks.posts),
            "mails": len(mails.messages),
            "caught": caught,
        }
        told |= {"without_route": without_route(), "best": place.estimate("deployed")["best"], "states": states}
        print(json.dumps({**told, "leaked": sum("root:x:" in text or "root:*:" in text for text in found)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
