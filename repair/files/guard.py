"""The one guard before every result: nothing is written over that this program is not known to have written.

What the program wrote is known by what it left beside it: a ledger holds the hash of its output and of the other files
of an issue. Ledgers and reports themselves carry a seal, the hash of all the rest of the file. What was edited by hand,
or is somebody else's, stays as it is, and of the files that were to be written with it none is. And no link leads a
result out of the output folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from repair.core.bounded import inside
from repair.core.errors import ReadError, UsageError, WriteError, shown
from repair.files.packing import content, pack
from repair.files.writing import Staged, discard, reason_of, refuse_overwrite, stage

__all__ = [
    "EXISTING",
    "OVERWRITE",
    "SKIP",
    "Write",
    "is_sealed",
    "left_alone",
    "not_ours",
    "refuse_edited",
    "refuse_outside",
    "sealed_html",
    "sealed_ledger",
    "staged",
    "written_with",
]

SKIP, OVERWRITE, ABORT = EXISTING = ("skip", "overwrite", "abort")
"""What may be asked for with `--existing`; without it, what is this program's and unedited is made again."""
LARGEST = 1 << 30  # bytes of a compressed result that are looked at: more than any is
LEDGER_SEAL = re.compile(rb', "seal": "([0-9a-f]{64})"}$')
HTML_SEAL = re.compile(rb"\n<!-- seal ([0-9a-f]{64}) -->\n\Z")
# How ledgers and reports of versions that put no seal on them begin.
OLD_LEDGER = b'{"ledger": 1, "tool": "scan-repair '
OLD_REPORT = b'content="default-src &#39;none&#39;; style-src &#39;sha256-'


class Write(NamedTuple):
    """A file to be written.

    What may be written over: contents whose hashes (SHA-256) are `known` to be those of results, and a copy of the raw
    page, whose hash is `raw`.
    """

    path: Path
    data: bytes
    known: Collection[str] = ()
    raw: str = ""


def staged(
    writes: Sequence[Write],
    *,
    inputs: Iterable[Path] = (),
    folder: Path | None = None,
    overwrite: bool = False,
    parents: bool = False,
) -> tuple[Staged, ...]:
    """The files written beside their places, all or none, to be settled together (`writing.settle`).

    `inputs` are never written over; with `overwrite` anything else is. With a `folder` no link leads out of it.

    `WriteError`: one of the files may not, or cannot, be written.
    """
    inputs = list(inputs)
    for write in writes:
        refuse_overwrite(write.path, inputs)
        if folder:
            refuse_outside(write.path, folder)
        if not overwrite:
            _refuse_unknown(write)
    files: list[Staged] = []
    try:
        for path, data, *_ in writes:
            files.append(stage(path, pack(path, [data]), parents=parents))
    except BaseException:
        discard(files)
        raise
    return tuple(files)


def refuse_edited(path: Path, known: Collection[str] = (), *, overwrite: bool = False) -> None:
    """`WriteError` where a file that is to be taken away is not known to be ours: for `staged`, before anything."""
    if not overwrite:
        _refuse_unknown(Write(path, b"", known))


def refuse_outside(path: Path, folder: Path) -> None:
    """`WriteError` where a link leads from a place in a folder out of it."""
    if not inside(path, folder):
        raise WriteError(
            f"{shown(path)} leads by a link out of {shown(folder)}, to {shown(os.path.realpath(path))}, and is not "
            "written. Take the link away, or name as the output the folder that it leads to."
        )


def left_alone(place: Path, existing: str | None) -> bool:
    """Whether a result is there and is to stay, as `--existing` says. `UsageError`: then nothing is to be done."""
    if existing not in (SKIP, ABORT) or not place.exists():
        return False
    if existing == ABORT:
        raise UsageError(f"{shown(place)} is there already, and --existing is abort. Nothing was done.")
    return True


def not_ours(path: Path, *, edited: bool) -> WriteError:
    """The refusal to write over a file that was edited after this program wrote it, or that nothing says it wrote."""
    why = "was edited since it was written" if edited else "was not written by this program, as far as can be told"
    return WriteError(
        f"{shown(path)} {why}, and is not written over. Move it away, give another -o, or run with "
        "--existing overwrite."
    )


def written_with(ledger: Path) -> Mapping[str, str]:
    """The hashes of the files that were written with a ledger: of its output under "", of others under their paths."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError), ledger.open("rb") as file:
        said = json.loads(file.readline())
        return {"": str(said["output_sha256"])} | {str(name): str(sha) for name, sha in said.get("files", {}).items()}
    return {}


# ---- seals -----------------------------------------------------------------------------------------------------------


def sealed_ledger(data: bytes, files: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a ledger with the hashes of the `files` that are written with it in its header, and a seal there."""
    header, rows = data.split(b"\n", 1)
    if files:
        header = header[:-1] + b', "files": ' + json.dumps(files).encode() + b"}"
    seal = hashlib.sha256(header + b"\n" + rows).hexdigest().encode()
    return header[:-1] + b', "seal": "' + seal + b'"}\n' + rows


def sealed_html(html: str) -> bytes:
    """The bytes of a report with a seal in its last line."""
    data = html.encode()
    return data + b"\n<!-- seal " + hashlib.sha256(data).hexdigest().encode() + b" -->\n"


def is_sealed(data: bytes) -> bool | None:
    """Whether the seal of a ledger or a report fits all the rest of it; None for what never had one.

    Those of versions that put no seal on them pass.

    >>> page = sealed_html("<p>page</p>")
    >>> is_sealed(page), is_sealed(page.replace(b"page", b"pace")), is_sealed(b"<p>page</p>")
    (True, False, None)
    """
    header, _, rows = data.partition(b"\n")
    if seal := LEDGER_SEAL.search(header):
        return _fits(seal, header[: seal.start()] + b"}\n" + rows)
    if seal := HTML_SEAL.search(data, max(0, len(data) - 100)):
        return _fits(seal, data[: seal.start()])
    if b'"seal": "' in header or b"\n<!-- seal " in data:
        return False
    return True if header.startswith(OLD_LEDGER) or OLD_REPORT in data[:1000] else None


def _fits(seal: re.Match[bytes], data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest().encode() == seal[1]


def _refuse_unknown(write: Write) -> None:
    """`WriteError` where something stands that is not known to be ours, nor the same as what is to be written."""
    path, data, known, raw = write
    if not path.is_file():  # nothing, or a pipe or a device
        return
    try:
        there = content(path, LARGEST)
    except ReadError as error:
        raise not_ours(path, edited=bool(known)) from error
    except OSError as error:
        raise WriteError(f"{shown(path)} is there and cannot be read: {reason_of(error)}.") from error
    if there and there != data and hashlib.sha256(there).hexdigest() not in {*known, raw}:
        sealed = is_sealed(there)
        if not sealed:
            raise not_ours(path, edited=bool(known) or sealed is False)
