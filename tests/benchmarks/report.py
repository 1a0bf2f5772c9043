"""How fast the report of a page is written, opens in Chromium, and is walked.

    python -m tests.benchmarks.report [--changes N ...] [--json FILE] [--against FILE]

Times in seconds, the middle of some runs, each in a fresh tab: `opened` until the first frame after the load event is
painted, `step` from the key of the next change until its frame is painted, `filter` the same for a rule that is
switched off. What is asked for: a report with 2,000 changes opens in less than 1.5 s.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from repair.report import page_report

from .chromium import chromium, missing
from .made_reports import made
from .table import Cell, Table, kept_options

RUNS = 5
STEPS = 10
_PAINTED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
_STEP = """async ([key, times]) => {
  const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const took = [];
  for (let time = 0; time < times; time++) {
    const start = performance.now();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await painted();
    took.push((performance.now() - start) / 1000);
  }
  return took;
}"""
_FILTER = """async () => {
  const start = performance.now();
  document.querySelector("#filters input[name=rule]").click();
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return (performance.now() - start) / 1000;
}"""


def measured(browser: Any, changes: int, long_line: int, folder: Path) -> dict[str, Cell]:
    """The figures of one report."""
    ledger, raw = made(changes, long_line=long_line)
    start = perf_counter()
    html = page_report(ledger, raw)
    written = perf_counter() - start
    path = folder / "report.html"
    path.write_text(html, "utf-8")
    opened, steps, filters = [], list[float](), []
    for _ in range(RUNS):
        tab = browser.new_page(viewport={"width": 1280, "height": 900})
        tab.goto(path.as_uri())
        opened.append(tab.evaluate(_PAINTED) / 1000)
        steps += tab.evaluate(_STEP, ["j", STEPS])
        filters.append(tab.evaluate(_FILTER))
        tab.close()
    return {
        "changes": len(ledger.changes),
        "raw characters": len(raw),
        "MB": len(html.encode()) / 1e6,
        "written": written,
        "opened": median(opened),
        "slowest": max(opened),
        "first step": median(steps[::STEPS]),
        "step": median(steps),
        "filter": median(filters),
    }


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, nargs="+", default=[200, 2000, 20000])
    kept_options(parser)
    how = parser.parse_args(argv)
    if why := missing():
        parser.error(why)
    table = Table()
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        for changes in how.changes:
            table.put("report", f"{changes:,} changes", measured(browser, changes, 0, Path(folder)))
        table.put("report", "a line of 1,000,000", measured(browser, 200, 1_000_000, Path(folder)))
    table.note("report", "asked for: 2,000 changes opened in less than 1.5")
    table.tell(how, {"runs": str(RUNS)})


if __name__ == "__main__":
    main()
