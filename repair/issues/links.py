"""Jump lines to links: which article that breaks off goes on in which part on another page.

Each jump mark that sends the reader on is held against each part that says it comes from elsewhere. For a pair speak
the numbers in both marks, a headline that is printed again, words of the headline in the other part, the subject, and
the seam between the last words of the one and the first of the other. Of all ways to give each mark one partner or none
the best is taken (`assignment`), not the best pair first: with two articles that go on on one page, one good pair would
leave the other two marks to each other. What a link is worth more than the best way without it says how sure it is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray
from rapidfuzz import fuzz

from repair.articles import Part, Story
from repair.articles.evidence import BODY, HEADS
from repair.articles.topics import Topics, cosine
from repair.blocks.line import ends_sentence
from repair.core.text import codes_of
from repair.issues.assignment import assigned
from repair.issues.numbers import Label
from repair.seam import default_model
from repair.typography.folded import Folded
from repair.typography.plain import plain
from repair.vocabulary.jump_marks import Jump, jump_of

__all__ = ["End", "Link", "Links", "linked", "share_head"]

# What the evidence weighs, in log odds; a pair needs `_ASKED`. What the language says was fitted (softmax over
# partners) on the marks of four laid-out issues at a time, all numbers taken as equal. Of 528 links there, and of 132
# Chinese and 114 English ones of other issues, all come right, each with odds of 20 to 1 or more; without the shared
# words 78 of the 114. Numbers and a repeated headline are set by hand: there are no pages to fit on where they mislead.
_NUMBER, _WRONG, _BEFORE = 2.0, -2.5, -3.0
_HEADLINE, _MEANING, _WORDS, _HEAD_WORDS, _SEAM = 4.0, 2.1, 52.0, 0.55, 0.1
_ASKED = 2.5
_SAME_HEAD = 80
_LATIN, _HAN = regex.compile(r"\p{Latin}{4,}"), regex.compile(r"\p{Han}{2,}")
_MOST = 900  # characters of an article that tell its subject


@dataclass(frozen=True)
class End:
    """A jump mark: `parts[at]` of `stories[story]`, what it says, and the page that it stands on."""

    story: int
    at: int
    jump: Jump
    page: int


class Link(NamedTuple):
    """An article goes on: the mark that sends on, the mark that it comes to, and how sure that is.

    `margin` is about in log odds: what the link is worth more than the best of all other ways to link the marks.
    """

    start: End
    end: End
    margin: float


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
    worth = _worth(starts, comes, stories, labels, value) - _ASKED
    pairs = assigned(worth)
    found = [Link(starts[row], comes[column], margin) for row, column, margin in pairs]
    rows, columns = ({pair[side] for pair in pairs} for side in (0, 1))
    left = [start for i, start in enumerate(starts) if i not in rows]
    left += [come for j, come in enumerate(comes) if j not in columns]
    return Links(tuple(sorted(found, key=lambda link: (link.start.page, link.start.story))), tuple(left))


def _ends(stories: Sequence[Story], value: str) -> Iterator[End]:
    for number, story in enumerate(stories):
        for at, part in enumerate(story.parts):
            if part.kind == "jump" and (jump := jump_of(part.text(value))):
                yield End(number, at, jump, story.pages[0])


def _worth(
    starts: Sequence[End], comes: Sequence[End], stories: Sequence[Story], labels: Sequence[Label], value: str
) -> NDArray[np.float64]:
    ahead = [_text(stories[end.story].parts[: end.at], value, last=True) for end in starts]
    back = [_text(stories[end.story].parts[end.at + 1 :], value, last=False) for end in comes]
    meaning = _meaning(ahead, back)
    shared = _shared_words(ahead, back, [_heads(stories[end.story], value) for end in starts], stories, value)
    pairs = list(product(ahead, back))
    seams = default_model().score([a for a, _ in pairs], [b for _, b in pairs]).llr.reshape(len(ahead), len(back))
    found = np.zeros((len(starts), len(comes)))
    for i, start in enumerate(starts):
        cut = bool(ahead[i]) and not ends_sentence(ahead[i])
        for j, come in enumerate(comes):
            if start.page == come.page:
                found[i, j] = -np.inf
                continue
            found[i, j] = (
                _numbers(start, labels[come.page])
                + _numbers(come, labels[start.page])
                + _BEFORE * (come.page < start.page)
                + _HEADLINE * share_head(stories[start.story], stories[come.story], value, HEADS)
                + _MEANING * meaning[i, j]
                + shared[i, j]
                + _SEAM * float(np.clip(seams[i, j], -8, 12)) * cut
            )
    return found


def _meaning(ahead: Sequence[str], back: Sequence[str]) -> NDArray[np.float64]:
    """The likeness in meaning of each text to each other one, from -1 to 1."""
    texts = [*ahead, *back]
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
    spans = [(start, start + len(text)) for start, text in zip(starts, texts, strict=False)]
    meaning = Topics.of(Folded.of(codes_of("\n".join(texts))), spans).meaning
    return np.array([[cosine(one, other) for other in meaning[len(ahead) :]] for one in meaning[: len(ahead)]])


def _shared_words(
    ahead: Sequence[str], back: Sequence[str], heads: Sequence[str], stories: Sequence[Story], value: str
) -> NDArray[np.float64]:
    """What it weighs that two texts share words, or that one has words of the other's head: the more the fewer articles
    of the issue have the word (inverse document frequency)."""
    having = Counter(word for story in stories for word in _words("\n".join(part.text(value) for part in story.parts)))
    rare = {word: max(0.0, math.log((len(stories) + 1) / (count + 0.5))) for word, count in having.items()}
    mine, theirs, of_heads = ([_words(text) for text in texts] for texts in (ahead, back, heads))
    found = np.zeros((len(ahead), len(back)))
    for i, j in product(range(len(ahead)), range(len(back))):
        both = sum(rare.get(word, 0.0) for word in mine[i] & theirs[j])
        of_head = sum(rare.get(word, 0.0) for word in of_heads[i] & theirs[j])
        found[i, j] = _WORDS * both / max(1.0, math.sqrt(len(mine[i]) * len(theirs[j])))
        found[i, j] += _HEAD_WORDS * math.sqrt(of_head)
    return found


def _words(text: str) -> frozenset[str]:
    """The words of Latin script that are long enough to say something, and the pairs of Han characters."""
    words = set(_LATIN.findall(text.lower()))
    for run in _HAN.findall(text):
        words.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(words)


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


def _heads(story: Story, value: str) -> str:
    """The heads of an article, one after the other."""
    return " ".join(part.text(value) for part in story.parts if part.kind in HEADS)


def _text(parts: Sequence[Part], value: str, *, last: bool) -> str:
    """The running text of parts, the last of it or the first."""
    said = "".join(part.text(value) for part in parts if part.kind in BODY).replace("\n", " ")
    return said[-_MOST:] if last else said[:_MOST]
