"""Charts in every script: what the font has is drawn, what it has not is called by a plain name; never a box."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallywire.deliver import chart, lettering
from tests.deliver.test_deliver_golden import PICTURE


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("São Tomé, Erdoğan, Łódź – “1,000 → 2,000…”", "São Tomé, Erdoğan, Łódź – “1,000 → 2,000…”"),
        ("Міністерство оборони", "Міністерство оборони"),
        ("Ελλάδα", "Ελλάδα"),
        ("وزارة الدفاع", "وزارة الدفاع"),
        ("משרד הביטחון", "משרד הביטחון"),
        ("e\u0301te\u0301", "été"),
        ("Vie\u0323\u0302t Nam", "Việt Nam"),
        ("国防部", "source 1"),
        ("국방부", "source 1"),
        ("रक्षा मंत्रालय", "source 1"),
        ("Ministry (国防部)", "source 1"),
        ("a\u202eb", "source 1"),
        ("\ufffftail", "source 1"),
        ("", "source 1"),
        ("  two\n lines ", "two lines"),
    ],
)
def test_what_the_font_has_not_gets_a_plain_name(text: str, drawn: str) -> None:
    assert lettering.drawable(text, "source 1") == drawn


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12))
def test_no_letter_is_ever_drawn_as_a_box(text: str) -> None:
    box = bytes(lettering.font(16).getmask("\uffff"))
    for ch in lettering.drawable(text, "source 1"):
        assert bytes(lettering.font(16).getmask(ch)) != box


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=80), st.integers(20, 400))
def test_names_are_cut_to_their_room(text: str, room: int) -> None:
    name = lettering.drawable(text, "source 1")
    assert lettering.width(lettering.fitted(name, room, 12), 12) <= room
    assert lettering.fitted(name, 10_000, 12) == name


def letters(monkeypatch: pytest.MonkeyPatch, picture: chart.Picture) -> list[str]:
    """Every text that is drawn."""
    from PIL import ImageDraw

    drawn: list[str] = []
    original = ImageDraw.ImageDraw.text

    def text(self: ImageDraw.ImageDraw, xy: tuple[float, float], text: str, **more: object) -> None:
        drawn.append(text)
        original(self, xy, text, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    assert chart.draw(picture).startswith(b"\x89PNG")
    return drawn


def test_a_title_in_another_script_gives_way_to_the_id(monkeypatch: pytest.MonkeyPatch) -> None:
    voices = ("国防部", "وزارة الدفاع", None)
    dots = tuple(replace(dot, originator=voice) for dot, voice in zip(PICTURE.dots, voices, strict=True))
    drawn = letters(monkeypatch, replace(PICTURE, title="洪水で避難した人々", dots=dots))
    assert drawn[0] == "floods.displaced"
    assert drawn[-3:] == ["source 1", "وزارة الدفاع", "nobody named"]
    assert "12,000 → 15,000" in drawn


def test_a_cyrillic_title_is_drawn_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert letters(monkeypatch, replace(PICTURE, title="Загиблі солдати"))[0] == "Загиблі солдати"


def test_the_font_comes_with_its_licence() -> None:
    folder = lettering._FONT.parent
    assert "Bitstream" in (folder / "LICENSE").read_text() and "Tavmjong Bah" in (folder / "LICENSE").read_text()
