"""Words and marks by which lines say what they are: each stands once, and lies below what uses it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import repair

ROOT = Path(repair.__file__).parent


def imported(path: Path) -> Iterator[str]:
    """The modules that a file takes names from, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


@pytest.mark.parametrize(
    "room", ["typography", "vocabulary", "blocks", "joins", "edits", "passes", "articles", "issues"]
)
def test_what_repairs_does_not_look_at_the_score(room: str) -> None:
    paths = sorted((ROOT / room).rglob("*.py"))
    assert paths
    found = {path.relative_to(ROOT).as_posix(): list(imported(path)) for path in paths}
    assert [name for name, modules in found.items() if any(m.startswith("repair.measure") for m in modules)] == []


def test_vocabulary_stands_on_core_alone() -> None:
    modules = {module for path in (ROOT / "vocabulary").glob("*.py") for module in imported(path)}
    ours = {module for module in modules if module.startswith("repair")}
    assert ours
    assert all(module.startswith(("repair.core", "repair.vocabulary")) for module in ours)
