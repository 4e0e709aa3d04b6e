# Text that comes from outside must be data in a message: cli runs what stands in braces in
# the message itself, but not in the values that are put in. So what is given as a message is
# written out in the sources; this finds what is not.

# The argument that is the message: its name, and where it stands.
message_arguments <- list(
  abort_nnfit = list("message", 2), warn_nnfit = list("message", 2),
  error_cnd = list("message", 2), warning_cnd = list("message", 2),
  abort = list("message", 1), warn = list("message", 1), inform = list("message", 1),
  cli_progress_bar = list("format", 4)
)

# Of cli, what takes no message.
cli_without_message <- c(
  "qty", "no", "symbol", "cli_progress_update", "cli_progress_done", "ansi_strip", "is_utf8_output"
)

# Code that makes code of text, or a format of a value.
text_to_code <- c(
  "str2lang", "str2expression", "parse_expr", "parse_exprs", "parse_quo", "reformulate",
  "glue", "glue_data"
)

# The name of what a call calls, and its package if that is written.
callee <- function(code) {
  head <- code[[1]]
  if (is.call(head) && as.character(head[[1]]) %in% c("::", ":::")) {
    return(list(name = as.character(head[[3]]), package = as.character(head[[2]])))
  }
  list(name = if (is.name(head)) as.character(head) else "", package = "")
}

# What a call says, as code; NULL for a call that says nothing.
message_of <- function(code) {
  called <- callee(code)
  is_cli <- called$package == "cli" || grepl("^(cli|format)_", called$name)
  where <- message_arguments[[called$name]]
  if (is.null(where)) {
    if (!is_cli || called$name %in% cli_without_message) return(NULL)
    where <- list("text", 1)
  }
  args <- as.list(code)[-1]
  named <- names(args) %in% where[[1]]
  if (any(named)) return(args[[which(named)[1]]])
  if (length(args) < where[[2]] && called$name == "cli_progress_bar") return("")
  args[[where[[2]]]]
}

# Written out: a string, or strings chosen by `c()`, `if`, `switch()`, out of a table of such, or
# by a function of the package's own that gives nothing else.
is_written_out <- function(code, own) {
  if (!is.call(code)) return(is.null(code) || is.character(code))
  written <- function(codes) all(vapply(codes, is_written_out, NA, own))
  args <- as.list(code)[-1]
  called <- callee(code)$name
  if (called %in% names(own)) return(is_written_out_function(own[[called]], own))
  switch(called,
    "c" = , "(" = written(args),
    "if" = , "switch" = written(args[-1]),
    "{" = written(c(args[length(args)], returned(args[-length(args)]))),
    "[[" = is_table(code, own),
    is_table(code[[1]], own)
  )
}

# What `return()` gives in some code.
returned <- function(codes) {
  calls <- unlist(lapply(codes, calls_in), recursive = FALSE)
  returns <- Filter(function(call) identical(call[[1]], quote(return)), calls)
  lapply(returns, function(call) if (length(call) > 1) call[[2]])
}

# `table[[name]]`, `table[[name]][[name]]`: of a list of strings or of functions that give them.
is_table <- function(code, own) {
  while (is.call(code) && identical(code[[1]], quote(`[[`))) code <- code[[2]]
  is.name(code) && is_written_table(own[[as.character(code)]], own)
}

is_written_table <- function(code, own) {
  if (!is.call(code)) return(is.character(code))
  if (is_written_out_function(code, own)) return(TRUE)
  as.character(code[[1]])[1] %in% c("list", "c") &&
    all(vapply(as.list(code)[-1], is_written_table, NA, own))
}

is_written_out_function <- function(code, own) {
  is.call(code) && identical(code[[1]], quote(`function`)) && is_written_out(code[[3]], own)
}

# The calls in some code, at any depth.
calls_in <- function(code) {
  if (!is.call(code) && !is.pairlist(code) && !is.expression(code)) return(list())
  parts <- Filter(function(part) !identical(part, formals(function(x) x)$x), as.list(code))
  c(if (is.call(code)) list(code), unlist(lapply(unname(parts), calls_in), recursive = FALSE))
}

is_definition <- function(code) is.call(code) && identical(code[[1]], quote(`<-`))

# What a file gives names to.
definitions <- function(code) {
  own <- Filter(is_definition, as.list(code))
  names <- vapply(own, function(one) as.character(one[[2]])[1], "")
  stats::setNames(lapply(own, `[[`, 3), names)
}

# The calls in `code` (as parse() gives it) whose message is not written out, and those
# that make code of text, as text. `own`: the definitions of all files.
unsafe_calls <- function(code, own = definitions(code)) {
  passes_on <- function(one) {
    is_definition(one) && as.character(one[[2]])[1] %in% c("abort_nnfit", "warn_nnfit")
  }
  inside <- Filter(Negate(passes_on), as.list(code))
  is_unsafe <- function(call) {
    name <- callee(call)$name
    args <- as.list(call)[-1]
    if (name %in% text_to_code || (name == "parse" && "text" %in% names(args))) return(TRUE)
    if (name %in% c("sprintf", "gettextf")) return(!is.character(args[[1]]))
    !is_written_out(message_of(call), own)
  }
  vapply(Filter(is_unsafe, calls_in(as.call(c(quote(`{`), inside)))), deparse1, "")
}
