"""Markdown for reading: articles one after the other, heads as heads, captions as quotations, furniture at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from repair.articles import Part, Story
from repair.issues.assemble import Edition

__all__ = ["article", "escaped", "markdown"]

SHAPES = {
    "kicker": "*{}*",
    "headline": "# {}",
    "deck": "**{}**",
    "byline": "*{}*",
    "crosshead": "## {}",
    "list_item": "- {}",
    "caption": "> {}",
    "jump": "*{}*",
    "note": "> {}",
    "fragment": "<!-- fragment: the rest is not on this page -->\n{}",
}
SPECIAL = re.compile(r"[\\`*_\[\]<>]|^(?:#{1,6}|[-+=~]+|\d+[.)])(?=\s|$)|(?<=^\d)[.)](?=\s)")
BETWEEN = "\n\n---\n\n"


def markdown(edition: Edition) -> str:
    """A page or an issue as Markdown, its articles parted by rules.

    Every block is one paragraph, its own Markdown marks taken off and the rest escaped, so that what a reader sees is
    the text of the page.
    """
    value = edition.page.text.value
    parts = [article(story, edition) for story in edition.stories]
    if edition.furniture:
        lines = "\n\n".join(escaped(part.text(value)) for _, part in edition.furniture)
        parts.append(f"<!-- furniture -->\n\n{lines}")
    return BETWEEN.join(parts) + "\n" if parts else ""


def article(story: Story, edition: Edition) -> str:
    """One article, with a comment on its pages and on its copies where there is something to say."""
    return "\n\n".join([*_comments(story, edition), *_shaped(story.parts, edition.page.text.value)])


def _comments(story: Story, edition: Edition) -> Iterable[str]:
    if len(story.pages) > 1:
        yield f"<!-- pages {', '.join(str(edition.labels[page]) for page in story.pages)} -->"
    for reprint in edition.reprints:
        copies = [copy.story for copy in reprint.copies]
        if story.id == reprint.story:
            left_out = {gone.id for gone in edition.left_out}
            said = [f"{copy} (left out)" if copy in left_out else copy for copy in copies]
            yield f"<!-- stands again as {', '.join(said)} -->"
        elif story.id in copies:
            yield f"<!-- reprint of {reprint.story} -->"


def _shaped(parts: Iterable[Part], value: str) -> Iterable[str]:
    for is_list, run in groupby(parts, key=lambda part: part.kind == "list_item"):
        shaped = [SHAPES.get(part.kind, "{}").format(escaped(part.text(value))) for part in run]
        yield from ["\n".join(shaped)] if is_list else shaped


def escaped(line: str) -> str:
    r"""A line that Markdown shows as it stands.

    >>> escaped("1. 甲*乙")
    '1\\. 甲\\*乙'
    """
    return SPECIAL.sub(lambda found: _backslash(found[0]), line)


def _backslash(mark: str) -> str:
    return f"{mark[:-1]}\\{mark[-1]}" if mark[:-1].isdigit() else f"\\{mark}"
