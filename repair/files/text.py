"""Plain text, with the line ends and the encoding that the raw file had."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from repair.core.text import NEWLINES
from repair.files.decoding import Encoding, encode

__all__ = ["BETWEEN", "file_bytes", "json_bytes", "json_line"]

BETWEEN = "\n\f\n"
"""What stands between two pages of an issue: a form feed on a line of its own, as pdftotext parts pages."""


def file_bytes(text: str, encoding: Encoding) -> bytes:
    r"""The bytes of a file that holds `text`, with the byte order mark and the line ends of `encoding`.

    >>> file_bytes("头版\n", Encoding("gb18030", bom=False, detected=True, newline="crlf"))
    b'\xcd\xb7\xb0\xe6\r\n'

    `WriteError`: a character that the encoding does not have.
    """
    newline = NEWLINES.get(encoding.newline)
    return encode(text.replace("\n", newline) if newline else text, encoding)


def json_line(said: Mapping[str, Any]) -> str:
    """A value as a line of JSON Lines."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"


def json_bytes(said: str) -> bytes:
    r"""JSON as UTF-8. A lone surrogate, which UTF-8 does not have, is written as JSON's escape.

    >>> json_bytes('["\udc80"]')
    b'["\\udc80"]'
    """
    try:
        return said.encode()
    except UnicodeEncodeError:
        return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in said).encode()
