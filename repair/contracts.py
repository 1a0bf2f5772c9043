"""What a change of each phase may do. A change that breaks its contract is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from repair.change import Change
from repair.rule import Phase
from repair.text import Done

__all__ = ["CONTRACTS"]


def _read(change: Change, done: Sequence[Done], value: str) -> bool:
    """Reading replaces characters one for one, or takes out what cannot be seen."""
    return all(
        isinstance(d.after, str)
        and (len(d.after) == len(d.before) or not any(c.isprintable() and c != " " for c in _minus(d.before, d.after)))
        and len(d.after) <= len(d.before)
        for d in done
    )


def _minus(before: str, after: str) -> str:
    return "".join((Counter(before) - Counter(after)).elements())


def _layout(change: Change, done: Sequence[Done], value: str) -> bool:
    """Layout keeps every character that is not white space, save what the change declares removed."""
    for d in done:
        if d.before.strip() or not isinstance(d.after, str) or d.after.strip():
            break
    else:
        return not change.removes
    before = "".join(d.before for d in done)
    after = "".join(d.after if isinstance(d.after, str) else value[slice(*d.after)] for d in done)
    return _visible(before) == _visible(after) + _visible(change.removes)


def _visible(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


def _structure(change: Change, done: Sequence[Done], value: str) -> bool:
    """Structure only marks."""
    return not done


def _text(change: Change, done: Sequence[Done], value: str) -> bool:
    """Text repairs keep the lines."""
    return all(isinstance(d.after, str) and d.before.count("\n") == d.after.count("\n") for d in done)


def _finish(change: Change, done: Sequence[Done], value: str) -> bool:
    """The finish keeps the lines and the number of letters and digits."""
    return all(
        isinstance(d.after, str)
        and d.before.count("\n") == d.after.count("\n")
        and sum(map(str.isalnum, d.before)) == sum(map(str.isalnum, d.after))
        for d in done
    )


CONTRACTS: dict[Phase, Callable[[Change, Sequence[Done], str], bool]] = {
    Phase.READ: _read,
    Phase.LAYOUT: _layout,
    Phase.STRUCTURE: _structure,
    Phase.TEXT: _text,
    Phase.FINISH: _finish,
}
