"""The training of the weights for the order of heads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from repair.passes.layout.headline_after_body.model import AFTER_BODY, LATE, table
from repair.training import heads as train
from repair.training.heads import NONE, UNKNOWN, Sample
from tests.passes.late_heads import ARTICLES, BOOKS, BRIDGE, MARKET, late_page, page


def gold() -> dict[str, Any]:
    kinds = ("headline", "paragraph", "paragraph")
    blocks = [[{"type": k, "text": t} for k, t in zip(kinds, texts, strict=True)] for texts in ARTICLES]
    return {"articles": [{"blocks": one} for one in blocks], "furniture": ["公益广告"]}


def test_a_sample_tells_where_the_article_of_each_head_begins() -> None:
    one = train.sample(late_page(), gold())
    assert one.begins == [0, 2, 4] and train.late(one)
    in_place = train.sample(page(*(line for article in ARTICLES for line in article)), gold())
    assert in_place.begins == [NONE] * 3 and not train.late(in_place)


def test_what_gold_does_not_tell_is_unknown() -> None:
    known = {**gold(), "furniture": ["公益广告", "共建美好家园"]}
    one = train.sample(page(*BRIDGE[1:], "让每一条渠都流到田头", "共建美好家园", BRIDGE[0]), known)
    assert one.begins == [UNKNOWN, NONE, 0]
    assert train.places(["公益广告", "无"], gold()) == [(-1, "furniture"), None]


def test_equal_heads_are_told_off_in_order() -> None:
    twice = {"articles": gold()["articles"][:1] * 2}
    assert train.places([train.plain(BRIDGE[0])] * 3, twice) == [(0, "headline"), (1, "headline"), (1, "headline")]


def test_heads_of_whole_articles_are_left_out() -> None:
    one = train.sample(late_page(), gold())
    found = [train.without_some(one, np.random.default_rng(seed)) for seed in range(8)]
    assert len({len(some.begins) for some in found}) > 1
    assert all(len(some.begins) == len(some.grouped.groups) for some in found)


def late_samples() -> list[Sample]:
    return [train.sample(late_page(), gold()), train.sample(page(*BRIDGE[1:], BRIDGE[0], *MARKET), gold())]


@pytest.mark.parametrize(("name_of_table", "loss_of"), [(AFTER_BODY, train.loss_after_bodies), (LATE, train.loss_late)])
def test_the_slope_of_the_loss_is_its_slope(name_of_table: str, loss_of: Any) -> None:
    samples = late_samples()
    samples.append(train.sample(page(*BOOKS, BRIDGE[1], BRIDGE[0], BRIDGE[2]), gold()))
    loss = loss_of(samples)
    names = (train.LATE_FLAT if name_of_table == LATE else train.AFTER_BODY_FLAT).names
    at = np.random.default_rng(3).normal(size=len(names)) / 3
    value, slope = loss(at)
    assert np.isfinite(value) and np.abs(slope).max() > 0.01
    for i, name in enumerate(names):
        step = np.zeros(len(names))
        step[i] = 1e-5
        expected = (loss(at + step)[0] - loss(at - step)[0]) / 2e-5
        assert slope[i] == pytest.approx(0 if name in train.GIVEN and name_of_table != LATE else expected, abs=1e-4)


def test_shipped_weights_are_of_the_features_that_there_are() -> None:
    for name, flat in ((AFTER_BODY, train.AFTER_BODY_FLAT), (LATE, train.LATE_FLAT)):
        weights = table(name).weights
        assert sorted(weights) == flat.names and all(np.isfinite(one).all() for one in weights.values())
