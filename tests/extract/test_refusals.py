"""Each number that is no plain count names its reason; its neighbours in like wording stay counts."""

from __future__ import annotations

import pytest

from tallywire.extract.quantities import mentions
from tallywire.extract.refusals import REASONS

CASES = [
    ("It began on May 16 in the north.", "16", "date"),
    ("It began on 7 February in the north.", "7", "date"),
    ("It began on Sept. 2 in the north.", "2", "date"),
    ("Between October 8 and 13 it rained.", "13", "date"),
    ("It rained on 13-14 January.", "13", "date"),
    ("On May 16, 300 soldiers left.", "300", None),
    ("They may 16 times refuse.", "16", "multiplier"),
    ("It began in 2019.", "2019", "year"),
    ("The 2019 summit failed.", "2019", "year"),
    ("In 2000 the state had an army.", "2000", "year"),
    ("The survey of 2017 was bleak.", "2017", "year"),
    ("In the 1990s it rained.", "1990", "year"),
    ("The 1950-53 war ended.", "53", "year"),
    ("Between 2014 and 2017 it rained.", "2014", "year"),
    ("Some 2000 soldiers left.", "2000", None),
    ("They sent 1500 soldiers.", "1500", None),
    ("They sent a total of 2000 soldiers.", "2000", None),
    ("It rang at 8:49 in the north.", "8:49", "clock time"),
    ("It rang at 9 a.m. on Monday.", "9", "clock time"),
    ("It rang at 10.45pm on Monday.", "10.45", "clock time"),
    ("Rosa Lind, 66, left.", "66", "age"),
    ("A 45-year-old man left.", "45", "age"),
    ("He died aged 81.", "81", "age"),
    ("Ages ranging from 26 to 59 were seen.", "59", "age"),
    ("It cost $3.2bn in all.", "3.2bn", "money"),
    ("It cost Rs 20 crore in all.", "20 crore", "money"),
    ("It cost one billion dollars in all.", "one billion", "money"),
    ("It fell 4% in all.", "4", "percent"),
    ("It fell by 19 per cent.", "19", "percent"),
    ("They fired 170mm guns all day.", "170", "calibre"),
    ("They fired 152 mm shells all day.", "152", "calibre"),
    ("The M-1978 was fired.", "M-1978", "model name"),
    ("The Kh-59 was fired.", "Kh-59", "model name"),
    ("The 5G net is slow.", "5", "model name"),
    ("Under Resolution 1718 it was banned.", "1718", "label"),
    ("They blocked Route 66 at night.", "66", "label"),
    ("A quake of magnitude 7.7 struck.", "7.7", "label"),
    ("In phase two they stopped.", "two", "label"),
    ("In phase two soldiers left.", "two", None),
    ("The 528th Regiment left.", "528th", "ordinal"),
    ("A third wave came.", "third", "ordinal"),
    ("They sell the iPhone 14 cheaply.", "14", "name"),
    ("The firm is in the Fortune 100 now.", "100", "name"),
    ("He lives at 575 Wilton Road with two dogs.", "575", "address"),
    ("Call 202-555-0143 now.", "555", "phone number"),
    ("They left after six months of delay.", "six", "duration"),
    ("It is 120 days old.", "120", "age"),
    ("They walked 50 miles home.", "50", "length"),
    ("It burned 700 acres of wood.", "700", "area"),
    ("They got 300 grams of soap.", "300", "weight"),
    ("Gusts of 99 mph struck.", "99", "speed"),
    ("It was nearly three times as big.", "three", "multiplier"),
    ("It grew 12-fold.", "12", "multiplier"),
    ("About two-thirds of the men left.", "two-thirds", "fraction"),
    ("One in five men left.", "One in five", "ratio"),
    ("There is one cook per 30 men.", "30", "ratio"),
    ("They make 2,700 drones a month.", "2,700", "rate"),
    ("They made 2,700 drones last month.", "2,700", None),
    ("They made 2.8 million shells annually.", "2.8 million", "rate"),
    ("It is just 100,000 below that.", "100,000", "difference"),
    ("It is 24 more than on Saturday.", "24", "difference"),
    ("There are 24 more men.", "24", None),
    ("A swap of 500 for 500 was agreed.", "500", "exchange"),
    ("They won 3-2 at home.", "3", "score"),
    ("No one left.", "one", "pronoun"),
    ("It is one of the best.", "one", "pronoun"),
    ("It is a one-off deal.", "one", "pronoun"),
    ("One soldier left.", "One", None),
    ("Four were hurt and one killed.", "one", None),
    ("2 min read", "2", "duration"),
    ("14 comments", "14", "furniture"),
]


@pytest.mark.parametrize(("text", "surface", "reason"), CASES)
def test_reasons(text: str, surface: str, reason: str | None) -> None:
    found = {text[m.start : m.end]: m.refusal for m in mentions(text)}
    assert found.get(surface, "not found") == reason


def test_every_reason_has_plain_words() -> None:
    assert {reason for _, _, reason in CASES if reason} <= set(REASONS)
    assert all(REASONS.values())
