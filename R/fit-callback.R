# The user's own function, which Python calls with a plain list. Nothing that happens in
# it goes through Python's loop: an error is kept, and raised where the training has ended.
watching_callback <- function(callback) {
  failed <- NULL
  watch <- function(state) {
    tryCatch(
      {
        going_on <- callback$fun(state)
        Sys.sleep(0) # where R looks for an interrupt that has come by now
        !identical(going_on, FALSE)
      },
      interrupt = function(condition) "interrupt",
      error = function(error) {
        failed <<- list(error = error, epoch = state$epoch)
        "interrupt"
      }
    )
  }
  if (is.null(callback$every)) watch else list(watch, list(every = callback$every))
}

# An error in the user's function, raised from the user's call. The fit as it was then is
# kept, as after an interrupt.
stop_if_failed <- function(watching, make, call) {
  failed <- environment(if (is.list(watching)) watching[[1]] else watching)$failed
  if (is.null(failed)) return(invisible())
  cache$last_fit <- make()
  said <- conditionMessage(failed$error)
  abort_nnfit("callback", c(
    "{.arg callback} failed at epoch {failed$epoch}.", "x" = "{said}",
    "i" = "{.code nn_last_fit()} gives the fit as it was then."
  ), call, parent = failed$error)
}
