"""What a sentence alone does not say: sources, dates, the time tracked, lists, and claims judged by each other."""

from __future__ import annotations

import pytest

from tallywire.core.definition import Definition
from tests.extract.claims_table import figures, read

PERU = "N people killed in Peru"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The health ministry said 40 people were killed in Peru.", "health ministry"),
        ("At least 40 people were killed in Peru, the Red Cross said on Monday.", "Red Cross"),
        ("According to Amnesty International, 40 people were killed in Peru.", "Amnesty International"),
        ("Forty people were killed in Peru, the BBC reported, citing the Interior Ministry.", "Interior Ministry"),
        ("Ana Quispe, Peru's health minister, said 40 people were killed in Peru.", "Ana Quispe"),
        (
            "Forty people were killed in Peru, said a statement from the Civil Defense Institute.",
            "Civil Defense Institute",
        ),
        ("The National Police (NP) met. Forty people were killed in Peru, the NP said.", "National Police"),
        ("Ana Quispe said the storm was the worst in years. Of those hit in Peru, 40 were killed.", "Ana Quispe"),
        ("Forty people were killed in Peru.", None),
    ],
)
def test_who_is_cited(text: str, source: str | None) -> None:
    (claim,) = read(text, PERU).claims
    assert claim.source == source


@pytest.mark.parametrize(
    ("text", "as_of"),
    [
        ("In March 2025, 40 people were killed in Peru.", "2025-03"),
        ("As of mid-January, 40 people had been killed in Peru.", "2025-01"),
        ("Forty people were killed in Peru in 2019.", "2019"),
        ("Forty people were killed in Peru last year.", "2024"),
        ("Forty people were killed in Peru on 3 May 2025.", "2025-05-03"),
        ("Forty people have been killed in Peru, officials said on June 15.", None),
        ("Forty people have been killed in Peru since February 2022.", None),
        ("Peru may see 40 people killed by August 2025.", None),
    ],
)
def test_the_date_that_a_figure_is_for(text: str, as_of: str | None) -> None:
    (claim,) = read(text, PERU).claims
    assert claim.as_of == as_of


def test_without_a_publication_date_the_latest_date_of_the_text_gives_the_year() -> None:
    text = "On 3 March 2024 talks began. As of late February, 40 people had been killed in Peru."
    (claim,) = read(text, PERU, published=None).claims
    assert claim.as_of == "2024-02"


def test_since_and_until_leave_out_other_times() -> None:
    later = Definition(id="x", track=PERU, since="2025-01-07")
    assert figures(read("In 2018, 85 people were killed in Peru.", later).claims) == []
    assert figures(read("Some 85 people were killed in Peru.", later, published="2018-11-12").claims) == []
    assert figures(read("Some 85 people were killed in Peru.", later).claims) == ["85 about"]


def test_until_leaves_out_what_came_after() -> None:
    earlier = Definition(id="x", track=PERU, until="2020-12-31")
    assert figures(read("In 2024, 85 people were killed in Peru.", earlier).claims) == []
    assert figures(read("In 2019, 85 people were killed in Peru.", earlier).claims) == ["85"]


def test_parts_are_never_the_total() -> None:
    fires = Definition(id="x", track="N people killed in Lisbon fires", parts=("Sintra", "Cascais"))
    text = "The Lisbon fires have killed 25 people: 16 in the Sintra fire, plus another nine in the Cascais fire."
    assert figures(read(text, fires).claims) == ["16 component", "25", "9 component"]


def test_ignored_words_leave_a_figure_alone() -> None:
    police = Definition(id="x", track="N officers killed in Peru", ignore=("retired",))
    assert figures(read("Two retired officers were killed in Peru.", police).claims) == []


def test_same_as_words_are_taken_for_the_tracked_ones() -> None:
    plain = Definition(id="x", track="N widgets frobbed in Ohio")
    taught = Definition(
        id="x", track="N widgets frobbed in Ohio", same_as={"widgets": ("gizmos",), "frobbed": ("zapped",)}
    )
    text = "Workers zapped 40 gizmos in Ohio."
    assert figures(read(text, plain).claims) == []
    assert figures(read(text, taught).claims) == ["40"]


def test_one_per_attack_leaves_sums_and_usual_sizes_alone() -> None:
    raids = Definition(id="x", track="N rockets fired by Hamas at Israel", figures="one per attack")
    text = """Hamas fired 40 rockets at Israel overnight.

Hamas fired 900 rockets at Israel in the past month.

Hamas usually fires 20 rockets at Israel."""
    assert figures(read(text, raids).claims) == ["40"]


def test_rounds_that_add_up_are_increments_and_a_stated_sum_is_the_total() -> None:
    swaps = Definition(id="x", track="N Armenians returned from captivity", figures="add up")
    text = "On Monday 20 Armenians returned from captivity. In total, 95 Armenians have returned from captivity."
    assert figures(read(text, swaps).claims) == ["20 additional", "95"]


def test_a_list_shares_the_event_that_leads_to_it() -> None:
    text = "France has supplied Mali with:\n- 40 trucks\n- 12 helicopters\n"
    assert figures(read(text, "N trucks supplied by France to Mali").claims) == ["40"]


def test_parts_that_add_up_to_a_stated_figure_are_parts() -> None:
    text = "Chile sent 6,000 engineers. It sent 5,000 builders and 1,000 other engineers."
    track = Definition(id="x", track="N engineers sent by Chile", same_as={"engineers": ("builders",)})
    assert figures(read(text, track).claims) == ["1000 component", "5000 component", "6000"]


def test_a_single_case_beside_the_whole_is_no_toll() -> None:
    text = "The storm killed 300 people in Peru. One person died when a wall fell in Peru."
    extraction = read(text, PERU)
    assert figures(extraction.claims) == ["300"]
    assert [s.reason for s in extraction.numbers if s.text == "One"] == ["a single case beside the whole"]


def test_the_same_figure_is_one_claim_that_knows_what_either_mention_says() -> None:
    text = "Peru floods kill 40 people\n\nAbout 40 people were killed in Peru, the Red Cross said."
    (claim,) = read(text, PERU).claims
    assert (claim.bound, claim.source) == ("about", "Red Cross")


def test_an_increment_that_the_text_puts_on_a_base_carries_it() -> None:
    text = "France sent 300 more troops to Mali. They add to the 1,000 French troops already in Mali."
    claims = {c.low: c for c in read(text, "N French troops sent to Mali").claims}
    assert claims[300].kind == "additional"
    assert claims[300].onto == 1000
    assert claims[1000].onto is None


def test_a_revised_figure_says_so() -> None:
    (claim,) = read("Peru's government revised the death toll down to 90.", PERU).claims
    assert claim.correction


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Der Fluss stieg am Montag und die Stadt musste evakuiert werden. " * 6 + "Peru 40", "not English"),
        ("Forty people were killed in Chile.", "no tracked subject"),
        ("Nobody was killed in Peru.", "no numbers"),
        ("Peru exported 40 ships.", "numbers but none bound"),
    ],
)
def test_why_a_text_gives_no_claim(text: str, why: str) -> None:
    extraction = read(text, PERU)
    assert extraction.claims == ()
    assert extraction.why == why


def test_every_number_is_accounted_for() -> None:
    text = "Peru: 40 people were killed at 8:40 p.m. on 3 May; 12 roads are closed."
    seen = {n.text: n for n in read(text, PERU).numbers}
    assert seen["40"].verdict == "taken"
    assert seen["40"].estimate == "x"
    assert seen["12"].verdict == "ignored"
    assert all(n.reason for n in seen.values())
    assert all(text[n.start : n.end] == n.text for n in seen.values())
