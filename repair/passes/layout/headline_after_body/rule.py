"""Headlines that stand after their bodies, on pages where all of them do.

Readers of PDF text give the frames of a page in the order in which they were drawn: often the body of an article before
its heads, or all the bodies and then all the heads. Whether a page is of that kind, the words decide that heads have in
common with the text before and after them; then each head is given its article (`alignment`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.edits.move_up import moved_up
from repair.evidence.table import digest
from repair.passes.layout.headline_after_body.alignment import chances
from repair.passes.layout.headline_after_body.groups import Grouped
from repair.passes.layout.headline_after_body.look import HeadLook
from repair.passes.layout.headline_after_body.model import AFTER_BODY, choices, table
from repair.passes.layout.headline_after_body.stretches import after_heads

__all__ = ["RULE"]

# From this `HeadLook.lateness` on, the heads of a page count as standing after their articles.
_LATE_FROM = 0.25
# A head is in its place where the text right below has this share of its words, or this much more than the text above;
# some of the heads may be so, crossheads.
_IN_PLACE_FROM, _SOME = 0.4, 0.23
_FEW = 2
_LIKELY_FROM, _SUGGEST_FROM = 0.8, 0.5
# The weights come from Chinese pages; in Latin script more is asked.
_LIKELY_FROM_LATIN = 0.95
# Below the last head stand only captions, notes and furniture, none of them long.
_LAST_LINES, _LONGEST, _STOPS = 12, 60, frozenset("。！？…”")


def find(page: Page, options: Options) -> Iterator[Change]:
    """Moves of heads to the beginnings of their articles."""
    if not _may_end_in_head(page):
        return
    grouped = Grouped.of(page)
    if not grouped.groups or not len(grouped.bodies) or not grouped.ends_in_head() or grouped.in_pieces():
        return
    for stretch in after_heads(grouped):
        if stretch.groups and len(stretch.bodies):
            yield from _moves(stretch)


def _moves(grouped: Grouped) -> Iterator[Change]:
    look = HeadLook(grouped)
    if look.lateness() <= _LATE_FROM or _some_in_place(look):
        return
    told = chances(choices(look, table(AFTER_BODY)))[1]
    chance = told.starts + told.tied
    best, sure = chance.argmax(axis=1).tolist(), chance.max(axis=1)
    if len(grouped.groups) < _FEW:  # a line at the end of an article may be its caption, or who wrote it
        sure = np.minimum(sure, _LIKELY_FROM - 0.01)
    at = 0
    while at < len(best):
        end = at + 1
        while end < len(best) and best[end] == best[at] and grouped.groups[end].first == grouped.groups[end - 1].last:
            end += 1
        confidence = float(sure[at:end].min())
        if confidence >= _SUGGEST_FROM:
            yield _move(grouped, at, end, best[at], confidence)
        at = end


def _move(grouped: Grouped, first: int, last: int, body: int, confidence: float) -> Change:
    """The change that moves some groups before a body."""
    blocks, groups = grouped.blocks, grouped.groups
    start, end = blocks[groups[first].first].start, blocks[groups[last - 1].last - 1].end
    to = blocks[grouped.bodies[body]].start
    likely_from = _LIKELY_FROM_LATIN if grouped.latin else _LIKELY_FROM
    safety = Safety.LIKELY if confidence >= likely_from else Safety.SUGGEST
    reason = "the heads of this page stand after their articles; this one belongs before this article"
    return Change(moved_up(grouped.page.text.value, start, end, to), reason, safety, round(confidence, 3))


def _may_end_in_head(page: Page) -> bool:
    """Whether a head could be the last of the page's text: the cheap look that settles nearly every page."""
    value = page.text.value
    for start, end in page.line_spans[: -_LAST_LINES - 1 : -1]:
        if value[end - 1] not in _STOPS:
            return True
        if end - start > _LONGEST:
            return False
    return False


def _some_in_place(look: HeadLook) -> bool:
    """Whether the head at the top of the page has its words in the text right below it, or some of the others have."""
    below, above = look.next_share, look.best_share
    top = look.before == 0
    return bool((below[top] > _IN_PLACE_FROM).any() or (below > above + _IN_PLACE_FROM).mean() > _SOME)


RULE = Rule(
    id="layout/headline-after-body",
    title="headline that stands after the body of its article",
    phase=Phase.LAYOUT,
    why="Readers of PDF text give the frames of a page as they were drawn: often the body first, its heads after it.",
    find=find,
    safety=Safety.LIKELY,
    digest=digest(AFTER_BODY),
)
