words <- table_of_core("options", "words")

# What the names of each kind may be.
choices_of <- function(kind) {
  switch(kind, option = option_names,
    activation = , init = , loss = , norm = , optimizer = , schedule = catalog(kind)$name,
    metrics = metric_names(),
    option_row(kind)$choices)
}

test_that("each word means something that there is, or has a hint", {
  expect_gt(nrow(words), 300)
  for (kind in unique(words$kind)) {
    rows <- words[words$kind == kind, ]
    expect_identical(setdiff(rows$means, c(choices_of(kind), NA)), character(), label = kind)
    expect_identical(anyDuplicated(canonical_name(rows$word)), 0L, label = kind)
    # A word that is taken itself needs no row.
    expect_identical(
      # `family` is an option in R, and a word for `loss` in Python.
      intersect(setdiff(canonical_name(rows$word), "family"), canonical_name(choices_of(kind))),
      character(),
      label = kind
    )
  }
  expect_true(all(!is.na(words$means) | !is.na(words$hint)))
})

test_that("the words of lm, nnet, neuralnet, keras, caret, parsnip, scikit-learn are known", {
  known <- list(
    hidden_units = c("size", "hidden", "hidden_layer_sizes", "units", "hidden_size"),
    penalty = c("decay", "weight_decay", "l2", "l2_regularization", "alpha"),
    mixture = c("l1_ratio", "l1", "lasso"),
    epochs = c("maxit", "max_iter", "n_iter", "epoch", "nrounds"),
    learn_rate = c("lr", "learning_rate", "learning_rate_init", "eta"),
    init = c("kernel_initializer", "weights_init"), max_norm = "kernel_constraint",
    skip = c("skip_connection", "wide_and_deep"), norm = c("batch_norm", "layer_normalization"),
    activation = c("act.fct", "activation_fn"), loss = c("err.fct", "criterion"),
    optimizer = c("method", "optimiser", "solver", "algorithm"),
    stop_iter = c("early_stopping", "patience", "n_iter_no_change"),
    validation = c("validation_split", "validation_fraction", "validation_data"),
    batch_size = c("batchsize", "mini_batch"), dropout = "dropout_rate",
    weights = c("sample_weight", "case_weights"), seed = c("random_state", "random_seed"),
    progress = c("verbose", "trace", "lifesign"), scale = c("standardize", "preProcess"),
    restarts = c("rep", "n_init"), device = "gpu", bias = "fit_intercept"
  )
  for (name in names(known)) {
    for (word in known[[name]]) {
      expect_identical(meant("option", word, option_names)$name, name, label = word)
    }
  }
})

test_that("words for what is not there have a hint, and no name", {
  for (word in c(
    "tol", "contrasts", "linout", "nesterovs_momentum", "k", "Wts", "rang",
    "subset", "na.action", "cores", "type", "trControl", "tuneGrid", "tuneLength", "singular.ok"
  )) {
    found <- meant("option", word, option_names)
    expect_null(found$name, label = word)
    expect_type(found$hint, "character")
  }
})

test_that("names of losses, activations, optimizers and choices elsewhere are known", {
  known <- list(
    loss = c(
      mae = "l1", rmse = "mse", binary_crossentropy = "bce_with_logits",
      categorical_crossentropy = "cross_entropy", poisson = "poisson_nll",
      binomial = "bce_with_logits", pinball = "quantile", sigmoid_focal = "focal",
      MultiLabelSoftMarginLoss = "bce_with_logits"
    ),
    activation = c(swish = "silu", logistic = "sigmoid", linear = "identity", logsig = "sigmoid"),
    optimizer = c(gradient_descent = "sgd", `L-BFGS-B` = "lbfgs", `rprop+` = "rprop", marquardt =
      "levenberg_marquardt"),
    reduction = c(average = "mean", av = "mean", total = "sum"),
    device = c(gpu = "cuda", metal = "mps"), dtype = c(double = "float64", float = "float32")
  )
  for (kind in names(known)) {
    for (word in names(known[[kind]])) {
      expect_identical(
        meant(kind, word, choices_of(kind))$name, known[[kind]][[word]], label = paste(kind, word)
      )
    }
  }
})

test_that("a misspelt word is still known, but a near choice comes first", {
  expect_identical(meant("option", "weigth_decay", option_names)$name, "penalty")
  expect_identical(meant("option", "learning_rat", option_names)$name, "learn_rate")
  expect_identical(meant("option", "epohcs", option_names)$name, "epochs")
  # a letter more or less, of words that are like no option, from five letters on
  expect_identical(meant("option", "patiences", option_names)$name, "stop_iter")
  expect_identical(meant("option", "n_iter_no_chang", option_names)$name, "stop_iter")
  expect_identical(meant("option", "solve", option_names)$name, "optimizer")
  # a word at one letter goes before an option at two, but not before one that is as near
  expect_identical(meant("option", "n_startz", option_names)$name, "restarts")
  expect_identical(meant("option", "modes", option_names)$name, "model")
  expect_null(meant("option", "solvxx", option_names)$name)
  expect_null(meant("option", "zzzzzzzz", option_names)$name)
  expect_null(meant("option", "zzzzzzzz", option_names)$hint)
  # What is not among the choices is not suggested.
  expect_null(meant("option", "lr", c("alpha", "beta"))$name)
})

test_that("the errors say it", {
  skip_if_no_torch()
  says <- function(code, ...) expect_refused(code, "argument", ..., from = "nn_fit")
  fit <- function(...) nn_fit(mpg ~ wt, mtcars, ...)
  by_options <- function(code, ...) expect_refused(code, "argument", ..., from = "nn_options")
  says(
    nn_fit(mpg ~ wt, mtcars, size = 3), "size is not an option of nn_fit()",
    "Did you mean hidden_units?"
  )
  by_options(nn_options(lr = 0.1), "lr is not an option of nn_options()", "learn_rate?")
  by_options(nn_options(1, "relu", zzz = 1), "Options: hidden_units")
  says(fit(tol = 1), "tol is not", "Training ends after epochs")
  says(fit(loss = "mae"), "loss must be", "Did you mean l1?")
  says(fit(loss = "tweedie"), "loss must be", "Did you mean tweedie_nll?")
  says(fit(device = "gpu"), "device must be", "Did you mean cuda?")
  says(fit(reduction = "av"), "reduction must be", "Did you mean mean?")
})

test_that("each metric of yardstick is one of ours by its name, or is said not to be", {
  of_yardstick <- c(
    "rmse", "mae", "mape", "rsq", "rsq_trad", "huber_loss", "huber_loss_pseudo", "smape", "mase",
    "mpe", "msd", "ccc", "iic", "rpd", "rpiq", "poisson_log_loss", "accuracy", "bal_accuracy",
    "kap", "mcc", "sens", "sensitivity", "recall", "precision", "ppv", "spec", "specificity",
    "npv", "f_meas", "j_index", "detection_prevalence", "roc_auc", "pr_auc", "average_precision",
    "gain_capture", "mn_log_loss", "brier_class", "classification_cost", "concordance_survival",
    "brier_survival", "brier_survival_integrated", "roc_auc_survival"
  )
  others <- setdiff(of_yardstick, metric_names())
  expect_identical(setdiff(metric_names(), of_yardstick), character())
  for (name in others) {
    said <- meant("metrics", name, metric_names())
    expect_null(said$name, label = name)
    expect_match(said$hint, "of predictions for new rows", label = name)
  }
  expect_refused(
    nn_options(metrics = "kap"), "argument", "metrics must be", "of predictions for new rows"
  )
})
