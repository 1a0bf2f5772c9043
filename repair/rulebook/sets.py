"""Named sets of characters for the expressions of rule files, declared in `sets.toml` of a folder of rules.

`rules/sets.toml` declares those of the package, a line each: `digit = '\\d'`. What stands in the quotes is what stands
between the square brackets of a regular expression; other sets may stand in it. A folder of a user's own has those of
the package and the ones of its own `sets.toml`, which take the place of packaged ones with the same name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from repair.core.bounded import cut, is_file, read_toml
from repair.core.errors import UsageError
from repair.rulebook.regexes import check_regex
from repair.rulebook.resources import rules_dir

__all__ = ["FILE", "Sets", "packaged_sets", "put_in", "sets_of"]

FILE = "sets.toml"
_WHAT = "characters, as they stand between square brackets"
LONGEST, DEEPEST = 2_000, 20
"""Characters of a set, with those of the sets that it names; sets that name one another. Forty short lines could name
more characters than memory holds."""
_NAME = re.compile(r"\w[\w-]*")
# `{{name}}`, with the hyphens beside it: between a set and something else they can be no range.
_NAMED = re.compile(r"\\.|(?P<before>-?)\{\{(?P<name>[^{}]*)\}\}(?P<after>-?)|(?P<open>\{\{)", re.DOTALL)
_PLAIN = re.compile(r"(?![\^-])(?:\\.|[^\[\]\\\n])+(?<![^\\]-)")


class _Declared(NamedTuple):
    path: Path
    said: str


class Sets:
    """The sets that the rules of a folder may name."""

    def __init__(self, declared: Mapping[str, _Declared]) -> None:
        self.declared = declared
        self._known: dict[str, str] = {}

    def inside(self, where: str, name: str, seen: tuple[str, ...] = ()) -> str:
        r"""What stands between the square brackets for a set, without names of other sets.

        `where` is the place that asks, for errors; `seen` are the sets that ask for one another. Raises `UsageError`.

        >>> packaged_sets().inside("here", "digit")
        '\\d'
        """
        if name in self._known:
            return self._known[name]
        if name not in self.declared:
            raise UsageError(self._unknown(where, name))
        path, said = self.declared[name]
        self._refuse(path, name, said, seen)
        found, at = said, f"{path}: {name}"
        if len(said) <= LONGEST:
            found = put_in(at, said, lambda at, other: self.inside(at, other, (*seen, name)))
        if len(found) > LONGEST:
            raise UsageError(f"{at}: the set has more than {LONGEST:,} characters, the limit. Write ranges, as in a-z.")
        self._known[name] = found
        return found

    def _refuse(self, path: Path, name: str, said: str, seen: tuple[str, ...]) -> None:
        """Raise `UsageError` for a set that names itself, is empty or is no set."""
        at = f"{path}: {name}"
        if name in seen:
            circle = " and ".join(repr(one) for one in seen[seen.index(name) :])
            raise UsageError(
                f"{at}: the set names itself, by way of {circle}. Write the characters of one of them out."
            )
        if len(seen) > DEEPEST:
            raise UsageError(f"{at}: {DEEPEST} sets name one another, the limit. Write the characters of some out.")
        if not said:
            raise UsageError(f"{at}: the set is empty. Put its characters between the quotes, or take the line out.")
        if not _PLAIN.fullmatch(said):
            raise UsageError(
                f"{at}: expected {_WHAT}, on one line, without ^ or - at an end, found {cut(said)}. "
                r"Put a backslash before [, ], ^ or - that is one of the characters."
            )

    def check(self, path: Path) -> None:
        """Raise `UsageError` for a set declared in this file that is wrong."""
        for name in [name for name, declared in self.declared.items() if declared.path == path]:
            check_regex(path, name, f"[{self.inside('', name)}]")

    def _unknown(self, where: str, name: str) -> str:
        from repair.rulebook.rule_file import nearest

        return (
            f"{where}: there is no set {{{{{name}}}}}.{nearest(name, self.declared)} Give one of "
            f"{', '.join(self.declared)}; declare one of your own in {FILE}, at the top of your folder of rules; or "
            r"write \{\{ for the signs themselves."
        )


def put_in(where: str, said: str, inside: Callable[[str, str], str]) -> str:
    r"""The inside of square brackets with the characters of the sets that it names. Raises `UsageError`.

    >>> put_in("here", "{{digit}}%-", packaged_sets().inside)
    '\\d%-'
    """

    def one(match: re.Match[str]) -> str:
        if match["open"]:
            raise UsageError(
                f"{where}: {{{{ is not closed: {cut(said[match.start() :])}. "
                r"Write {{name}} for a set, or \{\{ for the signs themselves."
            )
        if match["name"] is None:
            return match[0]
        hyphens = [rf"\{match[side]}" if match[side] else "" for side in ("before", "after")]
        return inside(where, match["name"].strip()).join(hyphens)

    return _NAMED.sub(one, said) if "{{" in said else said


def sets_of(folder: Path) -> Sets:
    """The sets for the rules of a folder. Raises `UsageError` where its file cannot be read."""
    path = folder / FILE
    if path == _packaged_file() or not is_file(path):
        return packaged_sets()
    return Sets({**packaged_sets().declared, **_read(path)})


@cache
def packaged_sets() -> Sets:
    """The sets of the package."""
    return Sets(_read(_packaged_file()))


@cache
def _packaged_file() -> Path:
    return rules_dir() / FILE


def _read(path: Path) -> dict[str, _Declared]:
    """The sets that a file declares, by name."""
    table = read_toml(path)[1]
    for name, said in table.items():
        if not _NAME.fullmatch(name):
            raise UsageError(f"{path}: {cut(name)}: the name of a set has letters, digits and hyphens. Change it.")
        if not isinstance(said, str):
            raise UsageError(f"{path}: {name}: expected text in quotes ({_WHAT}), found {cut(said)}.")
    return {name: _Declared(path, said) for name, said in table.items()}
