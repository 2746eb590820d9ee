"""Messages: order, lengths, and nothing alive in them, whatever the articles say."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tallywire.deliver import safe
from tallywire.deliver.limits import cut, fit, limit_for, measure
from tallywire.deliver.render import console, render, short_id, webhook

ALERT: dict[str, Any] = {
    "id": "1a2b3c4d5e6f7081",
    "kind": "change",
    "estimate": "floods.displaced",
    "severity": "info",
    "title": "People displaced by floods: 12,000 -> 15,000",
    "text": "People displaced by floods: 12,000 -> 15,000 (12,000-15,000).",
    "reason": "the change of 25% is at least 5%",
    "before_json": {"best": 12000, "low": 12000, "high": 12000},
    "after_json": {"best": 15000, "low": 12000, "high": 15000},
    "evidence_json": [
        {
            "quote": "about 15,000 people had to leave their homes",
            "originator": "the province",
            "outlet": "River Post",
            "date": "2025-03-27",
            "file": "flood.txt",
            "claim": "00aa",
        }
    ],
    "corrects": None,
    "raised_at": "2025-03-27T08:49:12+00:00",
}
SCHEMAS = ["console", "mailto", "json", "discord", "slack", "tgram", "ntfy", "irc", "twilio", "sns", "nosuch"]
HOSTILE = (
    "@everyone @here <!channel> <!here|here> <@U123> <@&99> <#C1> <https://evil.example/x|click> https://evil.example/a"
    " www.evil.example @room @ana:example.org [x](http://evil.example) \u202egnol\u202c \u2066a\u2069 \x1b[31m \x07"
    " \u200b \ufeff \ud800 \x00 \u2028 <script>alert(1)</script> \U000e0041"
)
WORDS = [*HOSTILE.split(), "word", "a@everyone.example", "\n", "\r\n", "\t", "a@b.example"]
texts = st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=300),
    st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
    st.lists(st.sampled_from([*"@<!#&:/. \n", "http", "www", "everyone", "x"]), max_size=60).map("".join),
)
ALIVE = re.compile(
    r"(?<![^\W_])@[\w-]|@everyone|@here|@channel|@room|<[@#!:&/]|<[^\W\d]|\b[a-z][a-z0-9+.-]*://|\bwww\.",
    re.IGNORECASE,
)


def alive(text: str) -> list[str]:
    """What in a text would ping, link, hide or turn around."""
    found = ALIVE.findall(text)
    kept = {"\n", "\u200c", "\u200d"}
    return found + [ch for ch in text if ch not in kept and unicodedata.category(ch) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [s for v in value.values() for s in strings(v)]
    if isinstance(value, list):
        return [s for v in value for s in strings(v)]
    return [value] if isinstance(value, str) else []


@given(texts)
@example(HOSTILE)
@example("http://www.a")
@example("<www.x http://http://x")
def test_safe_text_has_nothing_alive_in_it(raw: str) -> None:
    assert alive(safe.text(raw)) == []
    assert "\n" not in safe.line(raw)


@given(texts)
def test_safe_text_is_safe_already(raw: str) -> None:
    assert safe.text(safe.text(raw)) == safe.text(raw)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("at least 15,000 (<5% of all), 3 < 4, a@b.example", "at least 15,000 (<5% of all), 3 < 4, a@b.example"),
        ("@everyone, look", "＠everyone, look"),
        ("<!channel> <@U1>", "‹!channel> ‹＠U1>"),
        ("see https://news.example.org/a.html.", "see hxxps[:]//news[.]example[.]org/a.html."),
        ("see www.example.org", "see www[.]example.org"),
        ("ftp://a.b/c.d a@everyone.com", "ftp[:]//a[.]b/c.d a＠everyone.com"),
        ("\u202e000,31", "⟨U+202E⟩000,31"),
        ("co\u00adoperate\ttwo", "cooperate two"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_is_shown_instead(raw: str, shown: str) -> None:
    assert safe.text(raw) == shown


@given(st.sampled_from(SCHEMAS), texts, texts, texts, texts, st.integers(0, 5), st.integers(0, 1))
@example("discord", HOSTILE * 9, HOSTILE * 9, HOSTILE, HOSTILE * 9, 5, 1)
@example("sns", HOSTILE * 9, HOSTILE * 9, HOSTILE, HOSTILE * 9, 5, 1)
def test_every_message_is_within_limits_inert_and_identified(
    schema: str, title: str, text: str, reason: str, quote: str, quotes: int, repeat: int
) -> None:
    evidence = [{**ALERT["evidence_json"][0], "quote": f"{quote} {n}", "outlet": title} for n in range(quotes)]
    alert = {**ALERT, "title": title, "text": text, "reason": reason, "evidence_json": evidence}
    message = render(alert, schema, repeat=bool(repeat))
    limit = limit_for(schema)
    assert "\n" not in message.title and message.title
    total = measure(message.body, limit.unit)
    if limit.title:
        assert measure(message.title, limit.unit) <= limit.title
    if limit.joined or not limit.title:
        total += measure(message.title, limit.unit) + 2
    assert total <= limit.body
    assert "#1a2b3c4d" in message.body
    assert ("possible repeat" in message.body.rpartition("#1a2b3c4d")[2]) == bool(repeat)
    assert alive(message.title + "\n" + message.body) == []
    assert alive("\n".join(strings(message.payload))) == []
    json.dumps(message.payload).encode()
    (message.title + message.body).encode()


def test_the_order_is_what_why_evidence_id() -> None:
    body = render(ALERT, "mailto").body
    wanted = [
        "12,000 -> 15,000",
        "Why: the change",
        "“about 15,000",
        "the province · River Post · 2025-03-27 · flood.txt",
    ]
    places = [body.index(part) for part in (*wanted, "#1a2b3c4d · 2025-03-27 08:49 UTC")]
    assert places == sorted(places)


def test_what_the_text_says_already_is_not_said_twice() -> None:
    quote = ALERT["evidence_json"][0]["quote"]
    alert = {**ALERT, "text": f"It rose. “{quote}” ({ALERT['reason']})"}
    body = render(alert, "mailto").body
    assert body.count(quote) == 1 and body.count(ALERT["reason"]) == 1


def test_a_long_message_ends_at_an_items_border_and_says_so() -> None:
    evidence = [{"quote": f"{n} " + "word " * 75} for n in range(3)]
    body = render({**ALERT, "text": "x " * 850, "evidence_json": evidence}, "discord").body
    assert "(3 more lines left out)" in body and "word" not in body and "Why:" in body


def test_a_text_of_blocks_loses_the_last_ones_first() -> None:
    """What the core words: figures and reason, then quotes, then how to look closer."""
    text = "What\nchange: why.\n\n“first quote”\n  who\n\n" + "“long quote " + "x " * 450 + "”\n\nMore: look there"
    body = render({**ALERT, "text": text, "reason": "why", "evidence_json": []}, "pover").body
    assert "“first quote”\n  who" in body and "long quote" not in body and "(2 more lines left out)" in body


def test_a_long_list_keeps_whole_lines() -> None:
    text = "\n".join(f"estimate {n}: " + "1" * 100 for n in range(50))
    body = render({**ALERT, "text": text, "reason": "", "evidence_json": []}, "discord").body
    kept = [line for line in body.split("\n") if line.startswith("estimate")]
    assert kept == text.split("\n")[: len(kept)] and f"({50 - len(kept)} more lines left out)" in body


def test_webhook_payload_names_its_schema_and_ids() -> None:
    payload = render(ALERT, "json", repeat=True).payload
    assert payload is not None
    assert payload["schema"] == "tallywire.alert/1" and payload["id"] == ALERT["id"] and payload["possible_repeat"]
    assert payload["before"]["best"] == 12000 and payload["after"]["best"] == 15000
    assert payload["evidence"] == ALERT["evidence_json"]
    assert render(ALERT, "mailto").payload is None


def test_an_address_in_its_own_field_can_be_opened() -> None:
    evidence = [{"url": "https://news.example/a\u202e", "quote": "see https://news.example/a"}]
    shown = webhook({**ALERT, "evidence_json": evidence})["evidence"][0]
    assert shown == {"url": "https://news.example/a⟨U+202E⟩", "quote": "see hxxps[:]//news[.]example/a"}


def test_a_webhook_of_a_system_alert_has_every_field() -> None:
    row = {"id": "00", "kind": "system", "title": "t", "text": "x", "reason": "r", "evidence_json": None}
    assert set(webhook(row)) == set(webhook(ALERT))


@given(texts, st.integers(0, 200), st.sampled_from(["utf16", "bytes"]))
def test_cut_fits_and_keeps_what_fits(text: str, limit: int, unit: str) -> None:
    result = cut(text, limit, unit)
    assert measure(result, unit) <= limit or result == text == ""
    if measure(text, unit) <= limit:
        assert result == text


@given(st.lists(st.text("ab \n😀", max_size=80), max_size=6), st.integers(12, 300), st.sampled_from(["utf16", "bytes"]))
def test_fit_keeps_the_footer(items: list[str], limit: int, unit: str) -> None:
    result = fit(items, "#1a2b3c4d", limit, unit)
    assert measure(result, unit) <= limit and result.endswith("#1a2b3c4d")


def test_short_ids() -> None:
    assert short_id("1a2b3c4d5e6f7081") == "#1a2b3c4d"
    assert re.fullmatch("#[0-9a-f]{8}", short_id("digest/2025 <b>"))


def test_console_form() -> None:
    lines = console(render(ALERT, "console")).split("\n")
    assert lines[0] == "* People displaced by floods: 12,000 -> 15,000"
    assert all(not line or line.startswith("    ") for line in lines[1:])
