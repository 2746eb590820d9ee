"""What the configuration says about where alerts go and how often."""

from __future__ import annotations

from datetime import timedelta

from tallywire.config import Config
from tallywire.deliver.channels import route, with_console
from tallywire.telling import Desk


def desk_of(config: Config) -> Desk:
    everybody, settings = with_console(config.channels), config.settings
    return Desk(
        lambda to: route(to, everybody),
        timedelta(seconds=settings.interval_seconds),
        settings.live_horizon,
        config.quiet_hours,
        frozenset(channel.name for channel in everybody),
    )
