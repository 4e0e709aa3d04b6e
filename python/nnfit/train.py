"""The program that trains a job: `torchrun ... -m nnfit.train job.json --out model.safetensors`.

Started by torchrun, several processes train together, on one machine or many; started by itself
(`python -m nnfit.train job.json --out model.safetensors`), one process trains alone.

Parameters
----------
job
    A file that `nn_job()` wrote in R, or `nnfit.write_job()` in Python.
--out
    Where the fit is written, for `nn_load()` and `nnfit.load()`: by the process of rank 0 alone.
--checkpoint
    A folder where the fit is written down as it is trained. Where torchrun starts the processes
    again, or is started again, they go on from there. With several machines it has to be on a
    disk that all of them have, as any of them may get rank 0 then.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

PARENT = os.getppid()  # before torch is imported, which takes seconds


def main(arguments: list[str] | None = None) -> int:
    """Train a job, and give the status of the process."""
    asked = _parser().parse_args(arguments)
    from .core.elsewhere import train_job
    from .core.ground.errors import NNFitError
    from .core.ground.failures import ElsewhereError
    from .core.ground.parent import end_with_parent
    from .core.sharing import share_call

    if "TORCHELASTIC_RUN_ID" in os.environ:  # torchrun, when it is killed, leaves what it started
        end_with_parent(PARENT)
    try:
        if asked.call:
            share_call(asked.job, asked.call, asked.language, asked.out, asked.tell)
        else:
            train_job(asked.job, asked.out, asked.checkpoint, asked.tell)
    except (NNFitError, ElsewhereError) as error:
        print(f"nnfit: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> Any:
    parser = argparse.ArgumentParser(prog="nnfit.train", description="Train a job of nnfit's.")
    parser.add_argument("job", help="the file that says what is to be trained")
    parser.add_argument("--out", required=True, help="where the fit is written")
    parser.add_argument("--checkpoint", help="a folder to go on from after a crash")
    parser.add_argument("--tell", help=argparse.SUPPRESS)  # a folder for who waits for the fit
    parser.add_argument("--call", help=argparse.SUPPRESS)  # of a session, which is shared
    parser.add_argument("--language", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Without Python's own end: a thread of gloo's may let go of a tensor in the middle of it, and
    # the process would be aborted (with torch 2.13, one in ten that have gathered objects).
    os._exit(status)
