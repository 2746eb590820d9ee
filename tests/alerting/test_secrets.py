"""A canary secret in every channel's URL, through a real daemon and every outcome: it shows nowhere but in the sends.

`PLACES` are all the places where it could show. A new way out of the store (a page, say) belongs there.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from tests.alerting.here import Here
from tests.deliver.sinks import Mailbox, Webhook, free_port, mail_server, webhook
from tests.flow import texts
from tests.harness import wait_for

CANARY: Final = "c4nary-S3cret"
TABLES: Final = ("claims", "revisions", "series", "alerts", "deliveries")


def channels(hooks: Webhook, mails: Mailbox) -> dict[str, str]:
    """A URL for each class of outcome, the canary in each part that a URL has."""
    dead = f"127.0.0.1:{free_port()}"
    return {
        "ok": hooks.url(f"ok/{CANARY}", f"+X-Key={CANARY}&:field={CANARY}&-q={CANARY}"),
        "gone": hooks.url(f"404/{CANARY}", f"+X-Key={CANARY}"),
        "denied": hooks.url(f"401/{CANARY}"),
        "loop": hooks.url(f"loop/{CANARY}"),
        "limited": hooks.url(f"limited/{CANARY}"),
        "broken": hooks.url(f"500/{CANARY}"),
        "cut": hooks.url(f"cut/{CANARY}"),
        "silent": hooks.url(f"hang/{CANARY}", "rto=1"),
        "refused": f"json://ana:{CANARY}@{dead}/{CANARY}?+K={CANARY}",
        "unknown-host": f"json://ana:{CANARY}@nobody.invalid/{CANARY}",
        "chat": f"mmost://127.0.0.1:{hooks.server_port}/{CANARY}-abcdefghijkl",
        "mail": mails.url(auth=f"ana:{CANARY}@"),
        "no-mail": f"mailto://ana:{CANARY}@{dead}/to@example.org?from=a@example.org&mode=insecure",
        "bad": f"discord://{CANARY}",
        "nosuch": f"nosuch://{CANARY}/x?y={CANARY}",
        "vault": "${VAULT}",
    }


# What each class of outcome leaves as its error, by channel.
ERRORS: Final = {
    "gone": "HTTP 404: Failed to send JSON POST notification: Page not found",
    "denied": "HTTP 401",
    "loop": "redirected (HTTP 301)",
    "limited": "rate limited (HTTP 429)",
    "broken": "HTTP 500",
    "cut": "no answer (",
    "silent": "no answer (ReadTimeout",
    "refused": "no answer (NewConnectionError",
    "unknown-host": "no answer (NameResolutionError",
    "mail": "the mail server does not support login",
    "no-mail": "no answer at connect",
    "bad": "apprise takes no such discord:// URL",
    "nosuch": "apprise takes no such nosuch:// URL",
    "vault": "no answer (",
}


class Told:
    """A home after its channels were tried, and what its daemon left."""

    def __init__(self, home: Here, scratch: Path, titles: dict[str, str], metrics: bytes) -> None:
        self.home = home
        self.metrics = metrics
        self.scratch = scratch
        self.titles = titles

    def said(self, *arguments: str) -> bytes:
        done = self.home.run(*arguments, check=False)
        return (done.stdout + done.stderr).encode()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    root = tmp_path_factory.mktemp("secrets")
    scratch = root / "tmp"
    scratch.mkdir()
    with webhook() as hooks, mail_server() as mails:
        text = "".join(f'{name}: "{url}"\n' for name, url in channels(hooks, mails).items())
        port = free_port()
        settings = f'{texts.QUICK}metrics: {port}\nheartbeat: "http://127.0.0.1:{hooks.server_port}/401/{CANARY}"\n'
        home = Here(root / "home", estimates=texts.TROOPS, channels=text, settings=settings)
        (home.home.config / "secrets.env").write_text(f"VAULT=json://127.0.0.1:1/{CANARY}\n")
        (home.home.config / "secrets.env").chmod(0o600)
        with running(home, scratch):
            home.drop("first.txt", texts.FIRST)
            hooks.wait(3)
            titles = titles_of(home)
            wait_for(lambda: set(ERRORS) <= errors(home).keys(), "each has failed once")
            wait_for(lambda: hooks.gets, "the heartbeat")
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
                metrics = answer.read()
        assert CANARY in json.dumps(hooks.headers_seen), "the secrets did go where they belong"
        yield Told(home, scratch, titles, metrics)


@contextmanager
def running(home: Here, scratch: Path) -> Iterator[None]:
    home.start(env={"TMPDIR": str(scratch)}, verbose=True)
    try:
        yield
    finally:
        home.kill()


def titles_of(home: Here) -> dict[str, str]:
    """What `ps` shows of the daemon and of all below it, and their environment."""
    assert home.daemon is not None
    found = {}
    for pid in [home.daemon.pid, *children(home.daemon.pid)]:
        for name in ("cmdline", "comm", "environ"):
            try:
                found[f"{pid}/{name}"] = Path(f"/proc/{pid}/{name}").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended
    return found


def children(pid: int) -> list[int]:
    """The processes below one, at any depth."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    found = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    return found + [deeper for child in found for deeper in children(child)]


def errors(home: Here) -> dict[str, str]:
    return {row["channel"]: row["error"] for row in home.ask("deliveries") if row["error"]}


# --- the places -------------------------------------------------------------------------------------------------------


def commands(told: Told) -> bytes:
    asked = ("channels", "check", "events", "deliveries", "alerts", "estimates", "verify", "reload")
    plain = [told.said(*words.split()) for words in asked]
    alerts = [a["id"] for a in told.home.ask("alerts")]
    plain += [told.said("alerts", "explain", alert, *form) for alert in alerts for form in ((), ("--format", "json"))]
    plain += [told.said(words, "--format", "json") for words in ("channels", "events", "deliveries", "alerts", "check")]
    plain += [told.said("deliveries", "retry", alerts[0], "--channel", name, "--why", "x") for name in ("gone", "bad")]
    return b"\n".join(
        [*plain, told.said("test-send", "gone"), told.said("test-send", "bad"), told.said("test-send", "no")]
    )


def check_of_each_channel(told: Told) -> bytes:
    """`check` stops at the first mistake: one configuration for each URL, its error and its success."""
    file = told.home.home.config / "channels.yaml"
    before = file.read_text()
    try:
        said = []
        for line in before.splitlines():
            file.write_text(line + "\n")
            said.append(told.said("check"))
        return b"\n".join(said)
    finally:
        file.write_text(before)


def exports(told: Told) -> bytes:
    """Every table in every format; Parquet is compressed, so it is read back."""
    found = [told.said("export", what, "--format", form) for what in TABLES for form in ("csv", "jsonl")]
    if find_spec("pyarrow"):
        from pyarrow import parquet

        for what in TABLES:
            path = told.scratch.parent / f"{what}.parquet"
            told.said("export", what, "--format", "parquet", "--output", str(path))
            found.append(str(parquet.read_table(path).to_pylist()).encode())
    assert all(found)
    return b"\n".join(found)


def store(told: Told) -> bytes:
    """The files of the store as they are, and every value of every table."""
    raw = [path.read_bytes() for path in sorted(told.home.home.store.iterdir()) if path.is_file()]
    return b"\n".join([*raw, dumped(told.home.home.database)])


def dumped(database: Path) -> bytes:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return "\n".join(connection.iterdump()).encode("utf-8", "surrogateescape")
    finally:
        connection.close()


def rest_of_the_home(told: Told) -> bytes:
    """All files but the configuration, where the secrets live, opened where they are compressed."""
    root = told.home.home.root
    files = [p for p in root.rglob("*") if p.is_file() and not p.is_relative_to(told.home.home.config)]
    return b"\n".join(path.as_posix().encode() + opened(path) for path in files)


def backups(told: Told) -> bytes:
    """A backup's files as they are, and every value of every table of the copy."""
    place = told.scratch.parent / "backups"
    place.mkdir(exist_ok=True)
    said = told.said("backup", str(place))
    assert list(place.glob("*.db")), said
    files = [path for path in sorted(place.rglob("*")) if path.is_file()]
    assert {"channels.txt", "tallywire.yaml"} <= {path.name for path in files}
    copies = [dumped(path) for path in files if path.suffix == ".db"]
    return b"\n".join([said, *(path.name.encode() + opened(path) for path in files), *copies])


def health(told: Told) -> bytes:
    """What the daemon tells of itself, as it was while it ran."""
    return b"\n".join(
        [told.metrics, *(told.said(*words.split()) for words in ("status", "doctor", "status --format json"))]
    )


def opened(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def left_over(told: Told) -> bytes:
    """What the daemon and its senders left among the temporary files."""
    return b"\n".join(p.as_posix().encode() + (p.read_bytes() if p.is_file() else b"") for p in told.scratch.rglob("*"))


PLACES: Final[dict[str, Callable[[Told], bytes]]] = {
    "output": lambda told: told.home.output.read_bytes(),
    "log at DEBUG": lambda told: told.home.log.read_bytes(),
    "processes": lambda told: "\n".join(told.titles.values()).encode(),
    "temporary files": left_over,
    "errors": lambda told: json.dumps(errors(told.home)).encode(),
    "commands": commands,
    "check": check_of_each_channel,
    "exports": exports,
    "store": store,
    "home": rest_of_the_home,
    "backups": backups,
    "status and metrics": health,
}


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_shows(told: Told, place: str) -> None:
    found = PLACES[place](told)
    assert place == "temporary files" or len(found) > 100
    at = found.lower().find(CANARY.lower().encode())
    assert at < 0, found[max(0, at - 200) : at + 100]


def test_every_class_of_outcome_was_met(told: Told) -> None:
    found = errors(told.home)
    assert {name: words for name, words in ERRORS.items() if words not in found[name]} == {}
    assert {row["channel"] for row in told.home.ask("deliveries") if row["state"] == "delivered"} >= {"ok", "chat"}


def test_the_senders_were_among_the_processes(told: Told) -> None:
    lines = [text.replace("\0", " ") for name, text in told.titles.items() if name.endswith("cmdline")]
    assert sum("tallywire.deliver.sender" in line for line in lines) >= 3
