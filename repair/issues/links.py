"""Jump lines to links: which article that breaks off goes on in which part on another page.

Each jump mark that sends the reader on is held against each part that says it comes from elsewhere. For a pair speak
the numbers in both marks, a headline that is printed again, the subject, and the seam between the last words of the one
and the first of the other. The best pairs are taken first; what is left over is listed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from repair.articles import Part, Story
from repair.articles.evidence import BODY, HEADS
from repair.articles.topics import Topics, cosine
from repair.blocks.jumps import Jump, jump_of
from repair.blocks.line import ends_sentence
from repair.folded import Folded
from repair.issues.numbers import Label
from repair.score.text import plain
from repair.seam import default_model
from repair.text import codes_of

__all__ = ["End", "Link", "Links", "linked", "share_head"]

# What the evidence weighs; a pair needs `_ASKED`.
_NUMBER, _WRONG, _HEADLINE, _MEANING, _TERMS, _SEAM, _BEFORE = 2.0, -2.5, 3.0, 1.5, 2.0, 0.15, -3.0
_ASKED = 2.5
_SAME_HEAD = 80
_MOST = 900  # characters of an article that tell its subject


@dataclass(frozen=True)
class End:
    """A jump mark: `parts[at]` of `stories[story]`, what it says, and the page that it stands on."""

    story: int
    at: int
    jump: Jump
    page: int


class Link(NamedTuple):
    """An article goes on: the mark that sends on, the mark that it comes to, and how sure that is (log odds)."""

    start: End
    end: End
    worth: float


class Links(NamedTuple):
    """Links, and the marks that found no partner."""

    found: tuple[Link, ...]
    unmatched: tuple[End, ...]


def linked(stories: Sequence[Story], labels: Sequence[Label], value: str) -> Links:
    """The links between the articles of an issue; `labels` are those of its pages, `value` is its text."""
    ends = list(_ends(stories, value))
    starts, comes = ([end for end in ends if end.jump.way == way] for way in ("to", "from"))
    if not starts or not comes:
        return Links((), tuple(ends))
    worth = _worth(starts, comes, stories, labels, value)
    found = []
    free_starts, free_comes = set(range(len(starts))), set(range(len(comes)))
    for flat in np.argsort(-worth, axis=None, kind="stable").tolist():
        i, j = divmod(flat, len(comes))
        if worth[i, j] >= _ASKED and i in free_starts and j in free_comes:
            free_starts.remove(i)
            free_comes.remove(j)
            found.append(Link(starts[i], comes[j], float(worth[i, j])))
    left = [*(starts[i] for i in sorted(free_starts)), *(comes[j] for j in sorted(free_comes))]
    return Links(tuple(sorted(found, key=lambda link: (link.start.page, link.start.story))), tuple(left))


def _ends(stories: Sequence[Story], value: str) -> Iterator[End]:
    for number, story in enumerate(stories):
        for at, part in enumerate(story.parts):
            if part.kind == "jump" and (jump := jump_of(part.text(value))):
                yield End(number, at, jump, story.pages[0])


def _worth(
    starts: Sequence[End], comes: Sequence[End], stories: Sequence[Story], labels: Sequence[Label], value: str
) -> NDArray[np.float64]:
    sides = [_text(stories[end.story].parts[: end.at], value, last=True) for end in starts]
    sides += [_text(stories[end.story].parts[end.at + 1 :], value, last=False) for end in comes]
    edges = np.cumsum([0, *(len(side) + 1 for side in sides)])
    topics = Topics.of(
        Folded.of(codes_of("\n".join(sides))),
        [(int(at), int(at) + len(side)) for at, side in zip(edges[:-1], sides, strict=True)],
    )
    ahead, back = list(range(len(starts))), list(range(len(starts), len(sides)))
    shared = (topics.shared(ahead, back) + topics.shared(back, ahead).T) / 2
    seams = (
        default_model()
        .score([sides[i] for i in ahead for _ in back], [sides[j] for _ in ahead for j in back])
        .llr.reshape(len(ahead), len(back))
    )
    found = np.zeros((len(starts), len(comes)))
    for i, start in enumerate(starts):
        for j, come in enumerate(comes):
            if start.page == come.page:
                found[i, j] = -np.inf
                continue
            found[i, j] = (
                _numbers(start, labels[come.page])
                + _numbers(come, labels[start.page])
                + _BEFORE * (come.page < start.page)
                + _HEADLINE * share_head(stories[start.story], stories[come.story], value, HEADS)
                + _MEANING * cosine(topics.meaning[i], topics.meaning[len(starts) + j])
                + _TERMS * float(shared[i, j])
                + (0.0 if not sides[i] or ends_sentence(sides[i]) else _SEAM * float(np.clip(seams[i, j], -8, 12)))
            )
    return found


def _numbers(end: End, label: Label) -> float:
    """What the number in a mark says about a page."""
    section, number = end.jump.section, end.jump.number
    if number:
        return (
            _NUMBER
            if number == label.number and (not section or section == label.section or not label.section)
            else _WRONG
        )
    return _NUMBER if section == label.section else 0.0


def share_head(story: Story, other: Story, value: str, kinds: Collection[str]) -> bool:
    """Whether a head of one of these kinds is printed over both, misread characters apart."""
    first, second = ([plain(part.text(value)) for part in one.parts if part.kind in kinds] for one in (story, other))
    return any(fuzz.ratio(a, b) >= _SAME_HEAD for a in first for b in second)


def _text(parts: Sequence[Part], value: str, *, last: bool) -> str:
    """The running text of parts, the last of it or the first."""
    said = "".join(part.text(value) for part in parts if part.kind in BODY).replace("\n", " ")
    return said[-_MOST:] if last else said[:_MOST]
