"""The declarative kinds: what each proposes, to the letter."""

from __future__ import annotations

import pickle
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.core.chain import Chain
from repair.core.change import Safety
from repair.core.engine import Repaired, run
from repair.core.errors import UsageError
from repair.core.page import Page
from repair.core.rule import Rule
from repair.core.text import Edit, Text
from repair.rulebook.kinds import KINDS
from repair.rulebook.kinds.base import minimal
from repair.rulebook.rule_file import read_rule

HEAD = 'title = "t"\nwhy = "w"\n'


@pytest.fixture
def rule(tmp_path: Path):
    """Makes a rule of the lines of a rule file, and of word lists by name."""

    def make(phase: str, kind: str, body: str, **lists: str) -> Rule:
        for name, content in lists.items():
            (tmp_path / f"{name}.tsv").write_text(content, "utf-8")
        path = tmp_path / "rule.toml"
        path.write_text(f'{HEAD}phase = "{phase}"\nkind = "{kind}"\n{body}\n', "utf-8")
        return read_rule(path, "group/rule")

    return make


def repaired(rule: Rule, raw: str, **options: object) -> Repaired:
    result = run(Page.of(raw), Chain("one", (rule,), {rule.id: options}), apply=Safety.SUGGEST)
    assert result.error is None
    return result


def marked(rule: Rule, raw: str, **options: object) -> list[tuple[str, str]]:
    return [(raw[slice(*mark.raw)], mark.kind) for mark in repaired(rule, raw, **options).page.marks]


# ---- pattern ---------------------------------------------------------------------------------------------------------


def test_pattern_replaces_between_its_contexts_alone(rule):
    one = rule(
        "finish",
        "pattern",
        r"""find = ' +'
replace = ''
before = '\d'
after = '[年月日]'""",
    )
    assert repaired(one, "2 月  3   日 4 个 月").text == "2月  3日 4 个 月"


@pytest.mark.parametrize(
    ("replace", "gold"),
    [(r"\2-\1", "b-a"), (r"\g<y>\g<1>", "ba"), (r"\n|\t|\\", "\n|\t|\\"), ("", ""), ("$1", "$1"), (r"\1\3", "a")],
)
def test_pattern_template(rule, replace, gold):
    one = rule("text", "pattern", f"find = '(?P<x>a)(?P<y>b)(c)?'\nreplace = '{replace}'")
    found = list(one.find(Page.of("ab"), {}))
    assert Text.of("ab").apply(found[0].edits).value == gold


def test_pattern_whose_replacement_is_equal_proposes_nothing(rule):
    one = rule("finish", "pattern", "find = '[,，]'\nreplace = '，'")
    assert [change.edits[0].start for change in one.find(Page.of("，,，"), {})] == [1]


def test_pattern_edits_only_what_differs(rule):
    one = rule(
        "finish",
        "pattern",
        r"""find = '(\d+) (月) (\d+)'
replace = '\1\2\3'""",
    )
    (change,) = one.find(Page.of("在12 月 25日"), {})
    assert [(e.start, e.end, e.after) for e in change.edits] == [(3, 4, ""), (5, 6, "")]


def test_pattern_that_runs_away_is_left_out_in_time(rule):
    one = rule("text", "pattern", "find = '(?:a|a|aa)+b'\nreplace = ''")
    start = time.monotonic()
    result = repaired(one, "a" * 60, timeout=0.1)
    assert time.monotonic() - start < 5
    assert [skipped.rule for skipped in result.skipped] == ["group/rule"]
    assert result.text == "a" * 60


def test_pattern_time_is_for_the_page_not_for_each_match(rule):
    one = rule("text", "pattern", "find = 'x(?:a|a|aa)+b|x'\nreplace = 'y'")
    slow = "x" + "a" * 11  # a millisecond each, so that no single match is too slow
    start = time.monotonic()
    result = repaired(one, slow * 3000, timeout=0.2)
    assert result.skipped
    assert time.monotonic() - start < 1.5


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("find = 'a(b'\nreplace = ''", "find: not a regular expression"),
        (r"find = 'a'" + "\nreplace = '\\1'", "find has 0 groups"),
        (r"find = 'a'" + "\nreplace = '\\g<no>'", r"\g<no> is not a group"),
        ("find = 'a'\nreplace = ''\nbefore = '(b)'", "before: must not capture"),
    ],
)
def test_pattern_that_is_wrong_is_told_on_reading(rule, body, said):
    with pytest.raises(UsageError) as error:
        rule("text", "pattern", body)
    assert said in str(error.value)
    assert "rule.toml" in str(error.value)


def test_bad_regex_shows_the_place(rule):
    with pytest.raises(UsageError, match=r"at position 8: abc\[z-a⟨here⟩\]"):
        rule("text", "pattern", "find = 'abc[z-a]'\nreplace = ''")


# ---- table -----------------------------------------------------------------------------------------------------------


def test_table_takes_the_longest_match(rule):
    one = rule("text", "table", 'table = "t.tsv"', t="# source\na\t1\nab\t2\nabc\t3\nb\t4\n")
    assert repaired(one, "abcd ab a b abb").text == "3d 2 1 4 24"


def test_table_protects_a_word_that_stands_for_itself(rule):
    one = rule("text", "table", 'table = "t.tsv"', t="干\t幹\n干涉\t干涉\n")
    assert repaired(one, "干部不干涉干").text == "幹部不干涉幹"
    assert list(one.find(Page.of("干涉"), {})) == []


def test_table_falls_back_to_a_shorter_word_where_the_context_does_not_fit(rule):
    one = rule("text", "table", 'table = "t.tsv"\nafter = "!"', t="a\t1\nab\t2\n")
    assert repaired(one, "ab a! ab!").text == "ab 1! 2!"


def test_table_of_single_characters_beyond_the_basic_plane(rule):
    one = rule("read", "table", 'table = "t.tsv"', t="⼀\t一\n\U0002f800\t丽\n")
    assert repaired(one, "⼀\U0002f800\U0010ffff").text == "一丽\U0010ffff"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("b\t1\na\t2\n", "t.tsv:2: 'a' must stand before 'b'"),
        ("# head\na\t1\na\t2\n", "t.tsv:3: 'a' stands twice"),
        ("a\n", "t.tsv:1: no tab"),
        ("\tb\n", "t.tsv:1: nothing stands before the tab"),
        ("# only a head\n", "holds no pairs"),
    ],
)
def test_table_whose_list_is_wrong_is_told_on_reading(rule, content, said):
    with pytest.raises(UsageError) as error:
        rule("text", "table", 'table = "t.tsv"', t=content)
    assert said in str(error.value)


def test_table_that_is_not_there(rule):
    with pytest.raises(UsageError, match=r"rule\.toml: table: .*t\.tsv: the word list cannot be read"):
        rule("text", "table", 'table = "t.tsv"')


@given(st.text("ab", max_size=30))
def test_table_equals_a_walk_by_hand(raw):
    from repair.rulebook.kinds.base import Says
    from repair.rulebook.kinds.table import Table

    pairs = {"a": "x", "aab": "y", "ba": "z"}
    content = "".join(f"{key}\t{pairs[key]}\n" for key in sorted(pairs))
    table = Table(Says("", Safety.SAFE, 1), Path("t.tsv"), content)
    want, at = "", 0
    while at < len(raw):
        key = next((k for k in ("aab", "ba", "a") if raw.startswith(k, at)), raw[at])
        want += pairs.get(key, key)
        at += len(key)
    edits = [edit for change in table(Page.of(raw), {}) for edit in change.edits]
    assert Text.of(raw).apply(edits).value == want


# ---- furniture -------------------------------------------------------------------------------------------------------

FOLIO = """lines = ['第(\\s*)\\d+\\s*版', '(\\w)\\1+']
mark = "folio"
"""


def test_furniture_marks_whole_lines_and_edits_nothing(rule):
    one = rule("structure", "furniture", FOLIO + 'place = "anywhere"')
    raw = "x\n　第3版 \n见第3版\naaa\nab\n第4版"
    result = repaired(one, raw)
    assert [(raw[slice(*mark.raw)], mark.kind) for mark in result.page.marks] == [
        ("第3版", "folio"),
        ("aaa", "folio"),
        ("第4版", "folio"),
    ]
    assert result.text == raw
    assert not any(record.edits for record in result.records)


def test_furniture_at_an_edge_counts_lines_that_are_not_blank(rule):
    raw = "\n\n第1版\n\nx\n第2版\ny\nz\n第3版\n \n第4版\n\n"
    top = rule("structure", "furniture", FOLIO + 'place = "top"\nwithin = 3')
    assert marked(top, raw) == [("第1版", "folio"), ("第2版", "folio")]
    assert marked(top, raw, within=2) == [("第1版", "folio")]
    bottom = rule("structure", "furniture", FOLIO + 'place = "bottom"\nwithin = 2')
    assert marked(bottom, raw) == [("第3版", "folio"), ("第4版", "folio")]


def test_furniture_expression_does_not_reach_over_the_line(rule):
    one = rule("structure", "furniture", "lines = ['a[^b]*c']\nmark = 'banner'\nplace = 'anywhere'")
    assert marked(one, "a\nc\nac\naxc\n") == [("ac", "banner"), ("axc", "banner")]


def test_furniture_marks_raw_text_where_spaces_are_gone(rule):
    space = rule("finish", "pattern", "find = ' '\nreplace = ''")
    folio = rule("structure", "furniture", FOLIO + 'place = "top"')
    page = run(Page.of("第 3 版\n"), Chain("two", (space, folio))).page
    assert [mark.raw for mark in page.marks] == [(0, 5)]


def test_furniture_with_words_it_needs_looks_at_the_lines_that_hold_one(rule):
    body = "lines = ['\\w*版.?']\nmark = 'folio'\nplace = 'anywhere'\n"
    raw = " 第1版 \n版次\n页\n今日\n第2版  \n\n 头版版"
    found = [("第1版", "folio"), ("版次", "folio"), ("第2版", "folio"), ("头版版", "folio")]
    for needs in ("", "needs = '版'", "needs = ['版']", "needs = ['版次', '版']"):
        assert marked(rule("structure", "furniture", body + needs), raw) == found


# ---- join ------------------------------------------------------------------------------------------------------------


def test_join_takes_out_the_break_and_the_blanks(rule):
    one = rule(
        "layout",
        "join",
        r"""end = '\d'
start = '[%％]'""",
    )
    assert repaired(one, "增长5 \n\n 　%，x\n%\n%").text == "增长5%，x\n%\n%"


def test_join_without_blank_lines_and_with_glue(rule):
    one = rule("layout", "join", "end = '[a-z]$'\nstart = '^[a-z]'\nglue = ' '\nblank = false")
    assert repaired(one, "two \n words\n\nother\nA").text == "two words\n\nother\nA"


@pytest.mark.parametrize("blank", ["\n", " \n", "\u3000\n"])
def test_join_takes_no_longer_for_each_blank_line_the_more_there_are(rule, blank):
    one = rule("layout", "join", "end = 'a'\nstart = 'b'")
    value = "a" + blank * 100_000
    assert repaired(one, value + "b").text == "ab"
    assert repaired(one, value + "c").text == value + "c"


def test_join_leaves_the_start_of_the_page(rule):
    one = rule("layout", "join", "end = ''\nstart = 'a'")
    assert repaired(one, "\n\na\na").text == "\n\naa"


# ---- near ------------------------------------------------------------------------------------------------------------

NEAR = "list = \"n.tsv\"\nfind = '\\p{Han}+日报'\ncutoff = 70"


def test_near_takes_the_one_nearest_word(rule):
    one = rule("text", "near", NEAR, n="双桥日报\n白石日报\n")
    assert repaired(one, "双乔日报，白石日报，远方海岸日报").text == "双桥日报，白石日报，远方海岸日报"
    assert one.safety is Safety.SUGGEST


def test_near_leaves_a_tie(rule):
    one = rule("text", "near", NEAR, n="双木日报\n双桥日报\n")
    assert repaired(one, "双乔日报").text == "双乔日报"


# ---- opencc ----------------------------------------------------------------------------------------------------------


def test_opencc_is_lifted_line_by_line(rule):
    one = rule("finish", "opencc", 'config = "t2s"')
    result = repaired(one, "國學\n不变\n漢字與字")
    assert result.text == "国学\n不变\n汉字与字"
    assert [(edit.before, edit.after) for record in result.applied for edit in record.edits] == [
        ("國學", "国学"),
        ("漢", "汉"),
        ("與", "与"),
    ]


def test_opencc_without_such_a_configuration(rule):
    with pytest.raises(UsageError, match="OpenCC has no configuration 'zz'"):
        rule("finish", "opencc", 'config = "zz"')


# ---- all -------------------------------------------------------------------------------------------------------------


@given(st.text("ab ，", max_size=12), st.text("ab ，", max_size=12))
def test_minimal_edits_make_the_replacement_and_touch_no_end_that_is_equal(before, after):
    edits = minimal(2, before, after)
    assert Text.of("##" + before + "##").apply(edits).value == "##" + after + "##"
    assert bool(edits) == (before != after)
    if edits and before and after and before[0] == after[0]:
        assert edits[0].start > 2


def test_minimal_edit_leaves_the_end_that_is_equal():
    assert minimal(0, "...天", "…天") == (Edit(0, 3, "…"),)


def test_every_rule_survives_pickling_so_that_processes_can_share_it(rule):
    bodies = {
        "pattern": ("text", "find = 'a'\nreplace = 'b'"),
        "table": ("text", 'table = "t.tsv"'),
        "furniture": ("structure", FOLIO + 'place = "top"'),
        "join": ("layout", "end = 'a'\nstart = 'b'"),
        "near": ("text", NEAR),
        "opencc": ("finish", 'config = "t2s"'),
    }
    assert bodies.keys() == KINDS.keys()
    for kind, (phase, body) in bodies.items():
        one = rule(phase, kind, body, t="a\tb\n", n="双桥日报\n")
        assert pickle.loads(pickle.dumps(one)) == one
