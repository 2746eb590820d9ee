"""Every question about the store, shared by the CLI and the web page. Answers are JSON-native; nothing is changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from tallywire.arguments import CommandError, find
from tallywire.core.quantity import interval
from tallywire.eventstore.base import Reader, Row, Verification
from tallywire.folding import Folder

Json = dict[str, Any]


def estimates(reader: Reader) -> list[Json]:
    """Every tracked estimate: its figure, plan, and how much stands behind it, by all claims that stand now."""
    folder = Folder(reader)
    return [estimate(name, folder) for name in folder.definitions]


def estimate(name: str, folder: Folder) -> Json:
    """{id, title, best, low, high, planned, policy, as_of, originators, documents, contradictions (how many open)}."""
    return line(name, folder.definitions[name].title, folder.state(name).summary())


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


def show(reader: Reader, wanted: str) -> Json:
    """One estimate with its state in full, and its claims, each with what the fold made of it and why."""
    row = find(reader, "estimate", {"id": wanted})
    folder = Folder(reader)
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
        "claims": [_reasoned(c, reasons.get(c["id"])) for c in claims(reader, estimate_id=row["id"])],
    }


def _reasoned(claim: Json, reason: tuple[str, int, str] | None) -> Json:
    verdict, rule, why = reason or (claim["state"], None, claim["why"])
    return {**claim, "verdict": verdict, "fold_rule": rule, "fold_reason": why}


def claims(reader: Reader, *, estimate_id: str | None = None, article: str | None = None) -> list[Json]:
    """Claims with their verdicts, and where and when they were published."""
    equal: dict[str, Any] = {k: v for k, v in {"estimate": estimate_id, "article": article}.items() if v is not None}
    articles: dict[str, Row | None] = {}
    return [_claim(reader, row, articles) for row in reader.rows("claim", order="position", **equal)]


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


def articles(reader: Reader) -> list[Json]:
    """Articles in the order of their arrival."""
    names = "id path title outlet published published_from url media size received_at".split()
    return [
        {
            **{name: row[name] for name in names},
            "claims": len(reader.rows("claim", article=row["id"], state="standing")),
        }
        for row in reader.rows("article", order="position")
    ]


def alerts(reader: Reader) -> list[Json]:
    """Alerts, oldest first, with the state of their deliveries; no channels: decided, but told nobody (quiet)."""
    names = "id kind estimate severity title text reason raised_at acknowledged_at corrects".split()
    return [
        {
            **{name: row[name] for name in names},
            "deliveries": {d["channel"]: d["state"] for d in reader.rows("delivery", alert=row["id"])},
        }
        for row in reader.rows("alert", order="position")
    ]


def deliveries(reader: Reader) -> list[Json]:
    """Deliveries, oldest first, with attempts so far, when the next is due and the last error."""
    return [_delivery(reader, row) for row in reader.rows("delivery", order="position")]


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
