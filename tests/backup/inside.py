"""Commands within this process: starting Python costs more than most of them."""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from tallywire.cli.main import main


@dataclass(frozen=True, slots=True)
class Done:
    status: int
    out: str
    errors: str


def cli(home: Path, *arguments: str) -> Done:
    """Runs `tallywire` as its console script does; an exception that it lets through is a failed test."""
    out, errors, status = io.StringIO(), io.StringIO(), 0
    arguments = ("tallywire", "--home", str(home), *arguments)
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(sys, "argv", list(arguments)))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(errors))
        try:
            main()
        except SystemExit as error:
            status = int(error.code or 0)
    return Done(status, out.getvalue(), errors.getvalue())
