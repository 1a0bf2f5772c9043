"""How near a repaired page or issue comes to gold: its text, its structure, its articles over pages."""

from __future__ import annotations

from repair.measure.text import JUMP, Score, mean, score, shown

__all__ = ["JUMP", "Score", "mean", "score", "shown"]
