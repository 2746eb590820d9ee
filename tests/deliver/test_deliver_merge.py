"""What waited for a channel comes as one message for each estimate, and nothing of it is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallywire.deliver import merge, rich, safe
from tallywire.deliver.channels import CONSOLE, Channel
from tallywire.deliver.limits import limit_for, measure
from tallywire.deliver.outbox import Job, Pace, Waiting, together
from tallywire.deliver.render import render, short_id
from tests.deliver.harness import START, Json, Outbox, figures
from tests.deliver.sinks import Mailbox, Webhook, free_port, webhook
from tests.deliver.test_deliver_render import HOSTILE, alive

NAME = "Houses flooded in the valley"
LATER = START + timedelta(hours=1)


def alert(number: int, before: Json | None, after: Json | None, kind: str = "change", **more: Any) -> Json:
    title = f"{NAME}: {before['best'] if before else 'none'} → {after['best'] if after else 'none'}"
    return {
        "id": f"{number:08x}00000000",
        "kind": kind,
        "estimate": "valley.flooded",
        "severity": "info",
        "title": title,
        "text": f"Now something.\n{kind.capitalize()}: reason {number}.\n\n“quote {number}”\n  The province",
        "reason": f"reason {number}",
        "before_json": before,
        "after_json": after,
        "evidence_json": [{"quote": f"quote {number}", "originator": "The province"}],
        "raised_at": (START + timedelta(minutes=number)).isoformat(),
        "position": number,
        **more,
    }


def jobs(*alerts: Json, repeats: tuple[int, ...] = ()) -> list[Job]:
    return [Job(row, "desk", 1, row["position"] in repeats, START) for row in alerts]


# --- the message ------------------------------------------------------------------------------------------------------


def test_it_says_where_it_started_and_where_it_stands_and_keeps_each_alert() -> None:
    rows = [
        alert(1, figures(300), figures(1000, 300, 1000), "contradiction", severity="warning"),
        alert(2, figures(1000), figures(900), "correction"),
        alert(3, figures(900), figures(2000)),
    ]
    message = render(merge.merged(jobs(*rows, repeats=(2,)), NAME), "console")
    assert message.title == (f"{NAME}: 300 → 2,000, correction, sources contradict each other, 3 alerts in one")
    assert message.type == "warning", "the gravest of them"
    assert message.body.split("\n\n") == [
        "3 alerts waited for this channel, newest first: "
        "from 300 before 2025-03-27 09:01 UTC to 2,000 at 2025-03-27 09:03 UTC.",
        "2025-03-27 09:03 UTC · #00000003\n900 → 2000\nNow something.\nChange: reason 3.",
        "2025-03-27 09:02 UTC · #00000002 · possible repeat\n1000 → 900\nNow something.\nCorrection: reason 2.",
        "2025-03-27 09:01 UTC · #00000001\n300 → 1000\nNow something.\nContradiction: reason 1.",
        "“quote 3”\n  The province",
        "“quote 2”\n  The province",
        "“quote 1”\n  The province",
        "#00000003 #00000002 #00000001 · 2025-03-27 09:01 UTC to 2025-03-27 09:03 UTC",
    ]


@pytest.mark.parametrize(
    ("rows", "way"),
    [
        ([alert(1, None, figures(5)), alert(2, figures(5), figures(6, 5, 7))], "6 (5-7)"),
        ([alert(1, figures(5), figures(9)), alert(2, figures(9), figures(5))], "5"),
        ([alert(1, figures(5), None, "staleness"), alert(2, None, None, "staleness")], "no figure"),
        ([alert(1, None, None, "staleness"), alert(2, figures(4), figures(8))], "4 → 8"),
    ],
)
def test_the_way_from_the_first_to_the_last(rows: list[Json], way: str) -> None:
    title = merge.merged(jobs(*rows), NAME)["title"]
    assert title.startswith(f"{NAME}: {way}, ") and title.endswith("2 alerts in one")


def test_programs_get_one_message_for_each_alert() -> None:
    assert (merge.room("json"), merge.room("jsons")) == (0, 0)
    assert merge.room("twilio") == 0, "no two fit into a text message"


words = st.text(st.characters(codec="utf-8"), max_size=200)
any_alert = st.builds(
    lambda n, title, head, kind, reason: alert(
        n, figures(1), figures(2), kind, title=f"{NAME}: {title}", text=f"{head}\n\nA quote.", reason=reason
    ),
    st.integers(1, 10**6),
    words,
    words,
    st.sampled_from(["change", "correction", "contradiction", "first figure", "new plan"]),
    words,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(any_alert, min_size=2, max_size=60), st.text(max_size=300))
@pytest.mark.parametrize("schema", ["discord", "mmost", "ntfy", "pover", "mailto", "twilio"])
def test_no_alert_is_cut_from_a_merged_message(schema: str, rows: list[Json], name: str) -> None:
    queue = [
        Waiting(str(n), "desk", "x", START, attempts=1, size=merge.size(row, schema)) for n, row in enumerate(rows)
    ]
    batch = together(queue, queue[0], Pace(), LATER, merge.room(schema))
    if len(batch) == 1:
        return
    ordered = jobs(*(rows[int(w.alert)] for w in batch))
    message = render(merge.merged(ordered, name), schema)
    limit = limit_for(schema)
    whole = message.body if limit.title else f"{message.title}\n\n{message.body}"
    assert measure(whole, limit.unit) <= limit.body
    for job in ordered:
        block = safe.text(merge.block(job.alert, name, is_repeat=False))
        shown = rich.markdown(block) if schema in rich.MARKDOWN else block
        assert shown in message.body
        assert short_id(job.alert["id"]) in message.body.rpartition("\n\n")[2]


@pytest.mark.parametrize("schema", ["discord", "mmost", "tgram", "matrix", "mailto", "console"])
def test_nothing_in_a_merged_message_pings_links_or_hides(schema: str) -> None:
    """Not in the names, titles, reasons and quotes of any of them; and what a service takes as HTML is escaped."""
    hostile = {"title": HOSTILE, "text": f"{HOSTILE}\n\n“{HOSTILE}”", "reason": HOSTILE}
    row = merge.merged(jobs(*(alert(n, figures(n), figures(n + 1), **hostile) for n in (1, 2, 3))), HOSTILE)
    message = render(row, schema)
    assert alive(message.title) == [] and alive(message.body) == []
    assert "#00000001" in message.body
    if schema in rich.HTML:
        assert message.html and "<script" not in message.html
        assert alive(re.sub(r"</?(p|br|small|blockquote)>", "", message.html)) == []


# --- through a worker -------------------------------------------------------------------------------------------------

MATTERMOST = "mmost://127.0.0.1:{port}/abcdefghijklmnopqrstuvwx"
HOOK = "hooks/abcdefghijklmnopqrstuvwx"


def raise_story(box: Outbox, channels: list[str]) -> list[str]:
    """Two estimates' alerts in turns, some minutes apart; gives the ids."""
    steps = [(100, 300), (300, 900), (900, 700), (700, 2000)]
    ids = []
    for number, (old, new) in enumerate(steps):
        kind = "correction" if new < old else "change"
        for estimate in ("floods", "fires"):
            name = f"{estimate} {number}"
            ids.append(box.queue(channels, name, estimate, kind, figures(old), figures(new)))
        box.clock.forward(minutes=3)
    return ids


def test_an_outage_ends_in_one_message_for_each_estimate(box: Outbox, mailbox: Mailbox) -> None:
    """Refused connections, then a server that can't, then one that can; a webhook gets each alert by itself."""
    port = free_port()
    channels = [
        CONSOLE,
        Channel("chat", MATTERMOST.format(port=port)),
        Channel("hook", f"json://127.0.0.1:{port}/ok"),
        Channel("mail", mailbox.url()),
    ]
    ids = raise_story(box, ["chat", "hook"])
    worker = box.worker(channels)
    worker.start()
    try:
        box.settled(2)  # nobody listens
        with webhook(port) as sink:
            sink.answers = {HOOK: [500], "ok": [500]}
            box.clock.forward(hours=1)
            worker.wake()
            box.settled(4)
            late = box.queue(["chat", "hook"], "floods 9", "floods", "change", figures(2000), figures(2500))
            box.clock.forward(hours=1)
            worker.wake()
            box.wait(lambda: set(box.states().values()) == {"delivered"})
            chats = [post["text"] for path, post in sink.posts if path == HOOK]
            hooks = [post for path, post in sink.posts if path == "ok"]
    finally:
        worker.stop()
    assert len(chats) == 3, "the one that got 500, then one for each estimate"
    floods, fires = chats[1:]
    assert "100 → 2,500" in floods and "5 alerts in one" in floods and "100 → 2,000" in fires
    minutes = [f"2025-03-27 09:{minute:02} UTC" for minute in (0, 3, 6, 9)]
    for text, mine in ((floods, [*ids[::2], late]), (fires, ids[1::2])):
        places = [text.index(short_id(one)) for one in reversed(mine)]
        assert places == sorted(places), "newest first"
        assert all(minute in text for minute in minutes), "the original times"
    assert all(f"reason floods {n}" in floods and f"reason fires {n}" in fires for n in range(4))
    assert [post["id"] for post in hooks[1:]] == [*ids, late], "one for each alert, in order"
    assert all(post["message"].count("2025-03-27") == 1 for post in hooks)
    assert not any("possible repeat" in text for text in chats)


def test_each_alert_of_a_message_is_recorded_as_delivered_in_it(box: Outbox, sink: Webhook) -> None:
    ids = raise_story(box, ["chat"])
    assert box.worker([Channel("chat", MATTERMOST.format(port=sink.server_port))]).once() == 2
    newest = {ids[-2]: ids[:-2:2], ids[-1]: ids[1:-1:2]}
    found = {event.data["alert"]: event.data["merged_into"] for event in box.events("AlertDelivered")}
    assert found == {**dict.fromkeys(newest), **{old: new for new, olds in newest.items() for old in olds}}
    assert box.reader.rows("attempt") == []


def test_a_message_refused_as_a_whole_is_taken_apart(box: Outbox, sink: Webhook) -> None:
    """Each alert gets an answer of its own: one that the service can't take costs the others nothing."""
    ids = raise_story(box, ["chat"])
    sink.answers[HOOK] = [400, 200, 400, 200, 200]  # all four about the floods; then one by one
    worker = box.worker([Channel("chat", MATTERMOST.format(port=sink.server_port))])
    assert worker.once() == 2
    assert len(sink.posts) == 6
    dead = [event.data["alert"] for event in box.events("AlertAbandoned")]
    assert dead == [ids[2]]
    assert set(box.states().values()) == {"delivered", "dead"}
    assert worker.once() == 0


def test_a_message_that_fails_while_others_go_through_is_sent_one_by_one(box: Outbox, sink: Webhook) -> None:
    box.queue(["chat"], "first", "other")
    raise_story(box, ["chat"])
    sink.answers[HOOK] = [200, 500]
    worker = box.worker([Channel("chat", MATTERMOST.format(port=sink.server_port))])
    worker.start()
    box.wait(lambda: any(row["last_error"] for row in box.reader.rows("attempt")))
    box.clock.forward(minutes=5)
    worker.wake()
    box.wait(lambda: set(box.states().values()) == {"delivered"})
    worker.stop()
    texts = [post["text"] for _, post in sink.posts]
    assert ["alerts in one" in text for text in texts] == [False, True, False, True, False, False, False]
    assert "Title fires 3" in texts[3], "what is about something else is merged as before"


def test_what_could_not_be_delivered_is_a_possible_repeat_each(box: Outbox, sink: Webhook) -> None:
    ids = raise_story(box, ["chat"])
    lost = [box.queue(["chat"], "lost", "floods", "change", figures(2000), figures(2100))]
    url = MATTERMOST.format(port=sink.server_port)
    sink.answers[HOOK] = [504]  # it may have arrived
    assert box.worker([Channel("chat", url)]).once() == 2
    box.clock.forward(minutes=5)
    box.queue(["chat"], "new", "floods", "change", figures(2100), figures(2200))
    assert box.worker([Channel("chat", url)]).once() == 1
    text = sink.posts[-1][1]["text"]
    assert text.count("possible repeat") == 5, "the new one never went out"
    assert all(short_id(one) in text for one in [*ids[::2], *lost])
    repeats = [event.data["repeat"] for event in box.events("AlertDelivered")]
    assert repeats.count(True) == 5
