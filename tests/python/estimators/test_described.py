import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn")

from nnfit.estimators import Classifier, Estimator, Regressor
from nnfit.estimators.described import described


class Base:
    """Base.

    Parameters
    ----------
    a : int
        Of both.

    Attributes
    ----------
    b : int
    """


def test_a_section_takes_that_of_the_base():
    @described(Base)
    class One:
        """One.

        Parameters
        ----------
        **shared

        Attributes
        ----------
        own : str
        **shared

        Notes
        -----
        None.
        """

    sections = One.__doc__.split("\n\n")
    assert sections[1] == "Parameters\n----------\na : int\n    Of both."
    assert sections[2] == "Attributes\n----------\nown : str\nb : int"
    assert sections[3].startswith("Notes")


def test_a_class_without_documentation_stays_without():
    class One:
        pass

    assert described(Base)(One).__doc__ is None


@pytest.mark.parametrize("estimator", [Regressor, Classifier, Estimator])
def test_both_estimators_are_described_in_full(estimator):
    text = estimator.__doc__
    assert "**" not in text
    for entry in (
        "hidden_units : ",
        "formula : ",
        "fit_ : Fit",
        "n_features_in_, feature_names_in",
    ):
        assert text.count(f"\n{entry}") == 1, entry
    assert ("classes_ : " in text) is (estimator is Classifier)
