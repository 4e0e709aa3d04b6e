import warnings

import numpy as np
import pytest

from nnfit.core import NNFitError, NNFitWarning
from nnfit.core.data.codes import (
    check_codes,
    check_new_levels,
    coded,
    embed_terms,
    has_new,
    keep_codes,
    settle_embed,
)
from nnfit.core.data.frames import frame_of
from nnfit.core.data.powers import Powers
from nnfit.core.data.reading import as_features
from nnfit.core.data.scaling import measure
from nnfit.core.options.asked import Asked
from nnfit.core.options.embed import Embedded

pandas = pytest.importorskip("pandas")

ROWS = {
    "x": [1.0, 2.0, 3.0, 4.0],
    "size": pandas.Categorical(["m", "s", "m", "l"], categories=["s", "m", "l", "xl"]),
    "city": ["Rome", "Oslo", "Rome", "Bern"],
}


def frame(**changes):
    return pandas.DataFrame({**ROWS, **changes})


def settled(embed, rows=None):
    asked = Asked.of({"embed": embed, "hidden_units": 2})
    return settle_embed(frame() if rows is None else rows, asked).embedded


def test_levels_are_those_that_occur_in_the_order_of_categories_or_sorted():
    size, city = settled({"city": 3, "size": True})
    assert size == Embedded("size", 1, ("s", "m", "l"), 3)
    assert city == Embedded("city", 2, ("Bern", "Oslo", "Rome"), 3)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_frames_of_all_libraries_are_read(library):
    module = pytest.importorskip(library)
    rows = {name: list(values) for name, values in ROWS.items()}
    make = module.table if library == "pyarrow" else module.DataFrame
    given = make(rows)
    embedded = settled(["city", "size"], given)
    x = as_features(given, embedded=embedded)
    assert x.tolist() == [[1, 1, 2], [2, 2, 1], [3, 1, 2], [4, 0, 0]]


def test_by_the_rule_columns_of_more_than_a_dozen_levels():
    def lettered(number):
        return [chr(97 + place % number) for place in range(26)]

    rows = pandas.DataFrame({
        "x": np.arange(26.0), "many": lettered(13), "few": lettered(12),
        "sorts": pandas.Categorical(lettered(13), categories=list("abcdefghijklmnop")),
    })  # fmt: skip
    assert [(one.name, one.size, len(one.levels)) for one in settled(True, rows)] == [
        ("many", 7, 13), ("sorts", 7, 13)
    ]  # fmt: skip
    assert settled(True) == ()


@pytest.mark.parametrize(
    ("embed", "rows", "words"),
    [
        ("town", None, 'lacks: `town`. Choose one of "x", "size", "city"'),
        ("cit", None, 'Did you mean "city"'),
        ("x", None, '"x" is of float64. Make classes of it, as in x'),
        ("x", np.ones((3, 1)), "needs x as a data frame"),
        (True, np.ones((3, 1)), "needs x as a data frame"),
        ("city", pandas.DataFrame({"city": ["a", 3]}), '"city" is of object'),
        ("city", pandas.DataFrame({"city": [True, False]}), '"city" is of bool'),
    ],
)
def test_what_is_no_column_of_classes_is_refused(embed, rows, words):
    with pytest.raises(NNFitError) as caught:
        settled(embed, rows)
    assert caught.value.argument == "embed"
    assert words in str(caught.value)


def test_a_column_without_a_value_is_refused():
    with pytest.raises(NNFitError, match="no value in its column `city`"):
        settled("city", frame(city=[None] * 4))


def test_new_data_are_matched_by_label_whatever_they_are_stored_as():
    embedded = settled(["city", "size"])
    new = pandas.DataFrame({
        "city": pandas.Categorical(["Rome", "Bern"]), "size": ["l", "s"], "x": [0.0, 1.0]
    })  # fmt: skip
    x = as_features(new, names=("x", "size", "city"), embedded=embedded)
    assert x.tolist() == [[0, 2, 2], [1, 0, 0]]


def test_labels_of_numbers_are_matched_as_they_are_written():
    embedded = settled("hour", pandas.DataFrame({"hour": pandas.Categorical([9, 10, 9])}))
    assert embedded[0].levels == ("9", "10")
    again = pandas.DataFrame({"hour": ["10", "9"]})
    assert as_features(again, embedded=embedded).tolist() == [[1], [0]]


def test_levels_that_are_new_have_the_place_behind_all_and_are_named():
    embedded = settled("city")
    with pytest.warns(NNFitWarning) as caught:
        x = as_features(frame(city=["Rome", "Kiev", "Rome", "Bern"], size=1.0), embedded=embedded)
    assert x[:, 2].tolist() == [2, 3, 2, 0]
    (warning,) = caught
    assert warning.message.argument == "x"
    assert 'its column `city` that the model was not fitted on: "Kiev"' in str(warning.message)
    assert has_new(x, embedded).tolist() == [False, True, False, False]


def test_a_level_that_no_new_row_has_is_not_warned_of():
    new = pandas.DataFrame({"city": pandas.Categorical(["Oslo"], categories=["Kiev", "Oslo"])})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert as_features(new, embedded=settled("city", frame()[["city"]])).tolist() == [[1]]


def test_missing_values_and_numbers_are_refused():
    embedded = settled("city")
    with pytest.raises(NNFitError, match=r"missing or infinite value\(s\), in city \(1\)"):
        as_features(pandas.DataFrame({"city": ["Oslo", None]}), embedded=embedded)
    with pytest.raises(NNFitError, match="has float64 in its column `city`, which is one of cl"):
        as_features(pandas.DataFrame({"city": [1.0]}), embedded=embedded)


def test_an_array_can_not_be_matched_with_a_data_frame():
    with pytest.raises(NNFitError, match="must be a data frame: its classes are matched"):
        as_features(np.ones((2, 1)), names=("city",), embedded=settled("city"))


@pytest.mark.parametrize("wrong", [-1.0, 0.5, 4.0])
def test_of_arrays_positions_alone_are_taken(wrong):
    embedded = [Embedded("city", 1, ("a", "b", "c"), 2)]
    x = np.array([[0.0, 0.0], [0.0, 3.0]])
    check_codes(x, embedded, "x")
    with pytest.raises(NNFitError, match="whole numbers from 0 to 3"):
        check_codes(np.array([[0.0, wrong]]), embedded, "x")
    with pytest.raises(NNFitError, match="in its column 2"):
        check_codes(np.array([[0.0]]), embedded, "x")


def test_a_frame_without_embedded_columns_is_left_alone():
    given = frame_of(frame(), "x")
    assert coded(given, (), "x") is given


def test_positions_are_neither_scaled_nor_straightened():
    spec = Asked.of({
        "embed": [Embedded("a", 0, tuple("abc"), 2).plain()], "loss": "mse", "hidden_units": 2
    }).resolved(2, 1)  # fmt: skip
    x = np.array([[0.0, 1], [0, 2], [0, 9], [0, 90]])
    scaling = keep_codes(measure(x, None, 1, straighten=True), spec)
    assert (scaling.x_center[0], scaling.x_scale[0], scaling.powers.power[0]) == (0, 1, 1)
    assert scaling.powers.power[1] != 1
    assert not scaling.left_out.any()
    bent = scaling._replace(powers=Powers(*np.array([[0.0, 0], [1, 1], [0, 0]])))
    assert keep_codes(bent, spec).powers.power.tolist() == [1, 0]
    assert keep_codes(None, spec) is None


def test_terms_of_files_have_their_places_behind_those_of_dummy_columns():
    levels = {"size": ("l", "m", "s"), "city": ("Bern", "Oslo")}
    terms = [("size",), ("x",), ("size", "x"), ("city",)]
    (one,) = embed_terms({"city": 2}, terms, levels)
    assert one == Embedded("city", 5, ("Bern", "Oslo"), 2)
    assert embed_terms((), terms, levels) == []
    many = {"a": tuple("abcdefghijklm"), "b": tuple("abcdefghijklm")}
    (alone,) = embed_terms(True, [("a",), ("b",), ("b", "x")], many)
    assert (alone.name, alone.size) == ("a", 7)


@pytest.mark.parametrize(
    ("name", "words"),
    [("size", "is in a product of columns"), ("x", "columns of classes"), ("z", "columns of cla")],
)
def test_terms_that_can_not_be_embedded_are_refused(name, words):
    with pytest.raises(NNFitError, match=words) as caught:
        embed_terms({name: 2}, [("x",), ("size", "y"), ("size",)], {"size": ("l", "m")})
    assert caught.value.argument == "embed"


@pytest.mark.parametrize("wrong", ["median", None, 1, ["mean"]])
def test_ways_to_answer_new_levels(wrong):
    check_new_levels("mean")
    check_new_levels("missing")
    with pytest.raises(NNFitError, match='must be "mean" or "missing"'):
        check_new_levels(wrong)
