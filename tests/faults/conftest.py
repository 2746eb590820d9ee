"""A sink for messages, and daemons that start at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deliver.sinks import Webhook, webhook
from tests.faults.nursery import Nursery


@pytest.fixture
def hooks() -> Iterator[Webhook]:
    with webhook() as server:
        yield server


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()
