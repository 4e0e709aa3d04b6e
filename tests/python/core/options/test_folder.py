import os
from pathlib import Path

import pytest

from nnfit.core.ground.errors import NNFitError
from nnfit.core.options.checks import check
from nnfit.core.options.folder import Folder


def test_a_folder_is_a_path_that_stays_where_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert check("checkpoint", "here").path == str(tmp_path / "here")
    assert check("checkpoint", Path("/a/b")) == Folder("/a/b")
    assert check("checkpoint", "~/a").path == os.path.expanduser("~/a")
    assert check("checkpoint", None) is None
    assert check("checkpoint", Folder("/a", True)).drawn


@pytest.mark.parametrize("wrong", [1, "", " ", b"a", ["a"], True, "a\0b"])
def test_what_is_no_path_is_refused_by_name(wrong):
    with pytest.raises(NNFitError, match="`checkpoint` must be the path of a folder"):
        check("checkpoint", wrong)


@pytest.mark.skipif(os.name == "nt", reason="a directory that is used can not be removed there")
def test_a_path_from_a_directory_that_was_removed_is_refused(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(NNFitError, match="from the working directory, which does not exist"):
        check("checkpoint", "here")
    assert check("checkpoint", "/a/b") == Folder("/a/b")
