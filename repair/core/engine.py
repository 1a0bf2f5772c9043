"""Run a chain on a page: propose, arbitrate, apply, check. The only code that alters text.

Rules propose changes; the engine decides. Of changes that overlap, the leftmost wins and the other is recorded as
yielded. A change that breaks the contract of its phase is refused, and so is one that breaks into a stretch that a mark
protects. At the end the two laws that matter to an archive are checked on the page itself: every raw character is in
the output or in the ledger, and the ledger taken back gives the raw text.

A veto forbids what a change does (see `effects`), to every rule. What the key of a veto stands for is known when a rule
has proposed the change; so a page with vetoes is run again, from its raw text, with the effects of all that was met
forbidden from the first rule on, until no run meets another of the keys. Each further run knows a key more, so that
there is an end; mostly there are two runs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple, TypeVar

from repair.core.chain import Chain, Ran
from repair.core.change import Change, Mark, Outcome, Safety, change_key
from repair.core.contracts import CONTRACTS, RuinError, breaks_into, refuse_emptied, unwritable, within_bounds
from repair.core.effects import Effects, Forbidden, effects_of
from repair.core.laws import broken_law
from repair.core.page import Page
from repair.core.rule import Rule
from repair.core.text import Done, Edit, Span, Text

__all__ = ["Record", "Repaired", "Skipped", "Vetoes", "heeded", "run", "run_once"]

T = TypeVar("T")

_LEFT_WHOLE = "a stretch there is marked to be left whole"


class Record(NamedTuple):
    """What became of one change. `raw` are the raw spans behind its edits; `step` is the rule's place in the chain.

    `copies` are the raw spans of the stretches that say the same and stay. `veto` is the key of the veto that held a
    change back: its own, or that of another change with the same effect.
    """

    step: int
    rule: str
    key: str
    outcome: Outcome
    change: Change
    edits: tuple[Done, ...]
    raw: tuple[Span, ...]
    copies: tuple[Span, ...] = ()
    veto: str = ""


class Vetoes(NamedTuple):
    """The keys of changes that must not be made, and the effects of those that were met so far, by key.

    The effects are told in code points of the raw page that is run.
    """

    keys: frozenset[str] = frozenset()
    effects: Mapping[str, Effects] = {}

    @property
    def sought(self) -> frozenset[str]:
        """The keys of which the effects are not known yet."""
        return self.keys - self.effects.keys()

    def shifted(self, by: int) -> Vetoes:
        """The same vetoes where the raw page stands `by` code points further on."""
        return Vetoes(self.keys, {key: effects.shifted(by) for key, effects in self.effects.items()})


class Skipped(NamedTuple):
    """A rule that could not be run to its end, and why."""

    rule: str
    reason: str


@dataclass(frozen=True, repr=False)
class Repaired:
    r"""A repaired page: the page, what became of every change, rules skipped, and `error` when a law was broken.

    A result with an error must not be written. `ran` says what was run, `met` are the vetoes that fitted
    a change.

    >>> repaired = run(Page.of("桥"), Chain("nothing", ()))
    >>> repaired.text, repaired.raw, repaired.records
    ('桥', '桥', ())
    """

    page: Page
    records: tuple[Record, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    error: str | None = None
    ran: Ran = field(default_factory=Ran)
    met: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        r"""The repaired text, with "\n" for every line end."""
        return self.page.text.value

    @property
    def applied(self) -> list[Record]:
        """The changes that were made, in the order of the chain."""
        return [r for r in self.records if r.outcome is Outcome.APPLIED]

    def __repr__(self) -> str:
        suggested = sum(record.outcome is Outcome.SUGGESTED for record in self.records)
        return f"<{type(self).__name__}: {self.page.name}, {len(self.applied)} changes made, {suggested} suggested>"

    @property
    def raw(self) -> str:
        """The raw text, as it was given, with its own line ends."""
        return self.page.raw

    def counts(self) -> Counter[tuple[str, Outcome]]:
        """How many changes each rule had, by outcome."""
        return Counter((r.rule, r.outcome) for r in self.records)


def run(
    page: Page,
    chain: Chain,
    *,
    apply: Safety = Safety.LIKELY,
    vetoes: frozenset[str] = frozenset(),
    encoding: str = "",
) -> Repaired:
    """Repair a page with a chain.

    `apply` is the least safety that is applied; what is below is recorded as suggested. `vetoes` are keys of changes
    whose effects must not come about. A change that puts in a character which `encoding`, that of the output, lacks is
    refused. `TypeError`: not a page or a chain.
    """
    for given, expected in ((page, Page), (chain, Chain), (apply, Safety)):
        if not isinstance(given, expected):
            raise TypeError(
                f"run() takes a {expected.__name__} here, and got {type(given).__name__}: run(Page.of(text), "
                "load_chain(), apply=Safety.SAFE). For a text or a file alone there are repair() and repair_file()."
            )
    result, known = heeded(vetoes, lambda known: run_once(page, chain, known, apply=apply, encoding=encoding))
    return replace(result, met=frozenset(known.effects))


def heeded(keys: frozenset[str], attempt: Callable[[Vetoes], tuple[T, Mapping[str, Effects]]]) -> tuple[T, Vetoes]:
    """The first result of `attempt` for which the effects of all vetoes were known that it met; and the vetoes then.

    `attempt` gives a result, and the effects of the vetoes that it met and of which they were not known.
    """
    known = Vetoes(keys)
    while True:
        result, met = attempt(known)
        if not met:
            return result, known
        known = Vetoes(keys, {**known.effects, **met})


def run_once(
    page: Page, chain: Chain, vetoes: Vetoes, *, apply: Safety, encoding: str = ""
) -> tuple[Repaired, Mapping[str, Effects]]:
    """The chain once. Vetoes whose effects are not known hold nothing back; of those that were met they are given."""
    raw = page.text.value
    records: list[Record] = []
    skipped: list[Skipped] = []
    steps: dict[int, list[Done]] = {}
    judge = _Judge(apply, vetoes, unwritable(encoding))
    for step, rule in enumerate(chain.rules):
        if rule.needs and not page.holds(rule.needs):
            continue
        try:
            found = within_bounds(rule.find(page, chain.options_of(rule)), page)
            if found:
                judged = judge.arbitrate(page, rule, step, found)
                repaired, edits = _apply(page, judged)
                refuse_emptied(page, repaired)
        except TimeoutError:
            skipped.append(Skipped(rule.id, "took too long on this page and was left out"))
        except MemoryError:  # a regular expression that calls itself without end
            skipped.append(Skipped(rule.id, "took too much memory on this page and was left out"))
        except RuinError as ruin:
            skipped.append(Skipped(rule.id, str(ruin)))
        else:
            if found:
                records += judged
                page, steps[step] = repaired, edits
    error = broken_law(raw, page.text.value, steps)
    ran = chain.ran(apply, len(vetoes.keys))
    return Repaired(page, tuple(records), tuple(skipped), error, ran), judge.met


class _Judge:
    """Decides about the changes that the rules of a run propose, and remembers which vetoes it met."""

    def __init__(self, level: Safety, vetoes: Vetoes, lacks: Callable[[Sequence[Done]], str] | None) -> None:
        self._level, self._vetoes, self._sought, self._lacks = level, vetoes, vetoes.sought, lacks
        self._forbidden = Forbidden(vetoes.effects)
        self.met: dict[str, Effects] = {}

    def arbitrate(self, page: Page, rule: Rule, step: int, found: list[Change]) -> list[Record]:
        """Decide about each change of one rule, from left to right."""
        text = page.text
        value, raw_spans = text.value, text.raw_spans
        name, least = rule.id, self._level.rank
        keeps = CONTRACTS[rule.phase]
        vetoed, lacks, protected = bool(self._vetoes.keys), self._lacks, page.protected
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
            veto = self._veto(text, key, done, mark) if vetoed else ""
            if not keeps(change, done, value):
                outcome = Outcome.REFUSED
            elif protected and breaks_into(protected, done):
                outcome, change = Outcome.REFUSED, change._replace(reason=f"{change.reason}; refused: {_LEFT_WHOLE}")
            elif veto:
                outcome = Outcome.VETOED
            elif safety.rank > least:
                outcome = Outcome.SUGGESTED
            elif lacks and (why := lacks(done)):
                outcome, change = Outcome.REFUSED, change._replace(reason=f"{change.reason}; refused: {why}")
            elif not taken.take(done):
                outcome = Outcome.YIELDED
            else:
                outcome = Outcome.APPLIED
            stay = tuple([span for start, end in copies for span in raw_spans(start, end)]) if copies else ()
            records.append(Record(step, name, key, outcome, change, done, tuple(raw), stay, veto))
        return records

    def _veto(self, text: Text, key: str, done: Sequence[Done], mark: Mark | None) -> str:
        """The key of the veto that holds a change back, if one does."""
        if key in self._vetoes.effects:
            return key
        if not self._vetoes.effects and key not in self._sought:
            return ""
        effects = effects_of(text, done, mark)
        if key in self._sought:
            self.met[key] = effects
        return self._forbidden.held(effects)


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
