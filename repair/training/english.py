"""Counts which words follow which in English prose: `python -m repair.training.english FILE... [-o TABLE]`.

The files are plain text or HTML, packed by gzip or not: books and documents of a free licence.
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import regex

from repair.seam.english import FUNCTION_WORDS, OTHER, TABLE

_LEAST_PARAGRAPH, _LEAST_LETTERS = 80, 0.93
_WORD = regex.compile(r"[A-Za-z][\w'’-]*|\d+")
_CLAUSE = regex.compile(r"[^\w\s'’-]+")

ABOUT = """How often an English word follows another in a clause: first word, next word, times.
Function words are told apart, "*" is any other. Made by repair.training.english.
Source: {source}; {words} words.
Only these numbers are taken over from the texts."""


class _Prose(HTMLParser):
    """The text of a page in HTML, a blank line for each tag that ends a block."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("p", "br", "blockquote", "h1", "h2", "h3", "h4", "li", "td"):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def paragraphs(path: Path) -> Iterator[str]:
    """The paragraphs of prose of a file."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = data.decode("utf-8", "replace")
    if ".htm" in path.name:
        parser = _Prose()
        parser.feed(text)
        text = "".join(parser.parts)
    for part in regex.split(r"\n[ \t]*\n", text):
        said = " ".join(part.split())
        letters = sum(char.isalpha() or char == " " for char in said)
        if len(said) > _LEAST_PARAGRAPH and letters > _LEAST_LETTERS * len(said):
            yield said


def counted(paths: Sequence[Path]) -> Counter[tuple[str, str]]:
    """How often each word follows each, within clauses."""
    pairs: Counter[tuple[str, str]] = Counter()
    for path in paths:
        for said in paragraphs(path):
            for clause in _CLAUSE.split(said):
                words = [word if word in FUNCTION_WORDS else OTHER for word in map(str.lower, _WORD.findall(clause))]
                pairs.update(pairwise(words))
    return pairs


def main() -> None:
    """Count, and write the table."""
    parser = argparse.ArgumentParser(description="Count which words follow which in English prose.")
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--source", default="", help="what the files are, with their licences")
    parser.add_argument("-o", "--output", type=Path, default=TABLE)
    given = parser.parse_args()
    pairs = counted(given.files)
    head = [f"# {line}" for line in ABOUT.format(source=given.source, words=pairs.total()).splitlines()]
    rows = [f"{last}\t{first}\t{count}" for (last, first), count in sorted(pairs.items())]
    given.output.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    print(f"{len(rows)} pairs of words, from {pairs.total()}")


if __name__ == "__main__":
    main()
