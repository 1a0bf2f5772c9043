"""The kinds of blocks: what a line says of itself, and what its neighbours say."""

from __future__ import annotations

from time import perf_counter

import pytest

from repair.blocks import FURNITURE, KINDS, Block, blocks_of
from repair.core.change import Mark
from repair.core.page import Page
from repair.core.text import Span
from repair.joins.line_patterns import END_KINDS, START_KINDS, jump_lines, line_kinds
from repair.typography.lines import printed_lines
from repair.vocabulary.jump_marks import IN_BRACKETS, jump_of

BODY = (
    "本报讯（记者闻溪）3月10日，柳塘镇清渠工程开工。镇里抽调一百二十人，分三段清理淤泥，计划用二十天完成。"
    "工程结束以后，下游两个村的灌溉面积可以增加四百亩，水费也能降下来。"
)
MORE = (
    "去年冬天，技术人员沿渠走了一遍，查出渗漏十七处。“渠底不平，水走得慢。”技术员路遥说，今年先修渠底，再修闸门，"
    "八月以前全部完成，不误秋灌。各村还推选了看渠员。"
)


def kinds(*lines: str, sep: str = "\n\n") -> list[str]:
    return [block.kind for block in blocks_of(Page.of(sep.join(lines)))]


def test_blocks_are_the_lines_of_the_page_in_order() -> None:
    page = Page.of(f"  清渠工程开工  \n\n\n{BODY}\n")
    found = blocks_of(page)
    assert [page.text.value[block.start : block.end] for block in found] == ["清渠工程开工", BODY]
    assert all(isinstance(block, Block) and block.kind in KINDS and 0 < block.confidence <= 1 for block in found)


def test_half_a_paragraph_that_a_rule_has_marked_is_a_fragment() -> None:
    page = Page.of(f"{BODY}\n\n{MORE}")
    half = Mark(Span(len(BODY) + 2, len(BODY) + 2 + len(MORE)), "fragment")
    found = blocks_of(page.with_text(page.text, (half,)))
    assert [block.kind for block in found] == ["paragraph", "fragment"] and found[1].confidence < 1


@pytest.mark.parametrize("raw", ["", "\n \n\u3000\n"])
def test_a_page_without_text_has_no_blocks(raw: str) -> None:
    assert blocks_of(Page.of(raw)) == ()


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("（下转第三版）", "jump"),
        ("(Continued on page 7)", "jump"),
        ("图为清渠现场。本报记者 柳岸 摄", "caption"),
        ("新修的闸门。（资料图）", "caption"),
        ("融媒体中心记者 闻溪 通讯员 路遥", "byline"),
        ("□ 闻溪", "byline"),
        ("2031年3月12日", "note"),
        ("（2031年3月9日镇人大五次会议通过）", "note"),
        ("3. 柳塘镇文化站修缮项目", "list_item"),
        ("（二）更换闸门", "list_item"),
        (MORE, "paragraph"),
        ("渠通了。", "paragraph"),
        ("，八月以前全部完成，不误秋灌。", "fragment"),
    ],
)
def test_a_line_says_what_it_is(line: str, kind: str) -> None:
    assert kinds("清渠工程开工", BODY, line, MORE)[2] == kind


def test_head_matter_before_a_body() -> None:
    lines = ("路明在清渠工地检查时说", "把水引到田头 把话说到心里", "——柳塘镇春灌见闻", "本报记者 闻溪", BODY, MORE)
    assert kinds(*lines) == ["kicker", "headline", "deck", "byline", "paragraph", "paragraph"]


def test_a_short_line_between_two_bodies_is_a_crosshead() -> None:
    assert kinds("清渠工程开工", BODY, "修好渠底", MORE) == ["headline", "paragraph", "crosshead", "paragraph"]


def test_a_short_line_before_a_dateline_is_a_headline() -> None:
    assert kinds("春灌开始", MORE, "清渠工程开工", BODY)[2] == "headline"


def test_names_alone_are_a_byline_only_under_a_head() -> None:
    assert kinds("清渠工程开工", "闻溪 路遥", BODY)[1] == "byline"
    assert kinds(BODY, "路遥", MORE)[1] != "byline"


def test_the_level_of_a_markdown_head_does_not_make_the_headline() -> None:
    assert kinds("## 路明在清渠工地检查时说", "### 把水引到田头 把话说到心里", BODY)[:2] == ["kicker", "headline"]


def test_marked_lines_are_furniture() -> None:
    raw = f"3\n\n{BODY}"
    page = Page.of(raw)
    page = page.with_text(page.text, (Mark(Span(0, 1), "folio"),))
    assert [block.kind for block in blocks_of(page)] == ["folio", "paragraph"]
    assert {"folio"} <= FURNITURE
    other = Page.of(raw).with_text(page.text, (Mark(Span(3, 6), "private-use"),))
    assert [block.kind for block in blocks_of(other)][1] == "paragraph"


def test_an_open_end_without_a_partner_is_a_fragment() -> None:
    cut = MORE[:-20]
    assert kinds("清渠工程开工", BODY, cut, "春灌开始", MORE)[2] == "fragment"
    assert kinds("清渠工程开工", BODY, cut, "（下转第三版）")[2] == "paragraph"


def test_a_line_that_ends_in_a_dash_opens_a_paragraph_between_bodies_and_a_headline_above_them() -> None:
    assert kinds("清渠工程开工", MORE, "这是一条走了四十年的渠——", MORE)[2] == "paragraph"
    assert kinds("镇人大代表路明——", "把水引到田头", BODY)[:2] == ["kicker", "headline"]


def test_a_deck_of_clauses_stands_between_headline_and_dateline() -> None:
    deck = "研究部署春灌用水调度、渠道管护责任、闸门更换和看渠员补贴发放等工作，听取各村去冬今春清淤情况汇报"
    assert kinds("路明主持召开柳塘镇春灌工作会议", deck, BODY)[:2] == ["headline", "deck"]


def test_a_clause_before_a_foreign_head_is_a_fragment() -> None:
    assert kinds("清渠工程开工", BODY, "去年冬天的雪下得不大，渠里的水只够浇半个村子", "# 春灌开始", BODY)[2:4] == [
        "fragment",
        "headline",
    ]


@pytest.mark.parametrize("kind", ["vertical", "private-use"])
def test_other_marks_neither_make_furniture_nor_hide_it(kind: str) -> None:
    raw = "\n\n".join(["双桥晚报", "清渠工程开工", BODY])
    page = Page.of(raw)
    plain = blocks_of(page)
    whole = Mark(Span(0, len(raw)), kind)
    assert blocks_of(page.with_text(page.text, (whole,))) == plain
    masthead = Mark(Span(0, 4), "masthead")
    for marks in ((whole, masthead), (masthead, whole)):
        assert [block.kind for block in blocks_of(page.with_text(page.text, marks))] == [
            "masthead",
            "headline",
            "paragraph",
        ]


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (("以上公告。", "柳塘镇供水公司", "2031年3月12日"), "note"),
        (("渠水到了田头，大家才散去。", "（闻溪 路遥）", MORE), "note"),
        (("渠水到了田头，大家才散去。", "遗失声明", "方田不慎遗失用水证，声明作废。"), "headline"),
        (("渠水到了田头，大家才散去。", "渠通之后靠什么管？", BODY), "headline"),
    ],
)
def test_the_neighbours_of_a_line_decide(lines: tuple[str, ...], kind: str) -> None:
    assert kinds("清渠工程开工", BODY, *lines)[3] == kind


def test_one_sentence_after_a_gap_or_out_of_the_text_is_a_caption() -> None:
    assert kinds(BODY, "渠底新铺了石板。\n", sep="\n\n\n\n")[1] == "caption"
    assert kinds(BODY, "渠底不平，水走得慢。", MORE * 2, "春灌开始")[1] == "caption"
    assert kinds(BODY, "渠底新铺了石板。", MORE)[1] == "paragraph"


def test_heads_of_several_articles_in_a_row() -> None:
    run = ("把水引到田头 把话说到心里", "——柳塘镇春灌见闻", "石门乡六座泵站全部完成检修", "——清渠行动综述")
    assert kinds(MORE, *run)[1:] == ["headline", "deck", "headline", "deck"]


def test_an_english_page() -> None:
    body = (
        "The canal at Willow Pond was cleared in twenty days, and the mayor said that the water would reach the fields."
    )
    lines = (
        "CANAL CLEARED BEFORE THE SPRING",
        "By Ann Rivers",
        body,
        "Photo by Ann Rivers",
        "Below the lock it is dry.",
    )
    assert kinds(*lines) == ["headline", "byline", "paragraph", "caption", "paragraph"]


def test_long_lines_of_names_take_no_time() -> None:
    started = perf_counter()
    kinds("清渠工程开工", "本报记者 " + "路遥 " * 8 + "，", "□" + "路遥 " * 30, BODY)
    assert perf_counter() - started < 0.5


# ---- jump marks ------------------------------------------------------------------------------------------------------

MARKS = (
    *(
        "（下转第三版）",
        "(下转第3版)",
        "【下转第3版】",
        "〔上接第2版〕",
        "[紧接第一版]",
        "<下转3版>",
        "《转5版》",
        "（接一版）",
    ),
    *(
        "下转第3、4版",
        "下转第三、四版",
        "（下转第3-4版）",
        "下转本报第3版",
        "接A02版",
        "上接1版",
        "轉第三版",
        "緊接第二版",
    ),
    *("▶▶3版", "▶下转3版", "→第3版", "下转第3版▶▶", ">>3版", "Continued on page 3", "(See page 4)"),
)


@pytest.mark.parametrize("mark", MARKS)
def test_all_who_ask_for_a_jump_mark_know_the_same_ones(mark: str) -> None:
    page = Page.of(f"{mark}\n桥通车了。{mark}\n塔上有灯\n")
    starts, ends, _ = line_kinds(page.text.value, printed_lines(page))
    assert jump_of(mark)
    assert jump_lines(page.text.value, printed_lines(page)).tolist() == [True, False, False]
    assert START_KINDS[starts[0]] == "jump"
    if not mark[0].isascii() or (mark[0] in "<[>(" and "page" not in mark):
        assert END_KINDS[ends[0]] == "jump"
        assert END_KINDS[ends[1]] == "jump"
    if mark[0] in "（(【〔[<《" and "page" not in mark:
        assert IN_BRACKETS.sub("", mark) == ""


@pytest.mark.parametrize(
    "said", ["（上图）桥通车了", "（左）李明在桥上", "（中）桥", "》3版", "他转三页书", "第3版", "3版"]
)
def test_what_is_no_jump_mark(said: str) -> None:
    page = Page.of(f"{said}\n塔上有灯\n")
    assert jump_of(said) is None
    assert START_KINDS[line_kinds(page.text.value, printed_lines(page))[0][0]] != "jump"


@pytest.mark.parametrize("said", ["（上接第一版）桥通车了", "（下转第三版）"])
def test_a_jump_mark_is_no_caption(said: str) -> None:
    page = Page.of(f"{said}\n塔上有灯\n")
    assert START_KINDS[line_kinds(page.text.value, printed_lines(page))[0][0]] == "jump"
