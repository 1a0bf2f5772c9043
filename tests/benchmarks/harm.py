"""Harm: what a chain does to clean articles, where there is nothing to repair."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from repair.core.chain import Chain
from repair.core.change import Outcome
from repair.core.engine import Record
from repair.core.rule import Phase

from .laws import Run, broken, first_difference, repaired, unstable
from .table import Table

__all__ = ["Harm", "measure", "report"]

_EXAMPLES = 3
_MOST = 10
_SECOND_RUNS = 10  # every tenth article is run a second time


@dataclass
class Harm:
    """Counts over articles: `done` by sort and rule of applied changes, `said` of suggested ones."""

    chars: int = 0
    articles: int = 0
    changed: int = 0
    second_runs: int = 0
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    said: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    faults: list[str] = field(default_factory=list)


def measure(articles: Iterable[tuple[str, str]], chain: Chain) -> Harm:
    """Run a chain over articles and count what it changes."""
    harm = Harm()
    layout = {rule.id for rule in chain.rules if rule.phase is Phase.LAYOUT}
    for number, (name, text) in enumerate(articles):
        run = repaired(text.encode(), chain, name=name)
        harm.articles += 1
        harm.chars += len(text)
        harm.changed += run.result.text != text
        harm.faults += [f"{name}: {fault}" for fault in broken(run)]
        if number % _SECOND_RUNS == 0:
            harm.second_runs += 1
            if again := unstable(run):
                harm.faults.append(f"{name}: law 3, {again[0].split(', ')[0]}: {first_difference(*again[1:])}")
        _count(harm, run, layout)
    return harm


def _count(harm: Harm, run: Run, layout: set[str]) -> None:
    for record in run.result.records:
        if not record.edits or record.outcome not in (Outcome.APPLIED, Outcome.SUGGESTED):
            continue
        key = (_sort(record, layout), record.rule)
        (harm.done if record.outcome is Outcome.APPLIED else harm.said)[key] += 1
        if record.outcome is Outcome.APPLIED:
            kept = harm.examples[key] | {_example(run.raw, record)}
            harm.examples[key] = set(sorted(kept, key=lambda said: (len(said), said))[:_EXAMPLES])


def _sort(record: Record, layout: set[str]) -> str:
    if any(not isinstance(done.after, str) for done in record.edits):
        return "move"
    if record.change.removes or all(not done.after and done.before.strip() for done in record.edits):
        return "removal"
    if record.rule in layout and any("\n" in done.before and "\n" not in str(done.after) for done in record.edits):
        return "join"
    if record.rule in layout and any("\n" in str(done.after) and "\n" not in done.before for done in record.edits):
        return "split"
    return "other"


def _example(raw: str, record: Record) -> str:
    """The stretch of raw text round a change, and what was put in."""
    low = max(0, min(span.start for span in record.raw) - 8)
    high = max(span.end for span in record.raw) + 8
    after = "|".join(str(done.after) for done in record.edits[:3])
    shown = raw[low:high] if high - low < 60 else raw[low : low + 40] + "…"
    return f"{shown!r} -> {after!r}"


def report(table: Table, section: str, harm: Harm) -> None:
    """Rows: totals by sort, then each rule with its count a million characters."""
    millions = harm.chars / 1e6 or 1
    for sort in ("join", "split", "removal", "move", "other"):
        done = sum(n for (of, _), n in harm.done.items() if of == sort)
        said = sum(n for (of, _), n in harm.said.items() if of == sort)
        table.put(
            section,
            f"{sort}s" if sort != "other" else sort,
            {"made": done, "per million": done / millions, "suggested": said},
        )
    for key in sorted({*harm.done, *harm.said}, key=lambda key: (key[0] == "other", key[0], -harm.done[key], key[1])):
        cells = {"made": harm.done[key], "per million": harm.done[key] / millions, "suggested": harm.said[key]}
        table.put(section, f"  {key[0]} {key[1]}", {**cells})
        for example in sorted(harm.examples[key], key=len):
            table.note(section, f"{key[1]}: {example}")
    table.put(section, "articles changed", {"made": harm.changed})
    table.put(section, "law faults", {"made": len(harm.faults)})
    table.note(
        section, f"{harm.articles:,} articles, {harm.chars:,} characters; {harm.second_runs:,} run a second time"
    )
    for fault in harm.faults[:_MOST]:
        table.note(section, f"fault: {fault}")
