r"""Regular expressions as a person writes them in a rule file -> as the `regex` module reads them.

Two things are added to what `regex` knows. A named set, `{{han}}` or `[{{han}}%]`, stands for its characters (see
`sets`). And an expression may stand on several lines, between `'''` and `'''`:

    find = '''
        {{digit}}+      # a number
        {{space}}?      # perhaps a space
        年              # the year
    '''

Line breaks, indents and what stands behind " # " do not count there. A space inside a line, which `regex` would not
count either, is refused: it looks as if it did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from repair.core.bounded import cut
from repair.core.errors import UsageError
from repair.rulebook.regexes import LENGTH
from repair.rulebook.sets import Sets, put_in

__all__ = ["first_line", "plain"]

_TOKEN = re.compile(
    r"""
    (?P<escape> \\. )
  | (?P<bracket> \[ \^? \]? (?: \\. | \[:\w+:\] | [^\]\\\n] )*+ \] )
  | (?P<set> \{\{ (?:[^{}]*\}\})? )
  | (?P<repeat> ^ [ \t]* (?: [*+?] | \{[\d,] ) )
  | (?P<blank> (?:^|[ \t]+) \# (?:[ \t].*)? $ | ^[ \t]+ | [ \t]+$ )   # a comment, or the edge of the line
  | (?P<wrong> \s+ | \# | \\$ | \[ )
    """,
    re.VERBOSE,
)
_WRONG = {
    "#": r"# begins a comment only with a space on both sides. Write \# for the sign itself",
    "\\": r"a backslash at the end of a line stands before nothing. Take it out, or write \\ for the sign itself",
    "[": r"a square bracket is not closed on its line. Close it with ], or write \[ for the sign itself",
}
_REPEAT = "a line begins with a sign that repeats. Put it behind what it repeats; write {{space}} for a space"
_SPACE = "a space inside a line does not count. Write {{space}} or [ ] for a space, or begin a new line"


def plain(path: Path, key: str, source: str, sets: Sets, first: int = 1) -> str:
    r"""The expression of a key of a rule file, on one line and without names of sets.

    `first` is the line of the file on which it begins, where it has several. Raises `UsageError`.

    >>> from repair.rulebook.sets import packaged_sets
    >>> plain(Path("rule.toml"), "find", "{{digit}}+  # a number\n[{{han}}{{space}}]\n", packaged_sets())
    '[\\d]+[\\p{Han} ]'
    """
    if len(source) > LENGTH:
        raise UsageError(
            f"{path}: {key}: has {len(source):,} characters, and {LENGTH:,} are the limit. Write it simpler."
        )
    if "\n" in source:
        found = "".join(_lines(path, key, source, sets, first))
        if not found:
            raise UsageError(f"{path}: {key}: holds nothing but line breaks and comments. Write the expression.")
        return found
    if "{{" not in source:
        return source
    return _TOKEN.sub(lambda token: _with_sets(f"{path}: {key}", token, sets), source)


def first_line(source: str, file: str) -> int:
    r"""The line of its file on which an expression with line breaks begins; 0 where it has them from a `"\n"`.

    >>> first_line("a\nb", "find = '''\na\nb'''"), first_line("a\nb", r'find = "a\nb"')
    (2, 0)
    """
    for quotes in ("'''", '"""'):
        for between in ("\n", ""):
            at = file.find(f"{quotes}{between}{source}{quotes}")
            if at >= 0:
                return file.count("\n", 0, at) + 1 + len(between)
    return 0


def _lines(path: Path, key: str, source: str, sets: Sets, first: int) -> Iterator[str]:
    """What counts of each line."""
    for number, line in enumerate(source.split("\n"), first):
        at = f"{path}:{number}: {key}"

        def one(token: re.Match[str], at: str = at) -> str:
            if token["wrong"] or token["repeat"]:
                said = _REPEAT if token["repeat"] else _WRONG.get(token[0], _SPACE)
                raise UsageError(f"{at}: {said}: {cut(token.string.strip())}.")
            return "" if token["blank"] is not None else _with_sets(at, token, sets)

        yield _TOKEN.sub(one, line)


def _with_sets(where: str, token: re.Match[str], sets: Sets) -> str:
    """A token with the characters of the sets that it names."""
    if token["set"]:
        said = token[0] if token[0].endswith("}}") else token.string[token.start() :]
        return f"[{put_in(where, said, sets.inside)}]"
    return put_in(where, token[0], sets.inside) if token["bracket"] else token[0]
