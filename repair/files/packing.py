"""Compressed files, told by their names: `page.txt.gz` and `page.txt.zst` hold what `page.txt` would.

All that the program compares or hashes is the content, never the compressed bytes: a file packed again by another tool
is still the same. The same content gives the same bytes, for neither a time nor a name is put into them.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

from repair.core.errors import ReadError, shown

__all__ = ["PACKED", "content", "damage", "is_packed", "opened", "pack", "plain_name", "unpack"]

PACKED = (".gz", ".zst")
"""Suffixes of compressed files."""
GZIP_HEADER = 16 + zlib.MAX_WBITS  # as zlib is told to write one; it has no time in it


def is_packed(path: Path) -> bool:
    """Whether a file is compressed, by its name."""
    return path.suffix.lower() in PACKED


def plain_name(path: Path) -> Path:
    """The name without the suffix of compression.

    >>> plain_name(Path("in/page.txt.gz")).as_posix(), plain_name(Path("in/page.txt")).as_posix()
    ('in/page.txt', 'in/page.txt')
    """
    return path.with_suffix("") if is_packed(path) else path


def pack(path: Path, parts: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of a file of that name which holds `parts`: compressed, if the name says so.

    >>> unpack(Path("a.gz"), b"".join(pack(Path("a.gz"), [b"pa", b"ge"])))
    b'page'
    """
    if not is_packed(path):
        yield from parts
        return
    packer = zlib.compressobj(wbits=GZIP_HEADER) if _is_gzip(path) else _zstd().ZstdCompressor()
    yield from map(packer.compress, parts)
    yield packer.flush()


def unpack(path: Path, data: bytes, limit: int | None = None) -> bytes:
    """What a file of that name holds whose bytes are `data`; of more than `limit` bytes only one more than that.

    A small file may hold gigabytes. `ReadError`: it is damaged, or was cut short.
    """
    if not is_packed(path):
        return data
    try:
        if not data:
            raise EOFError("it is empty")
        with _unpacked(path, BytesIO(data)) as file:
            return file.read() if limit is None else file.read(limit + 1)
    except damage() as error:
        raise ReadError(f"{shown(path)} is damaged or was cut short ({error}). Copy it again.") from error


def content(path: Path, limit: int | None = None) -> bytes:
    """What a file holds. `OSError`: it cannot be read; `ReadError` as for `unpack`."""
    return unpack(path, path.read_bytes(), limit)


def opened(path: Path) -> IO[bytes]:
    """A file opened for reading what it holds, bit by bit; what that raises is an `OSError` or a `damage`."""
    return _unpacked(path, path) if is_packed(path) else path.open("rb")


def damage() -> tuple[type[Exception], ...]:
    """What reading a damaged file raises."""
    zstd = sys.modules.get("compression.zstd") or sys.modules.get("backports.zstd")
    return (EOFError, zlib.error, OSError, *([zstd.ZstdError] if zstd else []))


def _unpacked(path: Path, file: IO[bytes] | Path) -> IO[bytes]:
    if _is_gzip(path):
        import gzip

        return cast("IO[bytes]", gzip.open(file, "rb"))
    return cast("IO[bytes]", _zstd().open(file, "rb"))


def _is_gzip(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


@cache
def _zstd() -> Any:
    """The library, which few runs need."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd
