"""What a folder run costs over the chain alone, what a second process brings, and how much memory it takes.

python -m tests.benchmarks.folders SAMPLES [--timed 3000] [--rounds 3] [--pages 20000] [--small 50000]
                                   [--json FILE] [--against OLD.json]

The pages are those of the engines in the right order, copied as often as it takes. "The chain alone" reads and decodes
each page and runs the chain over it, in one process that holds nothing else; a folder run estimates each page before
and after as well, writes outputs, ledgers and the manifest, and forces them to the disk. Seconds are those of the
clock, without those that a run over two pages takes, which is what it takes to start; the best of the rounds counts,
and the rounds of what is held side by side are run in turn. Memory (resident set, Linux only) is looked at every tenth
of a second.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import samples
from .table import Cell, Table, kept_options

_HERE = Path(__file__).parent
_ONE_CORE = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
SMALL = "新桥通车,人人说好。\n镇上的人都来看\n热闹。\n"


@dataclass
class Memory:
    """Megabytes of a run over time, of its first process and of the largest of the others."""

    parent: list[float] = field(default_factory=list)
    worker: list[float] = field(default_factory=list)

    def look(self, pid: int) -> None:
        """Add what stands in /proc now."""
        self.parent.append(_resident(pid))
        self.worker.append(max(map(_resident, _children(pid)), default=0.0))

    def cells(self) -> dict[str, Cell]:
        """The peaks: over the first fifth of the run, and over all of it."""
        first = max(1, len(self.parent) // 5)
        return {
            "parent MB, first fifth": max(self.parent[:first]),
            "parent MB, all": max(self.parent),
            "worker MB, first fifth": max(self.worker[:first]),
            "worker MB, all": max(self.worker),
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    given = _parser().parse_args(arguments)
    pages = samples.groups(given.samples).get("pages", {})
    texts = [one.data for engine in samples.RIGHT_ORDER for one in pages.get(engine, ())]
    table = Table()
    with tempfile.TemporaryDirectory(dir=given.work) as name:
        work = Path(name)
        _filled(work / "two", texts[:2], 2)
        _filled(work / "timed", texts, given.timed)
        _side_by_side(table, work, given.rounds)
        _many(table, work, "pages", texts, given.pages)
        _many(table, work, "small files", [SMALL.encode()], given.small)
    table.tell(given, {"samples": str(given.samples), "pages": str(given.pages)})
    return 0


def _filled(folder: Path, texts: Sequence[bytes], count: int) -> None:
    """A folder with so many pages, a hundred in a folder."""
    for number in range(count):
        path = folder / f"{number // 100}" / f"page{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(texts[number % len(texts)])


def _side_by_side(table: Table, work: Path, rounds: int) -> None:
    """The chain alone, one process and two, in turn."""
    count = len(list((work / "timed").rglob("*.txt")))
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, seconds in {
            "chain alone": _alone(work / "timed"),
            "chain and estimates": _alone(work / "timed", "estimate"),
            "one process": _run(work, "timed", 1) - _run(work, "two", 1),
            "two processes": _run(work, "timed", 2) - _run(work, "two", 2),
        }.items():
            best[name] = min(seconds, best.get(name, seconds))
    for name, seconds in best.items():
        cells: dict[str, Cell] = {"ms a page": 1000 * seconds / count, "pages a second": count / seconds}
        cells["over the chain alone"] = seconds / best["chain alone"] - 1
        cells["over chain and estimates"] = seconds / best["chain and estimates"] - 1
        cells["times one process"] = best["one process"] / seconds
        table.put("a folder run side by side", name, cells)
    table.note("a folder run side by side", f"{count} pages, best of {rounds} rounds, without the time to start")


def _alone(folder: Path, *also: str) -> float:
    done = subprocess.run(
        [sys.executable, str(_HERE / "folders_chain.py"), str(folder), *also],
        capture_output=True,
        check=True,
        env=os.environ | _ONE_CORE,
    )
    return float(json.loads(done.stdout))


def _run(work: Path, folder: str, jobs: int, memory: Memory | None = None) -> float:
    """The seconds of a run into a new folder. Older ones stay: ext4 is slow at new files where many just went."""
    output = work / f"out{len(list(work.iterdir()))}"
    command = [sys.executable, "-m", "repair", "run", str(work / folder), "-o", str(output), "--jobs", str(jobs)]
    begun = time.perf_counter()
    with subprocess.Popen(command, env=os.environ | _ONE_CORE) as running:
        while running.poll() is None:
            if memory:
                memory.look(running.pid)
                time.sleep(0.1)
            else:
                running.wait()
    return time.perf_counter() - begun


def _many(table: Table, work: Path, name: str, texts: Sequence[bytes], count: int) -> None:
    """A run over many files with two processes, and its memory."""
    if not count:
        return
    _filled(work / "many", texts, count)
    memory = Memory()
    seconds = _run(work, "many", 2, memory)
    shutil.rmtree(work / "many")
    cells: dict[str, Cell] = {"files": count, "seconds": seconds, "files a second": count / seconds}
    table.put("many files, two processes", name, cells | memory.cells())


def _resident(pid: int) -> float:
    """The resident set of a process in MB; 0 where it has ended or there is no /proc."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("samples", type=Path, help="folder with pages/")
    parser.add_argument("--pages", type=int, default=20_000, help="pages of the long run (default: 20000; 0: none)")
    parser.add_argument("--small", type=int, default=50_000, help="small files of the other one (default: 50000)")
    parser.add_argument("--timed", type=int, default=3000, help="pages of a timed round (default: 3000)")
    parser.add_argument("--rounds", type=int, default=3, help="of what is timed (default: 3)")
    parser.add_argument("--work", type=Path, help="where the folders are made (default: the temporary folder)")
    kept_options(parser)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
