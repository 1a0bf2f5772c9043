"""The closed set of declarative rule kinds: what a rule file can say without a line of Python."""

from __future__ import annotations

from repair.rulebook.kinds import furniture, join, near, opencc, pattern, table
from repair.rulebook.kinds.base import Finder, Key, Kind, Says, Source

__all__ = ["KINDS", "Finder", "Key", "Kind", "Says", "Source"]

KINDS: dict[str, Kind] = {
    "pattern": pattern.KIND,
    "table": table.KIND,
    "furniture": furniture.KIND,
    "join": join.KIND,
    "near": near.KIND,
    "opencc": opencc.KIND,
}
