"""What people read: title, text and short form, digests and summaries."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire.core import wording
from tallywire.core.alerting import Correction, Decision
from tallywire.core.definition import AlertRule
from tests.alerting.states import Desk, plan, state, voice

Json = dict[str, Any]
NAME = "soldiers killed in Mali"
OPEN = [voice("the army", 300), voice("the rebels", 1000)]


def decided(before: Json | None, after: Json, *corrections: Correction) -> Decision:
    desk = Desk(AlertRule(change_percent=5.0))
    if before is not None:
        desk.look(before)
    decision = desk.look(after, *corrections)
    assert decision.action == "send"
    return decision


def evidence(claim: str, quote: str, originator: str | None = "the army", **more: Any) -> Json:
    usual: Json = {"outlet": "Sahel Post", "published": "2025-02-27T10:00:00+00:00", "path": "in/a.html"}
    return {"claim": claim, "quote": quote, "originator": originator, **usual, **more}


@pytest.mark.parametrize(
    ("low", "high", "bound", "words"),
    [
        (3000, 3000, "exact", "3,000"),
        (3000, 3000, "about", "about 3,000"),
        (3000, 3000, "at_least", "at least 3,000"),
        (3000, 3000, "over", "more than 3,000"),
        (12000, 12000, "nearly", "nearly 12,000"),
        (12000, 12000, "at_most", "at most 12,000"),
        (12000, 12000, "up_to", "up to 12,000"),
        (25000, 30000, "range", "25,000-30,000"),
        (25000, 30000, "about", "about 25,000-30,000"),
        (1.5, 1.5, "exact", "1.5"),
        (3000.0, 3000, "exact", "3,000"),
        (None, None, "vague", "an unstated number"),
    ],
)
def test_bounds_in_words(low: float | None, high: float | None, bound: str, words: str) -> None:
    assert wording.bounded(low, high, bound) == words


TITLES: dict[str, tuple[Json | None, Json]] = {
    "300, first figure": (None, state(300)),
    "300 → 1,000": (state(300), state(1000)),
    "300 → 1,000 (300-1,000)": (state(300), state(1000, 300, 1000)),
    "300 → 1,000 (300-1,000), sources contradict each other": (
        state(300),
        state(1000, 300, 1000, contradiction=OPEN),
    ),
    "300, sources contradict each other": (state(300), state(300, contradiction=OPEN)),
    "300, 25,000-30,000 more planned": (state(300), state(300, planned=plan(25000, 30000))),
    "10,000 in all planned": (None, state(planned=plan(10000, 10000, "total"))),
    "300, 1,000 by a single source, not confirmed": (
        state(300),
        state(300, provisional=[voice("the rebels", 1000)]),
    ),
    "300 (300-1,000), sources contradict each other": (
        state(300),
        state(300, 300, 1000, contradiction=OPEN, provisional=[OPEN[1]]),
    ),
    "300, 1,000 undated": (state(300), state(300, provisional=[voice("the rebels", 1000, as_of=None)])),
    "300 → 1,000, confirmed": (state(300, provisional=[voice("the rebels", 1000)]), state(1000)),
    "12,300 → at least 199,500, 99,500 overtaken": (
        state(12_300, provisional=[voice(None, 99_500)]),
        state(199_500, bound="at_least"),
    ),
    "300 → at most 280 (250-280)": (state(300), state(280, 250, 280, bound="at_most")),
    "300, 3,000 by a single source, not confirmed, 1,000 not borne out": (
        state(300, provisional=[voice("the rebels", 1000), voice("the army", 2000)]),
        state(300, provisional=[voice("the army", 3000)]),
    ),
    "300, 1,000 not borne out": (state(300, provisional=[voice("the rebels", 1000)]), state(300)),
    "300 → no figure": (state(300), state()),
}


@pytest.mark.parametrize(("title", "states"), list(TITLES.items()))
def test_titles(title: str, states: tuple[Json | None, Json]) -> None:
    assert wording.title(NAME, decided(*states)) == f"{NAME}: {title}"


def test_a_message_in_full() -> None:
    decision = decided(state(300), state(1000, 300, 1000, contradiction=OPEN, originators=2, documents=4))
    rows = [
        evidence("a", "The rebels count\n  a thousand dead", "the rebels", outlet=None),
        evidence("b", "some 300 have died", outlet="the army", published=None),
    ]
    found = wording.alert("mali.killed", NAME, decision, rows)
    assert found.title == "soldiers killed in Mali: 300 → 1,000 (300-1,000), sources contradict each other"
    assert found.text == (
        "Now about 1,000, range 300-1,000, as of 2025-02-28; was 300.\n"
        "Contradiction and change: the sources contradict each other: 300 (the army) against 1,000 (the rebels);"
        " the best figure went from 300 to 1,000 (+233%), reaching the threshold of 5%.\n\n"
        "“The rebels count a thousand dead”\n  the rebels · 2025-02-27 · in/a.html\n\n"
        "“some 300 have died”\n  the army · in/a.html\n\n"
        "2 named sources, 4 articles. More: tallywire show mali.killed"
    )
    assert found.short == f"{found.title}. the rebels: “The rebels count a thousand dead”"


def test_a_correction_in_full() -> None:
    decision = decided(state(600, by=["a"]), state(300, by=["b"]), Correction("a", "rejected: a misprint"))
    found = wording.alert("mali.killed", NAME, decision, [evidence("a", "600 dead"), evidence("b", "300 dead")])
    assert found.title == "soldiers killed in Mali: 600 → 300, correction"
    assert "Correction: 600 is corrected to 300: rejected: a misprint.\nThis corrects alert #alert1." in found.text
    assert "\n\nNo longer counted: “600 dead”\n" in found.text and "\n\n“300 dead”\n" in found.text


def test_what_is_still_open_is_said_beside_other_news() -> None:
    waits = [voice("the rebels", 5000)]
    decision = decided(
        state(300, contradiction=OPEN, provisional=waits),
        state(300, contradiction=OPEN, provisional=waits, planned=plan(9, 9)),
    )
    assert (
        "Besides: the contradiction is still open: 300 (the army) against 1,000 (the rebels);"
        " 5,000 (the rebels) is still not confirmed.\n"
    ) in wording.alert("mali.killed", NAME, decision, []).text


def test_undated_figures_say_so() -> None:
    decision = decided(None, state(300, undated=True, as_of=None))
    assert wording.alert("x", NAME, decision, []).text.startswith("Now about 300, by undated reports alone.\n")


def test_the_order_is_value_reason_evidence_counts() -> None:
    text = wording.alert("x", NAME, decided(state(300), state(600)), [evidence("a", "600 dead")]).text
    places = [text.index(part) for part in ("Now about 600", "Change: ", "“600 dead”", "1 named source", "tallywire")]
    assert places == sorted(places)


def test_quotes_come_from_different_originators_first_and_none_twice() -> None:
    rows = [evidence("1", "a"), evidence("2", "a", "the rebels"), evidence("3", "b"), evidence("4", "c", "the UN")]
    rows += [evidence("5", "d", None), evidence("6", " \n")]
    assert [(row["claim"], row["quote"]) for row in wording.quoted(rows)] == [("1", "a"), ("4", "c"), ("5", "d")]


def test_quoted_rows_are_what_renders_the_same_again() -> None:
    rows = wording.quoted([evidence("1", "long words " * 100)])
    assert wording.quoted(rows) == rows and len(rows[0]["quote"]) <= 300 and rows[0]["quote"].endswith("words…")
    assert (rows[0]["date"], rows[0]["file"]) == ("2025-02-27", "in/a.html")
    assert rows[0]["quote"] in wording.alert("x", NAME, decided(None, state(1)), rows).text


@given(st.lists(st.text(max_size=80), min_size=1, max_size=5), st.text(max_size=40))
def test_article_text_is_data(quotes: list[str], name: str) -> None:
    """A quote stays one line whatever it holds, so it can't pass for another part of the message."""
    rows = [evidence(str(i), quote, name, outlet=name, path=name) for i, quote in enumerate(quotes)]
    found = wording.alert("x", name, decided(None, state(300)), rows)
    blocks = found.text.split("\n\n")
    assert blocks[0].startswith("Now about 300, as of 2025-02-28.\nFirst figure: ")
    assert blocks[-1] == "1 named source, 1 article. More: tallywire show x"
    assert len(found.title.splitlines()) <= 1 and len(found.short.splitlines()) <= 1
    assert all(re.fullmatch(r"“[^\n]*”(\n  [^\n]*)?", block) for block in blocks[1:-1])
    assert len(blocks) <= 2 + wording.QUOTES


# --- digests and summaries ------------------------------------------------------------------------------------------

TITLED = {"a": "soldiers killed in Mali", "b": "people displaced in Sudan", "c": "houses burned in Chad"}


def test_a_digest() -> None:
    before = {"a": state(300), "b": state(7, 6, 8)}
    after = {
        "a": state(1000, 300, 1000, contradiction=OPEN, provisional=[voice(None, 9000)], planned=plan(10, 20)),
        "b": state(7, 6, 8),
    }
    assert wording.digest("2025-03-01", TITLED, before, after) == (
        "Digest of 2025-03-01: 1 of 3 estimates moved",
        "soldiers killed in Mali: 300 → 1,000 (300-1,000), 10-20 more planned\n"
        "  open contradiction: 300 (the army) against 1,000 (the rebels)\n"
        "  not confirmed: 9,000 (nobody named)\n"
        "people displaced in Sudan: 7 (6-8)\n"
        "houses burned in Chad: nothing reported yet",
    )


def test_a_digest_without_news_says_so() -> None:
    same = {"a": state(300)}
    title, text = wording.digest("2025-03-01", {"a": "x"}, same, same)
    assert (title, text) == ("Digest of 2025-03-01: nothing moved", "x: 300")


def test_a_summary_names_only_what_moved() -> None:
    title, text = wording.summary(120, TITLED, {"a": None, "b": state(5)}, {"a": state(300), "b": state(5)})
    assert (title, text) == ("120 files: 1 estimate moved", "soldiers killed in Mali: 300")
    assert wording.summary(1, TITLED, {}, {}, "article") == ("1 article: no estimate moved", "No estimate moved.")


def test_long_lists_end() -> None:
    titles = {str(i): f"estimate {i}" for i in range(80)}
    title, text = wording.summary(5000, titles, {}, {key: state(1) for key in titles})
    lines = text.splitlines()
    assert title == "5,000 files: 80 estimates moved" and len(lines) == 51
    assert lines[-1] == "… and 30 more lines; see: tallywire estimates"


def test_several_kinds_read_as_a_list() -> None:
    decision = decided(state(300), state(1000, 300, 1000, contradiction=OPEN, planned=plan(9, 9)))
    assert "\nContradiction, change and new plan: " in wording.alert("x", NAME, decision, []).text
