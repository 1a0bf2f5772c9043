"""Runs of heads: which line is the headline, which the kicker above it and the deck below it."""

from __future__ import annotations

from collections.abc import Sequence

from repair.blocks import words
from repair.blocks.line import Line

__all__ = ["lone_head", "roles"]

CROSSHEAD_EM = 13.0


def headline_score(line: Line, marked: bool) -> float:
    """How much speaks for a headline against a kicker or deck; `marked`: other lines of the run are Markdown heads."""
    if words.DASH.match(line.text):
        return -6.0
    score = 0.0
    if line.em > 19:
        score += 2.5
    elif line.em > 16:
        score += 0.5
    elif line.em < 9:
        score += 1.5
    if words.KICKER.search(line.text):
        score -= 4
    if " " in line.text or "\u3000" in line.text:
        score += 2
    if words.HEADLINE.search(line.text):
        score += 1.5
    if marked:
        score += 1.5 if line.level else -1.5
    return score


def roles(run: Sequence[Line]) -> list[str]:
    """The most likely reading of a run of heads as (kicker? headline deck?) once or more."""
    marked = any(line.level for line in run)
    scores = [headline_score(line, marked) for line in run]
    best: dict[str, tuple[float, list[str]]] = {"": (0.0, [])}
    for line, score in zip(run, scores, strict=True):
        dash = bool(words.DASH.match(line.text))
        gains = {"kicker": -score - 0.5 - 9 * dash, "headline": score, "deck": -score - 1.0 + 3 * dash}
        reached = {}
        for kind, gain in gains.items():
            options = [
                (total + gain + _STEP[before, kind], path)
                for before, (total, path) in best.items()
                if (before, kind) in _STEP
            ]
            if options:
                total, path = max(options, key=lambda option: option[0])
                reached[kind] = (total, [*path, kind])
        best = reached
    total, path = max(((t + (-4 if k == "kicker" else 0), p) for k, (t, p) in best.items()), key=lambda o: o[0])
    return path


# What it costs to go from one role to the next; a second headline opens a second article.
_STEP = {
    ("", "kicker"): 0.0,
    ("", "headline"): 0.0,
    ("", "deck"): -3.0,
    ("kicker", "headline"): 0.0,
    ("headline", "deck"): 0.0,
    ("headline", "headline"): -3.0,
    ("headline", "kicker"): -3.0,
    ("deck", "headline"): -3.0,
    ("deck", "kicker"): -3.0,
}


def lone_head(line: Line, before: str, after: str, after_opens: bool) -> str:
    """The role of a head that stands alone: between two bodies of one article a short one is a crosshead."""
    if words.DASH.match(line.text):
        return "deck"
    if after in ("byline", "note", "jump", "") or after_opens or words.NOTICE.fullmatch(line.text):
        return "headline"
    if line.level >= 3 and before and after in ("paragraph", "list_item", "fragment"):
        return "crosshead"
    if (
        before in ("paragraph", "list_item", "fragment", "open")
        and line.em <= CROSSHEAD_EM
        and line.level not in (1, 2)
    ):
        return "crosshead"
    if before == "jump" and line.em <= CROSSHEAD_EM:
        return "crosshead"
    return "headline"
