"""Clean articles of the corpus with damage done to them, of the sorts that rules of characters and spaces repair.

What a table of the rules replaces is put in for what it is replaced by; marks lose their width, quotes their sides,
dots and dashes their form; spaces come to stand where a reader of PDFs sets them; and characters that nobody sees are
strewn in. Lines of the sheet are those of the pages to train on, with other figures.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from repair.core.rule import Phase
from repair.rulebook.kinds.table import Table
from repair.rulebook.load import load_chain
from repair.training.corpus import Article

__all__ = ["DAMAGES", "Damaged", "articles", "clean", "damaged"]

_SHARE = 0.3  # of the places where damage may be done, on a page that has it
_STREWN = 0.004  # a character of a page on which characters are strewn in
_HALF = str.maketrans("，；：！？（）", ",;:!?()")
_HAN = "[\u3400-\u9fff]"
_FIGURE = re.compile(rf"(?<={_HAN})(?=\d)|(?<=[\d%])(?={_HAN})|(?<=\d)(?=%)")
_WORD = re.compile(rf"(?<={_HAN})(?=[A-Za-z])|(?<=[A-Za-z])(?={_HAN})")
_SEEN_BY_NOBODY = "\u200b\u200e\u2060\ufeff\u0000\u0005\u001e\u007f\u00ad"
_JUMPS = ("（下转第{}版）", "（转{}版）", "（下转{}版）", "（下转第{}版）")


@dataclass(frozen=True)
class Damaged:
    """A page made of an article: its name, its text as it was read, and its gold."""

    name: str
    raw: str
    gold: dict[str, Any]


def articles(data: Path, count: int) -> Iterator[dict[str, Any]]:
    """Articles from all over the corpus, as many Chinese ones as asked for and a fifth as many English ones."""
    for name, some in (("zh_news.jsonl.gz", count), ("en_dev.jsonl.gz", count // 5)):
        path = data / "corpus" / name
        if not path.is_file():
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            every = max(1, sum(1 for _ in lines) // max(1, some))
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in islice(lines, 0, None, every):
                article = json.loads(line)
                if not _held_out(article):
                    yield article | {"sheet": _sheet(data, article["id"])}


def _held_out(article: Mapping[str, Any]) -> bool:
    """Whether the seam model has not counted an article, so that only its own measures may see it."""
    source = article.get("src", "")  # the English articles have none: no model counts them
    return bool(source) and Article(article["id"], source, article["title"], article["paras"]).held_out


def _sheet(data: Path, name: str) -> list[str]:
    """The lines of the sheet of some page to train on, with other figures."""
    rng = Random(name)
    pages = _sheets(data)
    lines = rng.choice(pages) if pages else []
    return [re.sub(r"\d", lambda _: str(rng.randint(1, 9)), line) for line in lines]


@cache
def _sheets(data: Path) -> list[list[str]]:
    return [
        json.loads(path.read_bytes())["furniture"]
        for path in sorted((data / "pages_train").glob("*/page*.gold.json"))
        if ".vlm." not in path.name
    ]


def clean(article: Mapping[str, Any]) -> Damaged:
    """An article as it is, a block a line."""
    said = [article["title"], *article["paras"]]
    kinds = ["headline", *["paragraph"] * len(article["paras"])]
    blocks = [{"type": kind, "text": text} for kind, text in zip(kinds, said, strict=True)]
    gold = {"articles": [{"id": article["id"], "blocks": blocks}], "furniture": []}
    return Damaged(article["id"], "".join(f"{text}\n" for text in said), gold)


def damaged(article: Mapping[str, Any]) -> Iterator[Damaged]:
    """The article with each sort of damage; none where it has nothing that can be damaged so."""
    whole = clean(article)
    for name, do in DAMAGES.items():
        raw = do(whole.raw, Random(f"{whole.name} {name}"))
        if raw != whole.raw:
            yield Damaged(f"{whole.name}, {name}", raw, whole.gold)
    jump = Random(whole.name).choice(_JUMPS).format(Random(whole.name).randint(2, 8))
    ended = [*(block["text"] for block in whole.gold["articles"][0]["blocks"][1:-1])]
    last = f"{whole.gold['articles'][0]['blocks'][-1]['text']}{jump}"
    gold = clean({**article, "paras": [*ended, last]}) if article["paras"] else whole
    yield Damaged(f"{whole.name}, jump", _spaced_jump(gold.raw, jump), gold.gold)
    if article["sheet"]:
        raw = "".join(f"{line}\n" for line in article["sheet"]) + whole.raw
        yield Damaged(f"{whole.name}, sheet", raw, whole.gold | {"furniture": article["sheet"]})


def _spaced_jump(raw: str, jump: str) -> str:
    spaced = re.sub(r"(?<=\D)(?=\d)|(?<=\d)(?=\D)", " ", jump)
    return raw.replace(jump, f" {spaced}")


def _some(pattern: re.Pattern[str], put: Callable[[re.Match[str]], str], text: str, rng: Random) -> str:
    """The text with some of the matches of a pattern replaced."""
    return pattern.sub(lambda found: put(found) if rng.random() < _SHARE else found[0], text)


def _of_tables(text: str, rng: Random) -> str:
    """What tables of the rules replace, in the place of what they replace it by."""
    old = _inverse()
    pattern = re.compile("|".join(map(re.escape, sorted(old, key=len, reverse=True))))
    return _some(pattern, lambda found: rng.choice(old[found[0]]), text, rng)


@cache
def _inverse() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rule in load_chain().rules:
        if rule.phase in (Phase.READ, Phase.TEXT) and isinstance(rule.find, Table):
            for before, after in rule.find.pairs.items():
                found.setdefault(after, []).append(before)
    return found


def _half(text: str, rng: Random) -> str:
    """Half-width marks on the whole page; some readers set a space behind them, and stops at the ends of lines."""
    text = text.translate(_HALF)
    if rng.random() < 0.3:
        text = re.sub(r"([,;:!?])(?=\S)", r"\1 ", text)
    return re.sub(r"。(?=\n)", ".", text) if rng.random() < 0.5 else text


def _straight(text: str, rng: Random) -> str:
    return re.sub("[“”]", '"', text)


def _spaced(text: str, rng: Random) -> str:
    """Spaces where the font changes, and before marks and brackets of a few."""
    text = _WORD.sub(" ", _FIGURE.sub(" ", text))
    return _some(re.compile(r"(?<=[^\n])(?=[，。、；：！？》）])|(?<=[《（])"), lambda _: " ", text, rng)


def _odd_spaced(text: str, rng: Random) -> str:
    odd = rng.choice("\u00a0\u2002\u2009\u202f")
    return text.replace(" ", odd)


def _edged(text: str, rng: Random) -> str:
    """Blank lines at the head, spaces at the ends of lines, indents."""
    indent = rng.choice(("", "\u3000\u3000", "  "))
    lines = [indent + line + rng.choice(("", "  ", " ")) for line in text.splitlines()]
    return "\n" * rng.randint(1, 4) + "\n".join(lines) + "\n"


def _line_ends(text: str, rng: Random) -> str:
    ends = rng.choice((("\n", "\u2028"), ("\n", "\r\n"), ("\u2028",), ("\n", "\u2029"), ("\n", "\r")))
    return re.sub("\n", lambda _: rng.choice(ends), text)


def _strewn(text: str, rng: Random) -> str:
    return "".join(char + (rng.choice(_SEEN_BY_NOBODY) if rng.random() < _STREWN else "") for char in text)


def _dotted(text: str, rng: Random) -> str:
    """Other dots and dashes for those of the text, percent signs and points of full width."""
    text = re.sub("……", lambda _: rng.choice(("......", "...", "。。。", "······")), text)
    text = re.sub("——", lambda _: rng.choice(("--", "──", "－－", "――")), text)
    text = re.sub("·", lambda _: rng.choice("•・‧"), text)
    return re.sub(r"(?<=\d)\.(?=\d)", "．", text.replace("%", "％"))


def _hyphens(text: str, rng: Random) -> str:
    """U+0002 where PDFium closes a word that was broken: within words, and for hyphens of their own."""
    broken = re.compile(r"(?<=[a-z]{3})(?=[a-z]{3})")
    text = re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z])", lambda _: "\x02" if rng.random() < 0.1 else "-", text)
    return broken.sub(lambda _: "\x02" if rng.random() < 0.02 else "", text)


DAMAGES: Mapping[str, Callable[[str, Random], str]] = {
    "tables": _of_tables,
    "half-width marks": _half,
    "straight quotes": _straight,
    "spaces": _spaced,
    "odd spaces": _odd_spaced,
    "edges": _edged,
    "line ends": _line_ends,
    "characters strewn in": _strewn,
    "dots and dashes": _dotted,
    "hyphens": _hyphens,
}
"""The sorts of damage: each does it to a whole page."""
