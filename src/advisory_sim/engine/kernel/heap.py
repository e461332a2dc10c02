"""A binary heap of what happens next: one whole number each, its second and kind above, its place in a table below."""

from advisory_sim.engine.kernel.compiling import compiled, compiled_apart

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
    i = size
    while i > 0:
        above = (i - 1) >> 1
        if heap[above] <= key:
            break
        heap[i] = heap[above]
        i = above
    heap[i] = key
    return size + 1


@compiled_apart
def replace_first(heap, size, key):
    """Put something in the place of the earliest."""
    i = 0
    while True:
        below = 2 * i + 1
        if below >= size:
            break
        if below + 1 < size:
            below += int(heap[below + 1] < heap[below])  # no branch: nobody can guess which is earlier
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
