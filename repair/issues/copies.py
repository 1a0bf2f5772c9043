"""Articles of an issue that stand there twice: which copy is the best, and what the others read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from repair.articles import Story
from repair.core.change import Change, Safety
from repair.core.page import Page
from repair.core.rule import Options, Phase, Rule
from repair.core.text import Edit, Span, Text
from repair.reprints import Cluster, Entry, Reading, Variant, apparatus, candidates, clusters, readings
from repair.reprints.folding import Article
from repair.reprints.match import Match, compare
from repair.reprints.templates import sisters

__all__ = ["Copy", "Reprint", "Said", "merge_rule", "misread_rule", "reprints_of"]

_SAFE, _LIKELY = 0.99, 0.95
_COVERED = 0.9  # share of a copy that the best one must have for it to be left out
# Characters of an article that is looked at, and of one without a headline, which may be a piece of a form.
_LEAST, _LEAST_BARE = 40, 120
# The same of one that is held against whole pages, and what of it a page must have, and how much alike that must be.
_LEAST_IN_PIECES, _IN_PIECES, _ALIKE_IN_PIECES = 150, 0.75, 0.85


class Said(NamedTuple):
    """The text of an article, its blocks joined by line ends, and where each stretch of it stands.

    `at[i]` of the text is `places[i]` of the pages' text, for `sizes[i]` characters. `parts` are the story's parts that
    are in it: the number of each, and where it begins and ends in the text.
    """

    text: str
    at: tuple[int, ...]
    places: tuple[int, ...]
    sizes: tuple[int, ...]
    parts: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, story: Story, value: str) -> Said:
        """The text of a story: its heads and text, no jump lines and no captions."""
        text, at, places, sizes, parts = "", list[int](), list[int](), list[int](), list[tuple[int, int, int]]()
        for i, part in enumerate(story.parts):
            if part.kind in ("jump", "caption"):
                continue
            text += "\n" if text else ""
            start = len(text)
            for number, span in enumerate(part.spans):
                text += part.glues[number - 1] if number else ""
                at.append(len(text))
                places.append(span.start)
                sizes.append(span.end - span.start)
                text += value[slice(*span)]
            parts.append((i, start, len(text)))
        return cls(text, tuple(at), tuple(places), tuple(sizes), tuple(parts))

    def span(self, start: int, end: int) -> Span | None:
        """Where `text[start:end]` stands, if it stands in one stretch."""
        i = bisect_right(self.at, start) - 1
        if i < 0 or end > self.at[i] + self.sizes[i]:
            return None
        return Span(self.places[i] + start - self.at[i], self.places[i] + end - self.at[i])

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """Where the stretches of `text[start:end]` stand."""
        for at, place, size in zip(self.at, self.places, self.sizes, strict=True):
            low, high = max(start, at), min(end, at + size)
            if low < high:
                yield Span(place + low - at, place + high - at)


class Copy(NamedTuple):
    """A copy of an article other than the best: the story, and how much of the shorter of both is in the longer.

    `covered` is the share of the copy that the best one has too; `ratio` that of the characters shared that are the
    same. `raw` is where what they share stands in the issue's raw text.
    """

    story: str
    containment: float
    ratio: float
    covered: float
    raw: tuple[Span, ...] = ()


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


def reprints_of(stories: Sequence[Story], text: Text, pages: Sequence[str]) -> list[Reprint]:
    """The articles of an issue's text that stand there several times; `pages` are the labels of its pages."""
    texts = [Said.of(story, text.value) for story in stories]
    asked = [
        i
        for i, (story, said) in enumerate(zip(stories, texts, strict=True))
        if len(said.text) >= (_LEAST if any(story.of_kind("headline")) else _LEAST_BARE)
    ]
    names = {stories[i].id: f"the copy on page {pages[stories[i].pages[0]]}" for i in asked}
    found = clusters([Entry(stories[i].id, texts[i].text, str(stories[i].pages[0])) for i in asked])
    reprints = [
        _reprint(cluster, [stories[i] for i in asked], [texts[i] for i in asked], names, text) for cluster in found
    ]
    together = {id for reprint in reprints for id in (reprint.story, *(copy.story for copy in reprint.copies))}
    return [*reprints, *_in_pieces(stories, texts, together, text)]


def _in_pieces(stories: Sequence[Story], texts: Sequence[Said], known: set[str], text: Text) -> Iterator[Reprint]:
    """Articles that stand again on a page that was read in pieces, none of which is an article by itself.

    The article is held against the whole page, and the copy is the story that has most of it.
    """
    pages: dict[int, list[int]] = {}
    for i, story in enumerate(stories):
        pages.setdefault(story.pages[0], []).append(i)
    numbers = list(pages)
    whole = ["\n".join(texts[i].text for i in pages[number]) for number in numbers]
    asked = [
        i
        for i, (story, said) in enumerate(zip(stories, texts, strict=True))
        if story.id not in known and len(said.text) >= _LEAST_IN_PIECES and any(story.of_kind("headline"))
    ]
    found: dict[str, Reprint] = {}
    for first, second, _ in candidates([*(texts[i].text for i in asked), *whole]):
        if first >= len(asked) or second < len(asked) or numbers[second - len(asked)] in stories[asked[first]].pages:
            continue
        story, said = stories[asked[first]], texts[asked[first]]
        match = compare(Article(said.text), Article(whole[second - len(asked)]))
        if (
            match is None
            or match.containment < _IN_PIECES
            or match.ratio < _ALIKE_IN_PIECES
            or sisters(match.slots, match.size)
        ):
            continue
        passages = [(p.b_start, p.b_end) for p in match.passages]
        shared = _shared_by(pages[numbers[second - len(asked)]], texts, passages)
        _, other = max((_length(spans), other) for other, spans in shared.items())
        raw = [span for i, spans in shared.items() for span in _raw(texts[i], spans, text)]
        if stories[other].id not in known and stories[other].id not in found:
            copy = _copy(stories[other], texts[other], match, shared[other], raw)
            mine = found.get(story.id)
            copies = (*mine.copies, copy) if mine else (copy,)
            found[story.id] = Reprint(story.id, copies, "the other copy was read in pieces", said, (), ())
    yield from found.values()


def _shared_by(
    page: Sequence[int], texts: Sequence[Said], passages: Sequence[tuple[int, int]]
) -> dict[int, list[tuple[int, int]]]:
    """The stretches of each story's text that passages of its page's text have."""
    found, at = {}, 0
    for i in page:
        end = at + len(texts[i].text)
        found[i] = [(max(low, at) - at, min(high, end) - at) for low, high in passages if low < end and high > at]
        at = end + 1
    return found


def _copy(story: Story, said: Said, match: Match, shared: Sequence[tuple[int, int]], raw: Iterable[Span]) -> Copy:
    """The copy that a story is, of whose text these stretches are shared."""
    covered = min(1.0, _length(shared) / max(len(said.text), 1))
    return Copy(story.id, match.containment, match.ratio, covered, tuple(raw))


def _length(stretches: Sequence[tuple[int, int]]) -> int:
    return sum(end - start for start, end in stretches)


def _raw(said: Said, stretches: Sequence[tuple[int, int]], text: Text) -> Iterator[Span]:
    """Where stretches of a story's text stand in the raw text."""
    for start, end in stretches:
        for span in said.spans(start, end):
            yield from text.raw_spans(*span)


def _reprint(
    cluster: Cluster, stories: Sequence[Story], texts: Sequence[Said], names: dict[str, str], text: Text
) -> Reprint:
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
        shared = [(passage.b_start, passage.b_end) for passage in match.passages]
        copies.append(_copy(stories[other], texts[other], match, shared, _raw(texts[other], shared, text)))
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
        left_out = set[str]()
        for reprint in reprints:
            if reprint.story in left_out:  # it is a copy of another article itself
                continue
            stay = tuple(span for part in by_id[reprint.story].parts for span in part.spans)
            for copy in reprint.copies:
                if copy.covered >= _COVERED and copy.story in by_id and copy.story not in left_out:
                    left_out.add(copy.story)
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
