# What a tensor is to R: how one is told, how one call of torch is made for it,
# and what becomes of its errors.

is_tensor <- function(x) inherits(x, "torch.Tensor")

# One crossing: R's rule of that name (python/nnfit/tensors), found once a
# session. python_call() leaves out the class lookups of reticulate's `$` and of
# its functions; what it returns is a tensor that converts when asked.
tensor_call <- function(rule, ..., frame = parent.frame()) {
  args <- list(...)
  callable <- tensor_rules(frame)[[rule]]
  tryCatch(
    python_call(callable, ...),
    error = function(error) stop_tensor(error, args, frame)
  )
}

# The same with the arguments in a list.
tensor_call_list <- function(rule, args, frame = parent.frame()) {
  force(args)
  callable <- tensor_rules(frame)[[rule]]
  tryCatch(
    do.call(python_call, c(list(callable), args)),
    error = function(error) stop_tensor(error, args, frame)
  )
}

# The same where the answer is R data: a number, a list, text.
tensor_ask <- function(rule, ..., frame = parent.frame()) {
  python_to_r(tensor_call(rule, ..., frame = frame))
}

stop_tensor <- function(error, args, frame) {
  check_alive(args, frame)
  text <- python_reason(error)
  abort_nnfit("tensor", c("{text}", "i" = tensor_hint(text)), user_call(frame))
}

# What torch's words mean to an R user.
tensor_hint <- function(text) {
  if (grepl("leaf Variable that requires grad", text, fixed = TRUE)) {
    "torch tracks this tensor for gradients, so it can not be changed in place.
    Write {.code with(torch$no_grad(), ...)} around the assignment, or assign
    into {.code x$data}."
  }
}

# A tensor lives in Python: after saveRDS() or in another session R holds a
# pointer to nothing.
check_alive <- function(tensors, frame = parent.frame()) {
  for (x in Filter(is_tensor, tensors)) {
    if (is_gone(x)) stop_gone(user_call(frame))
  }
}

# Not by abort_nnfit(): a backtrace would ask the tensor for its shape.
stop_gone <- function(call) {
  stop(rlang::error_cnd(
    c("nnfit_error_tensor", "nnfit_error"), call = call, use_cli_format = TRUE, message = c(
      "This tensor is gone: tensors live in Python and end with their session.",
      "i" = "Save `as.array(x)`, or use `torch$save(x, file)`."
    )
  ))
}

# The call that the user wrote: `x + y`, where R's own stack says
# `Ops.torch.Tensor(x, y)`.
user_call <- function(frame) {
  at <- which(vapply(sys.frames(), identical, NA, frame))
  call <- if (length(at)) sys.call(at[1])
  generic <- get0(".Generic", frame, inherits = FALSE)
  if (is.call(call) && is.character(generic)) call[[1]] <- as.name(generic)
  # R puts the argument of sum(x) itself into the call.
  for (k in seq_along(call)) if (is.environment(call[[k]])) call[[k]] <- quote(x)
  call
}

# What base R does on the way, with its refusals as ours, from the user's call.
as_base_r <- function(code, frame = parent.frame()) {
  tryCatch(code, error = function(error) {
    if (inherits(error, "nnfit_error")) stop(error)
    reason <- conditionMessage(error)
    abort_nnfit("tensor", "{reason}", user_call(frame))
  })
}

# R takes a number for TRUE or FALSE too.
check_truth <- function(x, name, frame = parent.frame()) {
  if (!(is.logical(x) || is.numeric(x)) || length(x) != 1L || is.na(x)) {
    refuse_argument(name, "TRUE or FALSE", x, frame)
  }
}
