"""One small table for each numbered rule of the fold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tallywire.core.checks import violation
from tallywire.core.dates import claim_day, span
from tallywire.core.definition import Definition, FoldSettings
from tallywire.core.estimate import Estimate, affected, family, links
from tallywire.core.standing import Standing
from tests.fold.rows import DPRK, claim, fold_in, reason_of, state

JAN, FEB, MAR, JUN, SEP = "2025-01-10", "2025-02-10", "2025-03-10", "2025-06-10", "2025-09-10"


def figure(found: Estimate) -> tuple[Any, Any, Any]:
    return found.best, found.low, found.high


# --- rule 1: dates


@pytest.mark.parametrize(
    "as_of, published, day",
    [
        (None, "2025-03-27", "2025-03-27"),
        (None, "2025-03-27T23:59:00+02:00", "2025-03-27"),
        ("2025-01-15", "2025-03-27", "2025-01-15"),
        ("2025-01", "2025-03-27", "2025-01-31"),
        ("2025-03", "2025-03-27", "2025-03-27"),
        ("2025-01-10/2025-02-20", "2025-03-27", "2025-02-20"),
        ("2025", "2025-03-27", "2025-03-27"),
        ("2025-01", None, "2025-01-01"),
        ("2025-01/2025-02", None, None),
        ("2025", None, None),
        ("2023-06", "2025-07-07", None),
        ("2025-08", "2025-07-07", None),
        (None, "2024-11", "2024-11-30"),
        (None, None, None),
        ("last week", "2025-03-27", "2025-03-27"),
        ("2025-13", None, None),
        ("2025-02/2025-01", None, None),
    ],
)
def test_rule_1_dates(as_of: str | None, published: str | None, day: str | None) -> None:
    found = claim_day(as_of, published)
    assert (found and found.isoformat()) == day


def test_rule_1_leap_years_and_nonsense_are_dates_or_nothing() -> None:
    assert span("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert span("0000") is None
    assert span("20250101") is None


@pytest.mark.parametrize("day, best", [(None, 300), ("2025-09-09", 200), ("2025-02-09", 100), ("2025-01-09", None)])
def test_rule_1_until_asks_for_a_day(day: str | None, best: int | None) -> None:
    rows = [claim(100, "A", JAN), claim(200, "A", FEB), claim(300, "A", SEP), claim(250, "B")]
    assert state(*rows, until=day).best == best


def test_rule_1_since_keeps_earlier_times_out() -> None:
    rows = [claim(9000, "A", "2024-12-01"), claim(10, "A", JAN)]
    assert state(*rows, since="2025-01-07").best == 10


# --- rule 2: statements


def test_rule_2_ten_outlets_quoting_one_originator_are_one_statement_with_ten_documents() -> None:
    rows = [claim(3000, "A", f"2025-01-{10 + n}", id=f"c{n}", outlet=f"outlet {n}") for n in range(10)]
    found = state(*rows)
    assert (found.best, found.as_of, found.originators, found.documents) == (3000, JAN, 1, 10)
    assert [u.rule for u in found.uses] == [5] + [2] * 9


def test_rule_2_the_sharpest_wording_counts() -> None:
    rows = [claim(3000, "A", JAN, id="dull", bound="over"), claim(3000, "A", FEB, id="sharp", bound="about")]
    assert state(*rows).bound == "about"


@pytest.mark.parametrize("group, documents", [("copies", 1), (None, 2)])
def test_rule_2_near_duplicates_speak_once(group: str | None, documents: int) -> None:
    rows = [claim(3000, None, JAN, id=i, article=i, outlet=i, group=group) for i in ("x", "y")]
    assert len(state(*rows).verdicts) == documents


# --- rule 3: roles


@pytest.mark.parametrize("status", ["planned", "denied", "projected"])
def test_rule_3_only_reported_claims_move_the_figure(status: str) -> None:
    found = state(claim(100, "A", JAN), claim(150, "B", FEB, status=status))
    assert figure(found) == (100, 100, 100)


TOTAL = claim(11000, "A", JAN, id="total")


@pytest.mark.parametrize(
    "why, increments, best",
    [
        ("the text names the base", [claim(3000, "B", FEB, kind="additional", onto=11000)], 14000),
        ("its originator's total within a window", [claim(3000, "A", FEB, kind="additional")], 14000),
        ("what stands", [claim(3000, "B", FEB, kind="additional")], 14000),
        ("its originator has a total of that day", [claim(3000, "A", JAN, kind="additional")], 11000),
        (
            "its originator has a later total",
            [claim(3000, "A", FEB, kind="additional"), claim(12000, "A", MAR)],
            12000,
        ),
        ("what stands is not earlier", [claim(3000, "B", JAN, kind="additional")], 11000),
        (
            "the same increment by the same originator, in other words",
            [claim(3000, "A", FEB, kind="additional"), claim(3200, "A", MAR, kind="additional")],
            14000,
        ),
        (
            "the same increment once with its base and once without",
            [claim(3000, "A", FEB, kind="additional", onto=11000), claim(3000, "A", MAR, kind="additional")],
            14000,
        ),
        (
            "the same increment without its originator",
            [claim(3000, "A", FEB, kind="additional"), claim(3000, None, MAR, kind="additional")],
            14000,
        ),
        (
            "different originators' increments never add up",
            [claim(3000, "B", FEB, kind="additional"), claim(5000, "C", MAR, kind="additional")],
            16000,
        ),
        ("an undated increment", [claim(3000, "B", None, kind="additional")], 11000),
    ],
)
def test_rule_3_increments(why: str, increments: list[Standing], best: int) -> None:
    assert state(TOTAL, *increments).best == best, why


def test_rule_3_an_increment_on_its_originators_total_names_both_claims() -> None:
    found = state(TOTAL, claim(3000, "A", FEB, id="more", kind="additional"))
    assert found.by == ("more", "total")
    assert found.as_of == FEB


def test_rule_3_a_component_is_at_least() -> None:
    found = state(claim(8000, "A", JAN, kind="component"))
    assert (found.best, found.bound) == (8000, "at_least")


@pytest.mark.parametrize(
    "why, rows, best",
    [
        ("parts of one originator, article and time", [("killed", 300, "A", "x"), ("wounded", 2700, "A", "x")], 3000),
        ("two articles", [("killed", 300, "A", "x"), ("wounded", 2700, "A", "y")], None),
        ("two originators", [("killed", 300, "A", "x"), ("wounded", 2700, "B", "x")], None),
        ("one part only", [("killed", 300, "A", "x")], None),
        (
            "two figures for one part",
            [("killed", 300, "A", "x"), ("killed", 310, "A", "x"), ("wounded", 2700, "A", "x")],
            None,
        ),
    ],
)
def test_rule_3_adds(why: str, rows: list[tuple[str, int, str, str]], best: int | None) -> None:
    claims = [claim(n, who, JAN, estimate=f"dprk.{part}", article=article) for part, n, who, article in rows]
    assert fold_in(DPRK, "dprk.casualties", claims).best == best, why


# --- rule 4: voices


@pytest.mark.parametrize("bound", ["up_to", "at_most", "vague"])
def test_rule_4_upper_limits_never_stand_alone(bound: str) -> None:
    found = state(claim(9000, "A", JAN, bound=bound))
    assert figure(found) == (None, None, None)
    assert found.left_out[0].rule == 4


def test_rule_4_nearly_yields_to_its_own_near_lower_figure() -> None:
    nearly = claim(12000, "A", JAN, id="nearly", bound="nearly")
    assert state(nearly, claim(11500, "A", FEB)).best == 11500
    assert state(nearly, claim(11500, "B", FEB)).best == 12000
    assert state(nearly, claim(8000, "A", FEB)).best == 12000


@pytest.mark.parametrize(
    "why, rows, best",
    [
        ("a correction", [claim(300, "A", MAR, correction=True)], 300),
        ("no correction, only lower", [claim(300, "A", MAR)], 1000),
        ("a correction by somebody else", [claim(300, "B", MAR, correction=True)], 1000),
        ("a correction of what was said later", [claim(300, "A", JAN, correction=True)], 1000),
        ("said again after the correction", [claim(300, "A", MAR, correction=True), claim(1000, "A", SEP)], 1000),
    ],
)
def test_rule_4_corrections(why: str, rows: list[Standing], best: int) -> None:
    assert state(claim(1000, "A", FEB, id="wrong"), *rows).best == best, why


# --- rule 5: reading

STANDS = claim(1000, "A", JAN, id="first")


@pytest.mark.parametrize(
    "why, rows, best",
    [
        ("no jump", [claim(2000, None, FEB)], 2000),
        ("a jump", [claim(2001, "B", FEB)], 1000),
        ("a jump that another one bears out", [claim(3000, "B", FEB), claim(2800, "C", MAR)], 2800),
        ("not near enough", [claim(3000, "B", FEB), claim(3400, "C", MAR)], 1000),
        ("many outlets are nobody else", [claim(3000, None, FEB, outlet=o, article=o) for o in "xyz"], 1000),
        ("a series of its own", [claim(3000, "A", FEB)], 3000),
        ("a series of who supported it", [claim(950, "B", FEB), claim(3000, "B", MAR)], 3000),
        ("a provisional figure is no series", [claim(2500, "B", FEB), claim(3500, "B", MAR)], 1000),
        ("unsupported and older than a window", [claim(3000, "B", SEP)], 3000),
        ("older, but supported", [claim(990, "C", FEB), claim(3000, "B", SEP)], 1000),
        ("lower", [claim(600, "B", FEB)], 1000),
        ("two outvote one", [claim(600, "B", FEB), claim(620, "C", MAR)], 620),
        ("one voice twice is one", [claim(600, "B", FEB), claim(620, "B", MAR)], 1000),
        ("an open bound outvotes nobody", [claim(600, "B", FEB), claim(620, "C", MAR, bound="at_least")], 1000),
        ("two against two", [claim(1050, "D", JAN), claim(600, "B", FEB), claim(620, "C", MAR)], 1050),
        ("two, but long after", [claim(600, "B", JUN), claim(620, "C", JUN)], 1000),
        ("unnamed voices outvote nobody", [claim(600, None, FEB), claim(620, "C", MAR)], 1000),
    ],
)
def test_rule_5_reading(why: str, rows: list[Standing], best: int) -> None:
    assert state(STANDS, *rows).best == best, why


def test_rule_5_any_total_stands_over_a_part() -> None:
    assert state(claim(100, "A", JAN, kind="component"), claim(9000, "B", FEB)).best == 9000


def test_rule_5_reasons_name_the_rule_and_the_witness() -> None:
    found = state(STANDS, claim(3000, "Pentagon", FEB, id="waits"), claim(2900, "C", MAR, id="second"))
    assert reason_of(found, "second") == "rule 5: stands: higher figure, supported by Pentagon 3,000"
    assert found.reason == "rule 5: higher figure, supported by Pentagon 3,000"


def test_rule_5_what_waits_is_listed_until_it_fades() -> None:
    waits = claim(5000, "B", FEB)
    assert [(p.originator, p.low) for p in state(STANDS, waits).provisional] == [("B", 5000)]
    assert state(STANDS, waits, claim(1100, "A", SEP)).provisional == ()


# --- rule 6: mix-ups


@pytest.mark.parametrize(
    "why, own_whole, best",
    [
        ("casualties printed as deaths", None, 300),
        ("its originator knows the difference", 9000, 4000),
    ],
)
def test_rule_6_mix_up(why: str, own_whole: int | None, best: int) -> None:
    rows = [
        claim(300, "A", JAN, estimate="dprk.killed"),
        claim(4000, "A", JAN, estimate="dprk.casualties"),
        claim(4000, "B", FEB, estimate="dprk.killed", id="jump"),
        claim(4000, "C", MAR, estimate="dprk.killed", id="echo"),
    ]
    if own_whole:
        rows += [claim(own_whole, who, FEB, estimate="dprk.casualties") for who in "BC"]
    found = fold_in(DPRK, "dprk.killed", rows)
    assert found.best == best, why
    assert ({o.rule for o in found.left_out} == {6}) == (own_whole is None)


def test_rule_6_sees_the_wholes_sums_and_what_contains_it() -> None:
    inside = {d.id: d for d in (Definition("part", "N", inside="whole"), Definition("whole", "N"))}
    rows = [claim(10, "A", JAN, estimate="part"), claim(500, "A", JAN, estimate="whole")]
    assert fold_in(inside, "part", [*rows, claim(500, "B", FEB, estimate="part")]).left_out[0].rule == 6
    sums = [
        claim(n, "A", JAN, estimate=f"dprk.{part}", article="x") for part, n in (("killed", 300), ("wounded", 2700))
    ]
    mistaken = claim(3000, "B", FEB, estimate="dprk.killed")
    assert fold_in(DPRK, "dprk.killed", [*sums, mistaken]).left_out[0].rule == 6


# --- rule 7: low, high, contradiction


@pytest.mark.parametrize(
    "why, rows, low, high, open_",
    [
        ("a closed lower voice since", [claim(600, "B", FEB)], 600, 1000, True),
        ("a lower voice, not clearly", [claim(750, "B", FEB)], 750, 1000, False),
        ("an open lower voice", [claim(600, "B", FEB, bound="at_least")], 1000, 1000, False),
        ("an unnamed lower voice", [claim(600, None, FEB)], 1000, 1000, False),
        ("a lower voice shortly before", [claim(600, "B", "2025-01-01")], 1000, 1000, True),
        ("a lower voice long before", [claim(600, "B", "2024-12-01")], 1000, 1000, False),
        ("a higher voice that waits", [claim(5000, "B", FEB)], 1000, 5000, True),
        ("a higher voice beyond the window", [claim(5000, "B", FEB), claim(1050, "A", SEP)], 1050, 1050, False),
        ("an unnamed higher voice", [claim(5000, None, FEB)], 1000, 1000, False),
    ],
)
def test_rule_7_range_and_contradiction(why: str, rows: list[Standing], low: int, high: int, open_: bool) -> None:
    found = state(STANDS, *rows)
    assert (found.low, found.high, found.contradiction is not None) == (low, high, open_), why


def test_rule_7_one_contradiction_lists_all_sides() -> None:
    found = state(STANDS, claim(400, "B", FEB), claim(600, "C", FEB), claim(3000, "D", FEB))
    assert found.contradiction is not None
    assert [(s.originator, s.low) for s in found.contradiction.sides] == [
        ("B", 400),
        ("C", 600),
        ("A", 1000),
        ("D", 3000),
    ]


# --- rule 8: undated


@pytest.mark.parametrize(
    "why, policy, rows, expected",
    [
        ("never lifts by itself", "anchored", [claim(1500, "B")], (1000, 1000, 1000)),
        ("widens a range", "range", [claim(1500, "B"), claim(700, "C")], (1000, 700, 1500)),
        ("unnamed widens nothing", "range", [claim(700, None)], (1000, 1000, 1000)),
        ("whose originator has dated figures widens nothing", "range", [claim(700, "A")], (1000, 1000, 1000)),
        ("supports", "anchored", [claim(3000, "B"), claim(3100, "C", FEB)], (3100, 3100, 3100)),
    ],
)
def test_rule_8_undated(why: str, policy: str, rows: list[Standing], expected: tuple[int, int, int]) -> None:
    assert figure(state(STANDS, *rows, policy=policy)) == expected, why


def test_rule_8_an_undated_figure_above_what_stands_waits_for_a_date() -> None:
    found = state(STANDS, claim(1500, "B", id="undated"), claim(1600, None, id="unnamed"))
    assert [(p.originator, p.low, p.date) for p in found.provisional] == [("B", 1500, None), (None, 1600, None)]
    assert "waits for a date" in reason_of(found, "undated")


def test_rule_8_where_nothing_is_dated_the_highest_stands_and_says_so() -> None:
    found = state(claim(1000, "A"), claim(1500, None), claim(1200, "B"))
    assert (found.best, found.undated, found.as_of) == (1500, True, None)
    assert not state(claim(1000, "A", JAN), claim(1500, "B")).undated
    assert not state().undated


# --- rule 9: plans


@pytest.mark.parametrize(
    "why, rows, low",
    [
        ("the newest", [claim(3000, "A", FEB), claim(5000, "B", MAR)], 5000),
        ("its originator's newest", [claim(5000, "B", FEB), claim(3000, "B", MAR)], 3000),
        (
            "a repeat makes no plan new",
            [claim(3000, "A", JAN), claim(5000, "B", FEB), claim(3000, "A", MAR, id="r")],
            5000,
        ),
        ("reached", [claim(900, "A", FEB)], None),
        ("reached by its size only", [claim(900, "A", FEB, kind="additional")], 900),
        ("too old", [claim(3000, "A", "2024-06-01")], None),
        ("an undated one, for want of another", [claim(3000, "A")], 3000),
        ("a projection is nobody's plan", [claim(3000, "A", FEB, status="projected")], None),
    ],
)
def test_rule_9_plans(why: str, rows: list[Standing], low: int | None) -> None:
    plans = [c if c.status == "projected" else replace(c, status="planned") for c in rows]
    found = state(STANDS, *plans)
    assert (found.planned.low if found.planned else None) == low, why
    assert found.best == 1000


def test_rule_9_an_additional_plan_is_reached_when_the_figure_has_grown_by_it() -> None:
    plan = claim(500, "B", FEB, kind="additional", status="planned")
    assert state(STANDS, plan, claim(1400, "A", MAR)).planned is not None
    assert state(STANDS, plan, claim(1500, "A", MAR)).planned is None


# --- rule 10: analysts and links


def test_rule_10_a_confirmation_supports() -> None:
    assert state(STANDS, claim(5000, "B", FEB, confirmed=True)).best == 5000
    assert state(STANDS, claim(400, "B", FEB, confirmed=True)).best == 400
    assert state(claim(1000, "A", JAN, confirmed=True), claim(600, "B", FEB), claim(620, "C", FEB)).best == 1000


def test_rule_10_links_are_checked_and_nothing_is_fixed() -> None:
    rows = [
        claim(5000, "A", JAN, estimate="dprk.killed"),
        claim(2000, "A", JAN, estimate="dprk.wounded", article="x"),
        claim(6000, "B", JAN, estimate="dprk.casualties"),
    ]
    found = {name: fold_in(DPRK, name, rows) for name in DPRK}
    opened = violation(DPRK["dprk.casualties"], found)
    assert opened is not None
    assert {s.originator for s in opened.sides} == {"dprk.casualties", "dprk.killed", "dprk.wounded"}
    assert found["dprk.casualties"].best == 6000
    inner = Definition("inner", "N", inside="dprk.killed")
    values = {**found, "inner": state(claim(6000, "A", JAN, estimate="inner"), id="inner")}
    assert violation(inner, values) is not None
    assert violation(inner, {**values, "inner": state(claim(5400, "A", JAN, estimate="inner"), id="inner")}) is None


def test_links_name_the_claims_needed_and_the_estimates_touched() -> None:
    assert family("dprk.killed", DPRK) == {"dprk.killed", "dprk.wounded", "dprk.casualties"}
    assert family("dprk.deployed", DPRK) == {"dprk.deployed"}
    assert affected("dprk.killed", DPRK) == {"dprk.killed", "dprk.wounded", "dprk.casualties"}
    assert [w.id for w in links("dprk.killed", DPRK).wholes] == ["dprk.casualties"]
    assert affected("no.such", DPRK) == {"no.such"}


# --- rule 11: explanations


def test_rule_11_names_rule_claims_and_reasons() -> None:
    rows = [
        STANDS,
        claim(600, "B", FEB, id="low"),
        claim(100, None, FEB, id="old"),
        claim(1, "C", FEB, id="no", status="denied"),
    ]
    found = state(*rows)
    assert {u.claim: u.rule for u in found.uses} == {"first": 5, "low": 7}
    assert {o.claim: o.rule for o in found.left_out} == {"old": 5, "no": 3}
    assert reason_of(found, "old") == "rule 5: lower than 1,000: an older or narrower count"


# --- policies and figures


@pytest.mark.parametrize(
    "policy, best",
    [("anchored", 1000), ("range", 1000), ("latest", 700), ("highest", 5000), ("lowest", 700), ("corroborated", 1000)],
)
def test_policies(policy: str, best: int) -> None:
    rows = [STANDS, claim(950, "D", "2025-01-20"), claim(5000, "B", FEB), claim(700, "C", MAR), claim(1, None, MAR)]
    assert state(*rows, policy=policy).best == best


def test_latest_counts_a_figure_said_again() -> None:
    rows = [claim(5000, "A", JAN), claim(3000, "A", FEB), claim(5000, "A", MAR, id="again")]
    assert state(*rows, policy="latest").best == 5000
    assert state(*rows[:2], policy="latest").best == 3000


def test_corroborated_wants_as_many_voices_as_are_set() -> None:
    rows = [STANDS, claim(950, "B", FEB)]
    assert state(*rows, policy="corroborated").best == 1000
    assert state(*rows, policy="corroborated", settings=FoldSettings(voices=3)).best is None


@pytest.mark.parametrize(
    "why, rows, best",
    [
        ("the newest event", [claim(100, "A", JAN), claim(40, "A", FEB)], 40),
        ("the same size again is another event", [claim(40, "A", JAN), claim(90, "A", FEB), claim(40, "A", MAR)], 40),
        ("several voices on one event", [claim(100, "A", JAN), claim(40, "A", FEB), claim(50, "B", FEB)], 50),
        ("an undated one is no newest event", [claim(100, "A", JAN), claim(900, "B")], 100),
    ],
)
def test_one_per_event_is_a_series(why: str, rows: list[Standing], best: int) -> None:
    assert state(*rows, figures="one per attack").best == best, why


def rounds(*sizes_and_days: tuple[int, str]) -> list[Standing]:
    return [claim(n, "A", day, kind="additional", id=f"{n}-{day}") for n, day in sizes_and_days]


@pytest.mark.parametrize(
    "why, rows, best",
    [
        ("distinct rounds", rounds((390, "2025-05-23"), (307, "2025-05-24"), (303, "2025-05-25")), 1000),
        ("a round reported again", [*rounds((390, JAN)), claim(390, None, "2025-01-12", kind="additional")], 390),
        ("the same size long after", rounds((150, JAN), (150, MAR)), 300),
        ("a stated sum is a level", [*rounds((390, JAN)), claim(4500, "A", FEB), *rounds((100, MAR))], 4600),
        ("rounds until the sum are inside it", [*rounds((390, JAN), (100, FEB)), claim(4500, "A", FEB)], 4500),
        ("an undated sum holds no dated round", [claim(4500, "A"), *rounds((100, MAR))], 100),
    ],
)
def test_rounds_add_up(why: str, rows: list[Standing], best: int) -> None:
    assert state(*rows, figures="add up").best == best, why


def test_terms_are_settings() -> None:
    assert state(STANDS, claim(3000, "B", FEB), settings=FoldSettings(jump=3)).best == 3000
    assert state(STANDS, claim(3000, "B", MAR), settings=FoldSettings(window_days=30)).best == 3000
    assert state(STANDS, claim(750, "B", FEB), settings=FoldSettings(contradiction=1.2)).contradiction is not None
