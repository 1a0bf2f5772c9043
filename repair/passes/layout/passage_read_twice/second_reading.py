"""A second reading, and the forms in which readers of images give one."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from repair.core.change import Safety

__all__ = ["Form", "Reading"]


class Form(Enum):
    """How a passage was read twice: what to say of it, and how sure that was on pages with gold."""

    LOOP = "read over and over", Safety.SAFE, 0.99
    AT_ONCE = "read again at once", Safety.SAFE, 0.99
    MISREAD = "read again at once, with other characters misread", Safety.LIKELY, 0.97
    FRAGMENT = "read again at once, after half a sentence that only this reading has", Safety.LIKELY, 0.95
    INSIDE = "read again from inside a sentence, or up to the inside of one", Safety.SAFE, 0.99
    PAGE_END = "an article begins again at the end of the page", Safety.SAFE, 0.99
    HEAD_AGAIN = "an article begins again", Safety.LIKELY, 0.97
    PARAGRAPH = "stands earlier on the page, letter by letter", Safety.SUGGEST, 0.5


class Reading(NamedTuple):
    """A second reading, `start:end` of the folded text; `firsts` are the stretches of the first one.

    `own`: so many characters before `start`, at the head of its line, only this reading has. `splice`: what follows
    goes on where the first reading stopped, which stands right before. `late`: lines of the head of an article that the
    first reading has behind the body, first and last, and the line before which they belong.
    """

    start: int
    end: int
    firsts: tuple[tuple[int, int], ...]
    form: Form
    own: int = 0
    splice: bool = False
    late: tuple[int, int, int] | None = None
