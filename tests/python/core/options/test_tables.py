from nnfit.core.options.tables import rows_of


def test_a_row_is_a_dict_of_the_texts_of_its_cells():
    relu = next(row for row in rows_of("catalog") if row["name"] == "relu")
    assert (relu["kind"], relu["torch"], relu["learn_rate"]) == ("activation", "ReLU", "")


def test_no_row_has_more_or_fewer_cells_than_there_are_columns():
    for table in ("catalog", "families"):
        for row in rows_of(table):
            assert None not in row
            assert None not in row.values()
