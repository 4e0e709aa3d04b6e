import json

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import fit
from nnfit.core.ground.errors import NNFitError
from nnfit.core.jobs.job import MODULE, START, read_job, write_job

ARGUMENTS = {"path": "data/é", "design": {"terms": [["a"]], "level": None}, "epochs": 3,
             "learn_rate": 0.1 + 0.2, "hidden_units": (4, 2), "shuffle": True}  # fmt: skip


class Own(nn.Linear):
    """A module of a user's, in a module that others can import."""


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "job.json")


def test_what_is_written_is_read(path):
    write_job(path, {**ARGUMENTS, "model": None, "start": None})
    assert read_job(path) == {**ARGUMENTS, "hidden_units": [4, 2]}


def test_arrays_are_lists(path):
    write_job(path, {"a": np.arange(3), "b": {"c": np.float64(0.1), "d": [np.array([[1.5]])]}})
    assert read_job(path) == {"a": [0, 1, 2], "b": {"c": 0.1, "d": [[[1.5]]]}}


def test_it_says_what_it_is_in_text(path):
    write_job(path, ARGUMENTS)
    with open(path, encoding="utf-8") as file:
        said = json.load(file)
    assert (said["format"], said["version"]) == ("nnfit job", 1)
    assert (said["model"], said["start"]) == (False, False)


def test_a_module_and_a_start_lie_beside_it(path):
    start = fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 3.0])
    write_job(path, {**ARGUMENTS, "model": Own(2, 1), "start": start})
    found = read_job(path)
    assert isinstance(found["model"], Own)
    assert found["start"]["parameters"].keys() == start["parameters"].keys()
    write_job(path, ARGUMENTS)  # what lies there is of the job before
    assert not {"model", "start"} & read_job(path).keys()


def test_a_module_that_others_can_not_import_is_refused(path):
    class Local(nn.Linear):
        """Which has no name elsewhere."""

    with pytest.raises(NNFitError, match="`model` can not be given to other processes: .*Local"):
        write_job(path, {**ARGUMENTS, "model": Local(2, 1)})
    model = nn.Linear(2, 1)
    model.own = lambda x: x
    with pytest.raises(NNFitError, match="`model` can not be given .*module that they can import"):
        write_job(path, {**ARGUMENTS, "model": model})


def changed(path, change):
    with open(path, encoding="utf-8") as file:
        said = json.load(file)
    change(said)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(said, file)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda job: job.update(format="else"), "it does not say that it is one"),
        (lambda job: job.update(version=2), "it is of version 2, and this is version 1"),
        (lambda job: job.pop("version"), "it lacks version"),
        (lambda job: job.pop("model"), "it lacks model"),
        (lambda job: job.pop("arguments"), "it lacks arguments"),
        (lambda job: job.update(arguments=3), "not a mapping"),
    ],
)
def test_another_file_is_refused(path, change, said):
    write_job(path, ARGUMENTS)
    changed(path, change)
    with pytest.raises(NNFitError, match=f"`job` is none: .*job.json: .*{said}"):
        read_job(path)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b'"a"', b"\xff\xfe", b"{"])
def test_what_is_no_job_is_refused(path, content):
    with open(path, "wb") as file:
        file.write(content)
    with pytest.raises(NNFitError, match="`job` is none: .*Write it by nn_job"):
        read_job(path)


def test_a_job_that_was_cut_is_refused_wherever(path):
    write_job(path, ARGUMENTS)
    with open(path, "rb") as file:
        content = file.read()
    for length in range(0, len(content) - 1, 7):
        with open(path, "wb") as file:
            file.write(content[:length])
        with pytest.raises(NNFitError, match="`job` is none"):
            read_job(path)


def test_files_that_are_not_there_are_named(path, tmp_path):
    with pytest.raises(NNFitError, match="`job` can not be read: .*none.json: No such file"):
        read_job(str(tmp_path / "none.json"))
    start = fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 3.0])
    for what, name in (("model", MODULE), ("start", START)):
        write_job(path, {**ARGUMENTS, "model": Own(2, 1), "start": start})
        (tmp_path / f"job.json{name}").unlink()
        with pytest.raises(NNFitError, match=rf"(`{what}`|`path`) can not be read.*{name}"):
            read_job(path)


def test_a_module_that_was_cut_or_whose_class_is_gone_is_refused(path, tmp_path, monkeypatch):
    write_job(path, {**ARGUMENTS, "model": Own(2, 1)})
    content = (tmp_path / f"job.json{MODULE}").read_bytes()
    monkeypatch.delitem(globals(), "Own")
    with pytest.raises(NNFitError, match="`model` can not be read from job.json.module.pt: .*Own"):
        read_job(path)
    for length in (0, 10, len(content) // 2):
        (tmp_path / f"job.json{MODULE}").write_bytes(content[:length])
        with pytest.raises(NNFitError, match="`model` can not be read from job.json.module.pt"):
            read_job(path)


def test_numbers_come_back_in_every_bit(path):
    numbers = [0.1, 1e-300, 1 / 3, 2.0**60, float(torch.tensor(0.1))]
    write_job(path, {"a": numbers})
    assert read_job(path)["a"] == numbers
