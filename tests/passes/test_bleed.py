"""Column bleed: rows are cut into cells, columns are found again, and their text is put in order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import chain, pairwise, zip_longest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.core.chain import Chain
from repair.core.change import Outcome, Safety
from repair.core.engine import run
from repair.core.page import Page
from repair.passes.layout.column_bleed.cells import Cells
from repair.passes.layout.column_bleed.order import _path_cover
from repair.passes.layout.column_bleed.tracks import ALONE, OPENS, tracks
from repair.passes.layout.column_bleed.unweave import RULE, bleeds
from repair.rulebook.load import load_chain

LEFT = [
    "本报讯（记者高望）记者从市",
    "发展改革委获悉，今年一季度，全",
    "市产业园区新开工项目23个，总投",
    "资41.5亿元，涉及装备制造、新材",
    "料、农产品加工等多个领域，其中",
    "投资超过1亿元的项目有9个，同比",
    "增加4个。",
    "据介绍，今年以来，云溪市进",
    "一步优化营商环境，深化行政审批",
    "制度改革，对重点项目实行专人负",
    "责、全程服务，项目从签约到开工",
    "的平均时间由原来的90天缩短到52",
]
RIGHT = [
    "白石滩乡党委书记罗文清介",
    "绍，过去学校的校舍建于上世纪八",
    "十年代，条件比较简陋。近年来，",
    "乡党委、政府把改善办学条件作为",
    "民生实事来抓，多方筹措资金，先",
    "后为全乡5所小学更换了课桌椅，",
    "修建了食堂和操场。",
    "“我们将进一步加强教师队伍",
    "建设，提高教学质量，让农村的孩",
    "子在家门口就能接受良好的教育。”",
    "中心小学校长方玉梅说。目前，学",
    "校已经与市实验小学建立了结对帮",
]
THIRD = [
    "程立夫指出，去年以来，各级",
    "各部门认真贯彻落实市委、市政府",
    "的决策部署，坚持把农田水利基本",
    "建设作为保障粮食安全的重要基",
    "础，全年完成投资8.6亿元，新增",
    "高效节水灌溉面积12万亩，群众的",
    "获得感明显增强。",
    "程立夫强调，要切实提高思想",
    "认识，进一步增强做好水利工作的",
    "责任感和使命感。要加快推进重点",
    "工程建设，确保工程质量和施工安",
    "全，要建立健全管理制度，严格落",
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


@pytest.mark.parametrize("put", [partial(on_rows, " "), partial(on_rows, "    "), some_glued])
def test_rows_are_cut_at_column_gaps(put: Callable[..., str]) -> None:
    left, right = LEFT[:6], RIGHT[:6]
    assert cells_of(put(left, right)) == list(chain(*zip(left, right, strict=True)))


def test_spaces_at_numbers_part_no_columns() -> None:
    lines = [
        "全镇今年新修水渠 12 公里，灌溉",
        "面积扩大到 3600 亩，比去年增加",
        "了 18 个百分点，粮食总产有望达",
        "到 8400 吨，创下十年来的最高。",
    ]
    assert cells_of("\n".join(lines)) == lines


def test_spaces_at_straight_quotes_part_no_columns() -> None:
    lines = [
        '守塔人先打开 "灯" 再打开 "雾号" ，',
        '然后把 "油" 这一页关上，等船走远',
        '以后才把 "雾号" 的声音调小，免得',
        "岛上睡着的人被它吵醒，到了天亮再",
        '把 "灯" 关掉，写好当天的日记，说',
        "夜里过了几条船，风从哪里吹来的。",
        '守塔人的儿子也会用 "灯" 和 "油"',
        '这两页，只是 "雾号" 还不大会用。',
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
    assert bleeds(Page.of(in_turn(LEFT, RIGHT)))


@pytest.mark.parametrize(
    "raw",
    [
        in_turn(LEFT, RIGHT),
        in_turn(RIGHT, THIRD),
        on_rows(" ", LEFT, RIGHT),
        on_rows("   ", LEFT, RIGHT, THIRD),
        some_glued(LEFT, THIRD),
    ],
    ids=["in turn", "others in turn", "one space", "runs of spaces", "some glued"],
)
def test_columns_are_put_together(raw: str) -> None:
    result = run(Page.of(raw), load_chain())
    assert not result.error
    solid = "".join(result.text.split())
    seams = [a + b for lines in (LEFT, RIGHT, THIRD) if lines[0] in raw for a, b in pairwise(lines)]
    right = sum(seam in solid for seam in seams)
    assert right > 0.7 * len(seams) > 3 * sum(seam in "".join(raw.split()) for seam in seams)


def test_lines_that_were_put_in_order_are_joined_as_a_second_run_would_join_them() -> None:
    result = run(Page.of(in_turn(LEFT, RIGHT)), load_chain())
    assert any(record.rule == "layout/wrapped-line" for record in result.applied)
    assert run(Page.of(result.text), load_chain()).text == result.text


def test_a_change_can_be_refused() -> None:
    page = Page.of(in_turn(LEFT, RIGHT))
    only = Chain("one", (RULE,), {})
    key = run(page, only).applied[0].key
    again = run(page, only, vetoes=frozenset({key}))
    assert again.text == page.text.value
    assert [record.outcome for record in again.records] == [Outcome.VETOED]


def test_a_table_stays() -> None:
    rows = [("站名", "水位", "流量"), ("上湾", "12.3", "460"), ("下湾", "11.8", "455"), ("石门", "9.6", "430")]
    table = "\n".join("    ".join(row) for row in [*rows, *rows, *rows])
    assert run(Page.of(table), Chain("one", (RULE,), {}), apply=Safety.LIKELY).text == table


ENGLISH = [
    "The council met on Tuesday night",
    "to hear the report of the keeper",
    "of the harbour light, who asked",
    "for new glass, two barrels of oil",
    "and a boat that does not leak; he",
    "has rowed the old one for eleven",
    "years and bailed it all the while.",
    "The chairman said that the boat",
    "would be looked at in the spring",
    "and the glass ordered this month.",
]
OTHERS = [
    "Rain fell on nine days out of ten",
    "and the lower meadows are under",
    "water as far as the old mill, so",
    "that the cattle had to be driven",
    "up to the common by the church;",
    "no such flood has been seen here",
    "since the bridge was carried off.",
    "The mail came by the upper road",
    "four hours late and soaked, and",
    "the school was closed on Friday.",
]


@pytest.mark.parametrize("raw", [in_turn(ENGLISH, OTHERS), on_rows("    ", ENGLISH, OTHERS)])
def test_english_columns_are_not_put_in_order(raw: str) -> None:
    assert not [record for record in run(Page.of(raw), load_chain()).applied if record.rule == RULE.id]


def test_a_page_in_japanese_is_only_suggested_another_order() -> None:
    raw = in_turn(LEFT, RIGHT) + "\n" + "ラジオとテレビのばんぐみ\n" * 4
    result = run(Page.of(raw), Chain("bleed", (RULE,)))
    assert [record.change.safety for record in result.records] == [Safety.SUGGEST]
    assert result.text == raw
    assert run(Page.of(in_turn(LEFT, RIGHT)), Chain("bleed", (RULE,))).records[0].change.safety is Safety.LIKELY


EXAM = """\
七年级语文练习
一、选择题，每题三分，把正确答案的字母填在括号里。
1. 下列词语中没有错别字的一组是（    ）
A. 船桨  磨坊  渡口，河岸    B. 船浆  磨房  度口，河岸
C. 船桨  磨坊  渡囗，河沿    D. 船浆  磨坊  渡口，合岸
2. 下列句子中没有语病的一句是（    ）
A. 通过这次修桥，使我懂得了齐心的道理。
B. 守磨人老邱擦了又擦，直到磨盘发亮。
C. 我们要不断改正和发现自己的缺点。
D. 能否修好水渠，是丰收的关键。
3. 对“渡口”一文的主题，理解正确的一项是（    ）
A. 赞美新桥，批评旧船            B. 怀念摆渡人，写时光的流逝
C. 说明桥比船好，应当多修        D. 描写河边的风景，表达喜爱
4. 下列加点字的读音，全对的一组是（    ）
A. 篙  gāo    榫  sǔn        B. 篙  hāo    榫  zhǔn
C. 篙  gāo    榫  zhǔn       D. 篙  hāo    榫  sǔn
二、填空题，每空两分。
5. “急的是那些没有学会等的人”，这句诗运用了（        ）的手法，
表达了（        ）的感情。
6. 用“不但……而且……”写一句话：                          。
三、作文，四十分。
以“桥”为题，写一篇不少于六百字的文章，文体不限，诗歌除外，
文中不要出现真实的校名和人名。
"""
PROGRAM = """\
下面是完整的程序，读者可以自己试一
试：
#include <stdio.h>
int main(void) {
    int days = 0;          /* 天数，从零开始 */
    int level = 120;       /* 水位，单位是厘米 */
    while (level > 80) {   /* 水位降到八十以下就停止 */
        level -= 3;        /* 每天下降三厘米 */
        days++;
    }
    printf("%d\\n", days);  /* 输出天数，最后换行 */
    return 0;
}
程序先定义两个变量 days 和 level，然
后进入循环，每循环一次水位下降三厘
米，天数加一，直到水位不再高于八十
厘米为止。最后用 printf 输出结果。
编译时如果出现 warning，一般可以不
管；出现 error 就要检查第几行写错了，
最常见的是忘了写分号。
"""
FLOOD = """\
梅雨，连下九天 堤上，日夜有人
上湾进水，三户 搬到小学，住下
麻袋不够，急调 供销社，借两百
石料，由船运来 每船，四十筐多
水位，昨晚最高 超过，去年六寸
粮种，全部上楼 牲口，赶到北坡
电话线断，未修 喊话，改用铜锣
医生，两名值班 药品，还缺一半
今早，雨势转小 下游，开闸放水
"""


@pytest.mark.parametrize("raw", [EXAM, PROGRAM, FLOOD], ids=["examination", "program", "phrases side by side"])
def test_runs_of_spaces_and_short_phrases_are_no_columns(raw: str) -> None:
    assert run(Page.of(raw), Chain("bleed", (RULE,))).text == raw


def test_heads_of_a_single_column_stay_above_the_columns_below() -> None:
    above = [
        "堤防年刊",
        "一、序言",
        "二、工程",
        "编者的话",
        "这本小册子记的是去年一年里堤上的事情，",
        "写的人都是守堤的民工，请多多原谅。",
        "二工程",
        "去年的工程一共有三项，一项是加高东堤，",
        "一项是换闸门，还有一项是种护岸的柳树。",
    ]
    left, right = (["".join(column)[at : at + 9] for at in range(0, 162, 9)] for column in (LEFT, RIGHT))
    result = run(Page.of("\n".join([*above, in_turn(left, right)])), Chain("bleed", (RULE,)))
    assert result.applied
    assert result.text.split("\n")[: len(above)] == above


def test_a_page_mostly_in_a_script_without_weights_is_only_suggested_another_order() -> None:
    columns = on_rows("    ", LEFT, RIGHT)
    raw = columns + "\n" + "\n".join(["강가의 사람들이 돌아갔다", "한강 다리의 등이 켜졌다"] * 20)
    result = run(Page.of(raw), Chain("bleed", (RULE,)))
    assert {record.change.safety for record in result.records} == {Safety.SUGGEST}
    assert result.text == raw
