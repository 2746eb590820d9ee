"""The child process that parses what strangers made: `python -m tallywire.read.worker`, spoken to over its pipes.

A request is the lengths of name and data (two big-endian 32-bit numbers), the name, the data. An answer is its length
and a JSON object: {"articles": [...]} or {"rejected": [reason, detail]}. The end of standard input ends the worker.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import struct
import sys
from dataclasses import asdict
from typing import BinaryIO, Final

from tallywire import read

REQUEST: Final = struct.Struct(">II")
ANSWER: Final = struct.Struct(">I")


def main(memory: int, cpu: int, wall: int) -> None:
    """Serves requests until standard input ends. `memory` in bytes of address space, `cpu` and `wall` in seconds."""
    asks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)  # a parser that prints must not speak into the answers
    _confine(memory)
    _warm()
    while (request := _request(asks)) is not None:
        _allow(cpu, wall)
        answer, go_on = _answer(*request)
        signal.setitimer(signal.ITIMER_REAL, 0)
        body = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
        answers.write(ANSWER.pack(len(body)) + body)
        answers.flush()
        if not go_on:
            return


def _confine(memory: int) -> None:
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the daemon's; it closes the pipe


def _limit(kind: int, most: int) -> None:
    """Sets what the kernel acts on, within what this process was given."""
    ceiling = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (most if ceiling == resource.RLIM_INFINITY else min(most, ceiling), ceiling))


def _warm() -> None:
    import lxml.html
    import trafilatura

    trafilatura.extract(lxml.html.document_fromstring("<html><body><p>Ready.</p></body></html>"))


def _allow(cpu: int, wall: int) -> None:
    """Gives this file its time. Both ends are kept by the kernel, so they hold when the parent is gone, too."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + 1 + cpu
    _limit(resource.RLIMIT_CPU, limit)
    signal.setitimer(signal.ITIMER_REAL, wall)


def _request(asks: BinaryIO) -> tuple[str, bytes] | None:
    head = asks.read(REQUEST.size)
    if len(head) < REQUEST.size:
        return None
    name, data = REQUEST.unpack(head)
    return asks.read(name).decode("utf-8", "replace"), asks.read(data)


def _answer(name: str, data: bytes) -> tuple[dict[str, object], bool]:
    """The answer, and whether this process is still fit for another file."""
    try:
        return {"articles": [asdict(article) for article in read.read(data, name)]}, True
    except read.Rejected as refusal:
        return {"rejected": [refusal.reason, refusal.detail]}, refusal.reason != "parser out of memory"
    except MemoryError:
        return {"rejected": ["parser out of memory", "while its text was put in order"]}, False


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
