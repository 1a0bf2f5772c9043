"""Two articles that were taken for one, parted where another page has one of them by itself.

Where an article stands again inside another one, text before it that it has not is an article of its own. So is text
after it that speaks of something else, or begins as an article does; text that speaks of the same is left with it, for
the copy may have been cut short.
"""

from __future__ import annotations

from collections.abc import Sequence

from repair.articles import Story
from repair.articles.evidence import BODY, OPENING
from repair.articles.topics import Topics, cosine
from repair.core.text import codes_of
from repair.issues.copies import Said
from repair.issues.links import share_head
from repair.reprints import candidates
from repair.reprints.folding import Article
from repair.reprints.match import compare
from repair.reprints.templates import sisters
from repair.typography.folded import Folded
from repair.vocabulary.datelines import DATELINE

__all__ = ["part_at_copies"]

_LEAST, _APART = 100, 60  # characters of the copy, and of the text before or after it
_OTHER = 0.25  # likeness in meaning below which two texts are of different things
_COVERED, _IN, _FREE = 0.8, 0.7, 0.2  # shares: of the copy, of a part that is in the copy, of one that is not


def part_at_copies(stories: dict[int, Story], value: str) -> None:
    """Part the stories, in place."""
    keys = list(stories)
    texts = [Said.of(stories[key], value) for key in keys]
    done: set[int] = set()
    for first, second, _ in candidates([said.text for said in texts]):
        for copy, whole in ((first, second), (second, first)):
            if done.isdisjoint((copy, whole)):
                one, other = stories[keys[copy]], stories[keys[whole]]
                if at := _parting(one, texts[copy], other, texts[whole], value):
                    _part(stories, keys[whole], *at, same_heads=share_head(one, other, value, ("headline",)))
                    done.add(whole)


def _parting(copy: Story, said: Said, whole: Story, other: Said, value: str) -> tuple[int, bool] | None:
    """The part of the second story at which another article begins, and whether that is the first story's copy."""
    if len(said.text) < _LEAST:
        return None
    match = compare(Article(said.text), Article(other.text))
    if not match or sisters(match.slots, match.size):
        return None
    mine = _shares(copy, said, [(p.a_start, p.a_end) for p in match.passages])
    theirs = _shares(whole, other, [(p.b_start, p.b_end) for p in match.passages])
    size = sum(length for _, _, length in mine)
    if size < _LEAST or sum(share * length for _, share, length in mine) < _COVERED * size:
        return None
    covered = [i for i, share, _ in theirs if share >= _IN]
    if not covered:
        return None
    before = [(share, length) for i, share, length in theirs if i < covered[0]]
    if all(share <= _FREE for share, _ in before) and sum(length for _, length in before) >= _APART:
        return covered[0], True
    after = next((i for i, share, _ in theirs if i > covered[-1] and share <= _FREE), 0)
    rest = "\n".join(part.text(value) for part in whole.parts[after:] if part.kind in BODY)
    if after and len(rest) >= _APART and _is_other(said.text, rest):
        return after, False
    return None


def _is_other(said: str, rest: str) -> bool:
    """Whether the rest begins as an article does, or speaks of something else."""
    if DATELINE.match(rest):
        return True
    text = f"{said}\n{rest}"
    topics = Topics.of(Folded.of(codes_of(text)), [(0, len(said)), (len(said) + 1, len(text))])
    return cosine(topics.meaning[0], topics.meaning[1]) < _OTHER


def _shares(story: Story, said: Said, passages: Sequence[tuple[int, int]]) -> list[tuple[int, float, int]]:
    """Of each part of running text: its place, the share of it that stands in the passages, its length."""
    return [
        (i, sum(max(0, min(end, high) - max(start, low)) for low, high in passages) / (end - start), end - start)
        for i, start, end in said.parts
        if story.parts[i].kind in BODY
    ]


def _part(stories: dict[int, Story], key: int, at: int, copy_begins: bool, *, same_heads: bool) -> None:
    """Part a story at a part; heads go to the copy where they are the copy's, and else stay with what is first."""
    story = stories[key]
    page = story.pages[-1]
    known = {other.id for other in stories.values()}
    id = next(id for number in range(1, len(known) + 2) if (id := f"p{page + 1}a{number}") not in known)
    before, after = list(story.parts[:at]), list(story.parts[at:])
    while before and before[-1].kind in OPENING:
        after.insert(0, before.pop())
    if copy_begins and same_heads:
        after = [part for part in before if part.kind in OPENING] + after
        before = [part for part in before if part.kind not in OPENING]
    entries = list(stories.items())
    place = next(i for i, (other, _) in enumerate(entries) if other == key)
    entries[place : place + 1] = [
        (key, story._replace(parts=tuple(before), pages=story.pages[:1])),
        (max(stories) + 1, Story(id, (page,), tuple(after))),
    ]
    stories.clear()
    stories.update(entries)
