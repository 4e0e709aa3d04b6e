# Ctrl-C while a fit is trained: an interrupt as R has it, which ends what the
# user runs, and nothing lost.

#' The fit that was interrupted
#'
#' Ctrl-C (in RStudio: Esc or the stop sign) while [nn_fit()] trains ends it
#' within a second, and with it whatever called it: a loop, a script. The fit as
#' it was then is kept, and `nn_last_fit()` gives it: one fit, the last that was
#' interrupted, until the session ends. Of [nn_fit()] with `bootstrap` or
#' `restarts` it has the replicates or starts that were done, of [nn_cv()] the
#' folds (of a small network all are trained side by side, so that none is done
#' before the end), of [nn_tune()] the candidates that were done. Of [lm_compare()] it is the fit
#' by [nn_fit()].
#'
#' @section For programs:
#' The interrupt is a condition of class `nnfit_interrupt`, `interrupt` and
#' `condition`, so that `tryCatch(interrupt = )` catches it; `condition$fit` is
#' the fit as it was then, `NULL` if no epoch was done. Where nothing catches it,
#' it ends the computation as any interrupt does; an R script ends with a
#' status other than 0. A calling handler may choose its restart `"resume"`: then
#' the fit as it was is returned with a warning, and the program goes on.
#'
#' @return An object of class `nn_fit`, `nn_cv` or `nn_tune`. Where none was interrupted,
#'   or nothing was done by then, an error of class `nnfit_error_interrupt`.
#' @seealso [nn_fit()].
#' @export
#' @examplesIf nnfit:::has_torch()
#' # Catch the interrupt of a fit, and go on with what there is
#' fit <- tryCatch(
#'   nn_fit(c ~ u, thermometer, hidden_units = 8, epochs = 50),
#'   interrupt = function(condition) condition$fit
#' )
#' \dontrun{
#'
#' # At the console, Ctrl-C after some time
#' nn_fit(c ~ u, thermometer, hidden_units = 8, epochs = 1e7)
#' fit <- nn_last_fit()
#' plot(fit)
#' }
nn_last_fit <- function() {
  if (is.null(cache$last_fit)) {
    abort_nnfit("interrupt", c(
      "There is no interrupted fit.",
      "x" = if (!is.null(cache$interrupted_early)) "{cache$interrupted_early}",
      "i" = "A fit that was not interrupted is what {.fn nn_fit} returned."
    ), rlang::current_env())
  }
  cache$last_fit
}

# One crossing that trains. An interrupt that comes through it leaves nothing to
# keep.
train_core <- function(name, args, call, isolate = FALSE) {
  on.exit(end_progress(args$progress))
  refuse_relative_nowhere(args$checkpoint$path, call)
  made <- tryCatch(cross(name, args, call, isolate), interrupt = function(condition) {
    words <- condition$message %||% ""
    if (!nzchar(words)) words <- "The training was interrupted before anything was done."
    signal_interrupt(NULL, words, call, args$checkpoint$path)
  })
  for (said in made$warnings) warn_nnfit(said$argument, "{said$text}", call)
  made
}

# The rest of the work on what training gave, which must not be lost: an
# interrupt begins it anew, as despite_interrupt() in the core. `words` say what
# was interrupted, if it was.
deliver <- function(make, interrupted, words, call, checkpoint = NULL) {
  made <- tryCatch(make(), interrupt = function(condition) {
    interrupted <<- TRUE
    make()
  })
  if (interrupted) signal_interrupt(made, words(made), call, checkpoint)
  made
}

signal_interrupt <- function(fit, words, call, checkpoint = NULL) {
  cache$last_fit <- fit
  cache$interrupted_early <- if (is.null(fit)) words
  cli::cli_inform(
    c(
      "!" = "{words}", "i" = if (!is.null(fit)) "{.code nn_last_fit()} gives what there is.",
      "i" = if (has_checkpoint(checkpoint)) {
        "The same call goes on from its checkpoint in {.path {checkpoint}}."
      }
    ),
    class = c("nnfit_message_interrupt", "nnfit_message")
  )
  condition <- structure(
    list(message = words, call = fit$call, fit = fit),
    class = c("nnfit_interrupt", "interrupt", "condition")
  )
  withRestarts(
    {
      signalCondition(condition)
      invokeRestart("abort") # as R's own interrupt that nobody catches
    },
    resume = function() NULL
  )
  resume_with(fit, words, call)
}

# A handler has said that the program is to go on.
resume_with <- function(fit, words, call) {
  if (is.null(fit)) {
    abort_nnfit("interrupt", c("There is no fit to go on with.", "x" = "{words}"), call)
  }
  warn_nnfit("interrupted", c("{words}", "i" = "It is returned as it was then."), call)
}

# How far a fit was.
interrupted_words <- function(fit, options) {
  made <- fit$replicates
  starts <- options$restarts
  if (isTRUE(starts > 1)) {
    return(paste0(
      "The fit was interrupted: it is the best of ", counted(nrow(fit$restarts), "start"),
      " of ", with_commas(starts), "."
    ))
  }
  if (fit$stopped == "interrupted") {
    epochs <- counted(length(fit$history$train_loss), "epoch")
    without <- if (!is.null(made)) ", without its replicates"
    return(paste0("The fit was interrupted after ", epochs, without, "."))
  }
  if (isTRUE(made$interrupted > 0)) {
    return(paste0(
      "The bootstrap was interrupted: the fit is whole, and ",
      with_commas(made$asked - made$interrupted), " of ",
      counted(made$asked, "replicate"), " are done."
    ))
  }
  "The fit was interrupted when its training had ended: it is whole."
}
