"""Errors addressed to the reader: which file, which place, what was expected, what to do next."""

from __future__ import annotations

import os
import re
from errno import EDQUOT, ENOSPC, EROFS
from pathlib import Path

__all__ = ["ReadError", "RepairError", "RunError", "UsageError", "WriteError", "shown"]

_OBEYED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal would obey: controls, line ends, turns of the direction of writing; and lone surrogates."""


class RepairError(Exception):
    """What can go wrong for a user. `str(error)` is the whole message, to be shown as it is."""


class ReadError(RepairError):
    """One page cannot be read or decoded. The other pages of a run are not touched by it."""


class WriteError(RepairError):
    """A result cannot be written. Nothing that was there before has been harmed."""

    @property
    def full(self) -> bool:
        """Whether the disk takes nothing more, so that the next result cannot be written either."""
        return isinstance(self.__cause__, OSError) and self.__cause__.errno in (ENOSPC, EDQUOT, EROFS)


class RunError(RepairError):
    """A run over many pages cannot go on. What was done is kept."""


class UsageError(RepairError):
    """What was asked for cannot be done: a wrong option or input, a broken rule or chain file."""


def shown(path: str | Path) -> str:
    r"""A name that can be printed and recorded: what a terminal would obey, and what is no character, is spelt out.

    Control characters, line ends and the marks that turn the direction of writing are escaped, wherever the name came
    from. Names out of old Chinese archives are often GBK; Python holds such bytes as lone surrogates, which cannot be
    written to a UTF-8 file.

    >>> shown("\udcb1\udca8.txt"), shown("p\x1b[2J\u202e.txt")
    ('\\xb1\\xa8.txt', 'p\\x1b[2J\\u202e.txt')
    """
    return _OBEYED.sub(_spelt, os.fspath(path))


def _spelt(found: re.Match[str]) -> str:
    code = ord(found[0])
    byte = code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code
    return f"\\x{byte:02x}" if byte < 0x100 else f"\\u{code:04x}"
