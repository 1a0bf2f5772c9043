"""Kind `opencc`: a script variant, by OpenCC.

In the rule file:

    config = "t2s"               name of an OpenCC configuration: "t2s", "s2t", "s2tw", "s2hk", ...
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from repair.core.change import Change, lift
from repair.core.errors import UsageError
from repair.core.page import Page
from repair.core.rule import Options, Phase
from repair.core.text import Edit
from repair.rulebook.kinds.base import Key, Kind, Says, Source

__all__ = ["KIND", "Opencc"]

NAME = re.compile(r"\w+", re.ASCII)
"""OpenCC would open a path, too."""


@cache
def converter(config: str) -> Any:
    """The OpenCC converter of a configuration. Raises whatever OpenCC does where there is none of that name."""
    import opencc

    return opencc.OpenCC(config)


@dataclass(frozen=True)
class Opencc:
    """Finder of the kind `opencc`."""

    says: Says
    config: str

    def __call__(self, page: Page, options: Options) -> Iterator[Change]:
        value = page.text.value
        new = converter(self.config).convert(value)
        if new == value:
            return
        at = 0
        for old_line, new_line in zip(value.split("\n"), new.split("\n"), strict=True):
            for edit in _merged(lift(old_line, new_line, at)):
                yield self.says.change((edit,))
            at += len(old_line) + 1

    def check(self, path: Path) -> None:
        """Raise `UsageError` for a configuration that OpenCC has not."""
        try:
            if not NAME.fullmatch(self.config):
                raise ValueError("a path is no name")
            converter(self.config)
        except Exception as error:  # each OpenCC release raises a type of its own
            raise UsageError(
                f"{path}: config: OpenCC has no configuration {self.config!r}. "
                "Take one of t2s, s2t, s2tw, tw2s, s2hk, hk2s, s2twp, tw2sp."
            ) from error


def _merged(edits: Iterator[Edit]) -> Iterator[Edit]:
    """Edits side by side as one, so that a word is one change."""
    last: Edit | None = None
    for edit in edits:
        if last and last.end == edit.start:
            last = Edit(last.start, edit.end, str(last.after) + str(edit.after))
        else:
            if last:
                yield last
            last = edit
    if last:
        yield last


def build(source: Source) -> Opencc:
    """A script variant from its rule file."""
    return Opencc(source.says, source.values["config"])


KIND = Kind(
    {"config": Key(str, "the name of an OpenCC configuration", required=True)},
    build,
    phases=(Phase.TEXT, Phase.FINISH),
)
