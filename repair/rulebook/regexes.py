"""The regular expressions of rule files: bounded before they are compiled, and by a clock while they are looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

from repair.core.bounded import cut
from repair.core.errors import UsageError

__all__ = ["TIMEOUT", "Clock", "check_regex", "compiled", "matches"]

TIMEOUT = 1.0
USUAL = 100_000
"""Characters of a page that the time is meant for; a larger one has more in proportion, so that size alone is no fault.
A rule for spaces looks through 4 million characters in a second."""

LENGTH, BRACKETS, DEEPEST = 20_000, 2_000, 50
WRITTEN_OUT = 100_000
"""`regex` writes counted repeats out, 270 bytes an element: `(?:(?:a{999}){999}){999}` would take all memory, and it
looks neither at signals nor at the time meanwhile."""

# An escape, a class, a bracket, a repeat or any other character. What a nested set or a comment adds does not matter.
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*+\]|\{(?P<least>\d*)(?:,\d*)?\}|.", re.DOTALL)
# What `regex` raises for an odd expression beside its own error.
_ODD = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError)


class Clock:
    """Counts down the `seconds` that a rule has for a page with `size` characters."""

    def __init__(self, seconds: float, size: int) -> None:
        self._end = perf_counter() + seconds * max(1.0, size / USUAL)

    def left(self) -> float:
        """The seconds that are left. Raises `TimeoutError` when there are none."""
        left = self._end - perf_counter()
        if left <= 0:
            raise TimeoutError
        return left


@cache
def compiled(source: str) -> Any:
    """A regular expression of the `regex` module, compiled when a page first needs it."""
    import regex  # here, because many runs need none

    return regex.compile(source)


def check_regex(path: Path, key: str, source: str, *, groups: bool = True) -> None:
    """Raise `UsageError` with the place of the mistake when `source` is no regular expression, or one beyond bounds.

    With `groups` False it must not capture, because its groups would count among those of another key.
    """
    import regex

    if beyond := _beyond(source):
        raise UsageError(f"{path}: {key}: {beyond}. Write it simpler, or as several rules.")
    try:
        found = compiled(source)
    except regex.error as error:
        wrong: Any = error  # the stubs know nothing of its place
        at = f" at position {wrong.pos + 1}: {_around(source, wrong.pos)}" if wrong.pos else ""
        raise UsageError(
            f"{path}: {key}: not a regular expression: {wrong.msg}{at or f': {source[:LENGTH]}'}. "
            "Put a backslash before a character that stands for itself, such as \\( or \\+."
        ) from error
    except _ODD as error:
        raise UsageError(
            f"{path}: {key}: not a regular expression that can be used: {error}: {cut(source)}."
        ) from error
    if found.groups and not groups:
        raise UsageError(f"{path}: {key}: must not capture. Write (?:...) in place of (...).")


def _around(source: str, place: int, reach: int = 200) -> str:
    return f"{source[max(0, place - reach) : place]}⟨here⟩{source[place : place + reach]}"


def _beyond(source: str) -> str:
    """Which bound an expression is beyond, in words; "" for none.

    >>> _beyond("(?:(?:a{999}){999}){999}")
    'its repeats would be written out to 999,000,999 elements, and 100,000 are the limit'
    """
    if len(source) > LENGTH:
        return f"has {len(source):,} characters, and {LENGTH:,} are the limit"
    brackets, deepest, size = _measured(source)
    if brackets > BRACKETS:
        return f"has {brackets:,} brackets, and {BRACKETS:,} are the limit"
    if deepest > DEEPEST:
        return f"its brackets nest {deepest:,} deep, and {DEEPEST:,} is the limit"
    if size > WRITTEN_OUT:
        return f"its repeats would be written out to {size:,} elements, and {WRITTEN_OUT:,} are the limit"
    return ""


def _measured(source: str) -> tuple[int, int, int]:
    """How many brackets an expression has, how deep they nest, and its elements with repeats written out."""
    brackets, deepest, last = 0, 0, 0
    sizes = [0]  # of what stands in each bracket that is open
    for token in _TOKEN.finditer(source):
        said = token[0]
        if said == "(":
            sizes.append(0)
            brackets += 1
            deepest = max(deepest, len(sizes) - 1)
        elif said == ")" and len(sizes) > 1:
            last = sizes.pop()
            sizes[-1] += last
        elif said == "+" or token["least"]:
            more = last * (1 if said == "+" else max(0, int(token["least"][:12]) - 1))
            sizes[-1] += more
            last += more
        else:
            last = 1
            sizes[-1] += last
    return brackets, deepest, sum(sizes)


def matches(source: str, value: str, clock: Clock) -> Iterator[Any]:
    """All matches in `value`, from left to right. Raises `TimeoutError` when the clock has run down."""
    for match in compiled(source).finditer(value, timeout=clock.left()):
        clock.left()
        yield match
