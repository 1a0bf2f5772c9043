"""Text as people compare it: white space, width, case, and the style of quotes and dashes do not count."""

from __future__ import annotations

import unicodedata

__all__ = ["SAME", "plain"]

SAME = str.maketrans("「」『』“”‘’—–─－•・…", '""""""\'\'----··.')
"""Signs that are one sign in two styles."""


def plain(text: str) -> str:
    """Text as it is compared: without white space, width, case, and the style of quotes and dashes.

    >>> plain("“ Ａ－1 ”")
    '"a-1"'
    """
    folded = unicodedata.normalize("NFKC", text.translate(SAME)).translate(SAME)
    return "".join(folded.split()).lower().replace("**", "")
