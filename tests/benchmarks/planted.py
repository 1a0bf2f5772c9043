"""Pages made of clean articles, with passages read twice planted into them, and pages of notices that are alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

__all__ = ["FORMS", "Planted", "planted", "sisters"]

_WIDTH = 16
_HALF = str.maketrans("，；：！？（）", ",;:!?()")
_OFFICES = ("法院", "检察院", "市政府", "市人大", "教育局", "教育厅", "东渠", "西渠", "一队", "二队", "甲组", "乙组")
_NAMES = (
    "陈明远",
    "李青山",
    "王若水",
    "赵海川",
    "周小川",
    "何秀兰",
    "丁一",
    "孙立人",
    "高望",
    "秦方",
    "陆明",
    "纪南星",
)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Planted:
    """A page as it was and as it was read."""

    form: str
    clean: str
    read: str


def _blocks(article: Sequence[str], rng: Random) -> list[str]:
    """An article as blocks: its title as a head, long paragraphs cut where a column might end."""
    blocks = ["#" * rng.randint(1, 3) + " " + article[0]]
    for para in article[1:]:
        if len(para) > 120 and rng.random() < 0.3:
            cut = rng.randrange(40, len(para) - 40)
            blocks += [para[:cut], para[cut:]]
        else:
            blocks.append(para)
    return blocks


def _page(articles: Sequence[Sequence[str]], rng: Random) -> list[list[str]]:
    half = rng.random() < 0.5
    pages = [_blocks(article, rng) for article in articles]
    return [[block.translate(_HALF) if half else block for block in blocks] for blocks in pages]


def _misread(text: str, share: float, letters: str, rng: Random) -> str:
    """The text with this share of its Han characters read as others."""
    return "".join(rng.choice(letters) if "一" <= char <= "鿿" and rng.random() < share else char for char in text)


def _as_read(text: str, rng: Random) -> list[str]:
    """A passage read again: stretches of printed lines as blocks of their own, others run together."""
    lines = [line[i : i + _WIDTH] for line in text.split("\n") for i in range(0, len(line), _WIDTH)]
    ends = {sum(len(line) for line in text.split("\n")[: n + 1]) for n in range(text.count("\n") + 1)}
    blocks, at, wrapped = [""], 0, rng.random() < 0.7
    for line in lines:
        blocks[-1] += line
        at += len(line)
        if at in ends or (wrapped and rng.random() < 0.5):
            blocks.append("")
    return [block for block in blocks if block]


def _tandem(page: list[list[str]], share: float, letters: str, rng: Random) -> list[list[str]]:
    """The reader stops in an article, goes back and reads again to where it stopped, or less far."""
    bodies = [(a, b) for a, blocks in enumerate(page) for b, block in enumerate(blocks) if b and len(block) > 60]
    a, b = rng.choice(bodies)
    said = page[a][1 : b + 1]
    stop = rng.randrange(40, len(said[-1]))
    before = "\n".join([*said[:-1], said[-1][:stop]])
    size = min(len(before), rng.randrange(80, 280))
    again = before[-size:].lstrip("\n")
    if rng.random() < 0.3:
        again = again[: max(60, int(len(again) * rng.uniform(0.5, 1)))]
    inner = [said[-1][:stop], *_as_read(_misread(again, share, letters, rng), rng), said[-1][stop:]]
    return [[*blocks[:b], *inner, *blocks[b + 1 :]] if n == a else blocks for n, blocks in enumerate(page)]


def _splice(page: list[list[str]], share: float, letters: str, rng: Random) -> list[list[str]]:
    """The same inside one block, without a line end."""
    bodies = [(a, b) for a, blocks in enumerate(page) for b, block in enumerate(blocks) if b and len(block) > 90]
    a, b = rng.choice(bodies)
    block = page[a][b]
    stop = rng.randrange(80, len(block))
    again = _misread(block[max(0, stop - rng.randrange(40, 80)) : stop], share, letters, rng)
    read = block[:stop] + again + block[stop:]
    return [[*blocks[:b], read, *blocks[b + 1 :]] if n == a else blocks for n, blocks in enumerate(page)]


def _loop(page: list[list[str]], share: float, letters: str, rng: Random) -> list[list[str]]:
    """A clause or more read three to eight times."""
    bodies = [(a, b) for a, blocks in enumerate(page) for b, block in enumerate(blocks) if b and len(block) > 60]
    a, b = rng.choice(bodies)
    block = page[a][b]
    start = rng.randrange(0, len(block) - 30)
    period = block[start : start + rng.randrange(12, 80)]
    end = start + len(period)
    again = [_misread(period, share, letters, rng) for _ in range(rng.randint(2, 7))]
    join = rng.choice(["", "\n\n"])
    read = (block[:end] + join + join.join(again) + block[end:]).split("\n\n")
    return [[*blocks[:b], *read, *blocks[b + 1 :]] if n == a else blocks for n, blocks in enumerate(page)]


def _page_end(page: list[list[str]], share: float, letters: str, rng: Random) -> list[list[str]]:
    """The head of an article again at the page's end, breaking off."""
    article = rng.choice(page)
    blocks = article[: rng.randint(2, 4)]
    if len(blocks[-1]) > 60 and rng.random() < 0.5:
        blocks = [*blocks[:-1], blocks[-1][: rng.randrange(40, len(blocks[-1]))]]
    return [*page, [_misread(block, share, letters, rng) for block in blocks]]


def _paragraph(page: list[list[str]], share: float, letters: str, rng: Random) -> list[list[str]]:
    """A whole paragraph read twice, one time after the other."""
    bodies = [(a, b) for a, blocks in enumerate(page) for b, block in enumerate(blocks) if b and len(block) > 60]
    a, b = rng.choice(bodies)
    again = _misread(page[a][b], share, letters, rng)
    return [[*blocks[: b + 1], again, *blocks[b + 1 :]] if n == a else blocks for n, blocks in enumerate(page)]


FORMS: Mapping[str, Callable[[list[list[str]], float, str, Random], list[list[str]]]] = {
    "tandem": _tandem,
    "splice": _splice,
    "loop": _loop,
    "page end": _page_end,
    "paragraph": _paragraph,
}


def planted(articles: Sequence[Sequence[str]], form: str, share: float, rng: Random) -> Planted | None:
    """A page of these articles (title, then paragraphs) with a passage read twice; None where none is long enough.

    `share` of the characters of the second reading are misread.
    """
    page = _page(articles, rng)
    letters = "".join(char for article in articles for block in article for char in block if "一" <= char <= "鿿")
    try:
        read = FORMS[form](page, share, letters, rng)
    except (IndexError, ValueError):
        return None
    return Planted(form, _said(page), _said(read))


def _said(page: Sequence[Sequence[str]]) -> str:
    return "\n\n".join(block for blocks in page for block in blocks) + "\n"


def sisters(article: Sequence[str], rng: Random) -> Iterator[str]:
    """Documents alike but for what counts: numbers, or a name, or an office, or all of them."""
    for slots in ("numbers", "name", "office", "all"):
        count = rng.randint(2, 4)
        names = rng.sample(_NAMES, count)
        offices = rng.sample(_OFFICES, count)
        said = [list(_slotted(article, slots, *which, rng)) for which in zip(names, offices, strict=True)]
        if len({one[0] + one[1] for one in said}) == count:
            yield "\n\n".join("\n\n".join(one) for one in said) + "\n"


def _slotted(article: Sequence[str], slots: str, name: str, office: str, rng: Random) -> Iterator[str]:
    for number, block in enumerate(article):
        if slots in ("numbers", "all"):
            block = _DIGITS.sub(lambda digits: str(rng.randrange(10 ** len(digits[0]))), block)
        if number < 2:
            pause = block.find("，") + 1
            if slots in ("name", "all"):
                block = block[:pause] + name + block[pause:]
            if slots in ("office", "all"):
                block = block[:pause] + office + block[pause:]
        yield block
