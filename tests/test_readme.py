"""The README's commands work as they stand there, and what it says agrees with the program."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from repair.cli.exits import Exit
from repair.history.ledger import Header, Row
from tests.paths import ROOT

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
SHELL = [body for language, body in BLOCKS if language == "sh"]
SET_UP = [body for body in SHELL if "pip install" in body]
HERE = [body for body in SHELL if "pip install" not in body]


def test_two_commands_set_up() -> None:
    assert len(SET_UP) == 2
    assert all(len(body.splitlines()) == 1 for body in SET_UP)
    page = re.search(r"fixtures/pages/\S+", SET_UP[0])
    assert page and (ROOT / page[0]).is_file()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs a Unix shell")
def test_the_other_commands_run(tmp_path: Path) -> None:
    assert len(HERE) >= 6
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin/repair"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m repair "$@"\n')
    command.chmod(0o755)
    env = {**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["sh", "-eux", "-c", "\n".join(HERE)], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "raw-again.txt").read_bytes() == (tmp_path / "page.txt").read_bytes()
    assert (tmp_path / "results/page.txt.ledger.jsonl").is_file()
    assert "0 passed" not in done.stdout


def test_the_python_runs() -> None:
    (code,) = [body for language, body in BLOCKS if language == "python"]
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "the first bridge 1\n", done.stderr


def test_the_exit_codes_are_all_there() -> None:
    table = re.findall(r"^\| (\d+) \|", README, re.MULTILINE)
    assert [int(code) for code in table] == [int(code) for code in Exit]


def test_commands_and_options_exist() -> None:
    from repair.cli.parser import parser

    said = set(re.findall(r"`repair (\w+)", README)) | {
        line.split()[1] for line in "".join(HERE).splitlines() if line.startswith("repair ")
    }
    helped = parser().format_help()
    assert said and all(re.search(rf"^    {name} ", helped, re.MULTILINE) for name in said)


def test_the_help_lists_the_commands_and_the_options_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    from repair.cli.parser import parser

    helps = {"": parser().format_help()}
    for command in [*re.findall(r"^    (\w+) ", helps[""], re.MULTILINE), "new rule"]:
        with pytest.raises(SystemExit):
            parser().parse_args([*command.split(), "--help"])
        helps[command] = capsys.readouterr().out
    for line in "".join(HERE).splitlines():
        for command, options in re.findall(r"repair ((?:new )?\w+)([^|>]*)", line):
            assert [option for option in re.findall(r" (--?[a-z-]+)", options) if option not in helps[command]] == []
    said = set(re.findall(r"`(--[a-z-]+)", README))
    assert len(said) > 10
    assert [option for option in said if not any(f"{option} " in text for text in helps.values())] == []


def test_the_fields_of_the_ledger_are_all_there() -> None:
    section = README.split("## The ledger")[1].split("\n## ")[0]
    known = {field.name for field in fields(Header)} | set(Row._fields)
    assert known <= set(re.findall(r"`(\w+)`", section))


def test_the_kinds_of_rules_are_all_there() -> None:
    from repair.rulebook.kinds import KINDS

    (said,) = re.findall(r"There are six kinds of rules: (.*?);", README, re.DOTALL)
    assert set(re.findall(r"`(\w+)` \(", said)) == set(KINDS)


def test_the_benchmarks_are_there() -> None:
    said = README.split("`python -m tests.benchmarks.")[1].split("\n\n")[0]
    for name in ["quality", *re.findall(r"`(\w+)`", said)]:
        source = (ROOT / f"tests/benchmarks/{name}.py").read_text("utf-8")
        assert 'if __name__ == "__main__":' in source, name
