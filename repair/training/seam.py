"""Counts a corpus into the n-gram table: `python -m repair.training.seam CORPUS_DIR [-o TABLE]`.

Interpolated absolute discounting (Ney, Essen and Kneser 1994); then an n-gram is kept for what it
tells (Seymore and Rosenfeld 1996, "Scalable Backoff Language Models"): its count times the distance
of its log probability from the one that backing off gives. The same corpus gives the same bytes.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.core.text import codes_of
from repair.seam import fuse
from repair.seam.fold import BOUNDARY, LIMIT, SKIP, canonical, number
from repair.seam.ngram import LEVELS, LOG_BITS, SMALL, TABLE, WEIGHTS, NGramModel, keys_of
from repair.training.corpus import Article, articles

ORDER = 4
LEAST = (1, 2, 2, 2, 3, 3)
"""Fewest times that an n-gram of each order from 1 must be seen."""
DISCOUNT = 0.7
ROOM = 40_000
"""Bytes of the file that are not slots: the map of code points and the small arrays."""
TIMES = {"rmrb": 3}
"""How often the articles of a source are counted: newspapers weigh more than broadcast scripts."""


Floats = NDArray[np.float64]
LITTLE = 1e-4


class Level(NamedTuple):
    """The n-grams of one order: count, index of prefix and suffix, a place in the stream."""

    counts: NDArray[np.int64]
    prefix: NDArray[np.int64]
    suffix: NDArray[np.int64]
    place: NDArray[np.int64]


def stream(units: Iterable[str], table: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """`table` looked up for all units as one array, a boundary (BOUNDARY) between and around."""
    text = "\n" + "\n".join(unit for unit in units) + "\n"
    codes = codes_of(text)
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
    none = np.zeros(size, np.int64)
    levels = [Level(seen, none, none, none)]
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
        levels.append(Level(counts[often], prefix, suffix, place))
        index = following
    return levels


def smooth(levels: list[Level]) -> tuple[list[Floats], list[Floats]]:
    """P of every n-gram, and the mass that each context leaves to backing off."""
    counts = levels[0].counts + 0.5
    chances, left = [counts / counts.sum()], []
    for lower, level in itertools.pairwise(levels):
        part = (level.counts - DISCOUNT) / lower.counts[level.prefix]
        rest = (1 - np.bincount(level.prefix, part, len(lower.counts))).clip(LITTLE, 1)
        chances.append(part + rest[level.prefix] * chances[-1][level.suffix])
        left.append(rest)
    return chances, left


def choose(levels: list[Level], chances: list[Floats], left: list[Floats], budget: int) -> list[NDArray[np.bool_]]:
    """Which n-grams of orders 2 and up to keep: about `budget`, prefix and suffix with each."""
    gains = []
    for level, chance, lower, rest in zip(levels[1:], chances[1:], chances, left, strict=False):
        distance = np.log(chance / lower[level.suffix] / rest[level.prefix])
        gains.append(level.counts * np.abs(distance))
    for step in range(len(gains) - 1, 0, -1):
        np.maximum.at(gains[step - 1], levels[step + 1].suffix, gains[step])
        np.maximum.at(gains[step - 1], levels[step + 1].prefix, gains[step])
    every = np.concatenate(gains)
    limit = -1.0
    if every.size > budget:
        limit = np.partition(every, every.size - budget - 1)[every.size - budget - 1]
    return [gain > limit for gain in gains]


def backoff(levels: list[Level], chances: list[Floats], kept: list[NDArray[np.bool_]]) -> list[Floats]:
    """Log backoff weight of each context of orders 1 and up; exactly 0 where none goes on."""
    found = []
    for step, keep in enumerate(kept):
        level, size = levels[step + 1], len(levels[step].counts)
        prefix = level.prefix[keep]
        upper = np.bincount(prefix, chances[step + 1][keep], size)
        lower = np.bincount(prefix, chances[step][level.suffix[keep]], size)
        weight = np.log((1 - upper).clip(LITTLE, 1) / (1 - lower).clip(LITTLE, 1))
        weight[np.bincount(prefix, minlength=size) == 0] = 0
        found.append(weight)
    return [*found, np.zeros(len(levels[-1].counts))]


def levels_of(values: Floats, size: int) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
    """Values as `size` steps that lose little (Lloyd 1957), and the value of each step."""
    if not values.size:
        return np.zeros(0, np.uint16), np.zeros(size, np.float32)
    spread = np.linspace(np.quantile(values, 0.001), values.max(), size)
    steps = (np.quantile(values, (np.arange(size) + 0.5) / size) + spread) / 2
    for _ in range(12):
        at = np.searchsorted((steps[1:] + steps[:-1]) / 2, values)
        many = np.bincount(at, minlength=size)
        steps = np.where(many, np.bincount(at, values, size) / many.clip(1), steps)
    at = np.searchsorted((steps[1:] + steps[:-1]) / 2, values)
    return at.astype(np.uint16), steps.astype(np.float32)


def train(texts: Sequence[str], max_bytes: int = 4_000_000, order: int = ORDER, head: int = ORDER) -> NGramModel:
    """A model of `texts`, one unit (paragraph or headline) each, in a file of `max_bytes` at most.

    >>> model = train(["今天天气很好。", "明天天气不好。"] * 9)
    >>> model.order
    4
    """
    table, ids = encode(texts)
    levels = count(ids, order)
    chances, left = smooth(levels)
    budget = int((max_bytes - ROOM) * 8 / fuse.SLOT_BITS / fuse.ROOM)
    kept = choose(levels, chances, left, budget)
    weights = backoff(levels, chances, kept)
    keys, payload, logs, steps = [], [], [], []
    for size, keep in enumerate(kept, 2):
        place = levels[size - 1].place[keep]
        grams = np.stack([ids[place - back] for back in range(size)])
        keys.append(keys_of(grams.astype(np.uint64)))
        value, log = levels_of(np.log(chances[size - 1][keep]), LEVELS)
        weight = weights[size - 1][keep]
        used = weight != 0
        rank, step = levels_of(weight[used], WEIGHTS - 1)
        value[used] |= (rank + np.uint16(1)) << LOG_BITS
        payload.append(value)
        logs.append(log)
        steps.append(np.append(np.float32(0), step))
    filled = fuse.build(np.concatenate(keys), np.concatenate(payload))
    single, opening = np.log(chances[0]).astype(np.float32), weights[0].astype(np.float32)
    return NGramModel(table, single, opening, np.stack(logs), np.stack(steps), filled, head)


def encode(texts: Sequence[str]) -> tuple[NDArray[np.uint16], NDArray[np.uint32]]:
    """The map of code points to ids that these texts call for, and the texts in ids."""
    classes = canonical()
    seen = np.bincount(stream(texts, classes), minlength=LIMIT)
    seen[: BOUNDARY + 1] = 0
    table = number(classes, seen)
    return table, stream(texts, table.astype(np.uint32))


def write(model: NGramModel, path: Path) -> None:
    """Write a table that `NGramModel.load` reads; the same model gives the same bytes."""
    shape = np.array([model.fuse.slots.size, model.fuse.segment, model.fuse.seed, model.head])
    small = {name: getattr(model, name) for name in SMALL}
    np.savez_compressed(path, slots=fuse.pack(model.fuse.slots), shape=shape, ids=model.ids, **small)


def units(chosen: Iterable[Article]) -> list[str]:
    """Paragraphs and headlines in the order of the corpus, some sources several times over."""
    found: list[str] = []
    for article in chosen:
        times = TIMES.get(article.source[:4], 1)
        found.extend([article.title, *article.paragraphs] * times)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m repair.training.seam", description=__doc__)
    parser.add_argument("corpus", type=Path, help="folder that holds zh_news.jsonl.gz")
    parser.add_argument("-o", "--output", type=Path, default=TABLE, help="the table to write")
    parser.add_argument("--max-bytes", type=int, default=4_000_000, help="size of the file")
    chosen = parser.parse_args(arguments)
    texts = units(article for article in articles(chosen.corpus) if not article.held_out)
    write(train(texts, chosen.max_bytes), chosen.output)
    print(f"{chosen.output}: {chosen.output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
