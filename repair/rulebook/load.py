"""Rules and chains from their files.

A rule's id is its path below the rules directory, without suffix: `rules/spacing/space-around-number.toml` is
"spacing/space-around-number". A directory of a user's own holds rules in the same way; what stands below its `chains`
and `fixtures` is not a rule, nor is its `sets.toml`. A user's rule with the id of a packaged one takes its place. A
user's rule that the chain does not name runs at the end of its phase, in order of id; a chain file of the user's own
can place it elsewhere (`insert`) or leave it out (`without`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from os.path import realpath
from pathlib import Path
from sys import modules
from typing import Any

from repair.core.bounded import cut, is_file, read_toml
from repair.core.chain import Chain
from repair.core.errors import UsageError
from repair.core.rule import Options, Phase, Rule
from repair.passes import load_pass, pass_ids, pass_module
from repair.rulebook.kinds import Key
from repair.rulebook.resources import chains_dir, rules_dir
from repair.rulebook.rule_file import check_keys, nearest, read_rule
from repair.rulebook.sets import FILE as SETS
from repair.rulebook.sets import sets_of

__all__ = ["DEFAULT", "chain_names", "chain_titles", "load_chain", "load_rules", "packaged_rules"]

DEFAULT = "newspaper"
DEEPEST = 20

_KEYS = {
    "title": Key(str, "what the chain is for; without it, that of the chain that it extends", default=""),
    "extends": Key(str, "the name of a packaged chain, or the path of a chain file", default=""),
    "rules": Key(list, "rule ids in the order in which they run", texts=True),
    "without": Key(list, 'rule ids to leave out; "widths/*" leaves out a group', default=[], texts=True),
    "insert": Key(list, 'tables such as {rule = "...", after = "..."}', default=[]),
    "options": Key(dict, 'tables [options."rule id"]', default={}),
}
_INSERT = {
    "rule": Key(str, "a rule id", required=True),
    "after": Key(str, "a rule id", default=""),
    "before": Key(str, "a rule id", default=""),
}
_PLACE = list(Phase)
_NO_RULES = ("chains", "fixtures", Path(SETS).stem)


def load_rules(dirs: Iterable[Path | str], *, failed: Callable[[UsageError], None] | None = None) -> dict[str, Rule]:
    """The rules in these directories by id, in order of id; of two with one id the later counts.

    Every rule is checked to the end. Raises `UsageError` for a directory without rules, and for a broken rule file;
    with `failed` that is told to it, and the others are loaded.
    """
    found: dict[str, Rule] = {}
    for name in dirs:
        folder = Path(name)
        for rule_id, path in _files(folder).items():
            try:
                found[rule_id] = read_rule(path, rule_id)
            except UsageError as error:
                if failed is None:
                    raise
                failed(error)
        try:
            sets_of(folder).check(folder / SETS)
        except UsageError as error:
            if failed is None:
                raise
            failed(error)
    return dict(sorted(found.items()))


def packaged_rules() -> dict[str, Rule]:
    """All rules of the package by id: rule files, then Python passes."""
    return load_rules([rules_dir()]) | {rule_id: _pass(rule_id) for rule_id in sorted(pass_ids())}


def chain_names(rules_dirs: Iterable[Path | str] = ()) -> list[str]:
    """Names of the packaged chains and of those in the `chains` of these directories, in order."""
    folders = [chains_dir(), *(Path(name) / "chains" for name in rules_dirs)]
    return sorted({path.stem for folder in folders for path in folder.glob("*.toml")})


def chain_titles(rules_dirs: Sequence[Path | str] = ()) -> dict[str, str]:
    """What each of these chains is for, by name; a chain without a title has that of the chain that it extends."""
    folders = [Path(folder) for folder in rules_dirs]
    return {name: _title(_chain_path(name, folders, Path()), folders, ()) for name in chain_names(folders)}


def load_chain(
    name: Path | str = DEFAULT, rules_dirs: Sequence[Path | str] = (), *, without: Iterable[str] = ()
) -> Chain:
    """The chain of a name (packaged, or in `chains` of one of the directories), or of the path of a chain file.

    `rules_dirs` are directories of a user's own rules, which join the chain (see the module's text). The rules whose
    ids are in `without` are left out; "widths/*" leaves out a group. Raises `UsageError` for whatever is wrong with a
    chain, a rule or a directory.
    """
    folders = [Path(folder) for folder in rules_dirs]
    own = load_rules(folders)
    path = _chain_path(os.fspath(name), folders, Path())
    order, left_out, options = _order(path, folders, own, ())
    for pattern in without:
        order = _without("without", order, pattern, left_out, own)
    rules = {rule_id: own.get(rule_id) or _packaged(rule_id) for rule_id in order}
    for rule_id, rule in own.items():
        if rule_id not in rules and rule_id not in left_out:
            rules = _at_end_of_phase(rules, rule)
    for rule_id, given in options.items():
        _check_options(path, rule_id, given, rules, left_out)
    return Chain(path.stem, tuple(rules.values()), options)


def _files(folder: Path) -> dict[str, Path]:
    """The rule files below a directory, by id. Raises `UsageError` where there is no directory, or nothing in it."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder of rules. Check the path given with --rules.")
    paths = sorted(folder.rglob("*.toml"))
    files = {path.relative_to(folder).with_suffix("").as_posix(): path for path in paths}
    files = {rule_id: path for rule_id, path in files.items() if rule_id.split("/")[0] not in _NO_RULES}
    if not paths:
        raise UsageError(f"{folder}: holds no rules. A rule is a file such as {folder / 'spacing' / 'my-rule.toml'}.")
    return files


def _packaged(rule_id: str) -> Rule:
    """A rule of the package, whose file the tests have checked."""
    if rule_id in pass_ids():
        return _pass(rule_id)
    return read_rule(_rule_file(rule_id), rule_id, strict=False)


def _rule_file(rule_id: str) -> Path:
    """Where the file of a packaged rule lies; an id that leads out of the folder is none's."""
    path = rules_dir() / f"{rule_id}.toml"
    return Path() if ".." in path.parts or not path.is_relative_to(rules_dir()) else path


def _pass(rule_id: str) -> Rule:
    """A Python pass with its file, and with the digest of its files where it states none."""
    rule = load_pass(rule_id)
    path = Path(modules[pass_module(rule_id)].__file__ or "")
    files = sorted(path.parent.glob("*.py")) if path.name == "__init__.py" else [path]
    content = b"".join(file.read_bytes() for file in files)
    return replace(rule, path=path, digest=rule.digest or hashlib.blake2b(content, digest_size=8).hexdigest())


# ---- chain files -----------------------------------------------------------------------------------------------------


def _chain_path(name: str, folders: Sequence[Path], base: Path) -> Path:
    """The file of a chain: a path (relative to `base`) where the name ends in .toml, else a name."""
    if name.endswith(".toml"):
        path = base / name
        if not is_file(path):
            raise UsageError(
                f"{path}: there is no such chain file. Give the path of one, or one of {chain_names(folders)}."
            )
        return path
    for folder in [*(folder / "chains" for folder in folders), chains_dir()]:
        path = folder / f"{name}.toml"
        if is_file(path):
            return path
    names = chain_names(folders)
    raise UsageError(
        f"{name}: there is no such chain.{nearest(name, names)} Give one of {', '.join(names)}, "
        "or the path of a chain file, which ends in .toml."
    )


def _order(
    path: Path, folders: Sequence[Path], own: Mapping[str, Rule], seen: tuple[Path, ...]
) -> tuple[list[str], set[str], dict[str, Options]]:
    """The ids of a chain file in order, those that it leaves out, and its options, with what it extends."""
    here = Path(realpath(path))
    if len(seen) > DEEPEST:
        raise UsageError(f"{path}: extends: {DEEPEST} chains extend one another, the limit. Write one of them whole.")
    if here in seen:
        raise UsageError(f"{path}: extends: the chain extends itself, by way of {seen[-1]}. Take one of the two out.")
    values = check_keys(str(path), read_toml(path)[1], _KEYS)
    left_out: set[str] = set()
    options: dict[str, Options] = {}
    if bool(values["extends"]) == (values["rules"] is not None):
        raise UsageError(
            f"{path}: a chain has either 'rules', its whole order, or 'extends', the chain that it alters. Give one."
        )
    if values["rules"] is not None and not values["title"]:
        raise UsageError(f"{path}: key 'title' is missing. Say in a line what the chain is for.")
    if values["extends"]:
        base = _chain_path(values["extends"], folders, path.parent)
        order, left_out, options = _order(base, folders, own, (*seen, here))
    else:
        order = _checked(path, values["rules"], own)
    for pattern in values["without"]:
        order = _without(f"{path}: without", order, pattern, left_out, own)
    for number, entry in enumerate(values["insert"], 1):
        order = _insert(f"{path}: insert, number {number}", order, entry, own)
    for rule_id, given in values["options"].items():
        if not isinstance(given, dict):
            raise UsageError(f'{path}: options: expected a table [options."{rule_id}"], found {cut(given)}.')
        options[rule_id] = {**options.get(rule_id, {}), **given}
    return order, left_out, options


def _title(path: Path, folders: Sequence[Path], seen: tuple[Path, ...]) -> str:
    """The title of a chain file, or of the nearest that it extends; "" where they extend each other."""
    values = check_keys(str(path), read_toml(path)[1], _KEYS)
    if values["title"] or not values["extends"] or path in seen:
        return str(values["title"])
    return _title(_chain_path(values["extends"], folders, path.parent), folders, (*seen, path))


def _checked(path: Path, ids: list[str], own: Mapping[str, Rule]) -> list[str]:
    """Ids that are rules and stand once."""
    seen = set()
    for rule_id in ids:
        _known(f"{path}: rules", rule_id, own)
        if rule_id in seen:
            raise UsageError(f"{path}: rules: {rule_id!r} stands twice. Leave it in one place.")
        seen.add(rule_id)
    return list(ids)


def _known(where: str, rule_id: str, own: Mapping[str, Rule]) -> None:
    """Raise `UsageError` for an id that is no rule."""
    if rule_id in own or rule_id in pass_ids() or is_file(_rule_file(rule_id)):
        return
    names = [*own, *sorted(pass_ids()), *_files(rules_dir())]
    raise UsageError(
        f"{where}: there is no rule {rule_id!r}.{nearest(rule_id, names)} "
        "A rule of your own needs --rules with its folder."
    )


def _without(where: str, order: list[str], pattern: str, left_out: set[str], own: Mapping[str, Rule]) -> list[str]:
    gone = {rule_id for rule_id in (*order, *own) if fnmatchcase(rule_id, pattern)}
    if not gone:
        raise UsageError(f"{where}: {pattern!r} is in the chain nowhere.{nearest(pattern, order)}")
    left_out |= gone
    return [rule_id for rule_id in order if rule_id not in gone]


def _insert(where: str, order: list[str], entry: Any, own: Mapping[str, Rule]) -> list[str]:
    if not isinstance(entry, dict):
        raise UsageError(f'{where}: expected a table such as {{rule = "...", after = "..."}}, found {cut(entry)}.')
    given = check_keys(where, entry, _INSERT)
    rule_id, anchor = given["rule"], given["after"] or given["before"]
    _known(where, rule_id, own)
    if bool(given["after"]) == bool(given["before"]):
        raise UsageError(f"{where}: give either 'after' or 'before', with the id of a rule of the chain.")
    order = [known for known in order if known != rule_id]
    if anchor not in order:
        raise UsageError(f"{where}: {anchor!r} is not in the chain.{nearest(anchor, order)}")
    at = order.index(anchor) + bool(given["after"])
    return [*order[:at], rule_id, *order[at:]]


def _at_end_of_phase(rules: dict[str, Rule], rule: Rule) -> dict[str, Rule]:
    """The rules with one more, behind the last that is of its phase or of one before."""
    ids = list(rules)
    rank = _PLACE.index(rule.phase)
    at = max((i + 1 for i, rule_id in enumerate(ids) if _PLACE.index(rules[rule_id].phase) <= rank), default=0)
    return {i: rules.get(i, rule) for i in [*ids[:at], rule.id, *ids[at:]]}


def _check_options(path: Path, rule_id: str, given: Options, rules: Mapping[str, Rule], left_out: set[str]) -> None:
    """Raise `UsageError` for options of a rule that is not in the chain, or that the rule does not have."""
    where = f'{path}: [options."{rule_id}"]'
    if rule_id not in rules:
        if rule_id in left_out:
            return
        raise UsageError(f"{where}: the rule is not in the chain.{nearest(rule_id, rules)}")
    rule = rules[rule_id]
    keys = {
        name: Key(type(value), "an option", default=value, between=rule.ranges.get(name))
        for name, value in rule.options.items()
    }
    check_keys(where, given, keys)
