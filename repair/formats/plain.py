"""Articles as plain text: a block a line."""

from __future__ import annotations

from repair.articles import Story
from repair.issues.assemble import Edition

__all__ = ["article", "articles"]


def article(story: Story, edition: Edition) -> str:
    """One article, a block a line."""
    return "".join(f"{part.text(edition.page.text.value)}\n" for part in story.parts)


def articles(edition: Edition) -> str:
    """All articles of a page or an issue, a blank line between two of them."""
    return "\n".join(article(story, edition) for story in edition.stories)
