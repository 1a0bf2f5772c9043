"""Paragraphs whose characters are parted, or stretches of them: what `letter_spacing` could not tell line by line.

The last words of a justified paragraph may be a line too short to tell, or without the mark that tells running text.
Once lines are joined and marks have their widths, the same look is taken at whole paragraphs.
"""

from __future__ import annotations

from repair.core.change import Safety
from repair.core.rule import Phase, Rule
from repair.passes.spacing.letter_spaced_line import find

__all__ = ["RULE"]

RULE = Rule(
    id="spacing/letter-spaced-paragraph",
    title="paragraph with its characters parted by spaces",
    phase=Phase.FINISH,
    why="A line of a justified paragraph may be too short, or without a mark, and not tell that it is parted; joined "
    "with the others it does.",
    find=find,
    safety=Safety.LIKELY,
    options={"share": 0.6},
    ranges={"share": (0, 1)},
    needs=" \u3000",
)
