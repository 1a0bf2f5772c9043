"""Text, Markdown and JSON of a repaired page."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repair import engine
from repair.blocks import FURNITURE, Block, blocks
from repair.chain import Chain
from repair.change import Change
from repair.diff import diff
from repair.formats.json import document, dumps
from repair.formats.markdown import bare, escaped, markdown, parted
from repair.formats.text import file_bytes, json_bytes
from repair.load import load_chain
from repair.page import Page
from repair.reading import Encoding
from repair.rule import Options, Phase, Rule
from repair.text import Edit, Span, unify


def lines_as(page: Page, *kinds: str) -> list[Block]:
    return [Block(a, b, kind, 1.0) for (a, b), kind in zip(page.lines, kinds, strict=True)]


def rule(find, phase: Phase = Phase.LAYOUT) -> Rule:
    return Rule("x/y", "x", phase, "for a test", find)


# ---- text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("newline", "raw"), [("lf", "甲\n乙\n"), ("crlf", "甲\r\n乙\r\n"), ("cr", "甲\r乙\r")])
def test_line_ends_go_and_come(newline: str, raw: str) -> None:
    assert unify(raw, newline) == "甲\n乙\n"
    assert file_bytes("甲\n乙\n", Encoding("utf-16-be", True, True, newline)) == ("\ufeff" + raw).encode("utf-16-be")


def test_mixed_line_ends_stay() -> None:
    assert unify("甲\r\n乙\n", "mixed") == "甲\r\n乙\n"
    assert file_bytes("甲\r\n乙\n", Encoding("utf-8", False, True, "mixed")) == "甲\r\n乙\n".encode()


def test_json_bytes() -> None:
    assert json_bytes('"桥"') == '"桥"'.encode()
    assert json.loads(json_bytes('"\udc80桥"')) == "\udc80桥"


# ---- Markdown --------------------------------------------------------------------------------------------------------


SHAPED = [
    ("masthead", "双桥晚报", ""),
    ("kicker", "本报讯", "*本报讯*\n\n"),
    ("headline", "## 新桥通车", "# 新桥通车\n\n"),
    ("deck", "双桥镇", "**双桥镇**\n\n"),
    ("byline", "记者 李峰", "*记者 李峰*\n\n"),
    ("paragraph", "桥通了，", "桥通了，\n\n"),
    ("crosshead", "**看桥的人**", "## 看桥的人\n\n"),
    ("list_item", "- 甲", "- 甲\n"),
    ("list_item", "- 乙", "- 乙\n\n"),
    ("caption", "图为新桥", "> 图为新桥\n\n"),
    ("jump", "下转第三版", "*下转第三版*\n\n"),
    ("note", "注", "> 注\n\n"),
    ("fragment", "半句", "<!-- fragment: the rest is not on this page -->\n半句\n\n"),
    ("folio", "第*2*版", ""),
]


def test_markdown_to_the_letter() -> None:
    page = Page.of("".join(f"{line}\n" for _, line, _ in SHAPED))
    body = "".join(shaped for _, _, shaped in SHAPED)
    assert markdown(page, lines_as(page, *(kind for kind, _, _ in SHAPED))) == (
        body + "---\n\n<!-- furniture -->\n\n双桥晚报\n\n第\\*2\\*版\n"
    )


def test_markdown_of_nothing() -> None:
    assert markdown(Page.of(""), []) == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("# 不是题", r"\# 不是题"),
        ("1. 甲", r"1\. 甲"),
        ("2031. 年", r"2031\. 年"),
        ("- 乙", r"\- 乙"),
        ("甲*乙_丙`", r"甲\*乙\_丙\`"),
        ("[注] <b>", r"\[注\] \<b\>"),
        ("3.14 和 C#", "3.14 和 C#"),
        ("——桥", "——桥"),
    ],
)
def test_markdown_shows_the_text_of_the_page(line: str, said: str) -> None:
    assert escaped(line) == said


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("# 桥", "桥"),
        ("**桥**", "桥"),
        ("## **桥**", "桥"),
        ("- 桥", "桥"),
        ("#桥", "#桥"),
        ("*桥*", "*桥*"),
        ("－桥", "－桥"),
    ],
)
def test_a_line_sheds_the_marks_of_a_model(line: str, text: str) -> None:
    page = f"前\n{line}\n后"
    assert page[slice(*bare(page, Block(2, 2 + len(line), "headline", 1.0)))] == text


# ---- JSON ------------------------------------------------------------------------------------------------------------


def turn(page: Page, options: Options) -> Iterator[Change]:
    """The first line goes behind the second, and its comma becomes another."""
    yield Change((Edit(0, 4, ""), Edit(8, 8, Span(0, 4))), "second comes first")


def comma(page: Page, options: Options) -> Iterator[Change]:
    at = page.text.value.index(",")
    yield Change((Edit(at, at + 1, "，"),), "half-width comma")


CHAIN = Chain("two", (rule(turn), rule(comma, Phase.TEXT)))


def test_json_to_the_letter() -> None:
    result = engine.run(Page.of("甲,乙\n# 丁\n第2版", "p.txt"), CHAIN)
    assert result.text == "# 丁\n甲，乙\n第2版"
    blocks = lines_as(result.page, "headline", "paragraph", "folio")
    line = dumps(result, CHAIN, blocks)
    assert line.count("\n") == 1
    assert json.loads(line) == {
        "schema": 1,
        "page": "p.txt",
        "raw_chars": 11,
        "chain": "two",
        "chain_hash": CHAIN.digest,
        "counts": {"applied": 2},
        "skipped": [],
        "blocks": [
            {"kind": "headline", "confidence": 1.0, "text": "丁", "runs": [[0, 1, 6, 7, True]]},
            {
                "kind": "paragraph",
                "confidence": 1.0,
                "text": "甲，乙",
                "runs": [[0, 1, 0, 1, True], [1, 2, 1, 2, False], [2, 3, 2, 3, True]],
            },
        ],
        "furniture": [{"kind": "folio", "confidence": 1.0, "text": "第2版", "runs": [[0, 3, 8, 11, True]]}],
    }


@settings(max_examples=60, deadline=None)
@given(st.text("甲乙,，\n ", max_size=40), st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["", "好", "，好"]))))
def test_runs_lead_back_to_the_raw_text(raw: str, edits: list[tuple[int, str]]) -> None:
    def find(page: Page, options: Options) -> Iterator[Change]:
        for at, after in edits:
            if at < len(page.text.value) and page.text.value[at] != "\n":
                yield Change((Edit(at, at + 1, after),), "misread")

    chain = Chain("c", (rule(find, Phase.TEXT),))
    result = engine.run(Page.of(raw), chain)
    blocks = [Block(a, b, "paragraph", 1.0) for a, b in result.page.lines]
    for block in document(result, chain, blocks)["blocks"]:
        assert [run[0] for run in block["runs"]] == [0, *(run[1] for run in block["runs"][:-1])]
        assert block["runs"][-1][1] == len(block["text"])
        for start, end, low, high, kept in block["runs"]:
            if kept:
                assert block["text"][start:end] == raw[low:high]


# ---- diff ------------------------------------------------------------------------------------------------------------


def test_equal_texts_have_no_diff() -> None:
    assert list(diff("甲\n", "甲\n")) == []


def test_a_diff_to_the_letter() -> None:
    shown = list(diff("一\n二\n甲 乙\n三\n四\n", "一\n二\n甲乙\n三\n四\n", "p"))
    assert shown == ["--- p (raw)", "+++ p (repaired)", "@@ -2,3 +2,3 @@", " 二", "-甲[- -]乙", "+甲乙", " 三"]


def test_a_paragraph_stands_beside_the_lines_it_was_joined_from() -> None:
    raw = "新桥昨天\n\n通车了。\n\n人们说\n\n好。\n"
    assert list(diff(raw, "新桥昨天通车了。\n\n人们说好。\n"))[3:] == [
        "-新桥昨天[-⏎-]",
        "-[-⏎-]",
        "-通车了。",
        "+新桥昨天通车了。",
        " ",
        "-人们说[-⏎-]",
        "-[-⏎-]",
        "-好。",
        "+人们说好。",
    ]


def test_a_diff_in_colour_has_no_marks() -> None:
    shown = "\n".join(diff("甲 乙\n", "甲，乙\n", colour=True))
    assert "[-" not in shown
    assert "\x1b[7m，\x1b[0m" in shown


def test_control_characters_cannot_reach_the_terminal() -> None:
    shown = list(diff("甲乙丙丁\x1b[2J\x7f\n", "甲乙丙丁\n"))
    assert shown[-2:] == ["-甲乙丙丁[-␛[2J␡-]", "+甲乙丙丁"]


@settings(max_examples=60, deadline=None)
@given(st.text("甲乙 ，\n", max_size=40), st.text("甲乙 ，\n", max_size=40))
def test_a_diff_without_marks_holds_both_texts(raw: str, repaired: str) -> None:
    old, new = [], []
    for line in list(diff(raw, repaired))[2:]:
        if line[:1] in "-+" and line:
            plain = line[1:].replace("[-", "").replace("-]", "").replace("{+", "").replace("+}", "").replace("⏎", "")
            (old if line[0] == "-" else new).append(plain)
    raw_lines, new_lines = raw.split("\n"), repaired.split("\n")
    assert all(line in raw_lines for line in old)
    assert all(line in new_lines for line in new)


# ---- furniture -------------------------------------------------------------------------------------------------------


def test_only_kinds_of_furniture_are_set_apart() -> None:
    page = Page.of("双桥晚报\n新桥通车\n桥通了。\n社址：东渠路8号\n公益广告")
    named = lines_as(page, "masthead", "headline", "paragraph", "imprint", "advertisement")
    assert markdown(page, named).split("---")[0] == "# 新桥通车\n\n桥通了。\n\n"
    body, furniture = parted(named)
    assert {block.kind for block in furniture} <= FURNITURE
    assert not {block.kind for block in body} & FURNITURE


def test_a_line_set_vertically_is_no_furniture() -> None:
    page = Page.of("新\n桥\n通\n车\n了\n" * 3)
    found = engine.run(page, load_chain())
    assert "vertical" in {mark.kind for mark in found.page.marks}
    said = document(found, load_chain(), blocks(found.page))
    assert said["furniture"] == []
    assert "".join(block["text"] for block in said["blocks"]) == "新桥通车了" * 3
    assert "furniture" not in markdown(found.page, blocks(found.page))


@pytest.mark.parametrize(
    ("text", "gap"), [("一座桥，守桥人骆", "after"), ("路，说灯亮了。”", "before"), ("义说，“灯亮了", "after")]
)
def test_a_fragment_says_on_which_side_the_rest_is_missing(text: str, gap: str) -> None:
    page = Page.of(f"双桥\n{text}\n")
    found = document(engine.Result(page), Chain("none", ()), lines_as(page, "headline", "fragment"))["blocks"]
    assert [block.get("gap") for block in found] == [None, gap]
