"""A binary heap of who changes next."""

from advisory_sim.engine.kernel.compiling import compiled_apart


@compiled_apart
def push(heap_second, heap_stint, size, second, stint):
    """Add to the binary heap; returns its new size."""
    i = size
    while i > 0:
        above = (i - 1) // 2
        if heap_second[above] <= second:
            break
        heap_second[i], heap_stint[i] = heap_second[above], heap_stint[above]
        i = above
    heap_second[i], heap_stint[i] = second, stint
    return size + 1


@compiled_apart
def pop(heap_second, heap_stint, size):
    """Take the earliest away; returns the heap's new size."""
    size -= 1
    second, stint = heap_second[size], heap_stint[size]
    i = 0
    while True:
        below = 2 * i + 1
        if below >= size:
            break
        if below + 1 < size and heap_second[below + 1] < heap_second[below]:
            below += 1
        if heap_second[below] >= second:
            break
        heap_second[i], heap_stint[i] = heap_second[below], heap_stint[below]
        i = below
    heap_second[i], heap_stint[i] = second, stint
    return size
