"""What all kinds of declarative rules share: their keys, what they say of a change, minimal edits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from repair.core.bounded import LIST, decode, inside, read_file
from repair.core.change import Change, Safety, lift
from repair.core.errors import UsageError
from repair.core.page import Page
from repair.core.rule import Options, Phase, Range
from repair.core.text import Edit
from repair.rulebook.regexes import TIMEOUT

__all__ = ["SECONDS", "Finder", "Key", "Kind", "Says", "Source", "minimal"]

ALIGNED = 1_000_000_000
"""Product of the lengths of two texts, 0.02 seconds."""


class Key(NamedTuple):
    """One key of a rule file: the type of its value, and what it is, in words for an error message.

    `texts` says that a list holds nothing but strings; `or_texts` that such a list may stand for a string. `between`
    is what a number may be, the least and the most. `regex` says that it is a regular expression, or a list of them.
    """

    type: type
    what: str
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    texts: bool = False
    or_texts: bool = False
    between: Range | None = None
    regex: bool = False


SECONDS = Key(float, "seconds for a page of 100,000 characters", default=TIMEOUT, between=(0.01, 10))


class Says(NamedTuple):
    """What a rule says of each of its changes."""

    reason: str
    safety: Safety
    confidence: float

    def change(self, edits: Iterable[Edit]) -> Change:
        """These edits as one change."""
        return Change(tuple(edits), self.reason, self.safety, self.confidence)


@dataclass
class Source:
    """A rule file as a kind is given it: checked values, and the way to the files that it names.

    `folder` is the folder of rules that it belongs to; `parts` collects what the rule is made of, for its digest.
    """

    path: Path
    folder: Path
    values: Mapping[str, Any]
    says: Says
    parts: list[bytes] = field(default_factory=list)

    def read(self, key: str) -> tuple[Path, str]:
        """Path and content of the word list that a key names, relative to the rule file. Raises `UsageError`."""
        path = self.path.parent / self.values[key]
        hint = "Give a path relative to the rule file."
        try:
            data = read_file(path, LIST, "the word list", plain=True, hint=hint)
        except UsageError as error:
            raise UsageError(f"{self.path}: {key}: {error}") from error
        if not inside(path, self.folder):
            raise UsageError(
                f"{self.path}: {key}: {path} lies outside {self.folder}, the folder of rules, by its path or by a "
                "link. Put the list beside the rule file."
            )
        self.parts.append(data)
        return path, decode(path, data)


class Finder(Protocol):
    """The `find` of a declarative rule."""

    def __call__(self, page: Page, options: Options) -> Iterable[Change]:
        """The changes that the rule proposes for a page."""
        ...

    def check(self, path: Path) -> None:
        """Compile what is compiled on first use. Raises `UsageError` that names `path`, the rule file."""
        ...


class Kind(NamedTuple):
    """A kind of rule: its own keys, those that a chain may override, the phases that its changes can be right in."""

    keys: Mapping[str, Key]
    build: Callable[[Source], Finder]
    options: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = tuple(Phase)
    safety: Safety = Safety.SAFE


def minimal(start: int, before: str, after: str) -> tuple[Edit, ...]:
    """The least edits that turn `before`, which stands at `start`, into `after`; none where they are equal.

    Long texts that differ all over are one edit: to align them takes time with the product of their lengths.

    >>> minimal(10, "月 25", "月25")
    (Edit(start=11, end=12, after=''),)
    """
    if before == after:
        return ()
    head, most = 0, min(len(before), len(after))
    while head < most and before[head] == after[head]:
        head += 1
    tail, most = 0, most - head
    while tail < most and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(old) * len(new) <= ALIGNED and not set(old).isdisjoint(new):
        return tuple(lift(old, new, start + head))
    return (Edit(start + head, start + head + len(old), new),)
