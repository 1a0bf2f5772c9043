"""The case runner: what it reads, and that each way to fail has its name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from repair.cases.case import Verdict
from repair.cases.files import collect, orphans, uncovered
from repair.cases.run import run_case
from repair.core.errors import UsageError
from repair.rulebook.load import load_rules

RULE = """title = "t"
why = "w"
phase = "{phase}"
kind = "{kind}"
{body}
"""
PATTERN = "find = 'a'\nreplace = '{}'"
CASE = '\n[[example]]\nraw = "{}"\ngold = "{}"\n'
KEEP = '\n[[keep]]\ntext = "{}"\n'


def collected(folder: Path, rule: str | None = None, **fixtures: str):
    """The cases of a folder with this rule, `g/r`, and these fixture files (`g__r`, `xfail__g__r`, `clean__page`)."""
    path = folder / "g" / "r.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(rule or RULE.format(phase="finish", kind="pattern", body=PATTERN.format("b")), "utf-8")
    for name, content in fixtures.items():
        file = (folder / "fixtures" / name.replace("__", "/")).with_suffix(".txt")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode())
    return collect(load_rules([folder]), folder / "fixtures", [folder])


def verdict(folder: Path, rule: str | None = None, **fixtures: str) -> Verdict:
    (case,) = collected(folder, rule, **fixtures)
    outcome = run_case(case)
    assert outcome.ok == (not outcome.message) or outcome.verdict is Verdict.KNOWN
    return outcome.verdict


def pattern(find: str, replace: str, more: str = "", phase: str = "finish") -> str:
    return RULE.format(phase=phase, kind="pattern", body=f"find = '{find}'\nreplace = '{replace}'{more}")


# ---- outcomes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (pattern("a", "b", CASE.format("a", "b")), Verdict.PASSED),
        (pattern("a", "b", KEEP.format("c")), Verdict.PASSED),
        (pattern("x", "b", CASE.format("a", "b")), Verdict.MISSING),
        (pattern("a", "c", CASE.format("a", "b")), Verdict.WRONG),
        (pattern("a", "b", KEEP.format("a")), Verdict.NOISY),
        (pattern("^a", "", CASE.format("aaa", "aa"), "read"), Verdict.BROKEN),
        (pattern("^ ", "", CASE.format("  b", " b")), Verdict.UNSTABLE),
        (pattern("a", r"\n", CASE.format("a", r"\n")), Verdict.BROKEN),
        (pattern("(?:a|a|aa)+b", "", "\ntimeout = 0.05" + CASE.format("a" * 50, "")), Verdict.BROKEN),
    ],
)
def test_each_way_to_fail_has_its_name(tmp_path, rule, name):
    assert verdict(tmp_path, rule) is name


def test_suggested_changes_count_because_a_rule_is_run_alone(tmp_path):
    rule = pattern("a", "b", CASE.format("a", "b")).replace("kind", 'safety = "suggest"\nkind')
    assert verdict(tmp_path, rule) is Verdict.PASSED


def test_message_names_the_place_and_shows_where_the_texts_part(tmp_path):
    rule = pattern("a", "c", KEEP.format("x") + CASE.format(r"ok\n\u3000a.", r"ok\n\u3000b."))
    (case,) = [case for case in collected(tmp_path, rule) if case.fires]
    assert case.id == "g/r.toml:10"
    message = run_case(case).message
    assert f"{tmp_path / 'g' / 'r.toml'}:10: Wrong" in message
    assert r"'ok\n\u3000a.'" in message
    assert "line 2, character 2 on: 'b.' / 'c.'" in message


def test_rule_that_marks_states_the_mark_before_the_line(tmp_path):
    rule = RULE.format(phase="structure", kind="furniture", body="lines = ['a']\nplace = 'anywhere'\nmark = 'folio'")
    assert verdict(tmp_path, rule + CASE.format(r"x\na", r"x\n[folio] a")) is Verdict.PASSED
    assert verdict(tmp_path, rule + CASE.format(r"x\na", r"x\n[banner] a")) is Verdict.WRONG
    assert verdict(tmp_path, rule + CASE.format("x", "[folio] x")) is Verdict.MISSING
    assert verdict(tmp_path, rule + KEEP.format("a")) is Verdict.NOISY
    assert verdict(tmp_path, rule + KEEP.format("b")) is Verdict.PASSED


# ---- fixture files ---------------------------------------------------------------------------------------------------


def test_fixture_file_holds_many_cases_and_escapes_nothing(tmp_path):
    text = "one\n=====\n \\n\n\n a \n-----\n \\n\n\n b \n=====\n\ntwo\n=====\nx\n=====\nempty\n=====\n-----\n=====\n"
    cases = [(c.id, c.title, c.raw, c.gold) for c in collected(tmp_path, g__r=text)]
    assert cases == [
        ("g/r.txt:1", "one", " \\n\n\n a ", " \\n\n\n b "),
        ("g/r.txt:12", "two", "x", None),
        ("g/r.txt:16", "empty", "", None),
    ]
    assert [run_case(case).verdict for case in collected(tmp_path)] == [Verdict.PASSED] * 3


def test_fixture_file_of_notepad(tmp_path):
    (case,) = collected(tmp_path, g__r="\ufeffone\r\n=====\r\na\r\n-----\r\nb\r\n=====\r\n")
    assert (case.title, case.raw, case.gold) == ("one", "a", "b")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("=====\na\n=====\n", "r.txt:1: no title"),
        ("one\n=====\na\n", "r.txt:2: the case 'one' is not closed"),
        ("one\n=====\na\n=====\nleft\n", "r.txt:5: 'left' is a title without a case"),
    ],
)
def test_fixture_file_that_is_wrong(tmp_path, text, said):
    with pytest.raises(UsageError) as error:
        collected(tmp_path, g__r=text)
    assert said in str(error.value)


def test_known_failure_that_passes_fails(tmp_path):
    assert verdict(tmp_path, xfail__g__r="one\n=====\na\n-----\nc\n=====\n") is Verdict.KNOWN
    assert verdict(tmp_path, xfail__g__r="one\n=====\na\n-----\nb\n=====\n") is Verdict.SURPRISE


def test_fixture_file_of_no_rule(tmp_path):
    collected(tmp_path, g__q="", clean__x="", xfail__g__r="")
    (said,) = orphans(load_rules([tmp_path]), tmp_path / "fixtures")
    assert "there is no rule 'g/q'. Did you mean 'g/r'?" in said


def test_rule_needs_a_text_that_it_repairs_and_one_that_it_leaves(tmp_path):
    def lacks(rule: str, **fixtures: str) -> str:
        cases = collected(tmp_path, rule, **fixtures)
        return "".join(uncovered(load_rules([tmp_path]), cases).values())

    assert "no text that the rule repairs and no text that it leaves" in lacks(pattern("a", "b"))
    assert "no text that it leaves" in lacks(pattern("a", "b", CASE.format("a", "b")))
    assert "no text that the rule repairs" in lacks(pattern("a", "b", KEEP.format("c")))
    assert lacks(pattern("a", "b", KEEP.format("c")), xfail__g__r="1\n=====\na\n-----\nb\n=====\n")
    assert not lacks(pattern("a", "b", KEEP.format("c")), g__r="1\n=====\na\n-----\nb\n=====\n")


# ---- pages -----------------------------------------------------------------------------------------------------------

GOLD = [["新桥通车", "昨天新桥通车了。"], ["河上有雾", "今晨河上有雾。"]]


def page(folder: Path, raw: str, more: str = "", gold: object = None, furniture: tuple[str, ...] = ("第3版",)):
    place = folder / "fixtures" / "pages" / "one"
    place.mkdir(parents=True, exist_ok=True)
    (place / "raw.txt").write_bytes(raw.encode())
    articles = [{"id": "a", "blocks": [{"type": "paragraph", "text": text} for text in texts]} for texts in GOLD]
    data = gold or {"page": "one", "articles": articles, "furniture": list(furniture)}
    (place / "gold.json").write_text(json.dumps(data), "utf-8")
    (folder / "chains").mkdir(exist_ok=True)
    (folder / "chains" / "empty.toml").write_text("title = 'nothing'\nrules = []\n")
    head = "title = 'one'\nwhy = 'a page'\nchain = '../../../chains/empty.toml'\n"
    (place / "case.toml").write_text(head + more, "utf-8")
    (case,) = collect({}, folder / "fixtures")
    return run_case(case)


RAW = "第3版\n\n# 新桥通车\n昨天新桥通车了。\n**河上有雾**\n今晨河上有雾。\n"


def test_page_is_compared_as_lines_without_marks(tmp_path):
    assert page(tmp_path, RAW).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("raw", "name", "said"),
    [
        (RAW.replace("今晨河上有雾。\n", ""), Verdict.MISSING, "- '今晨河上有雾。'"),
        (RAW + "多了\n", Verdict.NOISY, "+ '多了'"),
        (RAW + "河上有雾\n", Verdict.NOISY, "+ '河上有雾'"),
        (RAW.replace("昨天新桥", "昨天\n新桥"), Verdict.WRONG, "differs from character 1 on: '昨天新桥通车了。'"),
    ],
)
def test_page_that_differs(tmp_path, raw, name, said):
    outcome = page(tmp_path, raw)
    assert outcome.verdict is name
    assert said in outcome.message


def test_order_counts_where_it_is_asked_for(tmp_path):
    lines = RAW.split("\n")
    raw = "\n".join(lines[4:] + lines[:4])
    assert page(tmp_path, raw).verdict is Verdict.PASSED
    assert page(tmp_path, RAW, "order = true").verdict is Verdict.PASSED
    outcome = page(tmp_path, raw, "order = true")
    assert outcome.verdict is Verdict.WRONG
    assert "out of order from block 1 on" in outcome.message


def test_minimum_figures_suffice(tmp_path):
    raw = RAW.replace("今晨", "今天")
    assert page(tmp_path, raw, "minimum = {para_f1 = 0.5}").verdict is Verdict.PASSED
    outcome = page(tmp_path, raw, "minimum = {para_f1 = 0.9}")
    assert outcome.verdict is Verdict.WRONG
    assert "para_f1: 0." in outcome.message


def test_page_that_is_a_known_failure(tmp_path):
    assert page(tmp_path, RAW + "x\n", "xfail = 'not yet'").verdict is Verdict.KNOWN
    assert page(tmp_path, RAW, "xfail = 'not yet'").verdict is Verdict.SURPRISE


def test_page_in_another_encoding_with_other_line_ends(tmp_path):
    page(tmp_path, "")
    raw = tmp_path / "fixtures" / "pages" / "one" / "raw.txt"
    raw.write_bytes(RAW.replace("\n", "\r\n").encode("gb18030"))
    case_file = raw.with_name("case.toml")
    case_file.write_text(case_file.read_text() + "encoding = 'gb18030'\n")
    (case,) = collect({}, tmp_path / "fixtures")
    assert case.newline == "crlf"
    assert run_case(case).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("case.toml", "title = 'x'", "key 'why' is missing"),
        ("case.toml", "title = 'x'\nwhy = 'y'\nminimum = {para = 1}", "minimum: unknown key 'para'"),
        ("gold.json", "{", "gold.json:1: not JSON"),
        ("gold.json", None, "gold.json: cannot be read"),
    ],
)
def test_page_case_that_is_wrong(tmp_path, name, content, said):
    page(tmp_path, RAW)
    path = tmp_path / "fixtures" / "pages" / "one" / name
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(UsageError) as error:
        collect({}, tmp_path / "fixtures")
    assert said in str(error.value)


def test_clean_page_that_a_rule_touches_is_noisy(tmp_path):
    rule = pattern("qqq", "rrr", phase="text")
    assert verdict(tmp_path, rule, clean__page="新桥昨天通车了。\n") is Verdict.PASSED
    assert verdict(tmp_path, rule, clean__page="新桥昨天通车了qqq。\n") is Verdict.NOISY
