"""Headlines read after the first columns of their article, on pages whose other heads stand over their bodies.

An article that has no heads over it, and heads further down whose words it has, while the text below them only goes
on: then the heads go up. Only beginnings that show are looked at: a dateline, the first text of the page, the text
after a caption, a jump line or furniture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import regex
from numpy.typing import NDArray

from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.edits.move_up import moved_up
from repair.evidence.table import digest
from repair.passes.layout.headline_after_body.groups import Group, Grouped
from repair.passes.layout.headline_after_body.look import HeadLook
from repair.passes.layout.headline_after_body.model import LATE, stands_late, table
from repair.passes.layout.headline_after_body.stretches import around_heads
from repair.seam import default_model
from repair.vocabulary import datelines

__all__ = ["RULE"]

_LIKELY_FROM, _SUGGEST_FROM = 0.7, 0.4
# Less than this share of the words of the heads in the text is no look.
_LEAST_SHARE = 0.2
# The text below may have a little more of them than the beginning above: articles come back to their headline.
_NEXT_MORE = 0.2
# A head of which the text below has so much more is the head of that text.
_MORE_BELOW = 0.4
_GOES_ON_NATS = 4
# Where heads are left over at the end, the others must stand over text that has their words.
_IN_PLACE = -0.3
# First letters of kicker, headline, deck, byline.
_IN_ORDER = regex.compile("k?h?d*b*")
# Heads have clauses parted by spaces; a pause, or the mark of a jump, stands in a piece of a paragraph.
_PAUSE = regex.compile(r"[，,]|[版頁页][）)]$")
_OPENING, _CAPTION_END, _LONG = frozenset("本据據新中A(（"), frozenset("摄攝图圖)）"), 45
_ENDS = frozenset("。！？”』」…）)摄攝图圖版")


def find(page: Page, options: Options) -> Iterator[Change]:
    """Moves of heads up to the beginning of their article."""
    if not _may_begin_without_head(page):
        return
    grouped = Grouped.of(page).by_runs()
    if not grouped.groups or not len(grouped.bodies) or grouped.in_pieces():
        return
    for stretch in around_heads(grouped):
        if stretch.groups and len(stretch.bodies):
            yield from _moves(stretch)


def _moves(grouped: Grouped) -> Iterator[Change]:
    look = HeadLook(grouped)
    candidates = candidates_of(look)
    if not candidates.any():
        return
    has_words = _has_words(look)
    if not (candidates & has_words).any():
        return
    if grouped.ends_in_head() and look.lateness() > _IN_PLACE:
        return
    chance = stands_late(look, candidates, table(LATE))
    for group, body in zip(grouped.groups, chance.argmax(axis=1).tolist(), strict=True):
        at = group.run
        confidence = float(chance[at, body])
        if confidence < _SUGGEST_FROM or not has_words[at, body]:
            continue
        if not _of_one_article(grouped, group, body):
            continue
        start, end = grouped.blocks[group.first].start, grouped.blocks[group.last - 1].end
        edits = moved_up(grouped.page.text.value, start, end, grouped.blocks[grouped.bodies[body]].start)
        sure = confidence >= _LIKELY_FROM and not (body == 0 and _is_lone(grouped))
        safety = Safety.LIKELY if sure else Safety.SUGGEST
        reason = "the article above has no heads, and these have its words; what follows them goes on"
        yield Change(edits, reason, safety, round(confidence, 3))


def _is_lone(grouped: Grouped) -> bool:
    """Whether a page has no other heads, and nothing marks these as such: it may be text without any."""
    return len({group.run for group in grouped.groups}) == 1 and not any(
        grouped.text(i).startswith("#") for group in grouped.groups for i in range(group.first, group.last)
    )


def candidates_of(look: HeadLook) -> NDArray[np.bool_]:
    """For each group the bodies where its article may begin: after the body below the heads before it."""
    bodies = len(look.grouped.bodies)
    seen = look.datelines | look.after_other
    seen[:1] |= look.grouped.opens
    after = np.append(-1, look.before[:-1])
    followed = look.before < bodies
    return look.allowed & seen & (np.arange(bodies) > after[:, None]) & followed[:, None]


def _has_words(look: HeadLook) -> NDArray[np.bool_]:
    """For each group the bodies that, with the next one above the group, have nearly as many of its words as below."""
    one, two = look.shares.body, look.shares.two
    last = np.arange(one.shape[1]) == look.before[:, None] - 1
    enough = np.maximum(_LEAST_SHARE, look.next_share - _NEXT_MORE)[:, None]
    found: NDArray[np.bool_] = np.where(last, one, two) >= enough
    return found


def _of_one_article(grouped: Grouped, group: Group, body: int) -> bool:
    """Whether a run of heads is what it seems: one article's heads in their order, and no piece of a paragraph.

    Where the body above breaks off, the heads stand inside a paragraph, which is for the rules that join.
    """
    if grouped.blocks[grouped.bodies[group.before - 1]].kind == "fragment":
        return False
    kinds = "".join(grouped.blocks[i].kind[0] for i in range(group.first, group.last))
    if not _IN_ORDER.fullmatch(kinds):
        return False
    heads = tuple(Group(i, i + 1, group.before, 0) for i in range(group.first, group.last))
    seen = HeadLook(replace(grouped, groups=heads))
    if (seen.next_share > seen.shares.two[:, body] + _MORE_BELOW).any():
        return False
    lines = [grouped.text(i) for i in range(group.first, group.last)]
    if any(_PAUSE.search(line) and line[0] != "#" for line in lines):
        return False
    below = grouped.texts[group.before]
    return not (default_model().score(lines, [below] * len(lines)).llr > _GOES_ON_NATS).any()


def _may_begin_without_head(page: Page) -> bool:
    """Whether a text may begin without heads: the cheap look that settles most pages."""
    value, before = page.text.value, ""
    for start, end in page.line_spans:
        last = value[end - 1]
        if end - start > _LONG and (not before or before in _ENDS):
            if not before or before in _CAPTION_END:
                return True
            if value[start] in _OPENING and datelines.DATELINE.match(value, start):
                return True
        before = last
    return False


RULE = Rule(
    id="layout/late-headline",
    title="headline that was read after the first column of its article",
    phase=Phase.LAYOUT,
    why="Readers of images take a headline that stands over several columns after the first of them.",
    find=find,
    safety=Safety.LIKELY,
    digest=digest(LATE),
)
