# What the code of a function names: read without running it.

# Functions that find an object by a name that is given to them, and such as take a function or the
# name of one.
by_name_given <- c(
  "get", "get0", "mget", "dynGet", "exists", "as.name", "as.symbol", "getOption", "assign"
)
by_function_given <- c("match.fun", "do.call")

# Nobody can tell by these what code will find.
beyond_reading <- c(
  "parse", "str2lang", "str2expression", "source", "sys.source", "eapply", "ls", "Sys.getenv",
  "attach", "as.environment", "globalenv", ".GlobalEnv"
)

# `names` and `strings`: any of these may be looked up. `assigned`: names of the code's own.
# `values`: what stands in it as it is. `options`: that it reads. `beyond`: calls that can not be
# read.
read_code <- function(parts) {
  read <- list2env(list(values = list()))
  for (what in c("names", "strings", "assigned", "options", "beyond")) {
    assign(what, character(), read)
  }
  lapply(parts, read_part, read)
  lapply(as.list(read), unique)
}

read_part <- function(part, read) {
  if (is.symbol(part)) {
    read_name(as.character(part), read)
  } else if (is.call(part)) {
    read_call(part, read)
  } else if (is.expression(part) || is.pairlist(part)) {
    read$assigned <- c(read$assigned, names(part))
    lapply(as.list(part), read_part, read)
  } else if (is.character(part)) {
    read$strings <- c(read$strings, part)
  } else if (!is.atomic(part) && !inherits(part, "srcref")) {
    read$values <- c(read$values, list(part))
  }
}

read_name <- function(name, read) {
  if (!nzchar(name)) return()
  read$names <- c(read$names, name)
  if (name %in% beyond_reading) read$beyond <- c(read$beyond, name)
}

read_call <- function(call, read) {
  name <- name_called(call)
  args <- as.list(call)[-1]
  if (name %in% c("<-", "=", "<<-", "for") && is.symbol(args[[1]])) {
    read$assigned <- c(read$assigned, as.character(args[[1]]))
  }
  if (name == "function") args <- args[1:2]
  if (is_beyond(name, args)) read$beyond <- c(read$beyond, name)
  if (name %in% c("getOption", "options")) read$options <- c(read$options, strings_of(args))
  if (tells_names(name, args)) args <- Filter(Negate(is_workspace), args)
  read_part(call[[1]], read)
  lapply(args, read_part, read)
}

is_beyond <- function(name, args) {
  name %in% by_name_given && !are_strings(args[1]) ||
    name %in% by_function_given && is_made(args[1]) || name == "options" && !length(args)
}

# A name that is given is found in the workspace as it is found from anywhere.
tells_names <- function(name, args) {
  name == "$" || name == "[[" && are_strings(args[2]) ||
    name %in% by_name_given && are_strings(args[1])
}

# Of `f(x)` and of `package::f(x)`.
name_called <- function(call) {
  head <- call[[1]]
  if (is.call(head) && length(head) == 3 && as.character(head[[1]])[1] %in% c("::", ":::")) {
    head <- head[[3]]
  }
  if (is.symbol(head) || is.character(head)) as.character(head)[1] else ""
}

are_strings <- function(args) {
  first <- args[1]
  if (is.null(unlist(first))) return(FALSE)
  if (is.call(first[[1]]) && name_called(first[[1]]) == "c") first <- as.list(first[[1]])[-1]
  all(vapply(first, is.character, NA))
}

strings_of <- function(args) as.character(unlist(Filter(is.character, args)))

# By a call that may give any name.
is_made <- function(first) {
  is.call(first[[1]]) &&
    !name_called(first[[1]]) %in% c("$", "[[", "@", "::", ":::", "function", "(", "get", "c")
}

is_workspace <- function(part) {
  identical(part, quote(globalenv())) || identical(part, quote(.GlobalEnv))
}
