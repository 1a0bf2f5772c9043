"""The pytest plugin: a folder of rules under anybody's pytest."""

from __future__ import annotations

import subprocess
import sys

import pytest

import repair.cases.files
import repair.cases.run  # noqa: F401  loaded before the runs in here, each of which forgets what it loads

pytest_plugins = ["pytester"]

GOOD = """title = "t"
why = "w"
phase = "finish"
kind = "pattern"
find = 'a'
replace = 'b'

[[example]]
title = "the letter"
raw = "a"
gold = "b"

[[keep]]
text = "c"
"""


@pytest.fixture
def run(pytester: pytest.Pytester):
    """Runs pytest in an empty folder with the plugin, installed or not."""

    def go(*args: str) -> pytest.RunResult:
        return pytester.runpytest("-p", "no:scan-repair", "-p", "repair.cases.plugin", "-p", "no:cacheprovider", *args)

    pytester.mkdir("mine")
    pytester.mkdir("mine/g")
    return go


def write(pytester: pytest.Pytester, name: str, content: str) -> None:
    path = pytester.path / "mine" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")


def test_each_case_is_a_test_with_a_readable_id(pytester, run):
    write(pytester, "g/r.toml", GOOD)
    write(pytester, "fixtures/g/r.txt", "more\n=====\naa\n-----\nbb\n=====\n")
    write(pytester, "fixtures/xfail/g/r.txt", "known\n=====\na\n-----\nz\n=====\n")
    write(pytester, "fixtures/clean/page.txt", "新桥昨天通车了。\n")
    write(pytester, "chains/c.toml", "title = 'c'\nrules = []\n")
    result = run("--repair-rules", "mine", "-v")
    result.assert_outcomes(passed=5, xfailed=1)
    result.stdout.fnmatch_lines_random(
        [
            "mine/g/r.toml::8: the letter PASSED*",
            "mine/g/r.toml::13: c PASSED*",
            "mine/fixtures/g/r.txt::1: more PASSED*",
        ]
    )


def test_failure_is_the_message_without_a_traceback(pytester, run):
    write(pytester, "g/r.toml", GOOD.replace('gold = "b"', 'gold = "z"'))
    result = run("--repair-rules", "mine")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*r.toml:8: Wrong: the letter", "*raw       'a'", "*expected  'z'", "*found     'b'"])
    result.stdout.no_fnmatch_line("*runtest*")


def test_rule_without_a_counter_example_fails(pytester, run):
    write(pytester, "g/r.toml", GOOD.split("[[keep]]")[0])
    result = run("--repair-rules", "mine")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*g/r: there is no text that it leaves*"])


def test_broken_rule_file_does_not_stop_the_others(pytester, run):
    write(pytester, "g/r.toml", GOOD)
    write(pytester, "g/bad.toml", GOOD.replace("find", "fnd"))
    result = run("--repair-rules", "mine", "--continue-on-collection-errors")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["*bad.toml: unknown key 'fnd'. Did you mean 'find'?*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_ini_option_adds_the_rules_to_a_plain_run_only(pytester, run):
    write(pytester, "g/r.toml", GOOD)
    pytester.makeini("[pytest]\nrepair_rules = mine\n")
    pytester.makepyfile(test_own="def test_own(): pass")
    run().assert_outcomes(passed=4)
    run("test_own.py").assert_outcomes(passed=1)
    run("mine/g/r.toml").assert_outcomes(passed=3)
    run("-k", "letter").assert_outcomes(passed=1, deselected=3)


def test_option_alone_runs_the_rules_alone_and_beside_a_path_both(pytester, run):
    write(pytester, "g/r.toml", GOOD)
    pytester.makepyfile(test_own="def test_own(): pass")
    run("--repair-rules", "mine").assert_outcomes(passed=3)
    run("--repair-rules", "mine", "test_own.py").assert_outcomes(passed=4)


def test_folder_that_is_not_there(run):
    result = run("--repair-rules", "no")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no such folder of repair rules*"])


def test_nothing_happens_without_the_option(pytester, run):
    write(pytester, "g/r.toml", GOOD)
    pytester.makepyfile(test_own="def test_own(): pass")
    run().assert_outcomes(passed=1)


def test_plugin_imports_next_to_nothing():
    code = (
        "import sys, pytest; old = set(sys.modules); import repair.cases.plugin; print(sorted(set(sys.modules) - old))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [name for name in eval(done.stdout) if not name.startswith("repair")] == []
    assert len(eval(done.stdout)) <= 5
