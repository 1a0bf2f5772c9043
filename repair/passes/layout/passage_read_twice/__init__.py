"""Text read twice: `copies` finds what stands there twice, `at_once` and `again` judge it, `rule` takes it out."""

from __future__ import annotations

from repair.passes.layout.passage_read_twice.rule import RULE

__all__ = ["RULE"]
