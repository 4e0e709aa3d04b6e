"""Operations on a GPU, launched all at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from ..base import Op


def on_cuda(tensor: torch.Tensor) -> bool:
    """Tell whether a tensor lies on an NVIDIA (or AMD) GPU."""
    return tensor.device.type == "cuda"


def record(ops: Sequence[Op], trial: Sequence[Op]) -> Callable[[], Any]:
    """Record operations as a CUDA graph; give what replays them.

    On small data a GPU waits for the launch of each operation most of the time; a graph is
    launched as one. See https://pytorch.org/docs/stable/notes/cuda.html#cuda-graphs.

    Parameters
    ----------
    ops : sequence of Op
        On tensors that stay where they are.
    trial : sequence of Op
        Run once before, so that libraries set themselves up outside of the recording; they
        must do no harm.
    """
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for op in trial:
            op()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for op in ops:
            op()
    return graph.replay
