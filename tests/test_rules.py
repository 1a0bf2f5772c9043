"""Every packaged rule does what its examples and fixtures say, and nothing on its counter-examples."""

from __future__ import annotations

import pytest

from repair.cases.case import Case
from repair.cases.files import collect, orphans, uncovered
from repair.cases.run import run_case
from repair.rulebook.load import packaged_rules
from repair.rulebook.resources import fixtures_dir

RULES = packaged_rules()
CASES = [case for case in collect(RULES, fixtures_dir()) if case.rule]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case) -> None:
    outcome = run_case(case)
    assert outcome.ok, "\n" + outcome.message
    if case.xfail:
        pytest.xfail(case.xfail)


@pytest.mark.parametrize("rule_id", RULES)
def test_rule_has_a_text_that_it_repairs_and_one_that_it_leaves(rule_id: str) -> None:
    assert list(uncovered({rule_id: RULES[rule_id]}, CASES).values()) == []


def test_every_fixture_file_belongs_to_a_rule() -> None:
    assert orphans(RULES, fixtures_dir()) == []


def test_ids_say_the_group_and_the_damage_in_plain_letters() -> None:
    import re

    assert [rule_id for rule_id in RULES if not re.fullmatch(r"[a-z]+/[a-z]+(-[a-z]+)*", rule_id)] == []
