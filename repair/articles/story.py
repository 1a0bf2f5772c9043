"""Articles as they are given out: parts with their text, wherever on the pages each stretch of it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from repair.articles.group import Article, laid_out
from repair.blocks import Block
from repair.blocks.marks import bare
from repair.core.page import Page
from repair.core.text import Span

__all__ = ["Part", "Sheet", "Story", "part_of", "sheet_of"]


class Part(NamedTuple):
    """A block of an article: its text is that of `spans`, in this order, with `glues` between them.

    Spans are code points of the page's text, or of that of all pages of an issue (see `repair.issues`). `glues`, one
    less than the spans, are a space between the lines of a headline, and a space or nothing in a paragraph that a jump
    has cut.
    """

    kind: str
    confidence: float
    spans: tuple[Span, ...]
    glues: tuple[str, ...] = ()

    @property
    def start(self) -> int:
        """Where its first stretch begins."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """Where its last stretch ends."""
        return self.spans[-1].end

    def text(self, value: str) -> str:
        """What it says."""
        said = value[slice(*self.spans[0])]
        for glue, span in zip(self.glues, self.spans[1:], strict=True):
            said += glue + value[slice(*span)]
        return said

    def shifted(self, by: int) -> Part:
        """The part, as many characters further on."""
        return self._replace(spans=tuple(Span(start + by, end + by) for start, end in self.spans))


class Story(NamedTuple):
    """An article: its parts in reading order, and the pages that it stands on, counted from 0.

    `jumps`: jump lines of an article that was put together over pages; `repeated`: heads that were printed again where
    it goes on.
    """

    id: str
    pages: tuple[int, ...]
    parts: tuple[Part, ...]
    jumps: tuple[Part, ...] = ()
    repeated: tuple[Part, ...] = ()

    def of_kind(self, kind: str) -> Iterator[Part]:
        """The parts of a kind."""
        return (part for part in self.parts if part.kind == kind)


class Sheet(NamedTuple):
    """The articles of one page in reading order, and the parts that belong to the sheet."""

    stories: tuple[Story, ...]
    furniture: tuple[Part, ...]


def sheet_of(page: Page, number: int = 0, offset: int = 0) -> Sheet:
    r"""The articles of a repaired page, the `number`-th of its issue, from 0, whose text begins at `offset` there.

    >>> page = Page.of("新桥通车\n柳塘新桥昨天通车。\n")
    >>> [(story.id, [part.kind for part in story.parts]) for story in sheet_of(page).stories]
    [('p1a1', ['headline', 'paragraph'])]
    """
    laid = laid_out(page)
    stories = [
        _story(article, page, f"p{number + 1}a{i}", number, offset) for i, article in enumerate(laid.articles, 1)
    ]
    return Sheet(tuple(stories), tuple(part_of(block, page).shifted(offset) for block in laid.furniture))


def _story(article: Article, page: Page, id: str, number: int, offset: int) -> Story:
    return Story(id, (number,), tuple(part_of(block, page).shifted(offset) for block in article.blocks))


def part_of(block: Block, page: Page) -> Part:
    """A block, without the marks that a model wrote round its lines."""
    value, spans, start = page.text.value, list[Span](), block.start
    for line in value[block.start : block.end].split("\n"):
        if line.strip():
            at = start + len(line) - len(line.lstrip())
            spans.append(bare(value, block._replace(start=at, end=start + len(line.rstrip()))))
        start += len(line) + 1
    return Part(block.kind, block.confidence, tuple(spans), (" ",) * (len(spans) - 1))
