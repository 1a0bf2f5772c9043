"""What a page tells rules about its text before they look at it closely."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.core.change import Mark
from repair.core.page import Page
from repair.core.text import Span, Text
from repair.joins.line_patterns import jump_lines_of, line_kinds_of, paired_marks_of

LETTERS = st.text("a-b桥\n \U000f1234", max_size=12)


@given(LETTERS, st.text("ab桥\u2003", max_size=6))
def test_holds_one_of_the_characters(text: str, needs: str) -> None:
    assert Page.of(text).holds(needs) == any(char in text for char in needs)


@pytest.mark.parametrize(
    ("needs", "held"),
    [
        ("a-c", True),
        ("\u2000-\u200a", False),
        ("-x", True),
        ("x-", True),
        ("\U000f0000-\U0010fffd", True),
        ("wxyz!?", False),
        (("桥头", "桥尾"), False),
        (("桥尾", "b-"), True),
        ((), False),
    ],
)
def test_holds_ranges_and_words(needs: str | tuple[str, ...], held: bool) -> None:
    assert Page.of("b-桥\n头\U000f1234").holds(needs) is held


@given(LETTERS)
def test_lines_with_words_are_those_that_hold_one(text: str) -> None:
    words = ("a", "桥b", "\U000f1234")
    lines = [line for line in text.split("\n") if any(word in line for word in words)]
    assert [text[start:end] for start, end in Page.of(text).lines_with(words)] == lines


def test_marks_alone_keep_what_was_worked_out_about_the_text() -> None:
    page = Page.of("桥\n头")
    lines = page.line_spans
    marked = page.with_text(page.text, (Mark(Span(0, 1), "folio"),))
    assert marked.line_spans is lines
    assert marked.with_text(Text.of("桥")).line_spans == [(0, 1)]


def test_what_lines_say_is_worked_out_once_a_text() -> None:
    page = Page.of("下转第三版\n（图）")
    known = line_kinds_of(page), jump_lines_of(page), paired_marks_of(page)
    marked = page.with_text(page.text, (Mark(Span(0, 1), "folio"),))
    again = line_kinds_of(marked), jump_lines_of(marked), paired_marks_of(marked)
    assert all(a is b for a, b in zip(again, known, strict=True))
    changed = page.with_text(Text.of("桥头"))
    assert jump_lines_of(changed).tolist() == [False] and len(paired_marks_of(changed)[0]) == 0


def test_a_mark_of_another_kind_hides_none() -> None:
    page = Page.of("桥\n头").with_text(Text.of("桥\n头"), (Mark(Span(0, 1), "folio"), Mark(Span(0, 3), "vertical")))
    assert page.mark_at([0, 2]) == [1, 1]
    assert page.mark_at([0, 2], {"folio", "banner"}) == [0, -1]
