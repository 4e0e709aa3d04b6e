"""Calls that are cut short, and taken up again by the same call: what tests of that share."""

import contextlib

import numpy as np

from nnfit.core.training import checkpoint


class Cut(BaseException):
    """Stands for a crash: nothing in the core catches it."""


@contextlib.contextmanager
def writing_always(monkeypatch, cut_after=None):
    """Have every epoch, and every batch, written down; cut a call short after some writings."""
    written = []
    write = checkpoint.Keeper.write

    def counted(self, state):
        write(self, state)
        written.append(state is not None)
        if cut_after is not None and len(written) % cut_after == 0:
            raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "EVERY", 0.0)
        patch.setattr(checkpoint, "SPARING", 0.0)
        patch.setattr(checkpoint.Keeper, "write", counted)
        yield written


def in_pieces(monkeypatch, call, cut_after=1):
    """Call again and again until a call is not cut short; give what it gives, and how often."""
    cuts = 0
    with writing_always(monkeypatch, cut_after):
        while True:
            try:
                return call(), cuts
            except Cut:
                cuts += 1
            assert cuts < 2000


def different(one, other, at="fit"):
    """Name the first place where two values differ, in a single bit; None: nowhere."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        one, other = np.asarray(one), np.asarray(other)
        if one.dtype == object:
            return different(list(one), list(other), at)
        same = one.dtype == other.dtype and one.shape == other.shape
        return None if same and one.tobytes() == other.tobytes() else at
    if isinstance(one, dict) or hasattr(one, "keys"):
        if list(one) != list(other):
            return f"{at}: {list(one)} {list(other)}"
        found = (different(one[key], other[key], f"{at}.{key}") for key in one if key != "seconds")
        return next((place for place in found if place), None)
    if isinstance(one, (list, tuple)):
        if len(one) != len(other):
            return at
        found = (different(a, b, f"{at}[{i}]") for i, (a, b) in enumerate(zip(one, other)))
        return next((place for place in found if place), None)
    return None if one == other or (one != one and other != other) else at
