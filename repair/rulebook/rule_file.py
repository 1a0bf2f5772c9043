"""A rule file (TOML) -> `Rule`, or an error that says which file, which key, what was expected and what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from repair.core.bounded import cut, read_toml
from repair.core.change import Safety
from repair.core.errors import UsageError
from repair.core.page import Page
from repair.core.rule import Example, Phase, Rule
from repair.rulebook.expressions import first_line, plain
from repair.rulebook.kinds import KINDS, Key, Kind, Says, Source
from repair.rulebook.sets import sets_of

__all__ = ["check_keys", "nearest", "read_rule"]

CONFIDENCE = {Safety.SAFE: 0.99, Safety.LIKELY: 0.95, Safety.SUGGEST: 0.8}

COMMON = {
    "title": Key(str, "what the rule does, in a few words", required=True),
    "phase": Key(str, "a phase", required=True, choices=tuple(Phase)),
    "kind": Key(str, "a kind of rule", required=True, choices=tuple(KINDS)),
    "why": Key(str, "the reason, in a sentence or two", required=True),
    "safety": Key(str, "a safety", choices=tuple(Safety)),
    "confidence": Key(float, "how often such a change is right", between=(0, 1)),
    "needs": Key(
        str, "characters, or a list of words, of which every match has at least one", default="", or_texts=True
    ),
    "example": Key(list, "tables [[example]] with raw and gold", default=[]),
    "keep": Key(list, "tables [[keep]] with text", default=[]),
}
EXAMPLE = {
    "raw": Key(str, "the text as it was read", required=True),
    "gold": Key(str, "the text as it must become", required=True),
    "title": Key(str, "what the example shows", default=""),
}
KEEP = {
    "text": Key(str, "a text that must not change", required=True),
    "title": Key(str, "what the text shows", default=""),
}
_TYPES = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}


def read_rule(path: Path, rule_id: str, *, strict: bool = True) -> Rule:
    """The rule of a file.

    With `strict` everything is checked now; without, regular expressions and word lists are compiled on first use
    (the packaged rules, which the tests hold). Raises `UsageError`.
    """
    data, table = read_toml(path)
    kind = _kind_of(path, table)
    values = check_keys(str(path), table, {**COMMON, **kind.keys})
    phase = Phase(values["phase"])
    if phase not in kind.phases:
        allowed = " or ".join(f'"{p.value}"' for p in kind.phases)
        raise UsageError(f'{path}: phase: a rule of kind "{values["kind"]}" works in {allowed}, not in "{phase}".')
    folder = path.parents[rule_id.count("/")]
    parts = [data, *_put_plain(path, data, values, kind, folder)]
    safety = Safety(values["safety"] or kind.safety)
    confidence = CONFIDENCE[safety] if values["confidence"] is None else values["confidence"]
    source = Source(path, folder, values, Says(values["title"], safety, confidence), parts)
    find = kind.build(source)
    if strict:
        find.check(path)
    return Rule(
        id=rule_id,
        title=values["title"],
        phase=phase,
        why=values["why"],
        find=find,
        safety=safety,
        kind=values["kind"],
        options={key: values[key] for key in kind.options},
        ranges={key: between for key in kind.options if (between := kind.keys[key].between)},
        examples=_examples(path, values),
        needs=values["needs"],
        digest=hashlib.blake2b(b"\0".join(source.parts), digest_size=8).hexdigest(),
        path=path,
    )


def _kind_of(path: Path, table: Mapping[str, Any]) -> Kind:
    """The kind that a rule file names; asked first, because the other keys depend on it."""
    check_keys(str(path), {key: table[key] for key in ("kind",) if key in table}, {"kind": COMMON["kind"]})
    return KINDS[table["kind"]]


def _put_plain(path: Path, data: bytes, values: dict[str, Any], kind: Kind, folder: Path) -> list[bytes]:
    """Puts the expressions among `values` as `regex` reads them; returns those with sets, for the rule's digest."""
    parts = []
    for name, key in kind.keys.items():
        given = values[name] if key.regex else None
        if not given:
            continue
        sources = given if isinstance(given, list) else [given]
        for number, source in enumerate(sources):
            numbered = f"{name}, number {number + 1}" if sources is given else name
            sources[number] = _plain(path, numbered, source, data, folder)
            if "{{" in source:
                parts.append(sources[number].encode())
        values[name] = sources if sources is given else sources[0]
    return parts


def _plain(path: Path, key: str, source: str, data: bytes, folder: Path) -> str:
    """An expression of a rule file as `regex` reads it."""
    if "\n" not in source:
        return plain(path, key, source, sets_of(folder)) if "{{" in source else source
    first = first_line(source, data.decode("utf-8-sig").replace("\r\n", "\n"))
    if not first:
        raise UsageError(
            f"{path}: {key}: has a line break from \\n in double quotes: {cut(source)}. "
            "Put the expression in single quotes."
        )
    return plain(path, key, source, sets_of(folder), first)


def check_keys(where: str, table: Mapping[str, Any], keys: Mapping[str, Key]) -> dict[str, Any]:
    """The values of a table with defaults filled in. Raises `UsageError` for what is unknown, missing or mistyped."""
    for name in table:
        if name not in keys:
            raise UsageError(f"{where}: unknown key {cut(name)}.{nearest(name, keys)} Known keys: {', '.join(keys)}.")
    values = {}
    for name, key in keys.items():
        if name not in table:
            if key.required:
                allowed = f": {_quoted(key.choices)}" if key.choices else ""
                raise UsageError(f"{where}: key {name!r} is missing. Give {key.what}{allowed}.")
            values[name] = key.default
            continue
        value = values[name] = _typed(where, name, table[name], key)
        if key.choices and value not in key.choices:
            raise UsageError(
                f"{where}: {name}: {cut(value)} is not {key.what}.{nearest(value, key.choices)} "
                f"Give one of {_quoted(key.choices)}."
            )
    return values


def _typed(where: str, name: str, value: Any, key: Key) -> Any:
    """A value of the type that its key asks for; a whole number passes where a number is asked for."""
    is_number = key.type in (int, float) and type(value) in (int, key.type)
    if is_number and key.between and not key.between[0] <= value <= key.between[1]:
        least, most = key.between
        raise UsageError(f"{where}: {name}: expected {key.what}, from {least:g} to {most:g}, found {cut(value)}.")
    if is_number:
        return key.type(value)
    if key.or_texts and isinstance(value, list) and all(isinstance(element, str) for element in value):
        if "" in value:
            raise UsageError(f"{where}: {name}: a text in the list is empty. Take it out.")
        return tuple(value)
    if not isinstance(value, key.type) or (isinstance(value, bool) and key.type is not bool):
        raise UsageError(f"{where}: {name}: expected {_TYPES[key.type]} ({key.what}), found {cut(value)}.")
    if key.texts and isinstance(value, list) and not all(isinstance(element, str) for element in value):
        raise UsageError(f"{where}: {name}: expected a list of texts in quotes ({key.what}), found {cut(value)}.")
    return value


def _examples(path: Path, values: Mapping[str, Any]) -> tuple[Example, ...]:
    """Examples and counter-examples, in this order. Raises `UsageError` where `needs` would skip an example."""
    found = []
    keys: dict[str, Key]
    for name, keys in (("example", EXAMPLE), ("keep", KEEP)):
        for number, table in enumerate(values[name], 1):
            where = f"{path}: [[{name}]] number {number}"
            if not isinstance(table, dict):
                raise UsageError(f"{where}: expected a table. Write [[{name}]] on a line of its own.")
            given = check_keys(where, table, keys)
            raw: str = given["raw"] if name == "example" else given["text"]
            found.append(Example(raw, given.get("gold"), given["title"]))
    needs = values["needs"]
    for example in found:
        if needs and example.gold is not None and not Page.of(example.raw).holds(needs):
            raise UsageError(
                f"{path}: needs: the example {cut(example.raw)} has none of {cut(needs)}, so the rule would not run. "
                "Put what all examples share in needs, or leave it out."
            )
    return tuple(found)


def nearest(name: str, names: Iterable[str]) -> str:
    """The question whether the nearest of the names was meant, with a space before it; or nothing."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(name, list(names), scorer=fuzz.ratio, score_cutoff=60)
    return f" Did you mean {str(found[0])!r}?" if found else ""


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
