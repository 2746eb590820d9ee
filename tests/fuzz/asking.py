"""Targets that people and programs write to: the configuration, apprise's own, the control socket, stored events."""

from __future__ import annotations

import atexit
import json
import shutil
import socket
import tempfile
import zlib
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tallywire import act, config
from tallywire.arguments import CommandError
from tallywire.config import ConfigError
from tallywire.config.importing import take_over
from tallywire.control import ControlServer
from tallywire.core.definition import from_json, to_json
from tallywire.eventstore.base import StoreError
from tallywire.eventstore.codec import STORED, canonical, decode, encode, parsed
from tallywire.eventstore.memory import MemoryStore
from tallywire.tracking import compiled
from tests.eventstore import samples as stored
from tests.fuzz.damage import ODD, damaged, soup
from tests.fuzz.target import Target

ROOT = Path(__file__).parents[2]
GOLDEN = [path.read_bytes() for path in sorted((ROOT / "tests" / "golden" / "events").glob("*.json"))]
CANARY = "c4nary-S3cret"

FILES = {
    "tallywire.yaml": b"""\
store: store/x.db
inbox: in
port: off
zone: Europe/Kyiv
after: keep
limits: {bytes: 1.5 MB}
rescan: 1 min
interval: 0
digest: [{at: 22:00, to: console, name: late, on: monday}]
live horizon: 30 days
backlog: 7
""",
    "estimates.yaml": b"""\
- track: N soldiers killed or wounded in Mali
  id: mali.all
  same as: {soldiers: [troops, 'No'], Mali: "10:30"}
  ignore: [civilians, 07]
  parts: Kidal
  since: 2024-01-01
  figures: one per attack
  policy: corroborated
  voices: 3
  adds: [mali.killed]
  near: 1.2
  window: 2 weeks
  alert: {change: [5%, "1,000"], kinds: [change, correction]}
  to: [console]
- track: N soldiers killed in Mali
  id: mali.killed
  inside: mali.all
""",
    "alerts.yaml": b"""\
default: {change: 5%, on: [best, width], severity: warning, cooldown: 6 h, quiet hours: 22:00-07:00 Europe/Kyiv}
tags: {front: {change: 2%}}
rules:
  boss: {change: 50%, severity: critical, to: [console], stale after: 14 days}
""",
    "sources.yaml": b"""\
General Staff: [Genshtab, the staff]
Morning Star: {aliases: [Star], grade: B, outlet: yes}
Nobody: {muted: yes}
""",
    "channels.yaml": b"""\
desk: {url: "json://ana:%s@localhost/${TOKEN}", tags: [urgent], fallback: mail, chart: no}
mail: mailto://ana:pass@example.org?to=b@example.org
"""
    % CANARY.encode(),
    "secrets.env": b"# ours\nTOKEN=abc\nexport OTHER='d e'\n",
}
_APPRISE = [
    b"# comment\njson://user:pass@localhost/path?+X-Key=abc\ndesk, boss = mailto://a:b@example.org?to=c@example.org\n",
    b"version: 1\ntag: all\nurls:\n  - json://localhost/one\n  - slack://aaa/bbb/ccc:\n      - tag: desk\n"
    b"  - url: json://localhost/two\n    tag: [desk]\n",
]
_YAML = [
    *(
        b": ",
        b"- ",
        b"\n  ",
        b"\n",
        b"{",
        b"}",
        b"[",
        b"]",
        b"|\n",
        b">-\n",
        b"&a ",
        b"*a",
        b"!!python/object:os.system ",
    ),
    *(
        b"? ",
        b"---\n",
        b"...\n",
        b"%YAML 9\n",
        b"<<: *a",
        b"'",
        b'"\\x',
        b"#",
        b"include: http://x\n",
        b"urls:\n",
        b"://",
    ),
    *(b"1 century", b"-5%", b"99:99", b"Mars/Base", b"mali.all", b"track: N", b"to: [nobody]", b"adds: [mali.all]"),
]


# --- files that people write ------------------------------------------------------------------------------------------


@cache
def scratch() -> Path:
    """A folder of this process, in memory where there is such a file system."""
    shared = Path("/dev/shm")
    made = Path(tempfile.mkdtemp(prefix="tallywire-fuzz-", dir=shared if shared.is_dir() else None))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def _configured(data: bytes) -> None:
    """The first line names the file that is broken; the others are whole. One line about it, or a home that works."""
    name, _, content = data.partition(b"\n")
    home = scratch() / "config-home"
    (home / "config").mkdir(parents=True, exist_ok=True)
    for each, whole in FILES.items():
        (home / "config" / each).write_bytes(content if each.encode() == name else whole)
    try:
        found = config.load(home, {})
    except ConfigError as error:
        _is_one_line(str(error))
        assert name == b"channels.yaml" or CANARY not in str(error)
        return
    if zlib.crc32(data) % 8 == 0:  # it takes far longer than reading the files
        compiled(found.definitions)
    assert tuple(from_json(parsed(canonical(to_json(d)))) for d in found.definitions) == found.definitions
    assert not any(CANARY in channel.shown for channel in found.channels if channel.name == "desk")
    for hint in found.hints:
        _is_one_line(hint)


def _is_one_line(message: str) -> None:
    assert message and message.isprintable(), message
    message.encode()


def _imported(data: bytes) -> None:
    """All of an apprise configuration or nothing; afterwards the home's own still loads."""
    home = scratch() / "import-home"
    shutil.rmtree(home, ignore_errors=True)
    (home / "config").mkdir(parents=True)
    (home / "apprise.conf").write_bytes(data)
    try:
        lines = take_over(home, home / "apprise.conf")
    except ConfigError:
        assert not list((home / "config").iterdir()), "half of it was written"
        return
    assert lines and len(config.load(home, {}).channels) <= len(lines)


# --- lines on the control socket --------------------------------------------------------------------------------------


class _Desk:
    """A control socket as the daemon opens it, with the daemon's commands behind it and a store in memory."""

    def __init__(self) -> None:
        self.store = MemoryStore(stored.Ticking())
        stored.fill(self.store)
        self.path = scratch() / "control.sock"
        self.server = ControlServer(self.path, self.handle)
        self.server.start()
        self.fault: BaseException | None = None

    def handle(self, command: str, arguments: dict[str, Any], by: str) -> dict[str, Any]:
        try:
            with self.store.transaction() as tx:
                return act.act(tx, command, arguments, by)
        except (CommandError, StoreError):
            raise
        except Exception as error:
            self.fault = error
            raise

    def say(self, line: bytes) -> Any:
        """The daemon's answer."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(20)
            link.connect(str(self.path))
            link.sendall(line.split(b"\n")[0] + b"\n")
            return json.loads(link.makefile("rb").readline())


@cache
def _desk() -> _Desk:
    return _Desk()


def _controlled(line: bytes) -> None:
    """One line gets one answer. What is refused changes nothing, and no command breaks on what it is given."""
    desk = _desk()
    desk.fault, before = None, desk.store.head()
    answer = desk.say(line)
    assert isinstance(answer, dict)
    if desk.fault is not None:
        raise desk.fault
    assert "error" not in answer or (desk.store.head() == before and answer["error"])
    if desk.store.head() > 2_000:  # a store that grows makes every line slower
        desk.store = MemoryStore(stored.Ticking())
        stored.fill(desk.store)


def _lines() -> st.SearchStrategy[bytes]:
    scalar = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20)
    known = st.sampled_from(
        ["c1", "c2", "a1", "c", "alert1", "lanterns.lit", "console", "12,000", "2025-03-01", "1 d", ""]
    )
    keys = (
        "id claim article estimate alert channel why published value low high until for percent days kind number best"
    )
    arguments = st.dictionaries(st.sampled_from(keys.split()) | st.text(max_size=5), known | scalar, max_size=6)
    given = st.builds(lambda **line: line, command=st.sampled_from(sorted(act.COMMANDS)), arguments=arguments)
    whole = [b'{"command": "claims.reject", "arguments": {"id": "c1", "why": "x"}}', b"[]", b"null", b'{"command": 1}']
    return given.map(lambda value: json.dumps(value).encode()) | damaged(whole)


# --- stored events ----------------------------------------------------------------------------------------------------


def _decoded(data: bytes) -> None:
    """A stored payload is an event that comes out of the store as it went in, or a StoreError; nothing else."""
    try:
        kept = json.loads(data)
        name, schema, payload = str(kept["type"]), int(kept["schema"]), kept["data"]
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return
    try:
        event = decode(name, schema, payload)
        text = canonical(encode(event)[2])
    except StoreError as error:
        str(error).encode("utf-8", "replace")
        return
    assert decode(name, STORED[name].schema, parsed(text)) == event


def _payloads() -> st.SearchStrategy[bytes]:
    anything = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
    anything |= st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
    event = st.sampled_from(sorted(STORED)).flatmap(lambda name: stored.any_of(STORED[name].cls))

    def written(event: Any, schema: int | None, changed: dict[int, Any], whole: Any) -> bytes:
        name, own, payload = encode(event)
        names = sorted(payload)
        payload |= {names[place % len(names)]: value for place, value in changed.items()}
        kept = {"type": name, "schema": own if schema is None else schema, "data": whole or payload}
        return json.dumps(kept).encode("utf-8", "surrogatepass")

    changes = st.dictionaries(st.integers(0, 9), anything, max_size=3)
    return st.builds(written, event, st.none() | st.integers(-1, 3), changes, st.none() | anything) | damaged(GOLDEN)


def _any_file() -> st.SearchStrategy[bytes]:
    def of(name: str) -> st.SearchStrategy[bytes]:
        return damaged([FILES[name]], _YAML).map(lambda content: name.encode() + b"\n" + content)

    return st.sampled_from(sorted(FILES)).flatmap(of)


TARGETS = (
    Target("config", _any_file(), _configured),
    Target("apprise import", damaged(_APPRISE, _YAML) | soup([*_YAML, *ODD, *_APPRISE]), _imported),
    Target("control", _lines(), _controlled),
    Target("events", _payloads(), _decoded),
)
