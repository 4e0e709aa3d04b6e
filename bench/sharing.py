"""Many fits to data in memory, shared by several processes: what that gains.

    python bench/sharing.py [processes [epochs]]

trains networks of 64 units for 20 epochs on 5000 x 20 numbers: 30 candidates of a search over 5
folds, and 100 replicates; as large batches as there are rows, and batches of 256. In one process
with all threads, and in so many (2) as an own user would start them, each with its share. Prints
the seconds, with those of the start, and how many times as fast it is.
"""

import sys
import time
from pathlib import Path

PACKAGE = str(Path(__file__).resolve().parents[1] / "python")
ROWS, COLUMNS, UNITS = 5000, 20, 64


def main(processes=2, epochs=20):
    """Measure, and print the table."""
    import numpy as np
    import torch
    from nnfit.core import Range, cross_validate, fit, tune

    draw = np.random.default_rng(1)
    x = draw.normal(size=(ROWS, COLUMNS))
    y = np.sin(x[:, 0]) + x[:, 1] * x[:, 2] + 0.1 * draw.normal(size=ROWS)
    net = {"hidden_units": UNITS, "epochs": epochs, "seed": 1}
    space = {"penalty": Range(), "learn_rate": Range()}
    small = {"hidden_units": 1, "epochs": 1, "seed": 1}
    calls = {
        "nothing but the start": lambda **how: cross_validate(x[:50], y[:50], folds=2,
                                                               **small, **how),
        "search, whole": lambda **how: tune(x, y, candidates=30, **space, **net, **how),
        "search, batches": lambda **how: tune(x, y, candidates=30, batch_size=256, **space,
                                              **net, **how),
        "replicates, whole": lambda **how: fit(x, y, bootstrap=100, **net, **how),
        "replicates, batches": lambda **how: fit(x, y, bootstrap=100, batch_size=256, **net,
                                                 **how),
    }  # fmt: skip
    print(f"threads: {torch.get_num_threads()}; processes: {processes}; epochs: {epochs}")
    for name, call in calls.items():
        seconds = []
        for number in (1, processes):
            began = time.perf_counter()
            call(processes=number)
            seconds.append(time.perf_counter() - began)
        one, several = seconds
        print(f"{name:24}{one:8.1f} s{several:8.1f} s{one / several:8.2f} times", flush=True)


if __name__ == "__main__":
    sys.path.insert(0, PACKAGE)
    main(*map(int, sys.argv[1:]))
