"""Figures over the shared corpora, where they are at hand: what the layer above needs, and the published measure."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tallywire.extract.quantities import Mention, mentions, quantities

SHARED = Path(__file__).parents[3] / "shared"
CORPUS = SHARED / "corpus"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpora are not here")


def articles() -> list[dict[str, Any]]:
    found = []
    for name in ("seeds", "dprk-dev", "other-dev"):
        for line in (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            article = json.loads(line)
            if "text" not in article:
                article["text"] = (CORPUS / article["file"]).read_text(encoding="utf-8")
            found.append(article)
    return found


def within(text: str, found: list[Mention], quote: str) -> list[Mention]:
    at = text.index(quote)
    return [m for m in found if m.start < at + len(quote) and m.end > at]


def test_claims_have_their_number_and_bound() -> None:
    counts: Counter[str] = Counter()
    for article in articles():
        found = mentions(article["text"])
        for claim in article["claims"]:
            counts["claims"] += 1
            same = [
                m
                for m in within(article["text"], found, claim["quote"])
                if (m.low, m.high) == (claim["low"], claim["high"]) and (m.size or m.low is not None)
            ]
            counts["number"] += bool(same)
            counts["bound"] += any(m.bound in [claim["bound"], *claim.get("alt_bounds", [])] for m in same)
            counts["count"] += any(m.refusal is None or m.unit == "area" for m in same)
    assert counts["number"] >= 0.98 * counts["claims"], counts
    assert counts["bound"] >= 0.97 * counts["claims"], counts
    assert counts["count"] >= 0.98 * counts["claims"], counts


def test_the_published_measure() -> None:
    spec = importlib.util.spec_from_file_location("quantity_score", SHARED / "tools" / "quantity_score.py")
    assert spec and spec.loader
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    entries = json.loads((CORPUS / "newsquant-even.json").read_text(encoding="utf-8"))
    rows = [(entry["text"], scorer.gold(entry), quantities(entry["text"])) for entry in entries]
    result = scorer.score(rows)
    assert result["value"] >= 92, result["value"]
    assert result["bound"] >= 89, result["bound"]
    assert result["head"] >= 86, result["head"]
    assert sum(not gold and bool(found) for _, gold, found in rows) <= 4
