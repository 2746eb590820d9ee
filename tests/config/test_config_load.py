"""What the files mean, their defaults, and the living example in config/."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallywire import config
from tallywire.config import BackupPlan, ConfigError, Digest, Settings
from tallywire.config.yamlfile import parse
from tallywire.core.definition import AlertRule, Definition, FoldSettings, fingerprint, from_json, to_json
from tallywire.core.source import Sources
from tallywire.retention import Keep

ROOT = Path(__file__).parents[2]


def load(tmp_path: Path, **files: str) -> config.Config:
    folder = tmp_path / "config"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return config.load(tmp_path, {})


def one(tmp_path: Path, text: str) -> Definition:
    return load(tmp_path, estimates=text).definitions[0]


def test_an_empty_home_has_the_defaults_and_a_hint(tmp_path: Path) -> None:
    found = config.load(tmp_path, {})
    assert (found.settings, found.definitions, found.sources, found.channels) == (Settings(), (), (), ())
    assert any("nothing is tracked yet" in hint for hint in found.hints)


def test_files_of_comments_alone_are_empty(tmp_path: Path) -> None:
    found = load(tmp_path, tallywire="# a\n", estimates="# b\n", sources="---\n# c\n", channels="\n")
    assert found.settings == Settings() and found.definitions == ()


def test_one_sentence_is_enough(tmp_path: Path) -> None:
    found = one(tmp_path, "- track: N people displaced in Sudan\n")
    assert (found.id, found.title) == ("people-displaced-in-sudan", "people displaced in Sudan")
    assert (found.figures, found.settings, found.alert, found.to) == ("running total", FoldSettings(), AlertRule(), ())


@pytest.mark.parametrize(
    ("track", "policy"),
    [
        ("N people displaced in Sudan", "latest"),
        ("N people killed in Sudan", "range"),
        ("N soldiers deployed to Mali", "anchored"),
    ],
)
def test_the_family_brings_its_policy(tmp_path: Path, track: str, policy: str) -> None:
    assert one(tmp_path, f"- track: {track}\n").policy == policy
    assert one(tmp_path, f"- track: {track}\n  policy: lowest\n").policy == "lowest"


def test_every_key(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        estimates="""\
- track: N soldiers killed or wounded in Mali
  id: mali.all
  same as: {soldiers: [troops, 'No'], Mali: "10:30"}
  ignore: [civilians, 07]
  parts: Kidal
  since: 2024-01-01
  until: 2025-01-01
  figures: one per attack
  policy: corroborated
  voices: 3
  adds: [mali.killed]
  was: old.id
  near: 1.2
  jump: 3
  window: 2 weeks
  alert: {change: [5%, "1,000"], kinds: [change, correction]}
  to: [console]
- track: N soldiers killed in Mali
  id: mali.killed
  inside: mali.all
""",
    )
    assert found.definitions[0] == Definition(
        id="mali.all",
        track="N soldiers killed or wounded in Mali",
        policy="corroborated",
        figures="one per attack",
        same_as={"soldiers": ("troops", "No"), "Mali": ("10:30",)},
        ignore=("civilians", "07"),
        parts=("Kidal",),
        adds=("mali.killed",),
        since="2024-01-01",
        until="2025-01-01",
        was="old.id",
        settings=FoldSettings(near=1.2, jump=3.0, window_days=14, voices=3),
        alert=AlertRule(change_percent=5.0, change_absolute=1000, kinds=("change", "correction")),
        to=("console",),
    )
    assert found.definitions[1].inside == "mali.all"


def test_settings(tmp_path: Path) -> None:
    text = """\
store: /var/lib/tallywire/x.db
inbox: in
port: off
zone: Europe/Kyiv
after: keep
limits: {bytes: 1.5 MB}
rescan: 1 min
interval: 0
digest: {at: 22:00, to: console}
live_horizon: 30 days
backlog: 1,000
backup: {to: /mnt/backup, every: 6 h, keep: {daily: 3}}
network store: yes
"""
    assert load(tmp_path, tallywire=text).settings == Settings(
        store=Path("/var/lib/tallywire/x.db"),
        inbox=Path("in"),
        port=None,
        zone="Europe/Kyiv",
        after="keep",
        limit_bytes=1_500_000,
        rescan_seconds=60.0,
        interval_seconds=0.0,
        digests=(Digest(time(22, 0), ("console",)),),
        live_horizon=timedelta(days=30),
        backlog=1000,
        backup=BackupPlan(Path("/mnt/backup"), timedelta(hours=6), Keep(daily=3)),
        network_store=True,
    )


def test_a_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "tallywire.yaml").write_bytes(b"\xef\xbb\xbfafter: keep\r\nbacklog: 7\r\n")
    found = config.load(tmp_path, {}).settings
    assert (found.after, found.backlog) == ("keep", 7)


# --- properties -----------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=12)
DEFINITIONS = st.builds(
    Definition,
    id=WORDS,
    track=WORDS,
    policy=st.sampled_from(["anchored", "range", "latest"]),
    same_as=st.dictionaries(WORDS, st.lists(WORDS, max_size=3).map(tuple), max_size=3),
    ignore=st.lists(WORDS, max_size=3).map(tuple),
    adds=st.lists(WORDS, max_size=3).map(tuple),
    inside=st.none() | WORDS,
    settings=st.builds(FoldSettings, near=st.floats(1, 2), window_days=st.integers(1, 400)),
    alert=st.builds(
        AlertRule,
        change_percent=st.none() | st.floats(0, 100),
        change_absolute=st.none() | st.integers(0, 10**6),
        kinds=st.lists(WORDS, max_size=2).map(tuple),
    ),
    to=st.lists(WORDS, max_size=3).map(tuple),
)


@given(DEFINITIONS)
def test_a_definition_survives_json(definition: Definition) -> None:
    import json

    assert from_json(json.loads(json.dumps(to_json(definition)))) == definition


def test_an_older_definition_gets_the_defaults_and_a_newer_one_loses_what_is_unknown() -> None:
    assert from_json({"id": "a", "track": "N people", "later": 1}) == Definition("a", "N people")


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"alert": AlertRule(change_percent=5.0)}, True),
        ({"to": ("desk",)}, True),
        ({"was": "b"}, True),
        ({"track": "N persons"}, False),
        ({"same_as": {"people": ("persons",)}}, False),
        ({"ignore": ("x",)}, False),
        ({"policy": "latest"}, False),
        ({"settings": FoldSettings(near=1.2)}, False),
        ({"since": "2025-01-01"}, False),
    ],
)
def test_the_fingerprint_follows_what_changes_claims_or_fold(change: dict[str, Any], is_same: bool) -> None:
    usual: dict[str, Any] = {"id": "a", "track": "N people"}
    same = fingerprint(Definition(**usual)) == fingerprint(Definition(**{**usual, **change}))
    assert same is is_same


@settings(deadline=None)
@given(st.text(max_size=200) | st.lists(st.sampled_from(list("-:[]{}#&*!|>'\"%@`, \n\tab1")), max_size=60).map("".join))
def test_no_text_brings_the_parser_down(text: str) -> None:
    try:
        parse(text, "f.yaml")
    except ConfigError as error:
        assert str(error).startswith("f.yaml:") and "\n" not in str(error)


@given(st.sampled_from(["22:00", "No", "0o17", "1_000", "~", "null", "2024-01-01", "1e3", ".inf", "0x1F", "yes"]))
def test_scalars_stay_the_text_that_stands_there(word: str) -> None:
    found = parse(f"a: {word}\n", "f.yaml")
    assert found is not None and isinstance(found.content, dict) and found.content["a"].content == word


# --- the living example ---------------------------------------------------------------------------------------------


def test_the_example_loads_and_says_the_defaults() -> None:
    found = config.load(ROOT, {})
    assert found.settings == Settings() and found.channels == ()


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("South Korea’s military", "South Korea's military"),
        ("South Korea's Joint Chiefs of Staff", "South Korea's military"),
        ("the Joint Chiefs of Staff", "South Korea's military"),
        ("South Korea's defence ministry", "South Korea's military"),
        ("South Korean Defense Ministry", "South Korea's military"),
        ("JCS", "South Korea's military"),
        ("South Korea's intelligence agency", "National Intelligence Service"),
        ("South Korea’s spy agency", "National Intelligence Service"),
        ("NIS", "National Intelligence Service"),
        ("Volodymyr Zelenskyy", "Volodymyr Zelensky"),
        ("Budanov", "Ukraine's military intelligence"),
        ("HUR", "Ukraine's military intelligence"),
        ("U.S. Department of Defense", "Pentagon"),
        ("the Pentagon", "Pentagon"),
        ("British Defense Intelligence", "UK Ministry of Defence"),
        ("UK Ministry of Defense", "UK Ministry of Defence"),
        ("MSMT", "Multilateral Sanctions Monitoring Team"),
        ("South Korean estimates", "South Korean estimates"),
    ],
)
def test_the_example_knows_who_is_who(name: str, canonical: str) -> None:
    assert Sources(config.load(ROOT, {}).sources).canonical(name) == canonical


@pytest.mark.parametrize(
    "names",
    [
        ("UN", "the United Nations", "U.N."),
        ("UNHCR", "the UN refugee agency", "UN High Commissioner for Refugees"),
        ("IOM", "International Organization for Migration", "UN migration agency"),
        ("OCHA", "UN OCHA", "Office for the Coordination of Humanitarian Affairs"),
        ("UNICEF", "the UN children’s agency", "United Nations Children's Fund"),
        ("WFP", "World Food Programme", "World Food Program"),
        ("WHO", "World Health Organization", "World Health Organisation"),
        ("ICRC", "the Red Cross", "International Committee of the Red Cross"),
        ("AFP", "Agence France-Presse", "Agence France Presse"),
        ("AP", "The Associated Press", "AP News"),
    ],
)
def test_the_example_knows_the_worldwide_bodies_and_wires_by_any_name(names: tuple[str, ...]) -> None:
    sources = Sources(config.load(ROOT, {}).sources)
    assert len({sources.canonical(name) for name in names}) == 1


def test_the_example_counts_each_worldwide_body_apart() -> None:
    sources = Sources(config.load(ROOT, {}).sources)
    bodies = ("UN", "UNHCR", "IOM", "OCHA", "UNICEF", "WFP", "WHO", "Red Cross", "OHCHR", "UNRWA")
    assert len({sources.canonical(name) for name in bodies}) == len(bodies)


def test_the_example_knows_outlets() -> None:
    outlets = {source.name for source in config.load(ROOT, {}).sources if source.outlet}
    assert {"Yonhap", "Reuters", "Financial Times", "Korea Herald"} <= outlets
    assert "South Korea's military" not in outlets


def test_a_span_of_one_day_is_one(tmp_path: Path) -> None:
    found = one(tmp_path, "- track: N people displaced in Sudan\n  since: 2025-02-01\n  until: 2025-02-01\n")
    assert found.since == found.until
