"""How functions are compiled and where the result is kept.

The cache stands in a folder named after a hash of every source it depends on, since numba itself notices a change
only in a function's own file. It lies outside the installation, which may be read-only.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numba import config, njit

Function = TypeVar("Function", bound=Callable)
# To hand over: for a number or a truth written in a call a function would be compiled anew.
ZERO, ONE, NO = np.int64(0), np.int64(1), np.bool_(False)
ENGINE = Path(__file__).parent.parent
SOURCES = (
    *sorted((ENGINE / "kernel").glob("*.py")),
    ENGINE / "arrays.py",
    ENGINE.parent / "record" / "columns.py",
    ENGINE.parent / "record" / "academy.py",
)


def cache_folder() -> Path:
    """The folder of what has been compiled from these sources; made if need be."""
    digest = hashlib.sha256()
    for source in SOURCES:
        digest.update(source.read_bytes())
    if sys.platform == "win32":
        homes = [os.environ.get("LOCALAPPDATA")]
    else:
        homes = [os.environ.get("XDG_CACHE_HOME"), os.path.expanduser("~/.cache")]
    temporary = os.path.join(tempfile.gettempdir(), f"advisory-sim-{os.getuid() if hasattr(os, 'getuid') else ''}")
    for home in (*homes, temporary):
        if not home:
            continue
        folder = Path(home) / "advisory-sim" / digest.hexdigest()[:16]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="advisory-sim-"))


FOLDER = cache_folder()


def is_cached() -> bool:
    """Whether the kernel's greater part has been compiled on this machine before."""
    return any(FOLDER.rglob("pool.advance-*.nbi"))


def compiled(function: Function) -> Function:
    """Compile a function into those that call it.

    It may make no arrays: without numba's reference counts, a call that takes many arrays costs nothing.
    """
    return _for_callers(function, forceinline=True)


def compiled_apart(function: Function) -> Function:
    """The same as its callers are compiled: into `advance`, but not into entries that make arrays of their own."""
    return _for_callers(function)


def compiled_once(function: Function) -> Function:
    """The same, never put into its callers: for what is called seldom from many places.

    A call hands over every part of every array, some tens of nanoseconds for many of them.
    """
    return _for_callers(function, forceinline=False)


def _for_callers(function: Function, **options: Any) -> Function:
    # Not to be called from Python: wrappers for that, and for C, would take a tenth of all compiling.
    options |= {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False, "error_model": "numpy"}
    return njit(**options)(function)


def entry(function: Function) -> Function:
    """Compile a function that is called from outside too; keep the result in the project's own cache."""
    return _cached(function, forceinline=True, _nrt=False)


def entry_with_memory(function: Function) -> Function:
    """The same for a function that makes arrays of its own."""
    return _cached(function)


def _cached(function: Function, **options: Any) -> Function:
    before = getattr(config, "CACHE_DIR")  # noqa: B009
    # Read when a function is decorated; other users of numba keep their own.
    setattr(config, "CACHE_DIR", str(FOLDER))  # noqa: B010
    try:
        options |= {"no_cfunc_wrapper": True, "error_model": "numpy"}
        return njit(cache=True, **options)(function)
    finally:
        setattr(config, "CACHE_DIR", before)  # noqa: B010
