"""Tallywire: event-sourced ingestion of news articles with change alerts."""

__version__ = "0.1.0"
