"""Every mistake is one line that names the file, the line and the key, and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallywire import config
from tallywire.config import ConfigError

DEEP = "".join(f"{'  ' * level}a{level}:\n" for level in range(22))


def mistake(home: Path, name: str, text: str | bytes, environment: dict[str, str] | None = None) -> str:
    folder = home / "config"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        config.load(home, environment or {})
    message = str(caught.value)
    assert "\n" not in message
    return message


ESTIMATES = {
    "track: N people displaced in Sudan\n": "1: expected a list of estimates ('- track: N people displaced in Sudan')",
    "- N people displaced in Sudan\n": "1: expected keys and values ('key: value'), not a text",
    "- id: sudan\n": "1: key 'track' is missing",
    "- track: N people displaced in Sudan\n  polcy: latest\n": "2: key 'polcy': unknown; did you mean 'policy'?",
    "- track: N people displaced in Sudan\n  same_ass: {a: b}\n": "2: key 'same_ass': unknown; did you mean 'same as'?",
    "- track: N people displaced in Sudan\n\n  # later\n  policy: newest\n": (
        "4: key 'policy': 'newest' is not one of anchored, range, latest, highest, lowest, corroborated"
    ),
    "- track: N people displaced in Sudan\n  policy: latests\n": (
        "2: key 'policy': 'latests' is not one of anchored, range, latest, highest, lowest, corroborated;"
        " did you mean 'latest'?"
    ),
    "- track: N people displaced in Sudan\n  same as: {people: [persons, 5]}\n": (
        "2: key 'people': '5' is a number where a name is due"
    ),
    "- track: N people displaced in Sudan\n  id: a\n  id: b\n": "3: key 'id': given twice (first on line 2)",
    "- track: N people displaced in Sudan\n  same as: {people: persons}\n  same_as: {Sudan: Khartoum}\n": (
        "3: key 'same_as': given twice (first on line 2)"
    ),
    "- track: N people displaced in Sudan\n  id:\n": "2: key 'id': has no value; give it one or leave the key out",
    "- track: N people displaced in Sudan\n  id: a b\n": (
        "2: key 'id': 'a b' can't be an id: letters, digits, '.', '-' and '_' only, at most 100"
    ),
    "- track: N people displaced in Sudan\n  id: [a]\n": "2: key 'id': expected a text, not a list",
    "- track: [N people]\n": "1: key 'track': expected a text, not a list",
    "- track: N people displaced in Sudan\n  since: 2025-02-30\n": (
        "2: key 'since': '2025-02-30' is not a date; write it like 2025-01-31"
    ),
    "- track: N people displaced in Sudan\n  since: last week\n": (
        "2: key 'since': 'last week' is not a date; write it like 2025-01-31"
    ),
    "- track: N people displaced in Sudan\n  since: 2025-02-01\n  until: 2025-01-01\n": (
        "3: key 'until': '2025-01-01' is before since (2025-02-01)"
    ),
    "- track: N people displaced in Sudan\n  same as:\n    people: [persons]\n    Sudann: [Khartoum]\n": (
        "4: key 'Sudann': does not occur in the sentence 'N people displaced in Sudan'; did you mean 'Sudan'?"
    ),
    "- track: N people displaced in Sudan\n  same as: [persons]\n": (
        "2: key 'same as': expected keys and values ('key: value'), not a list"
    ),
    "- track: N people displaced in Sudan\n  figures: sum\n": (
        "2: key 'figures': 'sum' is not one of running total, add up, one per ... (one per attack)"
    ),
    "- track: N people displaced in Sudan\n  adds: [s.north]\n": "2: key 'adds': there is no estimate 's.north'",
    "- track: N people displaced in Sudan\n  id: sudan\n- track: N people displaced in Darfur\n  inside: sudann\n": (
        "4: key 'inside': there is no estimate 'sudann'; did you mean 'sudan'?"
    ),
    "- track: N people displaced in Sudan\n  id: sudan\n  adds: [sudan]\n": "3: key 'adds': 'sudan' names itself",
    "- {track: N people displaced in Sudan, id: a, adds: b}\n- {track: N people displaced in Chad, id: b, adds: a}\n": (
        "1: key 'adds': is a part of itself: a -> b -> a"
    ),
    "- {track: N people displaced in Sudan, id: a, adds: b}\n"
    "- {track: N people displaced in Darfur, id: b, adds: c}\n"
    "- {track: N people displaced in Chad, id: c}\n"
    "- {track: N people displaced in Mali, id: d, adds: a, inside: c}\n": (
        "1: key 'adds': is a part of itself: a -> b -> c -> d -> a"
    ),
    "- track: N people displaced in Sudan\n- track: N people displaced in Sudan\n": (
        "2: 'people-displaced-in-sudan' is the id of the entry on line 1 already; give one of them an 'id'"
    ),
    "- {track: N people displaced in Sudan, id: a}\n- track: N people displaced in Chad\n  id: a\n": (
        "3: key 'id': 'a' is the id of the entry on line 1 already"
    ),
    "- {track: N people displaced in Sudan, id: a}\n- track: N people displaced in Chad\n  was: a\n": (
        "3: key 'was': 'a' is still the id of an entry (line 1)"
    ),
    "- {track: N people displaced in Sudan, was: old}\n- track: N people displaced in Chad\n  was: old\n": (
        "3: key 'was': 'old' is already what 'people-displaced-in-sudan' was"
    ),
    "- track: N people displaced in Sudan\n  window: 90 moons\n": (
        "2: key 'window': '90 moons' is not a length of time; write it like 60 s, 15 min, 24 h or 90 days"
    ),
    "- track: N people displaced in Sudan\n  window: 90 h\n": "2: key 'window': '90 h' is not a number of whole days",
    "- track: N people displaced in Sudan\n  near: 0.5\n": "2: key 'near': '0.5' is out of range (1 to 1,000)",
    "- track: N people displaced in Sudan\n  near: 3\n": "2: key 'near': 3 is more than jump (2)",
    "- track: N people displaced in Sudan\n  jump: ١٠\n": "2: key 'jump': '١٠' is not a number",
    "- track: N people displaced in Sudan\n  alert: {chnge: 5%}\n": "2: key 'chnge': unknown; did you mean 'change'?",
    "- track: N people displaced in Sudan\n  alert:\n    change: five\n": (
        "3: key 'change': 'five' is neither a share (5%) nor a number (100)"
    ),
    "- track: N people displaced in Sudan\n  alert:\n    kinds:\n    - change\n    - corection\n": (
        "5: key 'kinds': 'corection' is not one of correction, first figure, contradiction, confirmation, change, pin,"
        " single-source jump, undated report, new plan, fading, staleness, system, summary; did you mean 'correction'?"
    ),
    "- track: N people displaced in Sudan\n  to:\n  - console\n  - desk\n": (
        "4: key 'to': there is no channel or tag 'desk'; known: console"
    ),
    "- track: N people displaced in Sudan\n  to: [consol]\n": (
        "2: key 'to': there is no channel or tag 'consol'; did you mean 'console'?"
    ),
}

YAML = {
    "- track: N people\n\tid: a\n": "2: a tab can't indent YAML; use spaces",
    "- track: N people: in Sudan\n": "1: an unexpected ':' (a text with ': ' in it needs quotes), or wrong indent",
    "- track: 'N people\n": "2: the quote that begins on line 1 is never closed",
    "- track: N people displaced in Sudan\n  to: [desk\n": (
        "3: the list that begins on line 2 is never closed, or a ',' is missing"
    ),
    "- track: N people\n  same as: {a: b\n": (
        "3: the mapping that begins on line 2 is never closed, or a ',' is missing"
    ),
    "- track: N people\n  to: @desk\n": "2: a text that begins with this sign needs quotes",
    "- track: N people\n id: a\n": "2: wrong indent, or a list and a mapping mixed",
    "- track: N people\nid: a\n": "2: wrong indent, or a list and a mapping mixed",
    "- track: N people\n  id\n  to: [a]\n": "3: a key without ':', or wrong indent",
    '- track: "\\q"\n': "1: an unknown \\ escape; use single quotes to have \\ stand for itself",
    "- &a track: N people\n": "1: anchors (&) and aliases (*) are not taken; a text that begins so needs quotes",
    "- track: *a\n": "1: key 'track': anchors (&) and aliases (*) are not taken; a text that begins so needs quotes",
    "- track: !!python/object/apply:os.system [ls]\n": (
        "1: key 'track': tags (!) are not taken; a text that begins so needs quotes"
    ),
    "- track: !x!y z\n": "1: this is not valid YAML",
    "- track: a\n---\n- track: b\n": "2: a second document ('---'); one file holds one",
    "- ? [a]\n  : b\n": "1: a key must be a text, not a list or a mapping",
    "- '': b\n": "1: a key is missing before ':'",
    "- track: a\n  id: b\x00\n": "2: the character U+0000 has no place in a text",
    b"- track: caf\xe9\n": "1: is not UTF-8; save it as UTF-8",
    b"# \n- track: a\n- track: caf\xe9\n": "3: is not UTF-8; save it as UTF-8",
    "- " + "[" * 21 + "]" * 21 + "\n": "1: more than 20 levels deep",
    DEEP: "22: key 'a20': more than 20 levels deep",
}

SETTINGS = {
    "- a\n": "1: expected keys and values ('key: value'), not a list",
    "inboxx: a\n": "1: key 'inboxx': unknown; did you mean 'inbox'?",
    "quux: a\n": (
        "1: key 'quux': unknown; known here: store, inbox, port, zone, after, limits, rescan, interval, digest,"
        " live horizon, backlog, disk low, metrics, heartbeat, backup, network store, log"
    ),
    "port: 80a\n": "1: key 'port': '80a' is not a whole number",
    "port: 70000\n": "1: key 'port': '70000' is out of range (1 to 65,535)",
    "zone: Europe/Kiew\n": "1: key 'zone': 'Europe/Kiew' is not a time zone; write it like Europe/Kyiv;"
    " did you mean 'Europe/Kiev'?",
    "zone: ../../etc/passwd\n": "1: key 'zone': '../../etc/passwd' is not a time zone; write it like Europe/Kyiv",
    "zone: Atlantis\n": "1: key 'zone': 'Atlantis' is not a time zone; write it like Europe/Kyiv",
    "after: archive\n": "1: key 'after': 'archive' is not one of move, delete, keep",
    "limits: 20 MB\n": "1: key 'limits': expected keys and values ('key: value'), not a text",
    "limits: {}\n": "1: key 'bytes' is missing",
    "limits: {bytes: twenty}\n": "1: key 'bytes': 'twenty' is not a size; write it like 20 MB",
    "limits: {bytes: 5 GB}\n": "1: key 'bytes': '5 GB' is out of range (1,000 to 1,000,000,000 bytes)",
    "rescan: 0\n": "1: key 'rescan': '0' is out of range (1 to 3,600 seconds)",
    "interval: 2 days\n": "1: key 'interval': '2 days' is out of range (0 to 86,400 seconds)",
    "interval: -5 s\n": (
        "1: key 'interval': '-5 s' is not a length of time; write it like 60 s, 15 min, 24 h or 90 days"
    ),
    "digest: {at: 25:00}\n": "1: key 'at': '25:00' is not a time of day; write it like 08:00",
    "digest: daily\n": "1: key 'digest': expected keys and values ('key: value'), not a text",
    "digest:\n  at: 08:00\n  to: [boss]\n": "3: key 'to': there is no channel or tag 'boss'; known: console",
    "live horizon: 900000 weeks\n": "1: key 'live horizon': '900000 weeks' is more than a century",
    "backlog: 0\n": "1: key 'backlog': '0' is out of range (1 to 1,000,000)",
    "backup: {every: 1 day}\n": "1: key 'to' is missing",
    "backup: {to: /b, every: 5 min}\n": "1: key 'every': '5 min' is out of range (3,600 to 2,678,400 seconds)",
    "backup: {to: /b, keep: 7}\n": "1: key 'keep': expected keys and values ('key: value'), not a text",
    "backup: {to: /b, keep: {dayly: 7}}\n": "1: key 'dayly': unknown; did you mean 'daily'?",
    "network store: perhaps\n": "1: key 'network store': 'perhaps' is neither yes nor no",
}

SOURCES = {
    "- NATO\n": "1: expected keys and values ('key: value'), not a list",
    "NATO: 5\n": "1: key 'NATO': '5' is a number where a name is due",
    "NATO:\n  aliases:\n    - Nato\n    - 1,000\n": "4: key 'aliases': '1,000' is a number where a name is due",
    "NATO: {alias: [a]}\n": "1: key 'alias': unknown; did you mean 'aliases'?",
    "NATO: {grade: G}\n": "1: key 'grade': 'G' is not one of A, B, C, D, E, F",
    "NATO: {outlet: maybe}\n": "1: key 'outlet': 'maybe' is neither yes nor no",
    "NATO: [Mark Rutte]\nRutte:\n  aliases: [mark rutte]\n": (
        "2: key 'Rutte': 'mark rutte' already names 'NATO' (line 1)"
    ),
    "NATO: [Nato]\nthe N.A.T.O.: [x]\n": "2: key 'the N.A.T.O.': 'the N.A.T.O.' already names 'NATO' (line 1)",
    "NATO: ['...']\n": "1: key 'NATO': '...' has no letter or digit to know it by",
}


@pytest.mark.parametrize(("text", "message"), ESTIMATES.items())
def test_a_mistake_in_estimates(tmp_path: Path, text: str, message: str) -> None:
    assert mistake(tmp_path, "estimates.yaml", text) == f"config/estimates.yaml:{message}"


@pytest.mark.parametrize(("text", "message"), YAML.items())
def test_a_mistake_in_the_yaml(tmp_path: Path, text: str | bytes, message: str) -> None:
    assert mistake(tmp_path, "estimates.yaml", text) == f"config/estimates.yaml:{message}"


@pytest.mark.parametrize(("text", "message"), SETTINGS.items())
def test_a_mistake_in_the_settings(tmp_path: Path, text: str, message: str) -> None:
    assert mistake(tmp_path, "tallywire.yaml", text) == f"config/tallywire.yaml:{message}"


@pytest.mark.parametrize(("text", "message"), SOURCES.items())
def test_a_mistake_in_the_sources(tmp_path: Path, text: str, message: str) -> None:
    assert mistake(tmp_path, "sources.yaml", text) == f"config/sources.yaml:{message}"


def test_a_sentence_that_says_nothing_is_a_mistake_at_its_line(tmp_path: Path) -> None:
    message = mistake(tmp_path, "estimates.yaml", "# what\n- id: a\n  track: people displaced in Sudan\n")
    assert message.startswith("config/estimates.yaml:3: key 'track': ") and "must start with N" in message


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    message = mistake(tmp_path, "sources.yaml", b"#" * 1_000_001)
    assert message == "config/sources.yaml: too large (the limit is 1,000,000 bytes)"


def test_a_file_in_utf16(tmp_path: Path) -> None:
    message = mistake(tmp_path, "sources.yaml", "NATO: [Rutte]\n".encode("utf-16"))
    assert message == "config/sources.yaml: is UTF-16; save it as UTF-8"


def test_a_folder_in_a_files_place(tmp_path: Path) -> None:
    (tmp_path / "config" / "sources.yaml").mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"^config/sources\.yaml: can't be read: Is a directory$"):
        config.load(tmp_path, {})


def test_estimates_given_by_path_name_that_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    with pytest.raises(ConfigError) as missing:
        config.load_estimates(path)
    assert str(missing.value) == f"{path}: there is no such file"
    path.write_text("- track: N people displaced in Sudan\n  polcy: latest\n")
    with pytest.raises(ConfigError) as wrong:
        config.load_estimates(path)
    assert str(wrong.value) == f"{path}:2: key 'polcy': unknown; did you mean 'policy'?"


def test_a_folder_of_time_zones_is_no_time_zone(tmp_path: Path) -> None:
    assert "'America' is not a time zone" in mistake(tmp_path, "tallywire.yaml", "zone: America\n")
