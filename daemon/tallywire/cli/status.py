"""How the daemon and its home are: status, doctor."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import click

from tallywire import begun, control, inbox, ledger
from tallywire.cli import output
from tallywire.cli.common import Failure, format_option, home, home_option, looking
from tallywire.cli.output import Column, key
from tallywire.disk import megabytes

Json = dict[str, Any]
AILING: Final = 1
NOT_RUNNING: Final = 3  # as service managers have it
MARKS: Final = {"ok": ("ok  ", "green"), "note": ("note", "yellow"), "bad": ("BAD ", "red")}
FINDINGS: list[Column] = [("LEVEL", key("level")), ("WHAT", key("name")), ("WHY", key("text"))]


@click.command()
@home_option
@format_option
def status(form: str) -> None:
    """Whether a daemon runs here and is well; ends with 0 if so, 1 if something ails it, 3 if none runs."""
    answer = _asked()
    if form != "table":
        output.emit([answer], form, [], empty="")
    else:
        for line in _lines(answer):
            click.echo(line)
    if not answer["is_running"]:
        raise SystemExit(NOT_RUNNING)
    if not answer["is_well"]:
        raise SystemExit(AILING)


def _asked() -> Json:
    """The daemon's own answer; without one, what the store tells."""
    try:
        return {"is_running": True, **control.call(home().socket, "status", {})}
    except control.NoDaemonError:
        stored, waiting = _stored(), _lying()
        return {"is_running": False, "is_well": False, "ailments": [], "stored": stored, "waiting": waiting}
    except control.RefusedError as error:
        raise Failure(str(error)) from error


def _stored() -> Json | None:
    from tallywire.health.stored import stored
    from tallywire.health.vitals import plain

    begun.check(home())
    if not home().database.exists():
        return None
    with looking() as store:
        found: Json = plain(stored(store))
        return found


def _lying() -> int:
    """How many files wait in the inbox, as nobody runs who would know."""
    place = home()
    if not place.database.exists():
        return sum(1 for _ in inbox.scan(place.inbox))
    with looking() as store:
        return sum(each["state"] == "waiting" for each in ledger.files(store, place.inbox, place.after, 1))


def _lines(answer: Json) -> list[str]:
    if answer["is_running"]:
        since = _moment(answer["started"])
        lines = [f"running since {since}, pid {answer['pid']}: " + ("all is well" if answer["is_well"] else "NOT WELL")]
    else:
        lines = ["not running: tallywire run"]
    for each in answer["ailments"]:
        lines += [f"  {each['text']}", f"    {each['advice']}"]
    found = answer["stored"]
    if found is None:
        return [*lines, "  there is no store yet", f"  inbox       {_inbox(answer, {})}"]
    lines.append(f"  log         {found['events']:,} events, the last {_moment(found['last_event'])}")
    lines.append(f"  inbox       {_inbox(answer, found['files'])}")
    lines.append(f"  deliveries  {_deliveries(found)}")
    if found["last_backup"] or found["backup_error"]:
        failed = f"; the last try FAILED: {found['backup_error']}" if found["backup_error"] else ""
        lines.append(f"  backups     the last good one {_moment(found['last_backup'])}{failed}")
    if answer.get("free_bytes") is not None:
        lines.append(f"  disk        {megabytes(answer['free_bytes'])} free")
    return lines


def _inbox(answer: Json, files: Json) -> str:
    waiting = answer.get("waiting")
    if answer["is_running"]:
        parts = [] if waiting is None else [f"{waiting} files on their way in"]
    else:
        parts = [f"{waiting} wait until it runs"] if waiting else []
    parts += [f"{count} {state}" for state, count in files.items() if state != "waiting"]
    return "; ".join(parts) or "nothing waits"


def _deliveries(found: Json) -> str:
    parts = [f"{q['waiting']} wait for {q['channel']}" for q in found["queues"]]
    parts += [f"{found['dead']} were given up (tallywire deliveries)"] if found["dead"] else []
    return "; ".join(parts) or "nothing waits"


def _moment(stamp: str | None) -> str:
    return f"{datetime.fromisoformat(stamp):%Y-%m-%d %H:%M} UTC" if stamp else "never"


@click.command()
@home_option
@format_option
def doctor(form: str) -> None:
    """Looks at the machine, the home and the store: one line each, with what to do. Ends with 1 if something is bad."""
    from tallywire.eventstore.sqlite import SqliteStore
    from tallywire.health.doctor import examine
    from tallywire.service import now

    place = home()
    found = examine(place, lambda: closing(SqliteStore.open(place.database, clock=now, readonly=True)), now())
    if form != "table":
        output.emit([asdict(each) for each in found], form, FINDINGS, empty="")
    else:
        for each in found:
            mark, colour = MARKS[each.level]
            advice = f"  -> {each.advice}" if each.advice and each.level != "ok" else ""
            click.echo(f"{click.style(mark, fg=colour)}  {each.name}: {each.text}{advice}")
    if any(each.level == "bad" for each in found):
        raise SystemExit(1)
