"""store/health.json: written every few seconds while the whole chain is alive. Its age is what counts."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def write(path: Path, report: Json) -> None:
    """Whole or not at all. A file that can't be written grows old, which says what it should."""
    aside = path.with_suffix(".part")
    with contextlib.suppress(OSError):
        aside.write_text(json.dumps(report, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(aside, path)


def remove(path: Path) -> None:
    """At the end: nobody is alive any more."""
    with contextlib.suppress(OSError):
        path.unlink()
