import pytest

from nnfit.core import NNFitError
from nnfit.core.ground.renamed import renamed


def test_an_error_names_what_the_caller_knows():
    with pytest.raises(NNFitError, match="^`data` is wrong. Mend it.$"), renamed({"x": "data"}):
        raise NNFitError("x", "is wrong.", "Mend it.")


def test_other_names_stay():
    with pytest.raises(NNFitError, match="^`metric` is wrong.$"), renamed({"x": "data"}):
        raise NNFitError("metric", "is wrong.")
