"""Speed and memory of the whole chain, ledger included, beside tools that do a part of it.

python -m tests.benchmarks.speed SAMPLES [--chain NAME] [--node-modules DIR] [--json FILE] [--against OLD.json]

Every figure comes from a process of its own on one core (threads of numeric libraries set to one), is the best of
three rounds over all texts after one text to warm up ("first round" stands beside it, lest a cache flatter the others),
and counts characters of raw text. Seconds are those of the processor, so that other work on the machine matters less.
The chain's time goes from the bytes of a file to the bytes of its output and of its ledger, hashes and law checks
included. The peers do less: they convert the script (opencc_pyo3) or set spaces and punctuation (autocorrect-py,
zhlint), keep no ledger and join nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import samples
from .table import Table, kept_options

ROUNDS = 3
_TOP = 15
_HERE = Path(__file__).parent
_ONE_CORE = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "RAYON", "NUMEXPR")}
PEERS = {"opencc_pyo3": "opencc_pyo3 (s2t)", "autocorrect_py": "autocorrect-py", "zhlint": "zhlint"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each part in a process of its own and print."""
    given = _parser().parse_args(arguments)
    collections = {
        "pages": [
            one.data.decode()
            for engine, pages in samples.groups(given.samples).get("pages", {}).items()
            if engine in samples.RIGHT_ORDER
            for one in pages
        ],
        "clean articles": [text for _, text in samples.articles(given.samples, given.chars)],
    }
    table = Table()
    for name, texts in collections.items():
        if texts:
            _measure(table, name, texts, given)
    table.note("speed", f"best of {ROUNDS} rounds, processor time, one core; peak memory is that of the whole process")
    table.tell(given, {"samples": str(given.samples), "chain": given.chain, "chars": str(given.chars)})
    return 0


def _measure(table: Table, name: str, texts: list[str], given: argparse.Namespace) -> None:
    """The rows of a collection: the chain, the peers, and the rules by time."""
    chars = sum(map(len, texts))
    table.note("speed", f"{name}: {len(texts)} texts, {chars:,} characters")
    done = _child([sys.executable, str(_HERE / "speed_chain.py"), given.chain], texts)
    if "failed" in done:
        table.note("speed", f"the chain failed: {done['failed']}")
        return
    _row(table, f"{name}: scan-repair, chain {given.chain}", chars, done)
    for rule, seconds in sorted(done["rules"].items(), key=lambda item: -item[1])[:_TOP]:
        cells = {
            "ms in all": 1000 * seconds,
            "us per 1000 chars": 1e9 * seconds / chars,
            "share": seconds / done["timed"],
        }
        table.put(f"time by rule, {name}", rule, {**cells})
    for peer, title in PEERS.items():
        done = _child(_command(peer, given.node_modules), texts)
        if "failed" in done:
            table.note("speed", f"{title} was not measured: {done['failed']}")
        else:
            _row(table, f"{name}: {title}", chars, done)


def _row(table: Table, name: str, chars: int, done: Mapping[str, Any]) -> None:
    seconds = min(done["seconds"])
    cells = {
        "seconds": seconds,
        "first round": done["seconds"][0],
        "chars/s": round(chars / seconds),
        "peak MiB": round(done["peak_kib"] / 1024),
    }
    table.put("speed", name, {**cells, "MiB before": round(done["before_kib"] / 1024)})


def _command(peer: str, node_modules: Path) -> list[str]:
    if peer != "zhlint":
        return [sys.executable, str(_HERE / "speed_peer.py"), peer]
    return [shutil.which("node") or "node", str(_HERE / "speed_zhlint.mjs"), str(node_modules.resolve())]


def _child(command: Sequence[str], texts: list[str]) -> dict[str, Any]:
    """What a measuring process says: {"seconds", "before_kib", "peak_kib"}, or {"failed"} with its last line."""
    paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    settings = os.environ | _ONE_CORE | {"PYTHONPATH": paths}
    said = json.dumps({"texts": texts, "rounds": ROUNDS})
    try:
        done = subprocess.run(
            command, input=said, capture_output=True, text=True, env=settings, timeout=900, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"failed": str(error)}
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "rror" in line] or done.stderr.splitlines() or ["no word"]
        return {"failed": lines[-1]}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.speed", description=__doc__.split("\n")[0])
    parser.add_argument("samples", type=Path, help="folder of samples, laid out as samples.py says")
    parser.add_argument("--chain", default="newspaper", help="name of a chain, or path of a chain file")
    parser.add_argument("--chars", type=int, default=1_000_000, help="characters of clean articles")
    parser.add_argument(
        "--node-modules", type=Path, default=Path("node_modules"), help="folder in which zhlint is installed"
    )
    kept_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
