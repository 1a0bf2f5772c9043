"""Text, Markdown and JSON of a repaired page or issue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repair.articles import Part, Story
from repair.articles.story import bare, part_of
from repair.blocks import FURNITURE, Block
from repair.core import engine
from repair.core.chain import Chain
from repair.core.change import Change, Mark
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit, Span, unify
from repair.files.decoding import Encoding
from repair.files.text import file_bytes, json_bytes
from repair.formats import plain
from repair.formats.document import document, dumps, rows
from repair.formats.markdown import article, escaped, markdown
from repair.history.diff import diff
from repair.issues.assemble import Edition, edition_of_page
from repair.issues.bound import Bound, Leaf
from repair.issues.copies import Copy, Reprint, Said
from repair.issues.links import End
from repair.issues.numbers import Label
from repair.rulebook.load import load_chain
from repair.vocabulary.jump_marks import Jump

UTF8 = Encoding("utf-8", bom=False, detected=True, newline="lf")


def bound(*results: engine.Repaired) -> Bound:
    return Bound("双桥晚报", tuple(Leaf(result, UTF8) for result in results))


def lines_as(page: Page, *kinds: str) -> list[Part]:
    return [part_of(Block(a, b, kind, 1.0), page) for (a, b), kind in zip(page.line_spans, kinds, strict=True)]


def edition_as(result: engine.Repaired, *kinds: str) -> Edition:
    """A page whose lines are of these kinds; a kicker or a headline that is none's begins an article."""
    stories, furniture, before = list[Story](), list[tuple[int, Part]](), ""
    for part in lines_as(result.page, *kinds):
        if part.kind in FURNITURE:
            furniture.append((0, part))
        elif stories and not (part.kind == "kicker" or (part.kind == "headline" and before != "kicker")):
            stories[-1] = stories[-1]._replace(parts=(*stories[-1].parts, part))
        else:
            stories.append(Story(f"p1a{len(stories) + 1}", (0,), (part,)))
        before = part.kind
    return Edition(result.page.name, bound(result), (Label("", 1),), result.page, tuple(stories), tuple(furniture))


def read(raw: str, *kinds: str) -> Edition:
    return edition_as(engine.Repaired(Page.of(raw, "p.txt")), *kinds)


def repaired(raw: str, chain: Chain, marks: tuple[Mark, ...] = ()) -> Edition:
    page = Page.of(raw, "p.txt")
    result = engine.run(page.with_text(page.text, marks), chain)
    return edition_of_page(result, bound(result))


def blocks_in(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for one in said["articles"] for block in one["blocks"]]


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
    raw = "".join(f"{line}\n" for _, line, _ in SHAPED)
    body = "".join(shaped for _, _, shaped in SHAPED)
    assert markdown(read(raw, *(kind for kind, _, _ in SHAPED))) == (
        body + "---\n\n<!-- furniture -->\n\n双桥晚报\n\n第\\*2\\*版\n"
    )


def test_nothing_is_nothing_in_every_format() -> None:
    empty = read("")
    assert markdown(empty) == plain.articles(empty) == ""
    assert list(rows(empty, Chain("none", ()))) == []
    assert document(empty, Chain("none", ()))["articles"] == []


def test_rules_part_the_articles_in_markdown() -> None:
    raw = "新桥通车\n桥通了。\n渠水\n水来了\n水来了。\n"
    edition = read(raw, "headline", "paragraph", "kicker", "headline", "paragraph")
    assert markdown(edition) == "# 新桥通车\n\n桥通了。\n\n---\n\n*渠水*\n\n# 水来了\n\n水来了。\n"
    assert article(edition.stories[1], edition) == "*渠水*\n\n# 水来了\n\n水来了。"


def test_items_of_two_articles_are_two_lists() -> None:
    edition = read("甲题\n- 一\n- 二\n乙题\n- 三", "headline", "list_item", "list_item", "headline", "list_item")
    assert markdown(edition) == "# 甲题\n\n- 一\n- 二\n\n---\n\n# 乙题\n\n- 三\n"


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


# ---- an issue --------------------------------------------------------------------------------------------------------

FIRST, SECOND = "三座桥\n桥通了，人们\n灯亮了", "都说好。\n灯亮了\n三座桥"


def part(edition_value: str, kind: str, *texts: str, after: int = 0, glue: str = "") -> Part:
    """The part that says these texts, each at its first place from `after` on."""
    spans = []
    for text in texts:
        at = edition_value.index(text, after)
        spans.append(Span(at, at + len(text)))
        after = at + 1
    return Part(kind, 0.9, tuple(spans), (glue,) * (len(spans) - 1))


@pytest.fixture
def issue() -> Edition:
    """Two pages: an article whose paragraph the jump has cut, one that stands on both, a head printed again."""
    pages = bound(*(engine.Repaired(Page.of(text, f"{name}.txt")) for name, text in (("one", FIRST), ("two", SECOND))))
    value = pages.page.text.value
    second = pages.starts[1]
    bridge = Story(
        "p1a1",
        (0, 1),
        (part(value, "headline", "三座桥"), part(value, "paragraph", "桥通了，人们", "都说好。")),
        repeated=(part(value, "headline", "三座桥", after=second),),
    )
    lamp = Story("p1a2", (0,), (part(value, "headline", "灯亮了"),))
    again = Story("p2a1", (1,), (part(value, "headline", "灯亮了", after=second),))
    reprint = Reprint("p1a2", (Copy("p2a1", 1.0, 0.98765, 1.0),), "it is whole", Said.of(lamp, value), (), ())
    return Edition(
        "双桥晚报",
        pages,
        (Label("A", 1), Label("", 2)),
        pages.page,
        (bridge, lamp, again),
        (),
        unmatched=(End(0, 1, Jump("to", "B", 0), 1),),
        reprints=(reprint,),
    )


def test_markdown_of_an_issue_names_pages_and_copies(issue: Edition) -> None:
    assert markdown(issue) == (
        "<!-- pages A1, 2 -->\n\n# 三座桥\n\n桥通了，人们都说好。\n\n---\n\n"
        "<!-- stands again as p2a1 -->\n\n# 灯亮了\n\n---\n\n"
        "<!-- reprint of p1a2 -->\n\n# 灯亮了\n"
    )
    assert [article(story, issue) for story in issue.stories] == markdown(issue).rstrip("\n").split("\n\n---\n\n")


def test_plain_text_of_an_issue(issue: Edition) -> None:
    assert plain.article(issue.stories[0], issue) == "三座桥\n桥通了，人们都说好。\n"
    assert plain.articles(issue) == "三座桥\n桥通了，人们都说好。\n\n灯亮了\n\n灯亮了\n"


def test_plain_text_has_no_furniture() -> None:
    edition = read("双桥晚报\n# 新桥通车\n桥通了。\n第2版", "masthead", "headline", "paragraph", "folio")
    assert plain.articles(edition) == "新桥通车\n桥通了。\n"


def test_json_of_an_issue(issue: Edition) -> None:
    said = document(issue, Chain("none", ()))
    assert said["name"] == "双桥晚报"
    assert said["pages"] == [
        {"name": "one.txt", "label": "A1", "raw_chars": len(FIRST)},
        {"name": "two.txt", "label": "2", "raw_chars": len(SECOND)},
    ]
    bridge, lamp, again = said["articles"]
    assert bridge["pages"] == [0, 1] and bridge["headline"] == "三座桥" and bridge["byline"] is None
    assert bridge["blocks"][1]["runs"] == [[0, 6, 0, 4, 10, True], [6, 10, 1, 0, 4, True]]
    assert bridge["repeated"] == [
        {"kind": "headline", "confidence": 0.9, "text": "三座桥", "runs": [[0, 3, 1, 9, 12, True]]}
    ]
    assert "jumps" not in bridge and "repeated" not in lamp and again["pages"] == [1]
    assert said["unmatched_jumps"] == [{"page": 1, "way": "to", "label": "B"}]
    assert said["reprints"] == [
        {
            "article": "p1a2",
            "reason": "it is whole",
            "copies": [{"article": "p2a1", "containment": 1.0, "ratio": 0.9877, "covered": 1.0, "raw": []}],
            "apparatus": [],
        }
    ]


def test_rows_of_an_issue(issue: Edition) -> None:
    chain = Chain("none", ())
    said = [json.loads(row) for row in rows(issue, chain)]
    assert [row["page_names"] for row in said] == [
        [{"name": "one.txt", "label": "A1"}, {"name": "two.txt", "label": "2"}],
        [{"name": "one.txt", "label": "A1"}],
        [{"name": "two.txt", "label": "2"}],
    ]
    assert [row.get("reprint_of") for row in said] == [None, None, "p1a2"]
    added = {"schema", "issue", "page_names", "reprint_of"}
    assert [{k: v for k, v in row.items() if k not in added} for row in said] == document(issue, chain)["articles"]
    assert all(row["schema"] == 2 and row["issue"] == "双桥晚报" for row in said)


def test_a_space_between_the_halves_of_a_paragraph_is_an_insertion(issue: Edition) -> None:
    value = issue.page.text.value
    halves = part(value, "paragraph", "桥通了，人们", "都说好。", glue=" ")
    edition = replace(issue, stories=(Story("p1a1", (0, 1), (halves,)),), reprints=())
    [block] = blocks_in(document(edition, Chain("none", ())))
    assert block["text"] == "桥通了，人们 都说好。"
    assert block["runs"] == [[0, 6, 0, 4, 10, True], [6, 7, 0, 10, 10, False], [7, 11, 1, 0, 4, True]]


def test_a_headline_of_two_lines_is_one_in_every_format() -> None:
    page = Page.of("## 修好门前路\n\n## 牵住万家心\n桥通了。\n", "p.txt")
    parts = tuple(part_of(block, page) for block in (Block(0, 18, "headline", 0.9), Block(19, 23, "paragraph", 1.0)))
    edition = replace(edition_as(engine.Repaired(page), *["note"] * 3), stories=(Story("p1a1", (0,), parts),))
    [said] = document(edition, Chain("none", ()))["articles"]
    assert said["headline"] == said["blocks"][0]["text"] == "修好门前路 牵住万家心"
    assert said["blocks"][0]["runs"] == [[0, 5, 0, 3, 8, True], [5, 6, 0, 8, 8, False], [6, 11, 0, 13, 18, True]]
    assert markdown(edition) == "# 修好门前路 牵住万家心\n\n桥通了。\n"
    assert plain.articles(edition) == "修好门前路 牵住万家心\n桥通了。\n"


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
    line = dumps(edition_as(result, "headline", "paragraph", "folio"), CHAIN)
    assert line.count("\n") == 1
    assert json.loads(line) == {
        "schema": 2,
        "name": "p.txt",
        "pages": [{"name": "p.txt", "label": "1", "raw_chars": 11}],
        "chain": "two",
        "chain_hash": CHAIN.digest,
        "counts": {"applied": 2},
        "skipped": [],
        "articles": [
            {
                "id": "p1a1",
                "pages": [0],
                "headline": "丁",
                "byline": None,
                "text": "丁\n甲，乙",
                "blocks": [
                    {"kind": "headline", "confidence": 1.0, "text": "丁", "runs": [[0, 1, 0, 6, 7, True]]},
                    {
                        "kind": "paragraph",
                        "confidence": 1.0,
                        "text": "甲，乙",
                        "runs": [[0, 1, 0, 0, 1, True], [1, 2, 0, 1, 2, False], [2, 3, 0, 2, 3, True]],
                    },
                ],
            }
        ],
        "furniture": [
            {"page": 0, "kind": "folio", "confidence": 1.0, "text": "第2版", "runs": [[0, 3, 0, 8, 11, True]]}
        ],
        "gaps": [],
        "unmatched_jumps": [],
        "reprints": [],
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
    edition = edition_as(result, *["paragraph"] * len(list(result.page.line_spans)))
    for block in blocks_in(document(edition, chain)):
        assert [run[0] for run in block["runs"]] == [0, *(run[1] for run in block["runs"][:-1])]
        assert block["runs"][-1][1] == len(block["text"])
        for start, end, page, low, high, kept in block["runs"]:
            assert page == 0
            if kept:
                assert block["text"][start:end] == raw[low:high]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("甲乙,", min_size=1, max_size=9), min_size=2, max_size=6), st.data())
def test_runs_of_several_stretches_cover_the_text(lines: list[str], data: st.DataObject) -> None:
    """Of two pages, each comma read for another; the stretches of a part stand on either, in any order."""

    def find(page: Page, options: Options) -> Iterator[Change]:
        yield from (Change((Edit(at, at + 1, "，"),), "") for at, c in enumerate(page.text.value) if c == ",")

    chain = Chain("c", (rule(find, Phase.TEXT),))
    cut = data.draw(st.integers(1, len(lines) - 1))
    raw = ["\n".join(lines[:cut]), "\n".join(lines[cut:])]
    pages = bound(*(engine.run(Page.of(text), chain) for text in raw))
    spans = tuple(Span(*span) for span in pages.page.line_spans if pages.page.text.value[slice(*span)].strip("\f"))
    spans = tuple(data.draw(st.permutations(spans)))
    glues = tuple(data.draw(st.sampled_from(["", " "])) for _ in spans[1:])
    stories = (Story("p1a1", (0, 1), (Part("paragraph", 1.0, spans, glues),)),)
    edition = Edition("i", pages, (Label("", 1), Label("", 2)), pages.page, stories, ())
    [block] = blocks_in(document(edition, chain))
    assert [run[0] for run in block["runs"]] == [0, *(run[1] for run in block["runs"][:-1])]
    assert block["runs"][-1][1] == len(block["text"])
    for start, end, page, low, high, kept in block["runs"]:
        said = block["text"][start:end]
        assert said == raw[page][low:high] if kept else said in (" ", "，" * len(said))


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
    raw = "双桥晚报\n新桥通车\n桥通了。\n社址：东渠路8号\n公益广告"
    edition = read(raw, "masthead", "headline", "paragraph", "imprint", "advertisement")
    assert markdown(edition).split("---")[0] == "# 新桥通车\n\n桥通了。\n\n"
    said = document(edition, Chain("none", ()))
    assert [(block["page"], block["text"]) for block in said["furniture"]] == [
        (0, "双桥晚报"),
        (0, "社址：东渠路8号"),
        (0, "公益广告"),
    ]
    assert {block["kind"] for block in said["furniture"]} <= FURNITURE
    assert not {block["kind"] for block in blocks_in(said)} & FURNITURE


def test_lines_that_a_rule_marked_are_furniture() -> None:
    raw = "双桥晚报\n\n新桥通车\n\n桥昨天通车，人们走来走去，都说这桥修得好，明年还要再修一座。"
    edition = repaired(raw, Chain("none", ()), (Mark(Span(0, 4), "masthead"),))
    said = document(edition, Chain("none", ()))
    assert [block["kind"] for block in said["furniture"]] == ["masthead"]
    assert [block["kind"] for block in blocks_in(said)] == ["headline", "paragraph"]
    assert markdown(edition).endswith("---\n\n<!-- furniture -->\n\n双桥晚报\n")


def test_a_line_set_vertically_is_no_furniture() -> None:
    edition = repaired("新\n桥\n通\n车\n了\n" * 3, load_chain())
    assert "vertical" in {mark.kind for mark in edition.page.marks}
    said = document(edition, load_chain())
    assert said["furniture"] == []
    assert "".join(block["text"] for block in blocks_in(said)) == "新桥通车了" * 3
    assert "furniture" not in markdown(edition)


@pytest.mark.parametrize(
    ("text", "gap"), [("一座桥，守桥人骆", "after"), ("路，说灯亮了。”", "before"), ("义说，“灯亮了", "after")]
)
def test_a_fragment_says_on_which_side_the_rest_is_missing(text: str, gap: str) -> None:
    said = document(read(f"双桥\n{text}\n", "headline", "fragment"), Chain("none", ()))
    assert [block.get("gap") for block in blocks_in(said)] == [None, gap]
    assert said["gaps"] == [{"article": "p1a1", "block": 1, "side": gap}]


def test_gaps_name_the_article_and_the_block() -> None:
    kinds = ("headline", "paragraph", "headline", "fragment", "paragraph", "fragment")
    edition = read("甲\n一。\n乙\n二，\n三。\n，四。", *kinds)
    assert document(edition, Chain("none", ()))["gaps"] == [
        {"article": "p1a2", "block": 1, "side": "after"},
        {"article": "p1a2", "block": 3, "side": "before"},
    ]
