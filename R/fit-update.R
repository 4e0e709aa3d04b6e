#' Train on, fit again with changes, or get the model frame back
#'
#' `update(fit, epochs = 500)`, with `epochs` and nothing else, trains the network on from
#' where it stands, for so many epochs more: the optimizer with what it remembers, batches
#' in the order that they would have had. [loss_table()] has all epochs. Two fits of 250
#' epochs so are one of 500, if nothing depends on how many there are in all (a
#' `schedule` begins anew, and the data are what their name means now); with `stop_iter`
#' it goes on from the best epoch, with an optimizer that begins anew, as L-BFGS always
#' does. With any other change the model is
#' fitted anew; so it is where there is nothing to go on with: the fit has converged, or
#' is the mean of several networks, or has replicates or restarts.
#'
#' @param object,formula An [nn_fit()] by a formula.
#' @param formula. Changes to the formula, as in [update.formula()].
#' @param ... For `update()`: options of [nn_fit()] to change or add; `epochs` alone: how
#'   many more. Not used by `model.frame()`.
#' @param evaluate Logical: `FALSE` gives the call without evaluating it.
#' @param data The data frame that the model was fitted on; by default what the
#'   fit's call names, where the fit was made or, if it is from a file or another process,
#'   where you are.
#' @return `update()`: the new fit. `model.frame()`: the data frame of the
#'   variables as the formula uses them.
#' @importFrom stats update model.frame
#' @export
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ wt, mtcars)
#' update(fit, . ~ . + hp)
#' network <- update(fit, hidden_units = 4, epochs = 20)
#'
#' # Twenty epochs more
#' network <- update(network, epochs = 20)
#' nrow(loss_table(network))
#'
#' # A warm start on other rows, of which only the last layer learns
#' nn_fit(mpg ~ wt, mtcars[mtcars$am == 1, ], hidden_units = 4, epochs = 5, start = network,
#'   freeze = 1
#' )
update.nn_fit <- function(object, formula., ..., evaluate = TRUE) {
  env <- rlang::current_env()
  call <- formula_call(object, env)
  check_rule(evaluate, flag_rule, "evaluate", env)
  if (!missing(formula.)) {
    check_rule(
      formula., rule("a formula, such as `. ~ . + x`", is_change), "formula.", env
    )
    call$formula <- changed_formula(object, formula., parent.frame(), env)
  }
  # A package means what it has itself.
  changes <- if (is_other_package(parent.frame())) list(...) else rlang::enexprs(...)
  goes_on <- missing(formula.) && identical(names(changes), "epochs") && can_go_on(object)
  if (!goes_on || !evaluate) call[names(changes)] <- changes
  if (!evaluate) return(call)
  place <- update_place(object, call, users_frame(parent.frame()), env)
  if (goes_on) return(go_on(object, call, changes$epochs, place, env))
  fit_for(eval(in_place(call, object, place), place), env)
}

# The variables of a formula without data are looked for where it is from.
in_place <- function(call, fit, place) {
  if (is.null(call$data) && inherits(call$formula, "formula")) {
    environment(call$formula) <- rlang::env_clone(environment(fit$formula), place)
  }
  call
}

# One network that has not converged, and whose rows held out, if any, are known by its
# seed.
can_go_on <- function(fit) {
  if (is.null(fit$seed) && row_counts(fit)[["validation"]] > 0) return(FALSE)
  several <- members_of(fit) > 1 || !is.null(fit$replicates) || !is.null(fit$restarts)
  !several && is.null(fit$tuning) && !fit$stopped %in% c("converged", "diverged")
}

# The same call, from the fit as it is; then both as one.
go_on <- function(fit, call, epochs, user, env) {
  further <- call
  further$start <- quote(.fit)
  further$epochs <- epochs
  further$seed <- fit$seed %||% NA # which dealt the rows held out
  if (!is.null(fit$rates)) further$learn_rate <- fit$options$learn_rate
  further <- fit_for(eval(further, rlang::env(user, .fit = fit)), env)
  before <- length(fit$history$train_loss)
  further$history <- Map(c, fit$history[names(further$history)], further$history)
  if (!is.null(further$best_epoch)) further$best_epoch <- further$best_epoch + before
  total <- before + further$options$epochs
  further$options$epochs <- total
  further$seconds <- fit$seconds + further$seconds
  if (!is.null(fit$rates)) further$rates <- fit$rates
  further$call <- replace(call, "epochs", total)
  further
}

# A string, such as step() writes, is a formula too.
is_change <- function(x) {
  rlang::is_formula(x) || rlang::is_string(x) && grepl("~", x, fixed = TRUE, useBytes = TRUE)
}

# As the terms have it, `.` stands for the columns.
changed_formula <- function(fit, changes, user, call) {
  terms <- fit$blueprint$terms
  formula <- if (is.character(changes)) {
    written_change(terms, changes, call)
  } else {
    changed_terms(terms, changes)
  }
  if (rlang::is_formula(changes)) user <- environment(changes)
  environment(formula) <- rlang::env_clone(environment(fit$formula), user)
  formula
}

# What nn_fit() refuses on behalf of another function comes from the call of that one.
fit_for <- function(fit, env) {
  tryCatch(fit, nnfit_error = function(error) {
    error$call <- rlang::error_call(env)
    rlang::cnd_signal(error)
  })
}

#' @rdname update.nn_fit
#' @export
model.frame.nn_fit <- function(formula, data, ...) {
  check_dots()
  env <- rlang::current_env()
  user <- users_frame(parent.frame())
  formula_call(formula, env)
  if (!missing(data)) check_frame_data(formula, data, env)
  frame_again(formula, "model.frame", env, user, if (!missing(data)) data)
}

# The model frame, for `generic`; `call`: the frame of its method. `data`: given by the user.
frame_again <- function(fit, generic, call, user, data = NULL) {
  place <- data_place(fit, generic, call, user, data)
  written <- formula_call(fit, call)
  data <- data %||% try_data(place_data(fit, written, place), call)
  rows <- rows_again(written, data, place, call)
  frame <- as.call(c(
    quote(stats::model.frame), list(fit$blueprint$terms, data),
    rows[!vapply(rows, is.null, NA)], list(xlev = fit$blueprint$levels)
  ))
  # Contrasts that a factor brings are in the blueprint.
  withCallingHandlers(try_data(eval(frame, place), call), warning = function(warning) {
    if (grepl("contrasts", conditionMessage(warning))) invokeRestart("muffleWarning")
  })
}

# What says how rows count, evaluated again in the place of the data: model.frame() would
# look for a variable in the environment of the terms.
rows_again <- function(call, data, place, env) {
  rows <- as.list(call)[c("subset", "na.action", "weights", "offset")]
  values <- rows[c("subset", "weights", "offset")]
  rows[names(values)] <- Map(function(value, arg) {
    eval_rows(rlang::new_quosure(value, place), arg, data, env)
  }, values, names(values))
  stats::setNames(rows, c("subset", "na.action", "weights", "offset"))
}

check_frame_data <- function(fit, data, call) {
  check_is_data_frame(data, "data", call)
  check_new_columns(data, with(fit$blueprint, c(outcomes, columns)), "data", call)
}

# The fit's call with its arguments named.
formula_call <- function(fit, call) {
  if (is.null(fit$formula)) {
    abort_nnfit("argument", c(
      "This fit was made without a formula; call {.fn nn_fit} again.",
      "i" = "With {.arg start} it goes on from this one."
    ), call)
  }
  written <- fit$call
  # step() puts a formula by name beside the one that begins the call without.
  if (!is.null(written$formula) && !nzchar(names(written)[2])) written[[2]] <- NULL
  as_named <- match.call(nn_fit.formula, written)
  as_named[[1]] <- quote(nn_fit)
  as_named
}
