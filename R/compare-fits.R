# Fits that are there already, beside each other.

# `y`: NULL where it was not given.
compare_given <- function(x, y, ..., call) {
  fits <- named_fits(x, y, ..., call = call)
  check_responses(fits, call)
  is_r <- vapply(fits, inherits, NA, "lm")
  reference <- read_reference(fits[[which(is_r)[1]]], call)
  if (is_pair(fits)) {
    made <- new_lm_pair(fits[[which(is_r)]], fits[[which(!is_r)]], call)
  } else {
    made <- compare_records(fits, reference, call)
  }
  made$call <- match.call(function(x, y, ...) NULL, call_as_written(call, quote(lm_compare)))
  made
}

# One lm() and one nn_fit() whose coefficients are of the same kind.
is_pair <- function(fits) {
  is_r <- vapply(fits, inherits, NA, "lm")
  if (length(fits) != 2 || sum(is_r) != 1 || inherits(fits[[which(is_r)]], "glm")) return(FALSE)
  is_line(fits[[which(!is_r)]])
}

compare_records <- function(fits, reference, call) {
  records <- Map(function(fit, label) fit_record(fit, label, reference, call), fits, names(fits))
  new_lm_compare(reference, records, stats::formula(reference$fit))
}

# The fits by label: a name of the user's, else what they are, numbered where there are
# several of a kind.
named_fits <- function(x, y, ..., call) {
  more <- rlang::dots_list(...)
  given <- c(list(x = x), if (!is.null(y)) list(y = y), more)
  if (length(given) < 2) refuse_alone(x, call)
  own <- rlang::names2(given)
  own[seq_len(1 + !is.null(y))] <- ""
  for (i in seq_along(given)) check_fit(given[[i]], fit_argument(own[i], i), call)
  if (!any(vapply(given, inherits, NA, "lm"))) {
    abort_nnfit("argument", c(
      "{.arg y} must be an {.fn lm} or a {.fn glm} beside an {.fn nn_fit}.",
      "i" = "One of the fits at least must be R's: it has the standard errors."
    ), call)
  }
  kinds <- vapply(given, function(fit) intersect(c("glm", "lm", "nn_fit"), class(fit))[1], "")
  labels <- ifelse(nzchar(own), own, kinds)
  again <- stats::ave(seq_along(labels), labels, FUN = seq_along)
  several <- labels %in% labels[duplicated(labels)]
  labels[several] <- paste0(labels[several], "_", again[several])
  rlang::set_names(unname(given), labels)
}

fit_argument <- function(name, place) {
  if (nzchar(name)) return(name)
  if (place == 1) "x" else if (place == 2) "y" else "..."
}

refuse_alone <- function(x, call) {
  beside <- if (inherits(x, "lm")) "nn_fit" else "lm"
  abort_nnfit("argument", c(
    "{.arg y} is missing.",
    "i" = "Give the {.fn {beside}} to set beside {.arg x}, or a formula and data: \\
      {.code lm_compare(y ~ x, data)}."
  ), call)
}

check_fit <- function(fit, arg, call) {
  if (!inherits(fit, c("lm", "nn_fit"))) {
    abort_nnfit("argument", c(
      "{.arg {arg}} must be an {.fn lm}, {.fn glm} or {.fn nn_fit}, not {describe(fit)}."
    ), call)
  }
  if (inherits(fit, "nn_fit")) refuse_censored(fit$outcome$kind, arg, call)
  numeric <- if (inherits(fit, "nn_fit")) fit$outcome$kind != "class" || is_two_classes(fit)
  if (inherits(fit, "mlm") || isFALSE(numeric) || isTRUE(NCOL(fit$fitted) > 1)) {
    abort_nnfit("argument", "{.arg {arg}} must be a fit of one outcome.", call)
  }
  if (inherits(fit, "glm") && is.null(fit$y)) {
    abort_nnfit("argument", c(
      "{.arg {arg}} must have kept its outcome.", "x" = "It was made with {.code y = FALSE}."
    ), call)
  }
  if (inherits(fit, "nn_fit")) stored_fitted(fit, call)
}

is_two_classes <- function(fit) length(fit$outcome$levels) == 2 && NCOL(fit$fitted) == 1

# The same outcome in the same rows.
check_responses <- function(fits, call) {
  outcomes <- lapply(fits, outcome_numbers)
  first <- outcomes[[1]]
  for (i in seq_along(outcomes)[-1]) {
    if (length(outcomes[[i]]) != length(first)) {
      abort_nnfit("argument", c(
        "{.arg x} and {.arg {fit_argument('', i)}} must be fits of the same rows, and of one \
          outcome.",
        "x" = "{.val {names(fits)[1]}} has {length(first)} rows, \\
          {.val {names(fits)[i]}} {length(outcomes[[i]])}."
      ), call)
    }
    if (!isTRUE(all.equal(outcomes[[i]], first, check.attributes = FALSE))) {
      abort_nnfit("argument", c(
        "{.arg x} and {.arg {fit_argument('', i)}} must be fits of one outcome.",
        "x" = "{.val {names(fits)[i]}} was fitted to other values than {.val {names(fits)[1]}}."
      ), call)
    }
  }
}

outcome_numbers <- function(fit) {
  if (inherits(fit, "glm")) return(as.double(fit$y))
  if (inherits(fit, "lm")) return(as.double(stats::model.response(stats::model.frame(fit))))
  as.double(fit$outcome$values)
}
