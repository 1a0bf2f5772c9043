"""Work grows with the size of a page: counted in calls, not in seconds; and quicker forms say what plain ones said."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from random import Random

import numpy as np
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from repair.articles import laid_out
from repair.articles.stretches import stretches
from repair.blocks.heads import _STEPS, _worth, roles
from repair.blocks.line import lines_of
from repair.blocks.long_lines import LEAST_SAID, LongLines
from repair.core import engine
from repair.core.change import Mark
from repair.core.page import Page
from repair.core.text import Span, Text, codes_of
from repair.edits import glue
from repair.edits.move_up import moved_up
from repair.edits.reorder import _longest_rising
from repair.history.diff import LONG, diff
from repair.joins.arrange import Arrangement
from repair.joins.block_ends import BODY, CAPTION, HEAD
from repair.passes.layout import line_read_ever_shorter as shrinking
from repair.passes.layout.headline_after_body.groups import Grouped
from repair.passes.layout.headline_after_body.stretches import after_heads, around_heads
from repair.passes.layout.passage_read_twice.copies import _DROP, _STEP, _reach, copies
from repair.rulebook.load import load_chain
from repair.typography.folded import Folded
from tests.benchmarks import grown
from tests.usual import some

CHAIN = load_chain()
SMALL, LARGE = 16_000, 64_000
# Four times the size may take four times the calls, and a little more for what begins only on a longer page.
MOST = 4.6
REPEATS = [
    "Chinese, short lines",
    "open ends, others",
    "Chinese sentence, lines",
    "English sentence, one line",
    "jump marks, lines",
    "telephone, one line",
    "web address, one line",
    "bylines, square",
    "table rows",
    "comma and bar",
    "letter a",
    "heads, the same",
    "one-letter lines",
    "folios",
]


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, those written in C too."""
    count = 0

    def see(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(see)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", some(REPEATS, every=len(REPEATS)))
def test_calls_grow_with_the_page_and_not_with_its_square(name: str) -> None:
    small, large = (grown.page(name, size) for size in (SMALL, LARGE))
    engine.run(Page.of(small), CHAIN)  # what is loaded once
    few, many = (calls(lambda text=text: engine.run(Page.of(text), CHAIN)) for text in (small, large))
    assert many <= MOST * few


@pytest.mark.slow
def test_inputs_are_whole_parts_of_the_size_asked_for() -> None:
    for name in grown.INPUTS:
        text = grown.page(name, LARGE)
        assert LARGE // 2 < len(text) <= LARGE
        assert grown.page(name, LARGE) == text
    assert len(grown.page("Chinese, web novel", LARGE, utf8=True).encode()) <= LARGE


# ---- text that repeats -----------------------------------------------------------------------------------------------


def plain_reach(codes: list[int], first: int, second: int, way: int) -> int:
    """How far two stretches stay the same, a block of `_STEP` characters after the other."""
    total = 0
    while True:
        worth = best = at = until = 0
        for step in range(_STEP):
            one, other = first + way * step, second + way * step
            if one < 0 or other >= len(codes):
                break
            worth += 1 if codes[one] == codes[other] else -2
            at = step + 1
            if worth > best:
                best, until = worth, at
            if best - worth > _DROP:
                break
        if until < _STEP:
            return total + until
        total, first, second = total + _STEP, first + way * _STEP, second + way * _STEP


@given(st.integers(0, 2**32), st.integers(1, 600), st.integers(0, 40), st.sampled_from((1, -1)))
def test_copies_reach_as_far_as_block_by_block(seed: int, size: int, wrong: int, way: int) -> None:
    rng = Random(seed)
    period = rng.randrange(1, size + 1)
    said = [rng.randrange(3) for _ in range(period)]
    codes = [said[i % period] for i in range(size)]
    for _ in range(wrong):
        codes[rng.randrange(size)] = 9
    second = rng.randrange(size)
    first = rng.randrange(second + 1)
    assert _reach(np.array(codes, np.uint32), first, second, way) == plain_reach(codes, first, second, way)


@pytest.mark.parametrize("part", ["（下转第3版）", "电话12345678 ", "，|", "a", "http://www.example.com/a/b.html"])
def test_text_that_only_repeats_has_few_copies_however_long_it_is(part: str) -> None:
    for times in (2_000, 8_000):
        assert len(copies(Folded.of(codes_of(part * times)).codes)) <= 40


def test_a_sentence_read_over_and_over_goes_however_often_it_stands() -> None:
    said = "清渠工程开工以来，柳塘镇的乡亲们每天天不亮就上了工地。"
    for times in (20, 2_000):
        assert engine.run(Page.of((said + "\n") * times), CHAIN).text == said + "\n"


@pytest.mark.parametrize("part", ["a", "一二", "“", "…"])
def test_a_rule_of_signs_is_looked_at_for_rows_at_its_ends_only(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    plain = shrinking._doubled
    monkeypatch.setattr(shrinking, "_doubled", lambda *told: (asked.append(told), plain(*told))[1])
    for times in (4_000, 16_000):
        asked.clear()
        assert list(shrinking._rows(codes_of(part * times))) == []
        assert len(asked) < 20_000


def test_a_row_after_a_rule_of_dots_is_found() -> None:
    text = "·" * 3_000 + "今天就开工天就开工就开工开工工" + "·" * 3_000
    assert list(shrinking._rows(codes_of(text))) == [(3_005, 3_015, 4)]


# ---- what moves ------------------------------------------------------------------------------------------------------


@given(st.permutations(range(7)), st.lists(st.integers(1, 4), min_size=7, max_size=7))
def test_the_lines_that_stay_weigh_most(order: list[int], weights: list[int]) -> None:
    stays = _longest_rising(order, weights)
    kept = [line for line in order if line in stays]
    assert kept == sorted(kept)
    weight = dict(zip(order, weights, strict=True))
    rising = (some for k in range(8) for some in combinations(order, k) if list(some) == sorted(some))
    assert sum(weight[line] for line in kept) == max(sum(weight[line] for line in some) for some in rising)


def test_the_lines_that_stay_are_found_in_long_orders() -> None:
    order = [line for pair in zip(range(20_000), range(20_000, 40_000), strict=True) for line in pair]
    assert calls(lambda: _longest_rising(order, [1] * len(order))) < 20 * len(order)


@given(st.lists(st.sampled_from((BODY, CAPTION, HEAD)), min_size=3, max_size=12), st.data())
def test_a_join_alone_moves_what_it_moves_on_the_page(kinds: list[int], data: st.DataObject) -> None:
    page = Page.of("\n".join("柳塘镇今年修好了三座桥，" if kind == BODY else "图为新桥" for kind in kinds))
    tail, head = sorted(data.draw(st.sets(st.integers(0, len(kinds) - 1), min_size=2, max_size=2)))
    whole = Arrangement(page, np.array(kinds)).arranged({tail: head})
    arrangement = Arrangement(page, np.array(kinds))
    window = arrangement.alone(tail, head)
    assert arrangement.order == list(range(len(kinds)))
    low = min(window)
    assert whole == [*range(low), *window, *range(low + len(window), len(kinds))]
    assert {tail, head} <= set(window)


def test_text_longer_than_any_column_does_not_go_along() -> None:
    for count, moves in ((50, True), (2_000, False)):
        page = Page.of("\n".join(["柳塘镇今年修好了三座桥，镇上"] * (count + 3)))
        order = Arrangement(page, np.full(count + 3, BODY)).arranged({0: 3})
        assert (order != list(range(count + 3))) == moves


@given(st.text("甲乙 \n", max_size=30), st.integers(1, 300))
def test_moves_see_the_text_above_over_any_blank(above: str, blanks: int) -> None:
    value = f"甲{above}\n今晨改道。{' ' * blanks}{chr(10) * blanks}\n三路公交改道"
    start, to = value.index("三路"), value.index("今晨")
    moved = Text.of(value).apply(moved_up(value, start, len(value), to)).value
    assert "".join(moved.split()) == "".join((value[:to] + value[start:] + value[to:start]).split())


# ---- what a page is asked often --------------------------------------------------------------------------------------


@given(
    st.text("aBé- \n一1‐", max_size=60), st.text("aBé", min_size=1, max_size=2), st.text("aBé", min_size=1, max_size=2)
)
def test_words_are_counted_as_they_are_searched_for(value: str, left: str, right: str) -> None:
    alone = rf"(?<!\p{{Latin}}){left}(?!\p{{Latin}})"
    assert glue._words(value)[left] == len(regex.findall(alone, value))
    joined = rf"(?<!\p{{Latin}}){left}[-\u2010]{right}(?!\p{{Latin}})"
    found = (left.casefold(), right.casefold()) in glue._hyphened(value)
    assert found == bool(regex.search(joined, value, regex.I))


@given(
    st.lists(st.text("甲乙丙", min_size=5, max_size=40), max_size=6),
    st.text("甲乙丙", min_size=LEAST_SAID, max_size=12),
)
def test_long_lines_say_what_one_of_them_has(texts: list[str], said: str) -> None:
    assert LongLines(texts).say(said) == any(said in text for text in texts)
    if texts and len(texts[0]) >= LEAST_SAID + 1:
        assert LongLines(texts).say(texts[0][1:])


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 8), st.sampled_from("ab")), max_size=8))
def test_the_last_mark_of_a_place_is_found(said: list[tuple[int, int, str]]) -> None:
    marks = tuple(Mark(Span(start, min(21, start + size)), kind) for start, size, kind in said)
    page = Page.of("柳塘镇今年修好了三座桥，镇上的人说路好走了").with_text(
        Text.of("柳塘镇今年修好了三座桥，镇上的人说路好走了"), marks
    )
    for kinds in (None, {"a"}):
        wanted = [
            max(
                (i for i, m in enumerate(marks) if m.raw.start <= at < m.raw.end and (not kinds or m.kind in kinds)),
                default=-1,
            )
            for at in range(21)
        ]
        assert page.mark_at(range(21), kinds) == wanted


HEADLINES = [
    "柳塘镇修好三座桥",
    "——记槐树社区食堂",
    "镇长表示：",
    "春耕 备耕",
    "## 新桥",
    "# 新桥通车了，两岸百姓再也不用绕远路",
]


@given(st.lists(st.sampled_from(HEADLINES), min_size=2, max_size=6))
def test_heads_have_the_roles_that_are_worth_most(texts: list[str]) -> None:
    run = lines_of(Page.of("\n".join(texts)))
    found = [role for role, _ in roles(run)]
    top = min((line.level for line in run if line.level), default=0)

    def readings(at: int, before: str) -> list[tuple[float, tuple[str, ...]]]:
        if at == len(run):
            return [(-4.0 if before == "kicker" else 0.0, ())]
        worth = _worth(run[at], top)
        return [
            (cost + worth[role] + value, (role, *rest))
            for role, cost in _STEPS[before].items()
            for value, rest in readings(at + 1, role)
        ]

    best = max(value for value, _ in readings(0, ""))
    assert any(tuple(found) == path and abs(value - best) < 1e-9 for value, path in readings(0, ""))


# ---- files of many pages ---------------------------------------------------------------------------------------------


def test_every_head_of_a_long_file_is_in_a_stretch() -> None:
    page = Page.of(grown.page("heads and bodies", 600_000))
    grouped = Grouped.of(page)
    for parts in (list(after_heads(grouped)), list(around_heads(grouped.by_runs()))):
        assert len(parts) > 1
        assert max(len(part.blocks) for part in parts) <= 1_000
        assert {block for part in parts for block in part.blocks} == set(grouped.blocks)
        heads = Counter(part.blocks[group.first].start for part in parts for group in part.groups)
        assert set(heads) == {grouped.blocks[group.first].start for group in grouped.groups}
        assert all(group.before <= len(part.bodies) for part in parts for group in part.groups)
        assert [part.opens for part in parts] == [True] + [False] * (len(parts) - 1)


def test_a_page_is_one_stretch() -> None:
    grouped = Grouped.of(Page.of(grown.page("heads and bodies", 40_000)))
    assert list(after_heads(grouped)) == list(around_heads(grouped)) == [grouped]


@pytest.mark.slow
def test_a_long_file_is_laid_out_with_every_block_once() -> None:
    page = Page.of(grown.page("many small pages", 120_000))
    assert len(list(stretches(page))) > 1
    laid = laid_out(page)
    shown = [block for article in laid.articles for block in article.blocks] + [*laid.furniture]
    said = "".join(page.text.value[block.start : block.end] for block in sorted(shown))
    assert "".join(said.split()) == "".join(page.text.value.split())


def test_the_comparison_of_a_long_file_shows_each_line_that_differs() -> None:
    lines = [f"第{number}座桥修好了" for number in range(LONG)]
    changed = [line.replace("桥", "塔") if number % 997 == 5 else line for number, line in enumerate(lines)]
    shown = list(diff("\n".join(lines) + "\n", "\n".join(changed) + "\n"))
    assert [line for line in shown if line.startswith("-第")] == [
        f"-{line.replace('桥', '[-桥-]')}" for line, other in zip(lines, changed, strict=True) if line != other
    ]


def test_the_comparison_of_a_long_file_without_landmarks_shows_what_differs_as_one() -> None:
    lines = ["电话"] * LONG
    shown = list(diff("\n".join(lines), "\n".join([*lines[:6_000], "电话：", *lines[6_001:]])))
    assert [line for line in shown if line[0] in "-+"][2:] == ["-电话", "+电话{+：+}"]
