"""Extractors of other packages: found by their entry point, combined with the built-in one, left out when broken."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tallywire import plugins
from tallywire.extract import Extractor

PLUGIN = """
from tallywire.core.claim import Claim
from tallywire.extract import Extraction

class Shout:
    id = "shout@3"
    def __init__(self, definitions):
        self.definitions = definitions
    def read(self, article):
        at = article.text.find("77 LOUD")
        spans = (at, at + 7, at, at + 2)
        claims = [Claim(d.id, 77, 77, "exact", "total", "reported", "77 LOUD", *spans, "77 LOUD", "shout", self.id)
                  for d in self.definitions if at >= 0]
        return Extraction(tuple(claims), (), None if claims else "too quiet")

def broken():
    raise RuntimeError("never")
"""
POINTS = """[tallywire.extractors]
shout = shout_plugin:Shout
broken = shout_plugin:missing
nameless = shout_plugin:broken
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A package on the path, as pip would leave it."""
    (tmp_path / "shout_plugin.py").write_text(PLUGIN)
    info = tmp_path / "shout_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shout-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    (tmp_path / "e.yaml").write_text("- track: N people displaced in Sudan\n")
    (tmp_path / "a.txt").write_text("A headline\n\n77 LOUD voices. Some 900 people were displaced in Sudan.\n")
    return tmp_path


def _extract(folder: Path) -> subprocess.CompletedProcess[str]:
    """`tallywire extract a.txt` with the folder's packages on the path."""
    command = [sys.executable, "-m", "tallywire", "extract", "--format", "jsonl", "--estimates", "e.yaml", "a.txt"]
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    environment = {"PYTHONPATH": path, "PATH": "", "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


def test_a_plugins_claims_stand_beside_ours(installed: Path) -> None:
    done = _extract(installed)
    assert done.returncode == 0, done.stderr
    assert '"quote": "77 LOUD"' in done.stdout and '"low": 900' in done.stdout
    assert "broken" in done.stderr and "nameless" in done.stderr and "left out" in done.stderr


def test_the_recipe_works_as_printed(tmp_path: Path) -> None:
    recipe = (Path(__file__).parents[1] / "docs" / "extractors.md").read_text(encoding="utf-8")
    project = tomllib.loads(_block(recipe, "toml"))
    group, points = next(iter(project["project"]["entry-points"].items()))
    (tmp_path / "my_package.py").write_text(_block(recipe, "python"))
    info = tmp_path / "my_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("\n".join([f"[{group}]", *(f"{k} = {v}" for k, v in points.items())]))
    (tmp_path / "e.yaml").write_text("- track: N people killed in Kharkiv\n")
    (tmp_path / "a.txt").write_text("У Харкові загинули 12 людей.\n")
    done = _extract(tmp_path)
    assert done.returncode == 0 and "left out" not in done.stderr, done.stderr
    assert '"low": 12' in done.stdout and '"rule": "загинули"' in done.stdout


def _block(text: str, language: str) -> str:
    return text.partition(f"```{language}\n")[2].partition("```")[0]


def test_the_built_in_one_comes_first_and_once() -> None:
    assert plugins.factories()[0] is Extractor
    assert plugins.ids().count(Extractor.id) == 1
