"""Write what benchmarks measured into RESULTS.md beside this program.

python -m tests.benchmarks.results FILE.json ... [--page FILE]

Each file is what a benchmark kept with `--json` and is named for it: `quality.json` holds the figures of
`tests.benchmarks.quality`. They take the place of the figures in the section of that name, between its two comments;
what the section says before them stays. A benchmark without a section gets one at the end of the page.

Of what the benchmark was told paths are left out: the figures are of the pages, wherever these lie.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from repair.core.version import __version__

from .table import Table

HERE = Path(__file__).parent
PAGE = HERE / "RESULTS.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the files, write the page."""
    parser = argparse.ArgumentParser(prog="results", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.json", help="what a benchmark kept with --json")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page (default: RESULTS.md beside this program)")
    given = parser.parse_args(arguments)
    page = given.page.read_text(encoding="utf-8")
    for file in given.files:
        if not (HERE / f"{file.stem}.py").is_file():
            parser.error(f"{file}: there is no benchmark {file.stem!r}. Name the file for the benchmark: quality.json")
        day = datetime.fromtimestamp(file.stat().st_mtime, UTC).date().isoformat()
        page = updated(page, file.stem, figures(json.loads(file.read_text(encoding="utf-8")), day))
    given.page.write_text(page, encoding="utf-8")
    return 0


def figures(kept: dict[str, Any], day: str) -> str:
    """The figures of a run, as the benchmark prints them.

    >>> kept = {"settings": {"chain": "newspaper"}, "sections": {"a": {"b": {"c": 1}}}, "notes": {}}
    >>> print(figures(kept, "2026-12-01"))  # doctest: +ELLIPSIS
    Measured on 2026-12-01, version ..., chain newspaper.
    <BLANKLINE>
    ```text
    == a
       c
    b  1
    ```
    """
    told = [f"{name} {value}" for name, value in kept["settings"].items() if _may_be_told(str(value))]
    shown = "\n".join(Table(kept["sections"], kept["notes"]).shown()).strip("\n")
    return f"Measured on {day}, version {__version__}{''.join(f', {one}' for one in told)}.\n\n```text\n{shown}\n```"


def _may_be_told(value: str) -> bool:
    return value not in ("", "None", "False", "[]") and not re.search(r"[/\\]", value)


def updated(page: str, name: str, said: str) -> str:
    """The page with new figures in the section of a benchmark.

    >>> updated("# Results", "speed", "fast")
    '# Results\\n\\n## speed\\n\\n<!-- figures of speed -->\\n\\nfast\\n\\n<!-- end of speed -->\\n'
    """
    start, end = f"<!-- figures of {name} -->", f"<!-- end of {name} -->"
    if start not in page:
        page = f"{page.rstrip()}\n\n## {name}\n\n{start}\n{end}\n"
    before, _, rest = page.partition(start)
    after = rest.partition(end)[2]
    return f"{before}{start}\n\n{said}\n\n{end}{after}"


if __name__ == "__main__":
    sys.exit(main())
