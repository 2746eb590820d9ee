"""Everything about one article: what it is and where it came from, versions and near copies, claims or why none."""

from __future__ import annotations

from typing import Any, Final

from tallywire import ask, duplicates
from tallywire.arguments import find
from tallywire.define import kept_article
from tallywire.eventstore.base import Reader, Row
from tallywire.tracking import Tracking

Json = dict[str, Any]
_HEAD: Final = "id path title outlet author published published_from url media reader size received_at".split()


def wanted(reader: Reader, name: str) -> Row:
    """The article with that id, its beginning, or the path of a file. Raises CommandError."""
    seen = reader.rows("sighting", path=name)
    return find(reader, "article", {"id": seen[-1]["article"] if seen else name})


def dossier(reader: Reader, name: str, tracking: Tracking) -> Json:
    """{head..., files, group, replaces, replaced_by, claims, marks, why, unread, text}.

    `why` says why there is no claim, by the definitions of now, `unread` what was too much to look at; `marks` are the
    spans of the claims' figures in `text`.
    """
    row = wanted(reader, name)
    text = reader.text(row["id"])
    claims = ask.claims(reader, article=row["id"])
    standing = [c for c in reader.rows("claim", article=row["id"], order="position") if c["state"] == "standing"]
    return {
        **{key: row[key] for key in _HEAD},
        "files": [s["path"] for s in reader.rows("sighting", article=row["id"])],
        "group": [_brief(reader, each) for each in duplicates.members(reader, row["id"])],
        "replaces": [_brief(reader, r["id"]) for r in _older(reader, row)],
        "replaced_by": row["replaced_by"] and _brief(reader, row["replaced_by"]),
        "redacted": bool(row["is_redacted"]),
        "claims": claims,
        "marks": [
            {
                "claim": c["id"],
                "start": c["number_start"],
                "end": c["number_end"],
                "quote": [c["start_at"], c["end_at"]],
            }
            for c in standing
        ],
        "why": None if standing else _why(row, text, claims, tracking),
        "unread": tracking.extractor.read(kept_article(row, text)).unread if text and standing else None,
        "text": text,
    }


def _older(reader: Reader, row: Row) -> list[Row]:
    return reader.rows("article", page=row["page"], replaced_by=row["id"]) if row["page"] else []


def _brief(reader: Reader, article: str) -> Json:
    row = reader.row("article", article) or {}
    return {"id": article, **{key: row.get(key) for key in ("title", "outlet", "published", "path")}}


def _why(row: Row, text: str | None, claims: list[Json], tracking: Tracking) -> str:
    """Why nothing of this article counts."""
    if row["is_redacted"] or text is None:
        return "it is redacted"
    if row["replaced_by"]:
        return "a newer version speaks in its place"
    if claims:
        return "its claims are withdrawn"
    return tracking.extractor.read(kept_article(row, text)).why or "read again, it would give claims: tallywire reload"
