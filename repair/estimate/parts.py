"""What a page's text shows of damage that is left: each kind as one number, most of them shares of the text.

All is read off the text alone, without its raw page and without what rules said of it, so that a text kept in a file
and a page fresh from the chain have the same parts. A passage that stands on the page twice counts once, and under
`repeats`.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from repair.characters import Class, table_of
from repair.lines import Lines
from repair.page import Page
from repair.passes.block_ends import left_open, seams
from repair.passes.patterns import BRACKETS, DOUBLE_QUOTES
from repair.passes.rereads.copies import copies

__all__ = ["NAMES", "parts"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

NAMES = {
    "open_ends": "share of the text in lines of running text that end inside a sentence",
    "seams": "share of the text in lines that, by the language, go on in the next line",
    "fragments": "share of the text in lines that begin or end inside a sentence whose rest is not beside them",
    "gaps": "such lines per 1000 characters of text, a shorter page counting as one of 1000",
    "repeats": "share of the text that stands earlier on the page",
    "unpaired": "share of the text in lines that leave a quotation or a bracket open, or close one that is not open",
    "columns": "share of the text in lines with a run of spaces inside",
    "odd_signs": "share of the text in lines with signs that a misreading leaves: _ | ~ and the like, or control codes",
    "overlong": "share of the text that stands farther than 800 em into its line: no paragraph is so long",
}
"""The parts and what each is; all are 0 on a page without damage."""

_MOST_LINES = 150  # of a page of more lines so many are looked at for their ends, spread evenly
_BODY_EM, _OVERLONG_EM = 12, 800
# Nats: where a text that goes on and one that ends are equally likely, and by how much a block must end like no whole
# one (both as the passes have them).
_NEUTRAL, _ENDS_FROM = 4.0, 1.5
_COPY = 24  # a shorter passage may well come twice
_PER = 1000
_NEVER_FIRST = table_of(Class.STOP, Class.COMMA, Class.SEMICOLON, Class.COLON, Class.CLOSE, Class.CLOSE_QUOTE)
_ODD = "_|\\^~{}<>=¬¦\ufffd"


def parts(page: Page) -> dict[str, float]:
    """The parts of a page, named as in `NAMES`.

    >>> found = parts(Page.of("桥修好了，路也\\n通了。桥修好了"))
    >>> found["open_ends"] > 0, found["repeats"]
    (True, 0.0)
    """
    lines = page.printed
    if not len(lines):
        return dict.fromkeys(NAMES, 0.0)
    again = _again(page)
    sizes = _sizes(page, lines, again)
    found = _ends(page, lines, sizes)
    marked = {
        "unpaired": _unpaired(page),
        "columns": _holding(lines, _space_runs(page.codes)),
        "odd_signs": _holding(lines, _odd().take(page.codes, mode="clip").nonzero()[0]),
    }
    found |= {name: _share(sizes, lines_so) for name, lines_so in marked.items()}
    found["repeats"] = again.size / max(1, len(page.folded.codes))
    found["overlong"] = _share(sizes, np.maximum(0, 1 - _OVERLONG_EM / np.maximum(lines.widths, 1)))
    return {name: found[name] for name in NAMES}


def _share(sizes: Floats, which: Bools | Floats) -> float:
    """The share of the text that these lines have; of each line all, nothing or a part."""
    return float(sizes @ which / max(1.0, sizes.sum()))


def _again(page: Page) -> Ints:
    """The places, in the text as it is compared, of passages that stand earlier on the page."""
    second = np.zeros(len(page.folded.codes), np.bool_)
    for copy in copies(page.folded.codes):
        if copy.second_end - copy.second >= _COPY:
            second[copy.second : copy.second_end] = True
    return second.nonzero()[0]


def _sizes(page: Page, lines: Lines, again: Ints) -> Floats:
    """Characters of each line, without spaces and without what stands earlier on the page."""
    counts = lines.kinds != Class.SPACE
    counts[page.folded.places[again]] = False
    sums = np.concatenate(([0], counts.cumsum()))
    sizes: Floats = (sums[lines.ends] - sums[lines.starts]).astype(np.float64)
    return sizes


def _ends(page: Page, lines: Lines, sizes: Floats) -> dict[str, float]:
    """The parts that speak of how lines begin and end."""
    count = len(lines)
    seen = np.arange(count) if count <= _MOST_LINES else np.linspace(0, count - 1, _MOST_LINES).astype(np.intp)
    body = (lines.bodies & (lines.widths > _BODY_EM))[seen]
    closed, latin, sizes = lines.closed[seen], lines.latin[seen], sizes[seen]
    open_body = body & (closed == 0)
    on, breaks_off = _goes_on(page, lines, seen)
    on = np.where(closed == 1, 0.0, on)
    goes = on >= 0.5
    begins = _NEVER_FIRST[lines.first] | (lines.latin & (lines.first == Class.LOWER))
    begins |= left_open(page, DOUBLE_QUOTES)[1]
    half = (open_body & (latin | breaks_off) & ~goes) | begins[seen]
    return {
        "open_ends": _share(sizes, open_body | (goes & (closed == 0))),
        "seams": _share(sizes, on),
        "fragments": _share(sizes, half),
        "gaps": _PER * float((half & (sizes > 0)).sum()) / max(_PER, sizes.sum()),
    }


def _goes_on(page: Page, lines: Lines, seen: Ints) -> tuple[Floats, Bools]:
    """For some lines how likely each goes on in the next, and whether it breaks off, by the language.

    Of Latin script the seam model knows nothing: there a line goes on in one that begins in lower case.
    """
    count = len(lines)
    after = np.where(seen + 1 < count, seen + 1, -1)
    llr = seams(page, np.concatenate((seen, seen)), np.concatenate((after, np.full(len(seen), -1)))).llr
    likely = 1 / (1 + np.exp(np.clip(_NEUTRAL - llr[: len(seen)], -30, 30)))
    lower = (lines.first == Class.LOWER) & lines.latin
    likely = np.where(lines.latin[seen], lower[after], likely)
    return np.where(after < 0, 0.0, likely), llr[len(seen) :] >= _ENDS_FROM


def _unpaired(page: Page) -> Bools:
    """The lines that leave a double quotation or a bracket open, or close one that is not open."""
    found: Bools = np.any([each for opening in (DOUBLE_QUOTES, BRACKETS) for each in left_open(page, opening)], axis=0)
    return found


def _space_runs(codes: NDArray[np.uint32]) -> Ints:
    space = codes == ord(" ")
    found: Ints = (space[1:] & space[:-1]).nonzero()[0]
    return found


def _holding(lines: Lines, places: Ints) -> Bools:
    """The lines in which one of these places lies."""
    found: Bools = places.searchsorted(lines.starts) < places.searchsorted(lines.ends)
    return found


@cache
def _odd() -> Bools:
    """For each code point whether a misreading or a broken file leaves it: signs no paper prints, controls, private."""
    table = np.zeros(0x10000, np.bool_)
    table[[ord(sign) for sign in _ODD]] = True
    table[0x00:0x09] = table[0x0E:0x1C] = table[0x7F:0x85] = table[0x86:0xA0] = table[0xE000:0xF900] = True
    return table
