"""What the READMEs of rules and fixtures say: their commands run, their rules and cases pass, the errors are so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from repair.cases.files import collect, page_case, uncovered
from repair.cases.run import run_case
from repair.cli import main
from repair.core.safety import Safety
from repair.rulebook.kinds import KINDS
from repair.rulebook.load import load_rules
from repair.rulebook.resources import fixtures_dir, rules_dir
from repair.rulebook.rule_file import COMMON, EXAMPLE, KEEP
from repair.rulebook.sets import FILE

ROOT = rules_dir().parent
READMES = {"rules": rules_dir() / "README.md", "fixtures": fixtures_dir() / "README.md"}
PAGE = "增长 8 %，比上年快。\n"


def blocks(name: str, language: str) -> list[str]:
    text = READMES[name].read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


RULES = [body for body in blocks("rules", "toml") if "kind = " in body]


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with the rules of the README, their lists and its sets."""
    folder = tmp_path / "mine"
    lists = iter(blocks("rules", "tsv"))
    for number, body in enumerate(RULES):
        table = tomllib.loads(body)
        path = folder / table["phase"] / f"rule-{number}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, "utf-8")
        for key in ("table", "list"):
            if key in table:
                (path.parent / table[key]).write_text(next(lists), "utf-8")
    (sets,) = [body for body in blocks("rules", "toml") if "kind = " not in body]
    (folder / FILE).write_text(sets, "utf-8")
    assert next(lists, None) is None
    return folder


def test_there_is_a_rule_of_every_kind_and_each_passes(mine: Path) -> None:
    rules = load_rules([mine])
    assert {rule.kind for rule in rules.values()} == set(KINDS)
    cases = collect(rules, None)
    assert uncovered(rules, cases) == {}
    assert [outcome.message for outcome in map(run_case, cases) if not outcome.ok] == []


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs a Unix shell")
@pytest.mark.parametrize("name", READMES)
def test_every_command_runs(name: str, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin/repair"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m repair "$@"\n')
    command.chmod(0o755)
    (tmp_path / "page.txt").write_text(PAGE, "utf-8")
    env = {**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    shell = blocks(name, "sh")
    if name == "fixtures":
        shell.insert(0, "repair new rule spacing/space-before-percent -d my-rules")
    done = subprocess.run(
        ["sh", "-eux", "-c", "\n".join(shell)], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert len(shell) >= 3 and "cases: 0 passed" not in done.stdout
    if name == "rules":
        assert (tmp_path / "repaired.txt").is_file() and (tmp_path / "repaired-again.txt").is_file()


def test_every_key_of_a_rule_is_told_of() -> None:
    text = READMES["rules"].read_text("utf-8")
    told = set(re.findall(r"`\[*(\w+)\]*`", text)) | {key for body in RULES for key in tomllib.loads(body)}
    keys = {*COMMON, *EXAMPLE, *KEEP, *(key for kind in KINDS.values() for key in kind.keys)}
    assert keys - told == {"timeout"}
    assert {*Safety} <= told


def test_every_key_of_a_page_case_is_told_of() -> None:
    from repair.cases.files import _CASE

    told = re.findall(r"(\w+) = |`(\w+)`", READMES["fixtures"].read_text("utf-8"))
    assert set(_CASE) <= {name for pair in told for name in pair}


def test_the_cases_of_one_rule_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    for path in ("spacing/space-around-number.toml", FILE):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes((rules_dir() / path).read_bytes())
    cases = folder / "fixtures/spacing/space-around-number.txt"
    cases.parent.mkdir(parents=True)
    cases.write_text(blocks("fixtures", "text")[0], "utf-8")
    assert main(["test", "-v", str(folder)]) == 0
    assert "passed: spacing/space-around-number.txt:8: headline with two clauses" in capsys.readouterr().out


def test_the_page_passes(tmp_path: Path) -> None:
    folder = tmp_path / "pages/numbered"
    folder.mkdir(parents=True)
    for name, language, place in (("raw.txt", "text", 1), ("gold.json", "json", 0), ("case.toml", "toml", 0)):
        (folder / name).write_text(blocks("fixtures", language)[place], "utf-8")
    outcome = run_case(page_case(folder / "case.toml", tmp_path))
    assert outcome.ok, outcome.message


def test_the_errors_look_as_they_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "rule", "spacing/space-before-percent", "-d", "my-rules"]) == 0
    path = Path("my-rules/spacing/space-before-percent.toml")
    good = path.read_text("utf-8")
    failed, broken = blocks("rules", "text")
    shown = [failed.rstrip("\n"), *broken.splitlines()]
    for old, new in (
        ("(?<={{digit}})", "(?<=年)"),
        ("find =", "fnd ="),
        ("{{digit}})", "{{digits}})"),
        ("{{digit}})  #", "{{digit}} {0,1})  #"),
    ):
        assert good.count(old) == 1
        path.write_text(good.replace(old, new), "utf-8")
        capsys.readouterr()
        main(["test", "my-rules"])
        said = "".join(capsys.readouterr())
        assert shown.pop(0) in said
