"""The figures of a score, worked out by hand on small pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from repair.measure import Score, mean, score, shown
from repair.measure.text import blocks_of, sentences_of
from repair.typography.plain import plain


def page(*articles: list[str], furniture: list[str] | None = None) -> dict[str, Any]:
    blocks = [{"blocks": [{"type": "paragraph", "text": text} for text in article]} for article in articles]
    return {"page": "p", "articles": blocks, "furniture": furniture or []}


GOLD = page(["新桥通车", "新桥昨天通车。行人很多！", "河水很清。"], ["天气", "今天有雨。"], furniture=["第 二 版"])
TEXT = "新桥通车\n新桥昨天通车。行人很多！\n河水很清。\n天气\n今天有雨。\n"


def test_gold_itself_is_whole() -> None:
    assert score(GOLD, TEXT) == Score(1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 28)


def test_furniture_and_jumps_do_not_count() -> None:
    assert score(GOLD, "第二版\n" + TEXT.replace("河水很清。", "河水很清。（下转第三版）")) == score(GOLD, TEXT)


def test_a_paragraph_cut_in_two() -> None:
    cut = score(GOLD, TEXT.replace("通车。行", "通车。\n行"))
    # 28 characters; the blocks that stay whole hold 4 + 5 + 2 + 5 = 16
    assert cut.para_f1 == pytest.approx(16 / 28)
    assert cut.sent_f1 == 1.0
    # pairs weigh 4+12, 12+5, 2+5 = 40; only the last is kept
    assert cut.order == pytest.approx(7 / 40)
    assert (cut.lost, cut.surplus, cut.surface) == (0.0, 0.0, 1.0)


def test_articles_in_another_order_cost_nothing_and_blocks_do() -> None:
    other = score(GOLD, "天气\n今天有雨。\n新桥通车\n河水很清。\n新桥昨天通车。行人很多！\n")
    assert other.para_f1 == other.sent_f1 == 1.0
    assert other.order == pytest.approx(7 / 40)


def test_lost_and_surplus_count_characters() -> None:
    result = score(GOLD, TEXT.replace("河水很清。", "").replace("今天有雨。", "今天有大雨。") + "第二版\n")
    assert result.lost == pytest.approx(5 / 28)
    assert result.surplus == pytest.approx(1 / 28)


def test_near_counts_blocks_with_a_misread_character() -> None:
    result = score(GOLD, TEXT.replace("行人", "行入"))
    assert result.para_f1 == pytest.approx(16 / 28)
    assert result.near_f1 == 1.0


def test_near_uses_a_block_once() -> None:
    gold = page(["一二三四五六七八九十甲", "一二三四五六七八九十乙"])
    assert score(gold, "一二三四五六七八九十丙\n").near_f1 == pytest.approx(2 / 3)


def test_near_uses_a_block_of_gold_once() -> None:
    gold = page(["一二三四五六七八九十甲"])
    assert score(gold, "一二三四五六七八九十乙\n一二三四五六七八九十丙\n").near_f1 == pytest.approx(2 / 3)


def test_furniture_inside_a_block_is_not_surplus() -> None:
    assert score(GOLD, TEXT.replace("天气", "第二版天气")).surplus == 0.0


def test_surface_counts_a_sentence_as_often_as_gold_has_it() -> None:
    gold = page(["共25人。"])
    assert score(gold, "共25人。\n共２５人。\n").surface == 1.0


def test_surface_sees_what_the_others_ignore() -> None:
    gold = page(["他说：“好。”", "共25人。"])
    result = score(gold, "他说:「好。」\n共25人。\n")
    assert result.para_f1 == result.sent_f1 == 1.0
    assert result.surface == pytest.approx(5 / 12)


def test_an_empty_output_and_an_empty_gold() -> None:
    assert score(GOLD, "") == Score(0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 28)
    assert score(page(), "天气\n").chars == 0


def test_blocks_lose_the_marks_of_markdown() -> None:
    assert blocks_of("# 新桥\n\n- 甲\n**乙**\n*丙*\n（转5版）\n") == ["新桥", "甲", "乙", "*丙*"]


def test_plain_and_sentences() -> None:
    assert plain("「Ａ」 — ③…") == '"a"-3.'
    assert sentences_of("一。二！”三") == ["一。", "二！”", "三"]


def test_means() -> None:
    one, other = Score(1, 1, 1, 1, 0, 0, 1, 10), Score(0, 0.5, 1, 1, 1, 0, 0, 30)
    assert mean([one, other]) == Score(0.5, 0.75, 1, 1, 0.5, 0, 0.5, 40)
    assert shown(asdict(mean([one, other]))).startswith("para_f1=0.5000  sent_f1=0.7500  ")
