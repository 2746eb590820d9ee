"""Pages: what they say about themselves, and figures that extraction must not lose."""

from __future__ import annotations

import json

import pytest
import samples

from tallywire import read
from tallywire.core.article import Article

LONG = "Officials in the capital went on to explain at some length how the soldiers would be housed during the winter."


def one(html: str, name: str = "a.html") -> Article:
    (article,) = read.read(html.encode(), name)
    return article


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def linked(**values: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **values})}</script>'


ARTICLE = f"<article><h1>Three brigades move east</h1><p>{samples.LEAD}</p><p>{LONG}</p><p>{samples.LAST}</p></article>"


@pytest.mark.parametrize(
    ("head", "date", "where"),
    [
        (
            linked(datePublished="2025-03-27T08:49:00Z", dateModified="2025-03-30"),
            "2025-03-27T08:49:00+00:00",
            "json-ld",
        ),
        (
            '<meta property="article:published_time" content="2025-03-27T08:49:00+09:00">',
            "2025-03-27T08:49:00+09:00",
            "meta",
        ),
        ('<meta name="date" content="27 March 2025">', "2025-03-27", "meta"),
        ('<meta itemprop="datePublished" content="2025-03-27">', "2025-03-27", "meta"),
        ('<link rel="canonical" href="https://harbour.example/2025/mar/27/brigades">', "2025-03-27", "meta"),
        ('<link rel="canonical" href="https://harbour.example/2025/03/27/brigades">', "2025-03-27", "meta"),
        ('<meta property="article:modified_time" content="2025-03-30">', None, "none"),
        (
            '<meta name="date" content="last week">',
            None,
            'none; "last week" was given and can\'t be read as a date',
        ),
        ("<script type='application/ld+json'>{broken</script>", None, "none"),
    ],
)
def test_dates_of_the_head(head: str, date: str | None, where: str) -> None:
    article = one(page(ARTICLE, head))
    assert (article.published, article.published_from) == (date, where)


@pytest.mark.parametrize(
    "shown",
    [
        '<time datetime="2025-03-27T00:00:00Z">yesterday</time>',
        '<span class="when">Written: 2025-03-27 15:03 / Updated: 2025-03-28 10:00</span>',
        "<div>By Ann Example | March 27, 2025</div>",
        "<ul><li><b>Date</b> 27.03.2025</li><li><b>Author</b> Ann Example</li></ul>",
    ],
)
def test_date_shown_below_the_heading(shown: str) -> None:
    article = one(page(ARTICLE.replace("</h1>", f"</h1>{shown}")))
    assert (article.published, article.published_from) == ("2025-03-27", "header")
    assert "27" not in article.text.replace(samples.LAST, "")


def test_dates_of_other_stories_are_not_this_ones() -> None:
    others = "<div><h2>An older story</h2><p>March 3, 2024</p></div>" * 3
    assert one(page(f"<div>Saturday, May 3, 2025</div>{ARTICLE}{others}")).published is None


def test_linked_data_names_author_and_outlet() -> None:
    head = linked(
        headline="Three brigades move east",
        author=[{"@type": "Person", "name": "Ann Example"}, {"name": "Bo Sample"}],
        publisher={"@type": "Organization", "name": "Harbour Post"},
        url="https://harbour.example/a/1",
    )
    article = one(page(ARTICLE, head))
    assert (article.title, article.author) == ("Three brigades move east", "Ann Example, Bo Sample")
    assert (article.outlet, article.url) == ("Harbour Post", "https://harbour.example/a/1")


def test_host_stands_in_for_an_outlet() -> None:
    article = one(page(ARTICLE, '<link rel="canonical" href="https://www.harbour.example/a/1">'))
    assert article.outlet == "harbour.example"


def test_saved_from_comment() -> None:
    html = page(ARTICLE).replace("<html>", "<html><!-- saved from url=(0027)https://harbour.example/a/9 -->")
    assert one(html).url == "https://harbour.example/a/9"


@pytest.mark.parametrize(
    ("piece", "shown"),
    [
        ("<p>A short line with 4,321 in it</p>", "A short line with 4,321 in it"),
        ("<div class=stat><span>4,321</span> <span>wounded</span></div>", "4,321 wounded"),
        ("<h3>4,321 soldiers</h3>", "4,321 soldiers"),
        ("<ul><li>4,321 soldiers</li></ul>", "- 4,321 soldiers"),
        ("<ol><li><p>4,321 soldiers</p></li></ol>", "- 4,321 soldiers"),
        ("<dl><dt>Wounded</dt><dd>4,321</dd></dl>", "4,321"),
        ("<table><tr><th>Wounded</th><td>4,321</td></tr></table>", "Wounded | 4,321"),
        ("<table><tr><td><div>4,321 <b>wounded</b></div></td></tr></table>", "4,321 wounded"),
        ("<blockquote>4,321 soldiers, he said.</blockquote>", "4,321 soldiers, he said."),
        ("<p>About 4<b>,321</b> soldiers</p>", "About 4,321 soldiers"),
        ("<p>About 4,321<sup>7</sup> soldiers</p>", "About 4,321⁷ soldiers"),
        ("<p>About <del>9,999</del> 4,321 soldiers</p>", "About 4,321 soldiers"),
        ("About 4,321 soldiers<br>", "About 4,321 soldiers"),
        ("<section><div><div>About 4,321 soldiers</div></div></section>", "About 4,321 soldiers"),
    ],
)
def test_no_figure_is_lost(piece: str, shown: str) -> None:
    article = one(page(ARTICLE.replace(f"<p>{LONG}</p>", f"<p>{LONG}</p>{piece}")))
    lines = article.text.split("\n")
    assert shown in lines
    assert lines.index(LONG) < lines.index(shown) < lines.index(samples.LAST)


@pytest.mark.parametrize(
    "piece",
    [
        "<script>var n = 4321</script>",
        "<style>p {width: 4321px}</style>",
        "<div hidden>4,321 soldiers</div>",
        '<div style="display: none">4,321 soldiers</div>',
        '<aside class="related"><p>4,321 soldiers were counted elsewhere in another story.</p></aside>',
        '<div class="share-bar"><span>Shared 4,321 times</span></div>',
        "<figure><figcaption>Photo 4321 by Bo</figcaption></figure>",
        "<nav><a>4,321 more</a></nav>",
        '<p><a href="/b">4,321 soldiers seen at another border</a></p>',
        "<!-- 4,321 -->",
        "<p>Read also: 4,321 soldiers seen at another border</p>",
    ],
)
def test_what_is_not_the_article_goes(piece: str) -> None:
    text = one(page(ARTICLE.replace(f"<p>{LONG}</p>", f"<p>{LONG}</p>{piece}"))).text
    assert "321" not in text
    assert samples.LEAD in text and samples.LAST in text


def test_a_page_of_bare_text() -> None:
    assert one(page("3,000 soldiers came.<br>11,000 left.")).text.split() == "3,000 soldiers came. 11,000 left.".split()


def test_nothing_but_navigation() -> None:
    with pytest.raises(read.Rejected) as caught:
        one(page("<nav><a href=/>Home</a></nav><script>var a</script>"))
    assert caught.value.reason == "no text"


MENU = "<ul><li>Home<li>World<li>9 million people displaced in Sudan: our special<li>Sport</ul>"
ALONE = (
    "The agency said on Monday that 4 million people were displaced in Sudan, and that far more help was needed in the "
    "towns of the west before the rains come."
)


@pytest.mark.parametrize("menu", ["", f"<nav>{MENU}</nav>", f'<div role="navigation">{MENU}</div>'])
@pytest.mark.parametrize("sentence", [ALONE, "The agency said that 4 million people were displaced in Sudan."])
@pytest.mark.parametrize("byline", ["<p class=byline>By Bob Pen</p>", "<div>By Bob Pen</div>"])
def test_a_page_of_one_sentence_is_that_sentence(menu: str, sentence: str, byline: str) -> None:
    article = one(page(f"{menu}<article><h1>Sudan displacement grows</h1>{byline}<p>{sentence}</p></article>"))
    assert article.text == f"Sudan displacement grows\n\n{sentence}"
    assert article.author == "Bob Pen"


def test_a_menu_in_a_piece_of_html_goes_too() -> None:
    record = json.dumps({"title": "Sudan displacement grows", "html": f"<nav>{MENU}</nav><p>{ALONE}</p>"})
    (article,) = read.read(record.encode(), "a.json")
    assert article.text == f"Sudan displacement grows\n\n{ALONE}"


def test_a_menu_whose_end_was_forgotten_does_not_take_the_article_along() -> None:
    assert ALONE in one(page(f"<nav>{MENU}<article><h1>Sudan displacement grows</h1><p>{ALONE}</p></article>")).text
