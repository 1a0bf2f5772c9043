"""What a terminal would obey never reaches it, whatever a file, a page, a rule or a ledger is named."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from repair.cli import main
from repair.core.errors import shown
from repair.files.terminal import spelt_in_json, told

BAD = "p\x1b]0;x\x07\x9b2J\u202e\u2067\u2028\r\nrepair: all well\t\x7f"
OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
COLOURS = re.compile(r"\x1b\[(?:0|7|31|32|36)m")
RAW = "新桥,通车\x1b[2J\x9b3J了\u202e。\n\n第二段,说完\x7f。\n"

RULE = r"""
title = "odd\u001b[31m title"
phase = "finish"
kind = "pattern"
safety = "safe"
find = '(?<=\p{Han}),'
replace = "，"
why = "Odd \u009b why."
[[example]]
raw = "桥\u001b,河"
gold = "桥\u001b，河"
[[keep]]
text = "a,b"
"""


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, content in {
        f"pages/{BAD}.txt": RAW,
        f"pages/{BAD}2.txt": RAW,
        "pages/broken\x1b.txt": None,
        f"rules/widths/{BAD}.toml": RULE,
        f"rules/chains/{BAD}.toml": f"title = 'odd'\nrules = [{json.dumps(f'widths/{BAD}')}]".replace(
            "\x7f", "\\u007f"
        ),
        "clean.txt": "新桥通车。\n",
        "odd.toml": f'title = {json.dumps(BAD)}\n[[page]]\nfile = "clean.txt"\n'.replace("\x7f", "\\u007f"),
        f"{BAD}.toml": "[[page]]\n",
        f"{BAD}.veto": BAD,
        f"{BAD}.jsonl": f'{{"page": {json.dumps(BAD)}, "text": "x"}}\n{{"page": "a", "text": 3}}\n',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xff\xfe\x00" * 3 if content is None else content.encode())
    return tmp_path


OWN = ["--rules", "rules", "--chain", BAD]
PAGE = f"pages/{BAD}.txt"
COMMANDS = [
    [["run", PAGE]],
    [["run", PAGE, "--chain", "as-printed", "-v"]],
    [["run", PAGE, *OWN, "--diff"]],
    [["run", "pages", *OWN, "-o", f"out{BAD}", "-v", "--report"], ["report", f"out{BAD}"]],
    [["run", "pages", *OWN, "-o", "out", "-v", "--log", "json"]],
    [
        ["run", PAGE, *OWN, "-o", BAD, "-v"],
        ["explain", BAD],
        ["explain", BAD, "--json"],
        ["undo", BAD],
        ["report", BAD],
    ],
    [["run", "pages", *OWN, "--format", "json"]],
    [["run", f"{BAD}.jsonl", "-o", "out", "-v"]],
    [["run", "no\x1bwhere"], ["run", PAGE, "--veto", f"{BAD}.veto"], ["run", PAGE, "--chain", f"x{BAD}"], ["run", BAD]],
    [["run", PAGE, "--rules", BAD], ["run", PAGE, f"--{BAD}"], ["run", PAGE, "--apply", BAD], [BAD]],
    [["run", PAGE, "--encoding", BAD], ["run", PAGE, "--max-errors", BAD], ["run", PAGE, "--jobs", BAD]],
    [["issue", "pages", *OWN], ["issue", "odd.toml"], ["issue", f"{BAD}.toml"], ["issue", BAD]],
    [
        ["issue", "odd.toml", "-o", BAD],
        ["explain", BAD],
        ["undo", BAD, "-o", f"x{BAD}"],
        ["undo", BAD, "-o", f"x{BAD}"],
    ],
    [["issue", "pages", *OWN, "--format", "json"], ["issue", "pages", "--format", "md"]],
    [["reprints", "pages", *OWN], ["reprints", "pages", "--format", "jsonl"]],
    [
        ["rules", *OWN],
        ["rules", f"widths/{BAD}", *OWN],
        ["rules", f"widths/{BAD}x", *OWN],
        ["rules", "--markdown", *OWN],
    ],
    [["test", "rules"], ["test", "rules", "-v"], ["test", BAD]],
    [["new", "rule", BAD], ["new", "rule", "a/b", "-d", f"own{BAD}"]],
    [["score", BAD, PAGE], ["score", "pages", f"{BAD}.toml"], ["schema", BAD]],
    [["explain", BAD], ["explain", PAGE], ["undo", BAD], ["report", BAD]],
]


@pytest.mark.parametrize("commands", COMMANDS, ids=lambda commands: " ".join(map(shown, commands[0]))[:40])
def test_control_characters_are_spelt_out(commands: list[list[str]], capfd: pytest.CaptureFixture[str]) -> None:
    for arguments in commands:
        with suppress(SystemExit):  # argparse
            main(arguments)
        out, err = capfd.readouterr()
        to_pipe = {"run", "issue", "undo", "reprints"}  # their results, which in a pipe stay as they are
        said = err + ("" if arguments[0] in to_pipe and "--diff" not in arguments else out)
        assert not OBEYED.findall(said), said


SHOW = [arguments for commands in COMMANDS for arguments in commands if arguments[0] in ("run", "issue", "reprints")]
LAST = [["run", PAGE, *OWN, "-o", BAD], ["explain", BAD], ["undo", BAD], ["test", "rules"]]


@pytest.mark.skipif(os.name == "nt", reason="needs a Unix terminal")
@pytest.mark.parametrize("commands", [SHOW[:3], SHOW[-6:-1], LAST], ids=["run", "issue", "explain"])
@pytest.mark.slow
def test_on_a_terminal_results_too(commands: list[list[str]]) -> None:
    for arguments in commands:
        said = COLOURS.sub("", at_terminal(*arguments)).replace("\r", "").replace("\x1b[A", "")
        assert not OBEYED.findall(said.replace("\t", "")), said
        assert "Traceback" not in said


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs a Unix terminal")
def test_a_page_with_the_line_ends_of_windows_reads_as_ever(house: Path) -> None:
    Path("crlf.txt").write_bytes("新桥\t通车。\r\n\r\n人人说好。\r\n".encode())
    for arguments in (["run", "crlf.txt", "-q"], ["run", "crlf.txt", "-q", "--format", "md"]):
        assert "\\x0d" not in at_terminal(*arguments)
    main(["run", "crlf.txt", "-o", "out.txt"])
    assert at_terminal("undo", "out.txt").startswith("新桥\t通车。\r\n\r\n人人说好。\r\n")


def at_terminal(*arguments: str) -> str:
    """What the command writes to a terminal."""
    main_end, its_end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "repair", *arguments], stdin=subprocess.DEVNULL, stdout=its_end, stderr=its_end
    )
    os.close(its_end)
    data = b""
    try:
        while part := os.read(main_end, 1 << 16):
            data += part
    except OSError:  # the other end is closed
        pass
    process.wait()
    os.close(main_end)
    return data.decode("utf-8", "surrogateescape")


def test_the_raw_page_is_found_by_the_name_that_was_recorded(capfd: pytest.CaptureFixture[str]) -> None:
    main(["run", PAGE, *OWN, "-o", "out.txt"])
    key = json.loads(Path("out.txt.ledger.jsonl").read_text("utf-8").split("\n")[1])["key"]
    capfd.readouterr()
    assert main(["explain", "out.txt", key]) == 0
    assert "  raw       …新桥[,]通车" in capfd.readouterr().out


def test_what_is_spelt_out() -> None:
    assert shown("\udcb1\ud800\x1b\n\u2028.txt") == r"\xb1\ud800\x1b\x0a\u2028.txt"
    assert shown("新桥 .txt") == "新桥 .txt"
    assert told("a\tb\nc") == "a\\x09b\nc"
    assert json.loads(spelt_in_json('{"a":"\x9b\u202e"}\n')) == {"a": "\x9b\u202e"}
