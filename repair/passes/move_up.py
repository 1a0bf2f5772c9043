"""Whole lines moved up a page, with the line ends before them."""

from __future__ import annotations

from repair.text import Edit, Span

__all__ = ["moved_up"]


def moved_up(value: str, start: int, end: int, to: int) -> tuple[Edit, ...]:
    r"""The edits that move the lines of `value[start:end]` before the line of `value[to]`, which stands earlier.

    The line ends before the lines go with them; before the first line of the page, the same line ends come after.

    >>> from repair.text import Text
    >>> Text.of("今晨改道。\n\n三路公交改道").apply(moved_up("今晨改道。\n\n三路公交改道", 7, 13, 0)).value
    '三路公交改道\n\n今晨改道。'
    """
    begin = value.rfind("\n", 0, start) + 1
    before = len(value[:begin].rstrip())
    before = before if value.find("\n", before) < 0 else value.find("\n", before)
    after = value.find("\n", end)
    after = len(value) if after < 0 else after
    taken = Edit(before, after, "")
    place = value.rfind("\n", 0, to) + 1
    if above := len(value[:place].rstrip()):
        above = value.find("\n", above)
        return (Edit(above, above, Span(before, after)), taken)
    breaks = value[before:begin]
    return (Edit(place, place, Span(begin, after)), Edit(place, place + 1, breaks + value[place]), taken)
