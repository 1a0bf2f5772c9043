"""Articles of an issue that stand there twice: which copy is the best, and what the others read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from repair.articles import Story
from repair.change import Change, Safety
from repair.page import Page
from repair.reprints import Cluster, Entry, Reading, Variant, apparatus, clusters, readings
from repair.rule import Options, Phase, Rule
from repair.text import Edit, Span

__all__ = ["Copy", "Reprint", "Said", "merge_rule", "misread_rule", "reprints_of"]

_SAFE, _LIKELY = 0.99, 0.95
_COVERED = 0.9  # share of a copy that the best one must have for it to be left out
# Characters of an article that is looked at, and of one without a headline, which may be a piece of a form.
_LEAST, _LEAST_BARE = 40, 120


class Said(NamedTuple):
    """The text of an article, its blocks joined by line ends, and where each stretch of it stands.

    `at[i]` of the text is `places[i]` of the pages' text, for `sizes[i]` characters.
    """

    text: str
    at: tuple[int, ...]
    places: tuple[int, ...]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, story: Story, value: str) -> Said:
        """The text of a story: its heads and text, no jump lines and no captions."""
        text, at, places, sizes = "", list[int](), list[int](), list[int]()
        for part in story.parts:
            if part.kind in ("jump", "caption"):
                continue
            text += "\n" if text else ""
            for number, span in enumerate(part.spans):
                text += part.glues[number - 1] if number else ""
                at.append(len(text))
                places.append(span.start)
                sizes.append(span.end - span.start)
                text += value[slice(*span)]
        return cls(text, tuple(at), tuple(places), tuple(sizes))

    def span(self, start: int, end: int) -> Span | None:
        """Where `text[start:end]` stands, if it stands in one stretch."""
        i = bisect_right(self.at, start) - 1
        if i < 0 or end > self.at[i] + self.sizes[i]:
            return None
        return Span(self.places[i] + start - self.at[i], self.places[i] + end - self.at[i])


class Copy(NamedTuple):
    """A copy of an article other than the best: the story, and how much of the shorter of both is in the longer.

    `covered` is the share of the copy that the best one has too; `ratio` that of the characters shared that are the
    same.
    """

    story: str
    containment: float
    ratio: float
    covered: float


class Reprint(NamedTuple):
    """An article that stands in several places: the best copy and the others.

    `reason` says why it is the best. `variants` are the places, in the best copy's text, where copies differ, and
    `readings` what is proposed for them.
    """

    story: str
    copies: tuple[Copy, ...]
    reason: str
    said: Said
    variants: tuple[Variant, ...]
    readings: tuple[Reading, ...]


def reprints_of(stories: Sequence[Story], value: str, pages: Sequence[str]) -> list[Reprint]:
    """The articles that stand several times among these; `pages` are the labels of the issue's pages."""
    texts = [Said.of(story, value) for story in stories]
    asked = [
        i
        for i, (story, said) in enumerate(zip(stories, texts, strict=True))
        if len(said.text) >= (_LEAST if any(story.of_kind("headline")) else _LEAST_BARE)
    ]
    names = {stories[i].id: f"the copy on page {pages[stories[i].pages[0]]}" for i in asked}
    found = clusters([Entry(stories[i].id, texts[i].text) for i in asked])
    return [_reprint(cluster, [stories[i] for i in asked], [texts[i] for i in asked], names) for cluster in found]


def _reprint(cluster: Cluster, stories: Sequence[Story], texts: Sequence[Said], names: dict[str, str]) -> Reprint:
    base, core = texts[cluster.core], stories[cluster.core]
    others = [member for member in cluster.members if member != cluster.core]
    witnesses = {stories[other].id: texts[other].text for other in others}
    variants = apparatus(base.text, witnesses)
    by_name = [
        variant._replace(
            readings=tuple(witness._replace(id=names[witness.id]) for witness in variant.readings),
            agree=tuple(names[id] for id in variant.agree),
        )
        for variant in variants
    ]
    copies = []
    for other in others:
        match = cluster.matches[other]
        shared = sum(passage.b_end - passage.b_start for passage in match.passages)
        covered = min(1.0, shared / max(len(texts[other].text), 1))
        copies.append(Copy(stories[other].id, match.containment, match.ratio, covered))
    evidence = cluster.evidence[cluster.core]
    reason = f"has {evidence.complete:.0%} of the text of all copies"
    if evidence.places:
        reason += f"; {evidence.worse} of {evidence.places} places that differ speak against it"
    return Reprint(core.id, tuple(copies), reason, base, tuple(variants), tuple(readings(base.text, by_name)))


def misread_rule(reprints: Sequence[Reprint]) -> Rule:
    """The rule that proposes the readings of other copies for what the best copy misread."""

    def find(page: Page, options: Options) -> Iterator[Change]:
        for reprint in reprints:
            for reading in reprint.readings:
                span = reprint.said.span(reading.start, reading.end)
                if span and page.text.value[slice(*span)] == reprint.said.text[reading.start : reading.end]:
                    sure = Safety.SAFE if reading.confidence >= _SAFE else Safety.LIKELY
                    safety = sure if reading.confidence >= _LIKELY else Safety.SUGGEST
                    yield Change((Edit(*span, reading.text),), reading.reason, safety, reading.confidence)

    return Rule(
        id="issue/misread-in-reprint",
        title="character that other copies of the article read otherwise",
        phase=Phase.TEXT,
        why="What one copy of an article misread another may have right.",
        find=find,
    )


def merge_rule(reprints: Sequence[Reprint], stories: Sequence[Story]) -> Rule:
    """The rule that leaves out the copies that the best one covers."""
    by_id = {story.id: story for story in stories}

    def find(page: Page, options: Options) -> Iterator[Change]:
        value = page.text.value
        for reprint in reprints:
            stay = tuple(span for part in by_id[reprint.story].parts for span in part.spans)
            for copy in reprint.copies:
                if copy.covered >= _COVERED and copy.story in by_id:
                    spans = sorted({_line(span, value) for part in by_id[copy.story].parts for span in part.spans})
                    removes = "".join("".join(value[slice(*span)].split()) for span in spans)
                    edits = tuple(Edit(start, end, "") for start, end in spans)
                    reason = f"the article stands again as {reprint.story}, which {reprint.reason}"
                    yield Change(edits, reason, Safety.LIKELY, 0.97, removes=removes, copies=stay)

    return Rule(
        id="issue/reprint",
        title="article that stands in the issue again",
        phase=Phase.LAYOUT,
        why="Of an article printed twice one copy is enough to read.",
        find=find,
    )


def _line(span: Span, value: str) -> tuple[int, int]:
    """A stretch with the line end after it, where nothing else stands on its line."""
    start = value.rfind("\n", 0, span.start) + 1
    end = value.find("\n", span.end)
    end = len(value) if end < 0 else end
    alone = not value[start : span.start].strip(" #*>-\u3000") and not value[span.end : end].strip(" *\u3000")
    return (start, min(end + 1, len(value))) if alone else (span.start, span.end)
