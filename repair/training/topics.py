"""Make `topics.npz`, the space of meanings: python -m repair.training.topics CORPUS_DIR

CORPUS_DIR holds zh_news.jsonl.gz. Articles are rows and pairs of characters columns of a matrix of weighted counts
(1 + log count, times log(articles / articles with the pair), rows of length 1); its leading singular vectors are found
by randomized subspace iteration (Halko, Martinsson and Tropp 2011). The first of them says only how usual a pair is and
is left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from repair.articles.topics import TABLE, pairs_of
from repair.core.text import codes_of
from repair.training.corpus import articles
from repair.typography.characters import tables
from repair.typography.folded import Folded

_PAIRS, _DIMENSIONS, _SPARE, _ROUNDS = 16_000, 64, 24, 4
_LEAST, _MOST = 40, 0.25  # a pair counts that so many articles have, and at most this share of them
_LONGEST, _SHORTEST = 3000, 150
_CHUNK = 400_000
_STEEP = -0.5  # the power of the singular values that a direction counts with

Matrix = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the corpus, find the space, write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=TABLE)
    given = parser.parse_args(arguments)
    rows = list(_rows(given.corpus))
    keys, rarity = _chosen(rows)
    matrix, shape = _matrix(rows, keys, rarity), (len(rows), len(keys))
    print(f"{shape[0]} articles, {shape[1]} pairs, {len(matrix[2])} entries")
    sizes, directions = _leading(matrix, shape)
    places = directions[:, 1 : _DIMENSIONS + 1] * sizes[1 : _DIMENSIONS + 1] ** _STEEP * rarity[:, None]
    scales = np.abs(places).max(axis=1) / 127
    np.savez_compressed(
        given.output,
        keys=keys,
        places=np.rint(places / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float16),
    )
    print(f"{given.output}: {given.output.stat().st_size} bytes")


def _rows(corpus: Path) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.intp]]]:
    """The pairs of each article that may be counted, and how often each comes."""
    for article in articles(corpus):
        text = "\n".join([article.title, *article.paragraphs])[:_LONGEST]
        if article.held_out or len(text) < _SHORTEST:
            continue
        codes = Folded.of(codes_of(text)).codes
        found = pairs_of(codes, tables()[0].take(codes, mode="clip"), np.zeros(len(codes), np.intp))[1]
        yield np.unique(found, return_counts=True)


def _chosen(rows: list[tuple[NDArray[np.uint64], NDArray[np.intp]]]) -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
    """The pairs most articles have, but for those that nearly all have; in order, with the rarity of each."""
    keys, counts = np.unique(np.concatenate([pairs for pairs, _ in rows]), return_counts=True)
    usable = np.flatnonzero((counts >= _LEAST) & (counts <= _MOST * len(rows)))
    best = np.sort(usable[np.argsort(-counts[usable], kind="stable")[:_PAIRS]])
    return keys[best], np.log(len(rows) / counts[best]).astype(np.float32)


def _matrix(
    rows: list[tuple[NDArray[np.uint64], NDArray[np.intp]]], keys: NDArray[np.uint64], rarity: NDArray[np.float32]
) -> Matrix:
    """The entries: row, column and weight of each, in order of rows."""
    row_parts, column_parts, weight_parts = [], [], []
    for number, (pairs, counts) in enumerate(rows):
        at = keys.searchsorted(pairs).clip(max=len(keys) - 1)
        known = keys[at] == pairs
        columns = at[known]
        weights = (1 + np.log(counts[known])) * rarity[columns]
        row_parts.append(np.full(len(columns), number))
        column_parts.append(columns)
        weight_parts.append((weights / max(float(np.sqrt((weights**2).sum())), 1e-9)).astype(np.float32))
    return np.concatenate(row_parts), np.concatenate(column_parts), np.concatenate(weight_parts)


def _leading(matrix: Matrix, shape: tuple[int, int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The largest singular values, and the right singular vectors as columns."""
    rows, columns, weights = matrix
    by_column = np.argsort(columns, kind="stable")
    turned = columns[by_column], rows[by_column], weights[by_column]
    basis = np.random.default_rng(1).standard_normal((shape[1], _DIMENSIONS + _SPARE)).astype(np.float32)
    for _ in range(_ROUNDS):
        basis = np.linalg.qr(_times(turned, _times(matrix, basis, shape[0]), shape[1]))[0]
    image = _times(matrix, basis, shape[0])
    values, vectors = np.linalg.eigh((image.T @ image).astype(np.float64))
    order = np.argsort(-values)
    found: NDArray[np.float32] = (basis @ vectors[:, order]).astype(np.float32)
    return np.sqrt(values[order]).astype(np.float32), found * np.sign(found.sum(axis=0))


def _times(matrix: Matrix, dense: NDArray[np.float32], height: int) -> NDArray[np.float32]:
    """The matrix, whose entries come in order of rows, times a dense one."""
    rows, columns, weights = matrix
    product = np.zeros((height, dense.shape[1]), np.float32)
    for low in range(0, len(rows), _CHUNK):
        part = slice(low, low + _CHUNK)
        first = np.flatnonzero(np.diff(rows[part], prepend=-1))
        product[rows[part][first]] += np.add.reduceat(dense[columns[part]] * weights[part, None], first, axis=0)
    return product


if __name__ == "__main__":
    main()
