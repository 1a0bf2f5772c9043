"""The report: every change at its place on both sides, the page's text only ever text, one file that loads nothing."""

from __future__ import annotations

import doctest
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings

from repair.cli import main
from repair.cli.exits import Exit
from repair.core.chain import Chain
from repair.core.change import Change, Outcome, Safety
from repair.core.errors import ReadError
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit
from repair.files.decoding import Encoding
from repair.history import ledger
from repair.history.ledger import Ledger
from repair.history.undo import replay
from repair.report import overview_report, page_report
from repair.report.align import beside, lines_of
from repair.report.change_types import kind_of
from repair.report.provenance import Fates, fates_of
from repair.rulebook.resources import fixtures_dir
from tests.benchmarks.made_reports import HOSTILE, made
from tests.history.random_chains import CHAINS, files, run

VOID = {"meta", "input", "link", "br", "img", "wbr"}


class Reader(HTMLParser):
    """Elements with their attributes and texts; an element that is closed in the wrong place is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[dict[str, str]] = []
        self.elements: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = {"tag": tag, "text": "", **{name: value or "" for name, value in attrs}}
        self.elements.append(element)
        if tag not in VOID and not (self.get_starttag_text() or "").endswith("/>"):
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()["tag"] == tag, tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element["text"] += data


def parsed(html: str) -> list[dict[str, str]]:
    reader = Reader()
    reader.feed(html)
    assert not reader.open
    ids = [element["id"] for element in reader.elements if "id" in element]
    assert len(ids) == len(set(ids))
    return reader.elements


def classed(elements: list[dict[str, str]], name: str) -> list[dict[str, str]]:
    return [element for element in elements if name in element.get("class", "").split()]


def column(elements: list[dict[str, str]], letter: str) -> str:
    lines = [element for element in classed(elements, "l") if element["id"].startswith(letter)]
    return "\n".join(line["text"] for line in lines)


@pytest.fixture(scope="module")
def many() -> tuple[Ledger, str]:
    return made(200, hostile=True)


# ---- what became of the characters -----------------------------------------------------------------------------------


def covered(fates: Fates, *, raw: bool, kinds: set[str]) -> set[int]:
    parts = fates.raw_parts if raw else fates.repaired_parts
    return {place for part in parts if part.kind in kinds for place in range(part.start, part.end)}


@settings(max_examples=150, deadline=None)
@given(files(), CHAINS)
def test_every_character_that_went_or_came_is_in_a_part(file: tuple[str, Encoding], chain: Chain) -> None:
    raw, encoding = file
    read = ledger.parse(run(raw, encoding, chain)[3])
    fates = fates_of(read, raw)
    assert fates.repaired == replay(raw, read)
    changed = {"removed", "joined", "replaced", "moved", "inserted"}
    applied = [row.outcome == Outcome.APPLIED for row in read.changes]
    made_only = fates._replace(
        raw_parts=[part for part in fates.raw_parts if applied[part.change]],
        repaired_parts=[part for part in fates.repaired_parts if applied[part.change]],
    )
    gone, come = covered(made_only, raw=True, kinds=changed), covered(made_only, raw=False, kinds=changed)
    kept_raw = [char for place, char in enumerate(fates.raw) if place not in gone]
    kept = [char for place, char in enumerate(fates.repaired) if place not in come]
    assert kept_raw == kept
    for parts in (fates.raw_parts, fates.repaired_parts):
        assert {part.change for part in parts} == set(range(len(read.changes)))


@settings(max_examples=80, deadline=None)
@given(files(), CHAINS)
def test_all_lines_of_both_texts_stand_once_and_in_order(file: tuple[str, Encoding], chain: Chain) -> None:
    raw, encoding = file
    fates = fates_of(ledger.parse(run(raw, encoding, chain)[3]), raw)
    old, new = lines_of(fates.raw), lines_of(fates.repaired)
    groups = list(beside(fates, old, new))
    assert [i for group in groups for i in range(group.raw, group.raw_end)] == list(range(len(old)))
    assert [j for group in groups for j in range(group.repaired, group.repaired_end)] == list(range(len(new)))


@settings(max_examples=60, deadline=None)
@given(files(), CHAINS)
def test_both_texts_can_be_read_off_the_report(file: tuple[str, Encoding], chain: Chain) -> None:
    raw, encoding = file
    read = ledger.parse(run(raw, encoding, chain)[3])
    elements = parsed(page_report(read, raw))
    fates = fates_of(read, raw)

    def bare(text: str) -> str:
        return re.sub(r"[\s␣□⏎×]|<[0-9A-F]{4,}>|[\u2028\x0c]", "", text)

    assert bare(column(elements, "r")) == bare(fates.raw)
    assert bare(column(elements, "n")) == bare(fates.repaired)


def test_kinds_of_changes(many: tuple[Ledger, str]) -> None:
    kinds = {row.rule: kind_of(row) for row in many[0].changes}
    assert kinds == {
        "furniture/masthead": "marked",
        "layout/passage-read-twice": "removed",
        "layout/headline-after-body": "moved",
        "layout/wrapped-line": "joined",
        "layout/cut-paragraph": "joined",
        "structure/fragment": "marked",
        "widths/half-width-comma": "replaced",
    }


def test_a_change_is_found_where_later_moves_put_it() -> None:
    page, raw = made(100)
    fates = fates_of(page, raw)
    (piece,) = fates.pieces
    (part,) = [part for part in fates.repaired_parts if part.kind == "moved"]
    assert fates.raw[piece.raw] == fates.repaired[piece.repaired] == "※"
    assert fates.repaired[part.start : part.end].strip() == fates.raw[piece.raw :].split("\n")[0]
    (copy,) = [part for part in fates.raw_parts if part.kind == "copy"]
    (gone,) = [part for part in fates.raw_parts if part.kind == "removed"]
    assert (copy.change, copy.start, copy.end) == (gone.change, 6, 26)
    lines, new_lines = lines_of(fates.raw), lines_of(fates.repaired)
    (source,) = [i for i, line in enumerate(lines) if fates.raw[line.start] == "※"]
    (target,) = [j for j, line in enumerate(new_lines) if fates.repaired[line.start] == "※"]
    for group in beside(fates, lines, new_lines):
        old = [fates.raw[slice(*lines[i])].strip() for i in range(group.raw, group.raw_end)]
        new = [fates.repaired[slice(*new_lines[j])].strip() for j in range(group.repaired, group.repaired_end)]
        assert not (group.raw <= source < group.raw_end and any(new))
        assert not (group.repaired <= target < group.repaired_end and any(old))


def test_a_place_whose_neighbour_goes_later_stays_where_it_was() -> None:
    def without(char: str) -> Rule:
        def find(page: Page, options: Options) -> Iterator[Change]:
            at = page.text.value.find(char)
            yield Change((Edit(at, at + 1, ""),), "read twice", removes=char)

        return Rule(char, char, Phase.LAYOUT, "for a test", find)

    chain = Chain("two", (without("新"), without("上")))
    raw = "河上新桥"
    fates = fates_of(ledger.parse(run(raw, Encoding("utf-8", False, True, "none"), chain)[3]), raw)
    assert fates.repaired == "河桥"
    assert [(part.start, part.end) for part in fates.repaired_parts] == [(1, 1), (1, 1)]


def test_another_raw_text_is_refused(many: tuple[Ledger, str]) -> None:
    page, raw = many
    for other in (raw[:-1], raw.replace(",", ";")):
        with pytest.raises(ReadError, match="another raw text"):
            page_report(page, other)


# ---- the report of a page --------------------------------------------------------------------------------------------


def test_every_change_is_told_with_rule_reason_and_confidence(many: tuple[Ledger, str]) -> None:
    page, raw = many
    elements = parsed(page_report(page, raw))
    told = {element["data-key"]: element for element in elements if "data-key" in element}
    assert len(told) == len(page.changes)
    for row in page.changes:
        text = " ".join(told[row.key]["text"].split())
        for said in (row.rule, row.reason, f"confidence {row.confidence}", row.safety, f"line {row.line:,}", row.key):
            assert said in text
        assert (row.outcome in text) == (row.outcome != "applied")
        assert "column" in text or not row.col
    links = {element["href"][1:] for element in elements if element.get("href", "").startswith("#")}
    assert links <= {element.get("id") for element in elements}


def test_every_change_is_marked_in_both_texts(many: tuple[Ledger, str]) -> None:
    page, raw = many
    elements = parsed(page_report(page, raw))
    marked = {number for element in elements for number in element.get("data-c", "").split()}
    assert marked == {element["id"][1:] for element in elements if "data-key" in element}
    assert {element["text"] for element in classed(elements, "replaced") if element["tag"] == "del"} >= {","}
    assert {element["text"] for element in classed(elements, "replaced") if element["tag"] == "ins"} >= {"，"}
    assert classed(elements, "moved") and classed(elements, "copy") and classed(elements, "suggested")
    gaps = [element for element in classed(elements, "gap") if "data-c" in element]
    assert [element["text"][:3] for element in gaps if "first" in element["class"]] == ["半段话"] * 2
    assert [element["text"] for element in gaps if "replaced" in element["class"]] == [",", "，"]


def test_hostile_text_is_text(many: tuple[Ledger, str]) -> None:
    page, raw = many
    html = page_report(page, raw)
    elements = parsed(html)
    assert [element["tag"] for element in elements].count("script") == 1
    assert not [element for element in elements if element["tag"] in ("img", "b") and "src" in element]
    assert not any(name.startswith("on") for element in elements for name in element)
    for side in ("r", "n"):
        assert HOSTILE[0] in column(elements, side)
        assert HOSTILE[1] in column(elements, side).replace("，", ",")
        assert "右至左<202E>abc<2066>def<2069> 零宽<200B> 行分隔<2028>段<2029> 响铃<0007> 空<0000> <FEFF>尾" in column(
            elements, side
        )
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff\x00-\x08]", html)
    assert "pages/<b>made</b>.txt" in next(element["text"] for element in elements if element["tag"] == "h1")


def leaving(elements: list[dict[str, str]]) -> Iterator[str]:
    """What could be loaded, and where a click could lead."""
    for element in elements:
        yield from (element[name] for name in ("src", "href", "action", "data", "poster", "srcset") if name in element)


def test_the_file_loads_nothing_and_leads_nowhere(many: tuple[Ledger, str]) -> None:
    elements = parsed(page_report(*many))
    assert all(target.startswith("#") for target in leaving(elements))
    assert not [element for element in elements if element["tag"] in ("link", "iframe", "object", "embed", "base")]
    style = next(element["text"] for element in elements if element["tag"] == "style")
    assert "@import" not in style and not re.search(r"url\((?!#)", style)
    policy = next(element["content"] for element in elements if element.get("http-equiv"))
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert not [element for element in elements if "style" in element]


def test_an_unchanged_page() -> None:
    raw = (fixtures_dir() / "pages/notices-alike/raw.txt").read_text("utf-8")
    encoding = Encoding("utf-8", False, True, "lf")
    page = ledger.parse(run(raw, encoding, Chain("none", ()), apply=Safety.SAFE)[3])
    html = page_report(page, raw)
    assert "The text was not changed." in html and "Nothing was changed and nothing suggested." in html
    assert column(parsed(html), "r") == column(parsed(html), "n")
    assert "The text was not changed" in page_report(*empty())


def empty() -> tuple[Ledger, str]:
    return ledger.parse(run("", Encoding("utf-8", False, True, "none"), Chain("none", ()))[3]), ""


def test_lone_surrogates_are_spelt_out() -> None:
    page, raw = made(10)
    raw = "\udcb1\ud800" + raw[2:]
    row = replace(page.header, page="报\udcb1.txt")
    html = page_report(Ledger(row, page.rows), raw)
    assert html.encode() and "<DCB1><D800>" in column(parsed(html), "r") and r"报\xb1.txt" in html


def test_a_long_line_stands_in_chunks() -> None:
    elements = parsed(page_report(*made(10, long_line=20_000)))
    chunks = classed(elements, "chunk")
    assert sum(len(chunk["text"]) for chunk in chunks) == 40_000
    assert max(len(chunk["text"]) for chunk in chunks) <= 3000


# ---- the overview ----------------------------------------------------------------------------------------------------

HEADER = {"manifest": 1, "tool": "scan-repair 1", "chain": "newspaper", "chain_hash": "ab", "apply": "likely"}
ROWS = [
    {
        "page": "a/b.txt",
        "outcome": "repaired",
        "raw_chars": 5000,
        "changes": {"applied": 12, "suggested": 3},
        "safety": {"safe": 10, "likely": 2},
        "rules": {"widths/half-width-comma": [10, 0], "layout/wrapped-line": [2, 3]},
        "quality": {"before": 0.21, "after": 0.93, "parts": {"open_ends": 0.04}},
    },
    {"page": "poor.txt", "outcome": "repaired", "quality": {"before": 0.25, "after": 0.31}},
    {"page": "no-figures.txt", "outcome": "copied"},
    {
        "page": "报\udcb1\u202e.txt",
        "outcome": "failed",
        "error": {"kind": "read", "said": "<script>1</script> no text"},
    },
    {"page": "lone\ud800.txt", "error": {"kind": "law"}},
]


def overview(rows: list[dict] = ROWS) -> list[dict[str, str]]:
    html = overview_report(HEADER, rows, lambda page: "report/a/b%20%3C.txt.html" if page == "a/b.txt" else None)
    assert html.encode()
    return parsed(html)


def test_pages_that_need_eyes_come_first() -> None:
    names = [element["text"] for element in overview() if element["tag"] == "bdi"]
    assert names == ["lone<D800>.txt", r"报\xb1<202E>.txt", "poor.txt", "a/b.txt", "no-figures.txt"]


def test_the_overview_tells_the_figures() -> None:
    elements = overview()
    said = " ".join(next(element["text"] for element in elements if element["tag"] == "main").split())
    assert "changes made12" in said.replace(" ", "").replace("changesmade", "changes made")
    for figure in ("open ends 100%", "read: <script>1</script> no text", "had 0.23 and has 0.62"):
        assert figure in said
    (data,) = [json.loads(element["text"]) for element in elements if element.get("id") == "data"]
    assert len(data) == len(ROWS) and data[3][:3] == ["a/b.txt", "report/a/b%20%3C.txt.html", "repaired"]
    targets = [target for target in leaving(elements) if not target.startswith("#")]
    assert targets == ["report/a/b%20%3C.txt.html"]
    assert [element["tag"] for element in elements].count("script") == 2


def test_an_overview_of_nothing_and_without_quality() -> None:
    assert not [element for element in overview([]) if element.get("class") == "chart"]
    assert not [element for element in overview([ROWS[2]]) if element.get("class") == "chart"]


def test_ten_thousand_pages_are_not_all_in_the_table() -> None:
    rows = [{"page": f"{number}.txt", "outcome": "repaired", "quality": {"after": 0.5}} for number in range(10_000)]
    elements = overview(rows)
    assert sum(element["tag"] == "tr" for element in elements) < 400
    assert len(json.loads(next(element["text"] for element in elements if element.get("id") == "data"))) == 10_000


# ---- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    raw = (fixtures_dir() / "pages/half-width-punctuation/raw.txt").read_bytes()
    (tmp_path / "page.txt").write_bytes(raw)
    return tmp_path


def test_a_page_beside_its_output(house: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "page.txt", "-o", "out.txt"]) == Exit.OK
    for named in ("out.txt", "out.txt.ledger.jsonl"):
        Path("out.txt.report.html").unlink(missing_ok=True)
        assert main(["report", named]) == Exit.OK
        assert "out.txt.report.html" in capfd.readouterr().err
        assert parsed(Path("out.txt.report.html").read_text("utf-8"))
    Path("page.txt").unlink()
    assert main(["report", "out.txt", "-o", "there.html"]) == Exit.OK
    assert Path("there.html").read_bytes() == Path("out.txt.report.html").read_bytes()


def test_a_page_whose_output_is_no_text(house: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "page.txt", "-o", "out.json", "--format", "json"]) == Exit.OK
    assert main(["report", "out.json"]) == Exit.OK
    Path("page.txt").rename("elsewhere.txt")
    assert main(["report", "out.json"]) == Exit.USAGE
    assert "--raw FILE" in capfd.readouterr().err
    assert main(["report", "out.json", "--raw", "elsewhere.txt"]) == Exit.OK
    assert main(["report", "out.json", "--raw", "elsewhere.txt", "-o", "elsewhere.txt"]) == Exit.WRITE


def test_an_altered_output(house: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "page.txt", "-o", "out.txt"]) == Exit.OK
    Path("out.txt").write_text("altered", "utf-8")
    assert main(["report", "out.txt"]) == Exit.OK
    Path("page.txt").unlink()
    assert main(["report", "out.txt"]) == Exit.USAGE
    assert "Put one of them back" in capfd.readouterr().err


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_issue(house: Path, newline: str) -> None:
    folder = house / "pages"
    folder.mkdir()
    for page in (fixtures_dir() / "issues/jumps").glob("*.txt"):
        (folder / page.name).write_bytes(page.read_text("utf-8").replace("\n", newline).encode())
    assert main(["issue", "pages", "-o", "issue"]) == Exit.OK
    assert main(["report", "issue"]) == Exit.OK
    elements = parsed(Path("issue/issue.txt.report.html").read_text("utf-8"))
    names = [element["text"] for element in elements if element["tag"] == "h3"]
    assert names == [
        f"Page {number}: {name}" for number, name in enumerate(sorted(p.name for p in folder.iterdir()), 1)
    ]
    moved = [element for element in elements if element.get("data-kind") == "moved"]
    assert len(moved) == 3 and "page 1, line 12, column 1 taken from page 2, line 5" in moved[0]["text"]
    first = (folder / "page1.txt").read_text("utf-8").splitlines()
    numbered = {element["data-n"]: element["text"] for element in reversed(classed(elements, "l"))}
    assert numbered["7"] == first[6]


def test_a_folder_run(house: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"manifest": 1},
        {"page": "a b/100%.txt", "outcome": "repaired"},
        {"page": "bad.txt", "outcome": "failed", "error": {"kind": "read", "said": "no text"}},
    ]
    assert main(["run", "page.txt", "-o", "x.txt"]) == Exit.OK
    (house / "run/a b").mkdir(parents=True)
    Path("x.txt").rename("run/a b/100%.txt")
    Path("x.txt.ledger.jsonl").rename("run/a b/100%.txt.ledger.jsonl")
    manifest = house / "run/manifest.jsonl"
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert main(["report", "run"]) == Exit.OK
    assert "1 page reported" in capfd.readouterr().err
    elements = parsed(Path("run/report.html").read_text("utf-8"))
    assert [target for target in leaving(elements) if target[0] != "#"] == ["report/a%20b/100%25.txt.html"]
    assert Path("run/report/a b/100%.txt.html").is_file()
    for wrong in ('{"page": "../../x", "outcome": "repaired"}\n', "no json\n", '{"no": "page"}\n'):
        manifest.write_text('{"manifest": 1}\n' + wrong, "utf-8")
        assert main(["report", "run"]) in (Exit.USAGE, Exit.FAILED)
        assert "was edited" in capfd.readouterr().err
    assert not (house.parent / "x.html").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.txt"], "cannot be read"),
        (["."], "holds neither"),
        (["page.txt", "other.txt", "--raw", "page.txt"], "--raw is the raw file of one page"),
        (["page.txt", "page.txt"], "one place"),
    ],
)
def test_wrong_usage(house: Path, arguments: list[str], said: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["report", *arguments]) in (Exit.USAGE, Exit.FAILED)
    assert said in capfd.readouterr().err


@pytest.mark.parametrize("module", ["change_types", "align", "marked", "html", "charts"])
def test_examples_in_docstrings(module: str) -> None:
    result = doctest.testmod(import_module(f"repair.report.{module}"))
    assert result.attempted and not result.failed
