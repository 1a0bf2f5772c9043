"""The public names, and what importing and starting cost."""

from __future__ import annotations

import doctest
import subprocess
import sys
from importlib import import_module

import pytest

import repair

NAMES = [
    "Chain",
    "Change",
    "Page",
    "RepairError",
    "Result",
    "Rule",
    "Safety",
    "load_chain",
    "repair",
    "repair_file",
    "run",
]
VOCABULARY = [
    "bylines",
    "captions",
    "datelines",
    "head_words",
    "jump_marks",
    "labels",
    "list_marks",
    "model_marks",
    "names",
    "notes",
    "numerals",
    "sheet",
    "sign_rows",
]
HEAVY = {"numpy", "regex", "rapidfuzz", "opencc", "pebble", "chardet", "filelock", "jinja2", "tqdm"}


def test_the_public_names() -> None:
    assert repair.__all__ == NAMES
    for name in NAMES:
        assert getattr(repair, name).__name__ == name
    assert set(NAMES) <= set(dir(repair))
    with pytest.raises(AttributeError, match="no attribute 'fix'"):
        _ = repair.fix


@pytest.mark.parametrize("statement", ["import repair", "import repair.cli; repair.cli.parser()"])
def test_importing_and_parsing_need_no_library(statement: str) -> None:
    code = f"import sys; {statement}; print(*sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "repair" in found
    assert not HEAVY & set(found)


def test_the_command_starts_with_few_modules() -> None:
    """It took 0.05 s with the 120 modules of the day it was written, most of them Python's own; a clock would waver."""
    command = [sys.executable, "-X", "importtime", "-m", "repair", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    found = [line.rpartition("|")[2].strip() for line in said.splitlines() if line.startswith("import time:")]
    assert not HEAVY & set(found)
    assert 0 < sum(name.partition(".")[0] == "repair" for name in found) <= 20
    assert len(found) <= 160


@pytest.mark.parametrize(
    "module",
    [
        "repair",
        "repair.api.calls",
        "repair.core.engine",
        "repair.history.explain",
        "repair.history.diff",
        "repair.core.errors",
        "repair.files.terminal",
        "repair.measure.text",
        "repair.measure.structure",
        "repair.measure.issue",
        "repair.articles.topics",
        "repair.articles.group",
        "repair.articles.story",
        "repair.typography.plain",
        *(f"repair.vocabulary.{name}" for name in VOCABULARY),
        "repair.issues.shift",
        "repair.core.bounded",
        "repair.core.checked",
        "repair.rulebook.regexes",
        "repair.files.text",
        "repair.formats.markdown",
        "repair.files.targets",
        "repair.rulebook.templates",
        "repair.estimate",
        "repair.estimate.parts",
        "repair.training.estimate",
    ],
)
def test_examples_in_docstrings(module: str) -> None:
    result = doctest.testmod(import_module(module))
    assert result.attempted and not result.failed
