"""Korean paragraphs whose lines were broken at any syllable: what is joined is joined rightly, with a space or without.

Its papers break lines inside words, and at spaces, which are then gone. At most seams nobody can tell the one from the
other; those lines stay, or the join is suggested.
"""

from __future__ import annotations

import pytest

from repair.core.change import Outcome, Safety
from repair.core.engine import run
from repair.core.page import Page
from repair.edits.glue import join
from repair.rulebook.load import load_chain
from repair.rulebook.resources import fixtures_dir

PARAGRAPHS = (fixtures_dir() / "clean/korean.txt").read_text(encoding="utf-8").split("\n\n")
WIDTHS = range(12, 21)


def broken(paragraph: str, width: int) -> tuple[list[str], list[str]]:
    """The lines of a paragraph, at most so many em wide, and what stood at each of their ends."""
    lines, seams, line, wide = [], list[str](), "", 0.0
    for char in paragraph.rstrip("\n"):
        advance = 0.5 if char < "\u2000" else 1.0
        if wide + advance > width and char not in ".,’":
            seams.append(" " if char == " " or line.endswith(" ") else "")
            lines.append(line.rstrip(" "))
            line, wide = "", 0.0
            if char == " ":
                continue
        line, wide = line + char, wide + advance
    return [*lines, line], seams


def page_of(width: int, between: str, blank: str) -> tuple[str, dict[int, str]]:
    """A page of all paragraphs, and by the place of each line end what stood there."""
    raw, ends = "", {}
    for paragraph in PARAGRAPHS:
        lines, seams = broken(paragraph, width)
        for line, seam in zip(lines, [*seams, None], strict=True):
            raw += line
            if seam is not None:
                ends[len(raw)] = seam
                raw += between
        raw += blank
    return raw, ends


def test_the_text_is_long_enough() -> None:
    assert sum(paragraph.count(". ") + 1 for paragraph in PARAGRAPHS) > 40


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_sure_of_a_seam_is_right(width: int) -> None:
    raw, ends = page_of(width, "\n", "\n")
    made = {end: join(raw, end, end + 1, "for the test", Safety.SAFE, 1.0) for end in ends}
    sure = {end: change.edits[0].after for end, change in made.items() if change.safety is Safety.SAFE}
    assert {end: ends[end] for end in sure} == sure
    assert len(sure) > len(ends) / 8  # 176 of 939 at all widths


@pytest.mark.parametrize(("between", "blank"), [("\n", "\n\n"), ("\n", "\n"), ("\n\n", "\n\n\n")])
@pytest.mark.parametrize("width", [12, 16, 20])
def test_the_chain_makes_no_wrong_join(width: int, between: str, blank: str) -> None:
    raw, ends = page_of(width, between, blank)
    result = run(Page.of(raw), load_chain("newspaper"))
    joins = [
        (record.raw[0].start, edit.after)
        for record in result.records
        if record.outcome is Outcome.APPLIED
        for edit in record.edits
        if "\n" in edit.before and isinstance(edit.after, str) and "\n" not in edit.after
    ]
    assert [(place, ends.get(place)) for place, _ in joins] == joins


@pytest.mark.parametrize(
    ("tail", "head", "between"),
    [
        ("끝났다.", "그날은", " "),
        ("끝났다.", "3월에는", " "),
        ("그러나,", "그날은", " "),
        ("모두 20", "명이", ""),
        ("(", "주민", ""),
        ("주민", ")이", ""),
        ("서울·", "부산", ""),
        ("했다。", "그날", ""),
        ("모두", "20명", None),
        ("제", "3회", None),
        ("방송 KBS", "는 오늘", None),
        ("“간다”", "라고", None),
        ("臨時會를", "開催", None),
        ("군은 臨時", "會를 연다", None),
    ],
)
def test_marks_at_the_seam_decide_or_nothing_does(tail: str, head: str, between: str | None) -> None:
    change = join(f"{tail}\n{head}", len(tail), len(tail) + 1, "for the test", Safety.SAFE, 1.0)
    assert (change.edits[0].after if change.safety is Safety.SAFE else None) == between


@pytest.mark.parametrize(
    ("elsewhere", "between"),
    [
        ("제3회 대회", ""),
        ("제 3회 대회", " "),
        ("제 3회, 제3회", None),  # it has both
        ("국제 3회전", None),  # pieces of other words
    ],
)
def test_the_page_decides_by_whole_words(elsewhere: str, between: str | None) -> None:
    raw = f"지난해 제\n3회 대회\n{elsewhere}\n"
    change = join(raw, 5, 6, "for the test", Safety.SAFE, 1.0)
    assert (change.edits[0].after if change.safety is Safety.SAFE else None) == between


def test_chinese_with_a_korean_name_is_chinese() -> None:
    raw = "市长会见来访的客人김민수，双方就开通新航线交换了意见\n并共进午餐"
    change = join(raw, raw.index("\n"), raw.index("\n") + 1, "for the test", Safety.SAFE, 1.0)
    assert (change.safety, change.edits[0].after) == (Safety.SAFE, "")
