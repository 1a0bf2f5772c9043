"""What is said at a terminal. What a terminal would obey is spelt out, whatever file, page or ledger it came from.

Results that go into a pipe or a file stay as they are, to the byte.
"""

from __future__ import annotations

import re
import sys

from repair.core.errors import shown

__all__ = ["put", "say", "spelt_in_json", "tell", "told"]


def say(said: str) -> None:
    """Talk, on standard error."""
    print(f"repair: {told(said)}", file=sys.stderr)


def tell(line: str) -> None:
    """A line for a reader, on standard output."""
    print(told(line))


def put(data: bytes, text: str | None = None) -> None:
    """A result, on standard output: its bytes as they are, but on a terminal its `text`, whatever its encoding."""
    if sys.stdout.isatty():
        lines = data.decode("utf-8", "backslashreplace") if text is None else text
        sys.stdout.write(told(lines.replace("\r\n", "\n"), keep="\n\t"))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)


def told(said: str, keep: str = "\n") -> str:
    r"""Lines that can be printed: as `shown`, but the line ends stay, or what else is to be kept.

    >>> print(told("page\x1b[2J.txt\nis empty"))
    page\x1b[2J.txt
    is empty
    """
    return "".join(part if part in keep else shown(part) for part in re.split(f"([{keep}])", said))


def spelt_in_json(line: str) -> str:
    r"""JSON that says the same and can be printed.

    >>> print(spelt_in_json('{"page":"\x9b2J"}'))
    {"page":"\u009b2J"}
    """
    return line.translate({ord(c): f"\\u{ord(c):04x}" for c in set(line) if c != "\n" and shown(c) != c})
