test_that("the defaults are those of a linear model", {
  options <- nn_options()
  expect_s3_class(options, "nn_options")
  expect_identical(options$hidden_units, integer())
  expect_identical(options$activation, list())
  expect_null(options$loss)
  expect_true("optimizer" %in% names(options))
})

test_that("each option out of range is refused by its name", {
  wrong <- list(
    hidden_units = 0, hidden_units = 1.5, hidden_units = 1e12, hidden_units = 2^31,
    hidden_units = "8", hidden_units = matrix(1:4, 2), bias = NA, dropout = c(0, 0), dropout = 1,
    dropout = -0.1, reduction = "none", learn_rate = 0, learn_rate = NA, learn_rate = Inf,
    residual = NA, skip = 1, max_norm = 0, max_norm = -1, max_norm = c(1, 2),
    momentum = 1, penalty = -1, epochs = 0, epochs = 2.5, epochs = Inf, batch_size = 0,
    validation = 1, validation = TRUE, stop_iter = 0, scale = "yes",
    seed = -1, seed = "a", seed = 2^64, seed = NaN, bootstrap = 1, restarts = 0,
    dtype = "float16", dtype = "double", device = 1, device = "toaster", engine = "fast",
    progress = NA
  )
  for (i in seq_along(wrong)) {
    expect_refused(do.call(nn_options, wrong[i]), "argument", paste(names(wrong)[i], "must be"))
  }
})

test_that("a bias is for all layers, or for each and the output", {
  expect_identical(nn_options(c(3, 2), bias = c(TRUE, FALSE, TRUE))$bias, c(TRUE, FALSE, TRUE))
  for (bias in list(c(TRUE, FALSE), rep(TRUE, 4))) {
    expect_refused(
      nn_options(c(3, 2), bias = bias), "argument",
      "bias must have one element, or one per layer, the outputs too", "hidden_units has 2"
    )
  }
})

test_that("one activation serves every layer, or each has its own", {
  expect_identical(
    lapply(nn_options(c(3, 2), "tanh")$activation, `[[`, 1), list("tanh", "tanh")
  )
  mixed <- nn_options(c(3, 2), list("relu", list("leaky_relu", negative_slope = 0.1)))
  expect_identical(mixed$activation[[2]], list("leaky_relu", list(negative_slope = 0.1)))
  one <- nn_options(c(3, 2), list("leaky_relu", negative_slope = 0.1))$activation
  expect_identical(one[[1]], one[[2]])
  expect_refused(nn_options(3, activation = sin), "argument", "activation must be a name")
  expect_refused(
    nn_options(c(3, 2, 1), c("relu", "tanh")), "argument",
    "activation must have one element, or one per hidden layer", "It has 2; hidden_units has 3"
  )
})

test_that("one norm serves every layer, or each has its own", {
  expect_identical(nn_options(c(3, 2))$norm, list())
  expect_identical(
    lapply(nn_options(c(3, 2), norm = "LayerNorm")$norm, `[[`, 1), list("layer_norm", "layer_norm")
  )
  mixed <- nn_options(c(3, 2), norm = list("identity", list("batch_norm", momentum = NULL)))$norm
  expect_identical(mixed[[2]], list("batch_norm", list(momentum = NULL)))
  expect_refused(
    nn_options(c(3, 2, 1), norm = c("batch_norm", "layer_norm")), "argument",
    "norm must have one element, or one per hidden layer", "It has 2; hidden_units has 3"
  )
  expect_refused(
    nn_options(3, norm = list("layer_norm", eps = 0)), "argument",
    "norm layer_norm takes a eps that is a number above 0"
  )
  expect_refused(
    nn_options(3, norm = list("batch_norm", track_running_stats = FALSE)), "argument",
    "norm batch_norm has no argument track_running_stats"
  )
})

test_that("initial values are a name of torch's, perhaps with its arguments", {
  expect_null(nn_options(3)$init)
  expect_identical(
    nn_options(3, init = list("kaiming_normal", nonlinearity = "relu"))$init,
    list("kaiming_normal", list(nonlinearity = "relu"))
  )
  expect_refused(nn_options(3, init = "he_normal"), "argument", "Did you mean kaiming_normal?")
  expect_refused(
    nn_options(3, init = list("kaiming_normal", nonlinearity = "swish")), "argument",
    "takes a nonlinearity that is linear, sigmoid, tanh, relu, leaky_relu or selu"
  )
  expect_refused(nn_options(3, init = 0), "argument", "init must be a name")
})

test_that("options that do not go together are refused", {
  expect_refused(nn_options(momentum = 0.9), "argument", "momentum applies to the optimizers")
  expect_refused(
    nn_options(momentum = 0.9, optimizer = "adam"), "argument", "rmsprop and sgd only"
  )
  expect_identical(nn_options(momentum = 0.9, optimizer = "SGD")$momentum, 0.9)
  for (optimizer in c("lbfgs", "levenberg_marquardt")) {
    expect_refused(
      nn_options(optimizer = optimizer, batch_size = 10), "argument",
      paste("batch_size must be NULL with the optimizer", optimizer)
    )
  }
  for (optimizer in c("lbfgs", "levenberg_marquardt", "rprop")) {
    expect_refused(
      nn_options(optimizer = optimizer, schedule = "cosine"), "argument",
      paste("schedule must be NULL with the optimizer", optimizer)
    )
  }
  expect_identical(
    nn_options(optimizer = "adam", schedule = "one cycle")$schedule, list("one_cycle", list())
  )
  expect_refused(nn_options(model = list()), "argument", "model must be a torch module")
})

test_that("a misspelt option is refused with the nearest one", {
  expect_refused(
    nn_fit(c ~ u, thermometer, hiden_units = 3), "argument",
    "hiden_units is not an option of nn_fit()", "Did you mean hidden_units?", from = "nn_fit"
  )
  expect_refused(nn_fit(c ~ u, thermometer, hidden = 3), "argument", "Did you mean hidden_units?")
  expect_refused(nn_fit(c ~ u, thermometer, 100), "argument", "Every option must be named")
})

test_that("a symbol or a call is a wrong value, and no code to run", {
  for (wrong in list(quote(nonesuch), quote(stop("run")), expression(stop("run")))) {
    expect_refused(nn_fit(mpg ~ wt, mtcars, epochs = wrong), "argument", "epochs must be")
    expect_refused(nn_fit(mpg ~ wt, mtcars, activation = wrong), "argument", "activation must be")
  }
})

test_that("an option that is left empty is refused by name", {
  empty <- rlang::call2("nn_fit", mpg ~ wt, quote(mtcars), epochs = rlang::missing_arg())
  expect_refused(eval(empty), "argument", "epochs is empty", from = "nn_fit")
  expect_refused(nn_cv(mpg ~ wt, mtcars, epochs = , folds = 2), "argument", "epochs is empty")
  expect_s3_class(nn_fit(mpg ~ wt, mtcars, ), "nn_fit")
})

test_that("call is a frame or a call", {
  for (wrong in list(3, "f", NA, list(), ~x, mean)) {
    expect_refused(nn_options(call = wrong), "argument", "call must be the environment of a")
  }
  expect_s3_class(nn_options(call = NULL), "nn_options")
})

test_that("objects that are no names are refused where a name is expected", {
  for (wrong in list(methods::getClass("numeric"), mean, globalenv(), mtcars, integer())) {
    for (name in c("activation", "loss", "optimizer")) {
      if (name == "loss" && is.function(wrong)) next # is one of the user's own
      given <- stats::setNames(list(mpg ~ wt, mtcars, wrong), c("", "", name))
      expect_refused(do.call(nn_fit, given), "argument", paste(name, "must be a name, or a list"))
    }
  }
})

test_that("a misspelt option is refused before its value, which may be a column, is looked at", {
  says <- function(code, of, from) {
    expect_refused(code, "argument", paste0("weigths is not an option of ", of), "weights?",
      from = from)
  }
  says(nn_fit(mpg ~ wt, mtcars, weigths = hp), "nn_fit()", "nn_fit")
  says(nn_fit(as.matrix(mtcars), mtcars$mpg, weigths = hp), "nn_fit()", "nn_fit")
  says(nn_cv(mpg ~ wt, mtcars, weigths = hp), "nn_fit()", "nn_cv")
  says(nn_options(weigths = hp), "nn_options()", "nn_options")
  # Names may come with what is spliced in, and are seen there.
  expect_refused(nn_fit(mpg ~ wt, mtcars, !!!list(zzz = 1)), "argument", "zzz is not an option")
})

test_that("a class of torch's in the place of a module has the hint to call it", {
  skip_if_no_torch()
  expect_refused(nn_options(model = torch$nn$Linear), "argument", "call it, as torch$nn$Linear(1L")
  error <- expect_error(nn_options(model = 1), class = "nnfit_error_argument")
  expect_no_match(flat_message(error), "call it")
})
