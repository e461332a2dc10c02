"""What workers have read before they begin: only the process that they are divided from imports this."""

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program: workers, too, never hear of it from birth

import pyarrow  # noqa: E402, F401

import advisory_sim.measures.targets  # noqa: E402, F401
from advisory_sim.engine.reading import read_kernel  # noqa: E402

read_kernel()
