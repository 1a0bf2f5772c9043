"""What the usual run takes of much: some of many cases, and chains that are loaded once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from repair.rulebook.load import load_chain

__all__ = ["chain", "some"]

chain = cache(load_chain)


def some(cases: Iterable[Any], *, every: int = 4) -> list[Any]:
    """Cases for `parametrize`, all but each fourth (or so) of them slow."""
    numbered = enumerate(case if isinstance(case, tuple) else (case,) for case in cases)
    return [pytest.param(*case, marks=[pytest.mark.slow] if number % every else []) for number, case in numbered]
