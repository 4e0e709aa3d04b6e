"""What the table of losses says is held against the losses themselves, row by row."""

import inspect
import itertools

import numpy as np
import pytest
import torch

from nnfit.core.data import scaling
from nnfit.core.data.outcome import KINDS, Outcome, target
from nnfit.core.data.scaling import HEADS
from nnfit.core.engines.fused.kernels import LOSSES
from nnfit.core.ground.errors import NNFitError
from nnfit.core.model.cox import JOINT_LOSSES
from nnfit.core.model.loss import RESPONSES, Loss
from nnfit.core.model.own_losses import OWN_LOSSES
from nnfit.core.options import catalog
from nnfit.core.options.arguments import arguments
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import Named
from nnfit.core.options.families import default_of, families, family
from support import KINDS_TESTED, outcome_for, output_for, through

ALL = families()


def rows(wanted):
    """Parametrise over the rows that are `wanted`."""
    chosen = [row for row in ALL if wanted(row)]
    return pytest.mark.parametrize("row", chosen, ids=[row.name for row in chosen])


def named(row, **args):
    return [row.name, args] if args else row.name


def each(row, output, y, **args):
    """Compute the loss of each row from what the last layer gives, through `output`."""
    options = {"loss": named(row, **args), "dtype": "float64"}
    spec = Asked.of(options).resolved(1, output.shape[1])
    losses = Loss(spec, weighted=True).criterion(through(row, output), y)
    return losses.flatten(1).sum(dim=1) if losses.ndim > 1 else losses


# -- the names in the cells --


def test_every_loss_has_one_row():
    assert len({row.name for row in ALL}) == len(ALL)
    assert all(family(row.name) is row for row in ALL)


def test_what_is_not_torchs_is_ours():
    ours = {row.name for row in ALL if row.torch is None}
    assert ours == {*OWN_LOSSES, *JOINT_LOSSES}
    assert {row.name for row in ALL if row.joint} == set(JOINT_LOSSES)
    assert all(hasattr(torch.nn, row.torch) for row in ALL if row.torch)


@rows(lambda row: True)
def test_what_a_cell_names_is_there(row):
    assert row.outcome in set(KINDS) & set(KINDS_TESTED)
    assert row.link in RESPONSES
    assert set(row.heads) <= set(HEADS)
    assert row.output is None or catalog.lookup("activation", row.output).name == row.output
    assert row.scale_width is None or row.scale_width in row.arguments
    assert row.heads_by is None or (row.heads_by in row.arguments and len(row.heads) == 1)
    assert row.solved_by in {None, *catalog.names("optimizer")}


def test_a_kind_of_outcome_that_is_seen_in_the_data_has_one_default():
    """A kind that only a loss can ask for has none."""
    defaults = [row for row in ALL if row.default]
    assert sorted(row.outcome for row in defaults) == ["binary", "class", "numeric", "survival"]
    assert all(default_of(row.outcome) is row for row in defaults)
    levels = (None, ("a", "b"), ("a", "b", "c"))
    assert [Asked.of({}).with_outcome(each).loss.name for each in levels] == [
        default_of(kind).name for kind in ("numeric", "binary", "class")
    ]
    assert Asked.of({}).with_outcome(None, censored=True).loss.name == default_of("survival").name


@rows(lambda row: not row.joint)
def test_there_is_a_loss_for_each_element_of_the_outcome(row):
    """torch has losses that average over a row's outcomes: a sum over them would not be one."""
    outcomes = 1 if row.outcome == "class" else 2
    y, output = outcome_for(row, 6, outcomes), output_for(row, 6, outcomes)
    options = {"loss": row.name, "dtype": "float64"}
    spec = Asked.of(options).resolved(1, output.shape[1])
    assert Loss(spec, weighted=True).criterion(through(row, output), y).shape == y.shape


def test_the_column_fused_says_what_the_kernels_have():
    assert {row.name for row in ALL if row.fused} == set(LOSSES)


@rows(lambda row: row.torch)
def test_arguments_of_torchs_losses_have_torchs_defaults(row):
    signature = inspect.signature(getattr(torch.nn, row.torch)).parameters
    assert {name: signature[name].default for name in row.arguments} == row.arguments
    assert row.link_argument == ("log_input" if "log_input" in signature else None)
    assert row.link_argument is None or signature[row.link_argument].default is True


@rows(lambda row: row.joint)
def test_a_loss_of_rows_together_is_one_number(row):
    y, output = outcome_for(row, 6), output_for(row, 6)
    assert each(row, output, y).shape == ()
    parameters = inspect.signature(JOINT_LOSSES[row.name]).parameters
    assert set(parameters) == set(arguments("loss", row.name)) == set(row.arguments)


@rows(lambda row: True)
def test_relative_says_whether_adding_to_all_outputs_changes_nothing(row):
    if row.outcome == "class":  # a number added to all scores does not, but one for each does
        return
    y, output = outcome_for(row), output_for(row)
    assert torch.allclose(each(row, output + 0.3, y), each(row, output, y)) == row.relative


@rows(lambda row: row.torch is None and not row.joint)
def test_arguments_of_our_losses_are_those_of_their_functions(row):
    parameters = inspect.signature(OWN_LOSSES[row.name]).parameters.values()
    keywords = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
    needed = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty}
    assert keywords == set(arguments("loss", row.name)) - set(catalog.OURS["loss"])
    assert needed == set(row.arguments)  # the others may be None
    assert len(parameters) - len(keywords) == len(row.heads) + 1
    assert row.link_argument is None


@rows(lambda row: True)
def test_outcome_link_and_first_head_go_together(row):
    assert row.link in KINDS_TESTED[row.outcome].links
    assert (row.link == "log") == (row.heads[0] in ("log_mean", "log_risk"))
    assert (row.outcome == "binary") or not row.sign_coded


# -- how it scales --


def multiplied(row, output, c):
    """Give the output that says of c times the outcome what `output` says of the outcome."""
    spread = np.zeros(1), np.array([c])
    scale = scaling.from_spreads(spread, spread, output.shape[1], row.heads)
    return torch.from_numpy(scaling.decode(output.numpy(), scale))


def scaled_losses(row, c):
    output, y = output_for(row), outcome_for(row)
    width = {row.scale_width: row.arguments[row.scale_width]} if row.scale_width else {}
    wider = {name: value * c for name, value in width.items()}
    return each(row, output, y, **width), each(row, multiplied(row, output, c), c * y, **wider)


@rows(lambda row: row.scale_power is not None)
@pytest.mark.parametrize("c", [7.0, 0.01])
def test_a_loss_scales_as_its_row_says(row, c):
    one, other = scaled_losses(row, c)
    expected = one * c**row.scale_power + row.scale_log * np.log(c)
    torch.testing.assert_close(other, expected, rtol=1e-10, atol=1e-12)


@rows(lambda row: row.outcome == "numeric" and row.scale_power is None)
def test_an_outcome_keeps_its_units_only_where_the_loss_does_not_scale(row):
    one, other = scaled_losses(row, 7.0)
    assert not row.scale_log
    assert not row.scale_width
    shift = (other - 7.0 ** torch.arange(3)[:, None] * one).std(dim=1)
    assert (shift > 0.1).all()  # a loss that scales would leave nothing, or a constant


@rows(lambda row: row.outcome != "numeric")
def test_classes_have_no_scale(row):
    assert row.scale_power is None
    assert row.heads == ("log_risk" if row.outcome == "survival" else "score",)
    assert not row.scale_log
    assert not row.scale_width


# -- its shape --


def largest_jump(row, steps):
    """Find the largest change of the gradient from one step to the next, along lines."""
    start, direction, y = output_for(row), output_for(row), outcome_for(row)
    t = torch.linspace(-1, 1, steps, dtype=torch.float64)
    gradients = []
    for step in t:
        here = (start + step * direction).requires_grad_()
        each(row, here, y).sum().backward()
        gradients.append((here.grad * direction).sum(dim=1))
    return torch.stack(gradients).diff(dim=0).abs().max().item()


@rows(lambda row: True)
def test_smooth_says_whether_the_gradient_is_continuous(row):
    torch.manual_seed(1)
    coarse = largest_jump(row, 41)
    torch.manual_seed(1)
    fine = largest_jump(row, 321)  # an eighth of the step: an eighth of the change, or a jump
    assert (fine < coarse / 4) == row.smooth


@rows(lambda row: True)
def test_convex_says_whether_the_loss_lies_below_its_chords(row):
    start, direction, y = output_for(row, 400), output_for(row, 400), outcome_for(row, 400)
    left, middle, right = (each(row, start + t * direction, y) for t in (-0.5, 0.0, 0.5))
    below = middle <= (left + right) / 2 + 1e-9 * (1 + middle.abs())
    assert below.all() == row.convex


@rows(lambda row: True)
def test_least_squares_is_the_squared_error(row):
    output, y = output_for(row), outcome_for(row)
    squared = y.shape == output.shape and torch.allclose(
        each(row, output, y), (output - y)[:, 0] ** 2
    )
    assert squared == row.least_squares


# -- what it predicts --


@rows(lambda row: True)
def test_probabilities_are_said_where_there_are_any(row):
    response = RESPONSES[row.link](through(row, output_for(row)))
    proper = bool((response >= 0).all() and (response <= 1).all())
    if row.outcome == "class":
        proper = proper and torch.allclose(response.sum(dim=1), torch.ones(len(response)).double())
    assert proper == row.probabilities


@rows(lambda row: row.likelihood and not row.joint)
def test_the_response_of_a_likelihood_is_the_mean_at_its_minimum(row):
    """That of a constant: the mean of the outcomes, or the share of each class."""
    y = outcome_for(row)
    output = torch.zeros(1, output_for(row).shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([output], max_iter=200, line_search_fn="strong_wolfe",
                                  tolerance_grad=1e-10, tolerance_change=0)  # fmt: skip

    def closure():
        optimizer.zero_grad()
        loss = each(row, output.expand(len(y), -1), y).mean()
        loss.backward()
        return loss

    optimizer.step(closure)
    end = through(row, output.detach())
    first = end if row.outcome == "class" else end[:, :1]
    shares = torch.bincount(y) / len(y) if row.outcome == "class" else y.mean(dim=0)
    torch.testing.assert_close(RESPONSES[row.link](first)[0], shares.double(), rtol=1e-6, atol=1e-8)


def log_density(likelihood, output, y):
    """Compute the density that the name of a likelihood stands for, by torch's distributions."""
    d, o = torch.distributions, output
    return {
        "normal": lambda: d.Normal(o, 1.0).log_prob(y),
        "normal_by_row": lambda: d.Normal(o[:, :1], torch.exp(o[:, 1:] / 2)).log_prob(y),
        "poisson": lambda: d.Poisson(o.exp()).log_prob(y.round()),
        "gamma": lambda: d.Gamma(torch.ones(1), torch.exp(-o)).log_prob(y),
        "negative_binomial": lambda: d.NegativeBinomial(1.0 / 0.4, logits=o + np.log(0.4)).log_prob(
            y
        ),
        "multinomial": lambda: d.Categorical(logits=o).log_prob(y),
        "bernoulli": lambda: d.Bernoulli(logits=o).log_prob(y),
    }[likelihood]().flatten()


@rows(lambda row: row.likelihood and not row.joint)
def test_a_likelihood_is_minus_the_loss_up_to_constants(row):
    """Between two outputs for the same outcome; a squared error is twice the normal's."""
    y, outs = outcome_for(row), [output_for(row) for _ in range(2)]
    y = y.round() if row.likelihood == "poisson" else y
    if row.likelihood in ("inverse_gaussian", "tweedie"):
        pytest.skip("torch has no such distribution; test_generalised has its deviance")
    args = {"dispersion": 0.4} if "dispersion" in row.arguments else {}
    one, other = (each(row, output, y, **args) for output in outs)
    densities = [log_density(row.likelihood, output, y) for output in outs]
    factor = 2.0 if row.least_squares else 1.0
    torch.testing.assert_close(one - other, factor * (densities[1] - densities[0]))


# by outcome and number of heads: the likelihood that takes any number, or any class
ANY = {
    ("numeric", 1): "normal",
    ("numeric", 2): "normal_by_row",
    ("class", 1): "multinomial",
    ("binary", 1): "bernoulli",
}


def could_be(row):
    return ANY.get((row.outcome, len(row.heads)))


@rows(lambda row: could_be(row) and not (row.likelihood or row.sign_coded or row.heads_by))
def test_a_loss_that_is_a_likelihood_says_so(row):
    """One that is sign-coded is Bernoulli's of two classes, but not of numbers between.

    One of levels is a likelihood at some of them, as a normal's is at the middle.
    """
    y, outs = outcome_for(row), [output_for(row) for _ in range(2)]
    one, other = (each(row, output, y) for output in outs)
    densities = [log_density(could_be(row), output, y) for output in outs]
    ratio = (one - other) / (densities[1] - densities[0])
    assert not torch.allclose(ratio, ratio[:1])


@rows(lambda row: row.link_argument)
def test_the_link_argument_makes_the_output_the_response(row):
    spec = Asked.of({"loss": named(row, **{row.link_argument: False})}).resolved(1, 1)
    assert (spec.link, Asked.of({"loss": row.name}).resolved(1, 1).link) == ("identity", row.link)


# -- what it takes --


@rows(lambda row: row.outcome in ("numeric", "binary"))
@pytest.mark.parametrize("value", [-1.5, -1e-9, 0.0, 1e-9, 0.5, 1.0, 1.0 + 1e-9, 3.0])
def test_the_domain_is_where_the_loss_is_defined(row, value):
    inside = (
        (row.at_least is None or value >= row.at_least)
        and (row.above is None or value > row.above)
        and (row.at_most is None or value <= row.at_most)
        and (not row.whole or value == round(value))
    )
    outcome = Outcome(np.array([[value], [1.0]]), None)
    if not inside:
        with pytest.raises(NNFitError, match=f'under loss "{row.name}"'):
            target(outcome, Named(row.name, {}), 2)
        return
    y = torch.from_numpy(target(outcome, Named(row.name, {}), 2))
    assert torch.isfinite(each(row, output_for(row, 2), y)).all()


# at least, above, at most: of the distribution whose likelihood a loss is
BOUNDS = {
    "gamma": (None, 0.0, None),
    "inverse_gaussian": (None, 0.0, None),
    "tweedie": (0.0, None, None),
    "poisson": (0.0, None, None),
    "negative_binomial": (0.0, None, None),
}


@rows(lambda row: True)
def test_bounds_are_those_of_the_distribution(row):
    of_the_likelihood = BOUNDS.get(row.likelihood, (None, None, None))
    bounds = KINDS_TESTED[row.outcome].bounds or of_the_likelihood
    assert (row.at_least, row.above, row.at_most) == bounds
    # Poisson's loss is taken for rates as well
    assert row.whole == (row.likelihood == "negative_binomial")


@rows(lambda row: row.outcome == "binary")
def test_sign_coded_losses_compare_with_minus_one_and_one(row):
    """A loss compares with what it is least at: far out on the side of the second class."""
    labels = Outcome(np.array([0, 1]), ("a", "b"))
    y = torch.from_numpy(target(labels, Named(row.name, {}), 2))
    far = torch.tensor([[-20.0], [20.0]], dtype=torch.float64)
    assert each(row, far, y).max() < 1e-6
    assert (set(y.flatten().tolist()) == {-1.0, 1.0}) == row.sign_coded


def test_flags_and_names_are_read_as_what_they_are():
    for row, column in itertools.product(ALL, row_columns()):
        value = getattr(row, column)
        assert value != "", column
        assert not (isinstance(value, str) and value in ("TRUE", "FALSE")), column


def row_columns():
    return [column for column in ALL[0]._fields if column != "name"]
