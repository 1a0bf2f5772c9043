"""Lead a text back and forth over its changes, and check on the page itself that nothing was lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from repair.core.text import Done, codes_of

__all__ = ["broken_law", "invert_edits", "replay_edits"]


def replay_edits(value: str, edits: Iterable[Done]) -> str:
    """The text after the edits of one step; `edits` in order of `start`."""
    out, at = [], 0
    for start, end, _, after in edits:
        out.append(value[at:start])
        out.append(after if isinstance(after, str) else value[after.start : after.end])
        at = end
    out.append(value[at:])
    return "".join(out)


def invert_edits(value: str, edits: Iterable[Done]) -> str:
    """The text before the edits of one step, from the text after them; `edits` in order of `start`."""
    out, at, shift = [], 0, 0
    for start, end, before, after in edits:
        size = len(after) if isinstance(after, str) else after.end - after.start
        out.append(value[at : start + shift])
        out.append(before)
        at = start + shift + size
        shift += size - (end - start)
    out.append(value[at:])
    return "".join(out)


def broken_law(raw: str, output: str, steps: Mapping[int, list[Done]]) -> str | None:
    """What is wrong with a repaired text, or None.

    `steps` are the edits made, by the place of their rule in the chain, each in order of `start`. Law 2: taken back
    from the last step to the first they must give `raw`. Law 1, by counting: the characters of raw and those put in are
    the characters of the output and those taken out.
    """
    value = output
    given, found = [raw], [output]
    for step in sorted(steps, reverse=True):
        edits = steps[step]
        value = invert_edits(value, edits)
        found += [d.before for d in edits]
        given += [d.after if isinstance(d.after, str) else value[d.after.start : d.after.end] for d in edits]
    if value != raw:
        return "the ledger taken back does not give the raw text (law 2)"
    if not np.array_equal(_sorted(given), _sorted(found)):
        return "some characters are neither in the output nor in the ledger (law 1)"
    return None


def _sorted(parts: list[str]) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    return np.sort(codes_of("".join(parts)))
