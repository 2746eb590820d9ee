"""Changed definitions reach the kept texts: in the background, one run at a time, going on after a restart."""

from __future__ import annotations

import logging
import threading

from tallywire.deciding import Decider
from tallywire.define import Read, is_pending, reextract
from tallywire.ingest import Run
from tallywire.tracking import Current

log = logging.getLogger("tallywire")


class Rereading:
    """`current` holds the definitions in force; `stopping` cuts a run short, which the next start goes on with."""

    def __init__(self, run: Run, read: Read, current: Current, decider: Decider, stopping: threading.Event) -> None:
        self._run, self._read, self._current = run, read, current
        self._decider, self._stopping = decider, stopping
        self._running = threading.Lock()

    def waiting(self) -> int:
        """How many kept articles are to be read again."""
        with self._read() as reader:
            return reader.count("article") if is_pending(reader, self._current.tracking) else 0

    def run(self) -> None:
        """Reads them again, if any are to be."""
        with self._running:
            tracking = self._current.tracking
            with self._read() as reader:
                if not is_pending(reader, tracking):
                    return
            changed = reextract(self._run, self._read, tracking, self._stopping.is_set)
            log.info("kept articles were read again with the present definitions: %d changed", changed)
            self._decider.decide(idle=True)

    def start(self) -> None:
        """The same, while others go on."""
        threading.Thread(target=self._run_or_tell, name="reread", daemon=True).start()

    def _run_or_tell(self) -> None:
        try:
            self.run()
        except Exception:
            if not self._stopping.is_set():
                log.exception("reread failed; it goes on at the next start")
