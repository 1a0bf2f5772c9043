"""A repaired page against its gold: the lines of the output and the blocks of gold, as multisets, to the letter."""

from __future__ import annotations

from collections import Counter

from repair.cases.case import Gold, Verdict
from repair.measure import score
from repair.vocabulary.model_marks import BOLD_LINE, LIST_OR_HEAD

__all__ = ["compare_page", "lines_of"]

SHOWN = 8


def compare_page(text: str, gold: Gold) -> tuple[Verdict, str] | None:
    """What is wrong with an output, in words; None where it is as gold says, or reaches the figures that suffice."""
    if gold.minimum:
        figures = score(dict(gold.data), text)
        short = [
            f"  {name}: {getattr(figures, name):.4f}, and at least {least:.4f} is asked for"
            for name, least in gold.minimum.items()
            if getattr(figures, name) < least
        ]
        return (Verdict.WRONG, "\n".join(short)) if short else None
    blocks = [line for article in gold.articles for block in article for line in lines_of(block)]
    furniture = Counter(line for one in gold.furniture for line in lines_of(one))
    found, wanted = lines_of(text), Counter(blocks) + furniture
    missing, noisy = list((wanted - Counter(found)).elements()), list((Counter(found) - wanted).elements())
    if missing or noisy:
        verdict = Verdict.WRONG if missing and noisy else Verdict.MISSING if missing else Verdict.NOISY
        return verdict, _listed(missing, noisy)
    if gold.order:
        rest = _less(found, furniture)
        for number, (want, have) in enumerate(zip(blocks, rest, strict=True), 1):
            if want != have:
                return Verdict.WRONG, f"  out of order from block {number} on\n  expected {want!r}\n  found    {have!r}"
    return None


def lines_of(text: str) -> list[str]:
    """The lines that are not blank, without Markdown's marks.

    >>> lines_of("## 新桥通车\\n\\n**本报讯**")
    ['新桥通车', '本报讯']
    """
    lines = (BOLD_LINE.sub(r"\1", LIST_OR_HEAD.sub("", line).strip()) for line in text.split("\n"))
    return [line for line in lines if line.strip()]


def _less(lines: list[str], taken: Counter[str]) -> list[str]:
    """The lines without these, each taken out as often as it counts, from the front."""
    left = Counter(taken)
    rest = []
    for line in lines:
        if left[line]:
            left[line] -= 1
        else:
            rest.append(line)
    return rest


def _listed(missing: list[str], noisy: list[str]) -> str:
    """Each missing block with the nearest line of the output, then the lines that are left."""
    from rapidfuzz import fuzz, process

    left, shown = list(noisy), []
    for block in missing:
        near = process.extractOne(block, left, scorer=fuzz.ratio, score_cutoff=50)
        shown.append(f"  - {block!r}")
        if near:
            shown.append(f"  + {near[0]!r}")
            shown.append(f"    {_where(block, near[0])}")
            left.remove(near[0])
    shown += [f"  + {line!r}" for line in left]
    more = len(shown) - 3 * SHOWN
    return "\n".join([*shown[: 3 * SHOWN], *([f"  and {more} lines more"] if more > 0 else [])])


def _where(block: str, line: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(block, line, strict=False)) if a != b), min(len(block), len(line)))
    return f"differs from character {at + 1} on: {block[at : at + 12]!r} / {line[at : at + 12]!r}"
