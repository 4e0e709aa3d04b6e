import pytest
from torch import nn

from nnfit.core.data.design import Design
from nnfit.core.files_fit import FilesCall, asked_of, job_arguments
from nnfit.core.ground.errors import NNFitError
from nnfit.core.options.asked import Asked
from nnfit.core.options.folder import Folder


@pytest.fixture
def design():
    return Design.of_columns(["a"], ["y"], {}, None, [], [])


@pytest.fixture
def call(design):
    return FilesCall("data", design, nn.Linear(1, 1), 0.2, True, None, True)


def test_parameters_are_shared_out_of_a_model_of_ones_own_alone(call):
    call.check(Asked(), None)
    call._replace(model=None, fully_shard=False).check(Asked(), Folder("there"))
    with pytest.raises(NNFitError, match="`fully_shard` is for a `model` of your own"):
        call._replace(model=None).check(Asked(), None)
    with pytest.raises(NNFitError, match="`checkpoint` does not go with `fully_shard`"):
        call.check(Asked(), Folder("there"))
    with pytest.raises(NNFitError, match="`learn_rate` does not go with `fully_shard`"):
        call.check(Asked(learn_rate="find"), None)


def test_a_job_has_all_of_a_call_and_a_seed(call, design):
    arguments = job_arguments(Asked(epochs=3, seed=4), call, None)
    assert arguments.items() >= {
        "path": "data", "validation": 0.2, "shuffle": True, "shuffle_buffer": None,
        "fully_shard": True, "epochs": 3, "seed": 4, "start": None,
    }.items()  # fmt: skip
    assert Design.of(arguments["design"]) == design
    assert arguments["model"] is call.model
    drawn = {job_arguments(Asked(), call, None)["seed"] for _ in range(3)}
    assert len(drawn) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"members": 3, "hidden_units": [2]}, "`members` needs the rows in memory"),
        ({"loss": "cox"}, '`loss` "cox" compares rows with all others'),
        ({"loss": lambda truth, prediction: 0.0}, "`loss` is a function, which needs the rows"),
        ({"embed": True, "hidden_units": [2]}, "`embed` must be settled as the design is"),
    ],
)
def test_options_that_files_do_not_have_are_refused(design, options, message):
    assert asked_of({"epochs": 3}, design, False).epochs == 3
    with pytest.raises(NNFitError, match=message):
        asked_of(options, design, False)
