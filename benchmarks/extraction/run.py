"""Scores Tallywire's quantity layer beside quantulum3 and recognizers-text on one NewsQuant file.

    python benchmarks/extraction/run.py DATA.json [--peers PYTHON]

`PYTHON` is the interpreter of an environment that holds the other tools.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Found = tuple[float, float, str, str]


def gold(entry: dict[str, Any]) -> Iterator[Found]:
    for q in entry["quantities"]:
        value = q["value"].strip()
        pair = re.match(r"^(-?[\d.]+)\s*-\s*(-?[\d.]+)$", value)
        low, high = (float(pair[1]), float(pair[2])) if pair else (float(value), float(value))
        sign = q["change"].strip()
        unit = f"{q['normalized_unit']} {q['unit']}".lower().replace("-", " ")
        yield low, high, "=" if sign in ("up", "down") else sign, unit.strip()


def is_close(one: Found, other: Found) -> bool:
    return all(math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-8) for a, b in zip(one[:2], other[:2], strict=True))


def singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def same_noun(wanted: Found, found: Found) -> bool:
    if not wanted[3] or not found[3]:
        return not wanted[3] and not found[3]
    words = {singular(w) for w in re.split(r"[^a-z%$]+", wanted[3]) if w}
    return singular(found[3].lower().split()[-1]) in words


def score(entries: list[dict[str, Any]], results: list[list[Found]]) -> dict[str, float]:
    """F1 in per cent for value, value and bound, value and noun; and sentences without a quantity wrongly filled."""
    value = bound = noun = wanted_count = found_count = filled = 0
    for entry, found in zip(entries, results, strict=True):
        wanted = list(gold(entry))
        wanted_count, found_count = wanted_count + len(wanted), found_count + len(found)
        filled += bool(found) and not wanted
        for want, have in matched(wanted, found):
            value += 1
            bound += want[2] == have[2]
            noun += same_noun(want, have)
    total = (wanted_count + found_count) or 1
    return {"value": 200 * value / total, "bound": 200 * bound / total, "noun": 200 * noun / total, "filled": filled}


def matched(wanted: list[Found], found: list[Found]) -> Iterator[tuple[Found, Found]]:
    """One to one by value; where several fit, those that agree in noun and bound first."""
    pairs = [(w, f) for w in range(len(wanted)) for f in range(len(found)) if is_close(wanted[w], found[f])]
    pairs.sort(key=lambda p: -(2 * same_noun(wanted[p[0]], found[p[1]]) + (wanted[p[0]][2] == found[p[1]][2])))
    used_wanted: set[int] = set()
    used_found: set[int] = set()
    for w, f in pairs:
        if w not in used_wanted and f not in used_found:
            used_wanted.add(w)
            used_found.add(f)
            yield wanted[w], found[f]


def run(tool: str, python: str, sentences: list[str]) -> dict[str, Any] | None:
    command = [python, str(HERE / "tools.py"), tool]
    done = subprocess.run(command, input=json.dumps(sentences), capture_output=True, text=True)
    if done.returncode:
        print(f"{tool}: left out: {(done.stderr.strip() or 'no output').splitlines()[-1]}")
        return None
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=HERE)
    return done.stdout.strip() or "no repository"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--peers", default=sys.executable, help="the Python that has quantulum3 and recognizers-text")
    args = parser.parse_args()
    entries = json.loads(args.data.read_text(encoding="utf-8"))
    sentences = [entry["text"] for entry in entries]
    print(f"{args.data.name}: {len(entries)} sentences; commit {commit()}")
    print(f"{'tool':<24}{'value':>8}{'+bound':>8}{'+noun':>8}{'filled':>8}{'ms each':>9}")
    for tool, python in (("tallywire", sys.executable), ("quantulum3", args.peers), ("recognizers", args.peers)):
        if (answer := run(tool, python, sentences)) is not None:
            s = score(entries, [[tuple(f) for f in found] for found in answer["results"]])  # type: ignore[misc]
            each = 1000 * answer["seconds"] / len(entries)
            name = f"{tool} {answer['version']}"
            print(f"{name:<24}{s['value']:>8.1f}{s['bound']:>8.1f}{s['noun']:>8.1f}{s['filled']:>8.0f}{each:>9.2f}")


if __name__ == "__main__":
    main()
