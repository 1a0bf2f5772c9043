"""What `repair new` writes: rule files of each kind and a chain file, with comments, which work as they stand."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import NamedTuple

__all__ = ["CHAIN", "files_of"]

HEAD = """\
# A rule: what it repairs, how, and the texts that prove it. Replace what stands here by your own.
# Text stands in quotes; a regular expression stands in single quotes '...', and needs no escapes. Between ''' and '''
# it may stand on several lines; line breaks, indents and comments do not count there.
# {{{{digit}}}} is a digit, {{{{han}}}} a Chinese character: sets of characters, which can stand in [...] too.

title = "{title}"

# When it runs: read, layout (which lines belong together), structure (what a block is), text (misread characters),
# finish (spaces, widths, quotes).
phase = "{phase}"
kind = "{kind}"

# How sure it is: "safe" (99 of 100 changes are right), "likely" (95), "suggest" (shown, not made).
safety = "suggest"

# Optional: characters, or a list of words, of which every match has at least one. Pages without them cost no time.
# needs = "%％"

# Why the damage comes about, and why the repair is right.
why = "Say it in a sentence or two."

"""

CHAIN = """\
# A chain: which rules run, and in which order. Take the "#" away before what you want, and put your own in its place.

title = "for one newspaper"

# All that this chain has runs, but for what is said below. The others: repair rules --chains
extends = "newspaper"

# Leave these out. "widths/*" leaves out a group. The ids: repair rules
# without = ["widths/half-width-comma"]

# Where a rule of your own, or another one of the program's, has its turn. One that is placed nowhere runs at the end of
# its phase.
# insert = [{ rule = "script/simplified", after = "spacing/space-beside-widened-mark" }]

# Options of rules: repair rules ID shows which it has.
# [options."layout/dash-alone"]
# timeout = 0.5
"""


class Template(NamedTuple):
    """The part of a rule file that belongs to its kind, and the word list that goes with it."""

    phase: str
    title: str
    keys: str
    words: str = ""


EXAMPLES = """
# What it repairs: at least one.
[[example]]
raw = "{raw}"
gold = "{gold}"

# What looks alike and must stay: at least one.
[[keep]]
text = "{keep}"
"""

TEMPLATES = {
    "pattern": Template(
        "finish",
        "space before a percent sign",
        r"""# A regular expression for what is replaced. (?<=x) and (?=x) say what must stand before and after it.
find = '''
    (?<={{digit}})  # after a digit
    {{space}}+      # one space or more
    (?=%)           # before the sign
'''

# What is put in its place; \1 is the first group in round brackets.
replace = ""
"""
        + EXAMPLES.format(raw="增长 8 %，", gold="增长 8%，", keep="优惠 %"),
    ),
    "table": Template(
        "text",
        "place name in an old spelling",
        """# A list of words: before, tab, after; one pair a line, sorted. It stands beside this file.
table = "{words}"

# Optional: regular expressions for what must stand directly before and after a word.
# before = '[在到]'
# after = '市'
"""
        + EXAMPLES.format(raw="他到双橋去了", gold="他到双桥去了", keep="他到双桥去了"),
        "# Source: say where the words come from.\n双橋\t双桥\n",
    ),
    "furniture": Template(
        "structure",
        "line with the number of the editorial office",
        r"""# Regular expressions, each for a whole line.
lines = [
    '编辑部电话[:：] ?[{{digit}}-]+',
]

# What such a line is marked as: furniture, masthead, folio, banner. It is kept, apart from the articles.
mark = "furniture"

# Where it stands: "top", "bottom" or "anywhere"; and how many lines from that edge.
place = "bottom"
within = 10
"""
        + EXAMPLES.format(
            raw="桥通车了。\\n\\n编辑部电话：5550123",
            gold="桥通车了。\\n\\n[furniture] 编辑部电话：5550123",
            keep="记下了编辑部电话：5550123",
        ),
    ),
    "join": Template(
        "layout",
        "figure parted from its percent sign",
        r"""# Regular expressions for the end of a line and the start of the next; the line break between them goes.
end = '{{digit}}'
start = '[%％]'

# What is put between them: "" or " ".
glue = ""

# Whether blank lines may stand between them.
blank = true
"""
        + EXAMPLES.format(raw="增长8\\n%，", gold="增长8%，", keep="共8\\n项"),
    ),
    "near": Template(
        "text",
        "misread name of a newspaper",
        r"""# A list of words that are right, one a line, sorted. It stands beside this file.
list = "{words}"

# A regular expression for the words to look at, and how like a word of the list they must be, 0 to 100.
find = '{{han}}{2}晚报'
cutoff = 70
"""
        + EXAMPLES.format(raw="双析晚报记者", gold="双桥晚报记者", keep="双桥晚报记者"),
        "# Source: say where the words come from.\n双桥晚报\n",
    ),
    "opencc": Template(
        "finish",
        "text in traditional characters, wanted in simplified",
        """# A configuration of OpenCC: t2s, s2t, s2tw, tw2s, s2hk, hk2s.
config = "t2s"
"""
        + EXAMPLES.format(raw="雙橋晚報", gold="双桥晚报", keep="双桥晚报"),
    ),
}


def files_of(rule_id: str, kind: str) -> dict[str, str]:
    """The files of a new rule by their paths below the folder of rules.

    >>> list(files_of("text/old-place-name", "table"))
    ['text/old-place-name.toml', 'text/old-place-name.tsv']
    """
    template = TEMPLATES[kind]
    path = PurePosixPath(rule_id)
    head = HEAD.format(title=template.title, phase=template.phase, kind=kind)
    keys = template.keys.replace("{words}", f"{path.name}.tsv")
    files = {f"{path}.toml": head + keys}
    if template.words:
        files[f"{path}.tsv"] = template.words
    return files
