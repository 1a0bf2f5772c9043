"""Words and marks by which lines say what they are: each stands once, and lies below what uses it."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import regex

import repair
from repair.blocks.line import lines_of
from repair.blocks.line_rules import alone
from repair.core.page import Page
from repair.joins.block_ends import KINDS, kinds_of
from repair.rulebook.kinds.opencc import converter
from repair.rulebook.load import load_chain
from repair.vocabulary import (
    bylines,
    captions,
    datelines,
    head_words,
    jump_marks,
    list_marks,
    names,
    sheet,
)
from repair.vocabulary.tsv import read_pairs

ROOT = Path(repair.__file__).parent


def imported(path: Path) -> Iterator[str]:
    """The modules that a file takes names from, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


@pytest.mark.parametrize(
    "room", ["typography", "vocabulary", "blocks", "joins", "edits", "passes", "articles", "issues"]
)
def test_what_repairs_does_not_look_at_the_score(room: str) -> None:
    paths = sorted((ROOT / room).rglob("*.py"))
    assert paths
    found = {path.relative_to(ROOT).as_posix(): list(imported(path)) for path in paths}
    assert [name for name, modules in found.items() if any(m.startswith("repair.measure") for m in modules)] == []


def test_vocabulary_stands_on_core_alone() -> None:
    modules = {module for path in (ROOT / "vocabulary").glob("*.py") for module in imported(path)}
    ours = {module for module in modules if module.startswith("repair")}
    assert ours
    assert all(module.startswith(("repair.core", "repair.vocabulary")) for module in ours)


# ---- each stands once ------------------------------------------------------------------------------------------------

OPENINGS = (list_marks, datelines, captions, bylines, jump_marks, head_words, sheet)
# Latin, signs, kana and marks, Han, full width.
BLOCKS_OF_UNICODE = (range(0x20, 0x250), range(0x2000, 0x3400), range(0x4E00, 0xA000), range(0xFF00, 0xFFF0))
# Words by which a line says what it is.
SAYS = regex.compile(r"[记記]者|[讯訊]|[摄攝]|本[报報]|下[转轉]|[图圖][为為]|公司|[责責]任|[条條]|Photo|[Cc]ontinued")
# Who has one for another purpose than to say what a line is.
OTHERS = {"passes/spacing/space_before_unit.py": "behind a dateline a space stays"}


def compiled(path: Path) -> Iterator[str]:
    """The patterns that a file compiles, as far as they stand in the call."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "compile":
            yield "".join(strings(node))


def strings(node: ast.AST) -> Iterator[str]:
    """The texts in an expression."""
    yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def test_what_a_line_says_of_itself_is_asked_for_in_one_room() -> None:
    rooms = {path: path.relative_to(ROOT).as_posix() for path in sorted(ROOT.rglob("*.py"))}
    found = {room for path, room in rooms.items() if any(SAYS.search(pattern) for pattern in compiled(path))}
    assert {room.split("/")[0] for room in found} >= {"vocabulary"}
    assert {room for room in found if not room.startswith("vocabulary/")} == set(OTHERS)


def test_expressions_are_set_in_lines_that_can_be_read() -> None:
    for path in sorted((ROOT / "vocabulary").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        tree, lines = ast.parse(text), text.splitlines()
        prose = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        texts = [n for n in ast.walk(tree) if isinstance(n, ast.JoinedStr | ast.Constant) and n not in prose]
        spans = {(n.lineno, n.end_lineno or 0) for n in texts if n.end_lineno != n.lineno}
        assert [line for start, end in spans for line in lines[start - 1 : end] if len(line) > 100] == []


@pytest.mark.parametrize("kind", OPENINGS, ids=lambda kind: kind.__name__.rpartition(".")[2])
def test_the_characters_that_a_line_begins_with_are_all_there(kind: ModuleType) -> None:
    """A line that begins with none of them is not looked at: one that is missing hides what it opens."""
    opening = regex.compile(f"(?:{kind.OPENING})", regex.X | regex.M)
    chars = (chr(code) for block in BLOCKS_OF_UNICODE for code in block)
    first = {char for char in chars if opening.match(char, partial=True)}
    assert first
    left_out = {char for char in first if unicodedata.category(char) == "Nd" and not char.isascii()}
    left_out |= set("pcstfj\u017f") if kind is jump_marks else set()  # a line that begins in lower case goes on
    assert first - left_out <= kind.FIRST


def test_parts_of_expressions_have_no_groups_of_their_own() -> None:
    """The kinds of what a line begins with are told by the number of the group."""
    for kind in OPENINGS:
        assert regex.compile(f"(?:{kind.OPENING})", regex.X).groups == 0
    for end in (captions.CREDIT_END, datelines.DATELINE_END, sheet.SHEET_END, jump_marks.MARK):
        assert regex.compile(f"(?:{end})", regex.X).groups == 0


@pytest.mark.parametrize(
    "mark",
    [
        "（下转第三版）",
        "(下转第3版)",
        "【紧接二版】",
        "〈上接第二版〉",
        "<下转3版>",
        "《转5版》",
        "[接一版]",
        "（下转第3-4版）",
        "（轉本報第三版）",
    ],
)
def test_the_rules_for_spaces_know_the_marks_in_brackets(mark: str) -> None:
    """They are data, so the grammar cannot be a part of them."""
    assert jump_marks.jump_of(mark)
    rules = {rule.id: rule for rule in load_chain().rules}
    before, inside = Page.of(f"桥通车了。 {mark}\n"), Page.of(f"桥通车了。{mark[:-2]} {mark[-2:]}\n")
    assert list(rules["spacing/space-before-jump-mark"].find(before, {}))
    assert list(rules["spacing/space-in-jump-mark"].find(inside, {}))


# ---- names -----------------------------------------------------------------------------------------------------------


def test_the_list_of_surnames() -> None:
    path = ROOT / "vocabulary" / "surnames.tsv"
    content = path.read_text(encoding="utf-8")
    rows = read_pairs(path, content)  # sorted, and each once
    assert [line for line in content.splitlines() if line.startswith("# Source: ")]
    assert all(len(name) == 1 and regex.fullmatch(r"\p{Han}", name) for name in rows)
    assert set(rows.values()) == {"name", "word"}
    assert set("王李张刘陈叶段曾乔欧"[:-1]) <= set(names.SURNAMES)
    assert set("張劉陳葉喬") <= set(names.SURNAMES)


def test_a_traditional_surname_has_its_simplified_form_beside_it() -> None:
    simple = {name: converter("t2s").convert(name) for name in names.SURNAMES}
    assert {name for name, other in simple.items() if other not in names.SURNAMES} == set()


@pytest.mark.parametrize(
    ("line", "solid"),
    [("骆成义姜树海", True), ("乔大川傅青山", True), ("安全章程应急", False), ("文章常常要应时", False)],
)
def test_a_character_that_begins_many_words_tells_no_name_by_itself(line: str, solid: bool) -> None:
    assert bool(names.NAMES.fullmatch(line)) is solid


@pytest.mark.parametrize(
    ("before", "opens"),
    [
        ("", True),
        ("说，", True),
        ("本报记者", True),
        ("通訊員", True),
        ("國務院總理", True),
        ("市長", True),
        ("灯塔", False),
    ],
)
def test_where_a_name_may_stand(before: str, opens: bool) -> None:
    assert bool(names.AFTER_TITLE.search(before)) is opens


# ---- the two that classify -------------------------------------------------------------------------------------------

# Each form once or more, in both scripts and in English, and what both say of it.
AGREED = {
    "apart": [
        "（下转第三版）",
        "(下转第3版)",
        "〈上接第一版〉",
        "【紧接二版】",
        "下轉第二版",
        "（上接A02版）",
        "▶▶3版",
        "→第3版",
        "下转第3、4版",
        "Continued on page 3",
        "(See page 4)",
        "Please turn to page B3",
        "民生聚焦",
        "新春走基层",
        "全省经济社会发展巡礼",
        "聚焦灯塔修复",
        "奋进新征程 建功新时代",
    ],
    "caption": [
        "图为灯塔",
        "圖為燈塔",
        "图①：灯塔",
        "左图：守塔人在换灯",
        "上图为灯塔",
        "（资料图）",
        "灯塔的夜晚。姜树 摄",
        "燈塔的夜晚。姜樹 攝",
        "守塔人在换灯。（资料图片）",
        "骆成义（左）在查看油壶。南汀日报记者 姜树",
        "Photo by Ellis Rowe",
    ],
    "byline": [
        "本报记者 骆成义",
        "本報記者 駱成義",
        "记者骆成义 通讯员姜树",
        "海门日报记者 骆成义 姜树",
        "通訊員 姜樹",
        "□ 骆成义",
        "□ 本报记者 骆成义",
        "文/姜树",
        "作者：姜树",
        "本报评论员",
        "By Ellis Rowe",
        "By Ellis Rowe, Staff Writer",
    ],
    "list": [
        "1. 重修灯塔",
        "二、更换楼梯",
        "（三）更换玻璃",
        "(4) 更换油壶",
        "• 浮标",
        "① 灯",
        "● 望远镜",
        "12、油壶",
    ],
    "text": [
        "3.5米高的塔",
        "第一百零五条 守塔人每夜上塔，把灯点着，天亮以前不许离开，离开的时候要把钥匙交给下一班。",
        "本报讯 灯塔昨天夜里重新点亮，岸上的渔民都出来看，守塔人骆成义说，油壶是新换的。",
        "本報訊 燈塔昨天夜裡重新點亮，岸上的漁民都出來看，守塔人駱成義說，油壺是新換的。",
        "新华社南汀3月2日电 灯塔昨天夜里重新点亮，岸上的渔民都出来看，守塔人说，油壶是新换的。",
        "據新華社南汀3月2日電 燈塔昨天夜裡重新點亮，岸上的漁民都出來看，守塔人說，油壺是新換的。",
        "守塔人走上塔顶，把灯点着，岸上的人都看见了，渔船也都回来了。",
        "守塔人走上塔頂，把燈點著，岸上的人都看見了，漁船也都回來了。",
        "The keeper climbed the tower at dusk and lit the lamp, and the boats that had waited beyond the bar came in.",
        "灯塔亮了",
        "# 灯塔亮了",
        "骆成义",
        "2026年3月2日",
        "（骆成义）",
        "守塔人骆成义说",
        "记者从南汀岛获悉，灯塔昨天重新点亮，守塔人骆成义说，油壶是",
    ],
}
# What `kinds_of` and the rules of `alone` say where they differ, with the reason.
DIFFER = {
    "灯塔 姜树供图": ("byline", "caption", "names tell more than a credit while lines are not whole"),
    "永平日报记者李国 摄": ("byline", "caption", "names tell more than a credit while lines are not whole"),
    "讲文明 树新风": ("byline", "apart", "two words with a space between may be names"),
    "记者观察": ("byline", "apart", "a reporter tells more than a label while lines are not whole"),
    "The tower at night. (Photo by Ellis Rowe)": ("text", "caption", "a bracket ends a block, whatever is in it"),
    "2) 油壶": ("text", "list", "a printed line may be the second half of a bracket"),
    "- 油壶": ("text", "list", "a printed line may go on behind a dash"),
    "第四条 守塔人每夜上塔": ("list", "text", "an article of law opens a paragraph, and is one"),
    "第三号": ("list", "text", "the number of a document is a note"),
    "——南汀岛灯塔修复记": ("apart", "text", "a deck is a head, and goes on nowhere"),
    "──南汀島燈塔修復記": ("apart", "text", "a deck is a head, and goes on nowhere"),
    "## 代表委员履职故事": ("text", "apart", "whoever joins asks no more of a head"),
    "责任编辑：姜树": ("apart", "text", "lines of the sheet are told by rules for furniture"),
    "总第1826期": ("apart", "text", "lines of the sheet are told by rules for furniture"),
    "今日4版": ("apart", "text", "lines of the sheet are told by rules for furniture"),
    "Vol. 12 No. 3": ("apart", "text", "lines of the sheet are told by rules for furniture"),
    "## 二、更换楼梯": ("text", "list", "whoever joins asks no more of a head"),
    "骆成义 姜树": ("byline", "text", "names alone are a byline only under a head"),
    "第一章 总则": ("byline", "text", "two words with a space between may be names"),
}
JOINS = {"list": "list", "caption": "caption", "byline": "byline", "furniture": "apart"}
BLOCKS = {"list_item": "list", "caption": "caption", "byline": "byline", "jump": "apart", "banner": "apart"}


def both(line: str) -> tuple[str, str]:
    """What a line is for those who join, and for those who name blocks, in common words; "text" for all others."""
    page = Page.of(line)
    joins, blocks = KINDS[kinds_of(page, np.zeros(1, np.bool_))[0]], alone(lines_of(page)[0])[0]
    return JOINS.get(joins, "text"), BLOCKS.get(blocks, "text")


def test_there_are_lines_enough() -> None:
    lines = [*(line for of_kind in AGREED.values() for line in of_kind), *DIFFER]
    assert len(lines) == len(set(lines)) == 83
    assert sum(map(len, AGREED.values())) == 64


@pytest.mark.parametrize(("kind", "line"), [(kind, line) for kind, of_kind in AGREED.items() for line in of_kind])
def test_both_say_the_same(kind: str, line: str) -> None:
    assert both(line) == (kind, kind)


@pytest.mark.parametrize("line", DIFFER)
def test_where_they_differ(line: str) -> None:
    assert both(line) == DIFFER[line][:2]
