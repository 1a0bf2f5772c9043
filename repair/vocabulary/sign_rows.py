r"""Rows of signs: lines under a heading, blanks to fill in, fences of what a file says of itself, cells of tables.

>>> bool(UNDERLINE.fullmatch("=====")), bool(BLANK_TO_FILL.fullmatch("____ ____")), bool(FENCE.fullmatch("---"))
(True, True, True)
>>> bool(CELL.search("| 灯塔 | 渡船 |")), bool(CELL.search("灯塔亮了"))
(True, False)
"""

from __future__ import annotations

import re

__all__ = ["BLANK_TO_FILL", "CELL", "FENCE", "UNDERLINE"]

UNDERLINE = re.compile(r"=+|-+")
"""A line that makes a heading of the one above it."""

BLANK_TO_FILL = re.compile(r"[_ \t]+")
"""A line to write on."""

FENCE = re.compile(r"-{3,}|\+{3,}")
"""A line before and behind what a file says of itself."""

CELL = re.compile(r"[|\t]")
"""What parts the cells of a row."""
