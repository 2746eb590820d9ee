"""Times the whole extractor on texts: first call, median an article, and growth with length.

python benchmarks/extraction/speed.py --estimates config/estimates.yaml FILE...
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

FIRST = """
import sys, time
start = time.perf_counter()
from pathlib import Path
from tallywire.config import load_estimates
from tallywire.core.article import Article
from tallywire.extract import Extractor
definitions = load_estimates(Path(sys.argv[1]))
loaded = time.perf_counter()
Extractor(definitions).read(Article(text=Path(sys.argv[2]).read_text(encoding="utf-8")))
print(f"{1000 * (time.perf_counter() - start):.0f} {1000 * (time.perf_counter() - loaded):.0f}")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--estimates", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("files", nargs="+", type=Path)
    args = parser.parse_args()
    command = [sys.executable, "-c", FIRST, str(args.estimates), str(args.files[0])]
    whole, first = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    print(f"first call in a new process: {first} ms, with imports and configuration {whole} ms")
    from tallywire.config import load_estimates
    from tallywire.core.article import Article
    from tallywire.extract import Extractor

    definitions = load_estimates(args.estimates)
    extractor = Extractor(definitions)
    texts = [path.read_text(encoding="utf-8") for path in args.files]
    times = [_time(extractor, Article(text=text)) for _ in range(args.rounds) for text in texts]
    print(
        f"{len(texts)} texts, {len(definitions)} estimates: median {1000 * statistics.median(times):.2f} ms an article"
    )
    base = "\n\n".join(texts)
    last = None
    for size in (16_000, 64_000, 256_000, 1_000_000):
        text = (base * (size // len(base) + 1))[:size]
        seconds = _time(extractor, Article(text=text))
        growth = "" if last is None else f", {seconds / last:.1f} times the one a quarter as long"
        print(f"{size:>9,} characters: {1000 * seconds:.0f} ms{growth}")
        last = seconds


def _time(extractor: object, article: object) -> float:
    start = time.perf_counter()
    extractor.read(article)  # type: ignore[attr-defined]
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
