# The data that the page plays on. A data set is what nn_fit() is given - a formula and the
# name of a data frame - and the lines of R that make that.

playground_datasets <- function(own = NULL) {
  made <- lapply(made_outcomes, function(outcome) {
    list(label = outcome$label, formula = quote(y ~ x), name = quote(d), outcome = outcome$code)
  })
  real <- list(
    thermometer = list(
      label = "Thermometer: c ~ u", formula = quote(c ~ u), name = quote(thermometer),
      data = nnfit::thermometer
    ),
    mtcars = list(
      label = "Cars: mpg ~ wt", formula = quote(mpg ~ wt), name = quote(mtcars),
      data = datasets::mtcars
    )
  )
  c(if (!is.null(own)) list(own = own), real, made)
}

# Of x from -3 to 3.
made_outcomes <- list(
  sine = list(label = "A sine: y ~ x", code = quote(sin(2 * x))),
  step = list(label = "A step: y ~ x", code = quote(as.numeric(x > 0))),
  parabola = list(label = "A parabola: y ~ x", code = quote(x^2)),
  line = list(label = "A straight line: y ~ x", code = quote(1 + 2 * x))
)

is_made_here <- function(dataset) !is.null(dataset$outcome)

# A data set with its data, its code, and the place where both languages' names mean them.
prepared_data <- function(dataset, settings) {
  if (is_made_here(dataset)) dataset <- made_data(dataset, settings)
  place <- new.env(parent = dataset$env %||% baseenv())
  place$nn_fit <- nn_fit
  place$update <- stats::update
  if (!is.null(dataset$name)) assign(as.character(dataset$name), dataset$data, place)
  dataset$place <- place
  dataset
}

made_data <- function(dataset, settings) {
  check_playground_seed(settings$data_seed, "data_seed")
  dataset$code <- made_code(dataset$outcome, settings)
  place <- new.env(parent = asNamespace("stats"))
  keep_random(for (line in dataset$code) eval(line, place))
  dataset$data <- place$d
  dataset
}

made_code <- function(outcome, settings) {
  n <- as.numeric(settings$n)
  noise <- bquote(.(settings$noise) * rnorm(.(n)))
  list(
    bquote(set.seed(.(settings$data_seed))),
    bquote(d <- data.frame(x = sort(runif(.(n), -3, 3)))),
    if (settings$noise > 0) {
      bquote(d$y <- with(d, .(outcome) + .(noise)))
    } else {
      bquote(d$y <- with(d, .(outcome)))
    }
  )
}

check_playground_seed <- function(seed, arg) {
  check_rule(seed, rule("a whole number", function(x) is_whole(x, 0, 2^31 - 1)), arg, NULL)
}

# The user's own. `written`: `data` as in the call.
own_dataset <- function(formula, data, written, call) {
  check_rule(formula, rule("a formula, such as `mpg ~ wt`", rlang::is_formula), "formula", call)
  name <- written
  if (is.null(data)) {
    data <- workspace_data(formula, call)
    name <- NULL
  }
  check_data_frame(data, "data", call)
  code <- NULL
  if (!is.null(name) && !is_free_name(name)) {
    # do.call() leaves the data themselves, which nobody could read as code.
    if (is.language(name)) code <- list(rlang::call2("<-", quote(d), name))
    name <- quote(d)
  }
  own <- list(
    label = paste("Your own:", shorten(paste(deparse(formula), collapse = " "))),
    formula = strip_formula(formula), name = name, data = data, env = environment(formula),
    code = code
  )
  check_own(own, call)
  own
}

# What the code of a run calls otherwise.
is_free_name <- function(name) {
  is.symbol(name) && !as.character(name) %in% c("fit", "nn_fit", "update", "lm")
}

# The call alone: where it is evaluated it gets its environment anew.
strip_formula <- function(formula) rlang::call2("~", !!!as.list(formula)[-1])

# One numeric predictor and one numeric outcome can be seen as a curve.
check_own <- function(own, call) {
  if (length(own$formula) != 3) {
    abort_nnfit("argument", c(
      "{.arg formula} has no outcome.", "i" = "Write it to the left: {.code mpg ~ wt}."
    ), call)
  }
  formula <- eval(own$formula, own$env)
  terms <- with_data(stats::terms(formula, data = own$data), call)
  frame <- with_data(stats::model.frame(terms, own$data), call)
  predictors <- all.vars(stats::delete.response(terms))
  one <- length(predictors) == 1 && is.numeric(own$data[[predictors]])
  outcome <- stats::model.response(frame)
  if (!one || !is.numeric(outcome) || NCOL(outcome) != 1) {
    abort_nnfit("argument", c(
      "{.arg formula} must have one numeric outcome and one numeric predictor, to be drawn as a
        curve.",
      "x" = if (length(predictors) != 1) "It has {length(predictors)} predictor{?s}."
        else if (!one) "{.field {predictors}} is {describe(own$data[[predictors]])}."
        else "The outcome is {describe(outcome)}."
    ), call)
  }
}

with_data <- function(code, call) {
  tryCatch(code, error = function(error) {
    said <- conditionMessage(error)
    abort_nnfit("data", c("{.arg formula} can not be read with {.arg data}.", "x" = "{said}"), call)
  })
}
