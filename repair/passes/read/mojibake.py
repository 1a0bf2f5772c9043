r"""Text in UTF-8 that was read as Windows-1252 or Latin-1: left whole, and told.

Each of its bytes became a character: `新桥` is `æ–°æ¡¥`, `’` is `â€™`, `é` is `Ã©`. Some of these characters cannot be
seen, U+00A0, U+00AD and U+0080 to U+009F, and are needed all the same to lead the text back; so no rule may change such
a run (see `change.PROTECTED`). Every character of a run stands for one byte, and the bytes are UTF-8 of two bytes or
more a character.

Few other texts have such bytes, but some do: `CAFÉ”`, `weiß“`, and French sets a no-break space before a closing mark,
so that `é »` is a Han character in bytes. One character alone counts therefore only where its place or its
bytes speak for it (`_SINGLE`), or where the page has other runs; a row of two or more where most of them are letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple
from unicodedata import category

from repair.core.change import Change, Mark, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Span

__all__ = ["RULE", "WINDOWS"]

WINDOWS = {chr(code): sign for code in range(0x80, 0xA0) if (sign := bytes([code]).decode("cp1252", "ignore"))}
"""The signs that Windows-1252 has where Latin-1 has control characters; five codes are not given to any."""
_BYTES = str.maketrans({sign: control for control, sign in WINDOWS.items()})
_SHOWN = 24

# One character in two, three or four bytes, as strict UTF-8 has it.
_NEXT = r"[\x80-\xBF]"
_SEQUENCE = (
    rf"(?:[\xC2-\xDF]{_NEXT}|(?:\xE0[\xA0-\xBF]|\xED[\x80-\x9F]|[\xE1-\xEC\xEE\xEF]{_NEXT}){_NEXT}"
    rf"|(?:\xF0[\x90-\xBF]|[\xF1-\xF3]{_NEXT}|\xF4[\x80-\x8F]){_NEXT}{_NEXT})"
)
# What may stand behind the last letter of a word: no-break space, dashes, dots, closing marks, signs of footnotes.
_AFTER_WORD = r"\x82\x84-\x87\x8B\x91-\x97\x99\x9B\xA0\xA7\xA9\xAA\xAB\xAE\xB0\xB2\xB3\xB6\xB7\xB9\xBA\xBB"
_SINGLE = "|".join(
    (
        r"(?=..?.?[\x81\x8D\x8F\x90\x9D])",  # a code that Windows-1252 does not have
        r"(?<=[\p{Ll}])[\xC2-\xC5]",  # a capital inside a word in small letters: cafÃ©, itÂ’s
        r"[\xC2-\xC5].\p{Ll}",  # or before its first: Ã‰tat
        r"(?<=\d\ ?)[\xC2\xC3]",  # 20Â°, 3Ã—4
        r"(?<![\p{Lu}·])[\xC2\xC3\xCE-\xD1][\xA0-\xAA\xAC-\xBA\xBC-\xBF]",  # Ã la, Â£5
        r"\xE2[\x80-\x84]|\xE3[\x80-\x83]|\xEF[\xBB-\xBD]",  # marks, kana, full widths: no word has â€, ã€ or ï¼
        rf"[\xE0-\xEF](?:[^{_AFTER_WORD}]|.[^{_AFTER_WORD}])",  # æœ¬, but not é» or é…”
        r"[\xF0-\xF4]",
    )
)


class _Patterns(NamedTuple):
    """What finds a run; the characters in it that count by themselves, and on a page with others; bytes of no mark."""

    run: Any
    single: Any
    beside_others: Any
    no_mark: Any


@cache
def _patterns() -> _Patterns:
    import regex

    return _Patterns(
        regex.compile(f"{_SEQUENCE}++"),
        regex.compile(f"(?={_SEQUENCE})(?:{_SINGLE})"),
        regex.compile(rf"[\xC2-\xC5]{_NEXT}"),
        regex.compile(rf"[^{_AFTER_WORD}\xC2-\xF4]"),
    )


def find(page: Page, options: Options) -> Iterator[Change]:
    """A mark on each run of characters that is UTF-8 read as Windows-1252 or Latin-1."""
    patterns = _patterns()
    value = page.text.value.translate(_BYTES)
    runs = [run.span() for run in patterns.run.finditer(value)]
    # One character more than the run, for what must follow it.
    sure = {(s, e) for s, e in runs if _is_row(value[s:e]) or patterns.single.search(value, s, e + 1)}
    for start, end in runs:
        if (start, end) in sure or (sure and patterns.beside_others.match(value, start, end)):
            yield from _marks(page, start, end, _decoded(value[start:end]))


def _decoded(run: str) -> str:
    return run.encode("latin-1").decode()


def _is_row(run: str) -> bool:
    """Whether a run holds several characters, most of them letters, and not only by marks behind capitals: Å–Ä–Ö."""
    text = _decoded(run)
    letters = sum(map(str.isalpha, text))
    known = all(category(char) not in ("Cn", "Cc", "Co") for char in text)
    return len(text) > 1 and 2 * letters > len(text) and known and _patterns().no_mark.search(run) is not None


def _marks(page: Page, start: int, end: int, text: str) -> Iterator[Change]:
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    reason = f"UTF-8 read as Windows-1252 or Latin-1; it says “{shown}”, and is left whole for a person to see to"
    for raw in page.text.raw_spans(start, end):
        yield Change((), reason, Safety.SAFE, mark=Mark(Span(*raw), "mojibake"))


RULE = Rule(
    id="read/mojibake",
    title="UTF-8 read as Windows-1252 or Latin-1",
    phase=Phase.READ,
    why="What looks like stray accents and control characters are bytes of a text, which other rules would destroy.",
    find=find,
    needs="\u00c2-\u00f4",
)
