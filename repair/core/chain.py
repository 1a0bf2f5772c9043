"""A chain: one literal order of rules, with their options."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from repair.core.change import Safety
from repair.core.rule import Options, Rule

__all__ = ["Chain", "Ran"]


class Ran(NamedTuple):
    """What is recorded of a run: the chain's `name`, its `digest`, the `ids` of its rules, and what was asked of it.

    `apply` is the least safety that was applied, `vetoes` the number of keys that were given.
    """

    name: str = ""
    digest: str = ""
    ids: tuple[str, ...] = ()
    apply: Safety = Safety.LIKELY
    vetoes: int = 0


@dataclass(frozen=True)
class Chain:
    """Rules in the order in which they run; `options` override the rules' own, by rule id."""

    name: str
    rules: tuple[Rule, ...]
    options: Mapping[str, Options] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the rules in their order."""
        return tuple(rule.id for rule in self.rules)

    def ran(self, apply: Safety, vetoes: int) -> Ran:
        """What is recorded of a run with this chain."""
        return Ran(self.name, self.digest, self.ids, apply, vetoes)

    def options_of(self, rule: Rule) -> Options:
        """The options that a rule is run with."""
        given = self.options.get(rule.id)
        return {**rule.options, **given} if given else rule.options

    @cached_property
    def digest(self) -> str:
        """Hash of the order, the rules and their options, 16 hexadecimal digits: equal for chains that do the same."""
        said = [[rule.id, rule.digest, dict(self.options_of(rule))] for rule in self.rules]
        return hashlib.blake2b(json.dumps(said, sort_keys=True, default=str).encode(), digest_size=8).hexdigest()
