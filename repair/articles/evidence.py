"""What speaks for a block to be this head or that one, and for an article to begin with it.

Each block has named figures, most of them 0 or 1; `weights.tsv` says what they weigh for each label (`labels.py`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from repair.articles.topics import Topics, cosine
from repair.blocks import FURNITURE, blocks_of
from repair.blocks.classify import Classified, classify
from repair.blocks.line import WIDEST, Line
from repair.blocks.line_rules import HEAD
from repair.core.page import Page
from repair.seam import default_model
from repair.typography.folded import folded_text
from repair.typography.lines import printed_lines
from repair.typography.plain import plain
from repair.vocabulary import datelines, head_words, names
from repair.vocabulary.jump_marks import leads, trails

__all__ = ["BODY", "HEADS", "OPENING", "Evidence"]

BODY = frozenset({"paragraph", "fragment", "list_item"})
HEADS = frozenset({"kicker", "headline", "deck"})
OPENING = HEADS | {"byline"}
"""The kinds of running text, of heads, and of what stands over an article's text."""

_EM = (4, 9, 13.5, 16, 19, 23, 26, 32, 36)
_PAUSES = frozenset({"caption", "note", "jump"})
_OPENS, _CLOSES = "“《【（(‘「『", "”》】）)’」』"
_LONG_BODY_EM, _SHORT_EM = 26, 20
_TAIL = 24  # characters at a block's end in which a signature or a jump mark stands
# That the text has a head word for word says more on laid-out pages than on real ones, so it may not weigh much.
_SAID = 0.3
_SAYS = 5  # a head of so many characters that the text has word for word
_NEAR, _WIDE = 400, 700  # characters of text taken for what comes before and after
_LEAD, _ASIDE = 250, 0.15
_WINDOWS = ((1, False), (120, False), (200, False), (200, True), (400, True), (900, True))
_USUAL = 0.6  # likeness in meaning of two stretches of one article, in the middle
_PRINTED = 80  # lines wider than this, in em, are paragraphs, not printed lines
_LINES = 3

Figures = dict[str, float]


class Evidence:
    """The blocks of a page without its furniture, and the figures of each.

    `classified`: all lines with their kinds; `kept`: which of them these blocks are; `lines`, `kinds`: of the blocks.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.classified: Classified = classify(page)
        every = self.classified.kinds
        self._named = [block.kind for block in blocks_of(page)]
        self.kept = [i for i, kind in enumerate(every) if kind not in FURNITURE]
        self.lines: list[Line] = [self.classified.lines[i] for i in self.kept]
        self.kinds = [every[i] for i in self.kept]
        self._after_furniture = [i > 0 and every[i - 1] in FURNITURE for i in self.kept]
        self._texts = [line.text for line in self.lines]
        self._sizes = [len(text) for text in self._texts]
        self._plain = [plain(text).strip("-").rstrip(".。") for text in self._texts]
        self._bodies = [kind in BODY for kind in self.kinds]
        self._sayings: dict[int, frozenset[int]] = {}
        self._is_text = [body and line.em >= _LONG_BODY_EM for body, line in zip(self._bodies, self.lines, strict=True)]

    def __len__(self) -> int:
        return len(self.lines)

    @cached_property
    def topics(self) -> Topics:
        """What each block speaks of."""
        return Topics.of(folded_text(self.page), [(line.start, line.end) for line in self.lines])

    def figures(self) -> Iterator[Figures]:
        """The figures of each block that are not 0."""
        for i, kind in enumerate(self.kinds):
            figures = self._neighbours(i) | self._seam(i)
            figures |= self._of_head(i) if kind == HEAD else self._of_body(i)
            yield {name: float(value) for name, value in figures.items() if value}

    # ---- of all blocks -----------------------------------------------------------------------------------------------

    def _neighbours(self, i: int) -> Figures:
        kind, before, before2 = self.kinds[i], self._kind(i - 1), self._kind(i - 2)
        after, after2 = self._kind(i + 1), self._kind(i + 2)
        return {
            "always": 1,
            f"kind {kind}": 1,
            f"before {before}": 1,
            f"after {after}": 1,
            f"before {before2} {before}": 1,
            f"after {after} {after2}": 1,
            f"from {before} to {kind}": 1,
            "furniture before": self._after_furniture[i],
            "first": i == 0,
            "blank lines": self.lines[i].blanks >= 3,
        }

    def _seam(self, i: int) -> Figures:
        """What stands at the edges of the block and of its neighbours."""
        text = self._texts[i]
        found: Figures = {
            "jump from": self._comes_from(i),
            "jump from after": self._comes_from(i + 1),
            "jump from before": self._comes_from(i - 1),
            "dateline": bool(datelines.DATELINE.match(text)),
            "dateline after": bool(datelines.DATELINE.match(self._text(i + 1))),
        }
        if i:
            likeness = self._likeness(self._around(i, -1, _NEAR), self._around(i, 1, _NEAR))[0]
            tail = self._texts[i - 1][-_TAIL:]
            found |= {
                "terms": min(likeness * 4, 1.5),
                "terms none": likeness < 0.03,
                "terms some": likeness > 0.12,
                "closed before": self.lines[i - 1].closed,
                "signed before": bool(names.SIGNED.fullmatch(tail[max(tail.rfind("（"), tail.rfind("(")) :])),
                "jump to before": (jump := trails(tail)) is not None and jump.way == "to",
                "long before": self.lines[i - 1].em >= WIDEST,
            }
        left = next((width for width in reversed(self._widths[max(0, i - 4) : i]) if width), 0.0)
        right = next((width for width in self._widths[i : i + 4] if width), 0.0)
        if left and right:
            apart = abs(left - right)
            found |= {"width same": apart < 1, "width near": 1 <= apart < 2.5, "width other": apart >= 2.5}
        return found

    # ---- of heads ----------------------------------------------------------------------------------------------------

    def _of_head(self, i: int) -> Figures:
        line, said = self.lines[i], self._said(i)
        found: Figures = {f"em > {em}": line.em > em for em in _EM}
        named, above = self._named[self.kept[i]], self._named[self.kept[i] - 1] if self.kept[i] else "edge"
        found |= {
            f"by rule {named}": 1,
            f"by rule {named} after {above}": 1,
            f"level {line.level}": 1,
            "dash": bool(head_words.DASH.match(line.text)),
            "announces": bool(head_words.KICKER.search(line.text)),
            "notice": bool(head_words.NOTICE.fullmatch(line.text)),
            "ends in dash": bool(head_words.ENDS_IN_DASH.search(line.text)),
            "space": " " in line.text or "\u3000" in line.text,
            "marks": bool(head_words.HEADLINE.search(line.text)),
            "comma": "，" in line.text or "," in line.text,
            "asks": line.text[-1] in "？！?!",
            "latin": line.latin,
            "quote first": line.text[0] in "“「《【",
            "dash after": bool(head_words.DASH.match(self._text(i + 1))),
            "said": _SAID * said,
        }
        if said:
            above, below = self._text_around(i)
            found |= {
                "said below": _SAID * (self._plain[i] in below and self._plain[i] not in above),
                "said above": _SAID * (self._plain[i] in above and self._plain[i] not in below),
            }
        if self._kind(i + 1) == HEAD:
            after = self.lines[i + 1]
            found |= {
                "wider after": after.em > line.em + 2,
                "narrower after": after.em < line.em - 2,
                "said after": _SAID * self._said(i + 1),
                "higher level after": bool(0 < after.level < line.level),
                "lower level after": bool(0 < line.level < after.level),
                "level only after": bool(after.level and not line.level),
                "seam after": min(max(self._seams[i + 1][0], -2), 12) / 6,
            }
        if self._kind(i - 1) == HEAD:
            found |= self._after_head(i)
        return found | self._subject(i)

    def _after_head(self, i: int) -> Figures:
        line, before = self.lines[i], self.lines[i - 1]
        llr, pmi = self._seams[i]
        return {
            "same width": abs(before.em - line.em) <= 1,
            "near width": abs(before.em - line.em) <= 3,
            "wider before": before.em > line.em + 3,
            "narrower before": before.em < line.em - 3,
            "wide both": line.em + before.em > 36,
            "level before": before.level > 0,
            "said before": _SAID * self._said(i - 1),
            "seam": min(max(llr, -2), 12) / 6,
            "seam > 4": llr > 4,
            "seam > 8": llr > 8,
            "seam pmi": min(max(pmi, -2), 10) / 5,
            "open before": any(
                before.text.count(opens) > before.text.count(closes)
                for opens, closes in zip(_OPENS, _CLOSES, strict=True)
            ),
        }

    def _subject(self, i: int) -> Figures:
        """Whether the head speaks of what is below it, above it, or elsewhere on the page."""
        left = self._share(i, self._around(i, -1, _WIDE))
        right = self._share(i, self._around(i + 1, 1, _WIDE))
        own, away = self._elsewhere[0][i], self._elsewhere[1][i]
        return {
            "terms above": left,
            "terms below": right,
            "terms more below": right > left + 0.15,
            "terms more above": left > right + 0.15,
            "meaning over": self._likeness(self._texts_from(i - 1, -1, 500), self._texts_from(i + 1, 1, 500))[1],
            "meaning above": self._likeness(self._texts_from(i - 1, -1, 500), [i])[1],
            "meaning below": self._likeness([i], self._texts_from(i + 1, 1, 500))[1],
            "lead below": own,
            "lead elsewhere": away,
            "lead elsewhere > .3": away > 0.3,
        }

    @cached_property
    def _elsewhere(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Of each head the share of its terms that the text right below begins with, and how much more some other
        text of the page does; of each other block how much more it is spoken of by a head that stands elsewhere."""
        own, away, spoken_of = np.zeros(len(self)), np.zeros(len(self)), np.zeros(len(self))
        heads = [i for i, kind in enumerate(self.kinds) if kind == HEAD]
        bodies = [i for i, body in enumerate(self._bodies) if body and self._sizes[i] >= 12]
        if not heads or not bodies:
            return own, away, spoken_of
        terms = self.topics.terms
        leads = np.stack([terms[self._around(body, 1, _LEAD)].any(axis=0) for body in bodies])
        weights = terms[heads].sum(axis=1)
        shares = terms[heads] @ leads.T.astype(np.float32) / np.maximum(weights, 1e-6)[:, None]
        nexts = np.searchsorted(bodies, heads)
        for row, head in enumerate(heads):
            for column, body in enumerate(bodies if self._saying(head) else ()):
                if self._saying(head).intersection(around := self._around(body, 1, _LEAD)):
                    shares[row, column] = self._share(head, around)
            below = int(nexts[row]) if nexts[row] < len(bodies) and bodies[nexts[row]] - head <= 6 else -1
            own[head] = shares[row, below] if below >= 0 else 0.0
            best = int(shares[row].argmax())
            more = float(shares[row, best] - own[head])
            away[head] = max(more, 0.0)
            if best != below and more > _ASIDE and weights[row] > 8:
                spoken_of[bodies[best]] = max(spoken_of[bodies[best]], more)
        return own, away, spoken_of

    # ---- of other blocks ---------------------------------------------------------------------------------------------

    def _of_body(self, i: int) -> Figures:
        line, spoken_of = self.lines[i], self._elsewhere[2][i]
        found: Figures = {
            "short": line.em < _SHORT_EM,
            "middling": _SHORT_EM <= line.em < WIDEST,
            "digit first": line.text[0].isdigit(),
            "head elsewhere": spoken_of,
            "head elsewhere > 0": spoken_of > 0,
            "head elsewhere > .35": spoken_of > 0.35,
        }
        if self._bodies[i]:
            last = i - 1
            while last >= 0 and self.kinds[last] in _PAUSES:
                last -= 1
            if last >= 0 and self._bodies[last]:
                found |= self._between_texts(last, i)
        return found

    def _between_texts(self, last: int, i: int) -> Figures:
        """Whether text goes on to speak of the same things."""
        found: Figures = {"text after text": 1, "jump from after text": self._comes_from(i)}
        if last == i - 1:
            found["seam of texts"] = min(max(self._seams[i][0], -8), 8) / 8
        for size, stops in _WINDOWS:
            name = f"{size} to head" if stops else f"{size}"
            terms, meaning = self._likeness(
                self._texts_from(last, -1, size, stops), self._texts_from(i, 1, size, stops)
            )
            found |= {f"terms {name}": terms, f"meaning {name}": meaning}
        found["head elsewhere after text"] = self._elsewhere[2][i] > 0.35
        found |= {
            "meaning far": found["meaning 200 to head"] < 0.1,
            "meaning near": found["meaning 200 to head"] > 0.35,
        }
        return found

    # ---- helpers -----------------------------------------------------------------------------------------------------

    def _kind(self, i: int) -> str:
        return self.kinds[i] if 0 <= i < len(self) else "edge"

    def _text(self, i: int) -> str:
        return self._texts[i] if 0 <= i < len(self) else ""

    def _comes_from(self, i: int) -> bool:
        jump = leads(self._text(i))
        return jump is not None and jump.way == "from"

    def _share(self, head: int, blocks: Sequence[int]) -> float:
        """The share of a head's terms that these blocks have, where they say it word for word not counted.

        Kickers, decks and crossheads of laid-out pages are sentences of their article, those of real pages are not.
        """
        topics = self.topics
        mine = topics.terms[head]
        weight = float(mine.sum())
        if not blocks or not weight:
            return 0.0
        has = topics.counts[list(blocks)].sum(axis=0, dtype=np.int64)
        has -= len(self._saying(head).intersection(blocks)) * topics.counts[head].astype(np.int64)
        return float(mine[has > 0].sum()) / weight

    def _saying(self, head: int) -> frozenset[int]:
        """The blocks that say a head word for word."""
        if head not in self._sayings:
            said = self._plain[head]
            found = (i for i, text in enumerate(self._plain) if self._is_text[i] and said in text)
            self._sayings[head] = frozenset(found) if self._said(head) else frozenset()
        return self._sayings[head]

    def _said(self, i: int) -> bool:
        return len(self._plain[i]) >= _SAYS and self._plain[i] in self._all_text

    @cached_property
    def _all_text(self) -> str:
        return "\0".join(text for text, is_text in zip(self._plain, self._is_text, strict=True) if is_text)

    def _text_around(self, i: int) -> tuple[str, str]:
        above = "".join(self._plain[j] for j in range(max(0, i - 6), i) if self._is_text[j])
        below = "".join(self._plain[j] for j in range(i + 1, min(len(self), i + 8)) if self._is_text[j])
        return above, below

    def _around(self, i: int, step: int, size: int) -> list[int]:
        """Blocks before block `i` (step -1), or from it on (step 1), until they have so many characters."""
        at, found, total = i if step > 0 else i - 1, list[int](), 0
        while 0 <= at < len(self) and total < size:
            found.append(at)
            total += self._sizes[at]
            at += step
        return found

    def _texts_from(self, i: int, step: int, size: int, stops: bool = False) -> list[int]:
        """As `_around`, from block `i` in both directions, of running text only; with `stops` up to a head."""
        bodies, heads = self._places
        at, head = (bisect_left(places, i) if step > 0 else bisect_right(places, i) - 1 for places in (bodies, heads))
        stop = heads[head] if stops and 0 <= head < len(heads) else step * len(self)
        found, total = list[int](), 0
        while 0 <= at < len(bodies) and total < size and step * bodies[at] < step * stop:
            found.append(bodies[at])
            total += self._sizes[bodies[at]]
            at += step
        return found

    @cached_property
    def _places(self) -> tuple[list[int], list[int]]:
        """Where the running text stands, and where heads do."""
        bodies = [i for i, body in enumerate(self._bodies) if body]
        return bodies, [i for i, kind in enumerate(self.kinds) if kind == HEAD]

    def _likeness(self, left: Sequence[int], right: Sequence[int]) -> tuple[float, float]:
        """Cosine of two sets of blocks by their terms and by their meaning; meaning that is not known is as usual."""
        if not left or not right:
            return 0.0, 0.0
        terms, meaning = self.topics.terms, self.topics.meaning
        ours, theirs = meaning[left].sum(axis=0), meaning[right].sum(axis=0)
        known = bool(ours.any() and theirs.any())
        return (
            cosine(terms[left].sum(axis=0), terms[right].sum(axis=0)),
            cosine(ours, theirs) if known else _USUAL,
        )

    @cached_property
    def _seams(self) -> list[tuple[float, float]]:
        """LLR and PMI of each block as the continuation of the one before."""
        scores = default_model().score(self._texts[:-1], self._texts[1:])
        return [(0.0, 0.0), *zip(scores.llr.tolist(), scores.pmi.tolist(), strict=True)]

    @cached_property
    def _widths(self) -> list[float]:
        """The width of the column that each block was printed in, in em; 0 where the raw lines do not tell it."""
        raw = Page.of(self.page.raw, newline=self.page.newline)
        begins = raw.text.starts[printed_lines(raw).starts] if len(printed_lines(raw)) else printed_lines(raw).starts
        found = []
        for line in self.lines:
            width = 0.0
            if line.em >= _SHORT_EM / 2:
                rows = np.unique(begins.searchsorted(self.page.text.starts[line.start : line.end], side="right")) - 1
                widths = np.sort(printed_lines(raw).widths[rows[rows >= 0]])
                if len(widths) >= _LINES and widths[-1] <= _PRINTED:
                    width = float(np.median(widths[len(widths) // 3 :]))
            found.append(width)
        return found
