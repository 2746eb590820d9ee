"""A delivering process for kill tests: `python -m tests.deliver.daemon STORE URL` sends until nothing is queued."""

from __future__ import annotations

import logging
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tallywire.deliver.channels import Channel
from tallywire.deliver.worker import Worker
from tallywire.eventstore.sqlite import SqliteStore
from tallywire.writer import Writer


def main(store: str, url: str) -> None:
    path = Path(store)
    with Writer(lambda: SqliteStore.open(path)) as writer:
        worker = Worker(
            lambda: SqliteStore.open(path, readonly=True),
            writer.run,
            [Channel("hook", url)],
            clock=lambda: datetime.now(UTC),
            out=sys.stdout,
            log=logging.getLogger("daemon"),
            deadline=10.0,
        )
        worker.start()
        reader = SqliteStore.open(path, readonly=True)
        while reader.rows("delivery", state="queued", limit=1):
            time.sleep(0.02)
        reader.close()
        worker.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
