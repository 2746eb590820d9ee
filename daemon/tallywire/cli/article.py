"""One article: what it says, what was made of it, its original; and taking its texts out of the record."""

from __future__ import annotations

import hashlib
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from tallywire.cli import output
from tallywire.cli.common import Failure, change, format_option, home, home_option, looking, root, why_option
from tallywire.cli.look import CLAIMS

Json = dict[str, Any]


@click.command()
@click.argument("wanted", metavar="ID")
@click.option("--original", is_flag=True, help="The bytes as they arrived, and nothing else, on standard output.")
@home_option
@format_option
def article(wanted: str, original: bool, form: str) -> None:
    """One article: its text with the claims marked, near copies and versions, or why it gave no claim.

    ID is an article's id or the beginning of it, or the path of its file in the inbox.
    """
    if original:
        _original(wanted)
        return
    answer = _asked(wanted)
    if form != "table":
        output.emit([answer], form, [], empty="")
    else:
        _print(answer)


def _original(wanted: str) -> None:
    from tallywire import dossier

    with looking() as store:
        row = dossier.wanted(store, wanted)
        data = store.original(row["id"])
    if data is None:
        raise Failure(f"article {row['id'][:12]} is redacted: its original is gone")
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _asked(wanted: str) -> Json:
    from tallywire import config, dossier
    from tallywire.tracking import compiled

    with looking() as store:
        return dossier.dossier(store, wanted, compiled(config.load(root()).definitions))


def _print(answer: Json) -> None:
    click.secho(answer["title"] or "(no title)", bold=True)
    dated = f"{answer['published'] or 'undated'} (from: {answer['published_from']})"
    by = ", ".join(str(answer[k]) for k in ("outlet", "author") if answer[k])
    click.echo(f"{answer['id'][:12]}  {dated}{'  ' + by if by else ''}  {answer['media']}, {answer['size']:,} bytes")
    if answer["url"]:
        click.echo(answer["url"])
    click.echo("files: " + (", ".join(answer["files"]) or "none"))
    for name, title in (("group", "near copy"), ("replaces", "replaces")):
        for each in answer[name]:
            click.echo(f"{title}: {_brief(each)}")
    if answer["replaced_by"]:
        click.secho(f"replaced by: {_brief(answer['replaced_by'])}", fg="yellow")
    if answer["why"]:
        click.secho(f"no claim: {answer['why']}", fg="red")
    if answer["unread"]:
        click.secho(f"note: {answer['unread']}", fg="yellow")
    if answer["text"] is not None:
        click.echo("\n" + "".join(marked(answer["text"], answer["marks"])) + "\n")
    if answer["claims"]:
        numbers = {m["claim"]: n for n, m in enumerate(answer["marks"], start=1)}
        mark: output.Column = ("", lambda row: f"[{numbers[row['id']]}]" if row["id"] in numbers else "")
        output.table(answer["claims"], [mark, *CLAIMS[:-1]], empty="")


def _brief(article: Json) -> str:
    return "  ".join(
        str(v) for v in (article["id"][:12], article["outlet"], article["published"], article["path"]) if v
    )


def marked(text: str, marks: list[Json]) -> Iterator[str]:
    """The text in pieces: quotes underlined, figures bold, and the claim's number behind each figure."""
    tags: dict[int, list[str]] = {}
    for number, mark in enumerate(marks, start=1):
        tags.setdefault(mark["end"], []).append(f"[{number}]")
    ends = {m["start"] for m in marks} | {m["end"] for m in marks} | {end for m in marks for end in m["quote"]}
    places = sorted({0, len(text), *(end for end in ends if 0 <= end <= len(text))})
    for start, end in itertools.pairwise(places):
        quoted = any(m["quote"][0] <= start < m["quote"][1] for m in marks)
        figure = any(m["start"] <= start < m["end"] for m in marks)
        piece = text[start:end]
        yield click.style(piece, underline=quoted, bold=figure, fg="green" if figure else None) if quoted else piece
        yield click.style("".join(tags.get(end, ())), fg="cyan")


@click.command()
@click.argument("wanted", metavar="ARTICLE")
@why_option
@home_option
def redact(wanted: str, why: str) -> None:
    """Blanks an article's texts in the record for good: title, text, original and quotes. Figures stay."""
    from tallywire import dossier

    with looking() as store:
        row = dossier.wanted(store, wanted)
        paths = [s["path"] for s in store.rows("sighting", article=row["id"])]
    answer = change("articles.redact", id=row["id"], why=why)
    click.echo(f"article {str(answer['article'])[:12]} is redacted")
    for path in copies(home().inbox, row["id"], row["size"], paths):
        click.echo(f"a copy of the file still lies at {path}: delete it, too, if it must go")


def copies(folder: Path, article: str, size: int | None, seen: list[str]) -> list[Path]:
    """Files in the inbox, done/ included, that hold these very bytes under a name that was seen."""
    stems = {Path(path).stem.casefold()[:20] for path in seen}
    files = (p for p in folder.rglob("*") if p.stem.casefold()[:20] in stems and p.is_file() and not p.is_symlink())
    return [p for p in files if p.stat().st_size == size and hashlib.sha256(p.read_bytes()).hexdigest() == article]
