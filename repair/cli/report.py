"""`repair report`: a page, an issue or a folder run as HTML to look at."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path
from urllib.parse import quote_from_bytes

from repair.batch.manifest import MANIFEST, note_of, read_manifest
from repair.batch.talk import Talk
from repair.bounded import FILE, inside, read_file
from repair.cli.exits import Exit
from repair.cli.explain import raw_page
from repair.cli.ledgers import read_ledger
from repair.errors import ReadError, UsageError, shown
from repair.explain import counted
from repair.formats.text import BETWEEN
from repair.ledger import Ledger, sha256
from repair.reading import decode_as
from repair.report import overview_report, page_report
from repair.targets import OVERVIEW, ledger_beside, output_at, report_at
from repair.undo import undo, undo_issue
from repair.writing import refuse_overwrite, write_atomic

__all__ = ["main", "write_overview"]

SUFFIX = ".report.html"


def main(arguments: Namespace) -> Exit:
    """Write the reports, one after the other."""
    outputs: list[Path] = arguments.outputs
    several = len(outputs) > 1
    if arguments.raw and (several or outputs[0].is_dir()):
        raise UsageError("--raw is the raw file of one page; name one repaired file or ledger with it.")
    places = [_place(output, arguments.output, several=several) for output in outputs]
    if len({os.path.realpath(place) for place in places}) < len(places):
        raise UsageError("Two of these reports would be written to one place. Write them one by one.")
    return max(_report(output, place, arguments.raw) for output, place in zip(outputs, places, strict=True))


def _place(output: Path, given: str | None, *, several: bool) -> Path:
    """Where a report goes: a file, or of a run the folder."""
    if (output / MANIFEST).is_file():
        if given is not None and Path(given).is_file():
            raise UsageError(f"{given} is a file; the report of a run needs a folder: -o FOLDER")
        return (Path(given) / output.name if several else Path(given)) if given is not None else output
    if (output / ".repair").is_dir():
        raise UsageError(f"{output}: the run into this folder has not ended. Run it again to its end, then report.")
    if output_at(output).is_dir():
        raise UsageError(
            f"{output}: holds neither {MANIFEST} nor issue.txt. Name a repaired file, its ledger, or the folder that a "
            "run or an issue was written to."
        )
    repaired = _output(output)
    if given is None:
        return repaired.with_name(repaired.name + SUFFIX)
    if several or Path(given).is_dir() or given.endswith(("/", os.sep)):
        return Path(given) / (repaired.name + SUFFIX)
    return Path(given)


def _output(given: Path) -> Path:
    """The repaired file that is meant by the folder of an issue, or by a ledger beside it."""
    path = output_at(given)
    end = ".ledger.jsonl"
    return path.with_name(path.name.removesuffix(end)) if path.name.endswith(end) and path.name != end else path


def _report(output: Path, place: Path, raw: Path | None) -> Exit:
    if (output / MANIFEST).is_file():
        return _run(output, place)
    _page(output_at(output), place, raw)
    Talk().say(f"{output}: the report is {shown(place)}; open it in a browser.")
    return Exit.OK


def _page(given: Path, place: Path, raw: Path | None) -> None:
    """The report of one page or issue."""
    repaired = _output(given)
    beside = ledger_beside(repaired)
    ledger = read_ledger(beside if beside.is_file() else given)
    sources = [path for path in (given, repaired, beside, raw, Path(ledger.header.page)) if path]
    refuse_overwrite(place, sources)
    write_atomic(place, page_report(ledger, _raw(ledger, repaired, raw)).encode(), parents=True)


def _raw(ledger: Ledger, repaired: Path, given: Path | None) -> str:
    """The decoded raw text: led back to from the repaired file where that is possible, else the raw file itself."""
    header = ledger.header
    if given is None and header.format == "txt" and repaired.is_file():
        data = read_file(repaired, FILE, "the repaired file", plain=True)
        if sha256(data) == header.output_sha256:
            if header.pages:
                found = zip(header.pages, undo_issue(data, ledger), strict=True)
                return BETWEEN.join(decode_as(raw, page.raw_encoding) for page, (_, raw) in found)
            return decode_as(undo(data, ledger), header.raw_encoding)
    raw = None if header.pages else raw_page(ledger, given)
    if raw is None:
        hint = "" if header.pages else f", or name the raw file: repair report {shown(repaired)} --raw FILE"
        raise UsageError(
            f"{ledger.name}: the raw text is not at hand: {shown(repaired)} is not the text that was written with this "
            f"ledger, and {shown(header.page)} is not the raw file. Put one of them back{hint}"
        )
    return raw


# ---- a folder run ----------------------------------------------------------------------------------------------------


def write_overview(folder: Path, place: Path) -> Path:
    """Write the overview of the run into `folder`, with links to the reports that there are in `place`."""

    def link(page: str) -> str | None:
        report = report_at(Path(), page)
        return quote_from_bytes(os.fsencode(report.as_posix())) if (place / report).is_file() else None

    header, rows = read_manifest(folder)
    overview = place / OVERVIEW
    write_atomic(overview, overview_report(header, rows, link).encode(), parents=True)
    return overview


def _run(folder: Path, place: Path) -> Exit:
    """The reports of all pages of a run, and the overview."""
    header, rows = read_manifest(folder)
    note = note_of(header, folder / MANIFEST)
    talk = Talk(bar=sys.stderr.isatty(), total=header.get("pages"))
    if note:
        talk.say(note)
    written = failed = 0
    for row in rows:
        talk.step()
        ledger = ledger_beside(_inside(folder, row["page"]))
        if not ledger.is_file():
            continue
        try:
            _page(ledger, _inside(place, report_at(Path(), row["page"])), None)
        except (ReadError, UsageError) as error:
            failed += 1
            talk.say(f"no report: {error}")
        else:
            written += 1
    talk.close()
    overview = write_overview(folder, place)
    talk.say(f"{counted(written, 'page')} reported; the overview is {shown(overview)}; open it in a browser.")
    return Exit.FAILED if failed else Exit.OK


def _inside(folder: Path, name: str | Path) -> Path:
    """The place of a page's file below a folder. `UsageError` for a name that leads out of it."""
    path = folder / name
    if not inside(path, folder):
        raise UsageError(f"{shown(name)} lies outside {shown(folder)}. The manifest was edited: run the folder again.")
    return path
