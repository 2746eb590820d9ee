"""Sentence -> claims, a small table for each phenomenon. The first column is the whole configuration."""

from __future__ import annotations

import pytest

from tests.extract.claims_table import figures, read

Row = tuple[str, str, list[str]]

NUMBERS_AND_BOUNDS: list[Row] = [
    (
        "N people killed in Peru",
        "Peru: at least 40 people were killed in the landslide, officials said.",
        ["40 at_least"],
    ),
    ("N people killed in Peru", "More than 1.5 thousand people have been killed in Peru.", ["1500 over"]),
    ("N people killed in Peru", "Between 30 and 35 people were killed in Peru on Monday.", ["30-35 range"]),
    ("N people killed in Peru", "As many as 60 people may have died in Peru, the ministry said.", ["60 up_to"]),
    ("N people killed in Peru", "The number of people killed in Peru has topped 200.", ["200 over"]),
    ("N people killed in Peru", "A dozen people were killed in Peru.", ["12"]),
    ("N crew members of the Lago Azul rescued", "Nine crew members of the Lago Azul were rescued on Sunday.", ["9"]),
    ("N crew members of the Lago Azul rescued", "Off Lima 14 crew members of a trawler were rescued.", []),
    (
        "N employees of Nokia laid off",
        "Nokia has laid off 400 employees. Sonera laid off 900 employees in May.",
        ["400"],
    ),
    ("N vehicles recalled by Toyota", "Toyota recalled 900 cars. Honda last month recalled 4,500 cars.", ["900"]),
    ("N workers on strike at Boeing", "Some 3,000 machinists at Boeing remained on strike on Friday.", ["3000 about"]),
    ("N arrests in Peru", "Some 170 people were detained in Peru on Sunday.", ["170 about"]),
    ("N people vaccinated against polio in Peru", "In Peru 900 people were vaccinated against measles.", []),
    ("N workers sent to Peru", "The number of Kenyan soldiers sent to Peru rose to 300 on Friday.", []),
    ("N members of Hezbollah killed", "The army killed 20 members of Hezbollah and 3 members of a clan.", ["20"]),
    ("N people killed in Peru", "Some 300 people, 20 per cent of the village, were killed in Peru.", ["300 about"]),
    ("N people killed in Peru", "In Peru 3 people aged 21, 34 and 60 were killed on Route 9 at 8:40 p.m.", ["3"]),
    ("N people killed in Peru", "Nearly 90 people died in Peru.", ["90 nearly"]),
    ("N people killed in Peru", "Fewer than 90 people died in Peru.", ["90 at_most"]),
    ("N people killed in Peru", "Hundreds of people died in Peru.", ["vague"]),
]

BINDING: list[Row] = [
    ("N people killed in Peru", "The quake in Peru killed 18 people and injured 230.", ["18"]),
    ("N people injured in Peru", "The quake in Peru killed 18 people and injured 230.", ["230"]),
    ("N people killed in Peru", "In Peru 18 people were killed and 230 injured.", ["18"]),
    ("N people injured in Peru", "In Peru 18 people were killed and 230 injured.", ["230"]),
    ("N people killed in Peru", "Peru's floods left 18 dead and thousands homeless.", ["18"]),
    ("N people killed in Peru", "The death toll in Peru stands at 18.", ["18"]),
    ("N people killed in Peru", "Deaths in Peru: 18", ["18"]),
    ("N people killed in Peru", "Rescuers in Peru recovered 18 bodies from the mud.", ["18"]),
    ("N people killed in Peru", "The storm claimed 18 lives in Peru.", ["18"]),
    ("N people killed in Peru", "Eighteen people lost their lives when a bus crashed in Peru.", ["18"]),
    ("N people killed in Peru", "Peru rescued 18 people from the river.", []),
    ("N people killed in Peru", "Police in Peru arrested 18 people.", []),
    ("N people killed in Peru", "Eighteen people survived the crash in Peru.", []),
    ("N people missing in Peru", "After the flood in Peru, 41 people remain unaccounted for.", ["41"]),
    ("N houses destroyed in Peru", "The mudslide destroyed 52 houses in Peru and damaged 300 more.", ["52"]),
    ("N houses destroyed in Peru", "In Peru 52 homes were damaged or destroyed.", ["52"]),
    (
        "N drones launched by Iran at Israel",
        "Iran launched 170 drones at Israel and Israel shot down 168 of them.",
        ["170"],
    ),
    ("N drones launched by Iran at Israel", "Israel launched 20 drones at Iran.", []),
    ("N people displaced in Chad", "Fighting in Chad has forced 20,000 people from their homes.", ["20000"]),
    ("N people displaced in Chad", "In Chad, 20,000 people have returned to their villages.", []),
    ("N jobs cut at Nokia", "Nokia will cut up to 14,000 jobs by 2026.", ["14000 up_to planned"]),
    ("N jobs cut at Nokia", "Nokia is to cut 3,000 jobs in Finland.", ["3000 planned"]),
    ("N jobs cut at Nokia", "At Nokia 3,000 jobs are to be cut.", ["3000 planned"]),
    ("N jobs cut at Nokia", "Nokia employs 86,000 people.", []),
    ("N workers laid off by Nokia", "Nokia has laid off 2,000 workers in China.", ["2000"]),
    ("N people displaced in Chad", "Floods drove 20,000 people from their homes in Chad.", ["20000"]),
    ("N people killed in Peru", "Gunmen in Peru killed 4 police officers.", ["4 component"]),
]

ELIDED_AND_RESUMED: list[Row] = [
    (
        "N soldiers killed in Mali",
        "In Mali 400 soldiers were ambushed on Friday. Of these, around 60 were killed.",
        ["60 about"],
    ),
    ("N soldiers wounded in Mali", "In Mali 12 soldiers were killed and another 40 wounded.", ["40"]),
    (
        "N people killed in Peru",
        "The floods in Peru have killed 90 people: 50 in Piura and 40 in Tumbes.",
        ["90", "50 component", "40 component"],
    ),
    (
        "N migrants rescued in Greece",
        "Greece rescued 120 migrants on Monday, 80 on Tuesday and 65 on Wednesday.",
        ["120", "80", "65"],
    ),
    (
        "N buildings destroyed in Peru",
        "Damage reported in Peru:\n- Buildings destroyed: 240\n- Roads closed: 12\n",
        ["240"],
    ),
    ("N children killed in Gaza", "Gaza officials say 60 people died, including 22 children.", ["22"]),
]

POPULATION_AND_PLACE: list[Row] = [
    ("N Turkish soldiers killed in Syria", "Five Turkish soldiers and 30 Syrian fighters were killed in Syria.", ["5"]),
    (
        "N people killed in Turkey earthquake",
        "The earthquake killed 5,000 people in Turkey and 1,800 in Syria.",
        ["5000"],
    ),
    (
        "N people killed in Turkey earthquake",
        "At least 1,800 people died in Syria after the earthquake that struck Turkey.",
        [],
    ),
    ("N measles cases in Ohio", "Ohio has confirmed 30 measles cases; Indiana has reported 8 cases.", ["30"]),
    ("N measles cases in Ohio", "Ohio: 30 measles cases. Nationwide, 900 cases have been reported.", ["30"]),
    (
        "N Israelis killed by Hamas",
        "Hamas fighters killed 1,200 Israelis, while 40,000 Palestinians have been killed since.",
        ["1200"],
    ),
    ("N Turkish soldiers killed in Syria", "Russia lost 5 soldiers in Syria.", []),
    ("N jobs cut at Nokia", "Ericsson has cut 8,500 jobs, more than Nokia did.", []),
]

TOTAL_PART_INCREMENT: list[Row] = [
    (
        "N people killed in Peru",
        "Another 12 people were killed in Peru on Monday, bringing the death toll to 112.",
        ["12 additional", "112"],
    ),
    ("N people killed in Peru", "The toll in Peru rose by 12 to 112.", ["12 additional", "112"]),
    ("N people killed in Peru", "The death toll in Peru rose from 100 to 112.", ["112"]),
    ("N people killed in Peru", "The death toll in Peru is now 112, up from 100.", ["112"]),
    ("N people killed in Peru", "In June alone 60 people were killed in Peru.", ["60 component"]),
    ("N people killed in Peru", "About 30 people a day are being killed in Peru.", []),
    ("N people killed in Peru", "A third of the 90 people on board were killed in Peru.", []),
    ("N people killed in Peru", "The death toll in Peru doubled to 112.", ["112"]),
    ("N people vaccinated in Niger", "Niger vaccinated 40,000 people in the first phase.", ["40000 component"]),
    ("N people killed in Peru", "Of the 112 people killed in Peru, 30 were children.", ["112", "30 component"]),
]

STATUS: list[Row] = [
    ("N troops deployed by France in Mali", "France will deploy 300 troops in Mali.", ["300 planned"]),
    (
        "N troops deployed by France in Mali",
        "France plans to send 300 more troops to Mali.",
        ["300 additional planned"],
    ),
    ("N people killed in Peru", "The death toll in Peru could reach 500, experts said.", ["500 projected"]),
    ("N troops deployed by France in Mali", "France denied that it had deployed 300 troops in Mali.", ["300 denied"]),
    ("N troops deployed by France in Mali", "France has pledged 300 troops for Mali.", ["300 planned"]),
    ("N jobs cut at Nokia", "Analysts expect Nokia to cut 5,000 jobs.", ["5000 projected"]),
]

MORE: list[Row] = [
    ("N people killed in Peru", "The quake in Peru killed twice as many people as the 500 killed in 2007.", []),
    ("N people killed in Peru", "The flood in Peru was deadlier than the 500 deaths of 2007 suggest.", []),
    ("N soldiers killed in Mali", "Mali lost 90 soldiers, about half of the 180 sent north.", []),
    ("N people killed in Peru", "Killed in Peru: 300", ["300"]),
    ("N people killed in Peru", "Peru landslide kills at least 13", ["13 at_least"]),
    ("N people killed in Peru", "Peru landslide leaves 13 dead, 40 injured", ["13"]),
    ("N people killed in Peru", "13 dead, 40 hurt in Peru bus crash", ["13"]),
    (
        "N people killed in Peru",
        "A bus crash in Peru has killed 13 people, among them four children.",
        ["13", "4 component"],
    ),
    ("N people killed in Peru", "Police said the bodies of 13 people had been found in Peru.", ["13"]),
    ("N people killed in Peru", "The government of Peru has confirmed 13 deaths so far.", ["13"]),
    (
        "N people killed in Peru",
        "The confirmed death toll in Peru reached 13 on Tuesday, with 40 more injured.",
        ["13"],
    ),
    ("N people killed in Peru", "In Peru the number of dead has risen to 13 and the number of injured to 40.", ["13"]),
    ("N people killed in Peru", "The deaths of 13 people in Peru were announced on Monday.", ["13"]),
    ("N people killed in Peru", "In Peru, 13 people were shot dead and 4 stabbed.", ["13"]),
    ("N people killed in Peru", "More than half of the 90 people aboard were killed in Peru.", []),
    ("N people killed in Peru", "Peru's toll was revised from 15 to 13.", ["13"]),
    ("N people killed in Peru", "In Peru 13 people were killed, 40 injured and 6 are missing.", ["13"]),
    ("N people injured in Peru", "In Peru 13 people were killed, 40 injured and 6 are missing.", ["40"]),
    ("N people missing in Peru", "In Peru 13 people were killed, 40 injured and 6 are missing.", ["6"]),
    ("N people killed in Peru", "Floods in Peru killed 13, injured 40 and displaced 2,000.", ["13"]),
    ("N people displaced in Peru", "Floods in Peru killed 13, injured 40 and displaced 2,000.", ["2000"]),
    ("N people killed in Peru", "Thirteen people have died in Peru and 40 in Chile.", ["13"]),
    ("N people killed in Peru", "A magnitude 7.1 quake hit Peru, killing 13.", ["13"]),
    ("N people killed in Peru", "No deaths were reported in Peru.", []),
    ("N people killed in Peru", "About 13,000 people marched in Peru against the killing of 5 activists.", ["5"]),
    (
        "N people killed in Peru",
        "The attack in Peru, which killed 13 people and wounded 40, was claimed by a rebel group.",
        ["13"],
    ),
    ("N people killed in Peru", "The UN fears 500 people may have been killed in Peru.", ["500"]),
    ("N Kenyan police officers deployed to Haiti", "Kenya has sent 400 police officers to Haiti.", ["400"]),
    (
        "N Kenyan police officers deployed to Haiti",
        "Kenya's parliament approved the deployment of 1,000 police officers to Haiti.",
        ["1000 planned"],
    ),
    (
        "N Kenyan police officers deployed to Haiti",
        "About 400 Kenyan police officers are currently deployed in Haiti.",
        ["400 about"],
    ),
    ("N Kenyan police officers deployed to Haiti", "Jamaica sent 24 police officers to Haiti.", []),
    (
        "N Kenyan police officers deployed to Haiti",
        "Kenyan President William Ruto said 600 more police officers would go to Haiti.",
        ["600 additional planned"],
    ),
    (
        "N Kenyan police officers deployed to Haiti",
        "Kenya will not send 1,000 police officers to Haiti.",
        ["1000 denied"],
    ),
    (
        "N homes without power in Texas",
        "Some 2.2 million homes and businesses in Texas were without electricity on Tuesday.",
        ["2200000 about"],
    ),
    ("N homes without power in Texas", "Power was restored to 900,000 homes in Texas.", []),
    (
        "N cases of mpox in Congo",
        "Congo has reported 12,300 suspected mpox cases this year, including 500 deaths.",
        ["12300"],
    ),
    ("N hostages held in Gaza", "Hamas still holds 59 hostages in Gaza, 24 of them believed to be alive.", ["59"]),
    (
        "N tanks supplied by Germany to Ukraine",
        "Germany has delivered 18 Leopard tanks to Ukraine and pledged 12 more.",
        ["18", "12 additional planned"],
    ),
    ("N tanks destroyed in Ukraine", "Ukraine's army said it had destroyed 18 Russian tanks.", ["18"]),
    ("N migrants rescued in Italy", "Italy's coast guard pulled 90 migrants from the sea on Monday.", ["90"]),
    ("N schools closed in Nigeria", "Nigeria has shut 47 schools after the attack.", ["47"]),
    (
        "N children vaccinated in Gaza",
        "In the first phase, 187,000 children were vaccinated in Gaza.",
        ["187000 component"],
    ),
    (
        "N people arrested in Turkey protests",
        "Turkey has detained 1,133 people in protests since Wednesday, the interior minister said.",
        ["1133"],
    ),
]

ALL = [*NUMBERS_AND_BOUNDS, *BINDING, *ELIDED_AND_RESUMED, *POPULATION_AND_PLACE, *TOTAL_PART_INCREMENT, *STATUS, *MORE]


@pytest.mark.parametrize(("track", "text", "expected"), ALL, ids=[f"{t[:30]} <- {s[:60]}" for t, s, _ in ALL])
def test_a_sentence_gives_its_claims(track: str, text: str, expected: list[str]) -> None:
    claims = read(text, track).claims
    assert figures(claims) == sorted(expected)
    for claim in claims:
        assert text[claim.start : claim.end] == claim.quote
        assert claim.start <= claim.number_start < claim.number_end <= claim.end
        assert claim.rule
