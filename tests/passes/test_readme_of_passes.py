"""The pass that the page on passes shows is a whole one: it is run on the cases that stand beside it."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from repair.cases.case import Case
from repair.cases.files import fixture_cases, uncovered
from repair.cases.run import run_case
from repair.core.chain import Chain
from repair.core.rule import Rule
from repair.rulebook.load import load_chain
from tests.paths import ROOT

PAGE = (ROOT / "repair/passes/README.md").read_text("utf-8")
(CODE,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
(FIXTURE,) = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> Rule:
    """The rule of the page."""
    module = ModuleType("shown_pass")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(CODE, module.__dict__)
    return module.RULE


@pytest.fixture
def cases(rule: Rule, tmp_path: Path) -> list[Case]:
    """The cases of the page, in a file that lies as theirs would."""
    path = tmp_path / f"{rule.id}.txt"
    path.parent.mkdir()
    path.write_text(FIXTURE, "utf-8")
    return fixture_cases(path, tmp_path, rule)


def test_it_passes_its_cases(rule: Rule, cases: list[Case]) -> None:
    assert len(cases) >= 3
    assert uncovered({rule.id: rule}, cases) == {}
    for case in cases:
        outcome = run_case(case)
        assert outcome.ok, outcome.message


def test_without_its_condition_it_would_not(rule: Rule, cases: list[Case]) -> None:
    (place,) = [line for line in CODE.splitlines() if "options[" in line]
    assert "below.strip() == said" in place
    exec(CODE.replace('len(said) >= options["least"] and ', ""), rule.find.__globals__)
    chain = Chain(rule.id, (rule.find.__globals__["RULE"],))
    assert not all(run_case(replace(case, chain=chain)).ok for case in cases)


def test_paths_and_ids_are_those_that_it_says(rule: Rule) -> None:
    said = rule.id.replace("-", "_")
    assert f"`repair/passes/{said}.py` is the pass of `{rule.id}`" in PAGE
    assert f"`fixtures/{rule.id}.txt`" in PAGE
    assert (ROOT / "rules/chains/newspaper.toml").is_file()
    assert rule.id not in {one.id for one in load_chain().rules}


def test_it_is_short() -> None:
    body = CODE.partition('"""\n')[2].partition("RULE = ")[0]
    assert len([line for line in body.splitlines() if line.strip() and "import" not in line]) <= 20
