"""Pages of any size, for `growth`: ordinary prose, and inputs that repeat one thing over and over.

Every page is made of words of our own by a fixed seed, so that two runs measure the same characters.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import chain, count

__all__ = ["INPUTS", "ORDINARY", "page"]

_SEED = 11
_NAMES = ["闻溪", "何青", "柳三变", "沈桥", "顾小舟", "陆家树", "秦望", "白露", "苏木", "方砚"]
_PLACES = ["柳塘镇", "双桥村", "青石渡", "北山林场", "白鹭湾", "老街口", "灯塔下", "南岸码头", "新麦场", "石佛寺"]
_TIMES = ["清晨", "傍晚", "那年冬天", "雨停以后", "第二天一早", "秋收前后", "半夜里", "开春的时候", "晌午", "过了年"]
_DOES = [
    "推开窗看了看天",
    "把旧账本翻出来又合上",
    "沿着河堤慢慢往回走",
    "忽然想起父亲说过的话",
    "给远方的朋友写了一封信",
    "蹲在田埂上抽完一袋烟",
    "领着孩子们去看新修的水渠",
    "把渔网晾在竹竿上",
    "望着对岸的灯火出神",
    "跟老乡们商量修路的事",
    "挑着两担新米上了船",
    "将门前的雪扫成一堆",
]
_THEN = [
    "心里却一直放不下那件事",
    "谁也没有先开口说话",
    "风从江面上吹过来带着潮气",
    "远处传来几声狗叫",
    "炉子里的火已经快要灭了",
    "日子就这样一天一天过去",
    "大家听了都点头说好",
    "只有老槐树还站在那里",
    "水面上漂着几片落叶",
    "他知道这一回是真的要走了",
]
_WHO = [
    "Miller",
    "Hannah",
    "Old Tom",
    "the ferryman",
    "the teacher",
    "Ellen",
    "her brother",
    "the clerk",
    "Rosa",
    "Captain Dale",
]
_DID = [
    "walked back along the river",
    "closed the ledger without a word",
    "counted the nets on the wall",
    "waited for the late train",
    "wrote a letter to the council",
    "carried two sacks of flour uphill",
    "looked at the lamps across the bay",
    "mended the gate before supper",
    "asked after the new bridge",
    "swept the snow from the door",
]
_WHILE = [
    "while the wind turned north",
    "and nobody spoke for a while",
    "because the road was closed",
    "as his father had done",
    "though the harvest was not in",
    "and the dogs barked at the mill",
    "until the bells rang again",
    "when the market had emptied",
    "before the first frost came",
    "and that was the end of it",
]


def page(name: str, size: int, *, utf8: bool = False) -> str:
    """As many whole parts of that input as fit in `size` characters, or in that many bytes of UTF-8; one at least.

    >>> page("blank lines", 3), len(page("one-character lines", 1001))
    ('\\n\\n\\n', 1000)
    """
    parts, reached = list[str](), 0
    for part in INPUTS[name]():
        reached += len(part.encode()) if utf8 else len(part)
        if parts and reached > size:
            break
        parts.append(part)
    return "".join(parts)


def _chinese(rng: random.Random) -> str:
    """A sentence."""
    said = f"{rng.choice(_TIMES)}，{rng.choice(_NAMES)}在{rng.choice(_PLACES)}{rng.choice(_DOES)}"
    for _ in range(rng.randrange(3)):
        said += f"，{rng.choice(_THEN)}"
    if rng.random() < 0.2:
        return f"“{said}。”{rng.choice(_NAMES)}说。"
    return said + rng.choice("。。。。！？")


def _english(rng: random.Random) -> str:
    said = f"{rng.choice(_WHO)} {rng.choice(_DID)}"
    for _ in range(rng.randrange(3)):
        said += f", {rng.choice(_WHILE)}"
    return f"{said[0].upper()}{said[1:]}. "


def _paragraphs(sentence: Callable[[random.Random], str]) -> Iterator[str]:
    rng = random.Random(_SEED)
    while True:
        yield "".join(sentence(rng) for _ in range(rng.randrange(2, 8))).rstrip()


def _prose_lines(width: int) -> Iterator[str]:
    """Chinese paragraphs, each broken into printed lines of a width; a chapter's title now and then."""
    for number, one in zip(count(1), _paragraphs(_chinese), strict=False):
        if number % 120 == 1:
            yield f"第{number // 120 + 1}章 {_PLACES[number % 10]}\n"
        one = "\u3000\u3000" + one
        for at in range(0, len(one), width):
            yield one[at : at + width] + "\n"


def _english_lines(width: int) -> Iterator[str]:
    for one in _paragraphs(_english):
        line = ""
        for word in one.split(" "):
            if len(line) + len(word) >= width:
                yield line.rstrip() + "\n"
                line = ""
            line += word + " "
        yield line.rstrip() + "\n"


def _whole(sentence: Callable[[random.Random], str], between: str = "\n") -> Iterator[str]:
    return (one + between for one in _paragraphs(sentence))


def _web_novel() -> Iterator[str]:
    """A line a sentence, talk among them, chapters with titles, as novels on the web are."""
    rng = random.Random(_SEED)
    for number in count():
        if number % 150 == 0:
            yield f"第{number // 150 + 1}章 {rng.choice(_PLACES)}\n"
        yield "\u3000\u3000" + _chinese(rng) + "\n"


def _same(part: str) -> Callable[[], Iterator[str]]:
    return lambda: (part for _ in count())


def _counting(form: str) -> Callable[[], Iterator[str]]:
    return lambda: (form.format(number, number % 97, number % 10) for number in count(1))


def _mixed() -> Iterator[str]:
    """A little of everything, over and over, as a run of many small pages in one file."""
    rng = random.Random(_SEED)
    for number in count(1):
        yield f"# {rng.choice(_PLACES)}{rng.choice(_DOES)}\n\n本报记者 {rng.choice(_NAMES)}\n\n"
        yield f"本报讯 {_chinese(rng)}{_chinese(rng)}{_chinese(rng)}\n\n（下转第{number % 8 + 1}版）\n\n"
        yield f"| 一 | {number} |\n|---|---|\n| 二 | {number + 1} |\n\n{number}\n\n"
        yield f"{_english(rng)}{_english(rng)}\n\n图为{rng.choice(_PLACES)}。 {rng.choice(_NAMES)}摄\n\n"


def _titles() -> Iterator[str]:
    rng = random.Random(_SEED + 1)
    while True:
        yield rng.choice(_PLACES) + rng.choice(_DOES)


def _page_repeated() -> Iterator[str]:
    """One page of prose, over and over."""
    paragraphs = _paragraphs(_chinese)
    one = "".join(next(paragraphs) + "\n" for _ in range(12))
    return _same(one)()


_ZH = "清渠工程开工以来，柳塘镇的乡亲们每天天不亮就上了工地。"
_EN = "The ferryman counted the lamps across the bay before the first frost came. "

ORDINARY: dict[str, Callable[[], Iterator[str]]] = {
    "Chinese, short lines": lambda: _prose_lines(17),
    "Chinese, long lines": lambda: _whole(_chinese),
    "Chinese, web novel": _web_novel,
    "English, short lines": lambda: _english_lines(60),
    "English, long lines": lambda: _whole(_english),
    "many small pages": _mixed,
}
"""Prose as books and papers have it."""

INPUTS: dict[str, Callable[[], Iterator[str]]] = ORDINARY | {
    "Chinese sentence, lines": _same(_ZH + "\n"),
    "Chinese sentence, one line": _same(_ZH),
    "English sentence, lines": _same(_EN.rstrip() + "\n"),
    "English sentence, one line": _same(_EN),
    "jump marks, lines": _same("（下转第3版）\n"),
    "jump marks, one line": _same("（下转第3版）"),
    "telephone, one line": _same("电话12345678 "),
    "telephone, lines": _same("电话12345678\n"),
    "web address, one line": _same("http://www.example.com/a/b.html "),
    "web address, no space": _same("http://www.example.com/a/b.html"),
    "web address, lines": _same("http://www.example.com/a/b.html\n"),
    "bylines": _same("本报记者 张三\n"),
    "bylines, square": _same("□本报记者 李四\n"),
    "bylines, one line": _same("本报记者 张三 "),
    "table rows": _same("| 一 | 二 |\n"),
    "table rows, one line": _same("| 一 | 二 |"),
    "Markdown table": lambda: chain(["| 一 | 二 |\n|---|---|\n"], _counting("| {0} | {1} |\n")()),
    "HTML table": lambda: chain(["<table>"], _counting("<tr><td>{0}</td><td>{1}</td></tr>\n")()),
    "HTML tags": _same("<td>"),
    "comma and bar": _same("，|"),
    "letter a": _same("a"),
    "digits": _same("8"),
    "spaces": _same(" "),
    "wide spaces": _same("\u3000"),
    "spaces in a line": lambda: chain(["一"], _same(" ")()),
    "tabs": _same("\t"),
    "opening quotes": _same("“"),
    "closing quotes": _same("”"),
    "straight quotes": _same('"'),
    "apostrophes": _same("'"),
    "opening brackets": _same("（"),
    "closing brackets": _same("）"),
    "square brackets": _same("["),
    "title marks": _same("《》"),
    "hyphens": _same("-"),
    "dashes": _same("—"),
    "dots": _same("."),
    "middle dots": _same("·"),
    "ellipses": _same("…"),
    "full stops": _same("。"),
    "commas": _same("，"),
    "underscores": _same("_"),
    "stars": _same("*"),
    "signs of heads": _same("#"),
    "signs of quotations": _same(">"),
    "backslashes": _same("\\"),
    "dollars": _same("$"),
    "per cent": _same("5 % "),
    "Han, one character": _same("一"),
    "Han without a stop": lambda: _whole(lambda rng: rng.choice(_DOES) + rng.choice(_THEN), ""),
    "Han, spaced": _same("一 "),
    "Han and Latin": _same("一a"),
    "Han and digits": _same("一1"),
    "blank lines": _same("\n"),
    "lines of a space": _same(" \n"),
    "one-character lines": _same("一\n"),
    "one-letter lines": _same("a\n"),
    "digit lines": _same("3\n"),
    "comma lines": _same("，\n"),
    "heads, the same": _same("# 柳塘镇修好三座桥\n"),
    "heads, others": _counting("# 柳塘镇修好{0}座桥\n"),
    "heads and bodies": lambda: (f"# {a}\n\n{b}\n\n" for a, b in zip(_titles(), _paragraphs(_chinese), strict=False)),
    "bodies, then heads late": lambda: (
        f"{b}\n\n{a}\n\n" for a, b in zip(_titles(), _paragraphs(_chinese), strict=False)
    ),
    "headlines": _counting("柳塘镇修好{0}座桥\n\n"),
    "list numbers": _counting("{0}. 柳塘镇\n"),
    "list numbers, one line": _counting("{0}.柳塘镇"),
    "dates": _counting("2024年3月{1}日 "),
    "dates, lines": _counting("2024年3月{2}日\n"),
    "datelines": _same("新华社北京3月5日电\n"),
    "captions": _same("图为柳塘镇新桥。 何青摄\n"),
    "folios": _counting("{0}\n\n第{1}版\n\n"),
    "Latin words, no spaces": _same("TheFerrymanCountedTheLamps"),
    "Latin words": _same("ferry "),
    "hyphened lines": _same("the sys-\ntem of the\n"),
    "hyphened lines, others": lambda: (one.replace(" ", "-\n") + "\n" for one in _paragraphs(_english)),
    "letter-spaced": _same("柳 塘 镇\n"),
    "letter-spaced, one line": _same("柳 塘 镇 "),
    "paragraph, a digit changed": _counting(
        "据柳塘镇统计，今年第{0}户人家搬进了新房，镇上的人说，路修好了，菜就卖得出去了。\n"
    ),
    "every second line equal": lambda: (
        f"{a}\n柳塘镇的人说，路修好了，菜就卖得出去，孩子们上学也不用再绕远路。\n" for a in _paragraphs(_chinese)
    ),
    "paragraph cut, repeated": _same("柳塘镇今年修好了三座桥，镇上\n的人说，路修好了，菜就卖得出\n"),
    "open ends, others": lambda: (one[: len(one) * 2 // 3] + "\n\n" for one in _paragraphs(_chinese)),
    "a page repeated": _page_repeated,
    "images": _same("![](a.png)\n"),
    "formulas": _same("$x^2$ "),
    "soft hyphens": _same("a\u00ad"),
    "zero-width": _same("一\u200b"),
    "combining marks": _same("e\u0301"),
    "emoji": _same("\U0001f600"),
    "CR LF": _same("柳塘镇修好了三座桥，\r\n"),
    "full-width letters": _same("ａｂｃ１２３"),
}
"""All inputs by name; each gives parts without end."""
