"""Cases from rule files, fixture files, page directories and clean pages.

A fixture file `fixtures/<rule id>.txt` holds many titled cases, nothing in it is escaped:

    digits set solid
    =====
    2月 25 日
    -----
    2月25日
    =====

Without the `-----` part the text must not change. `fixtures/xfail/<rule id>.txt` is written alike and holds known
failures. `fixtures/clean/*.txt` are pages that nothing may touch. `fixtures/pages/<name>/` holds `raw.txt`, `gold.json`
and `case.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from repair.cases.case import Case, Gold
from repair.core.bounded import TOML, cut, decode, json_of, read_file, read_toml
from repair.core.chain import Chain
from repair.core.change import Safety
from repair.core.errors import ReadError, RepairError, UsageError
from repair.core.rule import Rule
from repair.files.decoding import decode as decode_page
from repair.files.sources import MAX_BYTES
from repair.rulebook.kinds import Key
from repair.rulebook.load import DEFAULT, load_chain
from repair.rulebook.rule_file import check_keys, nearest

__all__ = ["clean_case", "collect", "fixture_cases", "orphans", "page_case", "rule_cases", "uncovered"]

OPEN, CLOSE, EXPECT = "=====", "=====", "-----"
CASES = 5_000_000
"""Bytes of a fixture file."""
_CASE = {
    "title": Key(str, "what the page shows", required=True),
    "why": Key(str, "where the page comes from, and what it is here for", required=True),
    "chain": Key(str, "the name or the path of a chain", default=DEFAULT),
    "apply": Key(str, "the least safety that is applied", default="likely", choices=tuple(Safety)),
    "encoding": Key(str, "the encoding of raw.txt", default=None),
    "order": Key(bool, "whether the blocks must come in the order of gold", default=False),
    "xfail": Key(str, "the reason why the case cannot pass yet", default=""),
    "minimum": Key(dict, "figures of the score that suffice, such as {para_f1 = 0.9}", default={}),
}
_FIGURES = {
    name: Key(float, "a figure of the score", between=(0, 1))
    for name in ("para_f1", "sent_f1", "near_f1", "order", "surface")
}


def collect(
    rules: Mapping[str, Rule],
    fixtures: Path | None,
    rules_dirs: Sequence[Path | str] = (),
    *,
    failed: Callable[[RepairError], None] | None = None,
) -> list[Case]:
    """All cases of these rules, and the pages of a fixtures directory, in order of path and line.

    `rules_dirs` are directories of a user's own rules, which the chains of page cases take in. Raises `UsageError` or
    `ReadError` for a file that cannot be read as cases; with `failed` that is told to it, and the others are read.
    """
    cases: list[Case] = []
    for read in _readers(rules, fixtures, tuple(rules_dirs)):
        try:
            cases += read()
        except (UsageError, ReadError) as error:
            if failed is None:
                raise
            failed(error)
    return cases


def _readers(
    rules: Mapping[str, Rule], fixtures: Path | None, dirs: tuple[Path | str, ...]
) -> Iterator[Callable[[], list[Case]]]:
    """What reads the cases, a file each."""
    yield from (partial(rule_cases, rule) for rule in rules.values())
    if fixtures is None or not fixtures.is_dir():
        return
    for rule in rules.values():
        for path in (fixtures / f"{rule.id}.txt", fixtures / "xfail" / f"{rule.id}.txt"):
            if path.is_file():
                yield partial(fixture_cases, path, fixtures, rule)
    for path in sorted(fixtures.glob("clean/**/*.txt")):
        yield partial(_alone, clean_case, path, fixtures, dirs)
    for path in sorted(fixtures.glob("pages/**/case.toml")):
        yield partial(_alone, page_case, path, fixtures, dirs)


def _alone(
    read: Callable[[Path, Path, tuple[Path | str, ...]], Case],
    path: Path,
    fixtures: Path,
    dirs: tuple[Path | str, ...],
) -> list[Case]:
    return [read(path, fixtures, dirs)]


def uncovered(rules: Mapping[str, Rule], cases: Iterable[Case]) -> dict[str, str]:
    """Rules that lack a case, by id, with what is missing."""
    seen = {(case.rule, case.fires) for case in cases if not case.xfail}
    missing = {}
    for rule_id, rule in rules.items():
        lacks = [said for fires, said in _SORTS.items() if (rule_id, fires) not in seen]
        if lacks:
            place = f"fixtures/{rule_id}.txt"
            if rule.kind != "pass":
                place = f"[[example]] or [[keep]], or in {place}"
            missing[rule_id] = f"{rule_id}: there is no {' and no '.join(lacks)}. Write one into {place}."
    return missing


_SORTS = {True: "text that the rule repairs", False: "text that it leaves"}


def orphans(rules: Mapping[str, Rule], fixtures: Path) -> list[str]:
    """Fixture files that belong to no rule, each with the rule that may be meant."""
    found = []
    for path in sorted(fixtures.rglob("*.txt")):
        parts = path.relative_to(fixtures).with_suffix("").parts
        if parts[0] in ("clean", "issues", "pages"):
            continue
        rule_id = "/".join(parts[1:] if parts[0] == "xfail" else parts)
        if rule_id not in rules:
            found.append(f"{path}: there is no rule {rule_id!r}.{nearest(rule_id, rules)}")
    return found


def rule_cases(rule: Rule) -> list[Case]:
    """The examples and counter-examples that stand in a rule's own file."""
    if rule.path is None or rule.path.suffix != ".toml":
        return []
    lines = decode(rule.path, read_file(rule.path, TOML, "the rule", plain=True)).split("\n")
    at = {
        name: [number for number, line in enumerate(lines, 1) if re.match(rf"\s*\[\[\s*{name}\s*\]\]", line)]
        for name in ("example", "keep")
    }
    chain = Chain(rule.id, (rule,))
    cases = []
    for example in rule.examples:
        numbers = at["keep" if example.gold is None else "example"]
        line = numbers.pop(0) if numbers else 1
        where = f"{rule.id}.toml"
        title = example.title or example.raw.split("\n")[0][:40]
        cases.append(Case(chain, example.raw, example.gold, title, rule.path, where, line, rule.id))
    return cases


def fixture_cases(path: Path, fixtures: Path, rule: Rule) -> list[Case]:
    """The cases of a fixture file, run through one rule alone. Raises `UsageError` for a case that is not closed."""
    chain = Chain(rule.id, (rule,))
    where = path.relative_to(fixtures).as_posix()
    xfail = "stands below fixtures/xfail" if where.startswith("xfail/") else ""
    return [
        Case(chain, raw, gold, title, path, where, line, rule.id, xfail=xfail)
        for line, title, raw, gold in _read_fixture(path)
    ]


def _read_fixture(path: Path) -> Iterator[tuple[int, str, str, str | None]]:
    """Line, title, raw and expected text of each case."""
    lines = decode(path, read_file(path, CASES, "the cases", plain=True)).replace("\r\n", "\n").split("\n")
    title, title_line, at = "", 0, 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line != OPEN:
            if line.strip():
                title, title_line = line.strip(), at
            continue
        if not title:
            raise UsageError(f"{path}:{at}: no title stands above {OPEN}. Say in a line what the case shows.")
        try:
            end = lines.index(CLOSE, at)
        except ValueError:
            raise UsageError(f"{path}:{at}: the case {title!r} is not closed. End it with {CLOSE}.") from None
        body = lines[at:end]
        split = body.index(EXPECT) if EXPECT in body else None
        gold = None if split is None else "\n".join(body[split + 1 :])
        raw = "\n".join(body[:split])
        yield title_line, title, raw, None if gold == raw else gold
        title, at = "", end + 1
    if title:
        raise UsageError(f"{path}:{title_line}: {title!r} is a title without a case. Put {OPEN} below it.")


def clean_case(path: Path, fixtures: Path, rules_dirs: tuple[Path | str, ...] = ()) -> Case:
    """A page that nothing in the default chain may touch."""
    raw, told = decode_page(_page_bytes(path), name=str(path))
    where = path.relative_to(fixtures).as_posix()
    return Case(_chain(DEFAULT, rules_dirs), raw, None, path.stem, path, where, newline=told.newline)


def page_case(path: Path, fixtures: Path, rules_dirs: tuple[Path | str, ...] = ()) -> Case:
    """The case of a page directory; `path` is its case.toml. Raises `UsageError` where a file is missing or wrong."""
    values = check_keys(str(path), read_toml(path)[1], _CASE)
    minimum = check_keys(f"{path}: minimum", values["minimum"], _FIGURES)
    folder = path.parent
    raw_path = folder / "raw.txt"
    raw, told = decode_page(_page_bytes(raw_path), encoding=values["encoding"], name=str(raw_path))
    gold = _gold(folder / "gold.json", order=values["order"], minimum=minimum)
    name = values["chain"]
    chain = _chain(str(folder / name) if name.endswith(".toml") else name, rules_dirs)
    return Case(
        chain,
        raw,
        gold,
        values["title"],
        path,
        path.relative_to(fixtures).as_posix(),
        newline=told.newline,
        apply=Safety(values["apply"]),
        xfail=values["xfail"],
    )


def _page_bytes(path: Path) -> bytes:
    hint = "A page case has raw.txt, gold.json and case.toml." if path.name in ("raw.txt", "gold.json") else ""
    return read_file(path, MAX_BYTES, "", plain=True, hint=hint)


def _gold(path: Path, *, order: bool, minimum: Mapping[str, float | None]) -> Gold:
    """What a page must become, from its gold.json."""
    try:
        data = json_of(decode(path, _page_bytes(path)))
    except JSONDecodeError as error:
        raise UsageError(f"{path}:{error.lineno}: not JSON: {error.msg}.") from error
    except ValueError as error:
        raise UsageError(f"{path}: not JSON: {error}.") from error
    try:
        articles = tuple(tuple(_text(block["text"]) for block in article["blocks"]) for article in data["articles"])
        furniture = tuple(_text(line) for line in data.get("furniture", ()))
    except (AttributeError, KeyError, TypeError) as error:
        raise UsageError(
            f'{path}: not a gold page ({error}): it must have "articles", each with "blocks", each with "text".'
        ) from error
    figures = {name: figure for name, figure in minimum.items() if figure is not None}
    return Gold(articles, furniture, order, figures, data)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{cut(value)} is no text")
    return value


@lru_cache(maxsize=8)
def _chain(name: str, rules_dirs: tuple[Path | str, ...]) -> Chain:
    return load_chain(name, rules_dirs)
