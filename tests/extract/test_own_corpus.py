"""The corpus of our own on topics that nobody had in mind: the figures reached are a floor for every later change."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tallywire.config import load_estimates

HERE = Path(__file__).parent
BENCHMARK = HERE.parents[1] / "benchmarks" / "extraction" / "claims.py"


@pytest.fixture(scope="module")
def claims() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_claims", BENCHMARK)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclass looks itself up there
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("part", "f1", "fields"),
    [
        ("open", 0.96, {"bound": 0.99, "kind": 0.98, "status": 0.99, "as_of": 0.98, "source": 0.97}),
        ("held-out", 0.89, {"bound": 0.99, "kind": 0.80, "status": 0.95, "as_of": 0.98, "source": 0.90}),
    ],
)
def test_figures_stay_where_they_are(claims: ModuleType, part: str, f1: float, fields: dict[str, float]) -> None:
    rows = claims.load(HERE / "corpus" / "own.jsonl", part)
    whole = claims.total(claims.score(rows, load_estimates(HERE / "corpus" / "own-topics.yaml")))
    reached = {name: whole.accuracy(name) for name in fields}
    assert whole.f1 >= f1, "\n".join(whole.errors)
    assert all(reached[name] >= least for name, least in fields.items()), reached


# Further corpora of fresh reports, each written by somebody who did not know the rules: `wide` and `kept` are material
# to learn from; `fresh` is kept aside, so nobody looks at its errors: it has a floor and nothing else.
@pytest.mark.parametrize(
    ("corpus", "f1", "source"), [("wide", 0.79, 0.89), ("kept", 0.82, 0.92), ("fresh", 0.60, 0.71)]
)
def test_fresh_reports_are_read_no_worse(claims: ModuleType, corpus: str, f1: float, source: float) -> None:
    definitions = load_estimates(HERE / "corpus" / f"{corpus}-topics.yaml")
    whole = claims.total(claims.score(claims.load(HERE / "corpus" / f"{corpus}.jsonl"), definitions))
    assert whole.f1 >= f1 and whole.accuracy("source") >= source


def test_every_quote_of_the_gold_is_in_its_text(claims: ModuleType) -> None:
    rows = claims.load(HERE / "corpus" / "own.jsonl")
    known = {d.id for d in load_estimates(HERE / "corpus" / "own-topics.yaml")}
    for row in rows:
        for claim in row["claims"]:
            assert claim["quote"] in row["text"] and claim["estimate"] in known, row["id"]
        assert all(d["quote"] in row["text"] for d in row["distractors"]), row["id"]
    assert len({row["topic"] for row in rows}) == 22


def test_what_is_missing_or_wrong_costs(claims: ModuleType) -> None:
    row = claims.load(HERE / "corpus" / "own.jsonl")[0]
    blind = claims.judge(row, [])
    assert (blind.found, blind.false, blind.f1) == (0, 0, 0.0) and blind.missed > 3
