import inspect

from nnfit.core import fit
from nnfit.core.options.documented import documented
from nnfit.core.options.rows import option_names


def test_every_option_is_documented_once_in_the_tables_order():
    text = inspect.getdoc(fit)
    places = [text.index(f"\n{name} : ") for name in option_names("training")]
    assert places == sorted(places)
    assert all(text.count(f"\n{name} : ") == 1 for name in option_names("training"))
    assert "**options" not in text
    assert text.index("\nrestarts : ") < places[0]
    assert places[-1] < text.index("\nReturns\n-------\n")


def test_a_subclass_has_the_last_word_and_other_text_stays():
    class Base:
        """Options.

        Attributes
        ----------
        epochs : int
            Of the base.
        seed : int
        """

    class Options(Base):
        """More of them.

        Attributes
        ----------
        epochs : int
            Passes.
        """

    @documented(Options)
    def function(**options):
        """Do it.

        Parameters
        ----------
        x : array
        **options
            As given.

        Returns
        -------
        None
        """

    assert function.__doc__.split("----------\n")[1].split("\nReturns")[0] == (
        "x : array\nepochs : int\n    Passes.\nseed : int\n"
    )


def test_a_function_without_documentation_stays_without():
    def function(**options):
        pass

    assert documented(object)(function).__doc__ is None
