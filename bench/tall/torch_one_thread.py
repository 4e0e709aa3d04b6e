import torch

from torch_loop import result, run  # noqa: F401

torch.set_num_threads(1)
