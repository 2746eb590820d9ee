"""The ledger: every path seen, what became of it, why, and what to do. Operational, not part of the log.

waiting     it is taken in soon, or tried again
settling    somebody is still writing it
done        its article is recorded (or was, under another name)
rejected    it can't become an article; the reason says why
unreadable  it can't be opened now; each scan tries again
stuck       it has been changing, or held open by its writer, for very long
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tallywire import inbox
from tallywire.eventstore.base import Reader, Row, Transaction
from tallywire.inbox import Found

Json = dict[str, Any]
DENIED: Final = "it stays in the inbox because moving it was denied"
FINISHED: Final = ("done", "rejected")
UNFINISHED: Final = ("waiting", "settling", "unreadable", "stuck")
ADVICE: Final[dict[str, str]] = {
    "waiting": "nothing: it is taken in when it rests",
    "settling": "nothing, if a program is still writing it; a left-over partial file can be deleted",
    "done": "",
    "rejected": "see the reason; mend the file and drop it again",
    "unreadable": "give the daemon's user permission to read it",
    "stuck": "end the program that keeps writing it, or copy it and drop the copy",
}


def note(
    tx: Transaction,
    found: Found,
    state: str,
    now: datetime,
    reason: str | None = None,
    article: str | None = None,
    *,
    path: str | None = None,
) -> bool:
    """The row for a path; whether it says anything new. `tries` counts how often this very file was noted.

    `path`: how it is shown, where that is not its path in the inbox.
    """
    shown = path or inbox.shown(found.path)
    before = tx.row("file", shown)
    stamp = now.isoformat()
    same = before is not None and is_same(found, before)
    tx.put(
        "file",
        {
            "path": shown,
            "size": found.size,
            "mtime_ns": found.mtime_ns,
            "identity": found.identity,
            "state": state,
            "reason": reason,
            "article": article,
            "first_seen": before["first_seen"] if before else stamp,
            "last_seen": stamp,
            "tries": (before["tries"] or 0) + 1 if before and same else 1,
        },
    )
    return before is None or (before["state"], before["reason"]) != (state, reason)


def is_same(found: Found, row: Row) -> bool:
    """Whether a row is about this very file: the change time and inode tell what a kept size and time can't."""
    kept = (row["size"], row["mtime_ns"], row["identity"])
    return kept == (found.size, found.mtime_ns, found.identity)


def is_finished(found: Found, row: Row | None, after: str) -> bool:
    """Whether the ledger says that this very file needs nothing more: it stays in the inbox on purpose.

    Any other file that lies there is taken (again): a crash came before it left, and what was done is not done twice.
    """
    if row is None or not is_same(found, row):
        return False
    return (row["state"] == "done" and after == "keep") or str(row["reason"]).endswith(DENIED)


News = tuple[Found, str, str]  # a file, the state that it is in now, and why


def unfinished(reader: Reader) -> dict[str, Row]:
    """The rows of files that are not through, by path."""
    return {row["path"]: row for row in reader.rows("file", state=UNFINISHED)}


def compared(
    reader: Reader, lying: Sequence[Found], long: Mapping[str, tuple[str, str]], unlisted: Mapping[str, str]
) -> tuple[list[News], list[str]]:
    """What the ledger should tell and does not yet, and the paths of unfinished files that were taken back.

    `long`: files that have been settling for long, with state and reason; `unlisted`: folders that can't be listed.
    """
    rows = unfinished(reader)
    here = {shown for f in lying if (shown := inbox.shown(f.path)) in rows}
    states = [(f, *long[f.path]) for f in lying if f.path in long]
    states += [(Found(f"{path}/", 0, 0), "unreadable", _unlisted(why)) for path, why in unlisted.items()]
    news = [(f, state, why) for f, state, why in states if not _says(rows.get(inbox.shown(f.path)), state, why)]
    folders = {inbox.shown(f.path) for f, _, _ in states}
    return news, [path for path in rows if path not in here and path not in folders]


def _unlisted(why: str) -> str:
    return f"the folder can't be listed: {why}"


def _says(row: Row | None, state: str, why: str) -> bool:
    return row is not None and (row["state"], row["reason"]) == (state, why)


def write(tx: Transaction, news: Iterable[News], gone: Iterable[str], now: datetime) -> None:
    """Brings the ledger up to date with `compared`."""
    for found, state, why in news:
        note(tx, found, state, now, why)
    for path in gone:
        tx.delete("file", path)


def files(reader: Reader, folder: Path, after: str, last: int | None = None) -> list[Json]:
    """The ledger for people: every row, and what lies in the inbox that it does not tell of yet.

    `last`: of the files that are done with, only the newest so many.
    """
    rows = reader.rows("file", order="-last_seen", limit=last, state=FINISHED)
    listed = {row["path"]: _file(row) for row in (*rows, *reader.rows("file", state=UNFINISHED))}
    unlisted: list[tuple[str, str]] = []
    lying = list(inbox.scan(folder, lambda path, why: unlisted.append((path, why))))
    for found in lying:
        shown = inbox.shown(found.path)
        row = reader.row("file", shown)
        if not is_finished(found, row, after) and (row is None or row["state"] not in UNFINISHED):
            listed[shown] = _file({"path": shown, "state": "waiting", "size": found.size})
    for path, why in unlisted:
        shown = inbox.shown(path) + "/"
        listed[shown] = _file({"path": shown, "state": "unreadable", "reason": _unlisted(why)})
    for path in inbox.partial(folder):
        shown = inbox.shown(path)
        listed[shown] = _file({"path": shown, "state": "settling", "reason": "a partial or temporary file by name"})
    return sorted(listed.values(), key=lambda r: (r["state"] == "done", r["path"]))


def _file(row: Row) -> Json:
    return {
        "path": row["path"],
        "state": row["state"],
        "reason": row.get("reason"),
        "advice": ADVICE.get(row["state"], ""),
        "size": row.get("size"),
        "article": row.get("article"),
        "first_seen": row.get("first_seen"),
        "tries": row.get("tries") or 0,
    }
