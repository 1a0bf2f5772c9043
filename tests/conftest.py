"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples each time, so that a run that fails fails again. REPAIR_LAW_EXAMPLES asks for others.
settings.register_profile("same", derandomize=True, database=None, deadline=None)
if not os.environ.get("REPAIR_LAW_EXAMPLES"):
    settings.load_profile("same")
