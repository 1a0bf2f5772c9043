r"""Names of people, and lines that are nothing but names.

>>> bool(regex.fullmatch(NAME, "骆成义")), bool(regex.fullmatch(NAME, "灯塔"))
(True, False)
>>> [bool(NAMES.fullmatch(line)) for line in ("骆成义", "骆成义 姜树", "姜树海李明远", "重修灯塔通车")]
[True, True, True, False]
>>> bool(SIGNED.fullmatch("（骆成义 姜树）")), bool(SIGNED.fullmatch("（三）"))
(True, False)
"""

from __future__ import annotations

from pathlib import Path

import regex

from repair.vocabulary.tsv import read_pairs

__all__ = ["AFTER_TITLE", "NAME", "NAMES", "SIGNED", "SURE_SURNAMES", "SURNAMES", "TITLE"]

_TABLE = Path(__file__).with_name("surnames.tsv")
_ROWS = read_pairs(_TABLE, _TABLE.read_text(encoding="utf-8"))

SURNAMES = "".join(_ROWS)
"""Surnames of one character, simplified and traditional, as the inside of a class of characters."""

SURE_SURNAMES = "".join(name for name, begins in _ROWS.items() if begins == "name")
"""Those that begin few other words."""

NAME = rf"[{SURNAMES}]\p{{Han}}{{1,2}}"
"""A name where something else says that names stand there."""

_SURE_NAME = rf"[{SURE_SURNAMES}]\p{{Han}}{{1,2}}"

NAMES = regex.compile(
    rf"""\p{{Han}}{{2,3}}                              # one name
    |\p{{Han}}\s\p{{Han}}                              # spread to the width of three
    |(?:{_SURE_NAME}\s?){{2,6}}                        # solid
    |[\p{{Han}}·]{{2,4}}(?:\s+[\p{{Han}}·]{{2,4}}){{1,8}}""",
    regex.X,
)
"""A line that may be nothing but names; a headline of two or three characters may be one too."""

SIGNED = regex.compile(r"[（(][\p{Han}·\s、□]{2,20}[)）]")
"""Names in brackets, as those sign who wrote the text before."""

TITLE = r"""(?:
    ^|[^\p{Han}]
    |[记記]者|通[讯訊][员員]
    |主席|[总總](?:理|[统統])|[书書][记記]|主任|委[员員]|教授|先生|同志|[经經]理
    |[部局市省县縣校院厂廠会會][长長]
    )"""
"""What a name stands after: a mark, the edge of the text, or an office. To be compiled with `regex.X`."""

AFTER_TITLE = regex.compile(rf"{TITLE}$", regex.X)
"""A text after which a name may stand."""
