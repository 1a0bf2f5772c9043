"""Lines placed in the gold of their page, and what that says about the gaps between them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.measure.align import Place, gold_text, line_places, truth
from repair.typography.plain import plain

FIRST = "磨坊街的水磨昨天又转了起来，镇上一半的人都跑去看，孩子们把脚伸进水里。"
SECOND = "“磨盘是新凿的，水车是旧的。”磨坊主人岳长水说，一天能磨八百斤麦子。"
THIRD = "水磨停了二十三年，去年秋天才动手修，木匠铺的三个师傅一共做了五个月。"


def page(*blocks: str, furniture: tuple[str, ...] = ()) -> dict[str, Any]:
    articles = [{"blocks": [{"type": "paragraph", "text": block} for block in blocks]}]
    return {"articles": articles, "furniture": list(furniture)}


def gaps(lines: list[str], gold: dict[str, Any]) -> list[int]:
    text = gold_text(gold)
    return truth(line_places(lines, text), text)


def test_lines_of_a_block_go_on_and_blocks_do_not() -> None:
    lines = [FIRST[:14], FIRST[14:28], FIRST[28:], SECOND[:16], SECOND[16:]]
    assert gaps(lines, page(FIRST, SECOND)) == [1, 1, 0, 1]


@given(st.lists(st.integers(2, 12), min_size=1, max_size=40))
def test_the_truth_of_lines_read_without_mistake_is_known(sizes: list[int]) -> None:
    lines, wanted = list[str](), list[int]()
    for block in (FIRST, SECOND, THIRD):
        at, first = 0, True
        for size in sizes:
            if at < len(block):
                lines.append(block[at : at + size])
                wanted.append(0 if first else 1)
                at, first = at + size, False
        if at < len(block):
            lines.append(block[at:])
            wanted.append(1)
    assert gaps(lines, page(FIRST, SECOND, THIRD)) == wanted[1:]


def test_a_repeated_line_stands_where_it_goes_on() -> None:
    again = "记者昨天从镇上得知，"
    gold = page(again + FIRST, "简讯", again + SECOND, again + THIRD)
    lines = [again, FIRST, "简讯", again, SECOND, again, THIRD]
    assert gaps(lines, gold) == [1, 0, 0, 1, 0, 1]
    places = line_places(lines, gold_text(gold))
    assert len({place for place in places if place}) == len(lines)


def test_blocks_in_another_order_than_gold_are_no_joins() -> None:
    assert gaps([THIRD, SECOND[:16], SECOND[16:], FIRST], page(FIRST, SECOND, THIRD)) == [0, 1, 0]


@pytest.mark.parametrize("wrong", ["水麿", "氺磨", "水 磨", "水磨"])
def test_a_misread_character_hides_no_line(wrong: str) -> None:
    lines = [FIRST[:14], FIRST[14:], THIRD[:16].replace("水磨", wrong), THIRD[16:]]
    assert gaps(lines, page(FIRST, THIRD)) == [1, 0, 1]


@pytest.mark.parametrize("line", [0, 1, 2, 3])
def test_a_line_with_characters_lost_or_added_is_placed_between_its_neighbours(line: int) -> None:
    lines = [FIRST[:12], FIRST[12:24], FIRST[24:], THIRD[:16], THIRD[16:]]
    for misread in (lines[line][:4] + lines[line][5:], lines[line][:4] + "口" + lines[line][4:]):
        read = [*lines[:line], misread, *lines[line + 1 :]]
        assert gaps(read, page(FIRST, THIRD)) == [1, 1, 0, 1], misread


def test_a_line_that_gold_has_not_leaves_its_gaps_unknown() -> None:
    stranger = "乙丙丁戊己庚辛壬癸子丑寅"
    assert gaps([FIRST, stranger, SECOND[:16], SECOND[16:]], page(FIRST, SECOND)) == [-1, -1, 1]
    assert gaps(["", "——", "12"], page(FIRST)) == [-1, -1]


@pytest.mark.parametrize("jump", ["（下转第三版）", "〈紧接第二版〉", "(下轉第3版)"])
def test_jump_marks_are_no_part_of_the_text_on_either_side(jump: str) -> None:
    gold = page(FIRST, SECOND + jump, THIRD)
    assert gaps([FIRST[:14], FIRST[14:] + jump, SECOND[:16], SECOND[16:], THIRD], gold) == [1, 0, 1, 0]
    assert jump not in gold_text(gold)


def test_width_spaces_case_and_quotes_do_not_matter() -> None:
    gold = page("“水磨”一天磨ＡＢ两号麦子800斤，够镇上吃三天。")
    assert gaps(["「水 磨」一天磨ab两", "号麦子８００斤，", "够镇上吃三天。"], gold) == [1, 1]


def test_marks_of_lists_and_heads_are_left_out() -> None:
    assert gaps(["## 水磨又转", "- " + FIRST[:14], FIRST[14:]], page("水磨又转", FIRST)) == [0, 1]


def test_furniture_is_gold_and_joins_nothing() -> None:
    assert gaps(["岳镇日报 第二版", FIRST[:14], FIRST[14:]], page(FIRST, furniture=("岳镇日报 第二版",))) == [0, 1]


def test_places_are_those_of_the_words() -> None:
    gold = gold_text(page("水磨又转", FIRST))
    places = line_places(["水磨又转", FIRST[:14]], gold)
    assert places == [Place(0, 4), Place(5, 19)]
    assert [gold[slice(*place)] for place in places if place] == ["水磨又转", plain(FIRST[:14])]


@given(
    st.lists(st.text("水磨转，。A1 -#（下转三版）", max_size=9), max_size=9),
    st.lists(st.text("水磨转，。A1", max_size=9), max_size=5),
)
def test_any_lines_and_any_gold(lines: list[str], blocks: list[str]) -> None:
    text = gold_text(page(*blocks))
    places = line_places(lines, text)
    assert len(places) == len(lines)
    known = truth(places, text)
    assert len(known) == max(0, len(lines) - 1) and set(known) <= {-1, 0, 1}


def test_a_common_line_repeated_hundreds_of_times_takes_no_time() -> None:
    assert len(gaps(["水磨", *["磨坊街"] * 300, FIRST], page(*["磨坊街"] * 300, FIRST))) == 301


def test_lines_with_a_line_lost_between_them_do_not_follow_one_another() -> None:
    assert gaps([FIRST[:10], FIRST[24:], SECOND], page(FIRST, SECOND)) == [0, 0]


@pytest.mark.parametrize("wrong", ["口", "口口"])
def test_neighbours_that_are_all_misread_are_found_by_what_is_left(wrong: str) -> None:
    lines = [FIRST[:16], FIRST[16:], SECOND[:16], SECOND[16:], THIRD[:16], THIRD[16:]]
    misread = [line[:7] + wrong + line[8:] for line in lines]
    assert gaps(misread, page(FIRST, SECOND, THIRD)) == [1, 0, 1, 0, 1]
    assert gaps([*misread[2:4], *misread[:2]], page("水磨又转", FIRST, SECOND)) == [1, 0, 1]


def test_a_line_with_a_misread_head_is_placed_to_within_two_characters() -> None:
    text = gold_text(page(FIRST, SECOND))
    places = line_places(["口口" + FIRST[2:16], "口口" + FIRST[18:], "口口" + SECOND[2:]], text)
    for place, start in zip(places, (0, 16, len(FIRST) + 1), strict=True):
        assert place and abs(place.start - start) <= 2


def test_a_line_that_shares_a_few_words_with_gold_is_still_a_stranger() -> None:
    stranger = "岳长水家的猫昨天丢了，到处都找过，谁也没有看见它"
    assert gaps([FIRST, stranger, SECOND], page(FIRST, SECOND)) == [-1, -1]


def test_two_equal_lines_take_two_places() -> None:
    gold = gold_text(page("磨坊街", FIRST[8:], "磨坊街"))
    assert line_places(["磨坊街", "磨坊街"], gold) == [Place(0, 3), Place(len(gold) - 3, len(gold))]


def test_a_line_stands_beside_the_block_that_it_is_read_beside() -> None:
    gold = gold_text(page("简讯", "磨坊街", "简讯", FIRST[8:]))
    assert line_places(["简讯", FIRST[8:]], gold)[0] == Place(7, 9)


def test_a_short_head_is_placed_without_its_marks() -> None:
    assert line_places(["# 简讯"], gold_text(page("简讯"))) == [Place(0, 2)]
