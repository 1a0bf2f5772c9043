"""What each block of a repaired page is: headline, paragraph, caption, jump line, furniture, ..."""

from __future__ import annotations

from repair.blocks.classify import FURNITURE, KINDS, Block, blocks_of

__all__ = ["FURNITURE", "KINDS", "Block", "blocks_of"]
