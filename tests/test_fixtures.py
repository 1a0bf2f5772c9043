"""Whole pages through whole chains: page cases come out as their gold says, clean pages as they went in."""

from __future__ import annotations

import pytest

from repair.cases.case import Case
from repair.cases.files import collect
from repair.cases.run import run_case
from repair.rulebook.resources import fixtures_dir

CASES = collect({}, fixtures_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_page(case: Case) -> None:
    outcome = run_case(case)
    assert outcome.ok, "\n" + outcome.message
    if case.xfail:
        pytest.xfail(case.xfail)


def test_there_are_pages_of_both_sorts() -> None:
    assert {case.where.split("/")[0] for case in CASES} == {"clean", "pages"}
