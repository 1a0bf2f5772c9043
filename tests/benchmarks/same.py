"""What the chain makes of every text of a folder of samples, as digests, to hold a rebuild equal to the byte.

python -m tests.benchmarks.same SAMPLES [--only NAMES] [--articles N] [--jobs N] [--keep FILE] [--against FILE]

A text has three digests: of its output, of its ledger (keys, confidences and all), and of its document in JSON (kinds
of blocks, articles) with the estimate of its quality. An issue's are of its articles, of what its rules proposed, and
of its document. `--keep` writes a line a text; `--against` prints the texts that differ from such a file. The digest of
each collection is printed, and held against same.tsv beside this program, which is written anew with `--accept` when
changes of the output are meant. Exit code 1 where something differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from repair.core.chain import Chain
from repair.estimate import estimate
from repair.files.decoding import decode
from repair.formats.document import document
from repair.history import ledger
from repair.issues.assemble import edition_of_page
from repair.issues.bound import Bound, Leaf
from repair.issues.manifest import RawPage
from repair.issues.repairing import repaired as repaired_issue
from repair.rulebook.load import load_chain

from . import samples
from .laws import repaired

_KEPT = Path(__file__).with_name("same.tsv")
_DIGESTS = ("text", "ledger", "document")
_FOLDERS = ("scans", "pages", "pages_geo", "pages_train", "cases", "field")

Work = tuple[str, str, object]
"""The kind of a piece of work, its name, and what is needed for it: a path, a text, or the paths of an issue."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Digest, print, compare."""
    given = _parser().parse_args(arguments)
    work = list(_work(given.samples, given.articles, given.only.split(",") if given.only else ()))
    with ProcessPoolExecutor(given.jobs) as pool:
        done = pool.map(_digested, work, chunksize=4)
        lines = list(tqdm(done, total=len(work), disable=given.quiet or None, leave=False))
    if given.keep:
        given.keep.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    different = list(_different(given.against, lines)) if given.against else []
    print("\n".join(different))
    collections = _collections(lines)
    known = dict(line.split("\t", 1) for line in _KEPT.read_text(encoding="utf-8").splitlines())
    for name, digest in collections.items():
        print(f"{name}: {digest}{'' if known.get(name) == digest else ', and was ' + known.get(name, 'not there')}")
    print(f"{len(lines)} texts, {len(different)} differ")
    if given.accept:
        _KEPT.write_text("".join(f"{name}\t{digest}\n" for name, digest in sorted((known | collections).items())))
    return int(bool(different) or any(known.get(name) != digest for name, digest in collections.items()))


def _collections(lines: Sequence[str]) -> dict[str, str]:
    """How many texts each collection has, and the digest of all of theirs."""
    parts: dict[str, list[str]] = {}
    for line in lines:
        name = line.split("\t")[0]
        parts.setdefault("issues" if "/issue" in name else name.replace(" ", "/").split("/")[0], []).append(line)
    return {name: f"{len(part)} texts\t{_hash(chr(10).join(part).encode())}" for name, part in parts.items()}


def _work(shared: Path, articles: int, only: Sequence[str] = ()) -> Iterator[Work]:
    for folder in only or _FOLDERS:
        paths = [path for suffix in ("*.txt", "*.md") for path in (shared / folder).rglob(suffix)]
        for path in sorted(paths):
            if path.name not in ("gold.txt", "note.md", "README.md"):
                yield "page", str(path.relative_to(shared)), path
    for name, text in islice(samples.articles(shared, sys.maxsize, every=7), articles):
        yield "text", f"article {name}", text
    for folder in () if only else ("pages", "pages/en"):
        for issue in sorted((shared / folder).glob("issue*.gold.json")):
            pages = json.loads(issue.read_bytes())["pages"]
            for engine in samples.ENGINES:
                texts = [shared / folder / f"{page}.{engine}.txt" for page in pages]
                if all(text.is_file() for text in texts):
                    yield "issue", f"{folder}/{issue.stem.split('.')[0]}.{engine}", texts


@cache
def _chain() -> Chain:
    return load_chain()


def _digested(work: Work) -> str:
    kind, name, given = work
    if kind == "issue":
        return "\t".join((name, *_issue(name, given)))  # type: ignore[arg-type]
    data = given.read_bytes() if isinstance(given, Path) else str(given).encode()
    run = repaired(data, _chain(), name="page")
    edition = edition_of_page(run.result, Bound("page", (Leaf(run.result, run.encoding),)))
    rows = list(ledger.rows(run.result, run.ledger.header))[1:]  # the header holds the version of the program
    told = document(edition, _chain()) | {"estimate": estimate(run.result.page, run.result.records)}
    return "\t".join((name, _hash(run.output), _hash("\n".join(rows).encode()), _told(told)))


def _issue(name: str, paths: Sequence[Path]) -> tuple[str, str, str]:
    raw = [RawPage(path.name, *decode(path.read_bytes(), name=str(path))) for path in paths]
    edition = repaired_issue(name, raw, _chain())
    records = "\n".join(repr(tuple(record)) for record in edition.records)
    told = document(edition, _chain())
    return _hash(json.dumps(told["articles"], ensure_ascii=False).encode()), _hash(records.encode()), _told(told)


def _told(document: dict[str, object]) -> str:
    document.pop("chain_hash")  # changes with the wording of a rule
    return _hash(json.dumps(document, ensure_ascii=False, sort_keys=True).encode())


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def _different(path: Path, lines: Sequence[str]) -> Iterator[str]:
    older = dict(line.split("\t", 1) for line in path.read_text(encoding="utf-8").splitlines())
    for line in lines:
        name, digests = line.split("\t", 1)
        known = older.pop(name, None)
        if known is None:
            yield f"{name}: new"
        elif known != digests:
            pairs = zip(_DIGESTS, known.split("\t"), digests.split("\t"), strict=True)
            yield f"{name}: {', '.join(what for what, before, after in pairs if before != after)}"
    yield from (f"{name}: not here any more" for name in older)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.same", description=__doc__.split("\n")[0])
    parser.add_argument("samples", type=Path, help="folder of samples")
    parser.add_argument("--articles", type=int, default=3000, help="how many clean articles")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--only", default="", help="folders of the samples, with commas between; no issues then")
    parser.add_argument("--accept", action="store_true", help="keep the digests in same.tsv")
    parser.add_argument("--keep", type=Path, help="write the digests into this file")
    parser.add_argument("--against", type=Path, help="digests of an older run")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    return parser


if __name__ == "__main__":
    sys.exit(main())
