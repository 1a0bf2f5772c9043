"""The ledger leads from the raw bytes to the output and back; it is refused where it is not whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repair.core import engine
from repair.core.chain import Chain
from repair.core.change import Change, Mark, Outcome, Safety
from repair.core.errors import ReadError, UsageError
from repair.core.page import Page
from repair.core.rule import Options, Phase
from repair.core.text import Edit, Span
from repair.files.decoding import Encoding, decode
from repair.history import ledger
from repair.history.undo import invert, redo, replay, undo
from repair.rulebook.load import load_chain
from repair.rulebook.resources import fixtures_dir
from tests.history.random_chains import CHAINS, files, rule, run
from tests.usual import some


@settings(max_examples=150, deadline=None)
@given(files(), CHAINS, st.sampled_from(list(Safety)))
def test_there_and_back_through_the_file(file: tuple[str, Encoding], chain: Chain, level: Safety) -> None:
    raw, encoding = file
    data, result, output, written = run(raw, encoding, chain, apply=level)
    assert result.error is None
    read = ledger.parse(written)
    assert redo(data, read) == output
    assert undo(output, read) == data
    assert replay(raw, read) == result.text
    assert [(row.key, row.rule, row.outcome, row.edits) for row in read.changes] == [
        (r.key, r.rule, r.outcome, r.edits) for r in result.records
    ]


@settings(max_examples=80, deadline=None)
@given(files(), CHAINS)
def test_back_to_before_a_rule(file: tuple[str, Encoding], chain: Chain) -> None:
    raw, encoding = file
    _, result, _, written = run(raw, encoding, chain)
    read = ledger.parse(written)
    for k, one in enumerate(chain.rules):
        if one.id not in [r.id for r in chain.rules[:k]]:
            so_far = engine.run(Page.of(raw, "p", encoding.newline), Chain("part", chain.rules[:k]))
            assert invert(result.text, read, before=one.id) == so_far.text


@settings(max_examples=80, deadline=None)
@given(files(), CHAINS)
def test_line_and_column_are_those_of_the_raw_file(file: tuple[str, Encoding], chain: Chain) -> None:
    raw, encoding = file
    _, _, _, written = run(raw, encoding, chain)
    for row in ledger.parse(written).changes:
        at = row.raw[0][0]
        if raw[max(0, at - 1) : at + 1] != "\r\n":  # not between the halves of one line end
            lines = re.split("\r\n|\n|\r", raw[:at])
            assert (row.line, row.col) == (len(lines), len(lines[-1]) + 1)


PAGES = sorted(fixtures_dir().glob("pages/*/raw.txt"))


@pytest.mark.parametrize("path", some(PAGES), ids=lambda path: path.parent.name)
def test_every_page_of_the_fixtures_there_and_back(path: Path) -> None:
    data = path.read_bytes()
    raw, encoding = decode(data)
    _, result, output, written = run(raw, encoding, load_chain(), apply=Safety.SUGGEST)
    assert result.error is None
    read = ledger.parse(written)
    assert redo(data, read) == output
    assert undo(output, read) == data
    assert all(row.reason and row.confidence and row.line and row.col and row.raw for row in read.changes)


def swap(page: Page, options: Options) -> Iterator[Change]:
    yield Change((Edit(0, 2, ""), Edit(5, 5, Span(0, 2))), "second comes first", Safety.SAFE, 0.97)


def commas(page: Page, options: Options) -> Iterator[Change]:
    for at, char in enumerate(page.text.value):
        if char == ",":
            yield Change((Edit(at, at + 1, "，"),), "half-width comma", Safety.LIKELY)


CHAIN = Chain("two", (rule("layout/swap", swap), rule("widths/comma", commas, Phase.TEXT)))
UTF8 = Encoding("utf-8", False, True, "lf")


@pytest.fixture
def written() -> bytes:
    return run("甲,\n乙,\n丙\n", UTF8, CHAIN)[3]


def test_a_ledger_to_the_letter(written: bytes) -> None:
    header, *rows = [json.loads(line) for line in written.splitlines()]
    assert header.pop("tool").startswith("scan-repair ")
    assert len(header.pop("seal")) == 64
    assert header == {
        "ledger": 1,
        "page": "p",
        "raw_sha256": ledger.sha256("甲,\n乙,\n丙\n".encode()),
        "output_sha256": ledger.sha256("\n乙，甲，\n丙\n".encode()),
        "encoding": "utf-8",
        "bom": False,
        "newline": "lf",
        "raw_chars": 8,
        "output_encoding": "utf-8",
        "format": "txt",
        "chain": "two",
        "chain_hash": CHAIN.digest,
        "rules": ["layout/swap", "widths/comma"],
        "apply": "likely",
        "vetoes": 0,
        "rows": 3,
    }
    assert {**rows[0], "key": ""} == {
        "key": "",
        "step": 0,
        "rule": "layout/swap",
        "outcome": "applied",
        "safety": "safe",
        "confidence": 0.97,
        "reason": "second comes first",
        "edits": [[0, 2, "甲,", ""], [5, 5, "", [0, 2]]],
        "raw": [[0, 2], [5, 5]],
        "line": 1,
        "col": 1,
    }
    assert [(row["edits"], row["raw"], row["line"], row["col"]) for row in rows[1:]] == [
        ([[2, 3, ",", "，"]], [[4, 5]], 2, 2),
        ([[4, 5, ",", "，"]], [[1, 2]], 1, 2),
    ]


def test_every_outcome_and_a_rule_left_out_have_a_row() -> None:
    def slow(page: Page, options: Options) -> Iterator[Change]:
        raise TimeoutError

    def mark(page: Page, options: Options) -> Iterator[Change]:
        yield Change((), "stands at the top", mark=Mark(Span(0, 2), "folio"))

    chain = Chain("c", (rule("a/slow", slow), rule("b/mark", mark, Phase.STRUCTURE), *CHAIN.rules))
    _, _, _, written = run("甲,\n乙,\n丙\n", UTF8, chain, apply=Safety.SAFE)
    read = ledger.parse(written)
    assert [(row.rule, row.outcome, row.mark) for row in read.rows] == [
        ("b/mark", "applied", "folio"),
        ("layout/swap", "applied", ""),
        ("widths/comma", "suggested", ""),
        ("widths/comma", "suggested", ""),
        ("a/slow", "skipped", ""),
    ]
    assert Outcome.APPLIED in {row.outcome for row in read.changes}


def test_what_was_not_made_has_a_row_that_says_why() -> None:
    def find(page: Page, options: Options) -> Iterator[Change]:
        yield from (Change((Edit(a, b, after),), "odd", Safety.SAFE) for a, b, after in ((0, 1, "乙"), (0, 2, "丙丙")))
        yield Change((Edit(3, 4, "\n"),), "breaks the line", Safety.SAFE)

    def same(page: Page, options: Options) -> Iterator[Change]:
        yield Change((Edit(2, 3, "。"),), "the same edit", Safety.SAFE)

    rules = {"a/one": find, "b/two": same, "c/three": same}
    chain = Chain("c", tuple(rule(name, finder, Phase.TEXT) for name, finder in rules.items()))
    key = next(row.key for row in ledger.parse(run("甲甲,甲", UTF8, chain)[3]).changes if row.rule == "b/two")
    written = run("甲甲,甲", UTF8, chain, vetoes=frozenset({key}))[3]
    assert [(row.rule, row.step, row.outcome, row.veto) for row in ledger.parse(written).changes] == [
        ("a/one", 0, "applied", ""),
        ("a/one", 0, "yielded", ""),
        ("a/one", 0, "refused", ""),
        ("b/two", 1, "vetoed", key),
        ("c/three", 2, "vetoed", key),
    ]
    assert written.decode("utf-8").splitlines()[1].startswith('{"')


def test_lone_surrogates_are_written(written: bytes) -> None:
    def odd(page: Page, options: Options) -> Iterator[Change]:
        yield Change((Edit(0, 1, "\udc80"),), "odd")

    chain = Chain("c", (rule("a/odd", odd, Phase.TEXT),))
    result = engine.run(Page.of("x"), chain)
    header = ledger.header_of(result, chain, b"x", b"?", UTF8)
    assert replay("x", ledger.parse(ledger.encoded(ledger.rows(result, header)))) == "\udc80"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda b: b"", "line 1: not a ledger"),
        (lambda b: b"<html>\n", "line 1: not a ledger"),
        (lambda b: b"[1]\n", "line 1: not a ledger"),
        (lambda b: b"\xff\xfe", "line 1: not a ledger"),
        (lambda b: b.replace(b'"ledger": 1', b'"ledger": 0'), "line 1: not a ledger"),
        (lambda b: b.replace(b'"bom"', b'"bon"'), "'bom' is missing"),
        (lambda b: b.replace(b'"bom"', b'"bon"').replace(b'"ledger": 1', b'"ledger": 2'), "It is of version 2"),
        (lambda b: b[:-1], "line 4: the last line is cut off"),
        (lambda b: b[:-40], "line 4: the last line is cut off"),
        (lambda b: b"\n".join(b.split(b"\n")[:-2]) + b"\n", "3 rows were written and 2 are here"),
        (lambda b: b.replace(b'"raw":[[4,5]]', b'"raw":[[4]]'), "line 3: not a row"),
        (lambda b: b.replace(b'"edits":[[4,5,",', b'"edits":[[4,5'), "line 4: not a row"),
    ],
)
def test_what_is_not_a_whole_ledger_is_refused(written: bytes, tmp_path: Path, spoil, said: str) -> None:
    path = tmp_path / "p.ledger.jsonl"
    path.write_bytes(spoil(written))
    with pytest.raises(ReadError, match=said) as caught:
        ledger.read(path)
    assert str(path) in str(caught.value)


def test_undo_refuses_what_was_altered_by_hand(written: bytes) -> None:
    read = ledger.parse(written)
    with pytest.raises(UsageError, match="altered after the ledger was written"):
        undo("\n乙，甲。\n丙\n".encode(), read)
    with pytest.raises(UsageError, match="another file"):
        redo("甲。\n乙,\n丙\n".encode(), read)
    with pytest.raises(UsageError, match="only text output"):
        undo(b"", replace(read, header=replace(read.header, format="md")))


def test_undo_refuses_a_ledger_that_does_not_lead_back(written: bytes) -> None:
    read = ledger.parse(written.replace(b'[[2,3,",",', b'[[2,3,";",'))
    with pytest.raises(ReadError, match="does not lead back to the raw file"):
        undo("\n乙，甲，\n丙\n".encode(), read)


def test_replay_and_invert_refuse_another_text(written: bytes) -> None:
    read = ledger.parse(written)
    with pytest.raises(ReadError, match="another raw text"):
        replay("甲。\n乙,\n丙\n", read)
    with pytest.raises(ReadError, match="another output"):
        invert("完全不是这一页", read)


def test_an_unknown_rule_is_named_with_the_nearest(written: bytes) -> None:
    with pytest.raises(UsageError, match="Did you mean 'widths/comma'"):
        invert("", ledger.parse(written), before="width/comma")


def test_a_ledger_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"none\.jsonl: the ledger cannot be read: No such file"):
        ledger.read(tmp_path / "none.jsonl")
