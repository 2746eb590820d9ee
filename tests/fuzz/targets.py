"""All targets by name."""

from __future__ import annotations

from tests.fuzz import asking, claiming, reading

TARGETS = {target.name: target for target in (*reading.TARGETS, *claiming.TARGETS, *asking.TARGETS)}
