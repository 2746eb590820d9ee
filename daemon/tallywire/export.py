"""Tables for other programs: claims, revisions, series, alerts and deliveries as CSV, JSON Lines or Parquet.

The columns are named and explained in `DICTIONARY`, which `export dictionary` prints; a test holds them to each other.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, TextIO

from tallywire.arguments import CommandError
from tallywire.core.dates import fold_day
from tallywire.core.statements import voice_of
from tallywire.eventstore.base import Reader, Row
from tallywire.folding import Folder
from tallywire.series import series

Json = dict[str, Any]

FORMATS: Final = ("csv", "jsonl", "parquet")
_BATCH: Final = 10_000  # rows of a Parquet row group

# (column, type, what it is). Types: text, number, integer, boolean.
DICTIONARY: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "claims": (
        ("claim", "text", "id of the claim"),
        ("estimate", "text", "id of the tracked estimate"),
        ("state", "text", "standing, confirmed or withdrawn"),
        ("state_reason", "text", "why it is withdrawn"),
        ("as_published", "text", "the figure as the article prints it"),
        ("quote", "text", "the words around the figure, from the article"),
        ("low", "number", "normalised: lower end of the figure, a count"),
        ("high", "number", "normalised: upper end; equal to low for a single figure"),
        ("bound", "text", "exact, about, at_least, over, nearly, at_most, up_to, range or vague"),
        ("kind", "text", "total, additional (an increment) or component (a part)"),
        ("onto", "number", "the base that the text itself puts an increment on"),
        ("status", "text", "reported, planned, denied or projected"),
        ("source_as_published", "text", "who is cited, as the article words it"),
        ("originator", "text", "normalised: canonical name of who is cited"),
        ("outlet", "text", "normalised: who printed it"),
        ("grade", "text", "Admiralty grade A-F of who says so, if there is one"),
        ("voice", "text", "in whose voice the claim counts: originator, else outlet, else the article"),
        ("as_of", "text", "the date that the text gives for the figure (ISO, also a month, a year or an interval)"),
        ("event_date", "text", "normalised: the day that the claim is read under (ISO date), empty where undated"),
        ("report_date", "text", "when the article was published (ISO date)"),
        ("recorded_at", "text", "when Tallywire last recorded something about the claim (UTC)"),
        ("verdict", "text", "used or left out, by the fold of now"),
        ("rule", "integer", "number of the rule behind the verdict"),
        ("reason", "text", "the verdict in words"),
        ("article", "text", "SHA-256 of the article's content"),
        ("file", "text", "the file it came as"),
        ("url", "text", "the article's address"),
        ("start", "integer", "offset of the quote in the article's clean text"),
        ("end", "integer", "end of the quote there"),
    ),
    "revisions": (
        ("position", "integer", "number of the event in the log"),
        ("estimate", "text", "id of the tracked estimate"),
        ("recorded_at", "text", "when it was revised (UTC)"),
        ("best_before", "number", "the figure until then"),
        ("best", "number", "the figure from then on"),
        ("low", "number", "lower end of the range"),
        ("high", "number", "upper end of the range"),
        ("bound", "text", "bound of the figure"),
        ("as_of", "text", "the day that the figure is of"),
        ("policy", "text", "the policy it was made under"),
        ("planned_low", "number", "lower end of the current plan"),
        ("planned_high", "number", "upper end of the current plan"),
        ("planned_kind", "text", "total or additional"),
        ("contradiction", "boolean", "whether a contradiction is open"),
        ("originators", "integer", "named originators behind it"),
        ("documents", "integer", "articles behind it"),
        ("moved_by", "text", "ids of the claims that moved it, with blanks between"),
        ("reason", "text", "the rule behind the figure, in words"),
    ),
    "series": (
        ("estimate", "text", "id of the tracked estimate"),
        ("basis", "text", "event: what was so by that day; report: what was published by that day"),
        ("day", "text", "ISO date"),
        ("best", "number", "cumulative: the figure at the end of the day"),
        ("low", "number", "lower end of the range then"),
        ("high", "number", "upper end of the range then"),
        ("bound", "text", "bound of the figure"),
        ("daily", "number", "what the figure gained over the day before; negative after a correction"),
    ),
    "alerts": (
        ("alert", "text", "id of the alert"),
        ("raised_at", "text", "when it was raised (UTC)"),
        ("kind", "text", "first figure, change, contradiction, correction ..."),
        ("estimate", "text", "id of the tracked estimate"),
        ("severity", "text", "info, warning or error"),
        ("title", "text", "the message in one line"),
        ("text", "text", "the message"),
        ("reason", "text", "why it was raised"),
        ("corrects", "text", "id of the alert that it corrects"),
        ("acknowledged_at", "text", "when somebody saw to it (UTC)"),
    ),
    "deliveries": (
        ("alert", "text", "id of the alert"),
        ("channel", "text", "name of the channel"),
        ("state", "text", "queued, delivered, dead or dropped"),
        ("queued_at", "text", "when it was queued (UTC)"),
        ("settled_at", "text", "when it was delivered or given up (UTC)"),
        ("attempts", "integer", "how often it was tried"),
        ("repeat", "boolean", "whether an earlier attempt had no known outcome"),
        ("error", "text", "the last error"),
    ),
}


def rows(reader: Reader, what: str, estimate: str | None = None) -> Iterator[Json]:
    """The rows of one table, each with the columns of its dictionary in their order."""
    names = [name for name, _, _ in DICTIONARY[what]]
    for row in _TABLES[what](reader, estimate):
        yield {name: row[name] for name in names}


def columns(what: str) -> list[str]:
    """The columns of a table, or of the dictionary itself."""
    return list(dictionary()[0]) if what == "dictionary" else [name for name, _, _ in DICTIONARY[what]]


def dictionary() -> list[Json]:
    """What every column of every table means."""
    return [
        {"table": table, "column": name, "type": kind, "meaning": meaning}
        for table, columns in DICTIONARY.items()
        for name, kind, meaning in columns
    ]


# --- the tables -----------------------------------------------------------------------------------------------------


def _claims(reader: Reader, estimate: str | None) -> Iterator[Json]:
    folder = Folder(reader)
    for name in _estimates(reader, estimate):
        reasons = _reasons(folder, name)
        standing = {claim.id: claim for claim in folder.standing(name)} if name in folder.definitions else {}
        for row in reader.rows("claim", order="position", estimate=name):
            claim = standing.get(row["id"])
            voice = voice_of(claim).name if claim else None
            yield {**_claim(reader, folder, row), "voice": voice, **reasons.get(row["id"], _NO_VERDICT)}


_NO_VERDICT: Final[Json] = {"verdict": None, "rule": None, "reason": None}


def _reasons(folder: Folder, estimate: str) -> dict[str, Json]:
    if estimate not in folder.definitions:
        return {}
    state = folder.folded(estimate)
    found = {u.claim: {"verdict": "used", "rule": u.rule, "reason": u.reason} for u in state.uses}
    return found | {o.claim: {"verdict": "left out", "rule": o.rule, "reason": o.reason} for o in state.left_out}


def _claim(reader: Reader, folder: Folder, row: Row) -> Json:
    article = folder.article(row["article"])
    originator, outlet = folder.sources.voice(row["source"], article.get("outlet"))
    source = folder.sources.entry(originator or outlet)
    based = row["kind"] == "additional" and row["onto"] is not None
    day = fold_day(row["status"], row["as_of"], article.get("published"), onto=based)
    text = reader.text(row["article"])
    same = "quote low high bound kind onto status as_of article state_reason".split()
    return {
        **{name: row[name] for name in same},
        "claim": row["id"],
        "estimate": row["estimate"],
        "state": "confirmed" if row["is_confirmed"] and row["state"] == "standing" else row["state"],
        "as_published": text[row["number_start"] : row["number_end"]] if text else None,
        "source_as_published": row["source"],
        "originator": originator,
        "outlet": outlet,
        "grade": source.grade if source else None,
        "event_date": day.isoformat() if day else None,
        "report_date": str(article.get("published") or "")[:10] or None,
        "recorded_at": row["changed_at"],
        "file": article.get("path"),
        "url": article.get("url"),
        "start": row["start_at"],
        "end": row["end_at"],
    }


def _revisions(reader: Reader, estimate: str | None) -> Iterator[Json]:
    for event in reader.events(types=["EstimateRevised"]):
        data = event.data
        if estimate is not None and data["estimate"] != estimate:
            continue
        after, before = data["after"], data["before"] or {}
        planned = after["planned"] or {}
        same = "best low high bound as_of policy originators documents".split()
        yield {
            **{name: after[name] for name in same},
            "position": event.position,
            "estimate": data["estimate"],
            "recorded_at": event.recorded_at,
            "best_before": before.get("best"),
            **{f"planned_{name}": planned.get(name) for name in ("low", "high", "kind")},
            "contradiction": after["contradiction"] is not None,
            "moved_by": " ".join(data["moved_by"]),
            "reason": data["reason"],
        }


def _series(reader: Reader, estimate: str | None) -> Iterator[Json]:
    folder = Folder(reader)
    for name in _estimates(reader, estimate):
        if name in folder.definitions:
            yield from series(folder, name)


def _alerts(reader: Reader, estimate: str | None) -> Iterator[Json]:
    equal: dict[str, Any] = {"estimate": estimate} if estimate else {}
    for row in reader.rows("alert", order="position", **equal):
        yield {**row, "alert": row["id"]}


def _deliveries(reader: Reader, estimate: str | None) -> Iterator[Json]:
    wanted = {row["id"] for row in reader.rows("alert", estimate=estimate)} if estimate else None
    for row in reader.rows("delivery", order="position"):
        if wanted is None or row["alert"] in wanted:
            yield {**row, "repeat": bool(row["is_repeat"])}


def _estimates(reader: Reader, estimate: str | None) -> list[str]:
    return [estimate] if estimate else [row["id"] for row in reader.rows("estimate")]


_TABLES: Final[dict[str, Callable[[Reader, str | None], Iterator[Json]]]] = {
    "claims": _claims,
    "revisions": _revisions,
    "series": _series,
    "alerts": _alerts,
    "deliveries": _deliveries,
}


# --- the formats ----------------------------------------------------------------------------------------------------


def write_csv(found: Iterable[Json], columns: Iterable[str], out: TextIO) -> None:
    """RFC 4180 with a header line."""
    writer = csv.writer(out, lineterminator="\r\n")
    names = list(columns)
    writer.writerow(names)
    for row in found:
        writer.writerow([_cell(row[name]) for name in names])


def _cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it, which spreadsheets hide."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
    return value


# As OWASP lists them, with the full-width forms that some spreadsheets take for the same.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_jsonl(found: Iterable[Json], out: TextIO) -> None:
    for row in found:
        out.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_parquet(found: Iterable[Json], what: str, path: Path) -> None:
    """Needs the extra `tallywire[parquet]`. Numbers are 64-bit floats, the dictionary travels as metadata."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise CommandError("Parquet needs pyarrow: pip install 'tallywire[parquet]'") from error
    kinds = {"text": pa.string(), "number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_()}
    fields = [pa.field(name, kinds[kind], metadata={"meaning": text}) for name, kind, text in DICTIONARY[what]]
    schema = pa.schema(fields)
    left = iter(found)
    with pq.ParquetWriter(path, schema) as writer:
        while batch := list(islice(left, _BATCH)):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
