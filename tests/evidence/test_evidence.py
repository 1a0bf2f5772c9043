"""Features declared once, tables keyed by their names, and what adds the weights up."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.evidence.feature import AMOUNT, Evidence, Labels, Scale, Values, columns_of, digest_of
from repair.evidence.table import Table, read, sigmoid, written
from repair.training.fitting import Rows, logistic, write


class Look(NamedTuple):
    widths: np.ndarray
    closed: np.ndarray


def two_features() -> Evidence[Look]:
    evidence: Evidence[Look] = Evidence("toys")

    @evidence.feature("width", Scale(10, 20))
    def _width(look: Look) -> Values:
        return look.widths

    @evidence.feature("closed", Labels("open", "closed"))
    def _closed(look: Look) -> Values:
        return look.closed

    return evidence


def made(count: int = 400) -> tuple[Look, np.ndarray]:
    """Things that are so where they are narrow and open, and otherwise by chance."""
    rng = np.random.default_rng(3)
    look = Look(rng.uniform(0, 30, count), rng.integers(0, 2, count))
    return look, (look.widths < 10) & (look.closed == 0) | (rng.random(count) < 0.1)


def test_a_feature_more_is_one_function_and_a_table_trained_anew(tmp_path: Path) -> None:
    pytest.importorskip("scipy")
    evidence, (look, so) = two_features(), made()
    write(tmp_path, "toys", logistic([Rows(evidence.buckets(look), so)], 1.0, evidence), "Toys", evidence)
    before = read(tmp_path / "toys.tsv", evidence)

    @evidence.feature("width & closed", Scale(10), Labels("open", "closed"))
    def _width_and_closed(look: Look) -> Values:
        return look.widths, look.closed

    with pytest.raises(ValueError, match="Train the table anew"):
        read(tmp_path / "toys.tsv", evidence)
    write(tmp_path, "toys", logistic([Rows(evidence.buckets(look), so)], 1.0, evidence), "Toys", evidence)
    after = read(tmp_path / "toys.tsv", evidence)

    def right(table: Table) -> float:
        buckets = {name: at for name, at in evidence.buckets(look).items() if name in table.weights}
        return float(np.where(so, sigmoid(table.odds(buckets)), 1 - sigmoid(table.odds(buckets))).mean())

    assert right(after) > right(before) + 0.02


def test_the_order_of_declaration_means_nothing(tmp_path: Path) -> None:
    evidence, other = two_features(), Evidence[Look]("toys")
    for name in ("width", "closed"):
        other.feature(name, *evidence[name].parts)(evidence[name].values)
    (tmp_path / "toys.tsv").write_text(
        written(Table({"width": np.array([0.3, -0.1, 2.0]), "closed": np.array([1.7, -2.2])}), "Toys", evidence)
    )
    table, again = read(tmp_path / "toys.tsv", evidence), read(tmp_path / "toys.tsv", other)
    look, _ = made()
    assert np.array_equal(table.odds(evidence.buckets(look)), again.odds(other.buckets(look)))


def test_two_features_of_one_name_are_refused() -> None:
    evidence = two_features()
    with pytest.raises(ValueError, match="toys: there are two features named 'width'"):
        evidence.feature("width", AMOUNT)(lambda look: look.widths)


@pytest.mark.parametrize(
    ("name", "parts"), [("width", (Scale(10, 21),)), ("wide", (Scale(10, 20),)), ("width", (Scale(10, 20, none="no"),))]
)
def test_another_edge_or_name_is_another_evidence(name: str, parts: tuple[Scale, ...]) -> None:
    one, other = Evidence[Look]("one"), Evidence[Look]("other")
    one.feature("width", Scale(10, 20))(lambda look: look.widths)
    other.feature(name, *parts)(lambda look: look.widths)
    assert digest_of(one) != digest_of(other)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=20), st.lists(st.floats(-40, 40), min_size=1, unique=True))
def test_every_number_is_in_the_bucket_that_its_label_says(values: list[float], edges: list[float]) -> None:
    scale = Scale(*sorted(edges))
    for value, at in zip(values, scale.buckets(np.array(values)).tolist(), strict=True):
        low = scale.edges[at - 1] if at else -np.inf
        high = scale.edges[at] if at < len(scale.edges) else np.inf
        assert low <= value < high and 0 <= at < len(scale.labels)


def test_an_amount_counts_as_often_as_it_says() -> None:
    evidence: Evidence[Look] = Evidence("amounts")
    evidence.feature("width", AMOUNT)(lambda look: look.widths)
    look, _ = made(5)
    assert np.allclose(Table({"width": np.array([0.5])}).odds(evidence.buckets(look)), 0.5 * look.widths)
    assert columns_of(evidence).size == 1
