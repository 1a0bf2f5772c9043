"""`repair new rule` and `repair new chain`: files to fill in, which work as they stand."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

from repair.cli.exits import Exit
from repair.core.errors import UsageError
from repair.files.terminal import tell
from repair.files.writing import write_atomic
from repair.rulebook.load import chain_names
from repair.rulebook.templates import CHAIN, files_of

__all__ = ["main"]

NAME = re.compile(r"[a-z][a-z0-9-]*")
ID = re.compile(rf"{NAME.pattern}/{NAME.pattern}")


def main(arguments: Namespace) -> Exit:
    """Write the file, and the word list of a kind that has one; never over a file that is there."""
    folder: Path = arguments.dir
    if "chain" in arguments:
        files, use = _chain(arguments.chain), f"--rules {folder} --chain {arguments.chain}"
        test = f"look at it: repair rules {use}"
    else:
        files, use, test = _rule(arguments), f"--rules {folder}", f"test it: repair test {folder}"
    for path in files:
        if (folder / path).exists():
            raise UsageError(f"{folder / path} is there already, and is not written over. Choose another name.")
    for path, content in files.items():
        write_atomic(folder / path, content.encode(), parents=True)
        tell(str(folder / path))
    tell(f"Fill it in; {test}; use it: repair run INPUT {use}")
    return Exit.OK


def _rule(arguments: Namespace) -> dict[Path, str]:
    if not ID.fullmatch(arguments.id):
        raise UsageError(
            f"{arguments.id!r} is not the id of a rule: group/name in small letters, digits and hyphens, named for the "
            "damage, such as spacing/space-before-percent."
        )
    return {Path(path): content for path, content in files_of(arguments.id, arguments.kind).items()}


def _chain(name: str) -> dict[Path, str]:
    if not NAME.fullmatch(name):
        raise UsageError(f"{name!r} is not the name of a chain: small letters, digits and hyphens: evening-post.")
    if name in chain_names():
        raise UsageError(f"{name!r} is a chain of the program. Choose another name, for yours is to extend it.")
    return {Path("chains", f"{name}.toml"): CHAIN}
