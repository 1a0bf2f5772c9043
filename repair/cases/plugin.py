"""pytest plugin: folders of repair rules, run as tests.

`pytest --repair-rules DIR`, or `repair_rules = DIR ...` in the ini file, makes a test of each case in the rule files
below DIR, in DIR/fixtures/<rule id>.txt, DIR/fixtures/pages and DIR/fixtures/clean, and one that each rule has both an
example and a counter-example. Every pytest run of the user imports this module, so it imports next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from repair.cases.case import Case
    from repair.core.rule import Rule

__all__ = ["pytest_addoption", "pytest_collect_file", "pytest_configure"]

_OPTION = "repair_rules"
_FOLDERS = pytest.StashKey[list[Path]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The command line option and the ini option."""
    help_text = "folder of repair rules whose examples and fixtures are run as tests"
    group = parser.getgroup("scan-repair")
    group.addoption("--repair-rules", action="append", default=[], metavar="DIR", dest=_OPTION, help=help_text)
    parser.addini(_OPTION, help_text, type="paths", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Collect the folders as well; those of the ini file only where no path is given on the command line."""
    asked = [(config.invocation_params.dir / name).resolve() for name in config.getoption(_OPTION)]
    usual = [path.resolve() for path in config.getini(_OPTION)]
    config.stash[_FOLDERS] = [*asked, *usual]
    for folder in config.stash[_FOLDERS]:
        if not folder.is_dir():
            raise pytest.UsageError(f"{folder}: there is no such folder of repair rules.")
    given = config.args_source is config.ArgsSource.ARGS
    if asked and not given:
        config.args = []
    config.args += [str(folder) for folder in (asked if given else [*asked, *usual])]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A rule file, a fixture file or a page case below one of the folders."""
    for folder in parent.config.stash.get(_FOLDERS, []):
        if file_path.is_relative_to(folder) and _is_case(file_path.relative_to(folder)):
            collector: CaseFile = CaseFile.from_parent(parent, path=file_path)
            collector.folder = folder
            return collector
    return None


def _is_case(path: Path) -> bool:
    """Whether a file of a rules folder holds cases."""
    if path.parts[0] in ("chains", "sets.toml"):
        return False
    if path.parts[:2] == ("fixtures", "pages"):
        return path.name == "case.toml"
    return path.suffix == (".txt" if path.parts[0] == "fixtures" else ".toml")


class CaseFile(pytest.File):
    """The cases of one file."""

    folder: Path

    def collect(self) -> Iterator[pytest.Item]:
        """One test a case, and for a rule file one more: that the rule has cases of both sorts."""
        from repair.core.errors import RepairError

        try:
            rule, cases = self._cases()
        except RepairError as error:
            raise self.CollectError(str(error)) from error
        for case in cases:
            yield CaseItem.from_parent(self, name=f"{case.line}: {case.title}", case=case)
        if rule:
            yield CoverItem.from_parent(
                self, name="has an example and a counter-example", rule=rule, folder=self.folder
            )

    def _cases(self) -> tuple[Rule | None, list[Case]]:
        """The cases of the file, and the rule if it is a rule file."""
        from repair.cases import files as cases

        fixtures = self.folder / "fixtures"
        if not self.path.is_relative_to(fixtures):
            rule = _rule(self.folder, self.path)
            return rule, cases.rule_cases(rule)
        parts = self.path.relative_to(fixtures).parts
        dirs = (self.folder,)
        if parts[0] == "pages":
            return None, [cases.page_case(self.path, fixtures, dirs)]
        if parts[0] == "clean":
            return None, [cases.clean_case(self.path, fixtures, dirs)]
        rule_file = self.folder.joinpath(*parts[parts[0] == "xfail" :]).with_suffix(".toml")
        return None, cases.fixture_cases(self.path, fixtures, _rule(self.folder, rule_file))


def _rule(folder: Path, path: Path) -> Rule:
    """The rule of a file below a rules folder."""
    from repair.rulebook.rule_file import read_rule

    return read_rule(path, path.relative_to(folder).with_suffix("").as_posix())


class _Item(pytest.Item):
    """A test whose failure is a message for a reader, not a traceback."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message alone for a failed case."""
        if isinstance(excinfo.value, CaseFailedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class CaseFailedError(Exception):
    """A case that did not come out as stated."""


class CaseItem(_Item):
    """One case."""

    def __init__(self, *, case: Case, **given: Any) -> None:
        super().__init__(**given)
        self.case = case

    def runtest(self) -> None:
        """Run the case."""
        from repair.cases.case import Verdict
        from repair.cases.run import run_case

        outcome = run_case(self.case)
        if not outcome.ok:
            raise CaseFailedError(outcome.message)
        if outcome.verdict is Verdict.KNOWN:
            pytest.xfail(self.case.xfail)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case is written; pytest counts lines from 0."""
        return self.case.path, self.case.line - 1, f"{self.case.rule}: {self.case.title}"


class CoverItem(_Item):
    """The test that a rule has a text that it repairs and one that it leaves."""

    def __init__(self, *, rule: Rule, folder: Path, **given: Any) -> None:
        super().__init__(**given)
        self.rule, self.folder = rule, folder

    def runtest(self) -> None:
        """Look for both sorts of cases in the rule file and in its fixture file."""
        from repair.cases.files import fixture_cases, rule_cases, uncovered

        found = rule_cases(self.rule)
        fixtures = self.folder / "fixtures"
        path = fixtures / f"{self.rule.id}.txt"
        if path.is_file():
            found += fixture_cases(path, fixtures, self.rule)
        for message in uncovered({self.rule.id: self.rule}, found).values():
            raise CaseFailedError(message)
