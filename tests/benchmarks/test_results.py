"""The page of results: figures that benchmarks kept go where they belong, and the README tells what stands there."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path

import pytest

from repair.core.version import __version__
from tests.benchmarks import results
from tests.paths import ROOT

PAGE = results.PAGE.read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def kept(path: Path, value: float) -> str:
    said = {"settings": {"samples": "/data/pages", "chain": "newspaper", "only": ""}, "notes": {"pages": ["a note"]}}
    path.write_text(json.dumps({**said, "sections": {"pages": {"pypdf": {"para_f1": [0.05, value]}}}}), "utf-8")
    return str(path)


def test_figures_take_the_place_of_those_of_their_benchmark(tmp_path: Path) -> None:
    page = tmp_path / "RESULTS.md"
    page.write_text(PAGE, "utf-8")
    for value in (0.9, 0.8):
        assert results.main([kept(tmp_path / "quality.json", value), "--page", str(page)]) == 0
    now = page.read_text("utf-8")
    assert "0.050→0.800" in now and "0.050→0.900" not in now and "a note" in now
    assert f"version {__version__}, chain newspaper." in now and "/data" not in now
    section = re.compile(r"(<!-- figures of quality -->).*?(<!-- end of quality -->)", re.DOTALL)
    assert section.sub(r"\1\2", now) == section.sub(r"\1\2", PAGE)


def test_a_benchmark_without_a_section_gets_one(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Results\n", "utf-8")
    results.main([kept(tmp_path / "speed.json", 0.5), kept(tmp_path / "growth.json", 0.4), "--page", str(page)])
    assert re.findall(r"^## (\w+)$", page.read_text("utf-8"), re.MULTILINE) == ["speed", "growth"]


def test_what_no_benchmark_measured_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Results\n", "utf-8")
    with pytest.raises(SystemExit) as ended:
        results.main([kept(tmp_path / "beauty.json", 1.0), "--page", str(page)])
    assert ended.value.code == 2 and "there is no benchmark 'beauty'" in capsys.readouterr().err
    assert page.read_text("utf-8") == "# Results\n"


def test_every_section_says_what_was_measured_and_by_what() -> None:
    assert len(SECTIONS) > 10
    for name, said in SECTIONS.items():
        what, _, figures = said.partition(f"<!-- figures of {name} -->\n\n")
        assert len(what.split()) > 4, name
        assert len(figures.partition(f"\n\n<!-- end of {name} -->")[0].split()) > 4, name
        assert figures.rstrip().endswith(f"<!-- end of {name} -->"), name
        source = (ROOT / f"tests/benchmarks/{name}.py").read_text("utf-8")
        assert 'if __name__ == "__main__":' in source, name


def test_every_benchmark_that_keeps_figures_has_a_section() -> None:
    programs = [path for path in results.HERE.glob("*.py") if not path.stem.startswith("test_")]
    keeps = {path.stem for path in programs if "kept_options(parser)" in path.read_text("utf-8")}
    assert keeps and keeps <= SECTIONS.keys()


def test_the_table_of_the_readme_is_that_of_the_page() -> None:
    section = (ROOT / "README.md").read_text("utf-8").split("## How well it does")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    assert len(rows) > 4
    assert [row for row in rows if f"\n{row}\n" not in PAGE] == []


def test_the_examples_in_docstrings() -> None:
    result = doctest.testmod(results)
    assert result.attempted and not result.failed
