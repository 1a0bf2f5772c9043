"""Kind `table`: words of a list are replaced, the longest match first.

    table  = "name.tsv"          before<TAB>after, one pair a line, sorted; path relative to the rule file
    before = '...'               optional: regular expression for what must stand directly before
    after  = '...'               optional: regular expression for what must stand directly after

A word that the list replaces by itself is protected: shorter words inside it are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from repair.core.change import Change
from repair.core.errors import UsageError
from repair.core.page import BEYOND, Page
from repair.core.rule import Options
from repair.core.text import Edit
from repair.rulebook.kinds.base import Key, Kind, Says, Source, minimal
from repair.rulebook.regexes import TIMEOUT, Clock, check_regex, compiled
from repair.vocabulary.tsv import read_pairs

__all__ = ["KIND", "Table"]


@dataclass(frozen=True)
class Table:
    """Finder of the kind `table`; `content` is the list as it was read."""

    says: Says
    path: Path
    content: str
    before: str = ""
    after: str = ""

    @cached_property
    def pairs(self) -> dict[str, str]:
        """What is replaced, and by what."""
        return read_pairs(self.path, self.content)

    @cached_property
    def sizes(self) -> dict[str, list[int]]:
        """The lengths of the words that begin with a character, longest first."""
        found: dict[str, set[int]] = {}
        for key in self.pairs:
            found.setdefault(key[0], set()).add(len(key))
        return {first: sorted(sizes, reverse=True) for first, sizes in found.items()}

    @cached_property
    def first(self) -> NDArray[np.bool_]:
        """For each code point whether a word begins with it; the last element stands for all beyond."""
        return _lookup(ord(c) for c in self.sizes)

    @cached_property
    def second(self) -> NDArray[np.bool_] | None:
        """The same for the second character of a word; None where some word is a single character."""
        return None if any(len(key) == 1 for key in self.pairs) else _lookup(ord(key[1]) for key in self.pairs)

    @cached_property
    def seen(self) -> NDArray[np.intp]:
        """The places in `Page.seen` of the characters that words begin with, or of their second ones."""
        return np.flatnonzero(self.first if self.second is None else self.second).clip(max=BEYOND)

    def __call__(self, page: Page, options: Options) -> Iterator[Change]:
        if not np.frombuffer(page.seen, np.uint8)[self.seen].any():
            return
        starts = self.first.take(page.codes, mode="clip")
        if self.second is not None:
            starts[:-1] &= self.second.take(page.codes[1:], mode="clip")
        hits = starts.nonzero()[0]
        value, pairs, sizes, end = page.text.value, self.pairs, self.sizes, 0
        context, clock = bool(self.before or self.after), Clock(TIMEOUT, len(value))
        for at in hits.tolist():
            if at < end:
                continue
            left = clock.left()
            for size in sizes[value[at]]:
                key = value[at : at + size]
                new = pairs.get(key)
                if new is None or (context and not self._fits(value, at, at + size, left)):
                    continue
                end = at + size
                if key != new:
                    yield self.says.change((Edit(at, end, new),) if size == 1 else minimal(at, key, new))
                break

    def _fits(self, value: str, start: int, end: int, timeout: float) -> bool:
        """Whether the context is as asked for on both sides of a word."""
        if self.before and not compiled(f"(?<={self.before})").match(value, start, timeout=timeout):
            return False
        return not self.after or compiled(self.after).match(value, end, timeout=timeout) is not None

    def check(self, path: Path) -> None:
        """Raise `UsageError` for a list or a context that is wrong."""
        if not self.pairs:
            raise UsageError(f"{self.path}: holds no pairs. Write one a line: before<TAB>after.")
        check_regex(path, "before", self.before)
        check_regex(path, "after", self.after)


def _lookup(codes: Iterable[int]) -> NDArray[np.bool_]:
    """A table that is True at these code points; its last element is False and stands for all beyond."""
    places = list(codes)
    lookup = np.zeros(max(places) + 2, np.bool_)
    lookup[places] = True
    return lookup


def build(source: Source) -> Table:
    """A table from its rule file."""
    path, content = source.read("table")
    return Table(source.says, path, content, source.values["before"], source.values["after"])


KIND = Kind(
    {
        "table": Key(str, "the name of a .tsv file", required=True),
        "before": Key(str, "a regular expression for what must stand directly before", default="", regex=True),
        "after": Key(str, "a regular expression for what must stand directly after", default="", regex=True),
    },
    build,
)
