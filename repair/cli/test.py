"""`repair test`: the cases of the rules."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter

from repair.cases import collect, orphans, run_case, uncovered
from repair.cli.exits import Exit
from repair.errors import UsageError
from repair.load import load_rules, packaged_rules
from repair.resources import fixtures_dir
from repair.terminal import tell

__all__ = ["main"]


def main(arguments: Namespace) -> Exit:
    """Run the cases; print those that fail, with what was expected and what was found, and a count at the end."""
    counts: Counter[str] = Counter()
    lacking: list[str] = []
    found = False
    for folder in arguments.dirs or [None]:
        rules = packaged_rules() if folder is None else load_rules([folder])
        fixtures = fixtures_dir() if folder is None else folder / "fixtures"
        cases = collect(rules, fixtures, () if folder is None else (folder,))
        lacking += [*uncovered(rules, cases).values(), *(orphans(rules, fixtures) if fixtures.is_dir() else ())]
        for case in cases:
            found = True
            outcome = run_case(case)
            counts[outcome.verdict.value] += 1
            if not outcome.ok:
                tell(f"{outcome.message}\n")
            elif arguments.verbose:
                tell(f"{outcome.verdict.value}: {case.id}: {case.title}")
    for line in lacking:
        tell(line)
    if not found:
        raise UsageError("No cases were found.")
    tell(f"{counts.total()} cases: {', '.join(f'{n} {verdict}' for verdict, n in counts.most_common())}")
    failed = counts.total() - counts["passed"] - counts["known failure"]
    return Exit.FAILED if failed or lacking else Exit.OK
