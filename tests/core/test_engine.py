"""What the engine makes of proposals, and how a text keeps the raw spans of its characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repair.core.chain import Chain
from repair.core.change import Change, Mark, Outcome, Safety
from repair.core.engine import Record, Repaired, run
from repair.core.laws import broken_law, invert_edits, replay_edits
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Done, Edit, Piece, Span, Text

APPLIED, YIELDED, REFUSED = Outcome.APPLIED, Outcome.YIELDED, Outcome.REFUSED
RAW = "新桥通车了\n旧桥还在\n"


def edited(*edits: tuple[int, int, str | Span], **known: object) -> Change:
    return Change(tuple(Edit(*edit) for edit in edits), "for the test", **known)  # type: ignore[arg-type]


def proposing(*changes: Change, phase: Phase = Phase.TEXT, id: str = "text/test", needs: str = "") -> Rule:
    def find(page: Page, options: Options) -> Iterable[Change]:
        return changes

    return Rule(id, "a rule that proposes these changes", phase, "to test the engine", find, needs=needs)


def after(raw: str, *rules: Rule, level: Safety = Safety.LIKELY, vetoes: frozenset[str] = frozenset()) -> Repaired:
    result = run(Page.of(raw), Chain("test", rules), apply=level, vetoes=vetoes)
    assert result.error is None
    return result


def outcomes(result: Repaired) -> list[Outcome]:
    return [record.outcome for record in result.records]


def test_of_two_that_overlap_the_left_one_wins() -> None:
    result = after(RAW, proposing(edited((1, 3, "路开")), edited((0, 2, "老路"))))
    assert result.text == "老路通车了\n旧桥还在\n"
    assert [(r.outcome, r.edits[0].after) for r in result.records] == [(APPLIED, "老路"), (YIELDED, "路开")]


def test_changes_that_only_touch_are_both_made() -> None:
    result = after(RAW, proposing(edited((0, 2, "老路")), edited((2, 4, "开通"))))
    assert result.text == "老路开通了\n旧桥还在\n"


def test_a_yielded_change_holds_no_place() -> None:
    found = [edited((0, 2, "甲")), edited((1, 4, "乙")), edited((3, 5, "丙"))]
    assert outcomes(after(RAW, proposing(*found))) == [APPLIED, YIELDED, APPLIED]


@pytest.mark.parametrize("with_two_edits", [False, True])
def test_of_two_insertions_at_one_place_one_is_made(with_two_edits: bool) -> None:
    others = [edited((6, 6, "丙"), (8, 8, "丁"))] if with_two_edits else []
    result = after(RAW, proposing(edited((2, 2, "甲")), edited((2, 2, "乙")), *others))
    assert result.text.startswith("新桥甲通车了\n")
    assert outcomes(result)[:2] == [APPLIED, YIELDED]


@pytest.mark.parametrize("with_two_edits", [False, True])
@pytest.mark.parametrize("place", [1, 3])
def test_an_insertion_at_the_edge_of_another_change_does_not_clash(place: int, with_two_edits: bool) -> None:
    others = [edited((6, 6, "丙"), (8, 8, "丁"))] if with_two_edits else []
    result = after(RAW, proposing(edited((1, 3, "路开")), edited((place, place, "·")), *others))
    assert set(outcomes(result)) == {APPLIED}
    assert result.text.startswith("新·路开车" if place == 1 else "新路开·车")


@pytest.mark.parametrize("with_two_edits", [False, True])
def test_an_insertion_inside_another_change_yields(with_two_edits: bool) -> None:
    others = [edited((6, 6, "丙"), (8, 8, "丁"))] if with_two_edits else []
    result = after(RAW, proposing(edited((1, 4, "路")), edited((2, 2, "·")), *others))
    assert outcomes(result)[:2] == [APPLIED, YIELDED]


def test_the_edits_of_a_change_stand_or_fall_together() -> None:
    result = after(
        RAW, proposing(edited((0, 1, "老")), edited((1, 2, "路"), (7, 8, "路")), edited((0, 1, "古"), (3, 4, "用")))
    )
    assert result.text == "老路通车了\n旧路还在\n"
    assert outcomes(result) == [APPLIED, YIELDED, APPLIED]


def test_a_change_whose_own_edits_overlap_is_not_made() -> None:
    result = after(RAW, proposing(edited((0, 2, "甲"), (1, 3, "乙"))))
    assert result.text == RAW and outcomes(result) == [YIELDED]


def test_a_rule_works_on_what_the_rules_before_it_left() -> None:
    def find(page: Page, options: Options) -> Iterator[Change]:
        at = page.text.value.index("路")
        yield edited((at, at + 1, options["sign"]))

    later = Rule("text/later", "", Phase.TEXT, "", find, options={"sign": "·"})
    chain = Chain("test", (proposing(edited((0, 2, "一条路"))), later), {"text/later": {"sign": "道"}})
    result = run(Page.of(RAW), chain)
    assert result.text == "一条道通车了\n旧桥还在\n"
    assert [(r.step, r.rule) for r in result.records] == [(0, "text/test"), (1, "text/later")]
    assert result.records[1].raw == (Span(0, 2),)


@pytest.mark.parametrize(
    ("level", "made"), [(Safety.SAFE, "甲bc"), (Safety.LIKELY, "甲乙c"), (Safety.SUGGEST, "甲乙丙")]
)
def test_what_is_less_sure_than_the_level_is_only_suggested(level: Safety, made: str) -> None:
    found = [edited((i, i + 1, "甲乙丙"[i]), safety=safety) for i, safety in enumerate(Safety)]
    result = after("abc", proposing(*found), level=level)
    assert result.text == made
    assert [r.outcome is APPLIED for r in result.records] == [a != b for a, b in zip("abc", made, strict=True)]
    assert {r.outcome for r in result.records if r.outcome is not APPLIED} <= {Outcome.SUGGESTED}


@pytest.mark.parametrize(
    ("left", "outcome"),
    [
        (edited((0, 2, "老路"), safety=Safety.SUGGEST), Outcome.SUGGESTED),
        (edited((0, 2, "老\n")), REFUSED),
    ],
)
def test_what_is_not_made_stands_in_no_ones_way(left: Change, outcome: Outcome) -> None:
    result = after(RAW, proposing(left, edited((1, 3, "路开"))))
    assert outcomes(result) == [outcome, APPLIED]


def test_a_veto_names_one_change_on_every_run() -> None:
    rule = proposing(edited((1, 2, "路")), edited((7, 8, "路")))
    keys = [record.key for record in after(RAW, rule).records]
    assert len(set(keys)) == 2
    again = after(RAW, rule, vetoes=frozenset(keys[:1]))
    assert again.text == "新桥通车了\n旧路还在\n"
    assert [record.key for record in again.records] == keys


def test_a_veto_still_holds_where_an_earlier_rule_has_shifted_the_text() -> None:
    key = after(RAW, proposing(edited((7, 8, "路")))).records[0].key
    shifting = proposing(edited((0, 0, "镇上")), id="text/earlier")
    result = after(RAW, shifting, proposing(edited((9, 10, "路"))), vetoes=frozenset({key}))
    assert outcomes(result) == [APPLIED, Outcome.VETOED]


def test_a_rule_whose_needs_the_page_does_not_meet_is_not_run() -> None:
    assert after(RAW, proposing(edited((0, 1, "老")), needs="#*")).text == RAW
    assert after(RAW, proposing(edited((0, 1, "老")), needs="旧")).text != RAW


def test_a_rule_out_of_time_is_left_out_and_the_others_run() -> None:
    def find(page: Page, options: Options) -> Iterator[Change]:
        yield edited((0, 1, "老"))
        raise TimeoutError

    result = after(RAW, Rule("text/slow", "", Phase.TEXT, "", find), proposing(edited((1, 2, "路"))))
    assert result.text == "新路通车了\n旧桥还在\n"
    assert [skipped.rule for skipped in result.skipped] == ["text/slow"]


def test_any_other_error_of_a_rule_is_not_hidden() -> None:
    def find(page: Page, options: Options) -> Iterator[Change]:
        raise KeyError("a mistake in a rule")
        yield

    with pytest.raises(KeyError, match="a mistake"):
        after(RAW, Rule("text/wrong", "", Phase.TEXT, "", find))


def test_the_result_counts_outcomes_by_rule() -> None:
    result = after(RAW, proposing(edited((0, 2, "甲")), edited((1, 3, "乙")), edited((3, 4, "丙"))))
    assert result.counts() == {("text/test", APPLIED): 2, ("text/test", YIELDED): 1}
    assert result.applied == [result.records[0], result.records[2]]


READ, LAYOUT, STRUCTURE, TEXT, FINISH = Phase
CONTRACTS = [
    (READ, "⽔路", edited((0, 1, "水")), True),
    (READ, "水\u200b路", edited((1, 2, "")), True),
    (READ, "水\r\n路", edited((1, 3, "\n")), True),
    (READ, "水路", edited((0, 1, "")), False),
    (READ, "水路", edited((1, 1, "\n")), False),
    (READ, "水路", edited((0, 1, Span(1, 2))), False),
    (LAYOUT, "水\n\n路", edited((1, 3, "")), True),
    (LAYOUT, "水路", edited((1, 1, "\n\n")), True),
    (LAYOUT, "水\n路", edited((0, 0, Span(2, 3)), (2, 3, "")), True),
    (LAYOUT, "水\n路", edited((0, 0, Span(2, 3))), False),
    (LAYOUT, "水\n路", edited((1, 3, "")), False),
    (LAYOUT, "水\n路", edited((1, 3, ""), removes="路"), True),
    (LAYOUT, "水\n路", edited((1, 3, ""), removes="水"), False),
    (LAYOUT, "水\n路", edited((1, 2, ""), removes="路"), False),
    (LAYOUT, "水\n路", edited((1, 2, "，")), False),
    (LAYOUT, "水路", edited((0, 1, "桥")), False),
    (STRUCTURE, "水\n路", edited((1, 2, "")), False),
    (STRUCTURE, "水\n路", Change((), "only a mark", mark=Mark(Span(0, 1), "folio")), True),
    (TEXT, "水路", edited((0, 1, "公")), True),
    (TEXT, "水路", edited((0, 2, "水道公路")), True),
    (TEXT, "水\n路", edited((1, 2, "")), False),
    (TEXT, "水路", edited((1, 1, "\n")), False),
    (TEXT, "水路", edited((0, 0, Span(1, 2)), (1, 2, "")), False),
    (FINISH, "水,路", edited((1, 2, "，")), True),
    (FINISH, "水 路", edited((1, 2, "")), True),
    (FINISH, "2水", edited((0, 1, "２")), True),
    (FINISH, "水路", edited((0, 1, "")), False),
    (FINISH, "水。", edited((1, 2, "路")), False),
    (FINISH, "水\n路", edited((1, 2, " ")), False),
]


@pytest.mark.parametrize(("phase", "raw", "change", "kept"), CONTRACTS)
def test_a_change_that_breaks_the_contract_of_its_phase_is_refused(
    phase: Phase, raw: str, change: Change, kept: bool
) -> None:
    result = after(raw, proposing(change, phase=phase))
    assert outcomes(result) == [APPLIED if kept else REFUSED]
    assert kept or result.text == raw


def test_marks_alter_nothing_and_may_overlap() -> None:
    marks = [Mark(Span(0, 5), "masthead"), Mark(Span(0, 5), "vertical")]
    result = after(RAW, proposing(*(Change((), "", mark=mark) for mark in marks), phase=Phase.STRUCTURE))
    assert result.text == RAW and list(result.page.marks) == marks
    assert [record.raw for record in result.records] == [(Span(0, 5),)] * 2


def test_a_text_that_loses_a_character_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(self: Text, edits: Iterable[Edit]) -> Text:
        return Text(self.value[:-2], self.starts[:-2], self.ends[:-2])

    monkeypatch.setattr(Text, "apply", careless)
    assert run(Page.of(RAW), Chain("test", (proposing(edited((0, 1, "老"))),))).error


@pytest.mark.parametrize(
    ("output", "edits", "law"),
    [
        ("新路", [Done(1, 2, "桥", "路")], None),
        ("路新", [Done(0, 0, "", Span(1, 2)), Done(1, 2, "路", "")], None),
        ("新路", [Done(1, 2, "梁", "路")], "law 2"),
        ("新路长", [Done(1, 2, "桥", "路")], "law 2"),
        ("新路", [], "law 2"),
        ("新桥", [Done(0, 0, "", Span(0, 0)), Done(1, 2, "桥", "路")], "law 1"),
    ],
)
def test_a_broken_law_is_named(output: str, edits: list[Done], law: str | None) -> None:
    raw = "新路" if output == "路新" else "新桥"
    said = broken_law(raw, output, {0: edits})
    assert said is None if law is None else said is not None and law in said


# A text and what became of it in several steps, each a list of edits in order of place, some of them moves.
Steps = list[list[Edit]]


@st.composite
def edited_texts(draw: st.DrawFn) -> tuple[str, str, Text, Steps]:
    newline = draw(st.sampled_from(["lf", "crlf", "cr"]))
    raw = draw(st.text("甲乙丙a1😀\n", max_size=24))
    if newline != "lf":
        raw = raw.replace("\n", "\r\n" if newline == "crlf" else "\r")
    text, steps = Text.of(raw, newline), Steps()
    for _ in range(draw(st.integers(0, 4))):
        size, edits, at = len(text), list[Edit](), 0
        for _ in range(draw(st.integers(0, 4))):
            start = draw(st.integers(at, size))
            end = draw(st.integers(start, min(size, start + 4)))
            if draw(st.booleans()):
                low = draw(st.integers(0, size))
                edits.append(Edit(start, end, Span(low, draw(st.integers(low, min(size, low + 4))))))
            else:
                edits.append(Edit(start, end, draw(st.text("新旧 ", max_size=4))))
            at = end
        steps.append(edits)
        text = text.apply(edits)
    return raw, newline, text, steps


def done(value: str, edits: Iterable[Edit]) -> list[Done]:
    return [Done(e.start, e.end, value[e.start : e.end], e.after) for e in edits]


@given(edited_texts())
def test_edits_of_several_steps_replay_and_invert(made: tuple[str, str, Text, Steps]) -> None:
    raw, newline, text, steps = made
    value, ledger = Text.of(raw, newline).value, list[list[Done]]()
    for edits in steps:
        ledger.append(done(value, edits))
        value = replay_edits(value, ledger[-1])
    assert value == text.value
    for dones in reversed(ledger):
        value = invert_edits(value, dones)
    assert value == Text.of(raw, newline).value


@given(edited_texts())
def test_raw_spans_cover_what_the_characters_came_from(made: tuple[str, str, Text, Steps]) -> None:
    raw, _, text, _ = made
    assert len(text.starts) == len(text.ends) == len(text)
    for start in range(len(text)):
        end = min(len(text), start + 5)
        spans = text.raw_spans(start, end)
        assert all(0 <= span.start <= span.end <= len(raw) for span in spans)
        covered = {place for span in spans for place in range(*span)}
        wanted = zip(text.starts[start:end].tolist(), text.ends[start:end].tolist(), strict=True)
        assert covered == {place for low, high in wanted for place in range(low, high)}
        assert not any(a.start <= b.start <= a.end for a, b in pairwise(spans))


@given(edited_texts())
def test_pieces_tile_the_text_and_kept_ones_are_the_raw_text(made: tuple[str, str, Text, Steps]) -> None:
    raw, _, text, _ = made
    pieces = text.pieces(raw)
    assert [piece.start for piece in pieces] == [0, *(piece.end for piece in pieces)][: len(pieces)]
    assert (pieces[-1].end if pieces else 0) == len(text)
    for piece in pieces:
        assert not piece.kept or text.value[piece.start : piece.end] == raw[slice(*piece.raw)]
    for a, b in pairwise(pieces):
        assert not (a.kept and b.kept and a.raw.end == b.raw.start), "one run is told as two"


def test_pieces_of_a_moved_line_and_a_replaced_word() -> None:
    raw = "旧桥在\n新桥通车"
    moved = Text.of(raw).apply([Edit(0, 0, Span(4, 8)), Edit(0, 0, "\n"), Edit(3, 8, "")])
    assert moved.value == "新桥通车\n旧桥在"
    text = moved.apply([Edit(2, 4, "开通了")])
    assert text.value == "新桥开通了\n旧桥在"
    assert text.raw_spans(0, 9) == [Span(4, 8), Span(0, 3)]
    assert text.pieces(raw) == [
        Piece(0, 2, Span(4, 6), True),
        Piece(2, 5, Span(6, 8), False),
        Piece(5, 6, Span(0, 0), False),
        Piece(6, 9, Span(0, 3), True),
    ]


def test_a_character_put_back_as_it_was_counts_as_kept() -> None:
    text = Text.of("新桥").apply([Edit(1, 2, "路")])
    assert [piece.kept for piece in text.pieces("新桥")] == [True, False]
    assert [piece.kept for piece in text.apply([Edit(1, 2, "桥")]).pieces("新桥")] == [True]


@pytest.mark.parametrize("after", ["", "路", "公路", Span(0, 1)])
@pytest.mark.parametrize("places", [[(3, 9)], [(4, 3)], [(0, 2), (1, 3)], [(2, 3), (0, 1)]])
def test_misplaced_edits_are_an_error(places: list[tuple[int, int]], after: str | Span) -> None:
    with pytest.raises(ValueError, match="overlaps"):
        Text.of("新桥通车").apply([Edit(start, end, after) for start, end in places])


def test_records_keep_what_stood_there_and_what_took_its_place() -> None:
    record: Record = after("新\n桥", proposing(edited((1, 2, "")), phase=Phase.LAYOUT)).records[0]
    assert record.edits == (Done(1, 2, "\n", ""),) and record.raw == (Span(1, 2),)


def spans_of(text: Text) -> list[tuple[int, int]]:
    return list(zip(text.starts.tolist(), text.ends.tolist(), strict=True))


def test_each_new_character_knows_what_it_stands_for() -> None:
    text = Text.of("新桥通车").apply([Edit(0, 1, "老"), Edit(1, 2, "公路"), Edit(3, 3, "了")])
    assert text.value == "老公路通了车"
    assert spans_of(text) == [(0, 1), (1, 2), (1, 2), (2, 3), (3, 3), (3, 4)]
    one_for_one = Text.of("新桥通车").apply([Edit(0, 2, "老路"), Edit(4, 4, "了")])
    assert spans_of(one_for_one) == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 4)]


def test_what_replaces_moved_text_stands_for_all_of_it() -> None:
    text = Text.of("甲乙丙丁").apply([Edit(0, 0, Span(2, 4)), Edit(2, 4, "")]).apply([Edit(1, 3, "戊")])
    assert text.value == "丙戊乙" and spans_of(text) == [(2, 3), (0, 4), (1, 2)]


@pytest.mark.parametrize(("newline", "raw"), [("crlf", "甲\r\n\r\n乙"), ("cr", "甲\r\r乙"), ("lf", "甲\n\n乙")])
def test_line_ends_of_every_kind_are_one_character_with_all_of_its_raw_text(newline: str, raw: str) -> None:
    text, size = Text.of(raw, newline), len(raw) - 2
    assert text.value == "甲\n\n乙"
    assert text.raw_spans(1, 3) == [Span(1, 1 + size)]
    assert text.raw_spans(3, 4) == [Span(1 + size, 2 + size)]


def test_places_held_by_many_edits_are_found_again() -> None:
    wide = edited((0, 1, "甲"), (8, 9, "乙"))
    found = [wide, edited((2, 3, "丙"), (4, 5, "丁")), edited((3, 4, "戊"), (6, 7, "己")), edited((7, 10, "庚"))]
    assert outcomes(after("abcdefghij", proposing(*found))) == [APPLIED, APPLIED, APPLIED, YIELDED]
