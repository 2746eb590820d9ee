"""Sentence ends, headings, list items, rows and wrapped paragraphs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire.extract.sentences import LONGEST, sentences


def split(text: str) -> list[str]:
    return [s.surface for s in sentences(text)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Gen. Haddad met Dr. Ortiz on Sept. 2 in St. Gallen. They talked.", 2),
        ("The U.S. Army moved. The U.K. Navy did not.", 2),
        ("They came from the U.S. The others stayed.", 2),
        ("J. P. Morland wrote it. Nobody read it.", 2),
        ("It rose by 1.5 million. Then it fell.", 2),
        ("The talks ended on Friday.Ortiz left at once.", 2),
        ("“We are ready.” He left.", 2),
        ("“Are we ready?” he asked.", 1),
        ("Wait... they said. No!", 2),
        ("Order No. 5 was given. It held.", 2),
        ("The firm Acme Inc. grew. Bolt Ltd. shrank.", 2),
        ("At 5 p.m. Tuesday they left.", 1),
        ("See www.example.org for more. Thanks.", 2),
    ],
)
def test_ends(text: str, count: int) -> None:
    assert len(split(text)) == count, split(text)


def test_layout() -> None:
    text = (
        "Storm update\n\nThe storm hit at noon. Roofs flew.\n\n"
        "What is known:\n  • 12 houses lost\n  2. Power is out\nKilled\t300\n"
    )
    found = [(s.surface, s.block.layout, s.paragraph) for s in sentences(text)]
    assert found == [
        ("Storm update", "heading", 0),
        ("The storm hit at noon.", "prose", 1),
        ("Roofs flew.", "prose", 1),
        ("What is known:", "prose", 2),
        ("12 houses lost", "list", 2),
        ("Power is out", "list", 2),
        ("Killed\t300", "row", 2),
    ]


def test_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "The governor said on Monday that the dam above the city\n"
        "had held through the night and that the 4,000 people who\n"
        "Marta Ruiz had sent away could return. Schools stay shut\n"
        "until Friday."
    )
    assert len(split(text)) == 2
    assert sentences(text)[0].surface.endswith("could return.")


def test_a_line_each_stays_a_line_each() -> None:
    assert split("Dead in the north: 12\nDead in the south: 30\n") == ["Dead in the north: 12", "Dead in the south: 30"]


def test_endless_sentences_are_cut() -> None:
    parts = sentences("word " * 5000)
    assert max(s.end - s.start for s in parts) <= LONGEST
    assert sum(len(s.tokens) for s in parts) == 5000


@given(st.text(alphabet="aB.!? \n\t•-1\"'“”éU", max_size=400))
def test_sentences_cover_the_text_in_order(text: str) -> None:
    end = 0
    for i, s in enumerate(sentences(text)):
        assert s.index == i and end <= s.start < s.end <= len(text)
        assert s.surface == s.surface.strip() != ""
        end = s.end
