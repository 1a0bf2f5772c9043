"""A ledger or a manifest that somebody edited: a message that names the place, the right exit code, no traceback."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from repair.cli import Exit, main
from tests.paths import VERSIONS

Capture = pytest.CaptureFixture[str]
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a repaired page, in which the test works."""
    shutil.copytree(VERSIONS / "1-page", tmp_path / "page")
    monkeypatch.chdir(tmp_path / "page")
    return tmp_path / "page"


def edit(path: str, line: int, change: dict[str, Any]) -> None:
    """Set values in a line of a file, which counts from 1."""
    lines = Path(path).read_bytes().splitlines(keepends=True)
    lines[line - 1] = json.dumps(json.loads(lines[line - 1]) | change).encode() + b"\n"
    Path(path).write_bytes(b"".join(lines))


HEADER: list[tuple[dict[str, Any], str]] = [
    ({"encoding": "rot13"}, "There is no encoding of texts named 'rot13'"),
    ({"encoding": 3}, "'encoding' is 3, which is no text"),
    ({"output_encoding": "nonsense"}, "There is no encoding of texts named 'nonsense'"),
    ({"bom": "yes"}, "'bom' is 'yes', and must be true or false"),
    ({"raw_chars": -1}, "'raw_chars' is -1, which is no whole number"),
    ({"raw_chars": 10**30}, "'raw_chars' is 1000000000000000000000000000000, which is no whole number"),
    ({"rules": "x"}, "'rules' is 'x', which is no list"),
    ({"rules": [1]}, "'rules' is 1, which is no text"),
    ({"page": "a\0b"}, "cannot be the name of a file"),
    ({"page": "\ud800"}, "cannot be the name of a file"),
    ({"pages": [{"name": "a"}]}, "'pages' 'raw_sha256' is missing"),
    ({"pages": 3}, "'pages' is 3, which is no list"),
    ({"ledger": True}, "not a ledger"),
    ({"ledger": "1"}, "not a ledger"),
]
ROW: list[tuple[dict[str, Any], str]] = [
    ({"step": 99}, "'step' is 99, and the chain has"),
    ({"step": -1}, "'step' is -1, which is no whole number"),
    ({"step": True}, "'step' is True, which is no whole number"),
    ({"step": "3"}, "'step' is '3', which is no whole number"),
    ({"edits": [[28, 27, ",", "，"]]}, "'edits' has"),
    ({"edits": [[-1, 0, ",", "，"]]}, "'edits' has"),
    ({"edits": [[28.0, 29, ",", "，"]]}, "'edits' has"),
    ({"edits": [[28, 29, ",", 3]]}, "'edits' has 3, which is no stretch"),
    ({"edits": [[28, 29, ",", [3]]]}, "'edits' has [3], which is no stretch"),
    ({"edits": [[28, 29, ",,", "，"]]}, "whose text before has not 1 characters"),
    ({"edits": 3}, "'edits' is 3, which is no list"),
    ({"raw": [[0, 10**6]]}, "'raw' leads beyond the raw text"),
    ({"page": 2}, "'page' is 2, and there are 0 pages"),
    ({"confidence": 2}, "'confidence' is 2, which is no number from 0 to 1"),
    ({"outcome": 3}, "'outcome' is 3, which is no text"),
    ({"reason": None}, "'reason' is None, which is no text"),
]


@pytest.mark.parametrize(("change", "said"), HEADER)
def test_a_header(page: Path, capsys: Capture, change: dict[str, Any], said: str) -> None:
    edit("repaired.txt.ledger.jsonl", 1, change)
    refused(
        capsys, f"repaired.txt.ledger.jsonl, line 1: not {'a ledger' if 'ledger' in change else 'the header'}", said
    )


@pytest.mark.parametrize(("change", "said"), ROW)
def test_a_row(page: Path, capsys: Capture, change: dict[str, Any], said: str) -> None:
    edit("repaired.txt.ledger.jsonl", 4, change)
    refused(capsys, "repaired.txt.ledger.jsonl, line 4: not a row of a ledger", said)


def refused(capsys: Capture, place: str, said: str) -> None:
    for command in (
        ["undo", "repaired.txt", "-o", "back.txt"],
        ["explain", "repaired.txt"],
        ["report", "repaired.txt"],
    ):
        assert main(command) == Exit.FAILED
        told = capsys.readouterr().err
        assert place in told and said in told
    assert not Path("back.txt").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"edits": [[28, 29, ";", "，"]]},  # another text than there was
        {"edits": [[30, 31, ",", "，"]]},  # another place
        {"edits": [[28, 29, ",", "，"], [28, 29, ",", "，"]]},  # twice
        {"edits": [[28, 29, ",", "，"], [10, 11, "新", [0, 2**31 - 1]]]},  # a text without end
        {"edits": [[28, 29, "\ud800", "，"]]},
        {"step": 56},  # where other rules have moved its place
        {"outcome": "suggested"},
    ],
)
@pytest.mark.parametrize("before", [[], ["--before", "spacing/space-around-number"]])
def test_a_row_that_leads_astray_is_noticed_by_the_hash(page, capsys: Capture, change, before) -> None:
    edit("repaired.txt.ledger.jsonl", 4, change)
    assert main(["undo", "repaired.txt", "-o", "back.txt", *before]) == Exit.FAILED
    assert "ledger.jsonl: does not" in capsys.readouterr().err
    assert not Path("back.txt").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"encoding": "ascii"},
        {"encoding": "utf-8"},
        {"output_encoding": "utf-8"},
        {"newline": "lf"},
        {"newline": "?"},
        {"bom": True},
    ],
)
@pytest.mark.parametrize("before", [[], ["--before", "spacing/space-around-number"]])
def test_a_header_that_leads_astray_is_noticed_by_the_hash(page, capsys: Capture, change, before) -> None:
    edit("repaired.txt.ledger.jsonl", 1, change)
    assert main(["undo", "repaired.txt", "-o", "back.txt", *before]) == Exit.FAILED
    assert "edited" in (said := capsys.readouterr().err) or "written for another" in said
    assert not Path("back.txt").exists()


def test_a_raw_file_that_the_ledger_names_is_a_file(page: Path, capsys: Capture) -> None:
    edit("repaired.txt.ledger.jsonl", 1, {"page": "/dev/zero"})
    key = json.loads(Path("repaired.txt.ledger.jsonl").read_bytes().splitlines()[3])["key"]
    assert main(["explain", "repaired.txt", key]) == Exit.OK
    assert "raw " not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"part": [1]}, "'part' is [1]"),
        ({"part": [0, 1]}, "'part' is [0, 1]"),
        ({"bytes": [5, 3]}, "'bytes' is [5, 3]"),
        ({"page": "a\0"}, "cannot be the name of a file"),
        ({"page": 3}, "'page' is 3, which is no text"),
        ({"error": "x"}, "'error'"),
        ({"changes": {"applied": "many"}}, "'changes' is 'many', which is no whole number"),
        ({"rules": {"a": [1]}}, "'rules' is"),
        ({"quality": {"before": 10**400}}, "'quality' 'before' is"),
        ({"given": 3}, "'given' is 3"),
    ],
)
def test_a_row_of_a_manifest(tmp_path: Path, monkeypatch, capsys: Capture, change: dict[str, Any], said: str) -> None:
    shutil.copytree(VERSIONS / "6-run-with-quality", tmp_path / "run")
    monkeypatch.chdir(tmp_path / "run")
    edit("out/manifest.jsonl", 2, change)
    for command in (["report", "out"], ["run", "in", "-o", "out", "--split-pages"]):
        assert main(command) == Exit.FAILED
        told = capsys.readouterr().err
        assert "manifest.jsonl, line 2: not a row of a manifest" in told and said in told
