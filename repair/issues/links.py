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
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
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
from repair.evidence.feature import AMOUNT, Evidence, Labels, Values
from repair.evidence.parts import YES_NO
from repair.evidence.table import load
from repair.issues.assignment import assigned
from repair.issues.numbers import Label
from repair.seam import default_model
from repair.typography.folded import Folded
from repair.typography.plain import plain
from repair.vocabulary.jump_marks import Jump, jump_of

__all__ = ["End", "Link", "Links", "linked", "share_head"]

Floats = NDArray[np.float64]

# Log odds from which two marks are asked to be a pair. With the shipped weights, of 528 links on laid-out issues and of
# 132 Chinese and 114 English ones of other issues all come right, each with odds of 20 to 1 or more; without the shared
# words 78 of the 114.
_ASKED = 2.5
# What the language says of a seam counts between these, in nats: a bad one says little, a good one no more.
_LEAST_NATS, _MOST_NATS = -8, 12
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
) -> Floats:
    """Log odds of each pair of marks, of shape (starts, comes); -inf for two marks of one page."""
    look = LinkLook(starts, comes, stories, labels, value)
    odds = load(TABLE, OF_LINKS).odds(OF_LINKS.buckets(look))
    worth: Floats = np.where(look.one_page, -np.inf, odds)
    return worth


TABLE = "jump-links"
"""Weights set by hand and fitted, each with its reason."""


@dataclass(frozen=True)
class LinkLook:
    """What is seen of pairs of marks: those that send on (rows) and those that they may come to (columns)."""

    starts: Sequence[End]
    comes: Sequence[End]
    stories: Sequence[Story]
    labels: Sequence[Label]
    value: str

    @cached_property
    def ahead(self) -> list[str]:
        """The text before each mark that sends on."""
        return [_text(self.stories[end.story].parts[: end.at], self.value, last=True) for end in self.starts]

    @cached_property
    def back(self) -> list[str]:
        """The text behind each mark that it may come to."""
        return [_text(self.stories[end.story].parts[end.at + 1 :], self.value, last=False) for end in self.comes]

    @cached_property
    def one_page(self) -> NDArray[np.bool_]:
        """The pairs whose marks stand on one page."""
        return self.of_pairs(lambda start, come: start.page == come.page).astype(np.bool_)

    @cached_property
    def shared(self) -> SharedWords:
        """The words that the texts of each pair share."""
        heads = [_heads(self.stories[end.story], self.value) for end in self.starts]
        return _shared_words(self.ahead, self.back, heads, self.stories, self.value)

    def of_pairs(self, say: Callable[[End, End], float]) -> Floats:
        """A number for each pair."""
        return np.array([[say(start, come) for come in self.comes] for start in self.starts], np.float64)


OF_LINKS: Evidence[LinkLook] = Evidence("pairs of jump marks")
_SAYS = Labels("nothing", "this page", "another page")


@OF_LINKS.feature("number in the mark that sends on", _SAYS)
def _number_ahead(look: LinkLook) -> Values:
    return look.of_pairs(lambda start, come: _said_of(start, look.labels[come.page]))


@OF_LINKS.feature("number in the mark that it comes to", _SAYS)
def _number_back(look: LinkLook) -> Values:
    return look.of_pairs(lambda start, come: _said_of(come, look.labels[start.page]))


@OF_LINKS.feature("goes back to an earlier page", YES_NO)
def _goes_back(look: LinkLook) -> Values:
    return look.of_pairs(lambda start, come: come.page < start.page)


@OF_LINKS.feature("one headline over both", YES_NO)
def _one_headline(look: LinkLook) -> Values:
    stories, value = look.stories, look.value
    return look.of_pairs(lambda a, b: a.page != b.page and share_head(stories[a.story], stories[b.story], value, HEADS))


@OF_LINKS.feature("likeness in meaning", AMOUNT)
def _likeness(look: LinkLook) -> Values:
    return _meaning(look.ahead, look.back)


@OF_LINKS.feature("shared words", AMOUNT)
def _words_of_both(look: LinkLook) -> Values:
    return look.shared.of_texts


@OF_LINKS.feature("words of the head", AMOUNT)
def _words_of_the_head(look: LinkLook) -> Values:
    return look.shared.of_heads


@OF_LINKS.feature("seam of a sentence that is cut", AMOUNT)
def _seam(look: LinkLook) -> Values:
    pairs = list(product(look.ahead, look.back))
    llr = default_model().score([a for a, _ in pairs], [b for _, b in pairs]).llr.astype(np.float64)
    cut = np.array([bool(text) and not ends_sentence(text) for text in look.ahead])
    nats: Floats = np.clip(llr.reshape(len(look.ahead), -1), _LEAST_NATS, _MOST_NATS)
    found: Floats = nats * cut[:, None]
    return found


def _meaning(ahead: Sequence[str], back: Sequence[str]) -> NDArray[np.float64]:
    """The likeness in meaning of each text to each other one, from -1 to 1."""
    texts = [*ahead, *back]
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
    spans = [(start, start + len(text)) for start, text in zip(starts, texts, strict=False)]
    meaning = Topics.of(Folded.of(codes_of("\n".join(texts))), spans).meaning
    return np.array([[cosine(one, other) for other in meaning[len(ahead) :]] for one in meaning[: len(ahead)]])


class SharedWords(NamedTuple):
    """Over pairs: how much of their words two texts share, and how much the second has of the first one's head."""

    of_texts: Floats
    of_heads: Floats


def _shared_words(
    ahead: Sequence[str], back: Sequence[str], heads: Sequence[str], stories: Sequence[Story], value: str
) -> SharedWords:
    """A word counts for the more the fewer articles of the issue have it (inverse document frequency)."""
    having = Counter(word for story in stories for word in _words("\n".join(part.text(value) for part in story.parts)))
    rare = {word: max(0.0, math.log((len(stories) + 1) / (count + 0.5))) for word, count in having.items()}
    mine, theirs, of_heads = ([_words(text) for text in texts] for texts in (ahead, back, heads))
    of_texts, of_the_head = np.zeros((2, len(ahead), len(back)))
    for i, j in product(range(len(ahead)), range(len(back))):
        both = sum(rare.get(word, 0.0) for word in sorted(mine[i] & theirs[j]))
        of_texts[i, j] = both / max(1.0, math.sqrt(len(mine[i]) * len(theirs[j])))
        of_the_head[i, j] = math.sqrt(sum(rare.get(word, 0.0) for word in sorted(of_heads[i] & theirs[j])))
    return SharedWords(of_texts, of_the_head)


def _words(text: str) -> frozenset[str]:
    """The words of Latin script that are long enough to say something, and the pairs of Han characters."""
    words = set(_LATIN.findall(text.lower()))
    for run in _HAN.findall(text):
        words.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(words)


def _said_of(end: End, label: Label) -> int:
    """What the number in a mark says about a page, as a place in `_SAYS`."""
    section, number = end.jump.section, end.jump.number
    if number:
        fits = number == label.number and (not section or section == label.section or not label.section)
        return _SAYS.place("this page" if fits else "another page")
    return _SAYS.place("this page" if section == label.section else "nothing")


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
