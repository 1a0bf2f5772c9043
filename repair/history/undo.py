r"""There and back: from the raw text to the repaired one by its ledger, and from the repaired one to the raw.

`replay` and `invert` work on texts, `redo` and `undo` on the bytes of files, whose hashes the ledger holds. Nothing
here needs the chain or its rules: a ledger of years ago leads back all the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from repair.core.errors import ReadError, UsageError, WriteError
from repair.core.laws import invert_edits, replay_edits
from repair.core.text import Done, unify
from repair.files.decoding import Encoding, decode_as
from repair.files.text import BETWEEN, file_bytes
from repair.history.ledger import Ledger, sha256

__all__ = ["invert", "redo", "replay", "undo", "undo_issue"]


def replay(raw: str, ledger: Ledger) -> str:
    r"""The repaired text, with "\n" for every line end, from the decoded raw text.

    `ReadError` where the raw text is not the one that the ledger was written for.
    """
    text = unify(raw, ledger.header.newline)
    for _, edits in sorted(ledger.steps().items()):
        if not _follow(edits, len(text)) or any(text[done.start : done.end] != done.before for done in edits):
            raise ReadError(f"{ledger.name}: does not fit this text: it was written for another raw text.")
        text = replay_edits(text, edits)
    return text


def invert(output: str, ledger: Ledger, before: str | None = None) -> str:
    r"""The raw text from the repaired one, both with "\n" for every line end.

    With `before`, the text as it stood before the rule of that id had its turn. `ReadError` where the text is not the
    one that the ledger was written for, `UsageError` for a rule that the chain does not have.
    """
    first = 0 if before is None else ledger.step_of(before)
    text = output
    for step, edits in sorted(ledger.steps().items(), reverse=True):
        if step >= first:
            # In this order, for the edits of a ledger that was edited could make a text without end.
            fits = _follow(edits, len(text) - sum(map(_grown, edits)))
            text, given = invert_edits(text, edits) if fits else text, text
            if not fits or replay_edits(text, edits) != given:
                raise ReadError(f"{ledger.name}: does not fit this text: it was written for another output.")
    return text


def _grown(done: Done) -> int:
    size = len(done.after) if isinstance(done.after, str) else done.after.end - done.after.start
    return size - (done.end - done.start)


def _follow(edits: Sequence[Done], size: int) -> bool:
    """Whether edits stand one behind the other in a text of a size; those of a ledger that was edited may not."""
    at = 0
    for start, end, _, _ in edits:
        if start < at:
            return False
        at = end
    return at <= size


def undo(output: bytes, ledger: Ledger, before: str | None = None) -> bytes:
    """The raw file, byte for byte, from the bytes of the repaired one; or the file before a rule had its turn.

    `UsageError` where the output was altered since, or is not text: then it cannot be led back.
    """
    header = ledger.header
    if header.format != "txt":
        raise UsageError(f"{ledger.name}: only text output can be undone, and this output is {header.format}.")
    text = _text_of(output, ledger)
    if before is not None:  # that text has no hash: the way to its end shows that the ledger is as it was written
        undo_issue(output, ledger) if header.pages else undo(output, ledger)
        return _written(invert(text, ledger, before), header.written, ledger)
    data = _written(invert(text, ledger), header.raw_encoding, ledger)
    if sha256(data) != header.raw_sha256:
        raise ReadError(f"{ledger.name}: does not lead back to the raw file. It was edited: use the raw file itself.")
    return data


def undo_issue(output: bytes, ledger: Ledger) -> list[tuple[str, bytes]]:
    """The raw files of an issue's pages, each with its name, from the bytes of the issue's text.

    `UsageError` and `ReadError` as for `undo`.
    """
    text = invert(_text_of(output, ledger), ledger)
    found, at = list[tuple[str, bytes]](), 0
    for page in ledger.header.pages:
        data = _written(text[at : at + page.chars], page.raw_encoding, ledger)
        if sha256(data) != page.raw_sha256:
            raise ReadError(
                f"{ledger.name}: does not lead back to {page.name}. It was edited: use the raw file itself."
            )
        found.append((page.name, data))
        at += page.chars + len(BETWEEN)
    return found


def _text_of(output: bytes, ledger: Ledger) -> str:
    """The text of the output, of which the ledger must be."""
    written = ledger.header.written
    if sha256(output) != ledger.header.output_sha256:
        raise UsageError(
            f"{ledger.name}: the output was altered after the ledger was written, so its changes no longer fit. "
            "Put the unaltered output back, or repair the raw file again."
        )
    return unify(decode_as(output, written), written.newline)


def _written(text: str, encoding: Encoding, ledger: Ledger) -> bytes:
    try:
        return file_bytes(text, encoding)
    except WriteError as error:
        raise ReadError(f"{ledger.name}: does not lead back to text in {encoding.name}. It was edited.") from error


def redo(data: bytes, ledger: Ledger) -> bytes:
    """The repaired file, byte for byte, from the bytes of the raw one. `UsageError` where the raw file is another."""
    header = ledger.header
    if sha256(data) != header.raw_sha256:
        raise UsageError(f"{ledger.name}: was written for another file than this one (its hash differs).")
    raw = decode_as(data, header.raw_encoding)
    return file_bytes(replay(raw, ledger), header.written)
