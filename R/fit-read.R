# A fit as Python gives it, read into R's own types. The fields are listed once
# for both languages, in python/nnfit/core/model/fit_fields.csv.

read_fit <- function(result) {
  fields <- table_of_core("model", "fit_fields")
  read <- function(name, kind) field_readers[[kind]](result[[name]])
  values <- Map(read, fields$name, fields$kind)
  # A field that not every fit has is left out where it is empty.
  values[fields$always | !vapply(values, is.null, NA)]
}

# By the column `kind`. NULL stays NULL.
field_readers <- list(
  whole = function(x) if (!is.null(x)) as.integer(x),
  number = as.double,
  text = as.character,
  texts = function(x) as.character(unlist(x)),
  array = identity,
  arrays = identity,
  list = identity,
  numbers = function(x) if (!is.null(x)) lapply(x, as.double),
  positions = function(x) if (!is.null(x)) as.integer(x) + 1L, # from 1
  counts = function(x) if (!is.null(x)) unlist(x),
  replicates = function(x) new_replicates(x),
  restarts = function(x) new_restarts(x)
)

# What predictions need of a fit, on its way back to Python.
fit_state <- function(fit, ...) {
  fit[intersect(c("schema", "parameters", "scaling", "options", ...), names(fit))]
}

# The parameters in the units of the data: Python has folded the scaling into
# the first and the last layer when it made the fit. A fit of an earlier version
# did not keep that, so that Python has to be asked again.
unscaled_parameters <- function(fit, call) {
  unscaled <- fit$unscaled
  if (is.null(fit$schema)) unscaled <- call_core("unscaled", list(fit_state(fit)), call)
  utils::modifyList(fit$parameters, as.list(unscaled))
}
