"""A release is made only of what says its version, and holds what git holds."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from tests.paths import ROOT


def loaded() -> ModuleType:
    """`.ci/release`, which has no suffix."""
    loader = SourceFileLoader("ci_release", str(ROOT / ".ci/release"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


release = loaded()
CHANGES = "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-12-01\n\n### Added\n\n- All of it.\n"
CITATION = "title: scan-repair\nversion: 0.1.0\ndate-released: 2026-12-01\n"
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "scan-repair"
version = "0.1.0"
requires-python = ">=3.11"
[tool.hatch.build.targets.wheel]
only-include = ["repair"]
exclude = ["repair/training"]
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small project, committed."""
    if not shutil.which("git"):
        pytest.skip("needs git")
    files = {
        "repair/core/version.py": '__version__ = "0.1.0"\n',
        "repair/training/seam.py": "",
        "repair/GUIDE.md": "# Guide\n",
        "CHANGELOG.md": CHANGES,
        ".github/CITATION.cff": CITATION,
        ".gitignore": "dist/\n",
        "pyproject.toml": PROJECT,
    }
    for name, text in files.items():
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text(text, "utf-8")
    committed(tmp_path / "project")
    return tmp_path / "project"


def committed(root: Path) -> None:
    who = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "--allow-empty", "-m", "all"]):
        subprocess.run(["git", *command], cwd=root, check=True)


def made(root: Path, version: str = "0.1.0") -> int:
    return release.main([version, "--root", str(root), "--out", str(root / "dist")])


def test_both_archives_are_built_and_what_is_left_is_told(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("hatchling")
    assert made(checkout) == 0
    names = {path.name for path in (checkout / "dist").iterdir()}
    assert names == {"scan_repair-0.1.0.tar.gz", "scan_repair-0.1.0-py3-none-any.whl"}
    assert "git tag v0.1.0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("repair/core/version.py", "0.1.0", "0.1.1", "repair/core/version.py: the version is not 0.1.0."),
        ("CHANGELOG.md", "[0.1.0] - 2026-12-01", "[0.1.0]", 'there is no "## [0.1.0] - YEAR-MONTH-DAY"'),
        ("CHANGELOG.md", "- All of it.", "", "the entry of 0.1.0 is empty"),
        ("CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\n- More.\n", "belongs to 0.1.0"),
        ("CHANGELOG.md", "## [Unreleased]\n", "", 'there is no "## [Unreleased]"'),
        (".github/CITATION.cff", "12-01", "12-02", ".github/CITATION.cff: version and date-released"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_built(
    name: str, old: str, new: str, told: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (checkout / name).read_text("utf-8")
    assert old in text
    (checkout / name).write_text(text.replace(old, new), "utf-8")
    committed(checkout)
    assert made(checkout) == 1
    assert told in capsys.readouterr().err
    assert not (checkout / "dist").exists()


def test_another_version_does_not_fit(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert made(checkout, "0.2.0") == 1
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_what_is_not_committed_is_told(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "notes.txt").write_text("more\n")
    assert made(checkout) == 1
    assert "not committed: ?? notes.txt" in capsys.readouterr().err


def test_an_archive_that_lacks_a_file_is_told(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("hatchling")
    (checkout / "pyproject.toml").write_text(PROJECT.replace("repair/training", "repair/*.md"), "utf-8")
    committed(checkout)
    assert made(checkout) == 1
    told = capsys.readouterr().err
    assert "-any.whl: lacks repair/GUIDE.md" in told
    assert "-any.whl: has repair/training/seam.py, which git does not hold" in told


def test_this_checkout_names_one_version_everywhere() -> None:
    from repair.core.version import __version__

    told = [line for line in release.said_wrong(ROOT, __version__) if "Unreleased" not in line]
    assert told == []
