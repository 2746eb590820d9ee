"""An apprise configuration taken over: names, tags, secrets apart, includes refused, nothing half done."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tallywire import config
from tallywire.config import ConfigError
from tallywire.config.importing import take_over

TEXT = """\
# comment
; another
json://user:s3cr3t%20word@localhost:8080/path?+X-Key=abc&:a=b
desk, boss = mailto://ana:pa55@example.org?to=b@example.org
desk=json://localhost/second
"""
YAML = """\
version: 1
tag: all
urls:
  - json://localhost/one
  - slack://aaa/bbb/ccc:
      - tag: desk
      - tag: boss, night
  - url: json://localhost/two
    tag: [desk]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    return tmp_path


def imported(home: Path, text: str, name: str = "apprise.conf") -> list[str]:
    (home / name).write_text(text, encoding="utf-8")
    return take_over(home, home / name)


def test_text_with_tags(home: Path) -> None:
    (home / "config" / "channels.yaml").write_text("json: json://localhost/mine")  # no newline at its end
    lines = imported(home, TEXT)
    assert "s3cr3t" not in str(lines) and "pa55" not in str(lines)
    found = {c.name: (c.url, c.tags) for c in config.load(home, {}).channels}
    assert found == {
        "json": ("json://localhost/mine", ()),
        "json-2": ("json://user:s3cr3t%20word@localhost:8080/path?+X-Key=abc&:a=b", ()),
        "mailto": ("mailto://ana:pa55@example.org?to=b@example.org", ("desk", "boss")),
        "json-3": ("json://localhost/second", ("desk",)),
    }
    secrets = home / "config" / "secrets.env"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert "s3cr3t" not in (home / "config" / "channels.yaml").read_text()
    again = imported(home, TEXT)
    assert all("is there already" in line for line in again) and len(config.load(home, {}).channels) == 4


def test_yaml_in_its_three_forms(home: Path) -> None:
    imported(home, YAML, "apprise.yml")
    found = {c.name: (c.schema, c.tags) for c in config.load(home, {}).channels}
    assert found["json"] == ("json", ("all",)) and found["json-2"] == ("json", ("all", "desk"))
    assert found["slack"] == ("slack", ("all", "desk", "boss", "night"))


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        ("include http://elsewhere.example/apprise.yml\n", "a.conf", "a.conf:1: includes are not followed"),
        ("desk=json://localhost/x\ninclude=/etc/passwd\n", "a.conf", "a.conf:2: includes are not followed"),
        ("urls:\n - json://localhost\ninclude: /etc/passwd\n", "a.yaml", "includes are not followed"),
        ("include:\n - x.yml\nurls:\n - json://localhost\n", "a.yml", "includes are not followed"),
        ("json://localhost/s3cr3t\njust words s3cr3t\n", "a.conf", "a.conf:2: neither a URL"),
        ("urls: json://localhost\n", "a.yml", "expected a list"),
        ("urls:\n - [json]\n", "a.yml", "entry 1"),
        ("urls: [\n", "a.yml", "not valid YAML"),
    ],
)
def test_what_is_refused_changes_nothing_and_gives_no_secret_away(home: Path, text: str, name: str, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        imported(home, text, name)
    assert why in str(caught.value) and "s3cr3t" not in str(caught.value)
    assert list((home / "config").iterdir()) == []


def test_what_would_break_the_configuration_is_taken_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "config" / "channels.yaml").write_text("desk: json://localhost/mine\n")
    monkeypatch.setattr("tallywire.config.importing._quoted", lambda tag: f"[{tag}")
    with pytest.raises(ConfigError):
        imported(home, TEXT)
    assert (home / "config" / "channels.yaml").read_text() == "desk: json://localhost/mine\n"
    assert not (home / "config" / "secrets.env").exists()
