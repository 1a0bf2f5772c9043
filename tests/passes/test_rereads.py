"""Passages read twice: how they are found, what the ledger says of them, and what is left alone."""

from __future__ import annotations

from random import Random

import pytest

from repair.blocks import blocks_of
from repair.core import engine
from repair.core.chain import Chain
from repair.core.change import Safety
from repair.core.page import Page
from repair.core.text import codes_of
from repair.files.decoding import decode
from repair.history import explain, ledger
from repair.history.undo import redo, undo
from repair.passes.layout.line_read_ever_shorter import RULE as SHRINKING
from repair.passes.layout.passage_read_twice.copies import Copy, copies
from repair.passes.layout.passage_read_twice.folded_page import FoldedPage
from repair.passes.layout.passage_read_twice.rule import RULE
from repair.rulebook.load import load_chain
from repair.typography.folded import Folded

HEAD = "# 让每一条渠都流到田头\n\n"
SAID = (
    "会议要求，要坚持先急后缓、先下游后上游的原则，优先保证末级渠道畅通；"
    "要把管护责任落实到人，推行“一渠一长”，每季度公开一次检查结果；县级配套和乡镇自筹同步到位，先把断头的渠接通，不让工程等钱。"
)
OTHER = "与会人员还实地查看了东三支渠清淤现场和新建的泵站。"
TWICE = f"{HEAD}{SAID}\n\n{SAID}\n\n{OTHER}\n"
HAN = "清渠水流到田头春天修桥树苗老人孩子食堂饭菜县镇村道路灯亮学校老师书本"


def found(text: str) -> list[Copy]:
    return copies(Folded.of(codes_of(text)).codes)


def run(text: str, *, apply: Safety = Safety.LIKELY) -> engine.Repaired:
    return engine.run(Page.of(text), Chain("test", (RULE,)), apply=apply)


def random_text(rng: Random, size: int) -> str:
    return "".join(chr(rng.randrange(0x4E00, 0x9000)) for _ in range(size))


@pytest.mark.parametrize("wrong", [0, 1, 5])
def test_a_copy_is_found_to_its_ends_whatever_is_misread(wrong: int) -> None:
    rng = Random(wrong)
    said, between = random_text(rng, 120), random_text(rng, 200)
    again = list(said)
    for place in rng.sample(range(3, 117), wrong):
        again[place] = chr(0x9001 + place)
    longest = max(found(said + between + "".join(again) + random_text(rng, 50)), key=lambda copy: copy.second_end)
    assert longest[:4] == (0, 120, 320, 440)
    assert sum(run[2] for run in longest.runs) == 120 - wrong


def test_a_copy_is_found_where_a_character_is_missing() -> None:
    rng = Random(1)
    said = random_text(rng, 80)
    (copy,) = found(said + random_text(rng, 30) + said[:40] + said[41:])
    assert copy[:4] == (0, 80, 110, 189)
    assert (copy.before(110), copy.before(188)) == (0, 79)


def test_text_without_repetition_has_no_copies() -> None:
    assert found(random_text(Random(2), 3000)) == found("") == found("桥") == []


def test_copies_are_found_in_text_that_only_repeats() -> None:
    assert found("桥" * 200)
    assert run("桥" * 200 + "\n").text == "桥" * 200 + "\n"


def test_what_is_taken_out_points_at_the_copy_that_stays() -> None:
    result = run(TWICE)
    assert result.text == f"{HEAD}{SAID}\n\n{OTHER}\n"
    (record,) = result.applied
    (copy,) = record.copies
    assert result.page.raw[copy.start : copy.end] == SAID
    assert record.change.removes == "".join(SAID.split())


def test_the_ledger_keeps_the_pointer_and_leads_back() -> None:
    data = TWICE.replace("\n", "\r\n").encode()
    raw, encoding = decode(data)
    chain = Chain("test", (RULE,))
    result = engine.run(Page.of(raw, newline=encoding.newline), chain)
    output = result.text.replace("\n", "\r\n").encode()
    header = ledger.header_of(result, chain, data, output, encoding)
    written = ledger.encoded(ledger.rows(result, header))
    book = ledger.parse(written)
    (row,) = book.changes
    (copy,) = row.copies
    assert (raw[slice(*copy)], row.copy_line, row.line) == (SAID, 3, 3)
    assert undo(output, book) == data
    assert redo(data, book) == output
    assert any("line 3" in line for line in explain.in_full(book, row) if line.strip().startswith("copy"))


def test_rows_of_an_older_ledger_have_no_pointer() -> None:
    text = "渠水  清。\n"
    data = text.encode()
    raw, encoding = decode(data)
    chain = load_chain("newspaper")
    result = engine.run(Page.of(raw), chain)
    header = ledger.header_of(result, chain, data, result.text.encode(), encoding)
    written = ledger.encoded(ledger.rows(result, header))
    assert b"copies" not in written
    assert all(row.copies == () and not row.copy_line for row in ledger.parse(written).changes)


def test_a_pointer_leads_past_line_ends_of_other_rules() -> None:
    """The raw span is that of the raw file, although an earlier rule took characters out before it."""
    text = f"\ufeff\u200b{TWICE}"
    result = engine.run(Page.of(text), load_chain("newspaper"))
    (record,) = (record for record in result.applied if record.rule == RULE.id)
    (copy,) = record.copies
    assert text[copy.start : copy.end] == SAID


def test_half_a_sentence_of_the_second_reading_is_kept_as_a_fragment() -> None:
    own = "春灌各项准备工作的落实，"
    result = engine.run(
        Page.of(f"{HEAD}{OTHER}\n\n{SAID}\n\n{own}{SAID[24:]}\n\n{OTHER[:-1]}，随后返回。\n"), load_chain()
    )
    lines = [line for line in result.text.split("\n") if line]
    assert lines[2:4] == [own, SAID]
    kinds = {result.text[block.start : block.end]: block.kind for block in blocks_of(result.page)}
    assert kinds[own] == "fragment"


def test_lines_of_the_sheet_among_a_second_reading_stay() -> None:
    between = "# 石门小学办起田间科学课\n\n学校的后山上有一块三亩大的试验田，学生们都去。"
    text = f"{HEAD}{SAID}\n\n{OTHER}\n\n{between}\n\n{HEAD}第3版\n\n{SAID}\n"
    result = engine.run(Page.of(text), load_chain("newspaper"))
    assert "第3版" in result.text
    assert result.text.count("让每一条渠") == result.text.count("会议要求") == 1


def test_a_whole_paragraph_at_the_head_of_a_page_is_only_suggested() -> None:
    text = f"{SAID}\n\n{SAID}\n\n{OTHER}\n"
    assert run(text).text == text
    assert run(text, apply=Safety.SUGGEST).text == f"{SAID}\n\n{OTHER}\n"


def test_the_seam_that_a_second_reading_went_past_is_joined() -> None:
    stop = SAID.index("检查结果") + 2
    text = f"{HEAD}{SAID[:stop]}\n\n{SAID[10:stop]}\n\n{SAID[stop:]}\n\n{OTHER}\n"
    assert engine.run(Page.of(text), load_chain("newspaper")).text == f"{HEAD}{SAID}\n\n{OTHER}\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("市法院", "市检察院"),  # an office
        ("陆明远", "纪南星"),  # a name
        ("3月1日", "3月2日"),  # a number
        ("第一组", "第二组"),  # a number in words
        ("东渠边", "西渠边"),  # one character
        ("王经理", "李经理"),
    ],
)
@pytest.mark.parametrize("between", ["\n\n", f"\n\n{OTHER}\n\n"])
def test_documents_alike_but_for_what_counts_stay(first: str, second: str, between: str) -> None:
    notice = "大会听取了{}的报告，代表们认为，报告把先后次序写得明白，把水量算到了每一户，决定批准这个报告。"
    notice += "会议要求把水表读数天天公布。"
    text = between.join(notice.format(slot) for slot in (first, second)) + "\n"
    assert run(text, apply=Safety.SUGGEST).text == text
    headed = between.join(f"# 决议\n\n{notice.format(slot)}" for slot in (first, second)) + "\n"
    assert run(headed, apply=Safety.SUGGEST).text == headed


@pytest.mark.parametrize(("start", "left"), [(63, False), (43, True)])
def test_a_copy_with_many_misread_characters_is_left(start: int, left: bool) -> None:
    again = list(SAID)
    for place in range(start, len(SAID), 4):
        again[place] = chr(0x9001 + place)
    text = f"{HEAD}{SAID}\n\n{''.join(again)}\n\n{OTHER}\n"
    assert (run(text).text == text) is left


def test_a_word_for_a_day_is_no_misreading() -> None:
    said = (
        "今天铁路迎来返程高峰，全路预计发送旅客比{}增加三十万人，加开列车一百多列，其中河口车站加开六十列，秩序井然。"
    )
    text = f"全县客流平稳。\n\n{said.format('昨日')}\n\n{said.format('昨天')}\n\n夜里十点，末班车开出。\n"
    assert run(text).text == text


def test_numbers_decide_even_inside_a_sentence() -> None:
    sheet_of = (
        "增加值{}亿元，比上年增长，其中第一产业增加值下降，第二产业增加值上升，第三产业增加值持平，粮食产量连续增长。"
    )
    text = HEAD + "全县生产总值" + sheet_of.format(31) + "\n\n" + sheet_of.format(37) + "\n"
    folded = FoldedPage(Page.of(text))
    assert [folded.misread(copy, sure=True) for copy in copies(folded.codes)] == [None]
    assert run(text, apply=Safety.SUGGEST).text == text


def test_pieces_ever_shorter_go_and_lead_back() -> None:
    text = "镇上今年修好了三座桥年修好了三座桥修好了三座桥好了三座桥了三座桥三座桥座桥桥，都去看。\n"
    result = engine.run(Page.of(text), Chain("test", (SHRINKING,)))
    assert result.text == "镇上今年修好了三座桥，都去看。\n"
    assert result.error is None
    (record,) = result.applied
    assert [text[span.start : span.end] for span in record.copies] == ["年修好了三座桥"]


@pytest.mark.parametrize("text", ["", "讯", "简讯\n简讯\n", "——\n", "年年有余有余"])
def test_what_is_doubled_at_the_start_of_a_page_is_no_row(text: str) -> None:
    assert not engine.run(Page.of(text), Chain("test", (SHRINKING,))).records


def test_a_head_that_is_moved_is_one_change_with_what_goes() -> None:
    head = "# 一碗热汤里的民生账\n\n本报记者 沈若水\n\n"
    body = "早上七点，柳塘镇社区食堂的蒸汽已经漫到了街上。82岁的范秀兰老人端着一碗豆腐汤，找了个靠窗的座位坐下。\n\n"
    rest = "食堂是去年秋天开起来的，房子是旧礼堂改的，没有花租金。\n\n"
    result = run(f"{HEAD}{OTHER}\n\n{body}{head}{rest}{head}{body}")
    assert result.text.split() == f"{HEAD}{OTHER}\n\n{head}{body}{rest}".split()
    (record,) = result.applied
    assert record.change.safety is Safety.LIKELY
    assert record.change.removes == "".join((head + body).split())


FORM = (
    "自公告之日起经过三十日即视为送达，提出答辩状的期限为公告期满后十五日内，逾期将依法缺席裁判，"
    "请届时到云溪市法院第三法庭参加诉讼，过期不候，不再另行通知。"
)
NEWS = [
    "柳塘镇的三座桥修好了，镇上的人都去看。",
    "今年的雨水比去年多，水库的水位回升很快。",
    "槐树社区的食堂从早上六点开到晚上八点。",
    "石门小学的学生在后山上种了六个品种的玉米。",
    "青麦巷的早市搬进了新市场，马路恢复了通行。",
    "白石滩的护岸林连成了片，风沙小了很多。",
]


def test_a_passage_alone_among_other_news_is_suggested() -> None:
    text = "\n\n".join([NEWS[0], FORM, *NEWS[1:3], FORM, NEWS[3]]) + "\n"
    assert run(text).text == text
    assert run(text, apply=Safety.SUGGEST).text == "\n\n".join([NEWS[0], FORM, *NEWS[1:4]]) + "\n"


@pytest.mark.parametrize(
    "blocks_of",
    [
        [NEWS[0], FORM, NEWS[1], FORM, *NEWS[2:6], OTHER, FORM, SAID],  # a third time
        [
            "这一段渠由何秀兰负责。",
            FORM,
            NEWS[1],
            "这一段渠由纪南星负责。",
            FORM,
            NEWS[2],
        ],  # after a line that is alike
        [
            "本院受理何青诉你买卖合同纠纷一案，标的是门前的两棵老槐树，还有树下的一口井和一盘石磨，都有年头了。",
            FORM,
            NEWS[1],
            "本院受理何青诉你买卖合同纠纷一案，渠边那头黄牛今年几岁，谁家的孩子天天牵它吃草，原告说不清楚。",
            FORM,
            NEWS[2],
        ],  # after a slot, and before it the same again
    ],
)
def test_a_form_of_words_is_not_even_suggested(blocks_of: list[str]) -> None:
    text = "\n\n".join(blocks_of) + "\n"
    assert run(text, apply=Safety.SUGGEST).text == text


def test_items_that_end_alike_are_no_fragment() -> None:
    text = f"{HEAD}甲组今年由李明管水，{FORM}\n\n乙组今年由王芳管渠，{FORM}\n\n{OTHER}\n"
    assert run(text, apply=Safety.SUGGEST).text == text
