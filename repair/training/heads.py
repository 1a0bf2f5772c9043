"""Train the weights of the evidence for heads: `python -m repair.training.heads PAGES_TRAIN [-o DIR]`.

PAGES_TRAIN holds laid-out pages read by engines, with their gold (`pageNNN.gold.json`, `pageNNN.ENGINE.txt`). Each goes
through the default chain up to the order of heads; its heads and bodies are looked up in the gold. Weights are fitted
with an L2 penalty by L-BFGS (scipy: `pip install scipy`). Tables:

- headline-after-body: pages of text layers on which more headlines stand after their bodies than before, as they are,
  and with the heads of three in ten articles left out, for real pages lack some;
- late-headline: runs of heads with a beginning of an article above them, from model-like texts, before the rules that
  put two thirds of them back already.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from repair.core.chain import Chain
from repair.core.engine import run
from repair.core.page import Page
from repair.evidence.feature import Evidence, columns_of
from repair.evidence.table import FOLDER, Table
from repair.passes.layout.headline_after_body.alignment import Choices, chances
from repair.passes.layout.headline_after_body.evidence import ENDS, STARTS, STAYS, STEPS, TIED, StayLook
from repair.passes.layout.headline_after_body.evidence import NONE as NONE_AT_ALL
from repair.passes.layout.headline_after_body.groups import HEADS, Grouped
from repair.passes.layout.headline_after_body.look import HeadLook
from repair.passes.layout.headline_after_body.model import AFTER_BODY, LATE, choices, words_of
from repair.passes.layout.late_headline import candidates_of
from repair.rulebook.load import load_chain
from repair.training.fitting import Loss, least, table_of, write
from repair.typography.plain import plain

TEXT_LAYERS = ("pdfium", "pymupdf", "pypdf", "pdftotext-raw")
MODEL_READ = "vlm"
UNKNOWN, NONE = -2, -1
LEFT_OUT, SEED = 0.3, 5
PENALTY = 0.2
# The same page is read by several engines and used twice.
READINGS = 2 * len(TEXT_LAYERS)
# Evidence that the laid-out pages lack, from the real ones: text frames parted by fewer line ends than paragraphs are.
GIVEN = {
    "starts: break unlike the others": 4.0,
    "steps: breaks unlike the others passed over": -3.0,
    "ends: breaks unlike the others left over": -3.0,
    "tied: closer than others": 5.0,
}
# Rules that leave few late heads to learn from.
MOVE_HEADS = frozenset({"layout/passage-read-twice", "layout/cut-paragraph"})
_PIECE = 6

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """A page; of each block the article and the kind by the gold; of each group where that begins.

    `begins`: the body with which the article of each group begins, `NONE` or `UNKNOWN`.
    """

    grouped: Grouped
    told: list[tuple[int, str] | None]
    begins: list[int]


def before_heads(but_for: Collection[str] = ()) -> Chain:
    """The default chain up to the order of heads, but for some rules."""
    chain = load_chain()
    ids = [rule.id for rule in chain.rules]
    before = chain.rules[: ids.index("layout/headline-after-body")]
    return Chain("before heads", tuple(rule for rule in before if rule.id not in but_for), chain.options)


def samples(folder: Path, engine: str, chain: Chain) -> Iterator[Sample]:
    """The pages below a folder that an engine has read, with what the gold says."""
    for path in tqdm(sorted(folder.rglob(f"page*.{engine}.txt")), desc=engine, disable=None):
        gold_name = f"{path.name.split('.')[0]}.{'vlm.' if engine == MODEL_READ else ''}gold.json"
        gold = json.loads(path.with_name(gold_name).read_text(encoding="utf-8"))
        with path.open(encoding="utf-8", newline="") as file:
            raw = file.read()
        yield sample(run(Page.of(raw, newline="crlf" if "\r\n" in raw else "lf"), chain).page, gold)


def sample(page: Page, gold: dict[str, Any]) -> Sample:
    """A page with what the gold says of its heads."""
    grouped = Grouped.of(page)
    told = places([plain(grouped.text(i).lstrip("# ")) for i in range(len(grouped.blocks))], gold)
    return Sample(grouped, told, begins(grouped, told))


def begins(grouped: Grouped, told: Sequence[tuple[int, str] | None]) -> list[int]:
    """The body with which the article of each group begins; the order of the chain of choices is kept."""
    first: dict[int, int] = {}
    for number, i in enumerate(grouped.bodies.tolist()):
        if (place := told[i]) and place[1] not in HEADS:
            first.setdefault(place[0], number)
    found: list[int] = []
    last = end = -1
    for group in grouped.groups:
        heads = [told[i] for i in range(group.first, group.last)]
        articles = {place[0] for place in heads if place and place[1] in HEADS}
        body = first.get(next(iter(articles)), NONE) if len(articles) == 1 else NONE
        if len(articles) > 1 or (not articles and None in heads):
            body = UNKNOWN
        elif body >= group.before:
            body = NONE
        elif 0 <= body < last or (body == last >= 0 and end != group.first):
            body = UNKNOWN
        if body >= 0:
            last, end = body, group.last
        found.append(body)
    return found


def late(one: Sample) -> bool:
    """Whether more headlines of the page stand after the beginning of their article than before it."""
    headlines = [
        body >= 0
        for group, body in zip(one.grouped.groups, one.begins, strict=True)
        if any((place := one.told[i]) and place[1] == "headline" for i in range(group.first, group.last))
    ]
    return 2 * sum(headlines) > len(headlines)


def without_some(one: Sample, chance: np.random.Generator) -> Sample:
    """The sample without the heads of some articles."""
    gone = {article: chance.random() < LEFT_OUT for article in sorted({place[0] for place in one.told if place})}
    stays = [
        not any((place := one.told[i]) and gone[place[0]] for i in range(group.first, group.last))
        for group in one.grouped.groups
    ]
    groups = tuple(group for group, stay in zip(one.grouped.groups, stays, strict=True) if stay)
    kept = [body for body, stay in zip(one.begins, stays, strict=True) if stay]
    return replace(one, grouped=replace(one.grouped, groups=groups), begins=kept)


class _Flat:
    """The weights of a table as one array, as `fitting.matrix` has its columns, and back."""

    def __init__(self, *evidence: Evidence[Any]) -> None:
        self.evidence, self.columns = evidence, columns_of(*evidence)
        self.names = list(self.columns.start)

    def table(self, weights: Floats) -> Table:
        """The table of these weights."""
        return table_of(weights, 0.5, *self.evidence)

    def array(self, by_name: Mapping[str, float]) -> Floats:
        """A number for each feature, as an array; 0 for those that are not named."""
        return np.array([by_name.get(name, 0.0) for name in self.names])


AFTER_BODY_FLAT = _Flat(STARTS, NONE_AT_ALL, STEPS, ENDS, TIED)
LATE_FLAT = _Flat(STARTS, STAYS)


def slope_of(look: HeadLook, told: Choices) -> dict[str, float]:
    """How each weight adds to the sum over the choices, each counted with its chance."""
    starts = STARTS.buckets(look)
    found = {name: float((at * told.starts).sum()) for name, at in starts.items()}
    for name, at in words_of(starts).items():
        found[name] += float((at * told.tied).sum())
    found |= {name: float(at @ told.none) for name, at in NONE_AT_ALL.buckets(look).items()}
    found |= {name: float((at * told.steps).sum()) for name, at in STEPS.buckets(look).items()}
    found |= {name: float(at @ told.ends) for name, at in ENDS.buckets(look).items()}
    return found | {name: float(at @ told.tied.sum(axis=1)) for name, at in TIED.buckets(look).items()}


def loss_after_bodies(found: Sequence[Sample]) -> Loss:
    """Minus the log of the chance of what the gold says, and its gradient, for the table "headline-after-body"."""
    looks = [(one, HeadLook(one.grouped)) for one in found if one.grouped.groups and len(one.grouped.bodies)]
    flat = AFTER_BODY_FLAT
    given = np.array([GIVEN.get(name, np.nan) for name in flat.names])

    def loss(free: Floats) -> tuple[float, Floats]:
        table = flat.table(np.where(np.isnan(given), free, given))
        total, slope = 0.0, np.zeros(len(free))
        for one, look in looks:
            nats = choices(look, table)
            all_of, expected = chances(nats)
            right, wanted = chances(_restricted(nats, one.begins))
            if np.isfinite(right):
                total += all_of - right
                slope += flat.array(slope_of(look, expected)) - flat.array(slope_of(look, wanted))
        slope = np.where(np.isnan(given), slope / READINGS + PENALTY * free, 0)
        return total / READINGS + PENALTY / 2 * float(free @ free), slope

    return loss


def loss_late(found: Sequence[Sample]) -> Loss:
    """The same for the table "late-headline"."""
    rows = []
    for one in found:
        grouped = one.grouped.by_runs()
        if not grouped.groups or not len(grouped.bodies):
            continue
        look = HeadLook(grouped)
        candidates, wanted = candidates_of(look), begins(grouped, one.told)
        starts, stays = STARTS.buckets(look), STAYS.buckets(StayLook(look, candidates))
        for j, body in enumerate(wanted):
            places = np.flatnonzero(candidates[j])
            if len(places) and body != UNKNOWN and (body < 0 or body in places):
                right = int(places.searchsorted(body)) if body >= 0 else len(places)
                # One row a place where the article may begin, and one for staying; a column a feature.
                amounts = {name: np.append(at[j, places], 0.0) for name, at in starts.items()}
                amounts |= {name: np.append(np.zeros(len(places)), at[j]) for name, at in stays.items()}
                rows.append((np.stack([amounts[name] for name in LATE_FLAT.names], axis=1), right))

    def loss(w: Floats) -> tuple[float, Floats]:
        total, slope = PENALTY / 2 * float(w @ w), PENALTY * w
        for amounts, right in rows:
            nats = amounts @ w
            chance = np.exp(nats - np.logaddexp.reduce(nats))
            total -= float(np.log(chance[right]))
            chance[right] -= 1
            slope = slope + chance @ amounts
        return total, slope

    return loss


def places(texts: Sequence[str], gold: dict[str, Any]) -> list[tuple[int, str] | None]:
    """The article, or -1 for furniture, and the kind of each block by the gold; equal blocks are told off in order.

    Where no block of gold is left that equals it, one that is part of it, or that it is part of, will do.
    """
    blocks = [
        (number, block["type"], plain(block["text"]))
        for number, article in enumerate(gold["articles"])
        for block in article["blocks"]
    ]
    exact: dict[str, list[tuple[int, str]]] = {}
    for number, kind, text in blocks:
        exact.setdefault(text, []).append((number, kind))
    for line in gold.get("furniture", ()):
        exact.setdefault(plain(line), []).append((-1, "furniture"))
    found: list[tuple[int, str] | None] = []
    for text in texts:
        if left := exact.get(text):
            found.append(left.pop(0) if len(left) > 1 else left[0])
        else:
            part = ((n, kind) for n, kind, other in blocks if _part(text, other))
            found.append(next(part, None))
    return found


def _part(text: str, other: str) -> bool:
    return min(len(text), len(other)) >= _PIECE and (text in other or other in text)


def _restricted(nats: Choices, begins: Sequence[int]) -> Choices:
    """The choices that agree with the gold."""
    starts, tied, none, steps, ends = nats
    bodies = np.arange(starts.shape[1])
    wanted = np.array(begins)[:, None]
    allowed = (wanted == UNKNOWN) | (wanted == bodies)
    return Choices(
        np.where(allowed, starts, -np.inf),
        np.where(allowed, tied, -np.inf),
        np.where(wanted[:, 0] < 0, none, -np.inf),
        steps,
        ends,
    )


ABOUT = """Weights of the evidence for where the article of a head begins, in nats. Made by repair.training.heads.
Source: {source}
Only these numbers are taken over from the texts, which stay their publishers'."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the tables and write them."""
    parser = argparse.ArgumentParser(description="Train the weights of the evidence for heads.")
    parser.add_argument("pages", type=Path, help="folder of laid-out pages with gold")
    parser.add_argument("-o", "--output", type=Path, default=FOLDER)
    given = parser.parse_args(arguments)
    chance = np.random.default_rng(SEED)
    whole = [one for engine in TEXT_LAYERS for one in samples(given.pages, engine, before_heads()) if late(one)]
    some = [without_some(one, chance) for one in whole]
    about = ABOUT.format(source="laid-out newspaper pages read by " + ", ".join(TEXT_LAYERS))
    flat = AFTER_BODY_FLAT
    free = least(loss_after_bodies(whole + some), len(flat.names))
    found = np.array([GIVEN.get(name, w) for name, w in zip(flat.names, free.tolist(), strict=True)])
    write(given.output, AFTER_BODY, flat.table(found), about, *flat.evidence)
    model = [one for one in samples(given.pages, MODEL_READ, before_heads(MOVE_HEADS)) if not late(one)]
    about = ABOUT.format(source="laid-out newspaper pages as a model reads them")
    found = least(loss_late(model), len(LATE_FLAT.names))
    write(given.output, LATE, LATE_FLAT.table(found), about, *LATE_FLAT.evidence)


if __name__ == "__main__":
    main()
