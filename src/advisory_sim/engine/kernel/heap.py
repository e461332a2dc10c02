"""A binary heap of what happens next: one whole number each, its second and kind above, its place in a table below."""

import numpy as np

from advisory_sim.engine.kernel.compiling import compiled, compiled_apart

# Places in the heap are unsigned: an index that may not be negative needs no look at its sign.
ROOT, ONE, TWO = np.uint64(0), np.uint64(1), np.uint64(2)
PLACES = 26  # bits: 67 million places; 35 are left for seconds, a thousand years
MASK = 2**PLACES - 1


@compiled
def key_of(second, kind, place):
    """The key of something of one of four kinds, in their order at one instant."""
    return (second * 4 + kind) << PLACES | place


@compiled
def second_of(key):
    """When it happens."""
    return key >> PLACES + 2


@compiled
def kind_of(key):
    """Of what kind it is."""
    return (key >> PLACES) & 3


@compiled
def place_of(key):
    """Its place in its table."""
    return key & MASK


@compiled_apart
def push(heap, size, key):
    """Add to the heap; returns its new size."""
    i = np.uint64(size)
    while i > ROOT:
        above = (i - ONE) >> ONE
        if heap[above] <= key:
            break
        heap[i] = heap[above]
        i = above
    heap[i] = key
    return size + 1


@compiled_apart
def replace_first(heap, size, key):
    """Put something in the place of the earliest."""
    i, end = ROOT, np.uint64(size)
    while True:
        below = TWO * i + ONE
        if below >= end:
            break
        if below + ONE < end:
            below += np.uint64(heap[below + ONE] < heap[below])  # no branch: nobody can guess which is earlier
        if heap[below] >= key:
            break
        heap[i] = heap[below]
        i = below
    heap[i] = key


@compiled
def pop(heap, size):
    """Take the earliest away; returns the heap's new size."""
    replace_first(heap, size - 1, heap[size - 1])
    return size - 1
