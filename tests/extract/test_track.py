"""What a `track:` sentence means, and the messages for one that can't be read."""

from __future__ import annotations

import pytest

from tallywire.extract import TrackError, parse
from tallywire.extract.lexicon import families, triggers
from tallywire.extract.places import gazetteer


@pytest.mark.parametrize(
    ("sentence", "head", "who", "family", "where"),
    [
        ("N Kenyan soldiers deployed to Haiti", "soldiers", "Kenya", "deployed", ["to Haiti"]),
        ("N people killed in Lisbon fires", "people", None, "killed", ["in Lisbon"]),
        ("N deaths in Peru", "people", None, "killed", ["in Peru"]),
        ("N people killed or wounded in Peru", "people", None, "casualties", ["in Peru"]),
        ("N measles cases in Texas", "measles cases", None, "cases", ["in Texas"]),
        ("N drones launched by Iran at Israel", "drones", None, "launched", ["by Iran", "at Israel"]),
        ("N Armenians returned from captivity", "people", "Armenia", "returned", []),
        ("N jobs cut at Nokia", "jobs", None, "cut", ["at Nokia"]),
        ("N people without power in Florida", "people", None, "outage", ["in Florida"]),
        ("N crew members of the Estrella del Sur rescued", "crew members", None, "rescued", ["of Estrella del Sur"]),
        ("N crew of the Ever Given missing", "crew", None, "missing", ["of Ever Given"]),
        ("N employees of Nokia laid off", "employees", None, "cut", ["of Nokia"]),
        ("N tonnes of grain exported from Peru", "tonnes", None, "supplied", ["from Peru"]),
        ("N aid trucks entering Gaza", "aid trucks", None, "supplied", ["in Gaza"]),
    ],
)
def test_the_parts_of_a_sentence(sentence: str, head: str, who: str | None, family: str, where: list[str]) -> None:
    track = parse(sentence)
    assert (track.head, track.who, track.family) == (head, who, family)
    assert [f"{w.preposition} {w.key}" for w in track.where if w.key] == where
    assert not track.warnings


def test_an_unknown_word_is_used_literally_with_a_warning() -> None:
    track = parse("N widgets frobbed in Ohio")
    assert (track.head, track.family) == ("widgets", "frobbed")
    assert "frobbed" in track.warnings[0]


def test_no_word_for_what_happened_is_said_so() -> None:
    assert "every count" in parse("N aftershocks in Nepal").warnings[0]


@pytest.mark.parametrize(
    ("sentence", "policy"),
    [
        ("N Kenyan soldiers deployed to Haiti", "anchored"),
        ("N people killed in Peru", "range"),
        ("N people missing in Peru", "latest"),
        ("N people displaced in Chad", "latest"),
        ("N hostages held in Gaza", "latest"),
        ("N houses destroyed in Peru", "anchored"),
    ],
)
def test_the_family_brings_its_policy(sentence: str, policy: str) -> None:
    assert parse(sentence).policy == policy


@pytest.mark.parametrize(
    ("sentence", "same_as", "key"),
    [
        ("", {}, "track"),
        ("soldiers deployed to Haiti", {}, "track"),
        ("N", {}, "track"),
        ("N in Peru", {}, "track"),
        ("N people killed in Peru", {"soldiers": ["troops"]}, "same as"),
    ],
)
def test_a_sentence_that_cannot_be_read_names_its_key(sentence: str, same_as: dict[str, list[str]], key: str) -> None:
    with pytest.raises(TrackError) as caught:
        parse(sentence, same_as)
    assert caught.value.key == key
    assert len(str(caught.value)) > 20


def test_a_sentence_is_read_back_in_plain_words() -> None:
    said = parse("N Kenyan soldiers deployed to Haiti", {"soldiers": ["troops"]}).describe()
    assert said == (
        "counts soldiers of Kenya; what happened: sent, deployed or arrived; to Haiti (soldiers: also troops)"
    )


def test_every_family_can_be_tracked() -> None:
    """Data that nothing can reach is dead: each family has a policy and words, and names only families that exist."""
    known = families()
    reached = {sense.family for rests in triggers().values() for _, senses in rests for sense in senses}
    for name, family in known.items():
        assert family.policy in {"anchored", "range", "latest"}
        assert family.says
        assert name in reached
        assert family.apart <= known.keys() | {"injured", "restored", "hired"}


def test_parts_of_countries_name_a_whole_that_is_listed() -> None:
    places = gazetteer()
    assert len(places) > 200
    assert all(p.whole in places for p in places.values() if p.whole)
