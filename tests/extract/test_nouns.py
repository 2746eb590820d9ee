"""What a number counts."""

from __future__ import annotations

import pytest

from tallywire.extract.inflect import looks_plural, singular
from tallywire.extract.nouns import Noun
from tallywire.extract.quantities import mentions


def noun(text: str) -> Noun | None:
    return mentions(text)[0].noun


HEADS = [
    ("three-thousand East Timorese troops deployed there", "troop", ("east", "timorese")),
    ("300 construction and demining workers came", "worker", ("construction", "demining")),
    ("40 Chilean and North Macedonian sailors came", "sailor", ("chilean", "north", "macedonian")),
    ("23 severely wounded Chilean sailors came", "sailor", ("severely", "wounded", "chilean")),
    ("6 million 152 mm artillery shells came", "shell", ("152", "mm", "artillery")),
    ("50 M-1978 towed guns came", "gun", ("m-1978", "towed")),
    ("200 Kansas National Guard troops came", "troop", ("kansas", "national", "guard")),
    ("12 weapons systems came", "system", ("weapons",)),
    ("3,000 additional sailors came", "sailor", ()),
    ("3,000 more sailors came", "sailor", ()),
    ("4,000 North Macedonians came", "macedonian", ("north",)),
    ("The other 12 people said", "people", ()),
    ("One sailor drowned", "sailor", ()),
    ("one proposal asks for it", "proposal", ()),
    ("300 Chilean dead", "dead", ("chilean",)),
    ("dozens of trucks came", "truck", ()),
    ("hundreds of wounded sailors came", "sailor", ("wounded",)),
    ("a couple of old trucks came", "truck", ("old",)),
    ("100 (one hundred) sailors came", "sailor", ()),
    ("the 72,000-strong workforce", "workforce", ()),
]


@pytest.mark.parametrize(("text", "head", "modifiers"), HEADS)
def test_heads(text: str, head: str, modifiers: tuple[str, ...]) -> None:
    found = noun(text)
    assert found and (found.head, found.modifiers) == (head, modifiers)


@pytest.mark.parametrize(
    ("text", "predicate", "others"),
    [
        ("another 3,000 wounded", ("wounded",), False),
        ("441 remain missing", ("remain", "missing"), False),
        ("2,700 others have left", ("have", "left"), True),
        ("around 4,000 have been killed", ("have", "been", "killed"), False),
        ("9 were found", ("were", "found"), False),
        ("17 in the north", ("in", "the", "north"), False),
    ],
)
def test_left_out(text: str, predicate: tuple[str, ...], others: bool) -> None:
    found = noun(text)
    assert found and found.elided and (found.head, found.predicate, found.others) == (None, predicate, others)


@pytest.mark.parametrize(
    ("text", "head", "of"),
    [
        ("220 units of 170mm towed guns", "unit", "gun"),
        ("1,000 containers of grain", "container", "grain"),
        ("4,000 prisoners of war", "prisoner", "war"),
        ("900 acres of land", "acre", "land"),
        ("900 containers on land", "container", None),
    ],
)
def test_complements(text: str, head: str, of: str | None) -> None:
    found = noun(text)
    assert found and (found.head, found.of_head) == (head, of)


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("2,000 shops, barns and other buildings burned", ("shop", "barn", "building")),
        ("30 men and women came", ("man", "woman")),
        ("30 men and five women came", ("man",)),
        ("30 men and the boats came", ("man",)),
        ("30 shells, and rockets of all kinds", ("shell",)),
    ],
)
def test_coordination(text: str, heads: tuple[str, ...]) -> None:
    found = noun(text)
    assert found and found.heads == heads


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("The death toll rose to 24.", "toll"),
        ("casualties at 4,700", "casualty"),
        ("It put the number of dead at around 600.", "dead"),
        ("The number of cases could top 10,000 by June.", "case"),
        ("Deaths surpassed the 1,000 mark.", "death"),
        ("A force of 10,000 was split.", "force"),
    ],
)
def test_nouns_before(text: str, head: str) -> None:
    found = noun(text)
    assert found and found.before
    assert head in {found.head, found.of_head}


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("3,800 of the 12,000 sailors fled", "sailor"),
        ("54 of 87 drones fell", "drone"),
        ("two of his sons fled", "son"),
        ("175 of them fled", None),
    ],
)
def test_shares(text: str, head: str | None) -> None:
    found = noun(text)
    assert found and found.partitive and found.head == head


def test_hyphens_tie_the_noun() -> None:
    found = noun("a 300-drone attack")
    assert found and found.compound and found.head == "drone"


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("soldiers", "soldier"),
        ("bodies", "body"),
        ("people", "people"),
        ("women", "woman"),
        ("servicemen", "serviceman"),
        ("houses", "house"),
        ("boxes", "box"),
        ("losses", "loss"),
        ("branches", "branch"),
        ("lives", "life"),
        ("troops", "troop"),
        ("personnel", "personnel"),
        ("aircraft", "aircraft"),
        ("buses", "bus"),
        ("crises", "crisis"),
        ("rocket-launchers", "rocket-launcher"),
    ],
)
def test_singular(plural: str, one: str) -> None:
    assert looks_plural(plural)
    assert singular(plural) == one


@pytest.mark.parametrize("word", ["crisis", "dangerous", "loss", "bus", "news", "this", "hamas", "gas"])
def test_not_plural(word: str) -> None:
    assert not looks_plural(word)
    assert singular(word) == word
