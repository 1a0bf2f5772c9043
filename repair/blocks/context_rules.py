"""What a line is by its neighbours: rules in order, each for the lines of one kind so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from repair.blocks.line import WIDEST, PageLines
from repair.blocks.line_rules import HEAD
from repair.blocks.long_lines import LEAST_SAID
from repair.vocabulary import datelines, labels, names, notes, sheet

__all__ = ["RULES", "Rule"]

_BODY = frozenset({"paragraph", "fragment", "list_item"})
_SLOGAN_EM, _NAMES_EM, _ONE_NAME_EM, _SHORT_EM, _CLAUSE_EM = 26, 30, 3, 30, 20
_PICTURE_BLANKS = 3
# Marks that text ends with where it pauses, and does not break off.
_PAUSES = frozenset("：:；;”’」』）)》】…")

Kinds = Sequence[str]


class Rule(NamedTuple):
    """A test of line `i` among its neighbours, for lines `of` a kind so far; what it is then, and the share."""

    holds: Callable[[PageLines, Kinds, int], object]
    of: str
    kind: str
    share: float


def clauses_under_head(lines: PageLines, kinds: Kinds, i: int) -> object:
    """A deck of several clauses: no stop, a head above it, a byline or a dateline below."""
    return not lines[i].closed and _before(kinds, i) == HEAD and _opens_article(lines, kinds, i + 1)


def cut_clause(lines: PageLines, kinds: Kinds, i: int) -> object:
    """A clause with a comma and no stop after a paragraph, before another or before a Markdown head."""
    line, after = lines[i], _after(kinds, i)
    if (
        line.level
        or line.em <= _CLAUSE_EM
        or "，" not in line.text.replace(",", "，")
        or _before(kinds, i) not in _BODY
    ):
        return False
    return (
        after == ""
        or (after in _BODY and not _opens_article(lines, kinds, i + 1))
        or (after == HEAD and lines[i + 1].level)
    )


def line_of_sheet(lines: PageLines, kinds: Kinds, i: int) -> object:
    """The paper's name, a folio run together with date and editors, or the name of the page's section."""
    text = lines[i].text
    if sheet.PAPER.fullmatch(text) or sheet.SHEET.search(text):
        return True
    if not labels.SECTION.fullmatch(text):
        return False
    return text[-1] != "告" or i == 0 or bool(lines[i - 1].mark) or (i + 1 < len(lines) and bool(lines[i + 1].mark))


def between_furniture(lines: PageLines, kinds: Kinds, i: int) -> object:
    return 0 < i < len(lines) - 1 and lines[i].em <= _SLOGAN_EM and lines[i - 1].mark and lines[i + 1].mark


def names_under_head(lines: PageLines, kinds: Kinds, i: int) -> object:
    """Names and nothing else: one under a head, several only where the body or another byline follows."""
    line = lines[i]
    if line.em > _NAMES_EM or line.level or _before(kinds, i) not in (HEAD, "byline"):
        return False
    if not names.NAMES.fullmatch(line.text):
        return False
    return line.em <= _ONE_NAME_EM or _after(kinds, i) in _BODY or _after(kinds, i) == "byline"


def signature(lines: PageLines, kinds: Kinds, i: int) -> object:
    """Names in brackets after the text that they wrote."""
    return _before(kinds, i) == "paragraph" and names.SIGNED.fullmatch(lines[i].text)


def office_under_notice(lines: PageLines, kinds: Kinds, i: int) -> object:
    """The office or company that signs, before the date or after the telephone number."""
    line, before, after = lines[i], _before(kinds, i), _after(kinds, i)
    if line.em > _SLOGAN_EM or line.level or (before != "note" and before not in _BODY):
        return False
    if after == "note" and datelines.DATE.fullmatch(lines[i + 1].text):
        return True
    return (before == "note" or after not in _BODY) and notes.OFFICE.fullmatch(line.text)


def sentence_after_blanks(lines: PageLines, kinds: Kinds, i: int) -> object:
    """One sentence after a run of blank lines, where readers of images leave out the picture."""
    line = lines[i]
    return line.closed and line.em <= _SHORT_EM and line.blanks >= _PICTURE_BLANKS


def sentence_of_text(lines: PageLines, kinds: Kinds, i: int) -> object:
    """One sentence that the running text has too, not in the middle of a conversation."""
    line = lines[i]
    if not line.closed or line.em > _SHORT_EM:
        return False
    if _after(kinds, i) == "paragraph" and lines[i + 1].em < WIDEST:
        return False
    said = line.text.rstrip("。！？.")
    return len(said) >= LEAST_SAID and lines.long.say(said)


def question_over_article(lines: PageLines, kinds: Kinds, i: int) -> object:
    """A question or call over a byline or a dateline."""
    return lines[i].em <= _SHORT_EM and lines[i].text[-1] in "？！?!" and _opens_article(lines, kinds, i + 1)


def open_end(lines: PageLines, kinds: Kinds, i: int) -> object:
    """Text that breaks off, and no jump mark says where it goes on."""
    line = lines[i]
    return not line.closed and line.text[-1] not in _PAUSES and _after(kinds, i) != "jump"


RULES: tuple[Rule, ...] = (
    Rule(line_of_sheet, HEAD, "folio", 0.99),
    Rule(between_furniture, HEAD, "banner", 0.9),
    Rule(names_under_head, HEAD, "byline", 0.96),
    Rule(signature, HEAD, "note", 0.99),
    Rule(office_under_notice, HEAD, "note", 0.98),
    Rule(sentence_after_blanks, "paragraph", "caption", 0.98),
    Rule(sentence_of_text, "paragraph", "caption", 0.98),
    Rule(question_over_article, "paragraph", HEAD, 0.0),
    Rule(clauses_under_head, "paragraph", HEAD, 0.0),
    Rule(cut_clause, HEAD, "fragment", 0.9),
    Rule(open_end, "paragraph", "fragment", 0.96),
)
"""The rules in order; `share` is measured as for the rules of `alone`, but for `signature`: the gold of those pages
has no kind for signatures, so all 35 different ones were read."""


def _opens_article(lines: PageLines, kinds: Kinds, i: int) -> bool:
    """Whether line `i` is a byline or begins with a dateline."""
    if i >= len(lines):
        return False
    return kinds[i] == "byline" or (kinds[i] == "paragraph" and bool(datelines.DATELINE.match(lines[i].text)))


def _before(kinds: Kinds, i: int) -> str:
    return kinds[i - 1] if i else ""


def _after(kinds: Kinds, i: int) -> str:
    return kinds[i + 1] if i + 1 < len(kinds) else ""
