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

__all__ = ["NGramModel", "SeamModel", "SeamScores", "default_model", "use"]

_in_use: SeamModel | None = None


def default_model() -> SeamModel:
    """The model that the passes ask: the shipped n-gram table, loaded once and kept, or that given to `use`."""
    return _in_use or _shipped()


def use(model: SeamModel | None) -> None:
    """Let the passes ask this model from now on, or with None the shipped table again.

    The weights of the passes were trained on the scores of the shipped table: a model whose scores have another scale
    needs them trained anew (`python -m repair.training.line_seams`).

    >>> use(default_model())
    >>> use(None)
    """
    global _in_use
    _in_use = model


@cache
def _shipped() -> NGramModel:
    from repair.seam.ngram import NGramModel

    return NGramModel.load()


def __getattr__(name: str) -> Any:
    if name == "NGramModel":
        from repair.seam.ngram import NGramModel

        return NGramModel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
