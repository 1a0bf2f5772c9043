"""How near a repaired page comes to its gold articles.

White space, width, case and the style of quotes and dashes are ignored, but for `surface`, which measures just these.
Blocks and sentences are compared as multisets and weighted by their characters; their place on the page counts only in
`order`. A gold page is `{"page", "articles": [{"id", "blocks": [{"type", "text"}]}], "furniture": [text]}`; an output
is text with one block a line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, TypeVar

from repair.typography.plain import plain
from repair.vocabulary.jump_marks import IN_BRACKETS as JUMP
from repair.vocabulary.model_marks import BOLD_LINE, LIST_OR_HEAD

__all__ = ["JUMP", "Score", "blocks_of", "f1", "mean", "score", "shown"]

SENTENCE = re.compile(r"[^。!?！？]*[。!?！？]+[”’」』\"')）)]*|[^。!?！？]+$")
NEAR = 90
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of a page, from 0 to 1.

    `para_f1`: blocks reproduced exactly; `sent_f1`: sentences; `near_f1`: blocks at least 90 % the same (rapidfuzz
    ratio), for pages with misread characters; `order`: neighbours of one article that are neighbours in the output;
    `lost`, `surplus`: characters missing and added, as shares of gold; `surface`: of the sentences reproduced, the
    share that equals gold to the letter. `chars` is the size of gold.
    """

    para_f1: float
    sent_f1: float
    near_f1: float
    order: float
    lost: float
    surplus: float
    surface: float
    chars: int


def score(gold: dict[str, Any], text: str) -> Score:
    """Measure an output against a gold page.

    >>> gold = {"articles": [{"blocks": [{"text": "河上新桥通车"}, {"text": "新桥昨天通车。"}]}]}
    >>> score(gold, "河上新桥通车\\n新桥昨天通车。\\n").para_f1
    1.0
    """
    articles = [_without_jumps(block["text"] for block in article["blocks"]) for article in gold["articles"]]
    furniture = {plain(JUMP.sub("", line)) for line in gold.get("furniture", ())} - {""}
    wanted = [block for article in articles for block in article]
    given = [block for block in blocks_of(text) if plain(block) not in furniture]
    wanted_plain, given_plain = [plain(block) for block in wanted], [plain(block) for block in given]
    wanted_sentences = [sentence for block in wanted for sentence in sentences_of(block)]
    given_sentences = [sentence for block in given for sentence in sentences_of(block)]
    gold_chars, out_chars = Counter("".join(wanted_plain)), Counter("".join(given_plain))
    size = gold_chars.total()
    extra = out_chars - gold_chars - Counter("".join(furniture))
    return Score(
        para_f1=_f1(wanted_plain, given_plain),
        sent_f1=_f1(map(plain, wanted_sentences), map(plain, given_sentences)),
        near_f1=_near_f1(wanted_plain, given_plain),
        order=_order(articles, given_plain),
        lost=_share((gold_chars - out_chars).total(), size),
        surplus=_share(extra.total(), size),
        surface=_surface(wanted_sentences, given_sentences),
        chars=size,
    )


def mean(scores: Sequence[Score]) -> Score:
    """The means over pages, each page counting the same; `chars` is the sum."""
    figures = {
        field.name: sum(getattr(one, field.name) for one in scores) / len(scores)
        for field in fields(Score)
        if field.name != "chars"
    }
    return Score(**figures, chars=sum(one.chars for one in scores))


def shown(figures: Mapping[str, float]) -> str:
    """Named figures in one line."""
    return "  ".join(
        f"{name}={value:.4f}" if isinstance(value, float) else f"{name}={value}" for name, value in figures.items()
    )


def blocks_of(text: str) -> list[str]:
    """The lines of an output that are not blank, without Markdown's marks and without jump lines."""
    lines = (LIST_OR_HEAD.sub("", line).strip() for line in text.splitlines())
    return _without_jumps(BOLD_LINE.sub(r"\1", line) for line in lines)


def sentences_of(block: str) -> list[str]:
    """The sentences of a block, with the quotes and brackets that close them.

    >>> sentences_of("桥通了。“好！”他说")
    ['桥通了。', '“好！”', '他说']
    """
    return [found.strip() for found in SENTENCE.findall(block) if plain(found)]


def _without_jumps(blocks: Iterable[str]) -> list[str]:
    rest = (JUMP.sub("", block).strip() for block in blocks)
    return [block for block in rest if plain(block)]


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _harmonic(hit: tuple[float, float], sizes: tuple[int, int]) -> float:
    """F1 of recall (hit and size of gold, first) and precision (of the output, second)."""
    recall, precision = _share(hit[0], sizes[0]), _share(hit[1], sizes[1])
    return _share(2 * precision * recall, precision + recall)


def f1(wanted: Counter[T], given: Counter[T], size: Callable[[T], int]) -> float:
    """F1 of what is given against what is wanted, each as often as it is there, weighted by its size.

    >>> f1(Counter({"bridge": 1, "tower": 1}), Counter({"bridge": 2}), lambda word: 1)
    0.5
    """
    hit, gold, out = (sum(size(one) * count for one, count in some.items()) for some in (wanted & given, wanted, given))
    return _harmonic((hit, hit), (gold, out))


def _f1(gold: Iterable[str], out: Iterable[str]) -> float:
    return f1(Counter(gold), Counter(out), len)


def _weight(texts: Counter[str]) -> int:
    return sum(len(text) * count for text, count in texts.items())


def _near_f1(gold: Sequence[str], out: Sequence[str]) -> float:
    """As `_f1`, with a greedy match, the best ratio first, of the blocks that are left over by exact matches."""
    import numpy as np
    from rapidfuzz import fuzz, process

    wanted, given = Counter(gold), Counter(out)
    same = wanted & given
    hit_gold = hit_out = _weight(same)
    wanted_left, given_left = list((wanted - same).elements()), list((given - same).elements())
    if wanted_left and given_left:
        ratios = process.cdist(wanted_left, given_left, scorer=fuzz.ratio, score_cutoff=NEAR)
        pairs = sorted(((ratios[i, j], i, j) for i, j in np.argwhere(ratios >= NEAR).tolist()), reverse=True)
        free_gold, free_out = set(range(len(wanted_left))), set(range(len(given_left)))
        for _, i, j in pairs:
            if i in free_gold and j in free_out:
                free_gold.remove(i)
                free_out.remove(j)
                hit_gold += len(wanted_left[i])
                hit_out += len(given_left[j])
    return _harmonic((hit_gold, hit_out), (sum(map(len, gold)), sum(map(len, out))))


def _order(articles: Iterable[Sequence[str]], given: Sequence[str]) -> float:
    """The share, by characters, of neighbours in an article that are neighbours in the output."""
    neighbours = set(pairwise(given))
    pairs = [pair for article in articles for pair in pairwise(map(plain, article))]
    kept = sum(len(a) + len(b) for a, b in pairs if (a, b) in neighbours)
    return _share(kept, sum(len(a) + len(b) for a, b in pairs)) if pairs else 1.0


def _surface(gold: Sequence[str], out: Sequence[str]) -> float:
    """Of the output's sentences that gold has, the share, by characters, that gold has to the letter."""
    by_letter, by_plain = Counter(gold), Counter(map(plain, gold))
    seen = exact = 0
    for sentence in out:
        key = plain(sentence)
        if by_plain[key] > 0:
            by_plain[key] -= 1
            seen += len(key)
            if by_letter[sentence] > 0:
                by_letter[sentence] -= 1
                exact += len(key)
    return _share(exact, seen)
