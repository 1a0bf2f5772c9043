"""The printed lines of a page: where they stand, what they measure, how wide their columns are, what they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.core.page import Page
from repair.core.text import codes_of
from repair.joins.line_patterns import BYLINES, END_KINDS, START_KINDS, jump_lines, line_kinds
from repair.typography.characters import Class, advance, table_of, tables
from repair.typography.lines import Lines, local_widths
from tests.prose import ENGLISH, PROSE, measure, set_in_lines


def column(width: float, indent: float = 2) -> list[str]:
    return [line for text in PROSE for line in set_in_lines(text, width, indent)]


def lines_of(text: str) -> Lines:
    return Lines.of(codes_of(text))


def same_page(*lines: str) -> Lines:
    return lines_of("\n".join(lines))


ANY = st.text(st.characters() | st.sampled_from("\n\n \u3000\u2003\t甲，。“”12aB-（）"), max_size=80)


@given(ANY)
def test_lines_are_those_that_the_page_tells(text: str) -> None:
    lines = lines_of(text)
    spans = list(zip(lines.starts.tolist(), lines.ends.tolist(), strict=True))
    assert spans == Page.of(text).line_spans
    arrays = (lines.indents, lines.blanks, lines.widths, lines.latin, lines.first, lines.last, lines.marks)
    more = (lines.closed, lines.bodies, lines.numbered, lines.open_bodies, *lines.local)
    assert {len(array) for array in (*arrays, *more)} == {len(spans)}
    assert (lines.blanks >= 0).all() and np.isfinite(lines.widths).all()


@given(ANY)
def test_blank_lines_are_counted_before_each_line(text: str) -> None:
    blanks, counted = 0, []
    for line in text.split("\n"):
        if line.strip():
            counted.append(blanks)
        blanks = 0 if line.strip() else blanks + 1
    assert lines_of(text).blanks.tolist() == counted


def test_white_space_is_what_python_says_it_is() -> None:
    spaces = np.flatnonzero(tables()[0] == Class.SPACE).tolist()
    assert spaces == [code for code in range(0x30000) if chr(code).isspace()]


@pytest.mark.parametrize(
    ("before", "indent"),
    [("", 0), ("\u3000\u3000", 2), ("\u2003\u2003", 2), ("    ", 2), (" \u3000", 1.5), ("\n\u3000\n  ", 1)],
)
def test_indents_are_measured_in_em(before: str, indent: float) -> None:
    assert lines_of(f"灯塔\u3000\n{before}灯塔").indents.tolist() == [0, indent]
    assert lines_of(f"{before}灯塔 亮了\u3000").indents.tolist() == [indent]


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("灯塔亮了，", 5),
        ("高31米", 3),
        ("“灯亮了”", 4),
        ("「燈亮了」", 5),
        ("加 快 建 设", 4),
        ("  灯塔亮了\u3000", 4),
        ("骆成义 姜树林 沈望潮", 10),
        ("😀𠀀灯塔", 4),
    ],
)
def test_widths_in_em_where_nothing_else_is_known(text: str, width: float) -> None:
    assert lines_of(text).widths.tolist() == [width]


def test_lines_in_latin_script_are_as_wide_as_a_book_face_makes_them() -> None:
    lines = same_page(*ENGLISH)
    assert lines.latin.all()
    assert np.allclose(lines.widths, [advance(line) for line in ENGLISH])
    assert lines_of("ill ill").widths[0] < lines_of("WAM WAM").widths[0]


def test_a_latin_word_does_not_make_a_line_latin() -> None:
    assert same_page("海事处用GPS给浮标定位", "The lamp", "灯塔 lamp house").latin.tolist() == [False, True, True]


@pytest.mark.parametrize("width", range(12, 23))
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_the_column_is_as_wide_as_it_was_set(width: int, between: str) -> None:
    printed = column(width)
    columns, support = lines_of(between.join(printed)).local
    assert set(columns[[measure(line) == width for line in printed]]) == {width}
    assert (columns == width).mean() > 0.8
    assert support.min() >= 3


@pytest.mark.parametrize(
    ("piece", "em"),
    [
        ("20", 1.0),
        ("12345", 3.0),
        ("12345678901234567890", 11.0),
        ("“”", 1.0),
        ("“”", 2.0),
        ("」，「灯", 4.0),
        ("」，「灯", 3.0),
        ("1 2 3 4 5", 4.5),
        ("1 2 3 4 5", 3.5),
        ("1 2 3 4 5", 3.0),
    ],
)
def test_marks_digits_and_spaces_are_as_wide_as_makes_full_lines_alike(piece: str, em: float) -> None:
    plain = "".join(c for text in PROSE for c in text if "\u4e00" <= c <= "\u9fff")
    pieces = [0, 2, 0, 0, 2, 2, 0] * 5 if em % 1 else [0, 1, 2] * 12
    printed = [plain[i : i + 2] + piece * n + plain[i + 2 : i + 26 - int(em * n)] for i, n in enumerate(pieces)]
    assert set(same_page(*printed).widths) == {26.0}


def test_a_wider_column_beside_a_narrow_one_keeps_its_width() -> None:
    narrow, wide = column(12), [line for text in PROSE[:4] for line in set_in_lines(text, 22)]
    columns = same_page(*narrow, *wide, *narrow).local[0]
    assert (np.abs(columns[: len(narrow) - 6] - 12) <= 0.5).all()
    inner = columns[len(narrow) : len(narrow) + len(wide)]
    full_lines = [measure(line) > 20 for line in wide]
    assert (np.abs(inner[full_lines] - 22) <= 0.5).all()


def test_wide_lines_among_narrow_ones_stand_in_a_column_of_their_own() -> None:
    narrow, wide = column(12), iter(column(21, 0))
    mixed = [line for pair in ((*narrow[i : i + 3], next(wide)) for i in range(0, 48, 3)) for line in pair]
    lines = same_page(*mixed)
    assert set(lines.local[0][lines.widths == 21]) == {21}
    assert set(lines.local[0][lines.widths == 12]) == {12}


@pytest.mark.parametrize("size", [50, 120])
def test_one_long_line_makes_no_column(size: int) -> None:
    printed = column(14)
    columns = same_page(*printed[:10], "".join(PROSE)[:size], *printed[10:]).local[0]
    assert np.abs(columns - 14).max() <= 0.5


def test_blocks_are_no_column() -> None:
    assert same_page(*column(14)[:9], *["".join(PROSE)] * 20).local[0].max() <= 80


def test_columns_of_no_lines_and_of_odd_widths() -> None:
    for widths in ([], [0.0], [1e6], [3.0, 900.0, 0.5], [80.0] * 30):
        columns, support = local_widths(np.array(widths))
        assert len(columns) == len(support) == len(widths)
        assert np.isfinite(columns).all() and (columns > 0).all()


@pytest.mark.parametrize(
    ("line", "closed"),
    [
        ("灯又亮了。", 1),
        ("灯又亮了！”", 1),
        ("（灯又亮了。）", 1),
        ("「燈又亮了？」", 1),
        ("灯又亮了……", 1),
        ("岛上的人说：", 2),
        ("（记者 姜树）", 2),
        ("他说“灯亮了”", 2),
        ("灯又亮", 0),
        ("灯亮了，", 0),
        ("修塔、护塔；", 0),
        ("The lamp is lit.", 1),
        ("“The lamp is lit.”", 1),
        ("The lamp is lit", 0),
        ("1. 灯塔", 0),
        ("高31.", 2),
        ("。", 1),
        ("”", 2),
    ],
)
def test_how_a_line_ends(line: str, closed: int) -> None:
    assert same_page("前一行。", line, "后一行").closed[1] == closed


def test_a_closing_mark_at_the_head_of_a_line_is_not_closed_by_the_line_before() -> None:
    assert same_page("灯亮了。", "”", "浮标").closed.tolist() == [1, 2, 0]


@pytest.mark.parametrize(
    ("line", "body"),
    [
        ("南汀岛灯塔重新点亮", False),
        ("南汀岛灯塔重新点亮。", False),
        ("灯亮了，船回来了", True),
        ("灯亮了。船回来了。", True),
        ("灯亮了，", True),
        ("修塔记" * 16, True),
    ],
)
def test_bodies_have_a_mark_inside_or_are_too_long_for_a_headline(line: str, body: bool) -> None:
    assert lines_of(line).bodies.tolist() == [body]


def test_bodies_that_end_open() -> None:
    lines = same_page(
        "灯塔亮了，船一条一条地回到港里来", "灯塔亮了，船一条一条地回到港里来。", "船，灯", "南汀岛灯塔重新点亮记"
    )
    assert lines.open_bodies.tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("line", "numbered"),
    [
        ("一、灯塔", True),
        ("十二、浮标", True),
        ("2，灯塔", True),
        ("守塔人、渔民", False),
        ("一、灯塔、浮标", False),
        ("灯塔", False),
        ("、灯塔", False),
        ("灯", False),
        ("、", False),
    ],
)
def test_numbered_lines_have_one_mark_behind_the_number(line: str, numbered: bool) -> None:
    assert same_page(line, "下一行").numbered[0] == numbered


def test_pages_without_full_stops_pause_where_others_stop() -> None:
    pauses = [line.translate(str.maketrans("。", "，")) for line in PROSE]
    assert not same_page(*PROSE).unstopped
    assert same_page(*pauses).unstopped and same_page(*pauses).closed.all()
    assert not same_page(*(line.replace(".", ",") for line in ENGLISH * 9)).unstopped


def test_characters_of_a_class_are_counted_line_by_line() -> None:
    digits = same_page("高31.5米", "塔", "1，2").counted(table_of(Class.DIGIT))
    assert digits.tolist() == [3, 0, 2]


def kinds(*lines: str) -> list[tuple[str, str, str]]:
    value = "\n".join(lines)
    starts, ends, bylines = line_kinds(value, lines_of(value))
    return [
        (START_KINDS[start], END_KINDS[end], BYLINES[byline])
        for start, end, byline in zip(starts, ends, bylines, strict=True)
    ]


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("南汀岛灯塔亮了", "none"),
        ("1. 重修灯塔", "list"),
        ("3.5米高的塔", "none"),
        ("二、更换楼梯", "list"),
        ("（三）更换玻璃", "list"),
        ("第四条 守塔人每夜上塔", "list"),
        ("• 浮标", "list"),
        ("## 二、更换楼梯", "list"),
        ("本报讯 灯塔昨天亮了", "dateline"),
        ("本報訊 燈塔昨天亮了", "dateline"),
        ("新华社南汀3月2日电", "dateline"),
        ("图为灯塔", "caption"),
        ("（资料图）", "caption"),
        ("本报记者 骆成义", "byline"),
        ("通訊員 姜樹", "byline"),
        ("By Ellis Rowe", "byline"),
        ("下转第三版", "jump"),
        ("〈紧接一版〉", "jump"),
        ("Continued on Page 4", "jump"),
        ("——南汀岛灯塔修复记", "dash"),
        ("责任编辑：姜树", "furniture"),
        ("Vol. 12", "furniture"),
    ],
)
def test_what_a_line_begins_with(line: str, start: str) -> None:
    assert kinds("前一行，", line, "后一行")[1][0] == start


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("灯塔的夜晚。姜树 摄", "credit"),
        ("守塔人在换灯。（资料图片）", "credit"),
        ("塔修好了（下转第三版）", "jump"),
        ("塔修好了 轉二版", "jump"),
        ("新华社南汀3月2日电", "dateline"),
        ("3月2日 星期六", "furniture"),
        ("（二十一）", "bracket"),
        ("塔修好了", "none"),
    ],
)
def test_what_a_line_ends_with(line: str, end: str) -> None:
    assert kinds("前一行，", line, "后一行")[1][1] == end


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("本报记者 骆成义 姜树", "names"),
        ("通讯员 沈望潮", "names"),
        ("骆成义 姜树 沈望潮", "names"),
        ("海门日报记者 骆成义", "names"),
        ("海门日报记者骆成义", "names"),
        ("□ 骆成义", "names"),
        ("本報記者 駱成義 通訊員 姜樹", "names"),
        ("本报南汀记者站骆成义报道", "byline"),
        ("本报南汀3月2日电 记者骆成义报道，灯塔亮了", "no"),
        ("本报讯", "no"),
        ("南汀岛灯塔亮了", "no"),
        ("记者走上塔顶，看见了海", "no"),
    ],
)
def test_bylines_and_what_is_none(line: str, byline: str) -> None:
    assert kinds("前一行，", line, "后一行")[1][2] == byline


@pytest.mark.parametrize("margin", ["", "  ", "\u3000"])
@pytest.mark.parametrize(
    ("line", "jump"),
    [
        ("（下转第三版）", True),
        ("下轉第二版", True),
        ("〈上接第A版〉", True),
        ("Continued on Page 4", True),
        ("Please turn to page B3", True),
        ("(See Page 7)", True),
        ("（下转第三版）灯塔", False),
        ("灯塔（下转第三版）", False),
        ("接着是第三版的新闻", False),
        ("He turned to page 4 of the log", False),
        ("See the page", False),
    ],
)
def test_lines_that_are_only_a_jump_mark(line: str, jump: bool, margin: str) -> None:
    value = f"前一行，\n\n{margin}{line}{margin}\n后一行。"
    assert jump_lines(value, lines_of(value)).tolist() == [False, jump, False]


@given(ANY)
def test_every_line_has_a_kind(text: str) -> None:
    lines = lines_of(text)
    if len(lines):
        starts, ends, bylines = line_kinds(text, lines)
        assert (starts < len(START_KINDS)).all() and (ends < len(END_KINDS)).all() and (bylines < len(BYLINES)).all()
        assert len(jump_lines(text, lines)) == len(starts) == len(ends) == len(bylines) == len(lines)


@pytest.mark.parametrize("line", ["（下转第三版）", "（上接第一版）"])
def test_a_jump_mark_in_brackets_is_no_caption(line: str) -> None:
    assert kinds("前一行，", line, "后一行")[1][0] == "jump"
