"""Who is cited, in every shape that a sentence gives it: names, offices and people in plain words, papers, asides."""

from __future__ import annotations

import pytest

from tests.extract.claims_table import read

DEAD = "N people killed in Peru"
FORTY = "40 people were killed in Peru"

CLOSING = [
    ("three hospital sources told the radio", "hospital sources"),
    ("Peru's transport ministry said on Tuesday", "Peru's transport ministry"),
    ("the UN humanitarian office reported", "UN humanitarian office"),
    ("the miners' union said", "miners' union"),
    ("the freight firm Mayer+Sohn said", "freight firm Mayer+Sohn"),
    ("villagers said", "villagers"),
    ("a harbour pilot and two residents told a reporter", "harbour pilot and two residents"),
    ("an official of the commission for refugees told reporters", "official of the commission for refugees"),
    ("said the harbour master of Callao", "harbour master"),
    ("a rainfall model suggests", "rainfall model"),
    ("according to the headmaster", "headmaster"),
    ("according to the latest bulletin of the health ministry", "health ministry"),
    ("figures released by the army show", "army"),
    ("Radio Sol reported, quoting a hospital official", "hospital official"),
    ("police said, citing hospital records", "police"),
    ("all told", None),
    ("a number that nobody can check", None),
]


@pytest.mark.parametrize(("words", "source"), CLOSING)
def test_what_closes_a_sentence(words: str, source: str | None) -> None:
    assert _source(f"In Peru {FORTY.removesuffix(' in Peru')}, {words}.") == source


WHOLE = [
    ("The governor thanked the crews and said that 40 people had been killed in Peru.", "governor"),
    ("The trust, which runs two clinics with a staff of thirty, says 40 people were killed in Peru.", "trust"),
    ("The coast guard's bulletin, quoted by Radio Sol, listed 40 people killed in Peru.", "coast guard's bulletin"),
    ("A clerk, quoted by Radio Sol, says that 40 people were killed in Peru.", "clerk"),
    ("Peru has reported 40 people killed, according to the health ministry.", "health ministry"),
    ("The mayor had by then counted 40 people killed in Peru.", "mayor"),
    ("The figure of 40 people killed in Peru came from the Red Cross.", "Red Cross"),
    ('"We have 40 people killed in Peru," the mayor was quoted as saying.', "mayor"),
    ("A Meridian count found that 40 people were killed in Peru.", "Meridian count"),
    ("Ana Lind of the rescue service said 40 people were killed in Peru.", "Ana Lind"),
    ("Lind, the governor, said 40 people were killed in Peru.", "Lind"),
    ("OCHR: 40 people were killed in Peru.", "OCHR"),
    ("Callao: 40 people were killed in Peru.", None),
    ("Organisers said 300 came; 40 people were killed in Peru, police said.", "police"),
    ("The police agency met. In Peru 40 people were killed, the army said.", "army"),
    ("The operator has switched its 300 pumps back on. In Peru 40 people were killed.", None),
    ("The army says Chad plans a raid that killed 40 people in Peru.", "army"),
    ("The death toll of the rains in Peru, said the Red Cross, is 40 people killed.", "Red Cross"),
    ("In Peru 40 people were killed, deaths confirmed in two hospitals.", None),
    ("The army on Tuesday, Jan. 14, put the number of people killed in Peru at 40.", "army"),
    ("The army, for its part, speaks of 40 people killed in Peru.", "army"),
    ("Fishermen, by radio from the bay, denied that 40 people had been killed in Peru.", "Fishermen"),
    ("The mayor went on to say that 40 people had been killed in Peru.", "mayor"),
    ("Harbour modelling seen by Radio Sol projects that 40 people were killed in Peru.", "Harbour modelling"),
    ("A clerk who asked not to be named put the number of people killed in Peru at 40.", "clerk"),
    ("An earlier briefing by Ana Lind spoke of 40 people killed in Peru.", "Ana Lind"),
    ("With state radio giving a toll of 40 people killed in Peru, the town fears the worst.", "state radio"),
    ("In Peru 40 people were killed, said the mayor, Ana Ruiz.", "Ana Ruiz"),
    ("In Peru 40 people were killed, said one of them, Ana Ruiz, 29.", "Ana Ruiz"),
    ("In Peru 40 people were killed, by the count of the health ministry.", "health ministry"),
    ("By Peru's own account 40 people were killed in Peru.", "Peru"),
    ("By some accounts 40 people were killed in Peru.", "accounts"),
    ("A study seen by Radio Sol comes to 40 people killed in Peru.", "study"),
    ("The governor denied a claim by the union that 40 people had been killed in Peru.", "union"),
    ("LIMA, Peru — The rescue service said 40 people were killed in Peru.", "rescue service"),
    ("Analysts expect that 40 people were killed in Peru, says the article.", "Analysts"),
    ("Peru has confirmed 40 people killed in Peru, the Red Cross said.", "Red Cross"),
    ("In Peru 40 people were killed by 2 May (Health Ministry).", "Health Ministry"),
    ("The army counts 31 dead in Chad, while hospital sources spoke of 40 people killed in Peru.", "hospital sources"),
    ("The Interior Ministry in its latest update put the number of people killed in Peru at 40.", "Interior Ministry"),
    ("Ana Ruiz was quoted by Radio Sol as saying 40 people were killed in Peru.", "Ana Ruiz"),
    ("Ana Ruiz, who came on Monday, said 40 people were killed in Peru.", "Ana Ruiz"),
    (
        "The Valley Observatory for Rivers, a monitor based abroad, said 40 people were killed in Peru.",
        "Valley Observatory for Rivers",
    ),
    ("The governor of Orne, Ana Ruiz, said 40 people were killed in Peru.", "Ana Ruiz"),
    ("The ministry's spokesman, Omar al-Tamir, said 40 people were killed in Peru.", "Omar al-Tamir"),
    ("The charity Feed the Valleys said 40 people were killed in Peru.", "charity Feed the Valleys"),
    (
        "The Ministry of Health in its bulletin of 12 May put the number of people killed in Peru at 40.",
        "Ministry of Health",
    ),
    ("The police had given a figure of 40 people killed in Peru.", "police"),
    ("In Peru an estimated 40 people were killed.", None),
    ("Peru once gave 300 for one; in Peru 40 people were killed.", None),
    ("The union had feared that 40 people were killed in Peru.", "union"),
    ("Initial reports suggested that 40 people were killed in Peru.", "Initial reports"),
    ("The opposition disputes the government's figure of 40 people killed in Peru.", "government"),
    ("One of the survivors said 40 people were killed in Peru.", "One of the survivors"),
    ("The mayor: 40 people killed in Peru", "mayor"),
    ("40 people killed in Peru: officials", "officials"),
    ("40 people killed in Peru - police", "police"),
    ("40 people killed in Peru: what is known", None),
    ("Human Rights Watch has documented 40 people killed in Peru.", "Human Rights Watch"),
    ("The mining company has 40 people killed in Peru, it said.", "mining company"),
    ("In Peru 40 people were killed (Operation Dawn).", None),
    ("In Peru 40 people were killed; the mayor, Ana Ruiz, says that 9 pumps broke.", None),
    ("Our May letter says 40 people were killed in Peru.", None),
    ("The storm has claimed 40 lives, and 40 people were killed in Peru.", None),
    ("The rains put 300 out of work, and 40 people were killed in Peru.", None),
    ("The number of people killed in Peru, said to be 40, is not known.", None),
    ("In the first count 40 people were killed in Peru.", None),
    ("With the roads cut, reporting is hard: 40 people were killed in Peru.", None),
]


@pytest.mark.parametrize(("text", "source"), WHOLE)
def test_sources(text: str, source: str | None) -> None:
    assert _source(text) == source


CARRIED = [
    (
        "Peru's disaster agency said 40 people were killed in Peru.\nThe National Disaster Relief Agency sent boats.",
        "National Disaster Relief Agency",
    ),
    (
        "Peru's spy agency said 40 people were killed in Peru.\nThe Central Intelligence Bureau sent boats.",
        "Central Intelligence Bureau",
    ),
    (
        "Peru's spy agency said 40 people were killed in Peru.\nChad's Central Intelligence Bureau sent boats.",
        "Peru's spy agency",
    ),
    (
        "The town's fire service said 40 people were killed in Peru.\nThe National Fire Service sent boats.",
        "town's fire service",
    ),
    ("Villagers said the bridge fell.\nOf these, 40 people were killed in Peru.", "Villagers"),
    ("Villagers said the bridge fell.\nThe total includes 40 people killed in Peru.", "Villagers"),
    ("Villagers said the bridge fell.\nIn Peru 40 people were killed.", None),
    ("Villagers said the bridge fell.\nIt rained.\nOf these, 40 people were killed in Peru.", None),
    ("The coast guard said it was late. In Peru 40 people were killed, it said.", "coast guard"),
    ('Ana Ruiz said it was late. "In our valley in Peru 40 people were killed."', "Ana Ruiz"),
    ('"In our valley in Peru 40 people were killed. It is bad," said Ana Ruiz.', "Ana Ruiz"),
    ("Ana Ruiz said it was late. Near the “old town” in Peru 40 people were killed.", None),
    ("The army said it was late. Another 40 people were killed in Peru.", "army"),
    ("Villagers said the bridge fell.\nSome 40 of the dead were killed in Peru.", None),
    (
        "The clinic spoke. The health ministry disputes that: its own count found 40 people killed in Peru.",
        "health ministry",
    ),
    ("Mayor Ana Ruiz said it was late. The mayor said 40 people were killed in Peru.", "Mayor Ana Ruiz"),
    ("Ana Ruiz, the mayor, said it was late. The mayor said 40 people were killed in Peru.", "Ana Ruiz"),
    ("The trustee Ana Ruiz said it was late. The mayor said 40 people were killed in Peru.", "mayor"),
    ("The health ministry said it was late. The mayor said 40 people were killed in Peru.", "mayor"),
]


@pytest.mark.parametrize(("text", "source"), CARRIED)
def test_what_takes_a_figure_up_keeps_its_source(text: str, source: str | None) -> None:
    assert _source(text) == source


def _source(text: str) -> str | None:
    (claim,) = read(text, DEAD).claims
    return claim.source.removeprefix("the ") if claim.source else None
