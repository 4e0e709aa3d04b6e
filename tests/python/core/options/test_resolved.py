import pytest

from nnfit.core.options.asked import Asked, resolved_again


def resolved(n_features=3, n_outputs=1, **options):
    return Asked.of({"loss": "mse", **options}).resolved(n_features, n_outputs)


def unboxed(value):
    """What R hands back: a list of one element is a scalar."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"hidden_units": [8], "activation": ["tanh"], "dropout": 0.5, "stop_iter": 3},
        {"hidden_units": [8, 4], "activation": ["relu", ("elu", {"alpha": 0.5})]},
        {"hidden_units": [8], "activation": [("elu", {"alpha": 0.5})], "levels": ["a", "b"]},
    ],
)
def test_options_survive_the_way_through_r(options):
    spec = resolved(**options)
    returned = {name: unboxed(value) for name, value in spec.plain().items()}
    assert resolved_again(returned) == spec


def test_a_fit_from_a_machine_with_cuda_can_be_used_without():
    options = {**resolved().plain(), "device": "cuda:7"}
    assert resolved_again(options).torch_device.type in ("cpu", "cuda")


def test_link_follows_the_loss_and_its_arguments():
    assert resolved(loss="poisson_nll").link == "log"
    assert resolved(loss=("poisson_nll", {"log_input": False})).link == "identity"
