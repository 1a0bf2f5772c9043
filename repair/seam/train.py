"""Counts a corpus into the n-gram table: `python -m repair.seam.train CORPUS_DIR [-o TABLE]`.

An n-gram is kept for what it tells (Seymore and Rosenfeld 1996, "Scalable Backoff Language
Models"): its count times the distance of its probability from the one that backing off would give.
The same corpus gives the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.seam import fuse
from repair.seam.corpus import Article, articles
from repair.seam.fold import BOUNDARY, LIMIT, SKIP, canonical, number
from repair.seam.ngram import LEVELS, TABLE, NGramModel, keys_of

LEAST = (1, 2, 2, 2, 3, 3)
"""Fewest times that an n-gram of each order from 1 must be seen."""
ROOM = 60_000
"""Bytes of the file that are not slots: the map of code points and the small arrays."""


class Level(NamedTuple):
    """The n-grams of one order: count, log P, index of prefix and suffix, a place in the stream."""

    counts: NDArray[np.int64]
    logp: NDArray[np.float64]
    prefix: NDArray[np.int64]
    suffix: NDArray[np.int64]
    place: NDArray[np.int64]


def stream(units: Iterable[str], table: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """`table` looked up for all units as one array, a boundary (BOUNDARY) between and around."""
    text = "\n" + "\n".join(unit for unit in units) + "\n"
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    found = table.take(codes, mode="clip")
    found[codes == ord("\n")] = BOUNDARY
    found = found[found != SKIP]
    double = (found[1:] == BOUNDARY) & (found[:-1] == BOUNDARY)
    kept: NDArray[np.uint32] = found[np.concatenate([[True], ~double])]
    return kept


def count(ids: NDArray[np.uint32], order: int, least: Sequence[int] = LEAST) -> list[Level]:
    """All n-grams up to `order` seen often enough; none runs over a boundary."""
    size = int(ids.max()) + 1
    seen = np.bincount(ids, minlength=size)
    logp = np.log(np.maximum(seen, 0.5) / seen.sum())
    none = np.zeros(size, np.int64)
    levels = [Level(seen, logp, none, none, none)]
    index = ids.astype(np.int32)
    for step in range(2, order + 1):
        usable = index[:-1] >= 0
        if step > 2:
            usable &= ids[:-1] != BOUNDARY
        ends = np.flatnonzero(usable) + 1
        keys = index[ends - 1].astype(np.int64) * size + ids[ends]
        sort = np.argsort(keys)
        keys = keys[sort]
        first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        counts = np.diff(np.append(first, keys.size))
        often = counts >= least[step - 1]
        names = np.where(often, np.cumsum(often) - 1, -1).astype(np.int32)
        following = np.full(ids.size, -1, np.int32)
        following[ends[sort]] = np.repeat(names, counts)
        place = ends[sort[first[often]]]
        prefix = keys[first[often]] // size
        suffix = index[place].astype(np.int64)
        counts = counts[often]
        logp = np.log(counts / levels[-1].counts[prefix])
        levels.append(Level(counts, logp, prefix, suffix, place))
        index = following
    return levels


def choose(levels: list[Level], budget: int, backoff: float) -> list[NDArray[np.bool_]]:
    """Which n-grams of orders 2 and up to keep: about `budget`, suffixes always with them."""
    gains = []
    for level, lower in zip(levels[1:], levels, strict=False):
        distance = level.logp - lower.logp[level.suffix] - backoff
        gains.append(level.counts * np.abs(distance))
    for step in range(len(gains) - 1, 0, -1):
        np.maximum.at(gains[step - 1], levels[step + 1].suffix, gains[step])
    every = np.concatenate(gains)
    if every.size <= budget:
        return [np.ones(gain.size, bool) for gain in gains]
    limit = np.partition(every, every.size - budget)[every.size - budget]
    return [gain > limit for gain in gains]


def levels_of(logp: NDArray[np.float64]) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
    """Log probabilities as LEVELS steps, and the value of each step."""
    if not logp.size:
        return np.zeros(0, np.uint16), np.zeros(LEVELS, np.float32)
    low = max(float(np.quantile(logp, 0.002)), -14.0)
    steps = np.rint((logp.clip(low, 0) - low) / max(-low, 1e-6) * (LEVELS - 1))
    return steps.astype(np.uint16), np.linspace(low, 0, LEVELS).astype(np.float32)


def train(
    texts: Sequence[str], max_bytes: int = 4_000_000, order: int = 5, head: int = 4,
    backoff: float = -1.0, rare: int = 5, least: Sequence[int] = LEAST,
) -> NGramModel:  # fmt: skip
    """A model of `texts`, one unit (paragraph or headline) each.

    >>> model = train(["今天天气很好。", "明天天气不好。"] * 9)
    >>> model.order
    5
    """
    classes = canonical()
    seen = np.bincount(stream(texts, classes), minlength=LIMIT)
    seen[: BOUNDARY + 1] = 0
    table = number(classes, seen, rare)
    ids = stream(texts, table.astype(np.uint32))
    levels = count(ids, order, least)
    budget = int((max_bytes - ROOM) / 2 / 1.126)
    kept = choose(levels, budget, backoff)
    values, keys, steps = [], [], []
    for size, (level, keep) in enumerate(zip(levels[1:], kept, strict=True), 2):
        step, value = levels_of(level.logp[keep])
        values.append(value)
        steps.append(step)
        place = level.place[keep]
        grams = np.stack([ids[place - back] for back in range(size)])
        keys.append(keys_of(grams.astype(np.uint64)))
    while fuse.slots_for(sum(map(len, keys))) * 2 + ROOM > max_bytes:
        keys[-1], steps[-1] = keys[-1][:-1000], steps[-1][:-1000]
    filled = fuse.build(np.concatenate(keys), np.concatenate(steps))
    single = levels[0].logp.astype(np.float32)
    return NGramModel(table, single, np.stack(values), filled, backoff, head)


def write(model: NGramModel, path: Path) -> None:
    """Write a table that `NGramModel.load` reads; the same model gives the same bytes."""
    np.savez_compressed(
        path, ids=model.ids, single=model.single, values=model.values, slots=model.fuse.slots,
        shape=np.array([model.fuse.segment, model.fuse.seed, model.head]),
        backoff=np.float64(model.backoff),
    )  # fmt: skip


def units(chosen: Iterable[Article], titles: bool = True) -> list[str]:
    """Paragraphs and headlines in the order of the corpus."""
    found: list[str] = []
    for article in chosen:
        if titles:
            found.append(article.title)
        found.extend(article.paragraphs)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m repair.seam.train", description=__doc__)
    parser.add_argument("corpus", type=Path, help="folder that holds zh_news.jsonl.gz")
    parser.add_argument("-o", "--output", type=Path, default=TABLE, help="the table to write")
    parser.add_argument("--max-bytes", type=int, default=4_000_000, help="size of the file")
    chosen = parser.parse_args(arguments)
    texts = units(article for article in articles(chosen.corpus) if not article.held_out)
    write(train(texts, chosen.max_bytes), chosen.output)
    print(f"{chosen.output}: {chosen.output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
