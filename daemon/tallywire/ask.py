"""Every question about the store, shared by the CLI and the web page. Answers are JSON-native; nothing is changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Final

from tallywire.arguments import CommandError, find
from tallywire.core.estimate import Estimate
from tallywire.core.findings import behind
from tallywire.core.quantity import interval
from tallywire.eventstore.base import Reader, Row, Verification
from tallywire.folding import Folder
from tallywire.lately import Lately

Json = dict[str, Any]
NEWEST: Final = 20  # claims of a long list that are shown whatever became of them


def estimates(reader: Reader) -> list[Json]:
    """Every tracked estimate: its figure, plan, and how much stands behind it, by all claims that stand now."""
    folder = Lately(reader)
    return [estimate(name, folder) for name in folder.definitions]


def estimate(name: str, folder: Folder) -> Json:
    """{id, title, best, low, high, planned, policy, as_of, originators, documents, contradictions (how many open)}."""
    return line(name, folder.definitions[name].title, folder.summary(name))


def line(name: str, title: str, state: Json) -> Json:
    """The same of a summary, of whatever moment."""
    planned = state["planned"]
    return {
        "id": name,
        "title": title,
        "best": state["best"],
        "low": state["low"],
        "high": state["high"],
        "planned": {k: planned[k] for k in ("low", "high", "kind")} if planned else None,
        "policy": state["policy"],
        "as_of": state["as_of"],
        "originators": state["originators"],
        "documents": state["documents"],
        "contradictions": 1 if state["contradiction"] else 0,
        "pin": state.get("pin"),
    }


def show(reader: Reader, wanted: str, *, most: int | None = None) -> Json:
    """One estimate with its state in full, and its claims, each with what the fold made of it and why.

    Of more than `most` claims there are only those that bear on the figure, and the newest; `is_partial` says so.
    """
    row = find(reader, "estimate", {"id": wanted})
    is_partial = most is not None and len(reader.rows("claim", estimate=row["id"], limit=most + 1)) > most
    folder = Lately(reader) if is_partial else Folder(reader)
    if row["is_retired"]:
        raise CommandError(f"{row['id']} is retired: it is no longer in config/estimates.yaml")
    state = folder.state(row["id"])
    reasons = {u.claim: ("used", u.rule, u.reason) for u in state.uses}
    reasons |= {o.claim: ("left out", o.rule, o.reason) for o in state.left_out}
    return {
        **estimate(row["id"], folder),
        "bound": state.bound,
        "why": state.reason,
        "contradiction": [s.summary() for s in state.contradiction.sides] if state.contradiction else [],
        "provisional": [p.summary() for p in state.provisional],
        "undated": state.undated,
        "by": list(state.by),
        "revisions": row["revisions"] or 0,
        "revised_at": row["revised_at"],
        "is_partial": is_partial,
        "claims": [
            _reasoned(c, reasons.get(c["id"]))
            for c in (_weighty(reader, row["id"], state) if is_partial else claims(reader, estimate_id=row["id"]))
        ],
    }


def _weighty(reader: Reader, estimate_id: str, state: Estimate) -> list[Json]:
    """The claims that a summary names, and the newest ones, in the order of their recording."""
    summary = state.summary()
    told = [entry["claim"] for entry in (*(summary["contradiction"] or ()), *summary["provisional"])]
    names = dict.fromkeys([*behind(summary), *told, *(state.planned.claims if state.planned else ())])
    named = [row for claim in names if (row := reader.row("claim", claim)) is not None]
    newest = reader.rows("claim", order="-position", limit=NEWEST, estimate=estimate_id)
    rows = {row["id"]: row for row in (*named, *newest)}
    articles: dict[str, Row | None] = {}
    return [_claim(reader, row, articles) for row in sorted(rows.values(), key=lambda row: row["position"])]


def _reasoned(claim: Json, reason: tuple[str, int, str] | None) -> Json:
    verdict, rule, why = reason or (claim["state"], None, claim["why"])
    return {**claim, "verdict": verdict, "fold_rule": rule, "fold_reason": why}


def claims(
    reader: Reader, *, estimate_id: str | None = None, article: str | None = None, last: int | None = None
) -> list[Json]:
    """Claims with their verdicts, and where and when they were published; only the `last` ones."""
    equal: dict[str, Any] = {k: v for k, v in {"estimate": estimate_id, "article": article}.items() if v is not None}
    articles: dict[str, Row | None] = {}
    return [_claim(reader, row, articles) for row in _newest(reader, "claim", last, **equal)]


def _claim(reader: Reader, row: Row, articles: dict[str, Row | None]) -> Json:
    if row["article"] not in articles:
        articles[row["article"]] = reader.row("article", row["article"])
    article = articles[row["article"]] or {}
    names = "id estimate low high bound kind status noun source as_of quote article rule".split()
    return {
        **{name: row[name] for name in names},
        "start": row["start_at"],
        "end": row["end_at"],
        "onto": row["onto"],
        "correction": row["is_correction"],
        "state": "confirmed" if row["is_confirmed"] and row["state"] == "standing" else row["state"],
        "why": row["state_reason"],
        "outlet": article.get("outlet"),
        "published": article.get("published"),
        "file": article.get("path"),
    }


def articles(reader: Reader, last: int | None = None) -> list[Json]:
    """Articles in the order of their arrival; only the `last` ones."""
    names = "id path title outlet published published_from url media size received_at".split()
    return [
        {
            **{name: row[name] for name in names},
            "claims": len(reader.rows("claim", article=row["id"], state="standing")),
        }
        for row in _newest(reader, "article", last)
    ]


def alerts(reader: Reader, last: int | None = None) -> list[Json]:
    """Alerts, oldest first, with the state of their deliveries; no channels: decided, but told nobody (quiet).

    `last`: only the newest so many.
    """
    names = "id kind estimate severity title text reason raised_at acknowledged_at corrects".split()
    return [
        {
            **{name: row[name] for name in names},
            "deliveries": {d["channel"]: d["state"] for d in reader.rows("delivery", alert=row["id"])},
        }
        for row in _newest(reader, "alert", last)
    ]


def deliveries(reader: Reader, last: int | None = None) -> list[Json]:
    """Deliveries, oldest first, with attempts so far, when the next is due and the last error; only the `last` ones."""
    return [_delivery(reader, row) for row in _newest(reader, "delivery", last)]


def _newest(reader: Reader, table: str, last: int | None, **equal: Any) -> list[Row]:
    """The last rows by position, oldest first."""
    return reader.rows(table, order="-position", limit=last, **equal)[::-1]


def _delivery(reader: Reader, row: Row) -> Json:
    attempt = reader.row("attempt", row["alert"], row["channel"]) or {}
    return {
        "alert": row["alert"],
        "channel": row["channel"],
        "state": row["state"],
        "attempts": row["attempts"] or attempt.get("attempts") or 0,
        "queued_at": row["queued_at"],
        "settled_at": row["settled_at"],
        "due": attempt.get("due") if row["state"] == "queued" else None,
        "repeat": bool(row["is_repeat"]),
        "error": row["error"] or attempt.get("last_error"),
    }


def events(reader: Reader, *, after: int = 0, stream: str | None = None, kind: str | None = None) -> Iterator[Json]:
    """The log: envelope and data of each event, in position order."""
    for event in reader.events(after, stream=stream, types=[kind] if kind else None):
        yield dataclasses.asdict(event)


def verification(found: Verification, differences: list[str], altered: list[str], seconds: float) -> Json:
    """What `verify` found, and one paragraph for people. `altered`: what is wrong with the evidence."""
    ok = found.ok and not differences and not altered
    lines = [f"{rate(found.events, seconds)}, chain head {found.head[:16] or '-'}"]
    lines += [f"the log is broken: {found.bad}"] if not found.ok else ["the log is whole"]
    lines += [f"{found.redacted} redacted payloads"] if found.redacted else []
    lines += [f"the views differ from the log: {d}" for d in differences[:10]]
    lines += [f"the evidence is not whole: {a}" for a in altered[:10]]
    lines += ["`tallywire rebuild` makes the views anew"] if differences else []
    lines += list(found.notes)
    return {
        "ok": ok,
        "events": found.events,
        "head": found.head,
        "bad": found.bad,
        "redacted": found.redacted,
        "differences": differences,
        "evidence": altered,
        "summary": "\n".join(lines),
    }


def rate(events: int, seconds: float) -> str:
    """ "1,000,000 events in 41.0 s: 24,390 a second"."""
    return f"{events:,} events in {seconds:.1f} s: {events / max(seconds, 0.001):,.0f} a second"


def explain(answer: Json) -> list[str]:
    """Why the figure is what it is, as lines: the rule, contradiction, unconfirmed figures, plan."""
    if not answer["claims"]:
        return ["No article has said anything about this yet."]
    lines = [f"Why: {answer['why']}."] if answer["why"] else []
    if answer["contradiction"]:
        lines.append(f"Contradiction open: {'; '.join(_side(s) for s in answer['contradiction'])}.")
    lines += [f"Not confirmed: {_side(entry)}: {entry['reason']}." for entry in answer["provisional"]]
    if plan := answer["planned"]:
        lines.append(f"Planned: {interval(plan['low'], plan['high'])} {plan['kind']}.")
    if answer["undated"]:
        lines.append("Nothing behind it carries a date; `tallywire articles date ID DATE --why TEXT` gives one.")
    return lines


def _side(side: Json) -> str:
    return f"{side['originator'] or 'unnamed'} {interval(side['low'], side['high'])}"
