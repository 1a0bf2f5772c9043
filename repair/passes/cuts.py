"""Cut paragraphs: a column ended inside a sentence, which goes on in the next block, or farther down the page.

Every block that ends open looks for the block in which it goes on (`pairs`), against all its rivals and against going
on nowhere; a half that has no partner on the page stays as it is. Blocks in Latin script, where no seam model helps,
are joined to their neighbours only (`gaps`), and so are printed lines that the joins of wrapped lines have left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.change import Change, Safety
from repair.characters import Class
from repair.page import Page
from repair.passes import weights
from repair.passes.arrange import Arrangement
from repair.passes.block_ends import BODY, HEAD, PLAIN, SHORT, kinds_of
from repair.passes.interruptions import Uninterrupted
from repair.passes.joining import AsRead, Join
from repair.passes.pairs import CAN_BE_TAIL, Pairs
from repair.passes.walls import over_walls
from repair.passes.wraps import GOES_ON, LIKELY_FROM_LATIN, kept_apart, may_be_wrapped, wrap_probability, wrapped_gaps
from repair.rule import Options, Phase, Rule

__all__ = ["RULE"]

TABLES = ("pairs", "cuts", "cuts-latin")
_ROUNDS = 5
# Cuts are few on a page: it takes many gaps to say that this one has more of them than usual.
_USUAL_COUNTS = 150
# Probabilities from which a join of neighbours is safe and likely, a join over captions and the like and one over text
# are likely, and any join is worth a suggestion; see tests/benchmarks/quality for what they are worth. Less suffices
# (`_CLEAR_FROM`) where a headline read into the sentence or an open quotation speaks for a join over other blocks.
_SAFE_FROM, _LIKELY_FROM, _CLEAR_FROM, _OVER_FROM, _FAR_FROM, _SUGGEST_FROM = 0.99, 0.6, 0.5, 0.7, 0.8, 0.3
_RIVAL_FROM = 0.1
# From which evidence on pairs are weighed: probability at neighbours; nats for text that ends open, and for a title.
_LOOKS_CUT_FROM, _GOES_ON_NATS, _TITLE_GOES_ON_NATS = 0.1, 4, 8
# A block that ends with a colon is more often whole than cut; on a page with hardly an open block that block may be a
# title; and so may what reads like no body, before other blocks, or after an open end when it ends open itself.
_FEW, _FEW_NATS, _DOUBTFUL_FROM = 2, 10, 0.9
# A join that leaves a headline without text: on pages with gold those from here on were right, three of three.
_EMPTIED_FROM = 0.92
_UNOPENED_AT_MOST = 0.5
_SURE = 1e-4
# A line that another rule says goes on: of 13 such seams in pages read twice 12 were right.
_MARKED = 0.98
_ENUMERATION_COMMA, _ENUMERATES = ord("、"), 0.95

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def find(page: Page, options: Options) -> Iterator[Change]:
    """The joins of the halves of cut paragraphs, with what moves for them, and those that are only possible."""
    lines = page.printed
    if len(lines) < 2 or not (lines.open_bodies.any() or may_be_wrapped(lines)):
        return
    as_read, apart = AsRead(page), kept_apart(page, lines)
    kinds = kinds_of(page, apart)
    order, joins = _settled(as_read, kinds, apart)
    if not joins:
        return
    yield from as_read.changes(order, [one for one in joins if one.made])
    arrangement = Arrangement(page, kinds)
    for one in joins:
        if not one.made:
            yield from as_read.changes(arrangement.alone(one.tail, one.head), [one])


def _settled(as_read: AsRead, kinds: Ints, apart: Bools) -> tuple[list[int], list[Join]]:
    """The lines in their new order; the joins to be made, and those that are possible beside these.

    A join changes what its neighbours look like, so after joins the page is looked at again, as a second run of the
    chain would.
    """
    page, made, unsure = as_read.page, list[Join](), list[Join]()
    rest = Uninterrupted.of(page)
    chains = [[line] for line in rest.kept.tolist()]
    starts = _Starts.of(page, rest)
    if rest.over.any():
        page, apart = rest.page, apart[rest.kept]
        kinds = kinds_of(page, apart)
    for _ in range(_ROUNDS):
        joins = list(_joins(page, kinds, apart, starts))
        made += [one.of(chains) for one in joins if one.made]
        unsure += [one.of(chains) for one in joins if not one.made]
        goes_on = {one.tail: one.head for one in joins if one.made}
        if not goes_on:
            break
        order = Arrangement(page, kinds).arranged(goes_on)
        firsts = [i for i, unit in enumerate(order) if not i or goes_on.get(order[i - 1]) != unit]
        groups = [order[a:b] for a, b in pairwise([*firsts, len(order)])]
        chains = [[line for unit in group for line in chains[unit]] for group in groups]
        page = Page.of("".join(map(as_read.told, chains)))
        if len(page.printed) < 2:
            break
        apart = apart[[group[0] for group in groups]]
        kinds = kinds_of(page, apart)
        starts = starts.of_lines([group[0] for group in groups])
    tails, heads = {one.tail for one in made}, {one.head for one in made}
    for one in unsure:  # once for each tail and each head, as seen first
        if one.tail not in tails and one.head not in heads:
            made.append(one)
            tails.add(one.tail)
            heads.add(one.head)
    return rest.whole(chains), made


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
        marked = np.array(page.mark_at(page.printed.starts[rest.kept], {GOES_ON}), np.intp) >= 0
        return cls(np.append(False, rest.over), np.append(False, ~rest.may_join), marked)

    def of_lines(self, first: Sequence[int]) -> _Starts:
        """Of joined lines, by the first of each; the marks have been heeded."""
        return _Starts(self.interrupted[first], self.walled[first], np.zeros(len(first), np.bool_))


def _joins(page: Page, kinds: Ints, apart: Bools, starts: _Starts) -> Iterator[Join]:
    """The joins of a page in its present state: at most one for each tail and each head, the likeliest first."""
    lines = page.printed
    gaps = np.arange(len(lines) - 1)
    alone, at_gaps, cuts = _at_gaps(page, apart)
    at_gaps[starts.marked[1:]] = _MARKED
    pairs = Pairs(page, kinds, alone)
    tails, heads = np.append(gaps, pairs.tails), np.append(gaps + 1, pairs.heads)
    likely = _may_be_halves(pairs, cuts)
    of_pairs = (
        _both(pairs, pairs.probability(weights.load("pairs").weights), cuts) if likely else np.zeros(len(pairs.tails))
    )
    probability = np.append(at_gaps, _enumerated(page, kinds, pairs, of_pairs))
    latin = lines.latin[tails] & lines.latin[heads]
    far = heads > tails + 1
    bodies = np.concatenate(([0], np.cumsum(kinds == BODY)))
    over_text = bodies[heads] > bodies[tails + 1]
    in_turn, emptied = over_walls(page, kinds, tails, heads)
    probability[(far & in_turn) | (~far & starts.walled[heads])] = 0
    clear = far & (np.append(gaps < 0, pairs.mates) | (~over_text & (kinds[tails + 1] == HEAD)))
    least = np.where(far, np.where(over_text, _FAR_FROM, _OVER_FROM), np.where(latin, LIKELY_FROM_LATIN, _LIKELY_FROM))
    least = np.where(clear, _CLEAR_FROM, least)
    doubtful = (lines.last[tails] == Class.COLON) | (far & ~clear & (int(lines.open_bodies.sum()) <= _FEW))
    like_title = (kinds == PLAIN) | (kinds == SHORT)
    doubtful |= (far & like_title[tails]) | (like_title[heads] & (lines.closed[heads] == 0))
    doubtful[: len(gaps)] = False
    least = np.where(doubtful, np.maximum(least, _DOUBTFUL_FROM), least)
    least = np.where(far & emptied, _EMPTIED_FROM, least)
    least = np.where(~far & starts.interrupted[heads], np.maximum(least, _OVER_FROM), least)
    taken_tails, taken_heads = set[int](), set[int]()
    of_tails = tails.argsort(kind="stable")
    bounds = tails[of_tails].searchsorted(np.arange(len(lines) + 1))
    chosen = np.flatnonzero(probability >= _SUGGEST_FROM)
    for k in chosen[np.argsort(-probability[chosen], kind="stable")].tolist():
        p, tail, head = float(probability[k]), int(tails[k]), int(heads[k])
        if tail in taken_tails or head in taken_heads:
            continue
        taken_tails.add(tail)
        taken_heads.add(head)
        safety = Safety.SUGGEST if p < least[k] else Safety.SAFE if p >= _SAFE_FROM else Safety.LIKELY
        others = of_tails[bounds[tail] : bounds[tail + 1]]
        rivals = heads[others[(heads[others] != head) & (probability[others] >= _RIVAL_FROM)]]
        yield Join(tail, head, p, safety, tuple(rivals.tolist()))


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
    lines, best = page.printed, np.zeros(len(kinds))
    far = pairs.heads > pairs.tails + 1
    np.maximum.at(best, pairs.tails[far], probability[far])
    goes_on = ~far & (page.codes[lines.ends[pairs.tails] - 1] == _ENUMERATION_COMMA) & (best[pairs.tails] < _RIVAL_FROM)
    goes_on &= (kinds[pairs.heads] == BODY) & (lines.first[pairs.heads] == Class.HAN)
    return np.where(goes_on, np.maximum(probability, _ENUMERATES), probability)


def _at_gaps(page: Page, apart: Bools) -> tuple[Bools, Floats, Floats]:
    """What the models for neighbouring lines say about each gap.

    Which gaps they alone decide, those between printed lines and in Latin script; how likely the paragraph goes on over
    these; and over the others.
    """
    lines, gaps, free = page.printed, page.gaps, ~apart[:-1] & ~apart[1:]
    wrapped = wrapped_gaps(lines, gaps)
    alone = wrapped | (lines.latin[:-1] & lines.latin[1:])
    found, cuts = np.zeros(len(alone)), np.zeros(len(alone))
    if (wrapped & free).any():
        found = wrap_probability(lines, gaps, wrapped & free)
    asked = (lines.closed != 1)[:-1] & ~lines.numbered[:-1] & ~wrapped & free
    if asked.any():
        cuts = weights.continues(gaps, weights.load("cuts"), weights.load("cuts-latin"), asked, _USUAL_COUNTS)
        if int(lines.open_bodies.sum()) <= _FEW:
            cuts = np.where((cuts < _DOUBTFUL_FROM) & (gaps.llr < _FEW_NATS), cuts / 2, cuts)
        # The half of a paragraph that closes a quotation goes with one that has it open.
        cuts = np.where(gaps.unopened, np.minimum(cuts, _UNOPENED_AT_MOST), cuts)
    return alone, np.where(alone, np.maximum(found, cuts), 0), np.where(alone, 0, cuts)


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
    digest=weights.digest(*TABLES),
)
