"""Reprints: how many are found among how many articles, how many are wrong, in what time and memory.

python -m tests.benchmarks.reprints SAMPLES [--jobs 2] [--articles 100000] [--only gold,corpus,readings] [--list FILE]

gold: the articles of all issues of `pages`, `pages/en` and `pages_train`, as they are and with 3 and 10 % of the
characters misread. Right are the pairs that gold names, and an article that stands in several issues; notices that are
alike (`traps`), of one issue or of several, are not. corpus: the articles of `corpus/zh_news.jsonl.gz` and copies of
some of them with 5 % of the characters changed: as they are otherwise, cut short, with their passages in another order,
in Traditional characters. readings: what is proposed of misread copies, with misreadings as engines made them on the
pages of `pages_train`, and with edited words, which must not be proposed.
"""

from __future__ import annotations

import argparse
import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from pathlib import Path
from typing import NamedTuple

import regex
from rapidfuzz.distance import Levenshtein
from tqdm import tqdm

from repair.measure.align import gold_text, line_places
from repair.reprints import Entry, Match, apparatus, clusters, pairs, readings, verify

from . import samples
from .table import Cell, Table

Confusions = dict[str, list[tuple[str, int]]]

_TRAP = regex.compile(r"i\d+-[a-z]+\d*")
# What editors change in the reprints of gold, and other such words.
_EDITS = (
    *(("在", "于"), ("和", "与"), ("从", "自"), ("将", "要"), ("今年", "本年"), ("表示，", "说，"), ("近日", "日前")),
    *(("以及", "及"), ("等", "等等"), ("了", ""), ("的", ""), ("已经", "已"), ("进行了", "作了")),
)

_WORDS = (
    *(("表示", "指出"), ("认为", "以为"), ("我们", "咱们"), ("今天", "昨日"), ("举行", "召开"), ("进行", "开展")),
    *(("没有", "并未"), ("已经", "早就"), ("通过", "经由"), ("全部", "统统"), ("发展", "推进"), ("工作", "事务")),
    *(("一个", "某个"), ("他们", "众人"), ("成为", "变作"), ("开始", "着手"), ("许多", "不少"), ("重要", "关键")),
    *(("提高", "增进"), ("情况", "状况"), ("问题", "难点"), ("参加", "出席"), ("目前", "现时"), ("群众", "民众")),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Reprints found, wrong ones, time and memory.")
    parser.add_argument("samples", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--only", default="gold,corpus,readings")
    parser.add_argument("--list", type=Path, help="write the pairs of corpus articles that were found, to be read")
    given = parser.parse_args(arguments)
    table, parts = Table(), given.only.split(",")
    if "gold" in parts:
        _gold(given.samples, table)
        _edits(given.samples, table)
    if "corpus" in parts:
        _corpus(given.samples, table, given.articles, given.jobs, given.list)
    if "readings" in parts:
        _readings(given.samples, table)
    print("\n".join(table.shown()))


class Issues(NamedTuple):
    """The articles of some issues. Two `same` are reprints; of `named`, gold says so; `traps` are notices."""

    entries: list[Entry]
    same: set[frozenset[int]]
    named: set[frozenset[int]]
    traps: set[int]

    @classmethod
    def of(cls, paths: Sequence[Path]) -> Issues:
        """Read them."""
        entries: list[Entry] = []
        named, traps, by_article = set(), set(), defaultdict(list)
        for path in paths:
            issue, at = json.loads(path.read_bytes()), {}
            for article in issue["articles"]:
                at[article["id"]] = len(entries)
                if _TRAP.fullmatch(article["id"]):
                    traps.add(len(entries))
                else:
                    by_article[article["id"].removesuffix("#r")].append(len(entries))
                text = "\n".join(block["text"] for block in article["blocks"])
                entries.append(Entry(f"{path}:{article['id']}:{len(entries)}", text))
            named |= {frozenset((at[one["of"]], at[one["as"]])) for one in issue.get("reprints", [])}
        same = {frozenset(pair) for copies in by_article.values() for pair in combinations(copies, 2)}
        return cls(entries, same | named, named, traps)


def _gold(shared: Path, table: Table) -> None:
    train = sorted(shared.glob("pages_train/*/issue*.gold.json"))
    dev = [*sorted(shared.glob("pages/issue*.gold.json")), *sorted(shared.glob("pages/en/issue*.gold.json"))]
    for name, paths in (("pages_train", train), ("pages", dev)):
        issues = Issues.of(paths)
        for rate in (0.0, 0.03, 0.1):
            chance = random.Random(5)
            letters = "".join(entry.text for entry in issues.entries)[:200_000].replace("\n", "")
            changed = [
                entry._replace(text=_changed(entry.text, rate, chance, letters) if rate else entry.text)
                for entry in issues.entries
            ]
            found = {frozenset(pair) for pair in pairs(changed)}
            of_clusters = {
                frozenset((cluster.core, member))
                for cluster in clusters(changed)
                for member in cluster.members
                if member != cluster.core
            }
            right = len(found & issues.same)
            row: dict[str, Cell] = {
                "articles": len(changed),
                "named": len(issues.named),
                "named found": len(found & issues.named),
                "same": len(issues.same),
                "found": right,
                "recall": right / max(1, len(issues.same)),
                "precision": right / max(1, len(found)),
                "traps merged": sum(pair <= issues.traps for pair in found),
                "wrong in clusters": len(of_clusters - issues.same),
            }
            table.put("gold articles", f"{name}, {rate:.0%} misread", row)


def _edits(shared: Path, table: Table) -> None:
    """Copies of articles in which an editor changed a word of each 110 characters for another of two characters."""
    for name, pattern in (("pages_train", "pages_train/*/issue*.gold.json"), ("pages", "pages/issue*.gold.json")):
        issues, chance = Issues.of(sorted(shared.glob(pattern))), random.Random(4)
        texts = [entry.text for at, entry in enumerate(issues.entries) if at not in issues.traps]
        copies = [(text, _reworded(text, chance)) for text in texts if 120 < len(text) < 900]
        found = sum(verify(text, copy) is not None for text, copy in copies)
        table.put(
            "edited words", name, {"copies": len(copies), "verified": found, "recall": found / max(1, len(copies))}
        )


def _reworded(text: str, chance: random.Random) -> str:
    known = [words for words in _WORDS if words[0] in text]
    for old, new in chance.sample(known, min(len(known), max(1, len(text) // 110))):
        text = text.replace(old, new, 1)
    return text


def _changed(text: str, rate: float, chance: random.Random, letters: str) -> str:
    """The text with this share of its characters put for others, left out, or doubled."""
    out = []
    for char in text:
        if char == "\n" or chance.random() >= rate:
            out.append(char)
        else:
            sort = chance.random()
            out.append(chance.choice(letters) if sort < 0.6 else "" if sort < 0.8 else char * 2)
    return "".join(out)


def _corpus(shared: Path, table: Table, count: int, jobs: int, listed: Path | None) -> None:
    originals = [text for _, text in islice(samples.articles(shared, 1 << 40), count)]
    chance = random.Random(3)
    planted = _planted(originals, min(count - len(originals), len(originals)), chance)
    entries = [Entry(str(at), text) for at, text in enumerate(originals)]
    entries += [Entry(f"copy {at}", text) for at, (_, _, text) in enumerate(planted)]
    with Memory() as memory:
        begun = time.perf_counter()
        found: dict[tuple[int, int], Match] = pairs(entries, jobs=jobs)
        took = time.perf_counter() - begun
    of_copy = {len(originals) + at: of for at, (of, _, _) in enumerate(planted)}
    hits = {pair for pair in found if of_copy.get(pair[1]) == pair[0]}
    sorts = Counter(sort for _, sort, _ in planted)
    right = Counter(planted[pair[1] - len(originals)][1] for pair in hits)
    for sort, copies in sorts.items():
        table.put(
            "copies in the corpus", sort, {"copies": copies, "found": right[sort], "recall": right[sort] / copies}
        )
    among = [pair for pair in found if pair[1] < len(originals)]
    known = {tuple(sorted(pair)) for pair in among}
    others = [pair for pair in found if pair[1] >= len(originals) and pair not in hits]
    # A copy of one of two articles that were found to be the same is the same as the other.
    strangers = [pair for pair in others if tuple(sorted((pair[0], of_copy[pair[1]]))) not in known]
    row: dict[str, Cell] = {
        "articles": len(entries),
        "found": len(found),
        "planted": len(hits),
        "recall": len(hits) / max(1, len(planted)),
        "among corpus": len(among),
        "copies of these": len(others) - len(strangers),
        "others": len(strangers),
        "precision if none of these is right": len(hits) / max(1, len(found)),
        "seconds": took,
        "jobs": jobs,
        "peak GB": memory.peak / 1e9,
    }
    table.put("copies in the corpus", "all", row)
    if listed:
        lines = (f"{entries[a].text}\n-- {found[a, b]._replace(passages=())}\n{entries[b].text}\n\n" for a, b in among)
        listed.write_text("".join(lines), encoding="utf-8")


def _planted(originals: Sequence[str], count: int, chance: random.Random) -> list[tuple[int, str, str]]:
    """Copies: of which article, of which sort, and the text."""
    from opencc import OpenCC

    traditional, copies = OpenCC("s2tw"), []
    letters = "".join(originals[::100]).replace("\n", "") + "0123456789" * 500 + "abcdefghij" * 100
    for at, of in enumerate(chance.sample(range(len(originals)), count)):
        text, sort = originals[of], ("changed", "cut short", "in another order", "Traditional")[at % 4]
        if sort == "cut short":
            size = max(80, int(len(text) * chance.uniform(0.3, 0.7)))
            text = text[:size]
        elif sort == "in another order":
            parts = regex.findall(r"[^。！？\n]*[。！？\n]+|[^。！？\n]+$", text)
            half = [parts[low : low + 2] for low in range(0, len(parts), 2)]
            chance.shuffle(half)
            text = "".join("".join(part) for part in half)
        elif sort == "Traditional":
            text = traditional.convert(text)
        copies.append((of, sort, _changed(text, 0.05, chance, letters)))
    return copies


class Memory:
    """The most memory of this process and those that it started, in bytes, shared pages counted once."""

    def __init__(self) -> None:
        self.peak, self._stop = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.3):
            self.peak = max(self.peak, sum(map(_size, _processes())))


def _processes() -> Iterator[str]:
    waiting = ["self"]
    while waiting:
        process = waiting.pop()
        yield process
        for path in Path(f"/proc/{process}/task").glob("*/children"):
            waiting += path.read_text(encoding="utf-8").split()


def _size(process: str) -> int:
    try:
        said = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0
    return 1024 * sum(int(line.split()[1]) for line in said.splitlines() if line.startswith("Pss:"))


def _readings(shared: Path, table: Table) -> None:
    confusions = _confusions(sorted(shared.glob("pages_train/t500[12]/page*.gold.json")))
    for name, pattern in (("pages_train", "pages_train/*/issue*.gold.json"), ("pages", "pages/issue*.gold.json")):
        issues = Issues.of(sorted(shared.glob(pattern)))
        texts = [
            entry.text for at, entry in enumerate(issues.entries) if at not in issues.traps and len(entry.text) > 200
        ]
        for witnesses in (2, 3):
            for rate in (0.02, 0.05, 0.1):
                table.put(
                    "readings", f"{name}, {witnesses} copies, {rate:.0%}", _proposed(texts, witnesses, rate, confusions)
                )


def _proposed(texts: Sequence[str], witnesses: int, rate: float, confusions: Confusions) -> dict[str, Cell]:
    chance = random.Random(11)
    letters = "".join(texts).replace("\n", "")[:300_000]
    counts: Counter[str] = Counter()
    for text in tqdm(texts, desc="readings", leave=False, disable=None):
        printed = [_edited(text, chance) if chance.random() < 0.5 else text for _ in range(witnesses)]
        read = [_misread(copy, rate, chance, letters, confusions) for copy in printed]
        base, truth = read[0]
        counts["misread"] += sum(one != said and len(said) == 1 for one, said in zip(base, truth, strict=True))
        others = {f"copy {at}": said for at, (said, _) in enumerate(read[1:], 2)}
        for reading in readings(base, apparatus(base, others)):
            right = "".join(truth[reading.start : reading.end]) == reading.text
            counts[f"{reading.confidence} right"] += right
            counts[f"{reading.confidence} all"] += 1
            counts["mended"] += right * (reading.end - reading.start)
    row: dict[str, Cell] = {"misread": counts["misread"], "recall": counts["mended"] / max(1, counts["misread"])}
    for name in sorted(name for name in counts if name.endswith("all")):
        confidence = name.split()[0]
        row[f"said {confidence}"] = counts[name]
        row[f"right of {confidence}"] = counts[f"{confidence} right"] / counts[name]
    return row


def _edited(text: str, chance: random.Random) -> str:
    for old, new in chance.choices(_EDITS, k=4):
        if places := [found.start() for found in regex.finditer(regex.escape(old), text)]:
            place = chance.choice(places)
            text = text[:place] + new + text[place + len(old) :]
    return text


def _misread(text: str, rate: float, chance: random.Random, letters: str, known: Confusions) -> tuple[str, list[str]]:
    """The text with characters misread as engines do, most of them those that engines do misread; and for each
    character what was printed."""
    out: list[str] = []
    truth: list[str] = []
    for char in text:
        sort = chance.random()
        if char == "\n" or chance.random() >= rate * (3 if char in known else 0.4):
            out.append(char)
            truth.append(char)
        elif char in known and sort < 0.9:
            others, weights = zip(*known[char], strict=True)
            out += chance.choices(others, weights)
            truth.append(char)
        elif sort < 0.75:
            out.append(chance.choice(letters))
            truth.append(char)
        elif sort > 0.9:
            out += [char, char]
            truth += [char, ""]
    return "".join(out), truth


def _confusions(golds: Sequence[Path]) -> Confusions:
    """What engines read for which character, and how often."""
    counts: Counter[tuple[str, str]] = Counter()
    for path in golds:
        gold = gold_text(json.loads(path.read_bytes()))
        for engine in ("rapidocr", "tesseract"):
            raw = path.with_name(path.name.replace("gold.json", f"{engine}.txt"))
            if not raw.is_file():
                continue
            lines = [line for line in raw.read_text(encoding="utf-8").split("\n") if len(line) > 5]
            for line, place in zip(lines, line_places(lines, gold), strict=True):
                if place:
                    counts.update(_swapped(gold[place.start : place.end], line))
    known: Confusions = defaultdict(list)
    for (char, read), count in counts.items():
        known[char].append((read, count))
    return dict(known)


def _swapped(printed: str, read: str) -> Iterator[tuple[str, str]]:
    ops = [op for op in Levenshtein.opcodes(printed, read) if op.tag == "replace"]
    if sum(op.src_end - op.src_start for op in ops) <= 0.3 * len(printed):
        for op in ops:
            if op.src_end - op.src_start == op.dest_end - op.dest_start <= 2:
                yield from zip(printed[op.src_start : op.src_end], read[op.dest_start : op.dest_end], strict=True)


if __name__ == "__main__":
    main()
