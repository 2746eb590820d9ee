"""Real articles, where they are at hand: dates as an analyst reads them, and every quote that evidence rests on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tallywire import read

SHARED = Path(__file__).parents[3] / "shared"
GOLD = SHARED / "corpus" / "seeds.jsonl"
ROWS = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()] if GOLD.exists() else []

pytestmark = pytest.mark.skipif(not ROWS, reason="../shared is not there")


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1252"])
def test_date_and_quotes(row: dict[str, object], charset: str) -> None:
    path = GOLD.parent / str(row["file"])
    (article,) = read.read(path.read_text("utf-8").encode(charset), path.name)
    assert article.published == row["published"]
    assert article.published_from == ("header" if row["published"] else "none")
    claims = row["claims"]
    assert isinstance(claims, list) and claims
    for claim in claims:
        assert claim["quote"] in article.text
    for furniture in ("You've reached the end", "Leave a Comment", "You may also like", "Story continues below"):
        assert furniture not in article.text
    assert article.title is None or article.text.count(article.title) == 1
