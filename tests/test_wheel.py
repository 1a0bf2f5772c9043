"""The wheel holds what git holds but for training, rules and fixtures inside the package, and nothing else."""

from __future__ import annotations

import re
import subprocess
import zipfile

import pytest

from tests.paths import ROOT

wheel = pytest.importorskip("hatchling.builders.wheel", reason="needs hatchling")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a wheel built from this tree, by path."""
    folder = tmp_path_factory.mktemp("wheel")
    built = next(wheel.WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"]))
    with zipfile.ZipFile(built) as file:
        return {name: file.read(name) for name in file.namelist()}


def kept_by_git() -> set[str]:
    """The files of the packaged folders that git holds, or would hold if they were added."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "repair", "rules", "fixtures"]
    try:
        names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return {name for name in names if name and (ROOT / name).is_file() and not name.startswith("repair/training/")}


def test_the_wheel_is_what_git_holds(content: dict[str, bytes]) -> None:
    expected = {name if name.startswith("repair/") else f"repair/{name}" for name in kept_by_git()}
    assert {name for name in content if ".dist-info/" not in name} == expected


def test_rules_and_tables_are_in_the_package(content: dict[str, bytes]) -> None:
    assert "repair/rules/chains/newspaper.toml" in content
    assert "repair/py.typed" in content
    assert content["repair/seam/zh.npz"] == (ROOT / "repair/seam/zh.npz").read_bytes()


def test_what_is_told_of_rules_and_cases_is_in_the_package(content: dict[str, bytes]) -> None:
    assert b"kind" in content["repair/rules/README.md"] and b"=====" in content["repair/fixtures/README.md"]
    assert content["repair/GUIDE.md"] == (ROOT / "repair/GUIDE.md").read_bytes()


def test_metadata(content: dict[str, bytes]) -> None:
    said = {name.split("/", 1)[1]: data.decode() for name, data in content.items() if ".dist-info/" in name}
    assert "repair = repair.cli:main" in said["entry_points.txt"]
    assert "[pytest11]\nscan-repair = repair.cases.plugin" in said["entry_points.txt"]
    assert "Apache License" in said["licenses/LICENSE"]
    assert "License-Expression: Apache-2.0\n" in said["METADATA"]
    assert "Requires-Python: >=3.11\n" in said["METADATA"]
    assert {
        "backports-zstd",
        "chardet",
        "filelock",
        "jinja2",
        "numpy",
        "opencc",
        "pebble",
        "rapidfuzz",
        "regex",
        "tqdm",
    } == {
        re.split("[<>=]", line.removeprefix("Requires-Dist: "))[0]
        for line in said["METADATA"].splitlines()
        if line.startswith("Requires-Dist: ") and "extra ==" not in line
    }


def test_what_changes_characters_has_an_upper_bound(content: dict[str, bytes]) -> None:
    (metadata,) = [data.decode() for name, data in content.items() if name.endswith(".dist-info/METADATA")]
    for name in ("chardet", "opencc", "rapidfuzz"):
        assert re.search(rf"^Requires-Dist: {name}<\d", metadata, re.MULTILINE), name


def test_each_python_that_is_supported_is_named_and_tried(content: dict[str, bytes]) -> None:
    (metadata,) = [data.decode() for name, data in content.items() if name.endswith(".dist-info/METADATA")]
    named = re.findall(r"^Classifier: Programming Language :: Python :: (3\.\d+)$", metadata, re.MULTILINE)
    tried = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    assert named and re.findall(r"\"(3\.\d+)\"", tried) == named
    assert f"Requires-Python: >={named[0]}\n" in metadata
