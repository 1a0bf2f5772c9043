"""How sure a change must be, as the command line says it."""

from __future__ import annotations

from repair.change import Safety

__all__ = ["LEVELS"]

LEVELS = {"safe": Safety.SAFE, "likely": Safety.LIKELY, "all": Safety.SUGGEST}
