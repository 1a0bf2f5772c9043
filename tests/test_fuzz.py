"""Readers of what anybody may have edited: whatever stands there, a message for a person comes out, and no traceback.

A valid file is altered: values are changed for odd ones, keys taken out, doubled or added, lines cut. To look longer:
`REPAIR_FUZZ=50 pytest tests/test_fuzz.py` tries fifty times as many.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repair.batch.manifest import Manifest, read_manifest
from repair.batch.rows import given_again, unrolled
from repair.cli import Exit, main
from repair.core.chain import Chain
from repair.core.change import Safety
from repair.core.engine import run
from repair.core.errors import RepairError
from repair.core.page import Page
from repair.core.rule import Rule
from repair.files.sources import Source, read_bytes
from repair.history import explain
from repair.history.ledger import Ledger, parse
from repair.history.undo import replay, undo, undo_issue
from repair.history.vetoes import read_vetoes
from repair.issues.manifest import issues_in
from repair.report import overview_report, page_report
from repair.rulebook.load import load_chain
from repair.rulebook.rule_file import read_rule
from repair.rulebook.templates import TEMPLATES, files_of
from tests.paths import VERSIONS

TIMES = int(os.environ.get("REPAIR_FUZZ", "1"))
THOROUGH = bool(os.environ.get("REPAIR_THOROUGH"))  # see conftest
Capture = pytest.CaptureFixture[str]


def tried(examples: int) -> Callable[[Any], Any]:
    return settings(
        max_examples=examples * TIMES // (1 if THOROUGH or TIMES > 1 else 4),
        derandomize=TIMES == 1,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


# ---- what files are made of ------------------------------------------------------------------------------------------

ODD = [
    *(None, True, False, -1, 0, 1, 7, 2**31 - 1, 2**31, 2**64, 10**30, 0.5, -0.0, 1e300, 1e-9),
    *(
        "",
        " ",
        "\0",
        "\n",
        "\ud800",
        "\udc80",
        "\x1b[31m",
        "桥",
        "桥" * 400,
        "../x",
        "/dev/zero",
        "a/b",
        ".",
        "-",
        "x" * 300,
    ),
    *("utf-16", "rot13", "cp037", "utf-7", "big5", "crlf", "cr", "mixed", "txt", "json", "applied", "skipped", "later"),
    *(
        "(",
        "[a",
        "(?R)",
        "(a*)*b",
        "a{9}{9}",
        "\\",
        "\\1",
        "\\g<9>",
        "\\g<x>",
        "^",
        "$",
        "",
        "(?r)a",
        "(a)|b",
        "[^\\s]+",
    ),
    *("finish", "layout", "structure", "suggest", "pattern", "table", "near", "t2s", "s2twp", "newspaper", "*"),
    *(
        [],
        {},
        [1],
        [3, 1],
        [0, 1],
        [[0, 1]],
        [[0, 1, "a", ""]],
        [[0, 0, "", [0, 9]]],
        [[]],
        ["a", "a"],
        [""],
        {"a": [1]},
    ),
]
odd_values = st.sampled_from(ODD).map(deepcopy) | st.integers() | st.text(max_size=9) | st.floats(allow_nan=False)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every list or table in a value with each of its indices or keys."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from places(inner)


def altered(draw: Callable[[st.SearchStrategy[Any]], Any], value: Any) -> Any:
    """A value, altered in one to three places."""
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(value))
        if not found:
            return value
        holder, key = draw(st.sampled_from(found))
        way = draw(st.sampled_from(["odd", "odd", "odd", "gone", "more", "twice", "other"]))
        if way == "odd":
            holder[key] = draw(odd_values)
        elif way == "gone":
            del holder[key]
        elif way == "more" and isinstance(holder, dict):
            holder[draw(st.sampled_from(["a", "page", "pages", "edits", "bytes", "part", "held_by", ""]))] = draw(
                odd_values
            )
        elif way == "twice" and isinstance(holder, list):
            holder.append(deepcopy(holder[key]))
        elif way == "other":
            other, there = draw(st.sampled_from(found))
            holder[key] = json.loads(json.dumps(other.get(there) if isinstance(other, dict) else other[-1:]))
    return value


@st.composite
def json_lines(draw: Callable[[st.SearchStrategy[Any]], Any], written: bytes) -> bytes:
    """JSON Lines, altered in a row or two, and now and then by bytes."""
    lines = written.splitlines(keepends=True)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(lines) - 1))
        value = altered(draw, json.loads(lines[at]))
        lines[at] = json.dumps(value, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass") + b"\n"
    if draw(st.integers(0, 9)) == 0:
        del lines[draw(st.integers(0, len(lines) - 1))]
    return cut_up(draw, b"".join(lines))


def cut_up(draw: Callable[[st.SearchStrategy[Any]], Any], data: bytes) -> bytes:
    """Bytes as they are, or in one case of five cut off, with others put in, or other bytes altogether."""
    way = draw(st.integers(0, 14))
    at = draw(st.integers(0, len(data)))
    if way == 0:
        return data[:at]
    if way == 1:
        return data[:at] + draw(st.binary(max_size=6)) + data[at + draw(st.integers(0, 4)) :]
    return draw(st.binary(max_size=60)) if way == 2 else data


def toml(table: dict[str, Any]) -> str:
    """A table as TOML; what it cannot hold is left out."""
    return "".join(f"{json.dumps(str(key))} = {said}\n" for key, value in table.items() if (said := _said(value)))


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(key))} = {_said(inner) or 0}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_said(inner) or "0" for inner in value) + "]"
    if isinstance(value, str):
        return json.dumps(value.encode("utf-8", "replace").decode(), ensure_ascii=False).replace("\x7f", "\\u007f")
    return "" if value is None else json.dumps(value)


# ---- ledgers ---------------------------------------------------------------------------------------------------------

PAGES = {
    name: (VERSIONS / name / "repaired.txt", VERSIONS / name / "page.txt", "gb18030" if name == "1-page" else "utf-8")
    for name in ("1-page", "2-copies")
}
ISSUE = VERSIONS / "4-issue-with-copies"


def told(ledger: Ledger, raw: str) -> None:
    """All that can be said of a ledger."""
    for _ in explain.by_rule(ledger, ledger.rows):
        pass
    for row in ledger.changes:
        for _ in explain.in_full(ledger, row, raw):
            pass
    for _ in explain.as_json(ledger.rows):
        pass


@pytest.mark.parametrize("name", PAGES)
@tried(120)
@given(data=st.data())
def test_ledgers_of_pages(name: str, data: st.DataObject) -> None:
    output, page, encoding = PAGES[name]
    written = Path(f"{output}.ledger.jsonl").read_bytes()
    raw = page.read_bytes().decode(encoding)
    with suppress(RepairError):
        ledger = parse(data.draw(json_lines(written)))
        told(ledger, raw)
        for work in (
            lambda: undo(output.read_bytes(), ledger),
            lambda: undo(output.read_bytes(), ledger, data.draw(st.sampled_from([*ledger.header.rules, "x"]))),
            lambda: replay(raw, ledger),
            lambda: page_report(ledger, raw),
        ):
            with suppress(RepairError):
                work()


@tried(60)
@given(written=json_lines((ISSUE / "out" / "issue.txt.ledger.jsonl").read_bytes()))
def test_ledgers_of_issues(written: bytes) -> None:
    raw = "\n\f\n".join((ISSUE / "in" / f"page{n}.txt").read_text("utf-8") for n in (1, 2))
    with suppress(RepairError):
        ledger = parse(written)
        told(ledger, raw)
        for work in (
            lambda: undo_issue((ISSUE / "out" / "issue.txt").read_bytes(), ledger),
            lambda: page_report(ledger, raw),
        ):
            with suppress(RepairError):
                work()


@pytest.mark.parametrize("name", PAGES)
@tried(120)
@given(data=st.data())
def test_what_is_led_back_to_is_the_raw_file_or_nothing(name: str, data: st.DataObject) -> None:
    """An edited ledger either leads to the raw file, byte for byte, or is refused."""
    output, page, _ = PAGES[name]
    lines = Path(f"{output}.ledger.jsonl").read_bytes().splitlines(keepends=True)
    rows = data.draw(json_lines(b"".join(lines[1:])))
    with suppress(RepairError):
        assert undo(output.read_bytes(), parse(lines[0] + rows)) == page.read_bytes()


# ---- vetoes, rows, manifests -----------------------------------------------------------------------------------------


@tried(100)
@given(data=st.data())
def test_vetoes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "veto.txt"
    ledger = (VERSIONS / "1-page" / "repaired.txt.ledger.jsonl").read_bytes().split(b"\n", 1)[1]
    path.write_bytes(cut_up(data.draw, b"# refused\n0785712ecbc5\n" + data.draw(json_lines(ledger))))
    with suppress(RepairError):
        assert all(len(key) == 12 for key in read_vetoes(path))


ROWS = b"".join(
    json.dumps(row).encode() + b"\n"
    for row in (
        {"page": "a/b", "text": "新桥通车", "meta": {"since": [1950, {"x": None}]}},
        {"page": "c", "file": "c.txt"},
        {"page": "d", "text": "", "meta": "x"},
    )
)


@tried(150)
@given(written=json_lines(ROWS))
def test_rows(tmp_path_factory: pytest.TempPathFactory, written: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "rows.jsonl"
    path.write_bytes(written)
    for source in unrolled([Source("rows", path, Path("rows.jsonl"))]):
        json.dumps(given_again(source))
        with suppress(RepairError):
            read_bytes(source)


@tried(60)
@given(written=json_lines((VERSIONS / "6-run-with-quality" / "out" / "manifest.jsonl").read_bytes()))
def test_manifests(tmp_path_factory: pytest.TempPathFactory, written: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "manifest.jsonl").write_bytes(written)
    with suppress(RepairError):
        header, rows = read_manifest(folder)
        overview_report(header, rows, lambda _: None)
    with suppress(RepairError), Manifest(folder / "manifest.jsonl", folder / "journal.jsonl") as manifest:
        for row in manifest.rows():
            manifest.rank([row], 0)
        manifest.finish({})


# ---- rules, chains, issues -------------------------------------------------------------------------------------------

PIECES = re.findall(
    r"\S+",
    r"""a b 桥 ( ) (?: (?= (?<= (?<! (?> (?| (?P<x> [ ] [^ - && -- {2} {,3} {9,} {e<=1} * + ? | . ^ $ \b \1 \d \p{Han}
    \X \K (?i) (?r) (?V1) (?x) (?1) (?R) (?&x) # \ \N{ (?# *+ ?? , = < !""",
)
REGEX = st.lists(st.sampled_from([*PIECES, "\n", " "]), max_size=9).map("".join)
PAGE = "第3版\n\n增长 8 %，双析晚报记者在雙橋\n桥通车了。\n共8\n%，他到双橋去了aab\n\n编辑部电话：5550123\n"


@pytest.mark.parametrize("kind", TEMPLATES)
@tried(70)
@given(data=st.data())
def test_rules(kind: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.getbasetemp() / f"rules-{kind}"
    (folder / "text").mkdir(parents=True, exist_ok=True)
    files = files_of("text/one", kind)
    table = tomllib.loads(files.pop("text/one.toml"))
    for path, content in files.items():
        (folder / path).write_bytes(cut_up(data.draw, content.encode()))
    for key in ("find", "before", "after", "end", "start", "lines"):
        if key in table and data.draw(st.booleans()):
            table[key] = [data.draw(REGEX)] if key == "lines" else data.draw(REGEX)
    if data.draw(st.booleans()):
        altered(data.draw, table)
    path = folder / "text" / "one.toml"
    path.write_bytes(cut_up(data.draw, toml(table | {"timeout": 0.05} if "find" in table else table).encode()))
    with suppress(RepairError):
        used(read_rule(path, "text/one"))


def used(rule: Rule) -> None:
    """A rule at work on a page."""
    for raw in (PAGE, "", "a" * 40):
        assert run(Page.of(raw), Chain("one", (rule,)), apply=Safety.SUGGEST).error is None


CHAIN: dict[str, Any] = {
    "title": "t",
    "extends": "newspaper",
    "without": ["widths/*", "read/full-width-letter"],
    "insert": [{"rule": "text/latin-ligature", "after": "spacing/space-before-unit"}],
    "options": {"spacing/space-before-unit": {"timeout": 2.0}},
}


@tried(80)
@given(data=st.data())
def test_chains(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "chain.toml"
    path.write_bytes(cut_up(data.draw, toml(altered(data.draw, json.loads(json.dumps(CHAIN)))).encode()))
    with suppress(RepairError):
        assert load_chain(str(path)).digest


@tried(80)
@given(data=st.data())
def test_manifests_of_issues(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "page1.txt").write_text("x")
    table = {"title": "t", "page": [{"file": "page1.txt", "label": "1"}, {"file": "./page1.txt"}]}
    (folder / "issue.toml").write_bytes(cut_up(data.draw, toml(altered(data.draw, table)).encode()))
    with suppress(RepairError):
        issues_in(str(folder / "issue.toml"))


# ---- commands --------------------------------------------------------------------------------------------------------


def ended(command: list[str]) -> None:
    """A command ends with a code that is documented; it raises nothing."""
    assert main(command) in set(Exit), command


@tried(15)
@given(data=st.data())
def test_commands_with_an_edited_ledger(tmp_path_factory: pytest.TempPathFactory, capsys: Capture, data: Any) -> None:
    folder = tmp_path_factory.getbasetemp() / "commands"
    name = data.draw(st.sampled_from(sorted(PAGES)))
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(VERSIONS / name, folder)
    output, ledger = str(folder / "repaired.txt"), folder / "repaired.txt.ledger.jsonl"
    ledger.write_bytes(data.draw(json_lines(ledger.read_bytes())))
    before = random.Random(1).choice(["spacing/space-around-number", "layout/cut-paragraph"])
    for command in (
        ["undo", output, "-o", str(folder / "back.txt")],
        ["undo", output, "--before", before, "-o", str(folder / "before.txt")],
        ["explain", output],
        ["explain", output, "--json"],
        ["report", output],
        ["run", str(folder / "page.txt"), "-o", str(folder / "again.txt"), "--veto", str(ledger)],
        ["score", str(ledger), output],
    ):
        ended(command)
    assert "Traceback" not in capsys.readouterr().err


@tried(4)
@given(data=st.data())
def test_commands_with_an_edited_run(tmp_path_factory: pytest.TempPathFactory, capsys: Capture, data: Any) -> None:
    folder = tmp_path_factory.getbasetemp() / "runs"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(VERSIONS / "6-run-with-quality", folder)
    manifest = folder / "out" / "manifest.jsonl"
    manifest.write_bytes(data.draw(json_lines(manifest.read_bytes())))
    ended(["report", str(folder / "out")])
    ended(["run", str(folder / "in"), "-o", str(folder / "out"), "--split-pages"])
    assert "Traceback" not in capsys.readouterr().err


@tried(25)
@given(data=st.data())
def test_score(tmp_path_factory: pytest.TempPathFactory, capsys: Capture, data: Any) -> None:
    folder = tmp_path_factory.getbasetemp()
    gold = {"articles": [{"id": 1, "blocks": [{"type": "p", "text": "新桥通车。"}]}], "furniture": ["第3版"]}
    (folder / "gold.json").write_bytes(data.draw(json_lines(json.dumps(gold).encode() + b"\n")))
    (folder / "out.txt").write_text("新桥通车。\n", "utf-8")
    ended(["score", str(folder / "gold.json"), str(folder / "out.txt")])
    assert "Traceback" not in capsys.readouterr().err
