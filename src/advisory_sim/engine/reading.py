"""Reading the compiled code ahead, in a process of our own."""

from __future__ import annotations

import sys


def read_kernel() -> None:
    """Read the compiled code, in a process of our own: without the linear algebra that numba reads in case it is asked.

    Nothing compiled here asks for it, and it takes a fifth of a second; but who uses numba himself may.
    """
    absent = sys.modules.setdefault("scipy.linalg", None) is None  # type: ignore[arg-type]
    try:
        import numba.np.arraymath  # noqa: F401
    finally:
        if absent:
            del sys.modules["scipy.linalg"]
    import advisory_sim.engine.simulation  # noqa: F401
    from advisory_sim.engine.tables import Luck

    Luck(0, 0).uniform("shared uncertainty", "")  # numba reads most of itself when it first runs something
