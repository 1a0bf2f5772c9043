r"""Notes: dates, documents and telephone numbers under a text, offices that sign it, stories that go on.

>>> [bool(NOTE.fullmatch(line)) for line in ("2026年3月2日", "第三号", "联系电话：05204645")]
[True, True, True]
>>> bool(NOTE.fullmatch("（原载《南汀日报》）")), bool(NOTE.fullmatch("灯塔亮了"))
(True, False)
>>> bool(OFFICE.fullmatch("南汀市灯塔管理委员会")), bool(SERIAL_END.fullmatch("（未完待续）"))
(True, True)
"""

from __future__ import annotations

import regex

from repair.vocabulary.datelines import DATE_PATTERN
from repair.vocabulary.numerals import ORDINAL

__all__ = ["NOTE", "OFFICE", "SERIAL_END"]

NOTE = regex.compile(
    rf"""(?:
    {DATE_PATTERN}
    |[（(]{DATE_PATTERN}[^）)]{{0,50}}(?:通[过過]|公[布告]|批准|施行)[）)]
    |第{ORDINAL}[号號]
    |[联聯][系繫][电電][话話][:：]\s?[\d－-]{{5,20}}
    |[（(](?:原[载載]|[据據]).{{2,30}}[）)]
    )""",
    regex.X,
)
"""A line that is a note."""

OFFICE = regex.compile(
    r""".{3,24}(?:公司|主席[团團]|委[员員][会會]|政府|[办辦]公室|法院|[检檢]察院|局|[协協][会會]|[厅廳]|集[团團]|中心)""",
    regex.X,
)
"""A line that may be the office or company that signs."""

SERIAL_END = regex.compile(r"[（(](?:未完|(?:未完)?待[续續]|[续續]完)[)）]")
"""A line that says only that the story goes on in another issue."""
