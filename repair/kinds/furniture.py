r"""Kind `furniture`: lines of the page rather than of an article, which are marked and kept.

In the rule file:

    lines  = ['第\s*\d+\s*版']   regular expressions, each for a whole line without white space at its ends
    place  = "top"               "top", "bottom" or "anywhere"
    within = 12                  optional: how many lines that are not blank count from that edge
    mark   = "folio"             the kind of block stated: "masthead", "folio", "banner", "furniture"
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from repair.change import Change, Mark
from repair.errors import UsageError
from repair.kinds.base import TIMEOUT, Key, Kind, Says, Source, check_regex, compiled
from repair.page import Page
from repair.rule import Options, Phase
from repair.text import Span

__all__ = ["KIND", "Furniture"]

WITHIN = 12


@dataclass(frozen=True)
class Furniture:
    """Finder of the kind `furniture`."""

    says: Says
    lines: tuple[str, ...]
    place: str
    mark: str

    @cached_property
    def source(self) -> str:
        """One expression for all: a branch reset, so that each counts its own groups from 1."""
        return f"(?|{'|'.join(f'(?:{line})' for line in self.lines)})"

    def __call__(self, page: Page, options: Options) -> Iterator[Change]:
        if self.place == "anywhere":
            lines: Iterator[Span] = (Span(*line) for line in page.lines)
        else:
            lines = edge_lines(page.text.value, options.get("within", WITHIN), self.place == "top")
        timeout = options.get("timeout", TIMEOUT)
        until = time.monotonic() + timeout
        full = compiled(self.source).fullmatch
        for start, end in lines:
            if full(page.text.value, start, end, timeout=timeout):
                for raw in _joined(page, start, end):
                    yield self.says.change(())._replace(mark=Mark(raw, self.mark))
            if time.monotonic() > until:
                raise TimeoutError

    def check(self, path: Path) -> None:
        """Raise `UsageError` for a regular expression that is wrong."""
        if not self.lines:
            raise UsageError(f"{path}: lines: empty. Give at least one regular expression.")
        for number, line in enumerate(self.lines, 1):
            check_regex(path, f"lines, number {number}", line)
        check_regex(path, "lines taken together", self.source)


def edge_lines(value: str, count: int, top: bool) -> Iterator[Span]:
    """The first (or last) `count` lines that are not blank, from the edge inwards, without white space at the ends."""
    low, high = 0, len(value)
    while count and low < high:
        if top:
            cut = value.find("\n", low, high)
            start, end = low, cut if cut >= 0 else high
            low = end + 1
        else:
            cut = value.rfind("\n", low, high)
            start, end = cut + 1, high
            high = cut if cut >= 0 else low
        line = value[start:end]
        body = line.strip()
        if body:
            count -= 1
            start += len(line) - len(line.lstrip())
            yield Span(start, start + len(body))


def _joined(page: Page, start: int, end: int) -> list[Span]:
    """The raw spans of a line, as one where only white space has gone from between them."""
    spans: list[Span] = []
    for span in page.text.raw_spans(start, end):
        if spans and spans[-1].end <= span.start and not page.raw[spans[-1].end : span.start].strip():
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return spans


def build(source: Source) -> Furniture:
    """A furniture rule from its rule file."""
    values = source.values
    return Furniture(source.says, tuple(values["lines"]), values["place"], values["mark"])


KIND = Kind(
    {
        "lines": Key(list, "a list of regular expressions, each for a whole line", required=True, texts=True),
        "place": Key(str, "a place", required=True, choices=("top", "bottom", "anywhere")),
        "mark": Key(str, 'the kind of block to mark, such as "folio"', required=True),
        "within": Key(int, "a number of lines from that edge", default=WITHIN),
        "timeout": Key(float, "seconds for a page", default=TIMEOUT),
    },
    build,
    options=("within", "timeout"),
    phases=(Phase.LAYOUT, Phase.STRUCTURE),
)
