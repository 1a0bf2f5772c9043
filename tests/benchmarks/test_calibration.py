"""The judge of changes, on pages made up so that it must say right, and so that it must say wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from repair.core.change import Change, Mark, Outcome, Safety
from repair.core.engine import Record
from repair.core.page import Page
from repair.core.rule import Phase
from repair.core.text import Done, Edit, Span
from repair.joins.surety import wilson
from repair.rulebook.load import load_chain
from tests.benchmarks import calibration, damage
from tests.benchmarks.calibration import Case, judged, threshold, thresholds
from tests.benchmarks.places import place
from tests.benchmarks.verdicts import Judge, Judgement, Kind, Truth

BRIDGE = "柳塘镇今年修好了三座桥，镇上的人说，路修好了，菜就卖得出去，孩子们上学也不用再绕远路。"
TOWER = "守塔人每天傍晚走上塔顶，把灯点着，再下来吃饭，三十年里没有一天不是这样过的。"
CANAL = "渠边的树是去年春天栽下的，今年又补栽了一批，活了八成，秋天还要再去看一遍。"


def gold_of(*articles: Sequence[str], furniture: Sequence[str] = ()) -> dict[str, Any]:
    """Gold: of each article the headline, then paragraphs."""
    kinds = ("headline", *["paragraph"] * 9)
    blocks = [[{"type": kind, "text": text} for kind, text in zip(kinds, said, strict=False)] for said in articles]
    return {"articles": [{"id": str(n), "blocks": one} for n, one in enumerate(blocks)], "furniture": list(furniture)}


TWO = gold_of(("柳塘镇修好三座桥", BRIDGE), ("灯塔三十年", TOWER, CANAL), furniture=["要闻", "柳塘日报 第三版"])


Edits = Sequence[tuple[str, str]] | Sequence[Edit]


def told(raw: str, edits: Edits, gold: dict[str, Any] = TWO, **change: Any) -> Truth:
    """What gold says of edits of a page: each a stretch of it that stands there once, and what it becomes."""
    return verdict(raw, edits, gold, **change).truth


def verdict(
    raw: str,
    edits: Edits,
    gold: dict[str, Any] = TWO,
    phase: Phase = Phase.LAYOUT,
    mark: Mark | None = None,
) -> Judgement:
    page = Page.of(raw)
    made = []
    for edit in edits:
        if not isinstance(edit, Edit):
            assert raw.count(edit[0]) == 1, edit[0]
            edit = Edit(raw.index(edit[0]), raw.index(edit[0]) + len(edit[0]), edit[1])
        made.append(Done(edit.start, edit.end, raw[edit.start : edit.end], edit.after))
    change = Change(tuple(Edit(d.start, d.end, d.after) for d in made), "", mark=mark)
    spans = (mark.raw,) if mark else tuple(Span(done.start, done.end) for done in made)
    record = Record(0, "made/up", "", Outcome.APPLIED, change, tuple(made), spans)
    return Judge(page, place(page, gold)).judge(record, page.text, phase)


# ---- joins and splits ------------------------------------------------------------------------------------------------


def test_a_join_is_right_inside_a_paragraph_and_wrong_over_its_end() -> None:
    raw = f"柳塘镇修好三座桥\n{BRIDGE[:14]}\n{BRIDGE[14:]}\n灯塔三十年\n{TOWER}\n{CANAL}\n"
    assert told(raw, [(f"{BRIDGE[10:14]}\n{BRIDGE[14:18]}", BRIDGE[10:18])]) is Truth.RIGHT
    for over in ("远路。\n灯塔", f"三座桥\n{BRIDGE[:4]}", f"{TOWER[-4:]}\n{CANAL[:4]}"):
        assert told(raw, [(over, over.replace("\n", ""))]) is Truth.WRONG


def test_tails_that_are_exchanged_are_wrong() -> None:
    raw = f"{BRIDGE[:20]}\n{TOWER[18:]}\n{TOWER[:18]}\n{BRIDGE[20:]}\n"
    assert told(raw, [Edit(20, 21, "")]) is Truth.WRONG
    straight = f"{BRIDGE[:20]}\n{BRIDGE[20:]}\n{TOWER}\n"
    assert told(straight, [Edit(20, 21, "")]) is Truth.RIGHT


def test_a_join_over_what_was_not_read_is_wrong() -> None:
    raw = f"{BRIDGE[:14]}\n{BRIDGE[24:]}\n{TOWER}\n"
    assert told(raw, [Edit(14, 15, "")]) is Truth.WRONG


def test_words_of_an_alphabet_need_the_space_that_gold_has() -> None:
    said = "The ferry went back to the old harbour in the evening because the lighthouse was dark."
    at = said.index(" harbour")
    raw = f"{said[:at]}\n{said[at + 1 :]}\n"
    gold = gold_of(("The ferry", said))
    assert told(raw, [Edit(at, at + 1, " ")], gold) is Truth.RIGHT
    assert told(raw, [Edit(at, at + 1, "")], gold) is Truth.WRONG


def test_a_hyphen_that_is_of_the_word_must_stay() -> None:
    said = "The ferry carried a well-known captain over to the island in the evening."
    at = said.index("-") + 1
    raw = f"{said[:at]}\n{said[at:]}\n"
    assert told(raw, [Edit(at - 1, at + 1, "")], gold_of(("The ferry", said))) is Truth.WRONG
    broken = said.replace("captain", "cap-\ntain")
    at = broken.index("-\n")
    assert told(broken, [Edit(at, at + 2, "")], gold_of(("The ferry", said))) is Truth.RIGHT


def test_a_split_is_right_between_blocks_only() -> None:
    raw = f"柳塘镇修好三座桥{BRIDGE}\n灯塔三十年\n{TOWER}\n"
    assert told(raw, [Edit(8, 8, "\n")]) is Truth.RIGHT
    assert told(raw, [Edit(24, 24, "\n")]) is Truth.WRONG


def test_columns_read_row_by_row_are_placed_by_what_they_say() -> None:
    rows = "\n".join(f"{BRIDGE[i : i + 10]}    {TOWER[i : i + 10]}" for i in range(0, 40, 10)) + "\n"
    at = rows.index("    ")
    assert told(rows, [Edit(at, at + 4, "")]) is Truth.WRONG
    first = Page.of(rows)
    placed = place(first, TWO).at[: len(rows)]
    assert all(placed[i] >= 0 for i, char in enumerate(rows) if not char.isspace())


# ---- moves and removals ----------------------------------------------------------------------------------------------

LATE = f"{BRIDGE}\n{TOWER}\n{CANAL}\n柳塘镇修好三座桥\n"
HEAD = Span(LATE.index("柳塘镇修好"), len(LATE))


@pytest.mark.parametrize(("to", "truth"), [(0, Truth.RIGHT), (len(BRIDGE) + 1, Truth.WRONG)])
def test_a_headline_is_right_above_its_own_article(to: int, truth: Truth) -> None:
    found = verdict(LATE, [Edit(to, to, HEAD), Edit(*HEAD, "")])
    assert found.kind is Kind.MOVE and found.truth is truth


def test_a_paragraph_that_is_moved_into_another_is_wrong() -> None:
    raw = f"柳塘镇修好三座桥\n{BRIDGE[:20]}\n{BRIDGE[20:]}\n灯塔三十年\n{TOWER}\n{CANAL}\n"
    start, to = raw.index(CANAL), raw.index(BRIDGE[20:])
    assert told(raw, [Edit(to, to, Span(start, start + len(CANAL) + 1)), Edit(start, start + len(CANAL) + 1, "")]) is (
        Truth.WRONG
    )


def test_what_stands_there_again_may_go_and_the_only_copy_may_not() -> None:
    twice = f"柳塘镇修好三座桥\n{BRIDGE}\n灯塔三十年\n{TOWER}\n{CANAL}\n{BRIDGE}\n"
    last = twice.rindex(BRIDGE)
    found = verdict(twice, [Edit(last, last + len(BRIDGE), "")])
    assert found.kind is Kind.REMOVAL and found.truth is Truth.RIGHT
    once = twice[:last]
    assert told(once, [(TOWER, "")]) is Truth.WRONG
    assert told(twice, [(TOWER, "")]) is Truth.WRONG


def test_a_move_that_takes_something_out_needs_a_copy_of_it_too() -> None:
    twice = f"{BRIDGE}\n{TOWER}\n{CANAL}\n柳塘镇修好三座桥\n{CANAL}\n"
    head, last = twice.index("柳塘镇修好"), twice.rindex(CANAL)
    move = [Edit(0, 0, Span(head, head + 9)), Edit(head, head + 9, "")]
    assert told(twice, [*move, Edit(last, last + len(CANAL), "")]) is Truth.RIGHT
    once = twice.replace(f"{TOWER}\n{CANAL}", TOWER)
    head, last = once.index("柳塘镇修好"), once.index(CANAL)
    move = [Edit(0, 0, Span(head, head + 9)), Edit(head, head + 9, "")]
    assert told(once, [*move, Edit(last, last + len(CANAL), "")]) is Truth.WRONG


def test_what_gold_has_twice_must_stay_twice() -> None:
    notice = "注销公告：柳塘镇供销社现将公章一枚作废，请债权人自公告之日起申报债权。"
    gold = gold_of(("公告", notice), ("公告", notice), ("柳塘镇修好三座桥", BRIDGE))
    raw = f"{notice}\n{notice}\n{BRIDGE}\n"
    assert told(raw, [Edit(len(notice) + 1, 2 * len(notice) + 1, "")], gold) is Truth.WRONG


# ---- characters, spaces, marks ---------------------------------------------------------------------------------------


def test_characters_are_right_where_they_are_those_of_gold() -> None:
    raw = f"{BRIDGE.replace('，镇上', ',镇上')}\n{TOWER}\n"
    assert told(raw, [(",", "，")], phase=Phase.FINISH) is Truth.RIGHT
    assert told(raw, [(",", "；")], phase=Phase.FINISH) is Truth.WRONG
    assert told(raw, [("三十年里", "卅年里")], phase=Phase.TEXT) is Truth.WRONG
    assert told(raw, [("上学", "上學")], phase=Phase.FINISH) is Truth.WRONG


def test_a_time_of_day_keeps_its_colon() -> None:
    said = "开往柳塘镇的班车每天上午8:30从车站门口开出，坐车的人要早一点到。"
    gold = gold_of(("班车", said))
    assert told(f"{said}\n", [("8:30", "8：30")], gold, phase=Phase.FINISH) is Truth.WRONG


def test_a_quotation_mark_that_looks_the_wrong_way_is_wrong() -> None:
    said = "镇长说“路修好了”，大家都点头，孩子们上学也近多了。"
    raw = said.replace("“", '"').replace("”", '"') + "\n"
    gold, first, last = gold_of(("路", said)), raw.index('"'), raw.rindex('"')
    assert told(raw, [Edit(first, first + 1, "“"), Edit(last, last + 1, "”")], gold, phase=Phase.FINISH) is Truth.RIGHT
    assert told(raw, [Edit(first, first + 1, "”"), Edit(last, last + 1, "“")], gold, phase=Phase.FINISH) is Truth.WRONG


def test_a_mark_that_gold_has_in_half_width_itself_proves_nothing() -> None:
    said = BRIDGE.replace("，镇上", ",镇上")
    assert told(f"{said}\n", [(",", "，")], gold_of(("桥", said)), phase=Phase.FINISH) is Truth.UNKNOWN


def test_spaces_go_where_gold_has_none_and_stay_between_names() -> None:
    said = "柳塘日报记者 何青山 周小川 报道：全镇修好了3座桥，花了260万元。"
    gold = gold_of(("桥", said))
    raw = said.replace("3座", "3 座") + "\n"
    assert told(raw, [("3 座", "3座")], gold, phase=Phase.FINISH) is Truth.RIGHT
    assert told(raw, [("何青山 周", "何青山周")], gold, phase=Phase.FINISH) is Truth.WRONG


def test_a_character_that_nobody_sees_beside_a_space_leaves_the_space() -> None:
    said = "The ferry went back to the old harbour in the evening."
    raw = said.replace("old harbour", "old \x1eharbour") + "\n"
    gold = gold_of(("The ferry", said))
    assert told(raw, [("\x1e", "")], gold, phase=Phase.READ) is Truth.RIGHT
    assert told(raw, [(" \x1e", "")], gold, phase=Phase.READ) is Truth.WRONG


def test_a_space_between_two_columns_may_not_go() -> None:
    raw = "".join(f"{BRIDGE[i : i + 12]} {TOWER[i : i + 12]}\n" for i in (0, 12, 24))
    assert told(raw, [Edit(12, 13, "")], phase=Phase.FINISH) is Truth.WRONG


def test_marks_of_the_sheet_and_of_fragments() -> None:
    raw = f"柳塘日报 第三版\n{BRIDGE[:20]}\n{TOWER}\n"

    def marked(text: str, kind: str) -> Truth:
        return told(raw, [], mark=Mark(Span(raw.index(text), raw.index(text) + len(text)), kind))

    assert marked("柳塘日报 第三版", "furniture") is Truth.RIGHT
    assert marked(TOWER, "furniture") is Truth.WRONG
    assert marked(BRIDGE[:20], "fragment") is Truth.RIGHT
    assert marked(TOWER, "fragment") is Truth.WRONG


def test_what_gold_has_not_is_not_known() -> None:
    raw = "甲乙丙丁戊己庚辛\n子丑寅卯辰巳午未\n"
    assert told(raw, [Edit(8, 9, "")]) is Truth.UNKNOWN


# ---- the tables ------------------------------------------------------------------------------------------------------


def test_wilson_and_thresholds() -> None:
    assert wilson(381, 381) >= 0.99 > wilson(380, 380)
    assert wilson(0, 10) == 0 and wilson(9, 10) == pytest.approx(0.596, abs=0.001)
    steps = [(0.999, 1000, 1000), (0.97, 990, 1000), (0.9, 500, 1000)]
    assert threshold(steps, 0.999) is None
    found = dict(thresholds(steps))
    assert found[Safety.SAFE] == (0.97, 1990, 2000) and found[Safety.LIKELY] is None
    assert dict(thresholds(steps[1:]))[Safety.LIKELY] == (0.97, 990, 1000)


def test_every_change_of_a_run_is_judged() -> None:
    lines = [BRIDGE[i : i + 14] for i in range(0, len(BRIDGE), 14)]
    raw = "\n".join(["柳塘镇修好三座桥", "", *lines, "", "灯塔三十年", "", TOWER.replace("，", ",")]) + "\n"
    found = list(judged(Case("made up", "made", raw.encode(), TWO), load_chain()))
    assert {one.rule for one in found} >= {"widths/half-width-comma"}
    assert sum(one.judgement.kind is Kind.JOIN for one in found) >= len(lines) - 1
    assert {one.judgement.truth for one in found} == {Truth.RIGHT}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "pages_train" / "t1"
    folder.mkdir(parents=True)
    raw = f"柳塘镇修好三座桥\n\n{BRIDGE.replace('，', ',')}\n\n灯塔三十年\n\n{TOWER}\n\n{CANAL}\n"
    (folder / "page001.pypdf.txt").write_text(raw, encoding="utf-8")
    (folder / "page001.gold.json").write_text(json.dumps(TWO), encoding="utf-8")
    (tmp_path / "corpus").mkdir()
    with gzip.open(tmp_path / "corpus" / "zh_news.jsonl.gz", "wt", encoding="utf-8") as file:
        for name in ("n1", "n26"):  # by the hash of its name the second is held out
            article = {"id": name, "src": "rmrb1990", "title": "柳塘镇修好三座桥", "paras": [BRIDGE, TOWER]}
            file.write(json.dumps(article) + "\n")
    return tmp_path


def test_the_table_tells_rule_level_and_bound(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept, rows = data / "kept.json", data / "rows.jsonl"
    told = [str(data), "--only", "pages_train,made", "--quiet", "--made", "2", "--json", str(kept), "--list", str(rows)]
    assert calibration.main(told) == 0
    out = capsys.readouterr().out
    assert "\n== pages_train: levels\n" in out and "\n== made: levels\n" in out
    row = json.loads(kept.read_text("utf-8"))["sections"]["pages_train: levels"]["widths/half-width-comma, safe"]
    assert row["right"] == row["judged"] == row["changes"] == 4 and row["claim"] == "few"
    listed = [json.loads(line) for line in rows.read_text("utf-8").splitlines()]
    assert {one["truth"] for one in listed if one["group"] == "right order"} == {"right"}
    assert calibration.main([*told[:3], "--quiet", "--only", "pages", "--jobs", "2"]) == 0


def test_damage_is_done_to_articles_that_are_not_held_out(data: Path) -> None:
    (article,) = damage.articles(data, 2)
    assert article["id"] == "n1" and article["sheet"]
    made = {page.name: page for page in damage.damaged(article)}
    assert "," in made["n1, half-width marks"].raw and "，" not in made["n1, half-width marks"].raw
    assert made["n1, sheet"].raw.startswith("要闻\n") and made["n1, sheet"].gold["furniture"]
    assert all(page.raw != damage.clean(article).raw for page in made.values())
