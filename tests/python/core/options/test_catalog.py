import inspect

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnfit.core.ground.errors import NNFitError
from nnfit.core.model.cox import JOINT_LOSSES
from nnfit.core.model.own_losses import OWN_LOSSES
from nnfit.core.options import catalog
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import Named

LEFT_OUT = {
    "activation": {
        "GLU": "halves the number of columns",
        "MultiheadAttention": "takes three inputs",
        "Softmax2d": "takes images",
    },
    "loss": {
        "CTCLoss": "takes sequences and their lengths",
        "CosineEmbeddingLoss": "takes two inputs",
        "GaussianNLLLoss": "takes a variance beside the prediction: gaussian_nll is a loss of ours",
        "HingeEmbeddingLoss": "takes distances, not predictions",
        "KLDivLoss": "takes distributions as outcome",
        "LinearCrossEntropyLoss": "holds the last layer itself",
        "MarginRankingLoss": "takes two inputs",
        "MultiLabelMarginLoss": "takes sets of classes as outcome",
        "MultiLabelSoftMarginLoss": "takes sets of classes as outcome",
        "NLLLoss2d": "torch's old name of NLLLoss",
        "TripletMarginLoss": "takes three inputs",
        "TripletMarginWithDistanceLoss": "takes three inputs",
    },
    "norm": {
        "BatchNorm2d": "takes images",
        "BatchNorm3d": "takes volumes",
        "SyncBatchNorm": "is for several processes",
        "LazyBatchNorm1d": "waits for its first rows",
        "LazyBatchNorm2d": "waits for its first rows",
        "LazyBatchNorm3d": "waits for its first rows",
    },
    "optimizer": {
        "Muon": "takes matrices only, so no biases",
        "SparseAdam": "takes sparse gradients only",
    },
    "schedule": {
        "ChainedScheduler": "is put together from several",
        "ConstantLR": "is a step that ends: multi_step",
        "CyclicLR": "has a lowest and a highest step size, where learn_rate is one",
        "LambdaLR": "takes a function",
        "LRScheduler": "is what the others have in common",
        "MultiplicativeLR": "takes a function",
        "SequentialLR": "is put together from several",
    },
}

TORCH = {
    "activation": torch.nn.modules.activation,
    "loss": torch.nn.modules.loss,
    "norm": torch.nn.modules.batchnorm,
    "optimizer": torch.optim,
    "schedule": torch.optim.lr_scheduler,
}
BASES = {"optimizer": torch.optim.Optimizer, "schedule": torch.optim.lr_scheduler.LRScheduler}


def torch_classes(kind):
    base = BASES.get(kind, torch.nn.Module)
    return {
        name
        for name, value in vars(TORCH[kind]).items()
        if inspect.isclass(value)
        and issubclass(value, base)
        and value.__module__.startswith(TORCH[kind].__name__)
        and not name.startswith("_")
        and value is not torch.optim.Optimizer
    }


@pytest.mark.parametrize("kind", TORCH)
def test_everything_in_torch_is_in_the_catalog_or_left_out_for_a_reason(kind):
    known = {entry.torch for entry in catalog.entries() if entry.kind == kind}
    assert torch_classes(kind) - known - set(LEFT_OUT[kind]) == set()


def test_every_function_that_fills_a_matrix_is_in_the_catalog():
    functions = {name for name in vars(torch.nn.init) if name.endswith("_") and name[0] != "_"}
    assert functions - {entry.torch for entry in catalog.entries()} == {"dirac_"}  # convolutions


OWN = {
    "fisher_scoring",
    "levenberg_marquardt",
    "interior_point",
}  # optimizers that torch does not have


def test_what_is_not_torchs_is_ours():
    own = {entry.name for entry in catalog.entries() if entry.torch is None}
    assert own == OWN | set(OWN_LOSSES) | set(JOINT_LOSSES)


@pytest.mark.parametrize(
    "entry", [e for e in catalog.entries() if e.torch], ids=lambda entry: entry.name
)
def test_every_entry_of_torch_is_there_and_complete(entry):
    assert inspect.isclass(catalog.torch_class(entry)) == (entry.kind != "init")
    if entry.kind == "optimizer":
        assert entry.learn_rate > 0
        signature = inspect.signature(catalog.torch_class(entry)).parameters
        assert entry.momentum == ("momentum" in signature)
        assert entry.weight_decay == ("weight_decay" in signature)
        assert entry.full_batch == (entry.name == "lbfgs")


@pytest.mark.parametrize(
    ("kind", "spellings"),
    [
        ("activation", ["leaky_relu", "LeakyReLU", "leaky-relu", "Leaky ReLU", "leaky.relu"]),
        ("loss", ["cross_entropy", "CrossEntropyLoss", "CrossEntropy", "cross entropy loss"]),
        ("loss", ["nll", "NLLLoss", "NLL", "nll_loss"]),
        ("loss", ["gaussian_nll", "GaussianNLLLoss", "gaussian NLL"]),
        ("loss", ["negative_binomial_nll", "Negative Binomial NLL"]),
        ("optimizer", ["rmsprop", "RMSprop", "RMS prop"]),
        ("init", ["xavier_uniform", "xavier_uniform_", "XavierUniform"]),
        ("norm", ["batch_norm", "BatchNorm1d", "BatchNorm"]),
    ],
)
def test_spellings_of_one_name(kind, spellings):
    assert len({catalog.lookup(kind, spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize("name", ["relu!", "re/lu", "relu_loss", "r\u00e9lu", "", "__"])
def test_other_characters_make_another_name(name):
    with pytest.raises(NNFitError, match="not known"):
        catalog.lookup("activation", name)


@given(st.sampled_from(catalog.entries()), st.sampled_from("_-. "), st.booleans())
def test_separators_and_case_never_matter(entry, separator, upper):
    name = entry.name.replace("_", separator)
    assert catalog.lookup(entry.kind, name.upper() if upper else name) == entry


def test_unknown_name_offers_the_nearest():
    with pytest.raises(NNFitError, match='Did you mean "relu"') as caught:
        catalog.lookup("activation", "rellu")
    assert caught.value.argument == "activation"


def test_name_with_arguments():
    assert catalog.parse("optimizer", ("SGD", {"nesterov": True})) == Named(
        "sgd", {"nesterov": True}
    )
    assert catalog.parse("optimizer", ["sgd", []]) == Named("sgd", {})  # R's empty list


def test_plain_form_is_what_a_user_may_write():
    for value in ("sgd", ["sgd", {"nesterov": True}]):
        assert catalog.parse("optimizer", value).plain() == value


@pytest.mark.parametrize("value", [3, ("sgd", "nesterov"), ["a", "b", "c"], {}])
def test_something_else_than_a_name_is_refused(value):
    with pytest.raises(NNFitError, match="must be a name"):
        catalog.parse("optimizer", value)


@pytest.mark.parametrize(
    ("kind", "value", "near"),
    [
        ("optimizer", ("sgd", {"nestrov": True}), "nesterov"),
        ("loss", ("negative_binomial_nll", {"dispersal": 1}), "dispersion"),
        ("loss", ("cross_entropy", {"label_smooting": 0.1}), "label_smoothing"),
    ],
)
def test_unknown_argument_offers_the_nearest(kind, value, near):
    with pytest.raises(NNFitError, match=f'Did you mean "{near}"'):
        catalog.parse(kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "ours"),
    [
        ("optimizer", ("sgd", {"lr": 0.1}), "learn_rate"),
        ("optimizer", ("sgd", {"momentum": 0.9}), "momentum"),
        ("optimizer", ("adam", {"weight_decay": 0.1}), "penalty"),
        ("loss", ("mse", {"reduction": "sum"}), "reduction"),
        ("loss", ("gamma_nll", {"reduction": "sum"}), "reduction"),
        ("loss", ("nll", {"ignore_index": 0}), "weights"),
    ],
)
def test_arguments_that_have_a_name_of_ours_point_to_it(kind, value, ours):
    with pytest.raises(NNFitError, match=f"`{ours}` instead"):
        catalog.parse(kind, value)


def test_whole_floats_and_lists_become_what_torch_wants():
    prelu = catalog.build(
        "activation", catalog.parse("activation", ("prelu", {"num_parameters": 3.0}))
    )
    assert prelu.weight.shape == (3,)
    loss = catalog.build("loss", Named("cross_entropy", {"weight": [1.0, 2.0]}))
    assert loss.weight.tolist() == [1.0, 2.0]
    one = catalog.parse("loss", ("bce_with_logits", {"pos_weight": 3}))
    assert catalog.build("loss", one).pos_weight.tolist() == [3.0]


def test_an_activation_never_overwrites_its_input():
    assert not catalog.build(
        "activation", catalog.parse("activation", ("relu", {"inplace": True}))
    ).inplace


def test_torchs_own_objects_stand_for_names():
    for value, expected in (
        (torch.nn.ReLU, Named("relu", {})),
        (torch.nn.LeakyReLU(0.2), Named("leaky_relu", {"negative_slope": 0.2})),
        (torch.relu, Named("relu", {})),
        ((torch.nn.ELU, {"alpha": 2}), Named("elu", {"alpha": 2.0})),
        (
            (torch.nn.Hardtanh(-2, 2), {"max_val": 3}),
            Named("hardtanh", {"min_val": -2.0, "max_val": 3.0}),
        ),
    ):
        assert catalog.parse("activation", value) == expected
    assert catalog.parse("optimizer", torch.optim.SGD) == Named("sgd", {})
    assert catalog.parse("loss", torch.nn.HuberLoss(delta=2.0)) == Named("huber", {"delta": 2.0})


@pytest.mark.parametrize("value", [torch.nn.Linear, torch.nn.Linear(1, 1), torch.nn.Softmax2d])
def test_what_torch_has_but_is_none_of_them_is_not_known(value):
    with pytest.raises(NNFitError, match='"(Linear|Softmax2d)", which is not known'):
        catalog.parse("activation", value)


@pytest.mark.parametrize(
    "value",
    [torch.nn.Sequential(torch.nn.ReLU()), lambda x: x, print, type("Own", (torch.nn.Module,), {})],
)
def test_a_function_or_module_of_ones_own_is_no_name(value):
    with pytest.raises(NNFitError) as caught:
        catalog.parse("activation", value)
    assert caught.value.argument == "activation"


def test_refusals_by_torch_keep_its_reason():
    with pytest.raises(NNFitError, match="Nesterov momentum requires a momentum"):
        catalog.build(
            "optimizer", Named("sgd", {"nesterov": True}), [torch.zeros(1, requires_grad=True)]
        )


def test_a_class_that_this_torch_lacks_is_named():
    entry = catalog.lookup("optimizer", "adam")._replace(torch="NotYet")
    with pytest.raises(NNFitError, match="newer torch"):
        catalog.torch_class(entry)


def test_a_pair_of_numbers_or_tensors_stays_a_tuple():
    """As a float32 tensor, betas would lose half their digits."""
    named = catalog.Named("adam", {"betas": [0.8, 0.95]})
    parameter = torch.nn.Parameter(torch.ones(1, dtype=torch.float64))
    assert catalog.build("optimizer", named, [parameter]).defaults["betas"] == (0.8, 0.95)


def test_two_rows_that_answer_to_one_name_are_refused(monkeypatch):
    rows = (*catalog.entries(), catalog.lookup("loss", "huber")._replace(name="robust"))
    monkeypatch.setattr(catalog, "entries", lambda: rows)
    with pytest.raises(ValueError, match='"huber" and "robust" share the name "huberloss"'):
        catalog._index.__wrapped__("loss")


@pytest.mark.parametrize("argument", ["weight", "pos_weight"])
def test_what_reweighs_a_loss_does_not_go_with_another_link(argument):
    with pytest.raises(NNFitError, match=f'under the link "probit" takes no `{argument}`'):
        Asked.of({"loss": ("bce_with_logits", {"link": "probit", argument: 2.0})})
    Asked.of({"loss": ("bce_with_logits", {"link": "logit", argument: 2.0})})
