r"""Marks that a model writes round a line of its own accord: heads, bold, lists, quotations, as in Markdown.

>>> OPENING.match("## 新桥通车")[1], bool(OPENING.match("> 新桥通车")), bool(OPENING.match("**新**桥通车"))
('##', True, False)
>>> LIST_OR_HEAD.sub("", "- 新桥通车"), BOLD_LINE.sub(r"\1", "**新桥通车**"), QUOTED.sub("", ">> 新桥通车")
('新桥通车', '新桥通车', '新桥通车')
"""

from __future__ import annotations

import re

__all__ = ["BOLD_LINE", "LIST_OR_HEAD", "OPENING", "QUOTED"]

LIST_OR_HEAD = re.compile(r"^\s*(#{1,6}\s+|[-*+]\s+(?=\S))")
"""The mark of a head, or of an item of a list."""

BOLD_LINE = re.compile(r"^\*\*(.*)\*\*$")
"""A line that is bold as a whole."""

QUOTED = re.compile(r">+ +")
"""The mark of a quotation."""

OPENING = re.compile(rf"(#{{1,6}}) +|{QUOTED.pattern}|\*\*(?=.*\*\*$)")
"""What a line that is no item of a list begins with: the group is the mark of a head."""
