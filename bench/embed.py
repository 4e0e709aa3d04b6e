"""Embedded columns beside dummy columns, on rows that are simulated: `python bench/embed.py`.

How far predictions are from what was simulated (root mean square, of five draws the mean), and what
an epoch takes: by the engine "fused", by autograd, with dummy columns, and without the factor.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))

from nnfit.core import fit, predict

NEW = 4000


def additive(rng, place, x, levels):
    """Give each level a height."""
    return rng.normal(size=levels)[place] + np.sin(2 * x[:, 0])


def latent(rng, place, x, levels):
    """Give each level a height and a slope, which the other columns bend."""
    z = rng.normal(size=(levels, 2))[place]
    bent = 1.5 * z[:, 1] * np.tanh(x[:, 0]) + np.sin(x[:, 0] * z[:, 0])
    return z[:, 0] + bent + x[:, 1]


def draw(make, rows, levels, seed):
    """Draw rows of two numbers and a factor, and what is simulated for them."""
    rng = np.random.default_rng(seed)
    place, x = rng.integers(0, levels, rows + NEW), rng.normal(size=(rows + NEW, 2))
    names = [f"s{level:05d}" for level in range(levels)]
    station = pd.Categorical.from_codes(place, names)
    mean = make(rng, place, x, levels)
    frame = pd.DataFrame({"x": x[:, 0], "w": x[:, 1], "station": station})
    return frame, mean, mean + rng.normal(0, 0.5, rows + NEW)


def with_dummies(frame):
    """Put dummy columns in the place of the factor."""
    dummies = pd.get_dummies(frame["station"], drop_first=True).astype(float)
    return pd.concat([frame[["x", "w"]], dummies], axis=1)


def error(frame, mean, y, rows, **options):
    """Fit an untuned network to the first rows, and judge it on the others."""
    made = fit(frame[:rows], y[:rows], hidden_units=32, seed=1, **options)
    apart = predict(made, frame[rows:])[:, 0] - mean[rows:]
    return float(np.sqrt(np.mean(apart**2)))


def errors():
    """Print errors by simulation, rows and levels."""
    for make in (additive, latent):
        for rows, levels in ((300, 30), (1000, 30), (1000, 100)):
            found = []
            for seed in range(5):
                frame, mean, y = draw(make, rows, levels, seed)
                found.append(
                    [
                        error(with_dummies(frame), mean, y, rows),
                        error(frame, mean, y, rows, embed=True),
                        error(frame, mean, y, rows, embed={"station": 3}),
                    ]
                )
            dummies, by_rule, three = np.mean(found, axis=0)
            print(
                f"{make.__name__}, {rows} rows, {levels} levels: dummies {dummies:.2f}, "
                f"by the rule {by_rule:.2f}, 3 numbers {three:.2f}",
                flush=True,
            )


def epoch(frame, y, times, **options):
    """Give the microseconds of an epoch, of the fastest of several fits."""
    epochs = 100 if options.get("batch_size") is None else 10
    made = (fit(frame, y, hidden_units=32, seed=1, epochs=epochs, **options) for _ in range(times))
    return min(one.seconds for one in made) / epochs * 1e6


def costs():
    """Print what an epoch takes by rows, levels and size."""
    for rows, levels, size, batch in (
        (500, 30, 3, None), (2000, 30, 8, None), (2000, 30, 8, 256), (20000, 1000, 16, None)
    ):  # fmt: skip
        frame, _, y = draw(additive, rows - NEW if rows > NEW else rows, levels, 1)
        frame, y = frame[:rows], y[:rows]
        embed, more = {"station": size}, {"batch_size": batch}
        fused = epoch(frame, y, 9, embed=embed, engine="fused", **more)
        others = {
            "autograd": epoch(frame, y, 5, embed=embed, engine="autograd", **more),
            "dummies": epoch(with_dummies(frame), y, 5, **more),
            "without": epoch(frame[["x", "w"]], y, 5, **more),
        }
        ratios = ", ".join(f"{name} {value / fused:.2f}" for name, value in others.items())
        print(f"{rows} rows, {levels} levels of {size}, batch {batch}: {fused:.0f} us; {ratios}",
              flush=True)  # fmt: skip


if __name__ == "__main__":
    torch.set_num_threads(1)
    costs()
    errors()
