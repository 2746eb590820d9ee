"""The log: one line a record whatever is in it, both forms, the journal's, repeats collapsed, secrets blanked."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire import logs
from tallywire.core.fault import told
from tallywire.deliver.channels import Channel
from tallywire.deliver.scrubber import Scrubber
from tallywire.logs import LineHandler
from tallywire.repeats import Repeats

log = logging.getLogger("tallywire.test")
CANARY = "c4nary-S3cret"
URLS = [
    f"json://user:{CANARY}@127.0.0.1:9/ok/{CANARY}?+X-Key={CANARY}&:field={CANARY}",
    f"mailto://ana:{CANARY}@mail.example.org?to=desk@example.org",
    f"slack://{CANARY}/{CANARY}",
    f"ntfy://{CANARY}",
    f"tgram://123456789:{CANARY}/12315544/",
]
ANY = st.text(st.characters(exclude_categories=()), max_size=60)
FORMS = st.sampled_from(["human", "json"])


def handler(form: logs.Form = "human", *, journal: bool = False, interval: float = 60.0) -> LineHandler:
    return LineHandler(io.StringIO(), form, journal=journal, interval=interval)


def written(to: LineHandler) -> list[str]:
    stream = to._stream
    assert isinstance(stream, io.StringIO)
    text = stream.getvalue()
    assert text == "" or text.endswith("\n")
    return text[:-1].split("\n") if text else []


def record(
    message: object = "x", *arguments: object, level: int = logging.INFO, error: BaseException | None = None
) -> logging.LogRecord:
    exc = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("tallywire.test", level, "/there/file.py", 7, message, arguments, exc)  # type: ignore[arg-type]


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    """The error as it is once it has been raised, with a traceback."""
    try:
        raise error from cause
    except BaseException as caught:  # noqa: BLE001
        return caught


# --- one line, whatever is in it --------------------------------------------------------------------------------------


@given(ANY, ANY, ANY, st.sampled_from([10, 20, 30, 40, 50]), FORMS, st.booleans())
def test_a_record_is_one_line_of_what_can_be_seen(
    message: str, argument: str, text: str, level: int, form: logs.Form, journal: bool
) -> None:
    out = handler(form, journal=journal)
    error = raised(OSError(5, text, argument), raised(ValueError(text)))
    out.handle(record(message.replace("%", "%%") + " %s", argument, level=level, error=error))
    (line,) = written(out)
    assert line.isprintable()
    line.encode()
    if journal:
        assert re.match("<[2-7]>", line)
        line = line[3:]
    if form == "json":
        content = json.loads(line)
        assert content["message"].isprintable() and content["level"] in "debug info warning error critical".split()
        assert content["error"][0]["where"][0].startswith("test_logs.py:")
    else:
        assert "OSError" in line and "from ValueError (at test_logs.py:" in line


def test_what_both_forms_say() -> None:
    people, program = handler(), handler("json")
    for out in (people, program):
        out.handle(record("rejected %s: %s", "bad\nname\u202e.txt", "too large", level=logging.WARNING))
    (line,), (row,) = written(people), map(json.loads, written(program))
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d{4} WARNING rejected bad\\nname\\u202e\.txt: too large", line
    )
    assert row.pop("time").endswith("+00:00")
    assert row == {
        "level": "warning",
        "logger": "tallywire.test",
        "event": "rejected %s: %s",
        "message": "rejected bad\\nname\\u202e.txt: too large",
    }


def test_a_line_that_would_fill_the_disk_is_cut() -> None:
    out = handler()
    out.handle(record("x" * 1_000_000))
    assert len(written(out)[0]) < logs.LONGEST + 100


def test_a_record_that_cannot_be_told_says_where_it_comes_from_and_no_more() -> None:
    out = handler("json")
    out.handle(record("%d soldiers", "a sentence"))
    out.handle(record("next"))
    first, second = map(json.loads, written(out))
    assert first["message"] == "a line of tallywire.test (file.py:7) could not be written"
    assert second["message"] == "next"


class _Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_disk_under_the_log_stops_nobody() -> None:
    LineHandler(_Full(), "human").handle(record("x"))


# --- exceptions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
        (AttributeError("no attribute 'x'"), "AttributeError: no attribute 'x'"),
        (ValueError("could not convert string to float: '11,000 soldiers'"), "ValueError"),
        (KeyError("11,000 soldiers"), "KeyError"),
        (UnicodeDecodeError("utf-8", b"11,000 soldiers", 0, 1, "11,000"), "UnicodeDecodeError"),
        (AssertionError("11,000 soldiers"), "AssertionError"),
    ],
)  # fmt: skip
def test_the_text_of_an_error_that_may_quote_an_article_is_left_out(error: Exception, words: str) -> None:
    assert told(error) == words


def test_an_error_names_its_causes_and_places() -> None:
    out = handler()
    out.handle(record("taking in failed", level=40, error=raised(OSError("disk"), raised(ValueError("a sentence")))))
    (line,) = written(out)
    assert re.search(
        r"ERROR   taking in failed: OSError: disk \(at test_logs\.py:\d+ raised\), from ValueError \(at t", line
    )


# --- repeats ----------------------------------------------------------------------------------------------------------


def test_the_same_trouble_is_told_once_and_then_counted() -> None:
    out = handler()
    for _ in range(42):
        out.handle(record("can't read %s", "a.txt", level=logging.WARNING))
    out.handle(record("can't read %s", "b.txt", level=logging.WARNING))
    out.handle(record("received"))
    out.handle(record("received"))
    assert [line.split()[3:] for line in written(out)] == [
        ["can't", "read", "a.txt"],
        ["can't", "read", "b.txt"],
        ["received"],
        ["received"],
    ]
    out.close()
    assert written(out)[-1].endswith("WARNING can't read a.txt (repeated 41 times in the last 0 s)")
    assert len(written(out)) == 5


def test_what_was_held_back_is_told_when_its_time_comes_without_another_record() -> None:
    out = handler("json", interval=0.2)
    for _ in range(5):
        out.handle(record("full", level=logging.ERROR))
    deadline = time.monotonic() + 20
    while len(written(out)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    first, second = map(json.loads, written(out))
    assert "repeated" not in first
    assert (second["message"], second["repeated"]) == ("full", 4)
    out.close()


EVENTS = st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0, 40)), max_size=60)


@given(EVENTS)
def test_nothing_is_lost_by_collapsing_and_memory_is_bounded(events: list[tuple[str, float]]) -> None:
    repeats: Repeats[str] = Repeats(interval=60.0, most=3)
    told_of = dict.fromkeys("abcdef", 0)
    last: dict[str, float] = {}
    now = 0.0
    for key, pause in events:
        now += pause
        for name, count, seconds in repeats.due(now):
            told_of[name] += count
            assert count > 0 and seconds >= 0
        if not repeats.is_repeat(key, key, now):
            told_of[key] += 1
            assert last.get(key, -100.0) <= now
            last[key] = now
        assert len(repeats._seen) <= 4
    for name, count, _ in repeats.end(now):
        told_of[name] += count
    assert told_of == {key: sum(k == key for k, _ in events) for key in "abcdef"}


def test_a_flood_writes_a_line_an_interval() -> None:
    repeats: Repeats[str] = Repeats(interval=60.0)
    lines = 0
    for second in range(3_600):
        lines += sum(1 for _ in repeats.due(float(second)))
        lines += not repeats.is_repeat("x", "x", float(second))
    assert lines == 60


# --- secrets ----------------------------------------------------------------------------------------------------------


@given(ANY, FORMS, st.sampled_from(URLS))
def test_what_a_url_holds_is_never_printed(around: str, form: logs.Form, url: str) -> None:
    out = handler(form)
    out.scrubber = Scrubber().hiding([Channel(f"c{i}", each) for i, each in enumerate(URLS)])
    out.handle(record("%s posting to %s, %r", around, url, {"token": CANARY}, error=raised(OSError(5, "no", url))))
    (line,) = written(out)
    assert CANARY.lower() not in line.lower()


@pytest.mark.parametrize("name", ["apprise", "urllib3", "requests", "watchdog", "apscheduler.x", "tallywire.x"])
def test_library_loggers_at_debug_give_nothing_away(name: str, own: io.StringIO) -> None:
    logs.hide([Channel("desk", url) for url in URLS])
    logger = logging.getLogger(name)
    logger.setLevel(logging.DEBUG)
    logger.debug("POST %s with %s", URLS[0], {"Authorization": CANARY})
    try:
        raise OSError(5, "refused", URLS[1])
    except OSError:
        logger.exception("no answer from %s", URLS[2])
    assert len(own.getvalue().splitlines()) == 2 and own.getvalue().count("***") == 4
    assert CANARY.lower() not in own.getvalue().lower()


def test_a_reload_hides_new_secrets_and_keeps_old_ones_hidden(own: io.StringIO) -> None:
    logs.hide([Channel("desk", "json://u:first-0ne@example.org")])
    logs.hide([Channel("desk", "json://u:second-0ne@example.org")])
    logging.getLogger("tallywire").warning("first-0ne second-0ne")
    assert own.getvalue().rstrip().endswith("WARNING *** ***")


def test_lines_stay_readable() -> None:
    channels = [
        Channel("desk", "mailto://tallywire:hunter2@mail.example.org?to=desk@example.org&from=tallywire@example.org&mode=insecure"),
        Channel("archive", "json://hooks.example.org:8080/services/T0K3N?format=text"),
        Channel("phone", "ntfy://a-secret-topic"),
    ]  # fmt: skip
    text = (
        "alert 1a2b: not yet at desk (mailto://mail.example.org/***), attempt 2: no answer from hooks.example.org:8080;"
        " text from archive in insecure mode at services of tallywire"
    )
    scrubber = Scrubber().hiding(channels)
    assert scrubber.scrub(text) == text
    assert scrubber.scrub("HUNTER2, t0k3n, a-secret-topic") == "***, ***, ***"


# --- the process's own ------------------------------------------------------------------------------------------------


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The process's log, set up as the daemon does it, into memory; everything is put back afterwards."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook, sys.unraisablehook)
    handlers, level = root.handlers[:], root.level
    levels = {
        name: logging.getLogger(name).level for name in ("tallywire", "apprise", "urllib3", "requests", "watchdog")
    }
    # A test before may have asked apprise about a URL in this very process, which silences its logger.
    monkeypatch.setattr(logging.getLogger("apprise"), "propagate", True)
    stream = io.StringIO()
    logs.setup("human", logging.DEBUG, stream)
    yield stream
    logs.end()
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def test_what_a_thread_dies_of_and_warnings_are_lines(own: io.StringIO) -> None:
    def die() -> None:
        raise OSError(5, "no\nluck")

    thread = threading.Thread(target=die, name="intake")
    thread.start()
    thread.join()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old\nways", stacklevel=1)
    first, second = own.getvalue().splitlines()
    assert "CRITICAL intake ended by an error: OSError: [Errno 5] no\\nluck (at test_logs.py:" in first
    assert "WARNING " in second and "UserWarning: old\\nways" in second


def test_libraries_are_heard_from_warnings_on(own: io.StringIO) -> None:
    for name in ("tallywire.x", "urllib3"):
        logging.getLogger(name).debug("from %s", name)
    assert "from tallywire.x" in own.getvalue() and "from urllib3" not in own.getvalue()


def test_under_systemd_lines_have_priorities_and_no_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "journal").open("w+") as stream:
        info = os.fstat(stream.fileno())
        for journal in (f"{info.st_dev}:{info.st_ino}", "1:2"):
            monkeypatch.setenv("JOURNAL_STREAM", journal)
            out = LineHandler(stream, "human", journal=logs._is_journal(stream))
            for level in (10, 20, 30, 40, 50):
                out.handle(record("a\nb", level=level))
        stream.seek(0)
        lines = stream.read().splitlines()
    assert lines[:5] == [
        "<7>DEBUG   a\\nb",
        "<6>INFO    a\\nb",
        "<4>WARNING a\\nb",
        "<3>ERROR   a\\nb",
        "<2>CRITICAL a\\nb",
    ]
    assert all(line.startswith("20") for line in lines[5:])
