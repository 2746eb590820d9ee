"""Bytes become an Article: one file per format, and a table of them in `formats`."""

from __future__ import annotations

from tallywire.core.article import Article
from tallywire.core.fault import told
from tallywire.read import formats
from tallywire.read.draft import finish
from tallywire.read.limits import LIMITS, Limits, Rejected

__all__ = ["LIMITS", "Limits", "Rejected", "formats", "read"]


def read(data: bytes, name: str) -> list[Article]:
    """The articles in a file's bytes; one for most files, many for a file of many. All of them or none.

    `name` is the file's name: its suffix breaks ties between formats, and its date is the last resort. Raises Rejected,
    and nothing else that a file can cause.
    """
    if not data.strip():
        raise Rejected("empty", "the file has no content")
    if len(data) > LIMITS.bytes:
        raise Rejected("too large", f"{len(data):,} bytes, at most {LIMITS.bytes:,} are read")
    known = formats.find(data, name)
    try:
        drafts = known.reader(data, name)
    except MemoryError:
        raise Rejected("parser out of memory", f"while reading it as {known.name}") from None
    except RecursionError:
        raise Rejected("too deep", f"while reading it as {known.name}") from None
    except Rejected:
        raise
    except Exception as error:
        if not known.foreign:
            raise
        # Third-party parsers raise whatever they like on broken files; here that is an answer about the file.
        raise Rejected("damaged", f"not readable as {known.name}: {told(error)}") from error
    return [finish(draft, name) for draft in drafts]
