"""The twin's one entry: a scenario, an option and a source of chance give one replication's figures."""

from .life import Life
from .reading import load, read


def simulate(scenario, option=None, rng=None, inputs="ranges"):
    """One replication.

    `scenario` is a mapping or a path, `option` one of its options (None: the first), `rng` a
    random.Random. Returns {(measure, scope, name, window): value}; the mission's name is empty, windows
    are "horizon" and "mandate" (what is neither, such as `agreed`, stands under "horizon"). What is
    undefined is nan.
    """
    mapping, folder = load(scenario)
    plan = read(mapping, option, rng, inputs, folder)
    return Life(plan, rng).run().figures.all()
