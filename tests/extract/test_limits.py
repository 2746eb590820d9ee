"""What is looked at of one article has a limit, and what lies beyond it is said, not passed over."""

from __future__ import annotations

import pytest

from tallywire.core.article import Article
from tallywire.core.definition import Definition
from tallywire.extract import Extractor, document

EXTRACTOR = Extractor([Definition("boats", "N boats sunk in Norway")])
LEAD = "The coast guard said that 12 boats were sunk in Norway in the storm of the week. "
MORE = "In Norway the storm also took 7 sheds and 3 piers, and 40 boats were towed in that week. "
LAST = "Later 15 boats were sunk in Norway, the coast guard said. "


def read(text: str) -> tuple[list[float | None], list[str], str | None]:
    """The figures claimed, the reasons given for what is not a number of its own, and what was not looked at."""
    found = EXTRACTOR.read(Article(text))
    rest = [n.reason for n in found.numbers if n.text == "(the rest)"]
    return [c.low for c in found.claims], rest, found.unread


@pytest.mark.parametrize("limit", ["NUMBERS", "CHARACTERS"])
def test_the_rest_of_a_long_article_is_not_looked_at_and_said(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = LEAD + MORE * 20 + LAST
    assert read(text) == ([12, 15], [], None)
    monkeypatch.setattr(document, limit, {"NUMBERS": 30, "CHARACTERS": 900}[limit])
    claims, rest, unread = read(text)
    assert claims == [12]
    assert rest == [unread] and "it was not looked at" in (unread or "")


def test_what_is_looked_at_is_claimed_as_in_a_short_article(monkeypatch: pytest.MonkeyPatch) -> None:
    text = LEAD + MORE * 20 + LAST
    within = EXTRACTOR.read(Article(text)).claims
    monkeypatch.setattr(document, "NUMBERS", 62)  # 1 + 20 * 3 + 1
    assert EXTRACTOR.read(Article(text + MORE * 50)).claims == within


def test_an_article_without_a_claim_says_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "NUMBERS", 30)
    why = EXTRACTOR.read(Article(MORE * 20)).why or ""
    assert why.startswith("numbers but none bound; ") and "it was not looked at" in why


def test_dense_text_as_long_as_files_may_be_is_read_in_bounded_work() -> None:
    found = EXTRACTOR.read(Article(LEAD * (2_000_000 // len(LEAD))))
    assert found.claims and found.unread
    assert len(found.numbers) <= document.NUMBERS + 50  # the sentence that reaches the limit is read to its end
