"""Run a chain on a page: propose, arbitrate, apply, check. The only code that alters text.

Rules propose changes; the engine decides. Of changes that overlap, the leftmost wins and the other is recorded as
yielded. A change that breaks the contract of its phase is refused. At the end the two laws that matter to an archive are
checked on the page itself: every raw character is in the output or in the ledger, and the ledger taken back gives the
raw text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from repair.chain import Chain
from repair.change import Change, Outcome, Safety, change_key
from repair.page import Page
from repair.rule import Phase, Rule
from repair.text import Edit, Span

__all__ = ["Record", "Result", "Skipped", "invert_edits", "replay_edits", "run"]


class Done(NamedTuple):
    """One edit as the ledger keeps it: `before` stood at `start:end` of the text that the rule was given.

    `after` is a string, or the span of the same text that was moved here.
    """

    start: int
    end: int
    before: str
    after: str | Span


class Record(NamedTuple):
    """What became of one change. `raw` are the raw spans behind its edits; `step` is the rule's place in the chain."""

    step: int
    rule: str
    key: str
    outcome: Outcome
    change: Change
    edits: tuple[Done, ...]
    raw: tuple[Span, ...]


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
    records: list[Record] = []
    skipped: list[Skipped] = []
    given = page
    for step, rule in enumerate(chain.rules):
        if rule.needs and not any(c in page.text.value for c in rule.needs):
            continue
        try:
            found = list(rule.find(page, chain.options_of(rule)))
        except TimeoutError:
            skipped.append(Skipped(rule.id, "took too long on this page and was left out"))
            continue
        if found:
            page, done = _apply(page, rule, step, found, apply, vetoes)
            records += done
    return Result(page, tuple(records), tuple(skipped), _broken_law(given, page, records))


def _apply(
    page: Page, rule: Rule, step: int, found: list[Change], level: Safety, vetoes: frozenset[str]
) -> tuple[Page, list[Record]]:
    """Arbitrate among the changes of one rule and make those that win."""
    text = page.text
    value = text.value
    keeps = CONTRACTS[rule.phase]
    taken = _Taken()
    edits: list[Edit] = []
    records: list[Record] = []
    marks = []
    for change in sorted(found, key=_place):
        done = tuple([Done(s, e, value[s:e], a) for s, e, a in change.edits])
        if change.mark:
            raw = [change.mark.raw]
        elif len(done) == 1:
            raw = text.raw_spans(done[0].start, done[0].end)
        else:
            raw = [span for d in done for span in text.raw_spans(d.start, d.end)]
        key = change_key(rule.id, raw, *_before_after(value, done))
        if not keeps(change, done, value):
            outcome = Outcome.REFUSED
        elif key in vetoes:
            outcome = Outcome.VETOED
        elif change.safety.rank > level.rank:
            outcome = Outcome.SUGGESTED
        elif not taken.take(done):
            outcome = Outcome.YIELDED
        else:
            outcome = Outcome.APPLIED
            edits += change.edits
            if change.mark:
                marks.append(change.mark)
        records.append(Record(step, rule.id, key, outcome, change, done, tuple(raw)))
    if edits or marks:
        edits.sort(key=_edge)
        page = page.with_text(text.apply(edits) if edits else text, tuple(marks))
    return page, records


def _place(change: Change) -> tuple[int, int]:
    if change.edits:
        return change.edits[0].start, change.edits[0].end
    return change.mark.raw if change.mark else (0, 0)


def _edge(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end


def _before_after(value: str, done: Sequence[Done]) -> tuple[str, str]:
    if len(done) == 1 and isinstance(done[0].after, str):
        return done[0].before, done[0].after
    after = [d.after if isinstance(d.after, str) else value[d.after.start : d.after.end] for d in done]
    return "\0".join(d.before for d in done), "\0".join(after)


class _Taken:
    """The stretches that accepted edits hold; each is taken whole or not at all."""

    def __init__(self) -> None:
        self._held: list[tuple[int, int]] = []

    def take(self, edits: Sequence[Done]) -> bool:
        held = self._held
        spans = sorted((d.start, d.end) for d in edits)
        for span in spans:
            i = bisect_left(held, span)
            if (i < len(held) and _clash(span, held[i])) or (i and _clash(held[i - 1], span)):
                return False
        if any(_clash(a, b) for a, b in pairwise(spans)):
            return False
        for span in spans:
            held.insert(bisect_left(held, span), span)
        return True


def _clash(left: tuple[int, int], right: tuple[int, int]) -> bool:
    """Whether two spans overlap, the first not starting after the second; two insertions at one place do."""
    return right[0] < left[1] or left == right


# ---- contracts -------------------------------------------------------------------------------------------------------


def _read(change: Change, done: Sequence[Done], value: str) -> bool:
    """Reading replaces characters one for one, or takes out what cannot be seen."""
    return all(
        isinstance(d.after, str)
        and (len(d.after) == len(d.before) or not any(c.isprintable() and c != " " for c in _minus(d.before, d.after)))
        and len(d.after) <= len(d.before)
        for d in done
    )


def _minus(before: str, after: str) -> str:
    return "".join((Counter(before) - Counter(after)).elements())


def _layout(change: Change, done: Sequence[Done], value: str) -> bool:
    """Layout keeps every character that is not white space, save what the change declares removed."""
    if all(not d.before.strip() and isinstance(d.after, str) and not d.after.strip() for d in done):
        return not change.removes
    before, after = _before_after(value, done)
    return _visible(before) == _visible(after) + _visible(change.removes)


def _visible(text: str) -> Counter[str]:
    return Counter("".join(text.replace("\0", "").split()))


def _structure(change: Change, done: Sequence[Done], value: str) -> bool:
    """Structure only marks."""
    return not done


def _text(change: Change, done: Sequence[Done], value: str) -> bool:
    """Text repairs keep the lines."""
    return all(isinstance(d.after, str) and d.before.count("\n") == d.after.count("\n") for d in done)


def _finish(change: Change, done: Sequence[Done], value: str) -> bool:
    """The finish keeps the lines and the number of letters and digits."""
    return all(
        isinstance(d.after, str)
        and d.before.count("\n") == d.after.count("\n")
        and sum(map(str.isalnum, d.before)) == sum(map(str.isalnum, d.after))
        for d in done
    )


CONTRACTS = {
    Phase.READ: _read,
    Phase.LAYOUT: _layout,
    Phase.STRUCTURE: _structure,
    Phase.TEXT: _text,
    Phase.FINISH: _finish,
}


# ---- laws ------------------------------------------------------------------------------------------------------------


def replay_edits(value: str, edits: Iterable[Done]) -> str:
    """The text after the edits of one step; `edits` in order of `start`."""
    out, at = [], 0
    for start, end, _, after in edits:
        out.append(value[at:start])
        out.append(after if isinstance(after, str) else value[after.start : after.end])
        at = end
    out.append(value[at:])
    return "".join(out)


def invert_edits(value: str, edits: Iterable[Done]) -> str:
    """The text before the edits of one step, from the text after them; `edits` in order of `start`."""
    out, at, shift = [], 0, 0
    for start, end, before, after in edits:
        size = len(after) if isinstance(after, str) else after.end - after.start
        out.append(value[at : start + shift])
        out.append(before)
        at = start + shift + size
        shift += size - (end - start)
    out.append(value[at:])
    return "".join(out)


def steps_of(records: Iterable[Record]) -> dict[int, list[Done]]:
    """The applied edits of each step, in order of place."""
    steps: dict[int, list[Done]] = {}
    for record in records:
        if record.outcome is Outcome.APPLIED:
            steps.setdefault(record.step, []).extend(record.edits)
    for edits in steps.values():
        edits.sort(key=lambda d: (d.start, d.end))
    return steps


def _broken_law(given: Page, page: Page, records: Iterable[Record]) -> str | None:
    """What is wrong with the repaired page, or None."""
    steps = steps_of(records)
    balance: Counter[str] = Counter()
    value = page.text.value
    for step in sorted(steps, reverse=True):
        edits = steps[step]
        value = invert_edits(value, edits)
        balance.update("".join(d.before for d in edits))
        balance.subtract("".join(d.after if isinstance(d.after, str) else value[slice(*d.after)] for d in edits))
    if value != given.text.value:
        return "the ledger taken back does not give the raw text (law 2)"
    balance.update(page.text.value)
    balance.subtract(given.text.value)
    if any(balance.values()):
        wrong = "".join(c for c, n in balance.items() if n)[:20]
        return f"characters are neither in the output nor in the ledger (law 1): {wrong!r}"
    return None
