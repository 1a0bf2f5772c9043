"""Run a chain on a page: propose, arbitrate, apply, check. The only code that alters text.

Rules propose changes; the engine decides. Of changes that overlap, the leftmost wins and the other is recorded as
yielded. A change that breaks the contract of its phase is refused. At the end the two laws that matter to an archive
are checked on the page itself: every raw character is in the output or in the ledger, and the ledger taken back gives
the raw text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from repair.chain import Chain
from repair.change import Change, Outcome, Safety, change_key
from repair.contracts import CONTRACTS
from repair.laws import broken_law
from repair.page import Page
from repair.rule import Rule
from repair.text import Done, Edit, Span

__all__ = ["Record", "Result", "Skipped", "run"]


class Record(NamedTuple):
    """What became of one change. `raw` are the raw spans behind its edits; `step` is the rule's place in the chain.

    `copies` are the raw spans of the stretches that say the same and stay.
    """

    step: int
    rule: str
    key: str
    outcome: Outcome
    change: Change
    edits: tuple[Done, ...]
    raw: tuple[Span, ...]
    copies: tuple[Span, ...] = ()


class Skipped(NamedTuple):
    """A rule that could not be run to its end, and why."""

    rule: str
    reason: str


@dataclass(frozen=True)
class Result:
    """A repaired page: the page, what became of every change, rules skipped, and `error` when a law was broken.

    A result with an error must not be written.
    """

    page: Page
    records: tuple[Record, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    error: str | None = None

    @property
    def text(self) -> str:
        r"""The repaired text, with "\n" for every line end."""
        return self.page.text.value

    @property
    def applied(self) -> list[Record]:
        """The changes that were made, in the order of the chain."""
        return [r for r in self.records if r.outcome is Outcome.APPLIED]

    def counts(self) -> Counter[tuple[str, Outcome]]:
        """How many changes each rule had, by outcome."""
        return Counter((r.rule, r.outcome) for r in self.records)


def run(page: Page, chain: Chain, *, apply: Safety = Safety.LIKELY, vetoes: frozenset[str] = frozenset()) -> Result:
    """Repair a page with a chain.

    `apply` is the least safety that is applied; what is below is recorded as suggested. `vetoes` are keys of changes
    that must not be made.
    """
    raw = page.text.value
    records: list[Record] = []
    skipped: list[Skipped] = []
    steps: dict[int, list[Done]] = {}
    for step, rule in enumerate(chain.rules):
        if rule.needs and not page.holds(rule.needs):
            continue
        try:
            found = list(rule.find(page, chain.options_of(rule)))
        except TimeoutError:
            skipped.append(Skipped(rule.id, "took too long on this page and was left out"))
            continue
        if found:
            judged = _arbitrate(page, rule, step, found, apply, vetoes)
            records += judged
            page, steps[step] = _apply(page, judged)
    return Result(page, tuple(records), tuple(skipped), broken_law(raw, page.text.value, steps))


def _arbitrate(
    page: Page, rule: Rule, step: int, found: list[Change], level: Safety, vetoes: frozenset[str]
) -> list[Record]:
    """Decide about each change of one rule, from left to right."""
    text = page.text
    value, raw_spans = text.value, text.raw_spans
    name, least = rule.id, level.rank
    keeps = CONTRACTS[rule.phase]
    taken = _Taken() if any(len(change.edits) > 1 for change in found) else _TakenInOrder()
    records: list[Record] = []
    for change in sorted(found, key=_place):
        edits, _, safety, _, _, mark, copies = change
        if len(edits) == 1:
            start, end, after = edits[0]
            before = value[start:end]
            done: tuple[Done, ...] = (Done(start, end, before, after),)
            raw = raw_spans(start, end)
            said = after if isinstance(after, str) else value[after.start : after.end]
        else:
            done = tuple([Done(s, e, value[s:e], a) for s, e, a in edits])
            raw = [span for d in done for span in raw_spans(d.start, d.end)]
            before, said = _before_after(value, done)
        if mark:
            raw = [mark.raw]
        key = change_key(name, raw, before, said)
        if not keeps(change, done, value):
            outcome = Outcome.REFUSED
        elif key in vetoes:
            outcome = Outcome.VETOED
        elif safety.rank > least:
            outcome = Outcome.SUGGESTED
        elif not taken.take(done):
            outcome = Outcome.YIELDED
        else:
            outcome = Outcome.APPLIED
        stay = tuple([span for start, end in copies for span in raw_spans(start, end)]) if copies else ()
        records.append(Record(step, name, key, outcome, change, done, tuple(raw), stay))
    return records


def _apply(page: Page, records: list[Record]) -> tuple[Page, list[Done]]:
    """The page with the changes of one rule made, and their edits in order of place."""
    applied = [record for record in records if record.outcome is Outcome.APPLIED]
    edits = sorted((d for record in applied for d in record.edits), key=_span)
    marks = tuple(record.change.mark for record in applied if record.change.mark)
    if not edits and not marks:
        return page, edits
    text = page.text.apply(Edit(d.start, d.end, d.after) for d in edits) if edits else page.text
    return page.with_text(text, marks), edits


def _place(change: Change) -> tuple[int, int]:
    if change.edits:
        return change.edits[0][:2]
    return change.mark.raw if change.mark else (0, 0)


def _span(edit: Done) -> tuple[int, int]:
    return edit[:2]


def _before_after(value: str, done: Sequence[Done]) -> tuple[str, str]:
    """What the edits of a change replace, and by what, as its key is made of them."""
    after = [d.after if isinstance(d.after, str) else value[d.after.start : d.after.end] for d in done]
    return "\0".join(d.before for d in done), "\0".join(after)


class _Taken:
    """The stretches that accepted edits hold; those of a change are taken all or none."""

    def __init__(self) -> None:
        self._held: list[tuple[int, int]] = []

    def take(self, edits: Sequence[Done]) -> bool:
        held = self._held
        spans = sorted(d[:2] for d in edits)
        for span in spans:
            i = bisect_left(held, span)
            if (i < len(held) and _clash(span, held[i])) or (i and _clash(held[i - 1], span)):
                return False
        if any(_clash(a, b) for a, b in pairwise(spans)):
            return False
        for span in spans:
            held.insert(bisect_left(held, span), span)
        return True


class _TakenInOrder:
    """The same for changes of one edit each that come in order of place: only the last one can be in the way."""

    def __init__(self) -> None:
        self._last = (-1, -1)

    def take(self, edits: Sequence[Done]) -> bool:
        if edits:
            span = edits[0][:2]
            if _clash(self._last, span):
                return False
            self._last = span
        return True


def _clash(left: tuple[int, int], right: tuple[int, int]) -> bool:
    """Whether two spans overlap, the first not starting after the second; two insertions at one place do."""
    return right[0] < left[1] or left == right
