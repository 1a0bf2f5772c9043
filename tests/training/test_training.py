"""Pages set to train on, and the training of the weights."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repair.core.chain import Chain
from repair.core.page import Page
from repair.evidence.table import Table, read, sigmoid
from repair.joins.line_evidence import AT_SEAM, BY_STATE
from repair.joins.line_seams import Seams, continues
from repair.training import line_seams as train
from repair.training import made_up_english as typeset
from repair.training.fitting import joined, write
from repair.training.line_seams import Sample
from repair.typography.characters import advance
from repair.typography.lines import printed_lines
from tests.prose import PROSE, set_in_lines

SEEDS = range(8)
WHOLE = pytest.mark.parametrize("whole", [False, True])


def nothing_before() -> Chain:
    return Chain("nothing", ())


def gold() -> dict[str, Any]:
    return {"articles": [{"blocks": [{"type": "paragraph", "text": text} for text in PROSE]}], "furniture": []}


def printed(width: int, between: str = "\n") -> str:
    return between.join(line for text in PROSE for line in set_in_lines(text, width))


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    found = [train.sample(printed(width), gold(), nothing_before()) for width in range(12, 20)]
    return [one for one in found if one]


@WHOLE
def test_a_page_is_the_same_for_the_same_seed(whole: bool) -> None:
    assert typeset.page(3, whole) == typeset.page(3, whole)
    assert len({typeset.page(seed, whole).text for seed in SEEDS}) == len(SEEDS)


@WHOLE
@pytest.mark.parametrize("seed", SEEDS)
def test_every_gap_of_a_set_page_is_told(seed: int, whole: bool) -> None:
    page = typeset.page(seed, whole)
    lines = [line for line in page.text.split("\n") if line]
    assert len(page.goes_on) == len(lines) - 1 == len(printed_lines(Page.of(page.text))) - 1
    assert any(page.goes_on) and not all(page.goes_on)
    assert all(line == line.strip() for line in lines)
    assert page.text.isascii() or set(page.text) - set("“”—") <= set(map(chr, range(128)))


def test_a_hyphen_at_the_end_of_a_set_line_always_goes_on() -> None:
    over = list[bool]()
    for seed in SEEDS:
        page = typeset.page(seed)
        lines = [line for line in page.text.split("\n") if line]
        over += [goes_on for line, goes_on in zip(lines, page.goes_on, strict=False) if line.endswith("-")]
    assert over and all(over)


def test_lines_of_a_set_page_fill_one_column() -> None:
    for seed in SEEDS:
        page = typeset.page(seed)
        lines = [line for line in page.text.split("\n") if line]
        inner = [advance(a) for a, goes_on in zip(lines, page.goes_on, strict=False) if goes_on]
        assert np.median(inner) > 0.8 * np.quantile(inner, 0.9)


def test_a_sample_holds_the_truth_of_every_gap(samples: list[Sample]) -> None:
    for width, one in zip(range(12, 20), samples, strict=True):
        wanted = [
            int(i + 1 < len(lines))
            for text in PROSE
            for lines in [set_in_lines(text, width)]
            for i in range(len(lines))
        ]
        assert one.truth.tolist() == wanted[:-1]
        assert len(one.gaps.certain) == len(one.truth) == len(one.wrapped) == len(one.marked)
        assert one.wrapped.all() and not one.marked.any()


def test_a_page_with_too_few_lines_is_no_sample() -> None:
    assert train.sample("灯塔\n亮了", None, nothing_before()) is None
    one = train.sample("灯塔\n亮了", None, nothing_before(), least=2)
    assert one and one.truth.tolist() == [0]


def test_carriage_returns_are_read_as_line_ends() -> None:
    one, other = (train.sample(printed(14, between), gold(), nothing_before()) for between in ("\n", "\r\n"))
    assert one and other and one.gaps.buckets.keys() == other.gaps.buckets.keys()
    assert all(np.array_equal(at, other.gaps.buckets[name]) for name, at in one.gaps.buckets.items())


def test_the_chain_before_the_joins_joins_no_printed_lines() -> None:
    chain = train.chain_before("layout/wrapped-line")
    ids = [rule.id for rule in chain.rules]
    assert ids and not {"layout/wrapped-line", "layout/cut-paragraph"} & set(ids)


def test_the_state_of_a_row_is_the_truth_at_the_gap_before(samples: list[Sample]) -> None:
    one = samples[0]
    buckets, known = one.rows(np.ones(len(one.truth), np.bool_))
    assert known.tolist() == one.truth.tolist()
    for name, opens in one.gaps.opens.items():
        assert buckets[name][0] == opens[0]
        for i in range(1, len(known)):
            assert buckets[name][i] == (one.gaps.goes_on[name] if known[i - 1] else opens)[i]


def test_gaps_that_are_not_chosen_or_not_known_are_no_rows(samples: list[Sample]) -> None:
    one = samples[0]
    unknown = Sample(
        one.lines, one.gaps, np.where(np.arange(len(one.truth)) < 5, -1, one.truth), one.wrapped, one.marked
    )
    chosen = np.arange(len(one.truth)) < 9
    buckets, known = unknown.rows(chosen)
    assert len(buckets["bias"]) == len(known) == 4


def test_a_crop_is_part_of_its_page_and_always_the_same() -> None:
    raw = printed(12) * 3
    for text in (raw, raw.replace("\n", "\n\n"), "灯塔\n", ""):
        part, same = train.crop(text, gold())
        assert part in text and same == gold()
        assert len([line for line in part.splitlines() if line]) <= 40
        assert train.crop(text, gold())[0] == part


def test_a_page_with_pauses_alone_keeps_its_truth() -> None:
    raw, paused = train.unstopped(printed(13), gold())
    assert not set(raw) & set("。，！？")
    one, same = train.sample(raw, paused, nothing_before()), train.sample(printed(13), gold(), nothing_before())
    assert one and same and one.truth.tolist() == same.truth.tolist()
    assert one.lines.unstopped and not same.lines.unstopped


def test_clean_articles_are_put_on_pages(tmp_path: Path) -> None:
    articles = [{"title": f"灯塔之{i}", "paras": PROSE[:2]} for i in range(45)]
    with gzip.open(tmp_path / "zh_news.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(article) + "\n" for article in articles)
    pages = list(train.clean(tmp_path, 2))
    assert pages[0] == "\n".join(["灯塔之0", *PROSE[:2], "灯塔之11", *PROSE[:2]])
    assert [page.count("灯塔之") for page in pages] == [2, 2, 1]


def test_pages_and_their_gold_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "page001.gold.json").write_text(json.dumps({"articles": [1]}), encoding="utf-8")
    (folder / "page001.vlm.gold.json").write_text(json.dumps({"articles": [2]}), encoding="utf-8")
    for engine in ("pypdf", "vlm"):
        (folder / f"page001.{engine}.txt").write_bytes("灯塔\r\n".encode())
    assert list(train.pages(tmp_path, "pypdf")) == [("灯塔\r\n", {"articles": [1]})]
    assert list(train.pages(tmp_path, "vlm")) == [("灯塔\r\n", {"articles": [2]})]


def flat(table: Table) -> Any:
    return np.concatenate([table.weights[name] for name in sorted(table.weights)])


def everything(one: Sample) -> Any:
    return np.ones(len(one.truth), np.bool_)


def test_what_is_learnt_is_finite_and_tells_the_pages_it_was_learnt_from(samples: list[Sample]) -> None:
    pytest.importorskip("scipy")
    table = train.fit(samples, everything, 1.0)
    assert set(table.weights) == {feature.name for of in (AT_SEAM, BY_STATE) for feature in of}
    assert np.isfinite(flat(table)).all()
    truth = np.concatenate([one.truth for one in samples])
    assert table.share == pytest.approx(truth.mean())
    for one in samples:
        found = continues(one.gaps, table, table, everything(one))
        assert ((found > 0.5) == (one.truth == 1)).all()


def test_what_is_learnt_is_where_the_evidence_and_the_penalty_balance(samples: list[Sample]) -> None:
    pytest.importorskip("scipy")
    table = train.fit(samples[:3], everything, 5.0)
    rows = [one.rows(everything(one)) for one in samples[:3]]
    buckets, truth = joined([row.buckets for row in rows]), np.concatenate([row.so for row in rows])
    errors = sigmoid(table.odds(buckets)) - truth
    for name, at in buckets.items():
        weights = table.weights[name]
        pull = np.bincount(at, errors, len(weights))
        assert np.abs(pull + 5.0 * weights).max() < 0.02


def test_a_stronger_penalty_gives_smaller_weights(samples: list[Sample]) -> None:
    pytest.importorskip("scipy")
    mild, strict = (flat(train.fit(samples[:2], everything, penalty)) for penalty in (1.0, 100.0))
    assert np.abs(strict).sum() < np.abs(mild).sum()


def test_buckets_that_were_never_seen_weigh_nothing(samples: list[Sample]) -> None:
    pytest.importorskip("scipy")
    buckets = joined([one.rows(everything(one)).buckets for one in samples[:2]])
    table = train.fit(samples[:2], everything, 1.0)
    for name, at in buckets.items():
        assert not np.delete(table.weights[name], np.unique(at)).any()
    assert flat(table).any()


def test_a_table_that_was_written_is_read_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    made = {one.name: rng.normal(0, 3, len(one.labels)) * (rng.random(len(one.labels)) < 0.1) for one in AT_SEAM}
    write(tmp_path, "made", Table(made, 0.25), "Two lines\nabout it", AT_SEAM)
    again = read(tmp_path / "made.tsv", AT_SEAM)
    assert np.allclose(flat(again), flat(Table(made)), atol=0.0101) and again.share == 0.25
    text = (tmp_path / "made.tsv").read_text(encoding="utf-8")
    assert text.startswith("# Two lines\n# about it\n") and text.endswith("\n")


def test_made_up_pages_are_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "MADE_UP_PAGES", 3)
    for whole in (False, True):
        found = list(train.made_up(whole))
        assert len(found) == 3
        for one in found:
            assert len(one.truth) == len(one.gaps.certain) == one.wrapped.sum() and not one.marked.any()
            assert isinstance(one.gaps, Seams) and set(one.truth.tolist()) == {0, 1}
