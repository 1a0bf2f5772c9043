"""The order of heads: groups, evidence, the chain of choices, moves."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from repair.core.page import Page
from repair.core.text import Text
from repair.edits.move_up import moved_up
from repair.passes.layout.headline_after_body.alignment import Choices, chances
from repair.passes.layout.headline_after_body.evidence import ENDS, NONE, STARTS, STAYS, STEPS, TIED, StayLook
from repair.passes.layout.headline_after_body.groups import Group, Grouped
from repair.passes.layout.headline_after_body.model import AFTER_BODY, choices, table
from tests.passes.late_heads import BOOKS, BRIDGE, evidence, late_page, page


def test_heads_with_their_byline_and_deck_are_groups() -> None:
    grouped = Grouped.of(page(BRIDGE[1], BRIDGE[0], "——两岸百姓盼桥记", "记者 陆青禾", BOOKS[0], *BOOKS[1:]))
    assert grouped.groups == (Group(1, 4, 1, 0), Group(4, 5, 1, 0))
    assert grouped.bodies.tolist() == [0, 5, 6]
    assert grouped.by_runs().groups == (Group(1, 5, 1, 0),)


def test_runs_are_parted_by_text() -> None:
    grouped = Grouped.of(late_page())
    assert [(group.before, group.run) for group in grouped.groups] == [(2, 0), (4, 1), (6, 2)]
    assert grouped.ends_in_head()
    assert not Grouped.of(page(*BRIDGE)).ends_in_head()


@pytest.mark.parametrize("size", [2, 3])
def test_words_in_common_are_runs_of_han_characters(size: int) -> None:
    grouped = Grouped.of(late_page())
    of_heads, has = grouped.common(size)
    for group, mine in zip(grouped.groups, of_heads, strict=True):
        title = grouped.text(group.first)
        runs = {title[i : i + size] for i in range(len(title) - size + 1)}
        runs = {one for one in runs if " " not in one}
        assert mine.sum() == len(runs)
        for number, text in enumerate(grouped.texts):
            assert has[mine, number].sum() == sum(one in text for one in runs)


def test_words_in_latin_script_are_longer_runs_of_letters() -> None:
    lines = ("The new bridge across the river was opened in the morning.", "Boats were tied up.", "NEW BRIDGE OPENED")
    grouped = Grouped.of(page(*lines))
    (mine,), has = grouped.common(2)
    runs = {word[i : i + 5] for word in lines[2].lower().split() for i in range(len(word) - 4)}
    assert grouped.latin and mine.sum() == len(runs)
    assert has[mine].sum(axis=0).tolist() == [sum(run in text.lower() for run in runs) for text in lines[:2]]


def test_a_byline_has_no_words_in_common() -> None:
    grouped = Grouped.of(page(*BRIDGE[1:], "记者 陆青禾"))
    assert grouped.common(2)[0].shape == (1, 0)


def test_evidence_has_the_features_that_it_names() -> None:
    seen = evidence()
    shapes = ((STARTS, (3, 6)), (NONE, (3,)), (STEPS, (7, 6)), (ENDS, (7,)), (TIED, (3,)))
    found = [(part.buckets(seen), shape) for part, shape in shapes]
    for buckets, shape in [*found, (STAYS.buckets(StayLook(seen, seen.allowed)), (3,))]:
        assert {name for name, at in buckets.items() if at.shape != shape or not np.isfinite(at).all()} == set()


def test_evidence_says_what_is_on_the_page() -> None:
    seen = evidence(page(*BRIDGE[1:], "图为大桥。本报记者 秦方 摄", *BOOKS[1:], BRIDGE[0], BOOKS[0]))
    features = {name.removeprefix("starts: "): at for name, at in STARTS.buckets(seen).items()}
    assert features["dateline"][0].tolist() == [1, 0, 1, 0]
    assert features["after something that is no body"][0].tolist() == [0, 0, 1, 0]
    assert features["opens with a quotation"][0].tolist() == [0, 1, 0, 0]
    share = features["words of the heads in the body"]
    assert share.argmax(axis=1).tolist() == [0, 2] and share.max() <= 1
    assert seen.on_end.tolist() == [False, True]
    assert seen.next_share.tolist() == [0, 0]


def test_a_frame_begins_where_the_line_ends_are_fewer() -> None:
    raw = "\n\n".join(BRIDGE[1:]) + "\n" + "\n\n".join(BOOKS[1:])
    assert evidence(Page.of(raw + "\n\n" + BOOKS[0])).odd_breaks.tolist() == [False, False, True, False]


def test_only_heads_on_end_share_an_article() -> None:
    one = evidence(page(*BRIDGE[1:], BRIDGE[0], "记者 陆青禾", "两岸百姓盼桥二十年", *BOOKS[1:], BOOKS[0]))
    tied = choices(one, table(AFTER_BODY)).tied
    assert np.isfinite(tied).any(axis=1).tolist() == [False, True, False]


def some_choices(seed: int, groups: int = 3, bodies: int = 4) -> Choices:
    chance = np.random.default_rng(seed)
    starts, tied = chance.normal(size=(2, groups, bodies))
    starts[np.arange(bodies) >= chance.integers(0, bodies + 1, (groups, 1))] = -np.inf
    tied[0] = -np.inf
    tied[np.isinf(starts)] = -np.inf
    steps = chance.normal(size=(bodies + 1, bodies))
    steps[:-1][np.arange(bodies)[:, None] >= np.arange(bodies)] = -np.inf
    return Choices(starts, tied, chance.normal(size=groups), steps, chance.normal(size=bodies + 1))


def by_hand(nats: Choices) -> tuple[float, Choices]:
    """The same as `chances`, chain by chain."""
    groups, bodies = nats.starts.shape
    total = 0.0
    told = Choices(*(np.zeros_like(one) for one in nats))
    for chain in product(range(-1, bodies), ("new", "tied", "none"), repeat=groups):
        places, ways = chain[::2], chain[1::2]
        weight, last, used = 0.0, bodies, []
        for j, (place, way) in enumerate(zip(places, ways, strict=True)):
            if (way == "none") != (place == -1):
                break
            if way == "none":
                weight += nats.none[j]
                used.append(("none", (j,)))
            elif way == "tied":
                if not j or places[j - 1] != place:
                    break
                weight += nats.tied[j, place]
                used.append(("tied", (j, place)))
            else:
                weight += nats.starts[j, place] + nats.steps[last, place]
                used += [("starts", (j, place)), ("steps", (last, place))]
                last = place
        else:
            chance = np.exp(weight + nats.ends[last])
            total += chance
            for name, at in (*used, ("ends", (last,))):
                getattr(told, name)[at] += chance
    return float(np.log(total)), Choices(*(one / total for one in told))


@pytest.mark.parametrize("seed", range(12))
def test_chances_are_those_of_all_chains(seed: int) -> None:
    nats = some_choices(seed)
    (total, told), (wanted, by_chains) = chances(nats), by_hand(nats)
    assert total == pytest.approx(wanted)
    for mine, other in zip(told, by_chains, strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-9)


@pytest.mark.parametrize(
    ("raw", "start", "end", "to", "gold"),
    [
        ("甲。\n\n乙\n\n丙。", 4, 5, 0, "乙\n\n甲。\n\n丙。"),
        ("甲。\n乙", 3, 4, 0, "乙\n甲。"),
        ("甲。\n\n乙。\n\n丙\n丁\n", 8, 11, 4, "甲。\n\n丙\n丁\n\n乙。\n"),
        ("\n甲。\n\n乙", 5, 6, 1, "\n乙\n\n甲。"),
        ("甲。\n\n乙。  \n\n# 丙  \n\n丁。", 12, 13, 4, "甲。\n\n# 丙  \n\n乙。  \n\n丁。"),
    ],
)
def test_lines_are_moved_whole(raw: str, start: int, end: int, to: int, gold: str) -> None:
    text = Text.of(raw)
    after = text.apply(sorted(moved_up(raw, start, end, to), key=lambda edit: edit[:2]))
    assert after.value == gold
    places = [place for place, char in zip(after.starts.tolist(), gold, strict=True) if char.strip()]
    assert sorted(places) == [i for i, char in enumerate(raw) if char.strip()]
    assert all(raw[place] == char for place, char in zip(after.starts.tolist(), gold, strict=True) if char.strip())
