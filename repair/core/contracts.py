"""What a change of each phase may do, and what all changes of a rule together. What breaks its contract is refused."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from unicodedata import category

from repair.core.change import Change
from repair.core.page import Page
from repair.core.rule import Phase
from repair.core.text import Done, Span

__all__ = ["CONTRACTS", "RuinError", "breaks_into", "refuse_emptied", "unwritable", "within_bounds"]

TENFOLD = 10
FLOOR = 1000
"""A page may grow by so many characters however small it is."""
WHOLE = frozenset(
    {"utf-8", "utf-8-sig", "gb18030", *(f"utf-{size}{end}" for size in (16, 32) for end in ("", "-le", "-be"))}
)
"""Encodings that have all characters."""


class RuinError(Exception):
    """What the changes of a rule would make of a page is no page of text any more; says why, after the rule's name."""


def within_bounds(changes: Iterable[Change], page: Page) -> list[Change]:
    """The changes of a rule. Raises `RuinError` before what they put in makes the page ten times as large.

    A page that earlier rules made larger counts as it was when it was raw, so that rules cannot do together what one of
    them must not.
    """
    size = len(page.text)
    left = max(FLOOR, (TENFOLD - 1) * min(size, len(page.raw))) - max(0, size - len(page.raw))
    found = []
    for change in changes:
        for start, end, after in change.edits:
            left -= (after.end - after.start if isinstance(after, Span) else len(after)) - (end - start)
        if left <= 0:
            raise RuinError("would have made this page ten times as large and was left out")
        found.append(change)
    return found


def refuse_emptied(before: Page, after: Page) -> None:
    """Raise `RuinError` where nothing that can be seen is left of a page that had something."""
    if not _has_text(after) and _has_text(before):
        raise RuinError("would have left nothing of this page and was left out")


def _has_text(page: Page) -> bool:
    return any(not char.isspace() and category(char) not in ("Cc", "Cf") for char in page.text.value)


def _read(change: Change, done: Sequence[Done], value: str) -> bool:
    """Reading replaces characters one for one, or takes out what cannot be seen."""
    return all(
        isinstance(d.after, str)
        and (len(d.after) == len(d.before) or not any(c.isprintable() and c != " " for c in _minus(d.before, d.after)))
        and len(d.after) <= len(d.before)
        for d in done
    )


def _minus(before: str, after: str) -> str:
    return "".join((Counter(before) - Counter(after)).elements())


def _layout(change: Change, done: Sequence[Done], value: str) -> bool:
    """Layout keeps every character that is not white space, save what the change declares removed."""
    for d in done:
        if d.before.strip() or not isinstance(d.after, str) or d.after.strip():
            break
    else:
        return not change.removes
    before = "".join(d.before for d in done)
    after = "".join(d.after if isinstance(d.after, str) else value[slice(*d.after)] for d in done)
    return _visible(before) == _visible(after) + _visible(change.removes)


def _visible(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


def _structure(change: Change, done: Sequence[Done], value: str) -> bool:
    """Structure only marks."""
    return not done


def _text(change: Change, done: Sequence[Done], value: str) -> bool:
    """Text repairs keep the lines."""
    return all(isinstance(d.after, str) and d.before.count("\n") == d.after.count("\n") for d in done)


def _finish(change: Change, done: Sequence[Done], value: str) -> bool:
    """The finish keeps the lines and the number of letters and digits."""
    return all(
        isinstance(d.after, str)
        and d.before.count("\n") == d.after.count("\n")
        and sum(map(str.isalnum, d.before)) == sum(map(str.isalnum, d.after))
        for d in done
    )


CONTRACTS: dict[Phase, Callable[[Change, Sequence[Done], str], bool]] = {
    Phase.READ: _read,
    Phase.LAYOUT: _layout,
    Phase.STRUCTURE: _structure,
    Phase.TEXT: _text,
    Phase.FINISH: _finish,
}


def breaks_into(protected: Sequence[Span], done: Sequence[Done]) -> bool:
    """Whether edits change one of the stretches of `Page.protected`, rather than move it whole.

    >>> breaks_into([Span(3, 5)], [Done(4, 5, "\\u00a9", "")]), breaks_into([Span(3, 5)], [Done(5, 6, " ", "")])
    (True, False)
    """
    moved = [edit.after for edit in done if isinstance(edit.after, Span)]
    for edit in done:
        first = bisect_right(protected, edit.start, key=lambda stretch: stretch.end)
        for start, end in protected[first:]:
            if start >= edit.end:
                break
            whole = edit.start <= start and end <= edit.end and edit.before
            if not (whole and any(low <= start and end <= high for low, high in moved)):
                return True
    return False


def unwritable(encoding: str) -> Callable[[Sequence[Done]], str] | None:
    """What says of edits why they cannot be written in an encoding, "" if they can; None where all can be.

    >>> says = unwritable("cp932")
    >>> says([Done(0, 1, "・", "·")])
    "cp932 has no character '·' (U+00B7)"
    >>> says([Done(0, 1, ",", "，")]), unwritable("utf-8")
    ('', None)
    """
    if not encoding or encoding in WHOLE:
        return None

    def why(done: Sequence[Done]) -> str:
        for edit in done:
            if isinstance(edit.after, str) and not _is_in(edit.after, encoding):
                char = next((char for char in edit.after if not _is_in(char, encoding)), edit.after)
                codes = " ".join(f"U+{ord(code):04X}" for code in char)
                return f"{encoding} has no character {char!r} ({codes})"
        return ""

    return why


@lru_cache(1 << 12)
def _is_in(text: str, encoding: str) -> bool:
    """Whether a text is written in an encoding, and read again as it was: shift_jis would make a backslash of ¥."""
    try:
        return text.encode(encoding).decode(encoding) == text
    except UnicodeError:
        return False
