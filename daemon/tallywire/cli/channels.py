"""Channels: what is configured, taken over from apprise, and whether it works."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tallywire.cli import output
from tallywire.cli.common import Failure, format_option, home_option, root
from tallywire.cli.output import Column, key

CHANNELS: list[Column] = [
    ("CHANNEL", key("name")),
    ("URL", key("url")),
    ("TAGS", lambda row: ", ".join(row["tags"])),
    ("FALLBACK", key("fallback")),
    ("PICTURE", lambda row: "yes" if row["chart"] else ""),
]
OUTCOMES: list[Column] = [
    ("CHANNEL", key("name")),
    ("OUTCOME", key("state")),
    ("SECONDS", key("seconds")),
    ("CHARACTERS", key("length")),
    ("ERROR", key("error")),
]


@click.group(invoke_without_command=True)
@home_option
@format_option
@click.pass_context
def channels(context: click.Context, form: str) -> None:
    """Where alerts can go, without the secrets; `channels import FILE` takes over an apprise configuration."""
    if context.invoked_subcommand is None:
        from tallywire import config
        from tallywire.deliver.channels import with_console

        found = with_console(config.load(root()).channels)
        rows = [
            {"name": c.name, "url": c.shown, "tags": list(c.tags), "fallback": c.fallback, "chart": c.takes_pictures}
            for c in found
        ]
        output.emit(rows, form, CHANNELS, empty="")


@channels.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@home_option
def import_(file: Path) -> None:
    """Takes over the URLs of an apprise configuration, text or YAML, with their tags.

    The URLs go into config/secrets.env, which only you can read; config/channels.yaml names them.
    """
    from tallywire.config import importing

    for line in importing.take_over(root(), file):
        click.echo(line)
    click.echo("`tallywire test-send` tries them; `tallywire reload` tells a running daemon.")


@click.command("test-send")
@click.argument("name", metavar="[CHANNEL]", required=False)
@home_option
@format_option
def test_send(name: str | None, form: str) -> None:
    """Sends a test alert, as long as alerts get and with hostile characters, and says what became of it."""
    from tallywire import config
    from tallywire.config.typed import nearest
    from tallywire.deliver import trial
    from tallywire.deliver.channels import with_console

    found = with_console(config.load(root()).channels)
    chosen = [c for c in found if name in (None, c.name)]
    if not chosen:
        raise Failure(f"there is no channel {name!r}{nearest(str(name), [c.name for c in found])}")
    rows = trial.send(chosen, sys.stdout if form == "table" else sys.stderr)
    output.emit(rows, form, OUTCOMES, empty="")
    if any(row["state"] != "delivered" for row in rows):
        raise SystemExit(1)
