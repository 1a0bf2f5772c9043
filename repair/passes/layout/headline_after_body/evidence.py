"""What speaks for and against the article of a group of heads beginning at a body.

All features are amounts between 0 and a few. They come in parts, by the choice that they speak for (see `alignment`):
`STARTS` of shape (g, b), `NONE` (g), `STEPS` (b + 1, b), `ENDS` (b + 1), `TIED` (g), `STAYS` (g).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from repair.evidence.feature import AMOUNT, Evidence, Values
from repair.passes.layout.headline_after_body.look import HeadLook
from repair.vocabulary.head_words import CONNECTIVE

__all__ = ["ENDS", "NONE", "OF_WORDS", "STARTS", "STAYS", "STEPS", "TIED", "StayLook"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

_SIGNATURE = regex.compile(r"[）)]$")
# Heads of fewer characters than this say nothing.
_SHORT = 4
# What is passed over counts up to so many; what is left over at the end a little more.
_MOST_PASSED, _MOST_LEFT = 3, 4
_ALIKE = 1e-6

STARTS: Evidence[HeadLook] = Evidence("the article of a group begins at a body")
NONE: Evidence[HeadLook] = Evidence("a group has no article")
STEPS: Evidence[HeadLook] = Evidence("an article follows another")
ENDS: Evidence[HeadLook] = Evidence("an article is the last")
TIED: Evidence[HeadLook] = Evidence("a group shares the article of the group before")


def _over_bodies(look: HeadLook, values: Bools | list[bool]) -> Floats:
    """What is known of each body, for all groups alike."""
    return np.ones((len(look.before), 1)) * np.asarray(values, np.float64)


# ---- the article of a group begins at a body: (g, b) -----------------------------------------------------------------


@STARTS.feature("starts: always", AMOUNT)
def _always(look: HeadLook) -> Values:
    return np.ones(look.shares.body.shape)


@STARTS.feature("starts: words of the heads in the body", AMOUNT)
def _words(look: HeadLook) -> Values:
    return look.shares.body


@STARTS.feature("starts: words in the body and the next", AMOUNT)
def _words_in_two(look: HeadLook) -> Values:
    return look.shares.two


@STARTS.feature("starts: words in the body and the five after it", AMOUNT)
def _words_in_six(look: HeadLook) -> Values:
    return look.shares.six


@STARTS.feature("starts: words in the three bodies before", AMOUNT)
def _words_before(look: HeadLook) -> Values:
    return look.shares.before


@STARTS.feature("starts: words less than in the best body", AMOUNT)
def _words_less_than_best(look: HeadLook) -> Values:
    return look.shares.body - look.best_share[:, None]


@STARTS.feature("starts: no body has more of the words", AMOUNT)
def _best_of_words(look: HeadLook) -> Values:
    best = look.best_share[:, None]
    found: Bools = (best > 0) & (look.shares.body > best - _ALIKE)
    return found


@STARTS.feature("starts: none of the words", AMOUNT)
def _none_of_the_words(look: HeadLook) -> Values:
    return look.wordless


@STARTS.feature("starts: characters of the heads in the body", AMOUNT)
def _characters(look: HeadLook) -> Values:
    return look.character_shares.body


@STARTS.feature("starts: characters in the body and the five after it", AMOUNT)
def _characters_in_six(look: HeadLook) -> Values:
    return look.character_shares.six


@STARTS.feature("starts: characters in the three bodies before", AMOUNT)
def _characters_before(look: HeadLook) -> Values:
    return look.character_shares.before


@STARTS.feature("starts: long words", AMOUNT)
def _long_words(look: HeadLook) -> Values:
    return look.long_words


@STARTS.feature("starts: long words less than in the best body", AMOUNT)
def _long_words_less_than_best(look: HeadLook) -> Values:
    best: Floats = np.where(look.allowed, look.long_words, 0).max(axis=1)
    return look.long_words - best[:, None]


@STARTS.feature("starts: nothing but a byline", AMOUNT)
def _nothing_but_a_byline(look: HeadLook) -> Values:
    return look.bylines[:, None] * np.ones(len(look.grouped.bodies))


@STARTS.feature("starts: dateline", AMOUNT)
def _dateline(look: HeadLook) -> Values:
    return _over_bodies(look, look.datelines)


@STARTS.feature("starts: after something that is no body", AMOUNT)
def _after_other(look: HeadLook) -> Values:
    return _over_bodies(look, look.after_other)


@STARTS.feature("starts: break unlike the others", AMOUNT)
def _odd_break(look: HeadLook) -> Values:
    return _over_bodies(look, look.odd_breaks)


@STARTS.feature("starts: no paragraph", AMOUNT)
def _no_paragraph(look: HeadLook) -> Values:
    blocks = look.grouped.blocks
    return _over_bodies(look, [blocks[i].kind != "paragraph" for i in look.grouped.bodies.tolist()])


@STARTS.feature("starts: connective", AMOUNT)
def _connective(look: HeadLook) -> Values:
    return _over_bodies(look, [bool(CONNECTIVE.match(text)) for text in look.grouped.texts])


@STARTS.feature("starts: opens with a quotation", AMOUNT)
def _opens_with_a_quotation(look: HeadLook) -> Values:
    return _over_bodies(look, [text[0] in "“「" for text in look.grouped.texts])


@STARTS.feature("starts: after a signature", AMOUNT)
def _after_a_signature(look: HeadLook) -> Values:
    return _over_bodies(look, [False, *(bool(_SIGNATURE.search(text)) for text in look.grouped.texts[:-1])])


@STARTS.feature("starts: after the run of heads before", AMOUNT)
def _after_the_run_before(look: HeadLook) -> Values:
    return look.after_run


@STARTS.feature("starts: first of the page", AMOUNT)
def _first_of_the_page(look: HeadLook) -> Values:
    return _over_bodies(look, np.arange(len(look.grouped.bodies)) == 0)


@STARTS.feature("starts: dateline after the run of heads before", AMOUNT)
def _dateline_after_the_run_before(look: HeadLook) -> Values:
    return look.after_run & look.datelines


@STARTS.feature("starts: dateline without the words", AMOUNT)
def _dateline_without_the_words(look: HeadLook) -> Values:
    return look.wordless & look.datelines


OF_WORDS = tuple(one.name for one in STARTS if "word" in one.name or "character" in one.name)
"""What a group that shares its article with the one before has to show for itself: the words, not the place."""


# ---- it has none: (g) ------------------------------------------------------------------------------------------------


@NONE.feature("none: always", AMOUNT)
def _none_always(look: HeadLook) -> Values:
    return np.ones(len(look.before))


@NONE.feature("none: words in the next bodies", AMOUNT)
def _none_words_next(look: HeadLook) -> Values:
    return look.next_share


@NONE.feature("none: nothing but a byline", AMOUNT)
def _none_byline(look: HeadLook) -> Values:
    return look.bylines


@NONE.feature("none: in the last run", AMOUNT)
def _none_in_the_last_run(look: HeadLook) -> Values:
    run = np.array([group.run for group in look.grouped.groups])
    found: Bools = run == run[-1]
    return found


@NONE.feature("none: short", AMOUNT)
def _none_short(look: HeadLook) -> Values:
    return np.array([len(look.grouped.text(group.first)) < _SHORT for group in look.grouped.groups])


# ---- one article after another: (b + 1, b), the last row where it is the first of all --------------------------------


def _steps(look: HeadLook, between: Floats | Bools, first: Floats | Bools) -> Floats:
    return np.concatenate((between, first[None, :]), dtype=np.float64)


def _passed(look: HeadLook, which: Bools) -> Floats:
    """How many such bodies stand between two bodies, of shape (b, b)."""
    at, passed = np.arange(len(which)), np.concatenate(([0], np.cumsum(which)))
    found: Floats = np.clip(passed[at] - passed[at + 1][:, None], 0, _MOST_PASSED)
    return found


@STEPS.feature("steps: datelines passed over", AMOUNT)
def _datelines_passed_over(look: HeadLook) -> Values:
    return _steps(look, _passed(look, look.datelines), np.zeros(len(look.datelines)))


@STEPS.feature("steps: article of one body", AMOUNT)
def _article_of_one_body(look: HeadLook) -> Values:
    at = np.arange(len(look.grouped.bodies))
    return _steps(look, at - at[:, None] == 1, np.zeros(len(at)))


@STEPS.feature("steps: bodies passed over at first", AMOUNT)
def _bodies_passed_over_at_first(look: HeadLook) -> Values:
    at = np.arange(len(look.grouped.bodies))
    return _steps(look, np.zeros((len(at), len(at))), at > 0)


@STEPS.feature("steps: datelines passed over at first", AMOUNT)
def _datelines_passed_over_at_first(look: HeadLook) -> Values:
    count = len(look.datelines)
    before = np.concatenate(([0], np.cumsum(look.datelines)))[:-1]
    return _steps(look, np.zeros((count, count)), np.clip(before, 0, _MOST_PASSED))


@STEPS.feature("steps: breaks unlike the others passed over", AMOUNT)
def _odd_breaks_passed_over(look: HeadLook) -> Values:
    return _steps(look, _passed(look, look.odd_breaks), np.zeros(len(look.odd_breaks)))


# ---- the last article: (b + 1), the last entry where there is none ---------------------------------------------------


def _left(which: Bools) -> Floats:
    """How many such bodies are left after each."""
    sums = np.cumsum(which)
    return np.append(np.clip(sums[-1] - sums, 0, _MOST_LEFT), 0).astype(np.float64)


@ENDS.feature("ends: datelines left over", AMOUNT)
def _datelines_left_over(look: HeadLook) -> Values:
    return _left(look.datelines)


@ENDS.feature("ends: breaks unlike the others left over", AMOUNT)
def _odd_breaks_left_over(look: HeadLook) -> Values:
    return _left(look.odd_breaks)


# ---- a group shares the article of the one before: (g) ---------------------------------------------------------------


def _kinds_that_meet(kinds: str) -> Callable[[HeadLook], Values]:
    """Where the last head of the group before and the first of this one are of these kinds."""

    def meet(look: HeadLook) -> Values:
        blocks, groups = look.grouped.blocks, look.grouped.groups
        last = ["", *(blocks[group.last - 1].kind for group in groups[:-1])]
        first = [blocks[group.first].kind for group in groups]
        return np.array([f"{a} {b}" == kinds for a, b in zip(last, first, strict=True)])

    return meet


for _kinds in (
    "kicker headline",
    "headline kicker",
    "headline headline",
    "headline deck",
    "deck kicker",
    "deck headline",
):
    TIED.feature(f"tied: {_kinds}", AMOUNT)(_kinds_that_meet(_kinds))


@TIED.feature("tied: after a byline", AMOUNT)
def _after_a_byline(look: HeadLook) -> Values:
    blocks, groups = look.grouped.blocks, look.grouped.groups
    return np.array([False, *(blocks[group.last - 1].kind == "byline" for group in groups[:-1])])


@TIED.feature("tied: closer than others", AMOUNT)
def _closer_than_others(look: HeadLook) -> Values:
    close = (look.breaks < np.median(look.breaks))[[group.first for group in look.grouped.groups]]
    close[0] = False
    return close


# ---- a group stands where it belongs: (g) ----------------------------------------------------------------------------


class StayLook(NamedTuple):
    """A look, and the `candidates`, other places where each group may belong, of shape (g, b)."""

    look: HeadLook
    candidates: Bools

    @property
    def after(self) -> NDArray[np.intp]:
        """The body after each group, or the last of the page."""
        return np.minimum(self.look.before, len(self.look.grouped.bodies) - 1)

    @property
    def at_end(self) -> Bools:
        """The groups after which no body comes."""
        at_end: Bools = self.look.before >= len(self.look.grouped.bodies)
        return at_end


STAYS: Evidence[StayLook] = Evidence("a group of heads stands where it belongs")


@STAYS.feature("stays: always", AMOUNT)
def _stays_always(stay: StayLook) -> Values:
    return np.ones(len(stay.look.before))


@STAYS.feature("stays: words in the next bodies", AMOUNT)
def _stays_words_next(stay: StayLook) -> Values:
    return stay.look.next_share


@STAYS.feature("stays: words in the next six bodies", AMOUNT)
def _stays_words_in_six(stay: StayLook) -> Values:
    groups = np.arange(len(stay.look.before))
    return np.where(stay.at_end, 0, stay.look.shares.six[groups, stay.after])


@STAYS.feature("stays: dateline next", AMOUNT)
def _stays_dateline_next(stay: StayLook) -> Values:
    found: Bools = stay.look.datelines[stay.after] & ~stay.at_end
    return found


@STAYS.feature("stays: words in the best candidate", AMOUNT)
def _stays_words_in_best_candidate(stay: StayLook) -> Values:
    found: Floats = np.where(stay.candidates, stay.look.shares.body, 0).max(axis=1)
    return found


@STAYS.feature("stays: first heads of the page", AMOUNT)
def _stays_first_of_the_page(stay: StayLook) -> Values:
    found: Bools = np.arange(len(stay.look.before)) == 0
    return found
