import errno
import os
import time
import warnings

import numpy as np
import pytest
import torch
from resume import Cut, different, in_pieces, writing_always

from nnfit.core import NNFitError, NNFitWarning, fit
from nnfit.core.ground import archive
from nnfit.core.training import checkpoint
from nnfit.core.training.checkpoint import FILE, LOCK

X = np.random.default_rng(1).normal(size=(30, 2))
Y = X[:, 0] - X[:, 1]


def train(folder, x=X, y=Y, **options):
    given = {"hidden_units": [3], "epochs": 8, "optimizer": "adam", "seed": 1, **options}
    return fit(x, y, checkpoint=folder, **given)


@pytest.fixture
def cut_short(tmp_path, monkeypatch):
    """Give a folder with the checkpoint of a call that was cut short."""
    with writing_always(monkeypatch, 3), pytest.raises(Cut):
        train(tmp_path)
    return tmp_path


def test_a_call_that_is_done_leaves_nothing_and_one_cut_short_its_file(cut_short):
    assert os.listdir(cut_short) == [FILE]
    train(cut_short)
    assert os.listdir(cut_short) == []


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("epochs: 8 there, and 9 here", {"epochs": 9}),
        ("seed: 1 there, and 2 here", {"seed": 2}),
        ("x", {"x": X + 1}),
        ("y", {"y": Y + 1}),
        ("weights", {"weights": np.arange(30) + 1.0}),
        ("validation", {"validation": (X, Y)}),
        ("bootstrap: 0 there, and 2 here", {"bootstrap": 2}),
        ("restarts", {"restarts": 2}),
        ("callback", {"callback": print}),
        ("optimizer", {"optimizer": "sgd"}),
    ],
)
def test_another_call_is_refused_by_what_differs(cut_short, name, given):
    before = (cut_short / FILE).read_bytes()
    with pytest.raises(NNFitError, match=f"another call, which differs in {name}") as caught:
        train(cut_short, **given)
    assert caught.value.argument == "checkpoint"
    assert (cut_short / FILE).read_bytes() == before
    assert os.listdir(cut_short) == [FILE]


def test_another_start_is_another_call(tmp_path, monkeypatch):
    first, second = (fit(X, Y, hidden_units=[3], epochs=2, seed=one) for one in (1, 2))
    with writing_always(monkeypatch, 3), pytest.raises(Cut):
        train(tmp_path, start=first)
    with pytest.raises(NNFitError, match="differs in start"):
        train(tmp_path, start=second)
    assert different(train(tmp_path, start=first), train(None, start=first)) is None


def test_other_versions_are_refused(cut_short, monkeypatch):
    monkeypatch.setattr(torch, "__version__", "9.9")
    with pytest.raises(NNFitError, match=r"differs in torch's version: .* there, and 9.9 here"):
        train(cut_short)


@pytest.mark.parametrize("content", [b"", b"PK", b"no checkpoint"])
def test_a_file_that_can_not_be_read_is_refused_and_left(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(NNFitError, match="`checkpoint` has a file that can not be read"):
        train(tmp_path)
    assert (tmp_path / FILE).read_bytes() == content
    assert not (tmp_path / LOCK).exists()


def test_values_of_other_sizes_are_refused(cut_short):
    path = str(cut_short / FILE)
    found = archive.read(path)
    found["at"]["values"][0] = torch.zeros(1)
    archive.write(path, found)
    with pytest.raises(NNFitError, match="can not be read"):
        train(cut_short)


def test_a_folder_in_use_is_refused(tmp_path):
    said = []

    def second(state):
        with pytest.raises(NNFitError, match="another fit is writing to") as caught:
            train(tmp_path)
        said.append(caught.value.argument)

    train(tmp_path, callback=(second, {"every": 4}))
    assert said == ["checkpoint", "checkpoint"]


def test_a_fit_within_a_callback_is_no_part_of_the_call(tmp_path, monkeypatch):
    def inner(state):
        fit(X, Y, hidden_units=[2], epochs=2, seed=5)

    whole = train(None, callback=(inner, {"every": 2}))
    pieces, cuts = in_pieces(monkeypatch, lambda: train(tmp_path, callback=(inner, {"every": 2})))
    assert cuts == 8 and different(whole, pieces) is None


def test_a_folder_that_can_not_be_made_is_refused_before_training(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NNFitError, match="`checkpoint` can not be written to"):
        train(tmp_path / "file")


def fill_disk(monkeypatch, after):
    real, calls = archive.write, []

    def write(path, value):
        calls.append(path)
        if len(calls) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, value)

    monkeypatch.setattr(archive, "write", write)
    monkeypatch.setattr(checkpoint, "EVERY", 0.0)
    monkeypatch.setattr(checkpoint, "SPARING", 0.0)


def test_a_full_disk_is_an_error_before_training_and_a_warning_in_it(tmp_path, monkeypatch):
    whole = train(None)
    with monkeypatch.context() as patch:
        fill_disk(patch, 0)
        with pytest.raises(NNFitError, match="No space left on device"):
            train(tmp_path)
    with monkeypatch.context() as patch:
        fill_disk(patch, 3)
        with pytest.warns(NNFitWarning, match="could not be written .* No space left") as caught:
            kept = train(tmp_path)
    assert len(caught) == 1
    assert different(whole, kept) is None
    assert os.listdir(tmp_path) == []


def test_what_was_written_before_the_disk_was_full_is_still_good(tmp_path, monkeypatch):
    def stop(state):
        if state["epoch"] == 6:
            raise Cut

    with monkeypatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore", NNFitWarning)
        fill_disk(patch, 3)
        with pytest.raises(Cut):
            train(tmp_path, callback=(stop, {"every": 1}))
    going = []
    again = train(tmp_path, callback=(lambda state: going.append(state["epoch"]), {"every": 1}))
    assert going[0] == 3
    assert different(again, train(None)) is None


def test_the_generator_goes_on_where_one_call_would_have_left_it(tmp_path, monkeypatch):
    def call(folder):
        torch.manual_seed(3)
        train(folder, seed=None, dropout=0.3)
        return torch.rand(3)

    whole = call(None)
    pieces, _ = in_pieces(monkeypatch, lambda: call(tmp_path))
    assert torch.equal(whole, pieces)


def test_without_a_seed_the_first_call_governs(tmp_path, monkeypatch):
    torch.manual_seed(3)
    whole = train(None, seed=None, dropout=0.3)
    torch.manual_seed(3)
    with writing_always(monkeypatch, 3), pytest.raises(Cut):
        train(tmp_path, seed=None, dropout=0.3)
    torch.manual_seed(77)
    assert different(whole, train(tmp_path, seed=None, dropout=0.3)) is None


def test_it_is_written_by_the_clock_and_sparingly(tmp_path, monkeypatch):
    keeper = checkpoint.Keeper(checkpoint.Folder(str(tmp_path)), 1)
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    keeper._wait(0.0)
    assert keeper.due == 105.0 and not keeper.is_due
    keeper._wait(1.0)
    assert keeper.due == 160.0
    now[0] = 160.0
    assert keeper.is_due
    keeper.close(True)


def test_an_accelerator_is_refused(tmp_path):
    keeper = checkpoint.Keeper(checkpoint.Folder(str(tmp_path)), 1)

    class Spec:
        device = "cuda"

    with pytest.raises(NNFitError, match="is for training on the CPU"):
        keeper.settle(Spec(), dict)
    keeper.close(False)
