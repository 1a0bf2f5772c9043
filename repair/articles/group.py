"""Blocks to articles: labels say where one begins, jump marks where one is cut, and what stands apart finds its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from repair.articles.evidence import BODY, HEADS, OPENING, Evidence
from repair.articles.labels import label
from repair.articles.stray_heads import Member, adopt_heads, settle_captions, with_heads_above
from repair.articles.stretches import stretches
from repair.blocks import FURNITURE, Block
from repair.blocks.heads import roles
from repair.blocks.line import Line
from repair.blocks.line_rules import HEAD
from repair.blocks.marks import bare
from repair.core.page import Page
from repair.vocabulary.jump_marks import Jump, jump_of, parted

__all__ = ["Article", "Laid", "laid_out"]

_MOST_HEADS = 3


class Article(NamedTuple):
    """The blocks of an article on a page, in reading order; heads and captions may stand elsewhere on the page."""

    blocks: tuple[Block, ...]


class Laid(NamedTuple):
    """A page as a paper: its articles in reading order, and what belongs to the sheet."""

    articles: tuple[Article, ...]
    furniture: tuple[Block, ...]


def laid_out(page: Page) -> Laid:
    r"""The articles of a repaired page.

    A headline of two lines is one block, whose text has the line break; a jump mark at a paragraph's edge is a block
    of its own.

    >>> page = Page.of("新桥通车\n柳塘新桥昨天通车。\n\n清渠工程开工\n本报讯 清渠工程今天开工。（下转第三版）\n")
    >>> [[block.kind for block in article.blocks] for article in laid_out(page).articles]
    [['headline', 'paragraph'], ['headline', 'paragraph', 'jump']]
    """
    articles, furniture = list[Article](), list[Block]()
    for stretch, offset, opens in stretches(page):
        laid = _laid_out(stretch)
        found = [_shifted(article.blocks, offset) for article in laid.articles]
        if articles and found and not opens and found[0][0].kind not in OPENING:
            articles[-1] = Article(articles[-1].blocks + found.pop(0))
        articles += map(Article, found)
        furniture += _shifted(laid.furniture, offset)
    return Laid(tuple(articles), tuple(furniture))


def _shifted(blocks: Sequence[Block], by: int) -> tuple[Block, ...]:
    """Blocks as many characters further on."""
    return (
        tuple(block._replace(start=block.start + by, end=block.end + by) for block in blocks) if by else tuple(blocks)
    )


def _laid_out(page: Page) -> Laid:
    """The articles of a page, or of a stretch of a file of many pages."""
    evidence = Evidence(page)
    articles = with_heads_above(_begun(evidence), evidence.topics)
    adopt_heads(articles, evidence.topics)
    articles = [part for article in articles for part in _parted_at_jumps(article, page)]
    articles = _without_bare_heads([article for article in articles if article], evidence)
    articles = _without_bare_jumps(articles, page)
    settle_captions(articles, evidence.topics)
    classified = evidence.classified
    furniture = [
        Block(line.start, line.end, kind, share)
        for line, kind, share in zip(classified.lines, classified.kinds, classified.shares, strict=True)
        if kind in FURNITURE
    ]
    found = [Article(tuple(member.block for member in article)) for article in articles if article]
    return Laid(tuple(found), tuple(furniture))


def _begun(evidence: Evidence) -> list[list[Member]]:
    """The articles as they follow one another on the page."""
    labels, shares = label(evidence)
    value = evidence.page.text.value
    articles: list[list[Member]] = []
    before = ""
    for at, (line, told, share) in enumerate(zip(evidence.lines, labels, shares, strict=True)):
        begins = told in ("kicker", "begins") or (told == "headline" and before != "kicker")
        if begins or not articles:
            articles.append([])
        members = articles[-1]
        if (
            told == "headline goes on"
            and members
            and members[-1].block.kind == "headline"
            and evidence.kept[at] == evidence.kept[at - 1] + 1
        ):
            block, first = members[-1]
            members[-1] = Member(block._replace(end=line.end, confidence=min(block.confidence, share)), first)
        else:
            kind, sure = evidence.kinds[at], evidence.classified.shares[evidence.kept[at]]
            if kind == HEAD:
                kind, sure = told.removesuffix(" goes on"), share
            members += [Member(block, at) for block in _without_jumps(line, kind, sure, value)]
        before = told
    return articles


def _without_jumps(line: Line, kind: str, share: float, value: str) -> Iterator[Block]:
    """A line as a block, its jump marks as blocks of their own."""
    if kind not in BODY:
        yield Block(line.start, line.end, kind, share)
        return
    begins = value.index(line.text, line.start)
    first, rest, last = parted(line.text)
    if first.end:
        yield Block(begins, begins + first.end, "jump", share)
    start, end = begins + rest.start if first.end else line.start, begins + rest.end if last.end else line.end
    yield Block(start, end, kind, share)
    if last.end:
        yield Block(begins + last.start, begins + last.end, "jump", share)


def _without_bare_heads(articles: list[list[Member]], evidence: Evidence) -> list[list[Member]]:
    """The articles, where a headline without text is one of the next article's heads if it stands right above them."""
    found: list[list[Member]] = []
    for article in articles:
        before = found[-1] if found else []
        first = [member for member in before if member.block.kind in HEADS]
        rest = [member for member in article[:_MOST_HEADS] if member.block.kind in HEADS]
        if before and rest and len(first) == len(before) and article[0] is rest[0] and _next_line(before[-1], rest[0]):
            run = [*first, *rest]
            named = zip(run, roles([evidence.lines[member.at] for member in run]), strict=True)
            heads = [
                Member(member.block._replace(kind=kind, confidence=share), member.at) for member, (kind, share) in named
            ]
            found[-1] = heads + article[len(rest) :]
        else:
            found.append(article)
    return found


def _parted_at_jumps(article: list[Member], page: Page) -> Iterator[list[Member]]:
    """The article, parted after a mark that sends on, and before one that comes from elsewhere, with its heads."""
    start, sent_on = 0, False
    for at, member in enumerate(article):
        kind = member.block.kind
        if kind == "jump":
            jump = _jump(member, page)
            head = at
            while head > start and article[head - 1].block.kind in OPENING:
                head -= 1
            if jump and jump.way == "from" and any(m.block.kind in BODY for m in article[start:head]):
                yield article[start:head]
                start, sent_on = head, False
            sent_on = sent_on or (jump is not None and jump.way == "to")
        elif sent_on and kind not in ("caption", "note"):
            yield article[start:at]
            start, sent_on = at, False
    yield article[start:]


def _without_bare_jumps(articles: list[list[Member]], page: Page) -> list[list[Member]]:
    """The articles, where none is a jump line alone: one that sends on ends the article before it, one that comes from
    elsewhere opens the next."""
    found: list[list[Member]] = []
    waiting: list[Member] = []
    for article in articles:
        if all(member.block.kind == "jump" for member in article):
            jump = _jump(article[0], page)
            if jump and jump.way == "to":
                if found:
                    found[-1] += article
                else:
                    found.append(article)
            else:
                waiting += article
        else:
            found.append(waiting + article)
            waiting = []
    return [*found, waiting] if waiting else found


def _jump(member: Member, page: Page) -> Jump | None:
    value = page.text.value
    return jump_of(value[slice(*bare(value, member.block))])


def _next_line(member: Member, other: Member) -> bool:
    return other.at == member.at + 1
