"""What a reader refuses: the limits of a file, and the refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one file; a file beyond one of them is rejected, never cut."""

    bytes: int = 20_000_000  # the file as it lies there
    unpacked: int = 100_000_000  # bytes, of a zipped format (docx) once unpacked
    characters: int = 2_000_000  # of one article's text
    digits: int = 1_000  # of one number; more is no figure but an attack on whoever converts it
    nesting: int = 200  # levels of JSON, parts of mail within parts
    elements_deep: int = 400  # levels of HTML elements; the parser itself gives up at 2,048
    tags: int = 300_000  # of one page
    pages: int = 1_000  # of a PDF
    articles: int = 100_000  # of one file


LIMITS: Final = Limits()


class Rejected(Exception):  # noqa: N818 - a refusal is an answer of the reader, not a fault in it
    """The file gives no article, and why.

    `reason` is one of a few stable words ("empty", "binary", "too large", "broken json", "no text", "unsupported
    format", "encrypted", "too many pages", "too deep", "damaged", "parser crashed", "parser timed out", "parser out of
    memory"); `detail` says what was found and, where there is one, the way out.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
