"""`torch_loop.py SHAPE [THREADS]`: a plain loop, tensors in memory and slices of a permutation."""

import sys

import torch
from torch import nn

from shapes import SHAPES, network_of, rows_of

shape = SHAPES[sys.argv[1]]
x, y = rows_of(shape)
if len(sys.argv) > 2:
    torch.set_num_threads(int(sys.argv[2]))


def run():
    torch.manual_seed(1)
    model, loss_fn = network_of(shape), nn.CrossEntropyLoss() if shape.classes else nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    for _ in range(shape.epochs):
        losses = []
        for rows, outcome in batches():
            loss = loss_fn(model(rows), outcome)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        last = torch.stack(losses).mean().item()
    return last


def batches():
    if shape.batch is None:
        return [(x, y)]
    return ((x[rows], y[rows]) for rows in torch.randperm(shape.rows).split(shape.batch))


def result(loss):
    return loss
