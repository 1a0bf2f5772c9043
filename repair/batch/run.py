"""A run over many sources: what is known is kept, the rest is shared out to processes, and failures are counted."""

from __future__ import annotations

import signal
import threading
from _thread import interrupt_main
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from time import sleep
from typing import Any, TypeVar

from repair.batch.pool import Lost, Ready, in_processes, too_late
from repair.batch.reporter import Talk
from repair.batch.settings import Settings
from repair.batch.sinks import Finished, Sink
from repair.batch.work import Job, PageDone, SourceDone, failure
from repair.core.errors import RunError, UsageError
from repair.files.sources import Source
from repair.history.explain import overview
from repair.rulebook.load import load_chain

__all__ = ["Limits", "StoppedError", "Tally", "given_up", "run_sources", "tell", "within"]

R = TypeVar("R")


class StoppedError(RunError):
    """The run was ended before its end; what was done is kept, and `tally` counts it."""

    def __init__(self, said: str, tally: Tally) -> None:
        super().__init__(said)
        self.tally = tally


@dataclass(frozen=True)
class Limits:
    """How a run is shared out and when it gives up.

    `seconds` are those that a source may take, `errors` the number of pages that may fail; None for any.
    """

    jobs: int = 1
    seconds: float | None = None
    errors: int | None = None


@dataclass
class Tally:
    """What came of a run: pages repaired, of these `before` in an earlier one; failures by kind; changes by outcome."""

    pages: int = 0
    before: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    vetoed: set[str] = field(default_factory=set)

    def add(self, page: PageDone, *, before: bool = False) -> None:
        """Count a page."""
        if "error" in page.row:
            self.failed[page.row["error"]["kind"]] += 1
        if page.row["outcome"] == "repaired":
            self.pages += 1
            self.before += before
            self.outcomes += _outcomes(page.row)
            self.vetoed |= set(page.row.get("vetoed", ()))


def run_sources(
    sources: Iterable[Source],
    settings: Settings,
    sink: Sink,
    limits: Limits,
    talk: Talk,
    *,
    verbose: bool,
    line: bool = False,
) -> Tally:
    """Repair the sources in processes of their own and hand the results to the sink; `verbose` and `line` as in `tell`.

    `StoppedError`: more pages failed than may, or the disk is full. `WriteError`: the sink cannot be written to.
    """
    tally = Tally()
    shared = in_processes(
        _tasks(sources, sink),
        _work,
        _begin,
        (settings,),
        jobs=limits.jobs,
        limit=limits.seconds,
        in_order=sink.in_order,
    )
    with closing(shared) as ended:
        for group in ended:
            done = []
            for (number, source, known), result in group:
                got = given_up(source, result, settings, limits.seconds) if isinstance(result, Lost) else result
                done.append(Finished(number, known, got))
            done = sink.take(done)
            for one in done:
                talk.step(before=one.known)
                for page in one.done.pages:
                    tally.add(page, before=one.known)
                    if not one.known:
                        tell(page, settings, talk, verbose=verbose, line=line)
            _check(done, tally, limits)
    return tally


def tell(page: PageDone, settings: Settings, talk: Talk, *, verbose: bool, line: bool = False) -> None:
    """Say what came of a page: what went wrong with it, and if it is `verbose`, or for a `line`, what went well."""
    row = page.row
    if "error" in row:
        copied = " It was put out as it is." if row["outcome"] == "copied" else ""
        talk.say(row["error"]["said"] + copied, "page", row=row, seconds=page.seconds)
        if verbose and page.trace:
            talk.say(page.trace.rstrip("\n"), "trace")
    else:
        said = ""
        if verbose or line:
            place = settings.targets.ledger_of(row["page"])
            said = overview(row["input"], _outcomes(row)) + (f"; explain with: repair explain {place}" if place else "")
        talk.say(said, "page", row=row, seconds=page.seconds)
        if row.get("empty"):
            talk.say(f"{row['input']}: holds no text.")
    for said in page.said:
        talk.say(said, "rule")


def within(seconds: float, work: Callable[[], R]) -> R | Lost:
    """What `work` gives, in this process; `Lost` where it takes longer. To be called where SIGTERM ends as Ctrl-C does.

    What holds the interpreter for long, such as one search in very much text, is interrupted only at its end; work that
    may do so needs a process of its own.
    """
    ended, late = threading.Event(), threading.Event()

    def watch() -> None:
        if not ended.wait(seconds):
            late.set()
            interrupt_main(signal.SIGTERM)

    watcher = threading.Thread(target=watch, daemon=True)
    came = False
    try:
        watcher.start()
        try:
            return work()
        except KeyboardInterrupt:
            came = True
            raise
        finally:
            ended.set()
            watcher.join()
            while late.is_set() and not came:  # the interruption is on its way, and must not come after the end
                sleep(0.001)
    except KeyboardInterrupt:
        if late.is_set():
            return too_late(seconds)
        raise


Task = tuple[int, Source, bool]
_job: Job


def _begin(settings: Settings) -> None:
    """Prepare a process: load the chain once."""
    global _job
    chain = load_chain(settings.chain, settings.rules, without=settings.without)
    if chain.digest != settings.chain_hash:
        raise UsageError("The rules were changed while the run began. Run it again.")
    _job = Job(settings, chain)


def _work(task: Task) -> SourceDone:
    return _job.source(task[1])


def _copy(task: tuple[Source, dict[str, Any]]) -> SourceDone:
    return _job.unrepaired(*task)


def _tasks(sources: Iterable[Source], sink: Sink) -> Iterator[tuple[Task, Ready[SourceDone] | None]]:
    for index, source in enumerate(sources):
        known = sink.known(source)
        yield (index, source, known is not None), Ready(known) if known else None


def given_up(source: Source, lost: Lost, settings: Settings, seconds: float | None) -> SourceDone:
    """The results of a source that took too long, or whose process died: it is put out as it is, if that is asked."""
    error = failure(lost.kind, f"{source.name} {lost.said}")
    if settings.copy:
        again = in_processes(
            [((source, error), None)], _copy, _begin, (settings,), jobs=1, limit=seconds, in_order=True
        )
        with closing(again) as ended:
            results = [result for group in ended for _, result in group]
        if isinstance(results[0], SourceDone):
            return results[0]
    return SourceDone((Job(settings).lost(source, "", error),))


def _check(done: list[Finished], tally: Tally, limits: Limits) -> None:
    """`StoppedError`, where the run is not to go on."""
    if any(page.full for one in done for page in one.done.pages):
        room = "Make room and run the same command again: it goes on where it stopped."
        raise StoppedError(f"The disk takes no more. {room}", tally)
    failed = tally.failed.total()
    if limits.errors is not None and failed > limits.errors:
        allowed = f"{limits.errors} may" if limits.errors else "none may"
        raise StoppedError(f"Stopped: {failed} failed, and {allowed}. Run the same command again to go on.", tally)


def _outcomes(row: dict[str, Any]) -> Counter[tuple[str, str]]:
    """The changes of a page by outcome and, if they were made, safety, as `explain.overview` takes them."""
    counts = Counter({("applied", safety): count for safety, count in row["safety"].items()})
    counts.update({(outcome, ""): count for outcome, count in row["changes"].items() if outcome != "applied"})
    return counts
