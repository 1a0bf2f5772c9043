r"""Words and marks that heads have, and words that open a body.

>>> bool(DASH.match("——南汀岛灯塔修复记")), bool(ENDS_IN_DASH.search("他说——")), bool(HEADLINE.search("灯塔亮了！"))
(True, True, True)
>>> bool(KICKER.search("守塔人说")), bool(NOTICE.fullmatch("南汀市政府公告")), bool(CONNECTIVE.match("据悉，灯塔"))
(True, True, True)
"""

from __future__ import annotations

import regex

from repair.vocabulary.numerals import COUNT

__all__ = ["CONNECTIVE", "DASH", "ENDS_IN_DASH", "FIRST", "HEADLINE", "KICKER", "NOTICE", "OPENING"]

_LONG_DASH = "——|──|—─"

OPENING = f"{_LONG_DASH}|--"
"""The dash that a printed line of a deck begins with, as a part of other expressions.

It is not `DASH`: behind a single horizontal bar a printed line may go on with the second of two numbers.
"""

DASH = regex.compile(rf"{OPENING}|―")
"""What a deck begins with."""

FIRST = frozenset("—─-")
"""The characters that `OPENING` begins with."""

ENDS_IN_DASH = regex.compile(rf"(?:{_LONG_DASH})$")

KICKER = regex.compile(
    rf"""(?:——|──
    |[说說]|表示|指出|[强強][调調]|要求
    |[时時]|[会會]上
    |[报報]道之{COUNT}|之{COUNT}
    |[…：:])$""",
    regex.X,
)
"""How a line ends that announces the headline below it."""

NOTICE = regex.compile(r".{0,30}(?:公告|[声聲]明|[启啟]事|通告|通知|公示|[讣訃]告|更正)")
"""The headline of a notice, in which it names itself."""

HEADLINE = regex.compile(r"[【】《》：:！？]|——")
"""Marks that headlines have, and kickers and decks seldom."""

CONNECTIVE = regex.compile(
    r"""此前|[据據]悉|但|同[时時]|[这這]|他|她|其中|另外|此外|[随隨]后|隨後|目前|[与與]此|因此|而|[当當]天
    |[会會]上|[会會][议議]|[记記]者""",
    regex.X,
)
"""What the second and later paragraphs of an article begin with: no article begins there."""
