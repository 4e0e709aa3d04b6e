import copy
import json
import pickle
import sys

import pytest

from nnfit.core import NNFitError
from nnfit.core.ground.shown import Shown, counted, written


class Heights(Shown):
    def _title(self):
        return counted(len(self["tree"]), "tree")

    def _table(self):
        return {"tree": self["tree"], "height": self["height"]}

    def _notes(self):
        return ["Measured by hand."]


@pytest.fixture
def heights():
    return Heights({"tree": ["oak", "elm"], "height": [30.25, 7], "by": "hand"})


SHOWN = """2 trees
  tree  height
  oak    30.25
  elm        7
Measured by hand.
Keys: tree, height, by. As a data frame: to_frame()"""


def test_it_shows_its_table(heights):
    assert repr(heights) == SHOWN


def test_long_tables_and_texts_are_cut():
    lines = written({"what": ["a" * 31] * 8, "size": [1e-9] * 8})
    assert len(lines) == 8
    assert lines[0] == "  what                             size"
    assert lines[1] == f"  {'a' * 27}...  1e-09"
    assert lines[-1] == "  ... 2 more"
    assert written({}) == []


def test_it_is_a_dict_in_all_else(heights):
    assert heights == {"tree": ["oak", "elm"], "height": [30.25, 7], "by": "hand"}
    assert json.loads(json.dumps(heights)) == heights
    assert type(dict(heights)) is dict


def test_copies_are_of_its_kind(heights):
    heights.place = "wood"
    copies = [copy.copy(heights), copy.deepcopy(heights), heights.copy()]
    for one in (*copies, pickle.loads(pickle.dumps(heights))):
        assert type(one) is Heights and one == heights and one.place == "wood"
        assert repr(one) == SHOWN


def test_what_lacks_a_key_is_shown_as_a_dict(heights):
    del heights["height"]
    assert repr(heights) == "{'tree': ['oak', 'elm'], 'by': 'hand'}"


def test_the_table_is_a_data_frame(heights):
    pytest.importorskip("pandas")
    frame = heights.to_frame()
    assert list(frame.columns) == ["tree", "height"]
    assert frame["height"].tolist() == [30.25, 7]


def test_pandas_is_asked_for_where_it_is_missing(heights, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(NNFitError, match=r"`to_frame\(\)` needs pandas.* Run: pip install pandas."):
        heights.to_frame()
    assert repr(heights) == SHOWN
