"""Questions: they only read, and work while a daemon runs."""

from __future__ import annotations

import difflib
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tallywire import ask, backup, ledger
from tallywire.cli import output
from tallywire.cli.common import LISTED, Failure, format_option, home, home_option, last_option, listed, looking
from tallywire.cli.output import Column, clipped, key, moment, short
from tallywire.cli.progress import bar
from tallywire.core.quantity import figure, interval
from tallywire.eventstore import evidence
from tallywire.eventstore.base import DamagedError, Reader
from tallywire.eventstore.codec import STORED

if TYPE_CHECKING:
    from tallywire.eventstore.sqlite import SqliteStore

MOST = 500  # claims of an estimate that are listed unasked

ESTIMATES: list[Column] = [
    ("ESTIMATE", key("id")),
    ("WHAT", key("title")),
    ("BEST", output.best),
    ("RANGE", output.span),
    ("PLANNED", output.planned),
    ("AS OF", key("as_of")),
    ("SOURCES", key("originators")),
    ("ARTICLES", key("documents")),
    ("OPEN", lambda row: _open(row)),
]
CLAIMS: list[Column] = [
    ("CLAIM", short("id")),
    ("ESTIMATE", key("estimate")),
    ("FIGURE", lambda row: "vague" if row["low"] is None else interval(row["low"], row["high"])),
    ("BOUND", key("bound")),
    ("KIND", key("kind")),
    ("STATUS", key("status")),
    ("WHO", clipped("source", 32)),
    ("AS OF", key("as_of")),
    ("STATE", key("state")),
    ("QUOTE", clipped("quote", 60)),
    ("FILE", clipped("file", 40)),
]
REASONED: list[Column] = [
    ("CLAIM", short("id")),
    ("PUBLISHED", lambda row: str(row["published"] or "?")[:10]),
    ("FIGURE", lambda row: "vague" if row["low"] is None else interval(row["low"], row["high"])),
    ("BOUND", key("bound")),
    ("KIND", key("kind")),
    ("STATUS", key("status")),
    ("WHO", clipped("source", 32)),
    ("VERDICT", key("verdict")),
    ("BECAUSE", key("fold_reason")),
    ("QUOTE", clipped("quote", 60)),
    ("FILE", clipped("file", 40)),
]
ARTICLES: list[Column] = [
    ("ARTICLE", short("id", 12)),
    ("PUBLISHED", lambda row: str(row["published"] or "?")[:10]),
    ("FROM", key("published_from")),
    ("OUTLET", clipped("outlet", 24)),
    ("TITLE", clipped("title", 60)),
    ("CLAIMS", key("claims")),
    ("FILE", clipped("path", 50)),
]
ALERTS: list[Column] = [
    ("ALERT", short("id")),
    ("RAISED (UTC)", moment("raised_at")),
    ("KIND", key("kind")),
    ("ESTIMATE", key("estimate")),
    ("TITLE", key("title")),
    ("SENT TO", lambda row: ", ".join(f"{c}: {s}" for c, s in row["deliveries"].items()) or "nobody (quiet)"),
]
DELIVERIES: list[Column] = [
    ("ALERT", short("alert")),
    ("CHANNEL", key("channel")),
    ("STATE", key("state")),
    ("ATTEMPTS", key("attempts")),
    ("QUEUED (UTC)", moment("queued_at")),
    ("SETTLED (UTC)", moment("settled_at")),
    ("NEXT (UTC)", moment("due")),
    ("ERROR", clipped("error", 60)),
]
FILES: list[Column] = [
    ("FILE", clipped("path", 60)),
    ("STATE", key("state")),
    ("WHY", key("reason")),
    ("WHAT TO DO", key("advice")),
    ("ARTICLE", short("article", 12)),
]
EVENTS: list[Column] = [
    ("#", key("position")),
    ("RECORDED (UTC)", moment("recorded_at")),
    ("TYPE", key("type")),
    ("STREAM", clipped("stream", 40)),
    ("BY", key("by")),
    ("DATA", lambda row: output.dumps(row["data"])[:100]),
]


def _open(row: Mapping[str, Any]) -> str:
    pin = row.get("pin")
    notes = ["contradiction"] if row["contradictions"] else []
    notes += [f"pinned; the machine says {figure(pin['machine']['best'])}"] if pin else []
    return ", ".join(notes)


@click.group(invoke_without_command=True)
@click.option("--as-of", help="What was so on that day, by all we know now.")
@click.option("--known-by", help="What today's rules make of what was known by then.")
@click.option("--told", help="What was told then, exactly as recorded.")
@home_option
@format_option
@click.pass_context
def estimates(context: click.Context, as_of: str | None, known_by: str | None, told: str | None, form: str) -> None:
    """Every tracked estimate: its figure, range, plan and what stands behind it. Dates look back."""
    if context.invoked_subcommand is None:
        with looking() as store:
            rows = _looking_back(store, as_of, known_by, told) if as_of or known_by or told else ask.estimates(store)
            output.emit(rows, form, ESTIMATES, empty="nothing is tracked yet: see config/estimates.yaml")


def _newest(rows: list[dict[str, Any]], form: str, columns: list[Column], last: int | None, empty: str) -> None:
    """A list that grows for ever, as far as it is wanted."""
    output.emit(rows, form, columns, empty=empty)
    if form == "table" and last is None and len(rows) >= LISTED:
        click.echo(f"These are the newest {LISTED}; --last N lists more.")


def _looking_back(store: Reader, as_of: str | None, known_by: str | None, told: str | None) -> list[dict[str, Any]]:
    from tallywire import past, timetravel
    from tallywire.arguments import CommandError, iso_day
    from tallywire.cli.questions import zone

    if told and (as_of or known_by):
        raise CommandError("--told is what was said then, word for word: it goes with no other date")
    return timetravel.estimates(
        store,
        as_of=date.fromisoformat(iso_day(as_of)) if as_of else None,
        known_by=past.moment(known_by, zone()) if known_by else None,
        told=past.moment(told, zone()) if told else None,
    )


@click.command()
@click.argument("wanted", metavar="ID")
@click.option("--all", "whole", is_flag=True, help=f"Every claim, though there be more than {MOST}.")
@home_option
@format_option
def show(wanted: str, whole: bool, form: str) -> None:
    """One estimate: its figure, why it is that, and the claims behind it (--format json: all of them)."""
    with looking() as store:
        answer = ask.show(store, wanted, most=MOST if form == "table" and not whole else None)
    if form != "table":
        output.emit([answer], form, [], empty="")
        return
    output.table([answer], ESTIMATES, empty="")
    for line in ask.explain(answer):
        click.echo(line)
    click.echo()
    output.table(answer["claims"], REASONED, empty="no claims yet")
    if answer["is_partial"]:
        click.echo("These bear on the figure, or are the newest; --all lists every claim and what became of it.")


@click.group(invoke_without_command=True)
@click.option("--estimate", help="Only claims for this estimate.")
@click.option("--article", help="Only claims of this article.")
@home_option
@last_option
@format_option
@click.pass_context
def claims(context: click.Context, estimate: str | None, article: str | None, last: int | None, form: str) -> None:
    """The claims recorded so far; `claims reject|confirm|restore ID --why TEXT` gives a verdict."""
    if context.invoked_subcommand is None:
        with looking() as store:
            rows = ask.claims(store, estimate_id=estimate, article=article, last=listed(last, form))
            _newest(rows, form, CLAIMS, last, "no claims yet")


@click.group(invoke_without_command=True)
@home_option
@last_option
@format_option
@click.pass_context
def articles(context: click.Context, last: int | None, form: str) -> None:
    """The articles received so far; `articles date ID DATE --why TEXT` gives one its date."""
    if context.invoked_subcommand is None:
        with looking() as store:
            rows = ask.articles(store, listed(last, form))
            _newest(rows, form, ARTICLES, last, "no articles yet: drop one into inbox/")


@click.group(invoke_without_command=True)
@home_option
@last_option
@format_option
@click.pass_context
def alerts(context: click.Context, last: int | None, form: str) -> None:
    """The alerts raised so far, and who got them."""
    if context.invoked_subcommand is None:
        with looking() as store:
            _newest(ask.alerts(store, listed(last, form)), form, ALERTS, last, "no alerts yet")


@click.group(invoke_without_command=True)
@home_option
@last_option
@format_option
@click.pass_context
def deliveries(context: click.Context, last: int | None, form: str) -> None:
    """Each alert's way to each channel: state, attempts, errors."""
    if context.invoked_subcommand is None:
        with looking() as store:
            _newest(ask.deliveries(store, listed(last, form)), form, DELIVERIES, last, "no deliveries yet")


@click.command()
@home_option
@last_option
@format_option
def inbox(last: int | None, form: str) -> None:
    """Every file seen in the inbox: what became of it, why, and what to do."""
    place = home()
    with looking() as store:
        rows = ledger.files(store, place.inbox, place.after, listed(last, form))
        _newest(rows, form, FILES, last, "no files yet: drop one into inbox/")


@click.command()
@click.option("--after", type=int, default=0, help="Only events after this position.")
@click.option("--stream", help="Only events of this stream.")
@click.option("--type", "kind", help="Only events of this type.")
@home_option
@format_option
def events(after: int, stream: str | None, kind: str | None, form: str) -> None:
    """The log itself, in order."""
    if kind is not None and kind not in STORED:
        near = difflib.get_close_matches(kind, list(STORED), n=1)
        raise Failure(f"there is no event type {kind!r}" + (f"; the nearest known one is {near[0]!r}" if near else ""))
    with looking() as store:
        output.emit(ask.events(store, after=after, stream=stream, kind=kind), form, EVENTS, empty="no events yet")


@click.command()
@click.option(
    "--against",
    metavar="BACKUP",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also compare with a backup: finds a log that was rewritten whole.",
)
@home_option
@format_option
def verify(form: str, against: Path | None) -> None:
    """Reads the whole log and proves it whole: positions, hashes, chain; the views beside it, and the evidence kept."""
    started = time.monotonic()
    with looking() as store:
        with bar("reading the log", store.head()) as log_bar:
            found = store.verify(log_bar.reach)
        differences = _differences(store) if found.ok else []
        with bar("reading the evidence", store.head()) as evidence_bar:
            altered = list(evidence.problems(store, evidence_bar.reach))
        compared = None if against is None else _compared(store, against)
    answer = ask.verification(found, differences, altered, time.monotonic() - started)
    if compared is not None:
        answer |= backup.comparison(answer, compared)
    if form != "table":
        output.emit([answer], form, [], empty="")
    else:
        click.echo(answer["summary"])
    if not answer["ok"]:
        raise SystemExit(1)


def _differences(store: SqliteStore) -> list[str]:
    with bar("folding it", store.head()) as fold_bar:
        return store.compare(fold_bar.reach)


def _compared(store: SqliteStore, path: Path) -> backup.Compared:
    try:
        return backup.against(store, path)
    except DamagedError as error:  # of the backup: what to do about a damaged store is no advice here
        raise Failure(f"{error}: compare with another backup") from error
