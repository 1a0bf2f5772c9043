"""Structure of pages, and issues put together, against gold, in one table.

python -m tests.benchmarks.issues SAMPLES [--engines a,b] [--only pages,pages/en] [--json FILE] [--against OLD.json]

SAMPLES is a folder laid out as `samples.py` says, with issueNN.gold.json beside the pages. "kinds" are micro and macro
F1 over the blocks that gold and the output share, "strict" over all blocks, so that one cut in two or glued to another
counts as well. "grouping" is F1 over pairs of blocks in one article, of all pages added up and as the mean over pages.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from repair.core.chain import Chain
from repair.files.decoding import decode
from repair.formats.document import document
from repair.issues.assemble import edition_of_page
from repair.issues.bound import Bound, Leaf
from repair.issues.manifest import RawPage
from repair.issues.repairing import repaired
from repair.measure import mean
from repair.measure.issue import IssueScore, issue_score
from repair.measure.structure import Structure, structure
from repair.rulebook.load import load_chain

from . import samples
from .laws import repaired as repaired_page
from .table import Cell, Table, kept_options

_FOLDERS = ("pages", "pages/en")


class Measured(NamedTuple):
    """What was measured of an engine: its pages, and its issues, all of whose pages it read."""

    pages: list[Structure]
    issues: list[IssueScore]
    upright: list[IssueScore]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    given = _parser().parse_args(arguments)
    chain, table = load_chain(), Table()
    engines = given.engines.split(",") if given.engines else samples.ENGINES
    for folder in given.only.split(",") if given.only else _FOLDERS:
        right = []
        for engine in (engine for engine in engines if any((given.samples / folder).glob(f"*.{engine}.txt"))):
            found = _measured(given.samples / folder, engine, chain, given.quiet)
            table.put(folder, engine, _cells(found))
            right += [found] if engine in samples.RIGHT_ORDER else []
        if right:
            together = Measured(*(reduce(add, lists) for lists in zip(*right, strict=True)))
            table.put(folder, "engines in the right order", _cells(together))
            kinds = reduce(add, together.pages).kinds
            table.put(
                f"{folder}, F1 by kind, engines in the right order", "strict", {k: kinds[k].f1 for k in sorted(kinds)}
            )
    _scans(table, given.samples, chain)
    table.tell(given, {"samples": str(given.samples)})
    return 0


def _measured(folder: Path, engine: str, chain: Chain, quiet: bool) -> Measured:
    pages = []
    for path in tqdm(sorted(folder.glob(f"*.{engine}.txt")), desc=f"{folder.name} {engine}", disable=quiet or None):
        own = path.with_suffix(".gold.json")
        gold = json.loads(
            (own if own.is_file() else path.with_name(f"{path.name.split('.')[0]}.gold.json")).read_bytes()
        )
        pages.append(_structure(path, gold, chain))
    issues, upright = [], []
    for path in sorted(folder.glob("issue*.gold.json")):
        gold = json.loads(path.read_bytes())
        texts = [folder / f"{page}.{engine}.txt" for page in gold["pages"]]
        if all(text.is_file() for text in texts):
            issues.append(_issue(path.stem, texts, gold, chain))
            pages_gold = [json.loads((folder / f"{page}.gold.json").read_bytes()) for page in gold["pages"]]
            upright += [] if any(page.get("vertical") for page in pages_gold) else issues[-1:]
    return Measured(pages, issues, upright)


def _structure(path: Path, gold: dict[str, Any], chain: Chain) -> Structure:
    run = repaired_page(path.read_bytes(), chain, name=path.name)
    _, encoding = decode(path.read_bytes(), name=str(path))
    edition = edition_of_page(run.result, Bound(path.name, (Leaf(run.result, encoding),)))
    return structure(gold, document(edition, chain))


def _issue(name: str, texts: Sequence[Path], gold: dict[str, Any], chain: Chain) -> IssueScore:
    raw = [RawPage(text.name, *decode(text.read_bytes(), name=str(text))) for text in texts]
    edition = repaired(name, raw, chain)
    assert edition.error is None, (name, edition.error)
    return issue_score(gold, document(edition, chain))


def _cells(found: Measured) -> dict[str, Cell]:
    whole = reduce(add, found.pages)
    groupings = [page.grouping_f1 for page in found.pages if page.pairs.gold]
    cells: dict[str, Cell] = {
        "pages": len(found.pages),
        "kinds": whole.shared_micro,
        "macro": whole.shared_macro,
        "strict": whole.micro_f1,
        "strict macro": whole.macro_f1,
        "grouping": whole.grouping_f1,
        "mean": sum(groupings) / max(1, len(groupings)),
    }
    if found.issues:
        jumps = reduce(add, (issue.jumps for issue in found.issues))
        reprints = reduce(add, (issue.reprints for issue in found.issues))
        cells |= {
            "issues": len(found.issues),
            "whole": mean([issue.whole for issue in found.issues]).para_f1,
            "near": mean([issue.whole for issue in found.issues]).near_f1,
            "jump P": jumps.precision,
            "jump R": jumps.recall,
            "jumps": jumps.gold,
            "reprint P": reprints.precision,
            "reprint R": reprints.recall,
            "reprints": reprints.gold,
            "traps": sum(issue.traps for issue in found.issues),
        }
    if found.upright:
        cells["whole, not vertical"] = mean([issue.whole for issue in found.upright]).para_f1
    return cells


def _scans(table: Table, folder: Path, chain: Chain) -> None:
    """The real pages that have gold."""
    for path in sorted((folder / "scans").glob("*.txt")):
        gold = folder / "gold" / f"{path.stem}.json"
        if gold.is_file():
            found = _structure(path, json.loads(gold.read_bytes()), chain)
            table.put("real pages", path.stem, _cells(Measured([found], [], [])))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.issues", description=__doc__.split("\n")[0])
    parser.add_argument("samples", type=Path, help="folder of samples")
    parser.add_argument("--engines", default="", help="engines to measure, with commas between; all by default")
    parser.add_argument("--only", default="", help="folders to measure, with commas between; pages,pages/en by default")
    kept_options(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    return parser


if __name__ == "__main__":
    sys.exit(main())
