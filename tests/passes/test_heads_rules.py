"""The rules for the order of heads: what they move, what they suggest, what they leave."""

from __future__ import annotations

from time import perf_counter

import pytest

from repair.core.chain import Chain
from repair.core.change import Change, Outcome, Safety
from repair.core.engine import run
from repair.core.page import Page
from repair.passes import load_pass
from repair.passes.layout import late_headline as late
from repair.passes.layout.headline_after_body import rule as after_bodies
from repair.passes.layout.headline_after_body.alignment import chances
from repair.passes.layout.headline_after_body.look import HeadLook
from repair.passes.layout.headline_after_body.model import AFTER_BODY, choices, table
from repair.rulebook.load import load_chain
from repair.rulebook.resources import fixtures_dir
from tests.passes.late_heads import ARTICLES, BOOKS, BRIDGE, MARKET, RULES, UNLIKE, evidence, late_page, page


def test_a_page_with_its_heads_last_is_put_in_order() -> None:
    chain = load_chain()
    result = run(late_page(), chain)
    assert result.text == "\n\n".join(line for article in ARTICLES for line in article)
    assert result.error is None
    moves = [record for record in result.applied if record.rule == RULES[0]]
    assert [record.change.safety for record in moves] == [Safety.LIKELY] * 3
    assert all(record.outcome is Outcome.APPLIED for record in moves)
    assert run(Page.of(result.text), chain).text == result.text


def test_what_is_less_sure_is_suggested_and_what_is_unsure_is_not_named() -> None:
    seen = set()
    for i, head in enumerate((*UNLIKE, "六座泵站检修一新", "")):
        bodies = [line for article in ARTICLES for line in article[1:]]
        heads = [article[0] for article in ARTICLES]
        heads.insert(i % 4, head)
        for change in load_pass(RULES[0]).find(page(*bodies, *filter(None, heads)), {}):
            seen.add(change.safety)
            assert change.confidence >= 0.5
            assert (change.safety is Safety.LIKELY) == (change.confidence >= 0.8)
    assert seen == {Safety.LIKELY, Safety.SUGGEST}


def test_heads_that_share_no_words_with_the_text_stay() -> None:
    bodies = [line for article in ARTICLES for line in article[1:]]
    assert list(load_pass(RULES[0]).find(page(*bodies, *UNLIKE), {})) == []
    assert list(load_pass(RULES[1]).find(page(*bodies[:2], UNLIKE[0], *bodies[2:]), {})) == []


def test_a_late_head_that_is_quite_unsure_is_not_named() -> None:
    found = load_pass(RULES[1])
    report = "本报讯（记者秦方）柳塘大桥通车以后，两岸的公交线路将重新规划，方案正在征求居民意见，预计本月底前公布。"
    told = set()
    for below in (BRIDGE[2], BOOKS[2], MARKET[2]):
        for above in (BOOKS, MARKET[:2], (UNLIKE[0], MARKET[2])):
            for change in found.find(page(*above, report, BRIDGE[0], below, *MARKET), {}):
                told.add(change.safety)
                assert change.confidence >= 0.4
                assert (change.safety is Safety.LIKELY) == (change.confidence >= 0.7)
    assert told


def changes(rule_id: str, *lines: str) -> list[Change]:
    return list(load_pass(rule_id).find(page(*lines), {}))


LATE = tuple(line for title, *body in ARTICLES for line in (*body, title))
SCHOOL = (
    "石门小学办起田间科学课",
    "在石门乡中心小学的后山上，有一块三亩大的试验田。每周三下午，五年级的学生都会在这里上科学课，量苗高、数叶片、记雨水。",
    "学校还请来乡农技站的技术员当校外辅导员，指导孩子们种植玉米，秋天时比一比谁的产量高。",
)


def test_heads_are_not_late_where_the_text_below_has_as_many_of_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert changes(RULES[0], *LATE)
    monkeypatch.setattr(HeadLook, "lateness", lambda self: 0.2)
    assert changes(RULES[0], *LATE) == []


def test_heads_that_move_together_are_as_sure_as_the_least_sure() -> None:
    lines = (*LATE[:2], "两岸百姓盼了二十年", LATE[2], *LATE[3:])
    seen = evidence(page(*lines))
    told = chances(choices(seen, table(AFTER_BODY)))[1]
    sure = (told.starts + told.tied).max(axis=1)
    assert abs(sure[0] - sure[1]) > 0.001
    assert changes(RULES[0], *lines)[0].confidence == pytest.approx(min(sure[:2]), abs=0.001)


def test_some_heads_in_place_keep_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    assert changes(RULES[0], *LATE[:3], *SCHOOL, *LATE[3:]) == []
    assert changes(RULES[0], *SCHOOL[1:], SCHOOL[0], *LATE)
    monkeypatch.setattr(after_bodies, "_SOME", 2)
    assert changes(RULES[0], *SCHOOL, *LATE) == []


def test_a_single_head_after_its_body_is_suggested() -> None:
    assert [change.safety for change in changes(RULES[0], *BRIDGE[1:], BRIDGE[0])] == [Safety.SUGGEST]


def test_more_is_asked_in_latin_script() -> None:
    bodies = (
        "The ferry across the river made its last crossing on Sunday evening.",
        "Now a bus runs over the bridge.",
        "A mobile library has begun its round of mountain villages.",
        "It stops for two hours in each of them.",
        "Ten teachers learned to mend the old school clock this winter.",
        "The clock had not struck for nine years.",
    )
    heads = ("Farewell to the ferry across the river", "Library in the mountains of the north", "Nine years of silence")
    found = changes(RULES[0], *bodies, *heads)
    assert {change.safety for change in found} == {Safety.LIKELY, Safety.SUGGEST}
    assert all((change.safety is Safety.LIKELY) == (change.confidence >= 0.95) for change in found)


@pytest.mark.parametrize("rule_id", RULES[:2])
def test_nothing_moves_where_columns_are_in_pieces(rule_id: str) -> None:
    lines = LATE if rule_id == RULES[0] else (*MARKET, BRIDGE[1], BRIDGE[0], BRIDGE[2])
    assert changes(rule_id, *lines)
    pieces = [line[:-9] if line == MARKET[1] else line for line in lines]
    assert changes(rule_id, *pieces) == []


def test_heads_inside_a_paragraph_are_left_to_the_joins() -> None:
    around = (*BOOKS, *MARKET, *SCHOOL) * 3
    assert changes(RULES[1], *around, BRIDGE[1], BRIDGE[0], BRIDGE[2])
    assert changes(RULES[1], *around, BRIDGE[1][:-9], BRIDGE[0], BRIDGE[2]) == []


def test_a_late_head_has_words_of_the_text_above(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late, "stands_late", lambda evidence, candidates, table: candidates * 1.0)
    assert changes(RULES[1], *MARKET, BRIDGE[1], BRIDGE[0], BRIDGE[2])
    assert changes(RULES[1], *MARKET, BRIDGE[1], "一渠清水流进千家万户的田间地头", BRIDGE[2]) == []


@pytest.mark.parametrize("rule_id", RULES)
def test_a_page_with_its_heads_in_place_costs_next_to_nothing(rule_id: str) -> None:
    rule = load_pass(rule_id)
    one = page(*(line for article in ARTICLES * 6 for line in article))
    assert list(rule.find(one, {})) == []
    times = []
    for _ in range(5):
        began = perf_counter()
        list(rule.find(one, {}))
        times.append(perf_counter() - began)
    assert min(times) < 0.001


@pytest.mark.parametrize("rule_id", RULES)
@pytest.mark.parametrize("raw", ["", "\n\n", "柳塘大桥合龙", "柳塘大桥合龙\n记者 陆青禾", "今晨改道。", "1\n2\n3"])
def test_a_page_of_next_to_nothing_has_nothing_to_move(rule_id: str, raw: str) -> None:
    assert list(load_pass(rule_id).find(Page.of(raw), {})) == []


def test_on_a_page_without_heads_a_late_one_is_only_suggested() -> None:
    raw = (fixtures_dir() / "pages" / "headline-after-first-column" / "raw.txt").read_text("utf-8")
    blocks = [block for block in raw.split("\n") if block.strip()]
    first = next(i for i, block in enumerate(blocks) if block.startswith("本报讯(记者陆青禾)"))
    article = blocks[first : first + 5]
    for marked, safety in (("## ", Safety.LIKELY), ("", Safety.SUGGEST)):
        text = "\n\n".join(marked + block.lstrip("# ") if block.startswith("##") else block for block in article)
        result = run(Page.of(f"{text}\n"), Chain("late", (late.RULE,)))
        assert [record.change.safety for record in result.records] == [safety]
