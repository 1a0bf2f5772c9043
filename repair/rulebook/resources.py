"""Where the packaged rules and fixtures lie: inside the installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

__all__ = ["chains_dir", "fixtures_dir", "rules_dir"]

_PACKAGE = Path(__file__).resolve().parents[1]


def rules_dir() -> Path:
    """Directory of the packaged rule files."""
    return _find("rules")


def chains_dir() -> Path:
    """Directory of the packaged chain files."""
    return _find("rules") / "chains"


def fixtures_dir() -> Path:
    """Directory of the packaged cases."""
    return _find("fixtures")


def _find(name: str) -> Path:
    """A wheel holds `repair/rules`; a checkout holds `rules` beside `repair`."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
