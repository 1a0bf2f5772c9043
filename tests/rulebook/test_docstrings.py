"""The examples in the docstrings of the rulebook are so."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("module", ["repair.rulebook.expressions", "repair.rulebook.sets"])
def test_examples_in_docstrings(module: str) -> None:
    result = doctest.testmod(import_module(module))
    assert result.attempted and not result.failed
