"""`repair issue`, `repair reprints`, and undo and explain on what they write, as a user meets them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from repair.cli import Exit, main
from repair.core import engine
from repair.rulebook.resources import fixtures_dir

ISSUES = fixtures_dir() / "issues"
MANIFEST = """title = "云溪日报"
[[page]]
file = "in/page1.txt"
label = "1"
[[page]]
file = "in/page2.txt"
[[page]]
file = "in/page3.txt"
"""

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the pages of `jumps` in `in`."""
    monkeypatch.chdir(tmp_path)
    lay("jumps", "in")
    return tmp_path


def lay(name: str, to: str) -> None:
    """Put the pages of a fixture into a folder."""
    Path(to).mkdir(parents=True, exist_ok=True)
    for path in (ISSUES / name).glob("*.txt"):
        shutil.copy(path, to)


def issue(*arguments: str) -> int:
    return main(["issue", *arguments])


def files(folder: str) -> dict[str, bytes]:
    """The files below a folder, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }


def read_json(path: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    return said


def command(*arguments: str, **how: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "repair", *arguments], capture_output=True, check=False, **how)


def refused(code: Exit, capfd: Capture, *arguments: str) -> str:
    """What is said on standard error where a command ends with this code and prints nothing else."""
    assert main(list(arguments)) == code
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("repair: ")
    assert "Traceback" not in err
    return err


# ---- where pages come from -------------------------------------------------------------------------------------------


def test_a_folder_is_an_issue(capfd: Capture) -> None:
    assert issue("in") == Exit.OK
    out, err = capfd.readouterr()
    assert out.startswith("柳塘山货坐上早班车\n本报讯")
    assert "预计要到腊月中旬才能全部完工。\n" in out
    assert err.splitlines() == [
        "repair: in: 3 pages, 6 articles, 3 continued on another page",
        "repair: in: page 2: an article goes on on page 5; its other part was not found",
    ]
    assert sorted(path.name for path in Path().iterdir()) == ["in"]


def test_pages_come_in_natural_order() -> None:
    for path in list(Path("in").iterdir()):
        path.rename(path.with_name(path.name.replace("page", "page1")))
    Path("in/page11.txt").rename("in/page9.txt")
    assert issue("in", "-o", "out") == Exit.OK
    assert [page["name"] for page in read_json("out/issue.json")["pages"]] == ["page9.txt", "page12.txt", "page13.txt"]


def test_a_manifest(capfd: Capture) -> None:
    Path("issue.toml").write_text(MANIFEST, "utf-8")
    assert issue("issue.toml", "-o", "out") == Exit.OK
    assert capfd.readouterr().err.startswith("repair: 云溪日报: 3 pages, 6 articles, 3 continued")
    said = read_json("out/issue.json")
    assert said["name"] == "云溪日报"
    assert [(page["name"], page["label"]) for page in said["pages"]] == [
        ("in/page1.txt", "1"),
        ("in/page2.txt", "2"),
        ("in/page3.txt", "3"),
    ]
    assert main(["undo", "out/issue.txt", "-o", "back"]) == Exit.OK
    assert files("back/in") == files("in")


def test_the_manifest_of_a_folder_is_used(capfd: Capture) -> None:
    Path("in/issue.toml").write_text(
        '[[page]]\nfile = "page3.txt"\n[[page]]\nfile = "page1.txt"\nlabel = "A4"\n', "utf-8"
    )
    assert issue("in", "-o", "out") == Exit.OK
    said = capfd.readouterr().err.splitlines()
    assert said[:2] == [
        "repair: in: its pages are those that in/issue.toml names.",
        "repair: in: 1 page not named there and left out: in/page2.txt",
    ]
    found = read_json("out/issue.json")
    assert [page["name"] for page in found["pages"]] == ["page3.txt", "page1.txt"]
    assert (found["name"], found["pages"][1]["label"]) == ("in", "A4")
    assert main(["undo", "out", "-o", "back"]) == Exit.OK
    assert sorted(files("back")) == ["page1.txt", "page3.txt"]
    assert issue("in", "-q") == Exit.OK
    assert len(capfd.readouterr().err.splitlines()) == 1  # the page that is left out
    assert main(["reprints", "in"]) == Exit.OK
    assert "1 issue, 5 articles" in capfd.readouterr().err


def test_pages_without_text_and_rules_left_out(capfd: Capture) -> None:
    Path("in/page2.txt").write_text("\n\n", "utf-8")
    assert issue("in", "--without", "layout/*", "-o", "out") == Exit.OK
    assert "repair: in: page2.txt: holds no text.\n" in capfd.readouterr().err
    header = json.loads(Path("out/issue.txt.ledger.jsonl").read_text("utf-8").splitlines()[0])
    assert not [rule for rule in header["rules"] if rule.startswith("layout/")]
    assert "Did you mean 'layout/wrapped-line'?" in refused(
        Exit.USAGE, capfd, "reprints", "in", "--without", "layout/wraped-line"
    )
    assert main(["reprints", "in", "--without", "layout/*", "--jobs", "2", "-q"]) == Exit.OK
    assert capfd.readouterr().err == ""


def test_a_manifest_gives_the_order_of_the_pages() -> None:
    for one, other in (("page1", "z"), ("page2", "a"), ("page3", "m")):
        Path(f"in/{one}.txt").rename(f"in/{other}.txt")
    told = 'title = "云溪日报"\n' + "".join(f'[[page]]\nfile = "in/{name}.txt"\n' for name in "zam")
    Path("issue.toml").write_text(told, "utf-8")
    assert issue("issue.toml", "-o", "out") == Exit.OK
    said = read_json("out/issue.json")
    assert [page["name"] for page in said["pages"]] == ["in/z.txt", "in/a.txt", "in/m.txt"]
    assert [article["pages"] for article in said["articles"] if len(article["pages"]) == 2] == [[0, 1], [0, 2], [0, 1]]


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (MANIFEST.replace("page3", "page4"), "page4.txt does not exist"),
        ("[[page]]\nfile = 'in'\n", "in is a folder"),
        (MANIFEST.replace("title", "name"), "'name' is not known here. A manifest looks like this"),
        (MANIFEST.replace("label", "number"), 'issue.toml, page 1: must have "file", may have "label"'),
        ("[[page]]\nlabel = '1'\n", 'issue.toml, page 1: must have "file"'),
        ("page = 3\n", "names no page. A manifest looks like this"),
        ('title = "云溪日报"\n', "names no page"),
        ('title = ["云溪日报"]\n[[page]]\nfile = "page1.txt"\n', "the title must be text in quotes"),
        ("page1.txt\npage2.txt\n", "not TOML"),
        ("title = 'a", "not TOML"),
        (b"title = '\xff'", "not UTF-8"),
    ],
)
def test_a_manifest_that_is_wrong(manifest: str | bytes, said: str, capfd: Capture) -> None:
    Path("issue.toml").write_bytes(manifest if isinstance(manifest, bytes) else manifest.encode())
    assert said in refused(Exit.USAGE, capfd, "issue", "issue.toml", "-o", "out")
    assert not Path("out").exists()


def test_a_label_that_is_no_number_stops_nothing(capfd: Capture) -> None:
    Path("issue.toml").write_text(MANIFEST.replace('label = "1"', 'label = "三二"'), "utf-8")
    assert issue("issue.toml") in (Exit.OK, Exit.USAGE)


@pytest.mark.slow
@pytest.mark.parametrize("stdin", [False, True])
def test_a_file_with_form_feeds(stdin: bool) -> None:
    pages = [path.read_text("utf-8") for path in sorted(Path("in").iterdir())]
    data = "\f".join(pages).encode()
    Path("all.txt").write_bytes(data)
    done = command("issue", "-" if stdin else "all.txt", "-o", "out", **({"input": data} if stdin else {}))
    assert done.returncode == Exit.OK, done.stderr
    name = "stdin" if stdin else "all"
    said = read_json("out/issue.json")
    assert [page["name"] for page in said["pages"]] == [f"{name}-p1.txt", f"{name}-p2.txt", f"{name}-p3.txt"]
    assert [article["pages"] for article in said["articles"]][:3] == [[0, 1], [0, 2], [0, 1]]
    assert main(["undo", "out/issue.txt", "-o", "back"]) == Exit.OK
    assert b"".join(files("back").values()) == data


def test_an_empty_folder_is_wrong_usage(capfd: Capture) -> None:
    Path("none").mkdir()
    assert "has no file to read" in refused(Exit.USAGE, capfd, "issue", "none")


def test_what_does_not_exist_is_wrong_usage(capfd: Capture) -> None:
    assert "does not exist" in refused(Exit.USAGE, capfd, "issue", "inn")


@pytest.mark.parametrize("bad", ["binary", "link"])
def test_a_page_that_cannot_be_read_is_told_and_left_out(bad: str, capfd: Capture) -> None:
    lay("three-hops", "good")
    Path("in/page2.txt").unlink()
    if bad == "binary":
        Path("in/page2.txt").write_bytes(b"%PDF-1.7\n")
    else:
        Path("in/page2.txt").symlink_to("nowhere.txt")
    assert issue("in", "good", "-o", "out") == Exit.FAILED
    out, err = capfd.readouterr()
    assert out == ""
    assert "repair: in: left out: in/page2.txt" in err
    assert "Traceback" not in err
    pages = [[page["name"] for page in read_json(f"out/{name}/issue.json")["pages"]] for name in ("in", "good")]
    assert pages == [["page1.txt", "page3.txt"], ["page1.txt", "page2.txt", "page3.txt"]]


def test_an_issue_of_which_no_page_can_be_read_is_told(capfd: Capture) -> None:
    Path("bad").mkdir()
    Path("bad/page1.txt").write_bytes(b"%PDF-1.7\n")
    assert issue("bad", "-o", "out") == Exit.FAILED
    assert "bad: left out: bad/page1.txt" in capfd.readouterr().err
    assert not Path("out").exists()


# ---- what is written -------------------------------------------------------------------------------------------------


def test_what_is_written(capfd: Capture) -> None:
    assert issue("in", "-o", "out") == Exit.OK
    out, err = capfd.readouterr()
    assert out == ""
    assert "explain with: repair explain out\n" in err
    assert list(files("out")) == [
        "articles/p1a1.txt",
        "articles/p1a2.txt",
        "articles/p1a3.txt",
        "articles/p2a2.txt",
        "articles/p2a4.txt",
        "articles/p3a2.txt",
        "issue.json",
        "issue.txt",
        "issue.txt.ledger.jsonl",
    ]
    canal = Path("out/articles/p1a2.txt").read_text("utf-8").splitlines()
    assert canal[0] == "百里老渠今冬大清淤"
    assert len(canal) == 5
    text = Path("out/issue.txt").read_text("utf-8")
    assert text.count("\n\f\n") == 2
    assert all(line in text for line in canal)
    said = read_json("out/issue.json")
    assert said["schema"] == 2
    assert [article["id"] for article in said["articles"]] == ["p1a1", "p1a2", "p1a3", "p2a2", "p2a4", "p3a2"]
    assert [block["text"] for block in said["articles"][1]["blocks"]] == canal


@pytest.mark.parametrize("form", ["md", "json", "jsonl"])
def test_articles_in_other_forms(form: str) -> None:
    assert issue("in", "-o", "out", "--format", form) == Exit.OK
    there = list(files("out"))
    assert [name for name in there if name.startswith("issue")] == ["issue.json", "issue.txt", "issue.txt.ledger.jsonl"]
    articles = [name for name in there if name.startswith("article")]
    if form == "md":
        assert articles[0] == "articles/p1a1.md"
        said = Path("out/articles/p1a1.md").read_text("utf-8")
        assert said.startswith("<!-- pages 1, 2 -->\n\n# 柳塘山货坐上早班车\n\n本报讯")
    elif form == "jsonl":
        assert articles == ["articles.jsonl"]
        rows = [json.loads(line) for line in Path("out/articles.jsonl").read_text("utf-8").splitlines()]
        assert [row["id"] for row in rows] == ["p1a1", "p1a2", "p1a3", "p2a2", "p2a4", "p3a2"]
        assert rows[0]["page_names"] == [{"name": "page1.txt", "label": "1"}, {"name": "page2.txt", "label": "2"}]
    else:
        assert articles == []


@pytest.mark.parametrize("form", ["txt", "md", "json", "jsonl"])
def test_what_is_printed_is_what_would_be_written(form: str, capfd: Capture) -> None:
    assert issue("in", "-o", "out", "--format", form) == Exit.OK
    capfd.readouterr()
    assert issue("in", "--format", form) == Exit.OK
    out = capfd.readouterr().out
    if form == "json":
        assert out == Path("out/issue.json").read_text("utf-8")
    elif form == "jsonl":
        assert out == Path("out/articles.jsonl").read_text("utf-8")
    else:
        for path in Path("out/articles").iterdir():
            assert path.read_text("utf-8").strip() in out


def test_a_second_run_changes_nothing_and_sweeps_what_is_gone() -> None:
    assert issue("in", "-o", "out") == Exit.OK
    before = files("out")
    Path("out/articles/notes.txt").write_text("mine", "utf-8")
    Path("out/articles/p9a1.txt").write_text("mine", "utf-8")
    Path("out/own.txt").write_text("mine", "utf-8")
    mine = {"articles/notes.txt": b"mine", "articles/p9a1.txt": b"mine", "own.txt": b"mine"}
    assert issue("in", "-o", "out") == Exit.OK
    assert files("out") == before | mine
    Path("in/page3.txt").unlink()
    assert issue("in", "-o", "out") == Exit.OK
    assert "articles/p3a2.txt" not in files("out")
    assert "articles/notes.txt" in files("out")


def test_another_form_of_the_articles_takes_the_place_of_the_first() -> None:
    assert issue("in", "-o", "out") == Exit.OK
    assert issue("in", "-o", "out", "--format", "md") == Exit.OK
    assert {Path(name).suffix for name in files("out/articles")} == {".md"}


@pytest.mark.parametrize(("first", "then"), [("txt", "jsonl"), ("jsonl", "txt"), ("txt", "json")])
def test_no_articles_of_an_earlier_run_stay(first: str, then: str) -> None:
    assert issue("in", "-o", "out", "--format", then) == Exit.OK
    wanted = list(files("out"))
    assert issue("in", "-o", "out", "--format", first) == Exit.OK
    assert issue("in", "-o", "out", "--format", then) == Exit.OK
    assert list(files("out")) == wanted


def test_several_issues_have_a_folder_each() -> None:
    lay("three-hops", "other")
    assert issue("in", "other", "-o", "out") == Exit.OK
    assert sorted(path.name for path in Path("out").iterdir()) == ["in", "other"]
    assert read_json("out/other/issue.json")["articles"][0]["pages"] == [0, 1, 2]
    assert issue("in", "-o", "alone") == Exit.OK
    assert files("alone")["issue.txt"] == files("out/in")["issue.txt"]


def test_two_issues_of_one_name_are_refused(capfd: Capture) -> None:
    lay("three-hops", "other/in")
    assert "one name" in refused(Exit.USAGE, capfd, "issue", "in", "other/in", "-o", "out")
    assert not Path("out").exists()


@pytest.mark.parametrize("out", ["in", "in/out", "./in/../in/x"])
def test_results_never_go_among_the_pages(out: str, capfd: Capture) -> None:
    before = files("in")
    assert "lies in the input folder" in refused(Exit.USAGE, capfd, "issue", "in", "-o", out)
    assert files("in") == before


def test_a_file_is_no_folder_for_results(capfd: Capture) -> None:
    Path("out").write_text("mine", "utf-8")
    assert "is a file; an issue needs a folder" in refused(Exit.USAGE, capfd, "issue", "in", "-o", "out")
    assert Path("out").read_text("utf-8") == "mine"


def test_a_place_that_cannot_be_written(capfd: Capture) -> None:
    Path("file").write_text("mine", "utf-8")
    assert "cannot be written" in refused(Exit.WRITE, capfd, "issue", "in", "-o", "file/out")


def test_reprints_linked_left_out_or_not_looked_for(capfd: Capture) -> None:
    lay("reprints", "again")
    told = {}
    for how in ("link", "merge", "off"):
        assert issue("again", "-o", how, "--reprints", how) == Exit.OK
        told[how] = capfd.readouterr().err.split("; explain")[0]
    assert told == {
        "link": "repair: again: 3 pages, 12 articles, 4 printed again",
        "merge": "repair: again: 3 pages, 8 articles, 4 printed again",
        "off": "repair: again: 3 pages, 12 articles",
    }
    assert len(list(Path("merge/articles").iterdir())) == 8
    rows = read_json("link/issue.json")["reprints"]
    assert [(row["article"], [copy["article"] for copy in row["copies"]]) for row in rows] == [
        ("p1a1", ["p3a1"]),
        ("p1a2", ["p3a3"]),
        ("p1a3", ["p3a4"]),
        ("p2a1", ["p3a2"]),
    ]
    for how in told:
        assert main(["undo", f"{how}/issue.txt", "-o", f"{how}-back"]) == Exit.OK
        assert files(f"{how}-back") == files("again")


# ---- undo, explain, veto ---------------------------------------------------------------------------------------------


def test_undo_gives_the_pages_back(capfd: Capture) -> None:
    page = Path("in/page2.txt")
    page.write_bytes(page.read_text("utf-8").replace("\n", "\r\n").encode("gb18030"))
    assert issue("in", "-o", "out") == Exit.OK
    for number, given in enumerate(("out", "out/issue.txt")):
        assert main(["undo", given, "-o", f"again/{number}"]) == Exit.OK
        assert files(f"again/{number}") == files("in")
    capfd.readouterr()
    assert main(["undo", "out/issue.txt", "-o", "again/1"]) == Exit.OK
    Path("again/1/page1.txt").unlink()
    Path("again/1/page3.txt").write_text("mine", "utf-8")
    assert "is not written over" in refused(Exit.WRITE, capfd, "undo", "out/issue.txt", "-o", "again/1")
    assert "is there already" in refused(
        Exit.USAGE, capfd, "undo", "out/issue.txt", "-o", "again/1", "--existing", "abort"
    )
    assert not Path("again/1/page1.txt").exists()
    assert Path("again/1/page3.txt").read_text("utf-8") == "mine"


def test_undo_of_an_issue_asks_for_a_folder(capfd: Capture) -> None:
    assert issue("in", "-o", "out") == Exit.OK
    capfd.readouterr()
    assert "give a folder for its pages" in refused(Exit.USAGE, capfd, "undo", "out/issue.txt")
    Path("file").write_text("mine", "utf-8")
    assert "give a folder for its pages" in refused(Exit.USAGE, capfd, "undo", "out/issue.txt", "-o", "file")
    assert Path("file").read_text("utf-8") == "mine"


def test_undo_refuses_a_text_that_was_edited(capfd: Capture) -> None:
    assert issue("in", "-o", "out") == Exit.OK
    Path("out/issue.txt").write_text(Path("out/issue.txt").read_text("utf-8") + "x", "utf-8")
    capfd.readouterr()
    assert "was altered" in refused(Exit.USAGE, capfd, "undo", "out/issue.txt", "-o", "back")
    assert not Path("back").exists()


def test_undo_writes_nothing_outside_its_folder() -> None:
    Path("papers").mkdir()
    Path("papers/issue.toml").write_text(MANIFEST.replace("in/", "../in/"), "utf-8")
    assert issue("papers/issue.toml", "-o", "out") == Exit.OK
    Path("deep").mkdir()
    main(["undo", "out/issue.txt", "-o", "deep/back"])
    assert not Path("deep/in").exists()


def test_the_text_before_a_rule_had_its_turn(capfd: Capture) -> None:
    assert issue("in", "-o", "out") == Exit.OK
    capfd.readouterr()
    assert main(["undo", "out/issue.txt", "--before", "issue/continued-article", "-o", "before.txt"]) == Exit.OK
    before = Path("before.txt").read_text("utf-8")
    assert before != Path("out/issue.txt").read_text("utf-8")
    assert "\n\n（下转第三版）\n" in before


def test_the_ledger_says_the_page_of_a_change_and_of_a_copy() -> None:
    lay("reprints", "again")
    assert issue("again", "-o", "out", "--reprints", "merge") == Exit.OK
    header, *rows = [json.loads(line) for line in Path("out/issue.txt.ledger.jsonl").read_text("utf-8").splitlines()]
    texts = [path.read_text("utf-8") for path in sorted(Path("again").iterdir())]
    whole = "\n\f\n".join(texts)
    for page, text in zip(header["pages"], texts, strict=True):
        assert page["raw_sha256"] == hashlib.sha256(text.encode()).hexdigest()
        assert whole[page["raw_start"] :].startswith(text)
    merged = [row for row in rows if row["rule"] == "issue/reprint"]
    assert merged
    for row in merged:
        start, end = row["raw"][0]
        assert whole[start:end].split("\n")[0] == texts[row["page"]].split("\n")[row["line"] - 1][row["col"] - 1 :]
        start, end = row["copies"][0]
        assert whole[start:end].split("\n")[0] in texts[row["copy_page"]].split("\n")[row["copy_line"] - 1]


def test_an_issue_that_breaks_a_law_is_not_written(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    whole = engine.run_once

    def broken(*given: Any, **how: Any) -> Any:
        result, met = whole(*given, **how)
        return replace(result, error="characters are lost (law 1)"), met

    monkeypatch.setattr(engine, "run_once", broken)
    assert issue("in", "-o", "out") == Exit.LAW
    assert "not written: page1.txt: characters are lost (law 1)" in capfd.readouterr().err
    assert not Path("out").exists()


def test_explain_says_the_pages(capfd: Capture) -> None:
    assert issue("in", "-o", "out") == Exit.OK
    capfd.readouterr()
    for given in ("out", "out/issue.txt", "out/issue.txt.ledger.jsonl"):
        assert main(["explain", given]) == Exit.OK
        told = capfd.readouterr().out
        assert told.startswith("in: ")
        assert "issue/continued-article: 3 applied" in told
        assert "the article goes on on another page, inside a paragraph" in told
    assert main(["explain", "out/issue.txt", "--rule", "issue/continued-article", "--json"]) == Exit.OK
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert {row["rule"] for row in rows} == {"issue/continued-article"}
    assert main(["explain", "out/issue.txt", rows[0]["key"]]) == Exit.OK
    told = capfd.readouterr().out
    assert f"of {['page1.txt', 'page2.txt', 'page3.txt'][rows[0]['page']]}\n" in told
    assert "repair issue in --veto veto.txt" in told
    assert main(["explain", "out/issue.txt", "--rule", "furniture/folio"]) == Exit.OK
    told = capfd.readouterr().out
    assert "p2:1:1" in told
    assert "p3:1:1" in told


def test_a_key_from_the_ledger_is_a_veto(capfd: Capture) -> None:
    assert issue("in", "-o", "out") == Exit.OK
    capfd.readouterr()
    assert main(["explain", "out/issue.txt", "--rule", "issue/continued-article", "--json"]) == Exit.OK
    Path("veto.txt").write_text(capfd.readouterr().out, "utf-8")
    assert issue("in", "-o", "out", "--veto", "veto.txt") == Exit.OK
    err = capfd.readouterr().err
    assert "3 pages, 9 articles;" in err
    assert err.count("its other part was not found") == 7
    assert len(read_json("out/issue.json")["unmatched_jumps"]) == 7


# ---- reprints --------------------------------------------------------------------------------------------------------


@pytest.fixture
def archive() -> None:
    """Two issues with an article in common, which one of them has twice."""
    lay("reprints", "archive/0410")
    lay("three-hops", "archive/0412")
    page = Path("archive/0412/page3.txt")
    lamp = Path("archive/0410/page1.txt").read_text("utf-8").split("# ")[1]
    page.write_text(page.read_text("utf-8") + f"\n# {lamp.replace('全部通车', '都已通车')}", "utf-8")


@pytest.mark.usefixtures("archive")
def test_reprints_over_issues(capfd: Capture) -> None:
    assert main(["reprints", "archive"]) == Exit.OK
    out, err = capfd.readouterr()
    head, best, *copies = out.split("\n\n")[0].splitlines()
    assert (head, best) == ("双桥镇修好三座便民桥", "  best  archive/0412, page 3, article p3a3")
    assert [copy.split(":")[0] for copy in copies] == [
        "  copy  archive/0410, page 1, article p1a1",
        "  copy  archive/0410, page 3, article p3a1",
    ]
    assert all("100% of the shorter in the longer, 9" in copy for copy in copies)
    assert "青麦巷豆腐坊传到第四代\n  best  archive/0410, page 2, article p2a1\n" in out
    assert "p3a2: the same to the letter\n" in out
    assert "repair: 2 issues, 17 articles, 4 printed again\n" in err


@pytest.mark.usefixtures("archive")
def test_reprints_as_json_lines(capfd: Capture) -> None:
    assert main(["reprints", "archive", "--format", "jsonl"]) == Exit.OK
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [row["schema"] for row in rows] == [1] * 4
    assert rows[0]["article"]["headline"] == "双桥镇修好三座便民桥"
    assert rows[0]["article"]["issue"] == "archive/0412"
    assert [(copy["issue"], copy["id"]) for copy in rows[0]["copies"]] == [
        ("archive/0410", "p1a1"),
        ("archive/0410", "p3a1"),
    ]
    for row in rows:
        for variant in row["apparatus"]:
            assert row["text"][variant["start"] : variant["end"]] == variant["text"]
            assert all(reading["text"] != variant["text"] for reading in variant["readings"])
    assert not any("注销公告" in row["text"] for row in rows)


@pytest.mark.usefixtures("archive")
@pytest.mark.slow
@pytest.mark.parametrize("form", ["txt", "jsonl"])
def test_reprints_are_the_same_on_two_processes(form: str) -> None:
    one, two = (command("reprints", "archive", "--format", form, "--jobs", jobs) for jobs in ("1", "2"))
    assert (one.returncode, two.returncode) == (0, 0), two.stderr
    assert one.stdout == two.stdout
    assert one.stdout


@pytest.mark.usefixtures("archive")
def test_an_issue_that_cannot_be_read_does_not_stop_the_others(capfd: Capture) -> None:
    Path("archive/0411").mkdir()
    Path("archive/0411/page1.txt").write_bytes(b"%PDF-1.7\n")
    assert main(["reprints", "archive"]) == Exit.FAILED
    out, err = capfd.readouterr()
    assert "archive/0411" in err
    assert "Traceback" not in err
    assert "双桥镇修好三座便民桥" in out


def test_no_reprints(capfd: Capture) -> None:
    assert main(["reprints", "in"]) == Exit.OK
    out, err = capfd.readouterr()
    assert out == ""
    assert "0 printed again" in err


@pytest.mark.parametrize("jobs", ["0", "-1"])
def test_no_processes_are_wrong_usage(jobs: str, capfd: Capture) -> None:
    assert "at least one process" in refused(Exit.USAGE, capfd, "reprints", "in", "--jobs", jobs)


@pytest.mark.parametrize("inputs", [["in", "in"], [".", "in"]])
def test_an_issue_given_twice_is_taken_once(inputs: list[str], capfd: Capture) -> None:
    assert main(["reprints", *inputs]) in (Exit.OK, Exit.USAGE)


# ---- a page alone ----------------------------------------------------------------------------------------------------


def test_a_page_has_the_form_of_an_issue(capfd: Capture) -> None:
    assert main(["run", "in/page1.txt", "--format", "json"]) == Exit.OK
    page = json.loads(capfd.readouterr().out)
    assert issue("in", "--format", "json") == Exit.OK
    whole = json.loads(capfd.readouterr().out)
    assert page["schema"] == whole["schema"] == 2
    assert page.keys() == whole.keys()
    assert page["pages"] == [{"name": "in/page1.txt", "label": "1", "raw_chars": whole["pages"][0]["raw_chars"]}]
    assert page["articles"][0].keys() <= whole["articles"][0].keys()
    assert page["articles"][0]["blocks"][0] == whole["articles"][0]["blocks"][0]
    assert [article["id"] for article in page["articles"]] == ["p1a1", "p1a2", "p1a3"]
    assert page["reprints"] == []


def test_the_help_names_what_it_takes() -> None:
    done = command("issue", "--help")
    assert done.returncode == 0
    for word in (b"manifest", b"form feeds", b"link,merge,off", b"--veto"):
        assert word in done.stdout


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs signals")
@pytest.mark.slow
@pytest.mark.parametrize("command", ["issue", "reprints"])
def test_a_request_to_end_is_ctrl_c(command: str) -> None:
    os.mkfifo("pages.txt")  # the command waits for its page, which never comes
    code = "import sys; from repair.cli import main; print('on', flush=True); sys.exit(main(sys.argv[1:]))"
    with subprocess.Popen(
        [sys.executable, "-c", code, command, "pages.txt"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout and running.stderr
        running.stdout.readline()
        time.sleep(1)
        running.terminate()
        assert running.wait() == Exit.INTERRUPTED
        assert b"interrupted" in running.stderr.read()
