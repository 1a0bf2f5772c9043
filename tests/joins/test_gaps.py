"""The evidence at the gaps between lines, and the weights that turn it into probabilities."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repair.core.page import Page
from repair.evidence.feature import Evidence
from repair.evidence.table import FOLDER, Table, digest, load, read
from repair.joins.line_evidence import AT_SEAM, BY_STATE
from repair.joins.line_seams import Seams, continues, line_table, seams_of
from repair.joins.pair_evidence import OF_PAIRS
from repair.joins.surety import OF_LATIN_WRAPS, OF_WRAPS
from repair.passes.layout import cut_paragraph as cuts
from repair.passes.layout import wrapped_line as wraps
from repair.passes.layout.column_bleed import unweave
from repair.passes.layout.column_bleed.evidence import FOLLOWS, LINKS
from repair.typography.lines import Lines, printed_lines

TABLES = tuple(dict.fromkeys((*wraps.TABLES, *cuts.TABLES, *unweave.TABLES)))
OF_GAPS = ("wraps", "wraps-latin", "wraps-unstopped", "cuts", "cuts-latin")
EVIDENCE: dict[str, tuple[Evidence, ...]] = dict.fromkeys(OF_GAPS, (AT_SEAM, BY_STATE)) | {
    "pairs": (OF_PAIRS,),
    "sure-wraps": (OF_WRAPS,),
    "sure-latin-wraps": (OF_LATIN_WRAPS,),
    "bleed-follows": (FOLLOWS,),
    "bleed-links": (LINKS,),
}
LINES = [
    "守桥人每天早上六点开闸，",
    "“船先过，车后过。”",
    "（下转第二版）",
    "本报记者 白路 钟小川",
    "The draw was raised at six o'clock, and the",
    "tug passed through with two barges in tow.",
    "12.5",
    "、",
    "😀",
    "二、闸门",
    "\u3000\u3000桥工说，今年的水比去年大得多，",
    "白 闸 桥",
]
TEXTS = st.lists(
    st.sampled_from(LINES) | st.text(st.characters() | st.sampled_from("，。“”（）甲乙aB1 -\u3000"), max_size=30),
    max_size=14,
).map("\n".join)


def evidence(text: str) -> tuple[Lines, Seams]:
    page = Page.of(text)
    return printed_lines(page), seams_of(page)


def at_gap(text: str, gap: int) -> dict[str, str]:
    """Bucket of each feature at a gap, in words."""
    return {name: AT_SEAM[name].labels[at[gap]] for name, at in evidence(text)[1].buckets.items()}


def check(lines: Lines, gaps: Seams) -> None:
    count = len(lines) - 1
    for of, buckets in ((AT_SEAM, gaps.buckets), (BY_STATE, gaps.opens), (BY_STATE, gaps.goes_on)):
        assert list(buckets) == [feature.name for feature in of]
        for name, at in buckets.items():
            assert at.shape == (count,) and (at >= 0).all() and (at < len(of[name].labels)).all(), name
    assert len(gaps.columns) == len(lines)
    assert {len(rows) for rows in (gaps.llr, gaps.latin, gaps.certain, gaps.walls)} == {count}
    assert np.isfinite(gaps.llr).all() and np.isfinite(gaps.columns).all()


@given(TEXTS)
@settings(max_examples=200)
def test_every_gap_has_a_bucket_of_each_feature(text: str) -> None:
    if len(printed_lines(Page.of(text))) > 1:
        check(*evidence(text))


@pytest.mark.parametrize(
    "text",
    [
        "桥\n闸",
        "，\n。\n”\n（\n、",
        "😀\n\U0010ffff\ud800\n\ue000",
        ("守桥人" * 9000 + "\n") * 3,
        "闸\n" * 5000,
        "桥\n" + "\n" * 5000 + "闸",
        "Gate\nBridge\nTug",
        "1\n2\n3",
        "闸 " * 400 + "\n" + "桥" * 400,
    ],
)
def test_odd_pages_have_evidence_too(text: str) -> None:
    check(*evidence(text))


@pytest.mark.parametrize("text", ["", "\n\n", " \u3000\n", "桥", "\n桥，\n"])
def test_a_page_without_gaps_has_nothing_to_join(text: str) -> None:
    for rule in (wraps.RULE, cuts.RULE):
        assert list(rule.find(Page.of(text), {})) == []


@pytest.mark.parametrize("mark", "、，。；：,;")
def test_a_line_that_no_paragraph_begins_with_is_certain_to_go_on(mark: str) -> None:
    _, gaps = evidence(f"守桥人\n{mark}桥工\n船长\n\n \u3000{mark}\n（{mark}")
    assert gaps.certain.tolist() == [True, False, True, False]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("守桥人每天六点开闸，船先", "（下转第二版）"),
        ("下轉第二版", "守桥人每天六点开闸，船先"),
        ("Continued on Page 3", "The draw was raised at six"),
        ("本报记者 白路 钟小川", "守桥人每天六点开闸，船先过"),
        ("12.5", "13.0"),
        ("……", "（3）"),
    ],
)
def test_nothing_goes_on_over_a_wall(first: str, second: str) -> None:
    text = f"守桥人每天六点开闸，船先\n{first}\n{second}\n守桥人每天六点开闸，船先"
    lines, gaps = evidence(text)
    assert gaps.walls[1]
    everywhere = np.ones(len(lines) - 1, np.bool_)
    for name in OF_GAPS:
        table = line_table(name)
        assert continues(gaps, table, table, everywhere)[gaps.walls].max() == 0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("本报记者 白路 钟小川", "沈一舟 何田"),
        ("本报记者 白路 钟小", "川"),
        ("12.5", "万吨"),
        ("守桥人每天六点", "12.5"),
        ("守桥人每天六点", "开闸"),
    ],
)
def test_names_and_numbers_may_go_on(first: str, second: str) -> None:
    assert not evidence(f"{first}\n{second}")[1].walls.any()


def test_the_end_of_a_quotation_that_is_not_open_is_seen() -> None:
    texts = "他走上长堤看新渠\n修好的“水路”两旁种着\n柳树”的牌子，他说“水\n到渠成”，大家都笑了。\n"
    assert evidence(texts)[1].unopened.tolist() == [False, True, False]


def test_latin_gaps_are_those_between_latin_lines() -> None:
    assert evidence("The gate\nThe draw\n守桥人\nTug")[1].latin.tolist() == [True, False, False]


def test_the_evidence_says_what_stands_at_the_gap() -> None:
    text = "“船先过，\n车后过。”守桥人\n\n（一）闸门\n桥工说：\n“闸门”\n\n\n\n白闸桥。"
    assert [at_gap(text, i)["end"] for i in range(5)] == ["comma", "han", "han", "colon", "close_quote"]
    assert [at_gap(text, i)["start"] for i in range(5)] == ["han", "open", "han", "open_quote", "han"]
    assert at_gap(text, 0)["double quote"] == "opened & next closes"
    assert at_gap(text, 3)["double quote"] == "closed & next opens"
    assert at_gap(text, 4)["double quote"] == "closed & next none"
    assert at_gap(text, 1)["start kind & end"] == "list & open"
    assert [at_gap(text, i)["blank lines"] for i in range(5)] == ["0", "+1", "0", "0", "+2"]
    assert at_gap(text, 0)["punctuation of four"] == "none & yes & yes & no"


def test_double_single_and_bracket_pairs_are_told_apart() -> None:
    text = "他说『船\n先过』，（车\n后过），「守\n桥」人"
    assert at_gap(text, 0)["single quote"] == "opened & next closes"
    assert at_gap(text, 1)["bracket"] == "opened & next closes"
    assert at_gap(text, 2)["double quote"] == "opened & next closes"
    assert at_gap(text, 2)["single quote"] == "closed & next none"


def test_a_quote_is_forgotten_when_it_stays_open_too_long() -> None:
    text = "“守桥人\n" + "每天六点开闸\n" * 6
    states = [at_gap(text, i)["double quote"].split(" & ")[0] for i in range(6)]
    assert states[0] == "opened" and states[-1] == "closed"


def test_indents_count_where_the_page_shows_them() -> None:
    shown = "\u3000\u3000守桥人每天六点\n开闸，船先过。\n\u3000\u3000桥工说，今年的\n水大。"
    assert [at_gap(shown, i)["indents & end"] for i in range(3)] == [
        "yes & yes & no & open",
        "yes & no & yes & stop",
        "yes & yes & no & open",
    ]
    assert at_gap(shown.replace("\u3000", ""), 1)["indents & end"] == "no & no & no & stop"


def test_the_names_of_buckets_are_unique_and_as_many_as_the_weights() -> None:
    for of in {one for several in EVIDENCE.values() for one in several}:
        for feature in of:
            assert len(set(feature.labels)) == len(feature.labels)
            assert not any("\t" in part or "\n" in part for part in (feature.name, *feature.labels))


def test_the_shipped_tables_are_those_that_the_rules_use() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.tsv")) == sorted(
        (*TABLES, "levels", "articles", "estimate", "headline-after-body", "jump-links", "late-headline")
    )


@pytest.mark.parametrize("name", TABLES)
def test_every_row_of_a_table_names_a_bucket_once(name: str) -> None:
    rows = [line.split("\t") for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()]
    said = {(feature, bucket): float(number) for feature, bucket, number in (r for r in rows if len(r) == 3)}
    assert len(said) == sum(not row[0].startswith("#") for row in rows)
    share = said.pop(("share", ""))
    table, features = load(name, *EVIDENCE[name]), {f.name: f for of in EVIDENCE[name] for f in of}
    assert table.share == share and 0 < share < 1
    assert {(f, b): table.weights[f][features[f].labels.index(b)] for f, b in said} == said
    known = np.concatenate(list(table.weights.values()))
    assert np.count_nonzero(known) == len([number for number in said.values() if number])
    assert np.isfinite(known).all()


def test_a_table_with_a_bucket_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.tsv").write_text("share\t\t0.5\nend\tno such bucket\t+1.0\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no such bucket"):
        read(tmp_path / "old.tsv", AT_SEAM)


def test_a_table_of_other_features_is_refused() -> None:
    with pytest.raises(ValueError, match="Train the table anew"):
        read(FOLDER / "sure-wraps.tsv", OF_WRAPS, BY_STATE)


def test_the_digest_tells_tables_apart() -> None:
    found = {digest(name) for name in TABLES} | {digest(*TABLES)}
    assert len(found) == len(TABLES) + 1


@cache
def random_table(seed: int) -> Table:
    rng = np.random.default_rng(seed)
    weights = {f.name: rng.normal(0, 9, len(f.labels)) for of in (AT_SEAM, BY_STATE) for f in of}
    return Table(weights, rng.uniform(0.01, 0.99))


@given(TEXTS, st.sampled_from([*OF_GAPS, 1, 2]), st.data())
@settings(max_examples=60)
def test_probabilities_are_probabilities_and_zero_where_not_asked(
    text: str, of: str | int, data: st.DataObject
) -> None:
    if len(printed_lines(Page.of(text))) < 2:
        return
    lines, gaps = evidence(text)
    asked = np.array(data.draw(st.lists(st.booleans(), min_size=len(lines) - 1, max_size=len(lines) - 1)))
    table = line_table(of) if isinstance(of, str) else random_table(of)
    found = continues(gaps, table, line_table("wraps-latin"), asked)
    assert ((found >= 0) & (found <= 1)).all()
    assert not found[~asked].any() and not found[gaps.walls].any()


def made(base: list[int], *, certain: bool = False, latin: bool = False) -> Seams:
    """Gaps with one feature of three buckets (0: open question, 1: goes on, 2: does not) and one of state."""
    count = len(base)
    none = np.zeros(count, np.bool_)
    index, opens, goes_on = ({"gap": np.array(base)}, *({"state": np.full(count, state)} for state in (0, 1)))
    columns, llr = np.full(count + 1, 14.0), np.zeros(count, np.float32)
    return Seams(index, opens, goes_on, columns, llr, none | latin, none | certain, none, none)


def chances(base: list[int], state: float = 0.0, usual_counts: int = 30, **known: bool) -> list[float]:
    table = Table({"gap": np.array([0.0, 5.0, -5.0]), "state": np.array([0.0, state])}, 0.5)
    against = Table({"gap": np.array([-5.0, -5.0, -5.0]), "state": np.zeros(2)}, 0.5)
    asked = np.ones(len(base), np.bool_)
    found: list[float] = continues(made(base, **known), table, against, asked, usual_counts).tolist()
    return found


def test_an_open_question_goes_with_the_page() -> None:
    assert math.isclose(chances([0])[0], 0.5)
    assert chances([1] * 40 + [0])[-1] > 0.6
    assert chances([2] * 40 + [0])[-1] < 0.4
    longer, shorter = chances([1] * 400 + [0])[-1], chances([1] * 40 + [0])[-1]
    assert longer > shorter


def test_the_page_moves_the_share_less_where_it_counts_for_less() -> None:
    bold, shy = (chances([1] * 40 + [0], usual_counts=counts)[-1] for counts in (30, 3000))
    assert 0.5 < shy < bold


def test_the_order_of_gaps_does_not_matter_where_the_state_weighs_nothing() -> None:
    base = [1, 2, 0, 0, 1, 2, 2]
    assert np.allclose(sorted(chances(base)), sorted(chances(base[::-1])))


def test_whether_a_line_opened_is_carried_to_the_next_gap() -> None:
    went_on, opened = chances([1, 0], state=4.0), chances([2, 0], state=4.0)
    assert went_on[1] > opened[1] + 0.3
    assert all(math.isclose(a, b) for a, b in pairwise(chances([0, 0, 0])))


def test_latin_gaps_are_weighed_by_their_own_table() -> None:
    assert chances([1])[0] > 0.9
    assert chances([1], latin=True)[0] < 0.1


def test_what_is_certain_is_certain_under_any_weights() -> None:
    assert chances([2], certain=True)[0] > 0.99
    assert chances([2], certain=True, latin=True)[0] > 0.99


def test_blank_lines_are_counted_against_what_the_page_has_between_lines() -> None:
    text = "守桥人\n\n开闸\n\n船先过\n车后过\n\n桥工\n\n\n水大"
    assert [at_gap(text, i)["blank lines"] for i in range(5)] == ["0", "0", "-1", "0", "+1"]
