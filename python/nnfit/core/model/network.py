"""Models: built from a spec or taken from the user, and their state as arrays."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.parameter import is_lazy

from ..data.batches import to_batch
from ..data.outcome import outcomes_in
from ..data.table import Table
from ..ground.errors import NNFitError, warn
from ..ground.memory import check_room
from ..options import catalog
from ..options.asked import Asked
from ..options.catalog import Named
from ..options.checks import DTYPES
from ..options.families import family
from ..options.resolved import Resolved
from . import initial
from .branches import MemberSkip, Residual, Skip, chained
from .embedding import NAME as EMBED
from .embedding import embeddings_for
from .frozen import freeze
from .member_norms import MemberNorm
from .members import Average, MemberLinear


def build(spec: Resolved, device: str = "cpu") -> nn.Sequential:
    """Build the network of a resolved spec with torch's own initial values.

    Parameters
    ----------
    spec : Resolved
        Resolved: its sizes are known.
    device : str, default "cpu"
        Where to draw the initial values: on the CPU, so that a seed means the same numbers
        everywhere. "meta" draws none.

    Returns
    -------
    nn.Sequential
        Maps (n, n_features) to (n, n_outputs); layers are named as torch names them: "0", "1"...,
        and "skip" is the linear map of the inputs that is added to the output's.
        Before them embedded columns are "embed".
        Of several members it gives the mean, and their parameters are zero: each is drawn, and
        trained, by itself.
    """
    sizes = (spec.n_inputs, *spec.hidden_units)
    first = embeddings_for(spec, device)
    layers: list[nn.Module] = []
    for number in range(len(spec.hidden_units)):
        layers += _hidden(spec, number, len(layers) + (first is not None), device)
    layers.append(_dense(spec, sizes[-1], spec.n_outputs, spec.bias[-1], device))
    if spec.members > 1:
        _check_members(layers)
    named: dict[str, nn.Module] = {} if first is None else {EMBED: first}
    named.update({str(place): layer for place, layer in enumerate(layers)})
    if spec.skip:
        named["skip"] = _skip(spec, device)
    ends: list[nn.Module] = [Average()] if spec.members > 1 else []
    output = spec.family.output
    ends += [_activation(spec, Named(output, {}), device)] if output else []
    named.update({str(place): layer for place, layer in enumerate(ends, len(layers))})
    network = chained(named)
    if device != "meta":
        initial.draw(network, spec.init)
    return network


def _hidden(spec: Resolved, number: int, place: int, device: str) -> list[nn.Module]:
    """Make the modules of a hidden layer, the first of which is at `place` in the chain."""
    inputs, outputs = (spec.n_inputs, *spec.hidden_units)[number : number + 2]
    activation = spec.activation[number]
    _check_parameters(activation, outputs)
    layers = [_dense(spec, inputs, outputs, spec.bias[number], device)]
    layers += [_norm(spec, norm, outputs, device) for norm in spec.norm[number : number + 1]
               if norm.name != "identity"]  # fmt: skip
    layers += [_activation(spec, activation, device)]
    layers += [nn.Dropout(spec.dropout)] if spec.dropout else []
    layers += [Residual(place)] if spec.residual and inputs == outputs else []
    return layers


def _norm(spec: Resolved, norm: Named, units: int, device: str) -> nn.Module:
    one: nn.Module = catalog.build("norm", norm, units, device=device, dtype=spec.torch_dtype)
    if spec.members > 1 and isinstance(one, (nn.LayerNorm, nn.BatchNorm1d)):
        return MemberNorm(one, spec.members)
    return one


def _skip(spec: Resolved, device: str) -> nn.Module:
    sizes = spec.n_inputs, spec.n_outputs
    skip = (
        MemberSkip(spec.members, *sizes, False, device, spec.torch_dtype)
        if spec.members > 1
        else Skip(*sizes, False, device, spec.torch_dtype)
    )
    if spec.embedded:  # behind these
        skip.start = 1
    return skip


def _check_members(layers: list[nn.Module]) -> None:
    """Refuse activations that train parameters, of which each member would need its own."""
    others = (layer for layer in layers if not isinstance(layer, (MemberLinear, MemberNorm)))
    if any(list(layer.parameters()) for layer in others):
        raise NNFitError(
            "members",
            "does not go with an activation that has parameters of its own.",
            "Leave it out, or choose another activation.",
        )


def _dense(spec: Resolved, inputs: int, outputs: int, bias: bool, device: str) -> nn.Module:
    if spec.members > 1:
        sizes = (spec.members, inputs, outputs)
        return MemberLinear(*sizes, bias, device=device, dtype=spec.torch_dtype)
    make = partial(nn.Linear, bias=bias, device=device, dtype=spec.torch_dtype)
    if inputs:
        return make(inputs, outputs)
    with warnings.catch_warnings():  # torch says that there is nothing to draw
        warnings.simplefilter("ignore", UserWarning)
        return make(inputs, outputs)


def _activation(spec: Resolved, activation: Named, device: str) -> nn.Module:
    return catalog.build("activation", activation).to(device, spec.torch_dtype)


def _check_parameters(activation: Named, units: int) -> None:
    number = activation.args.get("num_parameters", 1)
    if number not in (1, units):
        raise NNFitError(
            "activation",
            f'"{activation.name}" takes a `num_parameters` of 1, or of its layer\'s {units} units, '
            f"not {number}.",
        )


def module_dtype(module: nn.Module) -> str:
    """Name the dtype of a module's first floating parameter; "float32" where it has none."""
    floats = (p.dtype for p in module.parameters() if p.is_floating_point())
    return str(next(floats, torch.float32)).replace("torch.", "")


def check_module(module: Any) -> None:
    """Refuse what is not a module with something to train."""
    if not isinstance(module, nn.Module):
        raise NNFitError("model", f"must be a torch nn.Module, not {type(module).__name__}.")
    if not any(p.requires_grad for p in module.parameters()):
        raise NNFitError("model", "has no parameters to train.")
    for name, value in _tensors(module):
        if is_lazy(value):
            raise NNFitError(
                "model",
                f"has no values in {name} yet: a lazy layer waits for its first rows.",
                "Call it once on some rows like those of x, or name the layer's sizes.",
            )
        if value.is_complex():
            raise NNFitError(
                "model",
                f"has complex numbers in {name}, which would lose their imaginary parts.",
                "Give a module of real numbers.",
            )
    _check_state(module)
    if module_dtype(module) not in DTYPES:
        raise NNFitError("model", f"is of {module_dtype(module)}.", "Give it as module.float().")


def _tensors(module: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    yield from module.named_parameters()
    yield from module.named_buffers()


def _check_state(module: nn.Module) -> None:
    """Refuse state beside parameters and buffers (`get_extra_state()`), which no fit could keep.

    The best epoch, a replicate and a checkpoint put values back into the tensors that they are of.
    """
    known = {name for name, _ in module.named_parameters(remove_duplicate=False)}
    known.update(name for name, _ in module.named_buffers(remove_duplicate=False))
    for name in module.state_dict():
        if name not in known:
            raise NNFitError(
                "model",
                f"keeps {name} in its state, which is neither a parameter nor a buffer.",
                "Keep it as a tensor, by register_buffer().",
            )


def _check_values(module: nn.Module) -> None:
    """Refuse a module that training could not start from: without values, or not numbers."""
    for name, value in _tensors(module):
        if value.is_meta:
            raise NNFitError(
                "model",
                f'has no values in {name}: it is on device "meta".',
                'Make it on device "cpu", or call its to_empty() and draw initial values.',
            )
    for name, parameter in module.named_parameters():
        if not bool(torch.isfinite(parameter.detach()).all()):
            raise NNFitError(
                "model",
                f"has values in {name} that are missing or infinite.",
                "Draw its initial values again.",
            )


def check_output(module: nn.Module, x: torch.Tensor, n_outputs: int) -> None:
    """Try a module on a few rows, without touching its buffers or any generator.

    A missing or extra dimension must not reach a loss: it would broadcast, and train on nonsense.
    """
    module.eval()
    try:
        with torch.no_grad():
            output = module(x)
    except Exception as error:  # whatever the user's own forward() raises
        raise NNFitError(
            "model",
            f"cannot take x of shape {tuple(x.shape)}: {error}",
            "It is called with a tensor of rows alone.",
        ) from error
    if not isinstance(output, torch.Tensor):
        raise NNFitError(
            "model",
            f"gives an object of type {type(output).__name__}, not a tensor.",
            "Wrap it in a module whose forward() gives the tensor alone.",
        )
    if not output.is_floating_point():
        kind = str(output.dtype).replace("torch.", "")
        raise NNFitError(
            "model", f"gives numbers of {kind}.", "Let its forward() give floating-point numbers."
        )
    shape, wanted = tuple(output.shape), (len(x), n_outputs)
    if shape != wanted:
        raise NNFitError(
            "model", f"gives shape {shape} for {len(x)} rows, and y and loss need {wanted}."
        )


def spread(model: nn.Module | None, rows: Table, asked: Asked) -> tuple[Table, Asked]:
    """Repeat an outcome of one column for each output of the user's module, as torch's losses do.

    The user is warned of it, as by torch; what can not be tried here is refused by `make()`.
    """
    if model is None or rows.y.ndim != 2 or rows.y.shape[1] != 1 or asked.loss is None:
        return rows, asked
    loss = family(asked.loss.name)
    if loss.outcome != "numeric" or len(loss.heads_under(asked.loss.args)) > 1:
        return rows, asked
    dtype = getattr(torch, module_dtype(model))
    try:
        # what it may draw is not the user's to lose
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            output = _copy(model).cpu().eval()(torch.from_numpy(np.array(rows.x[:2])).to(dtype))
    except Exception:  # make() says what it is
        return rows, asked
    number = output.shape[-1] if isinstance(output, torch.Tensor) and output.ndim == 2 else 1
    if number == 1:
        return rows, asked
    warn(
        "y",
        f"has one column, and `model` gives {number}: each of them is trained to it.",
        "If that is not meant, give a column for each.",
    )
    y = np.repeat(rows.y, number, axis=1)
    return rows._replace(y=y), replace(asked, outcome_names=None)


def resolve(model: nn.Module | None, rows: Table, asked: Asked) -> Resolved:
    """Settle what depends on the sizes of the data (some rows tell) and on the user's module."""
    assert asked.loss is not None  # the outcome has settled it
    loss = family(asked.loss.name)
    n_outputs = outcomes_in(rows.y, asked.levels, loss) * len(loss.heads_under(asked.loss.args))
    dtype = None
    if model is not None:
        check_module(model)
        dtype = module_dtype(model)
    elif rows.x.shape[1] == 0:
        _check_intercept(asked)
    spec = asked.resolved(rows.x.shape[1], n_outputs, dtype)
    if model is None and spec.hidden_units:
        _check_size(spec)
    return spec


def _check_size(spec: Resolved) -> None:
    """Refuse a network that no memory holds: with its gradient and what an optimizer keeps."""
    sizes = (spec.n_inputs, *spec.hidden_units, spec.n_outputs)
    parameters = sum((inputs + 1) * outputs for inputs, outputs in zip(sizes, sizes[1:]))
    parameters += spec.skip * spec.n_inputs * spec.n_outputs
    vectors = sum(len(one.levels) * one.size for one in spec.embedded)
    largest = "embed" if vectors > parameters else "hidden_units"
    parameters = (parameters + vectors) * spec.members
    name = "members" if spec.members > 1 else largest
    check_room(name, f"{parameters:,} parameters", 3 * parameters, spec.torch_dtype.itemsize)


def _check_intercept(asked: Asked) -> None:
    """Refuse what an intercept alone can not be."""
    if asked.hidden_units:
        raise NNFitError(
            "hidden_units",
            "need columns to work on, and x has none.",
            "Leave them out: the model is its intercept alone.",
        )
    assert asked.loss is not None  # the outcome has settled it
    if family(asked.loss.name).relative:
        raise NNFitError(
            "x",
            f'has no columns, and a model under the loss "{asked.loss.name}" has no intercept.',
            "Give columns: nothing else could be trained.",
        )
    if not any(asked.bias):
        raise NNFitError(
            "bias", "must be True where x has no columns: nothing else could be trained."
        )


def make(model: nn.Module | None, rows: Table, spec: Resolved) -> nn.Module:
    """Build the network to train, or copy the user's, after trying it on some rows."""
    if model is None:
        built = build(spec)
        if spec.device != "cpu":  # even a move to where it is takes its time
            built.to(spec.torch_device)
        if spec.freeze and spec.members == 1:
            freeze(built, spec)
        return built
    _check_values(model)
    copied = _copy(model).to(spec.torch_device, spec.torch_dtype)
    check_output(copied, to_batch(rows.take(slice(2)), None, spec).x, spec.n_outputs)
    return copied.train()


def _copy(model: nn.Module) -> nn.Module:
    """Copy a user's module, which stays as it is."""
    try:
        return copy.deepcopy(model)
    except Exception as error:  # whatever a part of it raises
        raise NNFitError(
            "model",
            f"can not be copied by copy.deepcopy(): {error}",
            "For weight_norm() and spectral_norm(), take those in torch.nn.utils.parametrizations.",
        ) from error


def least_rows(model: nn.Module) -> int:
    """Say how many rows a step of training needs: batch normalisation compares rows."""
    normalises = any(isinstance(module, _BatchNorm) for module in model.modules())
    return 2 if normalises else 1


def redraw(network: nn.Module, spec: Resolved) -> None:
    """Give a network that was built here initial values anew; they are drawn on the CPU."""
    fresh = build(spec).state_dict()
    with torch.no_grad():
        for name, value in network.state_dict().items():
            value.copy_(fresh[name])


def layers(model: nn.Module) -> list[dict[str, Any]]:
    """Describe the leaf modules in order: name, layer as torch prints it, parameters."""
    return [
        {
            "name": name,
            "layer": repr(module),
            "parameters": sum(p.numel() for p in module.parameters(recurse=False)),
        }
        for name, module in model.named_modules()
        if not any(module.children())
    ]


def size_of(model: nn.Module) -> int:
    """Count the parameters."""
    return sum(parameter.numel() for parameter in model.parameters())


def state(model: nn.Module) -> dict[str, np.ndarray]:
    """Copy parameters and buffers to float64 arrays, which hold float32 exactly."""
    return {name: _copied(value) for name, value in model.state_dict().items()}


def _copied(value: torch.Tensor) -> np.ndarray:
    in_c_order = torch.contiguous_format
    if hasattr(value, "full_tensor"):  # several processes have a share of it each
        value = value.full_tensor()
    on_cpu = value.cpu()  # first: a device may not have float64
    return on_cpu.to(torch.float64, copy=True, memory_format=in_c_order).numpy()


def buffers(model: nn.Module, values: Mapping[str, Any]) -> list[str]:
    """Name the entries of a model's `state()` that no optimizer trains."""
    trained = {name for name, p in model.named_parameters() if p.requires_grad}
    return [name for name in values if name not in trained]


def load(model: nn.Module, values: Mapping[str, Any]) -> nn.Module:
    """Fill a model with what `state()` gave, perhaps by way of R, which drops dimensions.

    Raises
    ------
    NNFitError
        If names or sizes are another model's.
    """
    template = model.state_dict()
    if set(template) != set(values):
        different = sorted(set(template) ^ set(values))
        raise NNFitError("model", f"is not the one that was fitted: it differs in {different}.")
    loaded = {name: _as_tensor(name, values[name], template[name]) for name in template}
    model.load_state_dict(loaded, assign=True)
    return model


def _as_tensor(name: str, value: Any, like: torch.Tensor) -> torch.Tensor:
    # in C order, as it was: another layout takes another way through BLAS, to other last digits
    array = np.array(value, dtype=np.float64, order="C")
    if array.size != like.numel():
        raise NNFitError(
            "model", f"is not the one that was fitted: {name} has {like.numel()} values."
        )
    return torch.from_numpy(array.reshape(like.shape)).to(like.dtype)


def rebuild(spec: Resolved, values: Mapping[str, Any], module: Any = None) -> nn.Module:
    """Make the fitted model again, ready to predict.

    Parameters
    ----------
    spec : Resolved
        As resolved when it was fitted.
    values : mapping
        What `state()` gave.
    module : nn.Module, optional
        The user's own, where the fit came from one; copied, not changed.
    """
    if spec.own_model:
        if module is None:
            raise NNFitError(
                "model",
                "is needed: this fit came from a module of your own.",
                "Pass the module again.",
            )
        check_module(module)
    elif module is not None:
        raise NNFitError("model", "is not needed: this fit built its own.", "Leave it out.")
    blank = build(spec, "meta") if module is None else copy.deepcopy(module).to(spec.torch_dtype)
    return load(blank, values).eval()
