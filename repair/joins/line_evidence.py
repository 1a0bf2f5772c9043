"""The evidence at the seam between two lines that follow one another: does the paragraph go on over it?

`AT_SEAM` holds what can be said of every seam at once, `BY_STATE` what depends on whether the line before the seam
opens a paragraph (and so stands behind an indent that the text has lost) or goes on. Edges of widths are in em, of
scores of the seam model in nats; they were laid so that each bucket has some hundred seams of the laid-out pages.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.evidence.feature import Evidence, Labels, Scale, Values
from repair.evidence.parts import CLASS, END, YES_NO
from repair.joins.line_look import NOT_CLOSING, NOT_OPENING, SeamLook
from repair.joins.line_patterns import BYLINES, END_KINDS, START_KINDS

__all__ = ["AT_SEAM", "BY_STATE", "StateLook"]

_NATS = (-8, -5, -3, -1.5, 0, 1.5, 3, 4.5, 6, 7.5, 9, 11, 13)
_NATS_COARSE = (-3, 0, 3, 6, 9)
_SLACK = (-4, -2.5, -1.5, -0.5, -0.01, 0.01, 0.5, 1, 1.5, 2.5, 4, 8)
_EM = (4.1, 8, 14, 22, 32, 50, 80, 140)
_FILL_NEXT = (0.3, 0.6, 0.9, 1.05, 1.3)
_MARKED = Labels("no", "yes", "none")
_SHAPE = Labels("over", "full", "1 short", "2 short", "short", "none")
_SHAPE_EDGES = np.array((-0.8, 0.6, 1.6, 2.6))
_PAIR = (Labels("closed", "opened"), Labels("next none", "next closes", "next opens"))
_HYPHEN = 0x2D
# A line so much narrower or wider than its column is off it; two of about one width are set so on purpose.
_OFF, _SAME = 1.5, 0.5
# Bodies shorter than this say little about how many end open.
_LONG_BODY = 12

AT_SEAM: Evidence[SeamLook] = Evidence("seams between lines")


def _windows(values: NDArray[np.intp], none: int) -> tuple[NDArray[np.intp], ...]:
    """The values of the lines i-1, i, i+1 and i+2 at each seam i; `none` stands past the page's edges."""
    padded = np.concatenate(([none], values, [none]))
    return tuple(padded[k : len(padded) - 3 + k] for k in range(4))


@AT_SEAM.feature("bias", Labels("all"))
def _bias(look: SeamLook) -> Values:
    return np.zeros(len(look.stops), np.intp)


# ---- characters ------------------------------------------------------------------------------------------------------


@AT_SEAM.feature("end", CLASS)
def _end(look: SeamLook) -> Values:
    return look.end


@AT_SEAM.feature("start", CLASS)
def _start(look: SeamLook) -> Values:
    return look.start


@AT_SEAM.feature("end & start", CLASS, CLASS)
def _end_and_start(look: SeamLook) -> Values:
    return look.end, look.start


@AT_SEAM.feature("double quote", *_PAIR)
def _double_quote(look: SeamLook) -> Values:
    return look.double_quotes


@AT_SEAM.feature("single quote", *_PAIR)
def _single_quote(look: SeamLook) -> Values:
    return look.single_quotes


@AT_SEAM.feature("bracket", *_PAIR)
def _bracket(look: SeamLook) -> Values:
    return look.brackets


@AT_SEAM.feature("punctuation of four", *(_MARKED,) * 4)
def _punctuation_of_four(look: SeamLook) -> Values:
    return _windows((look.lines.marks > 0).astype(np.intp), _MARKED.place("none"))


@AT_SEAM.feature("title case & end", YES_NO, YES_NO, END)
def _title_case(look: SeamLook) -> Values:
    return look.titles[:-1], look.titles[1:], look.stops


# ---- widths ----------------------------------------------------------------------------------------------------------


@AT_SEAM.feature("slack of next & end", Scale(*_SLACK), END)
def _slack_of_next(look: SeamLook) -> Values:
    return look.slack[1:], look.stops


@AT_SEAM.feature("next short by & end", Scale(-6, -2, -0.6, -0.3, 0.3, 0.8, 1.3, 1.7, 2.3, 2.7, 3.5, 6), END)
def _next_short_by(look: SeamLook) -> Values:
    return look.short_by[1:], look.stops


@AT_SEAM.feature(
    "indent of the page & slack of next & end",
    Scale(0.4, 1.2, none="unknown"),
    Scale(-1.5, -0.5, 0.01, 0.5, 1, 1.5, 2.5, 4),
    END,
)
def _indent_of_page(look: SeamLook) -> Values:
    indent = np.nan if look.indent is None else look.indent
    return np.full(len(look.stops), indent), look.slack[1:], look.stops


@AT_SEAM.feature("fill & end", Scale(0.2, 0.4, 0.6, 0.8, 0.95, 1.05, 1.2, 1.6, 2.5), END)
def _fill(look: SeamLook) -> Values:
    return look.fill[:-1], look.stops


@AT_SEAM.feature("fill of next & its end & end", Scale(*_FILL_NEXT), YES_NO, END)
def _fill_of_next(look: SeamLook) -> Values:
    return look.fill[1:], look.lines.closed[1:] == 1, look.stops


@AT_SEAM.feature("column step & end", Scale(0.1, 0.6, 1.1, 2, 4), END)
def _column_step(look: SeamLook) -> Values:
    return np.abs(np.diff(look.columns)), look.stops


@AT_SEAM.feature("same width off the column & end", YES_NO, END)
def _same_width_off_the_column(look: SeamLook) -> Values:
    off = np.abs(look.short_by) > _OFF
    return off[:-1] & off[1:] & (np.abs(np.diff(look.lines.widths)) <= _SAME), look.stops


@AT_SEAM.feature("shapes of four", *(_SHAPE,) * 4)
def _shapes_of_four(look: SeamLook) -> Values:
    return _windows(_shapes(look), _SHAPE.place("none"))


@AT_SEAM.feature("shapes & end", _SHAPE, _SHAPE, END)
def _shapes_of_two(look: SeamLook) -> Values:
    shapes = _shapes(look)
    return shapes[:-1], shapes[1:], look.stops


def _shapes(look: SeamLook) -> NDArray[np.intp]:
    return _SHAPE_EDGES.searchsorted(look.short_by, side="right")


@AT_SEAM.feature("lines of the column", Scale(2, 4, 7, 12, 18))
def _lines_of_the_column(look: SeamLook) -> Values:
    return look.support[:-1]


@AT_SEAM.feature(
    "next is hyphened and short by & end",
    Scale(-1, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, none="no"),
    END,
)
def _next_is_hyphened(look: SeamLook) -> Values:
    lines = look.lines
    hyphened = (look.codes[lines.ends[1:] - 1] == _HYPHEN) & lines.latin[1:]
    return np.where(hyphened, look.short_by[1:], np.nan), look.stops


@AT_SEAM.feature(
    "both fill one line & start & end", Scale(-8, -2, -0.6, 0.6, 1.6, 2.6, 5), Labels("other", "opens", "closes"), END
)
def _both_fill_one_line(look: SeamLook) -> Values:
    """Some engines break a printed line at a quote or bracket: then both pieces together fill the column."""
    together = look.short_by[:-1] - look.lines.widths[1:]
    opens = ~NOT_OPENING[look.start] | ~NOT_OPENING[look.end]
    return together, np.where(NOT_CLOSING[look.start], opens, 2), look.stops


@AT_SEAM.feature("width", Scale(*_EM))
def _width(look: SeamLook) -> Values:
    return look.lines.widths[:-1]


@AT_SEAM.feature("width of next", Scale(*_EM))
def _width_of_next(look: SeamLook) -> Values:
    return look.lines.widths[1:]


# ---- language --------------------------------------------------------------------------------------------------------


@AT_SEAM.feature("llr & end", Scale(*_NATS), END)
def _llr(look: SeamLook) -> Values:
    return look.llr, look.stops


@AT_SEAM.feature("pmi & end", Scale(*_NATS), END)
def _pmi(look: SeamLook) -> Values:
    return look.pmi, look.stops


@AT_SEAM.feature("llr of next & end", Scale(*_NATS_COARSE), END)
def _llr_of_next(look: SeamLook) -> Values:
    return np.append(look.llr[1:], 0), look.stops


@AT_SEAM.feature("llr before & end", Scale(*_NATS_COARSE), END)
def _llr_before(look: SeamLook) -> Values:
    return np.append(0, look.llr[:-1]), look.stops


# ---- the page --------------------------------------------------------------------------------------------------------


@AT_SEAM.feature("blank lines", Labels("-2", "-1", "0", "+1", "+2"))
def _blank_lines(look: SeamLook) -> Values:
    return np.clip(look.lines.blanks[1:] - look.usual_blanks, -2, 2) + 2


@AT_SEAM.feature("indents & end", YES_NO, YES_NO, YES_NO, END)
def _indents(look: SeamLook) -> Values:
    shown = np.full(len(look.stops), look.lines.shows_indents)
    return shown, look.indented[:-1], look.indented[1:], look.stops


@AT_SEAM.feature("open bodies of the page & end", Scale(0.01, 0.03, 0.06, 0.12, 0.25, 0.5), END)
def _share_of_open_bodies(look: SeamLook) -> Values:
    lines = look.lines
    long_bodies = int((lines.bodies & (lines.widths > _LONG_BODY)).sum())
    return np.full(len(look.stops), int(lines.open_bodies.sum()) / max(1, long_bodies)), look.stops


@AT_SEAM.feature("open bodies counted & end", Scale(1, 2, 3, 5, 9), END)
def _count_of_open_bodies(look: SeamLook) -> Values:
    return np.full(len(look.stops), int(look.lines.open_bodies.sum())), look.stops


@AT_SEAM.feature("body & body & llr of an open end", YES_NO, YES_NO, Scale(-3, 0, 2, 4, 6, 8, none="closed"))
def _bodies(look: SeamLook) -> Values:
    body = look.lines.bodies
    return body[:-1], body[1:], np.where(look.stops == 0, look.llr, np.nan)


# ---- kinds of lines --------------------------------------------------------------------------------------------------


@AT_SEAM.feature("start kind & end", Labels(*START_KINDS), END)
def _start_kind(look: SeamLook) -> Values:
    return look.start_kinds[1:], look.stops


@AT_SEAM.feature("start kind before", Labels(*START_KINDS))
def _start_kind_before(look: SeamLook) -> Values:
    return look.start_kinds[:-1]


@AT_SEAM.feature("end kinds", Labels(*END_KINDS), Labels(*END_KINDS))
def _end_kinds(look: SeamLook) -> Values:
    return look.end_kinds[:-1], look.end_kinds[1:]


@AT_SEAM.feature("next is a bracket & fill & end", YES_NO, Scale(*_FILL_NEXT), END)
def _next_is_a_bracket(look: SeamLook) -> Values:
    return look.end_kinds[1:] == END_KINDS.index("bracket"), look.fill[:-1], look.stops


@AT_SEAM.feature("bylines", Labels(*BYLINES), Labels(*BYLINES), Scale(*_EM[:2]))
def _bylines(look: SeamLook) -> Values:
    return look.bylines[:-1], look.bylines[1:], look.lines.widths[1:]


# ---- by the state of the line before ---------------------------------------------------------------------------------


class StateLook(NamedTuple):
    """A look, and by how much the line before each seam stands to the right: the indent, or nothing."""

    look: SeamLook
    lost_indent: float


BY_STATE: Evidence[StateLook] = Evidence("seams between lines, by the state of the line before")


@BY_STATE.feature("slack & end", Scale(*_SLACK), END)
def _slack(state: StateLook) -> Values:
    return state.look.slack[:-1] - state.lost_indent, state.look.stops


@BY_STATE.feature("slack & slack of next & end", Scale(-1.5, -0.5, 0.01, 1, 2.5), Scale(-0.5, 0.01, 0.5, 1.5, 3), END)
def _slack_and_slack_of_next(state: StateLook) -> Values:
    slack = state.look.slack
    return slack[:-1] - state.lost_indent, slack[1:], state.look.stops
