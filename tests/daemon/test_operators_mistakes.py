"""What a careless operator does to a home: nothing is lost by it, and everything that must work beside it does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.flow import texts
from tests.harness import Place


@pytest.fixture
def used(tmp_path: Path) -> Place:
    """A home with an article and an alert in its log."""
    place = Place(tmp_path / "home", estimates=texts.TROOPS, settings=texts.QUICK)
    place.drop("first.txt", texts.FIRST)
    place.run("run", "--once")
    return place


@pytest.mark.parametrize("what", ["gone", "empty"])
def test_a_store_that_is_lost_is_no_new_home(used: Place, what: str) -> None:
    for path in used.home.store.glob("tallywire.db*"):
        path.unlink()
    if what == "empty":
        used.home.database.touch()
    for command in (("run", "--once"), ("estimates",), ("verify",), ("status",)):
        done = used.run(*command, check=False)
        assert done.returncode == 1 and f"is {what}, though a log was begun here" in done.stderr, command
        assert "restore" in done.stderr
    used.home.begun.unlink()
    used.run("run", "--once")
    assert len(used.ask("articles")) == 1  # what was put away comes back


def test_a_backup_gets_it_back(used: Place, tmp_path: Path) -> None:
    used.run("backup", str(tmp_path / "kept.db"))
    used.home.database.unlink()
    used.run("restore", str(tmp_path / "kept.db"))
    assert used.estimate("deployed")["best"] == 11_000 and used.is_whole()


def test_beside_a_mistake_in_the_settings_one_can_look_and_save(used: Place, tmp_path: Path) -> None:
    used.configure(settings=f"zzz: 1\nbackup: {{to: {tmp_path}, every: 1 day}}\n{texts.QUICK}")
    for command in (("estimates",), ("inbox",), ("verify",), ("backup",), ("doctor",)):
        done = used.run(*command, check=False)
        assert "key 'zzz': unknown" in done.stderr + done.stdout, command
        assert done.returncode == (1 if command == ("doctor",) else 0), (command, done.stderr)
    assert len(list(tmp_path.glob("tallywire-*.db"))) == 1
    assert used.run("status", check=False).returncode == 3
    done = used.run("run", "--once", check=False)
    assert done.returncode == 2 and done.stderr.count("zzz") == 1


@pytest.mark.parametrize("left", ["", "\n  \n"])
def test_an_emptied_definitions_file_forgets_nothing(used: Place, left: str) -> None:
    (used.home.config / "estimates.yaml").write_text(left)
    done = used.run("reload", check=False)
    assert done.returncode == 2 and "2 estimates are tracked" in done.stderr
    assert used.estimate("deployed")["best"] == 11_000
    (used.home.config / "estimates.yaml").write_text("[]\n")
    used.run("reload")
    assert used.ask("estimates") == []


def test_a_pipe_is_no_configuration(used: Place) -> None:
    (used.home.config / "estimates.yaml").unlink()
    os.mkfifo(used.home.config / "estimates.yaml")
    done = used.run("check", check=False)
    assert done.returncode == 2 and "estimates.yaml: is no file" in done.stderr


def test_a_broken_backup_is_told_as_one(used: Place, tmp_path: Path) -> None:
    used.run("backup", str(tmp_path / "kept.db"))
    kept = tmp_path / "kept.db"
    kept.write_bytes(kept.read_bytes()[:5000])
    for command in (("restore", str(kept)), ("verify", "--against", str(kept))):
        done = used.run(*command, check=False)
        assert done.returncode == 1 and "another" in done.stderr.replace("an older", "another"), done.stderr
        assert "puts a backup in the store's place" not in done.stderr
    assert used.is_whole()
