"""The pages for developers say what is so: packages, paths, examples."""

from __future__ import annotations

import doctest
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.paths import ROOT

PAGES = ["repair/README.md", "repair/passes/README.md", "repair/WHY.md", ".github/CONTRIBUTING.md"]
HOUSE = (ROOT / "repair/README.md").read_text("utf-8")


def test_every_package_stands_in_the_tree_in_the_order_that_is_enforced() -> None:
    tree = HOUSE.split("## The tree")[1].split("\n## ")[0]
    said = re.findall(r"^\| `(\w+)` \|", tree, re.MULTILINE)
    there = {path.parent.name for path in (ROOT / "repair").glob("*/__init__.py")}
    assert set(said) == there
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (layers,) = [one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    assert said == layers["layers"][::-1]


def test_the_examples_run() -> None:
    result = doctest.testfile(str(ROOT / "repair/README.md"), module_relative=False)
    assert result.attempted > 5 and not result.failed


def test_the_phases_are_named_in_their_order() -> None:
    from repair.core.rule import Phase

    way = HOUSE.split("## The way of a page")[1].split("\n3.")[0]
    assert re.findall(r"\*(\w+)\* \(", way) == list(Phase)


def test_the_families_of_passes_are_named() -> None:
    families = {path.parent.name for path in (ROOT / "repair/passes").glob("*/__init__.py")}
    said = HOUSE.split("Else into `repair/passes/`")[1].split("[passes/README.md]")[0]
    assert set(re.findall(r"`(\w+)`", said)) == families


@pytest.mark.parametrize("page", PAGES)
def test_what_is_named_is_there(page: str) -> None:
    """Paths in backticks are from the root, or from the folder of the page; commits are left to the history."""
    text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    shown = {"repair/passes/layout/doubled_line.py", "fixtures/layout/doubled-line.txt", "dist/"}
    for name in set(re.findall(r"`([\w./-]+(?:/|\.(?:py|md|toml|tsv|txt|json|npz)))`", text)) - shown:
        places = [ROOT / name, (ROOT / page).parent / name, ROOT / "repair" / name]
        assert any(place.exists() for place in places) or list(Path(ROOT).glob(f"**/{name}")), name


def messages(commits: list[str]) -> str:
    """What the named commits say."""
    show = ["git", "show", "--no-patch", "--format=%B", *commits]
    done = subprocess.run(show, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def has_history() -> bool:
    """Whether this is a checkout with all commits."""
    shallow = ["git", "rev-parse", "--is-shallow-repository"]
    try:
        return subprocess.run(shallow, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "false\n"
    except (OSError, subprocess.CalledProcessError):
        return False


@pytest.mark.skipif(not has_history(), reason="needs the history")
def test_figures_of_what_was_tried_stand_where_they_are_taken_from() -> None:
    page = (ROOT / "repair/WHY.md").read_text("utf-8")
    for entry in re.split(r"^- ", page, flags=re.MULTILINE)[1:]:
        commits, links = re.findall(r"`([0-9a-f]{7})`", entry), re.findall(r"\]\((.*?)\)", entry)
        said = messages(commits) if commits else ""
        said += "".join((ROOT / "repair" / link).read_text("utf-8") for link in links)
        figures = re.findall(r"(?<![\w+.,-])\.?\d[\d,.]*\d(?![\w³])", re.sub(r"`.*?`", "", entry))
        assert [figure for figure in figures if figure not in said] == [], entry
