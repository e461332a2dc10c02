"""Processes that simulate: divided from one that has read the libraries once, or done without."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

READY = "advisory_sim.experiment.ready"  # the module that the process of processes reads


class InProcess(Executor):
    """An executor that does the work in this process, when its result is asked for."""

    def submit(self, fn, /, *args, **kwargs) -> Future:
        """Put the work off."""
        return PutOff(partial(fn, *args, **kwargs))


class PutOff(Future):
    """Work that is done when its result is asked for."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self.work = work

    def result(self, timeout: float | None = None) -> Any:
        """Do it."""
        if not self.done():
            self.set_result(self.work())
        return super().result(timeout)


class Processes(ProcessPoolExecutor):
    """Processes that come to an end together, however often Ctrl-C comes."""

    def __exit__(self, kind: type[BaseException] | None, *about: object) -> None:
        """Wait for what is under way; where something has been raised, for no more than that.

        A Ctrl-C comes through afterwards: one that broke into the wait would leave workers that wait for ever, as a
        thread whose end is not awaited is taken for ended (Python 3.11).
        """
        with without_interrupt():
            self.shutdown(cancel_futures=kind is not None)


def executor(workers: int) -> Executor:
    """In this process for one worker, else that many processes."""
    return InProcess() if workers == 1 else processes(workers)


def processes(workers: int) -> ProcessPoolExecutor:
    """So many processes, each of which begins with its first piece of work.

    On Linux they are divided (forked) from one process that has read what they need and has not done anything since;
    elsewhere, where that is not safe or not to be had, each is started anew. Equal work gives equal bytes.
    """
    return Processes(workers, read_ahead(), initializer=begin_worker)


@cache
def read_ahead() -> Any:
    """Begin to read what workers will need, beside what this process does meanwhile.

    Returns
    -------
    multiprocessing.context.BaseContext
        How processes are started.
    """
    if sys.platform == "linux":
        from multiprocessing import forkserver, resource_tracker

        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([READY])
        try:
            with without_interrupt():
                resource_tracker.ensure_running()  # by itself: at its end it lets Ctrl-C through again
                # What is blocked stays so in the new process, which is not ready yet to say that it ignores it.
                before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
                try:
                    forkserver.ensure_running()
                finally:
                    signal.pthread_sigmask(signal.SIG_SETMASK, before)
        except OSError:  # a temporary folder whose name is too long for a socket
            pass
        else:
            return context
    return multiprocessing.get_context("spawn")


@contextmanager
def without_interrupt() -> Iterator[None]:
    """Ctrl-C waits: what begins processes must not be left halfway."""
    if threading.current_thread() is not threading.main_thread():  # it comes to the main thread only
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
    if came:
        raise KeyboardInterrupt


def collect_seldom() -> None:
    """For a process of our own: most of what it makes lives to its end, and then goes with it as a whole."""
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)


def begin_worker() -> None:
    """Ctrl-C is for the parent; whatever ends the parent ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
    collect_seldom()


def end_with_parent() -> None:
    """Wait for the parent's end: a worker of a killed run would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
