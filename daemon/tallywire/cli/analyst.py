"""An analyst's verdicts: correct a claim, pin or rebase an estimate, close a contradiction."""

from __future__ import annotations

import click

from tallywire.cli import look, output
from tallywire.cli.change import say
from tallywire.cli.common import change, format_option, home_option, looking, why_option
from tallywire.cli.output import Column, key
from tallywire.core.quantity import figure, interval
from tallywire.judge import CHOICES

CONTRADICTIONS: list[Column] = [
    ("ESTIMATE", key("id")),
    ("STATE", key("state")),
    ("SIDES", lambda row: " against ".join(row["sides"])),
    ("OPENED (UTC)", key("opened_at")),
    ("CLOSED", lambda row: f"{row['closed_by']}: {row['why']}" if row["closed_by"] else ""),
]


@look.claims.command("correct")
@click.argument("claim", metavar="ID")
@click.option("--low", help="The figure, or the lower end of its range.")
@click.option("--high", help="The upper end of its range.")
@click.option("--onto", help="The base that the text puts an increment on.")
@click.option("--bound", type=click.Choice(CHOICES["bound"]))
@click.option("--kind", type=click.Choice(CHOICES["kind"]))
@click.option("--status", type=click.Choice(CHOICES["status"]))
@click.option("--as-of", help="The date that the text gives: 2025-03-27, 2025-03, 2025-01/2025-03, or unknown.")
@click.option("--source", help="Who is cited, or unknown.")
@why_option
@home_option
def correct(claim: str, why: str, **fields: str | None) -> None:
    """This claim was read wrongly: it says something else. No later reading undoes that."""
    answer = change("claims.correct", id=claim, why=why, **fields)
    changes = ", ".join(f"{name} {value}" for name, value in answer["changes"].items())
    say(f"claim {answer['claim']} corrected: {changes}", answer)


@look.estimates.command("pin")
@click.argument("estimate", metavar="ID")
@click.argument("value")
@click.option("--low", help="Lower end of the range (default: the value).")
@click.option("--high", help="Upper end of the range (default: the value).")
@why_option
@home_option
def pin(estimate: str, value: str, low: str | None, high: str | None, why: str) -> None:
    """Sets the value over the machine's, which goes on beneath it and says when it leaves the pin."""
    answer = change("estimates.pin", id=estimate, value=value, low=low, high=high, why=why)
    span = "" if answer["low"] == answer["high"] else f" ({interval(answer['low'], answer['high'])})"
    say(f"{answer['estimate']} is pinned at {figure(answer['best'])}{span}", answer)


@look.estimates.command("unpin")
@click.argument("estimate", metavar="ID")
@why_option
@home_option
def unpin(estimate: str, why: str) -> None:
    """The machine's value stands again."""
    answer = change("estimates.unpin", id=estimate, why=why)
    say(f"{answer['estimate']} is no longer pinned", answer)


@look.estimates.command("rebase")
@click.argument("estimate", metavar="ID")
@click.option("--from", "day", help="The first day of the new series (like 2025-01-01).")
@click.option("--source", help="Whose series (default: everybody's).")
@click.option("--undo", is_flag=True, help="Takes an earlier rebase back.")
@why_option
@home_option
def rebase(estimate: str, day: str | None, source: str | None, undo: bool, why: str) -> None:
    """A publisher began to count anew: what it gave for earlier days counts no more."""
    answer = change("estimates.rebase", id=estimate, day=day, source=source, undo=undo, why=why)
    whose = answer["originator"] or "everybody"
    begins = f"begins on {answer['day']}" if answer["day"] else "goes on as before"
    say(f"{answer['estimate']}: the series of {whose} {begins}", answer)


@click.group(invoke_without_command=True)
@home_option
@format_option
@click.pass_context
def contradictions(context: click.Context, form: str) -> None:
    """The contradictions that are open, and those that an analyst closed."""
    if context.invoked_subcommand is None:
        from tallywire import timetravel

        with looking() as store:
            output.emit(timetravel.contradictions(store), form, CONTRADICTIONS, empty="the sources agree")


@contradictions.command("close")
@click.argument("estimate", metavar="ID")
@why_option
@home_option
def close(estimate: str, why: str) -> None:
    """Somebody looked at it. It opens again when a side says something clearly else."""
    answer = change("contradictions.close", id=estimate, why=why)
    say(f"{answer['estimate']}: closed the contradiction of {' against '.join(answer['sides'])}", answer)
