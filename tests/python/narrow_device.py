"""A stand-in for a device that has no float64: tensors on the CPU that say they are elsewhere."""

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_flatten, tree_map

MPS = torch.device("mps")


class NarrowDevice(TorchFunctionMode):
    """While it is entered, "mps" is a device; whatever makes a float64 there fails, as on a Mac.

    A tensor that is on it carries a mark, which what is computed from it inherits.
    """

    def __init__(self):
        super().__init__()
        self.marked = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if func is torch.device or getattr(func, "__name__", "") == "_parse_to":
            return func(*args, **kwargs)
        flat = tree_flatten((args, kwargs))[0]
        marked = any(_is_marked(value) for value in flat)
        name = getattr(func, "__name__", "")
        if func == torch.Tensor.device.__get__:
            return MPS if marked else func(*args)
        wide = [value for value in flat if _is_wide(value)]
        if marked and wide and not name.startswith("__"):
            raise TypeError("Cannot convert a MPS Tensor to float64 dtype")
        if marked and name == "numpy":
            raise TypeError("can't convert mps:0 device type tensor to numpy")
        if name == "cpu":
            return _unmarked(args[0])
        wanted = [torch.device(value) for value in flat if _names_device(value)]
        args, kwargs = tree_map(_here, (args, kwargs))
        if name == "to" and wanted and wanted[0].type == "cpu" and marked:
            raise AssertionError("a copy to the CPU that may widen before it is there")
        result = func(*args, **kwargs)
        if func == torch.Tensor.data.__set__ and marked:
            self._mark(args[0])
            return result
        if marked or any(device.type == "mps" for device in wanted):
            result = tree_map(self._mark, result)
        return result

    def _mark(self, value):
        if isinstance(value, torch.Tensor):
            if value.dtype == torch.float64:
                raise TypeError("Cannot convert a MPS Tensor to float64 dtype")
            value._elsewhere = True
            self.marked += 1
        return value


def _is_marked(value):
    return isinstance(value, torch.Tensor) and "_elsewhere" in value.__dict__


def _is_wide(value):
    is_tensor = isinstance(value, torch.Tensor) and not _is_marked(value)
    with torch._C.DisableTorchFunction():
        return is_tensor and value.dtype == torch.float64 and value.ndim > 0


def _unmarked(tensor):
    with torch._C.DisableTorchFunction():
        return tensor.detach().clone() if _is_marked(tensor) else tensor


def _names_device(value):
    return isinstance(value, torch.device) or (isinstance(value, str) and value in ("cpu", "mps"))


def _here(value):
    is_mps = isinstance(value, (torch.device, str)) and str(value) == "mps"
    return torch.device("cpu") if is_mps else value
