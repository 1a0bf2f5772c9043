"""Where the characters of a raw page stand in its gold.

`repair.measure.align` places whole lines, in the order of the page; here it is characters, in any order: columns may be
read row by row, and text may be there twice. A line is cut into pieces where columns may meet. A piece that gold has
once has its place by that; one that gold has more often has it by the pieces beside it, as in a jigsaw puzzle: its
place is the one that begins where a piece near by ends. The rest is laid on gold by what it shares with it, and what
then has no place is not known.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from repair.core.page import Page
from repair.typography.plain import SAME

__all__ = ["FLOATS", "FURNITURE", "Block", "Gold", "Places", "folded", "place"]

FURNITURE = "furniture"
FLOATS = ("caption", "jump", "note", FURNITURE)
"""Blocks that may stand between any others."""
WALL = "\0"
_MARKDOWN = re.compile(r"^\s*(#{1,6}\s+|[-*+]\s+(?=\S))|\*\*|<br>")
_GAP = re.compile(r"\s{2,}|[\u3000\t|]+|<br>")
_SPACE = re.compile(r"\s+")
_NOWHERE = re.compile(r"(?!)")

# A piece that gold has once has its place by that, if it is so long: the figures of a folio are found in dates.
_ALONE = 5
# How many lines away the piece before or behind a piece may stand: in columns read row by row it is the next line.
_NEAR = 6
_TOUCH = 20  # characters of white space over which two pieces are still neighbours on the page
_MOST = 60
_GRAM = 5
_SURE = 8  # a stretch of a misread piece that gold has more than once is placed by itself from this length on
_LIKE = 72  # as in `repair.measure.align`
_SHORT_LINE = 2  # lines of so many characters are no pieces: vertical text, a character a line
_SHORT_LINES = 3


class Block(NamedTuple):
    """A block of gold: where it stands in the folded text, of which article (-1: of none) and which in it.

    Captions, jump lines and notes, which may stand anywhere, are not counted. `begun` and `cut` say that the paragraph
    begins, or goes on, on another page.
    """

    start: int
    end: int
    kind: str
    article: int
    number: int
    last: bool
    begun: bool = False
    cut: bool = False


@lru_cache(maxsize=65536)
def folded(char: str) -> str:
    """A character as it is compared (see `score.plain`); nothing for one that nobody sees."""
    if not char.isprintable():
        return ""
    return "".join(unicodedata.normalize("NFKC", char.translate(SAME)).translate(SAME).split()).lower()


class Gold:
    """The text of a gold page, folded, with a wall between blocks; `exact` is the same to the letter.

    `exact_at` says for each folded character where it stands in `exact`.
    """

    def __init__(self, gold: Mapping[str, Any]) -> None:
        self.blocks: list[Block] = []
        self._text, self._exact, self._exact_at = [WALL], [WALL], [0]
        self._size = self._exact_size = 1
        for article, said in enumerate(gold["articles"]):
            self._add_article(article, said)
        for line in gold.get("furniture", ()):
            self._add(line, Block(0, 0, FURNITURE, -1, 0, True))
        self.text, self.exact = "".join(self._text), "".join(self._exact)
        self.exact_at = self._exact_at
        self._starts = [block.start for block in self.blocks]
        self._grams: dict[str, list[int]] = {}
        for i in range(len(self.text) - _GRAM + 1):
            gram = self.text[i : i + _GRAM]
            if WALL not in gram:
                self._grams.setdefault(gram, []).append(i)

    def _add_article(self, article: int, said: Mapping[str, Any]) -> None:
        blocks = [block for block in said["blocks"] if block["text"].strip()]
        bodies = [i for i, block in enumerate(blocks) if block["type"] not in FLOATS]
        cut = bool(said.get("cut_in_paragraph"))
        paragraphs = [i for i in bodies if blocks[i]["type"] == "paragraph"]
        for i, block in enumerate(blocks):
            number = sum(body < i for body in bodies)
            begun = cut and "continued_from" in said and i == min(paragraphs, default=-1)
            goes_on = cut and "continues" in said and i == max(paragraphs, default=-1)
            at = Block(0, 0, block["type"], article, number, number >= len(bodies) - 1, begun, goes_on)
            self._add(block["text"], at)

    def _add(self, text: str, block: Block) -> None:
        start = self._size
        for i, char in enumerate(text):
            said = folded(char)
            self._text.append(said)
            self._exact_at += [self._exact_size + i] * len(said)
            self._size += len(said)
        self.blocks.append(block._replace(start=start, end=self._size))
        self._exact += [text, WALL]
        self._exact_size += len(text) + 1
        self._text.append(WALL)
        self._exact_at.append(self._exact_size - 1)
        self._size += 1

    def block(self, place: int) -> Block:
        """The block of a place."""
        return self.blocks[max(0, bisect_right(self._starts, place) - 1)]

    def letters(self, start: int, end: int) -> str:
        """What stands to the letter from one folded place to another."""
        return self.exact[self.exact_at[start] : self.exact_at[end - 1] + 1] if start < end else ""

    def found(self, key: str) -> list[int]:
        """Where a text stands; not all places where these are many."""
        places: list[int] = []
        at = self.text.find(key)
        while at >= 0 and len(places) < _MOST:
            places.append(at)
            at = self.text.find(key, at + 1)
        return places

    def with_gram(self, gram: str) -> Sequence[int]:
        """Where five characters stand."""
        return self._grams.get(gram, ())


class Places(NamedTuple):
    """Gold, and for each character of the raw page its place in the folded text of it, or -1."""

    gold: Gold
    at: NDArray[np.int32]


@dataclass
class _Piece:
    """A stretch of a raw line: its folded text, and for each folded character its place in the raw page."""

    line: int
    key: str
    raw: list[int]
    options: list[int]


def place(page: Page, gold: Mapping[str, Any]) -> Places:
    """The place of each raw character in gold."""
    truth = Gold(gold)
    return Places(truth, _Placing(page, truth).placed())


class _Placing:
    def __init__(self, page: Page, gold: Gold) -> None:
        self._gold = gold
        self._at = np.full(len(page.raw) + 1, -1, np.int32)
        self._covered = np.zeros(len(gold.text) + 1, np.int32)
        self._ends: dict[int, list[tuple[int, int]]] = {}  # by place in gold: the line, and the raw place of the edge
        self._begins: dict[int, list[tuple[int, int]]] = {}
        self._raw = page.raw
        self._value, self._raw_of = page.text.value, page.text.starts
        self._lines = page.line_spans

    def placed(self) -> NDArray[np.int32]:
        open_pieces: list[_Piece] = []
        for number, start, end in _stretches(self._lines):
            vertical = end > self._lines[number][1]
            for piece in self._pieces(number, start, end, _NOWHERE if vertical else _GAP):
                if piece.options or vertical:
                    open_pieces.append(piece)
                    continue
                first = int(np.searchsorted(self._raw_of, piece.raw[0]))
                last = int(np.searchsorted(self._raw_of, piece.raw[-1])) + 1
                open_pieces += self._pieces(number, first, last, _SPACE)
        exact = [piece for piece in open_pieces if piece.options]
        left = self._lay(sorted(exact, key=lambda piece: (len(piece.options) > 1, -len(piece.key))))
        for piece in open_pieces:
            if not piece.options:
                left += self._lay_in_parts(piece)
        self._lay(left)
        return self._at

    def _lay(self, pieces: Sequence[_Piece]) -> list[_Piece]:
        """Lay down pieces that gold has, each as soon as its place can be told; gives back those that are left."""
        left = list(pieces)
        while True:
            rest = [piece for piece in left if not self._laid(piece)]
            if len(rest) == len(left):
                return rest
            left = rest

    def _pieces(self, line: int, start: int, end: int, gap: re.Pattern[str]) -> Iterator[_Piece]:
        said = _MARKDOWN.sub(lambda found: " " * len(found[0]), self._value[start:end])
        cuts = [(found.start(), found.end()) for found in gap.finditer(said)]
        bounds = zip([0, *(b for _, b in cuts)], [*(a for a, _ in cuts), len(said)], strict=True)
        for a, b in bounds:
            chars = [(c, int(self._raw_of[start + i])) for i in range(a, b) for c in folded(said[i])]
            if chars:
                key = "".join(c for c, _ in chars)
                options = self._gold.found(key)
                if not options and key.endswith("-") and len(key) > 1:  # a hyphen that only marks the line's end
                    key, chars = key[:-1], chars[:-1]
                    options = self._gold.found(key)
                yield _Piece(line, key, [raw for _, raw in chars], options)

    def _laid(self, piece: _Piece) -> bool:
        """Lay down a piece that gold has; False where it cannot be told yet which place is its own."""
        size = len(piece.key)
        if len(piece.options) == 1 and (size >= _ALONE or self._fit(piece, piece.options[0]) >= 1):
            self._put(piece.raw, piece.options[0], piece.line)
            return True
        fits = sorted(((self._fit(piece, at), at) for at in piece.options), reverse=True)
        if fits[0][0] >= 1 and (len(fits) == 1 or fits[0][0] > fits[1][0]):
            self._put(piece.raw, fits[0][1], piece.line)
            return True
        return False

    def _fit(self, piece: _Piece, at: int) -> float:
        """How well a piece lies at a place: 1 for each side where a piece near by, or half for the block, ends."""
        end = at + len(piece.key)
        text = self._gold.text
        left = 0.5 if text[at - 1] == WALL else self._beside(self._ends, at, piece.line, piece.raw[0])
        right = 0.5 if text[end] == WALL else self._beside(self._begins, end, piece.line, piece.raw[-1])
        taken = float((self._covered[at:end] > 0).mean())
        return left + right - (2 * taken if taken > 0.5 else 0)

    def _beside(self, edges: Mapping[int, list[tuple[int, int]]], at: int, line: int, raw: int) -> float:
        """1 where a piece near by has its edge at a place, and a little more the nearer it stands on the page."""
        best = 0.0
        for other, edge in edges.get(at, ()):
            if abs(other - line) <= _NEAR:
                low, high = sorted((edge, raw))
                touch = not self._raw[low + 1 : high].strip() if high - low < _TOUCH else False
                best = max(best, 1.0 + 0.01 * (_NEAR - abs(other - line)) + 0.5 * touch)
        return best

    def _put(self, raw: Sequence[int], at: int, line: int) -> None:
        for i, one in enumerate(raw):
            if self._at[one] < 0:
                self._at[one] = at + i
        self._covered[at : at + len(raw)] += 1
        self._ends.setdefault(at + len(raw), []).append((line, raw[-1]))
        self._begins.setdefault(at, []).append((line, raw[0]))

    def _lay_in_parts(self, piece: _Piece) -> Iterator[_Piece]:
        """Lay down a piece that gold has not as it stands; gives back what of it may be a piece of its own."""
        parts = self._parts(piece)
        if not parts:
            like = _like(piece.key, self._gold.text)
            if like is not None:
                self._fill(piece, 0, len(piece.key), *like)
            return
        for i, (begin, end, at) in enumerate(parts):
            self._put(piece.raw[begin:end], at, piece.line)
            before, before_at = (parts[i - 1][1], parts[i - 1][2] + parts[i - 1][1] - parts[i - 1][0]) if i else (0, -1)
            if before_at < 0:
                self._stretch(piece, begin - 1, at - 1, -1, 0)
            elif 0 <= at - before_at <= begin - before + 3 and WALL not in self._gold.text[before_at:at]:
                self._fill(piece, before, begin, before_at, at)
            else:
                middle = (before + begin) // 2
                self._stretch(piece, before, before_at, 1, middle)
                self._stretch(piece, begin - 1, at - 1, -1, middle)
        begin, end, at = parts[-1]
        self._stretch(piece, end, at + end - begin, 1, len(piece.key))
        places = [int(self._at[raw]) for raw in piece.raw]
        if places[0] >= 0:
            self._begins.setdefault(places[0], []).append((piece.line, piece.raw[0]))
        if places[-1] >= 0:
            self._ends.setdefault(places[-1] + 1, []).append((piece.line, piece.raw[-1]))
        placed = [i for i, at in enumerate(places) if at >= 0]
        for begin, end in ((0, placed[0]), (placed[-1] + 1, len(places))):
            if end - begin >= 2 and (options := self._gold.found(piece.key[begin:end])):
                yield _Piece(piece.line, piece.key[begin:end], piece.raw[begin:end], options)

    def _parts(self, piece: _Piece) -> list[tuple[int, int, int]]:
        """What a piece shares with gold, from left to right: begin and end in the piece, place in gold."""
        key, text = piece.key, self._gold.text
        parts: list[tuple[int, int, int]] = []
        i = 0
        while i <= len(key) - _GRAM:
            best = (0, 0, False)
            options = self._gold.with_gram(key[i : i + _GRAM])
            for at in options:
                size = _GRAM
                while i + size < len(key) and key[i + size] == text[at + size]:
                    size += 1
                on = bool(parts) and abs(at - parts[-1][2] - (i - parts[-1][0])) <= 3
                best = max(best, (size + (4 if on else 0), at, on))
            size = best[0] - (4 if best[2] else 0)
            if best[0] and (len(options) == 1 or size >= _SURE or best[2]):
                parts.append((i, i + size, best[1]))
                i += size
            else:
                i += 1
        return parts

    def _stretch(self, piece: _Piece, at: int, place: int, step: int, stop: int) -> None:
        """Go on from a part that is placed, one for one, until two characters in a row are not those of gold."""
        key, text, missed = piece.key, self._gold.text, 0
        while (at < stop if step > 0 else at >= stop) and 0 < place < len(text) and text[place] != WALL:
            if key[at] == text[place]:
                missed = 0
                if self._at[piece.raw[at]] < 0:
                    self._at[piece.raw[at]] = place
                    self._covered[place] += 1
            else:
                missed += 1
                if missed > 1:
                    return
            at, place = at + step, place + step

    def _fill(self, piece: _Piece, begin: int, end: int, at: int, at_end: int) -> None:
        """Lay down the characters between two parts, as they are aligned."""
        for op in Levenshtein.opcodes(piece.key[begin:end], self._gold.text[at:at_end]):
            if op.tag == "equal" or (op.tag == "replace" and op.src_end - op.src_start == op.dest_end - op.dest_start):
                for i in range(op.src_end - op.src_start):
                    if self._at[piece.raw[begin + op.src_start + i]] < 0:
                        self._at[piece.raw[begin + op.src_start + i]] = at + op.dest_start + i
                        self._covered[at + op.dest_start + i] += 1


def _stretches(lines: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """The number, start and end of each line; a run of lines of one or two characters is one."""
    i = 0
    while i < len(lines):
        end = i
        while end < len(lines) and lines[end][1] - lines[end][0] <= _SHORT_LINE:
            end += 1
        last = end if end - i >= _SHORT_LINES else i + 1
        yield i, lines[i][0], lines[last - 1][1]
        i = last


def _like(key: str, text: str) -> tuple[int, int] | None:
    """The stretch of a text that is most like a key, if it is like it at all and no other block begins in it."""
    if len(key) < _GRAM + 1:
        return None
    found = fuzz.partial_ratio_alignment(key, text, score_cutoff=_LIKE)
    if not found or WALL in text[found.dest_start : found.dest_end]:
        return None
    return found.dest_start, found.dest_end
