"""How sure joins are: what the page says about them, the levels that were counted, and the words of English."""

from __future__ import annotations

import numpy as np
import pytest

from repair.core.change import Safety
from repair.core.engine import run
from repair.core.page import Page
from repair.joins import surety
from repair.joins.levels import STATES, confidences, levels
from repair.rulebook.load import load_chain
from repair.seam.english import seams_of_words
from repair.training import calibrate

LEFT = [
    "The mayor opened the new bridge on",
    "Friday in the presence of a large",
    "crowd from both banks of the river,",
    "and the band of the school played",
    "while the first carts went over to",
    "the market on the other side. It",
    "had been nine years in the making,",
    "and the town had paid for the most",
    "of it out of the tolls of the old",
    "ferry, which will now be laid up",
    "for good in the yard of the mill.",
]
RIGHT = [
    "of the harvest are better than the",
    "farmers had feared in June, when",
    "the rain did not stop for a month",
    "and the hay lay black in all the",
    "meadows. In the hills the rye has",
    "been cut and is under cover, but",
    "the oats in the valley were not",
    "ready when the frost came, and it",
    "is said that a third of them has",
    "been lost. The price of flour has",
    "been the same since the summer.",
]
ACROSS = [line for pair in zip(LEFT, RIGHT, strict=True) for line in pair]


def made(lines: list[str]) -> int:
    """How many joins the default chain makes of these lines."""
    return sum(record.rule.startswith("layout/") for record in run(Page.of("\n".join(lines)), load_chain()).applied)


def test_columns_of_english_that_were_read_across_are_not_joined() -> None:
    assert made([*LEFT, *RIGHT]) > 15
    assert made(ACROSS * 3) < 3


def test_every_level_that_is_made_was_right_often_enough() -> None:
    for sort in STATES:
        for known in levels(sort):
            for level in known:
                assert 0 <= level.right <= level.judged
                worth = surety.wilson(level.right, level.judged)
                assert confidences(
                    sort,
                    np.array([level.least]),
                    None if len(STATES[sort]) == 1 else np.array([levels(sort).index(known)]),
                )[0] == pytest.approx(worth)


def test_the_surer_the_better() -> None:
    for sort in ("wraps", "latin-wraps"):
        found = confidences(sort, np.linspace(0, 1, 101))
        assert (np.diff(found) >= 0).all() and found[0] == 0 and Safety.of(float(found[-1])) is not Safety.SUGGEST


def test_a_level_holds_the_least_sure_joins_with_which_it_is_still_right_often_enough() -> None:
    sure = np.linspace(0.3, 1, 4000)
    levels = calibrate.levels_of(sure, np.arange(4000) % 50 > 0, 0.999)
    likely = levels[-1]
    assert surety.wilson(likely.right, likely.judged) >= 0.95 and likely.least == pytest.approx(0.5, abs=0.01)
    assert all(level.right == 0 for level in calibrate.levels_of(sure, sure < 0, 0.999))


@pytest.mark.parametrize(
    ("left", "right", "good"), [("at the end of", "the road", True), ("he saw the", "of the", False)]
)
def test_function_words_tell_how_lines_go_on(left: str, right: str, good: bool) -> None:
    value = f"{left}\n{right}\n" + "and that it was not to be so in the end\n" * 3
    seams = seams_of_words(value, np.array([len(left)]), np.array([len(left) + 1]))
    assert seams.english and seams.known[0] and (seams.nats[0] > 0) == good


def test_of_other_languages_nothing_is_known() -> None:
    value = "Le maire de la ville\na ouvert hier le pont neuf de la vallée\n" * 3
    assert not seams_of_words(value, np.array([20]), np.array([21])).english
