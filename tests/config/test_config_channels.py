"""Channels: secrets come from outside, and no message ever shows one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tallywire import config
from tallywire.config import Config, ConfigError

CANARY = "tok3n-c4n4ry"


def home(tmp_path: Path, channels: str, secrets: str | None = None, mode: int = 0o600) -> Path:
    folder = tmp_path / "config"
    folder.mkdir(exist_ok=True)
    (folder / "channels.yaml").write_text(channels)
    if secrets is not None:
        (folder / "secrets.env").write_text(secrets)
        os.chmod(folder / "secrets.env", mode)
    return tmp_path


def load(tmp_path: Path, channels: str, environment: dict[str, str] | None = None) -> Config:
    return config.load(home(tmp_path, channels), environment or {})


def test_a_url_or_a_mapping(tmp_path: Path) -> None:
    text = "desk: json://localhost:8080/a\nmail:\n  url: mailto://x@example.org\n  tags: urgent\n  fallback: desk\n"
    desk, mail = load(tmp_path, text).channels
    assert (desk.name, desk.url, desk.tags, desk.fallback) == ("desk", "json://localhost:8080/a", (), None)
    assert (mail.url, mail.tags, mail.fallback) == ("mailto://x@example.org", ("urgent",), "desk")


def test_variables_come_from_the_environment_first(tmp_path: Path) -> None:
    place = home(tmp_path, "a: json://${HOST}/${PATH_PART}\n", "# mine\nexport HOST='file.example'\nPATH_PART=x\n")
    assert config.load(place, {"HOST": "env.example"}).channels[0].url == "json://env.example/x"
    assert config.load(place, {}).channels[0].url == "json://file.example/x"


def test_a_whole_url_may_be_secret(tmp_path: Path) -> None:
    found = load(tmp_path, "a: ${HOOK}\n", {"HOOK": f"json://example.org/{CANARY}\n"})
    assert found.channels[0].url == f"json://example.org/{CANARY}"


def test_the_process_environment_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALLYWIRE_TEST_HOOK", "json://example.org/x")
    place = home(tmp_path, "a: ${TALLYWIRE_TEST_HOOK}\n")
    assert config.load(place).channels[0].url == "json://example.org/x"


@pytest.mark.parametrize(("mode", "is_warned"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_secrets_file_that_others_may_read_is_warned_of(tmp_path: Path, mode: int, is_warned: bool) -> None:
    found = config.load(home(tmp_path, "a: json://x/${T}\n", f"T={CANARY}\n", mode), {})
    hint = "config/secrets.env: others may read it; run: chmod 600 config/secrets.env"
    assert (hint in found.hints) is is_warned


MISTAKES = {
    "a: json://x/${NOT_SET}\n": (
        "1: key 'a': the variable NOT_SET is not set: neither in the environment nor in secrets.env"
    ),
    f"a:\n  url: json://{CANARY}@x/${{}}\n": "2: key 'url': ${...} must hold the name of an environment variable",
    f"a: {CANARY}\n": "1: key 'a': is not an apprise URL (schema://...); see https://appriseit.com/services/",
    f"a: json://x/{CANARY} y\n": (
        "1: key 'a': is not an apprise URL (schema://...); see https://appriseit.com/services/"
    ),
    "a: {tags: [x]}\n": "1: key 'url' is missing",
    f"a: {{url: json://{CANARY}, fallbak: b}}\n": "1: key 'fallbak': unknown; did you mean 'fallback'?",
    f"a:\n  url: json://{CANARY}\n  fallback: bb\nb: json://x\n": "3: key 'fallback': there is no channel 'bb'",
    f"desk:\n  url: json://{CANARY}\n  fallback: mial\nmail: json://x\n": (
        "3: key 'fallback': there is no channel 'mial'; did you mean 'mail'?"
    ),
    "a:\n  url: json://x\n  fallback: b\nb:\n  url: json://x\n  fallback: a\n": (
        "3: key 'fallback': fallbacks go round in a ring: a -> b -> a"
    ),
    f"- json://{CANARY}\n": "1: expected keys and values ('key: value'), not a list",
    f"json://u:{CANARY}@x: y\n": "1: a URL can't be a key; write 'name: URL'",
    f"a: [json://{CANARY}]\n": "1: key 'a': expected a text, not a list",
    f"'#{CANARY}': json://x\n": (
        "1: a channel's name has letters, digits, '-', '_', '.' and spaces only; write `name: URL`"
    ),
    f"console: json://{CANARY}\n": (
        "1: key 'console': is the daemon's own output and goes nowhere else; give this channel another name"
    ),
    f"a: 'json://{CANARY}\n": "2: the quote that begins on line 1 is never closed",
    f"a: !{CANARY}!x y\n": "1: this is not valid YAML",
    f"a: *{CANARY}\n": "1: key 'a': anchors (&) and aliases (*) are not taken; a text that begins so needs quotes",
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.items())
def test_a_mistake_shows_no_secret(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert str(caught.value) == f"config/channels.yaml:{message}"
    assert CANARY not in str(caught.value) and caught.value.__cause__ is None


def test_a_wrong_line_of_the_secrets_file_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(home(tmp_path, "a: json://x\n", f"# one\n{CANARY}\n"), {})
    assert str(caught.value) == "config/secrets.env:2: expected NAME=value"


def test_no_repr_shows_a_url(tmp_path: Path) -> None:
    found = load(tmp_path, "a: json://${T}@example.org/x\n", {"T": CANARY})
    assert CANARY not in repr(found)


def test_receivers_are_channels_or_tags(tmp_path: Path) -> None:
    place = home(tmp_path, "a: {url: json://x, tags: [urgent]}\n")
    (place / "config" / "estimates.yaml").write_text(
        "- track: N people displaced in Sudan\n  to: [a, urgent, console]\n"
    )
    assert config.load(place, {}).definitions[0].to == ("a", "urgent", "console")
