"""`tallywire`: the commands in one group."""

from __future__ import annotations

import click

from tallywire import __version__
from tallywire.cli import (
    alerts,
    analyst,
    archive,
    article,
    backup,
    change,
    channels,
    daemon,
    look,
    questions,
    status,
    texts,
)
from tallywire.cli.common import failures, home_option


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tallywire")
@home_option
def tallywire() -> None:
    """Watches an inbox for news articles, tracks what they claim in numbers, and alerts on real changes."""


for command in (
    daemon.init,
    daemon.run,
    change.reload,
    texts.check,
    texts.try_,
    texts.extract,
    look.estimates,
    look.show,
    look.claims,
    look.articles,
    look.alerts,
    look.deliveries,
    alerts.backtest,
    channels.channels,
    channels.test_send,
    look.inbox,
    archive.ingest,
    article.article,
    article.redact,
    look.events,
    look.verify,
    analyst.contradictions,
    questions.history,
    questions.diff,
    questions.whatif,
    questions.explain,
    questions.methodology,
    questions.sources,
    questions.review,
    questions.export,
    daemon.rebuild,
    status.status,
    status.doctor,
    backup.backup,
    backup.restore,
):
    tallywire.add_command(command)


def main() -> None:
    """The console script: expected errors become one line and an exit status."""
    try:
        with failures():
            tallywire(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        raise SystemExit(getattr(error, "status", error.exit_code)) from error
    except click.Abort:
        raise SystemExit(130) from None
