"""The commands of CONTRIBUTING are those that CI runs, and work; hooks and workflow run the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

PAGE = (ROOT / ".github/CONTRIBUTING.md").read_text("utf-8")
CI = (ROOT / ".ci/run").read_text("utf-8")
COMMANDS = "".join(re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)).splitlines()

NOT_RUN = {
    'pip install -e ".[dev]"': "it needs the network; CI installs the same extra, and it is read that there is one",
    "python -m pytest -q": "it is what runs this",
    "python -m pytest -q -m slow": "it takes minutes; CI runs it",
    "mypy": "it takes a minute; CI runs it, and it is read that CI does",
    "python -m build --wheel": "it needs the network; CI runs it, and tests/test_wheel.py builds without",
    "pre-commit install": "it alters the checkout",
    "pre-commit run --all-files": "it runs mypy; that its hooks are commands of this page is tested below",
    ".ci/release 0.1.0": "it builds the release; tests/ci/test_release.py does, on a small project",
}


@pytest.fixture
def here(tmp_path: Path) -> dict[str, str]:
    """An environment in which `repair` and `python` are those of the tests."""
    (tmp_path / "bin").mkdir()
    for name, given in {"repair": "-m repair ", "python": ""}.items():
        command = tmp_path / "bin" / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {given}"$@"\n')
        command.chmod(0o755)
    path = f"{tmp_path / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


def test_every_command_that_is_not_run_is_there() -> None:
    assert set(NOT_RUN) <= set(COMMANDS)
    assert len([command for command in COMMANDS if command not in NOT_RUN]) >= 5


@pytest.mark.skipif(os.name == "nt", reason="needs a Unix shell")
@pytest.mark.parametrize(
    "command", [line for line in COMMANDS if line not in NOT_RUN and not line.startswith("repair")]
)
@pytest.mark.slow
def test_the_command_works(command: str, here: dict[str, str]) -> None:
    if not shutil.which(command.split()[0], path=here["PATH"]):
        pytest.skip(f"needs {command.split()[0]}")
    done = subprocess.run(command, shell=True, cwd=ROOT, env=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a Unix shell")
def test_a_new_rule_passes(tmp_path: Path, here: dict[str, str]) -> None:
    said = [line for line in COMMANDS if line.startswith("repair")]
    assert said
    for line in said:
        done = subprocess.run(line, shell=True, cwd=tmp_path, env=here, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_ci_runs_what_the_page_says() -> None:
    section = PAGE.split("## What must hold")[1].split("```sh\n")[1].split("```")[0]
    for line in section.splitlines():
        command = line.removeprefix("python ").removeprefix("-m ").removesuffix(" --wheel")
        assert command.split()[0] in CI and re.search(rf"{re.escape(command)}(?![\w-])", CI.replace('"', "")), line
    assert '".[dev]"' in CI


def test_the_workflow_runs_what_runs_on_a_desk() -> None:
    text = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    assert "bash .ci/run" in text and all(f"{name}-latest" in text for name in ("ubuntu", "macos", "windows"))
    said = PAGE.split("You need Python ")[1].split(", and git")[0]
    assert re.findall(r'"(3\.\d+)"', text) == re.findall(r"3\.\d+", said)


def test_the_hooks_are_commands_of_the_page() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    hooks = [entry.replace(" --force-exclude", "") for entry in re.findall(r"^ +entry: (.*)$", text, re.MULTILINE)]
    section = PAGE.split("## What must hold")[1]
    assert len(hooks) == 5
    assert [hook for hook in hooks if not re.search(rf"^{re.escape(hook)}( \.)?$", section, re.MULTILINE)] == []
