"""Commands that change something: a running daemon does them, or this process does under the lock."""

from __future__ import annotations

import click

from tallywire.cli import look
from tallywire.cli.common import change, home_option, why_option


def say(what: str, answer: dict[str, object]) -> None:
    """What was done, and what moved by it."""
    click.echo(what)
    for line in answer.get("moved") or []:  # type: ignore[attr-defined]
        click.echo(f"  {line}")


@look.claims.command("reject")
@click.argument("claim", metavar="ID")
@why_option
@home_option
def reject(claim: str, why: str) -> None:
    """This claim is wrong: it counts no more."""
    answer = change("claims.reject", id=claim, why=why)
    say(f"claim {answer['claim']} rejected", answer)


@look.claims.command("confirm")
@click.argument("claim", metavar="ID")
@why_option
@home_option
def confirm(claim: str, why: str) -> None:
    """This claim is right: it supports its figure."""
    answer = change("claims.confirm", id=claim, why=why)
    say(f"claim {answer['claim']} confirmed", answer)


@look.claims.command("restore")
@click.argument("claim", metavar="ID")
@why_option
@home_option
def restore(claim: str, why: str) -> None:
    """Undoes a rejection."""
    answer = change("claims.restore", id=claim, why=why)
    say(f"claim {answer['claim']} restored", answer)


@look.articles.command("date")
@click.argument("article", metavar="ID")
@click.argument("published", metavar="DATE")
@why_option
@home_option
def date(article: str, published: str, why: str) -> None:
    """When this article was published (like 2025-03-27)."""
    answer = change("articles.date", id=article, published=published, why=why)
    say(f"article {str(answer['article'])[:12]} is dated {answer['published']}", answer)


@look.alerts.command("ack")
@click.argument("alert", metavar="ID")
@why_option
@home_option
def acknowledge(alert: str, why: str) -> None:
    """Somebody has seen to this alert."""
    answer = change("alerts.ack", id=alert, why=why)
    say(f"alert {str(answer['alert'])[:8]} acknowledged", answer)


@look.deliveries.command("retry")
@click.argument("alert", metavar="ALERT")
@click.option("--channel", help="Which of the alert's channels (when it has several).")
@why_option
@home_option
def retry(alert: str, channel: str | None, why: str) -> None:
    """Sends a dead or dropped delivery again."""
    answer = change("deliveries.retry", id=alert, channel=channel, why=why)
    say(f"alert {str(answer['alert'])[:8]} is queued for {answer['channel']} again", answer)


@look.deliveries.command("drop")
@click.argument("alert", metavar="ALERT")
@click.option("--channel", help="Which of the alert's channels (when it has several).")
@why_option
@home_option
def drop(alert: str, channel: str | None, why: str) -> None:
    """Gives a queued delivery up."""
    answer = change("deliveries.drop", id=alert, channel=channel, why=why)
    say(f"alert {str(answer['alert'])[:8]} is dropped for {answer['channel']}", answer)


@click.command()
@home_option
def reload() -> None:
    """Reads the configuration again and applies it to the texts already kept."""
    answer = change("reload")
    changes = answer.get("changes") or ["nothing changed"]
    for line in changes:
        click.echo(line)
    if answer.get("rereading"):
        click.echo(
            f"reading {answer['rereading']} kept articles again" + ("" if answer.get("done") else " in the background")
        )
