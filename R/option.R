#' @rdname nn_fit
#' @param hidden_units Integer vector: the size of each hidden layer, such as
#'   `c(32, 16)`. Empty, the default, for a linear model.
#' @param activation The activation after each hidden layer: one name, or one
#'   per layer. `NULL`: `"relu"`, or `"silu"` where the penalty is chosen. Any of
#'   torch's, such as `"relu"`, `"tanh"`, `"gelu"`; with its own arguments as
#'   `list("leaky_relu", negative_slope = 0.1)`. Torch's own object stands for its
#'   name, here as in `loss` and `optimizer`: `torch$nn$ReLU`,
#'   `torch$nn$LeakyReLU(0.1)`; so do R's [tanh()] and [plogis()].
#' @param bias Logical: have the layers an intercept? One for all, or one for each
#'   hidden layer and the output.
#' @param dropout Number from 0 up to 1: the share of hidden values set to zero
#'   in each training step, after each hidden layer.
#' @param norm What normalises a hidden layer's values between its linear map and its
#'   activation: `"batch_norm"` or `"layer_norm"`, one name or one per layer
#'   (`"identity"` is none), with torch's arguments as
#'   `list("layer_norm", eps = 1e-6)`. A hidden layer is: linear map, norm, activation,
#'   dropout. Predictions and the loss in validation use the running statistics of
#'   `"batch_norm"`; in training the rows of a step count alike in its mean and
#'   variance, whatever their weights.
#' @param residual Logical: do hidden layers that are as wide as what they are given
#'   add it to what they give? The first does where there are as many predictors as
#'   it has units. At least one has to be so.
#' @param skip Logical: are the predictors also connected straight to the output? Then
#'   a linear map of them, `"skip.weight"` in `coef()`, is added to what the last layer
#'   gives: with it the network can do what a linear model does. The `penalty` falls
#'   on its weights as on others.
#' @param init How the weights of all linear layers are drawn: the name of a function
#'   of `torch$nn$init`, such as `"xavier_uniform"` or `"orthogonal"`, perhaps with its
#'   arguments, as `list("kaiming_normal", nonlinearity = "relu")`. Biases are then 0.
#'   `NULL`: as torch draws both.
#' @param freeze Which layers are left as they begin, as whole numbers: 1 is the first
#'   hidden one, the last the output, with which `skip` goes. For a fit that goes on from
#'   an earlier one (`start`), or for a hidden layer of random features.
#' @param loss Name of the loss, or `NULL` to take it from the outcome.
#'   `r loss_help()`. With arguments: `list("huber", delta = 1.5)`. They are
#'   torch's, but for those in the sections on likelihoods, on families and on quantiles, and
#'   the `ties` of `"cox"` (see [nn-survival]). Weights of
#'   classes go by name: `list("cross_entropy", weight = c(yes = 2, no = 1))`; without
#'   names by the order of the levels. Or a function of your own, of the prediction and
#'   the truth: see the section on it.
#' @param family In the place of `loss`, a family as [glm()] takes it: an object such as
#'   `binomial("cloglog")`, its function or its name. See the section on families.
#' @param reduction `"mean"` or `"sum"`: how the loss is taken over rows and
#'   outcomes.
#' @param optimizer Name of a torch optimizer such as `"sgd"`, `"adam"`,
#'   `"adamw"`, `"rmsprop"`, `"lbfgs"`; with arguments as
#'   `list("sgd", nesterov = TRUE)`. Or `"levenberg_marquardt"`: for squared
#'   error and networks up to some thousand parameters or residuals, where a few
#'   of its epochs do what hundreds of the others do. Or `"interior_point"`, which
#'   solves linear models under the losses `"l1"` and `"quantile"` on all rows in
#'   memory. Or `"fisher_scoring"`, for linear models under a likelihood: iteratively reweighted
#'   least squares, as in [glm()], and Newton's steps for classes and censored times, as in
#'   `survival::coxph()`; halved where they lead up. `NULL`: of a
#'   linear model on all rows `"interior_point"` under its losses, `"fisher_scoring"` under a
#'   link that is not the loss's own and under `"inverse_gaussian_nll"` and `"tweedie_nll"`,
#'   and `"lbfgs"` under another smooth loss, else `"adam"`.
#' @param learn_rate Positive number: the step size. `NULL`: 0.01 for most
#'   optimizers, 1 for `"lbfgs"` and `"adadelta"`. Not for `"levenberg_marquardt"`,
#'   `"interior_point"` and `"fisher_scoring"`, which set their steps themselves. `"find"`:
#'   by a trial run of 100 steps that grow from 1e-6 to 10, half way (by logarithms) from
#'   where the loss falls fastest to a tenth of where it is least (Smith 2017);
#'   `plot(fit, "learn_rate")` draws it.
#' @param schedule How the step size changes over the epochs, from `learn_rate` on:
#'   `NULL` (it stays), or the name of one of torch's schedulers, with arguments of its
#'   own as `list("step", step_size = 100, gamma = 0.5)`. Where torch has no default,
#'   `"cosine"` and `"polynomial"` fall over all epochs, `"exponential"` to a hundredth
#'   over all, `"step"` to a tenth after each third of them, `"multi_step"` after a half
#'   and after three quarters; `"cosine_restarts"` begins anew after a seventh and after
#'   three sevenths. `"plateau"` falls where the validation loss, or else the training
#'   loss, has not fallen for 10 epochs (`patience`). `"linear"` grows from a third, over
#'   5 epochs. `"one_cycle"` changes it after each batch and has `learn_rate` as its
#'   peak (Smith and Topin 2019); momentum stays. All others take `warm_up`, a number of
#'   epochs in which the step size first grows in equal steps. [loss_table()] has the
#'   step size of each epoch. Not
#'   for `"lbfgs"`, `"levenberg_marquardt"`, `"interior_point"` and `"rprop"`.
#' @param momentum Number from 0 up to 1, for `"sgd"` and `"rmsprop"`.
#' @param penalty Number, at least 0: the L2 penalty (weight decay) on the
#'   weights of the scaled problem, never on intercepts. Losses are reported
#'   without it. `NULL`: chosen for a network of which no more is said (see the
#'   section on what an untuned call does), else 0.
#' @param mixture Number from 0 to 1: the share of absolute values in the penalty (elastic
#'   net; 1 is the lasso), as in \pkg{parsnip}. `penalty * ((1 - mixture) / 2 *
#'   sum(w^2) + mixture * sum(abs(w)))` is added to the loss, and weights that it keeps at
#'   zero are exactly zero. With the optimizer `"lbfgs"` (orthant-wise: Andrew and Gao
#'   2007), and with `"sgd"`, `"adam"`, `"adamw"`, `"rmsprop"` and `"adagrad"`, after each
#'   step of which weights are drawn to zero (Yun, Lozano and Yang 2021). See the section
#'   on the elastic net.
#' @param clip_norm,clip_value Numbers above 0, or `NULL`: before each step the gradient
#'   is cut, each of its numbers to `clip_value`, then all of it to the length
#'   `clip_norm`, as torch's `clip_grad_value_()` and `clip_grad_norm_()` do. It is the
#'   gradient of the scaled problem. Not for `"lbfgs"`, `"levenberg_marquardt"` and
#'   `"interior_point"`.
#' @param max_norm Number above 0, or `NULL`: after each step the weights into each hidden
#'   unit (a row of the weight of a hidden layer, without the bias, in the scaled
#'   problem) are cut to this length. Those of the output and of `skip` are left alone.
#'   Not for `"lbfgs"`, `"levenberg_marquardt"` and
#'   `"interior_point"`.
#' @param members Whole number: how many networks, each from initial values of its
#'   own, are trained and averaged; small ones are trained side by side. Losses are the
#'   mean of theirs. `NULL`: 1, or 10 or 5 where the penalty is chosen.
#' @param embed Which factors (or columns of strings) become vectors of numbers that the
#'   network learns, one for each level, in the place of dummy columns: sizes by name, such
#'   as `list(station = 8)`; names alone, such as `"station"`, whose size follows from the
#'   number of levels; or `TRUE`: all of more than twelve levels that are in no
#'   interaction. See the section on factors with many levels.
#' @param epochs Whole number: passes over the data, at most. `NULL`: 500.
#' @param batch_size Whole number of rows per step, or `NULL` for all rows. The
#'   last step of an epoch takes what is left; a single row joins the step before
#'   it where there is batch normalisation.
#' @param validation What to watch the loss on without training on it: a share
#'   of the rows, drawn at random; rows by number (two at least) or as a logical
#'   for each; or other data, as a data frame (with a formula or recipe),
#'   `list(x, y)` or, with an offset, `list(x, y, offset)`. Or a split of the data frame by
#'   \pkg{rsample}, such as `initial_split(data)`: its analysis rows are trained on. A network
#'   of which nothing else is said that tells how to train it is the one of its best epoch.
#' @param stop_iter Whole number: stop after so many epochs in which the
#'   validation loss (without validation: the training loss) did not improve,
#'   and return the best epoch's model. `Inf`: never.
#' @param metrics Names of what to measure in each epoch beside the loss, on the rows to
#'   train on and on those held out, as \pkg{yardstick} has them: of numbers `"rmse"`,
#'   `"mae"`, `"mape"`, `"rsq"` and `"rsq_trad"` (of several outcomes a mean), of classes
#'   `"accuracy"`, `"bal_accuracy"`, `"roc_auc"`, `"mn_log_loss"` and `"brier_class"`; of
#'   censored times `"concordance_survival"`.
#'   [loss_table()] has them, and `print()` shows the last. They cost a prediction of all
#'   rows in each epoch. Rows count by their own `weights`, not by `class_weights`. A network
#'   of which the penalty is chosen has them in the last row alone: those of its mean.
#' @param monitor The metric by which `stop_iter`, and the schedule `"plateau"`, compare
#'   epochs; it need not be among `metrics`. `NULL`: the loss.
#' @param scale Logical: standardise inside? See the section on units.
#' @param weights Numbers, at least 0, one per row: how much each row counts
#'   (logicals are 0 and 1). With a formula they may be a column of `data`. They are prior
#'   weights, as those of [lm()]: of a sum over rows, each term is multiplied by its own.
#'   Case weights of \pkg{hardhat} are taken too, and count likewise: `importance_weights()`, and
#'   `frequency_weights()`, under which the loss and, without a penalty, the coefficients of a
#'   linear model are those of rows that are repeated so often, but [nobs()] and, under squared
#'   error, standard errors those of the rows that there are. A recipe's column of the role `case_weights` is found by itself.
#' @param class_weights How much rows of each class count, beside their own weights:
#'   numbers by class, above 0, such as `c(yes = 5, no = 1)`, or `"balanced"`: so much that all
#'   classes count the same together, among the rows that are trained on: not those held out by
#'   `validation`, and in [nn_cv()] and [nn_tune()] of each fold those of its own fit. They are
#'   of the loss, in training, in validation and in
#'   [nn_importance()] by it; metrics and what [summary()] measures are of the rows as they
#'   are. `weights(fit)` has the product. A class that is to have no part is left out with its
#'   rows: by `subset`.
#' @param seed Whole number from 0 to 2^53 that seeds this fit alone. `NULL`:
#'   drawn from R's random numbers, so that [set.seed()] governs. `NA`: torch's
#'   own generator goes on from where it is (`torch$manual_seed()`).
#' @param bootstrap Whole number, 0 or at least 2: fit so many replicates too,
#'   each to as many rows, drawn with replacement from those that the model is
#'   trained on (and from other initial values). They give intervals: see
#'   [predict()][predict.nn_fit] and [confint()][confint.nn_fit]. Those of a
#'   small network are trained at once, at the cost of a few fits.
#' @param restarts Whole number: fit so many times from other initial values,
#'   and return the fit with the least loss, in validation where there is any.
#'   The losses of all are in `fit$restarts`.
#' @param dtype `"float32"` or `"float64"`. `NULL`: float64 for a linear model,
#'   float32 for a network.
#' @param device Name of a torch device, such as `"cpu"` or `"cuda:1"`. `"auto"`:
#'   the first CUDA GPU where there is one, else the CPU; a fit that is not on
#'   the CPU says where it is when it is printed. `"auto"` is never `"mps"`, that
#'   of a Mac, which has no float64: asked for by name it trains in float32,
#'   linear models too, whose coefficients then have some 6 digits.
#' @param engine How to train. `"auto"` takes the first of these that applies,
#'   and the fit says which (in its print, and as `fit$options$engine`):
#'   - `"least_squares"`: linear models with squared error; all rows are reduced
#'     to a few that have the same errors, in one pass.
#'   - `"reweighted"`: the optimizer `"fisher_scoring"`; each step is one pass over the rows,
#'     in memory or in files.
#'   - `"span_of_rows"`: more than twice as many columns as rows, by the optimizer
#'     `"sgd"`, `"lbfgs"` or `"levenberg_marquardt"`, where it saves time; works
#'     on as many coordinates as there are rows, in float64.
#'   - `"stream"`: files (see the section on data larger than memory) of which all
#'     rows are one step.
#'   - `"fused"`: linear layers with the usual activations, losses and optimizers,
#'     without torch's bookkeeping of gradients, several times as fast as:
#'   - `"autograd"`: torch's own way, which takes everything; of the norms `"batch_norm"`
#'     needs it, and is as slow.
#'
#'   `"stacked"` trains several fits at once (`bootstrap`, `restarts`,
#'   [nn_cv()]), which `"auto"` does wherever it can. All give the same fit, up
#'   to rounding. One that is asked for by name and does not apply is refused,
#'   with the reason.
#' @param model A torch module of your own, used instead of `hidden_units`. It
#'   is copied, not changed. Where it has several outputs and the outcome is one number,
#'   each is trained to it, and a warning of class `nnfit_warning_y` says so.
#' @param start An earlier [nn_fit()] of the same network (columns, `hidden_units`,
#'   classes): its parameters are the initial values, and its standardisation is kept.
#'   The optimizer goes on with what it remembered, if it is the same one in the same
#'   engine and the earlier fit had no `stop_iter` (L-BFGS begins anew); with other
#'   rows, this is a warm start. See also [update()][update.nn_fit].
#' @param checkpoint Path of a folder, made where it is not there, in which the fit is
#'   written down as it is trained, so that the same call goes on from there after a crash.
#'   See the section on checkpoints.
#' @param callback A function of one argument that is called while the fit is trained, at
#'   most ten times a second, or `list(f, every = 10)`: after every tenth epoch. It gets a
#'   list: `epoch`, `epochs`, `train_loss`, `valid_loss` (`NULL` without validation), the
#'   `metrics` (as `train_rmse`), under a `schedule` `learn_rate`, and `seconds`. Where it
#'   returns `FALSE` training ends, and the fit is as it is then (`fit$stopped` is
#'   `"callback"`). A call costs some 0.1 ms. Of several fits (`bootstrap`) it watches the
#'   one; not with `members`, `restarts` and [nn_cv()].
#' @param progress Logical: show a progress bar for what takes over a second, with a line of how the
#'   loss has fallen? `"plot"` also draws the losses in training and validation while it trains,
#'   where R shows pictures (in RStudio the pane of plots, beside other pictures where
#'   [par(mfrow = )][par()] or [layout()] say so), with powers of ten on the axis where they fall
#'   by more than two of these. In the end it is what `plot()` draws of the fit. Where no window
#'   shows pictures, as in a terminal, a message says so, and there is the bar alone. So it is in a
#'   script by `Rscript`, also where it has opened a file such as `png()`: that is no window. Draw
#'   `plot(fit)` into it afterwards.
#' @param processes Whole number: in how many processes on this machine to train, which torchrun
#'   starts; that takes some seconds. They share the rows of Parquet files (see the section on data
#'   larger than memory), or many fits to data in memory: `bootstrap`, `restarts`, `members`, the
#'   folds of [nn_cv()] and the candidates of [nn_tune()]. One fit to data in memory is refused.
#'   What comes of it is that of one process but for rounding. A `callback`, and for data in
#'   memory a `loss` of your own, are functions of this session and are refused. See
#'   `vignette("processes", "nnfit")`.
#' @param isolate Logical: train in an R process of its own, so that a crash there, or the system's
#'   killing it for memory, leaves this session standing? `options(nnfit.isolate = TRUE)` says so
#'   for all that trains. See [nn-isolate].
#' @param keep_data Logical: shall the fit hold what has a value for each row: outcome, fitted
#'   values, weights, which rows were held out and what was predicted for them? `FALSE` makes it
#'   as small as what it predicts with (of 100,000 rows 10 kB rather than 1.6 MB), for files and
#'   servers; it predicts and prints as before. [fitted()], [residuals()], pictures of the rows
#'   and what else needs them then refuse, but for intervals from them see
#'   [predict()][predict.nn_fit].
#' @param call The call that errors are reported from; for functions that call
#'   `nn_options()` for their user.
#' @export
nn_options <- function(hidden_units = integer(), activation = NULL,
                       bias = TRUE, dropout = 0,
                       norm = NULL, residual = FALSE, skip = FALSE, init = NULL,
                       freeze = NULL,
                       loss = NULL, family = NULL, reduction = "mean",
                       optimizer = NULL, learn_rate = NULL, schedule = NULL,
                       momentum = 0, penalty = NULL, mixture = 0, clip_norm = NULL,
                       clip_value = NULL, max_norm = NULL, members = NULL, embed = NULL,
                       epochs = NULL, batch_size = NULL,
                       validation = 0, stop_iter = Inf, metrics = NULL, monitor = NULL,
                       scale = TRUE, weights = NULL, class_weights = NULL,
                       offset = NULL, seed = NULL,
                       bootstrap = 0, restarts = 1,
                       dtype = NULL, device = "auto", engine = "auto",
                       model = NULL, start = NULL, checkpoint = NULL, callback = NULL,
                       progress = interactive(), processes = 1,
                       isolate = getOption("nnfit.isolate", FALSE), keep_data = TRUE,
                       call = rlang::caller_env(), ...) {
  check_rule(call, call_rule, "call", rlang::current_env())
  if (...length()) {
    given <- rlang::names2(substitute(list(...)))[-1]
    check_option_names(given, "nn_options", rlang::current_env())
  }
  options <- mget(option_names)
  given <- names(match.call()) # defaults need no check
  for (name in intersect(option_names, given)) check_option(options[[name]], name, call)
  options$activation <- per_layer("activation", activation, length(hidden_units), call)
  options$norm <- per_layer("norm", norm, length(hidden_units), call)
  if (!identical(isolate, FALSE)) check_option(isolate, "isolate", call)
  options["init"] <- list(optional_component("init", init, call))
  options["loss"] <- list(optional_component("loss", loss, call))
  if (!is.null(family)) {
    options$family <- family_object(family, call)
    options$loss <- component_of_family(options$family, loss, call)
  }
  options["optimizer"] <- list(optional_component("optimizer", optimizer, call))
  options["callback"] <- list(as_callback(callback))
  options["schedule"] <- list(optional_component("schedule", schedule, call))
  # Whether there is one for each row is seen where the rows are known.
  check_weights(weights, length(weights), call)
  check_offset(offset, NROW(offset), call)
  check_together(options, call)
  check_replicates(options, call)
  class(options) <- "nn_options"
  options
}

option_names <- setdiff(names(formals(nn_options)), c("call", "..."))

optional_component <- function(kind, value, call) {
  if (is.null(value)) return(NULL)
  if (kind == "loss" && is_own_loss(value)) return(own_loss(value, call))
  as_component(kind, value, kind, call)
}

per_layer <- function(kind, value, layers, call) {
  if (is.null(value)) return(list())
  one <- is.list(value) && any(rlang::have_name(value))
  several <- !one && (is.character(value) || rlang::is_bare_list(value))
  each <- if (several) as.list(value) else list(value)
  if (!length(each) %in% c(1, layers)) {
    abort_nnfit("argument", c(
      "{.arg {kind}} must have one element, or one per hidden layer.",
      "x" = "It has {length(each)}; {.arg hidden_units} has {layers}."
    ), call)
  }
  each <- lapply(each, function(value) as_component(kind, value, kind, call))
  rep_len(each, layers)
}

check_frozen <- function(freeze, layers, call) {
  if (!layers || !length(freeze)) return(invisible()) # without layers it is refused by name
  if (any(freeze > layers + 1)) {
    abort_nnfit("argument", c(
      "{.arg freeze} has layer {max(freeze)}, and there are {layers + 1} with the output.",
      "i" = "1 is the first hidden layer."
    ), call)
  }
  if (all(seq_len(layers + 1) %in% freeze)) {
    abort_nnfit("argument", "{.arg freeze} has all layers: nothing is left to train.", call)
  }
}

check_biases <- function(bias, layers, call) {
  if (!length(bias) %in% c(1, layers + 1)) {
    abort_nnfit("argument", c(
      "{.arg bias} must have one element, or one per layer, the output's too.",
      "x" = "It has {length(bias)}; {.arg hidden_units} has {layers}."
    ), call)
  }
}

# What no single option can say.
check_together <- function(options, call) {
  check_biases(options$bias, length(options$hidden_units), call)
  check_frozen(options$freeze, length(options$hidden_units), call)
  optimizer <- options$optimizer[[1]]
  if (options$momentum > 0 && !isTRUE(optimizer %in% optimizers_that("momentum"))) {
    abort_nnfit("argument", c(
      "{.arg momentum} applies to the optimizers {.val {optimizers_that('momentum')}} only.",
      "i" = "Write {.code optimizer = \"sgd\"} beside it."
    ), call)
  }
  if (!is.null(options$batch_size) && isTRUE(optimizer %in% optimizers_that("full_batch"))) {
    abort_nnfit("argument", c(
      "{.arg batch_size} must be `NULL` with the optimizer {.val {optimizer}}.",
      "i" = "Each of its steps needs all rows; {.val adam} works in batches."
    ), call)
  }
  if (!is.null(options$schedule)) check_schedule(optimizer, call)
  if (options$mixture > 0) check_mixture(optimizer, call)
  if (!is.null(options$model)) check_module(options$model, call)
  if (!is.null(options$start)) check_start(options$start, call)
}

check_start <- function(start, call) {
  if (!inherits(start, "nn_fit")) {
    abort_nnfit("argument", c(
      "{.arg start} must be an earlier {.fn nn_fit}, not {describe(start)}."
    ), call)
  }
}

check_schedule <- function(optimizer, call) {
  if (isTRUE(optimizer %in% setdiff(catalog("optimizer")$name, optimizers_that("schedule")))) {
    abort_nnfit("argument", c(
      "{.arg schedule} must be `NULL` with the optimizer {.val {optimizer}}.",
      "i" = "It sets the length of its steps by itself; {.val adam} does not."
    ), call)
  }
}

check_mixture <- function(optimizer, call) {
  able <- optimizers_that("mixture")
  if (!is.null(optimizer) && !optimizer %in% able) {
    abort_nnfit("argument", c(
      "{.arg mixture} must be 0 with the optimizer {.val {optimizer}}.",
      "i" = "{.val {able}} can set weights to zero."
    ), call)
  }
}

check_module <- function(model, call) {
  if (!inherits(model, "torch.nn.modules.module.Module")) {
    abort_nnfit("argument", c(
      "{.arg model} must be a torch module, not {describe(model)}.",
      "i" = if (inherits(model, "python.builtin.type")) {
        "A class makes modules: call it, as {.code torch$nn$Linear(1L, 1L)} does."
      },
      "i" = "For example {.code torch$nn$Sequential(torch$nn$Linear(1L, 1L))}."
    ), call)
  }
}

# As rlang's own errors take it: the frame of a function, or a call.
call_rule <- rule("the environment of a function, a call, or `NULL`", function(x) {
  is.null(x) || is.environment(x) && !is.object(x) || is.call(x) && !is.object(x)
})

# Those of which a column of the catalog is TRUE.
optimizers_that <- function(column) {
  optimizers <- catalog("optimizer")
  optimizers$name[optimizers[[column]] %in% TRUE]
}

# `...` of a method, as options: a misspelt name is refused with the nearest one.
# `.outcome`: its kind, which is asked for where a name of a metric is none.
collect_options <- function(..., call, .outcome = NULL) {
  # Before any value is looked at: that of `weigths = hp` is a column, and nowhere else there.
  written <- names(substitute(list(...)))
  check_option_names(written[nzchar(written)], "nn_fit", call)
  dots <- rlang::dots_list(..., .preserve_empty = TRUE)
  check_given(dots, call)
  check_option_names(rlang::names2(dots), "nn_fit", call)
  for (name in intersect(metric_options, names(dots))) {
    check_option(dots[[name]], name, call, .outcome)
  }
  # quote: a symbol or a call is a wrong value, and no code to run.
  options <- do.call(nn_options, c(dots, call = call), quote = TRUE)
  if (any(c(may_be_ignored, "mixture") %in% names(dots))) check_ignored(dots, call)
  options
}

# `epochs = ` with nothing behind it.
check_given <- function(dots, call) {
  for (name in names(dots)) {
    if (identical(dots[[name]], rlang::missing_arg())) {
      abort_nnfit("argument", "{.arg {name}} is empty: give it a value, or leave it out.", call)
    }
  }
}

check_option_names <- function(names, of, call) {
  wrong <- names[!names %in% option_names]
  if (!length(wrong)) return(invisible())
  name <- wrong[1]
  if (!nzchar(name)) {
    abort_nnfit("argument", "Every option must be named, such as {.code epochs = 100}.", call)
  }
  meant <- meant("option", name, option_names)
  unknown <- !length(meant$name) && !length(meant$hint)
  abort_nnfit("argument", c(
    "{.arg {beginning(name)}} is not an option of {.fn {of}}.",
    "i" = if (length(meant$name)) "Did you mean {.arg {meant$name}}?",
    "i" = if (length(meant$hint)) "{meant$hint}",
    "i" = if (unknown) "Options: {.arg {option_names}}."
  ), call)
}
