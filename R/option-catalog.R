# The names of activations, losses, optimizers and the like: tables shared with the Python
# core (python/nnfit/core/options/), so a wrong name is refused here, before Python
# is involved.

catalog <- function(kind) {
  if (is.null(cache$catalog)) {
    rows <- table_of_core("options", "catalog")
    cache$catalog <- c(split(rows, rows$kind), list(loss = table_of_core("options", "families")))
  }
  cache$catalog[[kind]]
}

# Our name for what a user's name means; an error that says the nearest legal name if
# there is none.
catalog_name <- function(kind, name, arg, call) {
  if (name %in% catalog(kind)$name) return(name)
  row <- catalog_spellings(kind)[canonical_name(name)]
  if (is.na(row)) {
    known <- catalog(kind)$name
    meant <- meant(kind, name, known)
    abort_nnfit("argument", c(
      "{.arg {arg}} must be the name of a known {kind}, not {.val {beginning(name)}}.",
      "i" = if (length(meant$name)) "Did you mean {.val {meant$name}}?",
      "i" = if (length(meant$hint)) "{meant$hint}",
      "i" = "Known: {.val {known}}."
    ), call)
  }
  catalog(kind)$name[[row]]
}

# The numbers of the rows by every name that is understood: ours, torch's
# ("LeakyReLU", "MSELoss"), and torch's without "Loss". Kept, as each fit asks.
catalog_spellings <- function(kind) {
  if (is.null(cache$spellings[[kind]])) {
    table <- catalog(kind)
    suffix <- c(loss = "loss", schedule = "lr")[kind] # which torch's classes have
    own <- paste0(table$name, if (!is.na(suffix)) suffix)
    torch <- canonical_name(ifelse(is.na(table$torch), own, table$torch))
    names <- c(canonical_name(table$name), torch, sub(paste0(suffix, "$"), "", torch))
    cache$spellings[[kind]] <- stats::setNames(rep_len(seq_along(table$name), length(names)), names)
  }
  cache$spellings[[kind]]
}

# As it is written in a call: the name, with its own arguments in brackets.
component_text <- function(component) {
  args <- if (length(component) > 1) component[[2]]
  if (!length(args)) return(component_name(component))
  written <- paste(names(args), "=", vapply(args, argument_text, ""), collapse = ", ")
  paste0(component_name(component), "(", written, ")")
}

# A long vector, such as a weight for each class, by its first values.
argument_text <- function(value) {
  value <- unlist(value)
  if (length(value) > 4) return(paste0("c(", toString(signif(value[1:3], 3)), ", ...)"))
  deparse1(if (is.numeric(value)) signif(value, 7) else value)
}
