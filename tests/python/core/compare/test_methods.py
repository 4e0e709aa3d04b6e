import numpy as np
import pytest
import torch
from thermometer import rows

from nnfit.core import NNFitError
from nnfit.core.compare import methods
from nnfit.core.compare.asked import Asked
from nnfit.core.ground.tables import read_table


def test_every_row_of_the_table_is_a_method_but_for_rs_own():
    names = [row["name"] for row in read_table(methods.__file__, "methods")]
    assert names == ["qr", *methods.STEPS]
    assert list(methods.methods()) == list(methods.STEPS)


def test_options_are_fields_of_what_is_asked():
    fields = set(Asked._fields)
    for method in methods.methods().values():
        assert set(method.options) <= fields


@pytest.mark.parametrize("name", ["numeric", "analytic", "autograd", "sgd", "adam", "lbfgs"])
def test_every_method_arrives(name):
    made = rows()
    design, problem = made.seen(True)
    start = torch.from_numpy(made.start())
    track = methods.run(methods.method_of(name), problem, start, 0.2, 3000)
    np.testing.assert_allclose(design.back @ track.params.numpy(), made.target, rtol=1e-7)


def test_a_name_that_is_not_there_is_refused():
    with pytest.raises(NNFitError, match="`methods` has no 'sdg'. Did you mean"):
        methods.method_of("sdg")
