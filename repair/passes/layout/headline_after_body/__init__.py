"""Headlines that were read after the text they stand over: `groups` and `evidence` look, `alignment` decides."""

from __future__ import annotations

from repair.passes.layout.headline_after_body.rule import RULE

__all__ = ["RULE"]
