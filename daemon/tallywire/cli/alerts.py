"""What concerns alerts before and after they are sent: snooze, explain, backtest."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from tallywire.cli import look, output
from tallywire.cli.common import Failure, change, format_option, home_option, looking, root, why_option
from tallywire.cli.output import Column, key, moment, short

Json = dict[str, Any]


# --- snooze ---------------------------------------------------------------------------------------------------------


def _options(command: Any) -> Any:
    """--until | --for | --off, and what breaks through."""
    for option in (
        click.option("--until", metavar="TIME", help="Like 2025-03-28 or '2025-03-28 08:00', in the configured zone."),
        click.option("--for", "length", metavar="LENGTH", help="Like 90 s, 15 min, 12h, 3d or 2w."),
        click.option("--off", is_flag=True, help="Ends the snooze now; what it held back is told."),
        click.option(
            "--unless",
            metavar="PERCENT",
            type=float,
            default=50.0,
            show_default=True,
            help="A move of the best figure by so much is told all the same.",
        ),
        click.option("--whatever-comes", is_flag=True, help="Nothing breaks through."),
    ):
        command = option(command)
    return command


@look.alerts.command("snooze")
@click.argument("wanted", metavar="ALERT")
@_options
@why_option
@home_option
def snooze_alert(wanted: str, why: str, **options: Any) -> None:
    """Nothing more about this alert's estimate for a while; what still holds at the end is told then."""
    _snooze("alerts.snooze", wanted, why, **options)


@look.estimates.command("snooze")
@click.argument("wanted", metavar="ESTIMATE")
@_options
@why_option
@home_option
def snooze_estimate(wanted: str, why: str, **options: Any) -> None:
    """No messages about this estimate for a while; what still holds at the end is told then."""
    _snooze("estimates.snooze", wanted, why, **options)


def _snooze(
    command: str,
    wanted: str,
    why: str,
    *,
    until: str | None,
    length: str | None,
    off: bool,
    unless: float,
    whatever_comes: bool,
) -> None:
    if sum([until is not None, length is not None, off]) != 1:
        raise Failure("say how long: --until TIME, --for LENGTH, or --off to end a snooze")
    end = datetime.now(UTC) if off else _until(until) if until else _after(str(length))
    answer = change(command, id=wanted, why=why, until=end.isoformat(), unless=None if whatever_comes else unless)
    words = "is no longer snoozed" if off else f"is snoozed until {end:%Y-%m-%d %H:%M %Z}"
    click.echo(f"{answer['estimate']} {words}")


def _until(text: str) -> datetime:
    from tallywire import config

    zone = ZoneInfo(config.load_settings(root()).zone)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Failure(f"{text!r} is no time; write it like 2025-03-28 or '2025-03-28 08:00'") from None
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    if at <= datetime.now(UTC):
        raise Failure(f"{text} is over already")
    return at


def _after(text: str) -> datetime:
    """Spelled as in the configuration."""
    from tallywire.config.typed import length

    try:
        if found := length(text.strip()):
            return datetime.now(UTC) + found
    except ValueError as error:
        raise Failure(f"{text!r} is {error}") from None
    raise Failure(f"{text!r} is no length of time that anything could be held back for")


# --- explain --------------------------------------------------------------------------------------------------------

STEPS: list[Column] = [
    ("WHEN (UTC)", moment("at")),
    ("WHAT", key("what")),
    ("CHANNEL", key("channel")),
    ("ATTEMPT", key("attempt")),
    ("MORE", key("note")),
]
EVIDENCE: list[Column] = [
    ("CLAIM", short("claim")),
    ("FIGURE", key("figure")),
    ("WHO", key("originator")),
    ("OUTLET", key("outlet")),
    ("DATE", key("date")),
    ("NOW", key("state")),
    ("FILE", key("file")),
    ("QUOTE", output.clipped("quote", 70)),
]


@look.alerts.command("explain")
@click.argument("wanted", metavar="ALERT")
@home_option
@format_option
def explain(wanted: str, form: str) -> None:
    """Why this alert was sent: the rule, the arithmetic, the claims, and each step of its way out."""
    from tallywire import whence

    with looking() as store:
        answer = whence.explain(store, wanted)
    if form != "table":
        output.emit([answer], form, [], empty="")
        return
    click.echo(f"#{answer['id'][:8]} {answer['title']}")
    for line in answer["lines"]:
        click.echo(line)
    click.echo()
    output.table(answer["claims"], EVIDENCE, empty="no claim is named in it")
    click.echo()
    output.table(answer["steps"], STEPS, empty="nothing was sent: it was decided quietly, for the summary")


# --- backtest -------------------------------------------------------------------------------------------------------

WOULD: list[Column] = [
    ("WHEN (UTC)", moment("at")),
    ("RULE", key("rule")),
    ("KIND", key("kind")),
    ("SEVERITY", key("severity")),
    ("TO", lambda row: ", ".join(row["channels"])),
    ("TITLE", key("title")),
]


@click.command()
@click.option("--rules", type=click.Path(dir_okay=False, path_type=Path), help="Like config/alerts.yaml (default: it).")
@click.option("--from", "since", metavar="DATE", help="Only what came on that day (UTC) or later.")
@click.option("--to", "until", metavar="DATE", help="Only what came on that day or before.")
@click.option(
    "--by",
    "clock",
    type=click.Choice(["recorded", "published"]),
    default="recorded",
    show_default=True,
    help="Replay by when reports came in, or by when they were published (for archives read in at once).",
)
@home_option
@format_option
def backtest(rules: Path | None, since: str | None, until: str | None, clock: str, form: str) -> None:
    """Which alerts these rules would have sent over the stored history, and how many a day. Sends nothing."""
    from tallywire import backtest as testing
    from tallywire import config

    found = config.load(root(), rules_file=rules)
    with looking() as store:
        answer = testing.run(store, found, _day(since, time.min), _day(until, time.max), published=clock == "published")
    if form != "table":
        output.emit([answer] if form == "json" else answer["alerts"], form, [], empty="")
        return
    output.table(answer["alerts"], WOULD, empty="these rules would have sent nothing")
    click.echo()
    for line in answer["lines"]:
        click.echo(line)


def _day(text: str | None, at: time) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), at, UTC)
    except ValueError:
        raise Failure(f"{text!r} is no date; write it like 2025-03-27") from None
