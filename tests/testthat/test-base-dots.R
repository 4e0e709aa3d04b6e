skip_if_no_torch()

# -- every method of the package refuses what it does not know --

# The S3 methods in NAMESPACE: generic, its package ("" where it is to be seen from
# here) and class.
registered <- function() {
  lines <- grep("^S3method\\(", readLines(file.path(source_root(), "NAMESPACE")), value = TRUE)
  inside <- gsub("\"", "", sub("^S3method\\((.*)\\)$", "\\1", lines))
  # all.equal reads like all() of the class equal.torch.Tensor, to roxygen2
  inside <- sub("^all,equal[.]", "all.equal,", inside)
  parts <- do.call(rbind, strsplit(inside, ",", fixed = TRUE))
  from <- ifelse(grepl("::", parts[, 1]), sub("::.*", "", parts[, 1]), "")
  data.frame(generic = sub(".*::", "", parts[, 1]), from = from, class = parts[, 2])
}

find_generic <- function(method) {
  if (nzchar(method$from)) return(getExportedValue(method$from, method$generic))
  get(method$generic, asNamespace("nnfit"))
}

# A method that is not called by its own name, or that takes what it is given.
excused <- c(
  "$.torch.Tensor" = "takes a name",
  "[.torch.Tensor" = "takes indices, whose names do not matter to R",
  "[<-.torch.Tensor" = "takes indices, whose names do not matter to R",
  "[[.torch.Tensor" = "takes indices, whose names do not matter to R",
  "[[<-.torch.Tensor" = "takes indices, whose names do not matter to R",
  "$.nnfit.python" = "takes a name",
  "$.nn_fit" = "takes a name",
  "$<-.nn_fit" = "takes a name and a value",
  "$.summary.nn_fit" = "takes a name",
  "[[.nnfit.python" = "takes a name",
  "c.torch.Tensor" = "joins what it is given, under whatever name",
  "cbind.torch.Tensor" = "joins what it is given, under whatever name",
  "rbind.torch.Tensor" = "joins what it is given, under whatever name",
  "Ops.torch.Tensor" = "operators have two sides",
  "Summary.torch.Tensor" = "sum(x, foo = 1) adds 1, as in R",
  "Math.torch.Tensor" = "its functions are tried below",
  "Complex.torch.Tensor" = "R allows these nothing else",
  "nn_fit.default" = "refuses any x",
  "nn_cv.default" = "refuses any x",
  "nn_tune.default" = "refuses any x",
  "lm_compare.default" = "refuses any x",
  "loss_table.default" = "refuses any fit"
)

# Packages for which there are methods that hand on to the package what they are given.
handed_on <- c("sandwich", "lmtest", "emmeans", "effects", "insight", "performance")

fit <- nn_fit(mpg ~ wt, mtcars, bootstrap = 3, seed = 1)
network <- nn_fit(Species ~ ., iris, hidden_units = 2, epochs = 2, seed = 1)
x <- as_tensor(matrix(c(2, 1, 1, 3), 2))

made <- list(
  nn_fit = fit, torch.Tensor = x, nn_cv = nn_cv(mpg ~ wt, mtcars, folds = 2, seed = 1),
  lm_compare = lm_compare(mpg ~ wt, mtcars, methods = c("qr", "sgd"), epochs = 9),
  lm_pair = lm_compare(mpg ~ wt, mtcars), summary.nn_fit = summary(fit),
  nn_loss_table = loss_table(fit), nn_activation_table = activation_table("relu"),
  tensor_qr = qr(x), formula = mpg ~ wt, lm = lm(mpg ~ wt, mtcars), matrix = as.matrix(mtcars),
  data.frame = mtcars, array = array(1:8, c(2, 2, 2)),
  nn_confusion = confusion_picture(network, NULL), nn_observed = observed_picture(fit, NULL),
  nn_probability = probability_picture(network, NULL), nn_residuals = residual_picture(fit, NULL),
  nn_curve = curve_picture(fit, mtcars, NULL, NULL), nn_network = network_picture(fit, FALSE, NULL),
  nn_tuning = tuning_picture(
    nn_fit(mpg ~ wt, mtcars, hidden_units = 2, seed = 1), NULL
  ),
  nn_embedding = embedding_picture(
    nn_fit(mpg ~ factor(cyl), mtcars, hidden_units = 2, embed = "factor(cyl)", epochs = 2), NULL
  ),
  nn_diagnose = nn_diagnose(network), nn_importance = fixed_importance(), nn_shap = fixed_shares(),
  nn_shap_values = fixed_shap("values"), nn_shap_mean = fixed_shap("mean"),
  nn_shap_dependence = fixed_shap("dependence"),
  nn_effects = nn_effects(network), nn_effect_curves = fixed_effect_curves(),
  nn_effect_levels = fixed_effect_levels(), nn_effect_surface = fixed_effect_surface(),
  nn_average_effects = fixed_average_effects(),
  nn_tune = nn_tune(mpg ~ wt, mtcars, penalty = list(0.1, 1), folds = 2, seed = 1),
  nn_rates = rate_picture(
    nn_fit(mpg ~ wt, mtcars, hidden_units = 2, learn_rate = "find", epochs = 2, seed = 1), NULL
  )
)

made$nn_searched <- searched_picture(made$nn_tune)
for (name in c("fits", "path")) {
  made[[paste0("nn_compared_", name)]] <- compared_picture(made$lm_compare, name, FALSE, 0.9, NULL)
}
made$nn_compared_losses <- compared_picture(made$lm_compare, "loss", FALSE, 0.9, NULL)
made$nn_compared_estimates <- compared_picture(made$lm_compare, "coefficients", FALSE, 0.9, NULL)

# What the method needs beside its first argument.
beside <- function(method) {
  name <- paste(method$generic, method$class, sep = ".")
  switch(name,
    nn_fit.formula = , nn_cv.formula = , lm_compare.formula = , nn_fit.recipe = ,
    nn_tune.formula = list(mtcars),
    nn_fit.matrix = , nn_cv.matrix = , nn_fit.data.frame = , nn_cv.data.frame = ,
    nn_tune.matrix = , nn_tune.data.frame = list(mtcars$mpg),
    nn_fit.torch.Tensor = , nn_cv.torch.Tensor = , nn_fit.array = , nn_cv.array = ,
    nn_tune.torch.Tensor = , nn_tune.array = list(1:2),
    lm_compare.lm = list(fit), lm_compare.nn_fit = list(made$lm),
    all.equal.torch.Tensor = list(x), solve.tensor_qr = list(c(1, 2)),
    list()
  )
}

# What does a method say to an argument that it does not know?
refusal <- function(method) {
  object <- made[[method$class]]
  if (method$class == "recipe") object <- recipes::recipe(mpg ~ wt, mtcars)
  tryCatch({
    utils::capture.output(do.call(find_generic(method), c(list(object), beside(method), foo = 1)))
    "takes it"
  }, error = function(error) {
    named <- grepl("foo", conditionMessage(error), fixed = TRUE)
    if (named && inherits(error, "nnfit_error")) "refuses it" else conditionMessage(error)
  })
}

# Without `...`, R itself refuses, before it looks for a method.
takes_dots <- function(method) {
  generic <- find_generic(method)
  "..." %in% names(formals(if (is.primitive(generic)) args(generic) else generic))
}

# A generic that refuses any fit says so, and not what is wrong with its arguments.
refused_whole <- function(method) {
  found <- get0(paste(method$generic, method$class, sep = "."), asNamespace("nnfit"))
  any(grepl("refuse_generic", deparse(body(found))))
}

test_that("every method in NAMESPACE refuses an argument that it does not know, and names it", {
  methods <- registered()
  names <- paste(methods$generic, methods$class, sep = ".")
  expect_gt(nrow(methods), 120)
  expect_identical(setdiff(names(excused), names), character())
  withr::local_envvar(TZ = "UTC") # which recipes asks the system for
  if (!requireNamespace("recipes", quietly = TRUE)) methods <- methods[methods$class != "recipe", ]
  if (!requireNamespace("ggplot2", quietly = TRUE)) methods <- methods[methods$from != "ggplot2", ]
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  for (i in which(!names %in% names(excused) & !methods$from %in% handed_on)) {
    said <- refusal(methods[i, ])
    if (refused_whole(methods[i, ])) {
      expect_match(said, methods$generic[i], fixed = TRUE, label = names[i])
    } else if (takes_dots(methods[i, ])) {
      expect_identical(said, "refuses it", label = names[i])
    } else {
      expect_match(said, "unused argument|argument name|arguments passed", label = names[i])
    }
  }
})

test_that("the functions of the group Math take what R's take", {
  expect_equal(as.array(log(x, base = 2)), log(as.array(x), base = 2))
  expect_equal(as.array(log(x, 2)), log(as.array(x), 2))
  expect_equal(as.array(round(x, 1)), round(as.array(x), 1))
  expect_equal(as.array(signif(x / 3, digits = 2)), signif(as.array(x / 3), 2))
  # R itself refuses, but for trunc() and cumsum().
  for (name in c("exp", "abs", "cumsum", "trunc", "log", "round", "signif")) {
    expect_error(get(name)(x, foo = 1), "foo|requires 1", label = name)
  }
  expect_refused(trunc(x, foo = 3), "argument", "foo is not an argument of trunc()")
  expect_refused(trunc(x, 3), "argument", "without a name too many: 3")
})

# -- what is said --

test_that("what was probably meant is named", {
  says <- function(code, ...) expect_refused(code, "argument", ...)
  says(
    predict(fit, new_data = mtcars), "new_data is not an argument of predict()",
    "Did you mean newdata?", from = "predict"
  )
  says(predict(fit, newData = mtcars), "Did you mean newdata?")
  says(predict(fit, data = mtcars), "Did you mean newdata?")
  says(predict(fit, mtcars, se_fit = TRUE), "Did you mean se.fit?")
  says(predict(fit, mtcars, threshold = 0.5), "threshold", "type = prob")
  says(predict(fit, mtcars, epoch = 3), "epoch", "one epoch: the last, or the best with stop_iter")
  says(residuals(fit, typo = "response"), "Did you mean type?")
  says(fitted(fit, newdata = mtcars), "not an argument of fitted()", "predict() takes it")
  says(fitted(fit, type = "link"), "type is not an argument of fitted()", "predict() takes it")
  says(residuals(fit, newdata = mtcars), "not an argument of residuals()", "predict() takes it")
  says(summary(fit, digits = 3), "not an argument of summary()", "print() of the summary takes it")
  says(predict(fit, mtcars, cutoff = 0.5), "cutoff", "type = prob")
  says(predict(fit, mtcars, epochs = 3), "epochs", "one epoch: the last, or the best")
  says(predict(fit, mtcars, na.action = na.omit), "na.action", "missing predictor give NA")
  says(predict(fit, mtcars, weights = 1), "Predictions do not depend on weights")
  says(predict(fit, mtcars, batch_size = 8), "batch_size", "All rows are predicted at once")
  says(coef(fit, foo = 1), "foo is not an argument of coef()", "It takes nothing beside object")
  says(confint(fit, conf.level = 0.9), "Did you mean level?")
  says(plot(fit, colour = "red"), "colour is not an argument of plot()", "Did you mean col?")
  says(plot(fit, wich = "loss"), "Did you mean which?")
  says(plot(fit, "observed", main_title = "x"), "main_title", from = "plot")
})

test_that("every word of another package is taken for the argument that is meant", {
  for (word in names(argument_words)) {
    meant <- argument_words[[word]]
    expect_identical(nearest_argument(word, c("one", meant), "two"), meant)
    expect_identical(nearest_argument(toupper(word), "one", c("two", meant)), meant)
  }
  expect_setequal(
    names(argument_words)[argument_words == "newdata"],
    c("data", "newx", "x", "df", "dataset", "testdata")
  )
  expect_setequal(
    names(argument_words)[argument_words == "level"],
    c("conf", "conflevel", "confidence", "coverage")
  )
  others <- argument_words[!argument_words %in% c("newdata", "level")]
  expect_mapequal(others, c(
    kind = "type", output = "type", what = "which", signif = "digits", colour = "col",
    color = "col", title = "main", linewidth = "lwd", shape = "pch",
    allownewlevels = "new_levels", novellevels = "new_levels"
  ))
})

test_that("arguments without a name that are too many are shown", {
  expect_refused(
    fitted(fit, mtcars$wt + 1), "argument", "fitted() was given an argument without a name too",
    "mtcars$wt + 1", "It takes object", from = "fitted"
  )
  expect_refused(coef(fit, 1), "argument", "too many: 1")
  expect_refused(plot(fit, "loss", 1:3), "argument", "too many: 1:3")
  expect_identical(fitted(fit, ), fitted(fit))
})

test_that("what is passed on still is", {
  expect_output(str(list(a = fit, b = x)), "nn_fit: Linear model")
  expect_equal(as.vector(rep(x, 2)), rep(as.vector(x), 2))
  expect_identical(length(rep(x, each = 2)), 8L)
  expect_equal(unname(quantile(x, 0.5, type = 7)), 1.5)
  expect_true(all.equal(x, x + 1e-3, tolerance = 0.1))
  expect_identical(format(x, nsmall = 2), format(as.array(x), nsmall = 2))
  expect_named(as.data.frame(x, make.names = FALSE), c("V1", "V2"))
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_silent(plot(fit, main = "m", sub = "s", cex.axis = 0.5, tcl = 0.2))
  expect_silent(plot(fit, "observed", asp = 1, panel.last = NULL, mgp = c(2, 1, 0)))
})

test_that("a refusal evaluates nothing and draws nothing", {
  expect_refused(fitted(fit, foo = stop("evaluated")), "argument", "foo")
  while (!is.null(grDevices::dev.list())) grDevices::dev.off()
  expect_refused(plot(fit, foo = 1), "argument", "foo")
  expect_refused(plot(loss_table(fit), type = "p"), "argument", "type")
  expect_null(grDevices::dev.list())
})

test_that("an argument that is missing is named by every exported function", {
  says <- function(code, arg, from) {
    expect_refused(code, "argument", paste(arg, "is missing"), from = from)
  }
  says(nn_fit(data = mtcars), "formula", "nn_fit.formula")
  says(lm_compare(), "x", "lm_compare")
  says(lm_compare(data = mtcars), "x", "lm_compare")
  says(lm_compare(lm(mpg ~ wt, mtcars)), "y", "lm_compare")
  says(lm_compare(fit), "y", "lm_compare")
  says(loss_table(), "fit", "loss_table")
  says(as_tensor(), "x", "as_tensor")
  says(solve(qr(x)), "b", "solve")
  for (fun in list(nn_fit, nn_cv)) {
    expect_refused(fun(), "argument", "x must be a formula, data frame, matrix", "not missing")
    expect_refused(fun(as.matrix(mtcars)), "argument", "y, the outcome, is missing")
    expect_refused(fun(mtcars), "argument", "y, the outcome, is missing")
    expect_refused(fun(as_tensor(as.matrix(mtcars))), "argument", "y, the outcome, is missing")
    expect_refused(fun(mpg ~ wt), "data", "Without data, the variables of the formula must")
  }
  skip_if_no_recipes()
  says(nn_fit(recipes::recipe(mpg ~ wt, mtcars)), "data", "nn_fit")
})

test_that("choices may be cut short, as match.arg() takes them", {
  expect_identical(predict(fit, mtcars, "resp"), predict(fit, mtcars))
  expect_identical(
    predict(fit, mtcars, interval = "conf"), predict(fit, mtcars, interval = "confidence")
  )
  expect_identical(residuals(fit, "dev"), residuals(fit, "deviance"))
  expect_refused(predict(fit, type = ""), "argument", "type must be one of response")
  expect_refused(predict(fit, type = "raw"), "argument", "type must be one of response")
  expect_refused(predict(fit, interval = "confidnce"), "argument", "Did you mean confidence?")
  expect_refused(predict(fit, type = c("link", "prob")), "argument", "type must be one of")
  expect_refused(plot(fit, NA), "argument", "which must be one of loss, observed")
})

test_that("the words of other packages are understood in methods", {
  meant <- list(
    newdata = c("data", "newx", "x", "df", "data.set", "test_data"),
    level = c("conf", "conf.level", "confidence", "coverage"), type = c("kind", "output"),
    which = "what", digits = "signif", col = c("colour", "color"), main = "title",
    lwd = "linewidth", pch = "shape", new_levels = c("allow.new.levels", "novel_levels")
  )
  expect_setequal(canonical_name(unlist(meant)), names(argument_words))
  for (argument in names(meant)) {
    for (word in meant[[argument]]) {
      expect_identical(nearest_argument(word, names(meant), character()), argument, label = word)
    }
  }
})
