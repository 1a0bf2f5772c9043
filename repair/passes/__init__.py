"""Repairs that need more than a pattern: each module or package below a family is one rule, and its path is the id.

`layout/wrapped_line.py` is the pass of `layout/wrapped-line`; it ends with a `Rule` named `RULE`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from repair.core.rule import Rule

__all__ = ["load_pass", "pass_ids", "pass_module"]


@cache
def pass_ids() -> frozenset[str]:
    """The ids of all passes, as their files lie; none is imported for that.

    >>> "layout/wrapped-line" in pass_ids()
    True
    """
    folder = Path(__file__).parent
    families = [found.name for found in iter_modules([str(folder)]) if found.ispkg]
    return frozenset(
        f"{family}/{found.name}".replace("_", "-")
        for family in families
        for found in iter_modules([str(folder / family)])
    )


def pass_module(rule_id: str) -> str:
    """The dotted name of the module or package of a pass.

    >>> pass_module("layout/wrapped-line")
    'repair.passes.layout.wrapped_line'
    """
    return f"{__name__}.{rule_id.replace('/', '.').replace('-', '_')}"


def load_pass(rule_id: str) -> Rule:
    """The rule of a pass, by one of the `pass_ids`; its module is imported only now."""
    rule: Rule = import_module(pass_module(rule_id)).RULE
    return rule
