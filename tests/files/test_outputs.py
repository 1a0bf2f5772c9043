"""Where results go: one rule for files and standard input, rows into files of rows, names that meet, compression."""

from __future__ import annotations

import doctest
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from repair.batch.manifest import read_manifest
from repair.cli import Exit, main
from repair.cli import run as cli_run
from repair.core import engine
from repair.core.errors import ReadError, UsageError
from repair.files import distinct as distinct_names
from repair.files import packing
from repair.files.distinct import distinct
from repair.files.packing import content, opened, pack, plain_name, unpack
from repair.files.sources import Source, expand, read_bytes
from repair.files.targets import Targets
from tests.usual import some

RAW = "镇上修了新桥,人人说好。\n"
REPAIRED = "镇上修了新桥，人人说好。\n"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a page, and rows of three."""
    monkeypatch.chdir(tmp_path)
    Path("page.txt").write_text(RAW, "utf-8")
    Path("rows.jsonl").write_bytes(rows_of("a", "b", "c"))
    return tmp_path


def rows_of(*names: str, text: str = RAW) -> bytes:
    return b"".join(json.dumps({"page": name, "text": text}).encode() + b"\n" for name in names)


def packed(name: str, data: bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(pack(path, [data])))
    return path


def repair(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "repair", *arguments], input=given, capture_output=True, check=False)


def pages_in(name: str) -> list[str]:
    return [json.loads(line)["page"] for line in content(Path(name)).splitlines()]


def texts(folder: str) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(Path(folder).rglob("*.txt"))
        if ".repair" not in path.parts and path.is_file()
    }


# ---- one rule --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [[], ["--format", "json"], ["--format", "md"], ["--format", "jsonl"]])
@pytest.mark.parametrize("output", ["out.json", "out.txt", "out.md", "out.txt.gz", "out.json.zst", "out.html"])
@pytest.mark.parametrize("stdin", [False, True])
def test_several_pages_never_go_into_one_file(stdin: bool, output: str, form: list[str], capfd: Capture) -> None:
    """Standard input is not even read: that it may hold more than one row is enough."""
    given = ["--rows"] if stdin else ["rows.jsonl"]
    assert main(["run", *given, *form, "-o", output]) == Exit.USAGE
    said = capfd.readouterr().err
    assert f"-o {output} is one file, and these may be several pages" in said
    assert f"or a file of rows, -o {Path(output).stem}.jsonl" in said
    assert not list(Path().glob("*out*"))


@pytest.mark.parametrize("inputs", [["in"], ["page.txt", "rows.jsonl"], ["in/*.txt"], ["page.txt", "--split-pages"]])
def test_nor_do_files(inputs: list[str]) -> None:
    Path("in").mkdir()
    Path("in/page.txt").write_text(RAW, "utf-8")
    assert main(["run", *inputs, "-o", "out.txt"]) == Exit.USAGE
    assert not Path("out.txt").exists()
    assert main(["run", *inputs, "-o", "out"]) == Exit.OK
    assert Path("out").is_dir()


@pytest.mark.parametrize(
    ("output", "form"),
    some(
        [
            ("x.jsonl", []),
            ("x.jsonl", ["--format", "jsonl"]),
            ("x.ndjson", []),
            ("x.jsonl.gz", []),
            ("x.jsonl.zst", ["--format", "jsonl"]),
            ("X.JSONL.GZ", []),
        ],
        every=3,
    ),
)
def test_rows_go_into_a_file_of_rows(output: str, form: list[str]) -> None:
    done = repair("run", "--rows", *form, "-q", "-o", output, given=rows_of("a", "b", "c"))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert pages_in(output) == ["a", "b", "c"]
    first = Path(output).read_bytes()
    assert (first[:2] == b"\x1f\x8b") == output.lower().endswith("gz")
    assert main(["run", "rows.jsonl", *form, "-o", f"again-{output}"]) == Exit.OK
    assert Path(f"again-{output}").read_bytes() == first
    assert main(["run", "rows.jsonl", *form, "-o", output]) == Exit.OK
    assert Path(output).read_bytes() == first


def test_documents_go_into_a_file_of_rows_too() -> None:
    assert main(["run", "rows.jsonl", "--format", "json", "-o", "out.jsonl"]) == Exit.OK
    documents = [json.loads(line) for line in Path("out.jsonl").read_bytes().splitlines()]
    assert [document["name"] for document in documents] == ["a", "b", "c"]


@pytest.mark.parametrize("output", some(["out/", "out", "there"]))
def test_rows_go_into_a_folder(output: str) -> None:
    Path("there").mkdir()
    assert repair("run", "--rows", "-o", output, given=rows_of("a", "b/c")).returncode == 0
    assert texts(output) == {"a.txt": REPAIRED, "b/c.txt": REPAIRED}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["page.txt", "--format", "txt", "-o", "out.jsonl"], "is a name for rows, and --format txt gives none"),
        (["page.txt", "--format", "md", "-o", "out.jsonl.gz"], "is a name for rows, and --format md gives none"),
        (["page.txt", "--format", "jsonl", "-o", "out.txt"], "is no name for rows, which --format jsonl gives"),
        (["page.txt", "--ledger", "l.jsonl", "-o", "out.jsonl"], "--ledger is for one page"),
        (["--rows", "--ledger", "l.jsonl"], "--ledger is for one page"),
        (["rows.jsonl", "-o", "page.txt/"], "page.txt/ is a file, and not a folder"),
    ],
)
def test_names_and_formats_that_do_not_fit(arguments: list[str], said: str, capfd: Capture) -> None:
    before = sorted(Path().iterdir())
    assert main(["run", *arguments]) == Exit.USAGE
    assert said in capfd.readouterr().err
    assert sorted(Path().iterdir()) == before


def test_a_name_of_rows_asks_for_rows() -> None:
    assert main(["run", "page.txt", "-o", "out.jsonl"]) == Exit.OK
    assert pages_in("out.jsonl") == ["page.txt"]


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs /dev/stdout")
@pytest.mark.parametrize("output", ["-", "/dev/stdout"])
def test_standard_output_by_name(output: str, capfd: Capture) -> None:
    assert main(["run", "page.txt", "-o", output]) == Exit.OK
    assert main(["run", "rows.jsonl", "-o", output]) == Exit.OK
    assert capfd.readouterr().out == REPAIRED * 4
    assert not Path("/dev/stdout.ledger.jsonl").exists() and not Path("-").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_gets_no_ledger_beside_it() -> None:
    os.mkfifo("pipe")
    with subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE) as reader:
        assert main(["run", "page.txt", "-o", "pipe"]) == Exit.OK
        assert reader.stdout and reader.stdout.read() == REPAIRED.encode()
    assert not Path("pipe.ledger.jsonl").exists()


# ---- names that meet -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "other", "form"),
    [
        ("ok", "ok.txt", "txt"),
        ("ok", "ok", "txt"),
        ("a/b", "a//b", "txt"),
        ("a/b", "a/./b", "txt"),
        ("x.txt", "x.md", "json"),
        ("x.y", "x.y.txt", "txt"),
        ("a", "a.txt/b", "txt"),
        ("a.txt/b", "a", "txt"),
        ("x", "x.jsonl.ledger.txt", "jsonl"),
        ("x", "x.txt.ledger.jsonl/y", "txt"),
        ("x", "manifest.txt", "jsonl"),
        ("x", "manifest.jsonl/y", "txt"),
        ("x", "report.html/y", "txt"),
        ("x", "failures.txt", "jsonl"),
        ("x", "report/x.txt.html/y", "txt"),
    ],
)
def test_of_two_rows_that_meet_the_later_fails_alone(first: str, other: str, form: str, capfd: Capture) -> None:
    Path("rows.jsonl").write_bytes(rows_of(first) + rows_of(other, text="另一张。\n") + rows_of("last"))
    options = ["run", "rows.jsonl", "--format", form, "-o", "out"]
    assert main(options) == Exit.FAILED
    assert 'has the same "page"' in (said := capfd.readouterr().err) or "the run's own" in said
    one, failed, last = read_manifest(Path("out"))[1]
    assert [row["outcome"] for row in (one, failed, last)] == ["repaired", "failed", "repaired"]
    assert "新桥" in Path("out", one["page"]).read_text("utf-8")
    assert json.loads(Path("out/failures.jsonl").read_bytes())["page"] == failed["page"]


@pytest.mark.slow
def test_so_does_a_row_of_standard_input() -> None:
    given = rows_of("ok") + rows_of("ok.txt", text="另一张。\n") + rows_of("last")
    for _ in range(2):
        assert repair("run", "--rows", "-o", "out", given=given).returncode == Exit.FAILED
        assert [row["outcome"] for row in read_manifest(Path("out"))[1]] == ["repaired", "failed", "repaired"]
    assert "新桥" in Path("out/ok.txt").read_text("utf-8")


def test_a_row_that_meets_a_file_and_a_file_that_meets_a_row() -> None:
    Path("rows.jsonl").write_bytes(rows_of("page", "other"))
    assert main(["run", "page.txt", "rows.jsonl", "-o", "one"]) == Exit.FAILED
    assert [row["outcome"] for row in read_manifest(Path("one"))[1]] == ["repaired", "failed", "repaired"]
    assert main(["run", "rows.jsonl", "page.txt", "-o", "two"]) == Exit.USAGE


def test_names_that_differ_stay_apart_where_the_disk_tells_them_apart() -> None:
    names = ("Page", "page2", unicodedata.normalize("NFC", "é"), unicodedata.normalize("NFD", "é"), "b/a", "ba")
    sources = [Source(name, None, Path(f"{name}.txt"), row=b"{}") for name in (*names, "page")]
    assert not any(source.problem for source in distinct(sources))


@pytest.mark.parametrize(
    ("first", "other"),
    [("Page", "page"), ("a/b", "A/b"), ("é", "e\u0301"), ("É", "e\u0301"), ("a.txt/b", "A"), ("ß", "SS")],
)
def test_names_meet_that_the_disk_takes_for_one(first: str, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct_names, "_folds_case", lambda _: True)
    Path("rows.jsonl").write_bytes(rows_of(first, other, "last"))
    assert main(["run", "rows.jsonl", "-o", "out"]) == Exit.FAILED
    assert [row["outcome"] for row in read_manifest(Path("out"))[1]] == ["repaired", "failed", "repaired"]
    assert len(texts("out")) == 2


def test_whether_the_disk_tells_case_apart_is_looked_up(house: Path) -> None:
    Path("probe").touch()
    assert distinct_names._folds_case(house / "out") == Path("PROBE").exists()


def test_rows_that_meet_on_standard_output_are_apart_unless_named_the_same(capfd: Capture) -> None:
    Path("rows.jsonl").write_bytes(rows_of("A", "a", "b", "b"))
    assert main(["run", "rows.jsonl"]) == Exit.FAILED
    out, err = capfd.readouterr()
    assert out == REPAIRED * 3
    assert 'b has the same "page" as an earlier row' in err


@pytest.mark.parametrize("names", [("a/x.txt", "b/x.txt"), ("a/x.txt", "a/x.txt.gz")])
def test_two_files_that_meet_are_wrong_usage(names: tuple[str, str], capfd: Capture) -> None:
    for name in names:
        packed(name, RAW.encode())
    assert main(["run", *names, "-o", "out"]) == Exit.USAGE
    assert f"{names[0]} and {names[1]} would both be written to x.txt" in capfd.readouterr().err
    assert not Path("out").exists()


# ---- compressed files ------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_pages_in_folders_globs_and_by_name(suffix: str) -> None:
    for name in ("in/one.txt", "in/b/two.md", "in/photo.jpg"):
        packed(f"{name}{suffix}", RAW.encode("gb18030"))
    for number, given in enumerate((["in"], ["in/**/*.[tm]*"], [f"in/one.txt{suffix}", "in/b"])):
        assert main(["run", *given, "-o", f"out{number}", "--encoding", "gb18030"]) == Exit.OK
        assert len(list(read_manifest(Path(f"out{number}"))[1])) == 2
        assert Path(f"out{number}/one.txt").read_text("gb18030") == REPAIRED
    whole = ["run", f"in/one.txt{suffix}", "-o", f"one.txt{suffix}", "--encoding", "gb18030"]
    assert main(whole) == Exit.OK
    assert content(Path(f"one.txt{suffix}")).decode("gb18030") == REPAIRED
    first = Path(f"one.txt{suffix}").read_bytes()
    assert main(whole) == Exit.OK
    assert Path(f"one.txt{suffix}").read_bytes() == first
    assert main(["undo", f"one.txt{suffix}", "-o", f"back.txt{suffix}"]) == Exit.OK
    assert content(Path(f"back.txt{suffix}")) == content(Path(f"in/one.txt{suffix}"))
    assert main(["report", f"one.txt{suffix}"]) == Exit.OK
    assert main(["explain", f"one.txt{suffix}"]) == Exit.OK


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_pages_of_an_issue(suffix: str) -> None:
    for number in (1, 2):
        packed(f"in/page{number}.txt{suffix}", RAW.encode() * number)
    assert main(["issue", "in", "-o", "out"]) == Exit.OK
    assert main(["undo", "out", "-o", "back"]) == Exit.OK
    assert texts("back") == {"page1.txt": RAW, "page2.txt": RAW * 2}


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_rows_come_out_of_a_compressed_file(suffix: str) -> None:
    packed(f"pages.jsonl{suffix}", rows_of("a", "b"))
    assert main(["run", f"pages.jsonl{suffix}", "-o", "out"]) == Exit.OK
    assert texts("out") == {"a.txt": REPAIRED, "b.txt": REPAIRED}


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("harm", [lambda d: d[:-6], lambda d: d[: len(d) // 2], lambda d: b"", lambda d: d + b"more"])
def test_a_torn_file_fails_alone(harm: Callable[[bytes], bytes], suffix: str, capfd: Capture) -> None:
    torn = packed(f"in/a.txt{suffix}", RAW.encode())
    torn.write_bytes(harm(torn.read_bytes()))
    packed(f"in/b.txt{suffix}", RAW.encode())
    assert main(["run", "in", "-o", "out"]) == Exit.FAILED
    assert f"in/a.txt{suffix} is damaged or was cut short" in capfd.readouterr().err
    assert texts("out") == {"b.txt": REPAIRED}


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_what_is_whole_of_torn_rows_is_repaired_and_the_rest_told(suffix: str, capfd: Capture) -> None:
    chance = random.Random(7)
    names = [f"{number}-{chance.randbytes(40).hex()}" for number in range(4000)]
    data = packed(f"pages.jsonl{suffix}", b"".join(rows_of(name, text="好。") for name in names)).read_bytes()
    Path(f"pages.jsonl{suffix}").write_bytes(data[: len(data) // 2])
    assert main(["run", f"pages.jsonl{suffix}", "-o", "out.jsonl"]) == Exit.FAILED
    assert "cannot be read, and what follows it" in capfd.readouterr().err
    done = pages_in("out.jsonl")
    assert done == names[: len(done)]
    assert len(done) > 100


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_the_size_allowed_is_that_of_what_is_packed(suffix: str, capfd: Capture) -> None:
    bomb = packed(f"in/a.txt{suffix}", b"\n" * 100_000_000)
    assert bomb.stat().st_size < 200_000
    packed(f"in/b.txt{suffix}", RAW.encode())
    assert main(["run", "in", "-o", "out"]) == Exit.FAILED
    assert f"in/a.txt{suffix} is larger than 50,000,000 bytes" in capfd.readouterr().err
    assert texts("out") == {"b.txt": REPAIRED}
    source = Source("b", Path(f"in/b.txt{suffix}"), Path("b"))
    size = len(RAW.encode())
    assert read_bytes(source, size) == RAW.encode()
    with pytest.raises(ReadError, match="is larger than"):
        read_bytes(source, size - 1)


@pytest.mark.parametrize("name", ["a.gz", "a.zst"])
def test_packing(name: str) -> None:
    path = Path(name)
    once = b"".join(pack(path, [b"pa", b"ge"]))
    assert once == b"".join(pack(path, [b"page"])) or name.endswith("zst")
    assert unpack(path, once + once) == b"pagepage"  # as of files that were appended to one another
    assert unpack(path, once * 9, limit=10) == b"pagepagepag"
    path.write_bytes(once)
    with opened(path) as file:
        assert file.read() == b"page"
    assert plain_name(path) == Path("a")
    if name == "a.gz":
        assert once[4:8] == b"\0" * 4  # no time in the header
        assert gzip.decompress(once) == b"page"


def test_examples_in_docstrings() -> None:
    result = doctest.testmod(packing)
    assert result.attempted and not result.failed


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs signals")
@pytest.mark.parametrize("output", ["out.jsonl.zst"])
def test_a_run_into_a_compressed_file_that_is_killed_and_resumed(output: str) -> None:
    Path("rows.jsonl").write_bytes(b"".join(rows_of(f"p{n}", text=RAW * (1 + n % 5)) for n in range(60)))
    options = ["run", "rows.jsonl", "--jobs", "2", "-o"]
    assert main([*options, f"whole-{output}"]) == Exit.OK
    for wait in (0.6, 1.2, 1.8, 2.4):
        with subprocess.Popen([sys.executable, "-m", "repair", *options, output], start_new_session=True) as running:
            time.sleep(wait)
            os.killpg(running.pid, signal.SIGKILL)
    assert main([*options, output]) == Exit.OK
    assert Path(output).read_bytes() == Path(f"whole-{output}").read_bytes()
    left = {path.name for path in Path(f".{output}.repair").iterdir()}
    assert left <= {"lock"}


@pytest.mark.slow
@pytest.mark.parametrize("output", some(["out.jsonl", "out.jsonl.gz"]))
@pytest.mark.parametrize("where", ["finish", "manifest"])
def test_a_death_between_the_file_and_its_manifest(output: str, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a second run with other options, over an output of the first: what is half done is never taken for edited."""
    from repair.batch.manifest import Manifest
    from repair.batch.sinks import FileSink

    options = ["run", "rows.jsonl", "-o"]
    assert main([*options, output]) == Exit.OK

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(*((FileSink, "finish") if where == "finish" else (Manifest, "finish")), die)
        assert main([*options, output, "--apply", "safe"]) == Exit.INTERRUPTED
    assert main([*options, output, "--apply", "safe"]) == Exit.OK
    assert main([*options, f"whole-{output}", "--apply", "safe"]) == Exit.OK
    assert Path(output).read_bytes() == Path(f"whole-{output}").read_bytes()


# ---- the time limit --------------------------------------------------------------------------------------------------


def never(*_: object, **__: object) -> None:
    while True:
        sum(range(1000))


@pytest.mark.parametrize("output", [[], ["-o", "out.txt"]])
def test_the_limit_holds_for_one_page(
    output: list[str], monkeypatch: pytest.MonkeyPatch, capfd: Capture, house: Path
) -> None:
    monkeypatch.setattr(engine, "run", never)
    assert main(["run", "page.txt", "--time-limit", "0.3", *output]) == Exit.FAILED
    assert capfd.readouterr() == (
        "",
        "repair: page.txt took longer than 0.3 seconds and was given up; --time-limit allows more.\n",
    )
    assert sorted(path.name for path in house.iterdir()) == ["page.txt", "rows.jsonl"]


def test_the_limit_holds_without_being_asked_for(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    monkeypatch.setattr(engine, "run", never)
    monkeypatch.setattr(cli_run, "SECONDS", 0.3)
    assert main(["run", "page.txt"]) == Exit.FAILED
    assert "took longer than 0.3 seconds" in capfd.readouterr().err
    assert "(default: 300)" in repair("run", "--help").stdout.decode()


@pytest.mark.slow
def test_a_page_that_took_too_long_is_put_out_as_it_is(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    monkeypatch.setattr(engine, "run", never)
    limited = ["run", "page.txt", "--time-limit", "3", "--on-error", "copy", "-o", "out.txt"]
    assert main(limited) == Exit.FAILED
    assert "It was put out as it is." in capfd.readouterr().err
    assert Path("out.txt").read_text("utf-8") == RAW


def test_ctrl_c_is_not_taken_for_the_limit(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "run", interrupted)
    assert main(["run", "page.txt", "--time-limit", "60"]) == Exit.INTERRUPTED
    assert "interrupted" in capfd.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("packing", ["", ".gz"])
def test_a_large_page_has_a_process_of_its_own(packing: str, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """Which can be ended whatever it is at; this one would not be done by then."""
    monkeypatch.setattr(engine, "run", never)  # here, and not there
    page = packed(f"large.txt{packing}", "，|新\n".encode() * 60_000)
    assert main(["run", str(page), "--time-limit", "0.5", "-o", "out.txt"]) == Exit.FAILED
    assert f"{page} took longer than 0.5 seconds" in capfd.readouterr().err
    assert not list(Path().glob("out*"))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_large_page_out_of_a_pipe_and_of_standard_input() -> None:
    data = RAW.encode() * 10_000
    Path("large.txt").write_bytes(data)
    Path("fast.toml").write_text('title = "fast"\nrules = ["widths/half-width-comma"]\n', "utf-8")
    chain = ["--chain", "fast.toml"]
    os.mkfifo("pipe")
    with subprocess.Popen(["timeout", "60", "cp", "large.txt", "pipe"]):
        assert main(["run", "pipe", *chain, "-o", "out.txt"]) == Exit.OK
    assert Path("out.txt").read_bytes() == REPAIRED.encode() * 10_000
    done = repair("run", *chain, given=data)
    assert (done.returncode, done.stdout, done.stderr) == (0, REPAIRED.encode() * 10_000, b"")


def test_targets_of_one_page_are_as_asked() -> None:
    targets = Targets.of(["page.txt"], "out.txt.gz", None, split=False, format=None)
    assert (targets.format, targets.folder, targets.one_file) == ("txt", False, False)
    with pytest.raises(UsageError, match="several pages need a folder"):
        Targets.of(["-"], "out.txt", None, split=False, format=None, rows=True)
    assert next(expand(["rows.jsonl"])).relative == Path("rows.jsonl")


# ---- documents in XML and HTML ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_document_among_the_pages_and_rows_fails_alone(capfd: Capture) -> None:
    hocr = "<!DOCTYPE html>\n<html><body><div class='ocr_page'>新桥</div></body></html>\n"
    packed("in/a.txt", hocr.encode())
    packed("in/b.txt", b"<table><tr><td>1</td></tr></table>\n" + RAW.encode())
    assert main(["run", "in", "-o", "out"]) == Exit.FAILED
    assert "in/a.txt is not text (looks like hOCR): extract its text first." in capfd.readouterr().err
    assert texts("out") == {"b.txt": f"<table><tr><td>1</td></tr></table>\n{REPAIRED}"}
    Path("rows.jsonl").write_bytes(rows_of("x", text="<alto:alto xmlns:alto='a'/>") + rows_of("y"))
    assert main(["run", "rows.jsonl", "-o", "rows"]) == Exit.FAILED
    assert "x is not text (looks like ALTO)" in capfd.readouterr().err
    assert texts("rows") == {"y.txt": REPAIRED}


# ---- what the encoding lacks -----------------------------------------------------------------------------------------

DOT = """
title = "a dot in the middle"
phase = "text"
kind = "pattern"
safety = "{safety}"
find = '・'
replace = "·"
why = "For a test."
[[example]]
raw = "甲・乙"
gold = "甲·乙"
[[keep]]
text = "甲乙"
"""
JAPANESE = "本社記者・山田,新橋に赴く。\n多くの市民・学生,これを見る。\n"


def dotted(safety: str = "safe") -> list[str]:
    rules = '["text/dot", "widths/half-width-comma"]'
    packed("rules/text/dot.toml", DOT.format(safety=safety).encode())
    packed("rules/chains/dotted.toml", f'title = "dotted"\nrules = {rules}\n'.encode())
    return ["--rules", "rules", "--chain", "dotted"]


@pytest.mark.parametrize("form", ["txt", "md"])
def test_a_change_that_the_encoding_cannot_hold_is_refused_and_the_page_written(form: str, capfd: Capture) -> None:
    Path("page.txt").write_text(JAPANESE, "cp932")
    assert main(["run", "page.txt", *dotted(), "--format", form, "-o", "out.txt"]) == Exit.OK
    assert "・" in (said := Path("out.txt").read_text("cp932")) and "，" in said
    told = "page.txt: 2 changes of text/dot were not made: cp932 has no character '·' (U+00B7)."
    assert told in capfd.readouterr().err
    rows = [json.loads(line) for line in Path("out.txt.ledger.jsonl").read_bytes().splitlines()]
    refused = [row for row in rows if row.get("outcome") == "refused"]
    assert [row["reason"] for row in refused] == [
        "a dot in the middle; refused: cp932 has no character '·' (U+00B7)"
    ] * 2
    if form == "txt":
        assert main(["undo", "out.txt", "-o", "back.txt"]) == Exit.OK
        assert Path("back.txt").read_bytes() == Path("page.txt").read_bytes()


@pytest.mark.parametrize("options", [["--output-encoding", "utf-8"], ["--format", "json"]])
def test_where_the_output_can_hold_it_the_change_is_made(options: list[str], capfd: Capture) -> None:
    Path("page.txt").write_text(JAPANESE, "cp932")
    assert main(["run", "page.txt", *dotted(), *options]) == Exit.OK
    out, err = capfd.readouterr()
    assert "本社記者·山田" in out
    assert err == ""


def test_an_encoding_asked_for_holds_changes_back_too(capfd: Capture) -> None:
    Path("page.txt").write_text(JAPANESE, "utf-8")
    asked = ["run", "page.txt", *dotted(), "-o", "out.txt", "--output-encoding"]
    assert main([*asked, "cp932"]) == Exit.OK
    assert "cp932 has no character '·'" in capfd.readouterr().err
    assert Path("out.txt").read_bytes() == JAPANESE.replace(",", "，").encode("cp932")
    assert main([*asked, "latin-1"]) == Exit.WRITE  # the raw text itself
    assert "line 1: iso8859-1 has no character '本'" in capfd.readouterr().err


def test_a_suggestion_that_the_encoding_lacks_is_a_suggestion(capfd: Capture) -> None:
    Path("page.txt").write_text(JAPANESE, "cp932")
    assert main(["run", "page.txt", "-q", *dotted("suggest"), "-o", "out.txt"]) == Exit.OK
    assert capfd.readouterr().err == ""


def test_a_folder_with_such_a_page_is_whole(capfd: Capture) -> None:
    packed("in/a.txt", JAPANESE.encode("cp932"))
    packed("in/b.txt", JAPANESE.encode())
    assert main(["run", "in", *dotted(), "-o", "out"]) == Exit.OK
    assert capfd.readouterr().err.count("not made") == 1
    assert Path("out/b.txt").read_text("utf-8") == JAPANESE.replace(",", "，").replace("・", "·")
