"""Columns that bleed into one another: their lines alternate, or stand on one physical line, and are put in order.

Pages are told apart by the language: where printed lines are cut inside sentences and the next line often does not go
on, the engine walked over columns. Such a page is cut into pieces (`pieces`), its columns are found again (`tracks`),
and their stretches put in order (`order`). What moves together is one change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.change import Change, Safety
from repair.characters import Class, table_of
from repair.lines import Lines
from repair.page import Page
from repair.passes import weights
from repair.passes.bleed.order import Place, Stretches, in_order
from repair.passes.bleed.pieces import Pieces
from repair.passes.bleed.tracks import tracks
from repair.rule import Options, Phase, Rule
from repair.seam import default_model
from repair.text import Edit, Span

__all__ = ["RULE", "Part", "bleeds", "follow_odds", "ordered", "parts", "stretches_of"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

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
    lines = page.printed
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
    torn = np.flatnonzero(cut & (page.gaps.llr < _BAD))
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


def follow_odds(pieces: Pieces, table: weights.Table | None = None) -> Floats:
    """Log odds that each piece (row) is followed by each other one (column); -inf where that is not asked.

    `table`: weights to use in place of the shipped ones.
    """
    odds = np.full((len(pieces), len(pieces)), -np.inf)
    odds[pieces.candidates] = weights.weighed("bleed-follows", pieces.follows(), table)
    return odds


def stretches_of(pieces: Pieces, odds: Floats) -> Stretches:
    """The stretches of the columns that the odds show."""
    before = tracks(odds, pieces.same_row, pieces.places if pieces.shows_places else None)
    return Stretches.of_tracks(pieces, odds, before)


def ordered(pieces: Pieces, odds: Floats) -> list[Place]:
    """The pieces of a page in reading order."""
    stretches = stretches_of(pieces, odds)
    return in_order(stretches, weights.weighed("bleed-links", stretches.links()))


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
    """Whether a page is in Japanese, of which the seam model knows the Han characters only."""
    letters = (page.printed.kinds == Class.HAN).sum()
    kana = ((page.codes >= _KANA[0]) & (page.codes <= _KANA[1])).sum()
    return bool(kana > _FOREIGN * letters)


def parts(pieces: Pieces) -> Iterator[Part]:
    """The parts of a page that read better in another order than the raw one."""
    odds = follow_odds(pieces)
    order = ordered(pieces, odds)
    ends_row = np.append(~pieces.same_row[1:], True)
    begin, farthest = 0, -1
    for slot, place in enumerate(order):
        farthest = max(farthest, place.piece)
        if farthest == slot and ends_row[slot]:
            part = order[begin : slot + 1]
            if any(place.piece != at for at, place in enumerate(part, begin)):
                safety = _safety(pieces, part, begin, odds)
                if safety:
                    yield Part(begin, part, safety)
            begin = slot + 1


def _go_on(pieces: Pieces, order: list[int]) -> int:
    """How many of the pieces that end inside a sentence go on in the next one of an order, by the language."""
    tails, heads = pieces.tails[order[:-1]], pieces.heads[order[1:]]
    lines = pieces.lines
    asked = lines.closed[tails] == 0
    scores = default_model().score_gaps(pieces.page.codes, lines.ends[tails[asked]], lines.starts[heads[asked]])
    return int((scores.llr > _GOES_ON).sum())


def _safety(pieces: Pieces, part: list[Place], begin: int, odds: Floats) -> Safety | None:
    """How surely the new order of a part of the page, from the slot `begin` on, is better; None where it is not."""
    raw = np.arange(begin, begin + len(part))
    if (pieces.lines.marks[pieces.heads[raw]] > 0).mean() < _MARKED:
        return None
    gain = _go_on(pieces, [place.piece for place in part]) - _go_on(pieces, raw.tolist())
    if gain < max(_LEAST_GAIN, _GAIN_SHARE_WITH_PLACES * len(part)):
        return None
    if pieces.shows_places or gain >= _GAIN_SHARE * len(part):
        return Safety.LIKELY
    new = np.array([place.odds for place in part[1:] if place.odds is not None])
    old = odds[raw[:-1], raw[1:]]
    by_odds = float(weights.sigmoid(new).sum() - weights.sigmoid(old).sum())
    sure = gain >= _GAIN_SHARE_WITH_ODDS * len(part) and by_odds >= _ODDS_SHARE * len(part)
    return Safety.LIKELY if sure else Safety.SUGGEST


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
    digest=weights.digest(*TABLES),
)
