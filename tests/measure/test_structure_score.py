"""The figures of a structure and of an issue, worked out by hand on small pages."""

from __future__ import annotations

from typing import Any

import pytest

from repair.measure.issue import issue_score
from repair.measure.structure import Counts, Structure, structure

KICKER = "入冬以前全部完工"
HEADLINE = "柳塘镇三座新桥通车"
BRIDGE = "住在河西的人去赶集，再也不用绕七里多的山路，镇上的老石匠说，旧桥是他爷爷那一辈修的。"
MONEY = "修桥的钱一半是县里拨的，另一半是各村凑的，出力最多的是河东的年轻人。"
CAPTION = "图为通车那天走过新桥的孩子。"
LAMP = "灯塔守夜人退休"
KEYS = "守了三十九年灯塔的老许昨天交出了钥匙，接班的是他从前的徒弟，一个话很少的渔家后生。"
FOLIO, DATE = "第三版", "2031年3月12日 星期三"

Block = tuple[str, str]
Article = tuple[str, list[int], list[str]]
FIRST: list[Block] = [
    ("kicker", KICKER),
    ("headline", HEADLINE),
    ("paragraph", BRIDGE),
    ("paragraph", MONEY),
    ("caption", CAPTION),
]
SECOND: list[Block] = [("headline", LAMP), ("paragraph", KEYS)]


def gold(*articles: list[Block], furniture: list[str] | None = None) -> dict[str, Any]:
    found = [{"blocks": [{"type": kind, "text": text} for kind, text in article]} for article in articles]
    return {"articles": found, "furniture": furniture or []}


def output(*articles: list[Block], furniture: list[str] | None = None) -> dict[str, Any]:
    found = [{"blocks": [{"kind": kind, "text": text} for kind, text in article]} for article in articles]
    return {"articles": found, "furniture": [{"kind": "folio", "text": text} for text in furniture or []]}


GOLD = gold(FIRST, SECOND, furniture=[FOLIO, DATE])


def measured(*articles: list[Block], furniture: list[str] | None = None) -> Structure:
    return structure(GOLD, output(*articles, furniture=[FOLIO, DATE] if furniture is None else furniture))


# ---- a page ----------------------------------------------------------------------------------------------------------


def test_gold_itself_is_whole() -> None:
    found = measured(FIRST, SECOND)
    assert found.micro_f1 == found.macro_f1 == found.grouping_f1 == 1.0
    assert found.kinds == {
        "kicker": Counts(1, 1, 1, 1),
        "headline": Counts(2, 2, 2, 2),
        "paragraph": Counts(3, 3, 3, 3),
        "caption": Counts(1, 1, 1, 1),
        "furniture": Counts(2, 2, 2, 2),
    }
    assert found.pairs == Counts(11, 11, 11, 11)


def test_neither_the_order_of_articles_nor_of_captions_counts() -> None:
    found = measured(SECOND, [FIRST[4], *FIRST[:4]])
    assert found.micro_f1 == found.grouping_f1 == 1.0


def test_a_wrong_kind_is_missing_and_surplus() -> None:
    found = measured([("deck", KICKER), *FIRST[1:]], SECOND)
    assert found.kinds["kicker"] == Counts(0, 0, 0, 1)
    assert found.kinds["deck"] == Counts(0, 1, 0, 0)
    assert found.micro_f1 == pytest.approx(8 / 9)
    assert found.macro_f1 == pytest.approx((0 + 1 + 1 + 1 + 1) / 5)  # gold has no deck
    assert found.grouping_f1 == 1.0


def test_a_kind_that_is_half_right_weighs_as_much_as_the_others() -> None:
    found = measured(FIRST, [("crosshead", LAMP), SECOND[1]])
    assert found.kinds["headline"] == Counts(1, 1, 1, 2)
    assert found.macro_f1 == pytest.approx((1 + 2 / 3 + 1 + 1 + 1) / 5)


def test_of_a_split_paragraph_the_larger_part_is_right() -> None:
    at = BRIDGE.index("镇上")
    halves = [("paragraph", BRIDGE[:at]), ("paragraph", BRIDGE[at:])]
    found = measured([*FIRST[:2], *halves, *FIRST[3:]], SECOND)
    assert found.kinds["paragraph"] == Counts(3, 4, 3, 3)
    assert found.kinds["paragraph"].precision == 0.75 and found.kinds["paragraph"].recall == 1.0
    assert found.pairs == Counts(16, 16, 11, 11)


def test_of_two_paragraphs_run_together_one_is_missing() -> None:
    found = measured([*FIRST[:2], ("paragraph", BRIDGE + MONEY), FIRST[4]], SECOND)
    assert found.kinds["paragraph"] == Counts(2, 2, 2, 3)
    assert found.pairs.recall == 1.0


def test_articles_run_together_cost_precision() -> None:
    found = measured(FIRST + SECOND)
    assert found.micro_f1 == 1.0
    assert found.pairs == Counts(11, 21, 11, 11)
    assert found.grouping_f1 == pytest.approx(2 * 11 / 32)


def test_an_article_torn_apart_costs_recall() -> None:
    found = measured(FIRST[:2], FIRST[2:], SECOND)
    assert found.pairs == Counts(5, 5, 5, 11)


def test_a_lost_block_costs_recall() -> None:
    found = measured(FIRST[:4], SECOND)
    assert found.kinds["caption"] == Counts(0, 0, 0, 1)
    assert found.pairs == Counts(7, 7, 7, 11)


def test_what_gold_does_not_have_is_surplus() -> None:
    found = measured([*FIRST, ("note", "卖豆腐的担子")], SECOND)
    assert found.kinds["note"] == Counts(0, 1, 0, 0)
    assert found.pairs == Counts(11, 16, 11, 11)


def test_misread_characters_do_not_part_a_pair() -> None:
    misread = [("paragraph", BRIDGE.replace("老石匠", "老右匠").replace("旧桥", "旧挢")), FIRST[3]]
    found = measured([("kicker", KICKER.replace("冬", "夂")), FIRST[1], *misread, FIRST[4]], SECOND)
    assert found.micro_f1 == found.grouping_f1 == 1.0


def test_width_quotes_and_marks_do_not_count() -> None:
    said = gold([("headline", "“三座桥”通车：Ａ级"), ("paragraph", BRIDGE)])
    found = structure(said, output([("headline", "「三座桥」通车:A级"), ("paragraph", BRIDGE)]))
    assert found.micro_f1 == 1.0


def test_a_fragment_is_a_paragraph() -> None:
    found = measured([*FIRST[:3], ("fragment", MONEY), FIRST[4]], SECOND)
    assert found.micro_f1 == 1.0 and "fragment" not in found.kinds


def test_furniture_may_come_in_one_line() -> None:
    found = measured(FIRST, SECOND, furniture=[f"{FOLIO} {DATE}"])
    assert found.kinds["furniture"] == Counts(1, 1, 2, 2)
    assert measured(FIRST, SECOND, furniture=["第", "三版", DATE]).kinds["furniture"] == Counts(3, 3, 1, 2)


def test_furniture_in_an_article_is_missing() -> None:
    found = measured([("note", FOLIO), *FIRST], SECOND, furniture=[DATE])
    assert found.kinds["furniture"] == Counts(1, 1, 1, 2)
    assert found.kinds["note"] == Counts(0, 1, 0, 0)
    assert found.pairs == Counts(11, 16, 11, 11)
    assert measured(FIRST, [SECOND[1]], furniture=[FOLIO, DATE, LAMP]).kinds["furniture"] == Counts(2, 3, 2, 2)


def test_jump_lines_that_are_alike_are_told_off_in_order() -> None:
    mark = ("jump", "（下转第三版）")
    page = gold([*FIRST, mark], [*SECOND, mark])
    assert structure(page, output([*FIRST, mark], [*SECOND, mark])).grouping_f1 == 1.0
    found = structure(page, output(FIRST, [*SECOND, mark]))
    assert found.kinds["jump"] == Counts(1, 1, 1, 2)
    found = structure(page, output([*FIRST, ("jump", "（下转第四版）")], [*SECOND, mark]))
    assert found.kinds["jump"] == Counts(1, 2, 1, 2)


def test_counts_of_pages_add_up() -> None:
    both = measured(FIRST, SECOND) + measured(FIRST + SECOND, furniture=[])
    assert both.kinds["furniture"] == Counts(2, 2, 2, 4)
    assert both.pairs == Counts(22, 32, 22, 22)
    other = structure(gold([("deck", "再也不用绕七里多的山路")]), output([("deck", "再也不用绕七里多的山路")]))
    assert (both + other).kinds["deck"] == Counts(1, 1, 1, 1)
    assert (both + other).macro_f1 == pytest.approx((5 + 2 / 3) / 6)


def test_nothing_of_nothing_is_whole() -> None:
    found = structure(gold(), output())
    assert found.macro_f1 == found.micro_f1 == found.grouping_f1 == 1.0
    assert structure(GOLD, output()).micro_f1 == 0.0
    assert structure(gold(), output(FIRST)).micro_f1 == 0.0


# ---- an issue --------------------------------------------------------------------------------------------------------

TEXTS = {"bridge": [HEADLINE, BRIDGE, MONEY], "lamp": [LAMP, KEYS], "again": [HEADLINE, BRIDGE, MONEY]}
PAGES = {"bridge": ["one", "two"], "lamp": ["one"], "again": ["three"]}


def issue_gold(**more: Any) -> dict[str, Any]:
    articles = [
        {"id": id, "pages": PAGES[id], "blocks": [{"type": "paragraph", "text": text} for text in texts]}
        for id, texts in TEXTS.items()
    ]
    return {"pages": ["one", "two", "three"], "articles": articles, "furniture": [], **more}


def issue_output(
    *articles: tuple[str, list[int], list[str]], reprints: list[list[str]] | None = None
) -> dict[str, Any]:
    """Articles as (id, pages, texts); each reprint the best copy and then the others."""
    return {
        "pages": [{}, {}, {}],
        "articles": [
            {"id": id, "pages": pages, "blocks": [{"kind": "paragraph", "text": text} for text in texts]}
            for id, pages, texts in articles
        ],
        "reprints": [{"article": best, "copies": [{"article": id} for id in ids]} for best, *ids in reprints or []],
    }


WHOLE = ("p1a1", [0, 1], TEXTS["bridge"])
TOWER = ("p1a2", [0], TEXTS["lamp"])
AGAIN = ("p3a1", [2], TEXTS["again"])


def test_gold_of_an_issue_itself_is_whole() -> None:
    said = issue_gold(reprints=[{"of": "bridge", "as": "again"}], traps=[["lamp", "bridge"]])
    found = issue_score(said, issue_output(WHOLE, TOWER, AGAIN, reprints=[["p1a1", "p3a1"]]))
    assert found.whole.para_f1 == found.whole.order == 1.0
    assert found.jumps == Counts(1, 1, 1, 1)
    assert found.reprints == Counts(1, 1, 1, 1)
    assert found.traps == 0


def test_a_jump_that_was_not_followed_is_missing() -> None:
    parts = ("p1a1", [0], TEXTS["bridge"][:2]), ("p2a1", [1], TEXTS["bridge"][2:])
    found = issue_score(issue_gold(), issue_output(*parts, TOWER, AGAIN))
    assert found.jumps == Counts(0, 0, 0, 1)
    assert found.jumps.precision == 1.0 and found.jumps.f1 == 0.0


@pytest.mark.parametrize(
    "articles",
    [
        (("p1a1", [0, 2], TEXTS["bridge"]), TOWER, AGAIN),  # goes on on another page
        (("p1a1", [0], TEXTS["bridge"]), ("p1a2", [0, 1], TEXTS["lamp"]), AGAIN),  # another article goes on
        (("p1a1", [1, 0], TEXTS["bridge"]), TOWER, AGAIN),  # the other way round
        (("p1a1", [0, 1], ["卖豆腐的担子和两头黄牛走过新桥"]), TOWER, AGAIN),  # of an article that gold does not have
    ],
)
def test_a_jump_to_the_wrong_place_is_wrong_and_missing(articles: Any) -> None:
    assert issue_score(issue_gold(), issue_output(*articles)).jumps == Counts(0, 1, 0, 1)


def test_two_articles_that_have_each_others_ends_are_two_wrong_links() -> None:
    def half(said: str, page: int) -> dict[str, Any]:
        return {"kind": "paragraph", "text": said, "runs": [[0, len(said), page, 0, len(said), True]]}

    texts = {
        "bridge": ["卖豆腐的担子和两头黄牛走过新桥往集市去", "赶集的人从新桥上回来天已经黑了"],
        "lamp": ["守塔的老人每天傍晚提着油桶上塔去点灯", "海上的船看见塔上的灯就知道快到家了"],
    }
    said = {
        "pages": ["one", "two"],
        "articles": [
            {"id": id, "pages": ["one", "two"], "blocks": [{"type": "paragraph", "text": text} for text in both]}
            for id, both in texts.items()
        ],
    }

    def output(ends: dict[str, str]) -> dict[str, Any]:
        articles = [
            {"id": f"p1a{i}", "pages": [0, 1], "blocks": [half(texts[id][0], 0), half(texts[end][1], 1)]}
            for i, (id, end) in enumerate(ends.items())
        ]
        return {"articles": articles}

    right = issue_score(said, output({"bridge": "bridge", "lamp": "lamp"}))
    assert (right.jumps, right.whole.para_f1) == (Counts(2, 2, 2, 2), 1.0)
    swapped = issue_score(said, output({"bridge": "lamp", "lamp": "bridge"}))
    assert swapped.jumps == Counts(0, 2, 0, 2)
    assert swapped.whole.para_f1 < 0.6


def test_an_article_on_three_pages_has_two_links() -> None:
    said = issue_gold()
    said["articles"][0]["pages"] = ["one", "two", "three"]
    whole = ("p1a1", [0, 1, 2], TEXTS["bridge"])
    assert issue_score(said, issue_output(whole, TOWER, AGAIN)).jumps == Counts(2, 2, 2, 2)
    assert issue_score(said, issue_output(WHOLE, TOWER, AGAIN)).jumps == Counts(1, 1, 1, 2)


def test_the_links_of_an_article_given_twice_count_twice() -> None:
    found = issue_score(issue_gold(), issue_output(WHOLE, ("p1a3", [0, 1], TEXTS["bridge"][1:]), TOWER, AGAIN))
    assert found.jumps == Counts(1, 2, 1, 1)


def test_three_copies_are_three_pairs() -> None:
    said = issue_gold(reprints=[{"of": "bridge", "as": "again"}, {"of": "bridge", "as": "third"}])
    said["pages"].append("four")
    third = {
        "id": "third",
        "pages": ["four"],
        "blocks": [{"type": "paragraph", "text": text} for text in TEXTS["again"]],
    }
    said["articles"].append(third)
    copy = ("p4a1", [3], TEXTS["again"])
    whole = issue_score(said, issue_output(WHOLE, TOWER, AGAIN, copy, reprints=[["p3a1", "p1a1", "p4a1"]]))
    assert whole.reprints == Counts(3, 3, 3, 3)
    part = issue_score(said, issue_output(WHOLE, TOWER, AGAIN, copy, reprints=[["p1a1", "p4a1"]]))
    assert part.reprints == Counts(1, 1, 1, 3)
    wrong = issue_score(said, issue_output(WHOLE, TOWER, AGAIN, copy, reprints=[["p1a1", "p4a1", "p1a2"]]))
    assert wrong.reprints == Counts(1, 3, 1, 3)


def test_articles_of_a_trap_taken_for_one_are_counted() -> None:
    said = issue_gold(reprints=[{"of": "bridge", "as": "again"}], traps=[["lamp", "bridge"], ["lamp", "again"]])
    found = issue_score(said, issue_output(WHOLE, TOWER, AGAIN, reprints=[["p1a1", "p1a2"]]))
    assert found.traps == 1 and found.reprints == Counts(0, 1, 0, 1)
    found = issue_score(said, issue_output(WHOLE, TOWER, AGAIN, reprints=[["p1a1", "p1a2", "p3a1"]]))
    assert found.traps == 2 and found.reprints == Counts(1, 3, 1, 1)


def test_a_misread_article_is_known_by_most_of_its_text() -> None:
    misread = [text.replace("山路", "山络").replace("年轻", "午轻") for text in TEXTS["again"]]
    said = issue_gold(reprints=[{"of": "bridge", "as": "again"}])
    output = issue_output(WHOLE, TOWER, ("p3a1", [2], misread), reprints=[["p1a1", "p3a1"]])
    assert issue_score(said, output).reprints == Counts(1, 1, 1, 1)


def test_a_copy_is_that_of_its_own_page() -> None:
    """The same text stands on two pages: the article on page three is not the one on page one."""
    said = issue_gold(reprints=[{"of": "bridge", "as": "again"}])
    found = issue_score(said, issue_output(WHOLE, TOWER, AGAIN, reprints=[["p3a1", "p1a2"]]))
    assert found.reprints == Counts(0, 1, 0, 1)


def test_copies_that_were_left_out_are_counted() -> None:
    said = issue_gold(reprints=[{"of": "bridge", "as": "again"}])
    output = issue_output(WHOLE, TOWER, reprints=[["p1a1", "p3a1"]])
    output["reprints"][0]["copies"][0]["left_out"] = issue_output(AGAIN)["articles"][0]
    found = issue_score(said, output)
    assert found.reprints == Counts(1, 1, 1, 1)


def test_an_issue_without_reprints_has_none() -> None:
    output = issue_output(WHOLE, TOWER, AGAIN)
    del output["reprints"]
    found = issue_score(issue_gold(), output)
    assert found.reprints == Counts(0, 0, 0, 0) and found.reprints.f1 == 1.0
