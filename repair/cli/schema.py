"""`repair schema`: the JSON Schemas of what the program writes."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from repair import formats
from repair.cli.exits import Exit

__all__ = ["main", "schema"]


def main(arguments: Namespace) -> Exit:
    """Print a schema."""
    sys.stdout.write(schema(arguments.of))
    return Exit.OK


def schema(of: str) -> str:
    """The text of a schema: "document" (`--format json`), "article" (`--format jsonl`), "manifest" and so on."""
    return Path(formats.__file__).with_name(f"{of}.schema.json").read_text(encoding="utf-8")
