"""Train tables: python -m repair.training STEP DATA, where STEP is one of those that --list prints, or "all".

DATA is a folder with pages_train/ (laid-out pages as several engines read them, with gold: folders of
pageNNN.ENGINE.txt and pageNNN.gold.json) and corpus/ (clean articles, zh_news.jsonl.gz). "all" goes through the steps
in their order, each on the tables that those before it have written. README.md beside this file says what is trained on
what.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

__all__ = ["STEPS", "Step", "main"]


class Step(NamedTuple):
    """A program of this package, the arguments that it is called with for a folder of data, and what it writes."""

    name: str
    module: str
    arguments: Callable[[Path], list[str]]
    writes: tuple[str, ...]


def _corpus(data: Path) -> list[str]:
    return [str(data / "corpus")]


def _pages(data: Path) -> list[str]:
    return [str(data / "pages_train")]


def _pages_and_corpus(data: Path) -> list[str]:
    return [*_pages(data), *_corpus(data)]


def _issues_and_corpus(data: Path) -> list[str]:
    folders = sorted(str(folder) for folder in (data / "pages_train").iterdir() if folder.is_dir())
    return [*folders, "--corpus", *_corpus(data)]


STEPS = (
    Step("seam", "seam", _corpus, ("zh.npz",)),
    Step("topics", "topics", _corpus, ("topics.npz",)),
    Step("units", "units", _corpus, ("space_before_unit.tsv",)),
    Step("column-bleed", "column_bleed", _pages, ("bleed-follows.tsv", "bleed-links.tsv")),
    Step(
        "line-seams",
        "line_seams",
        _pages_and_corpus,
        ("wraps.tsv", "wraps-latin.tsv", "wraps-unstopped.tsv", "cuts.tsv", "cuts-latin.tsv", "pairs.tsv"),
    ),
    Step("calibrate", "calibrate", _pages, ("sure-wraps.tsv", "sure-latin-wraps.tsv", "levels.tsv")),
    Step("heads", "heads", _pages, ("headline-after-body.tsv", "late-headline.tsv")),
    Step("articles", "articles", _issues_and_corpus, ("articles.tsv",)),
    Step("estimate", "estimate", _pages, ("estimate.tsv",)),
)
"""In the order in which each finds the tables that the chain before it uses."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a step, or all of them, into the folders of the package."""
    parser = argparse.ArgumentParser(prog="python -m repair.training", description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=[*(step.name for step in STEPS), "all"], nargs="?", help="what to train")
    parser.add_argument("data", type=Path, nargs="?", help="folder with pages_train/ and corpus/")
    parser.add_argument("--list", action="store_true", help="print the steps and what each writes")
    given = parser.parse_args(arguments)
    if given.list:
        print("\n".join(f"{step.name}: {', '.join(step.writes)}" for step in STEPS))
        return 0
    if given.step is None or given.data is None:
        parser.error("say what to train, and from which folder of data; --list prints the steps")
    if missing := [name for name in ("pages_train", "corpus") if not (given.data / name).is_dir()]:
        parser.error(f"{given.data}: has no folder {' and no folder '.join(missing)}")
    for step in STEPS:
        if given.step in (step.name, "all"):
            print(f"== {step.name}", flush=True)
            import_module(f"repair.training.{step.module}").main(step.arguments(given.data))
    return 0


if __name__ == "__main__":
    sys.exit(main())
