# A run: what the settings come to. The call that is shown to be copied is the one that is
# evaluated.

# `dataset`: as playground_datasets() has it. A run is a list of the `settings`, the prepared
# `data`, the `fit` with what was warned of (`warnings`), `lm()` beside it, and `calls`, the
# code; or of a `refusal` in the place of the fit.
playground_run <- function(dataset, settings, held = list()) {
  run <- list(settings = settings, warnings = character())
  tryCatch(
    {
      run$data <- prepared_data(dataset, settings)
      options <- settings_options(settings, held)
      run$calls <- list(bquote(fit <- .(fit_call(run$data, options))))
      fitted_run(run, run$calls[[1]][[3]])
    },
    error = function(error) refused_run(run, error)
  )
}

fit_call <- function(data, options) {
  rlang::call2("nn_fit", data$formula, !!!as.list(data$name), !!!options)
}

# So many epochs more than it has had.
run_on <- function(run, epochs) {
  if (is.null(run$fit)) return(run)
  why <- ended_words[run$fit$stopped]
  if (!is.na(why)) {
    run$refusal <- list(control = "more", message = unname(why))
    return(run)
  }
  call <- bquote(update(fit, epochs = .(epochs)))
  run$calls <- c(run$calls, bquote(fit <- .(call)))
  run$refusal <- NULL
  # Another visitor of the page may have begun with the same run.
  assign("fit", run$fit, run$data$place)
  tryCatch(fitted_run(run, call), error = function(error) refused_run(run, error))
}

ended_words <- c(
  converged = "The fit has converged: more epochs change nothing.",
  diverged = "The fit has diverged: there is nothing to go on with. Change something first."
)

fitted_run <- function(run, call) {
  place <- run$data$place
  heard <- with_warnings(eval(call, place))
  run$fit <- heard$value
  assign("fit", run$fit, place)
  run$warnings <- heard$warnings
  run$rows <- run_rows(run)
  trained <- run$rows$data[run$rows$part == "training", , drop = FALSE]
  run$lm <- stats::lm(run$fit$formula, trained)
  run
}

with_warnings <- function(code) {
  warnings <- character()
  value <- withCallingHandlers(code, warning = function(warning) {
    warnings <<- c(warnings, message_text(warning))
    invokeRestart("muffleWarning")
  })
  list(value = value, warnings = unique(warnings))
}

# For a page, which knows no colours of a console and breaks lines by itself: one for each bullet.
message_text <- function(condition) {
  text <- cli::ansi_strip(conditionMessage(condition))
  gsub("\n(?!(\u2716|\u2139|\u2022|\u2714|[xiv*!]) )\\s*", " ", text, perl = TRUE)
}

# The rows of the fit: their data, x, y, and whether they were held out.
run_rows <- function(run) {
  fit <- run$fit
  data <- run$data$data
  if (!is.null(fit$kept)) data <- data[fit$kept, , drop = FALSE]
  name <- only_predictor(fit, NULL)
  list(data = data, x = data[[name]], y = as.vector(fit$outcome$values), part = row_parts(fit),
    names = c(x = name, y = outcome_names(fit)))
}

# By the control of the first option that the error names.
refused_run <- function(run, error) {
  run["fit"] <- list(NULL)
  run$refusal <- list(control = named_control(conditionMessage(error)), message =
    message_text(error))
  run
}

# "" where it names none of them.
named_control <- function(message) {
  message <- cli::ansi_strip(message)
  names <- regmatches(message, gregexpr("(?<=`)[A-Za-z_.]+(?=[` ])", message, perl = TRUE))[[1]]
  names[names == "hidden_units"] <- "units_1"
  known <- intersect(names, names(start_settings()))
  if (length(known)) known[1] else ""
}

# The code of a run, to be copied.
run_code <- function(run) {
  held <- length(run$fit$validation_rows) > 0
  data <- run$data$name
  lines <- c(
    list(quote(library(nnfit))), run$data$code, run$calls,
    list(quote(plot(fit, "curve")), quote(plot(fit, "loss", log = "y")), quote(nn_diagnose(fit)))
  )
  beside <- if (is.null(data)) {
    if (!held) bquote(lm(.(run$data$formula)))
  } else {
    rows <- if (held) bquote(.(data)[-fit$validation_rows, ]) else data
    bquote(lm(.(run$data$formula), .(rows)))
  }
  text <- vapply(c(lines, beside), function(line) {
    paste(deparse(line, width.cutoff = 70L), collapse = "\n")
  }, "")
  paste(text, collapse = "\n")
}
