"""What stands between two joined halves: nothing between Han, a space between words and names; and hyphens.

Latin, Cyrillic, Greek, Hebrew, Arabic and most other scripts part words by spaces. Han, kana, Thai, Lao, Khmer, Burmese
and Tibetan do not. Korean does, but its papers break lines inside words: there the marks at the seam decide, or the
page, which has the two halves elsewhere as one word, or as two; where it has neither, or both, the join is only
suggested.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import pairwise

import regex

from repair.core.change import Change, Safety
from repair.core.text import Edit
from repair.vocabulary.bylines import FIRST_NAME, LAST_NAME, PEOPLE

__all__ = ["UNDECIDED", "between", "glue", "join", "undecided"]

_SOLID = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Yi}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_LETTER = rf"[[\p{{L}}\p{{M}}]--[{_SOLID}\p{{Hangul}}]]"
"""A letter of a script that parts words by spaces."""
_HYPHEN = regex.compile(rf"({_LETTER}+)[-\u2010\u2011]\Z", regex.V1)
_LAST_WORD = regex.compile(rf"{_LETTER}+\Z", regex.V1)
_WORD = regex.compile(rf"{_LETTER}+", regex.V1)
_TWO_LETTERS = regex.compile(rf"{_LETTER}{{2}}", regex.V1)
_COMPOUND = regex.compile(rf"{_LETTER}+(?:[-\u2010]{_LETTER}+)+", regex.V1)
# A word of Korean text, which may have Han, Latin letters and figures in it: 65세, 郡議會는, KBS는.
_KOREAN_WORD = regex.compile(r"[\p{Hangul}\p{Han}\p{Latin}\d]+")
_LAST_KOREAN_WORD = regex.compile(rf"{_KOREAN_WORD.pattern}\Z")
_HANGUL, _HAN = regex.compile(r"\p{Hangul}"), regex.compile(r"\p{Han}")
_ENDS_KOREAN = regex.compile(r"\p{Hangul}[.,!?;:]*[\p{Pe}\p{Pf}]*\Z")
_ENDS_CLAUSE = regex.compile(r"[.,!?;:]\Z")
_ENDS_SOLID = regex.compile(r"[\p{Ps}\p{Pi}·/。，、；：！？]\Z")
_STARTS_SOLID = regex.compile(r"[\p{Pe}\p{Pf}.,!?;:%·/…。，、；：！？]")
# What Korean counts by: it stands solid behind a figure.
_COUNTED = regex.compile(
    r"[년월일시분초명원억만천백개권대회차호번층세점위도척곳평건배종]|여 |퍼센트|킬로|미터|마리|그루|가구"
)
_HYPHENS = regex.compile(r"[-\u2010]")
_SPACED_END = regex.compile(
    rf"(?:{_LETTER}|[\d.,;:!?)\]\"'’”»%&\u2010\u2011\u2013\u2014\u0589\u05be\u060c\u061b\u061f\u06d4\u0964-])\Z",
    regex.V1,
)
_HYPHEN_BEHIND_NUMBER = regex.compile(r"\d[-\u2010\u2011]\Z")
_SPACED_START = regex.compile(rf"{_LETTER}|[\d(\[\"'‘“«„$£€&\u2014\u2013-]", regex.V1)
_REACH = 40
UNDECIDED = "whether a word is cut there the page does not show"
# From here on characters are full-width: nothing stands between them and their neighbours.
_WIDE = "\u2e80"


def glue(value: str, end: int, start: int) -> tuple[str, bool]:
    """What stands between two joined halves, and whether the hyphen before `end` goes.

    A hyphen at a line's end goes unless the page has the word with its hyphen elsewhere and not without it.

    >>> glue("the sys-\\ntem of a system", 8, 9)
    ('', True)
    >>> glue("二〇二四\\n年", 4, 5)
    ('', False)
    >>> glue("（记者 李明\\n王小川）", 6, 7)
    (' ', False)
    """
    tail, head = value[max(0, end - _REACH) : end], value[start : start + _REACH]
    if _is_korean(tail, head):
        return _between_korean(value, tail, head) or "", False
    if _wide(value, end, start):
        return " " if _between_names(tail, head) else "", False
    if not _SPACED_START.match(head) or not _SPACED_END.search(tail):
        return "", False
    hyphen, word = _HYPHEN.search(tail), _WORD.match(head)
    left = _LAST_WORD.search(tail)
    if left and word and _one_word(value, left[0], word[0]):
        return "", False
    if hyphen and word:
        return "", word[0][0].islower() and not _real_hyphen(value, hyphen[1], word[0])
    if _HYPHEN_BEHIND_NUMBER.search(tail):
        return "", False
    if not (_has_word(tail) or _has_word(head)):
        return "", False
    if _han_near(tail) and not (tail[-1].isalpha() and head[0].isalpha()):
        return "", False
    return " ", False


def between(value: str, end: int, start: int) -> str:
    """What stands between two joined halves where no character may go: a hyphen before `end` stays.

    >>> between("in the county\\nengineer", 13, 14), between("a well-\\nbuilt span", 7, 8)
    (' ', '')
    """
    return glue(value, end, start)[0]


def _between_names(tail: str, head: str) -> bool:
    """Whether one name of a byline ends here and the next begins: 记者 李明 | 王小川）."""
    return not PEOPLE.isdisjoint(tail) and bool(LAST_NAME.search(tail) and FIRST_NAME.match(head))


def _has_word(text: str) -> bool:
    return bool(_TWO_LETTERS.search(text))


def undecided(value: str, end: int, start: int) -> bool:
    """Whether nobody can tell if a word is cut between two halves: in Korean, where the page does not show it.

    >>> undecided("의회는 확정하였\\n다 그래서", 8, 9), undecided("의회는 확정하였\\n다 그래서 확정하였다", 8, 9)
    (True, False)
    """
    tail, head = value[max(0, end - _REACH) : end], value[start : start + _REACH]
    return _is_korean(tail, head) and _between_korean(value, tail, head) is None


def _is_korean(tail: str, head: str) -> bool:
    """Whether a seam lies in Korean text: beside Hangul, or between Han among Hangul, as older papers mix them."""
    if _ENDS_KOREAN.search(tail) or _HANGUL.match(head):
        return True
    if not (_HAN.match(tail[-1:]) and _HAN.match(head)):
        return False
    return 2 * len(_HANGUL.findall(tail + head)) > len(_HAN.findall(tail + head))


def _between_korean(value: str, tail: str, head: str) -> str | None:
    """What stands between two halves of Korean text; None where neither the marks there nor the page show it.

    >>> _between_korean("", "끝났다.", "그날"), _between_korean("", "20", "명이"), _between_korean("", "모두", "20명")
    (' ', '', None)
    """
    if _STARTS_SOLID.match(head) or _ENDS_SOLID.search(tail):
        return ""
    if _ENDS_CLAUSE.search(tail):
        return " "
    left, right = _LAST_KOREAN_WORD.search(tail), _KOREAN_WORD.match(head)
    if not left or not right:
        return None
    if tail[-1].isdigit() and _COUNTED.match(head):
        return ""
    whole = left[0] + right[0] in _korean_words(value)
    apart = (left[0], right[0]) in _korean_pairs(value)
    return None if whole == apart else "" if whole else " "


def _han_near(text: str) -> bool:
    return bool(regex.search(r"[\p{Han}，。、]", text))


def _one_word(value: str, left: str, right: str) -> bool:
    """Whether two pieces are one word, by the page: it has the whole, and not both pieces on their own."""
    words = _words(value)
    return words[left + right] > 0 and not (words[left] > 1 and words[right] > 1)


def _real_hyphen(value: str, left: str, right: str) -> bool:
    """Whether a hyphen between two pieces belongs to the word: the page has it there within a line."""
    return (left.casefold(), right.casefold()) in _hyphened(value)


# A page has many seams, and what they ask about its words is worked out once.


@lru_cache(maxsize=4)
def _words(value: str) -> Counter[str]:
    """How often a text has each word of a script with spaces."""
    return Counter(_WORD.findall(value))


@lru_cache(maxsize=4)
def _korean_words(value: str) -> set[str]:
    """The words of a text in Korean."""
    return set(_KOREAN_WORD.findall(value))


@lru_cache(maxsize=4)
def _korean_pairs(value: str) -> set[tuple[str, str]]:
    """The pairs of words between which a text in Korean has a space."""
    words = list(_KOREAN_WORD.finditer(value))
    return {(a[0], b[0]) for a, b in pairwise(words) if value[a.end() : b.start()] == " "}


@lru_cache(maxsize=4)
def _hyphened(value: str) -> set[tuple[str, str]]:
    """The pairs of words, without their case, that a hyphen joins within a line."""
    return {pair for found in _COMPOUND.findall(value) for pair in pairwise(_HYPHENS.split(found.casefold()))}


def join(value: str, end: int, start: int, reason: str, safety: Safety, confidence: float) -> Change:
    """The change that joins the text before `end` to the text from `start`."""
    if undecided(value, end, start):
        safety, confidence, reason = Safety.SUGGEST, min(confidence, 0.5), f"{reason}; {UNDECIDED}"
    between, drop_hyphen = glue(value, end, start)
    if drop_hyphen:
        hyphen = value[end - 1]
        return Change(
            (Edit(end - 1, start, ""),), f"{reason}; the hyphen only marked the break", safety, confidence, hyphen
        )
    return Change((Edit(end, start, between),), reason, safety, confidence)


def _wide(value: str, end: int, start: int) -> bool:
    """Whether a full-width character stands at the seam: then nothing comes between."""
    return value[end - 1] >= _WIDE or value[start] >= _WIDE
