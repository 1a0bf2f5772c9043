"""`repair reprints`: articles that stand in several issues or papers."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from repair.cli.exits import Exit
from repair.core.chain import Chain
from repair.core.change import LEVELS
from repair.core.errors import ReadError, UsageError
from repair.files.terminal import put, say, spelt_in_json, tell
from repair.files.text import json_bytes, json_line
from repair.formats.document import variant_said
from repair.history.explain import counted
from repair.issues.copies import Said
from repair.issues.manifest import Given, distinct, issues_in, raw_pages
from repair.issues.repairing import repaired
from repair.reprints import Cluster, Entry, apparatus, clusters
from repair.rulebook.load import load_chain

__all__ = ["main"]

SCHEMA = 1
_WIDTH = 30


@dataclass(frozen=True)
class Printed:
    """An article of one of the issues."""

    issue: str
    id: str
    pages: tuple[str, ...]
    headline: str
    text: str


def main(arguments: Namespace) -> Exit:
    """Print the clusters; an issue that cannot be read is told and does not stop the others."""
    issues = distinct(issue for given in arguments.inputs for issue in issues_in(given, deep=True))
    if arguments.jobs < 1:
        raise UsageError(f"--jobs {arguments.jobs}: at least one process is needed.")
    chain = load_chain(arguments.chain, arguments.rules, without=arguments.without)
    code = Exit.OK
    found: list[Printed] = []
    for articles in _read(issues, chain, arguments):
        if isinstance(articles, str):
            say(articles)
            code = Exit.FAILED
        else:
            found += articles
    entries = [Entry(f"{one.issue}\0{one.id}", one.text, f"{one.issue}\0{one.pages[0]}") for one in found]
    gathered = clusters(entries, jobs=arguments.jobs)
    for cluster in gathered:
        if arguments.format == "jsonl":
            row = _row(cluster, found)
            put(json_bytes(row), spelt_in_json(row))
        else:
            for line in _list(cluster, found):
                tell(line)
    told = f"{counted(len(issues), 'issue')}, {counted(len(found), 'article')}, {len(gathered)} printed again"
    if not arguments.quiet:
        say(told)
    return code


def _read(issues: Sequence[Given], chain: Chain, how: Namespace) -> Iterator[list[Printed] | str]:
    """The articles of each issue, or what is wrong with it."""
    from tqdm import tqdm

    read = partial(_articles, how=how)
    bar = partial(
        tqdm,
        total=len(issues),
        unit="issue",
        file=sys.stderr,
        disable=None if len(issues) > 1 and not how.quiet else True,
    )
    if how.jobs == 1 or len(issues) == 1:
        yield from bar(_articles_of(issue, chain, how.encoding, how.apply) for issue in issues)
    else:
        with ProcessPoolExecutor(how.jobs) as pool:
            yield from bar(pool.map(read, issues))


def _articles(issue: Given, *, how: Namespace) -> list[Printed] | str:
    return _articles_of(issue, load_chain(how.chain, how.rules, without=how.without), how.encoding, how.apply)


def _articles_of(issue: Given, chain: Chain, encoding: str | None, apply: str) -> list[Printed] | str:
    try:
        edition = repaired(
            issue.name,
            list(raw_pages(issue, encoding=encoding)),
            chain,
            apply=LEVELS[apply],
            reprints="off",
            labels=issue.labels,
        )
    except ReadError as error:
        return f"{issue.name}: {error}"
    value, labels = edition.page.text.value, edition.labels
    return [
        Printed(
            issue.name,
            story.id,
            tuple(str(labels[page]) for page in story.pages),
            " ".join(part.text(value) for part in story.of_kind("headline")),
            Said.of(story, value).text,
        )
        for story in edition.stories
    ]


def _row(cluster: Cluster, found: Sequence[Printed]) -> str:
    """The cluster as one JSON row."""
    core = found[cluster.core]
    copies = [found[member] for member in cluster.members if member != cluster.core]
    ids = {f"{copy.issue}\0{copy.id}": copy for copy in copies}
    variants = apparatus(core.text, {id: copy.text for id, copy in ids.items()})
    said = {
        "schema": SCHEMA,
        "article": _place(core),
        "text": core.text,
        "copies": [
            _place(found[member])
            | {
                "containment": round(match.containment, 4),
                "ratio": round(match.ratio, 4),
                "passages": [list(passage) for passage in match.passages],
            }
            for member, match in sorted(cluster.matches.items())
        ],
        "apparatus": [variant_said(variant, lambda id: _place(ids[id])) for variant in variants],
    }
    return json_line(said)


def _place(article: Printed) -> dict[str, object]:
    return {
        "issue": article.issue,
        "id": article.id,
        "pages": list(article.pages),
        "headline": article.headline or None,
    }


def _list(cluster: Cluster, found: Sequence[Printed]) -> Iterator[str]:
    """The cluster for a reader: the best copy, then the others with how near they are."""
    core = found[cluster.core]
    yield f"{core.headline or core.text[:_WIDTH]}"
    yield f"  best  {_where(core)}"
    for member, match in sorted(cluster.matches.items()):
        differs = (
            "the same to the letter"
            if match.ratio == 1 and match.containment == 1
            else (f"{match.containment:.0%} of the shorter in the longer, {match.ratio:.1%} of it alike")
        )
        yield f"  copy  {_where(found[member])}: {differs}"
    yield ""


def _where(article: Printed) -> str:
    return f"{article.issue}, page {', '.join(article.pages)}, article {article.id}"
