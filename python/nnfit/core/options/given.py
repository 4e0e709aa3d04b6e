"""The options that need nothing settled: what the user gives is what the fit takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .catalog import Named
from .embed import Embed, Embedded


@dataclass(frozen=True)
class Given:
    """The options that are of one type before and after the data are known.

    Their defaults are those of `options.csv`.

    Attributes
    ----------
    hidden_units : int or list of int, default ()
        Sizes of the hidden layers; none: a linear model.
    activation : name, pair or list of them, optional
        One for all hidden layers or one for each; a pair is `(name, {torch's arguments})`. By
        default "relu"; where the penalty is chosen "silu".
    bias : bool or list of bool, default True
        Whether the layers have an intercept: one for all, or one for each hidden layer and the
        output.
    dropout : float, default 0.0
        After each hidden layer, in [0, 1).
    norm : name, pair or list of them, optional
        "batch_norm" (Ioffe and Szegedy 2015) or "layer_norm" (Ba, Kiros and Hinton 2016): one for
        all hidden layers or one for each, where "identity" is none. A hidden layer is its linear
        map, then the norm, the activation, and dropout. Predictions and validation use the running
        statistics of "batch_norm"; a step of training needs two rows for it, which count alike in
        its mean and variance, whatever their weights.
    residual : bool, default False
        Whether each hidden layer that is as wide as its input adds it to its output: x +
        dropout(activation(norm(linear(x)))), after He, Zhang, Ren and Sun (2016), Deep residual
        learning for image recognition, CVPR. The first does where x has as many columns.
    skip : bool, default False
        Whether a linear map of the columns, "skip.weight", is added to what the last layer gives,
        as in the wide and deep networks of Cheng et al. (2016), DLRS. The penalty falls on it too.
    init : name or pair, optional
        How the weights of all linear layers are drawn, by a function of `torch.nn.init`, such as
        "xavier_uniform", "orthogonal" or `("kaiming_normal", {"nonlinearity": "relu"})`; biases
        are then zero. By default as torch draws both.
    freeze : int or list of int, default ()
        Layers that are left as they begin: 1 is the first hidden one, the number of hidden layers
        and one more the output, with which a skip connection goes. For a fit that `start`s with an
        earlier one, or a hidden layer of random features.
    reduction : "mean" or "sum", default "mean"
    schedule : name or pair, optional
        How the step size changes from `learn_rate` over the epochs: torch's schedulers, which a
        pair has the arguments of. Where torch has no default: "cosine" falls over all `epochs`,
        "polynomial" too; "step" falls to a tenth after each third of them, "multi_step" after a
        half and three quarters, "exponential" to a hundredth over all; "cosine_restarts" begins
        anew after a seventh and three sevenths (`T_mult` is 2). "plateau" looks at the validation
        loss, else the training loss, of each epoch. "one_cycle" changes it after every batch, has
        `learn_rate` as its peak, and leaves the momentum as it is. All others take `warm_up`, a
        number of epochs in which the step size first grows in equal steps. Not for "lbfgs",
        "levenberg_marquardt" and "rprop".
    momentum : float, default 0.0
        In [0, 1), for "sgd" and "rmsprop".
    mixture : float, default 0.0
        Share of the absolute values in the penalty, from 0 to 1 (elastic net):
        penalty * ((1 - mixture) / 2 * (sum of squared weights) + mixture * (sum of |weights|)) is
        added to the objective. Weights that it keeps at zero are exactly zero. For "lbfgs"
        (orthant-wise: Andrew and Gao 2007), and for "sgd", "adam", "adamw", "rmsprop" and
        "adagrad", after each step of which weights are drawn to zero by as far as the step
        would have gone in answer to such a gradient (Yun, Lozano and Yang 2021). On columns and an
        outcome standardised beforehand it is glmnet's objective with alpha = mixture and
        lambda = penalty, under squared error lambda = penalty / 2.
    clip_norm : float, optional
        The length to which a longer gradient is cut before each step, as by torch's
        `clip_grad_norm_`. It is the gradient of the scaled problem, without the penalty where the
        optimizer decays weights by itself. Not for "lbfgs", "levenberg_marquardt" and
        "interior_point".
    clip_value : float, optional
        Likewise for each number of the gradient, which is cut first: `clip_grad_value_`.
    max_norm : float, optional
        The length to which the weights into each hidden unit are cut after each step: a row of the
        weight of a hidden layer, without bias, on the scaled problem. Neither the output's nor the
        skip connection's. Srivastava et al. (2014), Dropout, JMLR 15. Not for "lbfgs" and
        "levenberg_marquardt".
    embed : dict, str, list of str or bool, optional
        Columns of classes or strings of a data frame of which each level becomes a vector of
        numbers that are learned, as a network's first step (Guo and Berkhahn 2016): sizes by name,
        or names, whose size follows from the number of levels k: min(600, round(1.6 k^0.56)), the
        rule of fastai. True: all of more than twelve levels. A penalty falls on these numbers as
        on weights. New data are matched by label; a level that no training row has is answered by
        the mean of the others' vectors, with an `NNFitWarning`.
    batch_size : int, optional
        Rows a batch, shuffled each epoch; by default all rows at once. The last batch has what is
        left; a single row joins the batch before it where a model has batch normalisation.
    stop_iter : int, default inf
        Stop after so many epochs without improvement of the validation loss (without
        validation: the training loss), and go back to the best epoch.
    metrics : name or list of names, optional
        What is measured in each epoch beside the loss, on the rows to train on and on those held
        out, by the names of R's yardstick: of numbers "rmse", "mae", "mape", "rsq" and "rsq_trad"
        (a mean over several outcomes), of classes "accuracy", "bal_accuracy", "roc_auc",
        "mn_log_loss" and "brier_class", of censored times "concordance_survival". As the losses,
        of the model before the epoch's first update; without dropout. Each epoch predicts all rows
        once more for them. A network of which the penalty is chosen has them in the last row alone,
        of the mean of its networks; NaN before.
    monitor : name, optional
        The metric by which `stop_iter` and the schedule "plateau" compare epochs, by default the
        loss. It is measured too where `metrics` does not name it.
    scale : bool, default True
        Standardise the columns of x, and y where it is numeric, by the training rows: by their
        means and standard deviations, of n - 1 as in R (scikit-learn's scaler divides by n), in
        which rows count by their weights. Losses and predictions stay in the user's units.
    class_weights : dict or "balanced", optional
        How much a row of each class counts, by its label, beside its own weight; "balanced": so
        much that all classes count the same together, among the rows that are trained on (of
        cross-validation those of each fold's fit). They are of the loss, in training and in
        validation; metrics are of the rows as they are. None is 0: of a class that no row is
        trained on nothing is learned, and rows that are to have no part are left out.
    seed : int, optional
        From 0 to 2^53. Governs this fit alone; by default torch's own generator goes on.
    device : str, default "auto"
        "auto" is CUDA where there is one, else the CPU. It is never "mps", a Mac's, which has
        no float64: asked for by name it trains in float32, linear models too.
    engine : str, default "auto"
        How to train; "auto" takes the first of these that applies, and the fit says which:
        "least_squares" (linear models under "mse": all rows are reduced to a few in one pass),
        "reweighted" (the optimizer "fisher_scoring": a pass over the rows for each step),
        "span_of_rows" (more than twice as many columns as rows, where it saves time, by "sgd",
        "lbfgs" or "levenberg_marquardt"), "stream" (files, all rows a step), "fused" (chains of
        linear layers with the usual activations, losses and optimizers, several times as fast as
        the last), "autograd" (torch's own way, which takes everything, and which "batch_norm"
        needs). "stacked" trains several fits at once.
    levels : list of str, optional
        Labels of the classes.
    tuned : bool
        Whether the penalty was chosen by the data; not an option.
    own_model : bool
        Whether the user brings a module; not an option.
    has_offset : bool
        Whether the rows come with an offset; not an option.
    feature_names, outcome_names : tuple of str, optional
        Of the columns of x and y, where they are data frames; not options.
    balanced : bool
        Whether the class weights, once there is a number for each, were asked for as "balanced";
        not an option.
    strata : tuple of str, optional
        The labels of the strata of censored times; not an option.
    """

    hidden_units: tuple[int, ...] = ()
    activation: tuple[Named, ...] = ()
    bias: tuple[bool, ...] = (True,)
    dropout: float = 0.0
    norm: tuple[Named, ...] = ()
    residual: bool = False
    skip: bool = False
    init: Named | None = None
    freeze: tuple[int, ...] = ()
    reduction: str = "mean"
    schedule: Named | None = None
    momentum: float = 0.0
    mixture: float = 0.0
    clip_norm: float | None = None
    clip_value: float | None = None
    max_norm: float | None = None
    embed: Embed = ()
    batch_size: int | None = None
    stop_iter: int | float = math.inf
    metrics: tuple[str, ...] = ()
    monitor: str | None = None
    scale: bool = True
    class_weights: str | dict[str, float] | list[float] | None = None
    seed: int | None = None
    device: str = "auto"
    engine: str = "auto"
    levels: tuple[str, ...] | None = None
    tuned: bool = False
    own_model: bool = False
    has_offset: bool = False
    balanced: bool = False
    feature_names: tuple[str, ...] | None = None
    outcome_names: tuple[str, ...] | None = None
    strata: tuple[str, ...] | None = None

    @property
    def linear(self) -> bool:
        """Whether the model is linear: ours, without hidden units."""
        return not self.own_model and not self.hidden_units

    @property
    def embedded(self) -> tuple[Embedded, ...]:
        """The columns of x that are positions among levels; none before the data are known."""
        return self.embed if isinstance(self.embed, tuple) else ()

    @property
    def code_columns(self) -> list[int]:
        """Where these are."""
        return [one.column for one in self.embedded]
