"""Column bleed: lines of two or more columns that alternate, or stand on one physical line, are put in order again."""

from __future__ import annotations

from repair.passes.layout.column_bleed.unweave import RULE

__all__ = ["RULE"]
