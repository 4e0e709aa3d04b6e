"""What torch leaves behind where parts of it are loaded that a fit needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

COMPILERS = "TORCHINDUCTOR_CACHE_DIR"  # torch's variable for the folder of its compiler


@contextmanager
def no_folder() -> Iterator[None]:
    """Leave no folder behind that torch makes for its compiler, which has no part here.

    It is made, empty, where the tracer is loaded first: torch names it in this variable.
    """
    known = os.environ.get(COMPILERS)
    try:
        yield
    finally:
        made = os.environ.get(COMPILERS)
        if made is not None and known is None:
            with suppress(OSError):  # it is not empty: somebody uses it
                os.rmdir(made)
            del os.environ[COMPILERS]
