"""`repair new rule`: a rule file to fill in, whose examples pass as they stand."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

from repair.cli.exits import Exit
from repair.errors import UsageError
from repair.rule_templates import files_of
from repair.terminal import tell
from repair.writing import write_atomic

__all__ = ["main"]

ID = re.compile(r"[a-z][a-z0-9-]*/[a-z][a-z0-9-]*")


def main(arguments: Namespace) -> Exit:
    """Write the file, and the word list of a kind that has one; never over a file that is there."""
    if not ID.fullmatch(arguments.id):
        raise UsageError(
            f"{arguments.id!r} is not the id of a rule: group/name in small letters, digits and hyphens, named for the "
            "damage, such as spacing/space-before-percent."
        )
    folder: Path = arguments.dir
    files = {folder / path: content for path, content in files_of(arguments.id, arguments.kind).items()}
    for path in files:
        if path.exists():
            raise UsageError(f"{path} is there already, and is not written over. Choose another id.")
    for path, content in files.items():
        write_atomic(path, content.encode(), parents=True)
        tell(str(path))
    tell(f"Fill it in; test it: repair test {folder}; use it: repair run INPUT --rules {folder}")
    return Exit.OK
