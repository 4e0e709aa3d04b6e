import pytest

from nnfit.core.ground.tables import read_table
from nnfit.core.model import fit
from nnfit.core.options import catalog

TABLES = [(catalog, "catalog"), (catalog, "families"), (catalog, "options"), (fit, "fit_fields")]


def test_a_row_is_a_dict_of_the_texts_of_its_cells():
    relu = next(row for row in read_table(catalog.__file__, "catalog") if row["name"] == "relu")
    assert (relu["kind"], relu["torch"], relu["learn_rate"]) == ("activation", "ReLU", "")


@pytest.mark.parametrize(("beside", "table"), TABLES)
def test_no_row_has_more_or_fewer_cells_than_there_are_columns(beside, table):
    for row in read_table(beside.__file__, table):
        assert None not in row
        assert None not in row.values()
