"""A home whose commands run in this process: a dozen interpreters would take longer than all they do."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout

import pytest

from tallywire.cli.main import main
from tests.harness import Place


class Here(Place):
    """`run` itself is still a process of its own: it sets up logging and signals."""

    def run(
        self, *arguments: str, check: bool = True, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        if arguments[0] == "run":
            return super().run(*arguments, check=check, env=env)
        out, err, status = io.StringIO(), io.StringIO(), 0
        with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", self.command(*arguments)[2:])
            try:
                main()
            except SystemExit as end:
                status = int(end.code or 0)
        done = subprocess.CompletedProcess(list(arguments), status, out.getvalue(), err.getvalue())
        assert not check or status == 0, (arguments, status, done.stdout, done.stderr)
        return done
