"""Work shared out to processes, of which each may die or be too slow without harm to the others' work."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from queue import SimpleQueue
from threading import Thread
from typing import Any, Generic, NamedTuple, TypeVar

from pebble import ProcessPool

from repair.errors import RepairError

__all__ = ["Lost", "Ready", "in_processes"]

AHEAD = 16  # tasks handed out a process: enough that none waits, few enough that memory does not grow
ONE_THREAD = tuple(f"{name}_NUM_THREADS" for name in ("OMP", "OPENBLAS", "MKL"))
T = TypeVar("T")
R = TypeVar("R")


class Lost(NamedTuple):
    """Why a task has no result: its `kind` is "time" or "crash"."""

    kind: str
    said: str


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
    for name in ONE_THREAD:  # a process a core: threads of the numeric libraries would only be in each other's way
        os.environ.setdefault(name, "1")
    context = multiprocessing.get_context("spawn")
    pool = ProcessPool(jobs, initializer=_start, initargs=(start, given), context=context)
    try:
        yield from _collected(pool, tasks, work, limit, jobs * AHEAD, in_order)
        pool.close()
    finally:
        pool.stop()
        pool.join()


def _collected(
    pool: ProcessPool,
    tasks: Iterable[tuple[T, Ready[R] | None]],
    work: Callable[[T], R],
    limit: float | None,
    ahead: int,
    in_order: bool,
) -> Generator[list[tuple[T, R | Lost]], None, None]:
    waiting: deque[tuple[T, Future[Any] | Ready[Any]]] = deque()
    ended: SimpleQueue[Future[Any]] = SimpleQueue()
    running: dict[Future[Any], T] = {}
    for task, ready in tasks:
        if ready and not in_order:
            yield [(task, ready.result)]
            continue
        if ready:
            waiting.append((task, ready))
        else:
            future = pool.schedule(work, (task,), timeout=limit)
            if in_order:
                waiting.append((task, future))
            else:
                running[future] = task
                future.add_done_callback(ended.put)
        while len(waiting) + len(running) >= ahead:
            yield _first(waiting, limit) if in_order else _some(running, ended, limit)
    while waiting or running:
        yield _first(waiting, limit) if in_order else _some(running, ended, limit)


def _first(waiting: deque[tuple[T, Future[Any] | Ready[Any]]], limit: float | None) -> list[tuple[T, Any]]:
    """The first one waited for, and those behind it that are ready too."""
    found: list[tuple[T, Any]] = []
    while waiting and (not found or isinstance(waiting[0][1], Ready) or waiting[0][1].done()):
        task, what = waiting.popleft()
        found.append((task, what.result if isinstance(what, Ready) else _result(what, limit)))
    return found


def _some(running: dict[Future[Any], T], ended: SimpleQueue[Future[Any]], limit: float | None) -> list[tuple[T, Any]]:
    """Those that have ended, at least one."""
    found = [ended.get()]
    while not ended.empty():
        found.append(ended.get())
    return [(running.pop(future), _result(future, limit)) for future in found]


def _result(done: Future[Any], limit: float | None) -> Any:
    """What a task came to."""
    error = done.exception()
    if error is None:
        return done.result()
    if isinstance(error, TimeoutError):
        return Lost("time", f"took longer than {limit:g} seconds and was given up; --time-limit allows more.")
    if isinstance(error, BrokenProcessPool):
        raise RepairError("The working processes ended unexpectedly. Run the command again to go on.") from error
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
