"""Run a case and say what came of it.

Each case is held to three things: unchanged where no output is stated, the output stated elsewhere; the output stable
on a second run; every law and contract kept.
"""

from __future__ import annotations

from dataclasses import replace

from repair.cases.case import Case, CaseOutcome, Gold, Verdict
from repair.cases.page import compare_page
from repair.core.change import PROTECTED, Mark, Outcome
from repair.core.engine import Repaired, run
from repair.core.page import Page
from repair.core.rule import Phase

__all__ = ["run_case", "with_marks"]


def run_case(case: Case) -> CaseOutcome:
    """Run a case. A known failure that passes fails: its mark must go."""
    outcome = _run(case)
    if not case.xfail:
        return outcome
    if outcome.ok:
        said = f"{case.path}:{case.line}: Surprise: {case.title}\n  a known failure passes ({case.xfail})."
        return CaseOutcome(case, Verdict.SURPRISE, f"{said} Make it an ordinary case.")
    return replace(outcome, verdict=Verdict.KNOWN)


def _run(case: Case) -> CaseOutcome:
    result = run(Page.of(case.raw, newline=case.newline), case.chain, apply=case.apply)
    verdict, said = _broken(result) or _compared(case, result) or _again(case, result) or (Verdict.PASSED, "")
    if verdict is Verdict.PASSED:
        return CaseOutcome(case, verdict)
    return CaseOutcome(case, verdict, f"{case.path}:{case.line}: {verdict.value}: {case.title}\n{said}")


def _broken(result: Repaired) -> tuple[Verdict, str] | None:
    """A broken law, a rule left out, a change that the contract of its phase refused."""
    if result.error:
        return Verdict.BROKEN, f"  {result.error}"
    if result.skipped:
        return Verdict.BROKEN, "\n".join(f"  {rule} {reason}" for rule, reason in result.skipped)
    refused = [record for record in result.records if record.outcome is Outcome.REFUSED]
    if refused:
        first = refused[0]
        edits = ", ".join(f"{edit.before!r} -> {edit.after!r}" for edit in first.edits)
        return Verdict.BROKEN, f"  {first.rule}: a change breaks the contract of its phase: {edits}"
    return None


def _compared(case: Case, result: Repaired) -> tuple[Verdict, str] | None:
    """The output against what is stated."""
    given = Page.of(case.raw, newline=case.newline).text.value
    if isinstance(case.gold, Gold):
        return compare_page(result.text, case.gold)
    gold = given if case.gold is None else case.gold
    marked = with_marks(given, result.page.marks) if result.text == given else result.text
    if case.gold is None:
        # On a whole page marks are welcome; a rule that does nothing but mark must leave its counter-example alone.
        found = marked if case.rule and _only_marks(case, result) else result.text
    else:
        found = result.text if result.text == gold else marked
    if found == gold:
        return None
    absent = Verdict.MISSING if found == given else Verdict.WRONG
    return Verdict.NOISY if case.gold is None else absent, _difference(given, gold, found, result)


def _only_marks(case: Case, result: Repaired) -> bool:
    rule = case.chain.rules[0]
    protects = any(mark.kind in PROTECTED for mark in result.page.marks)
    marks = protects or rule.kind == "furniture" or rule.phase is Phase.STRUCTURE
    return marks and not any(record.edits for record in result.records)


def _again(case: Case, result: Repaired) -> tuple[Verdict, str] | None:
    """A second run, which must find nothing left to do."""
    second = run(Page.of(result.text), case.chain, apply=case.apply)
    if second.text == result.text:
        return None
    return Verdict.UNSTABLE, "  a second run changes the output\n" + _difference(
        result.text, result.text, second.text, second
    )


def with_marks(raw: str, marks: tuple[Mark, ...]) -> str:
    r"""The text with each mark written before its stretch: how a case states what a rule marks.

    >>> with_marks("第3版\n新桥通车", (Mark(Span(0, 3), "folio"),))
    '[folio] 第3版\n新桥通车'
    """
    for mark in sorted(set(marks), reverse=True):
        raw = f"{raw[: mark.raw.start]}[{mark.kind}] {raw[mark.raw.start :]}"
    return raw


def _difference(raw: str, gold: str, found: str, result: Repaired) -> str:
    """Raw, expected and found text, the first place where they differ, and the rules that acted."""
    at = next((i for i, (a, b) in enumerate(zip(gold, found, strict=False)) if a != b), min(len(gold), len(found)))
    line, column = gold.count("\n", 0, at) + 1, at - gold.rfind("\n", 0, at)
    rules = list(dict.fromkeys(record.rule for record in result.applied))
    parts = [("raw", _around(raw, at)), ("expected", _around(gold, at)), ("found", _around(found, at))]
    shown = [f"  {name:<9} {text!r}" for name, text in parts]
    shown.append(f"  differs   from line {line}, character {column} on: {gold[at : at + 8]!r} / {found[at : at + 8]!r}")
    if rules:
        shown.append(f"  changed by {', '.join(rules)}")
    return "\n".join(shown)


def _around(text: str, at: int, reach: int = 120) -> str:
    """A text that is short enough, or what stands round a place in it."""
    if len(text) <= 2 * reach:
        return text
    low, high = max(0, at - reach), at + reach
    return ("…" if low else "") + text[low:high] + ("…" if high < len(text) else "")
