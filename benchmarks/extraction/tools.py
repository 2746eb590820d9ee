"""The tools under test, each as a function from a sentence to [(low, high, sign, noun)]; run in the tool's environment.

python tools.py TOOL < sentences.json > results.json
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from collections.abc import Callable
from typing import Any

Found = tuple[float, float, str, str]
Tool = Callable[[str], list[Found]]

SIGNS = {"about": "~", "nearly": "~", "at_least": ">", "over": ">", "at_most": "<", "up_to": "<"}


def tallywire() -> tuple[Tool, str]:
    from tallywire.extract.quantities import quantities

    def find(text: str) -> list[Found]:
        rows: list[dict[str, Any]] = [dict(q) for q in quantities(text)]
        counted = [r for r in rows if r["low"] is not None or r["high"] is not None]
        return [
            (r["low"] if r["low"] is not None else r["high"], r["high"] if r["high"] is not None else r["low"],
             SIGNS.get(r["bound"], "="), r["noun"] or "")
            for r in counted
        ]  # fmt: skip

    return find, importlib.metadata.version("tallywire")


def quantulum3() -> tuple[Tool, str]:
    from quantulum3 import parser  # type: ignore[import-not-found]

    def find(text: str) -> list[Found]:
        rows = parser.parse(text)
        return [
            (r.value, r.value, "~" if r.uncertainty else "=", r.unit.name if r.unit.name != "dimensionless" else "")
            for r in rows
        ]

    return find, importlib.metadata.version("quantulum3")


def recognizers() -> tuple[Tool, str]:
    from recognizers_number import recognize_number  # type: ignore[import-not-found]
    from recognizers_number_with_unit import (  # type: ignore[import-not-found]
        recognize_currency,
        recognize_dimension,
    )

    def find(text: str) -> list[Found]:
        rows: dict[int, Found] = {}
        for recognize in (recognize_currency, recognize_dimension, recognize_number):
            for r in recognize(text, "en-us"):
                value = (r.resolution or {}).get("value")
                if value not in (None, "null"):
                    rows.setdefault(
                        r.end, (float(value), float(value), "=", str(r.resolution.get("unit") or "").lower())
                    )
        return list(rows.values())

    return find, importlib.metadata.version("recognizers-text-number-with-unit")


TOOLS: dict[str, Callable[[], tuple[Tool, str]]] = {
    "tallywire": tallywire,
    "quantulum3": quantulum3,
    "recognizers": recognizers,
}


def main() -> None:
    find, version = TOOLS[sys.argv[1]]()
    sentences: list[str] = json.load(sys.stdin)
    find(sentences[0])  # imports and tables are loaded before the clock starts
    start = time.perf_counter()
    results = [_safe(find, text) for text in sentences]
    seconds = time.perf_counter() - start
    json.dump({"version": version, "seconds": seconds, "results": results}, sys.stdout)


def _safe(find: Tool, text: str) -> list[Found]:
    try:
        return find(text)
    except Exception as error:  # noqa: BLE001  # a tool that fails on a sentence found nothing in it
        print(f"{sys.argv[1]}: {type(error).__name__}: {text[:60]!r}", file=sys.stderr)
        return []


if __name__ == "__main__":
    main()
