"""Joins: printed lines, halves at a column's end, characters on lines of their own, and what stands between halves."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from opencc import OpenCC

from repair.core.chain import Chain
from repair.core.change import Mark, Outcome, Safety
from repair.core.engine import Repaired, run
from repair.core.page import Page
from repair.core.rule import Phase, Rule
from repair.core.text import Span, codes_of
from repair.edits.glue import UNDECIDED, glue, join
from repair.joins.block_pairs import Pairs
from repair.joins.line_seams import seams_of
from repair.passes.layout import cut_paragraph as cuts
from repair.passes.layout import single_character_lines as single
from repair.passes.layout import wrapped_line as wraps
from repair.rulebook.load import load_chain
from repair.typography.characters import advance
from repair.typography.lines import Lines, printed_lines
from tests.prose import BROKEN_NUMBERS, ENGLISH, PROSE, measure, set_in_lines

JOINS = Chain("joins", (single.RULE, wraps.RULE, cuts.RULE))
HEAD, BYLINE = "南汀岛灯塔重新点亮", "本报记者 姜树"
STOPS = ("。", "！", "？", "。”", "！”", "。」", ".", ".”")
WIDTHS = pytest.mark.parametrize("width", range(12, 23))
BETWEEN = pytest.mark.parametrize("between", ["\n", "\n\n"])
Set = Callable[[str, float], list[str]]


@cache
def newspaper() -> Chain:
    return load_chain()


@cache
def traditional(text: str) -> str:
    return str(converter().convert(text)).translate(str.maketrans("“”", "「」"))


@cache
def converter() -> OpenCC:
    return OpenCC("s2tw")


def joined(text: str, chain: Chain = JOINS, newline: str = "lf", level: Safety = Safety.LIKELY) -> str:
    """What becomes of a page; run again it must not change."""
    result = run(Page.of(text, newline=newline), chain, apply=level)
    assert result.error is None and not result.skipped
    assert Outcome.REFUSED not in {record.outcome for record in result.records}
    again = run(Page.of(result.text), chain, apply=level)
    assert again.text == result.text, "a second run finds more to do"
    return result.text


def changes(text: str, rule: Rule) -> Repaired:
    return run(Page.of(text), Chain("one rule", (rule,)), apply=Safety.SUGGEST)


def clear(printed: list[str], width: float, size: Callable[[str], float] = measure) -> bool:
    """Whether the lines of a paragraph leave no doubt: its last is short, and no other ends a sentence."""
    return size(printed[-1]) < 0.8 * width - 1 and not any(line.endswith(STOPS) for line in printed[:-1])


def page_of(texts: list[str], width: float, set_: Set, size: Callable[[str], float]) -> tuple[list[str], list[str]]:
    """Printed lines and whole paragraphs of the texts that leave no doubt at this width."""
    chosen = [text for text in texts if clear(set_(text, width), width, size)]
    assert len(chosen) > 1
    return [line for text in chosen for line in set_(text, width)], chosen


def set_english(paragraph: str, width: float) -> list[str]:
    lines, indent = [""], 1.0
    for word in paragraph.split():
        longer = f"{lines[-1]} {word}".strip()
        if advance(longer) + indent > width:
            lines.append(word)
            indent = 0
        else:
            lines[-1] = longer
    return lines


# Printed lines


@WIDTHS
@BETWEEN
def test_a_wrapped_page_is_joined_to_its_paragraphs(width: int, between: str) -> None:
    printed, paragraphs = page_of(PROSE, width, set_in_lines, measure)
    assert joined(between.join(printed) + "\n") == between.join(paragraphs) + "\n"


@pytest.mark.parametrize("width", [12, 17, 22])
@BETWEEN
def test_the_whole_chain_joins_it_too(width: int, between: str) -> None:
    printed, paragraphs = page_of(PROSE, width, set_in_lines, measure)
    lines = between.join([HEAD, BYLINE, *printed])
    assert joined(lines, newspaper()) == between.join([HEAD, BYLINE, *paragraphs])


@WIDTHS
def test_a_page_with_carriage_returns_is_joined_and_knows_its_raw_text(width: int) -> None:
    printed, paragraphs = page_of(PROSE, width, set_in_lines, measure)
    raw = "\r\n".join(printed)
    assert joined(raw, newline="crlf") == "\n".join(paragraphs)
    text = run(Page.of(raw, newline="crlf"), JOINS).page.text
    told = "".join(raw[slice(*piece.raw)] for piece in text.pieces(raw))
    assert told == "\r\n".join(paragraphs)


@WIDTHS
@BETWEEN
def test_traditional_characters_are_joined_alike(width: int, between: str) -> None:
    texts = [traditional(text) for text in PROSE]
    printed, paragraphs = page_of(texts, width, set_in_lines, measure)
    assert joined(between.join(printed)) == between.join(paragraphs)


@WIDTHS
@pytest.mark.parametrize("indent", ["\u3000\u3000", "\u2003\u2003", "    "])
def test_indents_that_the_text_has_open_paragraphs(width: int, indent: str) -> None:
    printed = [set_in_lines(text, width) for text in PROSE]
    raw = "\n".join(indent + "\n".join(lines) for lines in printed if clear(lines, width))
    assert joined(raw) == "\n".join(indent + "".join(lines) for lines in printed if clear(lines, width))


@pytest.mark.parametrize("width", range(14, 29))
@BETWEEN
def test_english_lines_are_joined_with_spaces(width: int, between: str) -> None:
    more = [
        "On the island the children had been let out of school at noon, and the band of the fire company played on the "
        "wharf until the boat came in. It rained a little, but nobody went home.",
        "The keeper of the light, Mrs. Amos Tull, said she had counted sixty-one days without a letter. She has asked "
        "the company to run one boat through the winter if the harbor stays open.",
    ]
    printed, paragraphs = page_of(ENGLISH + more, width, set_english, advance)
    assert joined(between.join(printed)) == between.join(paragraphs)


def test_numbers_broken_at_the_line_end_are_whole_again() -> None:
    texts = [
        *PROSE,
        *(
            f"第{n}号水文站去年一共测到洪峰{2180 + n}次，其中最大的一次流量达到每秒{n}31.5万立方米，比1998年的那一次还"
            f"多出{n}6.4%，雨量计一共记下{120485 * n}个数，其中{n}4021个在夜里，全部报给了省里的{n}02处。"
            for n in range(1, 7)
        ),
    ]
    broken = 0
    for width in range(12, 23):
        printed, paragraphs = page_of(texts, width, partial(set_in_lines, tokens=BROKEN_NUMBERS), measure)
        broken += sum(a[-1].isdigit() and b[0].isdigit() for a, b in pairwise(printed))
        assert joined("\n".join(printed)) == "\n".join(paragraphs), width
    assert broken > 10


@pytest.mark.parametrize(
    "lines",
    [
        [HEAD, BYLINE, *PROSE],
        [
            "等船",
            "",
            "风停在水上",
            "船还没有来",
            "我把石头一块一块",
            "放回滩上",
            "",
            "潮水，替我数着",
            "一，二，三",
            "灯就亮了",
        ],
        ["1. 更换木楼梯", "2. 更换塔顶玻璃", "3. 疏通北面航道", "4. 增设两个浮标", "5. 修补码头石阶", "6. 油漆塔门"],
        ["一、更换楼梯；", "二、更换玻璃；", "三、疏通航道；", "四、增设浮标；"],
        ["3.2", "4.75", "12", "8.06", "31.5", "1908", "2180", "46"],
        ["南汀", "3.2", "4.75", "海门", "8.06", "31.5", "北浮标", "9.1", "2.2"],
        ["灯塔", "浮标", "渡轮", "码头", "航道", "石阶", "礁石", "海带"],
        [HEAD, "渡轮周六恢复航行", "北面航道疏通完成", "海带丰收价格平稳"],
        ["骆成义 姜树 沈望潮 何田", "白路 钟小川 丁一舟 岳青", "何海 骆小满 姜木 沈舟"],
        [*ENGLISH],
        ["LAMP IS LIT AGAIN", "Ferry Back in Service", "By Ellis Rowe", "Marrow Point, June 3", "See Page 4"],
        ["特此通知。", "南汀县海事处", "2031年3月2日", "联系电话：0999-864"],
    ],
)
@BETWEEN
def test_pages_that_are_not_wrapped_meet_no_join(lines: list[str], between: str) -> None:
    text = between.join(line for line in lines if line)
    assert joined(text) == text
    assert joined("\n".join(lines)) == "\n".join(lines)


def test_what_an_earlier_rule_marked_stays_apart() -> None:
    printed, _ = page_of(PROSE, 14, set_in_lines, measure)
    raw, at = "\n".join(printed), len("\n".join(printed[:4])) + 1
    marked = Span(at, at + len(printed[4]))
    page = Page.of(raw)
    result = run(page.with_text(page.text, (Mark(marked, "folio"),)), Chain("joins", (wraps.RULE, cuts.RULE)))
    assert f"\n{printed[4]}\n" in result.text
    assert f"\n{printed[4]}\n" not in joined(raw)


def test_only_wrapped_stretches_of_a_page_are_joined() -> None:
    blocks = [HEAD, BYLINE, *PROSE]
    printed, paragraphs = page_of(PROSE, 14, set_in_lines, measure)
    assert joined("\n".join(blocks * 2 + printed)) == "\n".join(blocks * 2 + paragraphs)


def asked_of(*lines: str) -> list[bool]:
    page = Page.of("\n".join(lines))
    asked: list[bool] = wraps.wrapped_gaps(printed_lines(page), seams_of(page)).tolist()
    return asked


def test_the_model_is_asked_about_stretches_of_printed_lines() -> None:
    blocks, (printed, _) = [HEAD, BYLINE, *PROSE] * 9, page_of(PROSE, 14, set_in_lines, measure)
    asked = asked_of(*blocks, *printed[:14])
    assert all(asked[len(blocks) + 3 :]) and not any(asked[: len(blocks) - 8])


def test_a_block_among_printed_lines_is_joined_to_none() -> None:
    printed, _ = page_of(PROSE, 14, set_in_lines, measure)
    asked = asked_of(*printed[:9], PROSE[0], *printed[9:])
    assert asked == [True] * 8 + [False] * 2 + [True] * (len(asked) - 10)


# Column ends


CUTS = [(0, 30), (1, 44), (2, 23), (3, 15), (4, 35)]


@BETWEEN
@pytest.mark.parametrize(("number", "at"), CUTS)
def test_the_halves_of_a_cut_paragraph_are_joined(number: int, at: int, between: str) -> None:
    halves = [*PROSE[:number], PROSE[number][:at], PROSE[number][at:], *PROSE[number + 1 :]]
    assert joined(between.join([HEAD, BYLINE, *halves])) == between.join([HEAD, BYLINE, *PROSE])
    assert joined(traditional(between.join([HEAD, BYLINE, *halves]))) == traditional(
        between.join([HEAD, BYLINE, *PROSE])
    )


@BETWEEN
def test_several_cuts_on_a_page_are_joined_in_one_run(between: str) -> None:
    halves = list(PROSE)
    for number, at in reversed(CUTS):
        halves[number : number + 1] = [PROSE[number][:at], PROSE[number][at:]]
    assert joined(between.join([HEAD, BYLINE, *halves])) == between.join([HEAD, BYLINE, *PROSE])


def test_a_paragraph_in_three_pieces_is_whole_after_one_run() -> None:
    text = PROSE[4]
    pieces = [text[:18], text[18:35], text[35:]]
    assert joined("\n\n".join([*PROSE[:4], *pieces, *PROSE[5:]])) == "\n\n".join(PROSE)


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n \n\u3000\n"])
def test_a_block_that_ends_with_an_enumeration_comma_goes_on(between: str) -> None:
    halves = ["守塔人带上楼顶的有灯油、棉纱、", "火柴和一壶热茶，够他守到天亮。"]
    page = [HEAD, BYLINE, PROSE[0], *halves, PROSE[1]]
    assert joined(between.join(page)) == between.join([*page[:3], "".join(halves), PROSE[1]])


@pytest.mark.parametrize(
    "after",
    [
        ["（下转第三版）"],
        [BYLINE, PROSE[3]],
        ["图为灯塔。姜树 摄", PROSE[3]],
        ["一、换上新的玻璃", PROSE[3]],
        ["——南汀岛灯塔修复记", PROSE[3]],
        ["渡轮周六恢复航行", BYLINE, PROSE[3]],
    ],
)
def test_a_block_cut_short_is_not_joined_to_what_does_not_go_on(after: list[str]) -> None:
    text = "\n\n".join([HEAD, *PROSE[:2], PROSE[2][:23], *after])
    assert joined(text) == text


@pytest.mark.parametrize("items", [3, 8])
@pytest.mark.parametrize("mark", ["{}. ", "（{}）", "● ", "{}、"])
def test_items_of_a_list_stay_apart(mark: str, items: int) -> None:
    said = ["更换木楼梯和塔门", "更换塔顶玻璃", "疏通北面航道，增设浮标", "修补码头石阶"] * 2
    listed = [mark.format(i) + item for i, item in enumerate(said[:items], 1)]
    text = "\n\n".join([HEAD, PROSE[0], "今年要做的几件事：", *listed, PROSE[1]])
    assert joined(text) == text


def test_the_model_is_asked_about_open_ends_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = list[tuple[int, int]]()

    def unsure(pairs: Pairs) -> NDArray[np.float64]:
        seen.extend(zip(pairs.tails.tolist(), pairs.heads.tolist(), strict=True))
        return np.zeros(len(pairs.tails))

    monkeypatch.setattr(cuts, "pair_probability", unsure)
    monkeypatch.setattr(cuts, "_may_be_halves", lambda *_: True)
    blocks = [
        PROSE[0],
        PROSE[1][:30],
        HEAD,
        "他说：“灯亮了”",
        PROSE[2],
        "一、换灯",
        PROSE[3],
        PROSE[4][:15],
        "岳镇日报",
    ]
    page, at = Page.of("\n".join(blocks)), "\n".join(blocks).index("岳镇日报")
    assert list(cuts.RULE.find(page.with_text(page.text, (Mark(Span(at, at + 4), "masthead"),)), {})) == []
    assert seen == [*((1, head) for head in range(2, 8)), (2, 3), (3, 4), (5, 6)]


def test_english_halves_are_joined_with_a_space() -> None:
    at = ENGLISH[2].index("a passenger")
    halves = [*ENGLISH[:2], ENGLISH[2][: at - 1], ENGLISH[2][at:]]
    assert joined("\n\n".join(halves)) == "\n\n".join(ENGLISH)


PIECES = st.lists(
    st.sampled_from(
        [*PROSE, *ENGLISH, HEAD, BYLINE, "（下转第三版）", "1. 浮标", "46", "灯", "，", "The", "well-", "known", ""]
    )
    | st.builds(lambda text, a, b: text[a : a + b], st.sampled_from(PROSE), st.integers(0, 50), st.integers(1, 30)),
    max_size=16,
)


@given(PIECES, st.sampled_from(["\n", "\n\n", "\n\u3000\u3000"]), st.sampled_from(list(Safety)))
@settings(max_examples=60, deadline=None)
def test_what_is_joined_or_moved_is_still_there(pieces: list[str], between: str, level: Safety) -> None:
    text = between.join(pieces)
    result = run(Page.of(text), JOINS, apply=level)
    assert result.error is None
    assert sorted("".join(result.text.replace("-", "").split())) == sorted("".join(text.replace("-", "").split()))
    for record in result.records:
        assert record.outcome is not Outcome.REFUSED
        assert not record.edits or any("\n" in done.before for done in record.edits)
        assert record.change.confidence > 0 and record.change.reason


@given(PIECES)
@settings(max_examples=40, deadline=None)
def test_what_is_surer_is_never_less_safe(pieces: list[str]) -> None:
    for rule, doubtful_up_to in ((wraps.RULE, 0.75), (cuts.RULE, 0.5)):
        found = changes("\n".join(pieces), rule).records
        assert not found or rule.phase is Phase.LAYOUT
        for one in found:
            for other in found:
                if one.change.safety.rank < other.change.safety.rank:
                    assert one.change.confidence >= min(other.change.confidence, doubtful_up_to)


# Characters on lines of their own


def on_end(text: str, between: str = "\n") -> str:
    return between.join(text)


@pytest.mark.parametrize("between", ["\n", "\n\n", " \n\u3000"])
def test_a_run_of_single_characters_is_one_line(between: str) -> None:
    text = "\n".join([PROSE[0], on_end("南汀岛灯塔重新点亮", between), PROSE[1]])
    assert joined(text) == "\n".join([PROSE[0], "南汀岛灯塔重新点亮", PROSE[1]])


@pytest.mark.parametrize(
    "lines", ["灯\n塔", "灯\n塔\n南汀岛的人都来看灯", "1\n2\n3\n4", "a\nb\nc", "灯\n\n南汀岛\n\n塔\n\n亮"]
)
def test_fewer_than_three_or_no_characters_are_no_run(lines: str) -> None:
    text = f"{PROSE[0]}\n{lines}\n{PROSE[1]}"
    assert joined(text, Chain("single", (single.RULE,))) == text


def test_a_vertical_page_keeps_the_ends_of_its_sentences() -> None:
    sentences = ["灯塔昨天重新亮了。", "守塔人点着了停了十一年的灯。", "海面上的渔船一齐拉响汽笛。"]
    result = changes("\n".join(on_end(sentence) for sentence in sentences), single.RULE)
    assert result.text.split("\n") == sentences
    marks = {(mark.kind, *mark.raw) for mark in result.page.marks}
    assert marks == {("vertical", 0, len(result.page.raw))}


def test_a_headline_of_a_vertical_page_stays_a_line() -> None:
    lines = ["灯塔修复纪实", "去年春天，岛上的人都来了。"]
    assert changes("\n".join(on_end(line) for line in lines), single.RULE).text.split("\n") == lines


def test_a_vertical_page_is_not_taken_for_wrapped_lines() -> None:
    sentences = ["灯塔昨天重新亮了。", "守塔人点着了停了十一年的灯。", "海面上的渔船一齐拉响汽笛。"] * 3
    assert joined("\n".join(on_end(sentence) for sentence in sentences)).split("\n") == sentences


def test_a_mark_beside_its_character_stands_in_the_run_of_a_vertical_page() -> None:
    raw = "\n".join(["灯", "塔，", "昨", "天", "重", "新", "亮", "了。", "渔", "船", "（3", "条）", "回", "来", "了。"])
    assert changes(raw, single.RULE).text == "灯塔，昨天重新亮了。\n渔船（3条）回来了。"


def test_a_run_on_a_horizontal_page_is_marked_as_nothing() -> None:
    assert changes("\n".join([*PROSE, on_end("灯塔亮了"), *PROSE]), single.RULE).page.marks == ()


# What stands between two halves


def glued(first: str, second: str, elsewhere: str = "") -> str:
    """Two halves put together, on a page with something else."""
    value = f"{first}\n{second}\n{elsewhere}"
    change = join(value, len(first), len(first) + 1, "why", Safety.LIKELY, 0.7)
    assert (change.safety, change.confidence, change.reason[:3]) == (Safety.LIKELY, 0.7, "why")
    ((start, end, after),) = change.edits
    assert change.removes == value[start:end].strip()
    return (value[:start] + str(after) + value[end:]).removesuffix(f"\n{elsewhere}")


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("灯塔重新", "亮了", "灯塔重新亮了"),
        ("燈塔重新", "亮了", "燈塔重新亮了"),
        ("建成于19", "08年", "建成于1908年"),
        ("增长3.", "6%", "增长3.6%"),
        ("“2+", "4”", "“2+4”"),
        ("共46", "公斤", "共46公斤"),
        ("下降5%、", "7%", "下降5%、7%"),
        ("站里的GPS", "雨量计", "站里的GPS雨量计"),
        ("装上了", "GPS定位", "装上了GPS定位"),
        ("他用的是Marrow", "Point的灯", "他用的是Marrow Point的灯"),
        ("「燈亮", "了」", "「燈亮了」"),
        ("stood on the pier", "to see her", "stood on the pier to see her"),
        ("in June,", "and in May", "in June, and in May"),
        ("about 200", "people", "about 200 people"),
        ("He said:", "“Wait.”", "He said: “Wait.”"),
        ("the fare,", "$5, is", "the fare, $5, is"),
        ("Ça a été", "réparé", "Ça a été réparé"),
        ("１９", "０８", "１９０８"),
        ("19", "08", "1908"),
        ("他用的是Marrow", "12个", "他用的是Marrow12个"),
    ],
)
def test_nothing_between_han_and_a_space_between_words(first: str, second: str, whole: str) -> None:
    assert glued(first, second) == whole


@pytest.mark.parametrize(
    ("first", "second", "elsewhere", "whole"),
    [
        ("a new rud-", "der was cast", "", "a new rudder was cast"),
        ("a new rud-", "der was cast", "the rudder of the boat", "a new rudder was cast"),
        ("a well-", "built boat", "each well-built pier", "a well-built boat"),
        ("a Well-", "built boat", "each well-built pier", "a Well-built boat"),
        ("the Marrow-", "Tarn line", "", "the Marrow-Tarn line"),
        ("sixty-", "one days", "sixty-one days, and sixty-one nights", "sixty-one days"),
    ],
)
def test_a_hyphen_goes_unless_the_page_has_the_word_with_it(
    first: str, second: str, elsewhere: str, whole: str
) -> None:
    assert glued(first, second, elsewhere) == whole


def test_a_hyphen_of_its_own_code_point_goes_too() -> None:
    assert glued("a new rud\u2010", "der was cast") == "a new rudder was cast"


@pytest.mark.parametrize(("first", "second"), [("in the years 1919-", "20"), ("for a 3-", "year term")])
def test_a_hyphen_behind_a_number_stays_without_a_space(first: str, second: str) -> None:
    assert glued(first, second) == first + second


def test_a_word_torn_without_a_hyphen_is_whole_where_the_page_has_it_whole() -> None:
    assert glued("the new rud", "der was cast", "the rudder of the boat") == "the new rudder was cast"
    assert glued("the new rud", "der was cast") == "the new rud der was cast"
    assert glued("on the", "men", "on the men, the men, themen") == "on the men"


@given(st.text("灯塔aB1.-，“ é", min_size=1), st.text("灯塔aB1.-，“ é", min_size=1))
def test_glue_is_nothing_or_a_space_and_drops_only_hyphens(first: str, second: str) -> None:
    between, drop = glue(f"{first}\n{second}", len(first), len(first) + 1)
    assert between in ("", " ")
    assert not drop or (first[-1] == "-" and not between)
    if first[-1] in "灯塔，" or second[0] in "灯塔，":
        assert (between, drop) == ("", False)


def test_blank_lines_and_margins_go_with_the_break() -> None:
    value = "灯塔重新 \n\n\u3000 亮了"
    change = join(value, 4, len(value) - 2, "", Safety.SAFE, 1)
    assert change.edits == ((4, len(value) - 2, ""),) and not change.removes


# ---- scripts ---------------------------------------------------------------------------------------------------------

SPACED = [
    *[("новый мостъ", "открытъ"), ("ἡ νέα γέφυρα", "ἄνοιξε"), ("הגשר", "נפתח"), ("الجسر", "الجديد"), ("नया पुल", "खुला")],
    *[("новый мостъ,", "сказалъ онъ"), ("the bridge", "is open"), ("նոր կամուրջը", "բաց է"), ("открыты", "2 моста")],
]
SOLID = [
    ("新桥昨", "天通车"),
    ("新しい", "橋が"),
    ("สะพาน", "ใหม่"),
    ("ស្ពាន", "ថ្មី"),
    ("ຂົວ", "ໃໝ່"),
    ("တံတား", "သစ်"),
    ("新桥", "мостъ"),
]


@pytest.mark.parametrize(("tail", "head"), SPACED)
def test_scripts_that_part_words_get_a_space(tail: str, head: str) -> None:
    assert glue(f"{tail}\n{head}", len(tail), len(tail) + 1) == (" ", False)


@pytest.mark.parametrize(("tail", "head"), SOLID)
def test_scripts_that_do_not_part_words_get_none(tail: str, head: str) -> None:
    assert glue(f"{tail}\n{head}", len(tail), len(tail) + 1) == ("", False)


def test_a_hyphen_at_a_line_end_goes_in_every_script_with_cases() -> None:
    assert glue("онъ осмо-\nтрѣлъ мостъ", 9, 10) == ("", True)


@pytest.mark.parametrize(
    ("elsewhere", "between"), [("계획을 확정하였다", ""), ("계획을 확정하였 다시", " "), ("아무 말도 없다", None)]
)
def test_korean_is_joined_only_as_the_page_shows_it(elsewhere: str, between: str | None) -> None:
    head = "다시" if between == " " else "다"
    value = f"의회는 확정하였\n{head} 그리고\n{elsewhere}\n"
    end = value.index("\n")
    change = join(value, end, end + 1, "for the test", Safety.SAFE, 0.999)
    if between is None:
        assert (change.safety, change.confidence) == (Safety.SUGGEST, 0.5)
        assert UNDECIDED in change.reason
    else:
        assert change.safety is Safety.SAFE
        assert change.edits[0].after == between


def test_lines_in_cyrillic_are_words_not_wide_signs() -> None:
    lines = Lines.of(codes_of("Вчера въ думѣ было засѣданіе\n新桥昨天通车\n"))
    assert lines.latin.tolist() == [True, False]
    assert lines.widths[0] < 16


def test_a_join_that_would_leave_a_headline_without_text_is_only_suggested() -> None:
    raw = (
        "## 学校\n\n"
        "去年春天，东渠乡的三所小学都修了新操场，铺了跑道，装了篮球架，孩子们下课以后有了去处，家长们也放心，最后一所是东渠中心小学\n\n"
        "## 食堂\n\n"
        "校长室在二楼，门口放着一盆兰花，楼前有一棵老槐树，夏天孩子们在树下乘凉。\n\n"
        "## 校车\n\n"
        "校车一天跑两趟，早上六点半从乡里出发，绕过三个村子，七点一刻到学校门口。\n\n"
    )
    result = run(Page.of(raw), Chain("cuts", (cuts.RULE,)))
    assert result.text == raw
    assert [(record.outcome, record.change.safety) for record in result.records] == [
        (Outcome.SUGGESTED, Safety.SUGGEST)
    ]
