"""What each event makes of the view tables."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from tallywire.core import events as ev
from tallywire.core.events import Event
from tallywire.eventstore.base import TABLES, Row
from tallywire.eventstore.memory import MemoryStore
from tallywire.eventstore.views import PROJECTIONS
from tests.eventstore.samples import Ticking, add, claimed, raised, received

ANA = "analyst:ana"


def at(second: int) -> str:
    return f"2025-03-27T08:00:{second:02}.000000+00:00"


class Told:
    """A store that was told some events, one a second."""

    def __init__(self, *events: Event | tuple[Event, str]) -> None:
        self.store = MemoryStore(Ticking())
        with self.store.transaction() as tx:
            for item in events:
                event, by = item if isinstance(item, tuple) else (item, "daemon")
                add(tx, event, by=by)

    def row(self, table: str, *key: str) -> Row:
        row = self.store.row(table, *key)
        assert row is not None
        return row

    def some(self, table: str, *key: str, columns: str) -> list[Any]:
        row = self.row(table, *key)
        return [row[column] for column in columns.split()]


def test_every_event_has_a_projection() -> None:
    assert set(PROJECTIONS) == set(get_args(Event))


def test_an_article_and_its_first_sighting() -> None:
    told = Told(received(quiet=True))
    assert told.row("article", "a1") == {
        "id": "a1",
        "path": "a1.txt",
        "title": "A night of lanterns at the harbour",
        "outlet": "The Quay Post",
        "author": "Ada Lantern-Smith",
        "url": "https://quay.example/lanterns",
        "published": "2025-03-26",
        "published_from": "header",
        "reader": "text@1",
        "media": "text/plain",
        "size": 120,
        "received_at": at(1),
        "position": 1,
        "is_quiet": True,
        "is_redacted": False,
        "is_dated": False,
        "page": "quay.example/lanterns",
        "group_id": None,
        "replaced_by": None,
    }
    assert told.store.rows("sighting") == [{"path": "a1.txt", "article": "a1", "seen_at": at(1)}]


def test_groups_of_near_copies_merge_and_keep_the_smallest_id_as_their_name() -> None:
    copies = [ev.ArticleGrouped(a, like, 0.9) for a, like in (("a4", "a3"), ("a2", "a1"), ("a5", "a4"), ("a5", "a2"))]
    told = Told(*(received(f"a{n}") for n in range(1, 6)), *copies)
    assert {row["group_id"] for row in told.store.rows("article")} == {"a3"}
    assert told.store.rows("likeness") == [{"group_id": "a3", "least": "a1", "members": 5}]
    again = Told(received(), received("a2"), copies[1], copies[1], ev.ArticleGrouped("a1", "a2", 0.9))
    assert again.store.rows("likeness") == [{"group_id": "a1", "least": "a1", "members": 2}]
    assert not Told(received(), ev.ArticleGrouped("a1", "strange", 0.9)).store.rows("likeness")


def test_an_article_remembers_the_newer_version_of_its_page() -> None:
    told = Told(received(), received("a2"), ev.ArticleReplaced("a1", "a2", "newer"))
    assert told.some("article", "a1", columns="replaced_by path") == ["a2", "a1.txt"]
    assert told.row("article", "a2")["replaced_by"] is None


def test_a_second_path_is_a_sighting_only() -> None:
    told = Told(received(), ev.ArticleSeenAgain("a1", "copy.txt"))
    assert told.row("article", "a1")["path"] == "a1.txt"
    assert told.row("sighting", "copy.txt", "a1")["seen_at"] == at(2)


@pytest.mark.parametrize("published", ["2025-03-01", None])
def test_an_analyst_dates_an_article(published: str | None) -> None:
    told = Told(received(), (ev.ArticleDated("a1", published, "the printed edition"), ANA))
    assert told.some("article", "a1", columns="published published_from is_dated") == [published, "analyst", True]


def test_a_rejected_file() -> None:
    told = Told(ev.FileRejected("x.txt", 0, 1743062400000000000, "empty", "no bytes"))
    (row,) = told.store.rows("rejection")
    assert row["id"] == ev.file_stream("x.txt", 0, 1743062400000000000).removeprefix("file-")
    assert (row["reason"], row["mtime_ns"], row["rejected_at"]) == ("empty", 1743062400000000000, at(1))


def test_a_claim_stands_when_recorded() -> None:
    told = Told(claimed(correction=True, onto=900))
    row = told.row("claim", "c1")
    event = claimed(correction=True, onto=900)
    for column in "article estimate low high bound quote sentence rule extractor source basis onto".split():
        assert row[column] == getattr(event, column)
    assert [row[c] for c in "start_at end_at number_start number_end is_correction".split()] == [33, 73, 38, 43, True]
    assert [row[c] for c in "state state_reason is_confirmed verdict_by position changed_at".split()] == [
        "standing",
        None,
        False,
        None,
        1,
        at(1),
    ]


REJECT = (ev.ClaimWithdrawn("c1", "rejected", "candles"), ANA)
CONFIRM = (ev.ClaimConfirmed("c1", "counted"), ANA)
RESTORE = (ev.ClaimRestored("c1", "lanterns after all"), ANA)
GONE = (ev.ClaimWithdrawn("c1", "no longer found", "another reading"), "daemon")
FOUND = (ev.ClaimRestored("c1", "found again"), "english@2")
REREAD = (ev.ClaimCorrected("c1", {"low": 5}, "another reading"), "english@2")
CORRECT = (ev.ClaimCorrected("c1", {"low": 5}, "a slip"), ANA)


@pytest.mark.parametrize(
    ("history", "state", "reason", "confirmed", "verdict"),
    [
        ([REJECT], "withdrawn", "rejected", False, ANA),
        ([GONE], "withdrawn", "no longer found", False, None),
        ([REJECT, RESTORE], "standing", None, False, ANA),
        ([GONE, FOUND], "standing", None, False, None),
        ([CONFIRM], "standing", None, True, ANA),
        ([CONFIRM, REJECT], "withdrawn", "rejected", False, ANA),
        ([REJECT, RESTORE, GONE], "withdrawn", "no longer found", False, None),
        ([REJECT, REREAD], "withdrawn", "rejected", False, ANA),
        ([CONFIRM, REREAD], "standing", None, True, ANA),
        ([CORRECT], "standing", None, False, ANA),
    ],
)
def test_the_state_of_a_claim(
    history: list[tuple[Event, str]], state: str, reason: str | None, confirmed: bool, verdict: str | None
) -> None:
    told = Told(claimed(), *history)
    columns = "state state_reason is_confirmed verdict_by position changed_at"
    expected = [state, reason, confirmed, verdict, 1, at(1 + len(history))]
    assert told.some("claim", "c1", columns=columns) == expected


def test_a_correction_changes_fields_but_not_which_claim_it_is() -> None:
    changes = {"low": 5, "start": 1, "correction": True, "as_of": "2025-03", "claim": "c9", "article": "a9"}
    told = Told(claimed(), ev.ClaimCorrected("c1", changes, "another reading"))
    assert told.some("claim", "c1", columns="low high start_at is_correction as_of article") == [
        5,
        1200,
        1,
        True,
        "2025-03",
        "a1",
    ]
    assert len(told.store.rows("claim")) == 1


def test_a_definition_and_a_redefinition_that_keeps_the_state() -> None:
    first = {"id": "e", "track": "N lanterns lit on the quay"}
    second = first | {"track": "N lanterns lit on the pier"}
    told = Told(
        ev.EstimateDefined("e", first, "f1"),
        ev.EstimateRevised("e", None, {"best": 5}, [], "first figure"),
        ev.EstimateRevised("e", {"best": 5}, {"best": 6}, [], "higher"),
        ev.EstimateRetired("e", "gone"),
    )
    assert told.row("estimate", "e") == {
        "id": "e",
        "title": "lanterns lit on the quay",
        "definition_json": first,
        "fingerprint": "f1",
        "state_json": {"best": 6},
        "revisions": 2,
        "revised_at": at(3),
        "revised_position": 3,
        "contradiction_json": None,
        "pin_json": None,
        "rebased_json": None,
        "snooze_json": None,
        "is_retired": True,
    }
    with told.store.transaction() as tx:
        add(tx, ev.EstimateDefined("e", second, "f2"))
    columns = "title fingerprint state_json revisions is_retired"
    assert told.some("estimate", "e", columns=columns) == ["lanterns lit on the pier", "f2", {"best": 6}, 2, False]


def test_contradiction_pin_and_snooze() -> None:
    sides = [{"originator": "harbour master", "low": 1200}]
    told = Told(
        ev.ContradictionOpened("e", sides),
        (ev.EstimatePinned("e", 1, 2, 3.5, "our count"), ANA),
        (ev.EstimateSnoozed("e", "2025-04-01", "the festival is over", 50.0), ANA),
    )
    row = told.row("estimate", "e")
    assert row["title"] == "e"
    assert row["contradiction_json"] == {"sides": sides, "opened_at": at(1), "position": 1}
    assert row["pin_json"] == {"low": 1, "best": 2, "high": 3.5, "why": "our count", "by": ANA, "at": at(2)}
    snooze = {"until": "2025-04-01", "why": "the festival is over", "unless_percent": 50.0, "by": ANA, "at": at(3)}
    assert row["snooze_json"] == snooze
    with told.store.transaction() as tx:
        add(tx, ev.ContradictionClosed("e", "corrected"), ev.EstimateUnpinned("e", "no need"))
    assert told.some("estimate", "e", columns="contradiction_json pin_json snooze_json") == [None, None, snooze]


def test_sources_are_one_row() -> None:
    told = Told(ev.SourcesDefined([{"name": "x"}], "f1"), ev.SourcesDefined([{"name": "y"}], "f2"))
    assert told.store.rows("sources") == [{"id": "sources", "entries_json": [{"name": "y"}], "fingerprint": "f2"}]


def test_an_alert_queues_one_delivery_for_each_channel_and_notes_what_was_told() -> None:
    told = Told(raised(channels=["desk", "mail", "desk"], corrects="alert0"))
    row = told.row("alert", "alert1")
    event = raised(channels=["desk", "mail", "desk"], corrects="alert0")
    for column in "kind estimate severity title text reason corrects revision".split():
        assert row[column] == getattr(event, column)
    assert row["channels_json"] == ["desk", "mail", "desk"]
    assert (row["before_json"], row["after_json"], row["evidence_json"]) == (None, event.after, event.evidence)
    assert (row["raised_at"], row["position"], row["acknowledged_at"]) == (at(1), 1, None)
    queued = told.store.rows("delivery")
    assert [(d["alert"], d["channel"], d["state"], d["attempts"], d["is_repeat"]) for d in queued] == [
        ("alert1", "desk", "queued", 0, False),
        ("alert1", "mail", "queued", 0, False),
    ]
    assert (queued[0]["queued_at"], queued[0]["settled_at"], queued[0]["position"]) == (at(1), None, 1)
    value = {"rule": "rise", "best": 1200}
    assert told.store.rows("notified") == [
        {"estimate": "lanterns.lit", "rule": "rise", "value_json": value, "alert": "alert1"}
    ]


@pytest.mark.parametrize(
    ("changes", "rules"),
    [({"notified": {"best": 1}}, ["default"]), ({"notified": None}, []), ({"estimate": None}, [])],
)
def test_what_was_told_last(changes: dict[str, Any], rules: list[str]) -> None:
    told = Told(raised(**changes))
    assert [row["rule"] for row in told.store.rows("notified")] == rules


def test_a_rule_that_told_nothing_yet_keeps_what_it_measures_from() -> None:
    began = ev.RuleStarted("lanterns.lit", "boss", {"rule": "rise", "best": 900}, "alert0")
    told = Told(began, ev.RuleStarted("lanterns.lit", "mute"))
    row = {"estimate": "lanterns.lit", "rule": "boss", "value_json": {"rule": "rise", "best": 900}, "alert": "alert0"}
    mute = {"estimate": "lanterns.lit", "rule": "mute", "value_json": None, "alert": None}
    assert told.store.rows("notified") == [row, mute]
    with told.store.transaction() as tx:
        add(tx, raised(notified={"rule": "boss", "best": 1200}))
    assert told.row("notified", "lanterns.lit", "boss")["alert"] == "alert1"


DELIVERED = ev.AlertDelivered("alert1", "desk", 2, repeat=True)
ABANDONED = ev.AlertAbandoned("alert1", "desk", 9, "401")


@pytest.mark.parametrize(
    ("history", "row"),
    [
        ([DELIVERED], ["delivered", 2, True, None, at(1), at(2)]),
        ([ABANDONED], ["dead", 9, False, "401", at(1), at(2)]),
        ([ev.DeliveryDropped("alert1", "desk", "old news")], ["dropped", 0, False, None, at(1), at(2)]),
        ([ABANDONED, ev.DeliveryDropped("alert1", "desk", "seen")], ["dropped", 9, False, None, at(1), at(3)]),
        ([ABANDONED, ev.DeliveryRequeued("alert1", "desk", "back")], ["queued", 0, False, None, at(3), None]),
    ],
)
def test_what_becomes_of_a_delivery(history: list[Event], row: list[Any]) -> None:
    told = Told(raised(), *history)
    assert told.some("delivery", "alert1", "desk", columns="state attempts is_repeat error queued_at settled_at") == row
    assert told.row("delivery", "alert1", "mail")["state"] == "queued"


def test_a_fallback_channel_delivers_what_was_never_queued_for_it() -> None:
    told = Told(raised(), ev.AlertDelivered("alert1", "fallback", 1))
    assert told.some("delivery", "alert1", "fallback", columns="state attempts queued_at") == ["delivered", 1, None]


def test_an_acknowledged_alert() -> None:
    told = Told(raised(), ev.AlertAcknowledged("alert1", "seen"))
    assert told.row("alert", "alert1")["acknowledged_at"] == at(2)


def test_a_digest_is_an_alert_of_its_own_kind() -> None:
    told = Told(ev.DigestRaised("d1", "daily", "2025-03-27", "Thursday", "One estimate moved.", ["desk"]))
    assert told.some("alert", "d1", columns="kind title text estimate") == [
        "digest",
        "Thursday",
        "One estimate moved.",
        None,
    ]
    assert told.row("delivery", "d1", "desk")["state"] == "queued"


def test_events_about_what_is_not_there_change_nothing() -> None:
    told = Told(
        ev.ArticleDated("a9", None, "?"),
        ev.ClaimWithdrawn("c9", "rejected", "?"),
        ev.ClaimCorrected("c9", {"low": 1}, "?"),
        ev.AlertAcknowledged("n9", "?"),
    )
    assert [told.store.rows(name) for name in TABLES] == [[] for _ in TABLES]
