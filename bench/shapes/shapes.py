"""The shapes of six works, their data, and the network of each, as torch and nnfit take it."""

from typing import Any, NamedTuple, Optional

import torch
from torch import nn


class Shape(NamedTuple):
    """Rows and columns, a relu network for them, and how Adam trains it."""

    rows: int
    columns: int
    units: tuple[int, ...]
    batch: Optional[int]  # None: all rows are one step
    epochs: int
    classes: int = 0  # 0: the outcome is a number

    @property
    def steps(self) -> int:
        """How often the parameters are moved."""
        return self.epochs * (1 if self.batch is None else -(-self.rows // self.batch))

    @property
    def sizes(self) -> list[int]:
        """Numbers a row: those that come in, of each layer, and those that go out."""
        return [self.columns, *self.units, self.classes or 1]

    @property
    def options(self) -> dict[str, Any]:
        """What nnfit's `fit()` is asked for."""
        return {
            "hidden_units": list(self.units), "activation": "relu", "penalty": 0, "scale": False,
            "optimizer": "adam", "learn_rate": 0.001, "seed": 1,
            "loss": "cross_entropy" if self.classes else "mse",
            "batch_size": self.batch or self.rows, "epochs": self.epochs,
        }  # fmt: skip


SHAPES = {
    "middling": Shape(54_000, 23, (64, 32), 256, 3),
    "long": Shape(1_000_000, 28, (128,), 4096, 1),
    "short": Shape(500, 100, (100,), None, 500),
    "whole": Shape(20_000, 50, (128, 64), None, 50),
    "digits": Shape(60_000, 784, (128,), 128, 1, classes=10),
    "narrow": Shape(2_000, 10, (32,), None, 500),
}


def rows_of(shape: Shape) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw x (n, p) and an outcome that follows from it: (n, 1) numbers, or (n,) classes."""
    torch.manual_seed(0)
    x = torch.randn(shape.rows, shape.columns)
    towards = x @ torch.randn(shape.columns, shape.classes or 1) / shape.columns**0.5
    return x, towards.argmax(1) if shape.classes else torch.sin(2 * towards)


def network_of(shape: Shape) -> nn.Sequential:
    """Build the network."""
    layers: list[nn.Module] = []
    for before, after in zip(shape.sizes, shape.sizes[1:]):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
