"""Half-width brackets in Chinese text, pair by pair: both turn, or none.

A pair is Chinese when it holds Chinese, or stands directly beside it. `AED(自动除颤器)` is; `the Old Town (旧城) wall`,
with a Latin word and a space before it, is not; `f(x)` is not. A bracket whose partner stands on another line or is
full width already goes by what stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit

__all__ = ["RULE"]

BRACKET = re.compile(r"[()（）]")
CHINESE = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff、。，；：！？《》「」『』【】]")
_SURELY = r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff、。，；：！？《》〈〉「」『』【】〔〕（）…％]"
# Half-width marks beside Chinese, which become full width after the brackets.
WIDE_BEFORE = re.compile(rf"{_SURELY}[”’)\]]{{0,3}}(?:[,;:] {{0,3}}|[?!])*[,;:?!]$")
WIDE_AFTER = re.compile(rf" {{0,3}}(?:[,;:] {{0,3}})+{_SURELY}")
WIDE = {"(": "（", ")": "）"}


def find(page: Page, options: Options) -> Iterator[Change]:
    """Turn half-width brackets of Chinese text full width."""
    value = page.text.value
    for start, end in page.lines_with(("(", ")")):
        for places in _chinese(value[start:end]):
            edits = tuple(Edit(start + i, start + i + 1, WIDE[value[start + i]]) for i in places)
            yield Change(edits, "half-width brackets in Chinese text", Safety.SAFE, 0.99)


def _chinese(line: str) -> Iterator[list[int]]:
    """Places of the half-width brackets of each Chinese pair of a line, and of single ones."""
    opened: list[int] = []
    for match in BRACKET.finditer(line):
        at = match.start()
        if match[0] in "(（":
            opened.append(at)
        elif opened:
            first = opened.pop()
            half = [i for i in (first, at) if line[i] in WIDE]
            if half and (len(half) == 1 or _pair_is_chinese(line, first, at)):
                yield half
        elif match[0] == ")" and CHINESE.match(_before(line, at) or _after(line, at)):
            yield [at]
    for at in opened:
        if line[at] == "(" and CHINESE.match(_after(line, at)) and not _after_latin_word(line, at):
            yield [at]


def _pair_is_chinese(line: str, first: int, last: int) -> bool:
    if CHINESE.search(line, first + 1, last):
        return not _after_latin_word(line, first)
    before, after = _before(line, first), _after(line, last)
    if CHINESE.match(before):
        return True
    return bool(CHINESE.match(after)) and (not before or before.isspace())


def _before(line: str, at: int) -> str:
    """The character before a place, or ""; a half-width mark after Chinese counts as the comma that it is."""
    bare = line[:at].rstrip("”’")
    return "，" if WIDE_BEFORE.search(bare[-12:]) else bare[-1:]


def _after(line: str, at: int) -> str:
    """The character after that at a place, or ""; a half-width mark before Chinese counts as the comma that it is."""
    return "，" if WIDE_AFTER.match(line, at + 1) else line[at + 1 : at + 2]


def _after_latin_word(line: str, at: int) -> bool:
    """Whether a Latin word and a space stand before: English sets a space before a bracket, Chinese does not."""
    return at > 1 and line[at - 1] == " " and line[at - 2].isascii() and line[at - 2].isalpha()


RULE = Rule(
    id="widths/half-width-bracket",
    title="half-width brackets in Chinese text",
    phase=Phase.FINISH,
    why="Chinese text sets its brackets full width; models that read page images write them half width, also on pages "
    "where they write the other marks full width.",
    find=find,
    needs="()",
)
