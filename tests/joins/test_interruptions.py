"""Rows of signs, page marks and marks of pictures: no sentence takes them in, and halves are joined round them."""

from __future__ import annotations

import pytest
from opencc import OpenCC

from repair import repair
from repair.core.change import Change, Mark, Safety
from repair.core.page import Page
from repair.core.text import Edit, Span, Text, codes_of
from repair.joins.interruptions import Uninterrupted, joined_round
from repair.typography.lines import Lines
from tests.usual import some

ENGLISH = """On the morning of the fair the whole of the village came down to
the landing to see the new ferry, which had been built over the
winter in the yard of the brothers Hale. The mayor had asked the
school to bring its flags, and the band stood ready on the bank
to play as soon as the rope was cut. There were people from as
far as the upper mills who had walked since daybreak to witness
@
the ceremony, and the inn had put its benches out in the street
so that nobody should have to stand. When the rope fell the boat
went down the ways without a sound and lay upon the water as if
it had never been anywhere else in all its life."""
WHOLE = ENGLISH.replace("@\n", "")
CHINESE = """昨天上午，云溪市的新渡船在东门码头下水，市里的领导和
造船厂的工人一起参加了下水仪式。这条船长三十二米，
宽八米，一次可以载客二百人，是云溪市自己造的第一条
大船。消息传开以后，附近的村民天不亮就起了床，从几
十里外赶来看热闹，码头上人山人海，连树上也爬满了小
孩子。船厂的老师傅说，他们用了整整一个冬天才把这条
船造好，中间换过三次图纸。鞭炮声一响，两岸居民来
@
到江边，看着新船慢慢滑进水里，大家一起鼓掌叫好。市
领导说，明年还要再造两条，把上下游的渡口都连起来，
让两岸的人来往更方便。"""
ENGLISH_BLOCKS = """The whole of the village came down to the landing to see the new ferry, which had been built \
over the winter in the yard of the brothers Hale. There were people from as far as the upper mills who had walked \
since daybreak to witness

@

the ceremony, and the inn had put its benches out in the street so that nobody should have to stand.

The mayor had asked the school to bring its flags, and the band stood ready on the bank."""
CHINESE_BLOCKS = """昨天上午，云溪市的新渡船在东门码头下水，市里的领导和造船厂的工人一起参加了下水仪式。这条船长\
三十二米，宽八米，一次可以载客二百人，是云溪市自己造的第一条大船。鞭炮声一响，两岸居民来

@

到江边，看着新船慢慢滑进水里，大家一起鼓掌叫好。市领导说，明年还要再造两条，把上下游的渡口都连起来，让两岸的人来往更方便。

船厂的老师傅说，他们用了整整一个冬天才把这条船造好，中间换过三次图纸。"""
TRADITIONAL = OpenCC("s2tw").convert(CHINESE)
PAGES = pytest.mark.parametrize("page", [ENGLISH, CHINESE, TRADITIONAL, ENGLISH_BLOCKS, CHINESE_BLOCKS])

INTERRUPTIONS = [
    "-----",
    "=====",
    "~~~~~",
    "────",
    "|",
    "* * *",
    "_____",
    "◇◇◇",
    "•••",
    "———",
    "[Page 7]",
    "<page 7>",
    "=== [Page 2/10] ===",
    "Page 7 of 12",
    "p. 7",
    "第7页",
    "第7页/共12页",
    "- 7 -",
    "— 7 —",
    "·145·",
    "{7}",
    "[Pg 12]",
    "-----File: 007.png-----",
    "[图片]",
    "【图1】",
    "（图片）",
    "[image]",
    "[Illustration: A bridge]",
    "![](images/3.png)",
    "<|image|>",
    "<|ref|>image<|/ref|><|det|>[[12,30,45,60]]<|/det|>",
    "<!-- page 8 -->",
    "-----\n[Page 7]\n-----",
]
BOUNDARIES = ["```", "|---|---|", ". . . .", "............"]


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def repaired(text: str) -> list[str]:
    """The lines of a repaired page; a second run finds nothing to do, and what was made can be taken back."""
    result = repair(text)
    assert repair(result.text).text == result.text, "a second run finds more to do"
    assert result.undo() == text
    return lines(result.text)


@PAGES
@pytest.mark.parametrize("sign", some(INTERRUPTIONS, every=3))
def test_a_sentence_is_joined_round_what_interrupts_it(page: str, sign: str) -> None:
    if sign == "_____" and "\n\n" in page:
        pytest.skip("between blocks it may be a blank to fill in")
    whole = repaired(page.replace("@\n\n", "").replace("@\n", ""))
    joined = repaired(page.replace("@", sign))
    first = joined[0]
    assert "witness the ceremony" in first or "居民来到江" in first or "居民來到江" in first
    if "\n\n" not in page:
        assert whole[0] == first
    assert joined[1:] == [*lines(sign), *lines(page)[3:]] if "\n\n" in page else lines(sign)


@PAGES
@pytest.mark.parametrize("sign", BOUNDARIES)
def test_no_sentence_takes_in_or_goes_over_what_parts_two_texts(page: str, sign: str) -> None:
    assert sign in repaired(page.replace("@", sign))[1:-1]


def test_what_interrupts_one_paragraph_twice_stands_behind_it_in_its_order() -> None:
    page = CHINESE.replace("@", "[图片]").replace("大船。", "第7页\n大船。") + "\n-----\n明天停航。\n"
    joined = repaired(page)
    assert joined[0].startswith("昨天上午") and joined[0].endswith("更方便。")
    assert joined[1:] == ["第7页", "[图片]", "-----", "明天停航。"]


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_hyphen_before_an_interruption_goes_with_the_break(between: str) -> None:
    page = ENGLISH.replace("witness\n@\nthe ceremony", f"wit-{between}-----{between}ness the ceremony")
    assert "to witness the ceremony" in repaired(page)[0]
    blocks = ENGLISH_BLOCKS.replace("witness\n\n@\n\nthe", "wit-\n\n@\n\nness the").replace("@", "[Page 7]")
    assert "to witness the ceremony" in repaired(blocks)[0]


def test_the_join_is_one_change_with_a_move_and_can_be_refused() -> None:
    page = CHINESE.replace("@", "[Page 7]")
    moves = [row for row in repair(page).ledger.rows if "interrupts" in row.reason]
    assert [row.outcome for row in moves] == ["applied"] and moves[0].confidence >= 0.95
    assert "[Page 7]" in lines(repair(page, vetoes=[moves[0].key]).text)[1:-1]


# What a page loses where every row of signs is taken for an interruption.
ARTICLES_PARTED = """云溪新渡船下水
昨天上午，云溪市的新渡船在东门码头下水，市里的领导和
造船厂的工人一起参加了下水仪式。这条船长三十二米，
宽八米，一次可以载客二百人，是云溪市自己造的第一条
大船，从下个月起在东门和西门之间来回
@
柳塘镇清渠工程开工
今天上午，柳塘镇清渠工程在东渠工地开工，镇里的干部
和附近的村民一起参加了开工仪式。这条渠长十二公里，
从双桥水库引水，可以浇灌三个村的两千亩水田，预计在
明年开春以前完工。"""
STAYS = {
    "heading underlined": "The New Ferry\n=====\n\nThe ferry was built over the winter in the yard.\n",
    "heading underlined, no blank line": f"The New Ferry of the Village\n-----\n{WHOLE}",
    "heading underlined between paragraphs": f"{WHOLE}\nThe ferry of the village\n=====\nand the band.\n",
    "heading underlined, Chinese": "云溪市自己造的第一条大渡船\n=====\n在东门码头下水，市里的领导和工人都来了。\n",
    "front matter": "---\ntitle: The new ferry of the village and\nplace: landing\n---\nThe ferry was new.\n",
    "list of numbers": "145\n-----\n146\n-----\n147\n",
    "sum": "渡船 120\n码头 30\n-----\n合计 150\n",
    "scores": "云溪队 3\n=====\n双桥队 2\n",
    "table": "| 名称 | 数 |\n|---|---|\n| 渡船 | 三 |\n| 码头 | 两 |\n",
    "table of cells": "船名 | 载客\n-----|-----\n云溪号 | 二百\n",
    "dialogue of dots": "“你去过江边吗？”他问。\n\n……\n\n“我在问你，你去过江边没有？”\n",
    "dialogue of a dash": "“你去过江边吗？”他问。\n\n——\n\n“我在问你，你去过江边没有？”\n",
    "form to fill in": "兹收到\n_____\n先生交来渡船票款\n_____\n元整\n",
    "paragraphs parted": "渡船昨天下水了，两岸的人都来看。\n\n* * *\n\n今天开始卖票，一张两元，小孩减半。\n",
    "headlines parted": "新渡船下水\n-----\n清渠工程开工\n-----\n三路公交改道\n",
    "notice in a frame": ENGLISH.replace("@", "-----\nNotice. The office of the mill\nwill be shut on Monday\n-----"),
    "notice in a frame, small letters": ENGLISH.replace("@", "-----\nthe office of the mill\nwill be shut on\n-----"),
    "notice in a frame, Chinese": CHINESE.replace("@", "-----\n新船厂星期一停工\n-----"),
    "receipt": "The undersigned has received from the brothers Hale, boatbuilders, the sum of\n\n____\n\npounds.\n",
    "small adverts": "FOR SALE, a boat of twelve feet, with oars and\nsail, apply to Hale, Mill Street\n-----\n"
    "WANTED, a boy to mind the ferry, must be\nable to swim, apply at the landing\n-----\n"
    "LOST, between the mill and the inn, a brown\npurse, reward at the inn\n",
    "stanzas": "The river runs along the hill\nand carries down the snow\n* * *\nand all the boats are lying still\n"
    "where once they used to go\n* * *\nthe ferryman has gone to bed\nand left his lamp alight\n",
    "verse": "江水向东流\n渡船慢慢走\n*****\n两岸青山在\n送我到桥头\n",
}


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS)
def test_where_nothing_is_interrupted_nothing_moves(text: str) -> None:
    found, wanted = repaired(text), lines(text)
    signs = [line for line in wanted if not any(char.isalnum() for char in line)]
    assert [line for line in found if line in signs] == signs
    before = [wanted[i - 1][-6:] for i, line in enumerate(wanted) if i and line in signs]
    assert [found[i - 1][-6:] for i, line in enumerate(found) if i and line in signs] == before


@pytest.mark.parametrize("sign", ["-----", "[Page 7]", "[图片]"])
def test_two_articles_stay_two_though_the_first_has_lost_its_end(sign: str) -> None:
    joined = repaired(ARTICLES_PARTED.replace("@", sign))
    at = joined.index(sign)
    assert joined[at - 1].endswith("之间来回") and joined[at + 1] == "柳塘镇清渠工程开工"


def test_code_between_fences_stays_between_them() -> None:
    text = "To see the list of the ferries on that day\n```sh\nls ferries and\n```\nlook at the end of the list.\n"
    assert repaired(text) == lines(text)


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH.replace("to witness\n@\nthe ceremony", "as is told on\np. 7\nof the book, the ceremony"),
        CHINESE.replace("两岸居民来\n@\n到江边，", "两岸居民（见本报\n第7页\n）来到江边，"),
    ],
)
def test_a_page_that_the_sentence_speaks_of_is_no_page_mark(text: str) -> None:
    assert not [row for row in repair(text).ledger.rows if row.mark == "page-mark"]
    repaired(text)


def test_a_number_alone_is_no_page_mark() -> None:
    page = CHINESE.replace("@", "145")
    assert "page-mark" not in {row.mark for row in repair(page).ledger.rows}


def uninterrupted(raw: str, sign: str, kind: str) -> Uninterrupted:
    """A page without the lines that are only a sign, marked as one kind."""
    places = [at for at in range(len(raw)) if f"\n{raw}\n".startswith(f"\n{sign}\n", at)]
    page = Page.of(raw)
    return Uninterrupted.of(page.with_text(page.text, tuple(Mark(Span(at, at + len(sign)), kind) for at in places)))


@pytest.mark.parametrize(
    ("raw", "goes_on"),
    [
        ("两岸居民来\n\n-----\n\n到江边", True),
        ("云溪新渡船\n-----\n到江边", False),  # a heading
        ("昨天，两岸居民来\n-----\n到江边", True),
        ("渡船下水，两岸居民来。\n\n-----\n\n到江边", False),
        ("# 两岸居民来\n\n-----\n\n到江边", False),
        ("两岸居民来\n\n-----\n\n# 到江边", False),
        ("145\n\n-----\n\n到江边", False),
        ("两岸居民来\n\n-----\n\n146", False),
        ("渡船 | 两岸居民来\n\n-----\n\n到江边", False),
        ("两岸居民来\n\n-----\n\n船\t到江边", False),
    ],
)
def test_over_what_sentences_may_go_on(raw: str, goes_on: bool) -> None:
    found = uninterrupted(raw, "-----", "separator")
    assert found.over.tolist() == [True] and found.may_join.tolist() == [goes_on]


def test_the_fences_of_front_matter_interrupt_nothing() -> None:
    assert uninterrupted("---\n渡船\n---\n下水\n---\n鼓掌", "---", "separator").kept.tolist() == [0, 1, 2, 3, 5]
    assert uninterrupted("---\n渡船下水", "---", "separator").kept.tolist() == [0, 1]


def test_where_pages_turn_inside_an_indented_column_a_full_stop_is_no_end() -> None:
    raw = "　　渡船昨天下水了，两岸的人都来看。\n- 7 -\n市里的领导说，明年还要再造两条。\n　　今天开始卖票。\n"
    assert uninterrupted(raw, "- 7 -", "page-mark").may_join.tolist() == [True, True]
    assert uninterrupted(raw, "- 7 -", "separator").may_join.tolist() == [False, True]
    assert uninterrupted(raw.replace("\n市", "\n　　市"), "- 7 -", "page-mark").may_join.tolist() == [False, True]


def test_lines_before_and_behind_all_text_interrupt_nothing() -> None:
    page = Page.of("-----\n渡船下水\n-----\n")
    marked = page.with_text(page.text, (Mark(Span(0, 5), "separator"), Mark(Span(11, 16), "separator")))
    assert Uninterrupted.of(marked).kept.tolist() == [0, 1, 2]
    alone = Page.of("-----").with_text(Text.of("-----"), (Mark(Span(0, 5), "separator"),))
    assert Uninterrupted.of(alone).kept.tolist() == [0]


def test_a_paragraph_whose_last_line_is_too_short_stays_interrupted() -> None:
    text = "甲\n-\n乙\n=\n丙"
    seams = [(0, 2, Change((Edit(1, 4, ""),), "on")), (2, 4, Change((Edit(5, 8, ""),), "on", Safety.LIKELY, 0.9))]
    assert joined_round(Lines.of(codes_of(text)), seams, 4) is None
    longer = joined_round(Lines.of(codes_of(text + "丁戊")), seams, 4)
    assert longer and longer.confidence == 0.9 and longer.safety is Safety.LIKELY
    assert Text.of(text + "丁戊").apply(longer.edits).value == "甲乙丙丁戊\n-\n="
