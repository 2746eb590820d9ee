"""Targets of the extractor: texts from a grammar and hostile ones, and the `track:` sentence."""

from __future__ import annotations

import re
import time
import zlib
from itertools import pairwise
from pathlib import Path

from hypothesis import strategies as st

from tallywire.config import load_estimates
from tallywire.core.article import Article
from tallywire.core.claim import claim_id
from tallywire.core.definition import Definition
from tallywire.eventstore.codec import canonical
from tallywire.extract import Extraction, Extractor
from tallywire.extract.lexicon import triggers
from tallywire.extract.places import names
from tallywire.extract.track import TrackError, parse
from tallywire.recording import claim_fields
from tests.flow import texts as articles
from tests.fuzz.damage import TEXT, damaged
from tests.fuzz.target import Target
from tests.read import samples

_EXAMPLE = Path(__file__).parents[2] / "config" / "estimates.yaml"
DEFINITIONS = [
    *load_estimates(_EXAMPLE),
    Definition(id="dead", track="N people killed in Peru floods", parts=("Piura",), since="2020-01-01"),
    Definition(id="troops", track="N French troops deployed to Mali", figures="add up", until="2025-06-30"),
    Definition(id="raids", track="N rockets fired by Hamas at Israel", figures="one per attack"),
    Definition(id="sent", track="N Kenyan soldiers deployed to Haiti", same_as={"soldiers": ("troops", "personnel")}),
    Definition(id="odd", track="N widgets frobbed in Ohio", same_as={"widgets": ("gizmos",)}, ignore=("toy widgets",)),
    Definition(id="area", track="N acres burned in Los Angeles fires"),
    Definition(id="money", track="N dollars pledged to Sudan", inside="odd"),
]
EXTRACTOR = Extractor(DEFINITIONS)

_NUMBERS = """300 12,000 12.000 3.5 1,2,3 0 00 007 two-thousand twenty-one three a dozen dozens hundreds thousands of
 tens of thousands half a million 1.2 million 3m 5bn 10-15 10–15,000 between 300 and 400 from 300 to 400 2,000-strong
 one-third 40% 12th 3rd II 240mm 8:49 2024 2024-25 May 3, 2024 3 May since 2019 $3 million €5 -5 +7 ~300 >300 <300 ≥5
 1/2 ½ 3½ 1e9 99999999999999999999 12 000 12'000 300th 300s 300-plus 300+ (300) [300] N zero no none both""".split(" ")
_WORDS = """people soldiers troops French Kenyan North Korean Russians Peru Peru's Mali Piura Haiti Russia the a an of
 were was have been are will may could not never no dead or wounded and , ; : . ... ( ) – — - ' " “ ” ’ \n \n\n • *
 those them they it its who that which another more additional further on top of including included respectively among
 total altogether so far at least up to more than fewer than about nearly almost some over under rose from by to in toll
 death said says according to Reuters citing he she officials ministry General Staff denied plans planned planning
 expected correction: corrected earlier had previously instead On yesterday last week in January % acres dollars per day
 each  e.g. U.S. Mr. No. vs. Jan. a.m.""".split(" ")
_TRIGGERS = sorted(" ".join((first, *rest)) for first, rests in triggers().items() for rest, _ in rests)
_PLACES = sorted(" ".join((first, *rest)) for first, rests in names().items() for rest, _, _ in rests)
_TEXTS = [t.encode() for t in (articles.FIRST, articles.AGAIN, articles.KILLED, articles.SUDAN, samples.text())]
_TRACKS = [definition.track.encode() for definition in DEFINITIONS]
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?(/\d{4}(-\d{2}(-\d{2})?)?)?")


def sentences(most: int = 80) -> st.SearchStrategy[bytes]:
    """Words that the extractor looks for, in any order."""
    word = st.one_of(*(st.sampled_from(words) for words in (_NUMBERS, _WORDS, _WORDS, _TRIGGERS, _PLACES)))
    return st.lists(word | st.text(max_size=6), max_size=most).map(
        lambda words: " ".join(words).encode("utf-8", "replace")
    )


def holds(data: bytes) -> None:
    """Quotes stand where they say, in order, storable, and the same when read again."""
    article = Article(text=data.decode("utf-8", "replace"), published=_published(data))
    found = EXTRACTOR.read(article)
    assert (found.why is None) == bool(found.claims)
    order = [(claim.number_start, claim.estimate) for claim in found.claims]
    assert order == sorted(order)
    ids = [claim_id("article", claim) for claim in found.claims]
    assert len(set(ids)) == len(ids), "two claims with one id"
    _claims_hold(article.text, found)
    _numbers_hold(article.text, found)
    assert EXTRACTOR.read(article) == found, "read again, it claims something else"


def _published(data: bytes) -> str | None:
    return (None, "2024-06-01", "2025-01-15T10:00:00+00:00", "0001-01-01", "9999-12-31")[zlib.crc32(data) % 5]


def _claims_hold(text: str, found: Extraction) -> None:
    for claim in found.claims:
        assert text[claim.start : claim.end] == claim.quote
        assert claim.start <= claim.number_start < claim.number_end <= claim.end
        assert claim.sentence in text
        assert (claim.low is None) == (claim.high is None)
        assert claim.low is None or claim.high is None or 0 <= claim.low <= claim.high < float("inf"), claim
        assert claim.as_of is None or _DAY.fullmatch(claim.as_of), claim.as_of
        canonical(claim_fields(claim))


def _numbers_hold(text: str, found: Extraction) -> None:
    assert all(one.start < two.start for one, two in pairwise(found.numbers))
    for number in found.numbers:
        assert text[number.start : number.end] == number.text and number.reason
        assert number.sentence_start <= number.start < number.end <= number.sentence_end


def growth(data: bytes) -> float:
    """What eight times the text costs, over eight times what it costs; the shorter one has 5,000 characters."""
    text = data.decode("utf-8", "replace") or "300 killed in Peru. "
    once = (text * (5_000 // len(text) + 1))[:5_000]
    return _seconds(once * 8) / (8 * max(_seconds(once), 1e-4))


def _seconds(text: str) -> float:
    started = time.process_time()
    EXTRACTOR.read(Article(text=text, published="2024-06-01"))
    return time.process_time() - started


def tracks(data: bytes) -> None:
    """A sentence is read, or refused in one line that says what to write; what is read can be looked for."""
    sentence = " ".join(data.decode("utf-8", "replace").split())
    try:
        track = parse(sentence)
    except TrackError as error:
        assert str(error) and error.key in ("track", "same as")
        return
    assert track == parse(sentence)
    if zlib.crc32(data) % 8 == 0:  # making an extractor ready takes far longer than reading the sentence
        text = f"About 300 {sentence.removeprefix('N')} today."
        Extractor([Definition(id="x", track=sentence)]).read(Article(text=text))


TARGETS = (
    Target("extract", sentences() | damaged(_TEXTS) | TEXT, holds, growth),
    Target("track", damaged(_TRACKS) | sentences(12).map(lambda data: b"N " + data), tracks),
)
