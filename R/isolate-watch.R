# A process that works is listened to until it has answered, or has ended: its progress is shown,
# the user's function is called, and an interrupt goes to it.

# Seconds: after which a second interrupt is meant as one, and the user is told that the first
# has not led to an end yet.
patience <- c(again = 1, tell = 5)

# Gives what the process tells at last, as callr has it, and NULL where the user would not wait for
# it: then it has to be ended. `hear()` gives FALSE where an interrupt came to it. Interrupts are
# suspended, but for where they are waited for. One that is being `started` is not waited for.
attend <- function(worker, hear, started = TRUE) {
  asked <- NULL
  repeat {
    interrupted <- is_interrupted(worker$session)
    told <- hear_all(worker$session, hear)
    if (!is.null(told$last)) return(c(told$last, asked = !is.null(asked)))
    if (interrupted || told$interrupted) {
      if (!started || long_since(asked, "again")) return(NULL)
      asked <- asked %||% interrupt_worker(worker)
    }
    asked <- tell_waiting(asked)
  }
}

# What there is to hear by now; `last`: what is no message from the work.
hear_all <- function(session, hear) {
  interrupted <- FALSE
  repeat {
    message <- session$read()
    if (is.null(message) || message$code != 301) break
    interrupted <- isFALSE(hear(message$message)) || interrupted
  }
  list(last = message, interrupted = interrupted)
}

# When it was asked to end, and whether the user was told that it has not ended yet.
interrupt_worker <- function(worker) {
  worker$session$interrupt()
  list(at = Sys.time(), told = FALSE)
}

# Waits for a message, for a while.
is_interrupted <- function(session) {
  tryCatch({
    allowInterrupts(session$poll_process(500))
    FALSE
  }, interrupt = function(condition) TRUE)
}

long_since <- function(asked, what) {
  !is.null(asked) && difftime(Sys.time(), asked$at, units = "secs") > patience[[what]]
}

tell_waiting <- function(asked) {
  if (is.null(asked) || asked$told || !long_since(asked, "tell")) return(asked)
  cli::cli_inform(c(
    "!" = "The process that trains has not come to an end of its step yet.",
    "i" = "Interrupt again to end it at once; what it has done is lost then."
  ), class = c("nnfit_message_interrupt", "nnfit_message"))
  list(at = asked$at, told = TRUE)
}

# One question to a process, and what is found: `answer` with what was `heard`, how it
# `ended`, that it was `interrupted` and ended, or why it `failed` to answer.
ask_worker <- function(worker, request, hear) {
  failed <- send(worker, serve_request, list(place_of_nnfit(), request))
  if (!is.null(failed)) return(failed)
  found <- attend(worker, hear)
  if (is.null(found)) {
    worker$session$kill()
    return(list(interrupted = TRUE))
  }
  if (found$code != 200) return(list(ended = ended(worker, found)))
  given <- if (found$asked) given_or_interrupted(worker, found) else found$result
  if (is.null(given)) {
    forget_call(worker)
    return(list(failed = found$error))
  }
  c(given, found[c("stdout", "stderr")])
}

given_or_interrupted <- function(worker, found) {
  given <- given_after_interrupt(worker, found$result)
  if (!is.null(given) && !is_cut_off(given$answer)) return(given)
  list(answer = list(value = list(interrupted = TRUE)))
}

# An error that is not Python's: where an interrupt hits reticulate itself, as it makes R objects of
# Python's, it says something of these (1.41).
is_cut_off <- function(answer) identical(answer$said$type, "")

# A process that has just died can not be written to. Nor can one where the disk is full: callr
# writes what is sent to a file, of which nothing is left then.
send <- function(worker, fun, args = list()) {
  before <- files_of_callr()
  error <- tryCatch({
    suppressWarnings(worker$session$call(fun, args))
    NULL
  }, error = identity)
  if (is.null(error)) return(NULL)
  unlink(setdiff(files_of_callr(), before))
  worker$session$wait(500)
  if (worker$session$is_alive()) list(unsent = error) else list(ended = ended(worker, list()))
}

# A signal that came late may have hit what callr does with the answer, or the next call: the
# process is asked for the answer that it keeps, until nothing comes between any more.
given_after_interrupt <- function(worker, given) {
  for (try in 1:5) {
    if (!is.null(send(worker, serve_kept))) break
    found <- attend(worker, function(message) TRUE)
    if (is.null(found) || found$code != 200) break
    if (isTRUE(found$result$settled)) return(given %||% found$result$kept)
  }
  worker$session$kill()
  given
}
