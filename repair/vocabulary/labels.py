r"""Labels: names of sections and columns of the paper, which stand over articles.

>>> [bool(SECTION.fullmatch(line)) for line in ("要闻", "综合新闻", "灯塔")]
[True, True, False]
>>> [bool(BANNER.fullmatch(line)) for line in ("民生聚焦", "新春走基层", "奋进新征程 建功新时代", "灯塔亮了")]
[True, True, True, False]
>>> COLUMN.fullmatch("## 两会快评")["name"], bool(CLAUSE.search("灯塔的故事"))
('两会快评', True)
"""

from __future__ import annotations

import regex

__all__ = ["BANNER", "CLAUSE", "COLUMN", "SECTION"]

SECTION = regex.compile(
    r"""(?:要[闻聞]|[综綜]合(?:新[闻聞])?|[时時]政|[经經][济濟]|社[会會]|民生|教育|法治|文化|[体體]育|副刊
    |[专專][題题版]|[国國][际際內内]|健康|公告|[广廣]告|[评評][论論]|理[论論])""",
    regex.X,
)
"""The name of a section of the paper, at the top of its page."""

# Columns that name themselves as a campaign.
_CAMPAIGN = r"特[别別][报報]道|走基[层層]|巡[礼禮]|在行[动動]|看振[兴興]"

BANNER = regex.compile(
    rf"""(?:[热熱焦][点點]|民生|[图圖]片|[县縣]域|平安|[记記]者|一[线線]|市[场場]|社[会會]|[经經][济濟]|[创創]新
        |生[态態]|法治)
        (?:聚焦|[视視][点點]|新[闻聞]|[经經][济濟]|建[设設]|[观觀]察|[传傳]真|之路|[纵縱][横橫]|[广廣]角)
    |聚焦\S{{2,4}}
    |.{{0,12}}(?:{_CAMPAIGN}|履[职職]故事)
    |[奋奮][进進]新[征徵]程.{{0,10}}
    |.{{0,10}}公益[广廣]告
    |[讲講](?:好|文明).{{0,6}}\s.{{2,8}}""",
    regex.X,
)
"""A label that stands over several articles."""

COLUMN = regex.compile(
    rf"""(?:\#+\ )?(?<name>[\p{{Han}}“”\d]{{2,8}}(?:
    [快时時短锐銳微热熱][评評]|[观觀]察|[访訪][谈談]|[对對][话話]|故事|在一[线線]|[风風]采|[声聲]音|手[记記]|聚焦
    |[关關]注|[连連][线線]|[视視][点點线線]|[论論][坛壇]|[专專][栏欄]|[侧側][记記]|特[写寫]|[纪紀]事|{_CAMPAIGN}))""",
    regex.X,
)
"""What columns call themselves; `CLAUSE` tells heads that end in such a word."""

CLAUSE = regex.compile(r"[的了是有讲講听聽为為把让讓]|[\p{Han}]在(?!一线|一線|行动|行動)")
"""Words that make a clause of it, and so a headline or a deck."""
