"""The five laws, checked from outside: on the bytes of a file, its output and its ledger as written and read again.

The engine checks itself while it runs. Here nothing of that is believed: the ledger goes through its file form, the
characters are counted anew, and the chain is run a second time on what it wrote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import normalize

from repair.core import engine
from repair.core.chain import Chain
from repair.core.change import Outcome, Safety
from repair.core.engine import Repaired
from repair.core.laws import replay_edits
from repair.core.page import Page
from repair.core.rule import Phase
from repair.core.text import Done, unify
from repair.files.decoding import Encoding, decode
from repair.files.text import file_bytes
from repair.history import ledger
from repair.history.ledger import Ledger
from repair.history.undo import redo, undo
from repair.rulebook.kinds.table import Table

__all__ = [
    "Run",
    "broken",
    "first_difference",
    "invented",
    "out_of_level",
    "repaired",
    "there_and_back",
    "unbalanced",
    "unstable",
]


@dataclass(frozen=True)
class Run:
    """A file that went through a chain: its bytes and text, the result, and what would be written."""

    data: bytes
    raw: str
    encoding: Encoding
    chain: Chain
    level: Safety
    result: Repaired
    output: bytes
    ledger: Ledger

    @property
    def given(self) -> str:
        r"""The raw text as the first rule was given it: with "\n" for a line end that the whole file has."""
        return unify(self.raw, self.encoding.newline)


def repaired(data: bytes, chain: Chain, level: Safety = Safety.LIKELY, name: str = "page") -> Run:
    """Repair a file as the command does, with its ledger written and read again."""
    raw, encoding = decode(data, name=name)
    result = engine.run(Page.of(raw, name, encoding.newline), chain, apply=level)
    output = file_bytes(result.text, encoding)
    header = ledger.header_of(result, chain, data, output, encoding, apply=level)
    written = ledger.encoded(ledger.rows(result, header))
    return Run(data, raw, encoding, chain, level, result, output, ledger.parse(written))


def broken(run: Run) -> Iterator[str]:
    """What is wrong with a run by laws 1, 2, 4 and 5, one sentence a fault; law 3 costs a second run: `unstable`."""
    yield from (f"{rule} was left out: {reason}" for rule, reason in run.result.skipped)
    for law in (unbalanced, there_and_back, invented, out_of_level):
        yield from law(run)


def unstable(run: Run) -> tuple[str, str, str] | None:
    """Law 3: the rules that changed a repaired page again, and the text before and after; None where none did."""
    again = repaired(run.output, run.chain, run.level)
    if again.output == run.output:
        return None
    rules = ", ".join(dict.fromkeys(record.rule for record in again.result.applied if record.edits))
    return rules or "the reading of the file", run.result.text, again.result.text


def unbalanced(run: Run) -> Iterator[str]:
    """Law 1: raw = output + removed - inserted, counted by the ledger, and declared where layout removes."""
    steps, text = run.ledger.steps(), run.given
    balance = Counter(run.result.text)
    balance.subtract(text)
    for _, edits in sorted(steps.items()):
        balance.update("".join(done.before for done in edits))
        balance.subtract("".join(a if isinstance(a := done.after, str) else text[a.start : a.end] for done in edits))
        text = replay_edits(text, edits)
    if any(balance.values()):
        yield f"law 1: raw and output differ by more than the ledger says: {_shown(balance)}"
    phases = {rule.id: rule.phase for rule in run.chain.rules}
    for record in run.result.applied:
        if phases[record.rule] is Phase.LAYOUT and not any(not isinstance(done.after, str) for done in record.edits):
            gone = Counter("".join("".join(done.before for done in record.edits).split()))
            gone.subtract("".join("".join(str(done.after) for done in record.edits).split()))
            gone.subtract("".join(record.change.removes.split()))
            if any(gone.values()):
                yield f"law 1: {record.rule} takes out more than it declares: {_shown(gone)}"


def _step(text: str, edits: Iterable[Done]) -> str:
    """The text after the edits of one step, made one by one from the end, so that places stay as they are."""
    given = text
    for start, end, _, after in sorted(edits, reverse=True, key=lambda done: done[:2]):
        put = after if isinstance(after, str) else given[after.start : after.end]
        text = text[:start] + put + text[end:]
    return text


def there_and_back(run: Run) -> Iterator[str]:
    """Law 2: the ledger leads from the raw bytes to those of the output, and back."""
    if run.result.error:
        yield f"the engine reports: {run.result.error}"
    if redo(run.data, run.ledger) != run.output:
        yield "law 2: the ledger applied to the raw file does not give the output"
    if undo(run.output, run.ledger) != run.data:
        yield "law 2: the ledger taken back does not give the raw file"


def invented(run: Run) -> Iterator[str]:
    """Law 4: letters, digits and Han that an edit puts in must stand in what it takes out, but for declared tables.

    Widths and compatibility forms are folded (NFKC). A table may replace what it lists by what it lists; a script
    conversion replaces one for one; a move puts in what stands elsewhere.
    """
    rules = {rule.id: rule for rule in run.chain.rules}
    for record in run.result.applied:
        if rules[record.rule].kind == "opencc":
            continue
        texts = [done for done in record.edits if isinstance(done.after, str)]
        before, after = "".join(done.before for done in texts), "".join(str(done.after) for done in texts)
        made = _letters(after) - _letters(before)
        finder = rules[record.rule].find
        if made and not (isinstance(finder, Table) and made <= _letters("".join(finder.pairs.values()))):
            yield f"law 4: {record.rule} makes {_shown(made)} out of {before!r}"


def out_of_level(run: Run) -> Iterator[str]:
    """Law 5: what is made is as safe as was asked for, the rest is recorded; no change claims more than its rule."""
    claims = {rule.id: rule.safety for rule in run.chain.rules}
    for record in run.result.records:
        below = record.change.safety.rank > run.level.rank
        if below and record.outcome not in (Outcome.SUGGESTED, Outcome.REFUSED):
            yield f"law 5: {record.rule} is {record.change.safety} and was {record.outcome} at level {run.level}"
        if not below and record.outcome is Outcome.SUGGESTED:
            yield f"law 5: {record.rule} is {record.change.safety} and was only suggested at level {run.level}"
        if record.change.safety.rank < claims[record.rule].rank:
            yield f"law 5: {record.rule} claims to be {record.change.safety}, its rule {claims[record.rule]}"
        if record.outcome is Outcome.REFUSED:
            yield f"{record.rule}: a change breaks the contract of its phase: {record.edits[:2]}"


def _letters(text: str) -> Counter[str]:
    return Counter(c for c in normalize("NFKC", text) if c.isalnum())


def _shown(balance: Counter[str]) -> str:
    return ", ".join(f"{c!r} {n:+d}" for c, n in sorted(balance.items()) if n)[:200]


def first_difference(a: str, b: str, reach: int = 24) -> str:
    """Both texts round the first place where they differ."""
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    low = max(0, at - reach)
    return f"{a[low : at + reach]!r} -> {b[low : at + reach]!r}"
