"""Runs over folders: the same results whatever happens on the way."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from repair.batch import run as batch_run
from repair.batch import work
from repair.batch.manifest import Manifest, read_manifest
from repair.batch.places import Places
from repair.batch.pool import Lost, Ready, in_processes
from repair.batch.rows import unrolled
from repair.batch.settings import Settings
from repair.batch.work import Job
from repair.cli import Exit, main
from repair.core.change import Safety
from repair.core.errors import ReadError, RunError, UsageError, WriteError
from repair.estimate import NAMES
from repair.files import sources
from repair.files.sources import Source, expand, read_bytes
from repair.files.targets import Targets
from repair.files.writing import discard
from repair.rulebook.load import load_chain

RULES = {
    "rules/text/bridge.toml": """
title = "a look-alike"
phase = "text"
kind = "pattern"
safety = "safe"
find = '析(?=通车)'
replace = "桥"
why = "The characters look alike."
[[example]]
raw = "新析通车"
gold = "新桥通车"
[[keep]]
text = "分析"
""",
    "rules/chains/own.toml": 'title = "for tests"\nrules = ["text/bridge", "widths/half-width-comma"]\n',
}
RAW = "新析通车,人人说好。\n"
REPAIRED = "新桥通车，人人说好。\n"
KILLS = int(os.environ.get("REPAIR_KILLS", "8"))


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with rules and a folder of pages."""
    monkeypatch.chdir(tmp_path)
    for name, content in RULES.items():
        written(name, content)
    for number in range(1, 6):
        written(f"in/{'ab'[number % 2]}/page{number}.txt", RAW * number)
    return tmp_path


def written(name: str, content: str | bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return path


def run(*arguments: str) -> int:
    return main(["run", "--rules", "rules", "--chain", "own", *arguments])


def tree(folder: str = "out") -> dict[str, bytes]:
    """All files of an output folder, but what only the program needs."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file() and path.parts[1] != ".repair"
    }


def texts(folder: str = "out") -> dict[str, bytes]:
    """The repaired pages alone."""
    return {name: data for name, data in tree(folder).items() if name.endswith(".txt")}


def rows(folder: str = "out") -> list[dict]:
    return list(read_manifest(Path(folder))[1])


def lines(path: str | bytes) -> list[dict]:
    data = Path(path).read_bytes() if isinstance(path, str) else path
    return [json.loads(line) for line in data.splitlines()]


# ---- the tree, the manifest, the failures ----------------------------------------------------------------------------


def test_the_manifest_has_a_row_a_page_in_the_order_of_the_inputs(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("in", "-o", "out") == Exit.OK
    assert capfd.readouterr().err == (
        "repair: 5 pages repaired: 30 changes (30 safe); explain a page with: repair explain out/PAGE\n"
    )
    header, found = read_manifest(Path("out"))
    assert (header["chain"], header["pages"], header["apply"]) == ("own", 5, "likely")
    found = list(found)
    assert [row["page"] for row in found] == [
        "a/page2.txt",
        "a/page4.txt",
        "b/page1.txt",
        "b/page3.txt",
        "b/page5.txt",
    ]
    first = found[0]
    assert first["outcome"] == "repaired"
    assert first["input_sha256"] == hashlib.sha256(Path("in/a/page2.txt").read_bytes()).hexdigest()
    assert first["raw_chars"] == 2 * len(RAW)
    assert first["changes"] == {"applied": 4}
    assert first["safety"] == {"safe": 4}
    assert first["rules"] == {"text/bridge": [2, 0], "widths/half-width-comma": [2, 0]}
    assert Path("out/a/page2.txt").read_text("utf-8") == REPAIRED * 2


def test_one_process_and_many_give_the_same_tree() -> None:
    written("in/bad.txt", b"%PDF-1.7")
    assert run("in", "-o", "one") == run("in", "-o", "many", "--jobs", "3") == Exit.FAILED
    assert tree("one") == tree("many")


def test_failures_are_listed_and_can_be_given_as_the_input(capfd: pytest.CaptureFixture[str]) -> None:
    bad = written("in/a/bad.txt", b"%PDF-1.7")
    assert run("in", "-o", "out") == Exit.FAILED
    assert "1 input failed and can be given again: repair run out/failures.jsonl" in capfd.readouterr().err
    (failure,) = lines("out/failures.jsonl")
    assert failure["page"] == "a/bad.txt"
    assert failure["file"] == str(bad.absolute())
    assert failure["error"]["kind"] == "read"
    bad.write_text(RAW, "utf-8")
    assert run("out/failures.jsonl", "-o", "out") == Exit.OK
    assert Path("out/a/bad.txt").read_text("utf-8") == REPAIRED
    assert not Path("out/failures.jsonl").exists()
    assert [row["outcome"] for row in rows()] == ["repaired"] * 6
    before = tree()
    assert run("in", "-o", "out") == Exit.OK
    assert tree() == before


def test_a_failed_page_of_a_split_file_is_given_again_as_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree("in")
    written("in/two.txt", f"{RAW}\f{RAW}")
    assert run("in", "-o", "out", "--split-pages") == Exit.OK
    assert [(row["page"], row["part"], row["of"]) for row in rows()] == [
        ("two-p1.txt", [1, 2], "two.txt"),
        ("two-p2.txt", [2, 2], "two.txt"),
    ]
    places = Places(Path("out"), True)
    with places.rows() as manifest:
        failed = manifest.get("two-p2.txt")
        assert failed
        manifest.add([failed | {"outcome": "failed", "error": {"kind": "law", "said": ""}, "given": {"file": "x"}}])
        assert places.list_failures(manifest) == 1
    assert [row["page"] for row in lines("out/failures.jsonl")] == ["two.txt"]
    assert run("in", "-o", "out", "--split-pages") == Exit.OK
    assert [row["outcome"] for row in rows()] == ["repaired"] * 2


@pytest.mark.parametrize("form", ["txt", "json", "jsonl", "md"])
def test_on_error_copy_puts_the_page_out_as_it_is(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page whose repair breaks is written unrepaired, with a ledger that leads back."""
    from repair.core import engine

    whole = engine.run
    page = Path("in/b/page1.txt")

    def broken(page, chain, **how):
        if chain.rules:
            raise IndexError
        return whole(page, chain, **how)

    monkeypatch.setattr(engine, "run", broken)
    targets = Targets.of(["in"], "out", None, split=False, format=form)
    chain = load_chain("own", ["rules"])
    (source,) = targets.placed([Source(str(page), page, Path("page1.txt"))])
    (done,) = Job(Settings("own", ("rules",), chain.digest, targets, copy=True), chain).source(source).pages
    row = done.settled().row
    assert (row["outcome"], row["error"]["kind"]) == ("copied", "defect")
    output = Path("out") / row["page"]
    if form == "txt":
        assert output.read_bytes() == page.read_bytes()
        assert main(["undo", str(output), "-o", "raw.txt"]) == Exit.NOTHING
    assert "新析通车,人人说好" in output.read_text("utf-8")


def test_on_error_copy_keeps_the_bytes_of_what_is_no_text() -> None:
    written("in/bad.txt", b"%PDF-1.7")
    assert run("in", "-o", "out", "--on-error", "copy") == Exit.FAILED
    assert Path("out/bad.txt").read_bytes() == b"%PDF-1.7"
    assert rows()[-1]["outcome"] == "copied"
    assert [row["page"] for row in lines("out/failures.jsonl")] == ["bad.txt"]
    assert run("in", "-o", "out", "--on-error", "copy") == Exit.FAILED  # and over it again, for it is ours


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--on-error", "abort"), ("--max-errors", "0"), ("--max-errors", "10%")])
def test_a_run_can_be_ended_by_failures_and_gone_on_with(
    options: tuple[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    bad = written("in/a/bad.txt", b"%PDF-1.7")
    assert run("in", "-o", "out", *options) == Exit.FAILED
    said = capfd.readouterr().err
    assert "bad.txt is not text" in said
    assert "Run the same command again to go on." in said
    assert [row["page"] for row in lines("out/failures.jsonl")] == ["a/bad.txt"]
    bad.write_text(RAW, "utf-8")
    assert run("in", "-o", "out", *options) == Exit.OK
    shutil.rmtree("in/a/bad.txt", ignore_errors=True)
    assert run("in", "-o", "other") == Exit.OK
    assert tree() == tree("other")


def test_a_share_of_failures_is_of_all_inputs() -> None:
    written("in/bad.txt", b"%PDF-1.7")
    assert run("in", "-o", "out", "--max-errors", "20%") == Exit.FAILED
    assert len(rows()) == 6


@pytest.mark.parametrize(
    "options",
    [
        ("--jobs", "0"),
        ("--jobs", "1000000000"),
        ("--max-errors", "many"),
        ("--time-limit", "0"),
        ("--diff", "-o", "out.jsonl", "--format", "jsonl"),
    ],
)
def test_odd_options_are_refused(options: tuple[str, ...]) -> None:
    assert run("in", *options) == Exit.USAGE


# ---- what is there already -------------------------------------------------------------------------------------------


def inodes() -> dict[str, int]:
    """Which files the pages are; each is held, for the disk soon gives the number of one that goes to another."""
    found = {name: Path("out", name).stat().st_ino for name in tree() if name.endswith(".txt")}
    Path("held").mkdir(exist_ok=True)
    for name, number in found.items():
        with suppress(FileExistsError):
            os.link(Path("out", name), Path("held", str(number)))
    return found


def test_a_second_run_does_what_is_new_or_was_changed_or_is_gone(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("in", "-o", "out") == Exit.OK
    before = inodes()
    written("in/b/page3.txt", RAW)
    written("in/c.txt", RAW)
    Path("out/b/page5.txt").unlink()
    assert run("in", "-o", "out", "-v") == Exit.OK
    assert "6 pages repaired (3 of them before)" in capfd.readouterr().err
    after = inodes()
    assert {name for name in after if after[name] != before.get(name)} == {"b/page3.txt", "b/page5.txt", "c.txt"}
    assert [row["page"] for row in rows()][-1] == "c.txt"
    assert run("in", "-o", "other") == Exit.OK
    assert {name: data for name, data in tree().items() if name != "manifest.jsonl"} == {
        name: data for name, data in tree("other").items() if name != "manifest.jsonl"
    }


def test_another_level_or_chain_is_done_anew() -> None:
    assert run("in", "-o", "out") == Exit.OK
    assert main(["run", "--rules", "rules", "--chain", "own", "in", "-o", "out", "--apply", "safe"]) == Exit.OK
    assert run("in", "-o", "safe", "--apply", "safe") == Exit.OK
    assert tree() == tree("safe")


def test_a_rule_that_was_changed_has_the_pages_done_anew() -> None:
    assert run("in", "-o", "out") == Exit.OK
    written("rules/text/bridge.toml", RULES["rules/text/bridge.toml"].replace('"桥"', '"橋"').replace("新桥", "新橋"))
    assert run("in", "-o", "out") == Exit.OK
    assert Path("out/a/page2.txt").read_text("utf-8") == REPAIRED.replace("桥", "橋") * 2


def test_verbose_has_a_line_for_every_page(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("in", "-v") == Exit.OK
    shown = capfd.readouterr()
    pages = [path.as_posix() for path in sorted(Path("in").rglob("*.txt"))]
    assert shown.err.splitlines()[:5] == [
        f"repair: {page}: {2 * int(page[-5])} changes ({2 * int(page[-5])} safe)" for page in pages
    ]
    assert shown.out == REPAIRED * 15


def test_an_output_that_was_edited_is_left(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("in", "-o", "out") == Exit.OK
    edited = written("out/a/page2.txt", "by hand")
    assert run("in", "-o", "out") == Exit.OK
    assert run("in", "-o", "out", "--apply", "safe") == Exit.WRITE
    assert "out/a/page2.txt was edited since it was written, and is not written over." in capfd.readouterr().err
    assert edited.read_text() == "by hand"
    assert run("in", "-o", "out", "--apply", "safe", "--existing", "overwrite") == Exit.OK
    assert edited.read_text("utf-8") == REPAIRED * 2


def test_a_file_of_somebody_else_is_left(capfd: pytest.CaptureFixture[str]) -> None:
    mine = written("out/a/page2.txt", "mine")
    assert run("in", "-o", "out") == Exit.WRITE
    assert "out/a/page2.txt was not written by this program" in capfd.readouterr().err
    assert mine.read_text() == "mine"
    assert len(rows()) == 5


def test_existing_abort_does_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    written("out/a/page2.txt", "mine")
    assert run("in", "-o", "out", "--existing", "abort") == Exit.USAGE
    assert "out/a/page2.txt is there already" in capfd.readouterr().err
    assert list(tree()) == ["a/page2.txt"]
    assert run("in/a/page2.txt", "-o", "out/a/page2.txt", "--existing", "skip") == Exit.OK
    assert run("in/a/page2.txt", "-o", "out/a/page2.txt", "--existing", "abort") == Exit.USAGE
    assert Path("out/a/page2.txt").read_text() == "mine"


def test_overwrite_makes_all_again() -> None:
    assert run("in", "-o", "out") == Exit.OK
    before, texts = inodes(), tree()
    assert run("in", "-o", "out", "--existing", "overwrite") == Exit.OK
    assert not set(before.values()) & set(inodes().values())
    assert tree() == texts


@pytest.mark.parametrize("name", ["manifest.txt", "failures.txt"])
def test_no_page_takes_the_place_of_the_manifest(name: str) -> None:
    written(f"in/{name}", RAW)
    assert run("in", "-o", "out", "--format", "jsonl") == Exit.USAGE
    assert not Path("out").exists()


def test_a_manifest_that_was_edited_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("in", "-o", "out") == Exit.OK
    with Path("out/manifest.jsonl").open("a") as file:
        file.write("and so on\n")
    assert run("in", "-o", "out") == Exit.FAILED
    assert "out/manifest.jsonl, line 7: not a row of a manifest" in capfd.readouterr().err


# ---- death -----------------------------------------------------------------------------------------------------------


def started(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "repair", "run", "--rules", "rules", "--chain", "own", *arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)


def many_pages() -> None:
    for number in range(60):
        written(f"in/c/page{number}.txt", RAW * (1 + number % 7))
    written("in/c/bad.txt", b"%PDF-1.7")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs signals")
@pytest.mark.parametrize("output", ["out", "out.jsonl"])
def test_a_run_that_is_killed_and_resumed_is_as_one_that_was_not(output: str) -> None:
    """`REPAIR_KILLS` runs are killed at random moments, the working processes with or without their parent."""
    many_pages()
    options = ["in", "--jobs", "2", *(["--format", "jsonl"] if output.endswith("l") else [])]
    assert run(*options, "-o", f"whole-{output}") == Exit.FAILED
    wanted = results(f"whole-{output}", output)
    begun = time.perf_counter()
    with started(*options, "-o", f"timed-{output}") as timed:
        timed.wait()
    lasts = time.perf_counter() - begun
    chance = random.Random(20260224)
    for number in range(KILLS):
        name = f"{number}-{output}"
        with started(*options, "-o", name) as running:
            time.sleep(chance.uniform(0.2, 1.0) * lasts)
            (os.killpg if number % 2 else os.kill)(running.pid, signal.SIGKILL)
        assert run(*options, "-o", name) == Exit.FAILED
        assert results(name, output) == wanted


def results(name: str, output: str) -> dict[str, bytes]:
    """The files of a run into `name`, named as if it had been into `output`; nothing half-written is among them."""
    found = tree(name) if Path(name).is_dir() else {path.name: path.read_bytes() for path in Path().glob(f"{name}*")}
    assert not list(Path().rglob(".repair-*.tmp"))
    return {file.replace(name, output): data for file, data in found.items()}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs signals")
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_asked_to_end_goes_on_later(sent: signal.Signals) -> None:
    many_pages()
    for number in range(400):
        written(f"in/d/page{number}.txt", RAW)
    with started("in", "-o", "out") as running:
        while not Path("out/.repair/journal.jsonl").exists() or not Path("out/.repair/journal.jsonl").read_bytes():
            time.sleep(0.01)
        os.kill(running.pid, sent)
        assert running.wait() == Exit.INTERRUPTED
        assert running.stderr
        assert b"run the command again" in running.stderr.read()
    assert not list(Path("out").rglob("*.tmp"))
    assert 0 < len(lines("out/.repair/journal.jsonl")) < 466
    assert run("in", "-o", "out") == run("in", "-o", "other") == Exit.FAILED
    assert tree() == tree("other")


def died(done: int, *, torn: bool = False) -> None:
    """Make the output folder one of a run that died after some pages."""
    assert run("in", "-o", "out") == Exit.OK
    said = Path("out/manifest.jsonl").read_bytes().splitlines(keepends=True)[1:]
    Path("out/manifest.jsonl").unlink()
    for row in said[done:]:
        page = Path("out") / json.loads(row)["page"]
        page.unlink()
        page.with_name(f"{page.name}.ledger.jsonl").unlink()
    written("out/.repair/journal.jsonl", b"".join(said[:done]) + (said[done][:40] if torn else b""))
    written("out/a/.repair-0.tmp", "half")


@pytest.mark.slow
@pytest.mark.parametrize("torn", [False, True])
def test_what_was_done_before_a_death_is_not_done_again(torn: bool) -> None:
    assert run("in", "-o", "other") == Exit.OK
    died(3, torn=torn)
    before = inodes()
    assert run("in", "-o", "out") == Exit.OK
    after = inodes()
    assert {name: after[name] for name in before} == before
    assert tree() == tree("other")


@pytest.mark.slow
@pytest.mark.parametrize("left", [b"", REPAIRED.encode()[:7]])
def test_what_a_power_cut_took_from_the_disk_is_done_again(left: bytes) -> None:
    assert run("in", "-o", "other") == Exit.OK
    died(3)
    if left:
        written("out/a/page2.txt", left)
        Path("out/a/page2.txt.ledger.jsonl").unlink()
        assert run("in", "-o", "out") == Exit.WRITE  # it could be somebody's work
        assert run("in", "-o", "out", "--existing", "overwrite") == Exit.OK
    else:
        Path("out/a/page2.txt").unlink()
        assert run("in", "-o", "out") == Exit.OK
    assert tree() == tree("other")


@pytest.mark.slow
def test_a_process_that_dies_or_is_too_slow_costs_its_task_only() -> None:
    tasks = [("ok", None), ("die", None), ("sleep", None), ("ok", Ready("known")), ("ok", None)]
    for in_order in (False, True):
        done = in_processes(tasks, _work, _begin, ("ok",), jobs=2, limit=0.5, in_order=in_order)
        with closing(done) as groups:
            found = [pair for group in groups for pair in group]
        results = [result.kind if isinstance(result, Lost) else result for _, result in found]
        wanted = ["worked", "crash", "time", "known", "worked"]
        assert results == wanted if in_order else sorted(results) == sorted(wanted)
    assert "signal 9" in next(result.said for task, result in found if task == "die")
    assert "longer than 0.5 seconds" in next(result.said for task, result in found if task == "sleep")


def test_a_page_that_brings_down_its_process_fails_alone(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(batch_run, "_work", _die_of_page_4)
    assert run("in", "-o", "out") == Exit.FAILED
    said = capfd.readouterr().err
    assert "in/a/page4.txt" in said and "ended with signal 9" in said
    assert {row["page"]: row["outcome"] for row in rows() if row["outcome"] != "repaired"} == {"a/page4.txt": "failed"}
    assert len(rows()) == 5


def _die_of_page_4(task: tuple) -> object:
    if any("page4" in str(part) for part in task):
        os.kill(os.getpid(), signal.SIGKILL)
    return batch_run._work(task)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_processes_that_are_killed_while_they_have_nothing_to_do_are_made_anew() -> None:
    def tasks() -> Iterator[tuple[str, None]]:
        yield from (("ok", None),) * 200
        time.sleep(1)  # all is done by now
        me = os.getpid()
        for child in Path(f"/proc/{me}/task/{me}/children").read_text().split():
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)
        time.sleep(1)
        yield from (("ok", None),) * 200

    for in_order in (False, True):
        done = in_processes(tasks(), _work, _begin, ("ok",), jobs=2, limit=None, in_order=in_order)
        with closing(done) as groups:
            assert [result for group in groups for _, result in group] == ["worked"] * 400


@pytest.mark.slow
def test_processes_that_cannot_begin_end_the_run() -> None:
    done = in_processes([("ok", None)] * 99, _work, _fail, ("ok",), jobs=2, limit=None, in_order=False)
    with closing(done) as groups, pytest.raises(RunError, match="end as soon as they begin"):
        list(groups)


def _fail(_: str) -> None:
    raise ValueError


def _begin(_: str) -> None:
    """Nothing is prepared."""


def _work(task: str) -> str:
    if task == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if task == "sleep":
        time.sleep(60)
    return "worked"


@pytest.mark.slow
def test_the_time_limit_is_told_and_the_page_copied_if_that_is_asked(capfd: pytest.CaptureFixture[str]) -> None:
    written("in/slow.txt", "，\n" * 60_000 + "新桥")
    slow = ["run", "in", "--time-limit", "0.7"]
    assert main([*slow, "-o", "out"]) == Exit.FAILED
    assert "in/slow.txt took longer than 0.7 seconds" in capfd.readouterr().err
    assert {row["page"]: row["outcome"] for row in rows()}.pop("slow.txt") == "failed"
    assert len(rows()) == 6
    assert main([*slow, "-o", "copied", "--on-error", "copy"]) == Exit.FAILED
    assert Path("copied/slow.txt").read_bytes() == Path("in/slow.txt").read_bytes()


# ---- faults ----------------------------------------------------------------------------------------------------------


def test_a_second_run_into_a_folder_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    for output in ("out", "out.jsonl"):
        with Places(Path(output), output == "out").locked():
            assert run("in", "-o", output, "--format", "jsonl") == Exit.USAGE
            assert f"{output}: another run is writing there." in capfd.readouterr().err


def test_a_file_that_vanishes_fails_alone() -> None:
    def vanishing() -> Iterator[Source]:
        for source in expand(["in"]):
            if source.path and source.path.name == "page4.txt":
                source.path.unlink()
            yield source

    job = Job(settings("out"))
    done = [job.source(source).pages[0].settled().row for source in vanishing()]
    assert [row["outcome"] for row in done].count("failed") == 1
    assert "page4.txt does not exist" in done[1]["error"]["said"]


def settings(output: str) -> Settings:
    return Settings("own", ("rules",), "", Targets.of(["in"], output, None, split=False, format="txt"))


@pytest.mark.parametrize("times", [1, 2])
def test_a_file_that_changes_while_it_is_read(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    page = written("page.txt", RAW)
    changes = iter(range(times))
    whole = sources._limited

    def read(file, limit):
        data = whole(file, limit)
        if next(changes, None) is not None:
            page.write_bytes(page.read_bytes() + b"more\n")
        return data

    monkeypatch.setattr(sources, "_limited", read)
    source = Source("page.txt", page, Path("page.txt"))
    if times == 1:
        assert read_bytes(source) == RAW.encode() + b"more\n"
    else:
        with pytest.raises(ReadError, match=r"page.txt is being written to just now"):
            read_bytes(source)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs names of any bytes")
def test_names_that_are_not_utf8() -> None:
    name = os.fsdecode("报.txt".encode("gbk"))
    for folder in ("in", os.fsdecode(b"in/\xb1\xa8")):
        written(f"{folder}/{name}", RAW)
        written(f"{folder}/bad-{name}", b"%PDF-1.7")
    assert run("in", "-o", "out") == Exit.FAILED
    assert Path("out", name).read_text("utf-8") == REPAIRED
    assert {row["page"] for row in rows()} >= {name, f"{os.fsdecode(bytes([0xB1, 0xA8]))}/{name}"}
    for path in Path("in").rglob("bad-*"):
        path.write_text(RAW, "utf-8")
    assert run("out/failures.jsonl", "-o", "out") == Exit.OK
    assert run("in", "-o", "other") == Exit.OK
    assert texts() == texts("other")


def test_links_that_loop() -> None:
    Path("in/a/up").symlink_to(Path("in").absolute())
    Path("in/self.txt").symlink_to("self.txt")
    assert run("in", "-o", "out") == Exit.FAILED
    assert [row["page"] for row in rows() if row["outcome"] == "failed"] == ["self.txt"]
    assert sum(row["outcome"] == "repaired" for row in rows()) == 5


UNPRIVILEGED = 65534


def test_a_folder_that_cannot_be_written_to(house: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = house / "out"
    out.mkdir(mode=0o555)
    if os.geteuid() == 0:
        pytest.skip("the superuser may write everywhere; see test_a_disk_that_is_full")
    assert run("in", "-o", "out") == Exit.WRITE
    assert "out/.repair cannot be written: no permission" in capfd.readouterr().err


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mounts a disk of its own, which needs the superuser."""
    place = tmp_path / "disk"
    place.mkdir()

    def mounted(*options: str) -> Path:
        mount = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(place)]
        if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("a disk cannot be mounted here")
        return place

    yield mounted
    if os.path.ismount(place):
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
def test_a_disk_that_is_full(small_disk: Callable[..., Path], capfd: pytest.CaptureFixture[str]) -> None:
    many_pages()
    Path("in/c/bad.txt").unlink()
    disk = small_disk("size=160k")
    assert run("in", "-o", str(disk / "out")) == Exit.WRITE
    said = capfd.readouterr().err
    assert "Traceback" not in said
    assert "disk" in said
    assert not list(disk.rglob("*.tmp"))
    for page in (disk / "out").rglob("*.txt"):
        assert page.read_text("utf-8").replace(REPAIRED, "") == ""
    subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
    assert run("in", "-o", str(disk / "out")) == Exit.OK
    assert run("in", "-o", "other") == Exit.OK
    os.chdir(disk)
    whole = tree()
    os.chdir(disk.parent)
    assert whole == tree("other")


@pytest.mark.slow
def test_a_disk_that_is_found_full_when_the_files_are_forced_to_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(files) -> None:
        discard(files)
        raise WriteError("out/x cannot be written") from OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(work, "settle", full)
        assert run("in", "-o", "out") == Exit.WRITE
    assert "The disk takes no more." in capfd.readouterr().err
    assert run("in", "-o", "out") == run("in", "-o", "other") == Exit.OK
    assert tree() == tree("other")


def test_a_disk_that_is_read_only(small_disk: Callable[..., Path], capfd: pytest.CaptureFixture[str]) -> None:
    disk = small_disk("size=1m,ro")
    assert run("in", "-o", str(disk / "out")) == Exit.WRITE
    assert "the disk is read-only" in capfd.readouterr().err


# ---- figures and reports ---------------------------------------------------------------------------------------------


def test_each_page_has_its_estimated_quality() -> None:
    written("in/cut.txt", "渠里来了水，渠边\n栽了树，镇上的人\n都来看。\n" * 3)
    assert main(["run", "in", "-o", "out"]) == Exit.OK
    quality = {row["page"]: row["quality"] for row in rows()}
    assert quality["cut.txt"]["before"] < quality["cut.txt"]["after"] <= 1
    assert quality["cut.txt"]["parts"].keys() <= set(NAMES)


@pytest.mark.slow
def test_a_page_of_which_much_is_doubtful_is_gone_on_with() -> None:
    """Some parts of the estimate are counts, not shares, and rise above one: the manifest is read all the same."""
    written("in/torn.txt", "\n\n".join(f"，第{number}渠里来了水，渠边也栽了树。" for number in "一二三四五六"))
    assert main(["run", "in", "-o", "out"]) == Exit.OK
    (row,) = (row for row in rows() if row["page"] == "torn.txt")
    assert max(row["quality"]["parts"].values()) > 1
    written("in/later.txt", "渠里来了水。\n")
    assert main(["run", "in", "-o", "out"]) == Exit.OK
    assert main(["report", "out"]) == Exit.OK


@pytest.mark.slow
@pytest.mark.parametrize("form", ["txt", "json"])
def test_a_run_writes_the_reports(form: str, capfd: pytest.CaptureFixture[str]) -> None:
    written("in/bad.txt", b"%PDF-1.7")
    options = ("in", "-o", "out", "--format", form)
    assert run(*options) == Exit.FAILED
    assert not Path("out/report.html").exists()
    assert run(*options, "--report") == Exit.FAILED
    assert "the overview is out/report.html" in capfd.readouterr().err
    reports = sorted(path.relative_to("out/report").as_posix() for path in Path("out/report").rglob("*.html"))
    assert reports == [f"{row['page']}.html" for row in rows() if row["outcome"] == "repaired"]
    overview = Path("out/report.html").read_text("utf-8")
    assert all(f'href="report/{report}"' in overview for report in reports)
    before = tree()
    assert main(["report", "out"]) == Exit.OK
    assert tree() == before
    assert run("in/bad.txt", "--report") == Exit.USAGE


# ---- JSON Lines ------------------------------------------------------------------------------------------------------


def page_rows(*pages: dict) -> bytes:
    return b"".join(json.dumps(page).encode() + b"\n" for page in pages)


def test_rows_in_and_articles_out_in_the_order_of_the_inputs() -> None:
    pages = [{"page": f"1950/p{n}", "text": RAW * n, "meta": {"n": n}} for n in range(1, 9)]
    written("pages.jsonl", page_rows(*pages))
    assert run("pages.jsonl", "-o", "articles.jsonl", "--format", "jsonl", "--jobs", "2") == Exit.OK
    articles = lines("articles.jsonl")
    assert [article["page"] for article in articles] == [page["page"] for page in pages]
    assert [article["meta"]["n"] for article in articles] == list(range(1, 9))
    assert run("pages.jsonl", "-o", "tree") == Exit.OK
    assert Path("tree/1950/p2.txt").read_text("utf-8") == REPAIRED * 2
    main(["undo", "tree/1950/p2.txt", "-o", "raw.txt"])
    assert Path("raw.txt").read_text("utf-8") == RAW * 2


def test_a_row_may_have_a_file_for_its_text() -> None:
    written("pages.jsonl", page_rows({"page": "1950/p1", "file": "in/b/page3.txt", "meta": {"day": 60}}))
    assert run("pages.jsonl", "-o", "articles.jsonl", "--format", "jsonl") == Exit.OK
    (article,) = lines("articles.jsonl")
    assert (article["page"], article["meta"]) == ("1950/p1", {"day": 60})
    assert "".join(block["text"] for block in article["blocks"]) == REPAIRED.strip() * 3


@pytest.mark.slow
def test_rows_on_standard_input_and_output(monkeypatch: pytest.MonkeyPatch, capfdbinary) -> None:
    given = page_rows({"page": "a", "text": RAW}, {"page": "b", "text": RAW})
    whole = subprocess.run(
        [sys.executable, "-m", "repair", "run", "--rules", "rules", "--chain", "own", "--rows", "--format", "jsonl"],
        input=given,
        capture_output=True,
        check=True,
    )
    assert [row["page"] for row in lines(whole.stdout)] == ["a", "b"]
    assert whole.stderr == b"repair: 2 pages repaired: 4 changes (4 safe)\n"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (b"{", "is not JSON"),
        (b"[" * 900_000, "nests more than 100 deep"),
        (b"[]", 'has no "page"'),
        (b'{"page": "a", "text": "", "meta": NaN}', "is not JSON: NaN is no number in JSON"),
        (b'{"page": 3}', 'has no "page"'),
        (b'{"page": "a"}', 'has neither a "text" nor'),
        (b'{"page": "../a", "text": ""}', "would lead out of it"),
        (b'{"page": "/a", "text": ""}', "would lead out of it"),
        (b'{"page": "a\\u0000", "text": ""}', "holds a control character"),
        (b'{"page": ".a", "text": ""}', "begins with a full stop"),
        (b'{"page": "' + b"a" * 300 + b'", "text": ""}', "is too long"),
        (b'{"page": "good", "text": ""}', 'has the same "page" as an earlier row'),
        (b'{"page": "a", "text": "x\\ud800"}', "half of a surrogate pair"),
        (b'{"page": "a", "file": "missing.txt"}', "does not exist"),
        (b'{"page": "a", "text": "' + b"x" * 1_000_000 + b'"}', "is longer than 1,000,000 bytes"),
    ],
)
def test_a_bad_row_fails_alone(row: bytes, why: str) -> None:
    written(
        "pages.jsonl", page_rows({"page": "good", "text": RAW}) + row + b"\n" + page_rows({"page": "z", "text": ""})
    )
    assert run("pages.jsonl", "-o", "out", "--max-bytes", "1000000") == Exit.FAILED
    good, bad, last = rows()
    assert (good["outcome"], bad["outcome"], last["outcome"]) == ("repaired", "failed", "repaired")
    assert why in bad["error"]["said"]
    again = [source.relative.as_posix() for source in unrolled(expand(["out/failures.jsonl"]))]
    assert len(again) == 1


def test_a_row_that_fails_is_given_again_with_its_text() -> None:
    written("pages.jsonl", page_rows({"page": "odd", "text": "\x00\x01" * 50, "meta": 1}))
    assert run("pages.jsonl", "-o", "out") == Exit.FAILED
    (failure,) = lines("out/failures.jsonl")
    assert (failure["page"], failure["text"], failure["meta"]) == ("odd", "\x00\x01" * 50, 1)
    before = tree()
    assert run("out/failures.jsonl", "-o", "out") == Exit.FAILED
    assert [row["page"] for row in rows()] == ["odd.txt"]
    assert tree() == before


@pytest.mark.slow
def test_one_file_takes_over_what_fits(capfd: pytest.CaptureFixture[str]) -> None:
    options = ("in", "-o", "all.jsonl", "--format", "jsonl", "-v")
    assert run(*options) == Exit.OK
    first = Path("all.jsonl").read_bytes()
    capfd.readouterr()
    assert run(*options) == Exit.OK
    assert "(5 of them before)" in capfd.readouterr().err
    assert Path("all.jsonl").read_bytes() == first
    written("in/a/page2.txt", RAW * 9)
    assert run(*options) == Exit.OK
    assert "(4 of them before)" in capfd.readouterr().err
    assert run("in", "-o", "fresh.jsonl", "--format", "jsonl") == Exit.OK
    assert Path("all.jsonl").read_bytes() == Path("fresh.jsonl").read_bytes()
    assert run(*options[:-1], "--existing", "abort") == Exit.USAGE


def test_a_file_whose_pages_are_not_all_whole_is_done_again_from_its_first() -> None:
    options = ("in", "--split-pages", "--format", "jsonl", "-o", "all.jsonl")
    written("in/two.txt", f"{RAW}\f{RAW}")
    assert run(*options) == Exit.OK
    first = Path("all.jsonl").read_bytes()
    manifest = Path("all.jsonl.manifest.jsonl")
    said = manifest.read_bytes().splitlines(keepends=True)[1:]
    start, end = json.loads(said[-1])["bytes"]
    written(".all.jsonl.repair/part.jsonl", first[:start] + b"x" * (end - start))
    written(".all.jsonl.repair/journal.jsonl", b"".join(said))
    manifest.unlink()
    Path("all.jsonl").unlink()
    assert run(*options) == Exit.OK
    assert Path("all.jsonl").read_bytes() == first


def test_the_log_is_json_lines_on_request(capfd: pytest.CaptureFixture[str]) -> None:
    written("in/bad.txt", b"%PDF-1.7")
    assert run("in", "-o", "out", "--log", "json") == Exit.FAILED
    said = lines(capfd.readouterr().err.encode())
    assert [row["event"] for row in said if row["event"] != "page"] == ["start", "message", "end"]
    assert sorted(row["row"]["page"] for row in said if row["event"] == "page") == sorted(row["page"] for row in rows())
    assert said[-1]["repaired"] == 5
    assert said[-1]["failed"] == {"read": 1}


def test_a_journal_that_cannot_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    written("out/.repair/journal.jsonl/x", "")
    with (
        pytest.raises(WriteError, match=r"journal.jsonl cannot be used"),
        Manifest(Path("out/manifest.jsonl"), Path("out/.repair/journal.jsonl")),
    ):
        pass


def test_changed_settings_have_another_hash() -> None:
    one = settings("out")
    others = [
        Settings("own", ("rules",), "other", one.targets),
        Settings("own", ("rules",), "", one.targets, apply=Safety.SAFE),
        Settings("own", ("rules",), "", one.targets, vetoes=frozenset({"0" * 12})),
        Settings("own", ("rules",), "", one.targets, encoding="big5"),
        Settings("own", ("rules",), "", one.targets, output_encoding="utf-8"),
        Settings("own", ("rules",), "", one.targets, split_pages=True),
    ]
    assert len({one.digest, *(other.digest for other in others)}) == 7
    assert Settings("own", (), "", one.targets, colour=True, copy=True).digest == one.digest


def test_inputs_in_the_output_folder_are_not_written_over() -> None:
    mine = written("out/page.txt", RAW)
    written("other/page.txt", RAW * 2)
    assert run("out/page.txt", "other", "-o", "out") in (Exit.USAGE, Exit.WRITE)
    assert mine.read_text("utf-8") == RAW


def test_a_percentage_needs_a_count() -> None:
    with pytest.raises(UsageError, match="can be counted"):
        from argparse import Namespace

        from repair.cli.run import _errors

        _errors(Namespace(on_error="skip", max_errors="2%"), None)
