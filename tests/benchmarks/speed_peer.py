"""The measuring process of `speed` for a Python peer, named in its argument; input and output as in `speed_chain`."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from time import process_time


def tool(name: str) -> Callable[[str], str]:
    """The function of a peer that takes a text and gives it back repaired."""
    module = import_module(name)
    call: Callable[[str], str] = module.OpenCC("s2t").convert if name == "opencc_pyo3" else module.format
    return call


def main() -> None:
    """Measure."""
    given = json.load(sys.stdin)
    call = tool(sys.argv[1])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    call(given["texts"][0])
    seconds = []
    for _ in range(given["rounds"]):
        start = process_time()
        for text in given["texts"]:
            call(text)
        seconds.append(process_time() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    json.dump({"seconds": seconds, "before_kib": before, "peak_kib": peak}, sys.stdout)


if __name__ == "__main__":
    main()
