"""What language says about a cut: is this head the continuation of that tail?

>>> from repair.seam import default_model
>>> scores = default_model().score(["他说，这次会"], ["议很重要。"])
>>> bool(scores.pmi[0] > 0)
True

Importing the package loads neither numpy nor the table; the first use does.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from repair.seam.api import SeamModel, SeamScores

if TYPE_CHECKING:
    from repair.seam.ngram import NGramModel

__all__ = ["NGramModel", "SeamModel", "SeamScores", "default_model"]


@cache
def default_model() -> NGramModel:
    """The shipped n-gram table, loaded once and kept."""
    from repair.seam.ngram import NGramModel

    return NGramModel.load()


def __getattr__(name: str) -> Any:
    if name == "NGramModel":
        from repair.seam.ngram import NGramModel

        return NGramModel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
