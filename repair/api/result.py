r"""A repaired page as who calls from Python has it: with its articles, its ledger, and the way back to the raw text.

What makes these views is imported when one is asked for: a batch job asks for none.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from repair.core import engine
from repair.core.chain import Chain
from repair.core.change import Safety
from repair.core.engine import Repaired
from repair.core.page import Page
from repair.core.text import NEWLINES

if TYPE_CHECKING:
    from repair.files.decoding import Encoding
    from repair.history.ledger import Ledger


__all__ = ["Article", "Block", "Result", "run"]


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


@dataclass(frozen=True, repr=False)
class Result(Repaired):
    r"""What `repair`, `repair_file` and `run` give. `encoding`: how the page stood in its file, where it has one.

    >>> from repair import repair
    >>> result = repair("the ﬁrst bridge\n")
    >>> result.text, result.raw, [(row.rule, row.edits[0].after) for row in result.ledger.rows]
    ('the first bridge\n', 'the ﬁrst bridge\n', [('text/latin-ligature', 'fi')])
    """

    encoding: Encoding | None = None

    @classmethod
    def of(cls, repaired: Repaired, encoding: Encoding | None = None) -> Result:
        """The result of what the engine gave."""
        return cls(**{field.name: getattr(repaired, field.name) for field in fields(Repaired)}, encoding=encoding)

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """The articles in reading order, each with its headline, text and blocks."""
        return tuple(_article(said) for said in self.to_dict()["articles"])

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger: its `header`, and in `rows` every change that was proposed, whatever became of it."""
        from repair.history import ledger

        return ledger.parse(self.to_ledger().encode("utf-8", "surrogatepass"), self.page.name)

    def undo(self, before: str | None = None) -> str:
        """The raw text, led back to by the ledger; or the text as it stood before the rule of that id had its turn.

        `UsageError`: no such rule.
        """
        from repair.history.undo import invert

        text = invert(self.text, self.ledger, before)
        newline = NEWLINES.get(self.page.newline)
        return text.replace("\n", newline) if newline else text

    def to_dict(self) -> dict[str, Any]:
        """All that is known, as JSON values: what `--format json` writes and `repair schema` describes."""
        from repair.formats.document import document
        from repair.issues.assemble import edition_of_page
        from repair.issues.bound import Bound, Leaf

        bound = Bound(self.page.name, (Leaf(self, self._in_file),))
        return document(edition_of_page(self, bound), self.ran)

    def to_json(self) -> str:
        """The same as JSON in one line."""
        from repair.files.text import json_line

        return json_line(self.to_dict()).removesuffix("\n")

    def to_bytes(self) -> bytes:
        """The repaired file, with the encoding and the line ends of the raw one.

        `WriteError`: the encoding does not have a character that was put in.
        """
        from repair.files.text import file_bytes

        return file_bytes(self.text, self._in_file)

    def to_ledger(self) -> str:
        """The ledger as JSON Lines. Written beside `to_bytes`, the commands undo, explain and report know it."""
        from repair.files.decoding import encode
        from repair.history import ledger

        raw, ran = encode(self.raw, self._in_file), self.ran
        header = ledger.header_of(self, ran, raw, self.to_bytes(), self._in_file, apply=ran.apply, vetoes=ran.vetoes)
        return ledger.encoded(ledger.rows(self, header)).decode("utf-8", "surrogatepass")

    @property
    def _in_file(self) -> Encoding:
        """How the page stood in its file; a text that was given as such would stand in UTF-8."""
        from repair.files.decoding import Encoding

        return self.encoding or Encoding("utf-8", bom=False, detected=False, newline=self.page.newline)


def run(
    page: Page,
    chain: Chain,
    *,
    apply: Safety = Safety.LIKELY,
    vetoes: frozenset[str] = frozenset(),
    encoding: str = "",
) -> Result:
    """Repair a page with a chain that is loaded already: many pages, one chain. See `repair.core.engine.run`.

    A page that broke a law of the program has an `error`, and must not be given out.

    >>> from repair import Page, load_chain
    >>> run(Page.of("桥通车了,人人说好。"), load_chain()).text
    '桥通车了，人人说好。'
    """
    return Result.of(engine.run(page, chain, apply=apply, vetoes=vetoes, encoding=encoding))


def _article(said: dict[str, Any]) -> Article:
    blocks = tuple(_block(block) for block in said["blocks"])
    return Article(said["id"], said["headline"] or "", said["byline"] or "", said["text"], blocks)


def _block(said: dict[str, Any]) -> Block:
    raw = tuple((start, end) for _, _, _, start, end, _ in said["runs"] if start < end)
    return Block(said["kind"], said["text"], said["confidence"], raw, said.get("gap", ""))
