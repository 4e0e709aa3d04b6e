# R's checks of options and Python's, on the same values: what one takes, the
# other takes, and a misspelt name gets the same suggestion from both.
skip_if_no_torch()
skip_on_cran() # it takes long; `make test` has it

core_module <- function(name) {
  reticulate::import_from_path(paste0("nnfit.core.", name), path = core_folder())
}

asked_of <- core_module("options.asked")$Asked$of
check_in_python <- core_module("options.checks")$check
deal_in_python <- core_module("repeats.cross_validation")$deal_folds

# Prints all that differ.
expect_none <- function(lines) {
  expect(!length(lines), paste(c("They differ:", lines), collapse = "\n"))
}

# -- the values --

anything <- list(
  NULL, NA, NA_integer_, NA_real_, NaN, Inf, -Inf, -1, -1e-300, 0, 1e-300, 0.5, 1 - 1e-16, 1, 1L,
  1.5, 2, 3L, 1e6 + 0.5, 2^31 - 1, 2^31, 2^53, 2^53 + 2, 1e300, TRUE, FALSE, "", "1", "TRUE",
  "auto", "none", "\u00e9\u6f22", c(1, 2), c(0.1, 0.2), c(1, NA), character(), list(), list(1),
  c("relu", "tanh"), matrix(1:4, 2), factor("a"), as.Date("2024-01-01"), data.frame(q = 1:2), 1i,
  as.raw(1), c(a = 1), array(1), function(x) x
)

of_its_own <- list(
  hidden_units = list(
    integer(), c(32, 16), 16L, c(8, 2.5), c(3, 0), c(3, 2^31), c(3, NA), c(4, -1)
  ),
  activation = list(
    "relu", "ReLU", "Leaky ReLU", "leaky-relu", "leaky.relu", "LEAKY_RELU", "re lu", "RELU6",
    "relu!", "re/lu", "leaky\trelu", "LeakyReLU()", "relu_loss", "r\u00e9lu", "Identity", "__",
    "tanh\n"
  ),
  bias = list(c(TRUE, NA), logical(), c(a = FALSE)),
  norm = list("layer_norm", "LayerNorm", "BatchNorm1d", "batch norm", "rms_norm", "identity"),
  init = list("xavier_uniform", "xavier_uniform_", "Kaiming Normal", "zeros", "he_normal", "zero"),
  max_norm = list(1e-3, 3, "short"),
  dropout = list(0.999, -1e-10, 1 + 1e-15),
  loss = list(
    "MSELoss", "mse_loss", "MSE", "mse loss", "mse!", "loss", "NLL", "nll_loss", "CrossEntropy",
    "cross-entropy", "Huber Loss", "hinge", "mseloss!", "relu", "Quantile", "pinball", "own",
    "KLDivLoss", "MultiLabelMarginLoss", "triplet_margin_loss", "focal loss"
  ),
  reduction = list("mean", "sum", "Mean", "me", "sum "),
  optimizer = list(
    "SGD", "Adam W", "adam-w", "L.B.F.G.S", "Levenberg-Marquardt", "levenberg marquardt", "adam?",
    "mse", "RMSprop", "rms_prop"
  ),
  learn_rate = list(1e-3, 10, "fast"),
  penalty = list(1e300, 0.01),
  embed = list(
    c(station = 8), list(station = 8L, line = TRUE), list(station = 0), list(station = 2.5),
    c(station = TRUE), c(station = FALSE), c("a", "a"), "", list(8), list("a"), list(a = "b"),
    list(a = NULL), c(a = 10001), list(a = 1, 2), list(a = 1, a = 2)
  ),
  epochs = list(100, 100L, "100"),
  seed = list(42, 2^51 + 0.5, 2^52 + 1, 2^64, "42"),
  dtype = list(
    "float32", "float64", "float16", "float", "double", "torch.float32", "torch.float64",
    "torch.double", "torch.", "Float32", "float32 ", "torch.torch.float32"
  ),
  device = list(
    "cpu", "cpu:0", "cuda", "cuda:0", "cuda:12", "mps", "xpu:1", "CPU", "cuda:", "cuda:01",
    "cuda:-1", "cuda:0:0", "auto:0", "cuda0", " cpu", "cpu\n", "meta", "toaster", "cuda:\u0663"
  ),
  engine = list(
    "fused", "autograd", "least_squares", "span_of_rows", "stream", "stacked", "Fused", "fast",
    "least squares"
  ),
  bootstrap = list(100, 1L, 0L),
  folds = list(2, 10, 11, rep(1:2, 5), rep(1, 10), 1:3, c(rep(1:2, 4), NA, 1)),
  validation = list(0.25, 0.99),
  checkpoint = list("folder", "a/b", " ", "\u00e9")
)

is_na <- function(x) length(x) == 1 && is.atomic(x) && is.na(x) && !is.nan(x)

# What is not the same value on both sides: nothing to compare.
changes_on_the_way <- function(value, type) {
  switch(type,
    flag = ,
    flags = identical(value, NA), # Python gets True
    folder = is.factor(value), # which crosses as text
    seed = is_na(value), # R's sign that no seed is set; it crosses as None
    # All lists and vectors of one length are one thing in Python. R tells them apart.
    wholes = is.list(value) || identical(value, character()),
    embed = identical(value, NA) || !length(value) || is.factor(value) ||
      is.list(value) && (is.null(names(value)) || anyDuplicated(names(value)) > 0),
    component = is.function(value), # how many arguments it takes is R's to know
    # other data, in R, or rows, which only the data can judge
    share = is.list(value) || rlang::is_string(value) || is_rows(value),
    FALSE
  )
}

# One row for each: an option and a value.
cases <- function() {
  shared <- Filter(function(row) row$languages == "both", option_table())
  rows <- Filter(function(row) !row$type %in% c("data", "progress"), shared)
  each <- lapply(rows, function(row) {
    values <- c(anything, of_its_own[[row$name]])
    values <- values[!vapply(values, changes_on_the_way, NA, row$type)]
    lapply(values, function(value) list(name = row$name, part = row$part, value = value))
  })
  do.call(c, unname(each))
}

# -- the two judges --

verdict <- function(code, refusal) {
  tryCatch({
    force(code)
    "takes it"
  }, error = function(error) {
    if (refusal(error)) "refuses it" else paste("breaks:", conditionMessage(error))
  })
}

r_refuses <- function(error) inherits(error, "nnfit_error_argument")

# By the rule that nn_options() asks, as hundreds of its errors would take long.
r_says <- function(case) {
  rule <- option_rule(option_row(case$name))
  verdict(if (case$name == "folds") {
    check_folds(case$value, 1, 10, NULL)
  } else if (is.null(rule)) {
    in_nn_options(case)
  } else if (!rule$test(case$value)) {
    rlang::abort("", class = "nnfit_error_argument")
  }, r_refuses)
}

in_nn_options <- function(case) {
  # Momentum is for some optimizers only.
  beside <- if (case$name == "momentum") list(optimizer = "sgd")
  do.call(nn_options, c(stats::setNames(list(case$value), case$name), beside))
}

python_says <- function(case) {
  verdict(tryCatch({
    if (case$part == "training") {
      named <- case$name %in% c("class_weights", "embed")
      value <- if (named) by_name(case$value) else case$value
      asked_of(stats::setNames(list(value), case$name))
    } else if (case$name == "folds") {
      deal_in_python(case$value, 10L, list(1L))
    } else {
      check_in_python(case$name, case$value)
    }
  }, error = function(error) {
    # A device that is not on this machine has the form of one, which is what R judges.
    if (!grepl("` \"[a-z0-9:]+\" cannot be used", conditionMessage(error))) stop(error)
  }), function(error) grepl("NNFitError", conditionMessage(error), fixed = TRUE))
}

all <- cases()
r <- vapply(all, r_says, "")

test_that("R and Python give the same verdict on every value of every option", {
  label <- function(case) paste(case$name, "=", paste(deparse(case$value), collapse = ""))
  python <- vapply(all, python_says, "")
  differ <- r != python
  labels <- vapply(all[differ], label, "")
  expect_none(sprintf("%s: R %s, Python %s", labels, r[differ], python[differ]))
  expect_setequal(r, c("takes it", "refuses it"))
  expect_gt(length(all), 1000)
  expect_gt(sum(r == "takes it"), 150)
  expect_setequal(
    unique(vapply(all, `[[`, "", "name")),
    setdiff(names(option_table()), c(
      "family", "weights", "offset", "model", "start", "progress", "isolate", "keep_data"
    ))
  )
})

test_that("nn_options() says what the rules say", {
  names <- vapply(all, `[[`, "", "name")
  for (i in which(names %in% option_names & !duplicated(paste(names, r)))) {
    expect_identical(verdict(in_nn_options(all[[i]]), r_refuses), r[i], label = names[i])
  }
})

# -- suggestions --

hints <- local({
  all <- unique(stats::na.omit(table_of_core("options", "words")$hint))
  gsub("[`'\"]", "", all)
})

suggestion <- function(code) {
  said <- tryCatch({
    force(code)
    "nothing is wrong"
  }, error = flat_message)
  found <- regmatches(said, regexec("Did you mean (.+?)[?]", said, perl = TRUE))[[1]]
  if (length(found)) return(found[2])
  hint <- Filter(function(hint) grepl(hint, said, fixed = TRUE), hints)
  if (length(hint)) return(hint)
  if (grepl("Known:|Options:|Choose one of", said)) "none" else said
}

expect_same_suggestion <- function(names, r, python, known) {
  r_said <- vapply(names, function(name) suggestion(r(name)), "")
  python_said <- vapply(names, function(name) suggestion(python(name)), "")
  differ <- r_said != python_said
  expect_none(sprintf("%s: R %s, Python %s", names[differ], r_said[differ], python_said[differ]))
  expect_true(all(r_said %in% c(known, hints, "none")))
  expect_identical(r_said[names(names) != ""], names(names)[names(names) != ""], ignore_attr = TRUE)
}

# Named where one suggestion is the only right one. None is near to `levels`, which
# Python could suggest and R does not have.
misspelt_options <- c(
  learn_rate = "lern_rate", learn_rate = "learning_rate", learn_rate = "learnrate",
  learn_rate = "LearnRate", learn_rate = "rate", hidden_units = "hiden_units",
  hidden_units = "units", hidden_units = "hidden", hidden_units = "hidden_layers",
  hidden_units = "hiddenunits", epochs = "epoch", epochs = "epohcs", batch_size = "batch",
  batch_size = "batchsize", hidden_units = "size", stop_iter = "stop", stop_iter = "stopiter",
  activation = "act", activation = "activaton", dropout = "drop", dropout = "drop_out",
  optimizer = "optimiser", optimizer = "optim", momentum = "momentun", penalty = "penality",
  validation = "valid", weights = "weight", bootstrap = "boot", restarts = "restart",
  device = "devise", "type", progress = "progres", reduction = "reducton", scale = "scaled",
  seed = "sede", model = "mdoel", engine = "engin", bias = "baised",
  learn_rate = "lr", none = "zzzzzzzz", penalty = "weight_decay", "s", "e", "verbose", "reduce",
  "es",
  "n_epochs",
  "iter", "L2", "loss_function", "valdiation_split", "x", "random_seed", "\u00e9poque"
)

misspelt_names <- list(
  activation = c(
    relu = "rleu", relu = "relu!", sigmoid = "sig", sigmoid = "sigmiod", tanh = "tahn",
    leaky_relu = "leaky", leaky_relu = "leeky_relu", softplus = "soft_pluss", none = "qqqqqqqq",
    "soft", "elu6", "lu", "", "s", "linear", "swish", "logistic", "hard", "Softmax2d", "t\u00e4nh"
  ),
  init = c(
    orthogonal = "orthogonl", xavier_uniform = "xavier_unifrom", eye = "eyes", none = "qqqqqqqq",
    "kaiming_", "he", "glorot", "normal_normal", "lecun"
  ),
  norm = c(batch_norm = "bach_norm", layer_norm = "layer_nrom", none = "qqqqqqqq", "group", ""),
  loss = c(
    cross_entropy = "cross_entrpy", cross_entropy = "entropy", mse = "msee", huber = "hubert",
    none = "qqqqqqqq", "l2", "mae", "log", "bce_logits", "nlll", "margin", "smooth", "poisson"
  ),
  optimizer = c(
    adam = "adamm", adam = "aadm", sgd = "sdg", rmsprop = "rmspropp", lbfgs = "bfgs",
    levenberg_marquardt = "marquardt", levenberg_marquardt = "leven", none = "qqqqqqqq",
    "ada", "prop", "rad", "momentum", "newton", "LM", "sgd+"
  )
)

words_of <- function(kind) {
  words <- table_of_core("options", "words")
  words <- words[words$kind == kind, ]
  # As they are, and with a letter put in, which only a long word can have.
  long <- words$word[nchar(words$word) > 5]
  c(words$word, paste0(long[seq(1, length(long), by = 10)], "z"))
}

test_that("a misspelt option gets the same suggestion from both", {
  expect_same_suggestion(
    # That is an option in R, and a word for `loss` in Python.
    Filter(function(word) word != "family", c(misspelt_options, words_of("option"))),
    function(name) do.call(collect_options, c(stats::setNames(list(1), name), list(call = NULL))),
    function(name) asked_of(stats::setNames(list(1), name)),
    option_names
  )
})

test_that("a misspelt name of the catalog gets the same suggestion from both", {
  lookup <- core_module("options.catalog")$lookup
  for (kind in names(misspelt_names)) {
    expect_same_suggestion(
      c(misspelt_names[[kind]], words_of(kind)),
      function(name) catalog_name(kind, name, kind, NULL),
      function(name) lookup(kind, name),
      catalog(kind)$name
    )
  }
})

test_that("a misspelt choice gets the same suggestion from both", {
  for (option in c("reduction", "dtype", "device", "engine")) {
    choices <- option_row(option)$choices
    names <- c(words_of(option), substr(choices, 1, 3), paste0(choices, "q"), "zzzzzzzz", "")
    names <- setdiff(names, choices)
    r <- function(name) check_option(name, option, NULL)
    python <- function(name) check_in_python(option, name)
    for (name in names) {
      one <- suggestion(r(name))
      other <- suggestion(python(name))
      if (!one %in% c(choices, hints)) one <- "none"
      if (!other %in% c(choices, hints)) other <- "none"
      expect_identical(one, other, label = paste(option, name))
    }
  }
  expect_identical(suggestion(nn_options(reduction = "av")), "mean")
  expect_identical(suggestion(nn_options(device = "gpu")), "cuda")
})

test_that("names are read and compared alike, whatever they are", {
  python <- core_module("ground.names")
  letters <- c("a", "b", "A", "B", "_", "-", ".", " ", "!", "1", "\u00e9", "\u00c9", "\u212a")
  words <- withr::with_seed(1, replicate(200, {
    paste(sample(letters, sample(0:8, 1), replace = TRUE), collapse = "")
  }))
  expect_identical(
    unname(canonical_name(words)), vapply(words, python$canonical_name, "", USE.NAMES = FALSE)
  )
  choices <- unique(words[1:40])
  expect_identical(
    lapply(words, nearest, choices), lapply(words, python$nearest, as.list(choices))
  )
  for (word in words[1:15]) {
    expect_identical(
      as.integer(edits(word, words)), vapply(words, python$edits, 1L, word, USE.NAMES = FALSE)
    )
  }
})

# -- arguments of activations, losses and optimizers --

beside_anything <- list(
  c(0.9, 0.99), c(2, 2), c(0, 0), list(NULL, 0.5), list(0.5, NULL), list(1, "a"),
  list(a = 1, b = 2), c(a = 1, b = 0), c(1, -1), 1e-8, 1e-9, "tanh",
  "strong_wolfe", "mean", 10000, 10001, -0.8
)

# As it crosses. That R alone refuses a pair with names is no difference of the two.
as_python_has_it <- function(value, type) {
  if (type == "class_numbers" && !is.null(names(value))) as.list(value) else unname(value)
}

no_argument <- function(value, type) {
  is.data.frame(value) || identical(value, NA_integer_) || # -2^31 in Python
    type == "flag" && identical(value, NA) || type == "pair" && !is.null(names(value))
}

test_that("R and Python give the same verdict on every argument", {
  arguments <- core_module("options.arguments")
  values <- c(anything, beside_anything)
  lines <- character()
  tried <- character()
  table <- table_of_core("options", "arguments", colClasses = "character")
  for (i in which(is.na(table$instead))) {
    kind <- table$kind[i]
    name <- strsplit(table$of[i], " ", fixed = TRUE)[[1]][1]
    argument <- table$argument[i]
    row <- argument_rows(kind, name)[[argument]]
    rule <- argument_rule(row)
    for (value in values) {
      if (no_argument(value, row$type)) next
      r <- if (rule$test(value)) "takes it" else "refuses it"
      python <- verdict(
        arguments$check_argument(kind, name, argument, as_python_has_it(value, row$type)),
        function(error) grepl("NNFitError", conditionMessage(error), fixed = TRUE)
      )
      tried <- c(tried, r)
      if (r != python) {
        lines <- c(lines, sprintf("%s %s = %s: R %s, Python %s", name, argument,
          paste(deparse(value), collapse = ""), r, python))
      }
    }
  }
  expect_none(lines)
  expect_gt(sum(tried == "takes it"), 300)
})

test_that("a misspelt argument gets the same suggestion from both", {
  parse <- core_module("options.catalog")$parse
  misspelt <- list(
    loss = list(
      "cross_entropy", c(label_smoothing = "smoothing", weight = "wieght", none = "qqqqq")
    ),
    optimizer = list("adam", c(betas = "beta", amsgrad = "amsgrd", none = "zzzzzz"))
  )
  for (kind in names(misspelt)) {
    name <- misspelt[[kind]][[1]]
    expect_same_suggestion(
      misspelt[[kind]][[2]],
      function(wrong) {
        check_known_argument(kind, name, wrong, names(argument_rows(kind, name)), kind, NULL)
      },
      function(wrong) parse(kind, list(name, stats::setNames(list(1), wrong))),
      names(argument_rows(kind, name))
    )
  }
})
