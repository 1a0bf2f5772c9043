"""Whether confidence means what it says: of the changes of each rule and level, how many are right by gold.

    python -m tests.benchmarks.calibration DATA [--only pages_train,pages,pages/en,pages/jingbao,scans,made] [--jobs 2]

Every change that the chain makes or suggests on every page is judged by the place in gold of what it touches
(`verdicts.py`). A level is held to the lower end of the 95 % interval of Wilson: .99 for safe, .95 for likely. Of each
rule a table says how many of its changes of each confidence are right, and from which confidence on a level would hold.
The articles to which "made" does damage are those of the corpus that the chain leaves as they are (`damage.py`).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from repair.core.chain import Chain
from repair.core.change import Outcome, Safety
from repair.core.engine import Record, run
from repair.core.page import Page
from repair.core.safety import LIKELY_FROM, SAFE_FROM
from repair.core.text import Edit, Text
from repair.files.decoding import decode
from repair.joins.surety import wilson
from repair.rulebook.load import load_chain

from . import damage, samples
from .places import place
from .samples import Sample
from .table import Cell, Table, kept_options
from .verdicts import Judge, Judgement, Truth

__all__ = ["CLAIMS", "Judged", "judged", "threshold", "thresholds"]

CLAIMS = {Safety.SAFE: SAFE_FROM, Safety.LIKELY: LIKELY_FROM}
"""What share of the changes of a level must be right."""
FEW = 300  # below so many cases the pages alone do not tell
BINS = (0.999, 0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.3, 0.0)
COLLECTIONS = ("pages_train", "pages", "pages/en", "pages/jingbao", "scans", "made")
GROUPS = ("right order", "columns", "OCR", "vertical", "English", "Jing bao", "real", "made")
_OCR = ("rapidocr", "tesseract", "tesseract-psm4", "tesseract-psm6", "gocr", "ocrad")
_EXAMPLES = 3
_REACH = 12


class Judged(NamedTuple):
    """A change of a page, and what gold says of it. `group` is one of `GROUPS`, `shown` its surroundings."""

    page: str
    group: str
    rule: str
    level: Safety
    outcome: Outcome
    confidence: float
    judgement: Judgement
    shown: str


class Case(NamedTuple):
    """A raw page with its gold; `whole` is gold with what the reader lost, where that is another."""

    name: str
    group: str
    data: bytes
    gold: dict[str, Any]
    whole: dict[str, Any] | None = None


Step = tuple[float, int, int]
"""A confidence, and how many changes of it are right, and judged."""


def threshold(counts: Sequence[Step], claim: float) -> Step | None:
    """The least confidence from which on a claim holds, with the changes from there on that are right and judged.

    >>> threshold([(0.9, 0, 20), (0.98, 200, 200), (0.99, 400, 400)], 0.99)
    (0.98, 600, 600)
    """
    best, right, seen = None, 0, 0
    for confidence, some, all_ in sorted(counts, reverse=True):
        right, seen = right + some, seen + all_
        if wilson(right, seen) >= claim:
            best = confidence, right, seen
    return best


def thresholds(counts: Sequence[Step]) -> Iterator[tuple[Safety, Step | None]]:
    """The confidence from which on each level holds: likely by what is below safe.

    >>> dict(thresholds([(0.96, 290, 300), (0.99, 400, 400)]))[Safety.LIKELY]
    """
    below = 2.0
    for level, claim in CLAIMS.items():
        found = threshold([step for step in counts if step[0] < below], claim)
        yield level, found
        below = found[0] if found else below


def judged(case: Case, chain: Chain) -> Iterator[Judged]:
    """Every change that a chain makes or suggests on a page, with what gold says of it."""
    raw, encoding = decode(case.data, name=case.name)
    page = Page.of(raw, case.name, encoding.newline)
    result = run(page, chain)
    judge = Judge(page, place(page, case.gold), place(page, case.whole) if case.whole else None)
    phases = {rule.id: rule.phase for rule in chain.rules}
    text = page.text
    for _, group in groupby(result.records, key=lambda record: record.step):
        records = list(group)
        for record in records:
            if record.outcome in (Outcome.APPLIED, Outcome.SUGGESTED):
                yield Judged(
                    case.name,
                    case.group,
                    record.rule,
                    record.change.safety,
                    record.outcome,
                    round(float(record.change.confidence), 4),
                    judge.judge(record, text, phases[record.rule]),
                    _shown(text, record, raw),
                )
        made = [Edit(d.start, d.end, d.after) for r in records if r.outcome is Outcome.APPLIED for d in r.edits]
        text = text.apply(sorted(made, key=lambda edit: edit[:2]))


def _shown(text: Text, record: Record, raw: str) -> str:
    """The surroundings of the first edits of a change, in the text that its rule was given."""
    value, told = text.value, []
    for start, end, before, after in record.edits[:2]:
        said = after if isinstance(after, str) else value[after.start : after.end]
        before = before if len(before) <= 4 * _REACH else f"{before[:_REACH]}…{before[-_REACH:]}"
        around = value[max(0, start - _REACH) : start], value[end : end + _REACH]
        told.append(f"{around[0]}[{before}→{said[: 4 * _REACH]}]{around[1]}")
    if not record.edits:
        told = [f"{raw[max(0, a - _REACH) : a]}[{raw[a:b]}]{raw[b : b + _REACH]}" for a, b in record.raw[:1]]
    return " ‖ ".join(told).replace("\n", "/")


# ---- the pages -------------------------------------------------------------------------------------------------------


def _cases(data: Path, only: Sequence[str], engines: Sequence[str], every: int) -> Iterator[Sample | tuple[str, str]]:
    """The pages of the collections, as what can be sent to another process; "made" is asked for by its number."""
    folders = {name: [data / name] for name in COLLECTIONS if name.startswith("pages")}
    folders["pages_train"] = sorted(path for path in (data / "pages_train").glob("*") if path.is_dir())
    for name in only:
        if name == "scans":
            yield from (sample for sample in samples.groups(data)["scans"][""] if sample.gold_path)
        for folder in folders.get(name, []):
            for engine, pages in samples.by_engine(folder).items():
                if not engines or engine in engines:
                    yield from pages[::every]


def _case(sample: Sample) -> Case:
    assert sample.gold_path and sample.gold
    page, _, engine = sample.path.stem.partition(".")
    whole = sample.gold_path.with_name(f"{page}.gold.json")
    folder = sample.path.parent.name
    name = f"{folder}/{sample.name}"
    lost = json.loads(whole.read_bytes()) if whole != sample.gold_path and whole.is_file() else None
    return Case(name, _group(folder, engine, sample.vertical), sample.data, sample.gold, lost)


def _group(folder: str, engine: str, vertical: bool) -> str:
    if folder in ("scans", "en", "jingbao"):
        return {"scans": "real", "en": "English", "jingbao": "Jing bao"}[folder]
    if engine in _OCR:
        return "OCR"
    if vertical:
        return "vertical"
    return "right order" if engine in samples.RIGHT_ORDER else "columns"


@cache
def _chain(name: str) -> Chain:
    return load_chain(name)


def _judge_sample(sample: Sample, chain: str) -> list[Judged]:
    return list(judged(_case(sample), _chain(chain)))


def _judge_made(article: dict[str, Any], chain: str) -> list[Judged]:
    """The changes on an article that damage was done to; none where the chain changes it as it is."""
    rules = _chain(chain)
    clean = damage.clean(article)
    if any(record.edits for record in run(Page.of(clean.raw), rules).applied):
        return []
    found: list[Judged] = []
    for made in damage.damaged(article):
        found += judged(Case(made.name, "made", made.raw.encode(), made.gold), rules)
    return found


# ---- the tables ------------------------------------------------------------------------------------------------------


@dataclass
class Counts:
    """How many changes are right, wrong and not to be told: by rule, level, group and confidence."""

    found: Counter[tuple[str, Safety, str, float, Truth]] = field(default_factory=Counter)
    examples: dict[tuple[str, Safety], list[str]] = field(default_factory=lambda: defaultdict(list))
    seams: dict[tuple[str, Safety], tuple[float, int]] = field(default_factory=dict)

    def add(self, one: Judged) -> None:
        """Count a change; keep the first wrong ones to be shown."""
        self.found[one.rule, one.level, one.group, one.confidence, one.judgement.truth] += 1
        if one.judgement.seams:
            good, seams = self.seams.get((one.rule, one.level), (0.0, 0))
            self.seams[one.rule, one.level] = good + one.judgement.good, seams + one.judgement.seams
        shown = self.examples[one.rule, one.level]
        if one.judgement.truth is Truth.WRONG and len(shown) < _EXAMPLES:
            shown.append(f"{one.page}, {one.confidence:g}: {one.shown} ({one.judgement.why})")

    def rules(self) -> list[tuple[str, Safety]]:
        """The rules and levels, the surest first."""
        return sorted({key[:2] for key in self.found}, key=lambda key: (key[0], key[1].rank))

    def groups(self) -> list[str]:
        """The groups that were met."""
        met = {key[2] for key in self.found}
        return [group for group in GROUPS if group in met]

    def of(
        self, rule: str, level: Safety | None = None, group: str = "", low: float = 0.0, high: float = 2.0
    ) -> Counter[Truth]:
        """The changes of a rule: of a level, of a group, from one confidence to below another."""
        counts: Counter[Truth] = Counter()
        for (of, at, where, confidence, truth), count in self.found.items():
            if of == rule and level in (None, at) and group in ("", where) and low <= confidence < high:
                counts[truth] += count
        return counts

    def by_confidence(self, rule: str) -> list[tuple[float, int, int]]:
        """For each confidence of a rule how many changes are right, and how many were judged."""
        counts: dict[float, Counter[Truth]] = defaultdict(Counter)
        for (of, _, _, confidence, truth), count in self.found.items():
            if of == rule:
                counts[confidence][truth] += count
        return [(at, some[Truth.RIGHT], some[Truth.RIGHT] + some[Truth.WRONG]) for at, some in counts.items()]


def report(table: Table, name: str, counts: Counts) -> None:
    """The tables of a collection, or of some together."""
    for rule, level in counts.rules():
        some = counts.of(rule, level)
        table.put(f"{name}: levels", f"{rule}, {level}", _cells(some) | {"claim": _claim(some, level)})
        for shown in counts.examples[rule, level]:
            table.note(f"{name}: levels", f"wrong: {rule}, {level}: {shown}")
        if (rule, level) in counts.seams:
            good, seams = counts.seams[rule, level]
            cells: dict[str, Cell] = {"new neighbours": seams, "good": f"{good:,.0f}", "share": f"{good / seams:.4f}"}
            table.put(f"{name}: neighbours that moves make", f"{rule}, {level}", cells)
        by_group = {group: _short(counts.of(rule, level, group)) for group in counts.groups()}
        table.put(f"{name}: right of judged, by kind of page", f"{rule}, {level}", {**by_group})
    for rule in dict.fromkeys(rule for rule, _ in counts.rules()):
        steps = counts.by_confidence(rule)
        cells = {}
        for level, found in thresholds(steps):
            cells[f"{level} from"] = f"{found[0]:g}" if found else "never"
            cells[f"{level}: right of"] = f"{found[1]:,} of {found[2]:,}" if found else ""
        table.put(f"{name}: confidence from which a level holds", rule, cells)
        if len(steps) > 1:
            tops = (2.0, *BINS)
            for low, high in zip(BINS, tops, strict=False):
                if some := counts.of(rule, low=low, high=high):
                    table.put(f"{name}: {rule} by confidence", f"from {low:g}", _cells(some))


def _cells(some: Counter[Truth]) -> dict[str, Cell]:
    right, wrong = some[Truth.RIGHT], some[Truth.WRONG]
    known = right + wrong
    return {
        "changes": some.total(),
        "judged": known,
        "right": right,
        "wrong": wrong,
        "share": f"{right / known:.4f}" if known else "-",
        "lower bound": f"{wilson(right, known):.4f}" if known else "-",
    }


def _claim(some: Counter[Truth], level: Safety) -> str:
    if level not in CLAIMS:
        return ""
    right, known = some[Truth.RIGHT], some[Truth.RIGHT] + some[Truth.WRONG]
    if wilson(right, known) >= CLAIMS[level]:
        return "holds"
    if right == known or (known < FEW and right / known >= CLAIMS[level]):
        return "few"  # 381 right ones of 381 are needed for .99
    return "does not hold"


def _short(some: Counter[Truth]) -> str:
    known = some[Truth.RIGHT] + some[Truth.WRONG]
    return f"{some[Truth.RIGHT]:,} of {known:,}" if some else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge and print."""
    given = _parser().parse_args(arguments)
    only = given.only.split(",")
    table, kept = Table(), []
    rules = set(given.rules.split(",")) if given.rules else None
    for name in only:
        counts = Counts()
        for found in _found(given, name):
            for one in found:
                if rules is None or one.rule in rules:
                    counts.add(one)
                    if given.list:
                        kept.append(_line(one))
        report(table, name, counts)
    if given.list:
        given.list.write_text("".join(kept), encoding="utf-8")
    table.tell(given, {"only": given.only, "chain": given.chain, "rules": given.rules})
    return 0


def _found(given: argparse.Namespace, name: str) -> Iterator[list[Judged]]:
    """The judged changes of each page of a collection."""
    if name == "made":
        work: list[Any] = list(damage.articles(given.data, given.made))
        judge = partial(_judge_made, chain=given.chain)
    else:
        engines = given.engines.split(",") if given.engines else []
        work = list(_cases(given.data, [name], engines, given.every))
        judge = partial(_judge_sample, chain=given.chain)
    if given.jobs == 1:
        yield from tqdm(map(judge, work), total=len(work), desc=name, disable=given.quiet or None, leave=False)
        return
    with ProcessPoolExecutor(given.jobs) as pool:
        found: Iterable[list[Judged]] = pool.map(judge, work, chunksize=4)
        yield from tqdm(found, total=len(work), desc=name, disable=given.quiet or None, leave=False)


def _line(one: Judged) -> str:
    said = one._asdict() | one.judgement._asdict()
    del said["judgement"]
    return json.dumps(said, ensure_ascii=False) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.calibration", description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="folder with pages_train, pages, corpus")
    parser.add_argument("--only", default="pages_train", help=f"collections, a table each: {', '.join(COLLECTIONS)}")
    parser.add_argument("--chain", default="newspaper", help="name of a chain, or path of a chain file")
    parser.add_argument("--rules", default="", help="rules to tell of, with commas between; all by default")
    parser.add_argument("--engines", default="", help="engines to measure, with commas between; all by default")
    parser.add_argument("--every", type=int, default=1, help="take every so-manieth page only")
    parser.add_argument("--made", type=int, default=1500, help="articles of the corpus that damage is done to")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--list", type=Path, help="keep every change with its judgement in this file, a JSON row each")
    kept_options(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    return parser


if __name__ == "__main__":
    sys.exit(main())
