"""Whatever can come out for a number has three sentences of our own that it must match, and three that it must not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import get_args

import pytest

from tallywire.core.quantity import Bound
from tallywire.extract.lexicon import families
from tallywire.extract.reasons import because, registry
from tests.extract.rules_table import Row, names, rows

ROWS = rows()
# The word lists of bounds.txt that stand for no bound of their own.
GROUPS = ("words motions", "words changes", "words steps", "words between")
# What needs a text longer than a sentence: tests/extract/test_limits.py holds it.
LONG = frozenset(registry()["unread"])
NAMES = [
    *(name for section in registry().values() for name in section if name not in LONG),
    *(f"bound {bound}" for bound in get_args(Bound)),
    *(f"family {family}" for family in families()),
    *GROUPS,
]


@pytest.mark.parametrize("name", NAMES)
def test_each_name_has_three_sentences_that_it_must_match_and_three_that_it_must_not(name: str) -> None:
    count = Counter(row.must for row in ROWS if row.name == name)
    assert count[True] >= 3, f"{name}: {count[True]} sentences that it must match"
    assert count[False] >= 3, f"{name}: {count[False]} sentences that it must not match"


def test_the_tables_speak_of_nothing_else_and_say_nothing_twice() -> None:
    assert {row.name for row in ROWS} <= set(NAMES)
    assert len(NAMES) == len(set(NAMES))
    repeated = [text for (_, text, _), n in Counter((r.name, r.text, r.start) for r in ROWS).items() if n > 1]
    assert repeated == []


def test_what_needs_a_long_text_is_the_limit_alone() -> None:
    assert {"too much"} == LONG


def test_a_name_that_is_in_no_list_can_not_come_out() -> None:
    with pytest.raises(KeyError):
        because("because I say so")


@pytest.mark.parametrize("name", NAMES)
def test_its_sentences_give_it_or_the_other_name(name: str) -> None:
    assert [wrong for row in ROWS if row.name == name for wrong in _wrong(row)] == []


def _wrong(row: Row) -> Iterator[str]:
    found = names(row)
    if row.expected not in found or (not row.must and row.name in found):
        yield f"{row.text!r}: expected {row.expected!r}, found {sorted(found)}"
