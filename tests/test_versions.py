"""What earlier versions wrote can be explained, undone and used for ever; so can what later ones write, if known."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from repair.cli import Exit, main
from repair.core.errors import ReadError
from repair.core.safety import Safety
from repair.history.ledger import parse, read
from repair.history.undo import undo
from tests.paths import VERSIONS

PAGES = ("1-page", "2-copies")
ISSUES = ("3-issue", "4-issue-with-copies")
RUNS = ("5-run", "6-run-with-quality")
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """A copy of the folder of a version, in which the test works."""
    folder = tmp_path / request.param
    shutil.copytree(VERSIONS / request.param, folder)
    monkeypatch.chdir(folder)
    return folder


def each(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("there", names, indirect=True)


def rows_of(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_bytes().splitlines()]


@each(*PAGES)
def test_a_page_of_every_version_leads_back(there: Path) -> None:
    assert main(["undo", "repaired.txt", "-o", "back.txt"]) == Exit.OK
    assert Path("back.txt").read_bytes() == Path("page.txt").read_bytes()
    rule = rows_of("repaired.txt.ledger.jsonl")[-1]["rule"]
    assert main(["undo", "repaired.txt", "--before", rule, "-o", "before.txt"]) == Exit.OK
    assert Path("before.txt").read_bytes() != Path("repaired.txt").read_bytes()


@each(*ISSUES)
def test_an_issue_of_every_version_leads_back(there: Path) -> None:
    assert main(["undo", "out", "-o", "back"]) == Exit.OK
    for name in ("page1.txt", "page2.txt"):
        assert Path("back", name).read_bytes() == Path("in", name).read_bytes()
    assert main(["undo", "out", "--before", "issue/continued-article", "-o", "before.txt"]) == Exit.OK
    assert "\f" in Path("before.txt").read_text("utf-8")


@each(*RUNS)
def test_a_run_of_every_version_leads_back(there: Path) -> None:
    assert main(["undo", "out/b-p1.txt", "-o", "back.txt"]) == Exit.OK
    assert Path("back.txt").read_bytes() == Path("in/b.txt").read_bytes()


@each(*PAGES, *ISSUES)
def test_a_ledger_of_every_version_is_told(there: Path, capsys: Capture) -> None:
    given = "out" if Path("out").exists() else "repaired.txt"
    ledger = rows_of("out/issue.txt.ledger.jsonl" if given == "out" else "repaired.txt.ledger.jsonl")
    assert main(["explain", given]) == Exit.OK
    overview = capsys.readouterr().out
    rule = ledger[-1]["rule"]
    assert rule in overview and ledger[0]["chain_hash"] in overview
    assert main(["explain", given, "--rule", rule, "--json"]) == Exit.OK
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["key"] for row in told] == [row["key"] for row in ledger[1:] if row["rule"] == rule]
    assert main(["explain", given, ledger[-1]["key"]]) == Exit.OK
    assert ledger[-1]["reason"] in capsys.readouterr().out
    assert main(["report", given]) == Exit.OK


@each("1-page")
def test_a_veto_file_and_a_ledger_of_the_first_version_still_refuse(there: Path) -> None:
    assert main(["run", "page.txt", "-o", "again.txt", "--veto", "veto.txt"]) == Exit.OK
    refused = {row["rule"] for row in rows_of("again.txt.ledger.jsonl")[1:] if row["outcome"] == "vetoed"}
    assert {"widths/half-width-colon", "spacing/space-before-percent"} <= refused
    assert "8 %" in Path("again.txt").read_bytes().decode("gb18030")


@each(*RUNS)
def test_a_run_of_every_version_is_reported_and_gone_on_with(there: Path, capsys: Capture) -> None:
    shutil.copytree("out", "old")
    assert main(["report", "out"]) == Exit.OK
    assert "b-p1.txt" in Path("out/report.html").read_text("utf-8")
    assert main(["run", "in", "-o", "out", "--split-pages"]) == Exit.FAILED  # one input is a PDF
    assert "edited" not in capsys.readouterr().err
    before, after = rows_of("old/manifest.jsonl"), rows_of("out/manifest.jsonl")
    assert [row["page"] for row in after[1:]] == [row["page"] for row in before[1:]]
    assert main(["run", "in", "-o", "new", "--split-pages"]) == Exit.FAILED
    assert Path("out/b-p1.txt").read_bytes() == Path("new/b-p1.txt").read_bytes()


@each("5-run")
def test_pages_of_an_earlier_run_that_fit_are_taken_over(there: Path, capsys: Capture) -> None:
    assert main(["run", "in", "-o", "new", "--split-pages"]) == Exit.FAILED
    settings = rows_of("new/manifest.jsonl")[0]["settings"]
    manifest = Path("out/manifest.jsonl")
    old = rows_of("out/manifest.jsonl")[0]["settings"]
    said = manifest.read_bytes().replace(old.encode(), settings.encode())
    manifest.write_bytes(said.replace(b'"raw_chars":98,', b'"raw_chars":98,"later":{"a":1},'))
    marked = Path("out/b-p1.txt").stat().st_mtime_ns
    assert main(["run", "in", "-o", "out", "--split-pages"]) == Exit.FAILED
    assert Path("out/b-p1.txt").stat().st_mtime_ns == marked
    assert [row["later"] for row in rows_of("out/manifest.jsonl") if row.get("page") == "b-p1.txt"] == [{"a": 1}]


# ---- later versions --------------------------------------------------------------------------------------------------


def later(ledger: bytes, change: dict[str, Any] | None = None) -> bytes:
    """A ledger as a later version may write it: more keys, another outcome, a higher number."""
    header, *rows = [json.loads(line) for line in ledger.splitlines()]
    header |= {"ledger": 7, "tool": "scan-repair 9.9", "since": {"a": [1]}, "rows": len(rows) + 1}
    rows = [row | {"held_by": ["x"], "boxes": [[1.5, 2]]} for row in rows]
    rows.append(rows[0] | {"outcome": "postponed", "edits": [[0, 1, "第", "？"]]})
    rows[0] |= change or {}
    return b"".join(json.dumps(row).encode() + b"\n" for row in [header, *rows])


@each("1-page")
def test_a_ledger_of_a_later_version_is_read_as_far_as_it_is_known(there: Path, capsys: Capture) -> None:
    path = Path("repaired.txt.ledger.jsonl")
    path.write_bytes(later(path.read_bytes()))
    assert main(["undo", "repaired.txt", "-o", "back.txt"]) == Exit.OK
    assert "written by 'scan-repair 9.9', in version 7" in capsys.readouterr().err
    assert Path("back.txt").read_bytes() == Path("page.txt").read_bytes()
    ledger = read(path)
    assert undo(Path("repaired.txt").read_bytes(), ledger) == Path("page.txt").read_bytes()
    assert main(["explain", "repaired.txt", ledger.rows[-1].key]) == Exit.OK
    assert "postponed (not known to this version; not made)" in capsys.readouterr().out
    assert main(["report", "repaired.txt"]) == Exit.OK


def test_a_ledger_of_a_later_version_without_what_undo_needs_is_refused_with_its_number() -> None:
    written = (VERSIONS / "1-page" / "repaired.txt.ledger.jsonl").read_bytes()
    with pytest.raises(ReadError, match=r"'newline' is missing\. It is of version 7, and this program knows 1"):
        parse(later(written).replace(b'"newline"', b'"line_end"'))


@each("6-run-with-quality")
def test_a_manifest_of_a_later_version_is_read_as_far_as_it_is_known(there: Path, capsys: Capture) -> None:
    manifest = Path("out/manifest.jsonl")
    manifest.write_bytes(manifest.read_bytes().replace(b'"manifest":1,', b'"manifest":3,"since":[1],'))
    for command in (["report", "out"], ["run", "in", "-o", "out", "--split-pages"]):
        assert main(command) in (Exit.OK, Exit.FAILED)
        assert "in version 3 of its form" in capsys.readouterr().err
    assert rows_of("out/manifest.jsonl")[0]["manifest"] == 3


# ---- the words for how sure a change is ------------------------------------------------------------------------------


@each("1-page")
@pytest.mark.parametrize("level", list(Safety))
def test_what_a_ledger_calls_a_level_is_what_apply_knows(there: Path, level: Safety, capsys: Capture) -> None:
    assert main(["run", "page.txt", "-o", "again.txt", "--apply", str(level)]) == Exit.OK
    header, *rows = rows_of("again.txt.ledger.jsonl")
    assert header["apply"] == level and {row["safety"] for row in rows} <= {*Safety}
    assert main(["explain", "again.txt"]) == Exit.OK
    assert f"--apply {level}" in capsys.readouterr().out


@each("1-page")
def test_all_asks_for_suggestions_as_it_did(there: Path) -> None:
    for word in ("all", "suggest"):
        assert main(["run", "page.txt", "-o", f"{word}.txt", "--apply", word]) == Exit.OK
    assert Path("all.txt").read_bytes() == Path("suggest.txt").read_bytes()
    assert rows_of("all.txt.ledger.jsonl")[0]["apply"] == "suggest"
