# The call of a search as it was written, and that of the fit which it has come to.

# `tune()` is known in nn_tune() alone, so that nothing of the call is evaluated anew: of options
# that came by the `...` of a function, what they are is written.
search_call <- function(frame, asked, search) {
  call <- rlang::frame_call(frame)
  attributes(call) <- NULL
  call[[1]] <- quote(nn_tune)
  if (!any(are_dots(call))) return(call)
  written <- as.list(eval(quote(substitute(list(...))), caller_of(frame)))[-1]
  known <- c(lapply(asked$given, option_code), search)
  by_name <- names(written) %in% names(known)
  written[by_name] <- known[names(written)[by_name]]
  as.call(append(as.list(call)[!are_dots(call)], written, which(are_dots(call)) - 1))
}

# A value as it is, a range or a choice as one writes them.
option_code <- function(value) {
  if (inherits(value, "nn_choice")) return(as.call(c(quote(list), value$values)))
  if (!inherits(value, "nn_range")) return(value)
  usual <- identical(value$log, as.logical(tunable_rows()[[value$name]]$log))
  as.call(c(quote(tune), value$lower, value$upper, if (!usual) list(log = value$log)))
}

# With what was chosen in the place of what was searched; `changed`: what the fit has of its own.
chosen_call <- function(written, best, seed, changed) {
  settled <- c(best, list(seed = seed))
  settled[names(changed)] <- changed
  written <- as.list(written)
  dropped <- c(search_names, "checkpoint", names(settled))
  call <- as.call(c(written[!names(written) %in% dropped], settled))
  call[[1]] <- quote(nn_fit)
  call
}

# The data first, as a pipe gives them.
called_as <- function(found, written) {
  found$call <- replace(formula_first(written), 1, list(quote(nn_tune)))
  if (is.null(found$fit)) return(found)
  options <- as.list(found$fit$call)[-1]
  options <- options[!names(options) %in% c("", "data", "formula", "na.action")]
  said <- as.list(found$call)
  said <- said[names(said) %in% c("formula", "data", "na.action")]
  found$fit$call <- as.call(c(quote(nn_fit), said, options))
  found
}
