"""Text, Markdown and JSON: title, date, outlet, and what is left of the text."""

from __future__ import annotations

import json

import pytest
import samples

from tallywire import read
from tallywire.core.article import Article


def one(text: str | bytes, name: str = "a.txt") -> Article:
    (article,) = read.read(text.encode() if isinstance(text, str) else text, name)
    return article


BODY = "The ministry said that 3,000 soldiers had arrived by rail. They are to be trained in the east."


def test_title_and_the_earlier_of_two_header_dates() -> None:
    article = one(f"May 9, 2024, 8:49 AM\nMay 7, 2024, 12:00 AM\n\nThree brigades move east\n\n{BODY}\n")
    assert article.title == "Three brigades move east"
    assert (article.published, article.published_from) == ("2024-05-07", "header")
    assert article.text == f"Three brigades move east\n\n{BODY}"


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Published: 12 March 2025", "2025-03-12"),
        ("Updated 14 March 2025, published 12 March 2025", "2025-03-12"),
        ("Last updated on March 14, 2025", "2025-03-14"),
        ("March 27, 2025 | The Harbour Post", "2025-03-27"),
        ("By Ann Example | March 27, 2025 · 3 min read", "2025-03-27"),
        ("Posted on Thursday, 27 March 2025 at 08:49", "2025-03-27"),
        ("2025-03-27T08:49:00+02:00", "2025-03-27T08:49:00+02:00"),
        ("March 27, 2025 10:01 AM UTC", "2025-03-27T10:01:00+00:00"),
        ("27.03.2025", "2025-03-27"),
        ("27/03/2025 14:20", "2025-03-27"),
        ("03/27/2025", "2025-03-27"),
        ("8:49 AM EDT, Thu March 27, 2025", "2025-03-27"),
    ],
)
def test_header_line(line: str, date: str) -> None:
    article = one(f"Three brigades move east\n{line}\n\n{BODY}")
    assert (article.published, article.published_from) == (date, "header")
    assert article.text == f"Three brigades move east\n\n{BODY}"


@pytest.mark.parametrize(
    "line",
    [
        "03/04/2025",  # March or April
        "On March 27, 2025, the ministry counted 3,000 soldiers at the front.",
        "31 February 2025",
        "Thursday, 27 March",
    ],
)
def test_no_date_rather_than_a_guess(line: str) -> None:
    article = one(f"Three brigades move east\n{line}\n\n{BODY}")
    assert (article.published, article.published_from) == (None, "none")
    assert line in article.text


def test_a_date_deep_in_the_text_is_not_the_publication() -> None:
    text = "Three brigades move east\n\n" + f"{BODY}\n\n" * 5 + "May 7, 2024\n\n" + BODY
    article = one(text)
    assert article.published is None
    assert "May 7, 2024" in article.text


def test_a_timeline_keeps_its_dates() -> None:
    days = "\n".join(f"{day} May 2024\nArrivals: {day * 100} soldiers" for day in range(1, 7))
    article = one(f"A year in figures\n\n{days}\n\n{BODY}")
    assert article.published is None
    assert "3 May 2024" in article.text and "Arrivals: 600 soldiers" in article.text


def test_label_at_the_end() -> None:
    article = one(
        f"Three brigades move east\n\n{BODY}\n\n{BODY}\n\nPublished: 12 March 2025\nhttps://harbour.example/a/1"
    )
    assert (article.published, article.url) == ("2025-03-12", "https://harbour.example/a/1")
    assert article.text.endswith("trained in the east.")


@pytest.mark.parametrize(
    ("opening", "date", "outlet"),
    [
        ("HARBOURTOWN, March 27, 2025 (Wire Agency) - ", "2025-03-27", "Wire Agency"),
        ("HARBOURTOWN (Wire Agency), 27 March 2025 — ", "2025-03-27", "Wire Agency"),
        ("HARBOURTOWN, March 27 (Wire Agency) - ", None, "Wire Agency"),
        ("Harbourtown – ", None, None),
        ("Harbourtown, 27 March 2025 - ", "2025-03-27", None),
        ("Port of Harbourtown, March 27, 2025 – ", "2025-03-27", None),
        ("Harbourtown, 27 March - ", None, None),
        ("As seen in Harbourtown, 27 March 2025 - ", None, None),
        ("On 27 March 2025 - ", None, None),
    ],
)
def test_dateline_needs_a_year(opening: str, date: str | None, outlet: str | None) -> None:
    article = one(f"Three brigades move east\n\n{opening}{BODY}")
    assert (article.published, article.outlet) == (date, outlet)
    assert article.published_from == ("dateline" if date else "none")
    assert opening.strip() in article.text


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2025-03-27-brigades.txt", "2025-03-27"),
        ("20250327_brigades.txt", "2025-03-27"),
        ("000_b5f20250327.txt", None),
        ("20251340.txt", None),
    ],
)
def test_file_name_is_the_last_resort(name: str, date: str | None) -> None:
    article = one(f"Three brigades move east\n\n{BODY}", name)
    assert (article.published, article.published_from) == (date, "file name" if date else "none")
    dated = one(f"Three brigades move east\nMay 7, 2024\n\n{BODY}", name)
    assert dated.published == "2024-05-07"


def test_a_dateline_overrules_the_file_name() -> None:
    article = one(f"Three brigades move east\n\nHarbourtown, 3 March 2025 - {BODY}", "2025-03-27-brigades.txt")
    assert (article.published, article.published_from) == ("2025-03-03", "dateline")


@pytest.mark.parametrize(
    ("byline", "author", "outlet"),
    [
        ("By Ana Writer, Reuters", "Ana Writer", "Reuters"),
        ("By Ana Writer (AFP)", "Ana Writer", "AFP"),
        ("By Ana Writer and Ben Pen, Harbour Post", "Ana Writer and Ben Pen", "Harbour Post"),
        ("By Ana Writer, Reuters | March 27, 2025", "Ana Writer", "Reuters"),
        ("By Ana Writer, Health Editor", "Ana Writer, Health Editor", None),
        ("By Ana Writer, News Editor", "Ana Writer, News Editor", None),
        ("By Ana Writer, Ben Pen", "Ana Writer, Ben Pen", None),
        ("By Ana Writer, M.Sc", "Ana Writer, M.Sc", None),
    ],
)
def test_a_byline_may_name_the_outlet(byline: str, author: str, outlet: str | None) -> None:
    article = one(f"Three brigades move east\n{byline}\n\n{BODY}")
    assert (article.author, article.outlet) == (author, outlet)
    assert article.text == f"Three brigades move east\n\n{BODY}"


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ("Weather\n\n", "Weather"),
        ("Weather\n\nMay 7, 2024\n\n", "Weather"),
        ("Weather\n\nThree brigades move east\n\n", "Three brigades move east"),  # a section's name
        ("Weather\n", None),
        ("Reuters\n\n", None),
        ("12\n\n", None),
    ],
)
def test_a_title_of_one_word_stands_alone(above: str, title: str | None) -> None:
    assert one(above + BODY).title == title


def test_no_title_where_the_text_begins_at_once() -> None:
    assert one(f"{BODY}\n\nA heading below\n\n{BODY}").title is None


def test_breadcrumb_and_repeated_title() -> None:
    title = "Three brigades move to the eastern border"
    article = one(f"Home World {title}\n\n{title}\n\nby Harbour Staff\n{title}\n\n{BODY}")
    assert (article.title, article.author) == (title, "Harbour Staff")
    assert article.text == f"{title}\n\n{BODY}"


def test_series_dated_by_its_title() -> None:
    assert one(f"Border Campaign Assessment, March 27, 2025\n\n{BODY}").published == "2025-03-27"
    assert one(f"What happened at the border on March 27, 2025\n\n{BODY}").published is None


def test_hard_wrapped_text_becomes_paragraphs() -> None:
    wrapped = (
        "Officials in the capital said on Thursday that between 25,000-\n"
        "30,000 more soldiers were to be sent to the front by the end of\n"
        "the year, on top of 11,000 already there, and called it a long-\n"
        "term plan.\n\n"
        "- 220 howitzers\n"
        "- 1,000 containers\n"
    )
    text = one(wrapped).text
    assert "between 25,000-30,000 more soldiers were to be sent" in text
    assert "a long-term plan." in text
    assert text.endswith("- 220 howitzers\n- 1,000 containers")


def test_one_long_line_does_not_hide_the_wrapping() -> None:
    lines = samples.wrapped(samples.LEAD, 70)
    wrapped = "\n\n".join("\n".join(lines) for _ in range(10))
    text = one(f"{wrapped}\n\nhttps://harbour.example/{'a' * 150} for more\n").text
    assert text.count(samples.LEAD) == 10


def test_lines_that_are_paragraphs_stay_apart() -> None:
    lines = [samples.LEAD, "- 220 howitzers", "Three figures follow", samples.LAST]
    assert one("\n".join(lines)).text.split("\n") == lines


def test_markdown() -> None:
    article = one(
        '---\ntitle: "Three brigades"\nauthor:\n  - "[[Ann Example]]"\nsource: https://harbour.example/a/1\n'
        "published: 2025-03-27\n---\n\n# Three brigades\n\n> About **3,000** soldiers[^1] _arrived_, "
        "[officials said](https://harbour.example/x_(y)).\n\n![a map](data:image/png;base64,AAAA)\n\n"
        "## 11,000 before\n\n* 220 *heavy* guns\n* 3*4 lorries\n\n| Killed | 300 |\n|---|---|\n| Wounded | 700 |\n",
        "note.md",
    )
    assert article.title == "Three brigades"
    assert (article.author, article.url) == ("Ann Example", "https://harbour.example/a/1")
    assert (article.published, article.published_from) == ("2025-03-27", "meta")
    assert "About 3,000 soldiers arrived, officials said." in article.text
    assert "11,000 before\n\n* 220 heavy guns\n* 3*4 lorries" in article.text
    assert (
        "| Killed | 300 |\n\n| Wounded | 700 |" in article.text or "| Killed | 300 |\n| Wounded | 700 |" in article.text
    )
    assert article.text.startswith("Three brigades\n\nAbout")


@pytest.mark.parametrize(
    "record",
    [
        {"title": "Three brigades", "text": BODY, "published": "2025-03-27", "outlet": "Harbour Post"},
        {
            "headline": "Three brigades",
            "articleBody": BODY,
            "datePublished": "2025-03-27T00:00:00Z",
            "publisher": {"name": "Harbour Post"},
        },
        {
            "Title": "Three brigades",
            "body": [BODY],
            "date": "27 March 2025",
            "source": {"id": None, "name": "Harbour Post"},
        },
        {
            "articles": [
                {
                    "title": "Three brigades",
                    "content": f"<p>{BODY}</p>",
                    "publishedAt": 1743033600,
                    "site": "Harbour Post",
                }
            ]
        },
        {
            "title": "Three brigades",
            "maintext": BODY,
            "date_publish": "2025-03-27 00:00:00",
            "source_domain": "Harbour Post",
        },
    ],
)
def test_json_by_any_common_name(record: dict[str, object]) -> None:
    article = one(json.dumps(record), "a.json")
    assert article.text == f"Three brigades\n\n{BODY}"
    assert (article.published, article.published_from) == ("2025-03-27", "json")
    assert article.outlet == "Harbour Post"


def test_jsonl_is_all_or_none() -> None:
    rows = [json.dumps({"title": f"Report number {i}", "text": BODY}) for i in range(3)]
    articles = read.read("\n\n".join(rows).encode(), "many.jsonl")
    assert [(a.title, a.member) for a in articles] == [
        ("Report number 0", "line 1"),
        ("Report number 1", "line 3"),
        ("Report number 2", "line 5"),
    ]
    with pytest.raises(read.Rejected) as caught:
        read.read("\n".join([*rows, '{"title": "cut']).encode(), "many.jsonl")
    assert caught.value.reason == "broken json"
    assert "line 4" in caught.value.detail
