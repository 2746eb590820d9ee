"""Routing, and what of a channel's URL may be seen."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire.deliver.channels import CONSOLE, Channel, route, scrub, shown, unknown, with_console

DESK = Channel("desk", "json://a.example/x", ("urgent", "team"))
ANA = Channel("ana", "mailto://ana:pw@example.org", ("team",), fallback="pager")
PAGER = Channel("pager", "json://b.example/y", ("urgent",))
ALL = with_console([DESK, ANA, PAGER])


@pytest.mark.parametrize(
    ("to", "names"),
    [
        ([], ["console", "desk", "ana"]),
        (["desk"], ["desk"]),
        (["team"], ["desk", "ana"]),
        (["urgent", "console"], ["console", "desk", "pager"]),
        (["pager"], ["pager"]),
        (["nobody"], ["console", "desk", "ana"]),
        (["nobody", "ana"], ["ana"]),
    ],
)
def test_route(to: list[str], names: list[str]) -> None:
    assert route(to, ALL) == names


def test_unknown_names_can_be_told() -> None:
    assert unknown(["desk", "urgent", "dekc"], ALL) == ["dekc"]


def test_a_configured_console_replaces_the_built_in_one() -> None:
    mine = Channel("console", "console:", ("team",))
    assert with_console([DESK, mine]) == (DESK, mine)
    assert with_console([]) == (CONSOLE,) and CONSOLE.is_console


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("json://user:pw@hooks.example.org:8080/path/token?+X-Key=abc&:extra=1", "json://hooks.example.org/***"),
        ("jsons://hooks/secret", "jsons://hooks/***"),
        ("mailto://ana:p@ss@example.org/to@example.org?from=x", "mailto://example.org/***"),
        ("mailto://ana:p/ss@example.org", "mailto://***"),
        ("json://[::1]:99/x", "json://[::1]/***"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "slack://***"),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "discord://***"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "tgram://***"),
        ("ntfy://a-secret-topic", "ntfy://***"),
        ("console:", "console:"),
        ("no url at all with a s3cret", "***"),
        ("", "***"),
    ],
)
def test_only_schema_and_host_are_shown(url: str, seen: str) -> None:
    assert shown(url) == seen


def test_a_channel_in_a_log_line_shows_no_secret() -> None:
    assert "pw" not in f"{ANA} {ANA!r} {ANA.shown}"


SECRETS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=6, max_size=24).map(
    lambda text: f"canary-{text}-zz"
)


@given(SECRETS, st.sampled_from(["json", "mailto", "slack", "tgram", "mqtt", "matrix"]), st.booleans())
def test_no_part_of_a_url_gives_its_secret_away(secret: str, schema: str, in_path: bool) -> None:
    written = quote(secret, safe="")
    rest = f"{schema}://host.example/{written}" if in_path else f"{schema}://user:{written}@host.example/x?+K={written}"
    assert "canary" not in shown(rest)
    basic = base64.b64encode(f"user:{secret}".encode()).decode()
    error = f"could not post to {rest} ({secret}; {written.upper()}): Basic {basic}"
    cleaned = scrub(error, rest)
    assert "canary" not in cleaned.lower()
    assert in_path or basic not in cleaned


def test_scrubbing_leaves_the_rest_readable() -> None:
    url = "json://user:hunter2secret@hooks.example.org/services/T0K3N"
    assert scrub("POST to hooks.example.org failed: 404", url) == "POST to hooks.example.org failed: 404"
