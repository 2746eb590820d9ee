"""Commands about texts and definitions that need no store: extract, try, check."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tallywire.cli import output
from tallywire.cli.common import Failure, format_option, home_option, root
from tallywire.core.quantity import interval, plain

if TYPE_CHECKING:
    from tallywire.core.article import Article
    from tallywire.core.claim import Claim
    from tallywire.core.definition import Definition
    from tallywire.deliver.channels import Channel
    from tallywire.read.isolated import IsolatedReader

Json = dict[str, Any]
CLAIM_FIELDS = (
    "estimate",
    "low",
    "high",
    "bound",
    "kind",
    "status",
    "source",
    "as_of",
    "quote",
    "start",
    "end",
    "rule",
)


def articles_of(path: str) -> list[Article]:
    """A file's articles. Raises Failure for one that can't be opened, Rejected for one that is no article."""
    from tallywire.read import LIMITS, Rejected

    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise Failure(f"can't be read: {error.strerror}") from error
    if len(data) > LIMITS.bytes:
        raise Rejected("too large", f"{len(data):,} bytes; the limit is {LIMITS.bytes:,}")
    return _reader().read(data, path)


@cache
def _reader() -> IsolatedReader:
    """Parsers of foreign formats run in a child process here too; it ends with this one."""
    from tallywire.read.isolated import IsolatedReader

    return IsolatedReader()


def definitions_of(estimates: Path | None) -> tuple[Definition, ...]:
    from tallywire import config

    return config.load_estimates(estimates or root() / "config" / "estimates.yaml")


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--estimates", type=click.Path(dir_okay=False, path_type=Path), help="Definitions (default: the home's).")
@click.option("--quantities", is_flag=True, help="Every quantity of the text instead of claims about estimates.")
@home_option
@format_option
def extract(files: tuple[str, ...], estimates: Path | None, quantities: bool, form: str) -> None:
    """What files claim, without storing anything."""
    rows = _quantity_rows(files) if quantities else _claim_rows(files, definitions_of(estimates))
    if form != "table":
        output.emit(rows, form, [], empty="")
        return
    for row in rows:
        click.echo(click.style(row["file"], bold=True))
        for found in row.get("claims") or row.get("quantities") or []:
            click.echo("  " + _line(found))
        if "error" in row:
            click.secho(f"  no article: {row['error']}", fg="red")


def _claim_rows(files: Sequence[str], definitions: tuple[Definition, ...]) -> Iterator[Json]:
    from tallywire.plugins import Combined

    extractor = Combined(definitions)
    return _rows(files, "claims", lambda article: [claim_json(c) for c in extractor.read(article).claims])


def _quantity_rows(files: Sequence[str]) -> Iterator[Json]:
    from tallywire.extract.quantities import quantities

    return _rows(files, "quantities", lambda article: list(quantities(article.text)))


def _rows(files: Sequence[str], name: str, found: Callable[[Article], list[Any]]) -> Iterator[Json]:
    """One row a file. One that is no article gets an empty list and the reason: the other files count as well."""
    from tallywire.read import Rejected

    for path in files:
        try:
            yield {"file": path, name: [each for article in articles_of(path) for each in found(article)]}
        except Rejected as error:
            yield {"file": path, name: [], "error": f"{error.reason}: {error.detail}"}
        except Failure as error:
            yield {"file": path, name: [], "error": error.message}


def claim_json(claim: Claim) -> Json:
    values = {name: getattr(claim, name) for name in CLAIM_FIELDS}
    for end in ("low", "high"):
        values[end] = None if values[end] is None else plain(values[end])
    return values


def _line(found: Json) -> str:
    number = "vague" if found["low"] is None else interval(found["low"], found["high"])
    if "estimate" not in found:
        return f"{number} {found['bound']} {found['noun'] or ''}"
    who = f" — {found['source']}" if found["source"] else ""
    return (
        f"{found['estimate']}: {number} {found['bound']}, {found['kind']}, {found['status']}{who}: “{found['quote']}”"
    )


@click.command("try")
@click.argument("file")
@click.option("--estimates", type=click.Path(dir_okay=False, path_type=Path), help="Definitions (default: the home's).")
@home_option
@format_option
def try_(file: str, estimates: Path | None, form: str) -> None:
    """Every number of a text: taken, part or ignored, and why."""
    from tallywire.plugins import Combined
    from tallywire.read import Rejected

    extractor = Combined(definitions_of(estimates))
    try:
        answers = [_tried(article, extractor) for article in articles_of(file)]
    except Rejected as error:
        raise Failure(f"{file}: {error.reason}: {error.detail}") from error
    except Failure as error:
        raise Failure(f"{file}: {error.message}") from error
    if form != "table":
        output.emit(answers, form, [], empty="")
        return
    for answer in answers:
        _print_tried(answer)


def _tried(article: Article, extractor: Any) -> Json:
    found = extractor.read(article)
    numbers = [
        {
            "start": n.start,
            "end": n.end,
            "text": n.text,
            "verdict": n.verdict,
            "reason": n.reason,
            "names": list(n.names),
            "estimate": n.estimate,
            "sentence": article.text[n.sentence_start : n.sentence_end],
            "sentence_start": n.sentence_start,
        }
        for n in found.numbers
    ]
    head = {"title": article.title, "outlet": article.outlet, "published": article.published}
    claims = [claim_json(c) for c in found.claims]
    return {**head, "published_from": article.published_from, "why": found.why, "numbers": numbers, "claims": claims}


_COLOUR = {"taken": "green", "part": "yellow", "ignored": "bright_black"}


def _print_tried(answer: Json) -> None:
    click.secho(answer["title"] or "(no title)", bold=True)
    click.echo(f"published {answer['published'] or 'unknown'} (from: {answer['published_from']})")
    if answer["why"]:
        click.secho(f"no claim: {answer['why']}", fg="red")
    for _, numbers in groupby(answer["numbers"], key=lambda n: n["sentence_start"]):
        _print_sentence(list(numbers))
    click.echo()
    for claim in answer["claims"]:
        click.secho("→ " + _line(claim), fg="green")


def _print_sentence(numbers: list[Json]) -> None:
    """A sentence with its numbers in the colour of what became of them, and below it each number with the reason."""
    sentence, at = numbers[0]["sentence"], numbers[0]["sentence_start"]
    done, shown = 0, ""
    for number in numbers:
        start, end = max(done, number["start"] - at), number["end"] - at
        shown += sentence[done:start] + click.style(sentence[start:end], fg=_COLOUR[number["verdict"]], bold=True)
        done = max(done, end)
    click.echo("\n" + " ".join((shown + sentence[done:]).split()))
    for number in numbers:
        about = f" {number['estimate']}" if number["estimate"] else ""
        click.secho(f"  {number['verdict']:<8}{number['text']:<16}{about}", fg=_COLOUR[number["verdict"]], nl=False)
        click.echo(f"  {number['reason']}")


@click.command()
@home_option
@format_option
def check(form: str) -> None:
    """Reads the configuration and says back what it means."""
    from tallywire import config
    from tallywire.config import readback
    from tallywire.deliver.send import complaint

    loaded = config.load(root(), probe=complaint)
    rows = [_checked(definition, loaded.channels) for definition in loaded.definitions]
    if form != "table":
        output.emit(rows, form, [], empty="")
        return
    for row in rows:
        click.echo(click.style(row["id"], bold=True) + f"  {row['reads']}")
        click.echo(f"    policy {row['policy']}; alerts: {row['alert']}")
        for rule in row["rules"][1:]:
            click.echo(f"    rule {rule['name']}: {rule['reads']}")
        for warning in row["warnings"]:
            click.secho(f"    note: {warning}", fg="yellow")
    click.echo(click.style("alerts", bold=True))
    for line in readback.of_config(loaded):
        click.echo(f"    {line}")
    channels = ", ".join(f"{c.name} ({c.shown})" for c in loaded.channels) or "console"
    click.echo(
        f"{len(rows)} estimates, {len(loaded.sources)} sources; channels: {channels}. The configuration is sound."
    )


def _checked(definition: Definition, channels: Sequence[Channel]) -> Json:
    """A definition read back: what its sentence means, and by which rules it alerts whom."""
    from tallywire.config import readback
    from tallywire.extract import track

    parsed = track.parse(definition.track, definition.same_as)
    rules = readback.of_estimate(definition, channels)
    return {
        "id": definition.id,
        "track": definition.track,
        "reads": parsed.describe(),
        "policy": definition.policy,
        "warnings": list(parsed.warnings),
        "alert": rules[0][1],
        "rules": [{"name": name, "reads": words} for name, words in rules],
        "to": list(definition.to),
    }
