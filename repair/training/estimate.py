"""Fit the weights of the estimate: python -m repair.training.estimate PAGES_TRAIN [-o FILE]

PAGES_TRAIN holds laid-out pages read by engines, with their gold (`pageNNN.gold.json`, `pageNNN.ENGINE.txt`, and
`pageNNN.ENGINE.gold.json` where an engine has gold of its own). Each is asked as it was read and as the default chain
repairs it; what is learned is para_f1. To these come, for what such pages have not: made-up English (`typeset`), some
of it with the lines of two pages in turn; and gold itself, as it is, with passages again, and glued.

The weights are those under which the figures tell para_f1 best (least cross entropy, L-BFGS-B, scipy: `pip install
scipy`), none below 0, so that more of a part never raises the figure.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from repair.core.chain import Chain
from repair.core.engine import Record, run
from repair.core.page import Page
from repair.estimate import TABLE
from repair.estimate.parts import DAMAGE, NAMES, parts_of
from repair.evidence.table import Table, written
from repair.files.decoding import decode
from repair.measure import score
from repair.rulebook.load import load_chain
from repair.training import made_up_english as typeset

__all__ = ["Example", "examples", "fit", "loss", "made_up", "of_gold"]

Floats = NDArray[np.float64]

_ENGLISH = 150
_LEAST = 1e-3  # figures are kept so far from 0 and 1


class Example(NamedTuple):
    """A text: what kind it is of, its parts in the order of `NAMES`, and its para_f1."""

    kind: str
    parts: list[float]
    para_f1: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the pages, fit, write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", type=Path, help="folder of laid-out pages with gold")
    parser.add_argument("-o", "--output", type=Path, default=TABLE, help="file of the table")
    given = parser.parse_args(arguments)
    found = list(examples(given.pages))
    weights = fit(found)
    table = Table({name: np.array([weights.get(name, 0.0)]) for name in NAMES})
    given.output.write_text(written(table, ABOUT.format(count=len(found)), DAMAGE), encoding="utf-8")
    print(given.output.read_text(encoding="utf-8"), end="")


def examples(folder: Path) -> Iterator[Example]:
    """All that there is to learn from: pages as they were read and repaired, made-up English, gold."""
    chain = load_chain()
    for path in tqdm(sorted(folder.rglob("page*.txt")), desc="pages", disable=None):
        page, _, engine = path.stem.partition(".")
        own = path.with_name(f"{page}.{engine}.gold.json")
        gold = json.loads((own if own.is_file() else path.with_name(f"{page}.gold.json")).read_bytes())
        raw, encoding = decode(path.read_bytes(), name=path.name)
        yield from _before_and_after(engine, Page.of(raw, newline=encoding.newline), gold, chain)
    for seed in tqdm(range(_ENGLISH), desc="English", disable=None):
        kind, raw, gold = made_up(seed)
        yield from _before_and_after(kind, Page.of(raw), gold, chain)
    for path in sorted(folder.rglob("page*.gold.json")):
        if path.name.count(".") == 2:
            gold = json.loads(path.read_bytes())
            for kind, text in of_gold(gold):
                yield _example(kind, Page.of(text), gold)


def _before_and_after(kind: str, page: Page, gold: dict[str, Any], chain: Chain) -> Iterator[Example]:
    yield _example(f"{kind}, raw", page, gold)
    result = run(page, chain)
    yield _example(f"{kind}, repaired", result.page, gold, result.records)


def _example(kind: str, page: Page, gold: dict[str, Any], records: Sequence[Record] = ()) -> Example:
    return Example(kind, list(parts_of(page, records).values()), score(gold, page.text.value).para_f1)


def made_up(seed: int) -> tuple[str, str, dict[str, Any]]:
    """A page of made-up English in printed lines, in blocks, or two in printed lines by turns: kind, text, gold.

    >>> kind, raw, gold = made_up(2)
    >>> kind, len(gold["articles"][0]["blocks"]) < raw.count("\\n")
    ('English blocks', True)
    """
    form = ("lines", "lines of two pages", "blocks")[seed % 3]
    first = typeset.page(10_000 + seed, whole=form == "blocks")
    pages = [first, typeset.page(20_000 + seed)] if form == "lines of two pages" else [first]
    texts = [[line for line in page.text.split("\n") if line] for page in pages]
    lines = [line for row in zip_longest(*texts) for line in row if line]
    blocks = [block for page, of_page in zip(pages, texts, strict=True) for block in _joined(of_page, page.goes_on)]
    gold = {"articles": [{"blocks": [{"text": block} for block in blocks]}]}
    return f"English {form}", "\n".join(lines) + "\n", gold


def _joined(lines: Sequence[str], goes_on: Sequence[bool]) -> list[str]:
    """The paragraphs of printed lines."""
    blocks = [lines[0]]
    for line, on in zip(lines[1:], goes_on, strict=True):
        if not on:
            blocks.append(line)
        elif blocks[-1].endswith("-"):
            blocks[-1] = blocks[-1][:-1] + line
        else:
            blocks[-1] += f" {line}"
    return blocks


def of_gold(gold: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Texts made of a gold page: as it is, with a run of its blocks again later, with its blocks glued from one on."""
    blocks = [block["text"] for article in gold["articles"] for block in article["blocks"]]
    if not blocks:
        return
    rng = random.Random(len("".join(blocks)))
    count = rng.randint(1, max(1, len(blocks) // 2))
    first = rng.randint(0, len(blocks) - count)
    again = rng.randint(first + count, len(blocks))
    twice = [*blocks[:again], *blocks[first : first + count], *blocks[again:]]
    whole = rng.randint(0, len(blocks) - 1)
    glued = [*blocks[:whole], "".join(blocks[whole:])]
    yield from (("gold", "\n".join(blocks)), ("gold, repeated", "\n".join(twice)), ("gold, glued", "\n".join(glued)))


def fit(found: Sequence[Example]) -> dict[str, float]:
    """The weights, by name; those that come to nothing are left out."""
    from scipy.optimize import minimize  # type: ignore[import-not-found, import-untyped, unused-ignore]

    count = len(NAMES)
    best = minimize(loss, np.full(count, 0.5), _arrays(found), jac=True, method="L-BFGS-B", bounds=[(0, None)] * count)
    return {name: round(float(weight), 3) for name, weight in zip(NAMES, best.x, strict=True) if weight >= 0.0005}


def _arrays(found: Sequence[Example]) -> tuple[Floats, Floats, Floats]:
    """Parts, para_f1 and how much each example counts: kinds with more examples count more, but not as much more."""
    sizes = Counter(one.kind for one in found)
    each = np.array([sizes[one.kind] ** -0.5 for one in found])
    return np.array([one.parts for one in found]), np.array([one.para_f1 for one in found]), each / each.sum()


def loss(weights: Floats, rows: Floats, truth: Floats, each: Floats) -> tuple[float, Floats]:
    """Cross entropy of the figures under these weights, and its slope."""
    odds = rows @ weights
    figures = np.clip(np.exp(-odds), _LEAST, 1 - _LEAST)
    nats = -(truth * np.log(figures) + (1 - truth) * np.log1p(-figures))
    within = (figures > _LEAST) & (figures < 1 - _LEAST)
    pull = each * within * (truth - (1 - truth) * figures / (1 - figures))
    return float(each @ nats), rows.T @ pull


ABOUT = """What one unit of each part costs, in nats. Made by repair.training.estimate of {count} texts: laid-out
newspaper pages read by engines, raw and repaired, made-up English (repair.training.made_up_english), and gold."""


if __name__ == "__main__":
    main()
