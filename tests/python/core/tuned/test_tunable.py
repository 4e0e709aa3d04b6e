"""The table of what may be searched."""

import pytest

from nnfit.core import NNFitError
from nnfit.core.options.rows import option_names, option_rows
from nnfit.core.tuned.space import Range, axis_of
from nnfit.core.tuned.tunable import tunable, tunable_rows


def test_all_are_options_of_training_and_numbers_are_numbers():
    for name, row in tunable_rows().items():
        assert name in option_names("training")
        numbers = ("number", "rate", "whole", "whole_or_inf", "wholes")
        assert (row.kind == "value") == (option_rows()[name].type not in numbers)


def test_the_usual_ranges_are_what_the_options_take():
    for name, row in tunable_rows().items():
        if row.lower is not None:
            axis = axis_of(name, Range())
            assert (axis.lower, axis.upper, axis.log) == (row.lower, row.upper, row.log)


def test_others_are_refused_by_name():
    with pytest.raises(NNFitError, match=r"`device` can not be searched for"):
        tunable("device")
    with pytest.raises(NNFitError, match=r"`penalt` is not an option. Did you mean"):
        tunable("penalt")
