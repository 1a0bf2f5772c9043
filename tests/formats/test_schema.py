"""The published forms of what the program writes: each document and each row fits its JSON Schema."""

from __future__ import annotations

import copy
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from repair import cli, formats
from repair.blocks import FURNITURE, KINDS
from repair.cli import reprints as reprints_command
from repair.cli.schema import schema
from repair.core import engine
from repair.core.page import Page
from repair.files.decoding import Encoding, decode
from repair.formats import document as as_json
from repair.issues.assemble import Edition, edition_of_page
from repair.issues.bound import Bound, Leaf
from repair.issues.manifest import RawPage
from repair.issues.repairing import repaired
from repair.rulebook.load import load_chain
from repair.rulebook.resources import fixtures_dir
from tests.paths import ROOT

jsonschema = pytest.importorskip("jsonschema")

NAMES = ("document", "article", "reprints")
OF_RUNS = ("page", "manifest", "log")
VERSIONS = {"document": as_json.SCHEMA, "article": as_json.SCHEMA, "reprints": reprints_command.SCHEMA}
UTF8 = Encoding("utf-8", bom=False, detected=True, newline="lf")
CHAIN = load_chain()
PAGES = (
    "furniture",
    "jump-marks",
    "fragment-without-partner",
    "headline-on-two-lines",
    "list-of-projects",
    "captions-among-text",
    "markdown-heads",
    "english-blocks",
    "traditional-wrapped",
    "interleaved-columns",
    "crlf-page",
)

BRIDGE = (
    "柳塘镇三座新桥通车",
    "入冬以前，柳塘镇的三座新桥全部通车，住在河西的人去赶集，再也不用绕七里多的山路。镇上的老石匠何青说，旧桥是他爷爷那一辈修的，"
    "桥墩早被大水掏空，过一辆牛车都要晃上半天。",
    "修桥的钱一半是县里拨的，另一半是各村凑的，出力最多的是河东的年轻人，他们白天下地，晚上点着马灯搬石头。有人算过，三座桥一共用去"
    "青石两千多方，没有伤一个人。",
)
LAMP = (
    "灯塔守夜人退休",
    "本报讯 "
    "在石岬守了三十九年灯塔的老许昨天交出了钥匙，接班的是他从前的徒弟，一个话很少的渔家后生。老许说，头几年点的是煤油灯，刮北风的夜里"
    "要爬上去四五回，后来换了电灯，人闲下来，反倒睡不着了，夜里总要起来看一看灯",
    "还亮不亮。岬下的渔民凑钱给他打了一只铜壶，壶底刻着每条船的名字，最小的一条只有两支桨。他把铜壶摆在灯塔的窗台上，说哪天雾大，就"
    "敲一敲，让后生记得添油。",
)
TEA = (
    "山坳里的制茶坊",
    "本报讯 "
    "云雾村的茶叶过去只卖鲜叶，今年村里有了自己的制茶坊，头一批茶炒糊了大半，第二批才卖了出去，价钱比鲜叶高两倍。",
)


def validator(name: str) -> Any:
    return jsonschema.Draft202012Validator(json.loads(schema(name)))


def faults(name: str, said: object) -> list[str]:
    return [f"{error.json_path}: {error.message[:100]}" for error in validator(name).iter_errors(said)]


def page_of(name: str) -> Edition:
    path = fixtures_dir() / "pages" / name / "raw.txt"
    raw, encoding = decode(path.read_bytes(), name=name)
    result = engine.run(Page.of(raw, name, encoding.newline), CHAIN)
    return edition_of_page(result, Bound(name, (Leaf(result, encoding),)))


PRINTED = (
    "\n\n".join([*BRIDGE, *LAMP[:2], "（下转第三版）"]),
    "\n\n".join(text.replace("马灯", "马打") for text in BRIDGE),
    "\n\n".join([LAMP[0], "（上接第一版）", LAMP[2], *TEA, "（下转第九版）"]),
)


@pytest.fixture(scope="module", params=["link", "merge"])
def issue(request: pytest.FixtureRequest) -> Edition:
    """Three pages: an article that goes on, one that stands there again, and a jump that leads nowhere."""
    raw = (RawPage(f"page{number}.txt", text + "\n", UTF8) for number, text in enumerate(PRINTED, 1))
    return repaired("柳塘日报", raw, CHAIN, reprints=request.param)


@pytest.fixture(scope="module")
def rows_of_reprints(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the command says of three issues that have one article, in one of them without its headline."""
    folder = tmp_path_factory.mktemp("papers")
    other = [BRIDGE[1].replace("半天", "半日"), BRIDGE[2]]
    for day, texts in {"monday": [BRIDGE], "tuesday": [LAMP, BRIDGE], "friday": [other]}.items():
        (folder / day).mkdir()
        (folder / day / "page1.txt").write_text("\n\n".join("\n\n".join(text) for text in texts), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        patch.setattr(sys, "stdout", out)
        assert cli.main(["reprints", str(folder), "--format", "jsonl"]) == 0
        out.flush()
        return [json.loads(line) for line in out.buffer.getvalue().decode().splitlines()]


# ---- the schemas -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_and_has_the_version_of_the_code(name: str) -> None:
    said = json.loads(schema(name))
    jsonschema.Draft202012Validator.check_schema(said)
    assert said["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert said["properties"]["schema"]["const"] == VERSIONS[name]
    assert said["$id"] == f"urn:scan-repair:{name}:{VERSIONS[name]}"


@pytest.mark.parametrize("name", OF_RUNS)
def test_a_schema_of_runs_is_one(name: str) -> None:
    said = json.loads(schema(name))
    jsonschema.Draft202012Validator.check_schema(said)
    assert said["$id"] == f"urn:scan-repair:{name}:1"
    described = [one for one in _within(said) if isinstance(one.get("type"), str) and "properties" in one]
    assert all(one["additionalProperties"] is False and one["description"] for one in described)
    assert all(value.get("description") or "$ref" in value for one in described for value in one["properties"].values())


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_strict_and_described(name: str) -> None:
    """No object takes a field that is not known; every field says what it is, here or where it refers to."""
    said = json.loads(schema(name))
    objects = [one for one in _within(said) if one.get("type") == "object"]
    assert objects and all(one["additionalProperties"] is False and one["description"] for one in objects)
    for one in objects:
        for field, value in one["properties"].items():
            meant = said["$defs"][value["$ref"].removeprefix("#/$defs/")] if "$ref" in value else value
            assert field == "kind" or value.get("description") or meant.get("description"), field


def test_each_schema_stands_alone() -> None:
    for name in NAMES:
        said = json.loads(schema(name))
        referred = {one["$ref"] for one in _within(said) if "$ref" in one}
        assert referred == {f"#/$defs/{known}" for known in said["$defs"]}


def test_schema_and_code_know_the_same_kinds() -> None:
    known = json.loads(schema("document"))["$defs"]
    assert set(known["article_kind"]["enum"]) == KINDS - FURNITURE
    assert set(known["sheet_kind"]["enum"]) == FURNITURE
    assert json.loads(schema("article"))["$defs"]["article_kind"] == known["article_kind"]
    for kind in ("article_kind", "sheet_kind"):
        assert all(f"{one}: " in known[kind]["description"] for one in known[kind]["enum"])


def test_what_both_schemas_define_is_the_same() -> None:
    whole, row = (json.loads(schema(name)) for name in ("document", "article"))
    shared = set(whole["$defs"]) & set(row["$defs"])
    assert {"block", "run", "jump_block", "repeated_block"} <= shared
    assert all(whole["$defs"][name] == row["$defs"][name] for name in shared)
    article = whole["$defs"]["article"]["properties"]
    assert {field: row["properties"][field] for field in article} == article


@pytest.mark.parametrize("name", NAMES)
def test_the_command_prints_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema", name]) == 0
    said = capsys.readouterr().out
    assert said == (ROOT / "repair" / "formats" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert said.endswith("}\n")


def test_the_command_prints_the_document_and_knows_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema"]) == 0
    assert capsys.readouterr().out == schema("document")
    with pytest.raises(SystemExit) as stopped:
        cli.main(["schema", "pages"])
    assert stopped.value.code == 2


def test_all_schemas_lie_beside_the_formats() -> None:
    assert {path.name for path in Path(formats.__file__).parent.glob("*.schema.json")} == {
        f"{name}.schema.json" for name in (*NAMES, *OF_RUNS)
    }


def test_the_wheel_has_them() -> None:
    builder = pytest.importorskip("hatchling.builders.wheel", reason="needs hatchling").WheelBuilder(str(ROOT))
    packed = {file.distribution_path for file in builder.recurse_included_files()}
    assert {f"repair/formats/{name}.schema.json" for name in NAMES} <= packed


# ---- what fits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits(name: str) -> None:
    edition = page_of(name)
    assert faults("document", as_json.document(edition, CHAIN)) == []
    for row in as_json.rows(edition, CHAIN):
        assert faults("article", json.loads(row)) == []


def test_a_page_of_nothing_fits() -> None:
    result = engine.run(Page.of("\n", "empty"), CHAIN)
    said = as_json.document(edition_of_page(result, Bound("empty", (Leaf(result, UTF8),))), CHAIN)
    assert faults("document", said) == [] and said["articles"] == []


def test_an_issue_fits(issue: Edition) -> None:
    said = as_json.document(issue, CHAIN)
    assert faults("document", said) == []
    assert [article["pages"] for article in said["articles"] if "jumps" in article] == [[0, 2]]
    assert [end["label"] for end in said["unmatched_jumps"]] == ["9"]
    assert len(said["reprints"]) == 1 and said["reprints"][0]["apparatus"]
    assert any("repeated" in article for article in said["articles"])


def test_the_rows_of_an_issue_fit(issue: Edition) -> None:
    rows = [json.loads(row) for row in as_json.rows(issue, CHAIN)]
    assert [fault for row in rows for fault in faults("article", row)] == []
    articles = as_json.document(issue, CHAIN)["articles"]
    assert [row["id"] for row in rows] == [article["id"] for article in articles]
    assert [len(row["page_names"]) for row in rows] == [len(row["pages"]) for row in rows]
    ids = {row["id"] for row in rows}
    assert all(row["reprint_of"] in ids for row in rows if "reprint_of" in row)


def test_a_copy_that_stays_says_of_what_it_is_one() -> None:
    raw = (RawPage(f"page{number}.txt", text + "\n", UTF8) for number, text in enumerate(PRINTED, 1))
    edition = repaired("柳塘日报", raw, CHAIN, reprints="link")
    rows = [json.loads(row) for row in as_json.rows(edition, CHAIN)]
    [reprint] = edition.reprints
    assert {row["id"]: row["reprint_of"] for row in rows if "reprint_of" in row} == {
        copied.story: reprint.story for copied in reprint.copies
    }


def test_runs_lead_back_to_the_page_that_they_name(issue: Edition) -> None:
    """Also of an article that was put together, and of furniture, jumps and heads printed again."""
    raw = [text + "\n" for text in PRINTED]
    said, pages = as_json.document(issue, CHAIN), set()
    for block in _blocks(said):
        ends = [0, *(run[1] for run in block["runs"])]
        assert [run[0] for run in block["runs"]] == ends[:-1] and ends[-1] == len(block["text"])
        for start, end, page, low, high, kept in block["runs"]:
            assert not kept or block["text"][start:end] == raw[page][low:high]
            pages.add(page)
    assert pages == {page for article in said["articles"] for page in article["pages"]}


def test_rows_of_reprints_fit(rows_of_reprints: list[dict[str, Any]]) -> None:
    [row] = rows_of_reprints
    assert faults("reprints", row) == []
    assert len(row["copies"]) == 2 and row["apparatus"]
    for variant in row["apparatus"]:
        assert row["text"][variant["start"] : variant["end"]] == variant["text"]


# ---- what does not ---------------------------------------------------------------------------------------------------


def _without(said: dict[str, Any], field: str) -> None:
    del said[field]


BREAKS = {
    "a kind that is not known": lambda said: said["articles"][0]["blocks"][0].update(kind="heading"),
    "furniture in an article": lambda said: said["articles"][0]["blocks"][0].update(kind="folio"),
    "a paragraph of the sheet": lambda said: said["furniture"][0].update(kind="paragraph"),
    "no text": lambda said: _without(said["articles"][0]["blocks"][0], "text"),
    "no counts": lambda said: _without(said, "counts"),
    "no headline": lambda said: _without(said["articles"][0], "headline"),
    "a field that is not known": lambda said: said.update(title="柳塘日报"),
    "a field of a block that is not known": lambda said: said["articles"][0]["blocks"][0].update(level=1),
    "another version": lambda said: said.update(schema=1),
    "a version in words": lambda said: said.update(schema="2"),
    "a run without its page": lambda said: said["articles"][0]["blocks"][0]["runs"].append([0, 1, 0, 1, True]),
    "a longer run": lambda said: said["articles"][0]["blocks"][0]["runs"].append([0, 1, 0, 0, 1, True, 1]),
    "a place before the page": lambda said: said["articles"][0]["blocks"][0]["runs"].append([0, 1, 0, -1, 1, True]),
    "more than sure": lambda said: said["articles"][0]["blocks"][0].update(confidence=1.01),
    "an article without blocks": lambda said: said["articles"][0].update(blocks=[]),
    "an article on no page": lambda said: said["articles"][0].update(pages=[]),
    "an article twice on a page": lambda said: said["articles"][0].update(pages=[0, 0]),
    "another form of id": lambda said: said["articles"][0].update(id="a1"),
    "an outcome that is not known": lambda said: said["counts"].update(dropped=1),
    "a fragment without a gap": lambda said: said["articles"][0]["blocks"][0].update(kind="fragment"),
    "a gap in a headline": lambda said: said["articles"][0]["blocks"][0].update(gap="after"),
    "a jump that goes nowhere": lambda said: said["unmatched_jumps"].append({"page": 0, "way": "on", "label": "3"}),
    "a reprint without copies": lambda said: said["reprints"].append(
        {"article": "p1a1", "reason": "it is whole", "copies": [], "apparatus": []}
    ),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_document_that_is_not_right_does_not_fit(what: str) -> None:
    said = copy.deepcopy(_furnished())
    assert faults("document", said) == []
    BREAKS[what](said)
    assert faults("document", said)


@pytest.mark.parametrize("field", ["schema", "issue", "page_names", "id", "pages", "headline", "byline", "blocks"])
def test_a_row_without_a_field_does_not_fit(field: str) -> None:
    row = json.loads(next(as_json.rows(page_of("jump-marks"), CHAIN)))
    assert faults("article", row) == []
    assert faults("article", {**row, "name": "p"})
    del row[field]
    assert faults("article", row)


@pytest.mark.parametrize("field", ["schema", "article", "text", "copies", "apparatus"])
def test_a_row_of_reprints_without_a_field_does_not_fit(field: str, rows_of_reprints: list[dict[str, Any]]) -> None:
    row = copy.deepcopy(rows_of_reprints[0])
    assert faults("reprints", {**row, "issue": "p"})
    del row[field]
    assert faults("reprints", row)


# ---- helpers ---------------------------------------------------------------------------------------------------------

_FURNISHED: list[dict[str, Any]] = []


def _furnished() -> dict[str, Any]:
    """The document of a page with furniture."""
    if not _FURNISHED:
        _FURNISHED.append(as_json.document(page_of("furniture"), CHAIN))
    return _FURNISHED[0]


def _within(said: Any) -> Iterator[dict[str, Any]]:
    """All objects inside a JSON value, that value too."""
    if isinstance(said, dict):
        yield said
    for inner in said.values() if isinstance(said, dict) else said if isinstance(said, list) else ():
        yield from _within(inner)


def _blocks(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from said["furniture"]
    for article in said["articles"]:
        for field in ("blocks", "jumps", "repeated"):
            yield from article.get(field, ())


def test_all_rows_of_a_run_fit_their_schemas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The rows that go in, the articles, the manifest, the failures and the log, with pages of all kinds of fate."""
    monkeypatch.chdir(tmp_path)
    given = [{"page": name, "text": page_raw(name), "meta": [name]} for name in ("jump-marks", "furniture")]
    given += [
        {"page": "empty", "text": " \n"},
        {"page": "odd", "text": "\x00\x01" * 50},
        {"page": "gone", "file": "gone.txt"},
    ]
    Path("in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in given) + "no row\n", encoding="utf-8")
    assert not [fault for row in given for fault in faults("page", row)]
    options = ["run", "in.jsonl", "--log", "json", "--report", "--on-error", "copy"]
    assert cli.main([*options, "-o", "out"]) == cli.Exit.FAILED
    assert cli.main([*options[:4], "-o", "all.jsonl", "--format", "jsonl"]) == cli.Exit.FAILED
    wrong = {
        "log": capfd.readouterr().err,
        "manifest": Path("out/manifest.jsonl").read_text("utf-8") + Path("all.jsonl.manifest.jsonl").read_text("utf-8"),
        "page": Path("out/failures.jsonl").read_text("utf-8"),
        "article": Path("all.jsonl").read_text("utf-8"),
    }
    for name, lines in wrong.items():
        rows = [json.loads(line) for line in lines.splitlines()]
        assert rows and not [fault for row in rows for fault in faults(name, row)], name
    Path("bad.txt").write_bytes(b"%PDF-1.7")
    assert cli.main(["run", "bad.txt", "-o", "other/", "--log", "json", "--on-error", "abort"]) == cli.Exit.FAILED
    assert not [fault for line in capfd.readouterr().err.splitlines() for fault in faults("log", json.loads(line))]


def page_raw(name: str) -> str:
    return decode((fixtures_dir() / "pages" / name / "raw.txt").read_bytes())[0]
