# The strata of a formula for censored times, each of which has a baseline hazard of its
# own, and its other special terms.

# With the stratum of each row, a factor.
with_strata <- function(outcome, strata) {
  if (is.null(strata)) return(outcome)
  outcome$strata <- strata
  outcome
}

# What of a formula's terms are strata, in the model frame: their variables, the levels
# that they have together, and whether something depends on the stratum too.
find_strata <- function(terms, frame, call) {
  place <- attr(terms, "response")
  if (!place || !is_censored(frame[[place]])) return(NULL)
  refuse_special_terms(terms, call)
  variables <- strata_variables(terms)
  if (!length(variables)) return(NULL)
  in_terms <- attr(terms, "factors")[variables, , drop = FALSE] > 0
  alone <- colSums(in_terms) > 0 & attr(terms, "order") == colSums(in_terms)
  list(
    variables = variables, terms = which(alone),
    levels = levels(strata_of(frame, variables)),
    interacts = any(colSums(in_terms) > 0 & !alone)
  )
}

is_special <- function(code, names) {
  code <- if (rlang::is_call(code, "::") || !is.call(code)) NULL else code[[1]]
  if (rlang::is_call(code, "::")) code <- code[[3]]
  is.symbol(code) && as.character(code) %in% names
}

term_calls <- function(terms) as.list(attr(terms, "variables"))[-1]

strata_variables <- function(terms) {
  calls <- Filter(function(code) is_special(code, "strata"), term_calls(terms))
  vapply(calls, deparse1, "")
}

# What coxph() makes more of than columns.
refused_terms <- c("cluster", "frailty", "tt", "ridge", "pspline")

refuse_special_terms <- function(terms, call) {
  calls <- Filter(function(code) is_special(code, refused_terms), term_calls(terms))
  if (length(calls)) {
    written <- deparse1(calls[[1]])
    of_clusters <- is_special(calls[[1]], "cluster")
    abort_nnfit("data", c(
      "{.arg formula} has the term {.code {written}}, which is for {.fn survival::coxph} alone.",
      "i" = if (of_clusters) {
        "Leave it out: {.code sandwich::vcovCL(fit, cluster = ~id, cadjust = FALSE)} gives its
          robust covariance."
      } else {
        "{.fn strata} and {.fn offset} are the special terms here; {.arg penalty} shrinks
          coefficients."
      }
    ), call)
  }
}

# The stratum of each row, from all of its variables.
strata_of <- function(frame, variables) {
  columns <- unname(as.list(frame)[variables])
  if (length(columns) == 1) return(columns[[1]])
  # Later variables vary first, as in survival::strata().
  made <- interaction(rev(columns), sep = "\r", drop = TRUE, lex.order = FALSE)
  labels <- vapply(strsplit(levels(made), "\r", fixed = TRUE), function(parts) {
    paste(rev(parts), collapse = ", ")
  }, "")
  factor(labels[made], labels)
}

# Of new rows; one of a stratum that the fit has not has none.
new_strata <- function(frame, strata) {
  found <- as.character(strata_of(frame, strata$variables))
  factor(found, strata$levels)
}

# The predictors without the strata, whose own columns would be the baselines'.
unstratified_matrix <- function(terms, frame, strata, contrasts = NULL) {
  if (is.null(strata)) return(predictor_matrix(terms, frame, contrasts))
  if (strata$interacts) {
    x <- predictor_matrix(terms, frame, contrasts)
    kept <- !attr(x, "assign") %in% strata$terms
  } else if (length(strata$terms) == length(attr(terms, "term.labels"))) {
    return(matrix(0, nrow(frame), 0))
  } else {
    x <- predictor_matrix(without_terms(terms, strata$terms), frame, contrasts)
    # The places of terms are those in the whole formula.
    places <- c(0L, seq_along(attr(terms, "term.labels"))[-strata$terms])
    attr(x, "assign") <- places[attr(x, "assign") + 1]
    kept <- rep(TRUE, ncol(x))
  }
  structure(x[, kept, drop = FALSE],
    assign = attr(x, "assign")[kept], contrasts = attr(x, "contrasts")
  )
}
