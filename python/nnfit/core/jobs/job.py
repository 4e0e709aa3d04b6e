"""What is to be trained, as a file: `job.json`, and beside it what no text holds."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from ... import __version__
from ..ground.archive import replace_file
from ..ground.errors import NNFitError, first_line
from ..ground.foreign import Unreadable
from ..saved.saved import load, save
from ..saved.tree import decode, encode

FORMAT = "nnfit job"
VERSION = 1
MODULE, START = ".module.pt", ".start.safetensors"  # behind the name of the file, beside it


def write_job(path: str, arguments: Mapping[str, Any]) -> None:
    """Write what `fit_design()` is to be called with.

    Parameters
    ----------
    path : str
        Such as "job.json". Files that are there are replaced.
    arguments : mapping
        By name: plain values, but for `model`, a module, and `start`, a fit.

    Raises
    ------
    NNFitError
        Where a module can not be written.
    OSError
    """
    model, start = arguments.get("model"), arguments.get("start")
    plain = {name: value for name, value in arguments.items() if name not in ("model", "start")}
    text = json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "written_by": f"nnfit {__version__}",
            "model": model is not None,
            "start": start is not None,
            "arguments": encode(_listed(plain), "job", {}),
        },
        ensure_ascii=False,
        allow_nan=False,
        indent=1,
    )
    if model is not None:
        _write_module(path + MODULE, model)
    if start is not None:
        save(start, path + START)
    replace_file(path, lambda file: file.write(text.encode("utf-8")))


def _listed(value: Any) -> Any:
    """Make lists of arrays, as text has no others."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {name: _listed(one) for name, one in value.items()}
    return [_listed(one) for one in value] if isinstance(value, (list, tuple)) else value


def _write_module(path: str, model: nn.Module) -> None:
    try:
        replace_file(path, lambda file: torch.save(model, file))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise NNFitError(
            "model",
            f"can not be given to other processes: {error}.",
            "Define its class in a module that they can import.",
        ) from error


def read_job(path: str) -> dict[str, Any]:
    """Read what `write_job()` wrote.

    Raises
    ------
    NNFitError
        If there is no such file, or it is another.
    """
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        _check(found)
        arguments: dict[str, Any] = {**decode(found["arguments"], {})}
        model, start = bool(found["model"]), bool(found["start"])
    except OSError as error:
        reason = f"can not be read: {path}: {error.strerror or error}."
        raise NNFitError("job", reason, "Write it by nn_job().") from error
    except (ValueError, TypeError, Unreadable) as error:
        raise NNFitError("job", f"is none: {path}: {error}.", "Write it by nn_job().") from error
    if model:
        arguments["model"] = _read_module(path + MODULE)
    if start:
        arguments["start"] = load(path + START)
    return arguments


def _check(found: Any) -> None:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError("it does not say that it is one")
    missing = {"version", "arguments", "model", "start"} - found.keys()
    if missing:
        raise ValueError(f"it lacks {sorted(missing)[0]}")
    if found["version"] != VERSION:
        raise ValueError(f"it is of version {found['version']}, and this is version {VERSION}")


def _read_module(path: str) -> nn.Module:
    # code, of whoever wrote the job: who runs it trusts them
    try:
        made: nn.Module = torch.load(path, weights_only=False)
    except Exception as error:  # of a cut file torch's own, of code whatever it raises
        raise NNFitError(
            "model",
            f"can not be read from {os.path.basename(path)}: {first_line(error)}",
            "Its class has to be in a module that every process can import.",
        ) from error
    return made
