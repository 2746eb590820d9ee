"""Which outcome follows from what went over the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire.deliver.outcome import DELIVERED, Exchange, Outcome, judge, unquoted


def http(status: int | None = None, error: str | None = None, method: str = "POST", **more: float) -> Exchange:
    return Exchange("http", method, status, more.get("retry_after"), error, sent=method == "POST")


@pytest.mark.parametrize(
    ("exchanges", "outcome"),
    [
        ([http(429, retry_after=3)], Outcome("limited", "rate limited (HTTP 429)", 3)),
        ([http(429)], Outcome("limited", "rate limited (HTTP 429)")),
        ([http(503, retry_after=9)], Outcome("limited", "rate limited (HTTP 503)", 9)),
        ([http(503)], Outcome("passing", "HTTP 503")),
        ([http(401)], Outcome("permanent", "HTTP 401")),
        ([http(error="ReadTimeout")], Outcome("passing", "no answer (ReadTimeout)", uncertain=True)),
        ([http(error="ReadTimeout", method="GET")], Outcome("passing", "no answer (ReadTimeout)")),
        ([http(error="ConnectTimeout")], Outcome("passing", "no answer (ConnectTimeout)")),
        ([http(404), http(500)], Outcome("passing", "HTTP 500")),
        ([http(200), http(500)], Outcome("passing", "HTTP 500")),  # a login, then the message
    ],
)
def test_outcomes(exchanges: list[Exchange], outcome: Outcome) -> None:
    assert judge(False, exchanges) == outcome  # noqa: FBT003


def test_with_several_recipients_a_partial_success_may_be_a_repeat_next_time() -> None:
    assert judge(accepted=False, exchanges=[http(200), http(500)], recipients=2).uncertain


def test_a_redirect_is_no_delivery_whatever_the_plugin_thinks() -> None:
    assert judge(accepted=True, exchanges=[http(302)]).state == "permanent"
    assert judge(accepted=True, exchanges=[http(302, method="GET"), http(200)]) == DELIVERED


@pytest.mark.parametrize(
    ("log", "state"), [("channel_not_found", "permanent"), ("error=200", "passing"), ("", "passing")]
)
def test_a_refusal_inside_a_good_answer_is_told_by_its_words(log: str, state: str) -> None:
    assert judge(accepted=False, exchanges=[http(200)], log=log).state == state


@given(st.booleans(), st.lists(st.integers(100, 599), max_size=4), st.text(max_size=20))
def test_only_what_was_accepted_is_delivered_and_every_failure_says_why(
    accepted: bool, statuses: list[int], log: str
) -> None:
    outcome = judge(accepted, [http(s) for s in statuses], log)
    assert accepted or outcome.state != "delivered"
    assert (outcome.state == "delivered") == (outcome.error == "")


def test_a_service_that_echoes_the_message_is_not_quoted() -> None:
    body = "11,000 soldiers were sent\nto the island, the ministry said"
    assert unquoted("can't parse: soldiers were sent to the island, error=400", "A title", body) == ""
    assert unquoted("Failed to send to 1 recipient, error=400", "A title", body) == (
        "Failed to send to 1 recipient, error=400"
    )
    assert unquoted("", "", "") == ""
