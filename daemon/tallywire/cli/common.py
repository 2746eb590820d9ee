"""What commands share: the home, the format, opening the store to look, and doing a change with or without a daemon.

Heavy modules are imported where they are used: `tallywire extract` must not wait for a scheduler that it never starts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from tallywire import begun, control
from tallywire.eventstore.base import DamagedError, StoreError
from tallywire.home import Home

if TYPE_CHECKING:
    from tallywire.eventstore.sqlite import SqliteStore

ADVICE = (
    "`tallywire verify` says where the damage begins; `tallywire restore BACKUP` puts a backup in the store's place and"
    " keeps the damaged one"
)
F = TypeVar("F", bound=Callable[..., Any])
Json = dict[str, Any]
LISTED: Final = 200  # rows of a list that grows for ever


class Failure(click.ClickException):
    """One line on standard error; `exit_code` 2 for mistakes in the configuration, 1 for the rest."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.status = exit_code

    def show(self, file: Any = None) -> None:
        click.echo(f"tallywire: {self.message}", err=True)


def home_option(command: F) -> F:
    """--home DIR on the command itself; the group's --home and TALLYWIRE_HOME stand behind it."""

    def remember(context: click.Context, _: click.Parameter, value: Path | None) -> None:
        if value is not None:
            context.find_root().obj = value.absolute()

    return click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=Path),
        callback=remember,
        expose_value=False,
        help="The folder with config/, inbox/ and store/ (default: TALLYWIRE_HOME, or here).",
    )(command)


def format_option(command: F) -> F:
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "json", "jsonl"]),
        default="table",
        help="For people, or for programs.",
    )(command)


def last_option(command: F) -> F:
    return click.option(
        "--last",
        type=click.IntRange(min=1),
        metavar="N",
        help=f"Only the newest N. Unasked: {LISTED} for people, all for programs.",
    )(command)


def listed(last: int | None, form: str) -> int | None:
    """How many rows of a long list are wanted; None: all."""
    return last or (LISTED if form == "table" else None)


def why_option(command: F) -> F:
    return click.option("--why", required=True, help="The reason; it becomes part of the record.")(command)


def root() -> Path:
    """The folder with config/: --home, else TALLYWIRE_HOME, else the current one."""
    found: Path | None = click.get_current_context().find_root().obj
    return found or Path(os.environ.get("TALLYWIRE_HOME") or Path.cwd()).absolute()


def home(*, tell: bool = True) -> Home:
    """The home, its inbox and store where the settings put them; a mistake in the settings is told, and no more.

    Raises ConfigError for settings that are no YAML.
    """
    from tallywire import config

    settings, mistake = config.load_places(root())
    context = click.get_current_context().find_root()
    if tell and mistake is not None and mistake not in context.meta:
        context.meta[mistake] = True
        click.echo(f"tallywire: {mistake}", err=True)
    return Home(root(), settings.inbox, settings.store, settings.after, settings.network_store)


@contextmanager
def looking() -> Iterator[SqliteStore]:
    """The home's store, opened to read only."""
    from tallywire.eventstore.sqlite import SqliteStore
    from tallywire.service import now

    place = home()
    begun.check(place)
    if not place.database.exists():
        raise Failure(f"there is no store in {place.store} yet: start with `tallywire run` (or give --home DIR)")
    store = SqliteStore.open(place.database, clock=now, readonly=True)
    try:
        yield store
    finally:
        store.close()


def change(command: str, **arguments: Any) -> Json:
    """Has the running daemon do it; without one, does it here under the lock."""
    from tallywire.service import perform_alone

    place = home()
    try:
        try:
            return control.call(place.socket, command, arguments)
        except control.NoDaemonError:
            return perform_alone(place, command, arguments, control.analyst())
    except control.RefusedError as error:
        raise Failure(str(error), exit_code=2 if error.kind == "ConfigError" else 1) from error


@contextmanager
def failures() -> Iterator[None]:
    """Expected errors as one line and an exit status instead of a traceback."""
    from tallywire.arguments import CommandError
    from tallywire.config import ConfigError
    from tallywire.lock import HeldError

    try:
        yield
    except ConfigError as error:
        raise Failure(str(error), exit_code=2) from error
    except DamagedError as error:
        raise Failure(f"{error}\n{ADVICE}") from error
    except (CommandError, HeldError, StoreError) as error:
        raise Failure(str(error)) from error
    except BrokenPipeError:  # `tallywire events | head`: the reader has gone, and that is no failure
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:  # a folder that may not be written, a full disk
        raise Failure(f"{error.filename or 'the system says'}: {error.strerror or error}") from error
