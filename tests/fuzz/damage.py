"""Bytes to throw at parsers: whole samples cut, spliced, repeated, nested and sprinkled with what parsers trip over."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

LONGEST = 200_000  # bytes: what is bigger costs time and finds nothing new
# Numbers at the edges of types, marks of encodings, characters that hide, turn the line round or end it.
ODD = [
    *(
        b"\x00",
        b"\xff",
        b"\xfe\xff",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x1b[31m",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\t",
        b"\x85",
    ),
    *(c.encode("utf-8", "surrogatepass") for c in "\u202e\u2066\u200b\u00ad\u0301\u2028\ufffd\ufeff\ud800\U0001f1fa"),
    *("١٢٣".encode(), "１２，０００".encode(), "²³".encode(), "½".encode(), "Ⅷ".encode(), "İ".encode(), "ﬃ".encode()),
    *(b"-1", b"0", b"-0.0", b"1e999", b"NaN", b"9" * 40, b"9" * 1_001, b"0x41", b"1_000", b"2025-02-30", b"0000-00-00"),
    *(b"99999-01-01", b"10000-12-31T24:00:00Z", b"2025-03-27T08:49:00+99:99", b"31 June 2025", b"1 Jan 0001"),
    *(b"${", b"${X}", b"%s", b"{0}", b"\\", b"'", b'"', b"<", b">", b"&", b"&#0;", b"&#xD800;", b"&#x110000;", b"]]>"),
]


@st.composite
def damaged(draw: st.DrawFn, wholes: Sequence[bytes], tokens: Sequence[bytes] = ()) -> bytes:
    """One of the samples, whole or with up to eight kinds of damage done to it."""
    data = draw(st.sampled_from(wholes))
    for _ in range(draw(st.integers(0, 8))):
        data = _one_damage(draw, data, wholes, [*ODD, *tokens])[:LONGEST]
    return data


def _one_damage(draw: st.DrawFn, data: bytes, wholes: Sequence[bytes], odd: Sequence[bytes]) -> bytes:
    way = draw(st.sampled_from(("insert", "insert", "delete", "flip", "repeat", "move", "splice", "cut", "noise")))
    start = draw(st.integers(0, len(data)))
    end = min(len(data), start + draw(st.integers(0, 300)))
    if way == "insert":
        return data[:start] + draw(st.sampled_from(odd)) + data[start:]
    if way == "delete":
        return data[:start] + data[end:]
    if way == "flip" and start < len(data):
        return data[:start] + bytes([data[start] ^ draw(st.integers(1, 255))]) + data[start + 1 :]
    if way == "repeat":  # a tag or bracket repeated is nesting
        return data[:start] + data[start:end] * draw(st.sampled_from((2, 3, 50, 500))) + data[end:]
    if way == "move":
        rest, to = data[:start] + data[end:], draw(st.integers(0, len(data)))
        return rest[:to] + data[start:end] + rest[to:]
    if way == "splice":
        other = draw(st.sampled_from(wholes))
        return data[:start] + other[draw(st.integers(0, len(other))) :]
    if way == "cut":
        return data[:start]
    return data[:start] + draw(st.binary(max_size=30)) + data[end:]


def soup(pieces: Sequence[bytes], most: int = 60) -> st.SearchStrategy[bytes]:
    """Pieces in any order."""
    return st.lists(st.sampled_from(pieces), max_size=most).map(b"".join)


TEXT = st.text(st.characters(exclude_categories=()), max_size=200).map(
    lambda text: text.encode("utf-8", "surrogatepass")
)
