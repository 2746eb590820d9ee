"""The commands of those who must defend a figure, as they are typed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tallywire.arguments import CommandError
from tallywire.cli.main import tallywire
from tallywire.export import DICTIONARY
from tests.flow import texts
from tests.harness import Place

EVIL = (
    'Apr 3, 2025, 7:00 AM\n\n=HYPERLINK("http://evil.example")\n\n'
    "About 700 Kenyan soldiers have been killed in Haiti, the Harbour Office said on Thursday.\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = Place(tmp_path_factory.mktemp("analyst") / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    for name, text in (("first.txt", texts.FIRST), ("killed.txt", texts.KILLED), ("=evil.txt", EVIL)):
        place.drop(name, text)
    place.run("run", "--once")
    yield place.home.root


def typed(home: Path, *words: str) -> Result:
    return CliRunner().invoke(tallywire, ["--home", str(home), *words])


def answer(home: Path, *words: str) -> Any:
    done = typed(home, *words, "--format", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_every_question_has_an_answer_for_people_and_programs(home: Path) -> None:
    assert {e["id"] for e in answer(home, "estimates", "--told", "2100-01-01")} == {"deployed", "killed"}
    for words in (["--as-of", "2025-04-02"], ["--known-by", "2100-01-01"]):
        found = {e["id"]: e["best"] for e in answer(home, "estimates", *words)}
        assert found["killed"] == 300
    assert answer(home, "diff", "killed", "--from", "2020-01-01", "--to", "2100-01-01")[0]["to"]["best"]
    for words in (["explain", "killed"], ["methodology"], ["sources"], ["review"], ["contradictions"],
                  ["history", "killed"], ["whatif", "--policy", "highest"],
                  ["diff", "killed", "--from", "2020-01-01", "--to", "2100-01-01"]):  # fmt: skip
        shown = typed(home, *words)
        assert shown.exit_code == 0 and shown.output.strip(), words
    waiting = answer(home, "review", "--kind", "single-source jump")
    assert [w["estimate"] for w in waiting] == ["killed"]
    assert waiting[0]["quote"] and "evil.example" in waiting[0]["before"] + waiting[0]["after"]


def test_what_if_shows_both_and_stores_nothing(home: Path) -> None:
    before = (home / "store" / "tallywire.db").read_bytes()
    found = answer(home, "whatif", "killed", "--without-source", "the General Staff")[0]
    assert (found["now"]["best"], found["then"]["best"], found["differs"]) == (300, 700, True)
    assert answer(home, "whatif", "killed", "--policy", "highest")[0]["then"]["best"] == 700
    assert answer(home, "whatif", "killed", "--jump", "5")[0]["then"]["best"] == 700
    assert (home / "store" / "tallywire.db").read_bytes() == before
    refused = typed(home, "whatif", "--without-source", "General Stuff")
    assert isinstance(refused.exception, CommandError) and "'General Staff'" in str(refused.exception)
    assert isinstance(typed(home, "whatif").exception, CommandError)


def test_an_explanation_names_every_claim_once(home: Path) -> None:
    found = answer(home, "explain", "killed")[0]
    named = [c for row in found["claims"] for c in (row["claim"], *row["repeats"])]
    assert sorted(named) == sorted(c["id"] for c in answer(home, "claims", "--estimate", "killed"))
    assert {row["weight"] for row in found["claims"]} == {"figure", "range"}
    footnote = typed(home, "explain", "killed").output
    assert "[1] about 300, General Staff" in footnote and len(footnote) < 1000


def test_exports_have_the_columns_of_the_dictionary_and_no_live_formulas(home: Path, tmp_path: Path) -> None:
    for table, columns in DICTIONARY.items():
        target = tmp_path / f"{table}.csv"
        assert typed(home, "export", table, "--output", str(target)).exit_code == 0
        with target.open(newline="", encoding="utf-8") as lines:
            rows = list(csv.reader(lines))
        assert rows[0] == [name for name, _, _ in columns]
        assert len(rows) > 1, table
        assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    claims = [json.loads(line) for line in typed(home, "export", "claims", "--format", "jsonl").output.splitlines()]
    killed = next(c for c in claims if c["low"] == 700)
    assert (killed["as_published"], killed["high"], killed["report_date"]) == ("700", 700, "2025-04-03")
    assert killed["file"].startswith("=evil") and killed["verdict"] == "used" and killed["rule"] == 5
    series = [json.loads(line) for line in typed(home, "export", "series", "--format", "jsonl").output.splitlines()]
    deployed = [row for row in series if row["estimate"] == "deployed" and row["basis"] == "report"]
    assert [(row["day"], row["best"], row["daily"]) for row in deployed] == [("2025-03-03", 11000, 11000)]
    assert "evil" in (tmp_path / "claims.csv").read_text() and "'=evil" in (tmp_path / "claims.csv").read_text()


def test_parquet_holds_the_same_table(home: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the optional extra tallywire[parquet]")
    target = tmp_path / "claims.parquet"
    assert typed(home, "export", "claims", "--format", "parquet", "--output", str(target)).exit_code == 0
    rows = parquet.read_table(target).to_pylist()
    lines = typed(home, "export", "claims", "--format", "jsonl").output.splitlines()
    assert rows == [json.loads(line) for line in lines]
    assert typed(home, "export", "claims", "--format", "parquet").exit_code != 0


@pytest.mark.parametrize(
    "words",
    [
        ["claims", "correct", "ID"],
        ["estimates", "pin", "killed", "5"],
        ["estimates", "unpin", "killed"],
        ["estimates", "rebase", "killed", "--from", "2025-01-01"],
        ["contradictions", "close", "killed"],
    ],
)
def test_changing_commands_ask_why(home: Path, words: list[str]) -> None:
    refused = typed(home, *words)
    assert refused.exit_code == 2 and "--why" in refused.output


def test_a_pin_as_typed(home: Path) -> None:
    done = typed(home, "estimates", "pin", "deployed", "10,500", "--low", "10,000", "--high", "11,000", "--why", "x")
    assert done.exit_code == 0 and "deployed is pinned at 10,500 (10,000-11,000)" in done.output
    assert "deployed: 11,000 -> 10,500 [10,000-11,000]" in done.output
    assert answer(home, "estimates")[0]["pin"]["machine"]["best"] == 11000
    assert "pinned at 10,500 by analyst:" in typed(home, "methodology").output
    assert typed(home, "estimates", "unpin", "deployed", "--why", "x").exit_code == 0
