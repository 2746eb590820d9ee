"""What must hold of every fold, whatever is claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tallywire.core.dates import fold_day
from tallywire.core.definition import Definition
from tallywire.core.estimate import Estimate, fold, moved, same
from tallywire.core.source import Source, Sources
from tallywire.core.standing import Standing
from tests.fold.rows import claim, fold_in

NUMBERS = [0, 2, 100, 105, 110, 150, 300, 320, 600, 1000, 1100, 3000, 3000.0, 3100.5, 11000]
DAYS = [
    None,
    *((date(2025, 1, 1) + timedelta(days=n)).isoformat() for n in (0, 1, 5, 12, 20, 45, 80, 95, 150, 260, 400)),
]
AS_OF = [None, None, None, "2025", "2025-01", "2025-01-05", "2025-01/2025-02", "2023", "2030", "soon"]
POLICIES = ["anchored", "range", "latest", "highest", "lowest", "corroborated"]
FIGURES = ["running total", "running total", "add up", "one per attack"]

ALIASES = Sources([Source(name, (f"{name} agency", f"the {name}'s office")) for name in "ABCD"])


def numbers() -> st.SearchStrategy[tuple[Any, Any]]:
    one = st.sampled_from(NUMBERS)
    return st.one_of(one.map(lambda n: (n, n)), st.tuples(one, one), st.just((None, None)))


@st.composite
def standing(draw: st.DrawFn, estimates: Sequence[str] = ("e",)) -> Standing:
    low, high = draw(numbers())
    values = {
        "estimate": draw(st.sampled_from(estimates)),
        "low": low,
        "high": high,
        "bound": draw(
            st.sampled_from(["exact", "about", "at_least", "over", "nearly", "at_most", "up_to", "range", "vague"])
        ),
        "kind": draw(st.sampled_from(["total", "total", "total", "additional", "component"])),
        "status": draw(st.sampled_from(["reported"] * 6 + ["planned", "denied", "projected"])),
        "originator": draw(st.sampled_from([None, "A", "B", "C", "D"])),
        "outlet": draw(st.sampled_from([None, "Daily", "Weekly"])),
        "published": draw(st.sampled_from(DAYS)),
        "as_of": draw(st.sampled_from(AS_OF)),
        "onto": draw(st.sampled_from([None, None, 1000])),
        "correction": draw(st.sampled_from([False] * 7 + [True])),
        "confirmed": draw(st.sampled_from([False] * 7 + [True])),
        "group": draw(st.sampled_from([None, None, "copies"])),
        "article": draw(st.sampled_from(["a1", "a2", "a3", "a4"])),
    }
    return Standing(id="", **values)


def claims(estimates: Sequence[str] = ("e",), most: int = 12) -> st.SearchStrategy[list[Standing]]:
    found = st.lists(standing(estimates), max_size=most)
    return found.map(lambda rows: [replace(c, id=f"c{n:02}") for n, c in enumerate(rows)])


def definitions() -> st.SearchStrategy[Definition]:
    return st.builds(
        lambda policy, figures: Definition("e", "N things", policy=policy, figures=figures),
        st.sampled_from(POLICIES),
        st.sampled_from(FIGURES),
    )


FAMILY: dict[str, Definition] = {
    d.id: d
    for d in (
        Definition("e", "N killed", policy="range"),
        Definition("f", "N wounded", policy="range"),
        Definition("whole", "N killed or wounded", policy="range", adds=("e", "f")),
        Definition("wider", "N killed anywhere"),
        Definition("inner", "N killed", inside="wider"),
    )
}


def explained(found: Estimate) -> list[str]:
    return sorted([u.claim for u in found.uses] + [o.claim for o in found.left_out])


def figures(found: Estimate) -> tuple[Any, ...]:
    return found.best, found.low, found.high, found.bound, found.as_of


@given(definitions(), claims(), st.randoms(use_true_random=False))
def test_any_order_folds_to_the_same(definition: Definition, rows: list[Standing], chance: Any) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert fold(definition, shuffled) == fold(definition, rows)


@given(claims(tuple(FAMILY), most=20), st.randoms(use_true_random=False))
def test_any_order_of_a_family_folds_to_the_same(rows: list[Standing], chance: Any) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    for name in FAMILY:
        found = fold_in(FAMILY, name, rows)
        assert fold_in(FAMILY, name, shuffled) == found
        assert explained(found) == sorted(c.id for c in rows if c.estimate == name)


@given(definitions(), claims(), st.lists(st.integers(0, 11)), st.lists(st.integers(0, 11)))
def test_withdrawn_and_restored_claims_leave_no_trace(
    definition: Definition, rows: list[Standing], withdrawn: list[int], restored: list[int]
) -> None:
    """Batches in any order, with withdrawals and restorations between: only what stands at the end counts."""
    known: dict[str, Standing] = {}
    for n, row in enumerate(rows):
        known[row.id] = row
        if n in withdrawn:
            fold(definition, known.values())
            del known[row.id]
    for n in restored:
        if n < len(rows):
            known[rows[n].id] = rows[n]
    gone = {rows[n].id for n in withdrawn if n < len(rows)} - {rows[n].id for n in restored if n < len(rows)}
    assert fold(definition, known.values()) == fold(definition, [c for c in rows if c.id not in gone])


@given(definitions(), claims(), st.data())
def test_aliases_are_one_voice(definition: Definition, rows: list[Standing], data: st.DataObject) -> None:
    def worded(row: Standing) -> Standing:
        name = row.originator and data.draw(st.sampled_from([row.originator, f"{row.originator} agency"]))
        return replace(row, originator=ALIASES.canonical(name))

    assert fold(definition, [worded(c) for c in rows]) == fold(definition, rows)


@given(definitions(), claims())
def test_every_claim_is_explained_once_and_names_its_rule(definition: Definition, rows: list[Standing]) -> None:
    found = fold(definition, rows)
    assert explained(found) == sorted(c.id for c in rows)
    told = [(u.rule, u.reason) for u in found.uses] + [(o.rule, o.reason) for o in found.left_out]
    assert all(reason.startswith(f"rule {rule}: ") for rule, reason in told)
    assert set(found.by) <= {u.claim for u in found.uses}
    assert (found.best is None) == (not found.by)


@given(definitions(), claims())
def test_the_value_lies_within_its_range(definition: Definition, rows: list[Standing]) -> None:
    found = fold(definition, rows)
    assert (found.best is None, found.low is None) in ((True, True), (False, False))
    if found.best is not None and found.low is not None and found.high is not None:
        assert found.low <= found.best <= found.high
    if found.contradiction:
        assert len({s.originator for s in found.contradiction.sides}) > 1


@given(st.sampled_from(POLICIES), claims(), st.data())
def test_a_repeat_by_the_same_originator_is_no_news(policy: Any, rows: list[Standing], data: st.DataObject) -> None:
    named = [c for c in rows if c.originator]
    if not named:
        return
    first = data.draw(st.sampled_from(named))
    repeat = replace(first, id=f"{first.id}~", article="another", outlet="Another", group=None)
    definition = Definition("e", "N things", policy=policy)
    before, after = fold(definition, rows), fold(definition, [*rows, repeat])
    assert {**after.summary(), "documents": 0} == {**before.summary(), "documents": 0}
    assert same(before.summary(), after.summary())
    assert moved(before.summary(), after) == []
    assert after.documents == before.documents + (first.status == "reported")


@given(definitions(), claims(), standing(), st.sampled_from(["planned", "denied", "projected"]))
def test_what_is_not_reported_never_moves_the_figure(
    definition: Definition, rows: list[Standing], more: Standing, status: Any
) -> None:
    before = fold(definition, rows)
    after = fold(definition, [*rows, replace(more, id="more", status=status)])
    assert figures(after) == figures(before)


@given(claims(), st.sampled_from([p for p in POLICIES if p != "latest"]))
def test_no_increment_counts_twice(rows: list[Standing], policy: Any) -> None:
    """At most one increment lies on top of what somebody gave as a level."""
    found = fold(Definition("e", "N things", policy=policy), rows)
    usable = [c for c in rows if c.low is not None and c.high is not None and c.status == "reported"]
    steps = [max(c.low or 0, c.high or 0) for c in usable if c.kind == "additional"]
    levels = [max(c.low or 0, c.high or 0) for c in usable if c.kind != "additional"]
    levels += [c.onto + max(c.low or 0, c.high or 0) for c in usable if c.kind == "additional" and c.onto]
    assert (found.high or 0) <= max(levels, default=0) + max(steps, default=0)


@given(definitions(), claims(), st.sampled_from([d for d in DAYS if d]))
def test_until_is_the_fold_of_what_was_so_by_then(definition: Definition, rows: list[Standing], day: str) -> None:
    until = date.fromisoformat(day)

    def day_of(row: Standing) -> date:
        return (
            fold_day(row.status, row.as_of, row.published, onto=bool(row.onto and row.kind == "additional")) or date.max
        )

    known = [c for c in rows if day_of(c) <= until]
    whole, part = fold(definition, rows, until=until), fold(definition, known)
    assert whole.summary() == part.summary()
    assert explained(whole) == sorted(c.id for c in rows)


@given(st.integers(3, 30), st.sampled_from(POLICIES))
def test_many_outlets_quoting_one_originator_are_one_voice(outlets: int, policy: Any) -> None:
    stands = claim(100, "A", "2025-01-01", id="first")
    echo = [claim(1000, "B", "2025-01-02", id=f"b{n}", article=f"b{n}", outlet=f"outlet {n}") for n in range(outlets)]
    copies = [
        claim(900, None, "2025-01-03", id=f"g{n}", article=f"g{n}", outlet=f"outlet {n}", group="copies")
        for n in range(outlets)
    ]
    definition = Definition("e", "N things", policy=policy)
    few, many = fold(definition, [stands, echo[0], copies[0]]), fold(definition, [stands, *echo, *copies])
    assert figures(many) == figures(few)
    assert [p.low for p in many.provisional] == [p.low for p in few.provisional]
    assert many.originators == few.originators <= 2
    assert many.documents == 1 + 2 * outlets


@settings(max_examples=30)
@given(definitions(), claims(), claims())
def test_moved_is_empty_only_for_what_is_the_same(
    definition: Definition, old: list[Standing], new: list[Standing]
) -> None:
    before, after = fold(definition, old), fold(definition, new)
    if same(before.summary(), after.summary()):
        assert moved(before.summary(), after) == []
    known = {c.id for c in new}
    assert set(moved(before.summary(), after)) <= known
