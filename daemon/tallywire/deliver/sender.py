"""The sender process: frames in over stdin, outcomes out over stdout, one line of JSON each.

`python -m tallywire.deliver.sender` is started by process.py, one for each channel. A process of its own can be
killed at the deadline, which no thread can; and no secret ever is in its arguments or environment. It ends when its
stdin does, in the middle of a send too: then its parent is gone, and nobody would hear the outcome.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import queue
import sys
import threading
from typing import Any


def main() -> None:
    answers = _own_stdout()
    frames: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_listen, args=(frames,), daemon=True).start()
    from tallywire.deliver import send

    send.watch_transports()
    postman = send.Postman()
    _answer(answers, {"ready": True})
    while True:
        frame = frames.get()
        answer = _one(postman, frame)
        _answer(answers, answer)
        if answer.get("picture"):
            with contextlib.suppress(Exception):  # the text is delivered: a picture that fails is not missed
                postman.send_picture(frame)
            _answer(answers, {"id": frame["id"]})


def _own_stdout() -> int:
    """Services that print must not get between the frames."""
    answers = os.dup(1)
    os.dup2(2, 1)
    return answers


def _listen(frames: queue.Queue[dict[str, Any]]) -> None:
    for line in sys.stdin.buffer:
        frames.put(json.loads(line))
    os._exit(0)


def _one(postman: Any, frame: dict[str, Any]) -> dict[str, Any]:
    try:
        outcome = dataclasses.asdict(postman.send(frame))
        outcome["picture"] = outcome["state"] == "delivered" and postman.has_picture_to_send(frame)
    except Exception as error:  # noqa: BLE001 - a service's own fault is an outcome; its text may hold secrets
        outcome = {"state": "passing", "error": f"{type(error).__name__} in the service", "uncertain": True}
    return {"id": frame["id"], **outcome}


def _answer(fd: int, answer: dict[str, Any]) -> None:
    data = json.dumps(answer).encode() + b"\n"
    while data:
        data = data[os.write(fd, data) :]


if __name__ == "__main__":
    main()
