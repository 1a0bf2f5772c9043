"""Columns that bleed into one another: their lines alternate, or stand on one physical line, and are put in order.

Pages are told apart by the language: where printed lines are cut inside sentences and the next line often does not go
on, the engine walked over columns. Such a page is cut into pieces (`pieces`), its columns are found again (`tracks`),
and their stretches put in order (`order`). What moves together is one change.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit, Span
from repair.evidence.table import Table, digest, load, sigmoid
from repair.joins.line_seams import seams_of
from repair.passes.layout.column_bleed.cells import LEAST_COLUMN
from repair.passes.layout.column_bleed.evidence import FOLLOWS, LINKS, look_at_candidates, look_at_links
from repair.passes.layout.column_bleed.order import Place, Stretches, in_order
from repair.passes.layout.column_bleed.pieces import Pieces
from repair.passes.layout.column_bleed.tracks import tracks
from repair.seam import default_model
from repair.typography.characters import Class, table_of
from repair.typography.lines import Lines, printed_lines

__all__ = ["RULE", "Part", "bleeds", "follow_odds", "ordered", "parts", "stretches_of"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

TABLES = ("bleed-follows", "bleed-links")
# A page bleeds where of its lines that are cut inside a sentence so many do not go on in the next one, by so many nats,
# while one of the few after it fits well: at least so many lines, and as a share; or where many do not go on.
_LEAST_LINES, _LEAST_CUT, _BAD, _NEXT = 8, 4, 1, 12
_TORN = ((9, 3, 0.03), (7, 2, 0.08))
_MANY_TORN = 0.17
# So many lines with a run of spaces, or of body text with a space between Han, show columns too, if the text does not
# go on over so many of those spaces; so many lines wider than a column that no space parts are whole paragraphs.
_SPACE = 0x20
_SPACED, _WIDE_EM, _BLOCKS, _JOINED = 0.12, 2.5, 0.2, 0.43
# A reader that writes the cells of tables has taken the columns for one, and its cells are not lines.
_TABLE = "<br>"
_BEFORE_GAP = table_of(Class.HAN, Class.STOP, Class.COMMA, Class.SEMICOLON, Class.COLON, Class.CLOSE, Class.CLOSE_QUOTE)
_AFTER_GAP = table_of(Class.HAN, Class.OPEN, Class.OPEN_QUOTE)
# An order is better than the raw one where so many more open seams go on: at least, and as a share of the pieces. With
# the odds of all its seams for it, or the places of the cells to go by, a smaller share will do.
_GOES_ON, _LEAST_GAIN, _GAIN_SHARE, _GAIN_SHARE_WITH_ODDS, _ODDS_SHARE = 3.0, 3, 0.15, 0.07, 0.05
_GAIN_SHARE_WITH_PLACES = 0.03
# Lists, tables and verse gain seams too, by chance. A page surely bleeds where, in one part, the text goes on over so
# many of its open seams in the new order, the new ones have so many nats in the mean (each clipped), and so many are
# gained; fewer will do with more nats. Tuned on the parts of laid-out pages in columns (pages_train/t5001, six readers:
# 165 of 169 kept) and on those of generated lists, tables and single clauses in the right order (none of 60 kept).
_JOINED_GO_ON, _LEAST_MEAN_LLR, _LLR_CLIP = 0.4, 4.5, (-10.0, 15.0)
_SURE_GAIN, _SURE_GAIN_SMALL, _STRONG_MEAN_LLR = 8, 4, 6.0
# The odds that each piece follows are such in the mean (columns .34 and more; lists that go on by chance .19 to .28).
_LEAST_ODDS = 0.3
# Where gaps line up over the rows and what they part is wide, the eye sees columns, and nats are not asked for. At
# least half of the gaps have, within 2 characters of their place, those of three of the 16 rows about (layouts of t5001
# .4 to .9, prose and lists with runs of spaces under .25). The cells of tables line up as well, but are narrow
# (generated ones 4 to 9 em at the median, columns 11 to 25), and go on over under .4 of their seams.
_LINED_UP, _NEAR_GAP, _OTHER_ROWS, _ROWS_ABOUT, _WIDE_CELLS = 0.5, 2, 3, 8, 15
# Lines so many times as wide as the page's column, two at least, stand over columns; what goes on over the end of the
# text that they belong to, in seams of the new order weighed by their odds, is less than one sentence.
_SPANS, _LEAST_SPANNING, _CROSSED = 1.6, 2, 1.0
# Tables, lists and verse have few marks inside their lines.
_MARKED = 0.2
CONFIDENCE = {Safety.LIKELY: 0.95, Safety.SUGGEST: 0.5}
# Hiragana and katakana; and the share of them from which on a page is Japanese (Chinese pages have a name or two).
_KANA, _FOREIGN = (0x3041, 0x30FA), 0.05
# A page has some hundreds of pieces; a text of so many is many pages in one file, which are to be run page by page.
_MOST_PIECES = 1500
REASON = (
    "the page was read without regard to its columns; each column is put together again. Better than this repair is a "
    "better source: read a PDF anew with pdftotext -raw or PyMuPDF, an image with a reader that keeps columns apart"
)


def bleeds(page: Page) -> bool:
    """Whether columns of a page may run into one another; looks at few seams, for most pages are in order.

    >>> bleeds(Page.of("石桥镇的水磨坊修好了。\\n守磨人老邱擦了又擦。"))
    False
    """
    lines = printed_lines(page)
    if len(lines) < _LEAST_LINES or lines.mostly_latin or _TABLE in page.text.value:
        return False
    wide = lines.widths - lines.local[0] > _WIDE_EM
    runs, singles = _spaces(page, lines)
    parted = runs | (singles if _part_columns(page, lines) else False)
    if (wide & ~parted).mean() > _BLOCKS:
        return False
    if parted.mean() > _SPACED:
        return True
    cut = (lines.end_in_word & (np.abs(lines.widths - lines.local[0]) <= 1))[:-1]
    cuts = int(cut.sum())
    if cuts < _LEAST_CUT:
        return False
    torn = np.flatnonzero(cut & (seams_of(page).llr < _BAD))
    if len(torn) > _MANY_TORN * cuts:
        return True
    later = torn[:, None] + np.arange(2, _NEXT + 1)
    tails, later = np.broadcast_to(torn[:, None], later.shape)[later < len(lines)], later[later < len(lines)]
    llr = default_model().score_gaps(page.codes, lines.ends[tails], lines.starts[later]).llr
    fitting = ((len(np.unique(tails[llr >= nats])), least, share * cuts) for nats, least, share in _TORN)
    return any(fit >= max(least, of_cuts) for fit, least, of_cuts in fitting)


def _spaces(page: Page, lines: Lines) -> tuple[Bools, Bools]:
    """The lines with a run of spaces inside, and those of body text with a single space between Han."""
    space, single = lines.kinds == Class.SPACE, _single_spaces(page, lines)
    runs, singles = np.zeros(len(space) + 1, np.intp), np.zeros(len(space) + 1, np.intp)
    np.cumsum(space[1:] & space[:-1], out=runs[2:])
    np.cumsum(single, out=singles[1:])
    return (
        runs[lines.ends] > runs[lines.starts + 1],
        (singles[lines.ends] > singles[lines.starts]) & (lines.marks > 0),
    )


def _single_spaces(page: Page, lines: Lines) -> Bools:
    """The spaces alone between Han and their marks; a full-width one is the author's."""
    single = np.zeros(len(lines.kinds), np.bool_)
    single[1:-1] = (page.codes[1:-1] == _SPACE) & _BEFORE_GAP[lines.kinds[:-2]] & _AFTER_GAP[lines.kinds[2:]]
    return single


def _part_columns(page: Page, lines: Lines) -> bool:
    """Whether single spaces part columns: the language does not go on over them, as it does where lines were joined."""
    at = np.flatnonzero(_single_spaces(page, lines))
    if len(at) <= _SPACED * len(lines):
        return False
    return bool((default_model().score_gaps(page.codes, at, at + 1).llr > _GOES_ON).mean() < _JOINED)


def follow_odds(pieces: Pieces, table: Table | None = None) -> Floats:
    """Log odds that each piece (row) is followed by each other one (column); -inf where that is not asked.

    `table`: weights to use in place of the shipped ones.
    """
    odds = np.full((len(pieces), len(pieces)), -np.inf)
    weights = table or load("bleed-follows", FOLLOWS)
    odds[pieces.candidates] = weights.odds(FOLLOWS.buckets(look_at_candidates(pieces)))
    return odds


def stretches_of(pieces: Pieces, odds: Floats) -> Stretches:
    """The stretches of the columns that the odds show."""
    before = tracks(odds, pieces.same_row, pieces.places if pieces.shows_places else None)
    return Stretches.of_tracks(pieces, odds, before)


def ordered(pieces: Pieces, odds: Floats) -> list[Place]:
    """The pieces of a page in reading order."""
    stretches = stretches_of(pieces, odds)
    return in_order(stretches, load("bleed-links", LINKS).odds(LINKS.buckets(look_at_links(stretches))))


class Part(NamedTuple):
    """Whole rows of the page, from the slot `begin` on, in a new order; no fewer rows are mapped onto themselves."""

    begin: int
    order: list[Place]
    safety: Safety


def find(page: Page, options: Options) -> Iterator[Change]:
    """One change for each part of the page that is put in another order."""
    if bleeds(page):
        pieces = Pieces.of(page)
        if len(pieces) <= _MOST_PIECES:
            foreign = _is_foreign(page)
            for part in parts(pieces):
                yield _change(pieces, part._replace(safety=Safety.SUGGEST) if foreign else part)


def _is_foreign(page: Page) -> bool:
    """Whether a page is in Japanese, of which the seam model knows the Han characters only, or mostly in a script that
    it does not know at all.
    """
    kinds = printed_lines(page).kinds
    kana = int(((page.codes >= _KANA[0]) & (page.codes <= _KANA[1])).sum())
    han, latin = (int(table[kinds].sum()) for table in (table_of(Class.HAN), table_of(Class.LOWER, Class.UPPER)))
    others = sum(map(str.isalpha, page.text.value)) - han - latin
    return kana > _FOREIGN * (han + kana) or others - kana > han + latin


def parts(pieces: Pieces) -> Iterator[Part]:
    """The parts of a page that read better in another order than the raw one.

    Where columns surely ran into one another in one part, others are put in order on less.
    """
    odds = follow_odds(pieces)
    order = ordered(pieces, odds)
    ends_row = np.append(~pieces.same_row[1:], True)
    found, bleeds_surely = list[Part](), False
    for begin, stretch in _beside_wall(pieces, order):
        start, farthest = 0, -1
        for at, place in enumerate(stretch):
            farthest = max(farthest, place.piece)
            if farthest == begin + at and ends_row[farthest]:
                part = stretch[start : at + 1]
                if any(place.piece != slot for slot, place in enumerate(part, begin + start)):
                    safety, sure = _safety(pieces, part, begin + start, odds)
                    if safety:
                        found.append(Part(begin + start, part, safety))
                        bleeds_surely |= sure
                start = at + 1
    for each in found:
        yield each if bleeds_surely else each._replace(safety=Safety.SUGGEST)


def _beside_wall(pieces: Pieces, order: list[Place]) -> Iterator[tuple[int, list[Place]]]:
    """The order of what stands above the page's wall, and of what stands below, each with its first slot."""
    wall = _wall(pieces, order)
    for begin, end in ((0, wall), (wall, len(order))):
        inside = [(slot, place) for slot, place in enumerate(order) if begin <= place.piece < end]
        before = -1, *(slot for slot, _ in inside)
        yield (
            begin,
            [
                place if last == slot - 1 else place._replace(odds=None)
                for last, (slot, place) in zip(before, inside, strict=False)
            ],
        )


def _wall(pieces: Pieces, order: list[Place]) -> int:
    """The piece before which a single column ends that stands over all others, or 0.

    It has lines much wider than the columns, which stand alone, and few seams of the new order go over its end.
    """
    first, lines = pieces.heads, pieces.lines
    widths, marked, alone = lines.widths[first], lines.marks[first] > 0, pieces.cells.alone[first]
    body = np.round(widths[marked & (widths >= LEAST_COLUMN)]).astype(np.intp)
    if not len(body):
        return 0
    spanning = np.flatnonzero(marked & alone & (widths >= _SPANS * np.bincount(body).argmax()))
    if len(spanning) < _LEAST_SPANNING:
        return 0
    wall = int(spanning[-1]) + 1
    # The last line of a paragraph is short.
    wall += int(wall < len(first) and alone[wall] and lines.closed[pieces.tails[wall - 1]] == 0)
    if wall == len(first) or not alone[:wall].all():
        return 0
    crossing = [
        place.odds
        for before, place in pairwise(order)
        if place.odds is not None and place.piece != before.piece + 1 and (before.piece < wall) != (place.piece < wall)
    ]
    return wall if sigmoid(np.array(crossing)).sum() < _CROSSED else 0


def _go_on(pieces: Pieces, order: Ints) -> Floats:
    """What the language says of each seam of an order that is inside a sentence; NaN at the others."""
    tails, heads = pieces.tails[order[:-1]], pieces.heads[order[1:]]
    lines = pieces.lines
    asked = lines.closed[tails] == 0
    found = np.full(len(tails), np.nan)
    found[asked] = (
        default_model().score_gaps(pieces.page.codes, lines.ends[tails[asked]], lines.starts[heads[asked]]).llr
    )
    return found


def _safety(pieces: Pieces, part: list[Place], begin: int, odds: Floats) -> tuple[Safety | None, bool]:
    """How surely the new order of a part of the page, from the slot `begin` on, is better where columns bleed, None
    where it is not; and whether it shows by itself that they do.
    """
    raw = np.arange(begin, begin + len(part))
    if (pieces.lines.marks[pieces.heads[raw]] > 0).mean() < _MARKED:
        return None, False
    order = np.array([place.piece for place in part])
    as_put = _go_on(pieces, order)
    gain = int((as_put > _GOES_ON).sum() - (_go_on(pieces, raw) > _GOES_ON).sum())
    if gain < max(_LEAST_GAIN, _GAIN_SHARE_WITH_PLACES * len(part)):
        return None, False
    linked = np.array([place.odds is not None for place in part[1:]]) & ~np.isnan(as_put)
    joined, new_seams = as_put[linked], as_put[linked & (np.diff(order) != 1)]
    new = np.array([place.odds for place in part[1:] if place.odds is not None])
    follows = float(sigmoid(new).sum())
    sure = follows >= _LEAST_ODDS * len(part) and _is_sure(joined, new_seams, gain, _shows_columns(pieces, raw))
    if pieces.shows_places or gain >= _GAIN_SHARE * len(part):
        return Safety.LIKELY, sure
    by_odds = follows - float(sigmoid(odds[raw[:-1], raw[1:]]).sum())
    if gain >= _GAIN_SHARE_WITH_ODDS * len(part) and by_odds >= _ODDS_SHARE * len(part):
        return Safety.LIKELY, sure
    return Safety.SUGGEST, False


def _is_sure(joined: Floats, new: Floats, gain: int, columns_shown: bool) -> bool:
    """Whether the text goes on over the seams of an order, and over the new ones, oftener than lists do by chance."""
    if not len(new) or gain < _SURE_GAIN_SMALL:
        return False
    if (joined > _GOES_ON).mean() < _JOINED_GO_ON:
        return False
    least = _LEAST_MEAN_LLR if gain >= _SURE_GAIN else _STRONG_MEAN_LLR
    return columns_shown or float(np.clip(new, *_LLR_CLIP).mean()) >= least


def _shows_columns(pieces: Pieces, raw: Ints) -> bool:
    """Whether gaps line up over the rows of some pieces, and part wide cells."""
    if not pieces.shows_places or np.median(pieces.lines.widths[pieces.heads[raw]]) < _WIDE_CELLS:
        return False
    cells = pieces.cells
    spaced = np.flatnonzero(cells.spaced & (np.arange(len(cells)) >= pieces.heads[raw[0]]))
    spaced = spaced[spaced <= pieces.tails[raw[-1]]]
    rows, places = cells.rows[spaced], cells.places[spaced]
    near = np.zeros(len(rows), np.intp)
    for step in range(1, len(rows)):  # gaps come row by row, so those so many on are soon too far away
        apart = rows[step:] - rows[:-step]
        if apart.min() > _ROWS_ABOUT:
            break
        # A row has one gap at a place, so gaps near a gap are rows near it.
        lined_up = (apart > 0) & (apart <= _ROWS_ABOUT) & (np.abs(places[step:] - places[:-step]) <= _NEAR_GAP)
        near[step:] += lined_up
        near[:-step] += lined_up
    return bool(len(rows) and (near >= _OTHER_ROWS).mean() >= _LINED_UP)


def _change(pieces: Pieces, part: Part) -> Change:
    """The change that puts a part of the page in its new order."""
    value, usual = pieces.page.text.value, _usual_break(pieces)
    starts, ends = pieces.starts.tolist(), pieces.ends.tolist()
    edits, before = list[Edit](), -1
    for slot, (piece, follows) in enumerate(part.order, part.begin):
        if slot > part.begin:
            between = usual if follows is not None else usual + "\n"
            if pieces.same_row[piece] and before == piece - 1:
                between = value[ends[before] : starts[piece]]
            if value[ends[slot - 1] : starts[slot]] != between:
                edits.append(Edit(ends[slot - 1], starts[slot], between))
        if piece != slot:
            edits.append(Edit(starts[slot], ends[slot], Span(starts[piece], ends[piece])))
        before = piece
    return Change(tuple(edits), REASON, part.safety, CONFIDENCE[part.safety])


def _usual_break(pieces: Pieces) -> str:
    """The line break that the page has most often, with its blank lines."""
    cells = pieces.cells
    begins = np.diff(cells.rows, prepend=-1) != 0
    return "\n" * (1 + int(np.bincount(np.minimum(cells.lines.blanks[begins], 5)).argmax()))


RULE = Rule(
    id="layout/column-bleed",
    title="lines of several columns read row by row",
    phase=Phase.LAYOUT,
    why="Readers that do not see the columns of a page run their lines together, or give them in turn.",
    find=find,
    safety=Safety.LIKELY,
    digest=digest(*TABLES),
)
