"""Text read twice: `copies` finds what stands there twice, `at_once` and `again` judge it, `rule` takes it out."""

from __future__ import annotations
