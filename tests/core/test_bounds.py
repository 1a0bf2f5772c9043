"""Nothing that is read is read without bound, and no rule can take a page's time, memory or text."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from repair.cases.files import collect
from repair.cli import Exit, main
from repair.core.bounded import json_of, read_file, read_toml
from repair.core.chain import Chain
from repair.core.change import Outcome, Safety
from repair.core.engine import Repaired, run
from repair.core.errors import RepairError, UsageError
from repair.core.page import Page
from repair.core.rule import Rule
from repair.rulebook.kinds import KINDS
from repair.rulebook.load import load_chain, packaged_rules
from repair.rulebook.resources import rules_dir
from repair.rulebook.rule_file import COMMON, read_rule

HEAD = 'title = "t"\nwhy = "w"\nphase = "{phase}"\nkind = "{kind}"\n'
BODIES = {
    "pattern": ("text", "find = 'a'\nreplace = 'b'\n"),
    "table": ("text", "table = 'words.tsv'\n"),
    "furniture": ("structure", "lines = ['a']\nplace = 'top'\nmark = 'folio'\n"),
    "join": ("layout", "end = 'a'\nstart = 'b'\n"),
    "near": ("text", "list = 'words.tsv'\nfind = 'a+'\ncutoff = 80\n"),
    "opencc": ("finish", "config = 't2s'\n"),
}
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def rule(tmp_path: Path) -> Callable[..., Rule]:
    """Makes a rule of a kind; what is given more is written before the rest of its file."""

    def make(kind: str, body: str | None = None, more: str = "", words: str = "aaaa\tb\n") -> Rule:
        (tmp_path / "rules").mkdir(exist_ok=True)
        if words:
            (tmp_path / "rules" / "words.tsv").write_text(words, "utf-8")
        phase, usual = BODIES[kind]
        path = tmp_path / "rules" / "r.toml"
        path.write_text(HEAD.format(phase=phase, kind=kind) + more + (usual if body is None else body), "utf-8")
        return read_rule(path, "r")

    return make


def repaired(one: Rule, raw: str, apply: Safety = Safety.SUGGEST, **options: object) -> Repaired:
    result = run(Page.of(raw), Chain("one", (one,), {one.id: options}), apply=apply)
    assert result.error is None
    return result


# ---- numbers in rule and chain files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["1e9", "inf", "nan", "-1", "0", "0.0", "10.1", "1" + "0" * 400, "-inf"])
@pytest.mark.parametrize("kind", ["pattern", "furniture", "join", "near"])
def test_a_rule_cannot_switch_its_time_off(rule, kind: str, said: str) -> None:
    with pytest.raises(UsageError, match=r"r\.toml: timeout: expected seconds .*, from 0\.01 to 10, found"):
        rule(kind, more=f"timeout = {said}\n")


@pytest.mark.parametrize(
    ("kind", "line", "allowed"),
    [
        ("near", "cutoff = 101", "from 0 to 100"),
        ("near", "cutoff = nan", "from 0 to 100"),
        ("furniture", "within = -1", "from 1 to 10000"),
        ("furniture", "within = " + "9" * 300, "from 1 to 10000"),
        ("pattern", "confidence = -0.1", "from 0 to 1"),
        ("pattern", "confidence = nan", "from 0 to 1"),
        ("pattern", "confidence = 1" + "0" * 400, "from 0 to 1"),
    ],
)
def test_every_number_of_a_rule_has_a_range(rule, kind: str, line: str, allowed: str) -> None:
    body = "".join(f"{one}\n" for one in BODIES[kind][1].split("\n") if one and one[:6] != line[:6])
    with pytest.raises(UsageError, match=f"{line.split()[0]}: expected .*, {allowed}, found"):
        rule(kind, body, f"{line}\n")


def test_no_number_is_without_a_range() -> None:
    keys = [*COMMON.items(), *(item for kind in KINDS.values() for item in kind.keys.items())]
    assert [name for name, key in keys if key.type in (int, float) and not key.between] == []
    for one in packaged_rules().values():
        numbers = {name for name, value in one.options.items() if isinstance(value, int | float)}
        assert numbers <= one.ranges.keys(), one.id


@pytest.mark.parametrize(
    ("option", "allowed"),
    [
        ('"r"]\ntimeout = 1e9', "from 0.01 to 10"),
        ('"r"]\ntimeout = inf', "from 0.01 to 10"),
        ('"r"]\ntimeout = true', "expected a number"),
        ('"spacing/letter-spaced-line"]\nshare = 2', "from 0 to 1"),
        ('"spacing/letter-spaced-line"]\nshare = nan', "from 0 to 1"),
    ],
)
def test_a_chain_cannot_either(rule, tmp_path: Path, option: str, allowed: str) -> None:
    rule("pattern")
    path = tmp_path / "chain.toml"
    path.write_text(f"title = 't'\nextends = 'newspaper'\n[options.{option}\n")
    with pytest.raises(UsageError, match=f"chain.toml: .*options.*{allowed}"):
        load_chain(str(path), [tmp_path / "rules"])


# ---- the time and the memory of a rule -------------------------------------------------------------------------------

SLOW = "(?:a|a|aa)+"


@pytest.mark.parametrize(
    ("kind", "body", "raw"),
    [
        ("pattern", f"find = '{SLOW}b'\nreplace = ''\ntimeout = 0.05\n", "a" * 60),
        ("table", f"table = 'words.tsv'\nafter = '{SLOW}b'\n", "a" * 60),
        ("table", f"table = 'words.tsv'\nbefore = 'b{SLOW}'\n", "a" * 60),
        ("near", f"list = 'words.tsv'\nfind = '{SLOW}b'\ncutoff = 80\ntimeout = 0.05\n", "a" * 60),
        ("join", f"end = 'b{SLOW}'\nstart = 'c'\ntimeout = 0.05\n", ("a" * 40 + "\nc\n") * 400),
        ("furniture", f"lines = ['{SLOW}b']\nplace = 'top'\nmark = 'x'\ntimeout = 0.05\n", ("a" * 40 + "\n") * 9),
    ],
)
def test_every_kind_is_left_out_when_its_time_is_over(rule, kind: str, body: str, raw: str) -> None:
    start = time.monotonic()
    result = repaired(rule(kind, body), raw)
    assert [(skipped.rule, skipped.reason) for skipped in result.skipped] == [
        ("r", "took too long on this page and was left out")
    ]
    assert result.text == raw
    assert time.monotonic() - start < 20  # and not for ever: no measure of speed


def test_a_large_page_has_time_in_proportion(rule, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(1000))
    monkeypatch.setattr("repair.rulebook.regexes.perf_counter", lambda: next(clock) / 10)
    one = rule("pattern", "find = 'a'\nreplace = 'b'\ntimeout = 0.5\n")
    assert repaired(one, "aaaaa").skipped
    assert not repaired(one, "aaaaa" + " " * 900_000).skipped


@pytest.mark.parametrize(
    ("find", "said"),
    [
        ("(" * 5000 + ")" * 5000, "has 5,000 brackets, and 2,000 are the limit"),
        ("(?:" * 200 + "a" + ")" * 200, "its brackets nest 200 deep, and 50 is the limit"),
        ("(?:(?:(?:a{999}){999}){999}){999}", "repeats would be written out to .* elements, and 100,000 are the limit"),
        ("(?>x*" * 40 + "y" + ")+" * 40, "repeats would be written out"),
        ("a" * 20_001, "has 20,001 characters, and 20,000 are the limit"),
        ("(?a)(?u)a", "not a regular expression"),
        ("a{99999999999999999999}", "repeats would be written out"),
        ("[(((((((((]{3}\\((?:\\)|[)])", None),
        ("|".join(f"word{i}" for i in range(1000)), None),
    ],
)
def test_a_regular_expression_has_bounds(rule, find: str, said: str | None) -> None:
    body = f"find = '{find}'\nreplace = ''\n"
    if said is None:
        assert rule("pattern", body)
    else:
        with pytest.raises(UsageError, match=rf"r\.toml: find: .*{said}"):
            rule("pattern", body)


def test_a_rule_that_takes_all_memory_is_left_out(rule, monkeypatch: pytest.MonkeyPatch) -> None:
    def matches(*_: object) -> object:  # as `regex` does, after half a gigabyte, for '(?R)'
        raise MemoryError

    monkeypatch.setattr("repair.rulebook.kinds.pattern.matches", matches)
    result = repaired(rule("pattern"), "a桥")
    assert (result.text, result.skipped) == ("a桥", (("r", "took too much memory on this page and was left out"),))


def test_a_group_put_in_many_times_is_refused(rule) -> None:
    with pytest.raises(UsageError, match="puts in groups 51 times, and 50 times is the limit"):
        rule("pattern", "find = '(a)'\nreplace = '" + r"\1" * 51 + "'\n")


def test_a_word_that_is_empty_is_not_needed(rule) -> None:
    with pytest.raises(UsageError, match="needs: a text in the list is empty"):
        rule("furniture", more="needs = ['']\n")


# ---- what a rule may make of a page ----------------------------------------------------------------------------------

TENFOLD = "would have made this page ten times as large and was left out"
NOTHING = "would have left nothing of this page and was left out"


@pytest.mark.parametrize(
    ("kind", "body", "words", "raw"),
    [
        ("pattern", r"find = '.'" + "\nreplace = '" + r"\g<0>" * 10 + "'\n", "", "桥" * 200),
        ("pattern", "find = '^'\nreplace = '" + "桥" * 3000 + "'\n", "", "桥" * 200),
        ("table", "table = 'words.tsv'\n", "桥\t" + "桥" * 20 + "\n", "桥" * 200),
        ("near", "list = 'words.tsv'\nfind = '桥'\ncutoff = 0\n", "桥" * 40 + "\n", "桥" * 200),
    ],
)
def test_a_rule_that_grows_the_page_tenfold_is_left_out_and_named(rule, kind, body, words, raw) -> None:
    result = repaired(rule(kind, body, words=words), raw)
    assert (result.text, result.skipped) == (raw, (("r", TENFOLD),))


def test_a_small_page_may_grow_by_a_few_characters(rule) -> None:
    one = rule("pattern", "find = '^'\nreplace = '" + "桥" * 100 + "'\n")
    assert len(repaired(one, "桥").text) == 101


def test_rules_cannot_do_together_what_one_must_not(rule) -> None:
    one = rule("pattern", "find = '桥(?=河)'\nreplace = '桥桥桥桥桥桥桥桥'\n")
    chain = Chain("twice", (one,) * 40)
    result = run(Page.of("桥河" * 1000), chain)
    assert len(result.text) < 20_000 + 1000
    assert {skipped.reason for skipped in result.skipped} == {TENFOLD}
    assert result.error is None


def test_memory_is_not_taken_before_the_rule_is_refused(rule) -> None:
    one = rule("pattern", "find = '桥'\nreplace = '" + "河" * 300_000 + "'\n")
    assert repaired(one, "桥" * 100_000).skipped == (("r", TENFOLD),)  # 30 thousand million characters


@pytest.mark.parametrize(
    ("kind", "body"),
    [("pattern", r"find = '[\s\S]'" + "\nreplace = ''\n"), ("pattern", "find = '桥+'\nreplace = ' '\n")],
)
def test_a_rule_that_empties_the_page_is_left_out_and_named(rule, kind: str, body: str) -> None:
    result = repaired(rule(kind, body), "桥桥\n\n桥\n")
    assert (result.text, result.skipped, result.records) == ("桥桥\n\n桥\n", (("r", NOTHING),), ())


def test_a_page_of_nothing_that_can_be_seen_may_become_empty() -> None:
    assert run(Page.of("\0\0\n"), load_chain()).skipped == ()


def test_what_is_only_suggested_empties_nothing(rule) -> None:
    one = rule("pattern", "find = '桥'\nreplace = ''\n", 'safety = "suggest"\n')
    result = repaired(one, "桥桥", Safety.LIKELY)
    assert [record.outcome for record in result.records] == [Outcome.SUGGESTED] * 2
    assert result.skipped == ()


def test_the_page_is_written_and_the_rule_named_everywhere(rule, tmp_path, monkeypatch, capsys: Capture) -> None:
    monkeypatch.chdir(tmp_path)
    rule("pattern", r"find = '[\s\S]'" + "\nreplace = ''\n")
    Path("page.txt").write_text("新桥通车，车多了 8 %。\n", "utf-8")
    assert main(["run", "page.txt", "-o", "out.txt", "--rules", "rules"]) == Exit.OK
    assert f"page.txt: r {NOTHING}" in capsys.readouterr().err
    assert Path("out.txt").read_text("utf-8") == "新桥通车，车多了8%。\n"
    assert json.loads(Path("out.txt.ledger.jsonl").read_bytes().splitlines()[-1]) == {
        "rule": "r",
        "outcome": "skipped",
        "reason": NOTHING,
    }
    assert main(["explain", "out.txt"]) == Exit.OK
    assert NOTHING in capsys.readouterr().out
    assert main(["report", "out.txt", "-o", "out.html"]) == Exit.OK
    assert NOTHING in Path("out.html").read_text("utf-8")
    assert main(["undo", "out.txt", "-o", "back.txt"]) == Exit.OK


def test_an_issue_names_the_rule_too(rule, tmp_path, monkeypatch, capsys: Capture) -> None:
    monkeypatch.chdir(tmp_path)
    rule("pattern", r"find = '[\s\S]'" + "\nreplace = ''\n")
    Path("in").mkdir()
    Path("in/page1.txt").write_text("新桥通车了。\n", "utf-8")
    assert main(["issue", "in", "-o", "out", "--rules", "rules"]) == Exit.OK
    assert f"page1.txt: r {NOTHING}" in capsys.readouterr().err


# ---- files -----------------------------------------------------------------------------------------------------------


def outside(folder: Path) -> str:
    (folder.parent / "names.tsv").write_text("a\tb\n")
    return "../names.tsv"


def by_link(folder: Path) -> str:
    (folder.parent / "names.tsv").write_text("a\tb\n")
    (folder / "link.tsv").symlink_to(folder.parent / "names.tsv")
    return "link.tsv"


def pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe.tsv")
    return "pipe.tsv"


def loop(folder: Path) -> str:
    (folder / "loop.tsv").symlink_to("loop.tsv")
    return "loop.tsv"


def huge(folder: Path) -> str:
    with (folder / "huge.tsv").open("wb") as file:
        file.truncate(20_000_001)
    return "huge.tsv"


@pytest.mark.skipif(os.name == "nt", reason="there are no such files")
@pytest.mark.parametrize(
    ("place", "said"),
    [
        (lambda _: "/dev/zero", "it is a device, and a file is needed"),
        (lambda _: "/dev/null", "it is a device, and a file is needed"),
        (lambda _: "/etc/hostname", "lies outside"),
        (outside, "lies outside"),
        (by_link, "lies outside"),
        (pipe, "it is a pipe, and a file is needed"),
        (loop, "cannot be read: Too many levels"),
        (lambda _: ".", "it is a folder, and a file is needed"),
        (lambda _: "x" * 5000, "cannot be read: File name too long"),
        (lambda _: "a\\u0000b", "no name of a file has a NUL"),
        (huge, "is larger than 20,000,000 bytes, the limit"),
    ],
)
@pytest.mark.parametrize("kind", ["table", "near"])
def test_a_word_list_is_a_file_of_the_folder_of_rules(tmp_path: Path, kind: str, place, said: str) -> None:
    folder = tmp_path / "rules"
    (folder / "text").mkdir(parents=True)
    body = BODIES[kind][1].replace("'words.tsv'", f'"{place(folder)}"')
    (folder / "r.toml").write_text(HEAD.format(phase="text", kind=kind) + body)
    with pytest.raises(UsageError, match=rf"r\.toml: (table|list): .*{said}"):
        read_rule(folder / "r.toml", "r")


def test_a_word_list_may_stand_elsewhere_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    (tmp_path / "names.tsv").write_text("a\tb\n")
    path = tmp_path / "text" / "r.toml"
    path.write_text(HEAD.format(phase="text", kind="table") + "table = '../names.tsv'\n")
    assert repaired(read_rule(path, "text/r"), "a").text == "b"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a = " + b"[" * 20_000, "nests more than 100 deep"),
        (b"a = " + b"{b = " * 120 + b"1" + b"}" * 120, "nests more than 100 deep"),
        (b".".join([b"a"] * 20_000) + b" = 1", "a key of more than 32 parts"),
        (b'"a" . "b" . ' * 40 + b"c = 1", "a key of more than 32 parts"),
        (b"a = " + b"1" * 5000, "not TOML"),
        (b"a = '\xff'", "not UTF-8"),
        (b"a = '\0'", "not TOML"),
        (b"#" * 1_000_001, "is larger than 1,000,000 bytes, the limit"),
    ],
)
@pytest.mark.parametrize("what", ["rule", "chain", "case", "issue"])
def test_toml_has_bounds_wherever_it_is_read(tmp_path: Path, what: str, content: bytes, said: str) -> None:
    place = tmp_path / {"case": "pages/one/case.toml"}.get(what, "x.toml")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    readers: dict[str, Callable[[], object]] = {
        "rule": lambda: read_rule(place, "x"),
        "chain": lambda: load_chain(str(place)),
        "case": lambda: collect({}, tmp_path),
        "issue": lambda: __import__("repair.issues.manifest", fromlist=["issues_in"]).issues_in(str(place)),
    }
    with pytest.raises(UsageError, match=said) as error:
        readers[what]()
    assert place.name in str(error.value) and len(str(error.value)) < 2000


def test_chains_that_extend_one_another_have_an_end(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"{number}.toml").write_text(f"title = 't'\nextends = '{number + 1}.toml'\n")
    with pytest.raises(UsageError, match="20 chains extend one another, the limit"):
        load_chain(str(tmp_path / "0.toml"))


@pytest.mark.parametrize("name", ["../../etc/x", "/etc/x", "chains/../x", "a\\u0000", "x" * 5000])
def test_an_id_does_not_lead_out_of_the_folder_of_rules(tmp_path: Path, name: str) -> None:
    path = tmp_path / "c.toml"
    path.write_text(f'title = "t"\nrules = ["{name}"]\n')
    with pytest.raises(UsageError, match="there is no rule"):
        load_chain(str(path))
    assert rules_dir()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[" * 20_000, "not JSON: it nests more than 100 deep"),
        (b'{"articles": 3}', "not a gold page"),
        (b'{"articles": [{"blocks": [{"text": 3}]}]}', "not a gold page"),
        (b"[]", "not a gold page"),
        (b"1" * 5000, "not JSON"),
    ],
)
def test_gold_has_bounds(tmp_path: Path, content: bytes, said: str) -> None:
    folder = tmp_path / "pages" / "one"
    folder.mkdir(parents=True)
    (folder / "case.toml").write_text("title = 't'\nwhy = 'w'\n")
    (folder / "raw.txt").write_text("x")
    (folder / "gold.json").write_bytes(content)
    with pytest.raises(UsageError, match=rf"gold\.json: {said}"):
        collect({}, tmp_path)


def test_files_are_read_up_to_their_bound(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"x" * 10)
    assert read_file(path, 10, "the list") == b"x" * 10
    with pytest.raises(UsageError, match="the list is larger than 9 bytes, the limit"):
        read_file(path, 9, "the list")
    with pytest.raises(UsageError, match="it is a folder"):
        read_file(tmp_path, 9, "the list")


@pytest.mark.skipif(os.name == "nt", reason="there are no such files")
@pytest.mark.parametrize(
    "command",
    [["run", "p.txt", "--veto", "/dev/zero"], ["explain", "/dev/zero"], ["undo", "p.txt", "--ledger", "/dev/zero"]],
)
def test_a_device_is_not_read_for_ever(tmp_path: Path, monkeypatch, capsys: Capture, command: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.txt").write_text("x")
    assert main(command) in (Exit.USAGE, Exit.FAILED)
    assert "is larger than 64,000,000 bytes, the limit" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("[" * 101 + "]" * 101, "nests more than 100 deep"),
        ("[" * 100_000, "nests more than 100 deep"),
        ('{"a":' * 101 + "1" + "}" * 101, "nests more than 100 deep"),
        ("[1e999]", "too large for a number"),
        ("[-1e999]", "too large for a number"),
        ("[NaN]", "no number in JSON"),
        ("[-Infinity]", "no number in JSON"),
        ("9" * 5000, "digits"),
        ("[1,]", "Expecting value"),
        (b"\xff", "decode"),
        ("", "Expecting value"),
    ],
)
def test_json_is_json_and_nothing_beyond(said: str | bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        json_of(said)


def test_json_as_it_is_written_is_read() -> None:
    for value in ["[" * 100 + "]" * 100, '"' + "[" * 300 + '"', '"\\ud800"', "1e30", "1" * 300, '{"a":1,"a":2}']:
        assert json_of(value) == json.loads(value)


def test_meta_that_nests_deep_fails_its_row_alone(tmp_path: Path, monkeypatch, capsys: Capture) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [
        '{"page": "a", "text": "新桥通车", "meta": ' + "[" * 900 + "]" * 900 + "}",
        '{"page": "b", "text": "新桥通车", "meta": 1e999}',
        '{"page": "c", "text": "新桥通车", "meta": ' + "[" * 90 + "]" * 90 + "}",
        '{"page": "d", "file": "a\\u0000b"}',
        '{"page": "e", "file": "\\ud800"}',
    ]
    Path("in.jsonl").write_text("\n".join(rows))
    assert main(["run", "in.jsonl", "-o", "out", "--jobs", "2"]) == Exit.FAILED
    outcomes = [json.loads(row)["outcome"] for row in Path("out/manifest.jsonl").read_text().splitlines()[1:]]
    assert sorted(outcomes) == ["failed"] * 4 + ["repaired"]
    said = capsys.readouterr().err
    assert "row 1 is not JSON: it nests more than 100 deep" in said
    assert "row 2 is not JSON: 1e999 is too large" in said
    assert 'row 4 has a "file" that is no name of a file' in said


@pytest.mark.parametrize("line", ['{"key":' + "[" * 100_000, '{"key": 3}', '{"key": "x"}', "{", '{"a": 1}'])
def test_a_veto_line_that_is_none_is_named(tmp_path: Path, monkeypatch, capsys: Capture, line: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.txt").write_text("x")
    Path("veto.txt").write_text(f"# refused\n{line}\n")
    assert main(["run", "p.txt", "--veto", "veto.txt"]) == Exit.USAGE
    assert "veto.txt, line 2:" in capsys.readouterr().err


def test_toml_as_people_write_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xef\xbb\xbfa = '1.2.3.4.5.6'\nb = '" + b". " * 500 + b"'\n" + b"c.d.e = [[[1]]]\n")
    assert read_toml(path)[1]["c"] == {"d": {"e": [[[1]]]}}


def test_errors_are_one_kind() -> None:
    assert issubclass(UsageError, RepairError)
