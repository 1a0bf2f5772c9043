"""A page of three articles whose heads stand behind their text."""

from __future__ import annotations

from repair.core.page import Page
from repair.passes.layout.headline_after_body.groups import Grouped
from repair.passes.layout.headline_after_body.look import HeadLook

RULES = ("layout/headline-after-body", "layout/late-headline", "layout/label-after-headline")
BRIDGE = (
    "柳塘大桥合龙 两岸路程缩短到三分钟",
    "本报讯（记者陆青禾）3月12日上午9时许，随着最后一段钢梁缓缓落下，柳塘大桥主桥顺利合龙。大桥全长1286米，主跨320米，"
    "预计年底前建成通车。",
    "“等这座桥，我们等了二十年。”站在江边的老船工乔大川说。过去两岸往来全靠渡船，遇上大风大雾，渡口一停就是一两天。",
)
BOOKS = (
    "流动书车开进十二个山村",
    "本报讯（记者范可）一辆改装过的中巴车，载着三千册图书，每月沿着环山公路跑两圈，这就是云溪市图书馆的流动书车。",
    "书车每到一个村，都要停两个小时。孩子们爱看的绘本放在最下面一层，种养技术的书放在门口，伸手就能拿到。",
)
MARKET = (
    "青麦巷早市搬新家",
    "本报讯 开了三十年的青麦巷早市，近日搬进了新建的便民市场。新市场占地9600平方米，设有固定摊位260个。",
    "原来的早市占着半条马路，七点一过，公交车进不来，送孩子的家长干着急。",
)
ARTICLES = (BRIDGE, BOOKS, MARKET)
UNLIKE = ("让渠水都流到田头", "雨后看山", "校园里种下试验田")


def page(*lines: str, sep: str = "\n\n") -> Page:
    return Page.of(sep.join(lines))


def late_page() -> Page:
    return page(*(line for title, *body in ARTICLES for line in (*body, title)))


def evidence(one: Page | None = None) -> HeadLook:
    return HeadLook(Grouped.of(one or late_page()))
