"""Any text: no exception, offsets that hold, and work that does not explode."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tallywire.core.article import Article
from tallywire.core.definition import Definition
from tallywire.extract import Extractor

EXTRACTOR = Extractor(
    [
        Definition(id="dead", track="N people killed in Peru floods", parts=("Piura",), since="2020-01-01"),
        Definition(id="troops", track="N French troops deployed to Mali", figures="add up"),
        Definition(id="raids", track="N rockets fired by Hamas at Israel", figures="one per attack"),
        Definition(id="odd", track="N widgets frobbed in Ohio", same_as={"widgets": ("gizmos",)}),
    ]
)
PIECES = st.sampled_from(
    """300 12,000 two-thousand 3.5 million hundreds of people soldiers troops French Peru Peru's Mali Piura were killed
    dead or wounded and , ; : . ( ) – " the of those them another more sent to in at least up to rose from by toll death
    said according Reuters citing he On 3 May 2024 since 2019 will may not including respectively among $ % - \n \n\n •
    """.split(" ")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=80).map(" ".join), st.sampled_from([None, "2024-06-01", "2024-06-01T10:00:00+00:00"]))
def test_word_salad_never_breaks_it(text: str, published: str | None) -> None:
    _holds(text, published)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_arbitrary_text_never_breaks_it(text: str) -> None:
    _holds(text, None)
    _holds(f"Peru {text} killed 300 people in Peru {text}", "2024-06-01")


def _holds(text: str, published: str | None) -> None:
    extraction = EXTRACTOR.read(Article(text=text, published=published))
    assert (extraction.why is None) == bool(extraction.claims)
    for claim in extraction.claims:
        assert text[claim.start : claim.end] == claim.quote
        assert claim.start <= claim.number_start < claim.number_end <= claim.end
        assert claim.sentence in text
        assert (claim.low is None) == (claim.high is None)
    for number in extraction.numbers:
        assert text[number.start : number.end] == number.text
        assert number.reason


def test_a_sentence_full_of_numbers_takes_steps_in_proportion() -> None:
    """Counted in looks at tokens, not in seconds, so that a slow machine changes nothing."""
    assert _steps(400) < 6 * _steps(100)


def _steps(count: int) -> int:
    import sys

    calls = 0

    def count_calls(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    text = "Peru: " + "killed 5 people, " * count
    sys.setprofile(count_calls)
    try:
        EXTRACTOR.read(Article(text=text))
    finally:
        sys.setprofile(None)
    return calls
