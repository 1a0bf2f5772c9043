"""Lay clean articles out in columns and read them back as a model does, to train the evidence at cuts on.

Pages that were laid out and read are few, and of the cuts on them still fewer have other blocks between their halves.
Here the same articles are cut anew: every column ends at a printed line's end, so a half has so many whole lines. Then
what the real pages show is done to them: captions and late headlines between the halves, columns of neighbouring
articles taken row by row, beginnings of columns lost. Everything is drawn from one seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Article", "Read", "page"]

_NEVER_FIRST = frozenset("，。、；：！？）》”’」』】…％%,;:!?)")
_NEVER_LAST = frozenset("（《“‘「『【(")
# Shares: of pages whose articles are cut at all, and of groups that are read row by row.
_CUT, _SCRAMBLED = 0.75, 0.25
# A long article has so many paragraphs.
_LONG = 6
_PAPERS = ("双桥日报", "云溪晚报", "新石门", "融媒体中心")
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "华明强丽伟敏静军洋勇艳娜涛超兰霞平刚桂英文辉力玉萍"
_BANNERS = ("民生视点", "县域经济", "新春走基层", "两会特别报道", "奋进新征程", "身边的变化")


@dataclass(frozen=True)
class Article:
    """Blocks above the text (headline, deck, byline) and the text's own: paragraphs, crossheads, list entries."""

    heads: tuple[str, ...]
    body: tuple[str, ...]


class Read(NamedTuple):
    """A page as it was read, a block a line, and for each block the one in which it goes on, or -1."""

    text: str
    goes_on: list[int]


@dataclass
class _Piece:
    """A run of printed lines of one block; `then` is the piece that goes on with it, `gap` what stands before it."""

    text: str
    then: _Piece | None = field(default=None, repr=False)
    gap: str = "\n\n"


def page(articles: Sequence[Article], seed: int) -> Read:
    """One page of these articles.

    >>> read = page([Article(("新桥通车",), ("今天上午，双桥镇新桥通车，两岸的路近了。" * 9,))], 2)
    >>> len([line for line in read.text.splitlines() if line]) == len(read.goes_on)
    True
    """
    rng = random.Random(seed)
    width, marked = rng.randint(11, 24), rng.random() < 0.7
    height = (4, 30) if rng.random() < _CUT else (9_999, 9_999)
    captions, late, lost = rng.choice((0.0, 0.1, 0.3)), rng.choice((0.0, 0.1, 0.4)), rng.choice((0.0, 0.0, 0.0, 0.4))
    blocks: list[_Piece] = []
    for group in _groups(articles, rng):
        set_ = [(article, list(_columns(article, width, height, rng))) for article in group]
        blocks += _group(set_, rng, marked, captions, late, lost)
        if rng.random() < 0.1:
            blocks.append(_Piece(rng.choice(_BANNERS)))
    blocks = [piece for piece in blocks if piece.text]
    places = {id(piece): i for i, piece in enumerate(blocks)}
    goes_on = [places.get(id(piece.then), -1) for piece in blocks]
    return Read("".join(piece.gap + piece.text for piece in blocks).lstrip("\n") + "\n", goes_on)


def _groups(articles: Sequence[Article], rng: random.Random) -> Iterator[list[Article]]:
    """What is read row by row: mostly one article, or neighbours, or the sections of a long one."""
    at = 0
    while at < len(articles):
        together = rng.choice((2, 2, 3)) if rng.random() < _SCRAMBLED else 1
        group = list(articles[at : at + together])
        at += together
        long = len(group) == 1 and len(group[0].body) >= _LONG
        yield _sections(group[0], rng) if long and rng.random() < _SCRAMBLED else group


def _sections(article: Article, rng: random.Random) -> list[Article]:
    """An article cut into two or three sections, each with a few of its words for a crosshead."""
    count = rng.choice((2, 3))
    size = len(article.body) // count
    starts = [*range(0, size * count, size)]
    parts = [article.body[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]
    heads = [article.heads, *((_words(part[0], rng),) for part in parts[1:])]
    return [Article(head, part) for head, part in zip(heads, parts, strict=True)]


def _words(text: str, rng: random.Random) -> str:
    return text.split("，")[0].rstrip("。：；！？”")[: rng.randint(5, 14)] or text[:5]


def _columns(article: Article, width: int, heights: tuple[int, int], rng: random.Random) -> Iterator[list[_Piece]]:
    """The body of an article in columns of one height between two."""
    height = rng.randint(*heights)
    left, column = rng.randint(min(2, heights[0]), height) if heights[0] < 99 else height, list[_Piece]()
    for text in article.body:
        start, before, indent = 0, None, 2
        while start < len(text):
            end = _break(text, start + left * width - indent)
            piece = _Piece(text[start:end])
            column.append(piece)
            if before:
                before.then = piece
            left -= -(-(end - start + indent) // width)
            before, start, indent = piece, end, 0
            if left <= 0:
                yield column
                column, left = [], height + rng.choice((0, 0, -1, 1))
    if column:
        yield column


def _break(text: str, at: int) -> int:
    """Where a line ends at or before a place: no mark that closes begins a line, none that opens ends one."""
    if at >= len(text):
        return len(text)
    best = at
    while best > 1 and (text[best] in _NEVER_FIRST or text[best - 1] in _NEVER_LAST or _inside_run(text, best)):
        best -= 1
    return best if best > max(1, at - 9) else at


def _inside_run(text: str, at: int) -> bool:
    return text[at - 1].isascii() and text[at].isascii() and text[at - 1].isalnum() and text[at].isalnum()


def _group(
    group: Sequence[tuple[Article, list[list[_Piece]]]],
    rng: random.Random,
    marked: bool,
    captions: float,
    late: float,
    lost: float,
) -> Iterator[_Piece]:
    """The articles of a group: one after the other, or, where there are several, row by row."""
    rows = max(len(columns) for _, columns in group)
    after = [rng.randint(1, 2) if rng.random() < late and len(columns) > 1 else 0 for _, columns in group]
    for row in range(rows):
        for (article, columns), when in zip(group, after, strict=True):
            if row == when:
                yield from _heads(article, rng, marked)
            if row < len(columns):
                column = columns[row]
                if row and rng.random() < lost:
                    _lose(column, rng)
                yield from column
                if rng.random() < captions:
                    yield _caption(article, rng)


def _heads(article: Article, rng: random.Random, marked: bool) -> Iterator[_Piece]:
    for head in article.heads:
        sign = "#" * rng.randint(1, 3) + " " if marked and rng.random() < 0.9 else ""
        yield _Piece(sign + head)
    if rng.random() < 0.4:
        yield _Piece(f"{rng.choice(_PAPERS)}记者 {_name(rng)}")


def _lose(column: list[_Piece], rng: random.Random) -> None:
    """The first lines of a column are not read: the piece there goes on nothing, or is lost as a whole."""
    first = column[0]
    size = rng.randint(8, 120)
    lost = _Piece(first.text[size:], first.then)
    column[0] = lost


def _caption(article: Article, rng: random.Random) -> _Piece:
    """What stands below a photograph: a sentence of the article, or part of one, often with the photographer."""
    text = rng.choice([block for block in article.body if len(block) > 8] or list(article.heads) or ["双桥镇一景"])
    sentences = [s for s in text.replace("！", "。").split("。") if len(s) > 4] or [text[:30]]
    said = rng.choice(sentences)
    if rng.random() < 0.5:
        said = said.split("，")[-1]
    said = said[: rng.choice((20, 40, 60))]
    form = rng.random()
    said = ("图为" if form < 0.4 else "") + said + ("。" if form < 0.8 else "")
    if rng.random() < 0.5:
        said += f" {rng.choice(_PAPERS)}记者 {_name(rng)}" + rng.choice((" 摄", " 摄", ""))
    return _Piece(said, gap="\n" * rng.choice((2, 4, 4, 4)))


def _name(rng: random.Random) -> str:
    return rng.choice(_SURNAMES) + "".join(rng.choice(_GIVEN) for _ in range(rng.randint(1, 2)))
