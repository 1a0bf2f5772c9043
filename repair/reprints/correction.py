"""Readings of other witnesses that may be put into the text of the best copy.

Only what looks misread is proposed: one Han character for another, or a letter or two of a Latin word. An editor's word
stays as it was printed, and so does what one copy has more than another. A single witness is believed where the text
around speaks for its reading (the seam model), but never in a number or in what may be a name; two that agree against
the base are believed where the text does not speak against them, in numbers too. What is proposed is in the script of
the base, Traditional or Simplified.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import regex
from rapidfuzz.distance import Levenshtein

from repair.reprints.folding import Article
from repair.reprints.language import Place, fits
from repair.reprints.variants import Variant, Witness
from repair.rulebook.kinds.opencc import converter
from repair.vocabulary.names import AFTER_TITLE, SURE_SURNAMES, TITLE

__all__ = ["Reading", "readings"]

# Nats by which the text must speak for one witness, and may speak against two; how often such readings are right, as
# measured on misread articles (tests/benchmarks/reprints.py).
_SPEAKS, _SPEAKS_NOT = 4.0, 0.0
_ONE, _TWO, _TWO_SPOKEN_FOR, _TWO_OF_NUMBER = 0.98, 0.95, 0.99, 0.9
_AROUND = 8
_LETTERS = 2
_HAN = regex.compile(r"\p{Han}")
_LATIN = regex.compile(r"[A-Za-z]{3,}")
_NUMBER = regex.compile("[0-9]+|[０-９]+|[〇零一二三四五六七八九十百千万亿两兩萬億]+")
_NUMERAL = regex.compile("[0-9０-９〇零一二三四五六七八九十百千万亿两兩萬億]")
# Words that editors put for one another: 在 and 于, 和 and 与, 将 and 要.
_GRAMMAR = frozenset(
    "的地得之了着过在于和与同及跟从自由向往将要把被给使让以为是有无也亦还又再都均皆已曾即就便才只仅但却而且或若如则因故这此该那其"
    "本今他她它我你您们等说道称讲做作当更最很甚不未没并个每各某约近内中里后前上下"
    "著過於與從將給讓為無還這說稱講當沒並個約內裡後"
)
_IN_NAME = regex.compile(rf"{TITLE}[{SURE_SURNAMES}]\p{{Han}}?$", regex.X)
_AFTER_NAME = regex.compile(r"\p{Han}{1,2}(?:[^\p{Han}]|$)")


class Reading(NamedTuple):
    """Put `text` in the place of `base[start:end]`, as `witnesses` read; `confidence`: how often such is right."""

    start: int
    end: int
    text: str
    witnesses: tuple[str, ...]
    reason: str
    confidence: float


def readings(base: str, variants: Sequence[Variant]) -> list[Reading]:
    """The readings of an apparatus (`apparatus(base, witnesses)`) that are better than the base's own, in order.

    >>> from repair.reprints.variants import apparatus
    >>> base = "全国人民代麦大会常务委员会今天在北京举行会议。"
    >>> [reading] = readings(base, apparatus(base, {"p3": base.replace("麦", "表").replace("在", "于")}))
    >>> reading.start, reading.text, reading.reason
    (5, '表', 'p3 reads 表, which the text around it speaks for')
    """
    traditional = Article(base).traditional
    asked, places = [], []
    for variant in variants:
        said = _said(variant)
        text = _in_script([witness.text for witness in said], traditional)
        if text and _misread(variant, text):
            before = base[max(0, variant.start - _AROUND) : variant.start]
            after = base[variant.end : variant.end + _AROUND]
            asked.append((variant, said))
            places += [Place(before, text, after), Place(before, variant.text, after)]
    worth = fits(places)
    found = (
        _judged(place, variant, said, float(theirs - own))
        for place, (variant, said), theirs, own in zip(places[::2], asked, worth[::2], worth[1::2], strict=True)
    )
    return [reading for reading in found if reading]


def _said(variant: Variant) -> list[Witness]:
    """The witnesses of the reading that all those share that differ from the base; none where they differ too."""
    by_text: dict[str, list[Witness]] = defaultdict(list)
    for witness in variant.readings:
        by_text[Article(witness.text).text].append(witness)
    return next(iter(by_text.values())) if len(by_text) == 1 else []


def _in_script(texts: Sequence[str], traditional: bool) -> str:
    """The reading in the script of the base, as a witness has it or as it can be told from that; else nothing."""
    if not traditional:
        return converter("t2s").convert(texts[0]) if texts else ""
    to_simple, to_traditional = converter("t2s"), converter("s2t")
    return next((text for text in texts if to_simple.convert(text) != text or to_traditional.convert(text) == text), "")


def _misread(variant: Variant, text: str) -> bool:
    """Whether the one may be the other misread."""
    if _NUMERAL.search(variant.text + text):
        return len(variant.text) == len(text) and bool(_NUMBER.fullmatch(text) and _NUMERAL.search(variant.text))
    if _LATIN.fullmatch(text):
        wrong = Levenshtein.distance(variant.text, text)
        return len(text) == len(variant.text) > 2 * wrong and wrong <= _LETTERS
    return len(text) == len(variant.text) == 1 and bool(_HAN.match(text)) and not {variant.text, text} <= _GRAMMAR


def _judged(place: Place, variant: Variant, said: Sequence[Witness], speaks: float) -> Reading | None:
    text, count, against = place.reading, len(said), len(variant.agree) + 1
    names = tuple(witness.id for witness in said)
    if count > against:
        number = bool(_NUMERAL.search(variant.text + text))
        if not number and speaks < _SPEAKS_NOT:
            return None
        reason = f"{count} of {count + against} witnesses read {text}"
        confidence = _TWO_OF_NUMBER if number else _TWO_SPOKEN_FOR if speaks >= _SPEAKS else _TWO
        return Reading(variant.start, variant.end, text, names, reason, confidence)
    if count < against or speaks < _SPEAKS or _sure_only_of_two(place, variant.text):
        return None
    reason = f"{names[0]} reads {text}, which the text around it speaks for"
    return Reading(variant.start, variant.end, text, names, reason, _ONE)


def _sure_only_of_two(place: Place, text: str) -> bool:
    """Whether it is a number, a Latin word, or may be part of a name: then the text around it says too little."""
    surname = {text, place.reading} & set(SURE_SURNAMES) and AFTER_TITLE.search(place.before)
    named = (surname and _AFTER_NAME.match(place.after)) or _IN_NAME.search(place.before)
    return bool(named or _NUMERAL.search(text + place.reading) or not _HAN.match(place.reading))
