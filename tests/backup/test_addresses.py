"""What a backup keeps of the addresses in the configuration."""

from __future__ import annotations

import pytest

from tallywire.backup import without_addresses


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("heartbeat: https://ping.example/abc-123", "heartbeat: https://ping.example/***"),
        ('heartbeat: {url: "https://u:p@ping.example/abc/def", every: 60 s}', None),
        ("heartbeat: {url: https://ping.example/abc, every: 60 s}", None),
        ('heartbeat: {url: "https://ping.example/${PING}", every: 60 s}', "same"),
        ("heartbeat: https://ping.example/${PING}\n", "same"),
        ("- track: N people killed or wounded in Mali", "same"),
    ],
)
def test_only_references_stay_behind_the_host(line: str, kept: str | None) -> None:
    found = without_addresses(line.encode()).decode()
    if kept == "same":
        assert found == line
    elif kept is not None:
        assert found == kept
    else:
        assert "https://ping.example/***" in found and "abc" not in found and "u:p" not in found
        assert found.endswith(", every: 60 s}")
