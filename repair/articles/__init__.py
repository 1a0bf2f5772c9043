"""The articles of a repaired page: which blocks make one, in which order, and what each block is."""

from __future__ import annotations

from repair.articles.group import Article, Laid, laid_out
from repair.articles.story import Part, Sheet, Story, sheet_of

__all__ = ["Article", "Laid", "Part", "Sheet", "Story", "laid_out", "sheet_of"]
