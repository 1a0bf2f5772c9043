"""Nothing is written over that this program did not write, or that was edited since; nothing out of the folder."""

from __future__ import annotations

import doctest
import gzip
import shutil
from pathlib import Path

import pytest

from repair.cli import Exit, main
from repair.files import guard
from repair.files.guard import Write, is_sealed, sealed_html, sealed_ledger, staged
from repair.files.writing import settle
from repair.rulebook.resources import fixtures_dir
from tests.usual import some

RAW = "镇上修了新桥,人人说好。\n渠里来了水,渠边栽了树。\n"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a page, and one with the pages of an issue."""
    monkeypatch.chdir(tmp_path)
    Path("page.txt").write_text(RAW, "utf-8")
    Path("in").mkdir()
    for path in (fixtures_dir() / "issues/jumps").glob("*.txt"):
        shutil.copy(path, "in")
    return tmp_path


def tree(folder: str = ".") -> dict[str, bytes]:
    """All files below a folder."""
    return {str(path): path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()}


def edit(path: str) -> None:
    """Change a word by hand, or add one, and keep the rest."""
    file = Path(path)
    said = file.read_text("utf-8")
    file.write_text(said.replace("，", "、", 1) if "，" in said else f"{said} by hand\n", "utf-8")


def refused(capfd: Capture, *arguments: str, named: str) -> None:
    """The command is refused, names the file, says what to do, and changes nothing at all; unless it is told to."""
    before = tree()
    capfd.readouterr()
    assert main(list(arguments)) == Exit.WRITE
    said = capfd.readouterr().err
    assert f"{named} was " in said
    assert "Move it away, give another -o, or run with --existing overwrite." in said
    assert tree() == before
    assert main([*arguments, "--existing", "overwrite"]) == Exit.OK
    assert tree()[named] != before[named]


PAGE = ("run", "page.txt", "-o", "out.txt")
ISSUE = ("issue", "in", "-o", "out")


@pytest.mark.parametrize("form", ["txt", "md", "json"])
@pytest.mark.parametrize("name", ["out.txt", "out.txt.ledger.jsonl"])
def test_an_edited_output_or_ledger_of_a_page_is_kept(name: str, form: str, capfd: Capture) -> None:
    assert main([*PAGE, "--format", form]) == Exit.OK
    edit(name)
    refused(capfd, *PAGE, "--format", form, named=name)


@pytest.mark.parametrize(
    "options",
    [(), ("--apply", "safe"), ("--format", "md"), ("--format", "json"), ("--chain", "as-printed")],
)
def test_own_untouched_outputs_are_made_again_whatever_is_asked_for(options: tuple[str, ...]) -> None:
    assert main([*PAGE]) == Exit.OK
    assert main([*PAGE, *options]) == Exit.OK
    whole = tree()
    for name in ("out.txt", "out.txt.ledger.jsonl"):
        Path(name).unlink()
    assert main([*PAGE, *options]) == Exit.OK
    assert tree() == whole


def test_an_output_without_its_ledger_is_not_known(capfd: Capture) -> None:
    assert main([*PAGE]) == Exit.OK
    Path("out.txt.ledger.jsonl").unlink()
    assert main([*PAGE]) == Exit.OK  # to the byte what is to be written
    Path("out.txt.ledger.jsonl").unlink()
    refused(capfd, *PAGE, "--format", "md", "--apply", "safe", "--format", "json", named="out.txt")


def test_a_file_of_somebody_else_is_kept_and_an_empty_one_is_not(capfd: Capture) -> None:
    Path("out.txt").write_text("mine", "utf-8")
    refused(capfd, *PAGE, named="out.txt")
    Path("new.txt").touch()
    assert main(["run", "page.txt", "-o", "new.txt"]) == Exit.OK


def test_a_ledger_on_its_own_is_kept(capfd: Capture) -> None:
    alone = ("run", "page.txt", "--ledger", "l.jsonl")
    assert main([*alone]) == main([*alone, "--apply", "safe"]) == Exit.OK
    edit("l.jsonl")
    refused(capfd, *alone, named="l.jsonl")


@pytest.mark.parametrize("existing", ["skip", "abort"])
@pytest.mark.parametrize(
    ("first", "again", "name"),
    [
        (PAGE, PAGE, "out.txt"),
        (ISSUE, ISSUE, "out/issue.txt"),
        (PAGE, ("report", "out.txt"), "out.txt.report.html"),
        (PAGE, ("undo", "out.txt", "-o", "raw.txt"), "raw.txt"),
    ],
)
def test_what_is_there_is_left_or_ends_the_command(
    first: tuple[str, ...], again: tuple[str, ...], name: str, existing: str
) -> None:
    assert main([*first]) == Exit.OK
    Path(name).write_text("mine", "utf-8")
    before = tree()
    assert main([*again, "--existing", existing]) == (Exit.OK if existing == "skip" else Exit.USAGE)
    assert tree() == before


@pytest.mark.parametrize(
    "name", ["out/issue.txt", "out/issue.json", "out/issue.txt.ledger.jsonl", "out/articles/p1a2.txt"]
)
def test_an_edited_file_of_an_issue_keeps_all_of_it(name: str, capfd: Capture) -> None:
    assert main([*ISSUE]) == Exit.OK
    edit(name)
    Path("in/page2.txt").write_text(Path("in/page2.txt").read_text("utf-8").replace("。", "！"), "utf-8")
    refused(capfd, *ISSUE, named=name)


@pytest.mark.parametrize("form", ["md", "jsonl", "json"])
def test_an_edited_article_is_not_swept_away(form: str, capfd: Capture) -> None:
    assert main([*ISSUE]) == Exit.OK
    edit("out/articles/p2a4.txt")
    before = tree()
    assert main([*ISSUE, "--format", form]) == Exit.WRITE
    assert "out/articles/p2a4.txt was edited" in capfd.readouterr().err
    assert tree() == before
    assert main([*ISSUE, "--format", form, "--existing", "overwrite"]) == Exit.OK
    assert "out/articles/p2a4.txt" not in tree()


def test_edited_articles_in_json_lines_are_kept(capfd: Capture) -> None:
    assert main([*ISSUE, "--format", "jsonl"]) == Exit.OK
    edit("out/articles.jsonl")
    refused(capfd, *ISSUE, "--format", "jsonl", named="out/articles.jsonl")


def test_an_issue_of_a_version_that_noted_no_hashes() -> None:
    """What is the same is written again; what differs could have been edited."""
    assert main([*ISSUE]) == Exit.OK
    whole = tree("out")
    place = Path("out/issue.txt.ledger.jsonl")
    header, rows = place.read_bytes().split(b"\n", 1)
    place.write_bytes(header[: header.index(b', "files"')] + b"}\n" + rows)
    assert main([*ISSUE]) == Exit.OK
    assert tree("out") == whole


def test_an_edited_report_is_kept(capfd: Capture) -> None:
    assert main([*PAGE]) == main(["report", "out.txt"]) == Exit.OK
    assert main([*PAGE, "--apply", "safe"]) == main(["report", "out.txt"]) == Exit.OK
    edit("out.txt.report.html")
    refused(capfd, "report", "out.txt", named="out.txt.report.html")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["out/report.html", "out/report/page1.txt.html"])
def test_an_edited_report_of_a_run_is_kept(name: str, capfd: Capture) -> None:
    assert main(["run", "in", "-o", "out", "--report"]) == Exit.OK
    edit(name)
    edited = Path(name).read_bytes()
    assert main(["report", "out"]) == Exit.WRITE
    assert main(["run", "in", "-o", "out", "--report", "--apply", "safe"]) == Exit.WRITE
    assert capfd.readouterr().err.count(f"{name} was edited since it was written") == 2
    assert Path(name).read_bytes() == edited
    assert main(["report", "out", "--existing", "overwrite"]) == Exit.OK
    assert Path(name).read_bytes() != edited


@pytest.mark.slow
@pytest.mark.parametrize(("existing", "code"), [("skip", Exit.OK), ("abort", Exit.USAGE)])
def test_reports_that_are_there_are_left_or_nothing_is_done(existing: str, code: Exit) -> None:
    assert main(["run", "in", "-o", "out", "--report"]) == main([*PAGE]) == main(["report", "out.txt"]) == Exit.OK
    edit("out/report.html")
    Path("out/report/page1.txt.html").unlink()
    before = tree()
    assert main(["report", "out.txt", "out", "--existing", existing]) == code
    assert tree().keys() - before.keys() == ({"out/report/page1.txt.html"} if existing == "skip" else set())
    assert {name: data for name, data in tree().items() if name in before} == before


def test_a_ledger_edited_in_a_folder_run_is_kept(capfd: Capture) -> None:
    assert main(["run", "in", "-o", "out"]) == Exit.OK
    edit("out/page1.txt.ledger.jsonl")
    edited = tree("out")["out/page1.txt.ledger.jsonl"]
    assert main(["run", "in", "-o", "out", "--apply", "safe"]) == Exit.WRITE
    assert "out/page1.txt.ledger.jsonl was " in capfd.readouterr().err
    assert tree("out")["out/page1.txt.ledger.jsonl"] == edited


def test_undo_writes_over_nothing(capfd: Capture) -> None:
    assert main([*PAGE]) == Exit.OK
    undo = ("undo", "out.txt", "-o", "raw.txt")
    assert main([*undo]) == main([*undo]) == Exit.OK
    edit("raw.txt")
    refused(capfd, *undo, named="raw.txt")


@pytest.mark.parametrize(
    ("name", "how"),
    some([("out.jsonl", "edited"), ("out.jsonl", "cut"), ("out.jsonl.gz", "longer"), ("out.jsonl.zst", "edited")]),
)
def test_an_edited_file_of_rows_is_kept(name: str, how: str, capfd: Capture) -> None:
    from repair.files.packing import content, pack

    rows = ("run", "in", "-o", name)
    assert main([*rows]) == main([*rows, "--apply", "safe"]) == main([*rows]) == Exit.OK
    said = content(Path(name))
    said = {"edited": said.replace(b"blocks", b"blocs", 1), "longer": said + b"{}\n", "cut": said[:-9]}[how]
    Path(name).write_bytes(b"".join(pack(Path(name), [said])))
    edited = Path(name).read_bytes()
    assert main([*rows]) == Exit.WRITE
    assert f"{name} was edited since it was written" in capfd.readouterr().err
    assert Path(name).read_bytes() == edited
    assert main([*rows, "--existing", "overwrite"]) == Exit.OK
    assert Path(name).read_bytes() != edited


def test_a_file_of_rows_of_somebody_else_is_kept(capfd: Capture) -> None:
    Path("out.jsonl").write_text('{"mine": 1}\n', "utf-8")
    assert main(["run", "in", "-o", "out.jsonl"]) == Exit.WRITE
    assert "out.jsonl was not written by this program" in capfd.readouterr().err
    assert Path("out.jsonl").read_text("utf-8") == '{"mine": 1}\n'


def test_a_compressed_output_is_known_by_its_content(capfd: Capture) -> None:
    packed = ("run", "page.txt", "-o", "out.txt.gz")
    assert main([*packed]) == Exit.OK
    Path("out.txt.gz").write_bytes(gzip.compress(gzip.decompress(Path("out.txt.gz").read_bytes()), 1))
    assert main([*packed, "--apply", "safe"]) == Exit.OK
    Path("out.txt.gz").write_bytes(gzip.compress(b"by hand"))
    assert main([*packed]) == Exit.WRITE
    assert "out.txt.gz was edited" in capfd.readouterr().err


# ---- seals -----------------------------------------------------------------------------------------------------------


def test_seals() -> None:
    plain = b'{"ledger": 1, "tool": "scan-repair 0.1.0"}\n{"key": "0"}\n'
    for files in (None, {"issue.json": "0" * 64}):
        said = sealed_ledger(plain, files)
        assert is_sealed(said)
        for old, new in ((b'"key"', b'"Key"'), (b"0.1.0", b"0.1.1"), (b"\n", b"\r\n"), (b'"}\n', b'" }\n')):
            assert is_sealed(said.replace(old, new, 1)) is False
    page = sealed_html("<!doctype html>\n<p>新桥</p>")
    assert is_sealed(page)
    assert is_sealed(page.replace("新".encode(), "老".encode())) is False
    assert is_sealed(page + b"\n") is False
    assert is_sealed(b"") is None


def test_a_ledger_and_a_report_of_a_version_without_seals_are_known() -> None:
    assert main([*PAGE]) == main(["report", "out.txt"]) == Exit.OK
    for name in ("out.txt.ledger.jsonl", "out.txt.report.html"):
        data = Path(name).read_bytes()
        header, rows = data.split(b"\n", 1)
        old = (
            (header[: header.rindex(b", ")] + b"}\n" + rows)
            if name.endswith(".jsonl")
            else data[: data.rindex(b"\n<!-- ")]
        )
        Path(name).write_bytes(old)
        assert b"seal" not in old
    assert main([*PAGE, "--apply", "safe"]) == main(["report", "out.txt"]) == Exit.OK


def test_all_or_none() -> None:
    Path("mine.txt").write_text("mine", "utf-8")
    before = tree()
    with pytest.raises(guard.WriteError, match=r"mine\.txt was not written"):
        staged([Write(Path("a.txt"), b"a"), Write(Path("mine.txt"), b"b")])
    with pytest.raises(guard.WriteError, match="is a folder"):
        staged([Write(Path("a.txt"), b"a"), Write(Path("in"), b"b")])
    assert tree() == before
    settle(staged([Write(Path("a.txt"), b"a"), Write(Path("mine.txt"), b"b")], overwrite=True))
    assert Path("mine.txt").read_bytes() == b"b"


def test_examples_in_docstrings() -> None:
    result = doctest.testmod(guard)
    assert result.attempted and not result.failed


# ---- links -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(house: Path) -> Path:
    """A folder that no result belongs in."""
    place = house / "elsewhere"
    place.mkdir()
    (place / "page1.txt").write_text("mine", "utf-8")
    return place


@pytest.mark.slow
@pytest.mark.parametrize("link", ["out/sub", "out/report/sub"])
def test_a_folder_that_is_a_link_costs_its_pages_only(link: str, elsewhere: Path, capfd: Capture) -> None:
    Path("in/sub").mkdir()
    shutil.copy("in/page1.txt", "in/sub/page9.txt")
    Path(link).parent.mkdir(parents=True)
    Path(link).symlink_to(elsewhere)
    assert main(["run", "in", "-o", "out", "--report"]) == Exit.WRITE
    assert f"{link}/page9.txt" in (said := capfd.readouterr().err)
    assert "leads by a link out of out" in said
    assert [path.name for path in elsewhere.iterdir()] == ["page1.txt"]
    assert Path("out/page1.txt").is_file()


def test_a_page_that_is_a_link_is_not_followed_out(elsewhere: Path, capfd: Capture) -> None:
    Path("out").mkdir()
    Path("out/page1.txt").symlink_to(elsewhere / "page1.txt")
    Path("out/page2.txt").symlink_to(elsewhere / "new.txt")
    assert main(["run", "in", "-o", "out", "--existing", "overwrite"]) == Exit.WRITE
    assert "out/page1.txt leads by a link out of out" in capfd.readouterr().err
    assert {path.name: path.read_text() for path in elsewhere.iterdir()} == {"page1.txt": "mine"}
    assert Path("out/page3.txt").is_file()


@pytest.mark.parametrize("name", [".repair", "report", "manifest.jsonl", "report.html", "failures.jsonl"])
def test_a_place_of_the_run_that_is_a_link_ends_it_before_it_starts(name: str, elsewhere: Path) -> None:
    Path("out").mkdir()
    Path("out", name).symlink_to(elsewhere / ("" if name in (".repair", "report") else name))
    assert main(["run", "in", "-o", "out", "--report"]) == Exit.WRITE
    assert [path.name for path in Path("out").iterdir()] == [name]
    assert [path.name for path in elsewhere.iterdir()] == ["page1.txt"]


def test_the_articles_are_not_put_behind_a_link(elsewhere: Path, capfd: Capture) -> None:
    Path("out").mkdir()
    Path("out/articles").symlink_to(elsewhere)
    assert main([*ISSUE]) == Exit.WRITE
    assert "leads by a link out of out" in capfd.readouterr().err
    assert [path.name for path in elsewhere.iterdir()] == ["page1.txt"]
    assert [path.name for path in Path("out").iterdir()] == ["articles"]


def test_the_output_folder_itself_may_be_a_link_and_so_may_what_stays_in_it(elsewhere: Path) -> None:
    Path("out").symlink_to(elsewhere)
    Path("out/page1.txt").unlink()
    Path("out/disk").mkdir()
    Path("out/sub").symlink_to("disk")
    Path("in/sub").mkdir()
    shutil.copy("in/page1.txt", "in/sub/page9.txt")
    assert main(["run", "in", "-o", "out"]) == Exit.OK
    assert Path("out/disk/page9.txt").is_file()
