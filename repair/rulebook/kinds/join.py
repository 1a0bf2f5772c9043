r"""Kind `join`: the line break between a line's end and the next line's start is taken out.

In the rule file:

    end   = '{{digit}}'          regular expression for the end of a line
    start = '[%％]'              regular expression for the start of the next line that is not blank
    glue  = ""                   optional: "" or " ", what is put between them
    blank = true                 optional: also where blank lines stand between them
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from repair.core.change import Change
from repair.core.page import Page
from repair.core.rule import Options, Phase
from repair.rulebook.kinds.base import SECONDS, Key, Kind, Says, Source, minimal
from repair.rulebook.regexes import TIMEOUT, Clock, check_regex, compiled, matches

__all__ = ["KIND", "Join"]


@dataclass(frozen=True)
class Join:
    """Finder of the kind `join`."""

    says: Says
    end: str
    start: str
    glue: str = ""
    blank: bool = True

    def __call__(self, page: Page, options: Options) -> Iterator[Change]:
        value = page.text.value
        clock = Clock(options.get("timeout", TIMEOUT), len(value))
        space = r"\s" if self.blank else r"[^\S\n]"
        ends = compiled(f"(?<={self.end})").match
        start = self.start.removeprefix("^")
        # Only from the first line break of a run: the others would look through the same white space again.
        breaks = rf"\n(?<=\S[^\S\n]*\n){space}*+(?=\S)(?={start})"
        for match in matches(breaks, value, clock):
            low, high = match.span()
            while low and value[low - 1].isspace():
                low -= 1
            before = value[low:high]
            if low and ends(value, low, low, timeout=clock.left()):
                yield self.says.change(minimal(low, before, self.glue))

    def check(self, path: Path) -> None:
        """Raise `UsageError` for a regular expression that is wrong."""
        check_regex(path, "end", self.end)
        check_regex(path, "start", self.start)


def build(source: Source) -> Join:
    """A join from its rule file."""
    values = source.values
    return Join(source.says, values["end"], values["start"], values["glue"], values["blank"])


KIND = Kind(
    {
        "end": Key(str, "a regular expression for the end of a line", required=True, regex=True),
        "start": Key(str, "a regular expression for the start of the next line", required=True, regex=True),
        "glue": Key(str, "what is put between the lines", default="", choices=("", " ")),
        "blank": Key(bool, "whether blank lines may stand between", default=True),
        "timeout": SECONDS,
    },
    build,
    options=("timeout",),
    phases=(Phase.LAYOUT,),
)
