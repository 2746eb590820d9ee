"""A real daemon's log, at its most talkative: parsable line by line, and without a word of an article or a secret."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deliver.sinks import free_port, webhook
from tests.flow import texts
from tests.harness import Place, wait_for
from tests.read import samples

CANARY = "c4nary-S3cret"
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d{4} (DEBUG  |INFO   |WARNING|ERROR  |CRITICAL) \S.*")
POISON = "Poison was found in the well of the abbey, and 300 Kenyan soldiers have been killed in Haiti."
# Children that print to standard error, and an extractor whose error quotes the article that it chokes on.
TRAP = """
import os, sys
if "tallywire.read.worker" in sys.orig_argv or "tallywire.deliver.sender" in sys.orig_argv:
    os.write(2, b"a child's own noise\\n")
elif "run" in sys.orig_argv:
    from tallywire import plugins
    plain = plugins.Combined.read
    def read(self, article):
        if "Poison" in article.text:
            raise ValueError("cannot make sense of " + article.text)
        return plain(self, article)
    plugins.Combined.read = read
"""
ARTICLES = {
    "a.txt": samples.text().encode() + texts.FIRST.encode(),
    "a.md": f"# {samples.TITLE}\n\n{samples.SECOND}\n".encode(),
    "a.html": samples.html().encode(),
    "a.json": samples.record(),
    "a.jsonl": samples.record() + b"\n" + texts.MORE.encode(),
    "a.eml": samples.forwarded(),
    "a.mhtml": samples.saved_page(),
    "a.pdf": samples.article_pdf(),
    "a.docx": samples.word(),
    "cut.pdf": samples.article_pdf()[:900],
    "cut.docx": samples.word()[:-200],
    "cut.json": samples.record()[:-40],
    "inner.docx": b"PK\x03\x04 word/document " + samples.LEAD.encode(),
    "poison.txt": POISON.encode(),
    "turn\u202e\n2026-01-01 00:00:00.000+0000 ERROR  forged \x1b[31m.txt": texts.KILLED.encode(),
}
SHOWN = "turn\\u202e\\n2026-01-01 00:00:00.000+0000 ERROR  forged \\x1b[31m.txt"


@pytest.fixture(params=["human", "json"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """The lines of a daemon that took all of these in, could not deliver everything, and was reloaded twice."""
    (tmp_path / "sitecustomize.py").write_text(TRAP)
    environment = {"PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"}
    with webhook() as hooks:
        place = Place(
            tmp_path / "home",
            estimates=texts.TROOPS,
            channels="".join(f'{name}: "{url}"\n' for name, url in _channels(hooks.server_port).items()),
            settings=f"{texts.QUICK}log: {{format: {request.param}}}\n",
        )
        try:
            place.start(environment, verbose=True)
            for name, content in ARTICLES.items():
                place.drop(name, content)
            hooks.wait(4)
            wait_for(lambda: "given up for" in place.log.read_text(), "a channel that is given up")
            wait_for(lambda: not any(p.is_file() for p in place.home.inbox.iterdir()), "all is taken in")
            _reload(place, "not a list\n", "nothing changed")
            _reload(place, texts.TROOPS + "- track: N people displaced in Sudan\n", "displaced")
            assert place.stop() == 0
        finally:
            place.kill()
    yield place.log.read_text(encoding="utf-8").splitlines()


def _channels(port: int) -> dict[str, str]:
    return {
        "hook": f"json://ana:{CANARY}@127.0.0.1:{port}/ok/{CANARY}?+X-Key={CANARY}",
        "gone": f"json://127.0.0.1:{port}/404/{CANARY}",
        "dead": f"json://ana:{CANARY}@127.0.0.1:{free_port()}/{CANARY}",
        "odd": f"slack://{CANARY}",
    }


def _reload(place: Place, estimates: str, told: str) -> None:
    place.configure(estimates=estimates)
    assert place.daemon is not None
    place.daemon.send_signal(signal.SIGHUP)
    wait_for(lambda: told in place.log.read_text(), told)


def test_every_line_is_one_event_and_none_holds_a_word_that_must_not_be_there(log: list[str]) -> None:
    rows = [json.loads(line) for line in log] if log[0].startswith("{") else None
    for line in log:
        assert line.isprintable() and (rows or LINE.fullmatch(line)), line
    said = [row["message"] for row in rows] if rows else [line[29:].split(None, 1)[1] for line in log]
    whole = "\n".join(log)
    assert sum(SHOWN in message for message in said) == 1, "the forged line is a part of the one about its file"
    assert sum(message.startswith("received ") for message in said) >= 9
    assert any(message.startswith("reading poison.txt failed") for message in said)
    assert "ValueError" in whole
    for name in ("cut.pdf", "cut.docx", "cut.json"):
        assert any(message.startswith(f"rejected {name}: ") for message in said), name
    assert CANARY.lower() not in whole.lower() and "a child's own noise" not in whole
    assert [words for words in _triples() if words in _words(whole)] == []


def _triples() -> set[str]:
    """Every three words in a row of the articles, but for those that any text could have."""
    written = [samples.text(), texts.FIRST, json.loads(texts.MORE)["text"], POISON, texts.KILLED]
    found = set()
    for text in written:
        words = _words(text).split()
        found |= {" ".join(words[at : at + 3]) for at in range(len(words) - 2)}
    return {triple for triple in found if not triple.replace(" ", "").isdigit()}


def _words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def test_the_option_goes_before_the_setting(tmp_path: Path) -> None:
    place = Place(tmp_path, estimates=texts.TROOPS, settings="log: {format: human, level: warning}\n")
    place.drop("first.txt", texts.FIRST)
    place.drop("nothing.txt", "")
    done = place.run("run", "--once", "--log-format", "json")
    (row,) = map(json.loads, done.stderr.splitlines())
    assert (row["level"], row["event"]) == ("warning", "rejected %s: %s")
    assert row["message"].startswith("rejected nothing.txt: empty")


@pytest.mark.parametrize("settings", ["log: {format: xml}\n", "log: {level: loud}\n", "log: loud\n"])
def test_a_mistake_in_the_setting_is_refused(tmp_path: Path, settings: str) -> None:
    place = Place(tmp_path, estimates=texts.TROOPS, settings=settings)
    failed = place.run("run", "--once", check=False)
    assert failed.returncode == 2 and failed.stderr.startswith("tallywire: config/tallywire.yaml:1: key '")
