"""Clean articles set anew in columns, to train on."""

from __future__ import annotations

import pytest

from repair.core.page import Page
from repair.training.column_layout import Article, page

BODY = tuple(
    f"{name}的闸门今年修了{count}次，守桥人说，水大的时候，一夜要起来看两回；“船先过，车后过”，这是老规矩。" * 3
    for count, name in enumerate(("双桥", "云溪", "石门", "柳塘", "白石滩", "青麦巷"), 2)
)
ARTICLES = [Article((f"第{i}座桥通车",), BODY[: 2 + i % 5]) for i in range(5)]


@pytest.mark.parametrize("seed", range(40))
def test_the_pieces_of_a_paragraph_make_it_up(seed: int) -> None:
    read = page(ARTICLES, seed)
    blocks = [read.text[a:b] for a, b in Page.of(read.text).line_spans]
    assert len(blocks) == len(read.goes_on)
    goes_on = {i: j for i, j in enumerate(read.goes_on) if j >= 0}
    assert len(set(goes_on.values())) == len(goes_on)
    for start in set(goes_on) - set(goes_on.values()):
        whole, at = blocks[start], start
        while at in goes_on:
            at = goes_on[at]
            whole += blocks[at]
        assert any(whole in paragraph for paragraph in BODY)


def test_one_seed_gives_one_page() -> None:
    assert page(ARTICLES, 7) == page(ARTICLES, 7) != page(ARTICLES, 8)


def test_no_line_begins_with_a_mark_that_closes() -> None:
    for seed in range(60):
        read = page(ARTICLES, seed)
        blocks = [read.text[a:b] for a, b in Page.of(read.text).line_spans]
        assert not any(blocks[j][0] in "，。；：！？”）" for j in read.goes_on if j >= 0)


def test_some_pages_have_cuts_over_other_blocks_and_some_have_none() -> None:
    far, cut = 0, 0
    for seed in range(60):
        steps = [j - i for i, j in enumerate(page(ARTICLES, seed).goes_on) if j >= 0]
        far += any(step > 1 for step in steps)
        cut += bool(steps)
    assert 10 < far <= cut < 60
