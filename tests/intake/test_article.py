"""`tallywire article` and `tallywire redact`."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tallywire.cli.article import marked
from tallywire.cli.main import tallywire
from tallywire.eventstore.evidence import problems
from tests.flow import texts
from tests.harness import Place

SILENT = {  # file name -> text, and why it gives no claim
    "quiet.txt": (texts.NO_NUMBERS, "no tracked subject"),
    "french.txt": ("Le ministre a dit que la situation est calme et que tous sont sur place. " * 9, "not English"),
    "loose.txt": ("There were 17 reasons why Kenyan soldiers in Haiti were named, he said.", "numbers but none bound"),
}
COPY = texts.FIRST.replace("Kenya's men leave for the island", "Off to the island")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(tmp_path_factory.mktemp("article") / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    made.drop("leaving-for-the-island.txt", texts.FIRST)
    made.drop("copy.txt", COPY)
    for name, (text, _) in SILENT.items():
        made.drop(name, text)
    made.run("run", "--once")
    return made


def asked(place: Place, *arguments: str) -> Result:
    """A command, in this process: starting one for each takes a second."""
    return CliRunner().invoke(tallywire, ["--home", str(place.home.root), *arguments])


def answer(place: Place, *arguments: str) -> Any:
    found = asked(place, *arguments, "--format", "json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_an_article_shows_its_text_with_the_claims_marked_and_its_near_copies(place: Place) -> None:
    shown = asked(place, "article", "leaving-for-the-island.txt").stdout
    assert "About 11,000[1] Kenyan soldiers have been deployed" in " ".join(shown.split())
    assert "2025-03-03 (from: header)" in shown and "near copy: " in shown and "copy.txt" in shown
    (found,) = answer(place, "article", "copy.txt")
    assert [each["path"] for each in found["group"]] == ["leaving-for-the-island.txt"]
    assert [c["estimate"] for c in found["claims"]] == ["deployed"] and found["why"] is None
    (mark,) = found["marks"]
    assert found["text"][mark["start"] : mark["end"]] == "11,000"
    assert found["text"][slice(*mark["quote"])] == found["claims"][0]["quote"]
    assert asked(place, "article", found["id"][:10]).stdout == asked(place, "article", "copy.txt").stdout


def test_an_article_without_a_claim_says_why(place: Place) -> None:
    listed = {f["path"]: f["reason"] for f in answer(place, "inbox")}
    for name, (_, why) in SILENT.items():
        assert f"no claim: {why}" in asked(place, "article", name).stdout
        assert answer(place, "article", name)[0]["why"] == why
        assert listed[name] == f"no claim: {why}"


def test_the_original_comes_back_byte_for_byte(tmp_path: Path) -> None:
    data = texts.FIRST.encode("utf-16") + b"\n\x00"
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    place.drop("wide.txt", data)
    place.run("run", "--once")
    done = subprocess.run(place.command("article", "wide.txt", "--original"), capture_output=True, check=True)
    assert done.stdout == data


def test_the_original_of_a_line_is_the_line(tmp_path: Path) -> None:
    rows = [
        b'{"title": "Rain, n\\u00ba 1",  "text": "Rain fell all day in the hills.", "id": 7}',
        '  {"text": "Snow fell all night \u2013 in the valley.", "by": "\u00c1na"} '.encode(),
        b'{"html": "<p>Hail fell at noon on the coast.</p>", "title": null}',
    ]
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    place.drop("many.jsonl", b"\xef\xbb\xbf" + rows[0] + b"\r\n\r\n" + rows[1] + b"\n" + rows[2])
    place.drop("other.jsonl", rows[1] + b"\n" + rows[2] + b"\n")
    place.run("run", "--once")
    kept = {hashlib.sha256(row).hexdigest(): row for row in rows}
    with place.store() as store:
        assert {row["id"]: store.original(row["id"]) for row in store.rows("article")} == kept
        assert list(problems(store)) == []
    done = subprocess.run(place.command("article", next(iter(kept)), "--original"), capture_output=True, check=True)
    assert done.stdout == rows[0]


def test_a_member_without_bytes_of_its_own_is_kept_as_it_was_read(tmp_path: Path) -> None:
    records = [{"title": f"Rain in {where}", "text": "Rain fell all day in the hills."} for where in ("Orne", "Velm")]
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    place.drop("list.json", json.dumps(records))
    place.drop("wide.jsonl", "\n".join(map(json.dumps, records)).encode("utf-16"))
    place.run("run", "--once")
    with place.store() as store:
        assert len(store.rows("article")) == 2 and list(problems(store)) == []


def test_an_unknown_article_is_one_line(place: Place) -> None:
    failed = place.run("article", "nothing.txt", check=False)
    assert failed.returncode == 1 and failed.stderr.startswith("tallywire: there is no article")
    assert len(failed.stderr.splitlines()) == 1


def test_a_redacted_article_keeps_its_figure_and_loses_its_words(tmp_path: Path) -> None:
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    place.drop("leaving-for-the-island.txt", texts.FIRST)
    place.run("run", "--once")
    (found,) = answer(place, "article", "leaving-for-the-island.txt")
    assert asked(place, "redact", found["id"][:12]).exit_code != 0  # it wants to know why
    done = asked(place, "redact", "leaving-for-the-island.txt", "--why", "asked for by the source").stdout
    (kept,) = (place.home.inbox / "done").rglob("leaving-for-the-island.txt")
    assert f"still lies at {kept}" in done
    shown = asked(place, "article", found["id"]).stdout
    assert "[redacted]" in shown and "11,000[" not in shown and "leave for the island" not in shown
    assert asked(place, "article", found["id"], "--original").exit_code == 1
    assert asked(place, "redact", found["id"], "--why", "again").exit_code == 1
    assert next(e["best"] for e in answer(place, "estimates") if e["id"] == "deployed") == 11000
    log = asked(place, "events", "--format", "jsonl").stdout
    assert "leave for the island" not in log and "leaving-for" not in log and "asked for by the source" in log
    assert answer(place, "inbox") == []
    with place.store() as store:
        assert store.rows("sketch", article=found["id"]) == [] and store.text(found["id"]) is None
    kept.rename(place.home.inbox / "leaving-for-good.txt")
    place.run("run", "--once")
    assert place.is_whole() and "leaving-for" not in asked(place, "events", "--format", "jsonl").stdout


def test_marks_may_touch_and_overlap() -> None:
    text = "From 3 to 5 men came, 4 of them twice."
    marks = [
        {"claim": "a", "start": 5, "end": 11, "quote": [0, 20]},
        {"claim": "b", "start": 10, "end": 11, "quote": [8, 38]},
        {"claim": "c", "start": 22, "end": 23, "quote": [22, 38]},
    ]
    pieces = "".join(marked(text, marks))
    plain = "".join(part.partition("m")[2] if "m" in part[:6] else part for part in pieces.split("\x1b["))
    assert plain == "From 3 to 5[1][2] men came, 4[3] of them twice."
    assert "".join(marked("nothing here", [])).startswith("nothing here")
