"""Words by which a line says what it is, simplified and traditional."""

from __future__ import annotations

import regex

__all__ = [
    "BANNER",
    "BYLINE",
    "CAPTION",
    "CAPTION_FIRST",
    "CREDIT",
    "DASH",
    "DATE",
    "DATELINE",
    "ENDS_IN_DASH",
    "HEADLINE",
    "KICKER",
    "LIST",
    "LIST_FIRST",
    "NAME",
    "NAMES",
    "NOTE",
    "NOTICE",
    "NO_BYLINE",
    "OFFICE",
    "PAPER",
    "PAUSES",
    "SECTION",
    "SHEET",
    "SIGNED",
    "SIGNS",
    "STATUTE",
    "SURNAMES",
]

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤路康毕施洪季庄柯柳凌"
    "張劉陳楊黃趙吳孫馬鄭謝羅許韓馮鄧鍾譚陸範賈韋鄒閻龍賀顧龔萬錢嚴湯蕭蘇葉盧呂餘畢莊"
)
_COUNT = "[一二三四五六七八九十]"
NAME = rf"[{SURNAMES}]\p{{Han}}{{1,2}}"
_DAY = r"[\d一二三四五六七八九十]{1,3}\s?日"
_DATE = rf"(?:\d{{4}}|[一二三四五六七八九〇○零十]{{4}})\s?年\s?[\d一二三四五六七八九十元]{{1,3}}\s?月\s?{_DAY}"

# ---- whole lines -----------------------------------------------------------------------------------------------------

BYLINE = regex.compile(
    r"""(?:[□■◇]\s*\S.{1,60}
    |(?:文|作者|撰文|[编編][译譯])[/：:]\s*\S.{1,30}
    |本[报報][评評][论論][员員](?:\s?[\p{Han}·]{2,4})?
    |[^，。；：！？“”]{0,24}?(?:[记記]者|通[讯訊][员員]|特[约約]撰稿人?|[实實][习習]生)[\s:：]*\p{Han}[\p{Han}\s·/:：]{0,48}
    |(?:By|BY)\ [A-Z][^.!?]{2,60}
    )""",
    regex.X,
)
# Words after 记者 that make a headline of the line, not a byline.
NO_BYLINE = regex.compile(
    r"[记記]者(?:[站节節证證会會招问問采採团團协協手说說大观觀见見来來]|从|從)|答[^，。]{0,10}[记記]者|[见見]面[会會]"
)
NAMES = regex.compile(
    rf"""\p{{Han}}{{2,3}}|\p{{Han}}\s\p{{Han}}|(?:{NAME}\s?){{2,6}}
    |[\p{{Han}}·]{{2,4}}(?:\s+[\p{{Han}}·]{{2,4}}){{1,8}}""",
    regex.X,
)
SIGNED = regex.compile(r"[（(][\p{Han}·\s、□]{2,20}[)）]")
DATE = regex.compile(_DATE)
NOTE = regex.compile(
    rf"""(?:{_DATE}
    |[（(]{_DATE}[^）)]{{0,50}}(?:通[过過]|公[布告]|批准|施行)[）)]
    |第[一二三四五六七八九十百\d]{{1,4}}[号號]
    |[联聯][系繫][电電][话話][:：]\s?[\d－-]{{5,20}}
    |[（(](?:原[载載]|[据據]).{{2,30}}[）)]
    )""",
    regex.X,
)
OFFICE = regex.compile(
    r""".{3,24}(?:公司|主席[团團]|委[员員][会會]|政府|[办辦]公室|法院|[检檢]察院|局|[协協][会會]|[厅廳]|集[团團]|中心)""",
    regex.X,
)
# A notice names itself in its headline.
NOTICE = regex.compile(r".{0,30}(?:公告|[声聲]明|[启啟]事|通告|通知|公示|[讣訃]告|更正)")
SECTION = regex.compile(
    r"""(?:要[闻聞]|[综綜]合(?:新[闻聞])?|[时時]政|[经經][济濟]|社[会會]|民生|教育|法治|文化|[体體]育|副刊|[专專][題题版]
    |[国國][际際內内]|健康|公告|[广廣]告|[评評][论論]|理[论論])""",
    regex.X,
)
# Labels that stand over several articles.
BANNER = regex.compile(
    r"""(?:[热熱焦][点點]|民生|[图圖]片|[县縣]域|平安|[记記]者|一[线線]|市[场場]|社[会會]|[经經][济濟]|[创創]新|生[态態]|法治)
        (?:聚焦|[视視][点點]|新[闻聞]|[经經][济濟]|建[设設]|[观觀]察|[传傳]真|之路|[纵縱][横橫]|[广廣]角)
    |聚焦\S{2,4}|.{0,12}(?:特[别別][报報]道|巡[礼禮]|履[职職]故事|走基[层層]|在行[动動]|看振[兴興])
    |[奋奮][进進]新[征徵]程.{0,10}|.{0,10}公益[广廣]告|[讲講](?:好|文明).{0,6}\s.{2,8}""",
    regex.X,
)
# A folio that was read as one line with the date and the editors' names has one of these inside.
SHEET = regex.compile(r"[责責]任[编編][辑輯]|版式[：:]|校[对對][：:]|星期[一二三四五六日天]|[总總]第\d+期|今日\d+版")
PAPER = regex.compile(
    r"\p{Han}{2,4}(?:[日晚新时時商早晨快周]|都市|青年|工人)[报報]|[A-Z]{3,} (?:[A-Z]+ ?)?[A-Z]*BAO|\d{1,2}"
)

# ---- how a line begins -----------------------------------------------------------------------------------------------

LIST = regex.compile(
    rf"""(?:\d{{1,2}}[.．、](?!\d)|{_COUNT}{{1,3}}、|[（(](?:{_COUNT}{{1,3}}|\d{{1,2}})[)）]
    |[●■◆▲△★○◎•①-⑳➊-➓]|\d{{1,2}}[)）]|[-*+]\ )""",
    regex.X,
)
LIST_FIRST = frozenset("0123456789一二三四五六七八九十（(●■◆▲△★○◎•①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳➊➋➌➍➎➏➐➑➒➓-*+")
STATUTE = regex.compile(r"第[一二三四五六七八九十百零〇]{1,5}[条章节節條]")
CAPTION = regex.compile(
    r"""[▲▼◀▶△▽↑↓←→]?(?:[图圖](?:[为為：:①-⑤]|[一二三四1-4][：:为為])|[上下左右][图圖][为為：:]|[左右上下中][图圖]
    |[（(](?:[资資]料[图圖]|[图圖][为為])
    |Photo(?:graph)?s?(?::|\ by\ )|Pictured|(?:Above|Below|Left|Right)[:,]\ )""",
    regex.X,
)
CAPTION_FIRST = frozenset("▲▼◀▶△▽↑↓←→图圖上下左右中（(PABLR")
DATELINE = regex.compile(
    r"""[【［]?(?:本[报報刊台][^\n，。]{0,16}?(?:[讯訊电電]|消息|[报報]道)|[据據]?新[华華]社.{0,16}?[电電讯訊消]
    |中新[社网].{0,12}[电電]|[据據][《“].{2,20}[》”].{0,6}[报報]道
    |[A-Z][A-Z .,]{2,40}(?:\([A-Z]{2,5}\))?\ ?[—–-]|\([A-Z]{2,8}\))""",
    regex.X,
)
DASH = regex.compile(r"——|──|—─|--|―")
# What a line begins with that any of the rules before `sentence` asks for.
SIGNS = LIST_FIRST | CAPTION_FIRST | frozenset("[【□◇■、，。；：！？）》”’」』】,;第")

# ---- how a line ends -------------------------------------------------------------------------------------------------

# Who took the picture, or where it comes from.
CREDIT = regex.compile(
    r"""(?:[（(](?:[资資]料[图圖]片?|[图圖]片?)[)）]|[摄攝]影?|供[图圖]|[（(][^（()）]{0,14}[摄攝][)）]|[图圖]/\S{2,4}
    |[。）)]\s?[^，。；：]{0,16}[记記]者\s?\p{Han}[\p{Han}\ ·]{1,12}
    |[（(]?(?i:photo\ by|photo:|courtesy\ of|file\ photo)[^.]{0,40}[)）.]?)$""",
    regex.X,
)
# A line that announces the headline below it.
KICKER = regex.compile(
    rf"(?:——|──|[说說]|表示|指出|[强強][调調]|要求|[时時]|[会會]上|[报報]道之{_COUNT}|之{_COUNT}|[…：:])$"
)
ENDS_IN_DASH = regex.compile(r"(?:——|──|—─)$")
PAUSES = frozenset("：:；;”’」』）)》】…")

# ---- anywhere --------------------------------------------------------------------------------------------------------

# Marks that headlines have, and kickers and decks seldom.
HEADLINE = regex.compile(r"[【】《》：:！？]|——")
