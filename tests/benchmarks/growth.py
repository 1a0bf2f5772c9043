"""How time and memory grow with the size of a page.

python -m tests.benchmarks.growth [--only NAME ...] [--largest] [--list] [--format FORMAT] [--json FILE] [--against OLD]

Every figure is that of `repair run PAGE -o OUT`, ledger included, in a process of its own on one core: seconds of the
processor, and the most memory it held. The exponent says how time grows from the smallest size to the largest: 1 in
step with the size, 2 with its square. What a page of one line takes is taken off first, for every run pays that. The
inputs are ordinary prose and things that repeat (`grown`), so that a bad page, too, has its time.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import NamedTuple

from . import grown
from .table import Table, kept_options

SIZES = (64_000, 128_000, 256_000, 512_000)
LARGE, LARGEST = 1_000_000, 4_000_000
_LIMIT = 600.0
_ONE_CORE = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "RAYON", "NUMEXPR")}
_LEAST = 0.05  # seconds; what takes less is counted as so much, for there the clock says nothing


class Taken(NamedTuple):
    """What a run took: seconds of the processor, and MiB at most. `None` in its place: it was stopped, or failed."""

    seconds: float
    peak: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each input at each size and print."""
    given = _parser().parse_args(arguments)
    if given.list:
        print("\n".join(grown.INPUTS))
        return 0
    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        bare = measured(Path(folder), "一\n", given)
        if bare is None:
            print("A page of one line could not be repaired.", file=sys.stderr)
            return 1
        for name in given.only or grown.INPUTS:
            table.put("growth", name, _grows(Path(folder), name, bare.seconds, given))
        for name in grown.ORDINARY if given.largest else ():
            if name in (given.only or grown.INPUTS):
                taken = measured(Path(folder), grown.page(name, LARGEST, utf8=True), given)
                table.put("a page of 4 MB", name, _told(taken))
    table.note(
        "growth", f"s: seconds at so many characters; one line takes {bare.seconds:.2f} s and {bare.peak:.0f} MiB"
    )
    table.tell(given, {"format": given.format, "sizes": " ".join(map(str, given.sizes))})
    return 0


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """How time grows with size: the power of the size that it grows with, from the first to the last.

    >>> round(exponent([100, 200, 400], [1.0, 2.0, 16.0]), 2)
    2.0
    """
    first, last = (max(one, _LEAST) for one in (seconds[0], seconds[-1]))
    return log(last / first) / log(sizes[-1] / sizes[0])


def _grows(folder: Path, name: str, bare: float, given: argparse.Namespace) -> dict[str, float | int | str]:
    """The cells of one input: seconds at each size, the exponent, and what 1 MB of it takes."""
    cells: dict[str, float | int | str] = {}
    seconds = list[float]()
    for size in given.sizes:
        taken = measured(folder, grown.page(name, size), given)
        cells[f"{size // 1000}k s"] = taken.seconds if taken else "stopped"
        if taken is None:
            return cells
        seconds.append(taken.seconds - bare)
    if len(seconds) > 1:
        cells["exponent"] = exponent(given.sizes, seconds)
    if given.megabyte:
        cells |= {
            f"1 MB {what}": told
            for what, told in _told(measured(folder, grown.page(name, LARGE, utf8=True), given)).items()
        }
    return cells


def _told(taken: Taken | None) -> dict[str, float | int | str]:
    return {"s": taken.seconds, "MiB": round(taken.peak)} if taken else {"s": "stopped"}


def measured(folder: Path, text: str, given: argparse.Namespace) -> Taken | None:
    """What it takes to repair a page with this text, the quicker of two runs where they are short."""
    page = folder / "page.txt"
    page.write_text(text, encoding="utf-8", newline="")
    first = _run(folder, page, given)
    if first is None or first.seconds > given.twice_below:
        return first
    second = _run(folder, page, given)
    return min(first, second) if second else None


def _run(folder: Path, page: Path, given: argparse.Namespace) -> Taken | None:
    out = folder / f"out.{given.format}"
    command = [sys.executable, "-m", "repair", "run", str(page), "-o", str(out), "--format", given.format]
    paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    with subprocess.Popen(
        [sys.executable, "-c", _WATCHED, str(given.limit), *command],
        env=os.environ | _ONE_CORE | {"PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        said, _ = process.communicate()
    for one in folder.glob("out*"):
        one.unlink()
    return Taken(*map(float, said.split())) if process.returncode == 0 else None


# A process that watches another knows what that one alone took.
_WATCHED = """
import resource, subprocess, sys
try:
    done = subprocess.run(sys.argv[2:], timeout=float(sys.argv[1]), stdout=subprocess.DEVNULL)
except subprocess.TimeoutExpired:
    sys.exit(1)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
sys.exit(done.returncode)
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=grown.INPUTS, help="only these inputs")
    parser.add_argument("--list", action="store_true", help="name the inputs, and measure nothing")
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="sizes in characters, the smallest first")
    parser.add_argument("--no-megabyte", dest="megabyte", action="store_false", help="leave out the page of 1 MB")
    parser.add_argument("--largest", action="store_true", help="ordinary inputs at 4 MB too")
    parser.add_argument("--format", default="txt", help="the format that is written: txt, md or json")
    parser.add_argument("--limit", type=float, default=_LIMIT, help="seconds after which a run is stopped")
    parser.add_argument(
        "--twice-below", type=float, default=2.0, help="runs of fewer seconds are made twice, and the quicker counts"
    )
    kept_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
