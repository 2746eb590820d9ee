"""Bytes to characters, and characters to figures that read as figures."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallywire import read
from tallywire.read import encoding
from tallywire.read import text as texts

ENGLISH = (
    "The ministry’s “count” – 3,000 soldiers at the café – was denied. Nobody else had counted them so far.\n\nThe end."
)
RUSSIAN = (
    "Министерство сообщило, что на границу прибыли 3 000 военнослужащих. Ещё 11 000 находятся там с осени.\n\nКонец."
)


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "windows-1252", "no-such-charset"])
def test_english_in_every_encoding_under_any_label(charset: str, declared: str | None) -> None:
    data = ENGLISH.encode(charset)
    assert encoding.decode(data, declared) == ENGLISH


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1251", "koi8-r"])
@pytest.mark.parametrize("declared", [None, "right", "iso-8859-1", "utf-8"])
def test_russian_in_every_encoding_under_any_label(charset: str, declared: str | None) -> None:
    label = charset if declared == "right" else declared
    assert encoding.decode((RUSSIAN * 3).encode(charset), label) == RUSSIAN * 3


@pytest.mark.parametrize("charset", ["gb18030", "shift_jis", "euc_kr", "big5"])
def test_labels_of_the_east_are_believed(charset: str) -> None:
    text = {"shift_jis": "兵士三千人が到着した。", "euc_kr": "병사 3,000명이 도착했다."}.get(
        charset, "三千名士兵已经到达" if charset == "gb18030" else "三千名士兵已經到達"
    )
    assert encoding.decode(text.encode(charset), charset) == text


def test_broken_utf8_keeps_the_rest() -> None:
    data = ("– 3,000 “soldiers” – and 11,000 “more” –" * 5).encode()[:-1]
    text = encoding.decode(data)
    assert text.count("3,000 “soldiers” –") == 5
    assert "â" not in text


def test_html_label_lies() -> None:
    page = f"<html><head><meta charset=utf-8><title>A title of four words</title><body><p>{ENGLISH}</p></body></html>"
    (article,) = read.read(page.encode("cp1252"), "a.html")
    assert "The ministry’s “count” – 3,000 soldiers at the café" in article.text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("1\u200b1,000 soldiers", "11,000 soldiers"),
        ("11\u00a0000 soldiers", "11 000 soldiers"),
        ("11\u2009000 soldiers", "11 000 soldiers"),
        ("11\u202f000 soldiers", "11 000 soldiers"),
        ("１１，０００ soldiers", "11,000 soldiers"),
        ("١١٬٠٠٠ soldiers", "11,000 soldiers"),
        ("١١٫٥ thousand", "11.5 thousand"),
        ("११,००० soldiers", "11,000 soldiers"),
        ("3,000\u202e soldiers\u2066", "3,000 soldiers"),
        ("sol\u00addiers", "soldiers"),
        ("3,\x00000 \ud800soldiers\ufeff", "3,000 soldiers"),
        ("one\r\ntwo\rthree\x0bfour\u2028five\u2029six", "one\ntwo\nthree\nfour\nfive\n\nsix"),
        ("“quotes” ‘stay’ – as — they… are", "“quotes” ‘stay’ – as — they… are"),
        ("\x93Latin-1\x94 \x96 really", "“Latin-1” – really"),
        ("km² and 11,000³", "km² and 11,000³"),
        ("a  b \t c\n\n\n\nd ", "a b c\n\nd"),
    ],
)
def test_characters(raw: str, shown: str) -> None:
    assert texts.clean(raw) == shown


@given(st.text())
def test_clean_is_stable_and_leaves_nothing_invisible(raw: str) -> None:
    cleaned = texts.clean(raw)
    assert texts.clean(cleaned) == cleaned
    assert not set(cleaned) & set("\x00\r\t\u00a0\u00ad\u200b\u200e\u202e\u2009\ufeff")
    cleaned.encode()  # no surrogate is left


@given(st.text(st.characters(codec="cp1252", exclude_categories=("Cc", "Cf", "Zs")), min_size=1))
def test_clean_keeps_every_visible_western_character(raw: str) -> None:
    assert texts.clean(raw) == raw


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "cp1251", "utf-7", "rot13", "x" * 50, "\udcff"]))
def test_decode_answers_or_rejects(data: bytes, declared: str | None) -> None:
    try:
        text = encoding.decode(data, declared)
    except read.Rejected as refusal:
        assert refusal.reason == "binary"
    else:
        texts.clean(text).encode()


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_a_mark_alone_is_an_empty_file(mark: bytes) -> None:
    with pytest.raises(read.Rejected) as caught:
        read.read(mark, "a.txt")
    assert caught.value.reason in ("empty", "no text")
