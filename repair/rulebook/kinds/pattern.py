r"""Kind `pattern`: what matches a regular expression is replaced by a template.

In the rule file:

    find    = ' (?={{han}})'     regular expression of the `regex` module
    replace = ''                 \1, \g<name>, \n and \t may stand in it; `\\` is a backslash
    before  = '{{digit}}'        optional: what must stand directly before (must not capture)
    after   = '...'              optional: what must stand directly after
    timeout = 1.0                optional, 0.01 to 10: seconds for a page of up to 100,000 characters (a larger one has
                                 more in proportion), after which the rule is left out on that page
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from repair.core.change import Change
from repair.core.errors import UsageError
from repair.core.page import Page
from repair.core.rule import Options
from repair.rulebook.kinds.base import SECONDS, Key, Kind, Says, Source, minimal
from repair.rulebook.regexes import TIMEOUT, Clock, check_regex, compiled, matches

__all__ = ["KIND", "Pattern"]

GROUPS = 50
_ESCAPE = r"\\(?:(\d{1,2})|g<(\w+)>|([nt\\]))"
_PLAIN = {"n": "\n", "t": "\t", "\\": "\\"}


@dataclass(frozen=True)
class Pattern:
    """Finder of the kind `pattern`."""

    says: Says
    find: str
    replace: str
    before: str = ""
    after: str = ""

    @cached_property
    def source(self) -> str:
        """The whole search: `regex` looks for the literal part first, wherever the look-behind is written."""
        behind = f"(?<={self.before})" if self.before else ""
        ahead = f"(?={self.after})" if self.after else ""
        return f"{behind}(?:{self.find}){ahead}" if behind or ahead else self.find

    @cached_property
    def template(self) -> list[str | int]:
        """The replacement as literal strings and, as numbers, the groups to put in."""
        parts: list[str | int] = []
        at = 0
        for match in compiled(_ESCAPE).finditer(self.replace):
            number, name, plain = match.groups()
            parts.append(self.replace[at : match.start()])
            if plain:
                parts.append(_PLAIN[plain])
            elif number or name.isdigit():
                parts.append(int(number or name))
            else:
                parts.append(compiled(self.source).groupindex[name])
            at = match.end()
        parts.append(self.replace[at:])
        return [part for part in parts if part != ""]

    def __call__(self, page: Page, options: Options) -> Iterator[Change]:
        template, says, value = self.template, self.says, page.text.value
        for match in matches(self.source, value, Clock(options.get("timeout", TIMEOUT), len(value))):
            after = "".join([part if isinstance(part, str) else match[part] or "" for part in template])
            edits = minimal(match.start(), match[0], after)
            if edits:
                yield says.change(edits)

    def check(self, path: Path) -> None:
        """Raise `UsageError` for a regular expression or a template that is wrong."""
        check_regex(path, "find", self.find)
        check_regex(path, "before", self.before, groups=False)
        check_regex(path, "after", self.after, groups=False)
        check_regex(path, "find with before and after", self.source)
        count = compiled(self.source).groups
        try:
            numbers = [part for part in self.template if isinstance(part, int)]
        except KeyError as error:
            raise UsageError(f"{path}: replace: \\g<{error.args[0]}> is not a group of find.") from error
        if len(numbers) > GROUPS:
            raise UsageError(f"{path}: replace: puts in groups {len(numbers)} times, and {GROUPS} times is the limit.")
        for number in numbers:
            if number > count:
                raise UsageError(f"{path}: replace: \\{number} is asked for, and find has {count} groups (...).")


def build(source: Source) -> Pattern:
    """A pattern from its rule file."""
    given: dict[str, Any] = {key: source.values[key] for key in ("find", "replace", "before", "after")}
    return Pattern(source.says, **given)


KIND = Kind(
    {
        "find": Key(str, "a regular expression", required=True, regex=True),
        "replace": Key(str, "the text to put in its place", required=True),
        "before": Key(str, "a regular expression for what must stand directly before", default="", regex=True),
        "after": Key(str, "a regular expression for what must stand directly after", default="", regex=True),
        "timeout": SECONDS,
    },
    build,
    options=("timeout",),
)
