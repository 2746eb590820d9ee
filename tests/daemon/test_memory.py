"""The daemon's memory is flat, whatever it has gone through: days of traffic by a clock that is set (week.py)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

MEGABYTE = 1_000_000


def days(*arguments: str) -> list[dict[str, Any]]:
    """What each day left, in a process of its own: pytest keeps every log line, and would grow instead."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.daemon.week", *arguments], capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_some_days_leave_nothing_behind() -> None:
    """The objects that Python's collector knows show what a few days can: a file that was taken in, decided on and told
    leaves none of its own. It is about sixteen while it is on its way; what is loaded late is, after two days."""
    *_, warm, _, last = days("--days", "5", "--articles", "48", "--steps", "8")
    files = last["files"] - warm["files"]
    assert files == 96 and last["posts"] > warm["posts"]
    assert last["objects"] - warm["objects"] < 12 * files, (warm, last)
    assert last["rss"] - warm["rss"] < 10 * MEGABYTE, (warm, last)


@pytest.mark.long
def test_a_week_is_flat() -> None:
    """300 articles a day. After two days the pages that the store keeps at hand are nearly all there."""
    found = days("--days", "7", "--articles", "300")
    for day in found:
        print({name: f"{value / MEGABYTE:.1f} MB" if value > 10_000 else value for name, value in day.items()})
    warm, last = found[1], found[-1]
    assert last["rss"] - warm["rss"] < 10 * MEGABYTE
    assert last["children"] - warm["children"] < 10 * MEGABYTE
