"""Parts of features that several models share."""

from __future__ import annotations

from repair.evidence.feature import Labels
from repair.typography.characters import Class

__all__ = ["CLASS", "END", "YES_NO"]

YES_NO = Labels("no", "yes")

END = Labels("open", "stop", "mark")
"""How a line ends: inside a sentence, with a mark that ends one, with another mark (see `Lines.closed`)."""

_CLASSES = {name.lower(): int(place) for name, place in vars(Class).items() if name.isupper()}
CLASS = Labels(*sorted(_CLASSES, key=_CLASSES.__getitem__))
"""The class of a character (see `characters.Class`)."""
