"""Blocks on a Dask cluster: one more executor, of workers that are checked to be as this program is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from advisory_sim.errors import ClusterError
from advisory_sim.experiment.resume import block_versions, sources_digest, version_differences

if TYPE_CHECKING:
    from distributed import Client

ANSWERS_WITHIN = 10  # seconds
ONE_AT_A_TIME = threading.Lock()
RESUME = "--resume goes on with the run"

Identity = tuple[dict[str, str], str]


class Cluster(Executor):
    """An executor whose work is done by a cluster's workers.

    A lost worker's work is done by another; work that fails is not tried again, as it would fail in the same way.
    """

    def __init__(self, client: Client) -> None:
        self.pool = client.get_executor(pure=False, retries=0)
        self.identity = identity()

    def submit(self, fn, /, *args, **kwargs) -> Future:
        """Hand work to the cluster."""
        return self.pool.submit(checked, self.identity, fn, *args, **kwargs)


def identity() -> Identity:
    """The versions and the code that results come from, in this process."""
    return block_versions(), sources_digest()


def checked(asked: Identity, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Do work on a worker, which may have joined after the others were looked at.

    Only one at a time: the engine keeps arrays to work in, which threads of a process would share.

    Parameters
    ----------
    asked
        What the worker has to be.
    """
    with ONE_AT_A_TIME:
        why = unlike(asked, identity())
        if why:
            raise ClusterError("a worker of the cluster is not as this program is: " + "; ".join(why))
        return work(*args, **kwargs)


def unlike(asked: Identity, found: Identity) -> list[str]:
    """In what a worker differs from this program.

    Parameters
    ----------
    asked, found
        What this program is, and what the worker is.
    """
    why = version_differences(asked[0], found[0], "here", "there")
    if asked[1] != found[1] and asked[0]["advisory-sim"] == found[0]["advisory-sim"]:
        why.append(f"advisory-sim: the same version {asked[0]['advisory-sim']}, but other code")
    return why


def refusal(address: str, asked: Identity, workers: dict[str, Identity | Exception]) -> str:
    """Why a cluster's workers cannot be used; empty where they can.

    Parameters
    ----------
    asked
        What this program is.
    workers
        What each worker is, or why it could not say so.
    """
    if not workers:
        return f"{address}: the cluster has no workers"
    lines = []
    for worker, found in sorted(workers.items()):
        if isinstance(found, Exception):  # Dask may have put the worker's own error into another's text
            lines.append(f"{worker}: no advisory_sim of this version answers there ({found})")
        else:
            why = unlike(asked, found)
            lines += [f"{worker}: {'; '.join(why)}"] if why else []
    return "\n  ".join([f"{address}: workers are not as this program is:", *lines]) if lines else ""


@contextmanager
def cluster(address: str, wait: float = ANSWERS_WITHIN) -> Iterator[Cluster]:
    """The executor of a Dask cluster.

    Parameters
    ----------
    address
        The scheduler's, such as `tcp://host:8786`.
    wait
        Seconds in which it has to answer.

    Raises
    ------
    ClusterError
        If Dask is not installed here, the scheduler does not answer, a worker is not as this program is, work ended
        several workers one after another, or the cluster was lost.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise ClusterError("--cluster needs Dask: pip install 'advisory-sim[cluster]'") from None
    try:
        client = Client(address, timeout=wait, set_as_default=False)
    except ValueError as wrong:
        raise ClusterError(f"{address}: {wrong}") from None
    except OSError:  # a time-out is one
        raise ClusterError(f"{address}: no Dask scheduler answers there within {wait:g} seconds") from None
    with client:
        why = refusal(address, identity(), client.run(identity, on_error="return"))
        if why:
            raise ClusterError(why)
        try:
            yield Cluster(client)
        except KilledWorker as lost:
            raise ClusterError(f"{address}: a block ended every worker that took it: {lost}") from lost
        except CancelledError as lost:
            raise ClusterError(f"{address}: the cluster was lost; {RESUME}") from lost
