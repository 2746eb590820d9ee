"""Who is cited where no list knows the office: the words before and after a verb of saying."""

from __future__ import annotations

import pytest

from tallywire.core.article import Article
from tallywire.core.definition import Definition
from tallywire.extract import Extractor

EXTRACTOR = Extractor([Definition("x", "N doctors on strike in Kenya")])


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("In Kenya 400 doctors are on strike, the poll firm Ask+Tell said on Friday.", "poll firm Ask+Tell"),
        ("In Kenya 400 doctors are on strike, two ward sisters told this paper.", "two ward sisters"),
        ("In Kenya 400 doctors are on strike, porters found on their rounds.", "porters"),
        ("In Kenya 400 doctors are on strike, the state's medical reserve said.", "state's medical reserve"),
        ("In Kenya 400 doctors are on strike, said the strike headquarters.", "strike headquarters"),
        ("In Kenya 400 doctors are on strike, according to the matron; nurses are not.", "matron"),
        ("The Orne League, which keeps a tally of its own, thinks 400 doctors are on strike in Kenya.", "Orne League"),
        ("In Kenya 400 doctors are on strike, the porters said. In Kenya 90 more are on strike, it said.", "porters"),
        # No subject that could be cited.
        ("In Kenya 400 doctors are on strike, as all are told.", None),
        ("In Kenya 400 doctors are on strike, which an article reported.", None),
        ("Fires closed the wards; in Kenya 400 doctors are on strike.", None),
        ("While nurses work on, in Kenya 400 doctors are on strike.", None),
    ],
)
def test_sources_by_where_they_stand(text: str, source: str | None) -> None:
    found = EXTRACTOR.read(Article(text, published="2025-06-20")).claims
    assert found and all(claim.source == source for claim in found), [c.source for c in found]
