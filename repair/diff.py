"""What changed on a page, for the eye: like a unified diff, with marks at the side and inside the lines.

A line of the raw text begins with "-", one of the repaired text with "+". Inside them the characters that differ stand
in `[-…-]` and `{+…+}`, or in colour; an end of line that went or came is shown as "⏎".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

__all__ = ["diff"]

CONTEXT = 1
LARGEST = 1 << 28  # pairs of characters that are compared for marks inside lines; beyond, whole lines are marked
RED, GREEN, CYAN, PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[0m"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def diff(raw: str, repaired: str, name: str = "page", *, colour: bool = False) -> Iterator[str]:
    r"""The lines of a comparison, without line ends; none where the texts are equal.

    Both texts have "\n" for every line end. Control characters are shown as their Unicode pictures.

    >>> print(*diff("新桥,\n通车\n", "新桥，通车\n"), sep="\n")
    --- page (raw)
    +++ page (repaired)
    @@ -1,2 +1,1 @@
    -新桥[-,⏎-]
    -通车
    +新桥{+，+}通车
    """
    if raw == repaired:
        return
    old, new = raw.split("\n"), repaired.split("\n")
    if not old[-1] and not new[-1]:
        old, new = old[:-1], new[:-1]
    red, green, cyan, plain = (RED, GREEN, CYAN, PLAIN) if colour else ("", "", "", "")
    yield f"{red}--- {name} (raw){plain}"
    yield f"{green}+++ {name} (repaired){plain}"
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(CONTEXT):
        first, last = group[0], group[-1]
        yield f"{cyan}@@ -{first[1] + 1},{last[2] - first[1]} +{first[3] + 1},{last[4] - first[3]} @@{plain}"
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (f" {_visible(line)}" for line in old[a:b])
            else:
                yield from _replaced(old[a:b], new[c:d], colour)


def _replaced(old: list[str], new: list[str], colour: bool) -> Iterator[str]:
    """The lines of one place where the texts differ, the raw ones first."""
    gone, come = _marked("\n".join(old), "\n".join(new)) if old and new else ([], [])
    if old:
        yield from _side("-", "\n".join(old), gone, (RED, "\x1b[7m", PLAIN) if colour else ("", "[-", "-]"))
    if new:
        yield from _side("+", "\n".join(new), come, (GREEN, "\x1b[7m", PLAIN) if colour else ("", "{+", "+}"))


def _marked(old: str, new: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The spans that differ, in either text; none where marks would not help."""
    from rapidfuzz.distance import Levenshtein

    if len(old) * len(new) > LARGEST:
        return [], []
    steps = [op for op in Levenshtein.opcodes(old, new) if op.tag != "equal"]
    gone = _joined((op.src_start, op.src_end) for op in steps)
    come = _joined((op.dest_start, op.dest_end) for op in steps)
    if sum(b - a for a, b in gone) * 2 > len(old) and sum(b - a for a, b in come) * 2 > len(new):
        return [], []
    return gone, come


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch made one, and without empty ones."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        elif start < end:
            joined.append((start, end))
    return joined


def _side(side: str, text: str, spans: list[tuple[int, int]], marks: tuple[str, str, str]) -> Iterator[str]:
    """The lines of one text with their side mark and the marks of `spans`."""
    tint, opening, closing = marks
    parts, at = [], 0
    for start, end in spans:
        *ended, rest = _visible(text[start:end]).split("\n")
        parts += [_visible(text[at:start]), *(f"{opening}{line}⏎{closing}\n" for line in ended)]
        parts += [f"{opening}{rest}{closing}{tint}"] if rest else []
        at = end
    parts.append(_visible(text[at:]))
    for line in "".join(parts).split("\n"):
        yield f"{tint}{side}{line}{PLAIN if tint else ''}"


def _visible(text: str) -> str:
    return CONTROL.sub(lambda found: chr(0x2400 + ord(found[0])) if found[0] < " " else "␡", text)
