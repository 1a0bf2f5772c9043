"""Cases: texts with what must become of them. For the project's rules and, as a pytest plugin, for anybody's."""

from __future__ import annotations

from repair.cases.case import Case, CaseOutcome, Gold, Verdict
from repair.cases.files import clean_case, collect, fixture_cases, orphans, page_case, rule_cases, uncovered
from repair.cases.run import run_case

__all__ = [
    "Case",
    "CaseOutcome",
    "Gold",
    "Verdict",
    "clean_case",
    "collect",
    "fixture_cases",
    "orphans",
    "page_case",
    "rule_cases",
    "run_case",
    "uncovered",
]
