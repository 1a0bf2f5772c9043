"""Repairs that need more than a pattern: one idea a module, each with a `Rule` named `RULE` at its end."""

from __future__ import annotations

from importlib import import_module

from repair.rule import Rule

__all__ = ["MODULES", "load_pass"]

MODULES: dict[str, str] = {
    "layout/column-bleed": "bleed.unweave",
    "layout/cut-paragraph": "cuts",
    "layout/glued-headline": "glued_headline",
    "layout/headline-after-body": "heads.after_bodies",
    "layout/label-after-headline": "heads.labels",
    "layout/late-headline": "heads.late",
    "layout/line-read-ever-shorter": "shrinking",
    "layout/passage-read-twice": "rereads.rule",
    "layout/single-character-lines": "single",
    "layout/wrapped-line": "wraps",
    "quotes/straight-quote": "quotes",
    "read/mark-as-control-character": "windows_marks",
    "read/mojibake": "mojibake",
    "structure/fragment": "fragments",
    "spacing/letter-spaced-line": "letter_spacing",
    "spacing/letter-spaced-paragraph": "letter_spaced_paragraph",
    "spacing/space-before-unit": "units",
    "widths/half-width-bracket": "brackets",
}
"""Rule id -> module of this package; modules are imported when a chain asks for them."""


def load_pass(rule_id: str) -> Rule:
    """The rule of a Python pass, by id. Raises `KeyError` for an id that is not a pass."""
    rule: Rule = import_module(f"repair.passes.{MODULES[rule_id]}").RULE
    return rule
