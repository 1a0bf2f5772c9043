"""Every sentence of the README is held by a named test, or it is said why it promises nothing.

`promises.toml` lists both: quotes of the README, with white space folded, and what holds them. A quote is a sentence, a
part of one, or several in a row; "..." in it stands for figures. What no quote covers fails here: write its entry, and
its test where there is none.
"""

from __future__ import annotations

import ast
import doctest
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest

from tests.paths import ROOT

README = (ROOT / "README.md").read_text("utf-8")
LISTS = tomllib.loads((ROOT / "tests/promises.toml").read_text("utf-8"))
PROMISES: list[dict] = LISTS["promise"]
NO_PROMISES: list[dict] = LISTS["no_promise"]
QUOTES = [" ".join(entry["says"].split()) for entry in PROMISES + NO_PROMISES]

CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)  # run by test_readme.py
HEADING = re.compile(r"^#.*$", re.MULTILINE)
TABLE_RULE = re.compile(r"^\|[-|]+\|$", re.MULTILINE)
NEXT_ROW = re.compile(r"\n(?=\||- |\d\. )")
SENTENCE_END = re.compile(r"(?<=[.:?!]) +")
LETTER = re.compile(r"[^\W\d_]")


def blocks(text: str) -> Iterator[str]:
    """The paragraphs, list items and table rows of a text in Markdown, with white space folded; no code, no headings.

    >>> list(blocks("# A\\n\\nOne\\nline.\\n\\n| a | b |\\n|---|---|\\n| c | d |\\n\\n- e\\n  f\\n- g\\n"))
    ['One line.', '| a | b |', '| c | d |', '- e f', '- g']
    """
    for noise in (CODE, HEADING, TABLE_RULE):
        text = noise.sub("\n", text)
    for paragraph in re.split(r"\n\s*\n", text):
        yield from filter(None, (" ".join(row.split()) for row in NEXT_ROW.split(paragraph)))


def places(quote: str, block: str) -> Iterator[re.Match[str]]:
    """Where a quote stands in a block.

    >>> [found.span() for found in places("Of 100 ... wrong.", "Of 100 links 98 were found, none wrong. All.")]
    [(0, 39)]
    """
    return re.finditer(".*".join(map(re.escape, quote.split("..."))), block)


def uncovered(block: str, quotes: list[str]) -> list[str]:
    """What of a block stands in none of the quotes, sentence by sentence.

    >>> uncovered("A page. Its ledger, too. No more.", ["A page.", "too. No"])
    ['Its ledger,', 'more.']
    """
    covered = [False] * len(block)
    for found in (found for quote in quotes for found in places(quote, block)):
        covered[found.start() : found.end()] = [True] * (found.end() - found.start())
    stretches = groupby(range(len(block)), covered.__getitem__)
    rest = ["".join(block[place] for place in stretch) for held, stretch in stretches if not held]
    sentences = (sentence.strip() for part in rest for sentence in SENTENCE_END.split(part))
    return [sentence for sentence in sentences if LETTER.search(sentence)]


@cache
def names_in(path: Path) -> set[str]:
    """The names of the tests that a file defines."""
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_sentence_has_an_entry() -> None:
    missing = [sentence for block in blocks(README) for sentence in uncovered(block, QUOTES)]
    assert not missing, "without an entry in tests/promises.toml:\n" + "\n".join(missing)


@pytest.mark.parametrize("quote", QUOTES)
def test_every_quote_stands_in_the_readme(quote: str) -> None:
    assert any(any(places(quote, block)) for block in blocks(README))


@pytest.mark.parametrize("name", sorted({name for entry in PROMISES for name in entry["tests"]}))
def test_every_test_that_is_named_exists(name: str) -> None:
    path, test = name.split("::")
    assert test in names_in(ROOT / path)


def test_every_entry_is_whole() -> None:
    assert all(entry.keys() == {"says", "tests"} and entry["tests"] for entry in PROMISES)
    assert all(entry.keys() == {"says", "because"} and entry["because"] for entry in NO_PROMISES)
    assert not [entry["says"] for entry in PROMISES if "..." in entry["says"]]
    assert len(QUOTES) == len(set(QUOTES))


def test_benchmarks_that_are_named_exist() -> None:
    named = {path for entry in NO_PROMISES for path in re.findall(r"tests/benchmarks/\w+\.py", entry["because"])}
    assert named
    assert [path for path in named if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize(
    ("between", "added", "before"),
    [
        (" ", "It also reads minds.", "It puts columns"),
        (" ", "It is not even opened.", "Your page is never written over."),
        ("\n\n", "Take a chair.", "**Run.**"),
        ("\n", "| 6 | the moon was full |", "| 130 | interrupted"),
        ("\n", "- It takes no photographs.", "- Only text output"),
    ],
)
def test_a_sentence_that_is_added_is_found(between: str, added: str, before: str) -> None:
    changed = README.replace(before, f"{added}{between}{before}", 1)
    assert changed != README
    assert [rest for block in blocks(changed) for rest in uncovered(block, QUOTES)] == [added]


def test_the_examples_in_docstrings() -> None:
    result = doctest.testmod(sys.modules[__name__])
    assert result.attempted and not result.failed
