"""A chain: one literal order of rules, with their options."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from repair.rule import Options, Rule

__all__ = ["Chain"]


@dataclass(frozen=True)
class Chain:
    """Rules in the order in which they run; `options` override the rules' own, by rule id."""

    name: str
    rules: tuple[Rule, ...]
    options: Mapping[str, Options] = field(default_factory=dict)

    def options_of(self, rule: Rule) -> Options:
        """The options that a rule is run with."""
        given = self.options.get(rule.id)
        return {**rule.options, **given} if given else rule.options

    @cached_property
    def digest(self) -> str:
        """Hash of the order, the rules and their options, 16 hexadecimal digits: equal for chains that do the same."""
        said = [[rule.id, rule.digest, dict(self.options_of(rule))] for rule in self.rules]
        return hashlib.blake2b(json.dumps(said, sort_keys=True, default=str).encode(), digest_size=8).hexdigest()
