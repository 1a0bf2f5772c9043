"""The rules told to a person: a list, one rule whole, and the catalogue as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from repair.core.rule import Example, Rule

__all__ = ["catalogue", "listed", "whole"]


def listed(rules: Iterable[Rule]) -> Iterator[str]:
    """A line for each rule, in the order given, under the names of the phases."""
    for phase, group in groupby(rules, key=lambda rule: rule.phase):
        yield f"{phase}"
        for rule in group:
            yield f"  {rule.id:42} {rule.safety:8} {rule.title}"


def whole(rule: Rule) -> Iterator[str]:
    """All that a rule says of itself, with its examples."""
    yield f"{rule.id}: {rule.title}"
    yield f"phase {rule.phase}, kind {rule.kind}, {rule.safety}"
    yield ""
    yield rule.why
    if rule.options:
        yield ""
        yield "options: " + ", ".join(f"{name} = {value!r}" for name, value in rule.options.items())
    for example in rule.examples:
        yield ""
        if example.title:
            yield f"{example.title}:"
        if example.gold is None:
            yield from _block("keeps  ", example.raw)
        else:
            yield from _block("raw    ", example.raw)
            yield from _block("becomes", example.gold)


def catalogue(rules: Iterable[Rule]) -> Iterator[str]:
    """The rules as a Markdown document, each under its id."""
    for phase, group in groupby(rules, key=lambda rule: rule.phase):
        yield f"## {phase}"
        for rule in group:
            yield from ("", f"### {rule.id}", "", f"*{rule.title}* ({rule.kind}, {rule.safety})", "", rule.why, "")
            for example in rule.examples:
                yield from _fenced(example)
        yield ""


def _block(label: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.split("\n")):
        yield f"  {label if not number else ' ' * len(label)}  {line}"


def _fenced(example: Example) -> Iterator[str]:
    """An example as code, so that no character of it is read as Markdown."""
    fence = "```"
    while fence in example.raw + (example.gold or ""):
        fence += "`"
    yield f"{example.title or ('Stays as it is' if example.gold is None else 'Becomes')}:"
    yield from ("", f"{fence}text", example.raw)
    if example.gold is not None:
        yield from ("→", example.gold)
    yield from (fence, "")
