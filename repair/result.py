"""A result as who calls from Python sees it: articles, ledger, JSON, bytes, without the modules that make them."""

from __future__ import annotations

from typing import Any, NamedTuple

from repair.core.engine import Result
from repair.core.text import NEWLINES
from repair.files.decoding import Encoding, encode
from repair.files.text import file_bytes, json_line
from repair.formats import document as as_documents
from repair.history import ledger as ledgers
from repair.history.undo import invert
from repair.issues.assemble import Edition, edition_of_page
from repair.issues.bound import Bound, Leaf

__all__ = ["Article", "Block", "articles", "as_bytes", "as_json", "document", "ledger", "ledger_lines", "undone"]


class Block(NamedTuple):
    """A block of an article: its `kind` ("headline", "paragraph" and so on), how sure that is, and its text.

    `raw` are the half-open stretches of the raw text, in code points, that its characters came from. Of a fragment
    `gap` is the side, "before" or "after", on which the rest of the sentence is not on the page; "" elsewhere.
    """

    kind: str
    text: str
    confidence: float
    raw: tuple[tuple[int, int], ...]
    gap: str = ""


class Article(NamedTuple):
    """An article of a page. `text` is that of its blocks, a block a line; "" stands where there is no headline."""

    id: str
    headline: str
    byline: str
    text: str
    blocks: tuple[Block, ...]


def articles(result: Result) -> tuple[Article, ...]:
    """The articles of a repaired page, in reading order."""
    return tuple(
        Article(
            said["id"],
            said["headline"] or "",
            said["byline"] or "",
            said["text"],
            tuple(_block(block) for block in said["blocks"]),
        )
        for said in document(result)["articles"]
    )


def _block(said: dict[str, Any]) -> Block:
    raw = tuple((start, end) for _, _, _, start, end, _ in said["runs"] if start < end)
    return Block(said["kind"], said["text"], said["confidence"], raw, said.get("gap", ""))


def document(result: Result) -> dict[str, Any]:
    """What `--format json` writes of a page, as JSON values."""
    return as_documents.document(_edition(result), result.ran)


def as_json(result: Result) -> str:
    """The document as JSON in one line, without the line end."""
    return json_line(document(result)).removesuffix("\n")


def ledger(result: Result) -> ledgers.Ledger:
    """The ledger, as it is read from its file."""
    return ledgers.parse(ledger_lines(result).encode("utf-8", "surrogatepass"), result.page.name)


def ledger_lines(result: Result) -> str:
    """The ledger as JSON Lines."""
    ran, encoding = result.ran, _encoding(result)
    raw, output = encode(result.raw, encoding), as_bytes(result)
    header = ledgers.header_of(result, ran, raw, output, encoding, apply=ran.apply, vetoes=ran.vetoes)
    return ledgers.encoded(ledgers.rows(result, header)).decode("utf-8", "surrogatepass")


def as_bytes(result: Result) -> bytes:
    """The bytes of the repaired file."""
    return file_bytes(result.text, _encoding(result))


def undone(result: Result, before: str | None) -> str:
    """The raw text, or the text before a rule had its turn, with the line ends of the file."""
    text = invert(result.text, result.ledger, before)
    newline = NEWLINES.get(result.page.newline)
    return text.replace("\n", newline) if newline else text


def _encoding(result: Result) -> Encoding:
    """How the page stood in its file; a text that was given as such would stand in UTF-8."""
    return result.encoding or Encoding("utf-8", bom=False, detected=False, newline=result.page.newline)


def _edition(result: Result) -> Edition:
    return edition_of_page(result, Bound(result.page.name, (Leaf(result, _encoding(result)),)))
