"""The measuring process of `folders` for the chain alone: seconds for the pages of a folder, on standard output.

python folders_chain.py FOLDER [estimate]
"""

from __future__ import annotations

import sys
from time import perf_counter

from repair.core import engine
from repair.core.page import Page
from repair.estimate import estimate
from repair.files.sources import expand, pages
from repair.rulebook.load import load_chain


def main(folder: str, *, estimated: bool) -> None:
    """Read, decode and repair each page, estimate it before and after if asked, and keep nothing."""
    chain = load_chain()
    sources = list(expand([folder]))
    begun = perf_counter()
    for source in sources:
        for page, raw, encoding in pages(source):
            given = Page.of(raw, page.name, encoding.newline)
            if estimated:
                estimate(given)
            result = engine.run(given, chain)
            if estimated:
                estimate(result.page, result.records)
    print(perf_counter() - begun)


if __name__ == "__main__":
    main(sys.argv[1], estimated="estimate" in sys.argv[2:])
