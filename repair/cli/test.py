"""`repair test`: the cases of the rules."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from repair.cases.files import collect, orphans, uncovered
from repair.cases.run import run_case
from repair.cli.exits import Exit
from repair.core.errors import RepairError, UsageError
from repair.files.terminal import tell
from repair.history.explain import counted
from repair.rulebook.load import load_chain, load_rules, packaged_rules
from repair.rulebook.resources import fixtures_dir

__all__ = ["main"]


def main(arguments: Namespace) -> Exit:
    """Run the cases; print those that fail, with what was expected and what was found, and a count at the end.

    A file that is broken is told there, and does not stop the others. Where no case could be run, that is an error.
    """
    counts: Counter[str] = Counter()
    lacking: list[str] = []
    found = False
    broken: list[RepairError] = []
    for folder in arguments.dirs or [None]:
        fixtures = fixtures_dir() if folder is None else folder / "fixtures"
        try:
            rules = packaged_rules() if folder is None else load_rules([folder], failed=broken.append)
        except UsageError as error:
            broken.append(error)
            continue
        whole = not broken
        cases = collect(rules, fixtures, () if folder is None else (folder,), failed=broken.append)
        lacking += uncovered(rules, cases).values()
        if whole and fixtures.is_dir():
            lacking += orphans(rules, fixtures)
        if folder is not None:
            broken += _broken_chains(folder)
        for case in cases:
            found = True
            outcome = run_case(case)
            counts[outcome.verdict.value] += 1
            if not outcome.ok:
                tell(f"{outcome.message}\n")
            elif arguments.verbose:
                tell(f"{outcome.verdict.value}: {case.id}: {case.title}")
    wrong = list(dict.fromkeys(map(str, broken)))
    if not found:
        raise UsageError("\n".join(wrong) or "No cases were found.")
    for line in (*wrong, *lacking):
        tell(line)
    told = [f"{n} {verdict}" for verdict, n in counts.most_common()]
    told += [f"{counted(len(wrong), 'file')} broken"] if wrong else []
    tell(f"{counts.total()} cases: {', '.join(told)}")
    failed = counts.total() - counts["passed"] - counts["known failure"]
    return Exit.FAILED if failed or lacking or wrong else Exit.OK


def _broken_chains(folder: Path) -> Iterator[UsageError]:
    """What is wrong with the chain files of a folder, a broken rule in it apart."""
    for path in sorted(folder.glob("chains/*.toml")):
        try:
            load_chain(str(path), [folder])
        except UsageError as error:
            yield error
