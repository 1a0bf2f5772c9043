"""Lines of a text as HTML, with what changed in them marked; never more than text, whatever the page holds."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from repair.core.text import Span
from repair.history.explain import visible
from repair.report.highlight import Part

__all__ = ["Marked", "named", "shown"]

CHUNK = 1500
"""Characters of a line that stand in one box: a browser lays out only the boxes that are seen."""
_ODD = re.compile(
    "[^\\t\\n\\u3000 -~\\u00a1-\\u00ac\\u00ae-\\u024f\\u2010-\\u2027\\u2030-\\u205e\\u3001-\\ud7ff\\uff01-\\uffee]"
)
_TAGS = {"removed": "del", "joined": "del", "replaced": "del", "inserted": "ins"}

_BEGIN = {"marked", "gap"}  # whose beginning is shown, and not that of each stretch


def shown(text: str) -> Markup:
    r"""The text with its control characters, and all else that is not seen or turns the writing round, spelt out.

    >>> shown("a<b>\u202e")
    Markup('a&lt;b&gt;<span class="odd">&lt;202E&gt;</span>')
    """
    said = escape(text)
    if _ODD.search(said):
        return Markup(_ODD.sub(lambda found: _odd(found[0], '<span class="odd">&lt;{:04X}&gt;</span>'), said))
    return said


def named(name: str) -> str:
    r"""The same as plain text, for names; a byte of a file name that is not UTF-8 is shown as in "\xb1".

    >>> print(named("\udcb1\u202e.txt"))
    \xb1<202E>.txt
    """
    said = "".join(f"\\x{ord(char) - 0xDC00:02x}" if "\udc80" <= char <= "\udcff" else char for char in name)
    return _ODD.sub(lambda found: _odd(found[0], "<{:04X}>"), said)


def _odd(char: str, spelt: str) -> str:
    return char if char.isprintable() else spelt.format(ord(char))


class _Cut(NamedTuple):
    """A stretch in which the same parts hold; of no length: a place where something came or went."""

    start: int
    end: int
    parts: tuple[Part, ...]


class Marked:
    """One of the two texts with the parts that changes speak of.

    `outcomes` has the outcome of each change, `moves` names the moved pieces that begin at a place.
    """

    def __init__(
        self, text: str, parts: Sequence[Part], outcomes: Sequence[str], moves: Mapping[int, list[str]], *, raw: bool
    ) -> None:
        self.text = text
        self.outcomes = outcomes
        self.moves = moves
        self.raw = raw
        self.cuts = list(_cuts(parts, sorted(moves)))
        self.starts = [cut.start for cut in self.cuts]

    def line(self, line: Span) -> Iterator[Markup]:
        """The HTML of a line, in chunks of some length; its end is shown only where it changed."""
        pieces, size = list[str](), 0
        for start, end, cut in self._stretches(line):
            pieces.append(self._stretch(start, end, cut))
            size += end - start
            if size >= CHUNK:
                yield Markup("".join(pieces))
                pieces, size = [], 0
        if pieces or not size:
            yield Markup("".join(pieces))

    def _stretches(self, line: Span) -> Iterator[tuple[int, int, _Cut | None]]:
        """The line in stretches no longer than a chunk, changed and unchanged ones in turn."""
        at = line.start
        first = bisect_left(self.starts, line.start)
        while first and self.cuts[first - 1].end > line.start:
            first -= 1
        for number in range(first, len(self.cuts)):
            cut = self.cuts[number]
            # a place between two lines belongs to the second
            if cut.start > line.end or (cut.start == line.end and (cut.end > cut.start or line.end < len(self.text))):
                break
            yield from ((a, b, None) for a, b in _chunks(at, min(cut.start, line.end)))
            at = max(at, min(cut.end, line.end))
            yield from ((a, b, cut) for a, b in _chunks(max(cut.start, line.start), at) or [(at, at)])
        yield from ((a, b, None) for a, b in _chunks(at, line.end))

    def _stretch(self, start: int, end: int, cut: _Cut | None) -> str:
        text = self.text[start:end]
        if cut is None:
            return str(shown(text.rstrip("\r\n")))
        kinds = {part.kind for part in cut.parts}
        classes = sorted(kinds | {self.outcomes[part.change] for part in cut.parts} - {"applied"})
        if any(part.kind in _BEGIN and part.start == start for part in cut.parts):
            classes.append("first")
        numbers = " ".join(dict.fromkeys(str(part.change) for part in cut.parts))
        moves = f' data-m="{" ".join(self.moves[start])}"' if start == cut.start and start in self.moves else ""
        if start == end:
            return f'<i class="c at {" ".join(classes)}" data-c="{numbers}"{moves}></i>'
        edited = kinds & _TAGS.keys()
        said = escape(visible(text)) if edited and text.isspace() else shown(text.rstrip("\r\n"))
        if not said:
            return ""
        made = any(self.outcomes[part.change] == "applied" and part.kind in _TAGS for part in cut.parts)
        tag = "mark" if not made else "del" if self.raw else "ins"
        return f'<{tag} class="c {" ".join(classes)}" data-c="{numbers}"{moves}>{said}</{tag}>'


def _chunks(start: int, end: int) -> list[tuple[int, int]]:
    return [(at, min(at + CHUNK, end)) for at in range(start, end, CHUNK)]


def _cuts(parts: Sequence[Part], begins: Sequence[int]) -> Iterator[_Cut]:
    """The parts, which may overlap, as stretches in order; `begins` are places where a stretch must begin."""
    points: dict[int, list[Part]] = {}
    opens: dict[int, list[Part]] = {}
    closes: dict[int, list[Part]] = {}
    for part in parts:
        if part.start == part.end:
            points.setdefault(part.start, []).append(part)
        else:
            opens.setdefault(part.start, []).append(part)
            closes.setdefault(part.end, []).append(part)
    open_now: dict[Part, None] = {}
    at = 0
    for place in sorted({*points, *opens, *closes, *begins}):
        if open_now:
            yield _Cut(at, place, tuple(open_now))
        at = place
        if place in points:
            yield _Cut(place, place, tuple(points[place]))
        for part in closes.get(place, ()):
            del open_now[part]
        open_now |= dict.fromkeys(opens.get(place, ()))
