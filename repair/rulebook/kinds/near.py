r"""Kind `near`: a word that is not in a list, and is close to one word of it, becomes that word.

    list   = "names.tsv"         one word a line (first column), sorted; path relative to the rule file
    find   = '\p{Han}{2,4}日报'  regular expression for the words to look at
    cutoff = 80                  how like the word must be, 0 to 100 (rapidfuzz ratio)

Two words of the list that are equally near: no change. A match of more than 200 characters is no word. The default
safety is "suggest".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from repair.core.change import Change, Safety
from repair.core.errors import UsageError
from repair.core.page import Page
from repair.core.rule import Options
from repair.rulebook.kinds.base import SECONDS, Key, Kind, Says, Source, minimal
from repair.rulebook.regexes import TIMEOUT, Clock, check_regex, matches
from repair.vocabulary.tsv import read_words

__all__ = ["KIND", "Near"]

LONGEST = 200


@dataclass(frozen=True)
class Near:
    """Finder of the kind `near`; `content` is the list as it was read."""

    says: Says
    path: Path
    content: str
    find: str
    cutoff: float

    @cached_property
    def words(self) -> dict[str, None]:
        """The words of the list."""
        return read_words(self.path, self.content)

    def __call__(self, page: Page, options: Options) -> Iterator[Change]:
        value = page.text.value
        for match in matches(self.find, value, Clock(options.get("timeout", TIMEOUT), len(value))):
            word = match[0]
            known = word in self.words or len(word) > LONGEST
            near = None if known else self.nearest(word, options.get("cutoff", self.cutoff))
            if near:
                yield self.says.change(minimal(match.start(), word, near))

    def nearest(self, word: str, cutoff: float) -> str | None:
        """The one word of the list that is nearest, if it reaches the cutoff."""
        from rapidfuzz import fuzz, process

        found = process.extract(word, self.words.keys(), scorer=fuzz.ratio, score_cutoff=cutoff, limit=2)
        if not found or (len(found) > 1 and found[0][1] == found[1][1]):
            return None
        return str(found[0][0])

    def check(self, path: Path) -> None:
        """Raise `UsageError` for a list or a regular expression that is wrong."""
        if not self.words:
            raise UsageError(f"{self.path}: holds no words. Write one a line.")
        check_regex(path, "find", self.find)


def build(source: Source) -> Near:
    """A near rule from its rule file."""
    path, content = source.read("list")
    return Near(source.says, path, content, source.values["find"], source.values["cutoff"])


KIND = Kind(
    {
        "list": Key(str, "the name of a .tsv file", required=True),
        "find": Key(str, "a regular expression for the words to look at", required=True, regex=True),
        "cutoff": Key(float, "a likeness", required=True, between=(0, 100)),
        "timeout": SECONDS,
    },
    build,
    options=("cutoff", "timeout"),
    safety=Safety.SUGGEST,
)
