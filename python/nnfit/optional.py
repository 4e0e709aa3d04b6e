"""Packages that an extra brings, such as scikit-learn: imported when they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def needed(module: str, package: str, extra: str, what: str) -> Any:
    """Import a package of an extra, or say how to get it.

    Parameters
    ----------
    module : str
        What is imported, such as "sklearn.base".
    package : str
        Its name in the package index.
    extra : str
        Of nnfit, that asks for it.
    what : str
        What it is needed for, as the beginning of a sentence.

    Raises
    ------
    ImportError
        Naming the command that installs it, if it is missing or does not work.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise ImportError(
            f'{what} needs {package}. Run: pip install "nnfit[{extra}]". '
            f"It says: {type(error).__name__}: {error}"
        ) from error
