"""Count which pairs of characters begin with a unit and are none: 3 日本, 20 年级.

python -m repair.training.units CORPUS

CORPUS is a folder with `zh_news.jsonl.gz`. A pair is listed that stands `_SEEN` times or more, and directly behind a
digit in fewer than `_SHARE` of them; in Traditional characters too. Articles that are held out are not counted.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from repair.passes.spacing.space_before_unit import TABLE, UNITS
from repair.training.corpus import articles

_SEEN, _SHARE = 10, 0.07
_HEAD = f"""# Pairs of characters that begin with a unit and say something else: seen {_SEEN} times or more in newspaper
# articles, and behind a digit in fewer than {_SHARE:.0%}.
# Made by repair.training.units from the corpus that seam/zh.md names.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table."""
    (folder,) = arguments if arguments is not None else sys.argv[1:]
    import opencc

    traditional = opencc.OpenCC("s2t").convert
    pairs = {form for pair in words(Path(folder)) for form in (pair, traditional(pair)) if len(form) == 2}
    TABLE.write_text(_HEAD + "".join(f"{pair}\n" for pair in sorted(pairs)), encoding="utf-8")
    return 0


def words(folder: Path) -> Iterator[str]:
    """The pairs of the corpus that are listed."""
    pair = re.compile(rf"(?=(.)([{UNITS}][\u3400-\u9fff]))")
    seen, counted = Counter[str](), Counter[str]()
    for article in articles(folder):
        if not article.held_out:
            for before, both in pair.findall("\n".join(article.paragraphs)):
                seen[both] += 1
                counted[both] += before.isdigit()
    for both, count in seen.items():
        if count >= _SEEN and counted[both] < _SHARE * count:
            yield both


if __name__ == "__main__":
    sys.exit(main())
