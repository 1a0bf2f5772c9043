"""Lines as people count them: from 1, and of an issue in each page anew."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from repair.core.text import Span
from repair.files.text import BETWEEN
from repair.history.ledger import Ledger
from repair.report.marked import named

__all__ = ["Beginning", "numbered"]


class Beginning(NamedTuple):
    """A page of an issue, where its raw lines begin."""

    number: int
    name: str


def numbered(ledger: Ledger, raw: Sequence[Span]) -> tuple[dict[int, Beginning], list[str], list[int]]:
    """The pages of an issue by the line they begin with; of each line, its number in its file and its page, from 0."""
    pages = ledger.header.pages
    if not pages:
        return {}, [str(number) for number in range(1, len(raw) + 1)], [0] * len(raw)
    begins, numbers, on, at = dict[int, Beginning](), list[str](), list[int](), 0
    starts = [line.start for line in raw]
    for number, page in enumerate(pages):
        first = bisect_right(starts, at) - 1
        begins[first] = Beginning(number + 1, named(page.name))
        last = bisect_right(starts, at + max(0, page.chars - 1)) - 1
        numbers += [""] * (first - len(numbers))  # the lines that part two pages
        numbers += [str(line - first + 1) for line in range(first, last + 1)]
        on += [number] * (len(numbers) - len(on))
        at += page.chars + len(BETWEEN)
    return begins, numbers, on
