"""Errors addressed to the reader: which file, which place, what was expected, what to do next."""

from __future__ import annotations

import os
from errno import EDQUOT, ENOSPC, EROFS
from pathlib import Path

__all__ = ["ReadError", "RepairError", "RunError", "UsageError", "WriteError", "shown"]


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
    r"""A path that can be printed and recorded, also where the bytes of the name are not UTF-8.

    Names out of old Chinese archives are often GBK; Python holds such
    bytes as lone surrogates, which cannot be written to a UTF-8 file.

    >>> shown("\udcb1\udca8.txt")
    '\\xb1\\xa8.txt'
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")
