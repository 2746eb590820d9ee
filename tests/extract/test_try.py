"""`tallywire try FILE`: each number of a text as taken, part or ignored, with the reason, its sentence and a colour."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tallywire.cli.main import tallywire

TEXT = """Floods in Velm

Nearly 5,000 people were killed in the Velm floods on 3 May, the mayor, 66, said. The floods in Velm
killed 4,973 people. In Orne the floods killed 14 people. Some 300 people were arrested in Velm for 12 days.
"""
GREEN, YELLOW, GREY = "\x1b[32m", "\x1b[33m", "\x1b[90m"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, ...]:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "e.yaml").write_text("- track: N people killed in the Velm floods\n  parts: [Orne]\n")
    return str(tmp_path / "a.txt"), "--estimates", str(tmp_path / "e.yaml")


def tried(*words: str, color: bool = False) -> str:
    done = CliRunner().invoke(tallywire, ["try", *words], color=color)
    assert done.exit_code == 0, done.output
    return done.output


def test_each_number_stands_below_its_sentence_with_what_became_of_it(files: tuple[str, ...]) -> None:
    lines = [line.rstrip() for line in tried(*files).splitlines()]
    at = lines.index("Nearly 5,000 people were killed in the Velm floods on 3 May, the mayor, 66, said.")
    found = [re.split(r"  +", line.strip()) for line in lines[at + 1 : at + 4]]
    assert [(f[0].split()[0], f[-1]) for f in found] == [
        ("ignored", "the rounded form of a figure given exactly: 4,973"),
        ("ignored", "part of a date"),
        ("ignored", "an age"),
    ]
    assert any(line.startswith("  part    14") and "part: Orne" in line for line in lines)
    assert any(line.startswith("  ignored 300") and "tells of arrested" in line for line in lines)
    assert [line for line in lines if line.startswith("→")] == [
        "→ people-killed-in-the-velm-floods: 4,973 exact, total, reported: “killed 4,973 people”",
        "→ people-killed-in-the-velm-floods: 14 exact, component, reported: “killed 14 people”",
    ]


def test_numbers_have_the_colour_of_what_became_of_them(files: tuple[str, ...]) -> None:
    shown = tried(*files, color=True)
    for colour, number in ((GREEN, "4,973"), (YELLOW, "14"), (GREY, "300")):
        assert f"{colour}\x1b[1m{number}\x1b[0m" in shown


def test_as_json_each_number_has_the_stable_names_of_its_rules(files: tuple[str, ...]) -> None:
    answer = json.loads(tried(*files, "--format", "jsonl"))
    names = {n["text"]: n["names"] for n in answer["numbers"]}
    assert names["66"] == ["age"] and names["300"] == ["another event"] and names["14"] == ["verb before", "named part"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Der Fluss stieg in der Nacht und die Stadt musste geräumt werden. " * 6 + "Velm 40", "not English"),
        ("Forty people were killed in Chad.", "no tracked subject"),
        ("Nobody was killed in Velm.", "no numbers"),
        ("Velm sold 40 ships.", "numbers but none bound"),
    ],
)
def test_a_text_without_a_claim_says_why(files: tuple[str, ...], text: str, why: str) -> None:
    Path(files[0]).write_text(text)
    assert f"no claim: {why}" in tried(*files).splitlines()


def test_a_page_of_lists_and_tables_keeps_its_figures(files: tuple[str, ...], tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>Valley fire no. {n}, acres burnt</td><td>{n * 120}</td></tr>" for n in range(1, 25))
    page = tmp_path / "velm.html"
    page.write_text(
        "<html><body><article><h1>Floods in Velm: the figures</h1><p>The county gave new totals on Sunday.</p>"
        f"<ul><li>12,300 people killed in the Velm floods</li></ul><table>{rows}</table></article></body></html>"
    )
    shown = tried(str(page), *files[1:])
    assert "no claim" not in shown and any(line.startswith("  taken   12,300") for line in shown.splitlines())
