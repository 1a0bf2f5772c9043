r"""Kind `furniture`: lines of the page rather than of an article, which are marked and kept.

In the rule file:

    lines  = ['第\s*\d+\s*版']   regular expressions, each for a whole line without white space at its ends
    place  = "top"               "top", "bottom" or "anywhere"
    within = 12                  optional: how many lines that are not blank count from that edge
    mark   = "folio"             the kind of block stated: "masthead", "folio", "banner", "furniture"
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from repair.change import Change, Mark
from repair.errors import UsageError
from repair.kinds.base import TIMEOUT, Key, Kind, Says, Source, check_regex, compiled, matches
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

    @cached_property
    def search(self) -> str:
        """Where a line begins that may be one of them: ten times faster than to try line after line."""
        return rf"(?m)^[^\S\n]*+(?={self.source}[^\S\n]*+$)"

    def __call__(self, page: Page, options: Options) -> Iterator[Change]:
        value = page.text.value
        timeout = options.get("timeout", TIMEOUT)
        within = options.get("within", WITHIN)
        span = None if self.place == "anywhere" else edge(value, within, self.place == "top")
        for match in matches(self.search, value, timeout, span):
            start, end = match.end(), value.find("\n", match.end())
            end = start + len(value[start : end if end >= 0 else None].rstrip())
            if compiled(self.source).fullmatch(value, start, end, timeout=timeout):
                for raw in _joined(page, start, end):
                    yield self.says.change(())._replace(mark=Mark(raw, self.mark))

    def check(self, path: Path) -> None:
        """Raise `UsageError` for a regular expression that is wrong."""
        if not self.lines:
            raise UsageError(f"{path}: lines: empty. Give at least one regular expression.")
        for number, line in enumerate(self.lines, 1):
            check_regex(path, f"lines, number {number}", line)
        check_regex(path, "lines taken together", self.source)


def edge(value: str, count: int, top: bool) -> Span:
    r"""The stretch with the first (or last) `count` lines that are not blank.

    >>> edge("one\n\ntwo\nthree", 2, top=True)
    Span(start=0, end=8)
    """
    low, high = 0, len(value)
    while count > 0 and low < high:
        cut = value.find("\n", low, high) if top else value.rfind("\n", low, high)
        if top:
            line = value[low : cut if cut >= 0 else high]
            low = cut + 1 if cut >= 0 else high
        else:
            line = value[cut + 1 : high]
            high = max(cut, 0)
        count -= bool(line.strip())
    return Span(0, low) if top else Span(high, len(value))


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
