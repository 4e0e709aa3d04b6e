# What a loss is: a row of the Python core's table families.csv, whose columns
# families.py explains. No code asks for a loss by its name: it asks for a column.

# The row of a loss as a fit holds it: a name, or a list of name and arguments. A
# function of the user's own has one by the outcome.
loss_family <- function(loss) {
  losses <- if (is_own(loss)) own_losses() else catalog("loss")
  lapply(losses, `[[`, match(component_name(loss), losses$name))
}

# The likelihood that a loss is with its arguments, or NA.
loss_likelihood <- function(loss) {
  if (length(reweighing(loss))) NA_character_ else loss_family(loss)$likelihood
}

# The arguments with which it is none.
reweighing <- function(loss) {
  known <- table_of_core("options", "arguments", colClasses = "character")
  reweighs <- known$argument[known$kind == "loss" & known$reweighs %in% "TRUE"]
  intersect(if (length(loss) > 1) names(loss[[2]]), reweighs)
}

# As it is said in messages.
loss_text <- function(loss) {
  given <- reweighing(loss)
  if (!length(given)) return(component_name(loss))
  paste(component_name(loss), "with", paste(given, collapse = " and "))
}

is_own <- function(loss) component_name(loss) %in% own_losses()$name

own_losses <- function() {
  if (is.null(cache$own_losses)) cache$own_losses <- table_of_core("options", "own_families")
  cache$own_losses
}

# What the model's numbers for one outcome are: "mean", or "level_0.1" and "level_0.9".
loss_heads <- function(loss) {
  family <- loss_family(loss)
  if (is.na(family$heads_by)) return(strsplit(family$heads, " ")[[1]])
  paste0(family$heads_by, "_", loss_argument(loss, family$heads_by))
}

# Of which of these the model's response has columns: of the first, or of all.
response_heads <- function(loss) {
  heads <- loss_heads(loss)
  if (is.na(loss_family(loss)$heads_by)) heads[1] else heads
}

# An argument of a loss, or its default: the table has "delta=1 full=FALSE".
loss_argument <- function(loss, name) {
  given <- if (length(loss) > 1) loss[[2]][[name]]
  if (!is.null(given)) return(given)
  pairs <- strsplit(strsplit(loss_family(loss)$arguments, " ")[[1]], "=")
  names(pairs) <- vapply(pairs, `[`, "", 1)
  utils::type.convert(pairs[[name]][2], as.is = TRUE)
}

# The numbers that a loss takes, as "must be" says them.
loss_domain <- function(family) {
  noun <- if (isTRUE(family$whole)) "whole numbers" else "numbers"
  bounds <- unlist(family[c("at_least", "above", "at_most")])
  bounds <- bounds[!is.na(bounds)]
  if (all(c("at_least", "at_most") %in% names(bounds))) {
    return(paste(noun, "from", bounds[["at_least"]], "to", bounds[["at_most"]]))
  }
  words <- c(at_least = "of at least", above = "above", at_most = "of at most")[names(bounds)]
  paste(c(noun, paste(words, bounds, collapse = " and ")[length(bounds) > 0]), collapse = " ")
}

in_domain <- function(values, family) {
  bound <- function(name) family[[name]]
  all(
    is.na(bound("at_least")) | values >= bound("at_least"),
    is.na(bound("above")) | values > bound("above"),
    is.na(bound("at_most")) | values <= bound("at_most"),
    !isTRUE(family$whole) | values == floor(values)
  )
}

# Names for so many columns of a fit's predictions or coefficients, or NULL: the
# classes; the outcomes; the numbers that the model gives for each outcome.
column_names <- function(fit, number) {
  if (length(fit$outcome$levels) == number) return(fit$outcome$levels)
  heads <- loss_heads(fit$options$loss)
  if (length(heads) == 1 || number < fit$options$n_outputs) return(fit$outcome$names)
  each <- number / length(heads)
  if (each == 1) return(heads)
  as.vector(outer(fit$outcome$names %||% seq_len(each), heads, paste, sep = ":"))
}

# How many columns the core gives on the scale of the "response" or the "link".
prediction_width <- function(fit, scale) {
  outputs <- fit$options$n_outputs
  loss <- fit$options$loss
  if (scale == "link") return(outputs)
  outputs / length(loss_heads(loss)) * length(response_heads(loss))
}

# For the help page: the losses, by what they need of the outcome.
loss_help <- function() {
  losses <- catalog("loss")
  needs <- vapply(losses$name, loss_needs, "")
  names <- tapply(losses$name, factor(needs, unique(needs)), function(names) {
    paste0("`\"", names, "\"`", collapse = ", ")
  })
  paste0("For ", paste0(names(names), " ", names, collapse = "; for "))
}

loss_needs <- function(loss) {
  family <- loss_family(loss)
  outcome_kinds[[family$outcome]]$must(family)
}
