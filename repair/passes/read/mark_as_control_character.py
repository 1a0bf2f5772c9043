r"""Signs of Windows-1252 that were read as Latin-1, and so became the control characters U+0080 to U+009F.

`It\x92s late` is `It’s late`. Five of the codes are no sign in Windows-1252 either; `read/control-character` has those.
Marks are told by their code alone. Letters and signs of currency are so rare that a code for one of them may as well be
dirt: with no Latin letter or figure beside it, it is only suggested.

U+0085 is "…" in Windows-1252, and a line end by Unicode. It is taken for a line end, by `read/line-separator`, on a
page whose lines end with it: one that has no other of these codes, and more U+0085 than line feeds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit
from repair.passes.read.mojibake import WINDOWS

__all__ = ["RULE"]

_CODES = re.compile(f"[{''.join(WINDOWS)}]")
_DOTS = "\x85"
_RARE = frozenset("€ƒˆŠŒŽ˜šœžŸ")
_WESTERN = re.compile(r" ?[0-9A-Za-zÀ-ÖØ-öø-ſ]")
# Three dots of which two stand together inside a sentence (Chinese has six), or after which a sentence goes on.
_IN_SENTENCE = re.compile(r"(?<![\s。！？.!?”’\"])\x85{2}(?!\s*\Z)|\x85 (?! )")


def find(page: Page, options: Options) -> Iterator[Change]:
    """The sign of Windows-1252 for each control character that stands for one."""
    value, held = page.text.value, page.protected
    inside = {at for start, end in held for at in range(start, end)}
    places = [match.start() for match in _CODES.finditer(value) if match.start() not in inside]
    if _ends_lines(value, [value[at] for at in places]):
        places = [at for at in places if value[at] != _DOTS]
    for at in places:
        sign = WINDOWS[value[at]]
        rare = sign in _RARE and not _beside_western(value, at)
        reason = f"Windows-1252 has {sign} at this code, which was read as Latin-1"
        safety, confidence = (Safety.SUGGEST, 0.5) if rare else (Safety.SAFE, 1.0)
        yield Change((Edit(at, at + 1, sign),), reason, safety, confidence)


def _ends_lines(value: str, codes: list[str]) -> bool:
    """Whether U+0085 is the line end of a page, whose codes of this sort are given."""
    count = codes.count(_DOTS)
    return 1 < count == len(codes) and count > value.count("\n") and not _IN_SENTENCE.search(value)


def _beside_western(value: str, at: int) -> bool:
    """Whether a Latin letter or a figure stands beside a place, or a space further on."""
    before = value[max(0, at - 2) : at][::-1]
    return bool(_WESTERN.match(before) or _WESTERN.match(value, at + 1))


RULE = Rule(
    id="read/mark-as-control-character",
    title="sign of Windows-1252 read as a control character",
    phase=Phase.READ,
    why="Text of Windows that is read as Latin-1 has control characters where its quotes, dashes and dots stood.",
    find=find,
    needs="\u0080-\u009f",
)
