"""What stands above an article's text: its title, dates, byline, outlet and address; and which lines that takes up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from tallywire.read import dates, furniture

_HEAD: Final = 14  # lines with text that may belong to a header
_FOOT: Final = 5  # lines at the end where "Published: ..." may stand
_TIMELINE: Final = 3  # more bare dates than this above the text, and they are its content
_LABEL: Final = re.compile(
    r"\b(?:(?P<updated>(?:last\s+|first\s+)?(?:updated?|modified|edited|revised|changed|corrected|accessed|retrieved)"
    r"(?:\s+date)?)"
    r"|(?P<published>(?:first\s+|originally\s+)?(?:published|posted|released|issued|created|written|filed|registered|input|publication\s+date|pub\s?date)"
    r"|date(?:\s+published)?|publish(?:ed)?\s+date))\b(?:\s+(?:on|at))?\s*:?",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_CLOCK: Final = re.compile(
    r"(?<![\d.,])[0-2]?\d[:.][0-5]\d(?:\s?[ap]\.?m\b\.?)?(?:\s+(?:[A-Z]{3,4}|\([A-Z]{3,4}\)))?", re.I
)
_BYLINE: Final = re.compile(
    r"(?:written\s+|posted\s+|published\s+|reported\s+|story\s+|text\s+)?by:?\s+(?=\S)", re.IGNORECASE
)
_AUTHOR: Final = re.compile(r"(?:author|authors|reporter|writer):\s*(?=\S)", re.IGNORECASE)
_OUTLET: Final = re.compile(
    r"(?:outlet|publisher|publication|newspaper|published\s+(?:in|by)):\s*(?=\S)", re.IGNORECASE
)
_URL: Final = re.compile(
    r"(?:(?:url|link|source|original|permalink|read\s+at):?\s*)?<?(https?://[^\s<>\"]{4,2000})>?", re.I
)
_READING_TIME: Final = re.compile(
    r"\b\d+\s*(?:min(?:ute)?s?)\s+(?:read|reading|of reading)\b(?:ing time)?|\breading time:?", re.I
)
_SEPARATORS: Final = " \t|•·*,;:–—-/()[]"
_ATTACHED: Final = re.compile(r"[|•·–—]|\s-\s|,")
_OUTLET_WORDS: Final = re.compile(
    r"\b(?:news|times|post|herald|agency|daily|journal|today|press|tv|radio|tribune|gazette|telegraph|guardian|chronicle"
    r"|independent|observer|magazine|weekly|review|wire|monitor|mirror|standard|express|mail|star|sun|globe)\b|\.\w{2,}$",
    re.IGNORECASE,
)
_WIRE: Final = re.compile(
    r"(?:reuters|ap|associated press|afp|agence france[ -]presse|upi|dpa|efe|ansa|tass|interfax|kyodo|xinhua|yonhap|pti"
    r"|anadolu|bloomberg|bbc|cnn|npr|al jazeera)",
    re.IGNORECASE,
)
# Who a byline's second part is when it is no outlet: "By Ana Writer, News Editor".
_ROLE: Final = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|staff|contributor|columnist|chief|head|analyst|producer|bureau|desk"
    r"|secretary|officer|journalist|director|photographer|critic|fellow|professor)s?\b",
    re.IGNORECASE,
)
_SIGNED: Final = re.compile(r"(.+?)(?:,\s+|\s+\|\s+|\s+\()([^,|()]+)\)?")
_LINKS: Final = frozenset(("de", "da", "do", "del", "la", "le", "of", "the"))  # small words in the names of places
# The dash that ends a dateline, and the agency in it: "PLACE, March 27, 2025 (Agency) - ...".
_DASH: Final = re.compile(r"\s*(?:[–—]|--|\s-\s)")
_AGENCY: Final = re.compile(r"\(([A-Z][\w .&/-]{1,40})\)")


@dataclass(slots=True)
class Header:
    """What the lines above (and right below) the text say. `lines` is the article without them, title included."""

    lines: list[str] = field(default_factory=list)
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    url: str | None = None
    published: list[str] = field(default_factory=list)  # ISO, as labelled or bare
    updated: list[str] = field(default_factory=list)
    dateline: str | None = None

    def date(self) -> tuple[str, str] | None:
        """The day of publication and where it was found. Of several the earliest: the others tell of updates or of when
        the page was fetched."""
        if found := dates.earliest(self.published) or dates.earliest(self.updated):
            return found, "header"
        return (self.dateline, "dateline") if self.dateline else None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is made of nothing but dates, labels, a byline, an outlet, an address."""

    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    labelled: bool = False
    author: str | None = None
    outlet: str | None = None
    url: str | None = None


def read(lines: list[str], title: str | None = None) -> Header:
    """Takes the header off `lines` (cleaned, furniture gone). `title` is the one that metadata gave, if any."""
    header = Header(title=title)
    taken: set[int] = set()
    filled = [i for i, line in enumerate(lines) if line]
    body = _walk(lines, filled[:_HEAD], header, taken)
    if header.title is None and len(filled) > 1 and _is_lone_word(lines, filled[0]) and filled[0] not in taken:
        header.title = lines[filled[0]]
        taken.add(filled[0])
    for i in filled[-_FOOT:]:
        if i > body and (found := _line(lines[i], before_title=False)) and (found.labelled or found.url):
            _keep(found, header, taken, i)
    header.lines = [line for i, line in enumerate(lines) if i not in taken]
    _read_dateline(header)
    return header


def _walk(lines: list[str], head: list[int], header: Header, taken: set[int]) -> int:
    """Reads the header's lines into `header`; returns the index of the first line of prose."""
    body = len(lines)
    find_title = header.title is None
    bare: list[tuple[int, _Line]] = []
    for position, i in enumerate(head):
        after = lines[head[position + 1]] if position + 1 < len(head) else ""
        found = _line(lines[i], find_title)
        again = header.title is not None and same(lines[i], header.title)
        if found is not None and (i < body or found.labelled):
            if (found.published or found.updated) and not found.labelled:
                bare.append((i, found))
            else:
                _keep(found, header, taken, i)
        elif i < body and (again or _is_trail(lines[i], after)):
            taken.add(i)
        elif find_title and i < body and " " in lines[i] and _is_heading(lines[i]):
            find_title = False
            header.title = lines[i]
            taken.add(i)
            _date_in_title(header)
        elif find_title and " " in lines[i]:  # the first line of two words or more is the title, or there is none
            find_title = False
            body = min(body, i if furniture.is_sentence(lines[i]) else body)
        elif furniture.is_sentence(lines[i]):
            body = min(body, i)
    if len(bare) <= _TIMELINE:
        for i, found in bare:
            _keep(found, header, taken, i)
    return body


def _is_lone_word(lines: list[str], i: int) -> bool:
    """A title of one word ("Weather"): it stands by itself. Above a longer title it is the section's name."""
    word = lines[i]
    return len(word) > 2 and word.isalpha() and word[0].isupper() and not lines[i + 1] and not _WIRE.fullmatch(word)


def is_date_line(line: str) -> bool:
    """Whether a line holds nothing but a date, and perhaps labels, a byline, an outlet."""
    found = _line(line, before_title=False)
    return found is not None and bool(found.published or found.updated)


def same(one: str, other: str) -> bool:
    """Whether two lines are one title: case, spaces and punctuation aside."""
    return abs(len(one) - len(other)) < 20 and _letters(one) == _letters(other)


def _letters(line: str) -> str:
    return "".join(c for c in line.casefold() if c.isalnum())


def _keep(found: _Line, header: Header, taken: set[int], i: int) -> None:
    taken.add(i)
    header.published.extend(found.published)
    header.updated.extend(found.updated)
    header.author = header.author or found.author
    header.outlet = header.outlet or found.outlet
    header.url = header.url or found.url


def _is_heading(line: str) -> bool:
    """Whether a line can be a title: not long, no full stop at the end, no list item, no open end."""
    return (
        len(line) <= 200
        and line[-1] not in ",;:"
        and not (line[-1] == "." and line[-3:-2] != ".")
        and (line[0].isalnum() or line[0] in "\"'“‘«„(¿¡$£€#@")
    )


def _is_trail(line: str, after: str) -> bool:
    """A breadcrumb: the line ends with the very title that follows it."""
    return len(after) > 15 and len(line) > len(after) and line.endswith(after) and not furniture.is_sentence(after)


def _line(line: str, before_title: bool) -> _Line | None:
    """A header line in its parts, or None for a line with something else in it."""
    if len(line) > 200:
        return None
    if (address := _URL.fullmatch(line)) is not None:
        return _Line(url=address[1])
    for label, name in ((_AUTHOR, "author"), (_OUTLET, "outlet")):
        if (found := label.match(line)) and len(line) < 100:
            return _Line(author=line[found.end() :]) if name == "author" else _Line(outlet=line[found.end() :])
    matches = list(dates.FOUND.finditer(line)) if _YEAR.search(line) else []
    if not matches:
        return _byline(line)
    return _date_line(line, matches, before_title)


def _byline(line: str) -> _Line | None:
    found = _BYLINE.match(line)
    if found is None or len(line) > 90 or furniture.is_sentence(line) or not line[found.end()].isupper():
        return None
    author, outlet = _signed(_READING_TIME.sub("", line[found.end() :]).strip(" \t|•·*,;:–—-/[]"))
    return _Line(author=author or None, outlet=outlet)


def _signed(words: str) -> tuple[str, str | None]:
    """ "Ana Writer, Reuters" as author and outlet; "Ana Writer, Health Editor" and "Ana Writer, Ben Pen" stay whole."""
    found = _SIGNED.fullmatch(words)
    if found is None:
        return words.strip(_SEPARATORS), None
    author, second = found[1], found[2].strip()
    like = len(second) > 4 and _OUTLET_WORDS.search(second) is not None and _ROLE.search(second) is None
    if second[:1].isupper() and (_WIRE.fullmatch(second) or like):
        return author, second
    return words.strip(_SEPARATORS), None


def _date_line(line: str, matches: Iterable[re.Match[str]], before_title: bool) -> _Line | None:
    """Dates and their labels; what is left over must be a byline or an outlet, else the line is a sentence or title."""
    published: list[str] = []
    updated: list[str] = []
    labelled = False
    rest = []
    end = 0
    for found in matches:
        between = line[end : found.start()]
        labels = list(_LABEL.finditer(between))
        iso = dates.of(found)
        labelled = labelled or bool(labels)
        if iso is not None:
            (updated if labels and labels[-1]["updated"] else published).append(iso)
        rest.append(between)
        end = found.end()
    rest.append(line[end:])
    if not (published or updated) and not labelled:
        return None
    left = _left_over(" | ".join(rest))
    if left and not _is_name(left, rest, before_title):
        if not labelled or len(left.split()) > 3:
            return None
        left = ""  # the section that the article is filed under, or the like
    by = _BYLINE.match(left)
    author, outlet = _signed(left[by.end() :]) if by else (None, left.strip("()") or None)
    return _Line(tuple(published), tuple(updated), labelled, author, outlet)


def _left_over(rest: str) -> str:
    for known in (_LABEL, _CLOCK, _READING_TIME):
        rest = known.sub(" ", rest)
    parts = [part.strip(_SEPARATORS) for part in re.split(r"\s*[|•·–—]\s*|\s-\s|\s{2,}", rest)]
    return " ".join(part for part in parts if part)


def _is_name(left: str, rest: list[str], before_title: bool) -> bool:
    """Whether what stands beside a date is a byline or an outlet rather than the words of a title."""
    words = left.split()
    if len(left) > 60 or len(words) > 7 or furniture.has_figure(left):
        return False
    if _BYLINE.match(left):
        return True
    capital = all(word[0].isupper() or word in ("of", "the", "and", "&", "de", "le") for word in words)
    if not capital or not _ATTACHED.search(" ".join(rest)) or len(words) > 4:
        return False
    return not before_title or len(words) <= 2 or _OUTLET_WORDS.search(left) is not None


def _date_in_title(header: Header) -> None:
    """ "<Series of reports>, March 27, 2025" is dated by its title; "What happened on February 24, 2022" is not."""
    assert header.title is not None
    for found in dates.FOUND.finditer(header.title):
        before = header.title[: found.start()].rstrip()
        if found.end() == len(header.title.rstrip(")")) and before[-1:] in (",", "|", "–", "—", "-", "("):
            header.updated.extend(iso for iso in [dates.of(found)] if iso)


def _read_dateline(header: Header) -> None:
    """The place, agency and date that a first paragraph opens with; a date without its year is none."""
    for line in [line for line in header.lines if line][:3]:
        dash = _DASH.search(line[:100])
        opening = line[: dash.start()] if dash else ""
        agency = _AGENCY.search(opening)
        rest = opening.replace(agency.group(), " ") if agency else opening
        day = dates.FOUND.search(rest)
        place = (rest[: day.start()] + rest[day.end() :] if day else rest).strip(_SEPARATORS)
        dated = day is not None and day.start() > 0 and rest[: day.start()].rstrip()[-1:] == ","
        if not opening or not _is_place(place, agency=agency is not None, dated=dated):
            continue
        header.outlet = header.outlet or (agency[1] if agency else None)
        header.dateline = dates.of(day) if day else None
        return


def _is_place(words: str, *, agency: bool, dated: bool) -> bool:
    """One in capitals, a name that a comma and a date follow, or any where an agency is named beside it (then a day
    without a year may stand there too)."""
    parts = words.split()
    if agency:
        return len(parts) <= 7
    named = dated and words[:1].isupper() and all(part[0].isupper() or part in _LINKS for part in parts)
    return (words.isupper() or named) and len(parts) <= 4
