"""A ledger told to a person: what changed, where, why, and how to refuse it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from repair.core.change import Outcome, Safety
from repair.core.errors import UsageError, shown
from repair.core.text import Done
from repair.files.terminal import spelt_in_json
from repair.history.ledger import Ledger, Row

__all__ = ["MEANS", "as_json", "by_rule", "counted", "edits_told", "find", "in_full", "overview", "quoted", "visible"]

FEW = 3  # changes shown of a rule before "and so many more"
WIDTH = 24  # characters of a text shown in a list
AROUND = 30  # characters of the raw page shown on either side of a change


def overview(name: str, outcomes: Counter[tuple[str, str]]) -> str:
    """One line on a page; `outcomes` counts (outcome, safety).

    >>> overview("p.txt", Counter({("applied", "safe"): 3, ("applied", "likely"): 1, ("suggested", "suggest"): 2}))
    'p.txt: 4 changes (3 safe, 1 likely), 2 suggestions'
    """
    made = {safety: n for (outcome, safety), n in sorted(outcomes.items(), reverse=True) if outcome == "applied"}
    kinds = ", ".join(f"{made[safety]} {safety}" for safety in Safety if safety in made)
    parts = [counted(sum(made.values()), "change") + (f" ({kinds})" if kinds else "")]
    for outcome, noun in (("suggested", "suggestion"), ("vetoed", "veto"), ("refused", "refused change")):
        if count := sum(n for (found, _), n in outcomes.items() if found == outcome):
            parts.append(counted(count, noun))
    if skipped := sum(n for (found, _), n in outcomes.items() if found == "skipped"):
        parts.append(f"{counted(skipped, 'rule')} left out")
    return f"{shown(name)}: {', '.join(parts)}"


def find(ledger: Ledger, keys: Iterable[str]) -> list[Row]:
    """The changes of these keys, or of the beginnings of keys. `UsageError` for one that is not there."""
    found = []
    for key in keys:
        rows = [row for row in ledger.changes if row.key.startswith(key.lower())]
        if not rows:
            raise UsageError(f"{ledger.name}: no change has the key {key!r}. Keys stand in: repair explain LEDGER")
        found += rows
    return found


def by_rule(ledger: Ledger, rows: Sequence[Row], *, few: int | None = FEW) -> Iterator[str]:
    """The rows grouped by rule, in the order of the chain; of each rule `few` changes, or with None all."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.rule, []).append(row)
    for rule, group in groups.items():
        counts = Counter(row.outcome for row in group)
        yield ""
        yield f"{rule}: {', '.join(f'{n} {outcome}' for outcome, n in counts.items())}"
        first = group if few is None or len(group) <= few + 1 else group[:few]
        mixed = len(counts) > 1 or Outcome.APPLIED not in counts
        for row in first:
            yield f"  {_place(row, ledger):>8}  {row.key:12}  {_told(row)}{f'  [{row.outcome}]' if mixed else ''}"
        if len(first) < len(group):
            yield f"            … and {len(group) - len(first)} more: --rule {rule}"


def in_full(ledger: Ledger, row: Row, raw: str | None = None) -> Iterator[str]:
    """One change with all that the ledger knows; with the `raw` text, its surroundings on the page."""
    header = ledger.header
    means = MEANS.get(row.outcome, "not known to this version; not made")
    yield f"change {row.key}"
    yield f"  rule      {row.rule}, number {row.step + 1} of {len(header.rules)} in the chain {header.chain!r}"
    yield f"  why       {row.reason}"
    yield f"  outcome   {row.outcome} ({means})"
    if row.veto not in ("", row.key):
        yield f"  veto      {row.veto}, whose change does the same here"
    yield f"  safety    {row.safety}, confidence {row.confidence}"
    yield f"  place     line {row.line}, column {row.col} of {_page_of(row, ledger)}"
    for edit in edits_told(row.edits, 10 * WIDTH):
        yield f"  edit      {edit}"
    if row.removes:
        yield f"  removes   {quoted(row.removes, 10 * WIDTH)}"
    if row.copies:
        where = f" of {header.pages[row.copy_page].name}" if header.pages else ""
        yield f"  copy      what stays and says the same begins in line {row.copy_line}{where}"
    if row.mark:
        yield f"  mark      {row.mark}"
    if raw is not None:
        for start, end in row.raw:
            yield f"  raw       {_around(raw, start, end)}"
    if row.outcome == Outcome.SUGGESTED:
        yield f"It was not made. To make it, run with --apply {Safety.SUGGEST}, and refuse what you do not want."
    if row.outcome in (Outcome.APPLIED, Outcome.SUGGESTED):
        yield "To refuse this change, put its key on a line of its own in a file, say veto.txt, and run the page again:"
        yield f"  repair {'issue' if header.pages else 'run'} {shown(header.page)} --veto veto.txt"


def as_json(rows: Iterable[Row]) -> Iterator[str]:
    """The rows as JSON Lines, in which what a terminal would obey is spelt out as JSON does."""
    for row in rows:
        yield spelt_in_json(json.dumps(row._asdict(), ensure_ascii=False))


MEANS = {
    "applied": "the change was made",
    "suggested": "less sure than the run was asked to apply; not made",
    "vetoed": "a veto refuses it, or what it does; not made",
    "yielded": "overlaps a change further left; not made",
    "refused": "breaks what must be kept; not made",
    "skipped": "the rule was left out",
}


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "page"), counted(1200, "veto")
    ('1 page', '1,200 vetoes')
    """
    return f"{number:,} {noun}{'' if number == 1 else 'es' if noun.endswith('o') else 's'}"


def _place(row: Row, ledger: Ledger) -> str:
    page = f"p{row.page + 1}:" if ledger.header.pages else ""
    return f"{page}{row.line}:{row.col}" if row.line else ""


def _page_of(row: Row, ledger: Ledger) -> str:
    return ledger.header.pages[row.page].name if ledger.header.pages else ledger.header.page


def _told(row: Row) -> str:
    edits = edits_told(row.edits, WIDTH)
    parts = edits[:FEW]
    parts += [f"… {len(edits) - FEW} more edits"] if len(edits) > FEW else []
    parts += [f"marked as {row.mark}"] if row.mark else []
    return f"{'; '.join(parts)}  ({row.reason})" if parts else row.reason


def edits_told(edits: Iterable[Done], width: int) -> list[str]:
    """The edits of a change in words; a stretch that is taken out and put elsewhere is one move."""
    edits = list(edits)
    moved = {(done.after.start, done.after.end) for done in edits if not isinstance(done.after, str)}
    texts = {(done.start, done.end): done.before for done in edits}
    said = []
    for start, end, before, after in edits:
        if not isinstance(after, str):
            text = texts.get((after.start, after.end))
            said.append(f"moved {quoted(text, width)}" if text else f"moved {after.end - after.start} characters")
        elif not before:
            said.append(f"inserted {quoted(after, width)}")
        elif after:
            said.append(f"{quoted(before, width)} → {quoted(after, width)}")
        elif (start, end) not in moved:
            said.append(f"taken out {quoted(before, width)}")
    return said


def quoted(text: str, width: int) -> str:
    """A text in brackets, its middle left out where it is longer than `width` characters."""
    if len(text) > width:
        text = f"{text[: width // 2]}…{text[-(width // 2) :]}"
    return f"[{visible(text)}]"


def visible(text: str) -> str:
    r"""A text whose spaces, line ends and control characters can be seen.

    >>> visible("a b\u3000\n\u202e")
    'a␣b□⏎<202E>'
    """
    text = text.replace("\r\n", "⏎").replace("\n", "⏎").replace(" ", "␣").replace("\u3000", "□")
    return "".join(c if c.isprintable() else f"<{ord(c):04X}>" for c in text)


def _around(raw: str, start: int, end: int) -> str:
    before, after = raw[max(0, start - AROUND) : start], raw[end : end + AROUND]
    return f"…{visible(before)}[{visible(raw[start:end])}]{visible(after)}…"
