"""JSON for machines: articles with their blocks, and for every run of characters the place in the raw text.

The form is published as a JSON Schema, `document.schema.json` beside this file (`repair schema`). A page and an issue
have the same form: a page is an issue of one page. `SCHEMA` grows by one with each change that is not an addition.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from repair.articles import Part, Story
from repair.blocks.line import ends_sentence
from repair.core.chain import Chain, Ran
from repair.core.change import Outcome
from repair.core.page import Page
from repair.core.text import Piece, Span
from repair.files.text import json_line
from repair.issues.assemble import Edition
from repair.issues.bound import Bound
from repair.issues.copies import Reprint
from repair.issues.links import End
from repair.reprints import Variant

__all__ = ["SCHEMA", "document", "dumps", "rows", "variant_said"]

SCHEMA = 2
NOTHING: Mapping[str, Any] = MappingProxyType({})


def document(edition: Edition, chain: Chain | Ran) -> dict[str, Any]:
    """What is known about a repaired page or issue, as JSON values.

    Each article has `text`, that of its blocks, a block a line. Each block has `kind`, `confidence`, `text` (without
    Markdown's marks) and `runs`: `[start, end, page, raw_start, raw_end, kept]`, in code points of the block's text and
    of that page's decoded raw file. In a run that is `kept` characters stand one for one; another run is a replacement
    for its raw stretch, or an insertion where that is empty. A block of kind fragment has `gap` as well: the side,
    "before" or "after", on which the rest of the sentence is not there. `furniture` holds the lines of the sheet,
    `gaps` says which blocks have one.
    """
    writer = _Writer(edition.bound, edition.page)
    before = _Writer(edition.bound, edition.left_out_of or edition.page)
    left_out = {story.id: before.article(story) for story in edition.left_out}
    articles = [writer.article(story) for story in edition.stories]
    leaves = edition.bound.leaves
    counts = Counter(record.outcome for leaf in leaves for record in leaf.result.records)
    counts += Counter(record.outcome for record in edition.records)
    return {
        "schema": SCHEMA,
        "name": edition.name,
        "pages": [
            {"name": leaf.name, "label": str(label), "raw_chars": len(leaf.result.page.raw)}
            for leaf, label in zip(leaves, edition.labels, strict=True)
        ],
        "chain": chain.name,
        "chain_hash": chain.digest,
        "counts": {str(outcome): count for outcome, count in sorted(counts.items(), key=_by_name)},
        "skipped": [
            {"page": page, "rule": skipped.rule, "reason": skipped.reason}
            for page, leaf in enumerate(leaves)
            for skipped in leaf.result.skipped
        ],
        "articles": articles,
        "furniture": [{"page": page, **writer.block(part)} for page, part in edition.furniture],
        "gaps": list(_gaps(articles)),
        "unmatched_jumps": [_unmatched(end) for end in edition.unmatched],
        "reprints": [_reprint(reprint, left_out, edition.bound) for reprint in edition.reprints],
    }


def dumps(edition: Edition, chain: Chain | Ran) -> str:
    """The document in one line, so that several make JSON Lines."""
    return json_line(document(edition, chain))


def rows(edition: Edition, chain: Chain, also: Mapping[str, Any] = NOTHING) -> Iterator[str]:
    """The articles as JSON Lines, each with the name of its issue and of its pages, and with what is `also` known."""
    whole = document(edition, chain)
    pages = [{"name": page["name"], "label": page["label"]} for page in whole["pages"]]
    again = {copy["article"]: reprint["article"] for reprint in whole["reprints"] for copy in reprint["copies"]}
    for article in whole["articles"]:
        known = {"schema": SCHEMA, "issue": edition.name, "page_names": [pages[page] for page in article["pages"]]}
        known |= also
        yield json_line(known | article | ({"reprint_of": again[article["id"]]} if article["id"] in again else {}))


def _by_name(item: tuple[Outcome, int]) -> str:
    return str(item[0])


class _Writer:
    """Writes parts as JSON values."""

    def __init__(self, bound: Bound, page: Page) -> None:
        self._bound, self._value = bound, page.text.value
        self._pieces = page.text.pieces(page.raw)
        self._starts, self._ends = [piece.start for piece in self._pieces], [piece.end for piece in self._pieces]

    def article(self, story: Story) -> dict[str, Any]:
        blocks = [self.block(part) for part in story.parts]
        said: dict[str, Any] = {
            "id": story.id,
            "pages": list(story.pages),
            "headline": self._joined(story, "headline"),
            "byline": self._joined(story, "byline"),
            "text": "\n".join(block["text"] for block in blocks),
            "blocks": blocks,
        }
        if story.jumps:
            said["jumps"] = [self.block(part) for part in story.jumps]
        if story.repeated:
            said["repeated"] = [self.block(part) for part in story.repeated]
        return said

    def block(self, part: Part) -> dict[str, Any]:
        text = part.text(self._value)
        said: dict[str, Any] = {
            "kind": part.kind,
            "confidence": round(float(part.confidence), 4),
            "text": text,
            "runs": list(self._runs(part)),
        }
        if part.kind == "fragment":
            said["gap"] = "before" if ends_sentence(text) else "after"
        return said

    def _joined(self, story: Story, kind: str) -> str | None:
        return " ".join(part.text(self._value) for part in story.of_kind(kind)) or None

    def _runs(self, part: Part) -> Iterator[list[int | bool]]:
        at, last = 0, list[int | bool]()
        for number, (start, end) in enumerate(part.spans):
            if number and (glue := part.glues[number - 1]):
                page, place = last[2], last[4]
                yield [at, at + len(glue), page, place, place, False]
                at += len(glue)
            first = bisect_right(self._ends, start)
            for piece in self._pieces[first : bisect_left(self._starts, end)]:
                last = self._run(piece, start, end, at)
                yield last
            at += end - start

    def _run(self, piece: Piece, start: int, end: int, at: int) -> list[int | bool]:
        """The part of a piece that lies between two places, counted from `at`."""
        low, high = max(piece.start, start), min(piece.end, end)
        raw = piece.raw
        if piece.kept:
            raw = raw._replace(start=raw.start + low - piece.start, end=raw.start + high - piece.start)
        page = self._bound.page_of_raw(raw.start)
        begins = self._bound.raw_starts[page]
        return [low - start + at, high - start + at, page, raw.start - begins, raw.end - begins, piece.kept]


def _gaps(articles: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for article in articles:
        for number, block in enumerate(article["blocks"]):
            if "gap" in block:
                yield {"article": article["id"], "block": number, "side": block["gap"]}


def _unmatched(end: End) -> dict[str, Any]:
    return {"page": end.page, "way": end.jump.way, "label": end.jump.label}


def _on_page(raw: Span, bound: Bound) -> tuple[int, int, int]:
    """A stretch of the issue's raw text, as page and place there."""
    page = bound.page_of_raw(raw.start)
    return page, raw.start - bound.raw_starts[page], raw.end - bound.raw_starts[page]


def variant_said(variant: Variant, witness: Callable[[str], dict[str, object]]) -> dict[str, object]:
    """A place of an apparatus; `witness` says which copy an id stands for."""
    readings = [witness(one.id) | {"start": one.start, "end": one.end, "text": one.text} for one in variant.readings]
    return {"start": variant.start, "end": variant.end, "text": variant.text, "readings": readings}


def _reprint(reprint: Reprint, left_out: Mapping[str, dict[str, Any]], bound: Bound) -> dict[str, Any]:
    return {
        "article": reprint.story,
        "reason": reprint.reason,
        "copies": [
            {
                "article": copy.story,
                "containment": round(copy.containment, 4),
                "ratio": round(copy.ratio, 4),
                "covered": round(copy.covered, 4),
                "raw": [list(_on_page(span, bound)) for span in copy.raw],
                **({"left_out": left_out[copy.story]} if copy.story in left_out else {}),
            }
            for copy in reprint.copies
        ],
        "apparatus": [
            variant_said(variant, lambda id: {"article": id}) | {"agree": list(variant.agree)}
            for variant in reprint.variants
        ],
    }
