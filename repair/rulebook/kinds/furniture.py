r"""Kind `furniture`: lines of the page rather than of an article, which are marked and kept.

In the rule file:

    lines  = ['第 ?\w+ ?版']     regular expressions, each for a whole line without white space at its ends
    place  = "top"               "top", "bottom" or "anywhere"
    within = 12                  optional: how many lines that are not blank count from that edge
    mark   = "folio"             the kind of block stated: "masthead", "folio", "banner", "furniture"
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from repair.core.change import Change, Mark
from repair.core.errors import UsageError
from repair.core.page import Needs, Page
from repair.core.rule import Options, Phase
from repair.core.text import Span
from repair.rulebook.kinds.base import SECONDS, Key, Kind, Says, Source
from repair.rulebook.regexes import TIMEOUT, Clock, check_regex, compiled, matches

__all__ = ["KIND", "Furniture"]

WITHIN = 12


@dataclass(frozen=True)
class Furniture:
    """Finder of the kind `furniture`."""

    says: Says
    lines: tuple[str, ...]
    place: str
    mark: str
    needs: Needs = ""

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
        clock = Clock(options.get("timeout", TIMEOUT), len(value))
        is_one = compiled(self.source).fullmatch
        for start, end in self._candidates(page, options.get("within", WITHIN), clock):
            if is_one(value, start, end, timeout=clock.left()):
                for raw in _joined(page, start, end):
                    yield self.says.change(())._replace(mark=Mark(raw, self.mark))

    def _candidates(self, page: Page, within: int, clock: Clock) -> Iterable[tuple[int, int]]:
        """Spans of the lines to look at, without white space at either end: few, so that a page costs little."""
        if self.place != "anywhere":
            return (
                page.line_spans[:within]
                if self.place == "top"
                else page.line_spans[max(0, len(page.line_spans) - within) :]
            )
        if isinstance(self.needs, str):
            found = matches(self.search, page.text.value, clock)
            spans: Iterable[tuple[int, int]] = ((at := m.end(), page.text.value.find("\n", at)) for m in found)
        else:
            spans = page.lines_with(self.needs)
        return (_bare(page.text.value, start, end) for start, end in spans)

    def check(self, path: Path) -> None:
        """Raise `UsageError` for a regular expression that is wrong."""
        if not self.lines:
            raise UsageError(f"{path}: lines: empty. Give at least one regular expression.")
        for number, line in enumerate(self.lines, 1):
            check_regex(path, f"lines, number {number}", line)
        check_regex(path, "lines taken together", self.source)


def _bare(value: str, start: int, end: int) -> tuple[int, int]:
    """A line's span without white space at either end; -1 for `end` is the end of the text."""
    line = value[start : end if end >= 0 else None]
    return start + len(line) - len(line.lstrip()), start + len(line.rstrip())


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
    return Furniture(source.says, tuple(values["lines"]), values["place"], values["mark"], values["needs"])


KIND = Kind(
    {
        "lines": Key(
            list, "a list of regular expressions, each for a whole line", required=True, texts=True, regex=True
        ),
        "place": Key(str, "a place", required=True, choices=("top", "bottom", "anywhere")),
        "mark": Key(str, 'the kind of block to mark, such as "folio"', required=True),
        "within": Key(int, "a number of lines from that edge", default=WITHIN, between=(1, 10_000)),
        "timeout": SECONDS,
    },
    build,
    options=("within", "timeout"),
    phases=(Phase.LAYOUT, Phase.STRUCTURE),
)
