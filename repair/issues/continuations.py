"""Articles made whole over pages: the part on the later page is put where the first part breaks off.

A paragraph that the jump cut is one again. The jump lines and a headline that was printed again stay where they stood,
and in the article they are kept as what they are (`Story.jumps`, `Story.repeated`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from repair.articles import Part, Story
from repair.articles.evidence import BODY, OPENING
from repair.blocks.line import ends_sentence
from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit, Span
from repair.edits.glue import between
from repair.issues.links import Link

__all__ = ["Join", "generations", "make_whole", "rule"]

RULE = "issue/continued-article"
_SAFE, _LIKELY = 0.99, 0.95  # what these words mean (`change.Safety`)
_PAUSES = frozenset("：:；;")


@dataclass(frozen=True)
class Join:
    """A link, and what it asks of the text: `parts[last]` of the first article goes on in `parts[first]` of the second.

    `cut` says that both are one paragraph, `glue` what stands between its halves.
    """

    link: Link
    last: int
    first: int
    cut: bool
    glue: str

    def change(self, stories: Mapping[int, Story], value: str) -> Change | None:
        """The change of the text; None where the part to be moved does not stand in one piece."""
        head, tail = stories[self.link.start.story], stories[self.link.end.story]
        start, end = _stretch(tail.parts[self.first :], value)
        if value[end : end + 1] != "\n":
            return None
        place = head.parts[self.last].end
        if self.cut:
            alone = value[place : place + 1] == "\n"
            moved = Span(start, end if alone else end + 1)
            edits = [Edit(place, place, moved), Edit(start, moved.end, "")]
            if self.glue:
                edits.append(Edit(place - 1, place, value[place - 1] + self.glue))
        else:
            line = value.find("\n", place) + 1
            edits = [Edit(line, line, Span(start, end + 1)), Edit(start, end + 1, "")]
        reason = "the article goes on on another page" + (", inside a paragraph" if self.cut else "")
        return Change(tuple(sorted(edits, key=lambda edit: edit[:2])), reason, self.safety, round(self.confidence, 4))

    @property
    def confidence(self) -> float:
        """The odds of the link against all other ways to link the jump marks, as a share."""
        return 1 / (1 + math.exp(-self.link.margin))

    @property
    def safety(self) -> Safety:
        """What these odds may claim."""
        return (
            Safety.SAFE if self.confidence >= _SAFE else Safety.LIKELY if self.confidence >= _LIKELY else Safety.SUGGEST
        )


def joins(stories: Sequence[Story], links: Sequence[Link], value: str) -> Iterator[Join]:
    """What the links ask for; a link between parts without text asks for nothing."""
    for link in links:
        head = stories[link.start.story].parts[: link.start.at]
        tail = stories[link.end.story].parts
        last = max((i for i, part in enumerate(head) if part.kind in BODY), default=-1)
        first = next((i for i in range(link.end.at + 1, len(tail)) if tail[i].kind not in OPENING), -1)
        if link.start.story != link.end.story and last >= 0 and first >= 0:
            said = head[last].text(value)
            cut = not ends_sentence(said, _latin(said)) and said[-1] not in _PAUSES and tail[first].kind in BODY
            yield Join(link, last, first, cut, between(value, head[last].end, tail[first].start) if cut else "")


def _latin(text: str) -> bool:
    """Whether a text is in Latin script, whatever its quotes and dashes are."""
    return 2 * sum(char < "\u2e80" for char in text) > len(text)


def _stretch(parts: Sequence[Part], value: str) -> tuple[int, int]:
    """From the first part to the last that stand one after the other with nothing between them."""
    start, end = parts[0].start, parts[0].end
    for part in parts[1:]:
        if part.start < end or value[end : part.start].strip():
            break
        end = part.end
    return start, end


def generations(stories: Sequence[Story], links: Sequence[Link], value: str) -> list[list[Join]]:
    """The joins in the order in which they are to be made: what goes on twice is put together from its end."""
    asked = list(joins(stories, links, value))
    by_start = {join.link.start.story: join for join in asked}
    depth: dict[int, int] = {}

    def deep(join: Join, seen: frozenset[int]) -> int:
        after = by_start.get(join.link.end.story)
        if after is None or after.link.end.story in seen:
            return 0
        return 1 + deep(after, seen | {join.link.start.story})

    for i, join in enumerate(asked):
        depth[i] = deep(join, frozenset({join.link.start.story}))
    return [
        [join for i, join in enumerate(asked) if depth[i] == step]
        for step in range(max(depth.values(), default=-1) + 1)
    ]


def rule(changes: Sequence[Change]) -> Rule:
    """The rule that proposes these changes."""

    def find(page: Page, options: Options) -> Iterator[Change]:
        yield from changes

    return Rule(
        id=RULE,
        title="article that goes on on another page",
        phase=Phase.LAYOUT,
        why="An article that a jump line parts is one article.",
        find=find,
    )


def make_whole(stories: dict[int, Story], join: Join, *, moved_in_text: bool) -> None:
    """Put the second story of a join into the first, in place; what was no part of it stays.

    With `moved_in_text`, the glue of a cut paragraph stands at the end of its first half.
    """
    link = join.link
    head, tail = stories[link.start.story], stories[link.end.story]
    before, mark = tail.parts[: link.end.at], tail.parts[link.end.at]
    own = next((i for i in range(len(before), 0, -1) if before[i - 1].kind not in OPENING), 0)
    repeated, left = before[own:], before[:own]
    moved = list(tail.parts[link.end.at + 1 :])
    while moved and moved[0].kind in OPENING:
        repeated = (*repeated, moved.pop(0))
    parts = list(head.parts)
    sent = parts.pop(link.start.at)
    if join.cut:
        rest = moved.pop(0)
        first = parts[join.last]
        parts[join.last] = Part(
            "paragraph" if first.kind == "fragment" else first.kind,
            min(first.confidence, rest.confidence),
            first.spans + rest.spans,
            (*first.glues, "" if moved_in_text else join.glue, *rest.glues),
        )
    parts[link.start.at : link.start.at] = moved
    stories[link.start.story] = head._replace(
        parts=tuple(parts),
        pages=(*head.pages, *(page for page in tail.pages if page not in head.pages)),
        jumps=(*head.jumps, sent, mark, *tail.jumps),
        repeated=(*head.repeated, *repeated, *tail.repeated),
    )
    if left:
        stories[link.end.story] = tail._replace(parts=left, pages=tail.pages[:1], jumps=(), repeated=())
    else:
        del stories[link.end.story]
