"""Prose in Chinese and in English, and the printed lines that a column makes of a paragraph."""

from __future__ import annotations

import re

PROSE = [
    "南汀岛的灯塔昨天重新亮了。守塔人骆成义提着油壶，沿着一百零八级石阶走上塔顶，把停了十一年的灯点着，"
    "海面上的渔船一齐拉响汽笛。",
    "灯塔建成于1908年，塔身用本地的青石砌成，高31.5米，灯光可以照到海上18海里远的地方。后来航道改走岛的北面，"
    "塔里的设备又旧了，夜里就再也没有亮过。",
    "去年春天，岛上的渔民给县里写信，说夏天起雾的时候，北面的浮标看不清，有3条船差一点碰上礁石。县海事处派人上岛看了两趟，"
    "决定把灯塔修好。",
    "“石头没有坏，坏的是木楼梯和玻璃。”负责施工的石匠姜树说，工人们从对岸运来杉木，一级一级地换，玻璃是在省城订做的，"
    "每块重46公斤，要四个人抬上去。",
    "修塔一共用了七个月，花了62万元，其中一半是岛上的人自己凑的。学校的孩子卖了一个夏天的海带，凑了2180元，"
    "老师把每个人的名字都抄在一张红纸上，贴在塔门里面。",
    "骆成义今年七十四岁，他的父亲也是守塔人。他说，灯一亮，心里就踏实了，以后只要走得动，每天晚上都要上来看一看。",
    "灯亮的第二天，岛上的小学放了半天假，校长带着九十三个学生排队登塔，走到一半的平台上歇一歇，再往上走，"
    "每个人都在塔顶的本子上写了一句话。",
    "县里打算把灯塔旁边的旧营房改成一间小小的陈列室，摆上当年的油灯、雾钟和航海图，请骆成义给来的人讲塔的故事，"
    "不收门票，只收一个故事做纪念。",
]
ENGLISH = [
    "The ferry between Marrow Point and the island was put back in service on Saturday, nine weeks after the ice had "
    "broken her rudder. About two hundred people stood on the pier to see her leave.",
    "Captain Ellis Rowe said that the new rudder was cast at the foundry in Tarn Harbor and that it had been paid for "
    "by the merchants of both towns. He asked that wagons be at the landing ten minutes before the hour.",
    "The fare will be the same as last year, five cents for a passenger and thirty for a team, and school children "
    "will be carried for nothing until the end of June.",
]
WHOLE_NUMBERS, BROKEN_NUMBERS = (
    re.compile(rf"[“‘「（《]*(?:{word}|.)[，。、；：！？”’」）》]*") for word in ("[A-Za-z0-9.%+]+", "[A-Za-z]+")
)


def measure(text: str) -> float:
    """Width in em, of full-width characters, digits and curly quotes."""
    return sum(0.5 if c.isascii() or c in "“”‘’" else 1.0 for c in text)


def set_in_lines(paragraph: str, width: float, indent: float = 2, tokens: re.Pattern[str] = WHOLE_NUMBERS) -> list[str]:
    """The printed lines of a paragraph; its indent takes room and leaves no trace in the text."""
    lines, free = [""], width - indent
    for token in tokens.findall(paragraph):
        size = measure(token)
        if size > free:
            lines.append("")
            free = width
        lines[-1] += token
        free -= size
    return lines
