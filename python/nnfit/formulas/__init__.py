"""Formulas such as "mpg ~ wt + C(cyl)", by formulaic. Needs the extra `nnfit[formula]`.

formulaic makes the columns of the rows to train on. What it has made of them (levels, contrasts,
knots) goes into the fit as numbers, as that of R's formulas does, so that a fit predicts for data
frames, is pickled and is saved without formulaic, and nothing in a file is run.
"""

from .fitted import fit_formula as fit_formula
from .searched import tune_formula as tune_formula

__all__ = ["fit_formula", "tune_formula"]
