"""What holds for all tests: with which examples they are run, and how they start processes.

The usual run leaves out the tests that are marked `slow`, and tries a few examples of each law. A thorough one, which
every change has to pass (.ci/run), is REPAIR_THOROUGH=1 with `-m "slow or hypothesis"`.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Generator
from contextlib import chdir
from functools import cache
from multiprocessing import forkserver
from typing import Any

import pebble
import pytest
from hypothesis import settings

from tests.paths import ROOT

# The same examples each time, so that a run that fails fails again. REPAIR_LAW_EXAMPLES asks for others.
settings.register_profile("thorough", derandomize=True, database=None, deadline=None)
settings.register_profile("usual", settings.get_profile("thorough"), max_examples=20)
if not os.environ.get("REPAIR_LAW_EXAMPLES"):
    settings.load_profile("thorough" if os.environ.get("REPAIR_THOROUGH") else "usual")

_spawned = multiprocessing.get_context


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """A working process is forked from one that has loaded the package: it costs a tenth of one that is started.

    Slow tests start them as the program does.
    """
    if not item.get_closest_marker("slow"):
        multiprocessing.get_context = _forked
    try:
        return (yield)
    finally:
        multiprocessing.get_context = _spawned


def _forked(method: str | None = None) -> Any:
    return _server() if method == "spawn" and hasattr(os, "fork") else _spawned(method)


@cache
def _server() -> Any:
    context = _spawned("forkserver")
    context.set_forkserver_preload(["tests.loaded"])
    pebble.CONSTS.sleep_unit = 0.01  # how long a pool waits before it looks at its processes again
    with chdir(ROOT):
        forkserver.ensure_running()
    return context
