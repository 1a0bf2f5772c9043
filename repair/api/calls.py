"""From Python: a text or a file in, a result out. What the command does by default is done here by default."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from repair.api.result import Result
from repair.core import engine
from repair.core.chain import Chain
from repair.core.change import LEVELS, Safety
from repair.core.engine import Record
from repair.core.errors import RepairError, UsageError
from repair.core.page import Page
from repair.files.decoding import Encoding, newline_style
from repair.files.sources import MAX_BYTES, STDIN, pages, single
from repair.history.ledger import Row
from repair.history.vetoes import KEY, read_vetoes
from repair.rulebook.load import DEFAULT, load_chain
from repair.rulebook.rule_file import nearest

__all__ = ["repair", "repair_file"]

Name = str | os.PathLike[str]
Names = Name | Iterable[Name]
Vetoes = Name | Iterable[str | Record | Row]


def repair(
    text: str,
    *,
    chain: Name | Chain = DEFAULT,
    apply: str | Safety = Safety.LIKELY,
    vetoes: Vetoes = (),
    rules: Names = (),
    without: str | Iterable[str] = (),
    name: str = "page",
) -> Result:
    r"""Repair the text of a page.

    `chain` is the name of a chain, the path of a chain file, or what `load_chain` gave; `rules` are folders of rules of
    your own, `without` the ids of rules that are left out. `apply` says how sure a change must be to be made: "safe",
    "likely" or "suggest". `vetoes` are changes that must not be made: their keys, rows of a ledger, or the name of a
    veto file. `name` is the page's name in the ledger and in JSON.

    >>> result = repair("柳桥\n\n桥通车了,人人说好。\n")
    >>> result.text, result.articles[0].headline, result.undo() == result.raw
    ('柳桥\n\n桥通车了，人人说好。\n', '柳桥', True)
    >>> repair(result.raw, vetoes=result.ledger.rows).text == result.raw
    True

    `TypeError`: something of a wrong type. `UsageError`: what was asked for is not there. `RepairError`: the page broke
    a law of the program, and is not given out.
    """
    if not isinstance(text, str):
        hint = "Decode it, or let repair_file() read the file." if isinstance(text, bytes | bytearray) else ""
        hint = "For a file there is repair_file()." if isinstance(text, os.PathLike) else hint
        raise _wrong("repair()", "the text of a page, a str", text, hint)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"The text has half of a surrogate pair, which is no character, at {error.start}. Decode it anew from its "
            "file, or let repair_file() read it."
        ) from error
    page = Page.of(text, _text(name, "name"), newline_style(text))
    return _run(page, chain, apply, vetoes, rules, without)


def repair_file(
    path: Name,
    *,
    chain: Name | Chain = DEFAULT,
    apply: str | Safety = Safety.LIKELY,
    vetoes: Vetoes = (),
    rules: Names = (),
    without: str | Iterable[str] = (),
    encoding: str | None = None,
    max_bytes: int = MAX_BYTES,
) -> Result:
    """Repair the page in a file, which is read as the command reads it: its encoding told from its bytes or given.

    The file is not written to: `Result.to_bytes` is what would stand in the repaired one, with the same encoding, byte
    order mark and line ends. The other arguments are those of `repair`.

    >>> from repair.rulebook.resources import fixtures_dir
    >>> result = repair_file(fixtures_dir() / "pages/crlf-page/raw.txt", apply="safe")
    >>> result.encoding.name, result.encoding.newline
    ('utf-8', 'crlf')

    `ReadError`: the file cannot be read, or is no text. Other errors as for `repair`.
    """
    if not isinstance(path, str | os.PathLike):
        raise _wrong("repair_file()", "the name of a file, a str or a Path", path, "For a text there is repair().")
    given = os.fspath(path)
    source = single(os.path.join(os.curdir, given) if given == STDIN else given)  # noqa: PTH118 (Path drops the dot)
    if encoding is not None:
        _text(encoding, "encoding")
    ((_, raw, told),) = pages(source, encoding=encoding, max_bytes=max_bytes)
    return _run(Page.of(raw, source.name, told.newline), chain, apply, vetoes, rules, without, told)


def _run(
    page: Page,
    chain: Name | Chain,
    apply: str | Safety,
    vetoes: Vetoes,
    rules: Names,
    without: str | Iterable[str],
    told: Encoding | None = None,
) -> Result:
    repairs, encoding = _chain(chain, rules, without), told.name if told else ""
    repaired = engine.run(page, repairs, apply=_level(apply), vetoes=_keys(vetoes), encoding=encoding)
    if repaired.error:
        raise RepairError(f"{page.name}: not repaired: {repaired.error}. Please report this page.")
    return Result.of(repaired, told)


def _chain(given: Name | Chain, rules: Names, without: str | Iterable[str]) -> Chain:
    folders = [os.fspath(folder) for folder in _several(rules, "rules", "folders of rules")]
    left_out = tuple(_text(rule_id, "without") for rule_id in _several(without, "without", "ids of rules"))
    if isinstance(given, Chain):
        if folders or left_out:
            raise UsageError("rules and without go with the name of a chain; give them to load_chain() with this one.")
        return given
    if not isinstance(given, str | os.PathLike):
        raise _wrong("chain", "the name of a chain, the path of a chain file, or what load_chain() gives", given)
    name = os.fspath(given)
    return load_chain(name, folders, without=left_out) if folders or name.endswith(".toml") else _known(name, left_out)


@lru_cache(maxsize=8)
def _known(name: str, without: tuple[str, ...]) -> Chain:
    """A chain of the package, which does not change while the program runs."""
    return load_chain(name, without=without)


_WORDS = " or ".join(repr(str(level)) for level in Safety)


def _level(given: str | Safety) -> Safety:
    if isinstance(given, Safety):
        return given
    if not isinstance(given, str):
        raise _wrong("apply", _WORDS, given)
    level = LEVELS.get(given)
    if level is None:
        raise UsageError(f"apply: {given!r} is not known.{nearest(given, LEVELS)} Give {_WORDS}.")
    return level


def _keys(given: Vetoes) -> frozenset[str]:
    if isinstance(given, str | os.PathLike) and not (isinstance(given, str) and KEY.fullmatch(given)):
        return read_vetoes(Path(given))
    keys = [_key(one) for one in _several(given, "vetoes", "keys of changes, or the name of a veto file")]
    return frozenset(key for key in keys if key)  # a rule that was left out has a row and no key


def _key(given: object) -> str:
    key: Any = given.key if isinstance(given, Record | Row) else given
    if _text(key, "vetoes") and not KEY.fullmatch(key):
        raise UsageError(
            f"vetoes: {key!r} is not the key of a change: 12 of 0-9 and a-f, as the rows of result.ledger have it."
        )
    return str(key)


def _several(given: Any, what: str, expected: str) -> tuple[Any, ...]:
    """One name, or several, as a tuple."""
    if isinstance(given, str | os.PathLike):
        return (given,)
    if isinstance(given, bytes) or not isinstance(given, Iterable):
        raise _wrong(what, expected, given)
    return tuple(given)


def _text(given: object, what: str) -> str:
    if not isinstance(given, str):
        raise _wrong(what, "a str", given)
    return given


def _wrong(what: str, expected: str, given: object, hint: str = "") -> TypeError:
    return TypeError(f"{what}: expected {expected}, and got {type(given).__name__}. {hint}".rstrip())
