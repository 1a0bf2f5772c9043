"""The quality estimate: laws that hold for any text, the order of pages that differ in damage, and its training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from repair.core.chain import Chain
from repair.core.change import Outcome
from repair.core.engine import run
from repair.core.page import Page
from repair.estimate import NAMES, TABLE, Estimate, estimate, figure, load
from repair.estimate.parts import DAMAGE
from repair.evidence.table import Table, read, written
from repair.measure import score
from repair.rulebook.load import load_chain
from repair.rulebook.resources import fixtures_dir
from repair.training import estimate as train

SHARES = set(NAMES) - {"gaps", "doubts"}
BLOCKS = [
    "双桥镇修好三座桥",
    "本报讯 去年冬天，双桥镇修好了三座桥，两岸的路近了，菜也卖得出去了。镇上的人说，这是多年来想办而没有办成的事。",
    "镇长何青说：“桥修好了，渠也要修。”他还说，今年春天要把东边的水渠清一遍，让每一块田都浇得上水，不误农时。",
    "渠边的树是前年栽下的，活了八成。村民轮流浇水，一天也没有断过。到了夏天，树下就是孩子们乘凉的地方了。",
    "水库的水位比去年高出许多，管理站每天早晚各量一次，把数字写在门口的黑板上，谁都可以看，谁都可以问。",
]
ENGLISH = [
    "Three bridges are open again",
    "The town has mended three bridges since the winter, and the road to the market is shorter by half an hour.",
    "The ditches come next. “We begin in the east,” said the mayor, who has asked every household for one day of work.",
]


def of(*lines: str) -> Estimate:
    return estimate(Page.of("\n\n".join(lines) + "\n"))


def printed(block: str, width: int = 14) -> list[str]:
    return [block[at : at + width] for at in range(0, len(block), width)]


@pytest.fixture(scope="module")
def chain() -> Chain:
    return load_chain()


CHARACTERS = st.sampled_from("双桥镇修好了，。、“”（）：\n\n  ab.AB1\u3000\ue111|_\ud800\U00020000\0")
TEXTS = st.one_of(
    st.text(), st.text(CHARACTERS, max_size=400), st.lists(st.sampled_from(BLOCKS + ENGLISH)).map("\n".join)
)


@given(TEXTS)
@example("")
@example("\n \n")
@example("桥")
@example("".join(map(chr, range(256))) * 9)
@example("\n".join("双桥镇修好了三座桥两岸的路近了" * 12))
@example("双桥镇 修好了\n" * 300)
def test_any_text_has_a_figure(text: str) -> None:
    said = estimate(Page.of(text))
    assert 0 <= said.figure <= 1
    assert list(said.parts) == list(NAMES)
    assert all(0 <= said.parts[name] <= 1 for name in SHARES) and min(said.parts.values()) >= 0
    assert all(type(value) is float for value in (said.figure, *said.parts.values()))
    assert estimate(Page.of(text)) == said


@given(st.dictionaries(st.sampled_from(list(NAMES)), st.floats(0, 1)), st.sampled_from(list(NAMES)), st.floats(0, 1))
def test_more_of_a_part_never_raises_the_figure(found: dict[str, float], name: str, more: float) -> None:
    found = dict.fromkeys(NAMES, 0.0) | found
    assert figure(found | {name: found[name] + more}, load()) <= figure(found, load())


def test_the_shipped_weights() -> None:
    weights = load()
    assert set(weights) <= set(NAMES) and all(weight > 0 for weight in weights.values())
    assert {"open_ends", "seams", "fragments", "gaps", "repeats"} <= set(weights)


def test_a_page_without_text_comes_first() -> None:
    for text in ("", "\n\n", " \u3000\n"):
        assert estimate(Page.of(text)) == (0.0, dict.fromkeys(NAMES, 0.0))


@pytest.mark.parametrize("blocks", [BLOCKS, ENGLISH, BLOCKS[:1], ENGLISH[:1], BLOCKS + ENGLISH])
def test_good_texts_are_near_the_top(blocks: list[str]) -> None:
    assert of(*blocks).figure > 0.95
    assert estimate(Page.of("\n".join(blocks))).figure > 0.95


@settings(max_examples=60)
@given(st.data())
def test_a_cut_does_not_raise_the_figure(data: st.DataObject) -> None:
    blocks = data.draw(st.sampled_from([BLOCKS, ENGLISH, BLOCKS + ENGLISH]))
    place = data.draw(st.integers(1, len(blocks) - 1))
    at = data.draw(st.integers(1, len(blocks[place]) - 1))
    cut = [*blocks[:place], blocks[place][:at], blocks[place][at:], *blocks[place + 1 :]]
    assert of(*cut).figure <= of(*blocks).figure


def test_a_cut_inside_a_sentence_lowers_it() -> None:
    whole, text = of(*BLOCKS), BLOCKS[1]
    cut = of(BLOCKS[0], text[:33], text[33:], *BLOCKS[2:])
    assert cut.figure < whole.figure - 0.05
    assert cut.parts["open_ends"] > 0 and cut.parts["seams"] > 0.1
    lost = of(BLOCKS[0], text[:23], *BLOCKS[2:])
    assert lost.parts["fragments"] > 0 and lost.parts["gaps"] == 1.0
    begins = of(*BLOCKS[:2], BLOCKS[2][8:], *BLOCKS[3:])
    assert begins.parts["fragments"] > 0 and begins.parts["unpaired"] > 0
    english = of(ENGLISH[0], ENGLISH[1][:40], ENGLISH[1][40:], ENGLISH[2])
    assert english.figure < of(*ENGLISH).figure - 0.2


@pytest.mark.parametrize("blocks", [BLOCKS, [*BLOCKS[:1], BLOCKS[1][:23], BLOCKS[1][23:], *BLOCKS[2:]]])
@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_a_passage_again_lowers_it(blocks: list[str], place: int) -> None:
    again = of(*blocks, blocks[place])
    if len(blocks[place]) >= 24:
        assert again.parts["repeats"] > 0.1 and again.figure < of(*blocks).figure
    assert again.figure <= of(*blocks).figure


def test_repeats_are_a_share_of_the_text() -> None:
    once, twice, more = BLOCKS[1], [BLOCKS[1], BLOCKS[3], BLOCKS[1], BLOCKS[4]], BLOCKS[2]
    sizes = {block: len(block.replace(" ", "")) for block in BLOCKS}
    wanted = sizes[once] / sum(sizes[block] for block in (*twice, more))
    assert of(*twice, more).parts["repeats"] == pytest.approx(wanted, abs=0.005)
    assert of(*ENGLISH, ENGLISH[1]).parts["repeats"] == pytest.approx(
        len(ENGLISH[1]) / len("".join([*ENGLISH, ENGLISH[1]])), abs=0.02
    )
    assert of("渠里来了水，渠边栽了树。", BLOCKS[3], "渠里来了水，渠边栽了树。").parts["repeats"] == 0


def test_what_stands_twice_does_not_thin_out_the_rest() -> None:
    cut = [BLOCKS[0], BLOCKS[1][:23], BLOCKS[1][23:], *BLOCKS[2:]]
    once, twice = of(*cut), of(*cut, BLOCKS[3], BLOCKS[4])
    assert twice.parts["open_ends"] == pytest.approx(once.parts["open_ends"], rel=0.05)


def test_lines_of_two_columns_by_turns_lower_it() -> None:
    left, right = printed(BLOCKS[1] + BLOCKS[2]), printed(BLOCKS[3] + BLOCKS[4])
    in_turn = [line for pair in zip(left, right, strict=False) for line in pair]
    side_by_side = [f"{a}    {b}" for a, b in zip(left, right, strict=False)]
    wrapped = of(*left, *right)
    assert of(*in_turn).figure < 0.3 and wrapped.figure < 0.3 < of(*BLOCKS).figure
    assert of(*side_by_side).figure < 0.3 and of(*side_by_side).parts["columns"] > 0.8
    woven = ["".join(in_turn[:8]), "".join(in_turn[8:])]
    assert of(*woven).figure < of(*BLOCKS).figure


def test_other_damage() -> None:
    good = of(*BLOCKS).figure
    noisy = [block.replace("桥", "|").replace("了", "_") for block in BLOCKS]
    assert of(*noisy).figure < good / 2 and of(*noisy).parts["odd_signs"] > 0.5
    assert estimate(Page.of("\n".join("".join(BLOCKS)))).figure < 0.2
    glued = estimate(Page.of("".join(BLOCKS) * 1 + "".join(b[::-1] for b in BLOCKS) * 15))
    assert glued.parts["overlong"] > 0.3


def test_a_text_kept_in_a_file_has_the_same_figure(chain: Chain) -> None:
    result = run(Page.of("\n".join(line for block in BLOCKS for line in printed(block))), chain)
    assert estimate(result.page) == estimate(Page.of(result.text))


REPAIRED = [
    "column-end-cuts",
    "columns-line-by-line",
    "columns-with-runs-of-spaces",
    "english-hyphens",
    "justified-lines",
    "passage-read-twice",
    "single-character-lines",
    "traditional-wrapped",
    "wrapped-pdf-text",
]


@pytest.mark.parametrize("name", sorted(path.name for path in (fixtures_dir() / "pages").iterdir()))
def test_a_repaired_page_is_no_worse(name: str, chain: Chain) -> None:
    folder = fixtures_dir() / "pages" / name
    raw = (folder / "raw.txt").read_bytes().decode()
    page = Page.of(raw, newline="crlf" if "\r\n" in raw else "lf")
    result = run(page, chain)
    before, after = estimate(page).figure, estimate(result.page).figure
    assert after >= before
    if name in REPAIRED:
        assert after > max(0.9, before + 0.1)


def test_what_the_chain_was_unsure_of_counts(chain: Chain) -> None:
    raw = (fixtures_dir() / "pages" / "heads-after-all-bodies" / "raw.txt").read_text(encoding="utf-8")
    result = run(Page.of(raw), chain)
    with_records, without = estimate(result.page, result.records), estimate(result.page)
    assert with_records.parts["doubts"] > 0 == without.parts["doubts"]
    assert with_records.figure < without.figure
    assert with_records.parts | {"doubts": 0.0} == without.parts
    layout = [one for one in result.records if one.rule.startswith("layout/")]
    chances = {Outcome.APPLIED: lambda sure: 1 - sure, Outcome.SUGGESTED: lambda sure: sure}
    wrong = sum(chances[one.outcome](one.change.confidence) for one in layout if one.outcome in chances)
    assert with_records.parts["doubts"] == pytest.approx(1000 * wrong / max(1000, len("".join(result.text.split()))))


# ---- training --------------------------------------------------------------------------------------------------------


def drawn(weights: dict[str, float], count: int = 400) -> list[train.Example]:
    """Examples whose para_f1 is what these weights say."""
    rng = np.random.default_rng(7)
    rows = rng.random((count, len(NAMES))) * (rng.random((count, len(NAMES))) < 0.5)
    return [
        train.Example(f"kind {i % 3}", list(row), figure(dict(zip(NAMES, row, strict=True)), weights))
        for i, row in enumerate(rows)
    ]


def test_the_slope_of_the_loss_is_its_slope() -> None:
    found = drawn({"open_ends": 1.0, "repeats": 0.5})
    rows, truth = np.array([one.parts for one in found]), np.array([one.para_f1 for one in found])
    each = np.full(len(found), 1 / len(found))
    at = np.random.default_rng(3).random(len(NAMES))
    slope = train.loss(at, rows, truth, each)[1]
    for i in range(len(NAMES)):
        step = np.zeros(len(NAMES))
        step[i] = 1e-6
        sides = [train.loss(at + way * step, rows, truth, each)[0] for way in (1, -1)]
        assert slope[i] == pytest.approx((sides[0] - sides[1]) / 2e-6, abs=1e-4)


def test_training_finds_the_weights_and_none_below_zero() -> None:
    pytest.importorskip("scipy")
    weights = {"open_ends": 1.2, "gaps": 0.4, "unpaired": 2.0}
    found = train.fit(drawn(weights))
    assert {name: found.get(name, 0) for name in weights} == pytest.approx(weights, abs=0.05)
    backwards = [one._replace(para_f1=max(one.parts[0], 0.01)) for one in drawn(weights)]
    assert "open_ends" not in train.fit(backwards) and min(train.fit(backwards).values(), default=0) >= 0


def test_a_table_that_was_written_is_read_again(tmp_path: Path) -> None:
    weights = {"open_ends": 0.25, "doubts": 1.5}
    table = Table({name: np.array([weights.get(name, 0.0)]) for name in NAMES})
    (tmp_path / "made.tsv").write_text(written(table, "Three texts.", DAMAGE), encoding="utf-8")
    assert load(tmp_path / "made.tsv") == weights


def test_the_shipped_table_is_of_the_form_that_training_writes() -> None:
    text = TABLE.read_text(encoding="utf-8")
    table = read(TABLE, DAMAGE)
    count = text.split("repair.training.estimate of ")[1].split()[0]
    assert text == written(table, train.ABOUT.format(count=count), DAMAGE)


def gold() -> dict[str, Any]:
    return {"articles": [{"blocks": [{"type": "paragraph", "text": block} for block in BLOCKS]}], "furniture": []}


def test_examples_come_raw_and_repaired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "_ENGLISH", 2)
    raw = "\n".join(line for block in BLOCKS for line in printed(block))
    (tmp_path / "page001.pdfium.txt").write_text(raw, encoding="utf-8")
    (tmp_path / "page001.gold.json").write_text(json.dumps(gold()), encoding="utf-8")
    found = list(train.examples(tmp_path))
    kinds = [one.kind for one in found]
    assert kinds[:2] == ["pdfium, raw", "pdfium, repaired"]
    assert kinds[-3:] == ["gold", "gold, repeated", "gold, glued"]
    assert found[0].para_f1 < found[1].para_f1 and found[-3].para_f1 == 1 > found[-2].para_f1
    assert all(len(one.parts) == len(NAMES) for one in found)


def test_texts_made_of_gold() -> None:
    texts = dict(train.of_gold(gold()))
    assert score(gold(), texts["gold"]).para_f1 == 1
    assert 0.5 < score(gold(), texts["gold, repeated"]).para_f1 < 1
    assert score(gold(), texts["gold, glued"]).para_f1 < 1
    assert not list(train.of_gold({"articles": []}))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_made_up_english_has_gold_that_fits(seed: int) -> None:
    _, raw, gold = train.made_up(seed)
    blocks = [block["text"] for block in gold["articles"][0]["blocks"]]
    letters = sorted("".join(raw.split()).replace("-", ""))
    assert sorted("".join("".join(blocks).split()).replace("-", "")) == letters
    assert score(gold, "\n".join(blocks)).para_f1 == 1
