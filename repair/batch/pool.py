"""Work shared out to processes, of which each may die or be too slow without harm to the others' work."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from repair.core.errors import RunError

if TYPE_CHECKING:
    from pebble import ProcessPool

__all__ = ["Lost", "Ready", "in_processes", "too_late"]

AHEAD = 4  # bundles handed out a process: enough that none waits, few enough that memory does not grow
BUNDLE, LARGEST = 0.1, 16  # seconds that a bundle is meant to last, tasks that it has at most
POOLS = 4  # that are made for a bundle before it is given up
ONE_THREAD = tuple(f"{name}_NUM_THREADS" for name in ("OMP", "OPENBLAS", "MKL"))
T = TypeVar("T")
R = TypeVar("R")


class Lost(NamedTuple):
    """Why a task has no result: its `kind` is "time" or "crash"."""

    kind: str
    said: str


def too_late(limit: float | None) -> Lost:
    """What becomes of a task that takes longer than `limit` seconds."""
    return Lost("time", f"took longer than {limit:g} seconds and was given up; --time-limit allows more.")


class Ready(NamedTuple, Generic[R]):
    """A result that needs no process."""

    result: R


def in_processes(
    tasks: Iterable[tuple[T, Ready[R] | None]],
    work: Callable[[T], R],
    start: Callable[..., None],
    given: tuple[Any, ...],
    *,
    jobs: int,
    limit: float | None,
    in_order: bool,
) -> Generator[list[tuple[T, R | Lost]], None, None]:
    """The tasks with their results, as many at a time as are ready, as they come or `in_order`.

    `start(*given)` is called first in each process. A task that takes longer than `limit` seconds has its process ended
    and another started; so has one whose process dies of it. What a defect in `work` raises is raised here. Closing the
    iterator ends the processes.
    """
    from pebble import ProcessPool

    for name in ONE_THREAD:  # a process a core: threads of the numeric libraries would only be in each other's way
        os.environ.setdefault(name, "1")
    context = multiprocessing.get_context("spawn")
    made = partial(ProcessPool, jobs, initializer=_start, initargs=(start, given), context=context)
    shared = _Shared[T, R](made, work, jobs, limit, in_order)
    try:
        for task, ready in tasks:
            if ready:
                shared.add_ready(task, ready)
            else:
                shared.add(task)
            while shared.many:
                yield shared.some()
        shared.hand_out()
        while shared.waiting:
            yield shared.some()
        shared.pool.close()
    finally:
        shared.end()


@dataclass
class _Shared(Generic[T, R]):
    """Tasks that are handed out, several at a time: to hand over one costs as much as a small page.

    A bundle lasts about `BUNDLE` seconds by what the tasks before took. One that is lost is handed out again task by
    task, so that only the one that did it is, and none of which somebody else killed the process. The pool gives up
    where a process is killed that has no task; then it is made anew.
    """

    made: Callable[[], ProcessPool]
    work: Callable[[T], R]
    jobs: int
    limit: float | None
    in_order: bool
    waiting: dict[int, tuple[list[T], Future[Any] | Ready[Any]]] = field(default_factory=dict)
    bundle: list[T] = field(default_factory=list)
    ended: SimpleQueue[int] = field(default_factory=SimpleQueue)
    size: int = 1
    held: int = 0
    number: int = 0

    def __post_init__(self) -> None:
        self.pool = self.made()

    def end(self) -> None:
        """End the processes."""
        self.pool.stop()
        self.pool.join()

    @property
    def many(self) -> bool:
        """Whether so many tasks are handed out that results should be taken first."""
        return self.held >= self.jobs * AHEAD * self.size

    def add_ready(self, task: T, ready: Ready[R]) -> None:
        """Add a task that has its result."""
        self.hand_out()
        self._keep([task], ready)
        self.ended.put(self.number)

    def add(self, task: T) -> None:
        """Add a task to the bundle, and hand it out when it is full."""
        self.bundle.append(task)
        if len(self.bundle) >= self.size:
            self.hand_out()

    def hand_out(self) -> None:
        """Hand out the bundle as it is."""
        if self.bundle:
            self._schedule(self.bundle)
            self.bundle = []

    def some(self) -> list[tuple[T, R | Lost]]:
        """The results that are there, at least of one bundle; `in_order` the first ones."""
        found: list[tuple[T, R | Lost]] = []
        if self.in_order:
            for number in list(self.waiting):
                _, what = self.waiting[number]
                if found and not (isinstance(what, Ready) or what.done()):
                    break
                found += self._taken(number)
            return found
        found += self._taken(self.ended.get())
        while not self.ended.empty():
            found += self._taken(self.ended.get())
        return found

    def _schedule(self, tasks: list[T]) -> None:
        future = self._handed(tasks)
        number = self._keep(tasks, future)
        future.add_done_callback(lambda _: self.ended.put(number))

    def _handed(self, tasks: list[T]) -> Future[Any]:
        try:
            return self.pool.schedule(_all, (self.work, tasks), timeout=self.limit)
        except RuntimeError:  # the pool has given up
            self.end()
            self.pool = self.made()
            return self.pool.schedule(_all, (self.work, tasks), timeout=self.limit)

    def _waited(self, tasks: list[T], future: Future[Any]) -> Any:
        """What a bundle came to, in as many pools as it takes."""
        for _ in range(POOLS):
            error = future.exception()
            if not isinstance(error, BrokenProcessPool):
                return _result(future, error, self.limit)
            future = self._handed(tasks)
        raise RunError("The working processes end as soon as they begin. Run the command again to go on.")

    def _keep(self, tasks: list[T], what: Future[Any] | Ready[Any]) -> int:
        self.number += 1
        self.held += len(tasks)
        self.waiting[self.number] = tasks, what
        return self.number

    def _taken(self, number: int) -> list[tuple[T, R | Lost]]:
        tasks, what = self.waiting.pop(number)
        self.held -= len(tasks)
        if isinstance(what, Ready):
            return [(tasks[0], what.result)]
        found = self._waited(tasks, what)
        if not isinstance(found, Lost):
            seconds, results = found
            self.size = max(1, min(LARGEST, int(BUNDLE * len(tasks) / max(seconds, 1e-6))))
            return list(zip(tasks, results, strict=True))
        if len(tasks) == 1 and found.kind == "time":
            return [(tasks[0], found)]
        alone = [self._handed([task]) for task in tasks]
        again = [self._waited([task], future) for task, future in zip(tasks, alone, strict=True)]
        return [(task, one if isinstance(one, Lost) else one[1][0]) for task, one in zip(tasks, again, strict=True)]


def _all(work: Callable[[T], R], tasks: list[T]) -> tuple[float, list[R]]:
    """The results of a bundle, and the seconds that it took."""
    begun = perf_counter()
    results = [work(task) for task in tasks]
    return perf_counter() - begun, results


def _result(done: Future[Any], error: BaseException | None, limit: float | None) -> Any:
    """What a bundle came to; its error may be that its time was up, or that its process died."""
    if error is None:
        return done.result()
    if isinstance(error, TimeoutError):
        return too_late(limit)
    code = getattr(error, "exitcode", None)
    if code is None:
        raise error
    how = f"ended with signal {-code}" if code < 0 else f"ended with code {code}"
    return Lost("crash", f"the process that worked on it {how}; it may need more memory than there is.")


def _start(start: Callable[..., None], given: tuple[Any, ...]) -> None:
    """Prepare a process, which ends when the one that started it does, even if that was killed."""
    parent = multiprocessing.parent_process()
    if parent is None or not parent.is_alive():
        os._exit(1)
    Thread(target=_end_with, args=(parent,), daemon=True).start()
    start(*given)


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)
