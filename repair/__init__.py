"""scan-repair: repair passes for the raw text of scanned newspapers, each change explained and reversible.

>>> from repair import repair
>>> result = repair("the ﬁrst bridge")
>>> result.text
'the first bridge'
>>> result.applied[0].rule
'text/latin-ligature'

`repair` takes a text, `repair_file` a file; `run` takes a `Page` and a chain that `load_chain` gave.

The names below are the public ones; they are imported when they are asked for, so that the command starts fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from repair.core.version import __version__ as __version__

if TYPE_CHECKING:
    from repair.api.calls import repair, repair_file
    from repair.api.result import Result, run
    from repair.core.chain import Chain
    from repair.core.change import Change, Safety
    from repair.core.errors import RepairError
    from repair.core.page import Page
    from repair.core.rule import Rule
    from repair.rulebook.load import load_chain

__all__ = [
    "Chain",
    "Change",
    "Page",
    "RepairError",
    "Result",
    "Rule",
    "Safety",
    "load_chain",
    "repair",
    "repair_file",
    "run",
]

_HOMES = {
    "Chain": "core.chain",
    "Change": "core.change",
    "Page": "core.page",
    "RepairError": "core.errors",
    "Result": "api.result",
    "Rule": "core.rule",
    "Safety": "core.change",
    "load_chain": "rulebook.load",
    "repair": "api.calls",
    "repair_file": "api.calls",
    "run": "api.result",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
