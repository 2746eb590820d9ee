"""Several alerts of one estimate that waited for a channel as one message: where it started and where it stands.

Nothing is lost by merging. Each alert keeps its own block, with its time, its id, its mark as a possible repeat, and
what it said of figure and reason; `outbox.together` takes no more of them than fit whole (`size`, `room`). Only quotes
give way, the older alerts' first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tallywire.core.findings import shown
from tallywire.core.quantity import figure
from tallywire.core.wording import ARROW, LABELS
from tallywire.deliver import rich, safe
from tallywire.deliver.limits import cut, limit_for, measure
from tallywire.deliver.outbox import Job
from tallywire.deliver.render import REPEAT, short_id, when

Json = dict[str, Any]

# Receivers that are programs get one message for each alert: they know it by its id.
_PROGRAMS: Final = frozenset({"json", "jsons"})
_RESERVE: Final = 700  # for title, first block and footer, in the service's unit and with its markup
_TITLE: Final = 120
_GRAVITY: Final = ("critical", "high", "error", "warning")


def room(schema: str) -> int:
    """What the alerts of one message may take together, in the service's unit; 0: they are never merged."""
    return 0 if schema in _PROGRAMS else max(0, limit_for(schema).body - _RESERVE)


def size(alert: Mapping[str, Any], schema: str) -> int:
    """What an alert takes in a merged message, its id in the footer included."""
    text = safe.text(block(alert, "", is_repeat=True))
    text = rich.markdown(text) if schema in rich.MARKDOWN else text
    return measure(text, limit_for(schema).unit) + len("\n\n") + len("#12345678 ")


def merged(jobs: Sequence[Job], name: str) -> Json:
    """One alert's row that stands for all of them; it carries the newest one's id. `name`: the estimate's title.

    `footer` is its last line, which a single alert has no need to bring along.
    """
    ordered = sorted(jobs, key=lambda job: int(job.alert["position"]))
    rows = [job.alert for job in ordered]
    newest = rows[-1]
    blocks = [block(job.alert, name, is_repeat=job.repeat) for job in reversed(ordered)]
    rest = str(newest.get("text") or "").strip().split("\n\n")[1:]
    return {
        **newest,
        "title": _title(rows, name),
        "text": "\n\n".join([_first(rows), *blocks, *rest]),
        "reason": "",
        "severity": next((s for s in _GRAVITY if any(row.get("severity") == s for row in rows)), "info"),
        "before_json": rows[0].get("before_json"),
        "evidence_json": [entry for row in reversed(rows) for entry in row.get("evidence_json") or []],
        "footer": _footer(rows),
    }


def _title(rows: Sequence[Mapping[str, Any]], name: str) -> str:
    """ "Houses flooded: 300 → 2,000 (300-2,000), correction, 3 alerts in one"."""
    kinds = {row["kind"] for row in rows}
    labels = [words for kind, words in LABELS.items() if kind in kinds]
    tail = ", ".join([_way(rows), *labels, f"{len(rows)} alerts in one"])
    return f"{cut(' '.join(name.split()), max(20, _TITLE - len(tail)))}: {tail}"


def _way(rows: Sequence[Mapping[str, Any]]) -> str:
    start, end = _start(rows), _end(rows)
    if start is None or end is None or start == end["best"]:
        return _stands(end)
    return f"{figure(start)} {ARROW} {_stands(end)}"


def _first(rows: Sequence[Mapping[str, Any]]) -> str:
    """ "3 alerts waited for this channel, newest first: from 300 before 2025-03-27 09:00 UTC to 2,000 at ..."."""
    start = _start(rows)
    began = f"{'no figure' if start is None else figure(start)} before {when(rows[0].get('raised_at'))}"
    stands = f"{_stands(_end(rows))} at {when(rows[-1].get('raised_at'))}"
    return f"{len(rows)} alerts waited for this channel, newest first: from {began} to {stands}."


def _start(rows: Sequence[Mapping[str, Any]]) -> Any:
    """The best figure before the first of them that knows one."""
    told = [row for row in rows if row.get("after_json")]
    return ((told[0].get("before_json") or {}) if told else {}).get("best")


def _end(rows: Sequence[Mapping[str, Any]]) -> Json | None:
    return next((row["after_json"] for row in reversed(rows) if row.get("after_json")), None)


def _stands(state: Json | None) -> str:
    return "no figure" if state is None else shown(state)


def block(alert: Mapping[str, Any], name: str, *, is_repeat: bool) -> str:
    """Time, id and mark; the title without the estimate's name; then what its text says first."""
    marks = [when(alert.get("raised_at")), short_id(str(alert["id"]))] + ([REPEAT] if is_repeat else [])
    head = str(alert.get("text") or "").strip().split("\n\n")[0]
    lines = [" · ".join(marks), _without(name, str(alert.get("title") or "")), *(head.split("\n") if head else [])]
    reason = str(alert.get("reason") or "")
    if reason and reason not in head:
        lines.append(f"Why: {reason}")
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def _without(name: str, title: str) -> str:
    plain = " ".join(name.split())
    return title.removeprefix(f"{plain}: ") if plain else title


def _footer(rows: Sequence[Mapping[str, Any]]) -> str:
    ids = " ".join(short_id(str(row["id"])) for row in reversed(rows))
    times = dict.fromkeys(when(row.get("raised_at")) for row in (rows[0], rows[-1]))
    return f"{ids} · {' to '.join(times)}"
