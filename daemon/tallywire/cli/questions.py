"""Questions of those who must defend a figure: history, diff, whatif, explain, methodology, sources, review, export."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from tallywire.cli import output
from tallywire.cli.common import Failure, format_option, home_option, looking, root
from tallywire.cli.output import Column, clipped, key, moment, short

Json = Mapping[str, Any]

HISTORY: list[Column] = [
    ("#", key("position")),
    ("RECORDED (UTC)", moment("recorded_at")),
    ("BY", key("by")),
    ("WHAT", key("text")),
    ("EVIDENCE", lambda row: "\n".join(_quoted(e) for e in row.get("evidence") or [])),
]
EVIDENCE: list[Column] = [
    ("CLAIM", short("claim")),
    ("WHO", lambda row: row["originator"] or row["outlet"]),
    ("PUBLISHED", lambda row: str(row["published"] or "?")[:10]),
    ("QUOTE", clipped("quote", 90)),
    ("FILE", clipped("path", 40)),
]
VERDICTS: list[Column] = [
    ("CLAIM", short("claim")),
    ("WHAT", key("what")),
    ("BY", key("by")),
    ("WHY", key("why")),
    ("QUOTE", clipped("quote", 60)),
]
WHATIF: list[Column] = [
    ("ESTIMATE", key("id")),
    ("NOW", lambda row: _value(row["now"])),
    ("THEN", lambda row: _value(row["then"])),
    ("OPEN NOW", lambda row: "contradiction" if row["now"]["contradictions"] else ""),
    ("OPEN THEN", lambda row: "contradiction" if row["then"]["contradictions"] else ""),
    ("", lambda row: "*" if row["differs"] else ""),
]
SOURCES: list[Column] = [
    ("SOURCE", key("name")),
    ("GRADE", key("grade")),
    ("CLAIMS", key("claims")),
    ("ARTICLES", key("articles")),
    ("AGREED", lambda row: f"{row['agreed']} of {row['judged']}" if row["judged"] else ""),
    ("HIGH", lambda row: row["high"] or ""),
    ("LOW", lambda row: row["low"] or ""),
    ("ABOUT", lambda row: ", ".join(f"{name} {count}" for name, count in row["estimates"].items())),
    ("NOTE", lambda row: _note(row)),
]
REVIEW: list[Column] = [
    ("KIND", key("kind")),
    ("ESTIMATE", key("estimate")),
    ("WHY", key("why")),
    ("TEXT", lambda row: _passage(row)),
    ("WHAT TO DO", key("command")),
]
DICTIONARY: list[Column] = [
    ("TABLE", key("table")),
    ("COLUMN", key("column")),
    ("TYPE", key("type")),
    ("MEANING", key("meaning")),
]


def zone() -> ZoneInfo:
    """The zone in which the days of a question are meant."""
    from tallywire import config

    return ZoneInfo(config.load_settings(root()).zone)


def _quoted(evidence: Json) -> str:
    who = evidence["originator"] or evidence["outlet"] or "nobody named"
    return f"{who}: “{' '.join(str(evidence['quote']).split())[:100]}”"


def _value(line: Json) -> str:
    plan = output.planned(line)
    parts = [output.best(line), output.span(line), f"plan {plan}" if plan else ""]
    return "  ".join(part for part in parts if part)


def _note(row: Json) -> str:
    if row["known"]:
        return "muted" if row["muted"] else "outlet" if row["outlet"] else ""
    return f"unknown; an alias of {row['alike']}?" if row["alike"] else "unknown"


def _passage(row: Json) -> str:
    if not row.get("quote"):
        return ""
    around = f"{row.get('before', '')[-120:]}[[{row['quote']}]]{row.get('after', '')[:120]}"
    return f"{' '.join(around.split())}\n({row.get('outlet') or row.get('file') or '?'})"


@click.command()
@click.argument("wanted", metavar="ID")
@home_option
@format_option
def history(wanted: str, form: str) -> None:
    """All that happened to an estimate: every revision with its reason and evidence, pins, contradictions."""
    from tallywire import timetravel

    with looking() as store:
        output.emit(timetravel.history(store, wanted), form, HISTORY, empty="nothing was recorded yet")


@click.command()
@click.argument("wanted", metavar="ID")
@click.option("--from", "start", required=True, help="A day, or a moment.")
@click.option("--to", "end", required=True, help="A day, or a moment.")
@home_option
@format_option
def diff(wanted: str, start: str, end: str, form: str) -> None:
    """What was told of an estimate on two days, and what changed the mind in between."""
    from tallywire import past, timetravel

    with looking() as store:
        answer = timetravel.diff(store, wanted, past.moment(start, zone()), past.moment(end, zone()))
    if form != "table":
        output.emit([answer], form, [], empty="")
        return
    click.echo(f"{answer['id']}: {timetravel.described(answer['from'])} → {timetravel.described(answer['to'])}")
    output.table(answer["steps"], HISTORY[:4], empty="nothing happened in between")
    if answer["claims"]:
        click.echo("\nWhat moved it:")
        output.table(answer["claims"], EVIDENCE, empty="")
    if answer["corrected"]:
        click.echo("\nVerdicts on claims:")
        output.table(answer["corrected"], VERDICTS, empty="")


@click.command()
@click.argument("wanted", metavar="[ID]", required=False)
@click.option("--policy", help="anchored, range, latest, highest, lowest or corroborated.")
@click.option("--without-source", multiple=True, metavar="NAME", help="Leave an originator out (also several times).")
@click.option("--without-outlet", multiple=True, metavar="NAME", help="Leave an outlet out (also several times).")
@click.option("--grade", type=click.Choice("ABCDEF"), help="Leave originators graded worse than this out.")
@click.option("--near", type=click.FloatRange(1, 1000), help="Figures within so many times are near.")
@click.option("--jump", type=click.FloatRange(1, 1000), help="More than so many times is a jump.")
@click.option("--window", "window_days", type=click.IntRange(1), help="Days of the window.")
@click.option("--voices", type=click.IntRange(1, 100), help="Originators that `corroborated` asks for.")
@home_option
@format_option
def whatif(
    wanted: str | None,
    policy: str | None,
    without_source: tuple[str, ...],
    without_outlet: tuple[str, ...],
    grade: str | None,
    form: str,
    **settings: float | None,
) -> None:
    """Folds again under other rules or without some sources, and shows both side by side. Nothing is stored."""
    from tallywire.whatif import Change
    from tallywire.whatif import whatif as ask_otherwise

    chosen = tuple((name, value) for name, value in settings.items() if value is not None)
    change = Change(policy, without_source, without_outlet, grade, chosen)
    with looking() as store:
        rows = ask_otherwise(store, change, wanted)
    if form == "table":
        click.echo(f"What if: {change.words()} (* differs)")
    output.emit(rows, form, WHATIF, empty="nothing is tracked yet")


@click.command()
@click.argument("wanted", metavar="ID")
@home_option
@format_option
def explain(wanted: str, form: str) -> None:
    """Each claim used and left out, with rule, voice, weight and quote; short enough for a footnote."""
    from tallywire import explain as explaining

    with looking() as store:
        answer = explaining.explain(store, wanted)
    if form != "table":
        output.emit([answer], form, [], empty="")
        return
    for line in explaining.footnote(answer):
        click.echo(line)


@click.command()
@home_option
def methodology() -> None:
    """The rules in force in plain words, for publication."""
    from tallywire.methodology import methodology as rules

    with looking() as store:
        for line in rules(store):
            click.echo(line)


@click.command()
@click.option("--unknown", is_flag=True, help="Only names that sources.yaml does not know.")
@home_option
@format_option
def sources(unknown: bool, form: str) -> None:
    """Who said what, how often they agreed with what stood later, and names worth an alias."""
    from tallywire import sourcing

    with looking() as store:
        rows = sourcing.sources(store)
    output.emit(sourcing.unknown(rows) if unknown else rows, form, SOURCES, empty="nobody said anything yet")


@click.command()
@click.option("--kind", help="Only entries of this kind (contradiction, odd date, unknown originator ...).")
@click.option("--estimate", help="Only entries about this estimate.")
@home_option
@format_option
def review(kind: str | None, estimate: str | None, form: str) -> None:
    """What waits for a person's eye, with the text around it and the command that settles it."""
    from tallywire.arguments import find, nearest
    from tallywire.review import KINDS
    from tallywire.review import review as queue

    if kind is not None and kind not in KINDS:
        raise Failure(f"there is no kind {kind!r}{nearest(kind, KINDS)}; kinds: {', '.join(KINDS)}")
    with looking() as store:
        name = find(store, "estimate", {"id": estimate})["id"] if estimate else None
        output.emit(queue(store, kind=kind, estimate=name), form, REVIEW, empty="nothing waits for review")


@click.command()
@click.argument("what", type=click.Choice(["claims", "revisions", "series", "alerts", "deliveries", "dictionary"]))
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "parquet"]), default="csv")
@click.option("--estimate", help="Only what is about this estimate.")
@click.option("--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="A file (default: printed).")
@home_option
def export(what: str, form: str, estimate: str | None, path: Path | None) -> None:
    """Tables for other programs; `export dictionary` says what every column means."""
    from tallywire import export as tables
    from tallywire.arguments import find

    if form == "parquet" and (path is None or what == "dictionary"):
        raise Failure("parquet holds a table in a file: give --output FILE (and one of the tables)")
    with looking() as store:
        name = find(store, "estimate", {"id": estimate})["id"] if estimate else None
        found = iter(tables.dictionary()) if what == "dictionary" else tables.rows(store, what, name)
        columns = tables.columns(what)
        if form == "parquet" and path is not None:
            tables.write_parquet(found, what, path)
            return
        with path.open("w", encoding="utf-8", newline="") if path else nullcontext(sys.stdout) as out:
            if form == "csv":
                tables.write_csv(found, columns, out)
            else:
                tables.write_jsonl(found, out)
