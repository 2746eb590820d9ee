"""Scores claims against a corpus with gold, by topic: found, missed, false, F1, and how often each field is right.

    python benchmarks/extraction/claims.py [CORPUS.jsonl TOPICS.yaml] [--part open|held-out] [--errors]

Matching is per article on (estimate, low, high); repeats count once. Claims marked optional count neither way, vague
ones that the gold does not have are no errors, and `alt_...` fields hold other readings that are right as well.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tallywire.config import load_estimates
from tallywire.core.article import Article
from tallywire.core.claim import Claim
from tallywire.core.definition import Definition
from tallywire.extract import Extractor

CORPUS = Path(__file__).parents[2] / "tests" / "extract" / "corpus"
FIELDS = {"bound": "bounds", "kind": "kinds", "status": "statuses", "as_of": "as_of", "source": "sources"}
SMALL = frozenset({"the", "of", "s", "a"})
Key = tuple[str, float | None, float | None]


@dataclass
class Score:
    """Counts of one topic or of all; `right` of `judged` fields on the `found` claims."""

    found: int = 0
    missed: int = 0
    false: int = 0
    right: Counter[str] = field(default_factory=Counter)
    judged: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        wrong = self.missed + self.false
        return 2 * self.found / (2 * self.found + wrong) if self.found + wrong else 1.0

    def add(self, other: Score) -> None:
        self.found, self.missed, self.false = (
            self.found + other.found,
            self.missed + other.missed,
            self.false + other.false,
        )
        self.right += other.right
        self.judged += other.judged
        self.errors += other.errors

    def accuracy(self, name: str) -> float:
        return self.right[name] / self.judged[name] if self.judged[name] else 1.0


def load(path: Path, part: str | None = None) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [row for row in rows if part is None or row.get("part") == part]


def score(articles: Iterable[dict[str, Any]], definitions: Sequence[Definition]) -> dict[str, Score]:
    """A score for each topic."""
    extractor = Extractor(definitions)
    topics: dict[str, Score] = {}
    for row in articles:
        claims = extractor.read(Article(text=row["text"], published=row["published"])).claims
        topics.setdefault(row["topic"], Score()).add(judge(row, claims))
    return topics


def judge(row: dict[str, Any], claims: Iterable[Claim]) -> Score:
    """One article."""
    have: dict[Key, list[Claim]] = {}
    for claim in claims:
        have.setdefault((claim.estimate, claim.low, claim.high), []).append(claim)
    want: dict[Key, list[dict[str, Any]]] = {}
    for gold in row["claims"]:
        want.setdefault((gold["estimate"], gold["low"], gold["high"]), []).append(gold)
    result = Score()
    for key, golds in want.items():
        if all(g.get("optional") for g in golds):
            continue
        if key not in have:
            result.missed += 1
            result.errors.append(f"missed {row['id']} {key[0]} {golds[0]['quote']!r}")
            continue
        result.found += 1
        for name in (f for f in FIELDS if f in golds[0]):
            result.judged[name] += 1
            result.right[name] += any(agrees(name, g, claim) for g in golds for claim in have[key])
    for key in (k for k in have if k not in want and k[1] is not None):
        result.false += 1
        result.errors.append(f"false  {row['id']} {key[0]} {have[key][0].quote!r}")
    return result


def agrees(name: str, gold: dict[str, Any], claim: Claim) -> bool:
    """Sources agree by half of the shorter one's words, dates to the precision of the coarser one."""
    said = getattr(claim, name)
    return any(_same(name, g, said) for g in (gold[name], *gold.get(f"alt_{FIELDS[name]}", ())))


def _same(name: str, gold: str | None, said: str | None) -> bool:
    if name not in {"source", "as_of"}:
        return gold == said or {gold, said} == {"at_most", "up_to"}
    if not gold or not said:
        return not gold and not said
    if name == "as_of":
        length = min(len(gold), len(said))
        return gold[:length] == said[:length]
    shared = _words(gold) & _words(said)
    return 2 * len(shared) >= min(len(_words(gold)), len(_words(said)))


def _words(name: str) -> set[str]:
    return {w for w in "".join(c.lower() if c.isalnum() else " " for c in name).split() if w not in SMALL}


def total(topics: dict[str, Score]) -> Score:
    whole = Score()
    for one in topics.values():
        whole.add(one)
    return whole


def report(topics: dict[str, Score]) -> Iterator[str]:
    yield f"{'topic':<12}{'found':>7}{'missed':>8}{'false':>7}{'F1':>8}"
    for name, one in (*sorted(topics.items()), ("ALL", total(topics))):
        yield f"{name:<12}{one.found:>7}{one.missed:>8}{one.false:>7}{one.f1:>8.3f}"
    whole = total(topics)
    yield "right: " + ", ".join(f"{name} {whole.accuracy(name):.3f}" for name in FIELDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", default=CORPUS / "own.jsonl")
    parser.add_argument("topics", type=Path, nargs="?", default=CORPUS / "own-topics.yaml")
    parser.add_argument("--part", choices=("open", "held-out"))
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    topics = score(load(args.corpus, args.part), load_estimates(args.topics))
    if args.errors:
        print("\n".join(total(topics).errors))
    print("\n".join(report(topics)))


if __name__ == "__main__":
    main()
