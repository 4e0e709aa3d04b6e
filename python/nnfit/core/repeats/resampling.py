"""The seeds of a fit's replicas, and the rows that they are trained on."""

from __future__ import annotations

import numpy as np
import torch

SEEDS = 2**31 - 1  # what R can hold as an integer


def replica_seeds(seed: int | None, number: int) -> list[int]:
    """Derive seeds from a fit's own.

    Parameters
    ----------
    seed : int or None
        None: from the next number of torch's generator.
    number : int

    Returns
    -------
    list of int
        From 0 to 2^31 - 2; the first do not depend on how many there are.
    """
    if seed is None:
        seed = int(torch.randint(SEEDS, (1,)))
    entropy = np.random.SeedSequence([abs(seed), int(seed < 0)])
    return [int(state) % SEEDS for state in entropy.generate_state(number)]


def seeds_from(seed: int | None, number: int) -> list[int]:
    """Derive seeds of which the first is a fit's own, where it has one."""
    return replica_seeds(seed, number) if seed is None else [seed, *replica_seeds(seed, number - 1)]


def resample(seed: int, n: int) -> np.ndarray:
    """Draw n of n rows with replacement.

    Parameters
    ----------
    seed : int
        Of the replica. The numbers are NumPy's, so they have nothing in common with the initial
        values that torch draws from the same seed.
    n : int

    Returns
    -------
    int array (n,)
        How often each row was drawn.
    """
    drawn = np.random.default_rng(seed).integers(n, size=n)
    return np.bincount(drawn, minlength=n)


def deal(seed: int, n: int, folds: int) -> np.ndarray:
    """Deal rows into folds at random; sizes differ by one at most.

    Returns
    -------
    int array (n,)
        The fold of each row, from 0.
    """
    return np.random.default_rng(seed).permutation(np.arange(n) % folds)
