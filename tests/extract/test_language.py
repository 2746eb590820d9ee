"""What counts as English: pages of lists and tables have little running text, and their figures must not be lost."""

from __future__ import annotations

import pytest

from tallywire.extract.language import is_english

ROWS = "\n".join(f"Canyon fire no. {n}, structures destroyed | {n * 1200:,}" for n in range(1, 15))
SENTENCE = "The county published new totals on Sunday."


@pytest.mark.parametrize(
    "text",
    [
        f"Fires in Los Angeles\n\n{SENTENCE}\n\n- 12,300 structures destroyed in Los Angeles fires\n\n{ROWS}",
        "Los Angeles fires, total | 12,300\n" * 14,  # "los" is a word of another language, and a name here
        "São Tomé | 40 houses | 12 roads\nNew York | 50 houses | 14 roads\nLondon | 9 houses | 2 roads\n" * 5,
        "Few words: 40 dead.",
    ],
)
def test_lists_and_tables_are_english_unless_something_speaks_for_another_language(text: str) -> None:
    assert is_english(text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "Der Fluss stieg in der Nacht und die Stadt musste geräumt werden. " * 6,
        "Mto ulifurika usiku kucha huku nyumba nyingi zikiharibiwa vibaya kabisa leo asubuhi. " * 5,  # by its sentences
        "- 40 Häuser sind zerstört\n- 30 Straßen wurden gesperrt\n- 12 Brücken nicht mehr befahrbar\n" * 5,
        "Evler yıkıldı | 40\nYollar kapalı | 12\nKöprüler çöktü | 9\nŞehirler boşaltıldı | 3\n" * 6,
        "Разрушено домов | 40\nЗакрыто дорог | 12\n" * 10,
        "- 40 casas destruidas según una fuente\n- 12 caminos cerrados desde ayer hasta hoy\n" * 5,
    ],
)
def test_another_language_speaks_by_sentences_words_marks_or_script(text: str) -> None:
    assert not is_english(text.lower())
