"""Runs of UTF-8 read as Windows-1252 or Latin-1 are left whole by every rule; signs of Windows are read as such.

A rule that deletes what cannot be seen may delete what somebody needs: a byte of a text that can still be led back, a
mark that orders a line of Arabic, a hyphen that was printed.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repair import repair
from repair.core.chain import Chain
from repair.core.change import Change, Mark, Outcome, Safety
from repair.core.engine import run
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit, Span
from repair.history.explain import by_rule
from repair.rulebook.resources import fixtures_dir
from tests.usual import chain as chain_named
from tests.usual import some

FIXTURES = fixtures_dir()
PAGES = sorted(FIXTURES.glob("pages/*/raw.txt")) + sorted(FIXTURES.glob("clean/*.txt"))


def misread(text: str, encoding: str = "cp1252") -> str:
    """A text whose UTF-8 is read in another encoding; what that does not have becomes the control character."""
    return "".join(bytes([b]).decode(encoding, "ignore") or chr(b) for b in text.encode())


# Every byte that UTF-8 has stands in one of them, those among them that a rule would take out or make a space of.
RUNS = [
    misread(text, encoding)
    for text in ("新桥通车公告", "à la", "’", "»", "Пристань", "나루터", "\u00ad", "；：！？", "……", "·", "—", "①Ⅱ")
    for encoding in ("cp1252", "latin-1")
]


def marked(raw: str, chain: str = "newspaper") -> list[str]:
    result = run(Page.of(raw), chain_named(chain))
    return [raw[slice(*mark.raw)] for mark in result.page.marks if mark.kind == "mojibake"]


@pytest.mark.parametrize("path", some(PAGES), ids=lambda path: "-".join(path.parts[-2:]))
def test_every_byte_of_a_run_survives_the_chain(path: Path) -> None:
    chance = random.Random("-".join(path.parts[-2:]))
    chain, apply = chance.choice(["newspaper", "simplified", "traditional"]), chance.choice(list(Safety))
    raw = path.read_bytes().decode().replace("\r\n", "\n")
    parts, at = [], 0
    for place in sorted(chance.sample(range(len(raw)), min(12, len(raw)))):
        parts += raw[at:place], chance.choice(RUNS)
        at = place
    raw = "".join([*parts, raw[at:]])
    runs = marked(raw)
    assert runs
    result = run(Page.of(raw), chain_named(chain), apply=apply)
    assert result.error is None
    for span in (mark.raw for mark in result.page.marks if mark.kind == "mojibake"):
        assert raw[slice(*span)] in result.text
    for stretch in set(runs):
        assert result.text.count(stretch) == raw.count(stretch)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([*RUNS, "柳湾", "渡口。", "the ", " ", "\n", "\n\n", "“", '"', ",", "7 ", "\u00ad"])))
def test_every_byte_of_a_run_survives_beside_anything(parts: list[str]) -> None:
    raw = "".join(parts)
    result = repair(raw)
    for stretch in {raw[slice(*mark.raw)] for mark in result.page.marks if mark.kind == "mojibake"}:
        assert result.text.count(stretch) >= 1
        assert result.text.count(stretch) == raw.count(stretch)


def test_a_run_is_told_in_the_ledger_and_by_explain() -> None:
    raw = f"柳湾镇报\n\n{misread('渡口修好了', 'latin-1')}。"
    result = repair(raw)
    assert result.text == raw
    row = next(row for row in result.ledger.rows if row.rule == "read/mojibake")
    assert (row.outcome, row.mark, raw[slice(*row.raw[0])]) == ("applied", "mojibake", misread("渡口修好了", "latin-1"))
    assert "“渡口修好了”" in row.reason
    told = "\n".join(by_rule(result.ledger, result.ledger.rows))
    assert "read/mojibake: 1 applied" in told
    assert "marked as mojibake" in told


def test_what_would_change_a_run_is_refused_and_says_so() -> None:
    result = repair(f"l{misread('à')} bas, ici\u00a0aussi\n")
    assert result.text == f"l{misread('à')} bas, ici aussi\n"
    refused = [row for row in result.ledger.rows if row.outcome == "refused"]
    assert [row.rule for row in refused] == ["read/odd-space"]
    assert "marked to be left whole" in refused[0].reason


@pytest.mark.parametrize(
    ("edits", "made"),
    [
        ([Edit(0, 1, "x")], True),
        ([Edit(2, 3, "x")], False),
        ([Edit(0, 6, "")], False),
        ([Edit(2, 2, " ")], True),  # at either edge of the stretch, but not inside it
        ([Edit(4, 4, " ")], True),
        ([Edit(3, 3, " ")], False),
        ([Edit(0, 4, ""), Edit(6, 6, Span(0, 4))], True),  # moved whole
        ([Edit(2, 3, ""), Edit(6, 6, Span(2, 3))], False),
        ([Edit(0, 4, ""), Edit(6, 6, "abcd")], False),
    ],
)
def test_a_stretch_that_is_left_whole_may_only_be_moved(edits: list[Edit], made: bool) -> None:
    def mark(page: Page, options: Options) -> list[Change]:
        return [Change((), "for the test", mark=Mark(Span(2, 4), "mojibake"))]

    def change(page: Page, options: Options) -> list[Change]:
        return [Change(tuple(edits), "for the test")]

    phase = Phase.LAYOUT if any(isinstance(edit.after, Span) for edit in edits) else Phase.TEXT
    rules = Rule("read/a", "a", Phase.READ, "", mark), Rule("text/b", "b", phase, "", change)
    result = run(Page.of("abcdef"), Chain("test", rules))
    assert result.records[1].outcome is (Outcome.APPLIED if made else Outcome.REFUSED)
    assert result.error is None


def test_a_line_that_begins_with_a_run_is_joined_as_any_other() -> None:
    text = (FIXTURES / "pages/wrapped-pdf-text/raw.txt").read_text(encoding="utf-8")
    plain, at = repair(text), text.index("\n\n", 300) + 2
    result = repair(text[:at] + misread("；") + text[at:])
    joins = [sum(row.rule == "layout/wrapped-line" for row in r.ledger.rows) for r in (plain, result)]
    assert abs(joins[0] - joins[1]) <= 1


# ---- U+0080 to U+009F ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "repaired"),
    [
        ("He said it\u0092s late.", "He said it’s late."),
        ("新桥\u0093通车\u0094了", "新桥“通车”了"),
        ("The ferry\u0085 it\u0092s late\n", "The ferry… it’s late\n"),
        ("他说\u0085\u0085不知道。", "他说……不知道。"),
        ("第一行\u0085第二行\u0085第三行\u0085", "第一行\n第二行\n第三行\n"),
        ("caf\u00e9\u0085\u0094 closed", "café…” closed"),
        ("柳湾\u0080镇", "柳湾\u0080镇"),  # only suggested
    ],
)
def test_codes_of_windows_are_its_signs(raw: str, repaired: str) -> None:
    assert repair(raw).text == repaired


def test_a_code_that_may_be_dirt_is_suggested() -> None:
    rows = repair("柳湾\u0080镇").ledger.rows
    assert [(row.rule, row.outcome) for row in rows] == [("read/mark-as-control-character", "suggested")]


# ---- what other scripts need -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        "رقم الهاتف \u202a+961 1 555\u202c في المدينة\n",
        "רחוב \u200e12-A\u200e נפתח מחדש\n",
        "می\u200cروند و باز می\u200cگردند\n",
        "ការ\u200bងារ\u200bថ្មី\n",
        "क्\u200dष और क्\u200cष\n",
        "葛\U000e0100城 👨\u200d👩\u200d👧 ❤\ufe0f\n",
        "ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ\n",
    ],
)
@pytest.mark.parametrize("apply", [Safety.SAFE, Safety.SUGGEST])
def test_characters_without_width_stay_where_a_script_needs_them(raw: str, apply: Safety) -> None:
    assert run(Page.of(raw), chain_named("newspaper"), apply=apply).text == raw


@pytest.mark.parametrize(
    ("raw", "repaired"),
    [
        ("the war of 1939\u00ad45\n", "the war of 1939-45\n"),
        ("Jean\u00adPaul and Mac\u00adDonald\n", "Jean-Paul and MacDonald\n"),
        ("the bridge \u00ad at last\n", "the bridge - at last\n"),
        ("the har\u00adbour\n", "the harbour\n"),
    ],
)
def test_a_soft_hyphen_that_cuts_no_word_was_printed(raw: str, repaired: str) -> None:
    assert repair(raw).text == repaired
    assert "\u00ad" in run(Page.of("1939\u00ad45"), chain_named("newspaper"), apply=Safety.SAFE).text  # not taken out
