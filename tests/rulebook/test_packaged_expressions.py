"""The expressions of the packaged rules can be read: short lines, sets that are declared once, comments."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from repair.rulebook.kinds import KINDS
from repair.rulebook.resources import rules_dir
from repair.rulebook.sets import FILE, packaged_sets

LONGEST = 100
SETS = (rules_dir() / FILE).read_text("utf-8")
README = (rules_dir() / "README.md").read_text("utf-8")


def expressions() -> Iterator[tuple[str, str]]:
    """Each expression as it is written, with its file and key."""
    for path in sorted(rules_dir().rglob("*.toml")):
        table = tomllib.loads(path.read_text("utf-8"))
        kind = KINDS.get(table.get("kind", ""))
        for name, key in kind.keys.items() if kind else ():
            if key.regex and name in table:
                given = table[name]
                for source in given if isinstance(given, list) else [given]:
                    yield f"{path.relative_to(rules_dir()).as_posix()}: {name}", source


EXPRESSIONS = list(expressions())


def test_the_expressions_are_found() -> None:
    assert len(EXPRESSIONS) > 90
    assert sum("\n" in source for _, source in EXPRESSIONS) > 30


def test_no_line_is_long() -> None:
    assert [(at, line) for at, source in EXPRESSIONS for line in source.split("\n") if len(line) > LONGEST] == []


def test_one_on_several_lines_says_what_its_parts_are() -> None:
    assert [at for at, source in EXPRESSIONS if "\n" in source and not re.search(r"(?m)(^|\s)# \S", source)] == []


@pytest.mark.parametrize("name", packaged_sets().declared)
def test_a_set_can_be_used_and_is_told_of(name: str) -> None:
    packaged_sets().check(rules_dir() / FILE)
    told = dict(re.findall(r"^\| `\{\{([\w-]+)\}\}` \| (.*) \|$", README, re.MULTILINE))
    (said,) = re.findall(rf"^{name} = '.*?' *# (.+)$", SETS, re.MULTILINE)
    assert told.get(name) == said


def test_no_set_is_told_of_that_is_not_there() -> None:
    assert set(re.findall(r"\{\{ ?([\w-]+) ?\}\}", README)) - {"name", "month", "digits"} == set(
        packaged_sets().declared
    )


def test_what_a_set_stands_for_is_written_as_a_set() -> None:
    alone = [r"\p{Han}", r"\d", r"\p{Lu}", r"\p{Ll}", r"\p{Latin}", "A-Za-z", "一二三四五六七八九十"]
    assert [(at, said) for at, source in EXPRESSIONS for said in alone if said in source] == []


def test_the_file_of_the_sets_holds_nothing_else() -> None:
    assert Path(rules_dir() / FILE).is_file()
    assert all(re.fullmatch(r"(#.*|[\w-]+ = '.*?' *# .+)?", line) for line in SETS.splitlines())
