r"""Bylines: who wrote it, as a line of its own or glued to what stands beside it.

>>> [bool(BYLINE.fullmatch(line)) for line in ("本报记者 骆成义", "文/姜树", "By Ellis Rowe", "记者走上塔顶，看见了海")]
[True, True, True, False]
>>> bool(NO_BYLINE.search("记者节")), bool(NO_BYLINE.search("本报记者 骆成义"))
(True, False)
>>> [bool(OF_NAMES.fullmatch(line)) for line in ("海门日报记者骆成义", "骆成义 姜树", "灯塔亮了")]
[True, True, False]
"""

from __future__ import annotations

import regex

from repair.vocabulary.names import NAME, SURNAMES

__all__ = [
    "ABOUT",
    "BYLINE",
    "BYLINE_AT_END",
    "FIRST",
    "NO_BYLINE",
    "OF_NAMES",
    "OPENING",
    "OWN_WORDS",
    "PEOPLE",
    "PRINTED_AGAIN",
    "REPORTERS",
    "WORDS",
]

_REPORTER, _CORRESPONDENT, _OWN = "[记記]者", "通[讯訊][员員]", "本[报報]"

REPORTERS = f"{_REPORTER}|{_CORRESPONDENT}"
"""Those who write, as a part of other expressions."""

PEOPLE = frozenset("者员員□")
"""Of these one stands in each byline that says who they are."""

BYLINE = regex.compile(
    rf"""(?:
    [□■◇]\s*\S.{{1,60}}
    |(?:文|作者|撰文|[编編][译譯])[/：:]\s*\S.{{1,30}}
    |{_OWN}[评評][论論][员員](?:\s?[\p{{Han}}·]{{2,4}})?
    |[^，。；：！？“”]{{0,24}}?(?:{REPORTERS}|特[约約]撰稿人?|[实實][习習]生)
        [\s:：]*\p{{Han}}[\p{{Han}}\s·/:：]{{0,48}}
    |(?:By|BY)\ [A-Z][^.!?]{{2,60}}
    )""",
    regex.X,
)
"""A line that is a byline, if it is no sentence and `NO_BYLINE` does not find a headline in it."""

NO_BYLINE = regex.compile(
    rf"""{_REPORTER}(?:[站节節证證会會招问問采採团團协協手说說大观觀见見来來从從])
    |答[^，。]{{0,10}}{_REPORTER}
    |[见見]面[会會]""",
    regex.X,
)
"""Words after 记者 that make a headline of the line."""

_SPACED = r"[ \u3000]+[\p{Han}·]{1,4}"

OF_NAMES = regex.compile(
    rf"""(?:
    (?:[^\s，。：（(讯訊电電]{{0,8}}[报報社网網台臺心])?(?:{REPORTERS}|□)[^\S\n]*[\p{{Han}}·]{{1,4}}
    |[^\s，。：（(讯訊电電]{{0,12}}(?:{REPORTERS})[^\S\n]+[\p{{Han}}·]{{1,4}}
    |[\p{{Han}}·]{{2,4}}{_SPACED}
    )(?:{_SPACED}){{0,8}}""",
    regex.X,
)
"""A printed line that is nothing but names and those that say who they are; with no such word, two names at least."""

ABOUT = regex.compile(rf"[^，。；：]{{0,14}}(?:{REPORTERS}|□)[^，。；：]{{0,40}}")
"""A printed line without pauses in which somebody is named.

It is not `BYLINE`, which asks for a name right after the word and knows headlines by `NO_BYLINE`: a printed line may
have its names in the next one.
"""

OPENING = rf"{_OWN}|{REPORTERS}|特[约約]|□|文/|[图圖]/|作者|By\b"
"""What a printed line begins with that may be a byline, as a part of other expressions."""

FIRST = frozenset("本记記通特□文图圖作B")
"""The characters that `OPENING` begins with."""

_FULL_NAME = rf"(?:[{SURNAMES}][\p{{Han}}·]{{1,3}}|[{SURNAMES}][ ]\p{{Han}}(?!\p{{Han}}))"

BYLINE_AT_END = rf"""
    (?:□[ ]?)?(?:{_OWN}|融媒[体體]中心){_REPORTER}[ ]?{_FULL_NAME}(?:[ ]{_FULL_NAME}){{0,5}}
    (?:[ ]{_CORRESPONDENT}[ ]?{_FULL_NAME}(?:[ ]{_FULL_NAME}){{0,3}})?[ ]*$
"""
"""A byline that can be nothing else at the end of a line, as a part of other expressions (`regex.X`)."""

LAST_NAME = regex.compile(rf"(?:{REPORTERS})[ \u3000]?(?:{NAME}[ \u3000])*{NAME}\Z")
"""A text that ends in a name of a byline."""

FIRST_NAME = regex.compile(rf"{NAME}(?:[ \u3000）)]|\s*\Z)")
"""A text that begins with a name and nothing that goes on."""

WORDS = f"{REPORTERS}|作者|[摄攝]影"
"""Words of bylines and credits, after which spaces part names."""

PRINTED_AGAIN = regex.compile(rf"{REPORTERS}|{_OWN}|[摄攝]影|reporter|correspondent")
"""Words near which two papers have different names of the same report."""

OWN_WORDS = regex.compile(rf"{REPORTERS}|{_OWN}|[摄攝]")
"""Words of a byline or a credit: what holds them is no head over one."""
