"""`repair report`: a page, an issue or a folder run as HTML to look at."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path
from urllib.parse import quote_from_bytes

from repair.batch.manifest import MANIFEST, note_of, read_manifest
from repair.batch.reporter import Talk
from repair.cli.exits import Exit
from repair.cli.explain import raw_page
from repair.cli.ledgers import read_ledger
from repair.core.bounded import FILE, inside, read_file
from repair.core.errors import ReadError, UsageError, WriteError, shown
from repair.files.decoding import decode_as
from repair.files.distinct import LEDGER
from repair.files.guard import OVERWRITE, Write, left_alone, sealed_html, staged
from repair.files.packing import unpack
from repair.files.targets import OVERVIEW, ledger_beside, output_at, report_at
from repair.files.text import BETWEEN
from repair.files.writing import settle
from repair.history.explain import counted
from repair.history.ledger import Ledger, sha256
from repair.history.undo import undo, undo_issue
from repair.report import overview_report, page_report

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
    for place in places:  # first of all, so that with `abort` nothing is done
        left_alone(place / OVERVIEW if place.is_dir() else place, arguments.existing)
    return max(_report(output, place, arguments) for output, place in zip(outputs, places, strict=True))


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
    is_ledger = path.name.endswith(LEDGER) and path.name != LEDGER
    return path.with_name(path.name.removesuffix(LEDGER)) if is_ledger else path


def _report(output: Path, place: Path, how: Namespace) -> Exit:
    if (output / MANIFEST).is_file():
        return _run(output, place, how)
    if not _page(output_at(output), place, how):
        Talk().say(f"{shown(place)} is there already and is left as it is.")
    else:
        Talk().say(f"{output}: the report is {shown(place)}; open it in a browser.")
    return Exit.OK


def _page(given: Path, place: Path, how: Namespace, folder: Path | None = None) -> bool:
    """Write the report of one page or issue, of a run into `folder`; false where it is there and stays."""
    if left_alone(place, how.existing):
        return False
    repaired = _output(given)
    beside = ledger_beside(repaired)
    ledger = read_ledger(beside if beside.is_file() else given)
    sources = [path for path in (given, repaired, beside, how.raw, Path(ledger.header.page)) if path]
    html = sealed_html(page_report(ledger, _raw(ledger, repaired, how.raw)))
    overwrite = how.existing == OVERWRITE
    settle(staged([Write(place, html)], inputs=sources, folder=folder, overwrite=overwrite, parents=True))
    return True


def _raw(ledger: Ledger, repaired: Path, given: Path | None) -> str:
    """The decoded raw text: led back to from the repaired file where that is possible, else the raw file itself."""
    header = ledger.header
    if given is None and header.format == "txt" and repaired.is_file():
        data = unpack(repaired, read_file(repaired, FILE, "the repaired file", plain=True), FILE)
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


def write_overview(folder: Path, place: Path, *, overwrite: bool = False) -> Path:
    """Write the overview of the run into `folder`, with links to the reports that there are in `place`."""

    def link(page: str) -> str | None:
        report = report_at(Path(), page)
        return quote_from_bytes(os.fsencode(report.as_posix())) if (place / report).is_file() else None

    header, rows = read_manifest(folder)
    overview = place / OVERVIEW
    html = sealed_html(overview_report(header, rows, link))
    settle(staged([Write(overview, html)], folder=place, overwrite=overwrite, parents=True))
    return overview


def _run(folder: Path, place: Path, how: Namespace) -> Exit:
    """The reports of all pages of a run, and the overview."""
    header, rows = read_manifest(folder)
    note = note_of(header, folder / MANIFEST)
    talk = Talk(bar=sys.stderr.isatty(), total=header.get("pages"))
    if note:
        talk.say(note)
    written, code = 0, Exit.OK
    for row in rows:
        talk.step()
        ledger = ledger_beside(_inside(folder, row["page"]))
        if not ledger.is_file():
            continue
        try:
            written += _page(ledger, _inside(place, report_at(Path(), row["page"])), how, place)
        except (ReadError, UsageError, WriteError) as error:
            if isinstance(error, WriteError) and error.full:
                raise
            code = max(code, Exit.WRITE if isinstance(error, WriteError) else Exit.FAILED)
            talk.say(f"no report: {error}")
    talk.close()
    overview = place / OVERVIEW
    if not left_alone(overview, how.existing):
        write_overview(folder, place, overwrite=how.existing == OVERWRITE)
    talk.say(f"{counted(written, 'page')} reported; the overview is {shown(overview)}; open it in a browser.")
    return code


def _inside(folder: Path, name: str | Path) -> Path:
    """The place of a page's file below a folder. `UsageError` for a name that leads out of it."""
    path = folder / name
    if not inside(path, folder):
        raise UsageError(f"{shown(name)} lies outside {shown(folder)}. The manifest was edited: run the folder again.")
    return path
