"""The daemon's log: one line an event, for people or as JSON, with nothing in it that must not be.

Whatever a file name, a foreign error or a library brings, a record is one line without control characters, without the
secrets of a channel (`hide`) and without article text (core/fault.py). Trouble that repeats is collapsed (repeats.py).
Under systemd, lines carry the journal's priorities instead of a time of their own.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Literal, TextIO

from tallywire.core.fault import chain, described, place, told
from tallywire.core.printable import printable
from tallywire.deliver.channels import Channel
from tallywire.deliver.scrubber import Scrubber
from tallywire.repeats import INTERVAL, Repeats

Form = Literal["human", "json"]

LONGEST: Final = 8_000  # characters of one line
_PRIORITIES: Final = ((50, 2), (40, 3), (30, 4), (20, 6))  # sd-daemon(3); 7 for what is below


@dataclass(frozen=True, slots=True)
class Line:
    """A record as it is told: no secrets, no characters that do not show. `error` is all of an exception in words."""

    at: float
    level: int
    logger: str
    event: str  # the message before its arguments were filled in: what kind of event it is
    message: str
    error: str = ""
    causes: tuple[tuple[str, list[str]], ...] = ()  # of an exception: what, and where, innermost first
    repeated: int = 0
    seconds: float = 0.0


class LineHandler(logging.Handler):
    """Writes records as lines. What was held back is written when its time comes, and at the end."""

    def __init__(self, stream: TextIO, form: Form, *, journal: bool = False, interval: float = INTERVAL) -> None:
        super().__init__()
        self.scrubber = Scrubber()
        self._stream, self._form, self._journal = stream, form, journal
        self._repeats: Repeats[Line] = Repeats(interval)
        self._timer: threading.Timer | None = None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self._line(record)
            self._tell_due(time.monotonic())
            if record.levelno < logging.WARNING or not self._is_repeat(line):
                self._write(line)
        except Exception:  # noqa: BLE001  # what can't be logged must not stop what it tells of
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Instead of a traceback with the arguments in it: where the line that can't be told was to come from."""
        what = f"a line of {record.name} ({record.filename}:{record.lineno}) could not be written"
        with contextlib.suppress(OSError, ValueError):  # standard error is full or gone: there is nobody left to tell
            self._write(Line(time.time(), logging.ERROR, __name__, what, printable(what)))

    def close(self) -> None:
        """Writes what was held back: nothing comes after."""
        self.acquire()
        try:
            if self._timer is not None:
                self._timer.cancel()
            with contextlib.suppress(OSError, ValueError):
                for line, count, seconds in self._repeats.end(time.monotonic()):
                    self._write(_again(line, count, seconds))
        finally:
            self.release()
        super().close()

    def _line(self, record: logging.LogRecord) -> Line:
        error = record.exc_info[1] if record.exc_info else None
        return Line(
            record.created,
            record.levelno,
            record.name,
            self._safe(str(record.msg)),
            self._safe(record.getMessage()),
            self._safe(described(error)) if error else "",
            tuple((self._safe(told(each)), place(each)) for each in chain(error)) if error else (),
        )

    def _safe(self, text: str) -> str:
        shown = printable(self.scrubber.scrub(text[: 4 * LONGEST]))
        return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}... ({len(text):,} characters)"

    def _is_repeat(self, line: Line) -> bool:
        is_repeat = self._repeats.is_repeat((line.logger, line.level, line.message, line.error), line, time.monotonic())
        if is_repeat and self._timer is None:
            self._wake_later()
        return is_repeat

    def _wake_later(self) -> None:
        due = self._repeats.next_due()
        if due is not None:
            self._timer = threading.Timer(max(0.05, due - time.monotonic()), self._wake)
            self._timer.daemon = True
            self._timer.start()

    def _wake(self) -> None:
        self.acquire()
        try:
            self._timer = None
            with contextlib.suppress(OSError, ValueError):
                self._tell_due(time.monotonic())
            self._wake_later()
        finally:
            self.release()

    def _tell_due(self, now: float) -> None:
        for line, count, seconds in self._repeats.due(now):
            self._write(_again(line, count, seconds))

    def _write(self, line: Line) -> None:
        text = _as_json(line) if self._form == "json" else _for_people(line, timed=not self._journal)
        self._stream.write(f"{_priority(line.level)}{text}\n" if self._journal else f"{text}\n")
        self._stream.flush()


# --- a line in its two forms ----------------------------------------------------------------------------------------


def _again(line: Line, count: int, seconds: float) -> Line:
    return replace(line, at=time.time(), repeated=count, seconds=seconds)


def _for_people(line: Line, *, timed: bool) -> str:
    at = datetime.fromtimestamp(line.at).astimezone()
    text = f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}{at:%z} " if timed else ""
    text += f"{logging.getLevelName(line.level):<7} {line.message}"
    text += f": {line.error}" if line.error else ""
    times = "once" if line.repeated == 1 else f"{line.repeated:,} times"
    return text + (f" (repeated {times} in the last {line.seconds:.0f} s)" if line.repeated else "")


def _as_json(line: Line) -> str:
    """ASCII, so that no terminal or locale changes it. Times are UTC; `seconds` is how long repeats were counted."""
    content: dict[str, Any] = {
        "time": datetime.fromtimestamp(line.at, UTC).isoformat(timespec="milliseconds"),
        "level": logging.getLevelName(line.level).lower(),
        "logger": line.logger,
        "event": line.event,
        "message": line.message,
    }
    if line.causes:
        content["error"] = [{"what": what, "where": where} for what, where in line.causes]
    if line.repeated:
        content |= {"repeated": line.repeated, "seconds": round(line.seconds, 1)}
    return json.dumps(content)


def _priority(level: int) -> str:
    return f"<{next((priority for least, priority in _PRIORITIES if level >= least), 7)}>"


# --- the process's own ----------------------------------------------------------------------------------------------


def setup(form: Form = "human", level: int = logging.INFO, stream: TextIO | None = None) -> LineHandler:
    """Sends every logger's records, Python's warnings and what threads die of to `stream` (standard error) as lines.

    `level` is for Tallywire's own records; libraries are heard from WARNING on, for their lower levels print URLs,
    tokens and contents.
    """
    out = stream if stream is not None else sys.stderr
    handler = LineHandler(out, form, journal=_is_journal(out))
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, LineHandler | logging.StreamHandler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("tallywire").setLevel(level)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda died: _uncaught(died.exc_type, died.exc_value, died.exc_traceback)
    sys.unraisablehook = lambda lost: _uncaught(lost.exc_type, lost.exc_value, lost.exc_traceback)
    return handler


def hide(channels: Iterable[Channel]) -> None:
    """What these channels' URLs hold is never printed from now on, whoever logs it. What was hidden stays so."""
    chosen = list(channels)
    for handler in _handlers():
        handler.scrubber = handler.scrubber.hiding(chosen)


def end() -> None:
    """Writes what is held back, before a process ends without Python's own clean-up."""
    for handler in _handlers():
        handler.close()


def _handlers() -> list[LineHandler]:
    return [handler for handler in logging.getLogger().handlers if isinstance(handler, LineHandler)]


def _is_journal(stream: TextIO) -> bool:
    """Whether the stream is what systemd connected to the journal: it names the stream's device and inode."""
    try:
        info = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{info.st_dev}:{info.st_ino}"


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is not None and not issubclass(kind, KeyboardInterrupt | SystemExit):
        name = threading.current_thread().name
        logging.getLogger("tallywire").critical("%s ended by an error", name, exc_info=(kind, error, trace))
