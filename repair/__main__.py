"""`python -m repair`, the same as the command `repair`."""

from __future__ import annotations

import sys

from repair.cli import main

sys.exit(main())
