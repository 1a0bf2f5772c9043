"""Cut paragraphs: a column ended inside a sentence, which goes on in the next block, or farther down the page.

Every block that ends open looks for the block in which it goes on (`pairs`), against all its rivals and against going
on nowhere; a half that has no partner on the page stays as it is. Blocks in Latin script, where no seam model helps,
are joined to their neighbours only (`gaps`), and so are printed lines that the joins of wrapped lines have left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.edits.line_mover import AsRead, Join
from repair.evidence.table import digest
from repair.joins import surety
from repair.joins.arrange import Arrangement
from repair.joins.block_ends import BODY, HEAD, PLAIN, SHORT, kinds_of
from repair.joins.block_pairs import CAN_BE_TAIL, Pairs
from repair.joins.interruptions import Uninterrupted
from repair.joins.levels import confidences
from repair.joins.line_seams import continues, line_table, seams_of
from repair.joins.pair_evidence import pair_probability
from repair.joins.solid import solid
from repair.joins.walls import over_walls
from repair.passes.layout.wrapped_line import (
    GOES_ON,
    kept_apart,
    may_be_wrapped,
    wrap_confidences,
    wrap_probability,
    wrapped_gaps,
)
from repair.typography.characters import Class
from repair.typography.lines import printed_lines

__all__ = ["RULE", "Candidates", "State", "candidates"]

TABLES = ("pairs", "cuts", "cuts-latin", "sure-wraps", "sure-latin-wraps")
# Cuts are few on a page: it takes many gaps to say that this one has more of them than usual.
_USUAL_COUNTS = 150
# From which evidence on pairs are weighed: probability at neighbours; nats for text that ends open, and for a title.
_LOOKS_CUT_FROM, _GOES_ON_NATS, _TITLE_GOES_ON_NATS = 0.1, 4, 8
# Probabilities from which joins are worth making: of neighbours, over captions and the like, over text, and where a
# headline read into the sentence or an open quotation speaks for a join over other blocks; in Latin script; and on a
# page that does not come from a reader of blocks, where the language does not say by so many nats that it goes on.
# Others are suggested.
_LIKELY_FROM, _OVER_FROM, _FAR_FROM, _CLEAR_FROM, _LIKELY_FROM_LATIN, _PLAIN_FROM = 0.6, 0.7, 0.8, 0.5, 0.75, 0.95
_PLAIN_NATS = 10
# Of blocks of English that begin with a capital 8 in 28 went on from one that the model took for open, of the others
# 208 in 217 (as a vision model gives them).
_NEVER = 2.0
# A block that ends with a colon is more often whole than cut; on a page with hardly an open block that block may be a
# title; and so may what reads like no body, before other blocks, or after an open end when it ends open itself.
_FEW, _FEW_NATS, _DOUBTFUL_FROM = 2, 10, 0.9
# A join that leaves a headline without text: on pages with gold those from here on were right, three of three.
_EMPTIED_FROM = 0.92
_UNOPENED_AT_MOST = 0.5
_SURE = 1e-4
# A rival that is less sure than this is not told.
_RIVAL_FROM = 0.1
# A line that another rule says goes on: of 13 such seams in pages read twice 12 were right.
_MARKED = 0.95
_ENUMERATION_COMMA, _ENUMERATES = ord("、"), 0.95

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def find(page: Page, options: Options) -> Iterator[Change]:
    """The joins of the halves of cut paragraphs, with what moves for them, and those that are only possible."""
    lines = printed_lines(page)
    if len(lines) < 2 or not (lines.open_bodies.any() or may_be_wrapped(lines)):
        return
    as_read = AsRead(page)
    order, joins = _settled(as_read)
    if not joins:
        return
    yield from as_read.changes(order, [one for one in joins if one.made])
    arrangement = Arrangement(page, kinds_of(page, kept_apart(page, lines)))
    for one in joins:
        if not one.made:
            yield from as_read.changes(arrangement.alone(one.tail, one.head), [one])


class _Starts(NamedTuple):
    """What stands before lines: one row a line.

    `interrupted`: something that may interrupt a sentence was left out there (see `interruptions`); `walled`: and no
    sentence goes on over it; `marked`: another rule says that the line goes on.
    """

    interrupted: Bools
    walled: Bools
    marked: Bools

    @classmethod
    def of(cls, page: Page, rest: Uninterrupted) -> _Starts:
        """Of the lines that are left of a page."""
        marked = np.array(page.mark_at(printed_lines(page).starts[rest.kept], {GOES_ON}), np.intp) >= 0
        return cls(*(np.append(False, each) for each in (rest.over, ~rest.may_join, marked[1:])))

    def of_lines(self, first: Sequence[int]) -> _Starts:
        """Of joined lines, by the first of each; the marks have been heeded."""
        return _Starts(self.interrupted[first], self.walled[first], np.zeros(len(first), np.bool_))


class State(NamedTuple):
    """A page on which some lines have been joined: its lines are `chains` of those that were read.

    What may interrupt sentences is left out of it, and its lines are set solid (see `solid`). `kinds`: what each line
    is (see `kinds_of`); `apart`: the lines that belong to no paragraph; `starts`: what stands before each line.
    """

    page: Page
    kinds: Ints
    apart: Bools
    starts: _Starts
    chains: list[list[int]]

    @classmethod
    def of(cls, page: Page, rest: Uninterrupted) -> State:
        """A page as it is, of which so much is left."""
        apart = kept_apart(page, printed_lines(page))[rest.kept]
        chains = [[line] for line in rest.kept.tolist()]
        left = Page.of(solid(rest.page.text.value))
        return cls(left, kinds_of(left, apart), apart, _Starts.of(page, rest), chains)

    def joined(self, as_read: AsRead, goes_on: Mapping[int, int]) -> State:
        """The page when these lines go on in those, and what moves for them has moved."""
        order = Arrangement(self.page, self.kinds).arranged(goes_on)
        starts = [i for i, line in enumerate(order) if not i or goes_on.get(order[i - 1]) != line]
        groups = [order[a:b] for a, b in pairwise([*starts, len(order)])]
        chains = [[line for joined in group for line in self.chains[joined]] for group in groups]
        page = Page.of(solid("".join(map(as_read.told, chains))))
        firsts = [group[0] for group in groups]
        apart = self.apart[firsts]
        return State(page, kinds_of(page, apart), apart, self.starts.of_lines(firsts), chains)


def _settled(as_read: AsRead) -> tuple[list[int], list[Join]]:
    """The lines in their new order; the joins to be made, and those that are possible beside these.

    A join changes what its neighbours look like, so after joins the page is looked at again, as a second run of the
    chain would, until nothing is joined. That comes to an end: each time the page has fewer lines.
    """
    rest = Uninterrupted.of(as_read.page)
    state = State.of(as_read.page, rest)
    made, unsure = list[Join](), list[Join]()
    while len(printed_lines(state.page)) > 1:
        joins = list(_joins(state))
        made += [one.of(state.chains) for one in joins if one.made]
        unsure += [one.of(state.chains) for one in joins if not one.made]
        goes_on = {one.tail: one.head for one in joins if one.made}
        if not goes_on:
            break
        state = state.joined(as_read, goes_on)
    tails, heads = {one.tail for one in made}, {one.head for one in made}
    for one in unsure:  # once for each tail and each head, as seen first
        if one.tail not in tails and one.head not in heads:
            made.append(one)
            tails.add(one.tail)
            heads.add(one.head)
    return rest.whole(state.chains), made


class Candidates(NamedTuple):
    """Lines and those in which they may go on, with the probability by the models.

    `enough`: it is as high as is asked of a join there; `confidence`: what such joins are worth on such a page, 0 where
    there is nothing to suggest; `cuts`: joins of blocks, the others are of printed lines; `states`: places in
    `surety.CUT_STATES`.
    """

    tails: Ints
    heads: Ints
    probability: Floats
    enough: Bools
    confidence: Floats
    cuts: Bools
    states: Ints


def candidates(state: State) -> Candidates:
    """All joins that may be made on a page in its present state, those that are next to impossible left out."""
    page, kinds, lines, starts = state.page, state.kinds, printed_lines(state.page), state.starts
    gaps = np.arange(len(lines) - 1)
    wrapped, alone, wraps, cuts = _at_gaps(page, state.apart)
    pairs = Pairs(page, kinds, alone)
    at_blocks = np.where(alone, 0, cuts)
    of_pairs = np.zeros(len(pairs.tails))
    if _may_be_halves(pairs, at_blocks):
        of_pairs = _both(pairs, pair_probability(pairs), at_blocks)
    at_gaps = np.where(alone, np.maximum(wraps, cuts), 0)
    probability = np.append(at_gaps, _enumerated(page, kinds, pairs, of_pairs))
    tails, heads = np.append(gaps, pairs.tails), np.append(gaps + 1, pairs.heads)
    mates, llr = np.append(gaps < 0, pairs.mates), np.append(seams_of(page).llr, pairs.llr).astype(np.float64)
    at_wraps = wrap_confidences(page, wrapped, wraps) if wrapped.any() else np.zeros(len(gaps))
    confidence = np.append(at_wraps, np.zeros(len(pairs.tails)))
    of_wraps = np.append(wrapped, pairs.tails < 0)
    far = heads > tails + 1
    in_turn, emptied = over_walls(page, kinds, tails, heads)
    walled = (far & in_turn) | (~far & starts.walled[heads])
    asked = np.flatnonzero(np.where(of_wraps, confidence > 0, probability >= _RIVAL_FROM) & ~walled)
    tails, heads, far, mates, emptied = tails[asked], heads[asked], far[asked], mates[asked], emptied[asked]
    probability = probability[asked]
    cuts_asked, confidence = ~of_wraps[asked], confidence[asked]
    states = surety.cut_states(page, tails, heads, probability)
    enough = probability >= _least(state, tails, heads, mates, far & emptied, llr[asked])
    at_cuts = np.where(enough, confidences("cuts", probability, states), surety.SUGGESTED)
    at_cuts = np.where(~far & starts.interrupted[heads] & (probability < _OVER_FROM), surety.SUGGESTED, at_cuts)
    at_cuts = np.where(probability >= surety.SUGGESTED_FROM, at_cuts, 0)
    confidence = np.where(cuts_asked, at_cuts, confidence)
    confidence = np.where(starts.marked[heads] & ~far, _MARKED, confidence)
    return Candidates(tails, heads, probability, enough, confidence, cuts_asked, states)


def _least(state: State, tails: Ints, heads: Ints, mates: Bools, emptied: Bools, llr: Floats) -> Floats:
    """The probability from which each join of blocks is worth making; `emptied`: a section would lose its only text."""
    kinds, lines = state.kinds, printed_lines(state.page)
    far = heads > tails + 1
    bodies = np.concatenate(([0], np.cumsum(kinds == BODY)))
    over_text = bodies[heads] > bodies[tails + 1]
    clear = far & (mates | (~over_text & (kinds[tails + 1] == HEAD)))
    latin = lines.latin[tails] & lines.latin[heads]
    near = np.where(latin, _LIKELY_FROM_LATIN, _LIKELY_FROM)
    least = np.where(far, np.where(over_text, _FAR_FROM, _OVER_FROM), near)
    least = np.where(clear, _CLEAR_FROM, least)
    doubtful = (lines.last[tails] == Class.COLON) | (far & ~clear & (int(lines.open_bodies.sum()) <= _FEW))
    like_title = (kinds == PLAIN) | (kinds == SHORT)
    doubtful |= (far & like_title[tails]) | (like_title[heads] & (lines.closed[heads] == 0))
    least = np.where(doubtful, np.maximum(least, _DOUBTFUL_FROM), least)
    least = np.where(emptied, np.maximum(least, _EMPTIED_FROM), least)
    plain = ~latin & (not surety.is_markdown(lines)) & (llr < _PLAIN_NATS)
    least = np.where(plain, np.maximum(least, _PLAIN_FROM), least)
    return np.where(latin & (lines.first[heads] != Class.LOWER), _NEVER, least)


def _joins(state: State) -> Iterator[Join]:
    """The joins of a page in its present state: at most one for each tail and each head, the likeliest first."""
    found = candidates(state)
    tails, heads = found.tails, found.heads
    taken_tails, taken_heads = set[int](), set[int]()
    of_tails = tails.argsort(kind="stable")
    bounds = tails[of_tails].searchsorted(np.arange(len(state.kinds) + 1))
    chosen = np.flatnonzero(found.confidence)
    for k in chosen[np.argsort(-found.probability[chosen], kind="stable")].tolist():
        tail, head, confidence = int(tails[k]), int(heads[k]), float(found.confidence[k])
        if tail in taken_tails or head in taken_heads:
            continue
        taken_tails.add(tail)
        taken_heads.add(head)
        others = of_tails[bounds[tail] : bounds[tail + 1]]
        rivals = heads[others[(heads[others] != head) & (found.probability[others] >= _RIVAL_FROM)]]
        yield Join(tail, head, confidence, Safety.of(confidence), tuple(rivals.tolist()))


def _may_be_halves(pairs: Pairs, cuts: Floats) -> bool:
    """Whether pairs are worth weighing, which takes longest: on most pages only titles end open.

    What speaks for halves: neighbours that look cut, a quotation left open for another block to close, or, on a page
    where text ends open, a seam that fits.
    """
    lines = pairs.lines
    if cuts.max() >= _LOOKS_CUT_FROM or pairs.mates.any():
        return True
    open_text = (lines.open_bodies & CAN_BE_TAIL[pairs.kinds] & ~lines.latin)[pairs.tails]
    return bool(open_text.any() and (pairs.llr >= np.where(open_text, _GOES_ON_NATS, _TITLE_GOES_ON_NATS)).any())


def _enumerated(page: Page, kinds: Ints, pairs: Pairs, probability: Floats) -> Floats:
    """The probabilities, where a block that ends with an enumeration comma most likely goes on in the next body."""
    lines, best = printed_lines(page), np.zeros(len(kinds))
    far = pairs.heads > pairs.tails + 1
    np.maximum.at(best, pairs.tails[far], probability[far])
    goes_on = ~far & (page.codes[lines.ends[pairs.tails] - 1] == _ENUMERATION_COMMA) & (best[pairs.tails] < _RIVAL_FROM)
    goes_on &= (kinds[pairs.heads] == BODY) & (lines.first[pairs.heads] == Class.HAN)
    return np.where(goes_on, np.maximum(probability, _ENUMERATES), probability)


def _at_gaps(page: Page, apart: Bools) -> tuple[Bools, Bools, Floats, Floats]:
    """What the models for neighbouring lines say about each gap.

    Which gaps lie between printed lines; which these models alone decide, those and the ones in Latin script; how
    likely the paragraph goes on over the first; and over the others.
    """
    lines, gaps, free = printed_lines(page), seams_of(page), ~apart[:-1] & ~apart[1:]
    wrapped = wrapped_gaps(lines, gaps)
    alone = wrapped | (lines.latin[:-1] & lines.latin[1:])
    wraps, cuts = np.zeros(len(alone)), np.zeros(len(alone))
    wrapped &= free
    if wrapped.any():
        wraps = wrap_probability(lines, gaps, wrapped)
    asked = (lines.closed != 1)[:-1] & ~lines.numbered[:-1] & ~wrapped & free
    if asked.any():
        cuts = continues(gaps, line_table("cuts"), line_table("cuts-latin"), asked, _USUAL_COUNTS)
        if int(lines.open_bodies.sum()) <= _FEW:
            cuts = np.where((cuts < _DOUBTFUL_FROM) & (gaps.llr < _FEW_NATS), cuts / 2, cuts)
        # The half of a paragraph that closes a quotation goes with one that has it open.
        cuts = np.where(gaps.unopened, np.minimum(cuts, _UNOPENED_AT_MOST), cuts)
    return wrapped, alone, wraps, cuts


def _both(pairs: Pairs, probability: Floats, cuts: Floats) -> Floats:
    """The probabilities, for neighbours the mean (of the log odds) of what the two models say."""
    near = pairs.heads == pairs.tails + 1
    two = np.stack((probability[near], cuts[pairs.tails[near]])).clip(_SURE, 1 - _SURE)
    odds = np.exp(np.log(two / (1 - two)).mean(axis=0))
    found = probability.copy()
    found[near] = odds / (1 + odds)
    return found


RULE = Rule(
    id="layout/cut-paragraph",
    title="paragraph cut in two at the end of its column",
    phase=Phase.LAYOUT,
    why="Readers of images give each column's part of a paragraph as a block of its own, and often put captions, "
    "headlines or columns of other articles between the parts.",
    find=find,
    safety=Safety.SAFE,
    digest=digest(*TABLES, "levels"),
)
