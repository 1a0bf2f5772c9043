"""JSON for machines: blocks with their kinds, and for every run of characters the place in the raw text."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import Any

from repair.blocks import Block
from repair.blocks.line import ends_sentence
from repair.chain import Chain
from repair.change import Outcome
from repair.engine import Result
from repair.formats.markdown import bare, parted
from repair.text import Piece

__all__ = ["SCHEMA", "document", "dumps"]

SCHEMA = 1


def document(result: Result, chain: Chain, blocks: Iterable[Block]) -> dict[str, Any]:
    """What is known about a repaired page, as JSON values.

    Each block has `kind`, `confidence`, `text` (without Markdown's marks) and `runs`: `[start, end, raw_start, raw_end,
    kept]`, in code points of the block's text and of the decoded raw file. In a run that is `kept` characters stand one
    for one; another run is a replacement for its raw stretch, or an insertion where that is empty. A block of kind
    fragment has `gap` as well: the side, "before" or "after", on which the rest of the sentence is not on the page.
    `furniture` holds the blocks of the sheet.
    """
    page = result.page
    body, furniture = parted(blocks)
    pieces = page.text.pieces(page.raw)
    starts, ends = [piece.start for piece in pieces], [piece.end for piece in pieces]

    def said(block: Block) -> dict[str, Any]:
        start, end = bare(page.text.value, block)
        last = bisect_left(starts, end)
        runs = [_run(piece, start, end) for piece in pieces[bisect_right(ends, start) : last]]
        text = page.text.value[start:end]
        known = {"kind": block.kind, "confidence": round(float(block.confidence), 4), "text": text, "runs": runs}
        if block.kind == "fragment":
            known["gap"] = "before" if ends_sentence(text) else "after"
        return known

    return {
        "schema": SCHEMA,
        "page": page.name,
        "raw_chars": len(page.raw),
        "chain": chain.name,
        "chain_hash": chain.digest,
        "counts": {str(outcome): count for outcome, count in sorted(_outcomes(result).items())},
        "skipped": [{"rule": skipped.rule, "reason": skipped.reason} for skipped in result.skipped],
        "blocks": [said(block) for block in body],
        "furniture": [said(block) for block in furniture],
    }


def dumps(result: Result, chain: Chain, blocks: Iterable[Block]) -> str:
    """The document in one line, so that several pages make JSON Lines."""
    return json.dumps(document(result, chain, blocks), ensure_ascii=False, separators=(",", ":")) + "\n"


def _run(piece: Piece, start: int, end: int) -> list[int | bool]:
    """The part of a piece that lies in a block, counted from the block's start."""
    low, high = max(piece.start, start), min(piece.end, end)
    raw = piece.raw
    if piece.kept:
        raw = raw._replace(start=raw.start + low - piece.start, end=raw.start + high - piece.start)
    return [low - start, high - start, raw.start, raw.end, piece.kept]


def _outcomes(result: Result) -> Counter[Outcome]:
    return Counter(record.outcome for record in result.records)
