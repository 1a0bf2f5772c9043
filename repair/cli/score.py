"""`repair score`: a repaired page, or a folder of them, against gold."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from repair.cli.exits import Exit
from repair.errors import ReadError, UsageError
from repair.reading import decode
from repair.score import Score, mean, score, shown

__all__ = ["main"]


def main(arguments: Namespace) -> Exit:
    """Print the figures; for folders those of each page, then the means."""
    pairs = _pairs(arguments.gold, arguments.output)
    scores = {name: _score(gold, output) for name, gold, output in pairs}
    if arguments.gold.is_dir():
        scores["mean"] = mean(list(scores.values()))
    for name, one in scores.items():
        if arguments.json:
            print(json.dumps({"page": name, **asdict(one)}, ensure_ascii=False))
        else:
            print(f"{name}  {shown(one)}" if len(scores) > 1 else shown(one))
    return Exit.OK


def _pairs(gold: Path, output: Path) -> list[tuple[str, Path, Path]]:
    """Name, gold and output of each page. In folders `NAME.gold.json` or `NAME.json` belongs to `NAME.txt`."""
    if not gold.is_dir():
        return [(output.stem, gold, output)]
    if not output.is_dir():
        raise UsageError(f"{gold} is a folder, so the outputs must be one too, and {output} is not.")
    names = {path.name.removesuffix(".json").removesuffix(".gold"): path for path in sorted(gold.glob("*.json"))}
    pairs = [(name, path, output / f"{name}.txt") for name, path in names.items() if (output / f"{name}.txt").is_file()]
    if not pairs:
        raise UsageError(f"No NAME.txt in {output} has a NAME.gold.json or NAME.json in {gold}.")
    return pairs


def _score(gold: Path, output: Path) -> Score:
    try:
        page, data = json.loads(gold.read_bytes()), output.read_bytes()
    except OSError as error:
        raise ReadError(f"{error.filename}: cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ReadError(f"{gold}: not JSON: {error}.") from error
    if not isinstance(page, dict) or "articles" not in page:
        raise ReadError(f'{gold}: not a gold page: it must have "articles", each with "blocks", each with "text".')
    try:
        return score(page, decode(data, name=str(output))[0])
    except (KeyError, TypeError) as error:
        raise ReadError(f"{gold}: not a gold page: {error} is missing or not as it must be.") from error
