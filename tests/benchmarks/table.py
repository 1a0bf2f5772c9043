"""The table that a benchmark prints, keeps as JSON, and holds against an older one."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Cell", "Table", "kept_options"]

Cell = float | int | str | tuple[float, float]
_NOISE = 0.0005


def kept_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to keep a table and to hold it against one that was kept."""
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    parser.add_argument("--against", type=Path, help="figures of an older run: print what differs")


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

    def tell(self, given: argparse.Namespace, settings: Mapping[str, str]) -> None:
        """Print the table, and do with it what the `kept_options` ask for."""
        print("\n".join(self.shown()))
        if given.against:
            print("\n".join(self.against(given.against)))
        if given.json:
            self.write(given.json, settings)

    def write(self, path: Path, settings: Mapping[str, str]) -> None:
        """Keep the figures as JSON, with what the run was told."""
        said = {"settings": settings, "sections": self.sections, "notes": self.notes}
        path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def against(self, path: Path) -> Iterator[str]:
        """Lines that tell what differs from an older table, a row each; a pair is compared by its figure after."""
        older = json.loads(path.read_text(encoding="utf-8"))
        said = ", ".join(f"{name} {value}" for name, value in older["settings"].items() if value)
        yield f"\n== against {path} ({said})"
        lines = list(self._different(older["sections"]))
        yield from (f"  {line}" for line in lines or ["nothing differs"])

    def _different(self, older: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[str]:
        for section, rows in self.sections.items():
            known = older.get(section, {})
            for row, cells in rows.items():
                old = known.get(row)
                if old is None:
                    yield f"{section} · {row}: new: " + ", ".join(f"{name} {_said(new)}" for name, new in cells.items())
                elif told := [
                    line for name, new in cells.items() if (line := _difference(name, old.get(name, ""), new))
                ]:
                    yield f"{section} · {row}: " + ", ".join(told)
            yield from (f"{section} · {row}: no longer here" for row in known if row not in rows)
        yield from (f"{section}: not measured this time" for section in older if section not in self.sections)


def _difference(name: str, old: Any, new: Cell) -> str:
    before, after = _after(old), _after(new)
    if isinstance(before, float | int) and isinstance(after, float | int):
        if abs(after - before) < _NOISE:
            return ""
        return f"{name} {_said(before)} -> {_said(after)} ({after - before:+.4g})"
    return "" if before == after else f"{name} {_said(before)} -> {_said(after)}"


def _after(cell: Any) -> Any:
    return cell[1] if isinstance(cell, list | tuple) else cell


def _said(cell: Any) -> str:
    if isinstance(cell, list | tuple):
        return "→".join(map(_said, cell))
    if isinstance(cell, float):
        return f"{cell:.3f}" if abs(cell) < 10 else f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
