"""Cases on disk: what a target broke on once, kept for ever."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("cases")


def write(folder: Path, target: str, data: bytes, what: str) -> Path:
    """Keeps an input. Readable where it is text; the same input is kept once."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{target.replace(' ', '-')}-{hashlib.sha256(data).hexdigest()[:12]}.json"
    try:
        content: dict[str, Any] = {"text": data.decode()}
    except UnicodeDecodeError:
        content = {"base64": b64encode(data).decode()}
    path.write_text(json.dumps({"target": target, "broke": what, **content}, indent=1) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> tuple[str, bytes]:
    """The target's name and its input."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return kept["target"], kept["text"].encode() if "text" in kept else b64decode(kept["base64"])
