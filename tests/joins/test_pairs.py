"""Pairs of blocks: what is asked, what it is worth, and where what stood between two halves goes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from repair.core.chain import Chain
from repair.core.change import Outcome, Safety
from repair.core.engine import Repaired, run
from repair.core.page import Page
from repair.joins import surety
from repair.joins.arrange import Arrangement
from repair.joins.block_ends import BODY, BYLINE, CAPTION, HEAD, OTHERS, kinds_of, left_open, seams
from repair.joins.block_pairs import Pairs, shared_out
from repair.joins.line_patterns import DOUBLE_QUOTES
from repair.joins.pair_evidence import OF_PAIRS, pair_probability
from repair.passes.layout import cut_paragraph as cuts
from repair.typography.lines import printed_lines

HALVES = (
    "南汀岛的灯塔昨天重新亮了。守塔人骆成义提着油壶，沿着一百零八级石阶走上塔",
    "顶，把停了十一年的灯点着，海面上的渔船一齐拉响汽笛。",
)
OTHER = "渡轮公司说，新船比旧船多载六十人，每天往返四次，票价不变，岛上的学生凭证半价。"
CAPTION_LINE = "图为南汀岛灯塔。姜树 摄"


def pairs_of(text: str) -> tuple[Page, NDArray[np.intp], Pairs]:
    page = Page.of(text)
    kinds = kinds_of(page, np.zeros(len(printed_lines(page)), np.bool_))
    return page, kinds, Pairs(page, kinds, np.zeros(len(printed_lines(page)) - 1, np.bool_))


def result_of(*blocks: str, apply: Safety = Safety.LIKELY) -> Repaired:
    result = run(Page.of("\n\n".join(blocks)), Chain("cuts", (cuts.RULE,)), apply=apply)
    assert result.error is None and Outcome.REFUSED not in {record.outcome for record in result.records}
    return result


BLOCKS = [*HALVES, OTHER, CAPTION_LINE, "# 灯塔", "46", "The pier was", "（下转第三版）", "，"]

# Evidence


@given(st.lists(st.sampled_from(BLOCKS), min_size=2))
@settings(max_examples=40, deadline=None)
def test_buckets_lie_where_they_belong_and_shares_do_not_exceed_one(blocks: list[str]) -> None:
    _, kinds, pairs = pairs_of("\n".join(blocks))
    assert (pairs.heads > pairs.tails).all()
    for name, at in OF_PAIRS.buckets(pairs).items() if len(pairs.tails) else ():
        assert (at >= 0).all() and (at < len(OF_PAIRS[name].labels)).all(), name
    probability = pair_probability(pairs)
    for by in (pairs.tails, pairs.heads):
        assert (np.bincount(by, probability, minlength=1) <= 1 + 1e-9).all()
    assert not np.isin(kinds[pairs.tails], (BYLINE, CAPTION, HEAD, OTHERS)).any()
    assert not np.isin(kinds[pairs.heads], (BYLINE, HEAD, OTHERS)).any()


def test_tails_compete_for_a_head_and_heads_for_a_tail() -> None:
    tails, heads = np.array([0, 0, 1]), np.array([1, 2, 2])
    assert shared_out(np.ones(3), tails, heads) == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    ahead = shared_out(np.exp([0.0, 5.0, 5.0]), tails, heads)
    assert (ahead[1:] < 0.5).all() and (ahead[1:] > 0.49).all()


def test_a_gap_that_another_model_is_asked_about_is_left_to_it() -> None:
    page = Page.of("\n".join([*HALVES, OTHER]))
    kinds = kinds_of(page, np.zeros(3, np.bool_))
    assert (0, 1) in zip(*_lines(Pairs(page, kinds, np.array([False, False]))), strict=True)
    assert 0 not in Pairs(page, kinds, np.array([True, False])).tails


def _lines(pairs: Pairs) -> tuple[list[int], list[int]]:
    return pairs.tails.tolist(), pairs.heads.tolist()


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (HALVES[0], BODY),
        ("记者从南汀岛获悉，灯塔昨天重新点亮，守塔人骆成义说，油壶是", BODY),
        ("（上接第一版）" + OTHER * 2, BODY),
        ("本报记者 姜树", BYLINE),
        (CAPTION_LINE, CAPTION),
        ("骆成义（左）在查看油壶。南汀日报记者 姜树", CAPTION),
        ("## 灯塔亮了", HEAD),
        ("（下转第三版）", OTHERS),
    ],
)
def test_what_a_block_is(line: str, kind: int) -> None:
    assert kinds_of(Page.of(line), np.zeros(1, np.bool_)).tolist() == [kind]


def test_pairs_of_marks_that_a_line_leaves_open_or_closes_unopened() -> None:
    page = Page.of("他说“灯亮了\n好”，又说“走\n“是”\n好”“又\n（一）")
    opens, closes = left_open(page, DOUBLE_QUOTES)
    assert opens.tolist() == [True, True, False, True, False]
    assert closes.tolist() == [False, True, False, True, False]


def test_a_cut_line_ends_and_begins_less_like_a_block_than_a_whole_one() -> None:
    lines, nothing = np.arange(3), np.full(3, -1)
    page = Page.of("\n".join([*HALVES, OTHER]))
    ends, begins = seams(page, lines, nothing).llr, seams(page, nothing, lines).llr
    assert ends[0] > ends[2] and begins[1] > begins[2]


@pytest.mark.parametrize(
    ("blocks", "looked"),
    [
        (["灯塔边的人家", OTHER, "渡轮多载六十人", OTHER], False),
        ([HALVES[0], OTHER, "46"], False),
        ([*HALVES, OTHER], True),
        ([HALVES[0], OTHER, CAPTION_LINE, OTHER, HALVES[1]], True),
        ([HALVES[0], OTHER, "岛上的人说灯塔守望者", OTHER, "46"], True),
        ([HALVES[0], OTHER, "岛上的人说灯塔守望者", "# 灯塔", "渔船归来”了。", "46"], False),
        ([HALVES[0], OTHER, "岛上的人“说灯塔守望者", "# 灯塔", "渔船归来”了。", "46"], True),
    ],
)
def test_titles_that_end_open_are_no_reason_to_weigh_pairs(
    blocks: list[str], looked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[int]()

    def told(pairs: Pairs) -> NDArray[np.float64]:
        asked.append(len(pairs.tails))
        return np.zeros(len(pairs.tails))

    monkeypatch.setattr(cuts, "pair_probability", told)
    result_of(*blocks)
    assert bool(asked) == looked


# What is made of it


def test_a_caption_follows_the_paragraph_that_it_cut() -> None:
    result = result_of(OTHER, HALVES[0], CAPTION_LINE, HALVES[1], OTHER[::1])
    assert result.text.split("\n\n")[1:3] == ["".join(HALVES), CAPTION_LINE]
    assert len(result.applied) == 1 and result.applied[0].change.safety is Safety.LIKELY


def test_a_headline_goes_to_the_head_of_the_article_that_it_cut() -> None:
    blocks = ["## 海岛的一年", "本报记者 姜树", OTHER, HALVES[0], "# 灯塔亮了", HALVES[1]]
    assert result_of(*blocks).text.split("\n\n") == [*blocks[:1], "# 灯塔亮了", *blocks[1:3], "".join(HALVES)]


def test_a_headline_of_the_same_rank_stays_behind_the_paragraph() -> None:
    blocks = ["# 海岛的一年", OTHER, HALVES[0], "# 灯塔亮了", HALVES[1]]
    assert result_of(*blocks).text.split("\n\n") == [*blocks[:2], "".join(HALVES), "# 灯塔亮了"]


def test_columns_read_row_by_row_come_apart() -> None:
    page, kinds, _ = pairs_of(
        "\n".join(["# 一", HALVES[0], "# 二", OTHER, OTHER[:20], HALVES[1], OTHER, OTHER[20:], OTHER])
    )
    assert Arrangement(page, kinds).arranged({1: 5, 4: 7}) == [0, 1, 5, 6, 2, 3, 4, 7, 8]


def test_what_goes_on_next_stays_with_a_half_that_moves() -> None:
    page, kinds, _ = pairs_of("\n".join([HALVES[0], CAPTION_LINE, OTHER[:20], OTHER[20:], OTHER]))
    assert Arrangement(page, kinds).arranged({0: 2, 2: 3}) == [0, 2, 3, 1, 4]


OPEN = (
    "岛上的人说，灯亮了以后，夜里出海的船",
    "渡轮的票价没有变，可是来岛上看灯塔的",
    "守塔人的油壶，是他父亲留下的，壶底刻着",
)


@pytest.mark.parametrize(
    ("between", "sure", "made"),
    [
        ([], 0.65, True),
        ([], 0.55, False),
        ([CAPTION_LINE], 0.75, True),
        ([CAPTION_LINE], 0.65, False),
        ([OTHER], 0.85, True),
        ([OTHER], 0.75, False),
        (["# 灯塔亮了"], 0.55, True),
        (["# 灯塔亮了", OTHER], 0.75, False),
    ],
)
def test_the_more_stands_between_the_more_is_asked(
    between: list[str], sure: float, made: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = len(between) + 1

    def told(pairs: Pairs) -> NDArray[np.float64]:
        return np.where((pairs.tails == 0) & (pairs.heads == head), sure, 0.0)

    monkeypatch.setattr(cuts, "pair_probability", told)
    monkeypatch.setattr(cuts, "_both", lambda pairs, probability, gaps: probability)
    monkeypatch.setattr(cuts, "confidences", lambda sort, sure, *_: np.full(len(sure), 0.96))
    monkeypatch.setattr(surety, "is_markdown", lambda _: True)
    result = result_of(HALVES[0], *between, HALVES[1], *OPEN)
    assert [record.outcome is Outcome.APPLIED for record in result.records] == [made]


@pytest.mark.parametrize("blocks", [[HALVES[0], CAPTION_LINE, HALVES[1]], ["灯塔边的人家", *OPEN, HALVES[1]]])
def test_a_block_that_may_be_a_title_must_be_quite_sure(blocks: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def told(pairs: Pairs) -> NDArray[np.float64]:
        return np.where((pairs.tails == 0) & (pairs.heads == len(blocks) - 1), 0.89, 0.0)

    monkeypatch.setattr(cuts, "pair_probability", told)
    monkeypatch.setattr(cuts, "_may_be_halves", lambda *_: True)
    assert not result_of(*blocks).applied


def test_an_unclear_join_names_where_the_block_may_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def unclear(pairs: Pairs) -> NDArray[np.float64]:
        return np.where(pairs.tails == 0, np.where(pairs.heads == 2, 0.5, np.where(pairs.heads == 1, 0.4, 0.0)), 0.0)

    monkeypatch.setattr(cuts, "pair_probability", unclear)
    result = result_of(HALVES[0], OTHER, HALVES[1])
    assert [record.outcome for record in result.records] == [Outcome.SUGGESTED]
    assert "line 5 or line 3" in result.records[0].change.reason and result.text == "\n\n".join(
        [HALVES[0], OTHER, HALVES[1]]
    )
    assert result_of(HALVES[0], OTHER, HALVES[1], apply=Safety.SUGGEST).text == "\n\n".join(["".join(HALVES), OTHER])
