"""Whole lines moved up a page, with the line ends before them."""

from __future__ import annotations

from repair.core.text import Edit, Span

__all__ = ["moved_up"]

_WINDOW = 256


def moved_up(value: str, start: int, end: int, to: int) -> tuple[Edit, ...]:
    r"""The edits that move the lines of `value[start:end]` before the line of `value[to]`, which stands earlier.

    The line ends before the lines go with them; before the first line of the page, the same line ends come after.

    >>> from repair.core.text import Text
    >>> Text.of("今晨改道。\n\n三路公交改道").apply(moved_up("今晨改道。\n\n三路公交改道", 7, 13, 0)).value
    '三路公交改道\n\n今晨改道。'
    """
    begin = value.rfind("\n", 0, start) + 1
    before = _end_of_text(value, begin)
    before = before if value.find("\n", before) < 0 else value.find("\n", before)
    after = value.find("\n", end)
    after = len(value) if after < 0 else after
    taken = Edit(before, after, "")
    place = value.rfind("\n", 0, to) + 1
    if above := _end_of_text(value, place):
        above = value.find("\n", above)
        return (Edit(above, above, Span(before, after)), taken)
    breaks = value[before:begin]
    return (Edit(place, place, Span(begin, after)), Edit(place, place + 1, breaks + value[place]), taken)


def _end_of_text(value: str, end: int) -> int:
    """Where the text before a place ends, the white space there left out."""
    while end:
        start = max(0, end - _WINDOW)
        said = value[start:end].rstrip()
        if said:
            return start + len(said)
        end = start
    return 0
