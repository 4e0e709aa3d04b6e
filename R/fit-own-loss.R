# A loss of the user's own: an R function of two tensors. It crosses as a function that
# Python calls, and follows once where it can (model/traced.py in the core).

is_own_loss <- function(value) {
  one <- if (rlang::is_bare_list(value) && length(value)) value[[1]] else value
  is.function(one) && !inherits(one, "python.builtin.object")
}

# As a component, beside which the function is kept.
own_loss <- function(value, call) {
  if (is.list(value)) {
    abort_nnfit("argument", c(
      "{.arg loss} is a function of your own, which takes no arguments beside.",
      "i" = "Give it alone: {.code loss = function(prediction, truth) ...}."
    ), call)
  }
  arguments <- names(formals(args(value)))
  if (length(arguments) < 2 && !"..." %in% arguments) {
    abort_nnfit("argument", c(
      "{.arg loss} must be a function of two arguments, the prediction and the truth.",
      "x" = "This one has {length(arguments)}.",
      "i" = "For example {.code function(prediction, truth) mean(abs(prediction - truth)^1.5)}."
    ), call)
  }
  structure(list("own", list()), own = value)
}

# An error crosses as text, and an interrupt as a sign: as R's own they would unwind
# through Python.
own_loss_callback <- function(loss) {
  f <- attr(loss, "own")
  if (is.null(f)) return(NULL)
  function(prediction, truth) {
    tryCatch(
      list(value = f(prediction, truth)),
      error = function(error) list(error = conditionMessage(error)),
      interrupt = function(condition) list(interrupted = TRUE)
    )
  }
}

# That every step of the training called R.
tell_own_loss <- function(loss) {
  if (length(loss) < 2 || !isFALSE(loss[[2]]$traced)) return(invisible())
  cli::cli_inform(c(
    "i" = "{.arg loss} was called in R at every step, which takes several times as long.",
    " " = "It uses values of its tensors or the number of rows, or draws random numbers, so that
      it can not be followed once and for all."
  ), class = c("nnfit_message_own_loss", "nnfit_message"))
}

refuse_own_loss <- function(loss, call) {
  if (!is.null(attr(loss, "own"))) {
    abort_nnfit("argument", c(
      "{.arg loss} can not be a function where {.arg data} is a path: it needs the rows in memory.",
      "i" = "Give a loss by its name."
    ), call)
  }
}
