"""Results to disk: a whole file or none, and never over an input."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from repair.core.errors import WriteError, shown

__all__ = [
    "Staged",
    "discard",
    "reason_of",
    "refuse_overwrite",
    "same_file",
    "settle",
    "stage",
    "write_all",
    "write_atomic",
]

NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
NO_PERMISSION = "no permission. Choose another place, or ask its owner for the right to write there"
FILE_IN_PATH = "a part of the path is a file, not a folder"
REASONS = {
    errno.EACCES: NO_PERMISSION,
    errno.EPERM: NO_PERMISSION,
    errno.EROFS: "the disk is read-only. Choose another place",
    errno.ENOSPC: "the disk is full. Make room, or choose another place, and run it again",
    errno.EDQUOT: "your share of the disk is used up. Make room, and run it again",
    errno.EFBIG: "it is larger than a file may be there",
    errno.ENAMETOOLONG: "the name is too long for the disk. Choose a shorter one",
    errno.ENOENT: "its folder does not exist. Make the folder first",
    errno.ENOTDIR: FILE_IN_PATH,
    errno.EEXIST: FILE_IN_PATH,
    errno.EISDIR: "it is a folder. Give the name of a file in it",
    errno.ELOOP: "it is a link that leads back to itself",
}


def write_atomic(path: Path, data: bytes | Iterable[bytes], *, parents: bool = False) -> None:
    """Write `data`, in one piece or in several, to `path`: whoever looks sees the old file or the new, never a half.

    The bytes go to a temporary file beside the target, are forced to disk and take the target's
    name in one step. An existing target's permissions are kept, and its owner where that is
    allowed; a new file has the permissions the umask leaves. `parents` makes missing folders.

    A link is written through: the file it leads to is replaced, the link stays a link, as people
    expect who link their output to a larger disk. Other hard links to the target keep the old
    content. What is not a regular file (a pipe, a device) is written to directly.

    >>> from tempfile import mkdtemp
    >>> target = Path(mkdtemp(), "1920", "page1.txt")
    >>> write_atomic(target, b"page", parents=True)
    >>> target.read_bytes()
    b'page'

    `WriteError`: no permission, disk full, name too long, no such folder; the target is as it was.
    """
    settle([stage(path, data, parents=parents)])


class Staged(NamedTuple):
    """A file whose bytes are written and which does not have its name yet; None where they went to a device."""

    temporary: Path | None
    target: Path


def stage(path: Path, data: bytes | Iterable[bytes], *, parents: bool = False) -> Staged:
    """The first half of `write_atomic`: write the bytes beside the target. `WriteError` as there."""
    try:
        return _staged(path, data, parents)
    except OSError as error:
        raise WriteError(f"{shown(path)} cannot be written: {reason_of(error)}.") from error


def settle(files: Sequence[Staged]) -> None:
    """The second half: force the files to the disk, all of them, and then give them their names in turn.

    `WriteError`: one could not be forced to the disk; then none gets its name.
    """
    at = 0
    try:
        for at, (temporary, _) in enumerate(files):  # noqa: B007 (for the message)
            if temporary:
                _force(temporary)  # first: after a power cut the name must not stand for an empty file
        for at, (temporary, path) in enumerate(files):  # noqa: B007
            if temporary:
                temporary.replace(path)
    except OSError as error:
        discard(files)
        raise WriteError(f"{shown(files[at].target)} cannot be written: {reason_of(error)}.") from error
    except BaseException:  # Ctrl-C too must leave nothing behind
        discard(files)
        raise


def discard(files: Iterable[Staged]) -> None:
    """Take away files that did not get their names."""
    for temporary, _ in files:
        if temporary:
            with suppress(OSError):
                temporary.unlink()


def reason_of(error: OSError) -> str:
    """Why a file cannot be written, and what to do."""
    return REASONS.get(error.errno or 0, error.strerror or str(error))


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths are one file: also through links, hard links, names in another case.

    >>> same_file(Path("."), Path("missing"))
    False
    """
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there, or cannot be looked at
        return False


def refuse_overwrite(target: Path, sources: Iterable[Path]) -> None:
    """`WriteError` where `target` is one of `sources`: a result never replaces its own input.

    A target that does not exist costs one look at the disk, however many sources there are.
    """
    try:
        there = target.stat()
    except OSError:
        return
    for source in sources:
        with suppress(OSError):
            if os.path.samestat(there, source.stat()):
                raise WriteError(
                    f"{shown(target)} is the input {shown(source)} itself, which is never written "
                    "over. Name another file or folder for the result."
                )


def _staged(path: Path, data: bytes | Iterable[bytes], parents: bool) -> Staged:
    try:
        old = path.stat()
    except FileNotFoundError:
        old = None
    if old and stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if old and not stat.S_ISREG(old.st_mode):
        with path.open("wb", buffering=0) as device:
            write_all(device.fileno(), data)
        return Staged(None, path)
    target = path.resolve() if old or path.is_symlink() else path
    # The name does not hold the target's: one that just fits the disk must not become too long.
    temporary = target.with_name(f".repair-{uuid4().hex}.tmp")
    try:
        # O_EXCL: never through a link laid in wait. 0o666: the umask takes its part, as always.
        try:
            file = os.open(temporary, NEW_FILE, 0o666)
        except FileNotFoundError:
            if not parents:
                raise
            target.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(temporary, NEW_FILE, 0o666)
        try:
            write_all(file, data)
            if old:
                _keep(temporary, old)
        finally:
            os.close(file)
    except BaseException:
        discard([Staged(temporary, target)])
        raise
    return Staged(temporary, target)


def _force(path: Path) -> None:
    file = os.open(path, os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def write_all(file: int, data: bytes | Iterable[bytes]) -> None:
    """Write all of `data` to an open file. `OSError`: it took only a part."""
    for part in (data,) if isinstance(data, bytes) else data:
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(file, rest) :]


def _keep(temporary: Path, old: os.stat_result) -> None:
    """Give the temporary file the owner and the permissions of the file it will replace."""
    if hasattr(os, "chown"):
        with suppress(OSError):  # only the superuser may give files away
            os.chown(temporary, old.st_uid, old.st_gid)
    temporary.chmod(stat.S_IMODE(old.st_mode))
