"""How sure a change is: the one list of levels, and the words by which they are asked for."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["LEVELS", "LIKELY_FROM", "SAFE_FROM", "Safety"]


class Safety(StrEnum):
    """A measured claim about a change: of 100 such changes on gold pages, how many are right.

    `SAFE`: at least 99; `LIKELY`: at least 95; `SUGGEST`: fewer, so it is shown and not made unless asked for. These
    are the words for it everywhere: in rules, ledgers and reports, and behind `--apply`.
    """

    SAFE = "safe"
    LIKELY = "likely"
    SUGGEST = "suggest"

    @classmethod
    def of(cls, confidence: float) -> Safety:
        """What a change is of whose like at least this share is right.

        >>> Safety.of(0.993), Safety.of(0.96), Safety.of(0.5)
        (<Safety.SAFE: 'safe'>, <Safety.LIKELY: 'likely'>, <Safety.SUGGEST: 'suggest'>)
        """
        return cls.SAFE if confidence >= SAFE_FROM else cls.LIKELY if confidence >= LIKELY_FROM else cls.SUGGEST

    @property
    def rank(self) -> int:
        """0 for safe, 1 for likely, 2 for suggest."""
        return _RANK[self]


SAFE_FROM, LIKELY_FROM = 0.99, 0.95
"""The least confidence of a change that is safe, and of one that is likely."""

_RANK = {Safety.SAFE: 0, Safety.LIKELY: 1, Safety.SUGGEST: 2}


LEVELS = {**{str(level): level for level in Safety}, "all": Safety.SUGGEST}
"""How sure a change must be to be made: the words of `Safety`, as ledgers have them, and "all" for the last of them."""
