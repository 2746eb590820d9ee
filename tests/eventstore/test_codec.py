"""Stored names, schemas and upcasters; every stored form that ever was stays readable."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire.core import events as ev
from tallywire.core.events import Event
from tallywire.eventstore.base import StoreError
from tallywire.eventstore.codec import STORED, UPCASTERS, Codec, canonical, decode, encode, parsed, stored
from tests.eventstore import samples

GOLDEN = Path(__file__).parents[1] / "golden" / "events"


def golden() -> list[Path]:
    return sorted(GOLDEN.glob("*.json"))


@pytest.mark.parametrize("path", golden(), ids=lambda path: path.stem)
def test_a_golden_file_decodes_to_its_event(path: Path) -> None:
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert path.name == f"{kept['type']}.{kept['schema']}.json"
    event = decode(kept["type"], kept["schema"], kept["data"])
    assert type(event) is STORED[kept["type"]].cls
    if kept["schema"] == STORED[kept["type"]].schema:
        assert encode(event) == (kept["type"], kept["schema"], kept["data"])
    else:
        assert encode(decode(*encode(event))) == encode(event)


def test_every_schema_of_every_event_has_a_golden_file_and_a_way_up() -> None:
    names = {f"{name}.{schema}" for name, kind in STORED.items() for schema in range(1, kind.schema + 1)}
    assert {path.stem for path in golden()} == names
    assert set(UPCASTERS) == {(name, schema) for name, kind in STORED.items() for schema in range(1, kind.schema)}


def test_every_event_of_the_catalogue_has_a_stored_name() -> None:
    assert {kind.cls for kind in STORED.values()} == set(get_args(Event))


@dataclass(frozen=True, slots=True)
class _Lantern:
    """An event in its third schema: `lamps` became `count`, then `colour` came."""

    count: int
    colour: str | None


FAKE = Codec(
    {"Lantern": stored(_Lantern, 3)},
    {
        ("Lantern", 1): lambda data: {"count": data["lamps"]},
        ("Lantern", 2): lambda data: data | {"colour": None},
    },
)


@pytest.mark.parametrize(
    ("schema", "data"),
    [(1, {"lamps": 5}), (2, {"count": 5}), (3, {"count": 5, "colour": None})],
)
def test_old_schemas_are_upcast_step_by_step(schema: int, data: dict[str, Any]) -> None:
    event: object = FAKE.decode("Lantern", schema, data)
    assert event == _Lantern(5, None)
    assert "colour" not in data or schema == 3, "the payload as stored is left alone"


@pytest.mark.parametrize(
    ("name", "schema", "data", "message"),
    [
        ("Lantern", 4, {"count": 5, "colour": None}, "newer"),
        ("Lantern", 0, {"count": 5}, "no way from schema 0"),
        ("Candle", 1, {"count": 5}, "not known"),
        ("Lantern", 3, {"count": 5}, "missing or unknown fields: colour"),
        ("Lantern", 3, {"count": 5, "colour": None, "size": 1}, "missing or unknown fields: size"),
        ("Lantern", 3, {"count": "five", "colour": None}, "Expected `int`"),
    ],
)
def test_what_can_not_be_read_is_one_clear_error(name: str, schema: int, data: dict[str, Any], message: str) -> None:
    with pytest.raises(StoreError, match=message):
        FAKE.decode(name, schema, data)


def test_what_is_no_event_is_refused() -> None:
    with pytest.raises(StoreError, match="no event"):
        encode(cast(Event, _Lantern(5, None)))


def test_canonical_text() -> None:
    assert canonical({"b": [1, 2.5, None, True], "a": "Ж"}) == '{"a":"Ж","b":[1,2.5,null,true]}'
    assert canonical(10**18) == "1000000000000000000"
    assert canonical(3.0) == "3.0"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"x", {"a": object()}, 10**5000], ids=type)
def test_canonical_refuses_what_json_can_not_hold(value: object) -> None:
    with pytest.raises(StoreError, match="can't be stored as JSON"):
        canonical(value)


@given(st.dictionaries(samples.ANY_TEXT, samples.ANY_TEXT))
def test_canonical_text_is_valid_utf8_and_comes_back(value: dict[str, str]) -> None:
    text = canonical(value)
    assert text.encode("utf-8")
    assert canonical(parsed(text)) == text
    if not any("\ud800" <= ch <= "\udfff" for key, item in value.items() for ch in key + item):
        assert parsed(text) == value


@pytest.mark.parametrize("cls", get_args(Event), ids=lambda cls: cls.__name__)
def test_any_event_comes_back(cls: type[Any]) -> None:
    @given(samples.any_of(cls))
    def comes_back(event: Event) -> None:
        name, schema, data = encode(event)
        again = decode(name, schema, parsed(canonical(data)))
        assert canonical(encode(again)[2]) == canonical(data)
        assert type(again) is cls

    comes_back()


def test_a_file_name_that_is_no_utf8_comes_back() -> None:
    event = ev.ArticleSeenAgain("a1", "x\udcff.txt")
    assert decode(*encode(event)) == event
    assert parsed(canonical(encode(event)[2])) == {"article": "a1", "path": "x\udcff.txt"}


ANY_NUMBER = st.integers() | st.integers(-(2**70), 2**70) | st.integers(10**18, 10**30) | st.floats()
ANY_JSON = st.recursive(
    st.none() | st.booleans() | ANY_NUMBER | samples.ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(samples.ANY_TEXT, inner, max_size=4),
)


@given(ANY_JSON)
def test_the_quick_parser_gives_what_the_patient_one_gives(value: object) -> None:
    """By `repr`, which tells 1 from 1.0 and True, 0.0 from -0.0, and one order of keys from another."""
    wordings = [json.dumps(value, ensure_ascii=False), json.dumps(value)]
    with suppress(StoreError):  # NaN and infinity: in no canonical text
        wordings.append(canonical(value))
    for wording in wordings:
        assert repr(parsed(wording)) == repr(json.loads(wording))


@pytest.mark.parametrize(
    "text",
    [
        '"\\ud800"',
        '"\\ud83d\\ude00"',
        '"\\ude00\\ud83d"',
        '{"\\udcff": 1}',
        '"\ud800"',
        '"\x7f"',
        '{"a": 1, "b": 2, "a": 3}',
    ]
    + [
        "1e999",
        "-1e999",
        "1e-999",
        "-0",
        "-0.0",
        "5e-324",
        "1e23",
        "9007199254740993.0",
        "NaN",
        "Infinity",
        "-Infinity",
    ]
    + [f"{sign}{2**bits + off}" for bits in (53, 63, 64, 70) for off in (-1, 0, 1) for sign in ("", "-")],
)
def test_texts_at_the_edges_mean_the_same_to_both_parsers(text: str) -> None:
    assert repr(parsed(text)) == repr(json.loads(text))


@pytest.mark.parametrize(
    "text", ["", "{", "[1,]", "tru", "\x00", "01", "1.", "+1", "\ufeff1", "1 2", '"\x01"', "1" * 5000]
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parsed(text)
