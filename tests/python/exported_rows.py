"""Rows, and outcomes of each kind, for fits that are exported."""

import numpy as np

from nnfit.core import surv

N = 60
DRAWN = np.random.default_rng(1)
# far from 0 for how much it varies; skewed; tiny; constant
X = DRAWN.normal(size=(N, 4)) * [1, 1, 1e-3, 0] + [2000, 0, 0, 7]
X[:, 1] = np.exp(X[:, 1])
LINE = X[:, 0] - 2000 + np.log(X[:, 1]) + DRAWN.normal(size=N) / 2
OFFSET = np.linspace(-1, 1, N)
OUTCOMES = {
    "numeric": np.round(3 * np.exp(LINE / 3)) + 1,
    "class": np.array(["a", "b", "c"])[np.digitize(LINE, [-0.5, 0.5])],
    "binary": np.array(["no", "yes"])[(LINE > 0).astype(int)],
    "survival": surv(DRAWN.random(N) < 0.7, np.exp(-LINE)),
}
