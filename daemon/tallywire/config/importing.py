"""An apprise configuration becomes channels: its URLs go into secrets.env, and channels.yaml names them.

Text (`tag, tag = URL`, or a bare URL on a line) and YAML (`urls:`) are read. Includes are refused: they can fetch a
configuration from anywhere, or read any file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import yaml

from tallywire.config import FOLDER, ConfigError, load
from tallywire.config.channels import SECRETS_FILE
from tallywire.deliver.channels import schema_of, shown

_BYTES: Final = 1_000_000
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S.*")
_TAGGED: Final = re.compile(r"([^=:/]+?)\s*=\s*(\S.*)")
_INCLUDE: Final = re.compile(r"include(?:s)?\b\s*[:=\s]\s*\S", re.IGNORECASE)
_HEADER: Final = "# From an apprise configuration; the URLs are in secrets.env.\n"


@dataclass(frozen=True, slots=True)
class Found:
    """A URL of the file, the line or entry it stands in, and its tags. The URL stays out of the repr."""

    url: str = field(repr=False)
    tags: tuple[str, ...] = ()


def take_over(home: Path, file: Path) -> list[str]:
    """Adds the channels of an apprise configuration to a home; gives one line for each. Raises ConfigError.

    Nothing is changed unless the configuration is valid afterwards. Channels that are there already stay as they are.
    """
    data = file.read_bytes()[: _BYTES + 1]
    if len(data) > _BYTES:
        raise ConfigError(f"{file}: too large for a configuration")
    known = {channel.url: channel.name for channel in load(home).channels}
    names, lines, entries, secrets = set(known.values()), [], [], []
    for found in _merged(_found(file, data.decode("utf-8", "replace"))):
        url = quote(found.url, safe="%/:?#[]@!$&'()*+,;=~-._|{}^`\\\"<>")
        if url in known:
            lines.append(f"{known[url]}: is there already ({shown(url)})")
            continue
        name = _free_name(schema_of(url), names)
        variable = "CHANNEL_" + re.sub(r"\W", "_", name).upper()
        names.add(name)
        known[url] = name
        tags = f", tags: [{', '.join(_quoted(tag) for tag in found.tags)}]" if found.tags else ""
        entries.append(f'{name}: {{url: "${{{variable}}}"{tags}}}\n')
        secrets.append(f"{variable}={url}\n")
        lines.append(f"{name}: {shown(url)}" + (f", tags {', '.join(found.tags)}" if found.tags else ""))
    if entries:
        _write(home, "".join(entries), "".join(secrets))
    return lines or ["nothing to take over: the file holds no URLs"]


def _merged(found: list[Found]) -> list[Found]:
    """A URL that stands there several times is one channel with all its tags."""
    tags: dict[str, tuple[str, ...]] = {}
    for each in found:
        tags[each.url] = tuple(dict.fromkeys((*tags.get(each.url, ()), *each.tags)))
    return [Found(url, each) for url, each in tags.items()]


def _free_name(schema: str, taken: set[str]) -> str:
    number = 1
    while (name := schema if number == 1 else f"{schema}-{number}") in taken:
        number += 1
    return name


def _quoted(tag: str) -> str:
    return "'" + tag.replace("'", "''") + "'"


def _write(home: Path, entries: str, secrets: str) -> None:
    """Both files, or as before: the secrets first, for channels.yaml names them."""
    channels, private = home / FOLDER / "channels.yaml", home / FOLDER / SECRETS_FILE
    before = {path: path.read_bytes() if path.exists() else None for path in (private, channels)}
    try:
        _append(private, secrets, 0o600)
        _append(channels, _HEADER + entries, 0o644)
        load(home)
    except BaseException:
        for path, data in before.items():
            path.unlink(missing_ok=True) if data is None else path.write_bytes(data)
        raise


def _append(path: Path, text: str, mode: int) -> None:
    """By way of a new file beside it; `mode` is for one that was not there, and secrets are never open to others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    joint = "" if not before or before.endswith("\n") else "\n"
    aside = path.with_name(f"{path.name}.new")
    kept = path.stat().st_mode & 0o777 if path.exists() and mode != 0o600 else mode
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, kept), "w", encoding="utf-8") as out:
        out.write(before + joint + text)
        out.flush()
        os.fsync(out.fileno())
    aside.chmod(kept)
    aside.replace(path)


# --- reading apprise's two forms --------------------------------------------------------------------------------------


def _found(file: Path, text: str) -> list[Found]:
    is_yaml = file.suffix in (".yaml", ".yml") or re.search(r"^\s*urls\s*:", text, re.MULTILINE) is not None
    found = list(_from_yaml(file, text) if is_yaml else _from_text(file, text))
    if not all(schema_of(each.url).isascii() for each in found):
        raise ConfigError(f"{file}: a URL has no schema")
    return found


def _from_text(file: Path, text: str) -> Iterator[Found]:
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        if _INCLUDE.match(line):
            raise ConfigError(f"{file}:{number}: includes are not followed; import each file by itself")
        tags, url = "", line
        if not _URL.fullmatch(line) and (match := _TAGGED.fullmatch(line)):
            tags, url = match[1], match[2]
        if not _URL.fullmatch(url):
            raise ConfigError(f"{file}:{number}: neither a URL nor `tags = URL`")
        yield Found(url, _tags(tags))


def _tags(value: Any) -> tuple[str, ...]:
    words = [str(v) for v in value] if isinstance(value, list) else re.split(r"[,\s]+", str(value or ""))
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


def _from_yaml(file: Path, text: str) -> Iterator[Found]:
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        raise ConfigError(f"{file}: this is not valid YAML") from None
    if not isinstance(content, dict) or not isinstance(content.get("urls"), list):
        raise ConfigError(f"{file}: expected a list under `urls:`")
    if any(str(name).casefold() in ("include", "includes") for name in content):
        raise ConfigError(f"{file}: includes are not followed; import each file by itself")
    everywhere = _tags(content.get("tag") or content.get("tags"))
    for number, entry in enumerate(content["urls"], 1):
        for url, tags in _entries(entry):
            if not isinstance(url, str) or not _URL.fullmatch(url.strip()):
                raise ConfigError(f"{file}: entry {number} under `urls:` is no URL")
            yield Found(url.strip(), tuple(dict.fromkeys((*everywhere, *tags))))


def _entries(entry: Any) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """A URL; or a URL with its options, or a list of sets of them; or {url: URL, tag: ...}."""
    if not isinstance(entry, dict):
        yield entry, ()
        return
    if "url" in entry:
        yield entry["url"], _tags(entry.get("tag") or entry.get("tags"))
        return
    for url, options in entry.items():
        for option in options if isinstance(options, list) else [options]:
            tags = option.get("tag") or option.get("tags") if isinstance(option, dict) else None
            yield url, _tags(tags)
