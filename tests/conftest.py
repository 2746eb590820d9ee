"""Hypothesis without clocks: no test asserts a time, and a busy machine is no fault of the code."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("tallywire", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tallywire")
