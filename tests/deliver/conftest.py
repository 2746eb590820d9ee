from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deliver.harness import Outbox, outbox_at, outbox_in_memory
from tests.deliver.sinks import Mailbox, Webhook, mail_server, webhook


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Outbox]:
    with outbox_at(tmp_path / "store.db") as box:
        yield box


@pytest.fixture(params=["sqlite", "memory"])
def any_box(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outbox]:
    """The transactions around an attempt must mean the same in every store."""
    with outbox_at(tmp_path / "store.db") if request.param == "sqlite" else outbox_in_memory() as box:
        yield box


@pytest.fixture(scope="package")
def _servers() -> Iterator[tuple[Webhook, Mailbox]]:
    with webhook() as hook, mail_server() as box:
        yield hook, box


@pytest.fixture
def sink(_servers: tuple[Webhook, Mailbox]) -> Webhook:
    """The webhook server, with nothing posted yet."""
    _servers[0].reset()
    return _servers[0]


@pytest.fixture
def mailbox(_servers: tuple[Webhook, Mailbox]) -> Mailbox:
    """The mail server, with nothing in it yet."""
    _servers[1].reset()
    return _servers[1]
