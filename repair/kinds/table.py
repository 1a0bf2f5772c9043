"""Kind `table`: words of a list are replaced, the longest match first.

    table  = "name.tsv"          before<TAB>after, one pair a line, sorted; path relative to the rule file
    before = '...'               optional: regular expression for what must stand directly before
    after  = '...'               optional: regular expression for what must stand directly after

A word that the list replaces by itself is protected: shorter words inside it are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from repair.change import Change
from repair.errors import UsageError
from repair.kinds.base import Key, Kind, Says, Source, check_regex, compiled, minimal
from repair.kinds.tsv import read_pairs
from repair.page import Page
from repair.rule import Options
from repair.text import Edit

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
        codes = [ord(c) for c in self.sizes]
        lookup = np.zeros(max(codes) + 2, np.bool_)
        lookup[codes] = True
        return lookup

    def __call__(self, page: Page, options: Options) -> Iterator[Change]:
        hits = self.first.take(page.codes, mode="clip").nonzero()[0]
        if not len(hits):
            return
        value, pairs, sizes, end = page.text.value, self.pairs, self.sizes, 0
        context = bool(self.before or self.after)
        for at in hits.tolist():
            if at < end:
                continue
            for size in sizes[value[at]]:
                key = value[at : at + size]
                new = pairs.get(key)
                if new is None or (context and not self._fits(value, at, at + size)):
                    continue
                end = at + size
                if key != new:
                    yield self.says.change((Edit(at, end, new),) if size == 1 else minimal(at, key, new))
                break

    def _fits(self, value: str, start: int, end: int) -> bool:
        """Whether the context is as asked for on both sides of a word."""
        if self.before and not compiled(f"(?<={self.before})").match(value, start):
            return False
        return not self.after or compiled(self.after).match(value, end) is not None

    def check(self, path: Path) -> None:
        """Raise `UsageError` for a list or a context that is wrong."""
        if not self.pairs:
            raise UsageError(f"{self.path}: holds no pairs. Write one a line: before<TAB>after.")
        check_regex(path, "before", self.before)
        check_regex(path, "after", self.after)


def build(source: Source) -> Table:
    """A table from its rule file."""
    path, content = source.read("table")
    return Table(source.says, path, content, source.values["before"], source.values["after"])


KIND = Kind(
    {
        "table": Key(str, "the name of a .tsv file", required=True),
        "before": Key(str, "a regular expression for what must stand directly before", default=""),
        "after": Key(str, "a regular expression for what must stand directly after", default=""),
    },
    build,
)
