"""The seams of a page: for each two lines that follow one another what speaks for and against joining them.

A seam lies between two lines that are not blank; blank lines between them do not count. What is seen there is gathered
by `line_look`, what speaks for a join by `line_evidence`; here it is put together with what decides by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from repair.core.page import Page, view
from repair.evidence.feature import Buckets
from repair.evidence.table import Table, load, sigmoid
from repair.joins.line_evidence import AT_SEAM, BY_STATE, StateLook
from repair.joins.line_look import SeamLook, look_at_seams
from repair.joins.line_patterns import BYLINES, END_KINDS, START_KINDS, chapter_titles, jump_lines_of, serial_ends
from repair.typography.characters import Class, table_of

__all__ = ["Seams", "continues", "line_table", "seams_of"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_NEVER_FIRST, _ITEM_SIGNS = "、，。；：,;", "■◆▲△▼▽★☆◎◉◘◀▶◇●"
_WORD = table_of(Class.HAN, Class.LOWER, Class.UPPER, Class.OTHER)
# Names go on in what is no wider than a name.
_NAME_EM = 4
# A chapter's title is not as wide as its column.
_FULL_WITHIN = 0.6
# Log odds of a seam that is certain.
_CERTAIN = 6.0
# Rounds of expectation maximisation after which the share of a page changes no more.
_ROUNDS = 3


@dataclass(frozen=True)
class Seams:
    """The seams of a page; all arrays have one row a seam (one fewer than lines).

    `buckets`: those of the evidence; `opens`, `goes_on`: those that depend on the state of the line before. `columns`:
    width of the column at each LINE, in em. `llr`: nats. `latin`: both lines are in Latin script. `certain`: the next
    line begins with a mark that no paragraph begins with, or says that a serial goes on elsewhere. `walls`: one of the
    lines is only a jump mark, the first is only names or the title of a chapter, the second begins with the sign of an
    item, or both are only numbers and marks. `unopened`: the next lines close a double quotation that is not open.
    """

    buckets: Buckets
    opens: Buckets
    goes_on: Buckets
    columns: Floats
    llr: NDArray[np.float32]
    latin: Bools
    certain: Bools
    walls: Bools
    unopened: Bools


@view
def seams_of(page: Page) -> Seams:
    """The seams between the lines of a page, of which there must be two."""
    look = look_at_seams(page)
    lines, quotes = look.lines, look.double_quotes
    return Seams(
        AT_SEAM.buckets(look),
        BY_STATE.buckets(StateLook(look, look.lost_indent)),
        BY_STATE.buckets(StateLook(look, 0.0)),
        look.columns,
        look.llr,
        lines.latin[:-1] & lines.latin[1:],
        _certain(page, look),
        _walls(page, look),
        ~quotes.opened & (quotes.following == 1),
    )


def _certain(page: Page, look: SeamLook) -> Bools:
    lines = look.lines
    certain = _among(_NEVER_FIRST).take(look.codes[lines.starts[1:]], mode="clip")
    serial = serial_ends(page.text.value, lines)[1:]
    found: Bools = certain | (serial & (lines.last[:-1] != Class.STOP))
    return found


def _walls(page: Page, look: SeamLook) -> Bools:
    lines, jumps = look.lines, jump_lines_of(page)
    wordless = lines.counted(_WORD) == 0
    walls = jumps[:-1] | jumps[1:] | (wordless[:-1] & wordless[1:])
    # Text that goes on on another page does not go on here, nor does what comes from there begin here.
    walls |= look.end_kinds[:-1] == END_KINDS.index("jump")
    walls |= look.start_kinds[1:] == START_KINDS.index("jump")
    # Names go on in names (a byline of several lines), or in the rest of a name.
    names = look.bylines == BYLINES.index("names")
    walls |= names[:-1] & ~names[1:] & (lines.widths[1:] > _NAME_EM)
    walls |= _among(_ITEM_SIGNS).take(look.codes[lines.starts[1:]], mode="clip")
    # A line of text as wide as its column that begins so is more likely cut inside a sentence about a chapter.
    chapters = chapter_titles(page.text.value, look.codes, lines)
    found: Bools = walls | (chapters & (np.abs(lines.widths - look.columns) > _FULL_WITHIN))[:-1]
    return found


@cache
def _among(members: str) -> Bools:
    """Whether a code point is among some characters."""
    table = np.zeros(0x10000, np.bool_)
    table[[ord(c) for c in members]] = True
    return table


# ---- the model -------------------------------------------------------------------------------------------------------


def line_table(name: str) -> Table:
    """A shipped table of the evidence at seams: "wraps", "wraps-latin", "wraps-unstopped", "cuts" or "cuts-latin"."""
    return load(name, AT_SEAM, BY_STATE)


def continues(seams: Seams, han: Table, latin: Table, asked: Bools, usual_counts: int = 30) -> Floats:
    """Probability, for each seam that is asked about, that the paragraph goes on over it; 0 for the others.

    Whether a line opens a paragraph (and so stands behind an indent that the text has lost) is the decision at the seam
    before it; the probabilities are carried from seam to seam. Papers differ in the length of their paragraphs: the
    share of seams that go on is taken from the page itself, by expectation maximisation (Saerens, Latinne and
    Decaestecker 2002, "Adjusting the outputs of a classifier to new a priori probabilities"); the share in training
    counts for as many seams as `usual_counts` says.
    """
    opens, goes_on, share = *_odds(seams, han), np.full(len(asked), han.share)
    if seams.latin.any():
        latin_opens, latin_goes_on = _odds(seams, latin)
        opens, goes_on = np.where(seams.latin, latin_opens, opens), np.where(seams.latin, latin_goes_on, goes_on)
        share = np.where(seams.latin, latin.share, share)
    opens, goes_on = (np.where(seams.certain, _CERTAIN, odds) for odds in (opens, goes_on))
    asked = asked & ~seams.walls
    count, usual = int(asked.sum()), float(share[asked].mean()) if asked.any() else 0.5
    shift, found = 0.0, np.zeros(len(asked))
    for _ in range(_ROUNDS):
        found = _carried(opens + shift, goes_on + shift, asked)
        here = (found.sum() + usual_counts * usual) / (count + usual_counts)
        shift = float(np.log(here / (1 - here)) - np.log(usual / (1 - usual)))
    return found


def _odds(seams: Seams, table: Table) -> tuple[Floats, Floats]:
    """Log odds where the line before opens a paragraph, and where it goes on."""
    base = table.odds(seams.buckets)
    return base + table.odds(seams.opens), base + table.odds(seams.goes_on)


def _carried(opens: Floats, goes_on: Floats, asked: Bools) -> Floats:
    """The probabilities, each taking the one before it as the chance that its line does not open a paragraph."""
    if_opened, if_went_on = (np.where(asked, sigmoid(odds), 0.0).tolist() for odds in (opens, goes_on))
    out, state = [], 0.0
    for if_opens, if_goes_on in zip(if_opened, if_went_on, strict=True):
        state = if_opens + state * (if_goes_on - if_opens)
        out.append(state)
    return np.array(out)
