"""Which code points count as the same character when a seam is scored. Needed for training only.

Folding is for scoring, never for the text: full and half width, quote styles, Latin letters,
radicals, Traditional and older printing forms are one class each, so that one small table serves
them all. OpenCC does the script; `variants.tsv` adds what it leaves alone.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LIMIT = 0x30000
"""Code points from here on are unknown."""

SKIP, NOTHING, UNKNOWN, BOUNDARY, FIRST = range(5)
"""Ids that stand for no character: left out, off the page, not in the table, end or start."""

_WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
_PUNCTUATION = {
    **dict.fromkeys("「『〝﹁﹃‘“„«", "“"),
    **dict.fromkeys("」』〞〟﹂﹄’”»", "”"),
    **dict.fromkeys("–—―─━﹘⸺﹣", "—"),
    **dict.fromkeys("·•・‧･∙⋅●", "·"),
    **dict.fromkeys("…⋯‥", "…"),
    **dict.fromkeys("~～〜∼˜", "～"),
    **{mark: _WIDE[mark] for mark in ",;:!?()[]%"},
    "｡": "。", "､": "、", "〔": "［", "〕": "］", "‰": "％", "○": "〇", "◯": "〇",
}  # fmt: skip


def canonical() -> NDArray[np.uint32]:
    """The class of each code point below LIMIT, as one code point of it; 0 for what is left out.

    >>> table = canonical()
    >>> chr(table[ord("國")]), chr(table[ord("７")]), chr(table[ord("Q")]), int(table[ord(" ")])
    ('国', '0', 'A', 0)
    """
    table = np.zeros(LIMIT, np.uint32)
    for code in range(LIMIT):
        table[code] = _plain(chr(code))
    simple = _simplified()
    return np.where(table, simple[table], 0).astype(np.uint32)


def _plain(char: str) -> int:
    """Widths, quotes, digits, Latin letters; Han compatibility forms by NFKC."""
    if char in _PUNCTUATION:
        return ord(_PUNCTUATION[char])
    kind = unicodedata.category(char)
    if char.isspace() or char in "\"'＂＇" or kind in ("Cc", "Cf", "Mn", "Zs", "Zl", "Zp"):
        return 0
    if kind in ("Cs", "Co", "Cn"):
        return ord(char)
    form = unicodedata.normalize("NFKC", char)
    if len(form) != 1:
        return ord(char)
    if form in _PUNCTUATION:
        return ord(_PUNCTUATION[form])
    if form.isdecimal():
        return ord("0")
    if form.isalpha() and ord(form) < 0x2E80:
        return ord("A")
    return ord(form)


def _simplified() -> NDArray[np.uint32]:
    """Simplified form of every code point, character by character."""
    from opencc import OpenCC

    table = np.arange(LIMIT, dtype=np.uint32)
    chars = [chr(code) for lo, hi in ((0x3400, 0xA000), (0x20000, LIMIT)) for code in range(lo, hi)]
    codes = np.array([ord(char) for char in chars])
    for roads in (("t2s",), ("hk2s",), ("tw2s",), ("jp2t", "t2s")):
        text = "\n".join(chars)
        for road in roads:
            text = OpenCC(road).convert(text)
        forms = text.split("\n")
        japanese = len(roads) > 1
        for code, form in zip(codes, forms, strict=True):
            native = japanese and _is_simplified(chr(code))
            if len(form) == 1 and ord(form) < LIMIT and table[code] == code and not native:
                table[code] = ord(form)
    for form, goal in variants().items():
        table[ord(form)] = ord(goal)
    return table[table[table]]


def _is_simplified(char: str) -> bool:
    """In GB 2312: a character of its own in Simplified text (芸, 予), whatever it is in Japan."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def variants() -> dict[str, str]:
    """The hand-written forms of `variants.tsv`, form to class."""
    lines = Path(__file__).with_name("variants.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return dict(pairs)


def number(classes: NDArray[np.uint32], counts: NDArray[np.int64], least: int = 5) -> NDArray[np.uint16]:
    """Ids of all code points: FIRST and up for classes seen `least` times, by falling count.

    `counts` has one entry per code point below LIMIT: how often the class was seen.
    """
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] >= least][: 0x10000 - FIRST]
    ids = np.full(LIMIT, UNKNOWN, np.uint16)
    ids[order] = np.arange(FIRST, FIRST + order.size)
    table = ids[classes]
    table[classes == 0] = SKIP
    table[0xFFFF] = NOTHING
    return table
