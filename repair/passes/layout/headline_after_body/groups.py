"""A page as groups of heads and blocks of running text, with the words that heads and text have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.blocks import FURNITURE, Block, blocks_of
from repair.core.page import Page
from repair.typography.characters import Class
from repair.typography.lines import printed_lines
from repair.vocabulary import head_words

__all__ = ["BODIES", "HEADS", "Group", "Grouped"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

HEADS = frozenset({"kicker", "headline", "deck", "byline"})
BODIES = frozenset({"paragraph", "list_item", "fragment", "note", "crosshead"})
_PIECES = 0.1
# A line that ends so is short for another reason than that it is a head.
_PAUSES = "，、；,;"
# Runs of characters are numbered by a rolling hash of 64 bits: two of a page do not meet.
_SPREAD, _TO_BUCKET, _TO_LOWER, _MORE_LETTERS = np.uint64(0x9E3779B97F4A7C15), np.uint64(48), np.uint64(32), 3


class Group(NamedTuple):
    """A head with the deck that begins with a dash and the bylines right below it, if there are any.

    `first`, `last`: its blocks, half-open. `before`: how many bodies stand before it. `run`: number of the run of
    groups with nothing between them.
    """

    first: int
    last: int
    before: int
    run: int


@dataclass(frozen=True)
class Grouped:
    """The blocks of a page: `groups` of heads, and `bodies`, the places of blocks of running text.

    `opens`: the first block is the first of the page; it is not in a later stretch of a long file (see `stretches`).
    """

    page: Page
    blocks: tuple[Block, ...]
    groups: tuple[Group, ...]
    bodies: Ints
    opens: bool = True

    @classmethod
    def of(cls, page: Page) -> Grouped:
        r"""The page as groups and bodies.

        >>> grouped = Grouped.of(Page.of("今晨三路公交改道，乘客请看站牌。\n三路公交改道\n记者 闻溪"))
        >>> grouped.groups, grouped.bodies.tolist()
        ((Group(first=1, last=3, before=1, run=0),), [0])
        """
        found = blocks_of(page)
        return cls(
            page,
            found,
            tuple(_groups(page, found)),
            np.array([i for i, b in enumerate(found) if b.kind in BODIES], np.intp),
        )

    def by_runs(self) -> Grouped:
        """The same with each run of groups as one group."""
        runs: dict[int, Group] = {}
        for group in self.groups:
            runs[group.run] = runs.get(group.run, group)._replace(last=group.last)
        return replace(self, groups=tuple(runs.values()))

    def text(self, block: int) -> str:
        """The text of a block."""
        return self.page.text.value[self.blocks[block].start : self.blocks[block].end]

    def ends_in_head(self) -> bool:
        """Whether the last of the page's text, captions, notes and furniture put aside, is a head."""
        for block in reversed(self.blocks):
            if block.kind not in FURNITURE and block.kind not in ("caption", "jump", "note"):
                return block.kind in HEADS
        return False

    @cached_property
    def latin(self) -> bool:
        """Whether the page is in Latin script."""
        return printed_lines(self.page).mostly_latin

    def in_pieces(self) -> bool:
        """Whether more than a few bodies break off: then columns are not in order, and places tell nothing."""
        kinds = [self.blocks[i].kind for i in self.bodies.tolist()]
        return kinds.count("fragment") > _PIECES * len(kinds)

    @cached_property
    def texts(self) -> list[str]:
        """The texts of the bodies."""
        return [self.text(i) for i in self.bodies.tolist()]

    @cached_property
    def owners(self) -> Ints:
        """For each character of the blocks the number of its group, or of its body, counted on from the groups, or -1.

        Bylines and what is neither count as -1.
        """
        of = np.full(len(self.blocks), -1, np.intp)
        for number, group in enumerate(self.groups):
            of[[i for i in range(group.first, group.last) if self.blocks[i].kind != "byline"]] = number
        of[self.bodies] = np.arange(len(self.bodies)) + len(self.groups)
        edges = np.array([place for block in self.blocks for place in (block.start, block.end)], np.intp)
        owners = np.full(2 * len(of) - 1, -1, np.intp)
        owners[::2] = of
        return np.repeat(owners, np.diff(edges))

    def common(self, size: int) -> tuple[Bools, Bools]:
        """Which runs of `size` Han characters the heads of each group have, and in which body each of them stands.

        As (group, run) and (run, body). On a page in Latin script, runs of three letters more.
        """
        within = slice(self.blocks[0].start, self.blocks[-1].end)
        kinds, codes = printed_lines(self.page).kinds[within], self.page.codes[within].astype(np.uint64)
        counted = kinds == Class.HAN
        if self.latin:
            upper = kinds == Class.UPPER
            counted, codes, size = (kinds == Class.LOWER) | upper, codes + upper * _TO_LOWER, size + _MORE_LETTERS
        groups, last = len(self.groups), max(0, len(codes) - size + 1)
        grams, whole = np.zeros(last, np.uint64), self.owners[:last] >= 0
        for k in range(size):
            grams = grams * _SPREAD + codes[k : k + last]
            whole &= counted[k : k + last]
        # No run goes over the end of a line, so the first character says whose it is.
        grams, owner = grams[whole], self.owners[:last][whole]
        of_head = owner < groups
        known, number = np.unique(grams[of_head], return_inverse=True)
        mine = np.zeros((groups, len(known)), np.bool_)
        mine[owner[of_head], number] = True
        has = np.zeros((len(known), len(self.bodies)), np.bool_)
        if len(known):
            asked = np.zeros(1 << 16, np.bool_)
            asked[_bucket(known)] = True
            maybe = asked[_bucket(grams)] & ~of_head
            grams, owner = grams[maybe], owner[maybe]
            row = np.minimum(known.searchsorted(grams), len(known) - 1)
            same = known[row] == grams
            has[row[same], owner[same] - groups] = True
        return mine, has


def _bucket(grams: NDArray[np.uint64]) -> Ints:
    """A number below 65,536 for each run of characters: most that differ differ in it too."""
    return (grams * _SPREAD >> _TO_BUCKET).astype(np.intp)


def _groups(page: Page, found: Sequence[Block]) -> list[Group]:
    groups: list[Group] = []
    before = run = 0
    for i, block in enumerate(found):
        if block.kind in BODIES:
            before += 1
        if block.kind not in HEADS or page.text.value[block.end - 1] in _PAUSES:
            continue
        on_end = bool(groups) and groups[-1].last == i
        if on_end and (block.kind == "byline" or head_words.DASH.match(page.text.value, block.start)):
            groups[-1] = groups[-1]._replace(last=i + 1)
        else:
            run += bool(groups) and not on_end
            groups.append(Group(i, i + 1, before, run))
    return groups
