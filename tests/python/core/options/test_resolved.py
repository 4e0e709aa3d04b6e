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
        {"hidden_units": [8], "norm": [("layer_norm", {"eps": 1e-6})], "max_norm": 2.0},
        {
            "hidden_units": [8, 8],
            "norm": ["batch_norm", "identity"],
            "residual": True,
            "skip": True,
            "init": ("kaiming_normal", {"nonlinearity": "relu"}),
        },
        {"hidden_units": [8], "norm": "layer_norm", "init": "zeros"},
    ],
)
def test_options_survive_the_way_through_r(options):
    spec = resolved(**options)
    returned = {name: unboxed(value) for name, value in spec.plain().items()}
    assert resolved_again(returned) == spec


def test_a_fit_that_knew_none_of_the_branches_reads_as_before():
    spec = resolved(hidden_units=[8, 4])
    options = spec.plain()
    for name in ("norm", "residual", "skip", "init", "max_norm"):
        del options[name]
    assert resolved_again(options) == spec


def test_columns_are_shifted_where_a_bias_can_undo_it():
    assert resolved(hidden_units=2).centres_inputs
    assert not resolved(hidden_units=2, bias=[False, True]).centres_inputs
    assert resolved(hidden_units=2, bias=[True, False]).centres_inputs
    # of the skip connection only the output's can
    assert not resolved(hidden_units=2, bias=[True, False], skip=True).centres_inputs
    assert resolved(hidden_units=2, skip=True).centres_inputs


def test_a_fit_from_a_machine_with_cuda_can_be_used_without():
    options = {**resolved().plain(), "device": "cuda:7"}
    assert resolved_again(options).torch_device.type in ("cpu", "cuda")


def test_link_follows_the_loss_and_its_arguments():
    assert resolved(loss="poisson_nll").link == "log"
    assert resolved(loss=("poisson_nll", {"log_input": False})).link == "identity"


@pytest.mark.parametrize(
    ("loss", "likelihood"),
    [
        ("bce_with_logits", "bernoulli"),
        (("bce_with_logits", {"pos_weight": [3.0]}), None),
        (("bce_with_logits", {"weight": [3.0]}), None),
        (("cross_entropy", {"label_smoothing": 0.1}), None),
        (("poisson_nll", {"full": True}), "poisson"),
        ("huber", None),
    ],
    ids=str,
)
def test_arguments_that_reweigh_leave_no_likelihood(loss, likelihood):
    assert resolved(loss=loss, n_outputs=2).likelihood == likelihood
