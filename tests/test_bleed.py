"""Column bleed: rows are cut into cells, columns are found again, and their text is put in order."""

from __future__ import annotations

from itertools import chain, pairwise, zip_longest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.chain import Chain
from repair.change import Outcome, Safety
from repair.engine import run
from repair.load import load_chain
from repair.page import Page
from repair.passes.bleed.cells import Cells
from repair.passes.bleed.order import _path_cover
from repair.passes.bleed.tracks import ALONE, OPENS, tracks
from repair.passes.bleed.unweave import RULE, bleeds

LEFT = [
    "石桥镇的水磨坊修好了。守磨",
    "人老邱把新凿的磨盘擦了又擦，",
    "说这盘磨歇了整整二十年，今年",
    "秋天的新麦总算有地方磨了。磨",
    "坊门口的水渠也清了淤，渠水一",
    "直通到镇西头的菜园子里，浇地",
    "再也不用排队挑水，连老人和孩",
    "子都能自己放水浇菜了。",
]
RIGHT = [
    "东岭小学的孩子们有了一间气",
    "象站。百叶箱是木匠张师傅照着",
    "图纸做的，风向标用的是旧自行",
    "车上的零件。每天早上七点，值",
    "日的学生把温度和风力抄在黑板",
    "上，中午再由广播念给全村的人",
    "听。村民晒粮食之前，总要先问",
    "一问学校里的小气象员。",
]
THIRD = [
    "渡口的老槐树下添了一张长条",
    "桌，桌上放着针线、打气筒和一",
    "壶凉茶。摆桌子的是退休邮递员",
    "孟大爷，他说自己骑车送了一辈",
    "子信，知道赶路的人最缺什么。",
    "半年下来，用过打气筒的足有三",
    "百多人，凉茶每天要续四五回，",
    "桌上的茶碗从来没有少过一只。",
]


def text_of(lines: list[str]) -> str:
    return "".join(lines)


def in_turn(*columns: list[str]) -> str:
    return "\n".join(line for row in zip_longest(*columns) for line in row if line)


def on_rows(between: str, *columns: list[str]) -> str:
    return "\n".join(between.join(row) for row in zip(*columns, strict=True))


def some_glued(*columns: list[str]) -> str:
    rows = zip(*columns, strict=True)
    return "\n".join(("" if number == 4 else "\n").join(row) for number, row in enumerate(rows))


def cells_of(text: str) -> list[str]:
    lines = Cells.of(Page.of(text)).lines
    return [text[a:b] for a, b in zip(lines.starts.tolist(), lines.ends.tolist(), strict=True)]


@pytest.mark.parametrize("raw", [on_rows(" ", LEFT, RIGHT), on_rows("    ", LEFT, RIGHT), some_glued(LEFT, RIGHT)])
def test_rows_are_cut_at_column_gaps(raw: str) -> None:
    assert cells_of(raw) == list(chain(*zip(LEFT, RIGHT, strict=True)))


def test_spaces_at_numbers_part_no_columns() -> None:
    lines = [
        "全镇今年新修水渠 12 公里，灌溉",
        "面积扩大到 3600 亩，比去年增加",
        "了 18 个百分点，粮食总产有望达",
        "到 8400 吨，创下十年来的最高。",
    ]
    assert cells_of("\n".join(lines)) == lines


def test_tracks_finds_columns_read_row_by_row() -> None:
    columns, rows = 3, 6
    count = columns * rows
    odds = np.full((count, count), -np.inf)
    for a in range(count):
        for b in range(a + 1, min(count, a + 10)):
            odds[a, b] = 3.0 if b == a + columns else -3.0
    before = tracks(odds, np.zeros(count, np.bool_), None)
    assert before.tolist() == [OPENS] * columns + list(range(count - columns))


def test_a_piece_that_follows_nothing_stands_apart() -> None:
    odds = np.full((5, 5), -np.inf)
    odds[np.triu_indices(5, 1)] = -9.0
    odds[0, 1] = odds[1, 3] = odds[3, 4] = 6.0
    before = tracks(odds, np.zeros(5, np.bool_), None).tolist()
    assert before[2] in (OPENS, ALONE)
    assert before[3:] == [1, 3]


def test_cells_of_one_row_never_follow_one_another() -> None:
    odds = np.full((4, 4), -np.inf)
    odds[np.triu_indices(4, 1)] = 1.0
    same_row = np.array([False, True, False, True])
    before = tracks(odds, same_row, None).tolist()
    assert before[1] not in (0,) and before[3] != 2


@given(
    st.integers(2, 8).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.floats(-9, 9), min_size=n * n, max_size=n * n))
    )
)
def test_path_cover_has_no_ring_and_uses_each_once(drawn: tuple[int, list[float]]) -> None:
    count, values = drawn
    pairs = [(a, b) for a in range(count) for b in range(count) if a != b]
    odds = np.array([values[a * count + b] for a, b in pairs])
    following, _ = _path_cover(count, *(np.array(part) for part in zip(*pairs, strict=True)), odds)
    used = following[following >= 0].tolist()
    assert len(used) == len(set(used))
    for start in range(count):
        seen = {start}
        at = int(following[start])
        while at >= 0:
            assert at not in seen
            seen.add(at)
            at = int(following[at])


def test_lines_in_order_do_not_bleed() -> None:
    assert not bleeds(Page.of("\n".join(LEFT + RIGHT + THIRD)))
    assert bleeds(Page.of(in_turn(LEFT, RIGHT, THIRD)))


@pytest.mark.parametrize(
    "raw",
    [
        in_turn(LEFT, RIGHT),
        in_turn(LEFT, RIGHT, THIRD),
        on_rows(" ", LEFT, RIGHT),
        on_rows("   ", LEFT, RIGHT, THIRD),
        some_glued(LEFT, THIRD),
    ],
    ids=["in turn", "three in turn", "one space", "runs of spaces", "some glued"],
)
def test_columns_are_put_together(raw: str) -> None:
    result = run(Page.of(raw), load_chain())
    assert not result.error
    solid = "".join(result.text.split())
    seams = [a + b for lines in (LEFT, RIGHT, THIRD) if lines[0] in raw for a, b in pairwise(lines)]
    right = sum(seam in solid for seam in seams)
    assert right > 0.7 * len(seams) > 3 * sum(seam in "".join(raw.split()) for seam in seams)


def test_a_change_can_be_refused() -> None:
    page = Page.of(in_turn(LEFT, RIGHT, THIRD))
    only = Chain("one", (RULE,), {})
    key = run(page, only).applied[0].key
    again = run(page, only, vetoes=frozenset({key}))
    assert again.text == page.text.value
    assert [record.outcome for record in again.records] == [Outcome.VETOED]


def test_a_table_stays() -> None:
    rows = [("站名", "水位", "流量"), ("上湾", "12.3", "460"), ("下湾", "11.8", "455"), ("石门", "9.6", "430")]
    table = "\n".join("    ".join(row) for row in [*rows, *rows, *rows])
    assert run(Page.of(table), Chain("one", (RULE,), {}), apply=Safety.LIKELY).text == table
