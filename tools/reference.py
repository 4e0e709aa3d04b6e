"""python tools/reference.py FOLDER: the pages of the Python package's functions, by pdoc."""

import sys
from pathlib import Path

import pdoc

import nnfit
from nnfit import core, estimators, formulas, pictures

MODULES = (nnfit, core, estimators, formulas, pictures)


def write(folder):
    """Write a page for each module: what it gives, without what it is made of."""
    nnfit.__all__ = sorted(nnfit.PUBLIC)  # pdoc would not ask for what is given when asked for
    pdoc.render.configure(docformat="numpy", show_source=False, footer_text="nnfit")
    pdoc.pdoc(*(module.__name__ for module in MODULES), output_directory=Path(folder))


if __name__ == "__main__":
    write(sys.argv[1])
