"""What the kinds of devices can do."""

from __future__ import annotations

import torch

# by type, those whose tensors can not be of float64
NARROW = ("mps",)


def has_float64(device: torch.device) -> bool:
    """Tell whether a device has float64."""
    return device.type not in NARROW


def widest(device: torch.device) -> torch.dtype:
    """Give the widest floating dtype of a device."""
    return torch.float64 if has_float64(device) else torch.float32


def is_here(device: torch.device) -> bool:
    """Tell whether tensors can be made on a device."""
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, ImportError):
        return False
    return True


def on_host(tensor: torch.Tensor, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    """Copy a tensor to the CPU, where it is widened: its device may not know the dtype."""
    return tensor.detach().cpu().to(dtype)
