"""Furniture goes; whatever may carry a figure stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire.read import furniture

PROSE = "The ministry counted 3,000 soldiers at the eastern border on Thursday."


@pytest.mark.parametrize(
    "line",
    [
        "Leave a Comment",
        "LEAVE A COMMENT »",
        "2 min read",
        "Listen · 5 min",
        "1.2K shares",
        "12 Comments",
        "You’ve reached the end",
        "You've reached the end.",
        "Story continues below advertisement",
        "— Advertisement —",
        "Tags:",
        "Tags: border, brigades, rail",
        "Photo: A. Example / Harbour Agency, 2024",
        "Photo : HARBOUR News",
        "Opinions",
        "Share this article",
        "We use cookies to make this site work.",
        "Accept all cookies",
        "Read also: 4,000 soldiers seen elsewhere",
        "* * *",
        "0",
        "© 2025 Harbour Post. All rights reserved.",
    ],
)
def test_goes(line: str) -> None:
    assert furniture.strip([PROSE, line, PROSE]) == [PROSE, PROSE]


@pytest.mark.parametrize(
    "line",
    [
        "• 220 long-range howitzers",
        "3,000 killed",
        "3,000",
        "57",
        "Photo: some of the 3,000 soldiers at the border",
        "Photos show fresh graves at the border",
        "Video shows 50 soldiers",
        "Tagged soldiers were sent home",
        "Share of wounded: 300",
        "Images from space",
        "More than 1,000 containers",
        "Comments by the minister on the 300 dead",
        "Source: Harbour Agency – 3,000 soldiers more",
        "Killed | 300",
        "Related losses: 4,700",
        "Highlights",
    ],
)
def test_stays(line: str) -> None:
    assert furniture.strip([PROSE, line, PROSE]) == [PROSE, line, PROSE]


def test_links_under_their_heading() -> None:
    lines = [PROSE, "", "Read also:", "", "An older story about 4,000 others", "", "The 5,000 who stayed", "", PROSE]
    assert furniture.strip(lines) == [PROSE, "", "", "The 5,000 who stayed", "", PROSE]


def test_links_in_a_text_without_blank_lines() -> None:
    assert furniture.strip([PROSE, "See also", "An older story", "The 5,000 who stayed", PROSE]) == [
        PROSE,
        "The 5,000 who stayed",
        PROSE,
    ]


def test_links_after_the_last_sentence_run_to_the_end() -> None:
    lines = [PROSE, "Related articles", "One about 4,000", "", "Another about 5,000", "Latest posts", "A third"]
    assert furniture.strip(lines) == [PROSE]
    assert furniture.strip([*lines, "In figures:", "- 220 guns"]) == [PROSE, "In figures:", "- 220 guns"]


def test_author_biography() -> None:
    bio = ["About the author", "Ann Example", "Ann writes about ships and harbours for this site."]
    assert furniture.strip([PROSE, "", *bio]) == [PROSE, ""]
    assert furniture.strip([PROSE, "", *bio, "A 2,700th soldier was counted later."])[-1].startswith("A 2,700th")


@given(st.lists(st.text(max_size=80).filter(lambda line: "\n" not in line), max_size=12))
def test_only_whole_lines_go_and_order_stays(lines: list[str]) -> None:
    left = iter(lines)
    assert all(any(line == other for other in left) for line in furniture.strip(lines))


@given(st.integers(100, 10**7).filter(lambda n: not 1900 <= n <= 2099), st.sampled_from(["soldiers", "killed", "guns"]))
def test_a_counted_thing_is_never_furniture(number: int, noun: str) -> None:
    for line in (
        f"{number:,} {noun}",
        f"- {number} {noun}",
        f"{noun.title()} | {number}",
        f"{noun.title()}: {number:,}",
    ):
        assert furniture.kind(line) is None
