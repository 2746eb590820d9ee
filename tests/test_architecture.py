"""The shape of the program: imports point one way, a third-party library has one home, the core is pure."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "daemon" / "tallywire"

# Lower may not import higher. Names are modules or packages below tallywire.
LAYERS: list[set[str]] = [
    {"__init__", "__version__"},
    {"core", "crash"},
    {"read", "extract", "eventstore", "mounts", "disk", "inbox", "leaving", "home", "lock", "control"},
    {"plugins", "begun"},
    {"writer", "tracking", "folding", "tips", "arguments", "localtime", "duplicates", "versions", "recording", "ledger"}
    | {"notice", "lately", "pulse", "recall", "retention"},
    {"ingest", "decide", "telling", "summaries", "define", "deliver"},
    {"config", "configfile"},
    {"past", "judge", "redact", "dossier", "act", "ask", "digest", "snooze", "staleness", "desk", "whence", "backtest"},
    {"timetravel", "whatif", "explain", "methodology", "sourcing", "review", "export", "series"},
    {"watch", "schedule", "settle", "outage", "intake", "archive", "web", "backup", "logs", "repeats"},
    {"deciding", "health", "restore", "autobackup"},
    {"clockwork", "rereading"},
    {"examples", "service"},
    {"cli", "demo", "__main__"},
]
HOMES = {
    "watchdog": "watch",
    "apprise": "deliver/send",
    "apscheduler": "schedule",
    "sqlite_utils": "eventstore/sqlite",
    "psycopg": "eventstore/postgres",
    "prometheus_client": "health/metrics",
}
IMPURE = {"os", "io", "pathlib", "time", "random", "secrets", "socket", "logging", "subprocess", "threading", "asyncio"}


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, at the top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""
            if node.module == "tallywire":
                yield from (f"tallywire.{alias.name}" for alias in node.names)


def layer_of(module: str) -> int:
    name = module.split(".")[1] if "." in module else "__init__"
    for number, layer in enumerate(LAYERS):
        if name in layer:
            return number
    raise AssertionError(f"{module} stands in no layer of {Path(__file__).name}")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_imports_point_one_way(path: Path) -> None:
    own = layer_of(module_name(path))
    for name in imported(path):
        if name.startswith("tallywire"):
            assert layer_of(name) <= own, f"{module_name(path)} must not import {name}"


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_a_library_has_one_home(path: Path) -> None:
    place = path.relative_to(ROOT).with_suffix("").as_posix()
    for name in imported(path):
        home = HOMES.get(name.split(".")[0])
        assert home is None or place.startswith(home), f"{place} imports {name}, whose home is {home}"


@pytest.mark.parametrize("path", sorted((ROOT / "core").glob("*.py")), ids=module_name)
def test_the_core_is_pure(path: Path) -> None:
    for name in imported(path):
        top = name.split(".")[0]
        assert top in ("tallywire", "__future__") or top in sys.stdlib_module_names, f"{path.name} imports {name}"
        assert top not in IMPURE, f"{path.name} imports {name}"
        assert not name.startswith("tallywire.") or name.startswith("tallywire.core"), f"{path.name} imports {name}"


def test_nothing_is_coded_for_a_topic() -> None:
    """Subjects live in configuration and sample data, never in Python."""
    words = ("korea", "dprk", "pyongyang", "palisades", "ukrain")
    for path in modules():
        code = path.read_text(encoding="utf-8")
        strings = [
            n.value for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ]
        docs = {
            ast.get_docstring(n, clean=False)
            for n in ast.walk(ast.parse(code))
            if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)
        }
        for text in strings:
            if text in docs or path.is_relative_to(ROOT / "demo"):
                continue
            assert not any(word in text.casefold() for word in words), f"{path.name}: {text!r}"
