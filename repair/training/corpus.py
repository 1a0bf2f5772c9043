"""Reads the training corpus: which articles are counted, which are held out for the measures."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HELD_OUT = {"ntrex-zh-TW": 5, "ntrex-zh-CN": 5, "rmrb1963": 20, "rmrb1990": 20, "rmrb199801": 20}
"""One article in so many, by hash of its id, is never counted; one in 50 of the other sources."""


class Article(NamedTuple):
    """An article: where it comes from, its headline, its paragraphs."""

    id: str
    source: str
    title: str
    paragraphs: list[str]

    @property
    def held_out(self) -> bool:
        """True for an article that only the measures may see."""
        # The two translated sets are of the same articles, so both leave out the same ones.
        name = self.id.replace("zh-TW", "").replace("zh-CN", "")
        return zlib.crc32(name.encode()) % HELD_OUT.get(self.source, 50) == 0


def articles(folder: Path) -> Iterator[Article]:
    """All articles of `folder`/zh_news.jsonl.gz, one a line.

    Raises FileNotFoundError where the file is missing, json.JSONDecodeError on a broken line.
    """
    with gzip.open(folder / "zh_news.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            paragraphs = [para for para in map(str.strip, entry["paras"]) if para]
            yield Article(entry["id"], entry["src"], entry["title"].strip(), paragraphs)
