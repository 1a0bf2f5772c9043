"""Whether two articles are the same one, printed twice: what they share, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from repair.reprints.folding import Article
from repair.reprints.passages import Passage, passages
from repair.reprints.templates import sisters, slots

__all__ = ["Match", "Shared", "compare", "verify"]

# Share of the shorter one that must stand in the longer: of two that are as long, and of a short one of these; of the
# lead of another article, which has its own headline, as one cut short has not.
_CONTAINED, _CONTAINED_SHORT, _CONTAINED_LEAD = 0.8, 0.9, 0.97
_PART = 0.6  # of the length of the longer: less is a part of it
# Share of the passages that must be the same, in a long text and in a short one; and what these are, in characters.
_ALIKE, _ALIKE_SHORT, _LONG, _SHORT = 0.6, 0.74, 450, 200
# Misread characters hide slots: of a short text with more of them than this, less is asked to take it for a sister.
_MISREAD, _MUCH, _ASKED = 0.1, 0.2, 0.2


class Shared(NamedTuple):
    """`a[a_start:a_end]` is `b[b_start:b_end]`, in code points of the texts."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int


class Match(NamedTuple):
    """How two articles are the same.

    `containment`: share of the shorter one that stands in the longer, misread characters counted in; `ratio`: share of
    these characters that are the same; `slots`: evidence that what differs is filled into a form, in nats; `shorter`:
    length of the shorter one for each character of the longer; `headline`: whether its first line is shared; `size`:
    characters of the passages, folded, which is less than their spans say by the white space.
    """

    passages: tuple[Shared, ...]
    containment: float
    ratio: float
    slots: float
    shorter: float
    headline: bool
    size: int

    @property
    def verified(self) -> bool:
        """Whether they are the same article."""
        short = min(max((_LONG - self.size) / (_LONG - _SHORT), 0.0), 1.0)
        if self.shorter < _PART:
            contained = _CONTAINED if self.headline else _CONTAINED_LEAD
            contained = max(contained, _CONTAINED_SHORT if self.size < _SHORT else 0.0)
        else:
            contained = _CONTAINED_SHORT if self.size < _SHORT else _CONTAINED
        alike = _ALIKE + short * (_ALIKE_SHORT - _ALIKE)
        much = min(max((1 - self.ratio - _MISREAD) / (_MUCH - _MISREAD), 0.0), 1.0)
        asked = 1 - (1 - _ASKED) * short * much
        return self.containment >= contained and self.ratio >= alike and not sisters(self.slots / asked, self.size)

    def turned(self) -> Match:
        """The same for the two articles the other way round."""
        turned = sorted(Shared(b, b_end, a, a_end) for a, a_end, b, b_end in self.passages)
        return self._replace(passages=tuple(turned))


def verify(a: str, b: str) -> Match | None:
    """The match of two articles if one is a reprint of the other, None if not.

    Nearly all of the shorter must stand in the longer, in passages of any order, and what differs must not be filled
    into a form (see `repair.reprints.templates`). What is very short is no article of its own. Containment against
    the shorter one: Broder 1997; aligned passages of reprinted newspaper texts: Smith, Cordell and Mullen 2015,
    Computational methods for uncovering reprinted texts in antebellum newspapers.

    >>> said = "去年冬天镇上修好了三座桥，今年春天渠里来了水，渠边栽了两千棵白杨树，一直栽到山脚下，来看的人都说好。"
    >>> match = verify("渠边的树\\n" + said, "渠边的树\\n" + said.replace("来看", "未看"))
    >>> match.passages, round(match.ratio, 2)
    ((Shared(a_start=0, a_end=55, b_start=0, b_end=55),), 0.98)
    >>> verify(said, said.replace("三座桥", "十二座塔").replace("两千棵白杨", "五百株柳")) is None
    True
    """
    match = compare(Article(a), Article(b))
    return match if match and match.verified else None


def compare(a: Article, b: Article) -> Match | None:
    """What two articles share, be they the same or not; None for nothing."""
    found = passages(a, b) if a.latin == b.latin and min(len(a), len(b)) >= a.size.least else []
    if not found:
        return None
    size = sum(passage.a_end - passage.a_start for passage in found)
    other = sum(passage.b_end - passage.b_start for passage in found)
    shorter, of = (size, len(a)) if len(a) <= len(b) else (other, len(b))
    lengths = min(len(a), len(b)) / max(len(a), len(b))
    differing = sum(passage.differing for passage in found)
    shared = (Shared(*a.span(p.a_start, p.a_end), *b.span(p.b_start, p.b_end)) for p in found)
    return Match(
        tuple(shared),
        shorter / of,
        max(0.0, 1 - differing / max(size, other)),
        slots(a, b, found),
        lengths,
        _headline(a, b, found),
        size,
    )


def _headline(a: Article, b: Article, found: Sequence[Passage]) -> bool:
    """Whether half of the first line of the shorter one stands in the longer."""
    spans = ((p.a_start, p.a_end) if len(a) <= len(b) else (p.b_start, p.b_end) for p in found)
    end = (a if len(a) <= len(b) else b).lines[1]
    return 2 * sum(max(0, min(high, end) - low) for low, high in spans) >= end
