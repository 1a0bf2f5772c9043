"""What is read has bounds: how large a file may be, and how deep what stands in it may nest.

Each bound lies far above whatever a person or this program writes, and the error says it. `read_file` is for all files
but pages, which `sources` reads; `json_of` and `read_toml` are for what stands in them.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any, NoReturn

from repair.core.errors import RepairError, UsageError, shown

__all__ = [
    "FILE",
    "LIST",
    "TOML",
    "VETOES",
    "cut",
    "decode",
    "inside",
    "is_file",
    "is_name",
    "json_of",
    "nests",
    "read_file",
    "read_toml",
]

TOML = 1_000_000
LIST = 20_000_000
VETOES = 100_000_000
FILE = 1_000_000_000
"""A ledger, or a file that it was written for: that of 50 MB of raw text with a change in every line has 300 MB."""
PIPE = 64_000_000
"""What comes from a pipe or a device may never end."""
DEPTH = 100
KEYS = 32
"""Parts of a dotted key of TOML: `tomllib` takes time with the square of their number, nine seconds for 20,000."""
SHOWN = 80

_PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
_LONG_KEY = re.compile(rf"(?<![\w.-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{KEYS},}}", re.ASCII)
_KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}


def read_file(
    path: Path, most: int, what: str, error: type[RepairError] = UsageError, *, plain: bool = False, hint: str = ""
) -> bytes:
    """The bytes of a file, at most `most` of them; `what` it is meant to be is said in errors, which are `error`.

    A pipe or a device gives at most 64 MB; with `plain` neither is opened. `hint` says what to do, after the error.

    >>> read_file(Path("no.txt"), 9, "the list")
    Traceback (most recent call last):
    repair.core.errors.UsageError: no.txt: the list cannot be read: No such file or directory.
    """
    hint = hint and f" {hint}"
    if "\0" in str(path):
        raise error(f"{str(path)!r} {what} cannot be read: no name of a file has a NUL.{hint}")
    name = f"{shown(path)}: {what}".rstrip()
    try:
        known = path.stat()
        is_file = stat.S_ISREG(known.st_mode)
        if stat.S_ISDIR(known.st_mode) or (plain and not is_file):
            kind = _KINDS.get(stat.S_IFMT(known.st_mode), "a device")
            raise error(f"{name} cannot be read: it is {kind}, and a file is needed.{hint}")
        most = most if is_file else min(most, PIPE)
        data = _read(path, most, known.st_size)
    except OSError as problem:
        raise error(f"{name} cannot be read: {problem.strerror or problem}.{hint}") from problem
    if len(data) > most:
        raise error(f"{name} is larger than {most:,} bytes, the limit.{hint}")
    return data


def _read(path: Path, most: int, size: int) -> bytes:
    """All bytes of a file that seems to have `size` of them, or one more than `most`."""
    parts, left = list[bytes](), most + 1
    with path.open("rb") as file:
        while left and (part := file.read(min(left, max(size + 1, 1 << 20)))):
            parts.append(part)
            left -= len(part)
    return b"".join(parts)


def is_file(path: Path) -> bool:
    """Whether there is a file of this name; a name that cannot be one, such as a very long one, is none's."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_name(said: str) -> bool:
    r"""Whether a text can be the name of a file.

    >>> is_name("\udcb1.txt"), is_name("\ud800"), is_name("a\0b")
    (True, False, False)
    """
    try:
        return b"\0" not in os.fsencode(said)
    except UnicodeEncodeError:
        return False


def inside(path: Path, folder: Path) -> bool:
    """Whether a path leads to a place in or below a folder, links followed.

    >>> inside(Path("rules/../names.tsv"), Path("rules"))
    False
    """
    try:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
    except ValueError:  # a NUL in the name
        return False


def decode(path: Path, data: bytes) -> str:
    """The text of a rule, chain, word list or veto file. Raises `UsageError` that names the line that is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{path}:{line}: not UTF-8 (byte 0x{data[error.start]:02x}). Save the file as UTF-8 in your editor."
        ) from error


def json_of(said: bytes | str) -> Any:
    """The value of a JSON text. Raises `ValueError`, which says in words what is wrong, and nothing else.

    What Python would read beyond JSON is refused, and so is what nests too deep to be written again.

    >>> json_of('{"page": [1, 2]}')
    {'page': [1, 2]}
    >>> json_of("[1e999]")
    Traceback (most recent call last):
    ValueError: 1e999 is too large for a number
    """
    text = said.decode("utf-8-sig", "surrogatepass") if isinstance(said, bytes) else said
    try:
        value = _JSON.decode(text)
    except RecursionError:
        raise ValueError(_too_deep()) from None
    if text.count("[") + text.count("{") > DEPTH and nests(value, DEPTH):
        raise ValueError(_too_deep())
    return value


def _too_deep() -> str:
    return f"it nests more than {DEPTH} deep"


def _no_number(said: str) -> NoReturn:
    raise ValueError(f"{said} is no number in JSON")


def _finite(said: str) -> float:
    value = float(said)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{said[:SHOWN]} is too large for a number")
    return value


_JSON = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite)


def nests(value: Any, deepest: int) -> bool:
    """Whether lists and tables nest deeper than `deepest`.

    >>> nests([[1]], 2), nests([[1]], 1)
    (False, True)
    """
    level, depth = [value], 0
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        if depth > deepest:
            return True
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    return False


TOML_HINT = "Put text in quotes; put a regular expression in single quotes '...'."


def read_toml(path: Path, what: str = "", hint: str = TOML_HINT) -> tuple[bytes, dict[str, Any]]:
    """Bytes and content of a TOML file, which is `what`. Raises `UsageError` with the place of a mistake."""
    data = read_file(path, TOML, what, plain=True)
    text = decode(path, data)
    if found := _LONG_KEY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise UsageError(f"{path}:{line}: a key of more than {KEYS} parts: {cut(found[0])}. Give it fewer.")
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise UsageError(f"{path}: {_too_deep()}, the limit for a TOML file.") from None
    except ValueError as error:  # `TOMLDecodeError`, and a number of thousands of digits
        raise UsageError(f"{shown(path)}: not TOML: {error}. {hint}") from error
    if nests(table, DEPTH):
        raise UsageError(f"{path}: {_too_deep()}, the limit for a TOML file.")
    return data, table


def cut(said: object, most: int = SHOWN) -> str:
    """A value as it is shown in an error: its middle is left out where it is long.

    >>> cut("bridge" * 9, 20)
    "'bridgebr…ebridge'"
    """
    text = repr(said)
    return text if len(text) <= most else f"{text[: most // 2 - 1]}…{text[-(most // 2 - 2) :]}"
