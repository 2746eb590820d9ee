"""An exception in words that may go into a log: what happened and where, and nothing of an article.

Errors of parsers and conversions quote what they choke on. Only the text of errors that are about the system, the code
or our own messages is repeated; of the others the kind and the place in the code have to do.
"""

from __future__ import annotations

import traceback
from typing import Final

_FRAMES: Final = 5
_CHAIN: Final = 4
# Their texts name files, functions and types; a KeyError's or a ValueError's is often the value itself.
_ABOUT_CODE: Final = (
    *(OSError, MemoryError, RecursionError, ArithmeticError),
    *(AttributeError, TypeError, NameError, ImportError),
)
_OURS: Final = ("tallywire", "sqlite3")


def told(error: BaseException) -> str:
    """ "OSError: [Errno 28] No space left on device"; "ValueError" alone where the text could be an article's."""
    kind, text = type(error).__name__, str(error)
    is_ours = type(error).__module__.partition(".")[0] in _OURS
    return f"{kind}: {text}"[:500] if text and (is_ours or isinstance(error, _ABOUT_CODE)) else kind


def place(error: BaseException) -> list[str]:
    """Where it happened, innermost first: "intake.py:146 _work"."""
    frames = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    return [f"{code.co_filename.rpartition('/')[2]}:{line} {code.co_name}" for code, line in reversed(frames)][:_FRAMES]


def chain(error: BaseException) -> list[BaseException]:
    """The error and what it came from, as a traceback would show it; the last one is the first cause."""
    found = [error]
    while len(found) < _CHAIN:
        last = found[-1]
        cause = last.__cause__ or (None if last.__suppress_context__ else last.__context__)
        if cause is None or cause in found:
            break
        found.append(cause)
    return found


def described(error: BaseException) -> str:
    """All of it on one line."""
    return ", from ".join(f"{told(each)} (at {' < '.join(place(each)) or 'no place'})" for each in chain(error))
