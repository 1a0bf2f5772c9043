"""Set pages of made-up English in justified columns, to train the weights for Latin script on.

There is no free corpus of English newspaper pages with their printed lines, and the evidence at a line's end in Latin
script is in widths, capitals, hyphens and punctuation, not in words. So the words are made up: common function words
and random syllables, in sentences and paragraphs of the usual lengths. Everything is drawn from one seed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import NamedTuple

from repair.typography.characters import advance

__all__ = ["Printed", "page"]

_COMMON = (  # noqa: SIM905
    "the of to and a in is it that for on was with as by at from be this are or an have not which but has had they we "
    "he his will one been all there more their can when who may if would about up out so its no than other into could"
).split()
_ONSETS = tuple("b c d f g h l m n p r s t v w br ch cl cr dr fl gr pl pr sh sp st str th tr".split())  # noqa: SIM905
_VOWELS = tuple("a e i o u ai ea ee io ou".split())  # noqa: SIM905
_CODAS = ("", "", "", "n", "r", "s", "t", "l", "m", "nt", "st", "ck", "ng", "d")


class Printed(NamedTuple):
    """A page as an engine reads it, and for each gap between lines whether the paragraph goes on."""

    text: str
    goes_on: list[bool]


@dataclass(frozen=True)
class _Setting:
    """How a page is set: widths in em."""

    column: float
    indent: float
    space: float
    scale: float
    hyphens: float
    gap: str
    unhyphenated: bool
    torn: float


def page(seed: int, whole: bool = False) -> Printed:
    """One page of about forty paragraphs: in printed lines, or `whole`, as blocks of which some are cut in two.

    >>> printed = page(1)
    >>> len([line for line in printed.text.splitlines() if line]) == len(printed.goes_on) + 1
    True
    """
    rng = random.Random(seed)
    setting = _Setting(
        column=rng.uniform(15, 42),
        indent=rng.choice((0.0, 1.0, 1.0, 1.5, 2.0)),
        space=rng.uniform(0.2, 0.27),
        scale=rng.uniform(0.9, 1.15),
        hyphens=rng.choice((0.0, 0.7, 0.9)),
        gap=rng.choice(("\n", "\n", "\n\n")),
        unhyphenated=rng.random() < 0.3,
        torn=rng.choice((0.0, 0.0, 0.04)),
    )
    lines = [str(rng.randint(2, 9)), _name(rng).upper(), f"{_name(rng)}, {_name(rng)} {rng.randint(1, 31)}, 1939"]
    goes_on = [False, False]
    for _ in range(rng.randint(5, 9)):
        for block, width in _article(rng, setting):
            printed = _cut(block, rng) if whole else _set(block, width, setting, rng)
            goes_on += [False] + [True] * (len(printed) - 1)
            lines += printed
    return Printed(setting.gap.join(lines), goes_on)


def _article(rng: random.Random, setting: _Setting) -> list[tuple[list[str], float]]:
    """Blocks of words with the width that each is set to."""
    body = [(_paragraph(rng), setting.column) for _ in range(rng.randint(2, 9))]
    for i in range(len(body), 1, -1):
        if rng.random() < 0.08:
            body.insert(i - 1, (_title(rng, 1, 5), setting.column))
    head = [(_title(rng, 2, 9), setting.column * rng.uniform(0.4, 0.8))]
    if rng.random() < 0.6:
        role = ["Staff", "Writer"] if rng.random() < 0.4 else []
        head.append((["By", _name(rng), _name(rng) + "," * bool(role), *role], setting.column))
    if rng.random() < 0.3:
        body.append(([*_sentence(rng), "(File", "photo)"], setting.column * rng.uniform(0.8, 1.6)))
    if rng.random() < 0.1:
        body.insert(0, (["(Continued", "from", "page", str(rng.randint(1, 8)) + ")"], setting.column))
    if rng.random() < 0.1:
        body.append((["See", "page", str(rng.randint(1, 8))], setting.column))
    if rng.random() < 0.1:
        head.append((["From", "page", str(rng.randint(1, 8))], setting.column))
    return body + head if rng.random() < 0.3 else head + body


def _word(rng: random.Random) -> str:
    if rng.random() < 0.42:
        return rng.choice(_COMMON)
    syllables = rng.choices((1, 2, 3, 4), (40, 38, 17, 5))[0]
    return "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(syllables))


def _name(rng: random.Random) -> str:
    return _word(rng).capitalize()


def _title(rng: random.Random, least: int, most: int) -> list[str]:
    words = [_word(rng) for _ in range(rng.randint(least, most))]
    if rng.random() < 0.7:
        return [word.capitalize() if len(word) > 3 else word for word in words[:1]] + [
            word.capitalize() if len(word) > 3 else word for word in words[1:]
        ]
    return [words[0].capitalize(), *words[1:]]


def _sentence(rng: random.Random) -> list[str]:
    words: list[str] = []
    for _ in range(max(3, round(rng.gauss(19, 9)))):
        drawn = rng.random()
        word = _word(rng)
        if drawn < 0.05:
            word = word.capitalize()
        elif drawn < 0.065:
            word = word.upper()[:4]
        elif drawn < 0.085:
            word = str(rng.randint(2, 2000))
        elif drawn < 0.1:
            word = f"({word})"
        elif drawn < 0.115:
            word = f"{word}-{_word(rng)}"
        if rng.random() < 0.07:
            word += rng.choice((",", ",", ",", ";", ":", " —"))
        words.append(word)
    words[0] = words[0][0].upper() + words[0][1:]
    words[-1] = (words[-1].rstrip(",;:— ") or "it") + rng.choice((".", ".", ".", ".", ".", "?", "!"))
    if rng.random() < 0.08:
        words[0], words[-1] = "“" + words[0], words[-1] + "”"
    return " ".join(words).split(" ")


def _paragraph(rng: random.Random) -> list[str]:
    words = [word for _ in range(rng.choices(range(1, 8), (3, 4, 5, 4, 3, 2, 1))[0]) for word in _sentence(rng)]
    if rng.random() < 0.06:
        words[-1] = words[-1].rstrip(".?!") + ":"
    return words


def _cut(words: list[str], rng: random.Random) -> list[str]:
    """A block as one line, a long one now and then as two."""
    at = rng.randint(3, len(words) - 2) if len(words) > 20 and rng.random() < 0.35 else 0
    return [" ".join(part) for part in (words[:at], words[at:]) if part]


def _set(words: list[str], width: float, setting: _Setting, rng: random.Random) -> list[str]:
    """Break words into lines: greedily, long words at a hyphen where that is allowed."""
    lines: list[str] = []
    line: list[str] = []
    free = width - setting.indent
    for word in words:
        size = advance(word) * setting.scale
        if size <= free:
            line.append(word)
            free -= size + setting.space
            continue
        at = _hyphen(word, free, setting, rng)
        if at and setting.unhyphenated:
            line.append(word)
        elif at:
            line.append(word[:at] + "-")
        lines.append(" ".join(line))
        line = [] if at and setting.unhyphenated else [word[at:]]
        free = width - (advance(word[at:]) * setting.scale + setting.space)
    return [piece for text in [*lines, " ".join(line)] if text for piece in _torn(text, setting, rng)]


def _torn(line: str, setting: _Setting, rng: random.Random) -> list[str]:
    """The line, or now and then its words: some engines tear lines with wide spaces into words."""
    return line.split(" ") if rng.random() < setting.torn else [line]


def _hyphen(word: str, free: float, setting: _Setting, rng: random.Random) -> int:
    """Where to break a word, before a consonant with a vowel after it, or 0."""
    letters = word.rstrip(",.;:?!”)")
    if not letters.isalpha() or len(letters) < 6 or rng.random() > setting.hyphens:
        return 0
    syllables = [i for i in range(2, len(letters) - 2) if word[i] not in "aeiou" and word[i + 1] in "aeiou"]
    fits = [i for i in syllables if advance(word[:i] + "-") * setting.scale <= free]
    return max(fits, default=0)
