"""Lines in a new order, told as edits."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.core.text import Span, Text
from repair.edits.reorder import components, edits_of


def page_of(lines: list[str], gaps: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """A text, and the spans of its lines."""
    text, spans = "", []
    for line, gap in zip(lines, gaps, strict=True):
        spans.append((len(text), len(text) + len(line)))
        text += line + gap
    return text, spans


@given(st.data())
def test_any_order_comes_out_as_asked(data: st.DataObject) -> None:
    lines = data.draw(st.lists(st.text("灯塔楼梯浮标", min_size=1, max_size=6), min_size=1, max_size=8))
    gaps = data.draw(st.lists(st.sampled_from(["\n", "\n\n", "\n\n\n\n"]), min_size=len(lines), max_size=len(lines)))
    order = data.draw(st.permutations(range(len(lines))))
    between = {line: data.draw(st.sampled_from(["", " ", "\n\n"])) for line in order[:-1]}
    text, spans = page_of(lines, gaps)
    edits = edits_of(text, spans, order, between)
    assert Text.of(text).apply(edits).value == "".join(lines[i] + between.get(i, "") for i in order) + gaps[-1]
    for a, b in pairwise(edits):
        assert a.end <= b.start and a[:2] != b[:2]


@given(st.permutations(range(9)))
def test_a_component_is_closed_and_cannot_be_parted(order: list[int]) -> None:
    found = components(order)
    assert [place for a, b in found for place in range(a, b)] == list(range(9))
    for a, b in found:
        assert sorted(order[a:b]) == list(range(a, b))
        assert all(sorted(order[a:c]) != list(range(a, c)) for c in range(a + 1, b))


@pytest.mark.parametrize(("second", "third", "moved"), [(4, 9, 4), (9, 4, 4)])
def test_the_lighter_lines_move_and_what_stays_is_not_touched(second: int, third: int, moved: int) -> None:
    text, spans = page_of(["守塔人提着油壶", "灯" * second, "塔" * third], ["\n\n"] * 3)
    edits = edits_of(text, spans, [0, 2, 1], {0: "", 2: "\n\n"})
    found = [edit.after for edit in edits if isinstance(edit.after, Span)]
    assert [len(text[span.start : span.end].strip()) for span in found] == [moved]
    assert min(edit.start for edit in edits) == 7


def test_an_order_that_stays_asks_for_nothing() -> None:
    text, spans = page_of(["甲", "乙", "丙"], ["\n", "\n\n", "\n"])
    assert edits_of(text, spans, [0, 1, 2], {0: "\n", 1: "\n\n"}) == ()
