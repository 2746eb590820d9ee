"""What increments lie on, and what a report takes back."""

from __future__ import annotations

import pytest

from tests.extract.claims_table import read

TRACK = "N Kenyan soldiers deployed to Haiti"

# sentence, the kinds of its figures in their order
BASES = [
    (
        "About 300 additional Kenyan soldiers went to Haiti. The reinforcements add to 1,000 soldiers deployed to "
        "Haiti in May.",
        ["additional", "total"],
    ),
    (
        "Kenya sent 300 more soldiers to Haiti on top of the 1,000 Kenyan soldiers deployed there.",
        ["additional", "total"],
    ),
    (
        "In addition to about 1,000 Kenyan soldiers deployed to Haiti, 300 more were sent in June.",
        ["total", "additional"],
    ),
    ("Another 300 Kenyan soldiers were deployed to Haiti.", ["additional"]),
    ("An additional 300 Kenyan soldiers were deployed to Haiti in May.", ["additional"]),
    ("A further 300 Kenyan soldiers have been deployed to Haiti.", ["additional"]),
]

CORRECTIONS = [
    (
        "Correction: an earlier version misstated a figure. The army said that 400 Kenyan soldiers were deployed to "
        "Haiti.",
        True,
    ),
    ("The army revised the number of Kenyan soldiers deployed to Haiti to 400.", True),
    ("Correction to our report of May\n\nThe army says that 400 Kenyan soldiers were deployed to Haiti.", True),
    ("The army said that 400 Kenyan soldiers were deployed to Haiti.", False),
    (
        "A correction officer was hurt.\n\nThe army said on Monday that 400 Kenyan soldiers were deployed to Haiti.",
        False,
    ),
    (
        "The talks went on.\n\nA correction officer was hurt.\n\nThe army said that 400 Kenyan soldiers were deployed "
        "to "
        "Haiti.",
        False,
    ),
    ("The army will correct its course. Some 400 Kenyan soldiers were deployed to Haiti.", False),
]


@pytest.mark.parametrize(("text", "kinds"), BASES)
def test_what_others_come_on_top_of_is_a_total(text: str, kinds: list[str]) -> None:
    assert [c.kind for c in read(text, TRACK).claims] == kinds


@pytest.mark.parametrize(("text", "corrects"), CORRECTIONS)
def test_a_correction_is_worded_as_one_here_in_the_title_or_just_before(text: str, corrects: bool) -> None:
    assert [c.correction for c in read(text, TRACK).claims] == [corrects]
