"""Mail: newsletters, forwards in line and attached, plain parts."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import samples

from tallywire import read
from tallywire.core.article import Article


def one(data: bytes) -> Article:
    (article,) = read.read(data, "a.eml")
    return article


def plain(
    text: str, subject: str = "Three brigades", sender: str = "Harbour Post <news@harbour.example>"
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, subject
    message["Date"] = "Fri, 28 Mar 2025 09:00:00 +0900"
    message.set_content(text)
    return message


def test_plain_mail_is_unwrapped_and_loses_its_signature() -> None:
    article = one(
        plain(
            "\n".join(samples.wrapped(samples.LEAD, 70)) + "\n\n-- \nAnn Example\nHarbour Post, room 3000\n"
        ).as_bytes()
    )
    assert article.text == f"Three brigades\n\n{samples.LEAD}"
    assert (article.published, article.published_from) == ("2025-03-28T09:00:00+09:00", "mail")
    assert article.outlet == "Harbour Post"


def test_a_date_in_the_text_is_closer_than_the_mails() -> None:
    article = one(plain(f"March 27, 2025\n\n{samples.LEAD}").as_bytes())
    assert (article.published, article.published_from) == ("2025-03-27", "header")


@pytest.mark.parametrize(
    "head",
    [
        "---------- Forwarded message ---------\nFrom: Harbour Post <news@harbour.example>\n"
        "Date: Thu, 27 Mar 2025 at 08:49\nSubject: Three brigades\nTo: Ann <ann@example.org>\n",
        "Begin forwarded message:\n\n> From: Harbour Post <news@harbour.example>\n> Subject: Three brigades\n"
        "> Date: 27 March 2025 at 08:49:12 GMT\n> To: ann@example.org\n>\n",
        "-----Original Message-----\nFrom: Harbour Post\nSent: Thursday, March 27, 2025 8:49 AM\nTo: Ann\n"
        "Subject: Three brigades\n",
    ],
)
def test_forwarded_in_line(head: str) -> None:
    message = plain(f"Worth a look?\n\n{head}\n{samples.LEAD}\n", "FW: Three brigades", "Ann <ann@example.org>")
    article = one(message.as_bytes())
    assert article.text == f"Three brigades\n\n{samples.LEAD}"
    assert (article.outlet, (article.published or "")[:10]) == ("Harbour Post", "2025-03-27")


def test_forwarded_as_attachment() -> None:
    outer = plain("Please see the attached.", "Fwd: news", "Ann <ann@example.org>")
    outer.add_attachment(message_from_bytes(samples.mail(), policy=policy.default))
    article = one(outer.as_bytes())
    assert (article.title, article.outlet) == (samples.TITLE, "Harbour Post")
    assert (article.published or "")[:10] == samples.DATE
    assert samples.LAST in article.text and "attached" not in article.text


def test_encoded_headers_and_body() -> None:
    data = (
        b"From: =?windows-1251?B?1+Xw7e7s7vDx6ujpIOLl8fLt6Oo=?= <a@example.org>\n"
        b"Subject: =?utf-8?q?=E2=80=9CNobody=E2=80=9D_counted_3=2C000?=\nMIME-Version: 1.0\n"
        b"Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n\n"
        b"=93Nobody=94 counted the 3,000 soldiers =96 so=\n far.\n"
    )
    article = one(data)
    assert article.title == "“Nobody” counted 3,000"
    assert article.text.endswith("“Nobody” counted the 3,000 soldiers – so far.")
    assert article.outlet == "Черноморский вестник"


def test_a_person_is_no_outlet_by_domain() -> None:
    assert one(plain(samples.LEAD, sender="someone@gmail.com").as_bytes()).outlet is None
    assert one(plain(samples.LEAD, sender="alerts@news.harbour.example").as_bytes()).outlet == "news.harbour.example"


def test_a_picture_beside_a_plain_part() -> None:
    message = plain(samples.LEAD)
    message.add_alternative("<html><body><img src='cid:1'></body></html>", subtype="html")
    assert samples.LEAD in one(message.as_bytes()).text


def test_no_text_part() -> None:
    message = EmailMessage()
    message["From"] = "a@example.org"
    message.set_content(b"\x89PNG", maintype="image", subtype="png")
    with pytest.raises(read.Rejected) as caught:
        one(message.as_bytes())
    assert caught.value.reason == "no text"


def test_what_follows_a_plug_in_is_text() -> None:
    html = '<div><embed src="film.swf">About 3,000 soldiers came to the border.<p>At least 40 fell.</p></div>'
    message = EmailMessage()
    message["From"] = "desk@example.org"
    message["Subject"] = "From the border"
    message.set_content(html, subtype="html")
    (article,) = read.read(message.as_bytes(), "a.eml")
    assert article.text == "From the border\n\nAbout 3,000 soldiers came to the border.\n\nAt least 40 fell."
