"""How near a repaired page or issue comes to gold: its text, its structure, its articles over pages."""

from __future__ import annotations

from repair.measure.text import BOLD_LINE, JUMP, LIST_OR_HEAD, Score, mean, plain, score, shown

__all__ = ["BOLD_LINE", "JUMP", "LIST_OR_HEAD", "Score", "mean", "plain", "score", "shown"]
