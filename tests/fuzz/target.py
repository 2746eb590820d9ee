"""A parser under fire: what it is fed, and what must hold of what it makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st


@dataclass(frozen=True, slots=True)
class Target:
    """`check` raises where something does not hold. `growth` measures, where it matters, how an input's time grows:
    what eight times as much costs, over eight times what the input costs; 1 is a linear parser.
    """

    name: str
    inputs: st.SearchStrategy[bytes]
    check: Callable[[bytes], None]
    growth: Callable[[bytes], float] | None = None
