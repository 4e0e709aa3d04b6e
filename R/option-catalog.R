# The names of activations, losses and optimizers: tables shared with the Python
# core (python/nnfit/core/options/), so a wrong name is refused here, before Python
# is involved.

catalog <- function(kind) {
  if (is.null(cache$catalog)) {
    rows <- table_of_core("options", "catalog")
    cache$catalog <- c(split(rows, rows$kind), list(loss = table_of_core("options", "families")))
  }
  cache$catalog[[kind]]
}

# "ReLU", "leaky_relu", "LeakyReLU", "MSELoss" are all understood.
canonical <- function(name) gsub("[^a-z0-9]|loss$", "", tolower(name))

# The row of the catalog that a user's name means.
catalog_row <- function(kind, name, arg, call) {
  lapply(catalog(kind), `[[`, catalog_index(kind, name, arg, call))
}

# Its number; an error that says the nearest legal name if there is none.
catalog_index <- function(kind, name, arg, call) {
  table <- catalog(kind)
  row <- match(name, table$name)
  if (is.na(row)) row <- match(canonical(name), canonical(table$name))
  if (is.na(row)) row <- match(canonical(name), canonical(table$torch))
  if (is.na(row)) {
    abort_nnfit("argument", c(
      "{.arg {arg}} must be the name of a known {kind}, not {.val {name}}.",
      "i" = "Did you mean {.val {nearest(name, table$name)}}?",
      "i" = "Known: {.val {table$name}}."
    ), call)
  }
  row
}

# The one choice that has the name as a part ("units"), else the least edit
# distance, with swapped letters ("rleu") counted by the letters' multiset.
nearest <- function(name, choices) {
  inside <- grepl(canonical(name), canonical(choices), fixed = TRUE)
  if (sum(inside) == 1) return(choices[inside])
  distance <- function(map) utils::adist(map(canonical(name)), map(canonical(choices)))
  sort_letters <- function(x) vapply(strsplit(x, ""), function(z) paste(sort(z), collapse = ""), "")
  choices[which.min(distance(identity) + 2 * distance(sort_letters))]
}

# A name, or list(name, its own arguments), as list(name, args): what
# crosses to Python.
as_component <- function(kind, value, arg, call) {
  value <- as.list(value)
  named <- rlang::have_name(value)
  if (sum(!named) != 1 || !rlang::is_string(value[!named][[1]])) {
    abort_nnfit("argument", c(
      "{.arg {arg}} must be a name, or a list of a name and its own arguments.",
      "i" = "For example {.code {component_examples[[kind]]}}."
    ), call)
  }
  list(catalog(kind)$name[catalog_index(kind, value[!named][[1]], arg, call)], value[named])
}

component_examples <- c(
  activation = 'list("leaky_relu", negative_slope = 0.1)',
  loss = 'list("huber", delta = 1.5)',
  optimizer = 'list("sgd", nesterov = TRUE)'
)
