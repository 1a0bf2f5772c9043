"""What all kinds of declarative rules share: their keys, what they say of a change, their regexes, minimal edits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from repair.change import Change, Safety, lift
from repair.errors import UsageError
from repair.page import Page
from repair.rule import Options, Phase
from repair.text import Edit, Span

__all__ = ["Finder", "Key", "Kind", "Says", "Source", "check_regex", "compiled", "matches", "minimal"]

TIMEOUT = 1.0


class Key(NamedTuple):
    """One key of a rule file: the type of its value, and what it is, in words for an error message.

    `texts` says that a list holds nothing but strings; `or_texts` that such a list may stand for a string.
    """

    type: type
    what: str
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    texts: bool = False
    or_texts: bool = False


class Says(NamedTuple):
    """What a rule says of each of its changes."""

    reason: str
    safety: Safety
    confidence: float

    def change(self, edits: Iterable[Edit]) -> Change:
        """These edits as one change."""
        return Change(tuple(edits), self.reason, self.safety, self.confidence)


@dataclass
class Source:
    """A rule file as a kind is given it: checked values, and the way to the files that it names.

    `parts` collects what the rule is made of, for its digest.
    """

    path: Path
    values: Mapping[str, Any]
    says: Says
    parts: list[bytes] = field(default_factory=list)

    def read(self, key: str) -> tuple[Path, str]:
        """Path and content of the file that a key names, relative to the rule file. Raises `UsageError`."""
        path = self.path.parent / self.values[key]
        try:
            data = path.read_bytes()
        except OSError as error:
            why = error.strerror or str(error)
            raise UsageError(
                f"{self.path}: {key}: cannot read {path}: {why}. Give a path relative to the rule file."
            ) from error
        self.parts.append(data)
        return path, decode(path, data)


class Finder(Protocol):
    """The `find` of a declarative rule."""

    def __call__(self, page: Page, options: Options) -> Iterable[Change]:
        """The changes that the rule proposes for a page."""
        ...

    def check(self, path: Path) -> None:
        """Compile what is compiled on first use. Raises `UsageError` that names `path`, the rule file."""
        ...


class Kind(NamedTuple):
    """A kind of rule: its own keys, those that a chain may override, the phases that its changes can be right in."""

    keys: Mapping[str, Key]
    build: Callable[[Source], Finder]
    options: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = tuple(Phase)
    safety: Safety = Safety.SAFE


def decode(path: Path, data: bytes) -> str:
    """The text of a rule, chain or word list. Raises `UsageError` that names the line where it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{path}:{line}: not UTF-8 (byte 0x{data[error.start]:02x}). Save the file as UTF-8 in your editor."
        ) from error


@cache
def compiled(source: str) -> Any:
    """A regular expression of the `regex` module, compiled when a page first needs it."""
    import regex  # here, because many runs need none

    return regex.compile(source)


def check_regex(path: Path, key: str, source: str, *, groups: bool = True) -> None:
    """Raise `UsageError` with the place of the mistake when `source` is no regular expression.

    With `groups` False it must not capture, because its groups would count among those of another key.
    """
    import regex

    try:
        found = compiled(source)
    except regex.error as error:
        wrong: Any = error  # the stubs know nothing of its place
        at = f" at position {wrong.pos + 1}: {source[: wrong.pos]}⟨here⟩{source[wrong.pos :]}" if wrong.pos else ""
        raise UsageError(
            f"{path}: {key}: not a regular expression: {wrong.msg}{at or f': {source}'}. "
            "Put a backslash before a character that stands for itself, such as \\( or \\+."
        ) from error
    if found.groups and not groups:
        raise UsageError(f"{path}: {key}: must not capture. Write (?:...) in place of (...).")


def matches(source: str, value: str, timeout: float, span: Span | None = None) -> Iterator[Any]:
    """All matches in `value`, from left to right. Raises `TimeoutError` after `timeout` seconds in all."""
    low, high = span or (0, len(value))
    yield from compiled(source).finditer(value, low, high, timeout=timeout)


def minimal(start: int, before: str, after: str) -> tuple[Edit, ...]:
    """The least edits that turn `before`, which stands at `start`, into `after`; none where they are equal.

    >>> minimal(10, "月 25", "月25")
    (Edit(start=11, end=12, after=''),)
    """
    if before == after:
        return ()
    head, most = 0, min(len(before), len(after))
    while head < most and before[head] == after[head]:
        head += 1
    tail, most = 0, most - head
    while tail < most and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if not set(old).isdisjoint(new):
        return tuple(lift(old, new, start + head))
    return (Edit(start + head, start + head + len(old), new),)
