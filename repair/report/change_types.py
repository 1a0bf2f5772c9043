"""What kind of change a change is, for its colour and its sign."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Sequence

from repair.core.text import Done, Span
from repair.history.ledger import Row

__all__ = ["edit_kinds", "kind_of"]


def kind_of(row: Row) -> str:
    """The kind of a whole change: the gravest of what its edits do, and what is taken out for good before a move.

    >>> kind_of(Row("", 0, "", "applied", "safe", 1.0, "", (Done(3, 4, ",", "，"),)))
    'replaced'
    """
    found = set(edit_kinds(row))
    if row.removes and "removed" in found:
        return "removed"
    return next((kind for kind in _GRAVE if kind in found), "marked")


_GRAVE = ("moved", "removed", "joined", "replaced", "inserted")


def edit_kinds(row: Row) -> list[str]:
    """The kind of each edit; "moved" is also the edit that takes away what another puts elsewhere."""
    moved = sorted(done.after for done in row.edits if isinstance(done.after, Span))
    return [_kind(done, moved) for done in row.edits]


def _kind(done: Done, moved: Sequence[Span]) -> str:
    if isinstance(done.after, Span) or _covered(done, moved):
        return "moved"
    if not done.before:
        return "inserted"
    if done.before.isspace() and "\n" in done.before and "\n" not in done.after and not done.after.strip():
        return "joined"
    return "replaced" if done.after else "removed"


def _covered(done: Done, moved: Sequence[Span]) -> bool:
    """Whether what an edit takes away is put elsewhere by the same change, whose moved spans are given in order."""
    at = bisect_right(moved, (done.start, sys.maxsize)) - 1
    return at >= 0 and done.start < done.end <= moved[at].end
