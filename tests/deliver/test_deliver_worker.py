"""The worker between a real outbox and real servers."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

import pytest

from tallywire.deliver.channels import CONSOLE, Channel
from tallywire.deliver.render import short_id
from tallywire.eventstore.readers import ReadStore
from tests.deliver.harness import Outbox
from tests.deliver.sinks import Mailbox, Webhook, free_port

# --- once -----------------------------------------------------------------------------------------------------------


def test_one_alert_reaches_console_webhook_and_mailbox(box: Outbox, sink: Webhook, mailbox: Mailbox) -> None:
    channels = [CONSOLE, Channel("hook", sink.url("ok")), Channel("mail", mailbox.url())]
    alert = box.queue(["console", "hook", "mail"])
    assert box.worker(channels).once() == 3
    assert set(box.states().values()) == {"delivered"}
    mark, quote = short_id(alert), "a quote for one"
    assert mark in box.out.getvalue() and quote in box.out.getvalue()
    (_, posted), mail = sink.posts[0], mailbox.messages[0]
    assert posted["schema"] == "tallywire.alert/1" and posted["id"] == alert and posted["kind"] == "change"
    assert posted["title"] == "Title one" and mark in posted["message"]
    assert posted["evidence"][0]["quote"] == quote and posted["before"]["best"] == 1
    assert {"version", "attachments", "type"}.isdisjoint(posted), "apprise's own fields are not ours to promise"
    assert mail["Subject"] == "Title one" and mark in mail.get_content() and quote in mail.get_content()
    assert box.worker(channels).once() == 0, "nothing is sent twice"


def test_extra_fields_and_headers_of_a_webhook_url_are_kept(box: Outbox, sink: Webhook) -> None:
    box.queue(["hook"])
    url = sink.url("ok", ":room=desk&:message=text&+X-Key=abc&:schema=mine")
    assert box.worker([Channel("hook", url)]).once() == 1
    _, posted = sink.posts[0]
    assert posted["room"] == "desk" and "Text one" in posted["text"] and posted["schema"] == "tallywire.alert/1"
    assert sink.headers_seen[0]["X-Key"] == "abc"


def test_once_makes_one_attempt_each_and_leaves_the_rest_queued(box: Outbox, sink: Webhook) -> None:
    box.queue(["bad", "good"], "one", "x")
    box.queue(["bad", "good"], "two", "x")
    box.queue(["bad", "good"], "three", "y")
    worker = box.worker([Channel("bad", sink.url("500")), Channel("good", sink.url("ok"))])
    assert worker.once() == 5, "two behind one of its own estimate must not overtake it"
    assert {name for (name, channel), state in box.states().items() if state == "queued"} == {
        "Title one",
        "Title two",
        "Title three",
    }
    assert [p["title"] for path, p in sink.posts if path == "ok"] == ["Title one", "Title two", "Title three"]
    assert [p["title"] for path, p in sink.posts if path == "500"] == ["Title one", "Title three"]


def test_once_does_not_knock_for_ever_at_a_dead_door(box: Outbox) -> None:
    for number in range(20):
        box.queue(["hook"], str(number), str(number))
    assert box.worker([Channel("hook", f"json://127.0.0.1:{free_port()}/")]).once() == 6


def test_a_dead_letter_is_told_through_another_channel_once_a_day(box: Outbox, sink: Webhook) -> None:
    for name in ("one", "two"):
        box.queue(["hook"], name)
    worker = box.worker([CONSOLE, Channel("hook", sink.url("404"))])
    assert worker.once() == 3
    assert box.states() == {
        ("Title one", "hook"): "dead",
        ("Title two", "hook"): "dead",
        ("Channel hook is not delivering", "console"): "delivered",
    }
    assert "HTTP 404" in box.out.getvalue() and "Title one" in box.out.getvalue()
    box.clock.forward(days=1)
    box.queue(["hook"], "three")
    assert worker.once() == 2


def test_two_dead_channels_do_not_tell_each_other_for_ever(box: Outbox, sink: Webhook) -> None:
    box.queue(["a", "b"])
    worker = box.worker([Channel("a", sink.url("404")), Channel("b", sink.url("401"))])
    worker.once()
    assert worker.once() == 0
    assert set(box.states().values()) == {"dead"}
    assert len(box.events("AlertRaised")) == 3, "the alert, and one about each channel"


def test_the_fallback_takes_over(box: Outbox, sink: Webhook) -> None:
    alert = box.queue(["hook"])
    worker = box.worker([CONSOLE, Channel("hook", sink.url("404"), fallback="spare"), Channel("spare", sink.url("ok"))])
    assert worker.once() == 3
    assert [p["title"] for path, p in sink.posts if path == "ok"] == ["Title one", "Channel hook is not delivering"]
    assert box.row("delivery", alert, "spare")["state"] == "delivered"
    assert box.out.getvalue() == "", "with a fallback the others are not bothered"


def test_what_waits_for_a_channel_that_is_gone_is_given_up(box: Outbox, sink: Webhook) -> None:
    box.queue(["removed", "console"])
    assert box.worker([CONSOLE]).once() == 2
    assert box.states() == {
        ("Title one", "removed"): "dead",
        ("Title one", "console"): "delivered",
        ("Channel removed is not delivering", "console"): "delivered",
    }


def test_a_closed_standard_output_is_a_passing_fault(box: Outbox) -> None:
    box.queue(["console"])
    box.out.close()
    assert box.worker([CONSOLE]).once() == 1
    assert list(box.states().values()) == ["queued"]


# --- running --------------------------------------------------------------------------------------------------------


def test_a_hanging_channel_does_not_hold_up_another(box: Outbox, sink: Webhook) -> None:
    worker = box.worker([Channel("slow", sink.url("hang", "rto=60")), Channel("fast", sink.url("ok"))], deadline=60)
    worker.start()
    for name in ("one", "two"):
        box.queue(["slow", "fast"], name)
    worker.wake()
    box.wait(lambda: [box.states()[f"Title {n}", "fast"] for n in ("one", "two")] == ["delivered"] * 2)
    sink.wait(3)
    pids = worker.pids
    assert set(pids) == {"slow", "fast"}
    worker.stop(timeout=0.3)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids.values())
    assert box.states()["Title one", "slow"] == "queued"
    assert [p["title"] for path, p in sink.posts if path == "ok"] == ["Title one", "Title two"]


def test_what_a_stop_cut_off_is_a_marked_repeat_after_the_restart(box: Outbox, sink: Webhook) -> None:
    alert = box.queue(["hook"])
    worker = box.worker([Channel("hook", sink.url("hang", "rto=60"))], deadline=60)
    worker.start()
    sink.wait(1)
    worker.stop(timeout=0.1)
    assert box.row("attempt", alert, "hook")["is_open"] is True
    assert box.worker([Channel("hook", sink.url("ok"))]).once() == 1
    first, second = (posted for _, posted in sink.wait(2))
    assert (first["possible_repeat"], second["possible_repeat"]) == (False, True)
    assert first["short_id"] == second["short_id"] and "possible repeat" in second["message"]
    assert box.row("delivery", alert, "hook")["is_repeat"] is True


def test_past_the_deadline_it_is_tried_again_and_marked(box: Outbox, sink: Webhook) -> None:
    alert = box.queue(["hook"])
    worker = box.worker([Channel("hook", sink.url("drip", "rto=60"))], deadline=1.0)
    worker.start()
    box.wait(lambda: (box.reader.row("attempt", alert, "hook") or {}).get("last_error") is not None)
    row = box.row("attempt", alert, "hook")
    assert row["last_error"] == "timed out after 1 s" and row["is_open"] is True and row["leased_until"] is None
    assert worker.pids == {}, "the process is really gone"
    worker.stop()


def test_an_outage_ends_and_everything_arrives_in_order(box: Outbox, sink: Webhook) -> None:
    sink.answers["outage"] = [503, 503, 503]
    for number in range(5):
        box.queue(["hook"], str(number), f"estimate {number}")
    worker = box.worker([Channel("hook", sink.url("outage"))])
    worker.start()
    for failures in (1, 2, 3):
        box.settled(failures)
        box.clock.forward(hours=1)
        worker.wake()
    box.wait(lambda: set(box.states().values()) == {"delivered"})
    worker.stop()
    titles = [p["title"] for _, p in sink.posts]
    assert titles == ["Title 0"] * 4 + [f"Title {n}" for n in range(1, 5)]
    assert not any(p["possible_repeat"] for _, p in sink.posts)


def test_one_message_that_always_fails_lets_the_others_pass(box: Outbox, sink: Webhook) -> None:
    """Its own estimate waits behind it."""
    sink.answers["picky"] = [500] * 6 + [200, 500, 200, 200]
    for name, estimate in (("bad", "x"), ("behind", "x"), ("a", "y"), ("b", "z"), ("c", "w")):
        box.queue(["hook"], name, estimate)
    worker = box.worker([Channel("hook", sink.url("picky"))])
    worker.start()
    for count in range(1, 7):
        box.settled(count)
        box.clock.forward(hours=0.5)
        worker.wake()
    box.settled(8)
    box.clock.forward(seconds=6)
    worker.wake()
    sink.wait(10)
    worker.stop()
    assert [p["title"][6:] for _, p in sink.posts[:10]] == ["bad"] * 6 + ["a", "bad", "b", "c"]


def test_rate_limits_are_kept_to(box: Outbox, sink: Webhook) -> None:
    alert = box.queue(["hook"])
    assert box.worker([Channel("hook", sink.url("limited"))]).once() == 1
    row = box.row("attempt", alert, "hook")
    assert row["last_error"].startswith("rate limited")
    assert box.worker([Channel("hook", sink.url("ok"))]).once() == 0, "a restart is no excuse"
    box.clock.forward(seconds=8)
    assert box.worker([Channel("hook", sink.url("ok"))]).once() == 1


def test_trouble_with_the_store_does_not_end_a_channel(
    box: Outbox, sink: Webhook, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tallywire.deliver.worker._AFTER_TROUBLE", 0.05)
    open_reader, troubles = box.open_reader, [OSError("the disk is away")]

    def moody() -> ReadStore:
        if troubles:
            raise troubles.pop()
        return open_reader()

    box.open_reader = moody
    box.queue(["hook"])
    with caplog.at_level(logging.ERROR):
        worker = box.worker([Channel("hook", sink.url("ok"))])
        worker.start()
        box.wait(lambda: list(box.states().values()) == ["delivered"])
        worker.stop()
    assert "in trouble" in caplog.text


def test_an_idle_process_gives_its_memory_back(box: Outbox, sink: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallywire.deliver.worker._IDLE", 0.0)
    worker = box.worker([Channel("hook", sink.url("ok"))])
    worker.start()
    for count in (1, 2):
        box.queue(["hook"], str(count))
        worker.wake()
        sink.wait(count)
        box.wait(lambda: set(box.states().values()) == {"delivered"} and not worker.pids)
    worker.stop()


# --- secrets --------------------------------------------------------------------------------------------------------


def test_a_secret_in_a_url_shows_nowhere(
    box: Outbox, sink: Webhook, mailbox: Mailbox, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    canary = "c4nary-S3cret"
    dead = f"127.0.0.1:{free_port()}"
    urls = {
        "ok": sink.url(f"ok/{canary}", f"+X-Key={canary}&:field={canary}&-q={canary}"),
        "gone": sink.url(f"404/{canary}", f"+X-Key={canary}"),
        "redirect": sink.url(f"loop/{canary}"),
        "hang": sink.url(f"hang/{canary}", "rto=60"),
        "cut": sink.url(f"cut/{canary}"),
        "refused": f"json://user:{canary}@{dead}/{canary}?+K={canary}",
        "mail": mailbox.url(auth=f"ana:{canary}@"),
        "no-mail": f"mailto://ana:{canary}@{dead}/to@example.org?from=a@example.org&mode=insecure",
        "bad": f"discord://{canary}",
        "unknown": f"nosuch://{canary}/x?y={canary}",
        "slack": f"slack://{canary}",
    }
    channels = [CONSOLE, *(Channel(name, url) for name, url in urls.items())]
    box.queue(["console", *urls])
    titles: list[str] = []
    with caplog.at_level(logging.DEBUG):
        worker = box.worker(channels, deadline=3.0)
        worker.start()
        sink.wait(5)
        for pid in worker.pids.values():
            with suppress(FileNotFoundError):  # over by now
                titles += [Path(f"/proc/{pid}/{name}").read_text() for name in ("cmdline", "environ", "comm")]
        box.wait(lambda: all(s != "queued" or _tried(box, k[1]) for k, s in box.states().items()))
        box.log.info("channels: %s", channels)
        worker.stop()
    reader = box.reader
    tables = [reader.rows(t) for t in ("alert", "delivery", "attempt")]
    everything = [
        caplog.text,
        box.out.getvalue(),
        str(list(reader.events())),
        str(tables),
        *titles,
        *capfd.readouterr(),
    ]
    assert titles and canary in str(sink.headers_seen), "the secrets did go where they belong"
    assert [place for place in everything if canary.lower() in place.lower()] == []


def _tried(box: Outbox, channel: str) -> bool:
    return any(row["last_error"] for row in box.reader.rows("attempt", channel=channel))
