"""docs/security.md claims nothing that no test shows."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTES = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_UNTESTED = "What is not defended"  # the section that says so


def sections() -> dict[str, str]:
    """Title -> text."""
    parts = re.split(r"^## (.+)$", NOTES, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def claims() -> list[str]:
    """The list items of all sections but the one of what is not defended, each on one line."""
    text = "\n".join(body for title, body in sections().items() if title != _UNTESTED)
    return [" ".join(item.split()) for item in re.split(r"^- ", text, flags=re.MULTILINE)[1:]]


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_the_sections_are_there() -> None:
    for title in ("An article", "A file name", "A configuration file", "A chat service", "A local user", _UNTESTED):
        assert title in sections(), title
    assert len(claims()) > 20


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim[:40])
def test_each_claim_names_its_tests_and_they_exist(claim: str) -> None:
    named = _NAMED.findall(claim)
    assert named, f"no test is named: {claim}"
    for path, name in named:
        assert (ROOT / path).exists(), f"there is no {path}"
        assert name.startswith("test_") and name in names_in(path), f"there is no {path}::{name}"
