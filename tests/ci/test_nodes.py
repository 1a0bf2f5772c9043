"""The node budget: what counts, what is an error, and that the package keeps it."""

from __future__ import annotations

import doctest
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.paths import ROOT


def loaded() -> ModuleType:
    """`.ci/nodes.py`, which is no module of a package."""
    spec = importlib.util.spec_from_file_location("ci_nodes", ROOT / ".ci/nodes.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses ask for it
    spec.loader.exec_module(module)
    return module


nodes = loaded()
LARGE = "def large(a):\n    return [" + "a, " * 149 + "]\n"  # the list and its 149 names


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A checkout with one package of one module and no exceptions."""
    (tmp_path / "repair/room").mkdir(parents=True)
    (tmp_path / "exceptions.tsv").write_text("# function\treason\n")
    (tmp_path / "repair/room/one.py").write_text(LARGE)
    return tmp_path


def checked(house: Path, *options: str) -> int:
    return nodes.main(["--root", str(house), "--exceptions", str(house / "exceptions.tsv"), *options])


def test_the_package_keeps_its_budget(capsys: pytest.CaptureFixture[str]) -> None:
    assert nodes.main([]) == 0, capsys.readouterr().out


def test_a_function_at_the_budget_passes_and_one_above_it_does_not(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(house) == 0
    (house / "repair/room/one.py").write_text(LARGE.replace("[", "[a, "))
    assert checked(house) == 1
    assert "repair/room/one.py::large: 151 nodes, and 150 are allowed\n" in capsys.readouterr().out


def test_an_exception_holds_and_a_stale_one_is_an_error(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (house / "exceptions.tsv").write_text("repair/room/one.py::large\tit is a table\n")
    assert checked(house) == 1
    assert "keeps the budget (150): take it out" in capsys.readouterr().out
    (house / "repair/room/one.py").write_text(LARGE.replace("[", "[a, "))
    assert checked(house) == 0
    (house / "repair/room/one.py").write_text("")
    assert checked(house) == 1
    assert "there is no such function" in capsys.readouterr().out


def test_an_exception_without_a_reason_is_refused(house: Path) -> None:
    (house / "exceptions.tsv").write_text("repair/room/one.py::large\t \n")
    with pytest.raises(ValueError, match="this is not"):
        checked(house)


def test_functions_within_a_function_count_for_themselves() -> None:
    inner = "def outer(a):\n    def inner():\n        return [a, a]\n    return inner()\n"
    assert dict(nodes.functions(inner)) == {"outer": 2, "outer.inner": 3}


def test_the_table_counts_lines_nodes_and_comments(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (house / "repair/room/one.py").write_text('"""Said\n\nhere."""\n\n# why\nx = 1  # and why\ny = 2\n')
    assert checked(house, "--table") == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["room", "2", "2.50", "100.0", "%", "0"]


def test_the_examples_in_docstrings() -> None:
    result = doctest.testmod(nodes)
    assert result.attempted and not result.failed
