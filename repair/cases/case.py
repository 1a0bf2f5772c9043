"""A case and its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from repair.core.chain import Chain
from repair.core.change import Safety

__all__ = ["Case", "CaseOutcome", "Gold", "Verdict"]


class Verdict(StrEnum):
    """What came of a case; only `PASSED` and `KNOWN` are as they should be."""

    PASSED = "passed"
    MISSING = "Missing"  # a change that was expected is absent
    NOISY = "Noisy"  # a change where none was expected
    WRONG = "Wrong"  # a change, but another than expected
    UNSTABLE = "Unstable"  # the output is changed again by a second run
    BROKEN = "Broken"  # a law or a contract was broken, or a rule was left out
    KNOWN = "known failure"
    SURPRISE = "Surprise"  # a known failure that passes


@dataclass(frozen=True)
class Gold:
    """What a page must become: articles as lists of blocks, and furniture. `data` is gold.json as it was read.

    `minimum` holds figures of `repair.measure` that suffice in place of equality; with `order`, blocks must also come
    in the order of gold.
    """

    articles: tuple[tuple[str, ...], ...]
    furniture: tuple[str, ...] = ()
    order: bool = False
    minimum: Mapping[str, float] = field(default_factory=dict)
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A text, the chain it is run through, and what must come out.

    `gold` is a text, a `Gold` for a page, or None where nothing may change. `path` and `line` are where the case is
    written, `where` is that path in short: below the rules or the fixtures. `rule` is the id of the rule that the case
    is for, "" for a page. `xfail` is the reason of a known failure, "" elsewhere.
    """

    chain: Chain
    raw: str
    gold: str | Gold | None
    title: str
    path: Path
    where: str
    line: int = 1
    rule: str = ""
    newline: str = "lf"
    apply: Safety = Safety.SUGGEST
    xfail: str = ""

    @property
    def id(self) -> str:
        """Short path and line, the same on every run: "spacing/space-around-number.toml:12"."""
        return f"{self.where}:{self.line}"

    @property
    def fires(self) -> bool:
        """Whether the case asks for a change."""
        return self.gold is not None


@dataclass(frozen=True)
class CaseOutcome:
    """What came of a case; `message` is for a reader, over several lines, and empty where all is well."""

    case: Case
    verdict: Verdict
    message: str = ""

    @property
    def ok(self) -> bool:
        """Whether the suite passes with it."""
        return self.verdict in (Verdict.PASSED, Verdict.KNOWN)
