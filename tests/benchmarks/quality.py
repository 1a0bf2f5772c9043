"""Quality, laws, harm and join safety in one table.

python -m tests.benchmarks.quality SAMPLES [--chain NAME] [--engines a,b] [--json FILE] [--against OLD.json]

SAMPLES is a folder laid out as `samples.py` says. Figures are means over pages, raw → repaired; a group with vertical
pages has a second row without them. Every page is held to the five laws ("stable": how many pages a second run leaves
as they are); where there are faults the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple, TypeVar

from tqdm import tqdm

from repair.core.chain import Chain
from repair.core.change import Outcome
from repair.core.rule import Phase
from repair.measure import Score, mean, score
from repair.rulebook.load import load_chain

from . import harm, joins, samples
from .laws import Run, broken, first_difference, repaired, unstable
from .samples import Sample
from .table import Cell, Table, kept_options

FIGURES = [field.name for field in fields(Score) if field.name != "chars"]
Pair = tuple[Score, Score]


class Fault(NamedTuple):
    """What is wrong with a page: the law with the rule at fault, and what shows it."""

    page: str
    kind: str
    shown: str


class Faults:
    """Faults as they are found, and how many pages were looked at."""

    def __init__(self) -> None:
        self.pages = 0
        self.found: list[Fault] = []

    def check(self, page: str, run: Run) -> bool:
        """Hold a run to the laws; gives back whether a second run changes nothing."""
        self.pages += 1
        for said in broken(run):
            law, _, rest = said.partition(": ")
            self.found.append(Fault(page, f"{law}, {rest.split()[0]}" if rest else law, rest or said))
        if again := unstable(run):
            self.found.append(Fault(page, f"law 3, {again[0].split(', ')[0]}", first_difference(*again[1:])))
        return not again

    def compare(self, page: str, raw: Score, out: Score) -> None:
        """What raw had of gold must not be lost."""
        if out.lost > raw.lost + 1e-9:
            self.found.append(Fault(page, "lost more than raw", f"{raw.lost:.5f} -> {out.lost:.5f}"))

    def report(self, table: Table, whole: bool) -> None:
        """A row for each sort of fault, and a few of each (the shortest), or the whole."""
        table.put("laws", "pages", {"pages": self.pages})
        by_kind: dict[str, list[Fault]] = {}
        for fault in self.found:
            by_kind.setdefault(fault.kind, []).append(fault)
        for kind, faults in sorted(by_kind.items(), key=lambda item: (-len(item[1]), item[0])):
            table.put("laws", kind, {"pages": len(faults)})
            shown = faults if whole else sorted(faults, key=lambda fault: len(fault.shown))[:2]
            for fault in shown:
                table.note("laws", f"{kind}: {fault.page}: {fault.shown}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    given = _parser().parse_args(arguments)
    chain = load_chain(given.chain)
    table, faults = Table(), Faults()
    engines = given.engines.split(",") if given.engines else None
    seams: list[tuple[str, joins.Seam]] = []
    for name, by_engine in samples.groups(given.samples).items():
        if given.only and name not in given.only.split(","):
            continue
        for engine, pages in by_engine.items():
            if name == "scans":
                _scans(table, pages, chain, faults)
            elif engines is None or engine in engines:
                seams += _engine(table, name, engine, pages, chain, faults)
    for kind in dict.fromkeys(kind for kind, _ in seams):
        joins.report(table, f"join safety, {kind}", [seam for of, seam in seams if of == kind])
    if given.harm_chars:
        articles = samples.articles(given.samples, given.harm_chars, given.harm_source, given.harm_every)
        done = harm.measure(_shown(articles, given.quiet, "articles"), chain)
        harm.report(table, "harm on clean articles", done)
    if given.all_texts:
        for path in _shown(list(samples.texts(given.samples)), given.quiet, "all texts"):
            faults.check(str(path.relative_to(given.samples)), repaired(path.read_bytes(), chain))
    faults.report(table, given.faults)
    settings = {name: str(value) for name, value in vars(given).items() if name not in ("json", "against", "quiet")}
    table.tell(given, settings)
    return int(bool(faults.found))


T = TypeVar("T")


def _shown(work: Iterable[T], quiet: bool, what: str) -> Iterable[T]:
    progress: Iterable[T] = tqdm(work, desc=what, disable=quiet or None, leave=False)
    return progress


def _scans(table: Table, pages: Sequence[Sample], chain: Chain, faults: Faults) -> None:
    """Rows of the real pages: figures where there is gold, counts of changes for all."""
    pairs = []
    for page in pages:
        run = repaired(page.data, chain, name=page.name)
        stable = faults.check(page.name, run)
        if page.gold:
            pair = _scored(page, run, faults, page.name)
            pairs.append(pair)
            table.put("real pages", page.name, _cells([pair]))
        table.put("changes on real pages", page.name, _counts(run) | {"stable": "yes" if stable else "no"})
    if pairs:
        table.put("real pages", "mean", _cells(pairs))


def _counts(run: Run) -> dict[str, Cell]:
    phases = {rule.id: rule.phase for rule in run.chain.rules}
    by_phase: Counter[Phase] = Counter(phases[record.rule] for record in run.result.applied if record.edits)
    suggested = [record for record in run.result.records if record.outcome is Outcome.SUGGESTED]
    lines = [sum(1 for line in text.split("\n") if line.strip()) for text in (run.given, run.result.text)]
    return {
        "chars": len(run.raw),
        "lines": (lines[0], lines[1]),
        **{str(phase): by_phase[phase] for phase in Phase if phase is not Phase.STRUCTURE},
        "marks": len(run.result.page.marks),
        "removed": sum(len(record.change.removes) for record in run.result.applied),
        "suggested": len(suggested),
    }


def _engine(
    table: Table, name: str, engine: str, pages: Sequence[Sample], chain: Chain, faults: Faults
) -> list[tuple[str, joins.Seam]]:
    """The row of an engine; gives back the seams on Chinese pages where the order is right, with their kind of page."""
    seams: list[tuple[str, joins.Seam]] = []
    pairs: list[tuple[bool, Pair]] = []
    stable = 0
    for page in pages:
        where = f"{name}/{page.name}"
        run = repaired(page.data, chain, name=where)
        stable += faults.check(where, run)
        pairs.append((page.vertical, _scored(page, run, faults, where)))
        if name == "pages" and engine in samples.RIGHT_ORDER and page.gold:
            kind = "vlm" if engine == "vlm" else "text layers, vertical page" if page.vertical else "text layers"
            seams += [(kind, seam) for seam in joins.joined(run, page.gold)]
    table.put(name, engine, {**_cells([pair for _, pair in pairs]), "stable": stable})
    if any(vertical for vertical, _ in pairs) and not all(vertical for vertical, _ in pairs):
        table.put(name, f"{engine}, not vertical", _cells([pair for vertical, pair in pairs if not vertical]))
    return seams


def _scored(page: Sample, run: Run, faults: Faults, where: str) -> Pair:
    assert page.gold
    pair = score(page.gold, run.given), score(page.gold, run.result.text)
    faults.compare(where, *pair)
    return pair


def _cells(pairs: Sequence[Pair]) -> dict[str, Cell]:
    raw, out = mean([pair[0] for pair in pairs]), mean([pair[1] for pair in pairs])
    figures: dict[str, Cell] = {name: (getattr(raw, name), getattr(out, name)) for name in FIGURES}
    return {"pages": len(pairs), **figures}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.quality", description=__doc__.split("\n")[0])
    parser.add_argument("samples", type=Path, help="folder of samples")
    parser.add_argument("--chain", default="newspaper", help="name of a chain, or path of a chain file")
    parser.add_argument("--engines", default="", help="engines to measure, with commas between; all by default")
    parser.add_argument("--only", default="", help="collections to measure: scans, pages, pages/en, pages/jingbao")
    parser.add_argument("--harm-chars", type=int, default=5_000_000, help="characters of clean articles; 0 for none")
    parser.add_argument("--harm-source", default="", help="take clean articles of this source only")
    parser.add_argument("--harm-every", type=int, default=1, help="take every so-manieth clean article")
    parser.add_argument(
        "--all-texts", action="store_true", help="hold every text file, those to train on too, to the laws"
    )
    kept_options(parser)
    parser.add_argument("--faults", action="store_true", help="print every fault, not two of each sort")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    return parser


if __name__ == "__main__":
    sys.exit(main())
