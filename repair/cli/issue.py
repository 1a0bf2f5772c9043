"""`repair issue`: pages in, an issue out, its articles whole."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from repair.cli.exits import Exit
from repair.core.chain import Chain
from repair.core.change import LEVELS
from repair.core.errors import ReadError, UsageError, WriteError
from repair.files.guard import OVERWRITE, Write, left_alone, refuse_edited, refuse_outside, staged, written_with
from repair.files.targets import ISSUE_TEXT, ledger_beside, refuse_inside
from repair.files.terminal import put, say, spelt_in_json
from repair.files.text import file_bytes, json_bytes
from repair.files.writing import settle
from repair.formats import document as as_json
from repair.formats import markdown as as_markdown
from repair.formats import plain
from repair.history.explain import counted
from repair.history.ledger import sha256
from repair.history.vetoes import read_vetoes, unmet
from repair.issues.assemble import Edition
from repair.issues.manifest import Given, RawPage, distinct, issues_in, raw_pages
from repair.issues.repairing import OUTPUT, issue_ledger, repaired
from repair.rulebook.load import load_chain

__all__ = ["main"]

_FEW = 5  # names that are listed
_OURS = re.compile(r"articles/p\d+a\d+\.(?:txt|md)|articles\.jsonl")
_UNFIT = re.compile(r'[\\/:*?"<>|\s]+')


def main(arguments: Namespace) -> Exit:
    """Put issues together one after the other; one that fails is told and does not stop the others."""
    issues = distinct(issue for given in arguments.inputs for issue in issues_in(given))
    output = Path(arguments.output) if arguments.output else None
    if output and output.exists() and not output.is_dir():
        raise UsageError(f"{output} is a file; an issue needs a folder: -o FOLDER")
    if output:
        refuse_inside(output, arguments.inputs)
    chain = load_chain(arguments.chain, arguments.rules, without=arguments.without)
    vetoes = read_vetoes(arguments.veto) if arguments.veto else frozenset()
    folders = _folders(issues, output)
    # First of all, so that with `abort` nothing is done.
    there = [folder is not None and left_alone(folder / ISSUE_TEXT, arguments.existing) for folder in folders]
    vetoed = set[str]()
    met = {
        _left(folder) if stays else _put_together(issue, folder, chain, vetoes, vetoed, arguments)
        for issue, folder, stays in zip(issues, folders, there, strict=True)
    }
    if said := unmet(vetoes, frozenset(vetoed)):
        say(said)
    return next((code for code in (Exit.LAW, Exit.WRITE, Exit.FAILED) if code in met), Exit.OK)


def _left(folder: Path | None) -> Exit:
    say(f"{folder} holds an issue already and is left as it is.")
    return Exit.OK


def _put_together(
    issue: Given, folder: Path | None, chain: Chain, vetoes: frozenset[str], vetoed: set[str], how: Namespace
) -> Exit:
    """One issue; a page that cannot be read is told and left out. The vetoes that it met are added to `vetoed`."""
    if issue.manifest and not how.quiet:
        say(f"{issue.name}: its pages are those that {issue.manifest} names.")
    if issue.unnamed:
        others = ", ".join(issue.unnamed[:_FEW]) + (" …" if len(issue.unnamed) > _FEW else "")
        say(f"{issue.name}: {counted(len(issue.unnamed), 'page')} not named there and left out: {others}")
    lost: list[ReadError] = []
    raw = list(raw_pages(issue, encoding=how.encoding, max_bytes=how.max_bytes, failed=lost.append))
    for error in lost:
        say(f"{issue.name}: left out: {error}")
    if not raw:
        return Exit.FAILED
    for page in raw:
        if not page.raw.strip():
            say(f"{issue.name}: {page.name}: holds no text.")
    edition = repaired(
        issue.name,
        raw,
        chain,
        apply=LEVELS[how.apply],
        vetoes=vetoes,
        reprints=how.reprints,
        labels=issue.labels if not lost else (),
        watched=iter if how.quiet else _watched,
    )
    vetoed |= edition.met
    if edition.error:
        say(f"{issue.name}: not written: {edition.error}. Please report this issue.")
        return Exit.LAW
    try:
        if folder:
            _write(edition, chain, folder, vetoes, how)
        else:
            _print(edition, chain, how.format)
    except WriteError as error:
        say(str(error))
        return Exit.WRITE
    if not how.quiet:
        _tell(edition, folder)
    return Exit.FAILED if lost else Exit.OK


def _folders(issues: list[Given], output: Path | None) -> list[Path | None]:
    """The folder for each issue; of several each has one of its own, named as the issue is."""
    if output is None or len(issues) == 1:
        return [output] * len(issues)
    named = (Path(issue.name).name if Path(issue.name).exists() else issue.name for issue in issues)
    names = [_UNFIT.sub("-", name).strip("-.") or "issue" for name in named]
    if len(set(names)) < len(names):
        raise UsageError("Two of these issues have one name, and would be written to one folder. Run them one by one.")
    return [output / name for name in names]


def _watched(pages: Sequence[RawPage]) -> Iterable[RawPage]:
    if len(pages) < 2 or not sys.stderr.isatty():
        return pages
    from tqdm import tqdm

    bar: Iterable[RawPage] = tqdm(pages, unit="page", file=sys.stderr, leave=False)
    return bar


def _write(edition: Edition, chain: Chain, folder: Path, vetoes: frozenset[str], how: Namespace) -> None:
    """The text with its ledger, the document, and the articles in the format asked for: all of them, or none."""
    overwrite = how.existing == OVERWRITE
    text = file_bytes(edition.page.text.value, OUTPUT)
    files = dict(_files(edition, chain, how.format))
    hashes = {name: sha256(data) for name, data in files.items()}
    rules = len(chain.rules)
    rows = issue_ledger(edition, chain, text, apply=LEVELS[how.apply], vetoes=len(vetoes), rules=rules, files=hashes)
    place = ledger_beside(folder / ISSUE_TEXT)
    known = written_with(place)
    gone = [name for name in _articles(folder, known, overwrite) if name not in files]
    for name in gone:
        refuse_outside(folder / name, folder)
        refuse_edited(folder / name, _hashes(known, name), overwrite=overwrite)
    writes = [Write(folder / name, data, _hashes(known, name)) for name, data in files.items()]
    writes.append(Write(folder / ISSUE_TEXT, text, _hashes(known, "")))
    # A death on the way must leave nothing that looks edited: an old ledger stays until all that it tells of is new.
    writes.insert(len(writes) if place.exists() else 0, Write(place, rows))
    settle(staged(writes, folder=folder, overwrite=overwrite, parents=True))
    for name in gone:
        (folder / name).unlink(missing_ok=True)


def _articles(folder: Path, known: Mapping[str, str], overwrite: bool) -> list[str]:
    """The articles in a folder that an earlier run wrote, or with `overwrite` all that are named as it names them."""
    found = [f"articles/{path.name}" for path in (folder / "articles").glob("*")] if overwrite else [*known]
    return [name for name in (*found, "articles.jsonl") if _OURS.fullmatch(name) and (overwrite or name in known)]


def _hashes(known: Mapping[str, str], name: str) -> list[str]:
    return [known[name]] if name in known else []


def _files(edition: Edition, chain: Chain, form: str) -> Iterator[tuple[str, bytes]]:
    """What is written of an issue beside its text: paths in its folder, and bytes."""
    yield "issue.json", json_bytes(as_json.dumps(edition, chain))
    if form == "jsonl":
        yield "articles.jsonl", json_bytes("".join(as_json.rows(edition, chain)))
    if form in ("txt", "md"):
        shape = as_markdown.article if form == "md" else plain.article
        for story in edition.stories:
            yield f"articles/{story.id}.{form}", file_bytes(shape(story, edition).rstrip("\n") + "\n", OUTPUT)


def _print(edition: Edition, chain: Chain, form: str) -> None:
    if form == "jsonl":
        said = "".join(as_json.rows(edition, chain))
    elif form == "json":
        said = as_json.dumps(edition, chain)
    else:
        said = as_markdown.markdown(edition) if form == "md" else plain.articles(edition)
    if form.startswith("json"):
        put(json_bytes(said), spelt_in_json(said))
    else:
        put(file_bytes(said, OUTPUT), said)


def _tell(edition: Edition, folder: Path | None) -> None:
    """What was found, and what needs a look."""
    told = [counted(len(edition.bound.leaves), "page"), counted(len(edition.stories), "article")]
    told += [f"{len(edition.links)} continued on another page"] if edition.links else []
    told += [f"{len(edition.reprints)} printed again"] if edition.reprints else []
    hint = f"; explain with: repair explain {folder}" if folder else ""
    say(f"{edition.name}: {', '.join(told)}{hint}")
    for leaf in edition.bound.leaves:
        for rule, reason in leaf.result.skipped:
            say(f"{leaf.name}: {rule} {reason}")
    for end in edition.unmatched:
        way = "goes on on" if end.jump.way == "to" else "comes from"
        on = edition.labels[end.page]
        say(f"{edition.name}: page {on}: an article {way} page {end.jump.label}; its other part was not found")
