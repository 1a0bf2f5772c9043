"""Newspaper pages made by hypothesis: several forms, with the damage that readers do to them."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import reject
from hypothesis import strategies as st

from repair.core.errors import ReadError
from repair.files.decoding import Encoding, decode
from repair.files.text import file_bytes

__all__ = ["clean_pages", "files", "pages", "says_often"]

HEADS = [
    "柳塘镇修好三座桥",
    "春 耕 备 耕 忙",
    "河口县今年粮食增产",
    "——记槐树社区食堂",
    "简讯",
    "A new bridge",
    "图片新闻",
    "要 闻",
]
BYLINES = ["本报记者 何青 林小舟", "记者 何青", "本报柳塘2月24日电", "（何青）", "何 青 文/图"]
FURNITURE = [
    "2024年2月25日 星期日",
    "第3版",
    "02 要闻",
    "国内统一连续出版物号 CN 00-0000",
    "责任编辑：何青",
    "（下转第三版）",
    "今日8版",
]
CLAUSES = [
    *(
        "柳塘镇今年修好了三座桥",
        "镇上的人说",
        "2月25日上午9:30",
        "全县粮食总产量达到12.5万吨",
        "比去年增长3.6%",
        "何青走进槐树社区食堂",
    ),
    *(
        "“路修好了",
        "菜就卖得出去”",
        "（见第4版）",
        "水库的水位已经回落到1983年以来的最低点",
        "其中有《河口县志》",
        "孩子们在操场上跑",
        "共计1+1项",
    ),
    *(
        "GDP增长了5个百分点",
        "他在WTO工作过",
        "阿依古丽·买买提是第一个到的",
        "一是抓紧春耕",
        "二是修好水渠",
        "今年",
        "的",
        "因为天气转暖",
    ),
]
ENGLISH = [
    "the bridge over the river",
    "was opened on Monday",
    "with 300 people",
    "re-",
    "built",
    "in well-known",
    "The mayor said",
    "it cost 2.5 million",
]
STOPS = ["，", "。", "，", "；", "：", "！", "？", "、", "。\n", "。\n"]
CLEAN_CLAUSES = [c for c in CLAUSES if not set(c) & set("“”（）+:") and len(c) > 3]
HALF = str.maketrans("，；：！？（）", ",;:!?()")
RADICALS = str.maketrans("一人大女子小山水日月比民见长", "⼀⼈⼤⼥⼦⼩⼭⽔⽇⽉⽐⺠⻅⻓")
ODD = [
    "\u3000",
    "\u00a0",
    "\u2003",
    "\t",
    "\u200b",
    "\ufeff",
    "\x00",
    "\x0c",
    "\x1f",
    "\x7f",
    "\u2028",
    "\u00ad",
    "\ufb01",
    "\ue000",
]
LETTERS = "上下版一二的，。,.:;!?()（）“”\"'「」《》—-–·…%％ 0129aBzé\n" + "".join(ODD) + "２Ａ⼀金繁體𠀀"

lines_of = st.lists(st.tuples(st.sampled_from(CLAUSES), st.sampled_from(STOPS)), min_size=1, max_size=14)
paragraphs = lines_of.map(lambda parts: "".join(clause + stop for clause, stop in parts).removesuffix("\n"))
headings = st.sampled_from([*HEADS, *BYLINES, *FURNITURE])
noise = st.text(st.sampled_from(LETTERS), max_size=24)


def wrapped(text: str, width: int, indent: str, first: int) -> list[str]:
    """A text cut into lines of `width` characters; each paragraph opens with `indent`, `first` short."""
    lines = []
    for paragraph in text.split("\n"):
        size = width - first
        lines.append(indent + paragraph[:size])
        lines += [paragraph[at : at + width] for at in range(size, len(paragraph), width)]
    return lines


@st.composite
def columns(draw: st.DrawFn) -> list[str]:
    """Hard-wrapped columns, with or without indents."""
    width = draw(st.integers(8, 22))
    indent, first = draw(st.sampled_from([("", 2), ("", 0), ("\u3000\u3000", 2), ("  ", 2), ("\u2003\u2003", 2)]))
    return [
        line
        for text in draw(st.lists(paragraphs, min_size=1, max_size=4))
        for line in wrapped(text, width, indent, first)
    ]


@st.composite
def blocks(draw: st.DrawFn) -> list[str]:
    """Whole paragraphs, some cut in two where a column ends, with a heading between the halves now and then."""
    lines: list[str] = []
    for text in draw(st.lists(paragraphs, min_size=1, max_size=4)):
        lines += draw(st.lists(headings.map(lambda head: f"# {head}") | headings, max_size=2))
        cut = draw(st.none() | st.integers(1, max(1, len(text) - 1)))
        lines += [text] if cut is None else [text[:cut], *draw(st.lists(headings, max_size=1)), text[cut:]]
    return lines


@st.composite
def lists(draw: st.DrawFn) -> list[str]:
    """Items with numbers or bullets."""
    mark = draw(st.sampled_from(["{}、", "{}.", "({})", "（{}）", "• ", "- ", "{} "]))
    items = draw(st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=6))
    return [mark.format(i) + item + draw(st.sampled_from(["", "；", "。", " "])) for i, item in enumerate(items, 1)]


@st.composite
def english(draw: st.DrawFn) -> list[str]:
    """Lines of English, hyphens at their ends among them."""
    words = draw(st.lists(st.sampled_from(ENGLISH), min_size=2, max_size=12))
    width = draw(st.integers(1, 3))
    return [" ".join(words[at : at + width]) for at in range(0, len(words), width)]


def spaced(text: str) -> str:
    """Spaces on both sides of each digit's run, as some engines give them."""
    return "".join(
        f" {c}" if c.isdigit() and not b.isdigit() else f"{c} " if c.isdigit() and not d.isdigit() else c
        for b, c, d in zip(" " + text, text, text[1:] + " ", strict=False)
    )


DAMAGES: list[Callable[[str], str]] = [
    str,
    str,
    spaced,
    lambda text: text.translate(HALF),
    lambda text: text.translate(RADICALS),
    lambda text: text.replace("\n", "\n\n"),
    lambda text: text.replace("\n", "  \n"),
    lambda text: text.replace("“", '"').replace("”", '"'),
    lambda text: "\n".join(" ".join(line) if len(line) < 12 else line for line in text.split("\n")),
    lambda text: "\n".join(line for part in text.split("\n") for line in (part if len(part) < 9 else [part])),
]


@st.composite
def pages(draw: st.DrawFn) -> str:
    """A page with "\n" for its line ends."""
    forms = st.one_of(
        columns(), blocks(), lists(), english(), headings.map(lambda line: [line]), noise.map(lambda line: [line])
    )
    lines = [line for form in draw(st.lists(forms, min_size=1, max_size=4)) for line in form]
    text = "\n".join(lines) + draw(st.sampled_from(["\n", "", "\n\n", "\x0c"]))
    for damage in draw(st.lists(st.sampled_from(DAMAGES), max_size=3)):
        text = damage(text)
    for where, odd in draw(st.lists(st.tuples(st.floats(0, 1), st.sampled_from(ODD)), max_size=3)):
        at = int(where * len(text))
        text = text[:at] + odd + text[at:]
    return text


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """The bytes of a page, in UTF-8 or UTF-16, with one kind of line end or several; none that is refused as binary."""
    text = draw(pages())
    ends = draw(st.sampled_from(["lf", "lf", "lf", "crlf", "cr", "mixed"]))
    if ends == "mixed":
        text = text.replace("\n", "\r\n", 2)
    codec, bom = draw(st.sampled_from([("utf-8", False), ("utf-8", False), ("utf-8", True), ("utf-16-le", True)]))
    data = file_bytes(text, Encoding(codec, bom, True, ends))
    try:
        decode(data, name="page")
    except ReadError:
        reject()
    return data


def says_often(data: bytes) -> bool:
    """Whether a page says the same more than twice: by chance, not as a reader's loop, whose periods are all of it."""
    text = "".join(decode(data, name="page")[0].split())
    return any(text.count("".join(said.split())) > 2 for said in (*CLAUSES, *ENGLISH) if len(said) > 5)


@st.composite
def clean_pages(draw: st.DrawFn) -> str:
    """Articles as they should be: a headline, then whole paragraphs, a line each; none says the same as another."""
    lines: list[str] = []
    heads = [head for head in HEADS if head.isalnum() and len(head) > 4]
    for head in draw(st.lists(st.sampled_from(heads), min_size=1, max_size=3, unique=True)):
        lines.append(head)
        for _ in range(draw(st.integers(1, 3))):
            clauses = draw(st.lists(st.sampled_from(CLEAN_CLAUSES), min_size=2, max_size=5))
            if any(clauses.count(clause) > 2 for clause in clauses) or any(
                "，".join(clauses) in line for line in lines
            ):
                reject()
            lines.append("，".join(clauses) + draw(st.sampled_from("。！？")))
    return "\n".join(lines) + "\n"
