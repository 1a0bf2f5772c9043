"""From an issue on a disk to its edition: every page through the chain, then the issue put together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from repair.core import engine
from repair.core.chain import Chain
from repair.core.change import Safety
from repair.core.effects import Effects
from repair.core.engine import Vetoes
from repair.core.page import Page
from repair.core.version import __version__
from repair.files.decoding import Encoding
from repair.files.text import file_bytes
from repair.history.ledger import Header, PageHeader, encoded, issue_rows, sha256
from repair.issues.assemble import Edition, edition_of
from repair.issues.bound import Bound, Leaf, starts_of
from repair.issues.manifest import RawPage

__all__ = ["OUTPUT", "issue_ledger", "repaired"]

OUTPUT = Encoding("utf-8", bom=False, detected=True, newline="lf")
"""How the text of an issue is written, whatever its pages' files are."""


def repaired(
    name: str,
    raw: Iterable[RawPage],
    chain: Chain,
    *,
    apply: Safety = Safety.LIKELY,
    vetoes: frozenset[str] = frozenset(),
    reprints: str = "link",
    labels: tuple[str, ...] = (),
    watched: Callable[[Sequence[RawPage]], Iterable[RawPage]] = iter,
) -> Edition:
    """Repair the pages of an issue, of which there must be one, and put it together; `watched` may show a bar.

    A veto holds for the issue as a whole: what is forbidden on a page no rule of the issue may do there either.
    """
    pages = list(raw)
    starts = starts_of(len(page.raw) for page in pages)

    def attempt(known: Vetoes) -> tuple[Edition, Mapping[str, Effects]]:
        leaves, met = list[Leaf](), dict[str, Effects]()
        for page, start in zip(watched(pages), starts, strict=True):
            given = Page.of(page.raw, page.name, page.encoding.newline)
            result, here = engine.run_once(given, chain, known.shifted(-start), apply=apply)
            leaves.append(Leaf(result, page.encoding))
            for key, effects in here.items():  # one key may fit a change on several pages
                met[key] = met.get(key, Effects()) | effects.shifted(start)
        bound = Bound(name, tuple(leaves))
        edition, more = edition_of(bound, reprints=reprints, apply=apply, vetoes=known, labels=labels)
        return edition, {**more, **met}

    edition, known = engine.heeded(vetoes, attempt)
    broken = (f"{leaf.name}: {leaf.result.error}" for leaf in edition.bound.leaves if leaf.result.error)
    return replace(edition, error=next(broken, edition.error), met=frozenset(known.effects))


def issue_ledger(
    edition: Edition,
    chain: Chain,
    output: bytes,
    *,
    apply: Safety,
    vetoes: int,
    rules: int,
    files: Mapping[str, str] | None = None,
) -> bytes:
    """The ledger of an issue whose text was written as `output`; the chain has `rules` rules for pages.

    `files` are the hashes of what else is written of the issue, by its path in the folder of the issue.
    """
    bound = edition.bound
    pages = tuple(_page(leaf, start) for leaf, start in zip(bound.leaves, bound.raw_starts, strict=True))
    records = [record for _, record in bound.records()]
    records += [record._replace(step=record.step + rules) for record in edition.records]
    skipped = [
        (skipped.rule, f"{leaf.name}: {skipped.reason}") for leaf in bound.leaves for skipped in leaf.result.skipped
    ]
    header = Header(
        page=edition.name,
        raw_sha256=hashlib.sha256("".join(page.raw_sha256 for page in pages).encode()).hexdigest(),
        output_sha256=sha256(output),
        encoding=OUTPUT.name,
        bom=False,
        newline=OUTPUT.newline,
        raw_chars=len(edition.page.raw),
        output_encoding=OUTPUT.name,
        format="txt",
        chain=chain.name,
        chain_hash=chain.digest,
        rules=(*(rule.id for rule in chain.rules), *edition.rules),
        apply=str(apply),
        vetoes=vetoes,
        rows=len(records) + len(skipped),
        tool=f"scan-repair {__version__}",
        pages=pages,
    )
    return encoded(issue_rows(records, skipped, edition.page.raw, header), files)


def _page(leaf: Leaf, start: int) -> PageHeader:
    encoding = leaf.encoding
    data = file_bytes(leaf.given, encoding)
    return PageHeader(leaf.name, sha256(data), encoding.name, encoding.bom, encoding.newline, len(leaf.given), start)
