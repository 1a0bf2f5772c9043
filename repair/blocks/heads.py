"""Lines that are heads: which is the headline, which the kicker above it, the deck below it, a crosshead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from repair.blocks.line import Line
from repair.vocabulary import head_words

__all__ = ["lone_head", "roles"]

# What speaks for a headline against a kicker or a deck. The weights were set by coordinate ascent on laid-out pages.
_WIDE, _NARROW, _ANNOUNCES, _CLAUSES, _MARKS, _IS_MARKED, _PER_LEVEL, _DASH = 2.5, 2.0, -4.0, 2.0, 2.0, 1.0, -6.0, -6.0
_WIDE_EM, _NARROW_EM, _CROSSHEAD_EM, _CLAUSES_EM = 19.0, 9.0, 13.5, 40.0
_OF_CLAUSES = -3.0  # a line of that width with commas is a deck
# What a kicker and a deck are worth apart from that, one that begins with a dash, and a kicker with nothing below it.
_DECK, _DECK_WITH_DASH, _KICKER_WITH_DASH, _KICKER_AT_END = -1.0, 2.0, -9.0, -4.0
# Which role may follow which, and what it costs: a headline or kicker after another head opens a second article.
_STEPS = {
    "": {"kicker": 0.0, "headline": 0.0, "deck": -3.0},
    "kicker": {"headline": 0.0},
    "headline": {"deck": 0.0, "headline": -3.0, "kicker": -2.0},
    "deck": {"headline": -5.5, "kicker": -4.0},
}
# Shares of right roles on the pages that the weights were set on, by role, for runs of two, three and more heads.
_SHARES = {"kicker": (0.87, 0.92, 0.57), "headline": (0.93, 0.83, 0.85), "deck": (0.98, 0.96, 0.94)}


def lone_head(line: Line, before: str, after: str, opens_article: bool) -> tuple[str, float]:
    """The role of a head with no other head beside it, and the share of such lines that have it.

    `before`, `after`: the kinds of its neighbours, "" at the page's edges. `opens_article`: the next line begins as
    the body of an article does, with a dateline.
    """
    if head_words.DASH.match(line.text):
        return "deck", 0.9
    if after not in ("paragraph", "list_item", "fragment") or opens_article or head_words.NOTICE.fullmatch(line.text):
        return "headline", 0.92
    if before == "paragraph" and head_words.ENDS_IN_DASH.search(line.text):
        return "paragraph", 0.9
    if line.level >= 3 and before:
        return "crosshead", 0.95
    if before in ("paragraph", "list_item", "fragment", "jump") and line.em <= _CROSSHEAD_EM and not line.level:
        return "crosshead", 0.95
    return "headline", 0.92


def roles(run: Sequence[Line]) -> list[tuple[str, float]]:
    """The best reading of neighbouring heads as (kicker, headline, deck), once or more, kicker and deck not needed.

    Each comes with the share of lines in runs of that length that have the role rightly.
    """
    levels = [line.level for line in run if line.level]
    top = min(levels, default=0)
    best, steps = {"": 0.0}, list[dict[str, str]]()
    for line in run:
        worth = _worth(line, top)
        reached, via = dict[str, float](), dict[str, str]()
        for before, total in best.items():
            for role, cost in _STEPS[before].items():
                value = total + cost + worth[role]
                if role not in reached or value > reached[role]:
                    reached[role], via[role] = value, before
        best = reached
        steps.append(via)
    if "kicker" in best:
        best["kicker"] += _KICKER_AT_END
    size = min(len(run), 4) - 2
    # Of readings that are worth the same, the last in the order of the alphabet.
    path = max((value, _path(steps, last)) for last, value in best.items())[1]
    return [(role, _SHARES[role][size]) for role in path]


def _path(steps: Sequence[Mapping[str, str]], last: str) -> list[str]:
    """The roles that end in the last one; `steps` say of each line which role comes before each."""
    path = [last]
    for via in reversed(steps[1:]):
        path.append(via[path[-1]])
    return path[::-1]


def _worth(line: Line, top: int) -> dict[str, float]:
    """How well a line suits each role; `top` is the highest level of a Markdown head in the run, 0 if there is none."""
    dash = bool(head_words.DASH.match(line.text))
    score = _DASH if dash else _headline(line, top)
    return {
        "kicker": _KICKER_WITH_DASH * dash - score,
        "headline": score,
        "deck": (_DECK_WITH_DASH if dash else _DECK) - score,
    }


def _headline(line: Line, top: int) -> float:
    text = line.text
    if not line.level and line.em > _CLAUSES_EM and "，" in text:
        return _OF_CLAUSES
    score = _WIDE * (line.em > _WIDE_EM) + _NARROW * (line.em < _NARROW_EM)
    if head_words.KICKER.search(text):
        score += _ANNOUNCES
    if " " in text or "\u3000" in text:
        score += _CLAUSES
    if head_words.HEADLINE.search(text):
        score += _MARKS
    if top:
        score += _IS_MARKED + _PER_LEVEL * (line.level - top) if line.level else -_IS_MARKED
    return score
