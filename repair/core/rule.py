"""A rule: what it repairs, in which phase, how sure it is, and the function that finds its changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from repair.core.change import Change, Safety
from repair.core.page import Needs, Page

__all__ = ["Example", "Find", "Options", "Phase", "Range", "Rule"]

Options = Mapping[str, Any]
Range = tuple[float, float]
"""The least and the most that a number may be."""
Find = Callable[[Page, Options], Iterable[Change]]


class Phase(StrEnum):
    """The part of the chain that a rule belongs to; each has a contract that the engine checks (see `engine`)."""

    READ = "read"
    LAYOUT = "layout"
    STRUCTURE = "structure"
    TEXT = "text"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Example:
    """A case: `raw` must become `gold`; where `gold` is None, `raw` must not change."""

    raw: str
    gold: str | None = None
    title: str = ""


@dataclass(frozen=True)
class Rule:
    """One repair. `find` proposes changes to a page and never alters it.

    `id` is also the path of the rule's file, of its cases and of its entry in the catalogue, and is named for the
    damage: "spacing/space-around-number". `safety` is the best that its changes may claim. `options` are defaults that
    a chain may override, and `ranges` says what those that are numbers may be. `needs` holds characters, or words, of
    which every match has at least one: pages without them skip the rule. `digest` is a hash of what the rule is made of
    (its file, its table of weights), so that chains can be told apart. `path` is the file that the rule was read from;
    the loader fills it in.
    """

    id: str
    title: str
    phase: Phase
    why: str
    find: Find
    safety: Safety = Safety.SAFE
    kind: str = "pass"
    options: Options = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    needs: Needs = ""
    digest: str = ""
    path: Path | None = None
