"""The commands of the README and of the user guide work as they stand there, and what they say is so."""

from __future__ import annotations

import argparse
import doctest
import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from repair.cli.exits import Exit
from repair.history.ledger import Header, Row
from tests.paths import ROOT

DOCUMENTS = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "repair/GUIDE.md")}
README, GUIDE = DOCUMENTS.values()
LINKED = [
    *DOCUMENTS,
    "tests/benchmarks/RESULTS.md",
    "repair/README.md",
    "repair/WHY.md",
    "repair/passes/README.md",
    ".github/CONTRIBUTING.md",
]


def code(text: str, language: str) -> list[str]:
    """The blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


SET_UP = [body for body in code(README, "sh") if "pip install" in body]
HERE = {name: [body for body in code(text, "sh") if body not in SET_UP] for name, text in DOCUMENTS.items()}
COMMANDS = "".join(body for bodies in HERE.values() for body in bodies)


def test_it_can_be_read_at_a_sitting() -> None:
    assert len(README.splitlines()) <= 140


def test_two_commands_set_up() -> None:
    assert len(SET_UP) == 2
    assert all(len(body.splitlines()) == 1 for body in SET_UP)
    page = re.search(r"fixtures/pages/\S+", SET_UP[0])
    assert page and (ROOT / page[0]).is_file()


def ran(commands: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """What came of the commands of a document in a folder, where `repair` is this checkout's."""
    (folder / "bin").mkdir()
    command = folder / "bin/repair"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m repair "$@"\n')
    command.chmod(0o755)
    env = {**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["sh", "-eux", "-c", "\n".join(commands)], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "raw-again.txt").read_bytes() == (folder / "page.txt").read_bytes()
    assert (folder / "results/page.txt.ledger.jsonl").is_file()
    assert "0 passed" not in done.stdout
    return done


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs a Unix shell")
def test_the_other_commands_of_the_readme_run(tmp_path: Path) -> None:
    assert len(HERE["README.md"]) >= 4
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    ran(HERE["README.md"], tmp_path)
    assert list((tmp_path / "issue/articles").iterdir())
    assert (tmp_path / "documents.jsonl").read_text("utf-8").startswith("{")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs a Unix shell")
def test_the_commands_of_the_guide_run(tmp_path: Path) -> None:
    assert len(HERE["repair/GUIDE.md"]) >= 9
    shutil.copy(ROOT / "fixtures/pages/wrapped-pdf-text/raw.txt", tmp_path / "page.txt")
    shutil.copytree(ROOT / "fixtures/issues/jumps", tmp_path / "monday")
    shutil.copytree(ROOT / "fixtures/issues", tmp_path / "week")
    ran(HERE["repair/GUIDE.md"], tmp_path)


def test_the_page_before_becomes_the_page_after() -> None:
    from repair import repair

    before, after = code(README, "text")
    assert repair(before).text == after


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_python_runs(document: str) -> None:
    (said,) = code(DOCUMENTS[document], "python")
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "the first bridge 1\n", done.stderr


def test_the_exit_codes_are_all_there() -> None:
    table = re.findall(r"^\| (\d+) \|", GUIDE, re.MULTILINE)
    assert [int(number) for number in table] == [int(number) for number in Exit]


def commands() -> dict[str, argparse.ArgumentParser]:
    """The parser of each command, by its name; `new rule` is one."""
    from repair.cli.parser import parser

    def below(made: argparse.ArgumentParser, name: str) -> dict[str, argparse.ArgumentParser]:
        inner = [action for action in made._actions if isinstance(action, argparse._SubParsersAction)]
        found = {f"{name} {word}".strip(): one for action in inner for word, one in action.choices.items()}
        whole = {name: made} if not inner else {}
        return whole | {word: one for part, sub in found.items() for word, one in below(sub, part).items()}

    return below(parser(), "")


def options(made: argparse.ArgumentParser) -> list[tuple[str, ...]]:
    """The options of a command but for its help, each with all its spellings."""
    return [tuple(action.option_strings) for action in made._actions if action.option_strings and action.dest != "help"]


def test_commands_and_options_exist() -> None:
    known = commands()
    first = {name.split()[0] for name in known}
    said = set(re.findall(r"`repair (\w+)", README + GUIDE)) | set(re.findall(r"^repair (\w+)", COMMANDS, re.MULTILINE))
    assert said and said - {"COMMAND"} <= first
    for line in COMMANDS.splitlines():
        for command, given in re.findall(r"repair ((?:new )?\w+)([^|>]*)", line):
            spelt = {spelling for option in options(known[command]) for spelling in option}
            assert set(re.findall(r" (--?[a-z-]+)", given)) <= spelt, line
    spelt = {spelling for made in known.values() for option in options(made) for spelling in option}
    named = set(re.findall(r"`(--[a-z-]+)", README + GUIDE)) - {"--help"}
    assert len(named) > 10 and named <= spelt | {"--repair-rules"}


def test_the_guide_tells_of_every_command() -> None:
    assert [name for name in commands() if f"repair {name}" not in GUIDE] == []


def test_the_options_are_all_there() -> None:
    rows = re.findall(r"^\| ((?:`--?[\w-]+`(?:, )?)+) \| ([^|]+) \|", GUIDE.split("## Options")[1], re.MULTILINE)
    said = {(name, tuple(re.findall(r"`(.*?)`", row))) for row, names in rows for name in names.split(", ")}
    assert said == {(name, option) for name, made in commands().items() for option in options(made)}


def test_the_help_lists_the_commands_and_the_options_of_one() -> None:
    from repair.cli.parser import parser

    text = parser().format_help()
    assert all(re.search(rf"^    {name.split()[0]} ", text, re.MULTILINE) for name in commands())
    for made in commands().values():
        text = made.format_help()
        assert [option for option in options(made) if not all(spelling in text for spelling in option)] == []


def test_the_fields_of_the_ledger_are_all_there() -> None:
    section = GUIDE.split("## The ledger")[1].split("\n## ")[0]
    known = {field.name for field in fields(Header)} | set(Row._fields)
    assert known <= set(re.findall(r"`(\w+)`", section))


def test_the_kinds_of_rules_are_all_there() -> None:
    from repair.rulebook.kinds import KINDS

    (said,) = re.findall(r"There are six kinds of rules: (.*?);", GUIDE, re.DOTALL)
    assert set(re.findall(r"`(\w+)` \(", said)) == set(KINDS)


def anchor(heading: str) -> str:
    """How a heading is linked to.

    >>> anchor("How sure, how good")
    'how-sure-how-good'
    """
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("document", LINKED)
def test_links_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if "://" not in target:
            path, _, place = target.partition("#")
            file = ((ROOT / document).parent / path) if path else ROOT / document
            assert file.exists(), target
            if place:
                headings = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE)
                assert place in map(anchor, headings), target


def test_the_examples_in_docstrings() -> None:
    result = doctest.testmod(sys.modules[__name__])
    assert result.attempted and not result.failed
