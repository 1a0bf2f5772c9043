"""What the process has loaded from which the tests fork their working processes: the engine and a chain, used once."""

from __future__ import annotations

import repair.batch.work
import repair.reprints  # noqa: F401
from repair.core.engine import run
from repair.core.page import Page
from repair.rulebook.load import load_chain

run(Page.of("新桥通车,人人说好。\n"), load_chain())
