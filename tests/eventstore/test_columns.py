"""Values as tables keep them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tallywire.eventstore.base import TABLES, StoreError
from tallywire.eventstore.columns import pack, restored, storable, unpack
from tests.eventstore.samples import ANY_TEXT


@given(ANY_TEXT)
@example("\0")
@example("\udcff")
@example("\U0010ffff")
@example("\U0010ffff0000")
@example("\U0010ffff\U0010ffffdc80\ud83d")
def test_any_text_becomes_one_that_every_database_takes_and_comes_back(text: str) -> None:
    kept = storable(text)
    assert "\0" not in kept
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert restored(kept) == text


@given(ANY_TEXT, ANY_TEXT)
def test_different_texts_stay_different(one: str, other: str) -> None:
    assert (storable(one) == storable(other)) == (one == other)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
@example(2**63 - 1)
@example(2**63)
@example(-(2**63))
def test_numbers_keep_kind_and_value_as_far_as_64_bits_go(number: int | float) -> None:
    table = TABLES["claim"]
    kept = unpack(table, pack(table, {"id": "c1", "low": number}))["low"]
    if isinstance(number, float) or abs(number) < 2**63:
        assert (type(kept), kept) == (type(number), number)
    else:
        assert (type(kept), kept) == (float, float(number))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"low": "12"}, "claim.low takes a number, not str"),
        ({"low": float("inf")}, "claim.low takes a finite number, not float"),
        ({"quote": b"bytes"}, "claim.quote takes text, not bytes"),
        ({"position": 1.0}, "claim.position takes an integer of 64 bits, not float"),
        ({"is_correction": 1}, "claim.is_correction takes true or false, not int"),
        ({"colour": "red"}, "the table claim has no column colour"),
        ({"id": None}, "a row of claim needs its key: id is missing"),
    ],
)
def test_a_misfit_is_named(row: dict[str, Any], message: str) -> None:
    with pytest.raises(StoreError) as caught:
        pack(TABLES["claim"], {"id": "c1"} | row)
    assert str(caught.value) == message
