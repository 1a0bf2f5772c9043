"""Blocks to articles: labels say where one begins; then captions and heads that stand apart find theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from repair.articles.evidence import BODY, Evidence
from repair.articles.labels import label
from repair.articles.topics import Topics
from repair.blocks import FURNITURE, Block
from repair.blocks.alone import HEAD
from repair.blocks.heads import roles
from repair.blocks.jumps import Jump, jump_of, parted
from repair.blocks.line import Line
from repair.blocks.marks import bare
from repair.page import Page

__all__ = ["Article", "Laid", "laid_out"]

_OPENING = frozenset({"kicker", "headline", "deck", "byline"})
# Of two places for a caption, the one where it stands is taken unless another shares so much more of its terms.
_STANDS = 0.35
# The share of a headline's terms that an article without one must have to be given it; and out of order.
_ADOPTS, _ADOPTS_OUT_OF_ORDER = 0.25, 0.45
_BEGINNING = 700  # characters
_HEADS, _MOST_HEADS = frozenset({"kicker", "headline", "deck"}), 3
# What it costs to take heads for those of the text above them, to change from one to the other on a page, to leave text
# without a head, and to give it two; in shares of a head's terms.
_ABOVE, _TURNS, _BARE, _SECOND = 0.15, 0.2, 0.2, 0.3


class Article(NamedTuple):
    """The blocks of an article on a page, in reading order; heads and captions may stand elsewhere on the page."""

    blocks: tuple[Block, ...]


class Laid(NamedTuple):
    """A page as a paper: its articles in reading order, and what belongs to the sheet."""

    articles: tuple[Article, ...]
    furniture: tuple[Block, ...]


class _Member(NamedTuple):
    """A block of an article, and the line of the evidence that it came from."""

    block: Block
    at: int


def laid_out(page: Page) -> Laid:
    r"""The articles of a repaired page.

    A headline of two lines is one block, whose text has the line break; a jump mark at a paragraph's edge is a block
    of its own.

    >>> page = Page.of("新桥通车\n柳塘新桥昨天通车。\n\n清渠工程开工\n本报讯 清渠工程今天开工。（下转第三版）\n")
    >>> [[block.kind for block in article.blocks] for article in laid_out(page).articles]
    [['headline', 'paragraph'], ['headline', 'paragraph', 'jump']]
    """
    evidence = Evidence(page)
    articles = _with_heads_above(_begun(evidence), evidence.topics)
    _adopt_heads(articles, evidence.topics)
    articles = [part for article in articles for part in _parted_at_jumps(article, page)]
    articles = _without_bare_heads([article for article in articles if article], evidence)
    articles = _without_bare_jumps(articles, page)
    _settle_captions(articles, evidence.topics)
    told = evidence.told
    furniture = [
        Block(line.start, line.end, kind, share)
        for line, kind, share in zip(told.lines, told.kinds, told.shares, strict=True)
        if kind in FURNITURE
    ]
    found = [Article(tuple(member.block for member in article)) for article in articles if article]
    return Laid(tuple(found), tuple(furniture))


def _begun(evidence: Evidence) -> list[list[_Member]]:
    """The articles as they follow one another on the page."""
    labels, shares = label(evidence)
    value = evidence.page.text.value
    articles: list[list[_Member]] = []
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
            members[-1] = _Member(block._replace(end=line.end, confidence=min(block.confidence, share)), first)
        else:
            kind, sure = evidence.kinds[at], evidence.told.shares[evidence.kept[at]]
            if kind == HEAD:
                kind, sure = told.removesuffix(" goes on"), share
            members += [_Member(block, at) for block in _without_jumps(line, kind, sure, value)]
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


def _with_heads_above(articles: list[list[_Member]], topics: Topics) -> list[list[_Member]]:
    """The articles, with heads that stand below their text put above it.

    Some readers give every head after its text. Which heads do is chosen for the page as a whole, by what they share
    with the text on either side: dynamic programming over the heads, with two states.
    """
    cuts = [next((i for i, member in enumerate(a) if member.block.kind not in _OPENING), len(a)) for a in articles]
    heads = [article[:cut] for article, cut in zip(articles, cuts, strict=True)]
    texts = [article[cut:] for article, cut in zip(articles, cuts, strict=True)]
    if not any(heads) or (_has_text(texts[-1]) and (heads[0] or not _has_text(texts[0]))):
        return articles  # a page that begins with a head and ends with text has its heads above their text
    shares = _shares(heads, [*texts, []], topics)
    reached = {False: 0.0, True: 0.0}
    paths: dict[bool, list[bool]] = {False: [False], True: [False]}
    for i in range(1, len(articles)):
        below = {
            before: reached[before] + shares[i, i] - _TURNS * before - _BARE * (before or i == 1) for before in reached
        }
        has_head = bool(heads[i - 1] and texts[i - 1])
        above = {
            before: reached[before] + shares[i, i - 1] - _ABOVE - (0 if before else _TURNS + _SECOND * has_head)
            for before in reached
        }
        best = {False: max(below, key=lambda b: below[b]), True: max(above, key=lambda b: above[b])}
        paths = {False: [*paths[best[False]], False], True: [*paths[best[True]], True]}
        reached = {False: below[best[False]], True: above[best[True]]}
    turned = paths[max(reached, key=lambda state: reached[state])]
    if not any(turned):
        return articles
    found: list[list[_Member]] = []
    for i, text in enumerate(texts):
        mine = [] if turned[i] else heads[i]
        found.append([*mine, *(heads[i + 1] if i + 1 < len(texts) and turned[i + 1] else []), *text])
    return found


def _has_text(members: Sequence[_Member]) -> bool:
    return any(member.block.kind in BODY for member in members)


def _shares(heads: list[list[_Member]], texts: list[list[_Member]], topics: Topics) -> NDArray[np.float64]:
    """The share of the terms of each set of heads that each text has; shape (heads, texts)."""
    mine = np.stack([topics.terms[[member.at for member in group]].sum(axis=0) for group in heads])
    theirs = np.stack([topics.terms[_beginning(text)].any(axis=0) for text in texts]).astype(np.float32)
    found: NDArray[np.float64] = (mine @ theirs.T).astype(np.float64) / np.maximum(mine.sum(axis=1), 1e-6)[:, None]
    return found


def _adopt_heads(articles: list[list[_Member]], topics: Topics) -> None:
    """Give heads that have no text below them to the articles without a headline that speak of the same.

    Both come in the same order on most pages: the pairs are those of the best alignment in order, and then what is
    left is paired the likest first.
    """
    heads = [i for i, article in enumerate(articles) if _is_heads(article)]
    bodies = [i for i, article in enumerate(articles) if _has_no_headline(article)]
    if not heads or not bodies:
        return
    shares = _shares([articles[i] for i in heads], [articles[i] for i in bodies], topics)
    for head, body in _aligned(shares):
        mine = articles[heads[head]]
        articles[bodies[body]][:0] = [member for member in mine if member.block.kind in _OPENING]
        articles[heads[head]] = [member for member in mine if member.block.kind not in _OPENING]


def _without_bare_heads(articles: list[list[_Member]], evidence: Evidence) -> list[list[_Member]]:
    """The articles, where a headline without text is one of the next article's heads if it stands right above them."""
    found: list[list[_Member]] = []
    for article in articles:
        before = found[-1] if found else []
        first = [member for member in before if member.block.kind in _HEADS]
        rest = [member for member in article[:_MOST_HEADS] if member.block.kind in _HEADS]
        if before and rest and len(first) == len(before) and article[0] is rest[0] and _next_line(before[-1], rest[0]):
            run = [*first, *rest]
            named = zip(run, roles([evidence.lines[member.at] for member in run]), strict=True)
            heads = [
                _Member(member.block._replace(kind=kind, confidence=share), member.at)
                for member, (kind, share) in named
            ]
            found[-1] = heads + article[len(rest) :]
        else:
            found.append(article)
    return found


def _parted_at_jumps(article: list[_Member], page: Page) -> Iterator[list[_Member]]:
    """The article, parted after a mark that sends on, and before one that comes from elsewhere, with its heads."""
    start, sent_on = 0, False
    for at, member in enumerate(article):
        kind = member.block.kind
        if kind == "jump":
            jump = _jump(member, page)
            head = at
            while head > start and article[head - 1].block.kind in _OPENING:
                head -= 1
            if jump and jump.way == "from" and any(m.block.kind in BODY for m in article[start:head]):
                yield article[start:head]
                start, sent_on = head, False
            sent_on = sent_on or (jump is not None and jump.way == "to")
        elif sent_on and kind not in ("caption", "note"):
            yield article[start:at]
            start, sent_on = at, False
    yield article[start:]


def _without_bare_jumps(articles: list[list[_Member]], page: Page) -> list[list[_Member]]:
    """The articles, where none is a jump line alone: one that sends on ends the article before it, one that comes from
    elsewhere opens the next."""
    found: list[list[_Member]] = []
    waiting: list[_Member] = []
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


def _jump(member: _Member, page: Page) -> Jump | None:
    value = page.text.value
    return jump_of(value[slice(*bare(value, member.block))])


def _next_line(member: _Member, other: _Member) -> bool:
    return other.at == member.at + 1


def _is_heads(article: Sequence[_Member]) -> bool:
    kinds = {member.block.kind for member in article}
    return "headline" in kinds and kinds <= _OPENING | {"caption"}


def _has_no_headline(article: Sequence[_Member]) -> bool:
    kinds = {member.block.kind for member in article}
    return bool(kinds & BODY) and not kinds & {"kicker", "headline"}


def _beginning(article: Sequence[_Member]) -> list[int]:
    found, size = [], 0
    for block, at in article:
        if size < _BEGINNING and block.kind in BODY:
            found.append(at)
            size += block.end - block.start
    return found


def _aligned(shares: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Pairs of rows and columns: the best in order, then what is left over, the largest first."""
    rows, columns = shares.shape
    best = np.zeros((rows + 1, columns + 1))
    for i in range(rows):
        for j in range(columns):
            best[i + 1, j + 1] = max(best[i, j + 1], best[i + 1, j], best[i, j] + shares[i, j] - _ADOPTS)
    pairs, i, j = list[tuple[int, int]](), rows, columns
    while i and j:
        if best[i, j] == best[i - 1, j]:
            i -= 1
        elif best[i, j] == best[i, j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    taken_rows, taken_columns = {i for i, _ in pairs}, {j for _, j in pairs}
    for i, j in zip(*np.unravel_index(np.argsort(-shares, axis=None, kind="stable"), shares.shape), strict=True):
        if shares[i, j] > _ADOPTS_OUT_OF_ORDER and i not in taken_rows and j not in taken_columns:
            pairs.append((int(i), int(j)))
            taken_rows.add(int(i))
            taken_columns.add(int(j))
    return pairs


def _settle_captions(articles: list[list[_Member]], topics: Topics) -> None:
    """Put each caption to the article that speaks of the same, at its end."""
    captions = [
        (i, member) for i, article in enumerate(articles) for member in article if member.block.kind == "caption"
    ]
    owners = [[member.at for member in article if member.block.kind != "caption"] for article in articles]
    if not captions or not any(owners):
        return
    said = np.stack([topics.terms[own].any(axis=0) for own in owners]).astype(np.float32)
    for i, member in captions:
        terms = topics.terms[member.at]
        shares = said @ terms / max(float(terms.sum()), 1e-6)
        shares[[not own for own in owners]] = -1
        if owners[i]:
            shares[i] += _STANDS
        if (best := int(shares.argmax())) != i:
            articles[i].remove(member)
            articles[best].append(member)
