"""`repair score`: repaired pages or issues against gold."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

from repair.cli.exits import Exit
from repair.core.bounded import FILE, json_of, read_file
from repair.core.errors import ReadError, UsageError
from repair.files.decoding import decode
from repair.files.terminal import spelt_in_json, tell
from repair.formats.document import SCHEMA
from repair.measure import Score, mean, score, shown
from repair.measure.issue import IssueScore, issue_score
from repair.measure.structure import Structure, structure

__all__ = ["main"]

_OUTPUTS = (".txt", ".md", ".json")


def main(arguments: Namespace) -> Exit:
    """Print the figures of each page or issue, and for folders those of all together."""
    pairs = _pairs(arguments.gold, arguments.output)
    texts: list[Score] = []
    structures: list[Structure] = []
    issues: list[IssueScore] = []
    for name, gold_path, output in pairs:
        gold, said = _gold(gold_path), _output(output)
        try:
            figures = _measure(gold, said, texts, structures, issues)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ReadError(f"{gold_path} or {output}: {error!r} is missing or not as it must be.") from error
        _print(name, figures, arguments.json, alone=len(pairs) == 1)
    if arguments.gold.is_dir():
        together = asdict(mean(texts)) if texts else {}
        together |= _of_structure(reduce(add, structures)) if structures else {}
        _print("mean", together | _of_issues(issues), arguments.json, alone=False)
    return Exit.OK


def _measure(
    gold: dict[str, Any],
    said: str | dict[str, Any],
    texts: list[Score],
    structures: list[Structure],
    issues: list[IssueScore],
) -> dict[str, float]:
    """The figures of one output, which are added to those of the others."""
    if isinstance(said, str):
        texts.append(score(gold, said))
        return asdict(texts[-1])
    if "pages" in gold:
        issues.append(issue_score(gold, said))
        texts.append(issues[-1].whole)
        return asdict(texts[-1]) | _of_issues(issues[-1:])
    lines = [block["text"] for article in said["articles"] for block in article["blocks"]]
    texts.append(score(gold, "\n".join(lines)))
    structures.append(structure(gold, said))
    return asdict(texts[-1]) | _of_structure(structures[-1])


def _of_structure(found: Structure) -> dict[str, float]:
    return {
        "kinds": found.shared_micro,
        "kinds_macro": found.shared_macro,
        "kinds_strict": found.micro_f1,
        "kinds_strict_macro": found.macro_f1,
        "grouping_f1": found.grouping_f1,
    }


def _of_issues(issues: list[IssueScore]) -> dict[str, float]:
    if not issues:
        return {}
    jumps, reprints = reduce(add, (one.jumps for one in issues)), reduce(add, (one.reprints for one in issues))
    return {
        "jump_precision": jumps.precision,
        "jump_recall": jumps.recall,
        "jumps": jumps.gold,
        "reprint_precision": reprints.precision,
        "reprint_recall": reprints.recall,
        "reprints": reprints.gold,
        "traps_merged": sum(one.traps for one in issues),
    }


def _print(name: str, figures: Mapping[str, float], as_json: bool, *, alone: bool) -> None:
    if as_json:
        tell(spelt_in_json(json.dumps({"page": name, **figures}, ensure_ascii=False)))
        return
    tell(shown(figures) if alone else f"{name}  {shown(figures)}")


def _pairs(gold: Path, output: Path) -> list[tuple[str, Path, Path]]:
    """Name, gold and output of each page. In folders `NAME.gold.json` or `NAME.json` belongs to `NAME.txt`, `NAME.md`,
    or `NAME.out.json`, and to the folder `NAME`, where `repair issue -o` wrote it."""
    if not gold.is_dir():
        return [(output.stem, gold, output / "issue.json" if output.is_dir() else output)]
    if not output.is_dir():
        raise UsageError(f"{gold} is a folder, so the outputs must be one too, and {output} is not.")
    names = {path.name.removesuffix(".json").removesuffix(".gold"): path for path in sorted(gold.glob("*.json"))}
    pairs = [(name, path, found) for name, path in names.items() for found in _outputs_of(output, name, path)]
    if not pairs:
        raise UsageError(f"No NAME.txt in {output} has a NAME.gold.json or NAME.json in {gold}.")
    return pairs


def _outputs_of(folder: Path, name: str, gold: Path) -> Iterator[Path]:
    options = [folder / f"{name}{suffix}" for suffix in _OUTPUTS] + [folder / name / "issue.json"]
    yield from [path for path in options if path.is_file() and path.resolve() != gold.resolve()][:1]


def _gold(path: Path) -> dict[str, Any]:
    said = _json(path)
    if "articles" not in said:
        raise ReadError(f'{path}: not a gold page: it must have "articles", each with "blocks", each with "text".')
    return said


def _output(path: Path) -> str | dict[str, Any]:
    if path.suffix == ".json":
        said = _json(path)
        if said.get("schema") != SCHEMA:
            raise ReadError(f"{path}: not a document of --format json in the form of this program (schema {SCHEMA}).")
        return said
    return decode(_bytes(path), name=str(path))[0]


def _json(path: Path) -> dict[str, Any]:
    try:
        said = json_of(_bytes(path))
    except ValueError as error:
        raise ReadError(f"{path}: not JSON: {error}.") from error
    return said if isinstance(said, dict) else {}


def _bytes(path: Path) -> bytes:
    return read_file(path, FILE, "", ReadError)
