"""Say anew what joins are worth: `python -m repair.training.calibrate PAGES_TRAIN [ENGLISH] [-o DIR]`.

A step of training: whatever trains a table of the joins anew calibrates again. All pages of all readers below the
folders, those in disorder too, go through the chain up to the joins of wrapped lines, and up to those of cut
paragraphs. From the joins that the models think likely and that gold can judge the weights of `surety` are fitted, and
the levels counted: from which surety on joins are safe, likely, or worth a suggestion, with what was right.

The readers of one page are not independent, so the true intervals are wider than Wilson's.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from repair.core.engine import run
from repair.core.page import Page
from repair.core.safety import LIKELY_FROM, SAFE_FROM
from repair.edits.line_mover import AsRead
from repair.evidence.feature import Buckets
from repair.evidence.table import FOLDER, Table, sigmoid
from repair.joins import surety
from repair.joins.interruptions import Uninterrupted
from repair.joins.levels import STATES, Level, levels
from repair.joins.line_seams import seams_of
from repair.measure.align import WALL, Place, follows, gold_text, line_places
from repair.passes.layout.cut_paragraph import Candidates, State, candidates
from repair.passes.layout.wrapped_line import may_be_wrapped, wrap_probability, wrapped_gaps
from repair.training import line_seams as train
from repair.training.fitting import Rows, chosen, joined, logistic, write
from repair.typography.lines import printed_lines
from repair.typography.plain import plain

__all__ = ["Judged", "levels_of", "main"]

PENALTY = 1.0
# A level is found among the joins in order of surety; fewer than this say nothing.
_LEAST_JOINS = 75
# From which probability on joins may be safe, by the sort of joins.
_SAFE_FROM = {"wraps": 0.995, "latin-wraps": 0.995, "cuts": 0.98}
# Suggestions are told apart at these; below the last one none is made.
_SUGGESTED = (0.5, 0.3)
# Below this no join is made, whatever the joins above are worth: it is wrong nearly as often as right.
_LEAST_MADE = 0.5
_ROUNDS = 6
# Wrapped lines are looked at as they were read, and when the right joins are made, as in a second run.
_LOOKS = 2
# So many characters on either side of a seam are no chance.
_BESIDE = 6
# A block of gold of so many characters is no headline.
_LONG = 40


EVIDENCE = {"wraps": surety.OF_WRAPS, "latin-wraps": surety.OF_LATIN_WRAPS}
"""What says how sure a sort of joins of printed lines is."""


class Judged(NamedTuple):
    """Joins that gold can judge: the buckets of their evidence, their states, and whether they are right.

    Joins of blocks have their probability instead of evidence, as the amount "probability".
    """

    buckets: Buckets
    states: NDArray[np.intp]
    right: NDArray[np.bool_]


def wraps(page: Page, gold: str) -> Iterator[tuple[str, Judged]]:
    """The joins of wrapped lines, in Han and Latin script; also of those that are seen when the right ones are made."""
    texts = _texts(page)
    places = line_places(texts, gold)
    as_read, state = AsRead(page), State.of(page, Uninterrupted.of(page))
    for _ in range(_LOOKS):
        lines = printed_lines(state.page)
        if len(lines) < 2 or not may_be_wrapped(lines):
            return
        gaps = seams_of(state.page)
        asked = wrapped_gaps(lines, gaps) & ~state.apart[:-1] & ~state.apart[1:] & ~state.starts.walled[1:]
        if not asked.any():
            return
        probability = wrap_probability(lines, gaps, asked)
        ends = [(a[-1], b[0]) for a, b in pairwise(state.chains)]
        known = np.array([_known(texts[a], texts[b], (places[a], places[b]), gold) for a, b in ends], np.int8)
        made = asked & (probability >= np.where(gaps.latin, surety.MADE_FROM_LATIN, surety.MADE_FROM))
        judged = made & (known >= 0)
        look = surety.look_at_wraps(state.page, asked, probability)
        for sort, here in (("wraps", judged & ~gaps.latin), ("latin-wraps", judged & gaps.latin)):
            buckets = chosen(EVIDENCE[sort].buckets(look), here)
            yield sort, Judged(buckets, np.zeros(int(here.sum()), np.intp), known[here] == 1)
        right = np.flatnonzero(made & (known == 1)).tolist()
        if not right:
            return
        state = state.joined(as_read, {line: line + 1 for line in right})


def cuts(page: Page, gold: str) -> Iterator[Judged]:
    """The joins of cut paragraphs, also of those that are seen when the right ones are made."""
    texts = _texts(page)
    places = line_places(texts, gold)
    as_read, state, seen = AsRead(page), State.of(page, Uninterrupted.of(page)), set[tuple[int, int]]()
    for _ in range(_ROUNDS):
        if len(printed_lines(state.page)) < 2:
            return
        found = candidates(state)
        pairs = list(zip(found.tails.tolist(), found.heads.tolist(), strict=True))
        ends = [(state.chains[tail][-1], state.chains[head][0]) for tail, head in pairs]
        known = np.array([_known(texts[a], texts[b], (places[a], places[b]), gold) for a, b in ends], np.int8)
        new = np.array([one not in seen for one in ends], np.bool_)
        judged = found.cuts & (known >= 0) & new & _best(found)
        seen.update(ends)
        if len(known):
            judged &= found.enough
            yield Judged({"probability": found.probability[judged]}, found.states[judged], known[judged] == 1)
        likely = found.probability >= 0.5
        goes_on = {
            tail: head for (tail, head), one, made in zip(pairs, known, likely, strict=True) if made and one == 1
        }
        if not goes_on:
            return
        state = state.joined(as_read, goes_on)


def _best(found: Candidates) -> NDArray[np.bool_]:
    """The joins of which neither the tail nor the head has a likelier one: the others are not made."""
    best, tails, heads = np.zeros(len(found.tails), np.bool_), set[int](), set[int]()
    for k in np.argsort(-found.probability, kind="stable").tolist():
        tail, head = int(found.tails[k]), int(found.heads[k])
        best[k] = tail not in tails and head not in heads
        tails.add(tail)
        heads.add(head)
    return best


def _texts(page: Page) -> list[str]:
    value, lines = page.text.value, printed_lines(page)
    return [value[a:b] for a, b in zip(lines.starts.tolist(), lines.ends.tolist(), strict=True)]


def _known(tail: str, head: str, places: tuple[Place | None, Place | None], gold: str) -> int:
    """Whether a line goes on in another: as their places in gold say, or because gold has the seam as it would be.

    Lines of which a page has several alike may be placed at the wrong one; and where gold itself ends a long block
    inside a sentence, which the next one continues, it cannot tell (its source had the sentence in two paragraphs).
    """
    seam = plain(tail)[-_BESIDE:] + plain(head)[:_BESIDE]
    if len(seam) == 2 * _BESIDE and seam in gold:
        return 1
    found, (a, b) = follows(*places, gold), places
    if found or a is None or b is None:
        return found
    end = a.end if gold[a.end : a.end + 1] == WALL else a.end + 1
    block = gold[gold.rfind(WALL, 0, a.end) + 1 : end]
    broken = b.start == end + 1 and len(block) >= _LONG and block[-1].isalnum()
    return -1 if broken else found


def _fitted(sort: str, parts: Sequence[Judged], folder: Path) -> Iterator[str]:
    """Fit and write the weights of the evidence for a sort of joins of printed lines; the rows of their levels."""
    judged, evidence = _together(parts), EVIDENCE[sort]
    table = logistic([Rows(judged.buckets, judged.right)], PENALTY, evidence)
    write(folder, f"sure-{sort}", table, ABOUT, evidence)
    yield from _levels(sort, sigmoid(table.odds(judged.buckets)), judged)


def _together(parts: Sequence[Judged]) -> Judged:
    states, right = (np.concatenate([one[column] for one in parts]) for column in (1, 2))
    return Judged(joined([one.buckets for one in parts]), states, right)


def _levels(sort: str, sure: NDArray[np.float64], judged: Judged) -> Iterator[str]:
    """The rows of the levels of joins that are so sure, state by state."""
    for state, said in enumerate(STATES[sort]):
        here = judged.states == state
        for level in levels_of(sure[here], judged.right[here], _SAFE_FROM[sort]):
            share = surety.wilson(level.right, level.judged)
            print(f"{sort}, {said}: from {level.least:.4f} {level.right} of {level.judged} right: {share:.3f} at least")
            yield f"{sort}\t{said}\t{level.least:.6f}\t{level.judged}\t{level.right}"


def levels_of(sure: NDArray[np.float64], right: NDArray[np.bool_], safe_from: float) -> list[Level]:
    """The levels of joins that are so sure, in one state, the least sure first.

    Safe are those from `safe_from` on, or from as little more as it takes to be right as often as safe ones must be,
    and to leave enough of the surest for all others worth making to be right as often as likely ones must be. If that
    cannot be, likely are as many of the rest as are right often enough together.

    >>> probability = np.linspace(0.3, 1, 2000)
    >>> [(round(one.least, 2), one.judged) for one in levels_of(probability, probability > 0.7, 0.9)]
    [(0.3, 572), (0.5, 540), (0.69, 888)]
    """
    order = np.argsort(-sure, kind="stable")
    ranked, hits = sure[order], np.concatenate(([0], np.cumsum(right[order])))
    edges = (np.flatnonzero(np.append(ranked[1:] < ranked[:-1], True)) + 1).tolist()

    def holds(start: int, end: int, share: float) -> bool:
        return end >= start + _LEAST_JOINS and surety.wilson(int(hits[end] - hits[start]), end - start) >= share

    def down_to(end: int, bottom: float) -> float:
        return bottom if end == int((ranked >= bottom).sum()) else float(ranked[end - 1])

    worth = int((ranked >= _LEAST_MADE).sum())
    safe = [end for end in edges if ranked[end - 1] >= safe_from and holds(0, end, SAFE_FROM)]
    leaving = [end for end in safe if holds(end, worth, LIKELY_FROM)]
    bounds = [(0, 0.0)]
    if safe:
        end = (leaving or safe)[-1]
        bounds.append((end, down_to(end, safe_from)))
    likely = [end for end in edges if ranked[end - 1] >= _LEAST_MADE and holds(bounds[-1][0], end, LIKELY_FROM)]
    if likely:
        bounds.append((likely[-1], down_to(likely[-1], _LEAST_MADE)))
    for least in _SUGGESTED:
        end = int((ranked >= least).sum())
        if end > bounds[-1][0]:
            bounds.append((end, least))
    return [Level(least, end - start, int(hits[end] - hits[start])) for (start, _), (end, least) in pairwise(bounds)][
        ::-1
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit and write the weights of what pages say about joins of printed lines, and the levels of all joins."""
    parser = argparse.ArgumentParser(description="Say anew what joins are worth.")
    parser.add_argument("folders", type=Path, nargs="+", help="folders of laid-out pages with gold")
    parser.add_argument("-o", "--output", type=Path, default=FOLDER)
    given = parser.parse_args(arguments)
    before_wraps, before_cuts = train.chain_before("layout/wrapped-line"), train.chain_before("layout/cut-paragraph")
    pages = [page for folder in given.folders for page in train.pages(folder, "*")]
    of_wraps: dict[str, list[Judged]] = {"wraps": [], "latin-wraps": []}
    for sort in of_wraps:  # what was said before has no say in it
        nothing = {feature.name: np.zeros(len(feature.labels)) for feature in EVIDENCE[sort]}
        write(given.output, f"sure-{sort}", Table(nothing), ABOUT, EVIDENCE[sort])
    _write(given.output, [])
    for raw, gold in tqdm(pages, desc="wrapped lines", disable=None):
        page = run(Page.of(raw, newline="crlf" if "\r\n" in raw else "lf"), before_wraps).page
        for sort, judged in wraps(page, gold_text(gold)):
            of_wraps[sort].append(judged)
    rows = [row for sort, parts in of_wraps.items() for row in _fitted(sort, parts, given.output)]
    _write(given.output, rows)
    of_cuts = list[Judged]()
    for raw, gold in tqdm(pages, desc="cut paragraphs", disable=None):
        page = run(Page.of(raw, newline="crlf" if "\r\n" in raw else "lf"), before_cuts).page
        of_cuts += cuts(page, gold_text(gold))
    judged = _together(of_cuts)
    _write(given.output, [*rows, *_levels("cuts", judged.buckets["probability"], judged)])


ABOUT = """How likely a join is right, in nats (log odds): what the state of its page says about the odds of the models.
Made by repair.training.calibrate, from laid-out newspaper pages by all readers, those in disorder too.
Only these numbers are taken over from the texts, which stay their publishers'."""
LEVELS_ABOUT = (
    "# What joins were worth on laid-out pages with gold: sort, state of the page, least surety, judged, right.",
    "# Made by repair.training.calibrate.",
)


def _write(folder: Path, rows: Sequence[str]) -> None:
    """Write the levels; the chain that runs next goes by them."""
    (folder / "levels.tsv").write_text("\n".join([*LEVELS_ABOUT, *rows]) + "\n", encoding="utf-8")
    levels.cache_clear()


if __name__ == "__main__":
    main()
