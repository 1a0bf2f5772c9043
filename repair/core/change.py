"""What a rule proposes: edits that stand or fall together, with the reason and how sure it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from repair.core.safety import LEVELS, Safety
from repair.core.text import Edit, Span

__all__ = ["LEVELS", "PROTECTED", "Change", "Mark", "Outcome", "Safety", "change_key", "lift"]


class Outcome(StrEnum):
    """What the engine did with a change."""

    APPLIED = "applied"
    SUGGESTED = "suggested"  # below the level asked for
    VETOED = "vetoed"  # a veto forbids it, or what it does
    YIELDED = "yielded"  # overlaps a change further left
    REFUSED = "refused"  # breaks the contract of its phase, or puts in a character that the output's encoding lacks


class Mark(NamedTuple):
    """A statement about a stretch of raw text that alters nothing: "this is furniture"."""

    raw: Span
    kind: str


PROTECTED = frozenset({"mojibake"})
"""Kinds of marks whose stretches no rule may change, in any way but to move them whole."""


class Change(NamedTuple):
    """Edits that stand or fall together.

    `removes` holds the non-space characters that a layout change takes out for good, in any order: what is not
    declared here must still stand in the text after the change. `copies` are stretches of the text that the rule was
    given which say the same as what is taken out, and stay.
    """

    edits: tuple[Edit, ...]
    reason: str
    safety: Safety = Safety.SAFE
    confidence: float = 1.0
    removes: str = ""
    mark: Mark | None = None
    copies: tuple[Span, ...] = ()


def change_key(rule: str, raw: list[Span], before: str, after: str) -> str:
    """Name of a change that is the same on every run over the same raw page: 12 hexadecimal digits.

    >>> change_key("widths/comma", [Span(3, 4)], ",", "，")
    '47e65979b49a'
    """
    spans = f"{raw[0][0]}-{raw[0][1]}" if len(raw) == 1 else " ".join(f"{s}-{e}" for s, e in raw)
    said = f"{rule}\n{spans}\n{before}\n{after}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=6).hexdigest()


def lift(before: str, after: str, offset: int = 0) -> Iterator[Edit]:
    """The edits by which a black box (OpenCC, a normaliser) turned `before` into `after`.

    `before` stands at `offset` in the text of the page. Strings of one length are compared character by character;
    others are aligned by rapidfuzz (Levenshtein opcodes), so a long text should be lifted line by line.

    >>> list(lift("国学", "國學"))
    [Edit(start=0, end=1, after='國'), Edit(start=1, end=2, after='學')]
    """
    if before == after:
        return
    if len(before) == len(after):
        for i, (old, new) in enumerate(zip(before, after, strict=True)):
            if old != new:
                yield Edit(offset + i, offset + i + 1, new)
        return
    from rapidfuzz.distance import Levenshtein

    for op in Levenshtein.opcodes(before, after):
        if op.tag != "equal":
            yield Edit(offset + op.src_start, offset + op.src_end, after[op.dest_start : op.dest_end])
