"""Tokens keep their offsets and know the shapes that numbers hide in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire.extract.tokens import Token, read, tokenize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Norway's army", ["Norway", "'s", "army"]),
        ("Norwayʼs army", ["Norway", "ʼs", "army"]),
        ("the boys’ don’t", ["the", "boys", "’", "don’t"]),
        ("U.S. troops", ["U.S.", "troops"]),
        ("at 9 a.m. sharp", ["at", "9", "a.m.", "sharp"]),
        ("self-propelled guns", ["self-propelled", "guns"]),
        ("a five-year plan", ["a", "five", "-", "year", "plan"]),
        ("27-hundred men", ["27", "-", "hundred", "men"]),
        ("155mm shells", ["155", "mm", "shells"]),
        ("12,000-15,000", ["12,000", "-", "15,000"]),
        ("US$84bn", ["US", "$", "84", "bn"]),
        ("USD10m", ["USD", "10", "m"]),
        ("mid-2024", ["mid", "-", "2024"]),
        ("minus-130", ["minus", "-", "130"]),
    ],
)
def test_pieces(text: str, expected: list[str]) -> None:
    assert [token.text for token in tokenize(text)] == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("M-1978", "model"),
        ("Kh-59", "model"),
        ("COVID-19", "model"),
        ("F-16s", "model"),
        ("G20", "model"),
        ("96th", "ordinal"),
        ("8:49", "time"),
        ("23:59:59", "time"),
        ("2025-01-15", "date"),
        ("1/2/2024", "date"),
        ("10 000", "number"),
        ("10\u202f000", "number"),
        ("12'000", "number"),
        ("1,20,000", "number"),
        ("1.200.000", "number"),
        (".5", "number"),
        ("https://example.org/2024/12,000", "url"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    assert [(token.text, token.kind) for token in tokenize(text)] == [(text, kind)]


@given(st.text(max_size=300))
def test_tokens_are_slices_in_order_and_lose_nothing_but_space(text: str) -> None:
    tokens = tokenize(text)
    end = 0
    for token in tokens:
        assert token.text == text[token.start : token.end] != ""
        assert not text[end : token.start].strip()
        end = token.end
    assert not text[end:].strip()


PIECES = st.lists(
    st.sampled_from(
        "a of said, Korea's five-year 15 200 4,1 million p.m. U.S. U. M-1978 , . - – (255,000) 12,000 1.5 2025-01-02 "
        "www.x 8:49 96th ʼ São mid-2024 USD10m % ½ twenty-one x".split()
    ),
    max_size=8,
)


@given(PIECES, st.sampled_from([" ", "  ", "\n", "\u00a0", ""]), st.integers(0, 3))
def test_plain_words_are_taken_as_the_pattern_takes_them(pieces: list[str], between: str, start: int) -> None:
    text = between.join(pieces)
    by_pattern: list[Token] = []
    read(text, start, len(text), len(text), by_pattern)
    assert tokenize(text, start) == by_pattern
