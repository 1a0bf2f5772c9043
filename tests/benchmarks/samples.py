"""The pages of a folder of samples: real scans with gold, laid-out pages as several engines read them, clean articles.

scans/pageNNN.txt, gold/pageNNN.json
pages/pageNNN.<engine>.txt, pages/pageNNN.gold.json, pages/pageNNN.vlm.gold.json; pages/en the same
pages/jingbao/NAME.lines.txt, NAME.gold.json
corpus/zh_news.jsonl.gz: one {"title", "paras"} a line
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

__all__ = ["ENGINES", "RIGHT_ORDER", "TEXT_LAYER", "Sample", "articles", "groups", "texts"]

TEXT_LAYER = ("pdfium", "pymupdf", "pypdf", "pdftotext-raw")
RIGHT_ORDER = (*TEXT_LAYER, "vlm")
ENGINES = (
    *TEXT_LAYER,
    *("pdfminer", "pdftotext", "pdftotext-layout", "pymupdf4llm"),
    *("rapidocr", "tesseract", "tesseract-psm4", "tesseract-psm6", "gocr", "ocrad"),
    *("vlm", "lines"),
)


@dataclass(frozen=True)
class Sample:
    """A raw page; `gold_path` is None where there is no gold."""

    name: str
    path: Path
    gold_path: Path | None

    @cached_property
    def data(self) -> bytes:
        """The bytes of the raw file."""
        return self.path.read_bytes()

    @cached_property
    def gold(self) -> dict[str, Any] | None:
        """The gold page."""
        return json.loads(self.gold_path.read_bytes()) if self.gold_path else None

    @property
    def vertical(self) -> bool:
        """Whether the page is set in vertical lines, which text layers do not give in order."""
        return bool(self.gold and self.gold.get("vertical"))


def groups(shared: Path) -> dict[str, dict[str, list[Sample]]]:
    """The pages with gold, by collection and engine, in the order of `ENGINES`."""
    scans = [
        Sample(path.stem, path, gold if (gold := shared / "gold" / f"{path.stem}.json").is_file() else None)
        for path in sorted((shared / "scans").glob("*.txt"))
    ]
    folders = {
        "pages": shared / "pages",
        "pages/en": shared / "pages" / "en",
        "pages/jingbao": shared / "pages" / "jingbao",
    }
    found = {"scans": {"": scans}} if scans else {}
    return found | {name: by for name, folder in folders.items() if (by := by_engine(folder))}


def by_engine(folder: Path) -> dict[str, list[Sample]]:
    found: dict[str, list[Sample]] = {}
    for path in sorted(folder.glob("*.txt")):
        page, _, engine = path.stem.partition(".")
        own = path.with_name(f"{page}.{engine}.gold.json")
        gold = own if own.is_file() else path.with_name(f"{page}.gold.json")
        if gold.is_file():
            found.setdefault(engine, []).append(Sample(f"{page}.{engine}", path, gold))
    order = {engine: i for i, engine in enumerate(ENGINES)}
    return dict(sorted(found.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


def texts(shared: Path) -> Iterator[Path]:
    """Every text file of the collections and of the pages to train on."""
    for folder in ("scans", "pages", "pages_train"):
        yield from sorted((shared / folder).rglob("*.txt"))


def articles(shared: Path, chars: int, source: str = "", every: int = 1) -> Iterator[tuple[str, str]]:
    """Id and text of clean articles, title first and a paragraph a line, until `chars` characters are reached.

    `source` keeps the articles of one source; `every` takes each so-manieth only.
    """
    path = shared / "corpus" / "zh_news.jsonl.gz"
    if not path.is_file():
        return
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        wanted = (one for line in lines if source in (one := json.loads(line))["src"])
        for article in islice(wanted, 0, None, every):
            text = "\n".join([article["title"], *article["paras"]]) + "\n"
            yield article["id"], text
            chars -= len(text)
            if chars <= 0:
                return
