"""A veto is a veto: what a refused change would do does not come about, by whichever rule and in whatever form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.cli import main
from repair.cli.exits import Exit
from repair.core.chain import Chain
from repair.core.change import Change, Mark, Outcome, Safety
from repair.core.effects import Effects, Forbidden, Seam, effects_of
from repair.core.engine import Record, Repaired, run
from repair.core.errors import UsageError
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Done, Edit, Span, Text
from repair.history.vetoes import read_vetoes
from repair.rulebook.resources import fixtures_dir
from tests.usual import chain, some

PAGES = sorted(path.parent for path in (fixtures_dir() / "pages").glob("*/raw.txt"))
ISSUES = fixtures_dir() / "issues"
FEW = 8  # changes of a page that are refused one by one


# ---- effects ---------------------------------------------------------------------------------------------------------


def effects(value: str, *edits: tuple[int, int, str | Span], raw: Text | None = None) -> Effects:
    return effects_of(raw or Text.of(value), [Done(s, e, value[s:e], after) for s, e, after in edits])


def test_lines_that_are_joined_meet_at_a_seam() -> None:
    assert effects("守塔人\n走上塔顶。", (3, 4, "")).seams == (Seam((2, 1, 0), (4, 5, 6)),)
    assert effects("守塔人\n走上塔顶。", (3, 4, "")) == effects("守塔人\n走上塔顶。", (3, 4, " "))


def test_a_seam_reaches_no_further_than_its_lines() -> None:
    assert effects("塔\n顶\n灯\n", (1, 2, "")).seams == (Seam((0,), (2,)),)


def test_a_hyphen_that_goes_is_removed_and_the_seam_is_behind_it() -> None:
    found = effects("the sys-\ntem", (7, 9, ""))
    assert (found.removed, found.seams) == (frozenset({7}), (Seam((6, 5, 4), (9, 10, 11)),))


def test_spaces_of_a_line_are_removed_but_those_at_a_joined_line_end_are_not() -> None:
    assert effects("2 月 25 日", (1, 2, ""), (3, 4, "")).removed == {1, 3}
    assert effects("守塔人 \n\n走上塔顶", (3, 6, "")).removed == frozenset()
    assert effects("塔 \n\n灯", (1, 2, "")).removed == {1}


def test_blank_lines_that_go_are_removed() -> None:
    assert effects("\n\n\n塔", (0, 3, "")).removed == {0, 1, 2}
    assert effects("塔\n\n\n\n灯", (1, 5, "\n\n")).removed == {1, 2, 3, 4}


def test_what_is_replaced_and_put_in() -> None:
    assert effects("好,的", (1, 2, "，")).replaced == {1}
    assert effects("他--好", (1, 3, "—")).replaced == {1, 2}
    assert effects("塔\u3000灯", (1, 2, " ")).replaced == {1}
    assert effects("塔灯", (1, 1, "\n\n")).inserted == ((1, 1),)
    assert effects("塔灯", (1, 1, "的")).inserted == ((1, 1),)
    assert effects("甲乙", (0, 2, "丙乙")).replaced == {0}


def test_what_is_moved_has_another_predecessor() -> None:
    moved = effects("塔上\n图\n灯下", (2, 5, "\n"), (7, 7, "\n图"))  # put in anew, not moved
    assert moved.inserted and moved.removed == {3}
    moved = effects("塔上\n图\n灯下", (2, 4, ""), (7, 7, Span(2, 4)))
    assert (moved.moved, moved.led, moved.removed) == ({3}, {3, 5}, frozenset())


def test_raw_places_hold_after_earlier_changes() -> None:
    text = Text.of("\n\n守塔人\n走上").apply([Edit(0, 2, "")])
    assert effects_of(text, [Done(3, 4, "\n", "")]).seams == (Seam((4, 3, 2), (6, 7)),)


def test_effects_of_a_page_in_its_issue() -> None:
    found = effects("守塔人\n走上塔顶,了", (3, 4, ""), (8, 9, "，")).shifted(100)
    assert found.seams == (Seam((102, 101, 100), (104, 105, 106)),)
    assert found.replaced == {108}


@given(st.text("塔灯 \n,", max_size=12), st.data())
def test_a_change_that_is_forbidden_holds_itself(value: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(value)))
    end = data.draw(st.integers(start, len(value)))
    after = data.draw(st.text("塔 \n，", max_size=3))
    done = [Done(start, end, value[start:end], after)]
    found = effects_of(Text.of(value), done)
    changed = value[:start] + after + value[end:]
    assert (Forbidden({"key": found}).held(found) == "key") == (changed != value)


# ---- the engine ------------------------------------------------------------------------------------------------------


def rule(id: str, *changes: Change, phase: Phase = Phase.LAYOUT) -> Rule:
    def find(page: Page, options: Options) -> Iterable[Change]:
        return changes

    return Rule(id, "a rule that proposes these changes", phase, "for the test", find)


def edit(start: int, end: int, after: str, **known: object) -> Change:
    return Change((Edit(start, end, after),), "for the test", **known)  # type: ignore[arg-type]


def key_of(result: Repaired, id: str) -> str:
    return next(record.key for record in result.records if record.rule == id)


def test_another_rule_may_not_do_it_either_and_the_ledger_says_why() -> None:
    raw = "守塔人\n走上塔顶。"
    chain = Chain("two", (rule("layout/one", edit(3, 4, "")), rule("layout/other", edit(3, 4, " "))))
    alone = Chain("one", chain.rules[:1])
    key = key_of(run(Page.of(raw), alone), "layout/one")
    result = run(Page.of(raw), chain, vetoes=frozenset({key}))
    assert result.text == raw
    assert [(record.outcome, record.veto) for record in result.records] == [(Outcome.VETOED, key)] * 2
    assert result.met == {key}


def test_an_earlier_rule_may_not_do_it_either() -> None:
    raw = "守塔人\n走上塔顶。"
    join, again = rule("layout/join", edit(3, 4, "")), rule("layout/again", edit(3, 4, " ", safety=Safety.SUGGEST))
    key = key_of(run(Page.of(raw), Chain("one", (again,))), "layout/again")
    result = run(Page.of(raw), Chain("two", (join, again)), vetoes=frozenset({key}))
    assert (result.text, result.met) == ("守塔人走上塔顶。", frozenset())  # joined already: the key fits no change
    result = run(Page.of(raw), Chain("two", (again, join)), vetoes=frozenset({key}))
    assert (result.text, result.met) == (raw, {key})


def test_a_mark_of_another_rule_is_held_back_too() -> None:
    def marking(id: str, span: Span, kind: str) -> Rule:
        return rule(id, Change((), "for the test", mark=Mark(span, kind)), phase=Phase.STRUCTURE)

    chain = Chain("marks", (marking("a/a", Span(0, 3), "folio"), marking("b/b", Span(1, 2), "folio")))
    other = marking("c/c", Span(0, 3), "masthead")
    key = key_of(run(Page.of("第3版"), chain), "a/a")
    result = run(Page.of("第3版"), Chain("more", (*chain.rules, other)), vetoes=frozenset({key}))
    assert [record.outcome for record in result.records] == [Outcome.VETOED, Outcome.VETOED, Outcome.APPLIED]


def test_without_vetoes_the_chain_runs_once() -> None:
    times = []

    def find(page: Page, options: Options) -> Iterable[Change]:
        times.append(page)
        return [edit(0, 1, "灯")]

    chain = Chain("counted", (Rule("text/counted", "counted", Phase.TEXT, "for the test", find),))
    run(Page.of("塔"), chain, vetoes=frozenset({"0" * 12}))
    assert len(times) == 1
    run(Page.of("塔"), chain, vetoes=frozenset({key_of(run(Page.of("塔"), chain), "text/counted")}))
    assert len(times) == 4


# ---- on whole pages --------------------------------------------------------------------------------------------------


@cache
def page_of(folder: Path) -> Page:
    data = (folder / "raw.txt").read_bytes().decode()
    return Page.of(data, folder.name, "crlf" if "\r\n" in data else "lf")


@cache
def repaired(folder: Path) -> Repaired:
    return run(page_of(folder), chain())


def of_each_rule(records: Sequence[Record]) -> list[Record]:
    """A few changes of a page, of as many rules as there are."""
    by_rule: dict[str, list[Record]] = {}
    for record in records:
        by_rule.setdefault(record.rule, []).append(record)
    turns = (group[turn] for turn in range(FEW) for group in by_rule.values() if turn < len(group))
    return [record for record, _ in zip(turns, range(FEW), strict=False)]


def between(result: Repaired) -> dict[tuple[int, int], str]:
    """What stands between two neighbours of an output, by their raw places; -1 is its beginning."""
    text = result.page.text
    solid = [i for i, char in enumerate(text.value) if not char.isspace()]
    places = [-1, *(int(text.starts[i]) for i in solid)]
    gaps = [text.value[a + 1 : b] for a, b in pairwise([-1, *solid])]
    return {(a, b): gap for a, b, gap in zip(places, places[1:], gaps, strict=False)}


def shown(effect: Effects, before: Repaired, after: Repaired) -> list[str]:
    """Which effects of a change that was made `before` are to be seen `after`, told from the outputs alone."""
    raw, text = after.page.raw, after.page.text
    chars = dict(zip(text.starts.tolist(), text.value, strict=True))
    gaps, then = between(after), between(before)
    said = [f"{seam} meet" for seam in effect.seams if "\n" not in gaps.get((seam.left[0], seam.right[0]), "\n")]
    said += [
        f"{place} has gone" for place in effect.removed if place not in chars and raw[place - 1 : place + 1] != "\r\n"
    ]
    said += [f"{place} is {chars[place]!r}" for place in effect.replaced if chars.get(place, raw[place]) != raw[place]]
    said += [f"{b} follows {a}" for a, b in gaps if b in effect.moved and (a, b) in then]
    places = {right for _, right in effect.inserted}
    return said + [f"{gap!r} before {b}" for (a, b), gap in gaps.items() if b in places and then.get((a, b)) == gap]


@pytest.mark.parametrize("folder", some(PAGES, every=6), ids=lambda folder: folder.name)
def test_no_effect_of_a_refused_change_comes_about(folder: Path) -> None:
    before = repaired(folder)
    for record in of_each_rule(before.applied):
        result = run(page_of(folder), chain(), vetoes=frozenset({record.key}))
        assert result.error is None
        assert result.met == {record.key}
        assert record.key not in {other.key for other in result.applied}
        if record.edits:
            effect = effect_of(folder, record.key)
            assert shown(effect, before, before), record.change.reason  # what is looked for can be seen
            assert shown(effect, before, result) == [], f"{record.rule}: {record.change.reason}"


def effect_of(folder: Path, key: str) -> Effects:
    from repair.core.engine import Vetoes, run_once

    return run_once(page_of(folder), chain(), Vetoes(frozenset({key})), apply=Safety.LIKELY)[1][key]


@pytest.mark.parametrize("folder", some(PAGES, every=6), ids=lambda folder: folder.name)
def test_refusing_all_that_is_made_leads_back_to_raw_within_three_rounds(folder: Path) -> None:
    page, keys = page_of(folder), frozenset[str]()
    result = repaired(folder)
    for _ in range(3):
        keys |= {record.key for record in result.applied}
        result = run(page, chain(), vetoes=keys)
    assert result.text == page.text.value


# ---- on the command line ---------------------------------------------------------------------------------------------


def test_a_whole_ledger_is_a_veto_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.txt"
    page.write_text("守塔人说,灯\u2028亮了。\n", "utf-8")
    out = tmp_path / "out.txt"
    assert main(["run", str(page), "-o", str(out)]) == Exit.OK
    assert "，" in out.read_text("utf-8")
    ledger = tmp_path / "out.txt.ledger.jsonl"
    assert len(read_vetoes(ledger)) == len(ledger.read_text("utf-8").split("\n")) - 2
    again = tmp_path / "again.txt"
    assert main(["run", str(page), "-o", str(again), "--veto", str(ledger)]) == Exit.OK
    assert again.read_text("utf-8") == page.read_text("utf-8")
    assert main(["explain", str(again), "--json"]) == Exit.OK


def test_a_skipped_rule_refuses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "veto.txt"
    path.write_text('{"rule":"text/slow","outcome":"skipped","reason":"took too long"}\n0123456789ab\n', "utf-8")
    assert read_vetoes(path) == {"0123456789ab"}
    path.write_text('{"rule":"text/slow"}\n', "utf-8")
    with pytest.raises(UsageError, match="line 1"):
        read_vetoes(path)


def test_one_veto_file_for_the_pages_of_a_folder(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pages = tmp_path / "in"
    pages.mkdir()
    (pages / "a.txt").write_text("守塔人说,灯亮了。\n", "utf-8")
    (pages / "b.txt").write_text("渔民们也说,灯真的亮了。\n", "utf-8")
    out = tmp_path / "out"
    assert main(["run", str(pages), "-o", str(out)]) == Exit.OK
    ledgers = [(out / f"{name}.txt.ledger.jsonl").read_text("utf-8") for name in "ab"]
    veto = tmp_path / "veto.txt"
    veto.write_text("".join(ledgers) + "0123456789ab  # of another page\n", "utf-8")
    capfd.readouterr()
    assert main(["run", str(pages), "-o", str(out), "--veto", str(veto), "--existing", "overwrite"]) == Exit.OK
    assert "1 of 3 vetoes met no change: 0123456789ab." in capfd.readouterr().err
    assert [(out / f"{name}.txt").read_bytes() for name in "ab"] == [
        (pages / f"{name}.txt").read_bytes() for name in "ab"
    ]


def test_one_veto_file_for_an_issue_and_a_veto_in_vain_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["issue", str(ISSUES / "jumps"), "-o", str(out)]) == Exit.OK
    ledger = (out / "issue.txt.ledger.jsonl").read_text("utf-8")
    veto = tmp_path / "veto.txt"
    veto.write_text(ledger + "0123456789ab\n", "utf-8")
    capfd.readouterr()
    again = tmp_path / "again"
    assert main(["issue", str(ISSUES / "jumps"), "-o", str(again), "--veto", str(veto)]) == Exit.OK
    assert "vetoes met no change: 0123456789ab." in capfd.readouterr().err
    rows = [row for row in (again / "issue.txt.ledger.jsonl").read_text("utf-8").split("\n") if '"applied"' in row]
    assert [row for row in rows if '"rule":"issue/continued-article"' in row] == []
