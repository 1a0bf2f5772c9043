"""`repair run`: pages in, repaired pages and their ledgers out."""

from __future__ import annotations

import os
import re
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from repair.batch.places import RESERVED, Places
from repair.batch.pool import Lost
from repair.batch.reporter import Talk
from repair.batch.rows import unrolled
from repair.batch.run import Limits, StoppedError, Tally, given_up, run_sources, tell, within
from repair.batch.settings import Settings
from repair.batch.sinks import FileSink, Finished, FolderSink, PrintSink, Sink
from repair.batch.work import Job
from repair.cli.exits import Exit
from repair.core.chain import Chain
from repair.core.change import LEVELS
from repair.core.errors import ReadError, RepairError, UsageError, WriteError, shown
from repair.core.version import __version__
from repair.files.decoding import decode
from repair.files.guard import OVERWRITE, left_alone
from repair.files.packing import is_packed
from repair.files.sources import Source, expand, read_bytes
from repair.files.targets import Targets
from repair.history.explain import counted, overview
from repair.history.vetoes import read_vetoes, unmet
from repair.rulebook.load import load_chain
from repair.rulebook.rule_file import nearest

__all__ = ["main"]

EXITS = {"law": Exit.LAW, "write": Exit.WRITE}  # by kind of failure; that of any other is Exit.FAILED
JOBS = 1024
SECONDS = 300.0  # for a source
LARGE = 300_000  # bytes; a process of its own takes about a second to start, and a page of this size two to repair
SHARE = re.compile(r"(\d+(?:\.\d+)?)%|(\d+)")


@dataclass(frozen=True)
class Asked:
    """What was asked for: the sources, as often as they are needed, how many they are, and what to do with each."""

    sources: Callable[[], Iterator[Source]]
    total: int | None
    settings: Settings
    chain: Chain
    arguments: Namespace

    @property
    def one(self) -> bool:
        """Whether there is one source, and no manifest to be kept of it."""
        return self.total == 1 and not self.settings.targets.kept

    @property
    def seconds(self) -> float:
        """The seconds that a source may take."""
        return float(self.arguments.time_limit or SECONDS)


def main(arguments: Namespace) -> Exit:
    """Repair the pages; one that fails is reported, and the others go on."""
    asked = _asked(arguments)
    talk = Talk(as_json=arguments.log == "json", bar=_barred(asked), total=asked.total)
    try:
        talk.event("start", pages=asked.total, chain=asked.chain.name, settings=asked.settings.digest)
        return _one(asked, talk) if asked.one else _several(asked, talk)
    finally:
        talk.close()


def _asked(how: Namespace) -> Asked:
    """What the options ask for. `UsageError`: they do not go together, or name what is not there."""
    inputs = how.inputs or ["-"]
    rows = how.rows and "-" in inputs
    targets = Targets.of(inputs, how.output, how.ledger, split=how.split_pages, format=how.format, rows=rows)
    chain = load_chain(how.chain, how.rules, without=how.without)
    _refuse_odd(how, targets)
    _refuse_unknown(how, chain)

    def sources(known: bool) -> Iterator[Source]:
        unplaced = unrolled(expand(inputs), stdin=how.rows, max_bytes=how.max_bytes)
        return targets.placed(unplaced, known=known, reserved=RESERVED)

    looked = Looked(None) if rows else _looked_over(sources(False), targets, how)
    settings = Settings(
        chain=how.chain,
        rules=tuple(how.rules),
        without=tuple(how.without),
        diff_of=tuple(how.rule),
        chain_hash=chain.digest,
        targets=targets,
        apply=LEVELS[how.apply],
        vetoes=read_vetoes(how.veto) if how.veto else frozenset(),
        encoding=how.encoding,
        output_encoding=decode(b"", encoding=how.output_encoding)[1].name if how.output_encoding else None,
        split_pages=how.split_pages,
        max_bytes=how.max_bytes,
        diff=how.diff,
        colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
        copy=how.on_error == "copy",
        overwrite=how.existing == OVERWRITE,
        inputs=looked.inside,
        report=how.report,
    )
    return Asked(partial(sources, not looked.rows), looked.total, settings, chain, how)


def _refuse_odd(how: Namespace, targets: Targets) -> None:
    if not 1 <= how.jobs <= JOBS:
        raise UsageError(f"--jobs {how.jobs}: a number of processes from 1 to {JOBS} is needed.")
    if how.time_limit is not None and how.time_limit <= 0:
        raise UsageError(f"--time-limit {how.time_limit:g}: a number of seconds above 0 is needed.")
    if how.report and not targets.folder:
        raise UsageError("--report needs a folder for the results: -o FOLDER. Of one page: repair report OUTPUT")
    if targets.one_file and how.diff:
        raise UsageError("--diff is for the terminal: leave out -o, or name a folder.")


def _refuse_unknown(how: Namespace, chain: Chain) -> None:
    """`UsageError` for a rule of which a diff is asked for, and which is not in the chain."""
    if how.rule and not how.diff:
        raise UsageError("--rule says of which rules --diff shows the changes. Give --diff as well.")
    names = [rule.id for rule in chain.rules]
    for rule_id in how.rule:
        if rule_id not in names:
            raise UsageError(f"--rule {rule_id}: is not in the chain {chain.name!r}.{nearest(rule_id, names)}")


class Looked(NamedTuple):
    """What is known of the sources before the run.

    How many there are, the real paths of those `inside` the output folder, and whether there are rows among them, whose
    names have to be told apart again as they come.
    """

    total: int | None
    inside: frozenset[str] = frozenset()
    rows: bool = True


def _looked_over(sources: Iterator[Source], targets: Targets, how: Namespace) -> Looked:
    total, inside, rows = 0, set(), False
    folder = Path(os.path.realpath(targets.output)) if targets.folder and targets.output else None
    resumed = targets.output is not None and Places(targets.output, targets.folder).resumed
    for source in sources:
        total += 1
        rows |= source.row is not None
        if folder and source.path and Path(real := os.path.realpath(source.path)).is_relative_to(folder):
            inside.add(real)
        if how.existing == "abort" and not resumed:
            for there in _outputs(source, targets, how):
                if there.exists():
                    raise UsageError(f"{shown(there)} is there already, and --existing is abort. Nothing was done.")
    return Looked(total, frozenset(inside), rows)


def _outputs(source: Source, targets: Targets, how: Namespace) -> Iterator[Path]:
    """The outputs of a source, as far as they are known before it is read."""
    if targets.one_file and targets.output:
        yield targets.output
    place = source.relative
    for name in (place, place.with_name(f"{place.stem}-p1{place.suffix}")) if how.split_pages else (place,):
        target, _ = targets.of_page(replace(source, relative=name))
        if target:
            yield target


def _barred(asked: Asked) -> bool:
    """Whether a bar is shown: on a terminal, for several sources, where the results do not go there too."""
    several = (asked.total is None or asked.total > 1) and not asked.arguments.quiet
    return several and sys.stderr.isatty() and (asked.settings.targets.output is not None or not sys.stdout.isatty())


def _one(asked: Asked, talk: Talk) -> Exit:
    """One source, in this process."""
    how, settings = asked.arguments, asked.settings
    target = settings.targets.output
    if target and left_alone(target, how.existing):
        talk.say(f"{shown(target)} is there already and is left as it is.")
        return Exit.OK
    if sys.stdin.isatty() and (how.inputs or ["-"]) == ["-"]:
        talk.say("reading from the keyboard; end with Ctrl-D (Windows: Ctrl-Z, Enter).")
    (source,) = _read(asked.sources())
    if _is_large(source):
        return _ended(asked, _run(asked, PrintSink(), talk, [source]), talk)
    tally = Tally()
    got = within(asked.seconds, partial(Job(settings, asked.chain).source, source))
    done = given_up(source, got, settings, asked.seconds) if isinstance(got, Lost) else got
    for page in PrintSink(diff=settings.diff).take([Finished(0, False, done)])[0].done.pages:
        tally.add(page)
        tell(page, settings, talk, verbose=how.verbose, line=_summed_up(asked))
    return _ended(asked, tally, talk)


def _is_large(source: Source) -> bool:
    """Whether a source needs a process of its own, to be ended when its time is up whatever it is at."""
    if source.path is None or source.data is not None:
        return len(source.data or b"") > LARGE
    with suppress(OSError):
        return is_packed(source.path) or source.path.stat().st_size > LARGE
    return False


def _summed_up(asked: Asked) -> bool:
    """Whether a line says what came of the run. In a pipe, with one page coming out of it, nothing is said of it."""
    how = asked.arguments
    to_pipe = asked.one and asked.settings.targets.output is None and not sys.stderr.isatty()
    return not how.quiet and (how.verbose or (how.log == "text" and not to_pipe))


def _several(asked: Asked, talk: Talk) -> Exit:
    """Several sources, in processes of their own, with a manifest where the results go to the disk."""
    settings, how = asked.settings, asked.arguments
    targets = settings.targets
    if targets.output is None or not targets.kept:
        tally = _run(asked, PrintSink(diff=how.diff), talk, _read(asked.sources()))
        return _ended(asked, tally, talk)
    places = Places(targets.output, targets.folder)
    again = settings.overwrite
    with ExitStack() as held:
        held.enter_context(places.locked())
        resumed = places.resumed
        manifest = held.enter_context(places.rows())
        if manifest.note:
            talk.say(manifest.note)
        sink: Sink
        if targets.folder:
            sink = FolderSink(manifest, settings, again=again)
        else:
            sink = held.enter_context(FileSink(manifest, settings, places, again=again).opened())
        try:
            tally = _run(asked, sink, talk, _read(asked.sources()))
        except (RepairError, KeyboardInterrupt) as error:
            places.sweep()
            with suppress(WriteError):  # the disk may be full; what ended the run is told below
                places.list_failures(manifest)
            if not isinstance(error, StoppedError):
                raise
            talk.say(str(error), "stopped")
            return _ended(asked, error.tally, talk)
        if resumed or tally.failed["time"] or tally.failed["crash"]:
            places.sweep()
        if isinstance(sink, FileSink):
            sink.finish()
        failures = places.list_failures(manifest)
        manifest.finish(_header(asked))
        if how.report:
            from repair.cli.report import write_overview

            overview = write_overview(targets.output, targets.output, overwrite=again)
            said = "" if how.quiet else f"the overview is {shown(overview)}; open it in a browser."
            talk.say(said, "report", overview=shown(overview))
    if failures:
        talk.say(f"{counted(failures, 'input')} failed and can be given again: repair run {shown(places.failures)} …")
    return _ended(asked, tally, talk)


def _run(asked: Asked, sink: Sink, talk: Talk, sources: Iterable[Source]) -> Tally:
    how = asked.arguments
    jobs = how.jobs if asked.total is None else min(how.jobs, asked.total)
    limits = Limits(max(1, jobs), asked.seconds, _errors(how, asked.total))
    line = asked.one and _summed_up(asked)
    return run_sources(sources, asked.settings, sink, limits, talk, verbose=how.verbose, line=line)


def _read(sources: Iterator[Source]) -> Iterator[Source]:
    """The sources; standard input and pipes are read here, for other processes do not have them."""
    for source in sources:
        if source.data is None and not source.problem and (source.path is None or source.path.is_fifo()):
            try:
                yield replace(source, data=read_bytes(source))
            except ReadError as error:
                yield replace(source, problem=str(error).removeprefix(f"{source.name} "))
        else:
            yield source


def _errors(how: Namespace, total: int | None) -> int | None:
    """How many pages may fail."""
    if how.on_error == "abort":
        return 0
    if how.max_errors is None:
        return None
    said = SHARE.fullmatch(how.max_errors)
    if said is None:
        raise UsageError(f"--max-errors {how.max_errors}: a number of pages is needed, or a share such as 2%.")
    if said[2]:
        return int(said[2])
    if total is None:
        raise UsageError("--max-errors with % needs inputs that can be counted; for standard input give a number.")
    return int(total * float(said[1]) / 100)


def _header(asked: Asked) -> dict[str, object]:
    """The manifest's header."""
    settings = asked.settings
    return {
        "tool": f"scan-repair {__version__}",
        "chain": asked.chain.name,
        "chain_hash": asked.chain.digest,
        "apply": str(settings.apply),
        "vetoes": len(settings.vetoes),
        "format": settings.targets.format,
        "settings": settings.digest,
    }


def _ended(asked: Asked, tally: Tally, talk: Talk) -> Exit:
    """The last line, but for one page, of which it was said, and vetoes that met nothing; gives the exit code."""
    settings = asked.settings
    if said := unmet(settings.vetoes, frozenset(tally.vetoed)):
        talk.say(said)
    failed = tally.failed.total()
    talk.event("end", repaired=tally.pages, before=tally.before, failed=dict(tally.failed))
    if _summed_up(asked) and not (asked.one and tally.pages + failed == 1):
        what = f"{counted(tally.pages, 'page')} repaired"
        what += f" ({tally.before:,} of them before)" if tally.before else ""
        what += f", {failed} failed" if failed else ""
        place = settings.targets.output if settings.targets.folder else None
        hint = f"; explain a page with: repair explain {shown(place / 'PAGE')}" if place and tally.pages else ""
        talk.say(overview(what, tally.outcomes) + hint)
    codes = {EXITS.get(kind, Exit.FAILED) for kind, count in tally.failed.items() if count}
    return next((code for code in (Exit.LAW, Exit.WRITE, Exit.FAILED) if code in codes), Exit.OK)
