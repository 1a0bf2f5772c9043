"""The table that a benchmark prints, keeps as JSON, and holds against an older one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Cell", "Table"]

Cell = float | int | str | tuple[float, float]
_NOISE = 0.0005


@dataclass
class Table:
    """Sections of rows of named cells. A pair is a figure before and after; `notes` are lines below a section."""

    sections: dict[str, dict[str, dict[str, Cell]]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)

    def put(self, section: str, row: str, cells: dict[str, Cell]) -> None:
        """Add a row."""
        self.sections.setdefault(section, {})[row] = cells

    def note(self, section: str, line: str) -> None:
        """Add a line below a section."""
        self.sections.setdefault(section, {})
        self.notes.setdefault(section, []).append(line)

    def shown(self) -> Iterator[str]:
        """The lines of the table."""
        for section, rows in self.sections.items():
            yield f"\n== {section}"
            columns = list(dict.fromkeys(name for cells in rows.values() for name in cells))
            grid = [["", *columns]]
            grid += [[row, *(_said(cells.get(name, "")) for name in columns)] for row, cells in rows.items()]
            wide = [max(len(line[i]) for line in grid) for i in range(len(columns) + 1)]
            for line in grid if rows else []:
                yield "  ".join(
                    cell.rjust(size) if i else cell.ljust(size)
                    for i, (cell, size) in enumerate(zip(line, wide, strict=True))
                ).rstrip()
            yield from (f"  {line}" for line in self.notes.get(section, []))

    def write(self, path: Path) -> None:
        """Keep the figures as JSON."""
        said = {"sections": self.sections, "notes": self.notes}
        path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def against(self, path: Path) -> Iterator[str]:
        """Lines that tell what differs from an older table; a pair is compared by its figure after."""
        older = json.loads(path.read_text(encoding="utf-8"))["sections"]
        yield f"\n== against {path}"
        lines = [
            f"{section} · {row} · {name}: {_said(old)} -> {_said(new)}{_sign(old, new)}"
            for section, rows in self.sections.items()
            for row, cells in rows.items()
            for name, new in cells.items()
            if _after(old := older.get(section, {}).get(row, {}).get(name, "")) != _after(new)
            and not (_number(old, new) and abs(_after(new) - _after(old)) < _NOISE)  # type: ignore[operator]
        ]
        gone = [
            f"{s} · {row}: not here" for s, rows in older.items() for row in rows if row not in self.sections.get(s, {})
        ]
        yield from (f"  {line}" for line in lines + gone or ["nothing differs"])


def _after(cell: object) -> object:
    return cell[1] if isinstance(cell, list | tuple) else cell


def _number(*cells: object) -> bool:
    return all(isinstance(_after(cell), float | int) for cell in cells)


def _sign(old: object, new: object) -> str:
    return f"  ({_after(new) - _after(old):+.4g})" if _number(old, new) else ""  # type: ignore[operator]


def _said(cell: object) -> str:
    if isinstance(cell, list | tuple):
        return "→".join(map(_said, cell))
    if isinstance(cell, float):
        return f"{cell:.3f}" if abs(cell) < 10 else f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
