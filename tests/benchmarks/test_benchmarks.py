"""The benchmarks themselves, on a folder of samples small enough to work out by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from repair.rulebook.load import load_chain
from tests.benchmarks import estimate, folders, grown, growth, joins, quality, rereads, search, speed
from tests.benchmarks.laws import repaired
from tests.benchmarks.table import Table

LINES = [
    "柳塘镇今年修好了三座桥，镇上",
    "的人说，路修好了，菜就卖得出",
    "去，孩子们上学也不用再绕远路",
    "。何青是第一个走过新桥的人。",
]
GOLD = {"page": "page000", "articles": [{"id": "a", "blocks": [{"type": "paragraph", "text": "".join(LINES)}]}]}
RAW = "\n".join(LINES) + "\n"


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    for name, page in (("scans/page000.txt", RAW), ("pages/page000.pdfium.txt", RAW), ("pages/page001.pypdf.txt", RAW)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(page, encoding="utf-8")
    for name in ("gold/page000.json", "pages/page000.gold.json", "pages/page001.gold.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        said = GOLD | {"vertical": True} if "page001" in name else GOLD
        (tmp_path / name).write_text(json.dumps(said), encoding="utf-8")
    (tmp_path / "corpus").mkdir()
    article = {"id": "n1", "src": "made", "title": "柳塘镇修好三座桥", "paras": ["何青走过新桥,很高兴。"]}
    with gzip.open(tmp_path / "corpus" / "zh_news.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(article) + "\n")
    return tmp_path


def test_quality_prints_one_table_and_tells_what_differs(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = samples / "kept.json"
    assert quality.main([str(samples), "--quiet", "--json", str(kept)]) == 0
    table = capsys.readouterr().out
    for section in ("real pages", "changes on real pages", "pages", "harm on clean articles", "laws"):
        assert f"\n== {section}\n" in table
    assert "widths/half-width-comma" in table
    figures = json.loads(kept.read_text(encoding="utf-8"))["sections"]
    assert figures["real pages"]["page000"]["para_f1"][0] == 0
    assert figures["harm on clean articles"]["other"]["made"] == 1
    assert quality.main([str(samples), "--quiet", "--against", str(kept)]) == 0
    assert "nothing differs" in capsys.readouterr().out


def test_seams_are_judged_by_gold() -> None:
    run = repaired(b"", load_chain())
    assert list(joins.joined(run, GOLD)) == []
    apart = {"articles": [{"blocks": [{"text": "《甲》"}, {"text": "，乙。"}]}]}
    for gold, right in ((GOLD, 1), (apart, 0)):
        raw = RAW if right else "《甲》\n，乙。\n"
        seams = [seam for seam in joins.joined(repaired(raw.encode(), load_chain()), gold) if seam.sort != "suggested"]
        assert seams
        assert {seam.truth for seam in seams} == {right}


def test_a_table_compares_the_figure_after(tmp_path: Path) -> None:
    old, new = Table(), Table()
    old.put("pages", "pypdf", {"para_f1": (0.1, 0.5), "pages": 2})
    new.put("pages", "pypdf", {"para_f1": (0.2, 0.4), "pages": 2})
    old.write(tmp_path / "old.json", {})
    assert list(new.against(tmp_path / "old.json"))[1:] == ["  pages · pypdf: para_f1 0.500 -> 0.400 (-0.1)"]


@pytest.mark.slow
def test_speed_says_which_peer_is_absent(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert speed.main([str(samples), "--chars", "100", "--node-modules", str(samples)]) == 0
    said = capsys.readouterr().out
    assert "pages: scan-repair, chain newspaper" in said
    assert "zhlint was not measured" in said


def test_rereads_tells_what_goes_and_what_was_no_copy(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = [
        "渠边的树是去年春天栽下的，",
        "今年又补栽了一批，活了八成，",
        "镇上的人轮流浇水，一天也没有断过，",
        "秋天还要再看一遍。",
    ]
    article = {
        "id": "n2",
        "src": "made",
        "title": "渠边的树",
        "paras": ["".join(said), "".join(said[::-1]), said[2] * 3],
    }
    with gzip.open(samples / "corpus" / "zh_news.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(article) + "\n")
    twice = f"{''.join(said)}大家都说，这些树种得好，明年还种。" * 2
    wrong = f"水库的水位今年又低了。\n\n何青是第一个走过新桥的人。\n\n{twice}\n"
    (samples / "pages" / "page000.pdfium.txt").write_text(wrong, encoding="utf-8")
    gold = {"articles": [{"blocks": [{"type": "paragraph", "text": line} for line in wrong.split("\n") if line]}]}
    (samples / "pages" / "page000.gold.json").write_text(json.dumps(gold), encoding="utf-8")
    assert rereads.main([str(samples), "--pages", "1", "--articles", "1"]) == 1
    table = capsys.readouterr().out
    for section in ("planted", "nothing planted", "pages with gold"):
        assert f"\n== {section}\n" in table
    assert "page000.pdfium: " in table
    assert rereads.main([str(samples / "gold")]) == 0


def test_ranks_share_their_ties() -> None:
    assert estimate.spearman([1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1)
    assert estimate.spearman([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    assert estimate.spearman([0.2, 0.2, 0.9], [1, 2, 3]) == pytest.approx(0.866, abs=0.001)
    assert estimate.spearman([1, 1, 1, 2, 2, 3], [1, 2, 3, 4, 5, 6]) == pytest.approx(0.926, abs=0.001)
    assert estimate.spearman([1, 1, 1], [1, 2, 3]) == 0


def test_estimate_tells_the_order_the_error_and_the_cost(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = samples / "kept.json"
    assert estimate.main([str(samples), "--quiet", "--json", str(kept)]) == 0
    table = capsys.readouterr().out
    for section in ("figure", "figure by engine, repaired", "parts alone, repaired", "cost, mean of a page"):
        assert f"\n== {section}\n" in table
    figures = json.loads(kept.read_text(encoding="utf-8"))["sections"]
    assert figures["figure"]["repaired"]["texts"] == 3
    assert figures["figure"]["raw and repaired"]["spearman"] == pytest.approx(1)
    assert figures["figure"]["raw"]["figure"] < 0.5 < figures["figure"]["repaired"]["figure"]
    assert estimate.main([str(samples), "--quiet", "--only", "scans", "--against", str(kept)]) == 0
    assert "no longer here" in capsys.readouterr().out


def test_queries_are_the_same_for_every_reader() -> None:
    asked = list(search.queries("page000.pdfium", GOLD))
    assert [query.phrases for query in asked] == [query.phrases for query in search.queries("page000.vlm", GOLD)]
    assert {query.sort for query in asked} == set(search.SORTS)
    said = "".join(LINES)
    for query in asked:
        phrases = ["".join(phrase) for phrase in query.phrases]
        assert len(phrases) == (2 if query.sort == "two" else 1)
        if query.sort == "phrase":
            assert 6 <= len(query.phrases[0]) <= 12 and phrases[0] in said.translate({ord(c): None for c in "，。"})
        else:
            assert all(2 <= len(phrase) <= 4 and phrase in said for phrase in phrases)
    english = {
        "articles": [{"blocks": [{"text": "The town has mended three bridges. It took a winter and a spring."}]}]
    }
    phrases = [query.phrases[0] for query in search.queries("page001", english) if query.sort == "phrase"]
    assert phrases and all(4 <= len(phrase) <= 6 for phrase in phrases)
    assert not list(search.queries("page002", {"articles": []}))


def test_search_counts_rows_that_hold_the_query(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = samples / "kept.json"
    assert search.main([str(samples), "--quiet", "--json", str(kept), "--misses", "pdfium"]) == 0
    assert "missed after" not in capsys.readouterr().out
    figures = json.loads(kept.read_text(encoding="utf-8"))["sections"]
    lines = figures["recall, lines as rows: pages"]["right order, pooled"]
    whole = figures["recall, pages as rows: pages"]["right order, pooled"]
    assert lines["phrase"][0] < 0.8 and lines["phrase"][1] == 1 and lines["one"][1] == 1
    assert whole["phrase"] == [1, 1] and whole["queries"] == lines["queries"] == 120


def test_search_finds_what_stands_in_one_row_of_the_page() -> None:
    index = search.index_of({"a": "柳塘镇修好了桥，\n桥边有树 Tree 2", "b": "柳塘镇有树"}, split=True)

    def finds(page: str, *phrases: str) -> bool:
        return search.answered(index, search.Query(page, "two", tuple(tuple(phrase.split()) for phrase in phrases)))

    assert finds("a", "柳 塘") and finds("a", "tree") and finds("a", "树 tree")
    assert not finds("a", "桥 桥") and not finds("a", "柳 塘", "有 树")
    assert finds("b", "柳 塘", "有 树") and not finds("b", "修 好")


@pytest.mark.slow
def test_folders_holds_runs_side_by_side(samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work = tmp_path / "work"
    work.mkdir()
    told = ["--timed", "4", "--rounds", "1", "--pages", "6", "--small", "5", "--work", str(work)]
    assert folders.main([str(samples), *told]) == 0
    said = capsys.readouterr().out
    assert "4 pages, best of 1 rounds" in said
    for row in ("chain alone", "chain and estimates", "one process", "two processes", "pages", "small files"):
        assert f"\n{row} " in said
    assert not list(work.iterdir())


@pytest.mark.slow
def test_growth_prints_sizes_exponents_and_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(growth, "LARGE", 3_000)
    monkeypatch.setattr(growth, "LARGEST", 4_000)
    kept = tmp_path / "kept.json"
    few = ["--only", "Chinese, web novel", "letter a", "--sizes", "1000", "2000", "--largest", "--twice-below", "0"]
    assert growth.main([*few, "--json", str(kept)]) == 0
    sections = json.loads(kept.read_text(encoding="utf-8"))["sections"]
    assert list(sections["growth"]) == ["Chinese, web novel", "letter a"]
    assert list(sections["growth"]["letter a"]) == ["1k s", "2k s", "exponent", "1 MB s", "1 MB MiB"]
    assert sections["a page of 4 MB"]["Chinese, web novel"]["MiB"] > 10
    assert "one line takes" in capsys.readouterr().out


def test_growth_names_its_inputs_and_tells_a_run_that_was_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    assert growth.main(["--list"]) == 0
    assert capsys.readouterr().out.splitlines() == list(grown.INPUTS)
    assert growth.main(["--only", "letter a", "--sizes", "1000", "--limit", "0.01"]) == 1
    assert "could not be repaired" in capsys.readouterr().err
