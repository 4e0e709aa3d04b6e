# Which families and links can be compared: links.csv in python/nnfit/core/compare, which
# says what loss each is.

link_table <- function() table_of_core("compare", "links")

# A family as glm() takes it: an object, a function that makes one, or its name.
as_family <- function(family, call) {
  made <- family
  if (rlang::is_string(made) && nzchar(made)) {
    made <- get0(made, envir = asNamespace("stats"), mode = "function")
  }
  if (is.function(made)) made <- tryCatch(made(), error = function(error) NULL)
  if (!inherits(made, "family")) {
    abort_nnfit("argument", c(
      "{.arg family} must be a family of {.pkg stats}, such as {.code binomial()}, not
        {describe(family)}."
    ), call)
  }
  if (is.na(link_row(made))) refuse_family(made, call)
  made
}

link_row <- function(family) {
  table <- link_table()
  match(paste(family$family, family$link), paste(table$family, table$link))
}

refuse_family <- function(family, call) {
  table <- link_table()
  known <- paste0(table$family, "(", table$link, ")")
  asked <- beginning(paste0(family$family, "(", family$link, ")"))
  abort_nnfit("argument", c(
    "{.arg family} must be one of {.code {known}}.", "x" = "It is {.code {asked}}."
  ), call)
}

# The loss of nn_fit() that a family is, with its arguments: "log_input=FALSE".
loss_of_family <- function(family) {
  row <- link_table()[link_row(family), ]
  if (is.na(row$arguments)) return(row$loss)
  pairs <- strsplit(strsplit(row$arguments, " ")[[1]], "=")
  arguments <- lapply(pairs, function(pair) utils::type.convert(pair[2], as.is = TRUE))
  c(list(row$loss), rlang::set_names(arguments, vapply(pairs, `[`, "", 1)))
}
