"""The command, end to end, with three small rules of its own."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from repair.cli import Exit, main
from repair.cli.parser import EXITS
from repair.core import engine
from repair.core.chain import Chain
from repair.core.change import Change
from repair.core.engine import Repaired
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit, Span
from repair.files.decoding import Encoding
from repair.history import ledger
from repair.rulebook.load import load_chain
from tests.usual import some

RULES = {
    "rules/widths/comma.toml": r"""
title = "half-width comma"
phase = "finish"
kind = "pattern"
safety = "safe"
find = '(?<=\p{Han}),'
replace = "，"
why = "Engines write it so."
[[example]]
raw = "桥,河"
gold = "桥，河"
[[keep]]
text = "a,b"
""",
    "rules/layout/percent.toml": r"""
title = "figure parted from its percent sign"
phase = "layout"
kind = "join"
safety = "likely"
end = '\d'
start = '%'
why = "The line was full."
[[example]]
raw = "8\n%"
gold = "8%"
[[keep]]
text = "8\n人"
""",
    "rules/text/bridge.toml": r"""
title = "misread bridge"
phase = "text"
kind = "pattern"
safety = "suggest"
find = '析(?=通车)'
replace = "桥"
why = "The characters look alike."
[[example]]
raw = "新析通车"
gold = "新桥通车"
[[keep]]
text = "分析"
""",
    "rules/chains/own.toml": """
title = "for tests"
rules = ["layout/percent", "text/bridge", "widths/comma"]
""",
}
KINDS = ["pattern", "table", "furniture", "join", "near", "opencc"]
RAW = "新析通车,增长8\n%,人人说好。\n"
LIKELY = "新析通车，增长8%,人人说好。\n"


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, content in RULES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    (tmp_path / "page.txt").write_text(RAW, "utf-8")
    return tmp_path


def run(*arguments: str) -> int:
    return main(["run", "--rules", "rules", "--chain", "own", *arguments])


RUN = [sys.executable, "-m", "repair", "run", "--rules", "rules", "--chain", "own", "page.txt"]

BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def command(*arguments: str, **how) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "repair", *arguments], capture_output=True, check=False, **how)


# ---- run -------------------------------------------------------------------------------------------------------------


def test_text_goes_to_standard_output_and_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("page.txt") == Exit.OK
    assert capfd.readouterr() == (LIKELY, "")
    assert sorted(path.name for path in Path().iterdir()) == ["page.txt", "rules"]


@pytest.mark.parametrize(
    ("level", "text"),
    [
        ("safe", "新析通车，增长8\n%,人人说好。\n"),
        ("likely", LIKELY),
        ("suggest", "新桥通车，增长8%,人人说好。\n"),
        ("all", "新桥通车，增长8%,人人说好。\n"),
    ],
)
def test_the_level_asked_for(level: str, text: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("page.txt", "--apply", level) == Exit.OK
    assert capfd.readouterr().out == text


@pytest.mark.parametrize("inputs", [[], ["-"]])
def test_standard_input(inputs: list[str]) -> None:
    done = command("run", "--rules", "rules", "--chain", "own", *inputs, input=RAW.encode())
    assert (done.returncode, done.stdout, done.stderr) == (0, LIKELY.encode(), b"")


def test_a_file_with_its_ledger_explained_refused_and_undone(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("page.txt", "-o", "out.txt", "-v") == Exit.OK
    hint = "explain with: repair explain out.txt.ledger.jsonl\n"
    assert capfd.readouterr().err == f"repair: page.txt: 2 changes (1 safe, 1 likely), 1 suggestion; {hint}"
    assert Path("out.txt").read_text("utf-8") == LIKELY

    assert main(["explain", "out.txt"]) == Exit.OK
    told = capfd.readouterr().out
    assert "widths/comma: 1 applied" in told
    assert "[,] → [，]  (half-width comma)" in told
    assert "text/bridge: 1 suggested" in told

    comma = next(row for row in rows("out.txt") if row.get("rule") == "widths/comma")
    Path("veto.txt").write_text(f"# the archivist says no\n{comma['key']}  # this one\n", "utf-8")
    assert run("page.txt", "--veto", "veto.txt") == Exit.OK
    assert capfd.readouterr().out == LIKELY.replace("，", ",")

    assert main(["undo", "out.txt", "-o", "back.txt"]) == Exit.OK
    assert Path("back.txt").read_text("utf-8") == RAW
    assert main(["undo", "out.txt", "--before", "widths/comma"]) == Exit.OK
    assert capfd.readouterr().out == LIKELY.replace("，", ",")


def rows(output: str) -> list[dict]:
    return [json.loads(line) for line in Path(f"{output}.ledger.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("codec", "mark"), [("gb18030", ""), ("utf-8", "\ufeff"), ("utf-16-le", "\ufeff"), ("utf-16-be", "\ufeff")]
)
def test_encoding_mark_and_line_ends_come_back(codec: str, mark: str) -> None:
    data = (mark + RAW * 20).replace("\n", "\r\n").encode(codec)
    Path("page.txt").write_bytes(data)
    assert run("page.txt", "-o", "out.txt") == Exit.OK
    assert Path("out.txt").read_bytes() == (mark + LIKELY * 20).replace("\n", "\r\n").encode(codec)
    assert main(["undo", "out.txt", "-o", "back.txt"]) == Exit.OK
    assert Path("back.txt").read_bytes() == data


def test_another_encoding_for_the_output() -> None:
    Path("page.txt").write_bytes((RAW * 20).encode("gb18030"))
    assert run("page.txt", "-o", "out.txt", "--output-encoding", "UTF8") == Exit.OK
    assert Path("out.txt").read_text("utf-8") == LIKELY * 20
    assert main(["undo", "out.txt", "-o", "back.txt"]) == Exit.OK
    assert Path("back.txt").read_bytes() == (RAW * 20).encode("gb18030")


def test_a_character_that_the_output_cannot_hold(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("page.txt", "-o", "out.txt", "--output-encoding", "latin-1") == Exit.WRITE
    assert "--output-encoding utf-8" in capfd.readouterr().err
    assert not list(Path().glob("out.txt*"))


def test_a_folder_keeps_its_tree_and_a_bad_page_does_not_stop_it(capfd: pytest.CaptureFixture[str]) -> None:
    for name, data in {"a.txt": RAW.encode(), "b/c.txt": RAW.encode(), "b/bad.txt": b"%PDF-1.7"}.items():
        path = Path("in") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    assert run("in", "-o", "out") == Exit.FAILED
    said = capfd.readouterr()
    assert said.out == ""
    assert "bad.txt is not text (looks like PDF)" in said.err
    assert sorted(path.relative_to("out").as_posix() for path in Path("out").rglob("[!.]*.*")) == [
        "a.txt",
        "a.txt.ledger.jsonl",
        "b/c.txt",
        "b/c.txt.ledger.jsonl",
        "failures.jsonl",
        "manifest.jsonl",
    ]


def test_form_feeds_part_pages(capfd: pytest.CaptureFixture[str]) -> None:
    Path("page.txt").write_text("一,\f二,\f", "utf-8")
    assert run("page.txt", "--split-pages") == Exit.OK
    assert capfd.readouterr().out == "一，\f二，\f"
    assert run("page.txt", "--split-pages", "-o", "out") == Exit.OK
    assert Path("out/page-p2.txt").read_text("utf-8") == "二，\f"
    assert main(["undo", "out/page-p2.txt"]) == Exit.OK
    assert capfd.readouterr().out == "二,\f"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_one_page() -> None:
    os.mkfifo("pipe")
    with subprocess.Popen(["cp", "page.txt", "pipe"]):
        assert run("pipe", "-o", "out.txt") == Exit.OK
    assert Path("out.txt").read_text("utf-8") == LIKELY


def test_a_ledger_where_it_is_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("page.txt", "--ledger", "l.jsonl") == Exit.OK
    Path("out.txt").write_text(capfd.readouterr().out, "utf-8")
    assert main(["undo", "out.txt", "--ledger", "l.jsonl"]) == Exit.OK
    assert capfd.readouterr().out == RAW


def test_a_diff(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("page.txt", "--diff") == Exit.OK
    assert capfd.readouterr().out.splitlines() == [
        "--- page.txt (raw)",
        "+++ page.txt (repaired)",
        "@@ -1,2 +1,1 @@",
        "-新析通车[-,-]增长8[-⏎-]",
        "-%,人人说好。",
        "+新析通车{+，+}增长8%,人人说好。",
    ]


def test_markdown_and_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("page.txt", "--format", "md") == Exit.OK
    assert capfd.readouterr().out == LIKELY
    assert run("page.txt", "page.txt", "--format", "json") == Exit.OK
    page = json.loads(capfd.readouterr().out)
    assert (page["schema"], page["name"], page["articles"][0]["blocks"][0]["text"]) == (2, "page.txt", LIKELY.strip())
    assert page["counts"] == {"applied": 2, "suggested": 1}


def test_a_page_a_line_in_json(capfd: pytest.CaptureFixture[str]) -> None:
    Path("other.txt").write_text("好。\n", "utf-8")
    assert run("page.txt", "other.txt", "--format", "json") == Exit.OK
    pages = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [page["name"] for page in pages] == ["page.txt", "other.txt"]
    (block,) = pages[0]["articles"][0]["blocks"]
    kept = [RAW[low:high] for _, _, _, low, high, kept in block["runs"] if kept]
    assert kept == ["新析通车", "增长8", "%,人人说好。"]


def test_two_pages_for_one_output_are_refused(capfd: pytest.CaptureFixture[str]) -> None:
    Path("in").mkdir()
    for name in ("in/page.txt", "in/page.md"):
        Path(name).write_text(RAW, "utf-8")
    assert run("in", "-o", "out", "--format", "json") == Exit.USAGE
    assert "would both be written to page.json" in capfd.readouterr().err


@pytest.mark.parametrize("form", ["md", "json", "jsonl"])
def test_only_text_is_undone(form: str, capfd: pytest.CaptureFixture[str]) -> None:
    Path("in").mkdir()
    Path("page.txt").rename("in/page.txt")
    assert run("in", "-o", "out", "--format", form) == Exit.OK
    assert main(["undo", f"out/page.{form}"]) == Exit.USAGE
    assert "only text output can be undone" in capfd.readouterr().err


# ---- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.txt"], "none.txt does not exist"),
        (["page.txt", "--chain", "owl"], "Did you mean 'own'"),
        (["page.txt", "--encoding", "utf8000"], "no encoding of texts named 'utf8000'"),
        (["page.txt", "--output-encoding", "utf8000"], "no encoding of texts named 'utf8000'"),
        (["page.txt", "page.txt", "--ledger", "l"], "--ledger is for one page"),
        (["page.txt", "page.txt", "-o", "page.txt"], "several pages need a folder"),
        (["page.txt", "-o", "x", "--ledger", "x"], "Give each a file of its own"),
        (["page.txt", "--veto", "none"], "veto file cannot be read"),
        (["page.txt", "--veto", "page.txt"], "page.txt, line 1"),
        ([".", "-o", "out"], "lies in the input folder"),
        ([".", "-o", "."], "lies in the input folder"),
    ],
)
def test_wrong_usage_does_nothing(arguments: list[str], said: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == Exit.USAGE
    shown = capfd.readouterr()
    assert said in shown.err
    assert shown.out == ""
    assert sorted(path.name for path in Path().iterdir()) == ["page.txt", "rules"]


def test_a_broken_rule_is_named() -> None:
    Path("rules/widths/comma.toml").write_text('title = "x', "utf-8")
    done = command("run", "--rules", "rules", "page.txt")
    assert done.returncode == Exit.USAGE
    assert b"comma.toml: not TOML" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_broken_chain_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    Path("rules/chains/own.toml").write_text('title = "x"\nrules = ["widths/coma"]\n', "utf-8")
    assert run("page.txt", "-o", "out.txt") == Exit.USAGE
    said = capfd.readouterr().err
    assert "own.toml" in said and "Did you mean 'widths/comma'" in said
    assert not list(Path().glob("out*"))


def test_a_result_that_cannot_be_written_leaves_what_was_there(capfd: pytest.CaptureFixture[str]) -> None:
    Path("page.txt").write_text("一,二\n", "utf-8")
    assert run("page.txt", "-o", "out.txt") == Exit.OK
    before = {path.name: path.read_bytes() for path in Path().glob("out*")}
    Path("page.txt").write_text(RAW, "utf-8")
    assert run("page.txt", "-o", "out.txt", "--existing", "overwrite", "--output-encoding", "latin-1") == Exit.WRITE
    assert "page.txt: not written" in capfd.readouterr().err
    assert {path.name: path.read_bytes() for path in Path().glob("out*")} == before


def test_what_an_engine_misread_stays_misread(capfd: pytest.CaptureFixture[str]) -> None:
    misread = "镇上新修的石轿昨天通车，孩子们上学不再绕远路，大家都说好。\n"
    Path("page.txt").write_text(misread, "utf-8")
    assert main(["run", "page.txt", "--apply", "all"]) == Exit.OK
    assert capfd.readouterr().out == misread


@pytest.mark.parametrize(
    "arguments", [["page.txt", "-o", "page.txt"], ["page.txt", "-o", "."], ["page.txt", "--ledger", "page.txt"]]
)
def test_an_input_is_never_written_over(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == Exit.WRITE
    assert "never written over" in capfd.readouterr().err
    assert Path("page.txt").read_text("utf-8") == RAW


def test_another_input_is_not_written_over_either(capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("in/a/x.txt", "out/a/x.txt"):
        Path(name).parent.mkdir(parents=True)
        Path(name).write_text(RAW, "utf-8")
    assert run("in/*", "out/a", "-o", "out/") == Exit.WRITE
    assert "never written over" in capfd.readouterr().err
    assert Path("out/a/x.txt").read_text("utf-8") == RAW


def test_a_broken_law_is_not_written(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(engine, "run", lambda page, *_, **__: Repaired(page, error="characters are lost (law 1)"))
    assert run("page.txt", "-o", "out.txt") == Exit.LAW
    assert "page.txt: not written: characters are lost (law 1)" in capfd.readouterr().err
    assert not list(Path().glob("out*"))


def test_a_defect_costs_its_page_only(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    Path("pages.txt").write_text("坏\f" + RAW, "utf-8")
    whole = engine.run

    def broken(page, *args, **how):
        if page.raw == "坏\f":
            raise IndexError("list index out of range")
        return whole(page, *args, **how)

    monkeypatch.setattr(engine, "run", broken)
    assert run("pages.txt", "--split-pages") == Exit.FAILED
    shown = capfd.readouterr()
    assert shown.out == LIKELY
    assert "pages.txt#1: a defect in the program: IndexError" in shown.err


def test_a_file_above_50_megabytes_needs_leave(capfd: pytest.CaptureFixture[str]) -> None:
    with Path("page.txt").open("wb") as file:
        file.truncate(50_000_001)
    assert run("page.txt") == Exit.FAILED
    said = capfd.readouterr().err
    assert "page.txt is larger than 50,000,000 bytes" in said and "--max-bytes N" in said
    assert main(["reprints", "."]) == Exit.FAILED
    assert "page.txt is larger than 50,000,000 bytes" in capfd.readouterr().err
    Path("page.txt").write_text(RAW, "utf-8")
    assert run("page.txt", "--max-bytes", "10") == Exit.FAILED
    assert run("page.txt", "--max-bytes", "100") == Exit.OK


def test_an_encoding_that_cannot_be_told_is_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    Path("page.txt").write_bytes(b"na\xefve \x81\x8d caf\xe9\xff\n")
    assert run("page.txt") == Exit.FAILED
    assert "--encoding NAME" in capfd.readouterr().err
    assert run("page.txt", "--encoding", "latin-1", "--output-encoding", "utf-8") == Exit.OK
    assert "café" in capfd.readouterr().out


@pytest.mark.parametrize("after", [1, 2])
def test_ctrl_c_leaves_nothing_half(
    after: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    synced = []

    def stop(file: int) -> None:
        synced.append(file)
        if len(synced) == after:
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    assert run("page.txt", "-o", "out.txt") == Exit.INTERRUPTED
    assert capfd.readouterr().err.startswith("repair: interrupted.")
    assert sorted(path.name for path in Path().iterdir()) == ["page.txt", "rules"]


def test_vetoes_that_meet_nothing_are_told(capfd: pytest.CaptureFixture[str]) -> None:
    Path("veto.txt").write_text("0123456789ab\n", "utf-8")
    assert run("page.txt", "--veto", "veto.txt") == Exit.OK
    assert "1 of 1 vetoes met no change" in capfd.readouterr().err


def test_whole_lines_of_a_ledger_are_vetoes(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("page.txt", "-o", "out.txt") == Exit.OK
    lines = Path("out.txt.ledger.jsonl").read_text("utf-8").splitlines()
    Path("veto.txt").write_text("\n".join(lines[1:]), "utf-8")
    capfd.readouterr()
    assert run("page.txt", "--veto", "veto.txt", "--apply", "all") == Exit.OK
    assert capfd.readouterr() == (RAW, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_standard_output_that_is_full() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(RUN, stdout=full, stderr=subprocess.PIPE, check=False, env=BUFFERED)
    assert done.returncode == Exit.WRITE
    assert b"cannot be written" in done.stderr
    assert b"Traceback" not in done.stderr and b"Exception" not in done.stderr


@pytest.mark.parametrize("size", some([1, 20_000]))
def test_standard_output_that_is_closed(size: int) -> None:
    Path("page.txt").write_text(RAW * size, "utf-8")
    read, write = os.pipe()
    os.close(read)
    with open(write, "wb") as closed:  # noqa: PTH123  a descriptor, not a path
        done = subprocess.run(RUN, stdout=closed, stderr=subprocess.PIPE, check=False, env=BUFFERED)
    assert (done.returncode, done.stderr) == (Exit.OK, b"")


@pytest.mark.skipif(os.name == "nt", reason="needs a shell that can close a stream")
@pytest.mark.parametrize(
    ("closing", "code", "said"),
    [
        ("- <&-", Exit.FAILED, b"repair: - was closed before the program began. Give a file, or send the text in.\n"),
        ("page.txt >&-", Exit.WRITE, b"repair: the output cannot be written: Bad file descriptor.\n"),
        ("page.txt -q -o out.txt >&- <&-", Exit.OK, b""),
        ("page.txt -o out.txt 2>&-", Exit.OK, b""),
        ("missing.txt 2>&-", Exit.USAGE, b""),
    ],
)
def test_standard_streams_that_were_closed_before(closing: str, code: Exit, said: bytes) -> None:
    line = f"{shlex.join(RUN[:-1])} {closing}"
    done = subprocess.run(["sh", "-c", line], stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (code, said)
    assert Path("out.txt").exists() == ("-o" in closing)


# ---- the other commands ----------------------------------------------------------------------------------------------


def test_undo_refuses_an_altered_output(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["undo", "page.txt"]) == Exit.USAGE
    assert "no ledger beside page.txt" in capfd.readouterr().err
    run("page.txt", "-o", "out.txt")
    Path("out.txt").write_text("改了\n", "utf-8")
    assert main(["undo", "out.txt", "-o", "back.txt"]) == Exit.USAGE
    assert "altered after the ledger was written" in capfd.readouterr().err
    assert not Path("back.txt").exists()


def test_undo_of_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    Path("page.txt").write_text("好。\n", "utf-8")
    run("page.txt", "-o", "out.txt", "-q")
    assert main(["undo", "out.txt"]) == Exit.NOTHING
    assert capfd.readouterr() == ("好。\n", "repair: out.txt: nothing to undo: the text was not changed.\n")


def test_explain_one_change_in_full(capfd: pytest.CaptureFixture[str]) -> None:
    run("page.txt", "-o", "out.txt")
    key = next(row["key"] for row in rows("out.txt") if row.get("rule") == "widths/comma")
    assert main(["explain", "out.txt.ledger.jsonl", key[:6]]) == Exit.OK
    told = capfd.readouterr().out
    for said in (f"change {key}", "line 1, column 5 of page.txt", "…新析通车[,]增长8⏎%", "--veto veto.txt"):
        assert said in told
    assert main(["explain", "out.txt", "ffffffffffff"]) == Exit.USAGE
    assert main(["explain", "out.txt", key, "--raw", "out.txt"]) == Exit.USAGE
    assert "is not the raw file" in capfd.readouterr().err


def test_the_key_stands_second_in_the_line_of_a_change(capfd: pytest.CaptureFixture[str]) -> None:
    run("page.txt", "-o", "out.txt")
    assert main(["explain", "out.txt"]) == Exit.OK
    lines = [line.split() for line in capfd.readouterr().out.splitlines() if line.startswith("    ")]
    keys = [row["key"] for row in rows("out.txt")[1:]]
    assert len(keys) == 3 and all(key.isalnum() and len(key) == 12 for key in keys)
    assert sorted(line[1] for line in lines) == sorted(keys)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["--rule", "widths/comma"], ["widths/comma"]),
        (["--outcome", "suggested"], ["text/bridge"]),
        (["--line", "1"], ["layout/percent", "text/bridge", "widths/comma"]),
        (["--line", "9"], []),
    ],
)
def test_explain_some_changes(chosen: list[str], expected: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    run("page.txt", "-o", "out.txt")
    assert main(["explain", "out.txt", "--json", *chosen]) == Exit.OK
    assert [json.loads(line)["rule"] for line in capfd.readouterr().out.splitlines()] == expected
    assert main(["explain", "out.txt", "--rule", "width/comma"]) == Exit.USAGE
    assert "Did you mean 'widths/comma'" in capfd.readouterr().err


def test_explain_shows_few_changes_of_a_rule_unless_it_is_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    Path("page.txt").write_text("桥,河,人,水,车,路,\n", "utf-8")
    run("page.txt", "-o", "out.txt")
    assert main(["explain", "out.txt"]) == Exit.OK
    told = capfd.readouterr().out
    assert told.count("[,] → [，]") == 3
    assert "… and 3 more: --rule widths/comma" in told
    assert main(["explain", "out.txt", "--rule", "widths/comma"]) == Exit.OK
    assert capfd.readouterr().out.count("[,] → [，]") == 6


def test_a_move_is_told_as_one(capfd: pytest.CaptureFixture[str]) -> None:
    def find(page: Page, options: Options) -> Iterator[Change]:
        yield Change((Edit(0, 3, ""), Edit(6, 6, Span(0, 3))), "second comes first")

    chain = Chain("c", (Rule("layout/turn", "turn", Phase.LAYOUT, "for a test", find),))
    result = engine.run(Page.of("甲甲\n乙乙\n"), chain)
    header = ledger.header_of(result, chain, b"", b"", Encoding("utf-8", False, True, "lf"))
    Path("l.jsonl").write_bytes(ledger.encoded(ledger.rows(result, header)))
    assert main(["explain", "l.jsonl"]) == Exit.OK
    assert "moved [甲甲⏎]  (second comes first)" in capfd.readouterr().out


def test_rules(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--rules", "rules", "--chain", "own"]) == Exit.OK
    listed = capfd.readouterr().out
    assert [line.split()[0] for line in listed.splitlines()[:6]] == [
        "layout",
        "layout/percent",
        "text",
        "text/bridge",
        "finish",
        "widths/comma",
    ]
    assert main(["rules", "widths/comma", "--rules", "rules", "--chain", "own"]) == Exit.OK
    assert "  raw      桥,河\n  becomes  桥，河" in capfd.readouterr().out
    assert main(["rules", "--markdown", "--rules", "rules", "--chain", "own"]) == Exit.OK
    assert "### widths/comma" in capfd.readouterr().out
    assert main(["rules", "widths/coma", "--rules", "rules"]) == Exit.USAGE
    assert "Did you mean 'widths/comma'" in capfd.readouterr().err


def test_the_rules_that_run_by_default_are_listed_in_their_order(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == Exit.OK
    listed = capfd.readouterr().out.split("\n\n")[0]
    ids = [line.split()[0] for line in listed.splitlines() if line.startswith("  ")]
    assert ids == [rule.id for rule in load_chain().rules]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_rule_passes_its_own_examples(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "rule", f"my/{kind}-rule", "--kind", kind, "-d", "mine"]) == Exit.OK
    capfd.readouterr()
    assert main(["test", "mine"]) == Exit.OK
    assert capfd.readouterr().out == "2 cases: 2 passed\n"
    assert main(["new", "rule", f"my/{kind}-rule", "--kind", kind, "-d", "mine"]) == Exit.USAGE
    assert main(["new", "rule", "My Rule", "-d", "mine"]) == Exit.USAGE


def test_a_new_rule_is_full_of_comments_and_help_lists_the_kinds(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["new", "rule", "--help"])
    assert f"{{{','.join(KINDS)}}}" in capfd.readouterr().out
    for kind in KINDS:
        assert main(["new", "rule", f"my/{kind}", "--kind", kind, "-d", "mine"]) == Exit.OK
        lines = Path(f"mine/my/{kind}.toml").read_text("utf-8").splitlines()
        keys = [line for line in lines if re.match(r"\w+ = ", line)]
        assert sum(line.startswith("#") for line in lines) >= len(keys) > 4


def test_a_rule_of_ones_own_repairs(capfd: pytest.CaptureFixture[str]) -> None:
    Path("page.txt").write_text("今年增长 8 %，人人说好。\n优惠 %\n", "utf-8")
    assert main(["new", "rule", "my/space", "-d", "mine"]) == Exit.OK
    rule = Path("mine/my/space.toml")
    rule.write_text(rule.read_text("utf-8").replace('safety = "suggest"', 'safety = "safe"'), "utf-8")
    Path("mine/chains").mkdir()
    Path("mine/chains/alone.toml").write_text('title = "alone"\nrules = ["my/space"]\n', "utf-8")
    capfd.readouterr()
    assert main(["run", "page.txt", "--rules", "mine", "--chain", "alone"]) == Exit.OK
    assert capfd.readouterr().out == "今年增长 8%，人人说好。\n优惠 %\n"


def test_cases_that_fail(capfd: pytest.CaptureFixture[str]) -> None:
    path = Path("rules/widths/comma.toml")
    path.write_text(path.read_text("utf-8").replace('gold = "桥，河"', 'gold = "桥；河"'), "utf-8")
    assert main(["test", "rules"]) == Exit.FAILED
    told = capfd.readouterr().out
    assert "comma.toml:9: Wrong: 桥,河" in told
    assert told.endswith("6 cases: 5 passed, 1 Wrong\n")


def test_score(capfd: pytest.CaptureFixture[str]) -> None:
    gold = {"page": "p", "articles": [{"id": "a", "blocks": [{"type": "paragraph", "text": "桥通了。"}]}]}
    for name in ("gold/p.gold.json", "gold/q.json"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(json.dumps(gold), "utf-8")
    Path("out").mkdir()
    Path("out/p.txt").write_text("桥通了。\n", "utf-8")
    Path("out/q.txt").write_text("桥通\n了。\n", "utf-8")
    assert main(["score", "gold/p.gold.json", "out/p.txt"]) == Exit.OK
    assert capfd.readouterr().out.startswith("para_f1=1.0000  sent_f1=1.0000  ")
    assert main(["score", "gold", "out", "--json"]) == Exit.OK
    pages = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [(page["page"], page["para_f1"]) for page in pages] == [("p", 1.0), ("q", 0.0), ("mean", 0.5)]
    Path("gold/q.json").write_text("[]", "utf-8")
    assert main(["score", "gold", "out"]) == Exit.FAILED
    assert "q.json: not a gold page" in capfd.readouterr().err


def test_exit_codes_are_documented() -> None:
    assert {int(word) for word in EXITS.split() if word.isdigit()} == {int(code) for code in Exit}
    done = command("--version")
    assert done.stdout.startswith(b"scan-repair ")
    assert command("--nonsense").returncode == Exit.USAGE


# ---- what a user asks for --------------------------------------------------------------------------------------------


def test_a_line_at_the_end_says_what_came_of_the_run(capfd: pytest.CaptureFixture[str]) -> None:
    Path("in").mkdir()
    for name in ("a.txt", "b.txt"):
        Path("in", name).write_text(RAW, "utf-8")
    Path("in/c.txt").write_bytes(b"%PDF-1.7")
    assert run("in", "-o", "out") == Exit.FAILED
    (line,) = (line for line in capfd.readouterr().err.splitlines() if "repaired" in line)
    assert line.startswith("repair: 2 pages repaired, 1 failed: 4 changes (2 safe, 2 likely), 2 suggestions; explain")
    assert run("page.txt", "-o", "out.txt") == Exit.OK
    assert capfd.readouterr().err.startswith("repair: page.txt: 2 changes (1 safe, 1 likely), 1 suggestion; explain")


def test_a_quiet_run_says_what_went_wrong_only(capfd: pytest.CaptureFixture[str]) -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text(RAW, "utf-8")
    assert run("in", "-o", "out", "-q") == Exit.OK
    assert run("page.txt", "-o", "out.txt", "-q") == Exit.OK
    assert capfd.readouterr() == ("", "")
    Path("in/c.txt").write_bytes(b"%PDF-1.7")
    assert run("in", "-o", "out", "--quiet") == Exit.FAILED
    assert "c.txt is not text" in capfd.readouterr().err


def test_a_diff_of_some_rules(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("page.txt", "--diff", "--rule", "widths/comma", "--rule", "text/bridge") == Exit.OK
    assert capfd.readouterr().out.splitlines() == [
        "--- page.txt (before widths/comma)",
        "+++ page.txt (after widths/comma)",
        "@@ -1,1 +1,1 @@",
        "-新析通车[-,-]增长8%,人人说好。",
        "+新析通车{+，+}增长8%,人人说好。",
    ]
    assert run("page.txt", "--diff", "--rule", "widths/coma") == Exit.USAGE
    assert "Did you mean 'widths/comma'?" in capfd.readouterr().err
    assert run("page.txt", "--rule", "widths/comma") == Exit.USAGE
    assert "Give --diff as well" in capfd.readouterr().err


def test_some_rules_explained(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("page.txt", "-o", "out.txt", "-q") == Exit.OK
    assert main(["explain", "out.txt", "--rule", "widths/comma", "--rule", "text/bridge"]) == Exit.OK
    said = capfd.readouterr().out
    assert "widths/comma: 1 applied" in said and "text/bridge: 1 suggested" in said and "layout/percent:" not in said
    assert main(["explain", "out.txt", "--rule", "widths/comma", "--rule", "text/brige"]) == Exit.USAGE
    assert "Did you mean 'text/bridge'?" in capfd.readouterr().err


def test_rules_left_out_of_a_run(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("page.txt", "--without", "widths/comma") == Exit.OK
    assert run("page.txt", "--without", "widths/*", "--without", "layout/percent") == Exit.OK
    assert capfd.readouterr().out == LIKELY.replace("，", ",") + RAW
    assert run("page.txt", "--without", "widths/coma") == Exit.USAGE
    said = capfd.readouterr().err
    assert said == "repair: without: 'widths/coma' is in the chain nowhere. Did you mean 'widths/comma'?\n"


def test_a_run_without_a_rule_is_not_taken_for_one_with_it() -> None:
    Path("in").mkdir()
    Path("page.txt").rename("in/page.txt")
    for _ in range(2):
        assert run("in", "-o", "out") == Exit.OK
        assert Path("out/page.txt").read_text("utf-8") == LIKELY
        assert run("in", "-o", "out", "--without", "widths/comma", "--jobs", "2") == Exit.OK
        assert Path("out/page.txt").read_text("utf-8") == LIKELY.replace("，", ",")
    assert rows("out/page.txt")[0]["rules"] == ["layout/percent", "text/bridge"]


@pytest.mark.parametrize("data", [b"", b"\n\n\n", "\ufeff\r\n".encode(), b"\f"])
def test_a_page_without_text_is_told_and_written(data: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    Path("in").mkdir()
    Path("in/empty.txt").write_bytes(data)
    assert main(["run", "in", "-o", "out", "-q"]) == Exit.OK
    assert capfd.readouterr().err == "repair: in/empty.txt: holds no text.\n"
    assert Path("out/empty.txt").read_bytes() == data
    assert json.loads(Path("out/manifest.jsonl").read_text("utf-8").splitlines()[1])["empty"] is True


def test_blank_lines_at_the_head_go_and_come_back() -> None:
    data = "\n  \n\r\n\n新桥今日通车。\n\n\n人人说好。\n\n".encode()
    Path("page.txt").write_bytes(data)
    assert main(["run", "page.txt", "-o", "out.txt", "-q"]) == Exit.OK
    assert Path("out.txt").read_bytes() == "新桥今日通车。\n\n\n人人说好。\n\n".encode()
    assert main(["undo", "out.txt", "-o", "back.txt"]) == Exit.OK
    assert Path("back.txt").read_bytes() == data


def test_a_chain_of_ones_own(capfd: pytest.CaptureFixture[str]) -> None:
    """As the README says: a chain file that begins with `extends`, leaves rules out and places one among them."""
    assert main(["new", "rule", "spacing/space-before-percent", "-d", "my"]) == Exit.OK
    assert main(["new", "chain", "evening-post", "-d", "my"]) == Exit.OK
    chains = {
        "bare": 'extends = "newspaper"\n',
        "mine": 'extends = "newspaper"\nwithout = ["widths/*"]\n'
        'insert = [{ rule = "spacing/space-before-percent", before = "quotes/straight-quote" }]\n',
        "evening-post": re.sub(
            r"^# (?=without|insert|timeout|\[)", "", Path("my/chains/evening-post.toml").read_text("utf-8"), flags=re.M
        ),
    }
    for name, content in chains.items():
        for folder in ("my", "chains-only"):
            Path(folder, "chains").mkdir(parents=True, exist_ok=True)
            Path(folder, "chains", f"{name}.toml").write_text(content, "utf-8")
    capfd.readouterr()
    assert main(["test", "my"]) == Exit.OK
    for name in chains:
        assert main(["run", "page.txt", "--rules", "my", "--chain", name, "-o", f"{name}.txt"]) == Exit.OK
    said = rows("mine.txt")[0]["rules"]
    assert said.index("spacing/space-before-percent") + 1 == said.index("quotes/straight-quote")
    assert not [rule for rule in said if rule.startswith("widths/")]
    assert "widths/half-width-comma" not in rows("evening-post.txt")[0]["rules"]
    assert main(["run", "page.txt", "--rules", "chains-only", "--chain", "bare", "-q"]) == Exit.OK


def test_the_chains_are_listed_where_users_look(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    helped = " ".join(capfd.readouterr().out.split())
    assert main(["rules", "--chains", "--rules", "rules"]) == Exit.OK
    listed = dict(line.split(maxsplit=1) for line in capfd.readouterr().out.splitlines())
    assert list(listed) == ["as-printed", "newspaper", "own", "simplified", "traditional"]
    assert listed["own"] == "for tests"
    assert "as-printed, newspaper, simplified, traditional" in helped


@pytest.mark.parametrize("name", ["newspaper", "Evening Post", "../x", ""])
def test_a_chain_that_cannot_be_named_so(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "chain", name, "-d", "my"]) == Exit.USAGE
    assert not Path("my").exists()


def test_the_cases_go_on_after_a_broken_file(capfd: pytest.CaptureFixture[str]) -> None:
    Path("rules/widths/broken.toml").write_text("title = 'x'\n", "utf-8")
    Path("rules/chains/broken.toml").write_text("extends = 'own'\nwithout = ['x']\n", "utf-8")
    for name, content in {
        "text/bridge.txt": "never closed\n=====\n新析\n",
        "pages/one/case.toml": "title = 'x'\nwhy = 'x'\n",
        "pages/one/gold.json": "{}",
        "pages/one/raw.txt": "x",
    }.items():
        path = Path("rules/fixtures", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    assert main(["test", "rules", "none"]) == Exit.FAILED
    said = capfd.readouterr().out
    for told in ("broken.toml: key 'kind' is missing", "is not closed", "not a gold page", "none: there is no such"):
        assert told in said
    assert said.splitlines()[-1] == "6 cases: 6 passed, 4 files broken"
    Path("rules/widths/broken.toml").unlink()
    assert main(["test", "rules"]) == Exit.FAILED
    assert "chains/broken.toml: without: 'x' is in the chain nowhere" in capfd.readouterr().out
    assert main(["test", "none"]) == Exit.USAGE
