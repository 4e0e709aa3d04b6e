# What a fit's formula and data became, as lm() tells it: terms, columns, names.

#' @rdname nn_fit-methods
#' @importFrom stats terms
#' @export
terms.nn_fit <- function(x, ...) {
  check_dots()
  need_formula(x, "terms", rlang::current_env())
  x$blueprint$terms
}

#' @rdname nn_fit-methods
#' @importFrom stats model.matrix
#' @export
model.matrix.nn_fit <- function(object, data, ...) {
  check_dots()
  call <- rlang::current_env()
  need_formula(object, "model.matrix", call)
  if (!missing(data)) check_frame_data(object, data, call)
  user <- users_frame(parent.frame())
  frame <- frame_again(object, "model.matrix", call, user, if (!missing(data)) data)
  blueprint <- object$blueprint
  frame <- with_codes(frame, blueprint$embedded)
  x <- if (is.null(blueprint$strata)) {
    stats::model.matrix(blueprint$terms, frame, contrasts.arg = blueprint$contrasts)
  } else {
    unstratified_matrix(blueprint$terms, frame, blueprint$strata, blueprint$contrasts)
  }
  rownames(x) <- row.names(frame)
  if (object$options$bias[[1]] && object$outcome$kind != "survival") return(x)
  kept <- drop_intercept(x)
  structure(kept,
    assign = attr(x, "assign")[colnames(x) != "(Intercept)"], contrasts = attr(x, "contrasts")
  )
}

need_formula <- function(fit, generic, call) {
  if (is.null(fit$formula)) {
    abort_nnfit(
      "argument", "{.fn {generic}} needs a formula, and this fit was made without.", call
    )
  }
}

#' @rdname nn_fit-methods
#' @export
labels.nn_fit <- function(object, ...) {
  check_dots()
  if (is.null(object$formula)) predictor_names(object) else labels(object$blueprint$terms)
}

#' @rdname nn_fit-methods
#' @param full Logical: also the rows of weight 0, or the columns whose coefficient is `NA`?
#' @importFrom stats case.names
#' @export
case.names.nn_fit <- function(object, full = FALSE, ...) {
  check_dots()
  call <- rlang::current_env()
  check_rule(full, flag_rule, "full", call)
  rows <- nrow(stored_fitted(object, call))
  weights <- object$weights %||% rep(1, rows)
  # With those in which something was missing, where na.exclude() keeps their places.
  weights <- by_rows(object, weights)
  if (full) names(weights) else names(weights)[!weights %in% 0]
}

# The default of stats looks at the names of the parts.
#' @rdname nn_fit-methods
#' @importFrom stats na.action
#' @export
na.action.nn_fit <- function(object, ...) {
  check_dots()
  refuse_dropped(object, "missing", "which rows were left out", rlang::current_env())
  object$na_action
}

#' @rdname nn_fit-methods
#' @importFrom stats variable.names
#' @export
variable.names.nn_fit <- function(object, full = FALSE, ...) {
  check_dots()
  check_rule(full, flag_rule, "full", rlang::current_env())
  if (!is_linear(object)) return(predictor_names(object))
  known <- full | !left_out(object)
  c(if (object$options$bias) "(Intercept)", predictor_names(object)[known])
}

predictor_names <- function(fit) fit$columns$names %||% paste0("x", seq_len(fit$columns$number))

# Those of the last weighted least-squares problem of a glm() are asked for by packages that
# compute with them; of an lm() they are the prior ones.
#' @rdname nn_fit-methods
#' @importFrom stats weights
#' @export
weights.nn_fit <- function(object, type = c("prior", "working"), ...) {
  check_dots()
  call <- rlang::current_env()
  type <- choose(type, c("prior", "working"), "type", call)
  if (!is.null(object$design$weights)) {
    abort_nnfit("argument", c(
      "A fit on files holds no weights: they are the column {.field {object$design$weights}}."
    ), call)
  }
  refuse_dropped(object, "weighted", "its weights", call)
  if (type == "prior" || is_normal(object)) {
    return(stats::naresid(object$na_action, object$weights))
  }
  need_linear(object, "weights", call)
  stored_fitted(object, call)
  by_rows(object, working_weights(object, fit_family(object, "weights", call)))
}
