"""Makes tests/golden/stores/VERSION.db.gz and .json. Once for a release: `python -m tests.analyst.record_store`."""

from __future__ import annotations

import gzip
import json
import sqlite3
import tempfile
from pathlib import Path

from tallywire import __version__, past
from tests.analyst.newsroom import Newsroom, said
from tests.analyst.test_time_travel import GOLDEN, at


def scenario(room: Newsroom) -> None:
    """A few weeks with every kind of ruling."""
    for day, figure, source in (
        ("2025-02-01", 100, "Coast Guard"),
        ("2025-02-10", 150, "the coastguard"),
        ("2025-02-12", 500, "Harbour Office"),
        ("2025-02-20", 180, "Coast Guard"),
    ):
        room.to(day)
        room.report(said(figure, source), said(3 * figure, source, estimate="hurt"), published=day, outlet="Quay Post")
    room.report(said((20, 30), estimate="boats", status="planned", kind="additional", bound="range"), published=day)
    room.to("2025-02-22")
    room.act("contradictions.close", id="dead")
    room.act("claims.correct", id=room.claims()[2], low="50", why="a misprint")
    room.to("2025-02-24")
    room.act("estimates.pin", id="hurt", value="600", why="our own count")
    room.act("claims.reject", id=room.claims()[3], why="withdrawn by its source")


def main() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        room = Newsroom(Path(folder))
        scenario(room)
        days = ("2025-01-15", "2025-02-05", "2025-02-15", "2025-02-21", "2025-02-23", "2025-02-28")
        told = {day: past.told(room.store, past.position_at(room.store, at(day))) for day in days}
        room.store.close()
        database = sqlite3.connect(Path(folder) / "desk.db")
        database.execute("VACUUM")
        database.close()
        data = (Path(folder) / "desk.db").read_bytes()
    (GOLDEN / f"{__version__}.db.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    text = json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False)
    (GOLDEN / f"{__version__}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
