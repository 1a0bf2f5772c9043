"""Debian's Chromium without a screen, for what is measured and tested in a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

__all__ = ["chromium", "missing"]

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def missing() -> str:
    """Why there is no browser to test in; empty where there is one."""
    if lacking := [name for name in ("playwright", "axe_playwright_python") if find_spec(name) is None]:
        return f'{lacking[0]} is not installed: pip install ".[browser]"'
    return "" if _path() else "no Chromium is installed: apt-get install chromium, or name one in CHROMIUM"


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser of playwright's."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # as root, as in most containers, Chromium runs only without its sandbox
        browser = playwright.chromium.launch(executable_path=_path(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def _path() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
